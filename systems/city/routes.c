/* Routes of the Sở's officers, of anyone who has a record code, and the door for messages. */
#include <string.h>

#include "city/city.h"
#include "city/city_api.h"
#include "city/city_sql.h"
#include "json/read.h"

enum { LIST_MAX = 5000 };

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
	struct city *c = r->system;
	struct query q = { stmt, args, r->a, { 0 } };
	enum hb_code rc = db_read(c->db, query_fn, &q, err);
	if (rc == HB_OK)
		*ret_rows = q.rows;
	return rc;
}

/* {"items":[…]}, one object a row. */
static enum hb_code
reply_items(struct api_req *r, const struct db_rows *rows, void (*one)(struct jw *w, const struct db_rows *rows, size_t i),
    struct hb_err *err)
{
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows->n; i++) {
		jw_object(&w, NULL);
		one(&w, rows, i);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* -- messages --------------------------------------------------------------------------------------------- */

enum hb_code
city_message_post(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	struct hb_bytes reply;
	enum hb_code rc = exchange_receive(c->exchange, r->raw, r->a, &reply, err);
	if (rc == HB_OK)
		hb_put(r->out, reply.p, reply.n);
	return rc;
}

/* -- schools ---------------------------------------------------------------------------------------------- */

static void
school_item(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_str(w, "code", db_text(rows, i, CITY_SCHOOL_LIST_CODE));
	jw_str(w, "name", db_text(rows, i, CITY_SCHOOL_LIST_NAME));
	jw_str(w, "member", db_text(rows, i, CITY_SCHOOL_LIST_MEMBER));
	jw_int(w, "version", db_int(rows, i, CITY_SCHOOL_LIST_VERSION));
}

enum hb_code
city_schools_list(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code rc = query(r, &city_school_list, NULL, &rows, err);
	return rc == HB_OK ? reply_items(r, &rows, school_item, err) : rc;
}

static enum hb_code
school_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct api_req *r = ctx;
	const struct city_school s = { api_param(r, "code"), json_opt_str(r->body, "name"), json_opt_str(r->body, "member") };
	return city_school_set(tx, &s, r->who->person.s, err);
}

enum hb_code
city_school_write(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	return db_write(c->db, school_fn, r, err);
}

/* -- certificates and corrections --------------------------------------------------------------------------- */

static void
certificate_item(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_str(w, "id", db_id(rows, i, CITY_CERTIFICATE_LIST_ID).s);
	jw_str(w, "school", db_text(rows, i, CITY_CERTIFICATE_LIST_SCHOOL));
	jw_str(w, "school_name", db_text(rows, i, CITY_CERTIFICATE_LIST_SCHOOL_NAME));
	jw_str(w, "fingerprint", db_text(rows, i, CITY_CERTIFICATE_LIST_FINGERPRINT));
	jw_str(w, "subject", db_text(rows, i, CITY_CERTIFICATE_LIST_SUBJECT));
	jw_str(w, "issuer", db_text(rows, i, CITY_CERTIFICATE_LIST_ISSUER));
	jw_str(w, "serial", db_text(rows, i, CITY_CERTIFICATE_LIST_SERIAL));
	jw_time(w, "not_before", db_time(rows, i, CITY_CERTIFICATE_LIST_NOT_BEFORE));
	jw_time(w, "not_after", db_time(rows, i, CITY_CERTIFICATE_LIST_NOT_AFTER));
	jw_str(w, "from", db_text(rows, i, CITY_CERTIFICATE_LIST_FROM_DATE));
	jw_str(w, "to", db_text(rows, i, CITY_CERTIFICATE_LIST_TO_DATE));
	jw_object(w, "decision");
	jw_str(w, "number", db_text(rows, i, CITY_CERTIFICATE_LIST_DECISION_NUMBER));
	jw_str(w, "date", db_text(rows, i, CITY_CERTIFICATE_LIST_DECISION_DATE));
	jw_str(w, "by", db_text(rows, i, CITY_CERTIFICATE_LIST_DECISION_BY));
	jw_end(w);
	jw_str(w, "state", db_text(rows, i, CITY_CERTIFICATE_LIST_STATE));
	jw_time(w, "at", db_time(rows, i, CITY_CERTIFICATE_LIST_AT));
}

static const char *
wanted_state(const struct api_req *r)
{
	const char *state = api_query(r, "state");
	return state != NULL ? state : "";
}

enum hb_code
city_certificates_list(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code rc = query(r, &city_certificate_list, DB_ARGS(DB_TEXT(wanted_state(r)), DB_INT(LIST_MAX)), &rows, err);
	return rc == HB_OK ? reply_items(r, &rows, certificate_item, err) : rc;
}

