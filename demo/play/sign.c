/* A person's sitting in a signing room: prepare, hocba-sign with his own token and one PIN, complete; until nothing is left. */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static enum hb_code
run_agent(struct play *p, struct play_signer *with, const char *packet, const char *answer, struct hb_err *err)
{
	char *conf = hb_printf(&p->a, "SOFTHSM2_CONF=%s/softhsm2.conf", with->dir), *pin = play_path(p, "tokens/pin");
	char *log = play_path(p, "log/hocba-sign.log");
	if (conf == NULL || pin == NULL || log == NULL)
		return hb_full(err);
	enum hb_code c = hb_file_exists(pin) ? HB_OK : hb_file_write(pin, HB_STR(PLAY_PIN), 0600, err);
	int status = 0;
	unlink(answer);
	const char *argv[] = { p->agent, "sign", "--token", with->code, "--pin-file", pin, "--in", packet, "--out", answer, "--yes", "--json", NULL };
	const char *env[] = { conf, NULL };
	if (c == HB_OK)
		c = process_run(argv, NULL, log, env, &status, err);
	if (c == HB_OK && status != 0)
		c = hb_fail(err, HB_E_RULE, "demo.khongKi", "hocba-sign của %s không kí được (mã %d)", with->name, status);
	return c;
}

enum hb_code
sign_packet(struct play *p, struct play_signer *with, const json_t *packet, json_t **ret_answer, struct hb_err *err)
{
	char *in = play_path(p, "demo/packet.json"), *out = play_path(p, "demo/answer.json");
	char *text = json_dumps(packet, JSON_COMPACT);
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct hb_bytes b;
	if (in == NULL || out == NULL || text == NULL)
		return hb_full(err);
	enum hb_code c = hb_file_write(in, HB_STR(text), 0600, err);
	free(text);
	if (c == HB_OK)
		c = run_agent(p, with, in, out, err);
	if (c == HB_OK)
		c = hb_file_read(out, HB_FILE_MAX, &a, &b, err);
	if (c == HB_OK && (*ret_answer = json_loadb((const char *)b.p, b.n, 0, NULL)) == NULL)
		c = hb_fail(err, HB_E_INPUT, "demo.khongKi", "hocba-sign của %s trả lời không đọc được", with->name);
	unlink(in);
	unlink(out);
	return c;
}

/* Every item of a finished batch must be done; the first that is not is the failure. */
static enum hb_code
all_done(const json_t *result, const struct play_signer *with, struct hb_err *err)
{
	const json_t *list = json_object_get(result, "results");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *r = json_array_get(list, i);
		if (strcmp(play_str(r, "state"), "done") != 0)
			return hb_fail(err, HB_E_RULE, "demo.khongKi", "%s chưa kí được %s: %s", with->name, play_str(r, "title"), play_str(r, "text"));
	}
	return HB_OK;
}

/* Everyone's certificate and the school's, once, by the head (D8, D16.2). */
enum hb_code
sign_register(struct play *p, struct play_school *s, enum play_system system, struct hb_err *err)
{
	char *step = hb_printf(&p->a, "%s/%s-certificates", s->code, play_system_names[system]);
	enum hb_code c = step == NULL ? hb_full(err) : HB_OK;
	if (c != HB_OK || journal_has(p, step))
		return c;
	for (struct play_signer *x = p->signers; x != NULL && c == HB_OK; x = x->next) {
		HB_SCOPED_ARENA a;
		hb_arena_init(&a, 1 << 20);
		if (strcmp(x->school, s->code) == 0)
			c = play_post(p, system, people_of(p, s, "HT"), json_pack("{s:s, s:s}", "owner", x->owner, "certificate", hb_base64(&a, x->cert)),
			    NULL, err, "/api/%s/v1/certificates", play_system_names[system]);
	}
	return c == HB_OK ? journal_done(p, step, err) : c;
}

/* HB_OK with *ret_packet NULL when there is nothing to sign. */
static enum hb_code
prepare(struct play *p, enum play_system room, const struct play_account *who, struct play_signer *with, json_t *filter, json_t **ret_packet,
    struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	struct hb_err own = HB_ERR_INIT;
	json_t *body = json_pack("{s:s, s:O}", "certificate", hb_base64(&a, with->cert), "filter", filter);
	enum hb_code c = play_post(p, room, who, body, ret_packet, &own, "/api/%s/v1/signing/batches", play_system_names[room]);
	if (c == HB_E_NOTFOUND)
		return HB_OK;
	if (c != HB_OK) {
		*err = own;
		return c;
	}
	const json_t *refused = json_array_get(json_object_get(*ret_packet, "refused"), 0);
	return refused == NULL ? HB_OK : hb_fail(err, HB_E_RULE, "demo.khongKi", "%s: %s", play_str(refused, "title"), play_str(refused, "text"));
}

static enum hb_code
one_batch(struct play *p, enum play_system room, const struct play_account *who, struct play_signer *with, json_t *filter, size_t *ret_n,
    struct hb_err *err)
{
	json_t *packet = NULL, *answer = NULL, *result = NULL;
	*ret_n = 0;
	enum hb_code c = prepare(p, room, who, with, filter, &packet, err);
	size_t n = json_array_size(json_object_get(packet, "documents"));
	if (c == HB_OK && n > 0)
		c = sign_packet(p, with, packet, &answer, err);
	if (c == HB_OK && n > 0)
		c = play_post(p, room, who, answer, &result, err, "/api/%s/v1/signing/batches/%s/signatures", play_system_names[room],
		    play_str(packet, "batch"));
	if (c == HB_OK && n > 0)
		c = all_done(result, with, err);
	if (c == HB_OK)
		*ret_n = n;
	json_decref(packet);
	json_decref(result);
	return c;
}

enum hb_code
sign_all(struct play *p, enum play_system room, const struct play_account *who, struct play_signer *with, json_t *filter, long *ret_signed,
    struct hb_err *err)
{
	size_t n = 1;
	enum hb_code c = HB_OK;
	while (c == HB_OK && n > 0) {
		c = one_batch(p, room, who, with, filter, &n, err);
		*ret_signed += (long)n;
		p->signatures += (long)n;
	}
	return c;
}
