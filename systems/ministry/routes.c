/* Routes of the Ministry's officers, and the door for messages of the Sở. */
#include "auth/hooks.h"
#include "json/read.h"
#include "ministry/ministry.h"
#include "ministry/ministry_api.h"
#include "ministry/ministry_sql.h"

struct query { const struct db_stmt *stmt; const struct db_val *args; struct hb_arena *a; struct db_rows rows; };

static enum hb_code
query_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;
	return db_rows(tx, q->stmt, q->args, q->a, &q->rows, err);
}

static enum hb_code
query(struct api_req *r, const struct db_stmt *stmt, const struct db_val *args, struct db_rows *ret_rows, struct hb_err *err)
{
	struct ministry *m = r->system;
	struct query q = { stmt, args, r->a, { 0 } };
	enum hb_code rc = db_read(m->db, query_fn, &q, err);
	if (rc == HB_OK)
		*ret_rows = q.rows;
	return rc;
}

enum hb_code
ministry_message_post(struct api_req *r, struct hb_err *err)
{
	struct ministry *m = r->system;
	struct hb_bytes reply;
	enum hb_code rc = exchange_receive(m->exchange, r->raw, r->a, &reply, err);
	if (rc == HB_OK)
		hb_put(r->out, reply.p, reply.n);
	return rc;
}

enum hb_code
ministry_session_open(struct api_req *r, struct hb_err *err)
{
	struct ministry *m = r->system;
	struct auth_entry entry;
	const struct auth_attempt try = { m->unit.s, json_opt_str(r->body, "login"), json_opt_str(r->body, "password"),
		json_opt_str(r->body, "code"), json_opt_str(r->body, "new_password"), r->peer, r->request_id };
	enum hb_code rc = auth_enter(m->auth, &try, r->a, &entry, err);
	if (rc != HB_OK)
		return rc;
	api_session_cookie(r, entry.token);
	struct jw w = api_json(r);
	auth_person_write(&w, NULL, entry.who);
	return api_json_end(r, &w, err);
}

enum hb_code
ministry_session_close(struct api_req *r, struct hb_err *err)
{
	struct ministry *m = r->system;
	enum hb_code rc = auth_leave(m->auth, r->who, err);
	if (rc == HB_OK)
		api_session_cookie(r, NULL);
	return rc;
}

enum hb_code
ministry_cities_list(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code rc = query(r, &ministry_city_list, NULL, &rows, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "member", db_text(&rows, i, MINISTRY_CITY_LIST_MEMBER));
		jw_str(&w, "name", db_text(&rows, i, MINISTRY_CITY_LIST_NAME));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static enum hb_code
city_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct api_req *r = ctx;
	return ministry_city_set(tx, api_param(r, "member"), json_opt_str(r->body, "name"), r->who->person.s, err);
}

enum hb_code
ministry_city_write(struct api_req *r, struct hb_err *err)
{
	struct ministry *m = r->system;
	return db_write(m->db, city_fn, r, err);
}

enum hb_code
ministry_counts_get(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code rc = query(r, &ministry_counts, DB_ARGS(DB_TEXT(api_param(r, "year"))), &rows, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "city", db_text(&rows, i, MINISTRY_COUNTS_CITY));
		jw_str(&w, "school", db_text(&rows, i, MINISTRY_COUNTS_SCHOOL));
		jw_int(&w, "records", db_int(&rows, i, MINISTRY_COUNTS_RECORDS));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
ministry_record_get(struct api_req *r, struct hb_err *err)
{
	struct db_rows uuid, rows;
	enum hb_code rc = query(r, &ministry_uuid_of_code, DB_ARGS(DB_TEXT(api_param(r, "code"))), &uuid, err);
	if (rc == HB_OK && uuid.n == 0)
		rc = hb_fail(err, HB_E_NOTFOUND, "bo.khongCo", "%s", hb_message("bo.khongCo"));
	if (rc == HB_OK)
		rc = query(r, &ministry_records_of_code, DB_ARGS(DB_TEXT(api_param(r, "code"))), &rows, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "code", api_param(r, "code"));
	jw_str(&w, "uuid", db_id(&uuid, 0, MINISTRY_UUID_OF_CODE_UUID).s);
	jw_array(&w, "years");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "year", db_text(&rows, i, MINISTRY_RECORDS_OF_CODE_YEAR));
		jw_int(&w, "version", db_int(&rows, i, MINISTRY_RECORDS_OF_CODE_VERSION));
		jw_str(&w, "school", db_text(&rows, i, MINISTRY_RECORDS_OF_CODE_SCHOOL));
		jw_str(&w, "fingerprint", db_text(&rows, i, MINISTRY_RECORDS_OF_CODE_FINGERPRINT));
		jw_time(&w, "locked", db_time(&rows, i, MINISTRY_RECORDS_OF_CODE_LOCKED));
		jw_time(&w, "received", db_time(&rows, i, MINISTRY_RECORDS_OF_CODE_RECEIVED));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