typedef enum hb_code decide(struct db_tx *tx, const char *id, enum city_state to, const char *actor, const char *reason,
    struct hb_err *err);
struct decision { struct api_req *r; decide *fn; };

static enum hb_code
decide_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct decision *d = ctx;
	return d->fn(tx, api_param(d->r, "id"), city_state_parse(json_opt_str(d->r->body, "decision")), d->r->who->person.s,
	    json_opt_str(d->r->body, "reason"), err);
}

enum hb_code
city_certificate_decide_post(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	struct decision d = { r, city_certificate_decide };
	return db_write(c->db, decide_fn, &d, err);
}

static void
correction_item(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_str(w, "id", db_id(rows, i, CITY_CORRECTION_LIST_ID).s);
	jw_str(w, "code", db_text(rows, i, CITY_CORRECTION_LIST_CODE));
	jw_str(w, "year", db_text(rows, i, CITY_CORRECTION_LIST_YEAR));
	jw_int(w, "version", db_int(rows, i, CITY_CORRECTION_LIST_VERSION));
	jw_str(w, "school", db_text(rows, i, CITY_CORRECTION_LIST_SCHOOL));
	jw_str(w, "reason", db_text(rows, i, CITY_CORRECTION_LIST_REASON));
	jw_str(w, "number", db_text(rows, i, CITY_CORRECTION_LIST_DECISION_NUMBER));
	jw_str(w, "date", db_text(rows, i, CITY_CORRECTION_LIST_DECISION_DATE));
	jw_str(w, "state", db_text(rows, i, CITY_CORRECTION_LIST_STATE));
	jw_time(w, "at", db_time(rows, i, CITY_CORRECTION_LIST_AT));
}

enum hb_code
city_corrections_list(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code rc = query(r, &city_correction_list, DB_ARGS(DB_TEXT(wanted_state(r)), DB_INT(LIST_MAX)), &rows, err);
	return rc == HB_OK ? reply_items(r, &rows, correction_item, err) : rc;
}

enum hb_code
city_correction_decide_post(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	struct decision d = { r, city_correction_decide };
	return db_write(c->db, decide_fn, &d, err);
}

/* -- years ------------------------------------------------------------------------------------------------ */

static void
progress_item(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_str(w, "school", db_text(rows, i, CITY_PROGRESS_CODE));
	jw_str(w, "name", db_text(rows, i, CITY_PROGRESS_NAME));
	jw_str(w, "state", db_text(rows, i, CITY_PROGRESS_STATE));
	jw_int(w, "records", db_int(rows, i, CITY_PROGRESS_RECORDS));
}

enum hb_code
city_progress_get(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code rc = query(r, &city_progress, DB_ARGS(DB_TEXT(api_param(r, "year"))), &rows, err);
	return rc == HB_OK ? reply_items(r, &rows, progress_item, err) : rc;
}

static void
missing_item(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_str(w, "round", db_text(rows, i, CITY_MISSING_LIST_ROUND));
	jw_str(w, "code", db_text(rows, i, CITY_MISSING_LIST_CODE));
	jw_str(w, "reason", db_text(rows, i, CITY_MISSING_LIST_REASON));
}

enum hb_code
city_missing_list_get(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code rc = query(r, &city_missing_list, DB_ARGS(DB_TEXT(api_param(r, "code")), DB_TEXT(api_param(r, "year"))), &rows, err);
	return rc == HB_OK ? reply_items(r, &rows, missing_item, err) : rc;
}

enum hb_code
city_year_lock(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	int64_t locked = 0;
	enum hb_code rc = city_lock_due(c, api_param(r, "year"), r->who->person.s, &locked, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "locked", locked);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
city_year_report(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	struct city_report sum = { 0 };
	enum hb_code rc = city_report_year(c, api_param(r, "year"), r->who->person.s, &sum, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "locked", sum.locked);
	jw_int(&w, "at_ministry", sum.at_ministry);
	jw_int(&w, "asked", sum.asked);
	jw_int(&w, "sent", sum.sent);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static void
late_item(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_str(w, "code", db_text(rows, i, CITY_NOT_AT_MINISTRY_CODE));
	jw_str(w, "school", db_text(rows, i, CITY_NOT_AT_MINISTRY_SCHOOL));
	jw_int(w, "version", db_int(rows, i, CITY_NOT_AT_MINISTRY_VERSION));
	jw_time(w, "locked", db_time(rows, i, CITY_NOT_AT_MINISTRY_AT));
}

enum hb_code
city_year_late(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code rc = query(r, &city_not_at_ministry, DB_ARGS(DB_TEXT(api_param(r, "year")), DB_INT(LIST_MAX)), &rows, err);
	return rc == HB_OK ? reply_items(r, &rows, late_item, err) : rc;
}
