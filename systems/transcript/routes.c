/* transcript/routes.c - messages, codes, class files, progress. */
#include "transcript/routes.h"

#include <stdlib.h>
#include <string.h>

#include "transcript/transcript_sql.h"

struct transcript_actor
transcript_actor(const struct api_req *r)
{
	return (struct transcript_actor){ .school = r->who->school.s, .who = r->who->account.s, .request = r->request_id };
}

struct query { const struct db_stmt *stmt; const struct db_val *args; struct hb_arena *a; struct db_rows rows; };

static enum hb_code
run_query(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;
	return db_rows(tx, q->stmt, q->args, q->a, &q->rows, err);
}

enum hb_code
transcript_rows(struct api_req *r, const struct db_stmt *stmt, const struct db_val *args, struct db_rows *ret_rows,
    struct hb_err *err)
{
	struct transcript *t = r->system;
	struct query       q = { stmt, args, r->a, { 0 } };
	enum hb_code       rc = db_read(t->db, run_query, &q, err);
	if (rc == HB_OK)
		*ret_rows = q.rows;
	return rc;
}

enum hb_code
transcript_asked(struct api_req *r, const struct hb_id *request, struct hb_err *err)
{
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "request", request->s);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
transcript_message_post(struct api_req *r, struct hb_err *err)
{
	struct transcript *t = r->system;
	struct hb_bytes    reply = { 0 };
	char              *body = json_dumps(r->body, JSON_COMPACT);
	if (body == NULL)
		return hb_full(err);
	enum hb_code rc = exchange_receive(t->exchange, HB_STR(body), r->a, &reply, err);
	free(body);
	if (rc == HB_OK)
		hb_put(r->out, reply.p, reply.n);
	return rc;
}

/* ---- codes ---- */

enum hb_code
transcript_codes_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = transcript_rows(r, &transcript_codes_list, DB_ARGS(DB_ID(transcript_school_of(r))), &rows, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "pupil", db_id(&rows, i, TRANSCRIPT_CODES_LIST_PUPIL_ID).s);
		jw_str(&w, "level", db_text(&rows, i, TRANSCRIPT_CODES_LIST_LEVEL));
		jw_str(&w, "code", db_text(&rows, i, TRANSCRIPT_CODES_LIST_CODE));
		jw_str(&w, "state", db_text(&rows, i, TRANSCRIPT_CODES_LIST_STATE));
		jw_str(&w, "note", db_text(&rows, i, TRANSCRIPT_CODES_LIST_NOTE));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
