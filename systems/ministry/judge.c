/* The verifier's word about a record, and everything kept judged again. */
#include <stdio.h>
#include <string.h>

#include "db/pack.h"
#include "ministry/ministry.h"
#include "ministry/ministry_sql.h"
#include "record/transcript.h"

enum { PAGE = 50 };

static const char *
first_fault(const struct verify_report *r)
{
	for (size_t i = 0; i < r->n_findings; i++)
		if (r->findings[i].level == VERIFY_FAIL)
			return r->findings[i].text;
	return hb_message("bo.tepSai");
}

static enum hb_code
good(const struct ministry *m, struct hb_bytes bytes, enum verify_kind kind, struct hb_arena *a, struct verify_report *r,
    struct ministry_facts *f, struct hb_err *err)
{
	const struct verify_options o = { .trust = m->trust, .schema = true };
	enum hb_code rc = m->verify(bytes, &o, a, r, err);
	if (rc == HB_OK && (r->verdict != VERIFY_VALID || r->kind != kind)) {
		f->valid = false;
		f->why = first_fault(r);
	}
	return rc;
}

/* The valid seal of that year and code in the file. */
static void
find_seal(const struct record_transcript *t, const struct verify_report *r, const char *code, const char *year,
    struct ministry_facts *f)
{
	char id[RECORD_SLOT_LEN];
	for (size_t i = 0; i < t->n_years; i++) {
		const struct record_year *y = &t->years[i];
		if (strcmp(y->year, year) != 0 || strcmp(y->record_code, code) != 0 || y->extract_on != NULL)
			continue;
		for (size_t s = 0; s < y->n_signers; s++)
			if (y->signers[s].role == RECORD_DON_VI)
				record_year_slot(y, &y->signers[s], id);
		for (size_t s = 0; s < r->n_signatures; s++) {
			if (strcmp(r->signatures[s].id, id) != 0 || r->signatures[s].verdict != VERIFY_VALID)
				continue;
			f->sealed = true;
			f->version = y->revision;
			for (int b = 0; b < HB_SHA256_LEN; b++)
				snprintf(f->fingerprint + 2 * b, 3, "%02x", r->signatures[s].fingerprint.b[b]);
		}
	}
}

enum hb_code
ministry_judge(const struct ministry *m, struct hb_bytes xml, struct hb_bytes pdf, const char *code, const char *year,
    struct hb_arena *a, struct ministry_facts *ret, struct hb_err *err)
{
	struct verify_report x = { 0 }, p = { 0 };
	struct record_transcript *t;
	*ret = (struct ministry_facts){ .valid = true };
	enum hb_code rc = good(m, xml, VERIFY_TRANSCRIPT, a, &x, ret, err);
	if (rc == HB_OK && ret->valid)
		rc = good(m, pdf, VERIFY_PDF, a, &p, ret, err);
	if (rc != HB_OK || !ret->valid)
		return rc;
	rc = record_transcript_from_xml(xml, a, &t, err);
	if (rc == HB_OK)
		find_seal(t, &x, code, year, ret);
	return rc;
}

/* -- fsck ------------------------------------------------------------------------------------------------- */

struct page { struct ministry *m; char after[37]; size_t n; int64_t seen; };

static enum hb_code
load(struct db_tx *tx, const char *sha256, struct hb_arena *a, struct hb_bytes *ret_bytes, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_row(tx, &ministry_file_get, DB_ARGS(DB_TEXT(sha256)), a, &r, err);
	return rc == HB_OK ? db_unpack(db_bytes(&r, 0, MINISTRY_FILE_GET_PACKED), db_int(&r, 0, MINISTRY_FILE_GET_SIZE), sha256, a,
	    ret_bytes, err) : rc;
}

static enum hb_code
check_one(struct page *p, struct db_tx *tx, const struct db_rows *r, size_t i, struct hb_err *err)
{
	struct hb_bytes xml, pdf;
	struct ministry_facts f;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT * 4);
	const char *code = db_text(r, i, MINISTRY_RECORD_PAGE_CODE), *year = db_text(r, i, MINISTRY_RECORD_PAGE_YEAR);
	enum hb_code rc = load(tx, db_text(r, i, MINISTRY_RECORD_PAGE_XML), &a, &xml, err);
	if (rc == HB_OK)
		rc = load(tx, db_text(r, i, MINISTRY_RECORD_PAGE_PDF), &a, &pdf, err);
	if (rc == HB_OK)
		rc = ministry_judge(p->m, xml, pdf, code, year, &a, &f, err);
	if (rc == HB_OK && (!f.valid || !f.sealed || f.version != db_int(r, i, MINISTRY_RECORD_PAGE_VERSION)
	    || strcmp(f.fingerprint, db_text(r, i, MINISTRY_RECORD_PAGE_FINGERPRINT)) != 0))
		rc = hb_fail(err, HB_E_CONFLICT, "bo.saiLech", "học bạ %s năm học %s: %s", code, year,
		    f.valid ? "tệp không khớp sổ" : f.why);
	return rc;
}

/* Pages end between UUIDs: the last one of a full page is read again whole. */
static enum hb_code
page_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct page *p = ctx;
	struct db_rows r;
	HB_SCOPED_ARENA list;
	hb_arena_init(&list, HB_ARENA_DEFAULT);
	enum hb_code rc = db_rows(tx, &ministry_record_page, DB_ARGS(DB_ID(p->after), DB_INT(PAGE)), &list, &r, err);
	if (rc != HB_OK)
		return rc;
	size_t n = r.n;
	if (n == PAGE) {
		struct hb_id last = db_id(&r, n - 1, MINISTRY_RECORD_PAGE_UUID);
		while (n > 0 && strcmp(db_id(&r, n - 1, MINISTRY_RECORD_PAGE_UUID).s, last.s) == 0)
			n--;
	}
	for (size_t i = 0; rc == HB_OK && i < n; i++) {
		rc = check_one(p, tx, &r, i, err);
		snprintf(p->after, sizeof p->after, "%s", db_id(&r, i, MINISTRY_RECORD_PAGE_UUID).s);
		p->seen++;
	}
	p->n = rc == HB_OK ? r.n : 0;
	return rc;
}

enum hb_code
ministry_fsck(struct ministry *m, int64_t *ret_n, struct hb_err *err)
{
	struct page p = { .m = m, .after = "00000000-0000-0000-0000-000000000000" };
	enum hb_code rc = db_check(m->db, err);
	if (rc == HB_OK)
		rc = audit_verify(m->db, NULL, err);
	do {
		if (rc == HB_OK)
			rc = db_read(m->db, page_fn, &p, err);
	} while (rc == HB_OK && p.n == PAGE);
	if (rc == HB_OK)
		*ret_n = p.seen;
	return rc;
}
