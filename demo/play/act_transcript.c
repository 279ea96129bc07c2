/* The học bạ: codes from roster time, certificates, building from the sealed class files, signing in order, issue, deposit (D14, D18). */
#include "play.h"

#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 120000, POLL_MS = 150 };

/* ---- once: certificates, the unit's approval, codes --------------------------------------------------------- */

/* The Sở's list says which member speaks for a school. */
static enum hb_code
list_at_city(struct play *p, struct play_school *s, struct hb_err *err)
{
	struct play_account *officer = people_find(p, journal_get(p, "unit/city"), "chuyenvien.so");
	enum hb_code c = people_enter(p, officer, err);
	return c == HB_OK ? play_post(p, PLAY_CITY, officer, json_pack("{s:s, s:s}", "name", s->name, "member", "transcript"), NULL, err,
	    "PUT /api/city/v1/schools/%s", s->code) : c;
}

/* D21.8: the school asks, the Sở's head approves. */
static enum hb_code
approve_unit(struct play *p, struct play_school *s, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	const json_t *founded = json_object_get(s->info, "founded");
	json_t *list = NULL;
	struct play_account *city_head = people_find(p, journal_get(p, "unit/city"), "giamdoc.so");
	json_t *body = json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:s}}", "certificate", hb_base64(&a, tokens_find(p, s->code)->cert), "from", "2025-08-01",
	    "to", "2028-08-01", "decision", "number", json_string_value(json_array_get(founded, 0)), "date",
	    json_string_value(json_array_get(founded, 1)), "by", json_string_value(json_array_get(founded, 2)));
	enum hb_code c = play_post(p, PLAY_TRANSCRIPT, people_of(p, s, "HT"), body, NULL, err, "/api/transcript/v1/unit-certificates");
	if (c == HB_OK)
		c = people_enter(p, city_head, err);
	for (int waited = 0; c == HB_OK && waited < WAIT_MS; waited += POLL_MS) {
		c = play_get(p, PLAY_CITY, city_head, &list, err, "/api/city/v1/unit-certificates?state=REQUESTED");
		const json_t *one = json_array_get(json_object_get(list, "items"), 0);
		if (c == HB_OK && one != NULL) {
			c = play_post(p, PLAY_CITY, city_head, json_pack("{s:s, s:s}", "decision", "APPROVED", "reason", "Đủ hồ sơ theo quyết định thành lập"), NULL,
			    err, "/api/city/v1/unit-certificates/%s/decision", play_str(one, "id"));
			json_decref(list);
			return c;
		}
		json_decref(list);
		list = NULL;
		usleep(POLL_MS * 1000);
	}
	return c != HB_OK ? c : hb_fail(err, HB_E_UPSTREAM, "demo.choLau", "Sở chưa nhận được chứng thư số của %s", s->name);
}

/* Flow 3, from roster time: signing in June needs no network.  Who has no personal id yet gets a code when it is there (D2.6). */
static enum hb_code
reserve_codes(struct play *p, struct play_school *s, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < json_array_size(s->classes) && c == HB_OK; i++) {
		const json_t *class = json_array_get(s->classes, i);
		json_t *list = NULL, *pupils = json_array();
		c = play_get(p, PLAY_SCHOOL, people_of(p, s, "HV"), &list, err, "/api/school/v1/classes/%s/identities", play_str(class, "id"));
		const json_t *items = json_object_get(list, "items");
		for (size_t k = 0; k < json_array_size(items); k++)
			if (json_is_string(json_object_get(json_array_get(items, k), "personal_id")))
				json_array_append_new(pupils, json_pack("{s:s, s:s}", "id", play_str(json_array_get(items, k), "id"), "personal_id",
				    play_str(json_array_get(items, k), "personal_id")));
		size_t n = json_array_size(pupils);
		if (c == HB_OK)
			c = play_post(p, PLAY_TRANSCRIPT, people_of(p, s, "HV"), json_pack("{s:s, s:o}", "level", play_str(class, "level"), "pupils", pupils),
			    NULL, err, "/api/transcript/v1/codes");
		if (c == HB_OK)
			play_say(p, "  lớp %s: xin Sở %zu mã học bạ", play_str(class, "code"), n);
		json_decref(list);
	}
	return c;
}