transcript_codes_ask(struct api_req *r, struct hb_err *err)
{
	struct transcript_actor  by = transcript_actor(r);
	const json_t            *list = json_object_get(r->body, "pupils");
	size_t                   n = json_array_size(list), asked = 0;
	struct transcript_pupil *pupils = HB_NEWN(r->a, struct transcript_pupil, n + 1);
	if (pupils == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(list, i);
		pupils[i].id = json_string_value(json_object_get(one, "id"));
		pupils[i].personal_id = json_string_value(json_object_get(one, "personal_id"));
	}
	enum hb_code rc = transcript_codes_reserve(r->system, &by, json_string_value(json_object_get(r->body, "level")), pupils, n,
	    &asked, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "asked", (int64_t)asked);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static enum hb_code
codes_of_body(struct api_req *r, const char *const **ret_codes, size_t *ret_n, struct hb_err *err)
{
	const json_t *list = json_object_get(r->body, "codes");
	size_t        n = json_array_size(list);
	const char  **codes = HB_NEWN(r->a, const char *, n + 1);
	if (codes == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i++)
		codes[i] = json_string_value(json_array_get(list, i));
	*ret_codes = codes;
	*ret_n = n;
	return HB_OK;
}

enum hb_code
transcript_codes_return(struct api_req *r, struct hb_err *err)
{
	struct transcript_actor by = transcript_actor(r);
	const char *const      *codes = NULL;
	size_t                  n = 0;
	enum hb_code            rc = codes_of_body(r, &codes, &n, err);
	if (rc != HB_OK)
		return rc;
	return transcript_codes_cancel(r->system, &by, codes, n, json_string_value(json_object_get(r->body, "reason")), err);
}

enum hb_code
transcript_codes_look_up(struct api_req *r, struct hb_err *err)
{
	struct transcript_actor by = transcript_actor(r);
	const char *const      *codes = NULL;
	size_t                  n = 0;
	struct hb_id            request = { 0 };
	enum hb_code            rc = codes_of_body(r, &codes, &n, err);
	if (rc == HB_OK)
		rc = transcript_codes_check(r->system, &by, codes, n, &request, err);
	return rc == HB_OK ? transcript_asked(r, &request, err) : rc;
}

/* ---- class files ---- */

enum hb_code
transcript_sources_list(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = transcript_rows(r, &transcript_sources_of_year, DB_ARGS(DB_ID(transcript_school_of(r)), DB_TEXT(api_query(r, "year"))),
	      &rows, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "id", db_id(&rows, i, TRANSCRIPT_SOURCES_OF_YEAR_ID).s);
		jw_str(&w, "class", db_id(&rows, i, TRANSCRIPT_SOURCES_OF_YEAR_CLASS_ID).s);
		jw_str(&w, "class_name", db_text(&rows, i, TRANSCRIPT_SOURCES_OF_YEAR_CLASS_NAME));
		jw_str(&w, "period", db_text(&rows, i, TRANSCRIPT_SOURCES_OF_YEAR_PERIOD));
		jw_str(&w, "level", db_text(&rows, i, TRANSCRIPT_SOURCES_OF_YEAR_LEVEL));
		jw_int(&w, "grade", db_int(&rows, i, TRANSCRIPT_SOURCES_OF_YEAR_GRADE));
		jw_int(&w, "revision", db_int(&rows, i, TRANSCRIPT_SOURCES_OF_YEAR_REVISION));
		jw_str(&w, "fingerprint", db_text(&rows, i, TRANSCRIPT_SOURCES_OF_YEAR_FINGERPRINT));
		jw_time(&w, "received", db_time(&rows, i, TRANSCRIPT_SOURCES_OF_YEAR_RECEIVED_AT));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
transcript_source_build(struct api_req *r, struct hb_err *err)
{
	struct transcript_actor by = transcript_actor(r);
	struct transcript_built built = { 0 };
	enum hb_code            rc = transcript_build(r->system, &by, api_param(r, "source"), &built, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "built", (int64_t)built.built);
	jw_int(&w, "unchanged", (int64_t)built.unchanged);
	jw_int(&w, "late", (int64_t)built.late);
	jw_int(&w, "failed", (int64_t)built.failed);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
transcript_source_faults(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = transcript_rows(r, &transcript_faults_of, DB_ARGS(DB_ID(transcript_school_of(r)), DB_ID(api_param(r, "source"))), &rows,
	      err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "pupil", db_id(&rows, i, TRANSCRIPT_FAULTS_OF_PUPIL_ID).s);
		jw_str(&w, "name", db_text(&rows, i, TRANSCRIPT_FAULTS_OF_PUPIL_NAME));
		jw_str(&w, "key", db_text(&rows, i, TRANSCRIPT_FAULTS_OF_KEY));
		jw_str(&w, "text", db_text(&rows, i, TRANSCRIPT_FAULTS_OF_MESSAGE));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- progress ---- */

enum hb_code
transcript_progress_get(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = transcript_rows(r, &transcript_progress, DB_ARGS(DB_ID(transcript_school_of(r)), DB_TEXT(api_query(r, "year"))), &rows,
	      err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "class", db_id(&rows, i, TRANSCRIPT_PROGRESS_CLASS_ID).s);
		jw_str(&w, "class_name", db_text(&rows, i, TRANSCRIPT_PROGRESS_CLASS_NAME));
		jw_int(&w, "grade", db_int(&rows, i, TRANSCRIPT_PROGRESS_GRADE));
		jw_str(&w, "state", db_text(&rows, i, TRANSCRIPT_PROGRESS_STATE));
		jw_int(&w, "documents", db_int(&rows, i, TRANSCRIPT_PROGRESS_N));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
transcript_missing_list(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = transcript_rows(r, &transcript_missing_of_class, DB_ARGS(DB_ID(transcript_school_of(r)), DB_ID(api_param(r, "class")),
	      DB_TEXT(api_query(r, "year"))), &rows, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		bool none = db_is_null(&rows, i, TRANSCRIPT_MISSING_OF_CLASS_PERSON_ID);
		jw_object(&w, NULL);
		jw_str(&w, "role", db_text(&rows, i, TRANSCRIPT_MISSING_OF_CLASS_ROLE));
		jw_str(&w, "subject", db_text(&rows, i, TRANSCRIPT_MISSING_OF_CLASS_SUBJECT));
		jw_str(&w, "person", none ? NULL : db_id(&rows, i, TRANSCRIPT_MISSING_OF_CLASS_PERSON_ID).s);
		jw_str(&w, "name", db_text(&rows, i, TRANSCRIPT_MISSING_OF_CLASS_NAME));
		jw_int(&w, "documents", db_int(&rows, i, TRANSCRIPT_MISSING_OF_CLASS_N));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
