/* transcript/codes.c - record codes, reserved in bulk from roster time (flow 3), so that signing in June needs no network. */
#include "transcript/transcript.h"
#include "transcript/transcript_sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct request {
	struct transcript             *t;
	const struct transcript_actor *by;
	const char                    *level, *reason, *kind;
	const char *const             *codes;
	size_t                         n;
	struct hb_id                   message;
};

/* {"v":1,"school":code,"level":…,"reason":…,"codes":[…]} */
static enum hb_code
send_codes(struct db_tx *tx, struct request *r, struct hb_err *err)
{
	HB_SCOPED_ARENA          a;
	struct transcript_school school;
	hb_arena_init(&a, 4 << 20);
	enum hb_code rc = transcript_school_get(tx, r->by->school, NULL, &a, &school, err);
	if (rc != HB_OK)
		return rc;
	json_t *codes = json_array(), *payload = json_pack("{s:i,s:s,s:o}", "v", 1, "school", school.code, "codes", codes);
	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(codes, json_string(r->codes[i]));
	if (r->level != NULL)
		json_object_set_new(payload, "level", json_string(r->level));
	if (r->reason != NULL)
		json_object_set_new(payload, "reason", json_string(r->reason));
	char *text = json_dumps(payload, JSON_COMPACT);
	json_decref(payload);
	if (text == NULL)
		return hb_full(err);
	struct exchange_out m = { .to = r->t->city, .flow = 3, .kind = r->kind, .payload_type = "application/json",
		.payload = HB_STR(text) };
	rc = exchange_send(r->t->exchange, tx, &m, &r->message, err);
	free(text);
	return rc;
}

static enum hb_code
audit_codes(struct db_tx *tx, struct request *r, const char *action, struct hb_err *err)
{
	char payload[80];
	snprintf(payload, sizeof payload, "{\"codes\":%zu}", r->n);
	struct audit_entry e = { .school = r->by->school, .actor = r->by->who, .action = action, .object = "codes",
		.request = r->by->request, .payload = payload };
	return audit_write(tx, &e, err);
}

static enum hb_code
reserve(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct request *r = ctx;
	r->kind = "codes-reserve";
	enum hb_code rc = send_codes(tx, r, err);
	for (size_t i = 0; rc == HB_OK && i < r->n; i++)
		rc = db_run(tx, &transcript_code_add, DB_ARGS(DB_ID(r->by->school), DB_TEXT(r->codes[i]), DB_TEXT(r->level),
		    DB_ID(r->message.s), DB_TIME(hb_now())), NULL, err);
	return rc == HB_OK ? audit_codes(tx, r, "codes.reserve", err) : rc;
}

enum hb_code
transcript_codes_reserve(struct transcript *t, const struct transcript_actor *by, const char *level, int n,
    struct hb_id *ret_message, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 4 << 20);
	if (n < 1 || n > TRANSCRIPT_CODES_MAX)
		return hb_fail(err, HB_E_INPUT, "hocBa.soMa", "mỗi lần xin từ 1 đến %d mã", TRANSCRIPT_CODES_MAX);
	const char **codes = HB_NEWN(&a, const char *, (size_t)n);
	for (int i = 0; codes != NULL && i < n; i++)
		codes[i] = hb_strdup(&a, hb_record_code_new().s);
	if (a.full)
		return hb_full(err);
	struct request r = { .t = t, .by = by, .level = level, .codes = codes, .n = (size_t)n };
	enum hb_code   rc = db_write(t->db, reserve, &r, err);
	if (rc == HB_OK && ret_message != NULL)
		*ret_message = r.message;
	return rc;
}

static enum hb_code
cancel(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct request *r = ctx;
	r->kind = "codes-cancel";
	for (size_t i = 0; i < r->n; i++) {
		int64_t      changed = 0;
		enum hb_code rc = db_run(tx, &transcript_code_state_set, DB_ARGS(DB_TEXT("CANCELLED"), DB_ID(r->by->school),
		    DB_TEXT(r->codes[i]), DB_TEXT("RESERVED")), &changed, err);
		if (rc != HB_OK)
			return rc;
		if (changed != 1)
			return hb_fail(err, HB_E_CONFLICT, "hocBa.maDaDung", "mã %.30s đã dùng hoặc không có", r->codes[i]);
	}
	enum hb_code rc = send_codes(tx, r, err);
	return rc == HB_OK ? audit_codes(tx, r, "codes.cancel", err) : rc;
}

enum hb_code
transcript_codes_cancel(struct transcript *t, const struct transcript_actor *by, const char *const *codes, size_t n,
    const char *reason, struct hb_err *err)
{
	struct request r = { .t = t, .by = by, .codes = codes, .n = n, .reason = reason };
	return db_write(t->db, cancel, &r, err);
}

static enum hb_code
check(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct request *r = ctx;
	r->kind = "codes-check";
	return send_codes(tx, r, err);
}

enum hb_code
transcript_codes_check(struct transcript *t, const struct transcript_actor *by, const char *const *codes, size_t n,
    struct hb_id *ret_message, struct hb_err *err)
{
	struct request r = { .t = t, .by = by, .codes = codes, .n = n };
	enum hb_code   rc = db_write(t->db, check, &r, err);
	if (rc == HB_OK)
		*ret_message = r.message;
	return rc;
}

/* ---- the city's answer ---- */

static bool
refused(const struct exchange_receipt *r, const char *code)
{
	size_t  i;
	json_t *one;
	json_array_foreach(r->errors, i, one) {
		const char *subject = json_string_value(json_object_get(one, "subject"));
		if (subject != NULL && strcmp(subject, code) == 0)
			return true;
	}
	return false;
}

/* A refusal of the whole message refuses its codes; an accepted one may still name single codes. */
enum hb_code
transcript_codes_answered(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	struct db_rows  rows;
	(void)ctx;
	hb_arena_init(&a, 4 << 20);
	enum hb_code rc = db_rows(tx, &transcript_codes_of_message, DB_ARGS(DB_ID(r->in_reply_to.s)), &a, &rows, err);
	for (size_t i = 0; rc == HB_OK && i < rows.n; i++) {
		const char *code = db_text(&rows, i, TRANSCRIPT_CODES_OF_MESSAGE_CODE);
		bool        good = r->accepted && !refused(r, code);
		rc = db_run(tx, &transcript_code_state_set, DB_ARGS(DB_TEXT(good ? "RESERVED" : "REFUSED"),
		    DB_ID(db_id(&rows, i, TRANSCRIPT_CODES_OF_MESSAGE_SCHOOL_ID).s), DB_TEXT(code), DB_TEXT("ASKED")), NULL, err);
	}
	return rc;
}
