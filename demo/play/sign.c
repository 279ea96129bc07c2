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

static enum hb_code
one_batch(struct play *p, const struct play_room *room, const struct play_account *who, struct play_signer *with, json_t *filter,
    size_t *ret_n, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	json_t *packet = NULL, *answer = NULL, *result = NULL;
	json_t *body = json_pack("{s:s, s:O?}", "certificate", hb_base64(&a, with->cert), "filter", filter);
	struct hb_err own = HB_ERR_INIT;
	*ret_n = 0;
	enum hb_code c = play_post(p, room->system, who, body, &packet, &own, "%s", room->prepare);
	if (c == HB_E_NOTFOUND)
		return HB_OK;                    /* nothing to sign */
	if (c != HB_OK) {
		*err = own;
		return c;
	}
	const json_t *refused = json_object_get(packet, "refused"), *documents = json_object_get(packet, "documents");
	if (json_array_size(refused) > 0)
		c = hb_fail(err, HB_E_RULE, "demo.khongKi", "%s: %s", play_str(json_array_get(refused, 0), "title"),
		    play_str(json_array_get(refused, 0), "text"));
	if (c == HB_OK && json_array_size(documents) > 0)
		c = sign_packet(p, with, packet, &answer, err);
	if (answer != NULL) {
		char path[200];
		/* The room names the batch in the path or in the body. */
		snprintf(path, sizeof path, "%s%s%s", room->complete, strstr(room->complete, "batches") != NULL ? play_str(packet, "batch") : "",
		    strstr(room->complete, "batches") != NULL ? "/signatures" : "");
		c = play_post(p, room->system, who, answer, &result, err, "%s", path);
		if (c == HB_OK)
			c = all_done(result, with, err);
		*ret_n = json_array_size(documents);
	}
	json_decref(packet);
	json_decref(result);
	return c;
}

enum hb_code
sign_all(struct play *p, const struct play_room *room, const struct play_account *who, struct play_signer *with, json_t *filter,
    long *ret_signed, struct hb_err *err)
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