enum hb_code
act_codes(struct play *p, struct play_school *s, struct hb_err *err)
{
	char *step = hb_printf(&p->a, "%s/codes", s->code);
	enum hb_code c = step == NULL ? hb_full(err) : HB_OK;
	if (c != HB_OK || journal_has(p, step))
		return c;
	play_say(p, "%s: chứng thư số và mã học bạ", s->name);
	c = sign_register(p, s, PLAY_TRANSCRIPT, err);
	if (c == HB_OK)
		c = list_at_city(p, s, err);
	if (c == HB_OK)
		c = approve_unit(p, s, err);
	if (c == HB_OK)
		c = reserve_codes(p, s, err);
	return c == HB_OK ? journal_done(p, step, err) : c;
}

/* ---- build, sign, issue ---------------------------------------------------------------------------------------- */

static enum hb_code
build(struct play *p, struct play_school *s, const char *period, size_t want, struct hb_err *err)
{
	json_t *list = NULL;
	enum hb_code c = HB_OK;
	size_t have = 0;
	for (int waited = 0; c == HB_OK && waited < WAIT_MS; waited += POLL_MS) {
		json_decref(list);
		c = play_get(p, PLAY_TRANSCRIPT, people_of(p, s, "HV"), &list, err, "/api/transcript/v1/sources?year=%s", p->year);
		const json_t *items = json_object_get(list, "items");
		have = 0;
		for (size_t i = 0; i < json_array_size(items); i++)
			have += strcmp(play_str(json_array_get(items, i), "period"), period) == 0;
		if (have >= want)
			break;
		usleep(POLL_MS * 1000);
	}
	const json_t *items = json_object_get(list, "items");
	if (c == HB_OK && have < want)
		c = hb_fail(err, HB_E_UPSTREAM, "demo.choLau", "%s: chưa nhận đủ sổ %s đã kí", s->name, period);
	for (size_t i = 0; i < json_array_size(items) && c == HB_OK; i++) {
		const json_t *x = json_array_get(items, i);
		json_t *built = NULL;
		if (strcmp(play_str(x, "period"), period) != 0)
			continue;
		c = play_post(p, PLAY_TRANSCRIPT, people_of(p, s, "HV"), NULL, &built, err, "/api/transcript/v1/sources/%s/build", play_str(x, "id"));
		if (c == HB_OK)
			play_say(p, "  lớp %s %s: lập %lld học bạ, chờ sau hè %lld, chưa lập được %lld", play_str(x, "class_name"), period,
			    json_integer_value(json_object_get(built, "built")), json_integer_value(json_object_get(built, "late")),
			    json_integer_value(json_object_get(built, "failed")));
		json_decref(built);
	}
	json_decref(list);
	return c;
}

/* One round over everyone who still has something to sign in the class; *ret_n counts the signatures. */
static enum hb_code
sign_round(struct play *p, struct play_school *s, const json_t *class, const json_t *missing, const char *role, long *ret_n, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < json_array_size(missing) && c == HB_OK; i++) {
		const json_t *x = json_array_get(missing, i);
		bool seal = strcmp(role, "DON_VI") == 0;
		if (strcmp(play_str(x, "role"), role) != 0)
			continue;
		const char *code = seal ? s->code : people_code(s, play_str(x, "person"));
		struct play_account *who = seal ? people_of(p, s, "VT") : people_find(p, s->id, code);
		if (who == NULL || tokens_find(p, code) == NULL)
			return hb_fail(err, HB_E_NOTFOUND, "demo.khongKi", "không có thiết bị kí của %s", play_str(x, "name"));
		json_t *filter = json_pack("{s:s}", "class", play_str(class, "id"));
		c = people_enter(p, who, err);
		if (c == HB_OK)
			c = sign_all(p, PLAY_TRANSCRIPT, who, tokens_find(p, code), filter, ret_n, err);
		json_decref(filter);
	}
	return c;
}

