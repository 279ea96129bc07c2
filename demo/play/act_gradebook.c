/* The class files of a period: wait for them, review, collect the signatures in order, seal (D12). */
#include "play.h"

#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 60000, POLL_MS = 100 };

/* The files of this school and period; *ret_items is a new reference. */
static enum hb_code
list_files(struct play *p, const struct play_school *s, const char *period, json_t **ret_items, struct hb_err *err)
{
	json_t *page = NULL;
	enum hb_code c = play_get(p, PLAY_GRADEBOOK, people_of(p, s, "HV"), &page, err, "/api/gradebook/v1/files?year=%s&period=%s&limit=500",
	    p->year, period);
	if (c == HB_OK)
		*ret_items = json_incref(json_object_get(page, "items"));
	json_decref(page);
	return c;
}

static enum hb_code
wait_files(struct play *p, const struct play_school *s, const char *period, size_t want, json_t **ret_items, struct hb_err *err)
{
	for (int waited = 0; waited < WAIT_MS; waited += POLL_MS) {
		json_t *items = NULL;
		enum hb_code c = list_files(p, s, period, &items, err);
		if (c != HB_OK)
			return c;
		if (json_array_size(items) >= want) {
			*ret_items = items;
			return HB_OK;
		}
		json_decref(items);
		usleep(POLL_MS * 1000);
	}
	return hb_fail(err, HB_E_UPSTREAM, "demo.choLau", "%s: chưa nhận đủ %zu sổ %s từ CSDL ngành; xem lí do ở biên nhận", s->name, want, period);
}

static enum hb_code
review(struct play *p, const struct play_school *s, const json_t *file, struct hb_err *err)
{
	json_t *body = json_pack("{s:O}", "counts", json_object_get(file, "counts"));
	return play_post(p, PLAY_GRADEBOOK, people_of(p, s, "HV"), body, NULL, err, "/api/gradebook/v1/files/%s/review", play_str(file, "id"));
}

/* Every signer of a role, each with his own token; the same person signs all his slots in one batch. */
static enum hb_code
signers(struct play *p, struct play_school *s, const json_t *file, const char *role, long *ret_n, struct hb_err *err)
{
	const json_t *list = json_object_get(file, "signers");
	enum hb_code c = HB_OK;
	json_t *seen = json_object();
	for (size_t i = 0; i < json_array_size(list) && c == HB_OK; i++) {
		const json_t *x = json_array_get(list, i);
		const char *person = play_str(x, "person");
		if (strcmp(play_str(x, "role"), role) != 0 || json_object_get(seen, person) != NULL || json_is_string(json_object_get(x, "signed")))
			continue;
		json_object_set_new(seen, person, json_true());
		bool seal = strcmp(role, "DON_VI") == 0;
		const char *code = seal ? s->code : people_code(s, person);
		json_t *filter = json_pack("{s:[s]}", "files", play_str(file, "id"));
		c = sign_all(p, PLAY_GRADEBOOK, seal ? people_of(p, s, "VT") : people_find(p, s->id, code), tokens_find(p, code), filter, ret_n, err);
		json_decref(filter);
	}
	json_decref(seen);
	return c;
}

static enum hb_code
read_file(struct play *p, const struct play_school *s, const char *id, json_t **ret, struct hb_err *err)
{
	return play_get(p, PLAY_GRADEBOOK, people_of(p, s, "HV"), ret, err, "/api/gradebook/v1/files/%s", id);
}

static enum hb_code
one_file(struct play *p, struct play_school *s, const json_t *line, struct hb_err *err)
{
	static const char *const order[] = { "GVBM", "GVCN", "CBQL", "DON_VI" };
	json_t *file = NULL;
	long n = 0;
	const char *state = play_str(line, "state");
	if (strcmp(state, "SEALED") == 0 || strcmp(state, "REPLACED") == 0)
		return HB_OK;
	enum hb_code c = read_file(p, s, play_str(line, "id"), &file, err);
	if (c == HB_OK && strcmp(state, "FROZEN") == 0)
		c = review(p, s, file, err);
	for (size_t i = 0; i < sizeof order / sizeof order[0] && c == HB_OK; i++)
		c = signers(p, s, file, order[i], &n, err);
	if (c == HB_OK)
		play_say(p, "  sổ lớp %s %s: rà soát, %ld chữ kí%s", play_str(line, "class"), play_str(line, "period"), n,
		    strcmp(play_str(line, "period"), "CN") == 0 || strcmp(play_str(line, "period"), "HE") == 0 ? ", đóng dấu" : "");
	json_decref(file);
	return c;
}

enum hb_code
act_gradebooks(struct play *p, struct play_school *s, const char *period, size_t want, struct hb_err *err)
{
	char *step = hb_printf(&p->a, "%s/gradebooks-%s", s->code, period);
	json_t *items = NULL;
	enum hb_code c = step == NULL ? hb_full(err) : HB_OK;
	if (c != HB_OK || journal_has(p, step))
		return c;
	c = sign_register(p, s, PLAY_GRADEBOOK, err);
	if (c == HB_OK)
		c = wait_files(p, s, period, want, &items, err);
	for (size_t i = 0; i < json_array_size(items) && c == HB_OK; i++)
		c = one_file(p, s, json_array_get(items, i), err);
	json_decref(items);
	return c == HB_OK ? journal_done(p, step, err) : c;
}
