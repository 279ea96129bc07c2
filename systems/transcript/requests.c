/* transcript/requests.c - what else the school asks of the city, and what its answers change here. */
#include <stdlib.h>
#include <string.h>

#include "transcript/transcript.h"
#include "transcript/transcript_sql.h"

/* ---- asking ---- */

struct request {
	struct transcript             *t;
	const struct transcript_actor *by;
	int                            flow;
	const char                    *kind, *subject;
	json_t                        *payload;
	struct hb_id                   id;
};

static enum hb_code
send(struct db_tx *tx, struct request *q, struct hb_err *err)
{
	HB_SCOPED_ARENA          a;
	struct transcript_school school;
	hb_arena_init(&a, 1 << 20);
	enum hb_code rc = transcript_school_get(tx, q->by->school, NULL, &a, &school, err);
	if (rc != HB_OK)
		return rc;
	json_object_set_new(q->payload, "v", json_integer(1));
	json_object_set_new(q->payload, "school", json_string(school.code));
	char *text = json_dumps(q->payload, JSON_COMPACT);
	if (text == NULL)
		return hb_full(err);
	struct exchange_out m = { .to = q->t->city, .flow = q->flow, .kind = q->kind, .payload_type = "application/json",
		.payload = HB_STR(text) };
	rc = exchange_send(q->t->exchange, tx, &m, &q->id, err);
	free(text);
	return rc;
}

static enum hb_code
request_in(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct request    *q = ctx;
	struct audit_entry e = { .school = q->by->school, .actor = q->by->who, .action = q->kind, .object = q->subject,
		.request = q->by->request };
	enum hb_code       rc = send(tx, q, err);
	if (rc == HB_OK)
		rc = db_run(tx, &transcript_request_add, DB_ARGS(DB_ID(q->by->school), DB_ID(q->id.s), DB_INT(q->flow), DB_TEXT(q->kind),
		    DB_TEXT(q->subject), DB_TEXT(q->by->who), DB_TIME(hb_now())), NULL, err);
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}

enum hb_code
transcript_request(struct transcript *t, const struct transcript_actor *by, int flow, const char *kind,
    const char *subject, json_t *payload, struct hb_id *ret_request, struct hb_err *err)
{
	struct request q = { .t = t, .by = by, .flow = flow, .kind = kind, .subject = subject, .payload = payload };
	if (payload == NULL)
		return hb_full(err);
	enum hb_code rc = db_write(t->db, request_in, &q, err);
	json_decref(payload);
	if (rc == HB_OK && ret_request != NULL)
		*ret_request = q.id;
	return rc;
}

enum hb_code
transcript_codes_check(struct transcript *t, const struct transcript_actor *by, const char *const *codes, size_t n,
    struct hb_id *ret_request, struct hb_err *err)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(codes[i]));
	return transcript_request(t, by, 3, "codes-check", "codes", json_pack("{s:o}", "codes", list), ret_request, err);
}

/* ---- answers ---- */

static enum hb_code
lock(struct db_tx *tx, const struct transcript_actor *by, const char *document, const char *note, struct hb_err *err)
{
	return transcript_step(tx, by, document, DOC_LOCK, note, err);
}

/* The year is closed: everything deposited of it is locked (D14.3). */
static enum hb_code
lock_year(struct db_tx *tx, const struct transcript_actor *by, const char *year, struct hb_arena *a, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = db_rows(tx, &transcript_documents_deposited, DB_ARGS(DB_ID(by->school), DB_TEXT(year)), a, &rows, err);
	for (size_t i = 0; rc == HB_OK && i < rows.n; i++)
		rc = lock(tx, by, db_id(&rows, i, TRANSCRIPT_DOCUMENTS_DEPOSITED_ID).s, "close-year", err);
	return rc;
}

static bool
is_locked(const char *state)
{
	return state != NULL && (strcmp(state, "LOCKED") == 0 || strcmp(state, "AT_MINISTRY") == 0);
}

static enum hb_code
lock_known(struct db_tx *tx, const struct transcript_actor *by, const char *code, const json_t *year, struct hb_arena *a,
    struct hb_err *err)
{
	struct db_rows rows;
	if (!is_locked(json_string_value(json_object_get(year, "state"))) || code == NULL)
		return HB_OK;
	enum hb_code rc = db_rows(tx, &transcript_document_by_record, DB_ARGS(DB_ID(by->school), DB_TEXT(code),
	    DB_TEXT(json_string_value(json_object_get(year, "year"))), DB_INT(json_integer_value(json_object_get(year, "version")))),
	    a, &rows, err);
	if (rc != HB_OK || rows.n != 1 ||
	    strcmp(db_text(&rows, 0, TRANSCRIPT_DOCUMENT_BY_RECORD_STATE), doc_state_name(DOC_DEPOSITED)) != 0)
		return rc;
	return lock(tx, by, db_id(&rows, 0, TRANSCRIPT_DOCUMENT_BY_RECORD_ID).s, "codes-check", err);
}

static enum hb_code
take_check(struct db_tx *tx, const struct transcript_actor *by, const json_t *result, struct hb_arena *a,
    struct hb_err *err)
{
	size_t       i, k;
	json_t      *one, *year;
	enum hb_code rc = HB_OK;
	json_array_foreach(json_object_get(result, "codes"), i, one)
		json_array_foreach(json_object_get(one, "years"), k, year)
			if (rc == HB_OK)
				rc = lock_known(tx, by, json_string_value(json_object_get(one, "code")), year, a, err);
	return rc;
}

static enum hb_code
keep_answer(struct db_tx *tx, const char *school, const struct exchange_receipt *r, struct hb_err *err)
{
	json_t *both = json_pack("{s:O?,s:O?}", "result", r->result, "errors", r->errors);
	char   *text = both == NULL ? NULL : json_dumps(both, JSON_COMPACT);
	json_decref(both);
	if (text == NULL)
		return hb_full(err);
	enum hb_code rc = db_run(tx, &transcript_request_answer, DB_ARGS(DB_TEXT(r->accepted ? "ACCEPTED" : "REFUSED"), DB_TEXT(text),
	    DB_TIME(hb_now()), DB_ID(school), DB_ID(r->in_reply_to.s)), NULL, err);
	free(text);
	return rc;
}

enum hb_code
transcript_request_answered(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	struct db_rows  rows;
	(void)ctx;
	hb_arena_init(&a, 16 << 20);
	enum hb_code rc = db_rows(tx, &transcript_request_of_message, DB_ARGS(DB_ID(r->in_reply_to.s)), &a, &rows, err);
	if (rc != HB_OK || rows.n == 0)
		return rc;
	struct hb_id            school = db_id(&rows, 0, TRANSCRIPT_REQUEST_OF_MESSAGE_SCHOOL_ID);
	const char             *kind = db_text(&rows, 0, TRANSCRIPT_REQUEST_OF_MESSAGE_KIND);
	struct transcript_actor by = { .school = school.s, .who = "system:city" };
	rc = keep_answer(tx, school.s, r, err);
	if (rc == HB_OK && r->accepted && strcmp(kind, "close-year") == 0)
		rc = lock_year(tx, &by, db_text(&rows, 0, TRANSCRIPT_REQUEST_OF_MESSAGE_SUBJECT), &a, err);
	if (rc == HB_OK && r->accepted && strcmp(kind, "codes-check") == 0)
		rc = take_check(tx, &by, r->result, &a, err);
	return rc;
}
