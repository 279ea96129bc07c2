/* Everything the Sở keeps, judged again: files, rows, states, seals, the audit. */
#include <stdio.h>
#include <string.h>

#include "city/city_sql.h"
#include "city/deposit.h"

enum { PAGE = 50 };

struct page { struct city *c; char after[37]; size_t n; int64_t seen; };

static enum hb_code
differs(struct hb_err *err, const char *code, const char *year, const char *what)
{
	return hb_fail(err, HB_E_CONFLICT, "kho.saiLech", "học bạ %s năm học %s: %s", code, year, what);
}

/* The files say again what they said when they came in. */
static enum hb_code
check_files(struct city *c, struct db_tx *tx, const struct db_rows *r, size_t i, struct hb_arena *a, struct hb_err *err)
{
	const char *code = db_text(r, i, CITY_RECORD_PAGE_CODE), *year = db_text(r, i, CITY_RECORD_PAGE_YEAR);
	struct city_deposit d = { .code = code, .year = year, .version = db_int(r, i, CITY_RECORD_PAGE_VERSION) };
	struct exchange_answer ans = { json_array(), NULL };
	enum hb_code rc = city_file_load(tx, db_text(r, i, CITY_RECORD_PAGE_XML), a, &d.xml, err);
	if (rc == HB_OK)
		rc = city_file_load(tx, db_text(r, i, CITY_RECORD_PAGE_PDF), a, &d.pdf, err);
	if (rc == HB_OK)
		rc = city_deposit_judge(c, a, &d, &ans, err);
	if (rc == HB_OK && json_array_size(ans.errors) > 0)
		rc = differs(err, code, year, json_string_value(json_object_get(json_array_get(ans.errors, 0), "text")));
	json_decref(ans.errors);
	if (rc != HB_OK)
		return rc;
	if (d.fingerprint == NULL || strcmp(d.fingerprint, db_text(r, i, CITY_RECORD_PAGE_FINGERPRINT)) != 0
	    || strcmp(d.seal_certificate, db_text(r, i, CITY_RECORD_PAGE_SEAL_CERTIFICATE)) != 0
	    || strcmp(d.school, db_text(r, i, CITY_RECORD_PAGE_SCHOOL)) != 0)
		return differs(err, code, year, "dữ liệu trong tệp không khớp sổ đăng kí");
	return HB_OK;
}

/* Each state was reached by a move the table has. */
static enum hb_code
check_states(struct db_tx *tx, const struct db_rows *r, size_t i, struct hb_arena *a, struct hb_err *err)
{
	struct db_rows e;
	enum city_state from = CITY_NONE;
	enum hb_code rc = db_rows(tx, &city_event_list, DB_ARGS(DB_ID(db_id(r, i, CITY_RECORD_PAGE_ID).s)), a, &e, err);
	for (size_t k = 0; rc == HB_OK && k < e.n; k++) {
		enum city_state to = city_state_parse(db_text(&e, k, CITY_EVENT_LIST_STATE));
		rc = city_move_check(CITY_RECORD, from, to, err);
		from = to;
	}
	return rc == HB_OK && e.n == 0 ? differs(err, db_text(r, i, CITY_RECORD_PAGE_CODE), db_text(r, i, CITY_RECORD_PAGE_YEAR),
	    "không có trạng thái") : rc;
}

static enum hb_code
page_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct page *p = ctx;
	struct db_rows r;
	HB_SCOPED_ARENA list;
	hb_arena_init(&list, HB_ARENA_DEFAULT);
	enum hb_code rc = db_rows(tx, &city_record_page, DB_ARGS(DB_ID(p->after), DB_INT(PAGE)), &list, &r, err);
	for (size_t i = 0; rc == HB_OK && i < r.n; i++) {
		HB_SCOPED_ARENA a;
		hb_arena_init(&a, HB_ARENA_DEFAULT * 4);
		rc = check_files(p->c, tx, &r, i, &a, err);
		if (rc == HB_OK)
			rc = check_states(tx, &r, i, &a, err);
		if (rc == HB_OK)
			rc = city_certificate_valid(tx, db_text(&r, i, CITY_RECORD_PAGE_SCHOOL), db_text(&r, i, CITY_RECORD_PAGE_SEAL_CERTIFICATE),
			    db_time(&r, i, CITY_RECORD_PAGE_SEALED), err);
		snprintf(p->after, sizeof p->after, "%s", db_id(&r, i, CITY_RECORD_PAGE_ID).s);
		p->seen++;
	}
	p->n = rc == HB_OK ? r.n : 0;
	return rc;
}

enum hb_code
city_fsck(struct city *c, int64_t *ret_n, struct hb_err *err)
{
	struct page p = { .c = c, .after = "00000000-0000-0000-0000-000000000000" };
	enum hb_code rc = db_check(c->db, err);
	if (rc == HB_OK)
		rc = audit_verify(c->db, NULL, err);
	do {
		if (rc == HB_OK)
			rc = db_read(c->db, page_fn, &p, err);
	} while (rc == HB_OK && p.n == PAGE);
	if (rc == HB_OK)
		*ret_n = p.seen;
	return rc;
}
