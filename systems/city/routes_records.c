/* Routes about one record: its state by code, for anyone; its files, for officers. */
#include <string.h>

#include "city/city.h"
#include "city/city_api.h"
#include "city/city_sql.h"

struct asked { struct api_req *r; struct db_rows code, records, schools; struct hb_bytes file; };

static enum hb_code
load(struct db_tx *tx, struct asked *q, struct hb_err *err)
{
	enum hb_code rc = db_rows(tx, &city_code_get, DB_ARGS(DB_TEXT(api_param(q->r, "code"))), q->r->a, &q->code, err);
	if (rc == HB_OK && (q->code.n == 0
	    || city_state_parse(db_text(&q->code, 0, CITY_CODE_GET_STATE)) == CITY_CANCELLED))
		rc = hb_fail(err, HB_E_NOTFOUND, "hoSo.khongCo", "không có học bạ nào theo mã này");
	if (rc == HB_OK)
		rc = db_rows(tx, &city_records_of_code, DB_ARGS(DB_ID(db_id(&q->code, 0, CITY_CODE_GET_ID).s)), q->r->a, &q->records, err);
	return rc;
}

static enum hb_code
status_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct asked *q = ctx;
	enum hb_code rc = load(tx, q, err);
	return rc == HB_OK ? db_rows(tx, &city_school_get, DB_ARGS(DB_TEXT(db_text(&q->code, 0, CITY_CODE_GET_SCHOOL))), q->r->a,
	    &q->schools, err) : rc;
}

static void
write_year(struct jw *w, const struct asked *q, size_t i)
{
	enum city_state s = city_state_parse(db_text(&q->records, i, CITY_RECORDS_OF_CODE_STATE));
	jw_object(w, NULL);
	jw_str(w, "year", db_text(&q->records, i, CITY_RECORDS_OF_CODE_YEAR));
	jw_int(w, "version", db_int(&q->records, i, CITY_RECORDS_OF_CODE_VERSION));
	jw_str(w, "school", q->schools.n > 0 ? db_text(&q->schools, 0, CITY_SCHOOL_GET_NAME) : "");
	jw_str(w, "state", city_state_word(s));
	jw_str(w, "state_text", city_state_vi(s));
	jw_time(w, "at", db_time(&q->records, i, CITY_RECORDS_OF_CODE_AT));
	jw_str(w, "fingerprint", db_text(&q->records, i, CITY_RECORDS_OF_CODE_FINGERPRINT));
	jw_end(w);
}

enum hb_code
city_record_status(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	struct asked q = { .r = r };
	enum hb_code rc = db_read(c->db, status_fn, &q, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "code", api_param(r, "code"));
	jw_array(&w, "years");
	for (size_t i = 0; i < q.records.n; i++)
		write_year(&w, &q, i);
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static bool
counts(const struct db_rows *r, size_t i)
{
	enum city_state s = city_state_parse(db_text(r, i, CITY_RECORDS_OF_CODE_STATE));
	return s == CITY_DEPOSITED || s == CITY_LOCKED || s == CITY_AT_MINISTRY;
}

static enum hb_code
file_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct asked *q = ctx;
	bool xml = strcmp(api_param(q->r, "format"), "xml") == 0;
	enum hb_code rc = load(tx, q, err);
	for (size_t i = 0; rc == HB_OK && i < q->records.n; i++)
		if (counts(&q->records, i) && strcmp(db_text(&q->records, i, CITY_RECORDS_OF_CODE_YEAR), api_param(q->r, "year")) == 0)
			return city_file_load(tx, db_text(&q->records, i, xml ? CITY_RECORDS_OF_CODE_XML : CITY_RECORDS_OF_CODE_PDF), q->r->a,
			    &q->file, err);
	return rc == HB_OK ? hb_fail(err, HB_E_NOTFOUND, "hoSo.khongCo", "không có bản đang có hiệu lực của năm học này") : rc;
}

enum hb_code
city_record_file(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	struct asked q = { .r = r };
	bool xml = strcmp(api_param(r, "format"), "xml") == 0;
	enum hb_code rc = db_read(c->db, file_fn, &q, err);
	if (rc != HB_OK)
		return rc;
	hb_put(r->out, q.file.p, q.file.n);
	r->content_type = xml ? "application/xml" : "application/pdf";
	api_reply_header(r, "Content-Disposition", xml ? "attachment; filename=\"hoc-ba.xml\"" : "attachment; filename=\"hoc-ba.pdf\"");
	return HB_OK;
}
