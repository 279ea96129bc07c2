/* transcript/codes.c - record codes, asked for in bulk from roster time (flow 3), so that signing in June needs no network. */
#include <stdlib.h>
#include <string.h>

#include "transcript/transcript.h"
#include "transcript/transcript_sql.h"

struct asking {
	struct transcript             *t;
	const struct transcript_actor *by;
	const char                    *level;
	const struct transcript_pupil *pupils;
	size_t                         n, asked;
	bool                          *wanted;
};

static enum hb_code
choose(struct db_tx *tx, struct asking *q, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	enum hb_code    rc = HB_OK;
	hb_arena_init(&a, 16 << 20);
	q->asked = 0;
	for (size_t i = 0; rc == HB_OK && i < q->n; i++) {
		struct db_rows rows;
		rc = db_rows(tx, &transcript_code_of_pupil, DB_ARGS(DB_ID(q->by->school), DB_ID(q->pupils[i].id), DB_TEXT(q->level)), &a,
		    &rows, err);
		if (rc != HB_OK)
			return rc;
		const char *state = rows.n == 0 ? "" : db_text(&rows, 0, TRANSCRIPT_CODE_OF_PUPIL_STATE);
		q->wanted[i] = q->pupils[i].personal_id != NULL && (rows.n == 0 || strcmp(state, "FAILED") == 0);
		q->asked += q->wanted[i];
	}
	return rc;
}

/* {"v":1,"school","level","pupils":[{"ref","personal_id"}]} */
static enum hb_code
send(struct db_tx *tx, struct asking *q, struct hb_id *ret_message, struct hb_err *err)
{
	HB_SCOPED_ARENA          a;
	struct transcript_school school;
	hb_arena_init(&a, 1 << 20);
	enum hb_code rc = transcript_school_get(tx, q->by->school, NULL, &a, &school, err);
	if (rc != HB_OK)
		return rc;
	json_t *pupils = json_array();
	for (size_t i = 0; i < q->n; i++)
		if (q->wanted[i])
			json_array_append_new(pupils, json_pack("{s:s,s:s}", "ref", q->pupils[i].id, "personal_id",
			    q->pupils[i].personal_id));
	json_t *payload = json_pack("{s:i,s:s,s:s,s:o}", "v", 1, "school", school.code, "level", q->level, "pupils", pupils);
	char   *text = payload == NULL ? NULL : json_dumps(payload, JSON_COMPACT);
	json_decref(payload);
	if (text == NULL)
		return hb_full(err);
	struct exchange_out m = { .to = q->t->city, .flow = 3, .kind = "codes-reserve", .payload_type = "application/json",
		.payload = HB_STR(text) };
	rc = exchange_send(q->t->exchange, tx, &m, ret_message, err);
	free(text);
	return rc;
}

static enum hb_code
reserve(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct asking     *q = ctx;
	struct hb_id       message;
	struct audit_entry e = { .school = q->by->school, .actor = q->by->who, .action = "codes.reserve", .object = q->level,
		.request = q->by->request };
	enum hb_code       rc = choose(tx, q, err);
	if (rc != HB_OK || q->asked == 0)
		return rc;
	rc = send(tx, q, &message, err);
	for (size_t i = 0; rc == HB_OK && i < q->n; i++)
		if (q->wanted[i])
			rc = db_run(tx, &transcript_code_ask, DB_ARGS(DB_ID(q->by->school), DB_ID(q->pupils[i].id), DB_TEXT(q->level),
			    DB_TEXT(q->pupils[i].personal_id), DB_ID(message.s), DB_TIME(hb_now())), NULL, err);
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}

enum hb_code
transcript_codes_reserve(struct transcript *t, const struct transcript_actor *by, const char *level,
    const struct transcript_pupil *pupils, size_t n, size_t *ret_asked, struct hb_err *err)
{
	struct asking q = { .t = t, .by = by, .level = level, .pupils = pupils, .n = n };
	if (n == 0 || n > TRANSCRIPT_CODES_MAX)
		return hb_fail(err, HB_E_INPUT, "hocBa.soMa", "mỗi lần xin mã cho từ 1 đến %d học sinh", TRANSCRIPT_CODES_MAX);
	q.wanted = calloc(n, sizeof *q.wanted);
	if (q.wanted == NULL)
		return hb_full(err);
	enum hb_code rc = db_write(t->db, reserve, &q, err);
	free(q.wanted);
	if (rc == HB_OK && ret_asked != NULL)
		*ret_asked = q.asked;
	return rc;
}

