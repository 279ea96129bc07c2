/* Routes of the Sở's people, and the door for messages. */
#include <stdlib.h>
#include <string.h>

#include "json/read.h"
#include "sector/report.h"
#include "sector/sector_api.h"
#include "sector/sector_sql.h"

#define PAGE_DEFAULT 50
#define PAGE_MAX 200

/* One read: a statement with its arguments, its rows in the request's arena. */
struct query { const struct db_stmt *stmt; const struct db_val *args; struct hb_arena *a; struct db_rows rows; };

static enum hb_code
run_query(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;
	return db_rows(tx, q->stmt, q->args, q->a, &q->rows, err);
}

static enum hb_code
query(struct api_req *r, const struct db_stmt *stmt, const struct db_val *args, struct db_rows *ret_rows,
    struct hb_err *err)
{
	struct sector *s = r->system;
	struct query q = { stmt, args, r->a, { 0 } };
	enum hb_code code = db_read(s->db, run_query, &q, err);
	if (code == HB_OK)
		*ret_rows = q.rows;
	return code;
}

/* ---- Messages ---- */
enum hb_code
sector_message_post(struct api_req *r, struct hb_err *err)
{
	struct sector *s = r->system;
	struct hb_bytes reply;
	char *body = json_dumps(r->body, JSON_COMPACT);
	if (body == NULL)
		return hb_full(err);
	enum hb_code code = exchange_receive(s->exchange, HB_STR(body), r->a, &reply, err);
	free(body);
	if (code == HB_OK)
		hb_put(r->out, reply.p, reply.n);
	return code;
}

/* ---- Schools ---- */
static void
write_school(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_object(w, NULL);
	jw_str(w, "code", db_text(rows, i, SECTOR_SCHOOL_LIST_CODE));
	jw_str(w, "name", db_text(rows, i, SECTOR_SCHOOL_LIST_NAME));
	jw_str(w, "commune", db_text(rows, i, SECTOR_SCHOOL_LIST_COMMUNE));
	jw_str(w, "member", db_text(rows, i, SECTOR_SCHOOL_LIST_MEMBER));
	jw_str(w, "gradebook", db_text(rows, i, SECTOR_SCHOOL_LIST_GRADEBOOK));
	jw_int(w, "version", db_int(rows, i, SECTOR_SCHOOL_LIST_VERSION));
	jw_end(w);
}