static enum hb_code
sign_class(struct play *p, struct play_school *s, const json_t *class, struct hb_err *err)
{
	static const char *const order[] = { "GVBM", "GVCN", "CBQL", "DON_VI" };
	long n = 0;
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < sizeof order / sizeof order[0] && c == HB_OK; i++) {
		json_t *missing = NULL;
		c = play_get(p, PLAY_TRANSCRIPT, people_of(p, s, "HV"), &missing, err, "/api/transcript/v1/classes/%s/missing?year=%s", play_str(class, "id"),
		    p->year);
		if (c == HB_OK)
			c = sign_round(p, s, class, json_object_get(missing, "items"), order[i], &n, err);
		json_decref(missing);
	}
	if (c == HB_OK)
		play_say(p, "  lớp %s: %ld chữ kí trên học bạ XML và PDF", play_str(class, "code"), n);
	return c;
}

static enum hb_code
issue_class(struct play *p, struct play_school *s, const json_t *class, struct hb_err *err)
{
	json_t *list = NULL;
	size_t n = 0;
	enum hb_code c = play_get(p, PLAY_TRANSCRIPT, people_of(p, s, "VT"), &list, err, "/api/transcript/v1/classes/%s/documents?year=%s",
	    play_str(class, "id"), p->year);
	const json_t *items = json_object_get(list, "items");
	for (size_t i = 0; i < json_array_size(items) && c == HB_OK; i++) {
		const json_t *d = json_array_get(items, i);
		const char *state = play_str(d, "state");
		if (strcmp(state, "SIGNED") == 0)     /* the seal alone did not complete it: evidence came later */
			c = play_post(p, PLAY_TRANSCRIPT, people_of(p, s, "VT"), NULL, NULL, err, "/api/transcript/v1/documents/%s/issue", play_str(d, "id"));
		n += strcmp(state, "SIGNED") == 0 || strcmp(state, "ISSUED") == 0 || strcmp(state, "DEPOSITED") == 0;
	}
	json_decref(list);
	if (c == HB_OK)
		play_say(p, "  lớp %s: phát hành và nộp Sở %zu học bạ", play_str(class, "code"), n);
	return c;
}

/* Until the city has answered every deposit; a refusal is the failure, in its own words. */
static enum hb_code
wait_receipts(struct play *p, struct play_school *s, const json_t *class, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (int waited = 0; c == HB_OK && waited < WAIT_MS; waited += POLL_MS) {
		json_t *list = NULL;
		size_t open = 0;
		c = play_get(p, PLAY_TRANSCRIPT, people_of(p, s, "VT"), &list, err, "/api/transcript/v1/classes/%s/documents?year=%s", play_str(class, "id"),
		    p->year);
		const json_t *items = json_object_get(list, "items");
		for (size_t i = 0; i < json_array_size(items); i++)
			open += strcmp(play_str(json_array_get(items, i), "state"), "ISSUED") == 0;
		json_decref(list);
		if (open == 0)
			return c;
		usleep(POLL_MS * 1000);
	}
	return c != HB_OK ? c : hb_fail(err, HB_E_UPSTREAM, "demo.choLau", "lớp %s: Sở chưa nhận hết học bạ; xem biên nhận", play_str(class, "code"));
}

enum hb_code
act_transcripts(struct play *p, struct play_school *s, const char *period, size_t want, struct hb_err *err)
{
	char *step = hb_printf(&p->a, "%s/transcripts-%s", s->code, period);
	enum hb_code c = step == NULL ? hb_full(err) : HB_OK;
	if (c != HB_OK || journal_has(p, step))
		return c;
	play_say(p, "%s: học bạ từ sổ %s", s->name, period);
	c = build(p, s, period, want, err);
	for (size_t i = 0; i < json_array_size(s->classes) && c == HB_OK; i++) {
		const json_t *class = json_array_get(s->classes, i);
		c = sign_class(p, s, class, err);
		if (c == HB_OK)
			c = issue_class(p, s, class, err);
		if (c == HB_OK)
			c = wait_receipts(p, s, class, err);
	}
	return c == HB_OK ? journal_done(p, step, err) : c;
}