/* ---- giving back ---- */

struct giving { const struct transcript_actor *by; const char *const *codes; size_t n; const char *reason; };

static enum hb_code
cancel(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct giving *g = ctx;
	for (size_t i = 0; i < g->n; i++) {
		int64_t      changed = 0;
		enum hb_code rc = db_run(tx, &transcript_code_cancel, DB_ARGS(DB_TEXT(g->reason), DB_ID(g->by->school),
		    DB_TEXT(g->codes[i])), &changed, err);
		if (rc != HB_OK)
			return rc;
		if (changed != 1)
			return hb_fail(err, HB_E_CONFLICT, "hocBa.maDaDung", "mã %.30s đã dùng hoặc không có", g->codes[i]);
	}
	return HB_OK;
}

enum hb_code
transcript_codes_cancel(struct transcript *t, const struct transcript_actor *by, const char *const *codes, size_t n,
    const char *reason, struct hb_err *err)
{
	struct giving g = { by, codes, n, reason };
	enum hb_code  rc = db_write(t->db, cancel, &g, err);
	if (rc != HB_OK)
		return rc;
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(codes[i]));
	return transcript_request(t, by, 3, "codes-cancel", "codes", json_pack("{s:o,s:s}", "codes", list, "reason", reason), NULL, err);
}

/* ---- the city's answer to codes-reserve ---- */

struct answered { struct hb_id school; const char *level; };

static enum hb_code
take_given(struct db_tx *tx, const struct answered *w, const json_t *one, struct hb_err *err)
{
	const char *ref = json_string_value(json_object_get(one, "ref")), *code = json_string_value(json_object_get(one, "code"));
	if (ref == NULL || !hb_id_valid(ref) || code == NULL || !hb_record_code_valid(code))
		return hb_fail(err, HB_E_INPUT, "hocBa.saiGoi", "biên nhận cấp mã không đúng dạng");
	return db_run(tx, &transcript_code_given, DB_ARGS(DB_TEXT(code), DB_ID(w->school.s), DB_ID(ref), DB_TEXT(w->level)), NULL, err);
}

static enum hb_code
take_failed(struct db_tx *tx, const struct answered *w, const json_t *one, struct hb_err *err)
{
	const char *ref = json_string_value(json_object_get(one, "ref")), *text = json_string_value(json_object_get(one, "text"));
	if (ref == NULL || !hb_id_valid(ref))
		return hb_fail(err, HB_E_INPUT, "hocBa.saiGoi", "biên nhận cấp mã không đúng dạng");
	return db_run(tx, &transcript_code_failed, DB_ARGS(DB_TEXT(text == NULL ? "" : text), DB_ID(w->school.s), DB_ID(ref),
	    DB_TEXT(w->level)), NULL, err);
}

enum hb_code
transcript_codes_answered(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	struct db_rows  rows;
	size_t          i;
	json_t         *one;
	(void)ctx;
	hb_arena_init(&a, 1 << 20);
	enum hb_code rc = db_rows(tx, &transcript_school_of_codes, DB_ARGS(DB_ID(r->in_reply_to.s)), &a, &rows, err);
	if (rc != HB_OK || rows.n == 0)
		return rc;
	struct answered w = { db_id(&rows, 0, TRANSCRIPT_SCHOOL_OF_CODES_SCHOOL_ID),
		db_text(&rows, 0, TRANSCRIPT_SCHOOL_OF_CODES_LEVEL) };
	if (r->accepted) {
		json_array_foreach(json_object_get(r->result, "codes"), i, one)
			if (rc == HB_OK)
				rc = take_given(tx, &w, one, err);
		json_array_foreach(json_object_get(r->result, "failed"), i, one)
			if (rc == HB_OK)
				rc = take_failed(tx, &w, one, err);
	}
	if (rc == HB_OK)            /* what the answer does not name was not given */
		rc = db_run(tx, &transcript_codes_all_failed, DB_ARGS(DB_TEXT("Sở không cấp mã"), DB_ID(r->in_reply_to.s)), NULL, err);
	return rc;
}
