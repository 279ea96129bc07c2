/* Flow 5: locked records to the Ministry, each under the UUID it gave (D18.2(5)). */
#include <stdlib.h>
#include <string.h>

#include "city/city_sql.h"
#include "city/messages_in.h"
#include "json/read.h"

enum { RECORDS_AT_ONCE = 20 };

struct reporting { struct city *c; const char *year, *actor; int64_t n; struct city_report sum; };

static enum hb_code
send_json(struct reporting *g, struct db_tx *tx, const char *kind, json_t *payload, struct hb_id *ret_id, struct hb_err *err)
{
	char *text = payload == NULL ? NULL : json_dumps(payload, JSON_COMPACT);
	json_decref(payload);
	if (text == NULL)
		return hb_full(err);
	const struct exchange_out m = { g->c->ministry, CITY_FLOW_MINISTRY, kind, "application/json", HB_STR(text) };
	enum hb_code rc = exchange_send(g->c->exchange, tx, &m, ret_id, err);
	free(text);
	return rc;
}

/* -- UUIDs ------------------------------------------------------------------------------------------------ */

static enum hb_code
ask_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct reporting *g = ctx;
	struct db_rows r;
	struct hb_id message;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	g->n = 0;
	enum hb_code rc = db_rows(tx, &city_codes_without_uuid, DB_ARGS(DB_TEXT(g->year), DB_INT(CITY_UUIDS_MAX)), &a, &r, err);
	if (rc != HB_OK || r.n == 0)
		return rc;
	json_t *records = json_array();
	for (size_t i = 0; i < r.n; i++)
		json_array_append_new(records, json_pack("{s:s, s:s}", "code", db_text(&r, i, CITY_CODES_WITHOUT_UUID_CODE), "personal_id",
		    db_text(&r, i, CITY_CODES_WITHOUT_UUID_PERSONAL_ID)));
	rc = send_json(g, tx, "uuid-request", json_pack("{s:i, s:o}", "v", CITY_MESSAGE_VERSION, "records", records), &message, err);
	for (size_t i = 0; rc == HB_OK && i < r.n; i++)
		rc = db_run(tx, &city_asked_put, DB_ARGS(DB_ID(message.s), DB_ID(db_id(&r, i, CITY_CODES_WITHOUT_UUID_ID).s)), NULL, err);
	g->n = (int64_t)r.n;
	return rc;
}

static enum hb_code
keep_uuid(struct db_tx *tx, const json_t *item, struct hb_arena *a, struct hb_err *err)
{
	const char *code = json_opt_str(item, "code"), *uuid = json_opt_str(item, "uuid");
	struct db_rows r;
	if (code == NULL || uuid == NULL || strlen(uuid) != 36 || !hb_id_valid(uuid))
		return hb_fail(err, HB_E_UPSTREAM, "thu.saiDang", "biên nhận UUID của Bộ không đúng dạng");
	enum hb_code rc = db_row(tx, &city_code_get, DB_ARGS(DB_TEXT(code)), a, &r, err);
	if (rc == HB_OK)
		rc = db_run(tx, &city_uuid_put, DB_ARGS(DB_ID(db_id(&r, 0, CITY_CODE_GET_ID).s), DB_ID(uuid), DB_TIME(hb_now())), NULL, err);
	return rc;
}

/* The receipt keeps the reasons; once they are mended, the next report asks or sends again. */
static enum hb_code
turned_down(struct db_tx *tx, const struct exchange_receipt *r, struct hb_err *err)
{
	return db_run(tx, &city_turned_down_put, DB_ARGS(DB_ID(r->in_reply_to.s), DB_TIME(hb_now())), NULL, err);
}

enum hb_code
city_on_uuids(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err)
{
	(void)ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	const json_t *list = json_object_get(r->result, "uuids");
	enum hb_code rc = r->accepted ? HB_OK : turned_down(tx, r, err);
	for (size_t i = 0; r->accepted && rc == HB_OK && i < json_array_size(list); i++)
		rc = keep_uuid(tx, json_array_get(list, i), &a, err);
	return rc;
}

/* -- records ---------------------------------------------------------------------------------------------- */