enum hb_code
sector_schools_list(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code code = query(r, &sector_school_list, NULL, &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++)
		write_school(&w, &rows, i);
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

struct school_write { struct api_req *r; struct sector_school school; struct db_rows rows; };

static enum hb_code
write_one_school(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct school_write *sw = ctx;
	enum hb_code code = sector_school_set(tx, &sw->school, sw->r->who->person.s, err);
	if (code != HB_OK)
		return code;
	return db_row(tx, &sector_school_by_code, DB_ARGS(DB_TEXT(sw->school.code)), sw->r->a, &sw->rows, err);
}

enum hb_code
sector_school_write(struct api_req *r, struct hb_err *err)
{
	struct sector *s = r->system;
	struct school_write sw = { .r = r, .school = { api_param(r, "code"), json_opt_str(r->body, "name"),
		json_opt_str(r->body, "commune"), json_opt_str(r->body, "member"), json_opt_str(r->body, "gradebook") } };
	enum hb_code code = db_write(s->db, write_one_school, &sw, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	write_school(&w, &sw.rows, 0);
	return api_json_end(r, &w, err);
}

/* ---- Progress and statistics ---- */
enum hb_code
sector_progress_get(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code code = query(r, &sector_progress, DB_ARGS(DB_TEXT(api_query(r, "year")), DB_TEXT(api_query(r, "period"))),
	    &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "school", db_text(&rows, i, SECTOR_PROGRESS_SCHOOL_CODE));
		jw_str(&w, "name", db_text(&rows, i, SECTOR_PROGRESS_NAME));
		jw_str(&w, "commune", db_text(&rows, i, SECTOR_PROGRESS_COMMUNE));
		jw_str(&w, "state", db_text(&rows, i, SECTOR_PROGRESS_STATE));
		jw_int(&w, "classes", db_int(&rows, i, SECTOR_PROGRESS_CLASSES));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
sector_statistics_get(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code code = query(r, &sector_statistics,
	    DB_ARGS(DB_TEXT(api_query(r, "year")), DB_TEXT(api_query(r, "period"))), &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "school", db_text(&rows, i, SECTOR_STATISTICS_SCHOOL_CODE));
		jw_int(&w, "grade", db_int(&rows, i, SECTOR_STATISTICS_GRADE));
		jw_str(&w, "academic", db_text(&rows, i, SECTOR_STATISTICS_ACADEMIC));
		jw_str(&w, "conduct", db_text(&rows, i, SECTOR_STATISTICS_CONDUCT));
		jw_str(&w, "education", db_text(&rows, i, SECTOR_STATISTICS_EDUCATION));
		jw_str(&w, "promotion", db_text(&rows, i, SECTOR_STATISTICS_PROMOTION));
		jw_str(&w, "award", db_text(&rows, i, SECTOR_STATISTICS_AWARD));
		jw_int(&w, "pupils", db_int(&rows, i, SECTOR_STATISTICS_PUPILS));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- Reports ---- */
enum hb_code
sector_reports_list(struct api_req *r, struct hb_err *err)
{
	static const char before_all[] = "00000000-0000-0000-0000-000000000000";
	struct db_rows rows;
	struct api_page page;
	enum hb_code code = api_page(r, PAGE_DEFAULT, PAGE_MAX, &page, err);
	if (code != HB_OK)
		return code;
	code = query(r, &sector_report_list, DB_ARGS(DB_TEXT(api_query(r, "year")), DB_TEXT(api_query(r, "period")),
	    DB_TEXT(api_param(r, "code")), DB_ID(hb_id_valid(page.after) ? page.after : before_all), DB_INT(page.limit + 1)), &rows,
	    err);
	if (code != HB_OK)
		return code;
	size_t n = rows.n > (size_t)page.limit ? (size_t)page.limit : rows.n;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "id", db_id(&rows, i, SECTOR_REPORT_LIST_ID).s);
		jw_str(&w, "class", db_text(&rows, i, SECTOR_REPORT_LIST_CLASS_NAME));
		jw_int(&w, "grade", db_int(&rows, i, SECTOR_REPORT_LIST_GRADE));
		jw_int(&w, "revision", db_int(&rows, i, SECTOR_REPORT_LIST_REVISION));
		jw_time(&w, "received", db_time(&rows, i, SECTOR_REPORT_LIST_RECEIVED_AT));
		jw_str(&w, "state", db_text(&rows, i, SECTOR_REPORT_LIST_STATE));
		jw_end(&w);
	}
	jw_end(&w);
	struct hb_id last = n > 0 ? db_id(&rows, n - 1, SECTOR_REPORT_LIST_ID) : (struct hb_id){ "" };
	api_page_next(r, &w, rows.n > n ? last.s : NULL);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

struct report_read { struct api_req *r; struct db_rows report, counts, events; };

static enum hb_code
read_one_report(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct report_read *rr = ctx;
	struct api_req *r = rr->r;
	struct db_rows school;
	enum hb_code code = db_row(tx, &sector_school_by_code, DB_ARGS(DB_TEXT(api_param(r, "code"))), r->a, &school, err);
	if (code != HB_OK)
		return code;
	struct hb_id id = db_id(&school, 0, SECTOR_SCHOOL_BY_CODE_ID);
	const struct db_val *args = DB_ARGS(DB_ID(id.s), DB_ID(api_param(r, "report")));
	if ((code = db_rows(tx, &sector_report_get, args, r->a, &rr->report, err)) != HB_OK)
		return code;
	if (rr->report.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "baoCao.khongThay", "trường %s không có báo cáo này", api_param(r, "code"));
	if ((code = db_rows(tx, &sector_report_counts, args, r->a, &rr->counts, err)) != HB_OK)
		return code;
	return db_rows(tx, &sector_report_events, args, r->a, &rr->events, err);
}

static void
write_events(struct jw *w, const struct db_rows *rows)
{
	jw_array(w, "events");
	for (size_t i = 0; i < rows->n; i++) {
		const char *detail = db_text(rows, i, SECTOR_REPORT_EVENTS_DETAIL);
		const char *state = db_text(rows, i, SECTOR_REPORT_EVENTS_STATE);
		jw_object(w, NULL);
		jw_time(w, "at", db_time(rows, i, SECTOR_REPORT_EVENTS_AT));
		jw_str(w, "state", state);
		jw_str(w, "name", sector_state_name(sector_state_parse(state)));
		jw_str(w, "actor", db_text(rows, i, SECTOR_REPORT_EVENTS_ACTOR));
		jw_raw(w, "reasons", detail == NULL ? HB_STR("[]") : HB_STR(detail));
		jw_end(w);
	}
	jw_end(w);
}

enum hb_code
sector_report_read(struct api_req *r, struct hb_err *err)
{
	struct sector *s = r->system;
	struct report_read rr = { .r = r };
	enum hb_code code = db_read(s->db, read_one_report, &rr, err);
	if (code != HB_OK)
		return code;
	const struct db_rows *row = &rr.report;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", db_id(row, 0, SECTOR_REPORT_GET_ID).s);
	jw_str(&w, "school", db_text(row, 0, SECTOR_REPORT_GET_SCHOOL_CODE));
	jw_str(&w, "year", db_text(row, 0, SECTOR_REPORT_GET_YEAR));
	jw_str(&w, "period", db_text(row, 0, SECTOR_REPORT_GET_PERIOD));
	jw_str(&w, "class", db_text(row, 0, SECTOR_REPORT_GET_CLASS_NAME));
	jw_int(&w, "grade", db_int(row, 0, SECTOR_REPORT_GET_GRADE));
	jw_int(&w, "revision", db_int(row, 0, SECTOR_REPORT_GET_REVISION));
	jw_time(&w, "prepared", db_time(row, 0, SECTOR_REPORT_GET_PREPARED_AT));
	jw_time(&w, "received", db_time(row, 0, SECTOR_REPORT_GET_RECEIVED_AT));
	jw_array(&w, "counts");
	for (size_t i = 0; i < rr.counts.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "what", db_text(&rr.counts, i, SECTOR_REPORT_COUNTS_WHAT));
		jw_int(&w, "n", db_int(&rr.counts, i, SECTOR_REPORT_COUNTS_N));
		jw_end(&w);
	}
	jw_end(&w);
	write_events(&w, &rr.events);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