static enum hb_code
record_payload(struct db_tx *tx, const struct db_rows *r, size_t i, struct hb_arena *a, json_t **ret_payload, struct hb_err *err)
{
	struct hb_bytes xml, pdf;
	char locked[HB_RFC3339_LEN];
	enum hb_code rc = city_file_load(tx, db_text(r, i, CITY_RECORDS_TO_REPORT_XML), a, &xml, err);
	if (rc == HB_OK)
		rc = city_file_load(tx, db_text(r, i, CITY_RECORDS_TO_REPORT_PDF), a, &pdf, err);
	if (rc != HB_OK)
		return rc;
	char *xml64 = hb_base64(a, xml), *pdf64 = hb_base64(a, pdf);
	if (xml64 == NULL || pdf64 == NULL)
		return hb_full(err);
	hb_rfc3339(db_time(r, i, CITY_RECORDS_TO_REPORT_AT), locked);
	*ret_payload = json_pack("{s:i, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s?, s:s, s:s}", "v", CITY_MESSAGE_VERSION, "uuid",
	    db_id(r, i, CITY_RECORDS_TO_REPORT_UUID).s, "code", db_text(r, i, CITY_RECORDS_TO_REPORT_CODE), "year",
	    db_text(r, i, CITY_RECORDS_TO_REPORT_YEAR), "version", (json_int_t)db_int(r, i, CITY_RECORDS_TO_REPORT_VERSION), "school",
	    db_text(r, i, CITY_RECORDS_TO_REPORT_SCHOOL), "fingerprint", db_text(r, i, CITY_RECORDS_TO_REPORT_FINGERPRINT), "locked",
	    locked, "replaces", db_text(r, i, CITY_RECORDS_TO_REPORT_REPLACES), "xml", xml64, "pdf", pdf64);
	return HB_OK;
}

static enum hb_code
send_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct reporting *g = ctx;
	struct db_rows r;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)512 << 20);
	g->n = 0;
	enum hb_code rc = db_rows(tx, &city_records_to_report, DB_ARGS(DB_TEXT(g->year), DB_INT(RECORDS_AT_ONCE)), &a, &r, err);
	for (size_t i = 0; rc == HB_OK && i < r.n; i++) {
		json_t *payload = NULL;
		struct hb_id message;
		rc = record_payload(tx, &r, i, &a, &payload, err);
		if (rc == HB_OK)
			rc = send_json(g, tx, "record", payload, &message, err);
		if (rc == HB_OK)
			rc = db_run(tx, &city_reported_put, DB_ARGS(DB_ID(db_id(&r, i, CITY_RECORDS_TO_REPORT_ID).s), DB_ID(message.s),
			    DB_TIME(hb_now())), NULL, err);
		g->n++;
	}
	return rc;
}

enum hb_code
city_on_record(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err)
{
	(void)ctx;
	struct db_rows rows;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	if (!r->accepted)
		return turned_down(tx, r, err);  /* the record stays on the late list */
	enum hb_code rc = db_row(tx, &city_reported_by_message, DB_ARGS(DB_ID(r->in_reply_to.s)), &a, &rows, err);
	if (rc != HB_OK)
		return rc;
	enum city_state state;
	struct hb_id id = db_id(&rows, 0, CITY_REPORTED_BY_MESSAGE_RECORD_ID);
	rc = city_state_of(tx, id.s, &state, err);
	if (rc != HB_OK || state != CITY_LOCKED)
		return rc;                       /* corrected meanwhile: the new version goes its own way */
	const struct city_event e = { CITY_RECORD, id.s, CITY_AT_MINISTRY, "system:ministry", "" };
	return city_event_add(tx, &e, err);
}

/* -- a year ----------------------------------------------------------------------------------------------- */

static enum hb_code
audit_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct reporting *g = ctx;
	const struct audit_entry e = { .actor = g->actor, .action = "city.year.report", .object = g->year };
	return audit_write(tx, &e, err);
}

static enum hb_code
count_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct reporting *g = ctx;
	enum hb_code rc = db_number(tx, &city_count_in_state, DB_ARGS(DB_TEXT(g->year), DB_TEXT(city_state_word(CITY_LOCKED))),
	    &g->sum.locked, err);
	return rc == HB_OK ? db_number(tx, &city_count_in_state, DB_ARGS(DB_TEXT(g->year), DB_TEXT(city_state_word(CITY_AT_MINISTRY))),
	    &g->sum.at_ministry, err) : rc;
}

enum hb_code
city_report_year(struct city *c, const char *year, const char *actor, struct city_report *ret_report, struct hb_err *err)
{
	struct reporting g = { .c = c, .year = year, .actor = actor };
	enum hb_code rc = db_write(c->db, audit_fn, &g, err);
	do {
		if (rc == HB_OK)
			rc = db_write(c->db, ask_fn, &g, err);
		g.sum.asked += g.n;
	} while (rc == HB_OK && g.n == CITY_UUIDS_MAX);
	do {
		if (rc == HB_OK)
			rc = db_write(c->db, send_fn, &g, err);
		g.sum.sent += rc == HB_OK ? g.n : 0;
	} while (rc == HB_OK && g.n == RECORDS_AT_ONCE);
	if (rc == HB_OK)
		rc = db_read(c->db, count_fn, &g, err);
	if (rc == HB_OK)
		*ret_report = g.sum;
	return rc;
}
