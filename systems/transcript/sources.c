/* transcript/sources.c - flow 2: sealed class files come in, and nothing of one is used before all of it is verified. */
#include "transcript/sources.h"

#include <string.h>

#include "sign/verify.h"
#include "transcript/transcript_sql.h"

struct arrived {
	struct record_class *cls;
	const char          *fingerprint, *sha256;
};

static const struct verify_finding *
first_complaint(const struct verify_report *r)
{
	for (size_t i = 0; i < r->n_findings; i++)
		if (r->findings[i].level == VERIFY_FAIL)
			return &r->findings[i];
	return NULL;
}

enum hb_code
transcript_must_be_valid(struct hb_bytes bytes, const struct pki_trust *trust, struct hb_arena *a,
    struct verify_report *ret_report, struct hb_err *err)
{
	struct verify_options o = { .trust = trust };
	enum hb_code          rc = verify_file(bytes, &o, a, ret_report, err);
	if (rc != HB_OK)
		return rc;
	if (ret_report->verdict == VERIFY_VALID)
		return HB_OK;
	const struct verify_finding *f = first_complaint(ret_report);
	hb_fail(err, HB_E_RULE, "hocBa.kiemTraHong", "tệp không qua được kiểm tra chữ kí: %.200s",
	    f == NULL ? "chưa đủ căn cứ để kết luận" : f->text);
	return hb_clause(err, "D10.2");
}

/* The seal of a year file; a term file ends with the homeroom teacher (D12.3). */
static const struct verify_signature *
last_signature(const struct verify_report *r)
{
	const struct verify_signature *seal = verify_seal(r);
	return seal != NULL ? seal : r->n_signatures == 0 ? NULL : &r->signatures[r->n_signatures - 1];
}

static enum hb_code
check(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work, struct exchange_answer *ans,
    struct hb_err *err)
{
	struct transcript   *t = ctx;
	struct verify_report report = { 0 };
	struct arrived      *w = HB_NEW(a, struct arrived);
	(void)ans;
	if (w == NULL)
		return hb_full(err);
	if (strcmp(m->from, t->gradebook) != 0)
		return hb_fail(err, HB_E_DENIED, "hocBa.nguonLa", "hệ thống %.60s không được gửi sổ theo dõi tới đây", m->from);
	enum hb_code rc = transcript_must_be_valid(m->payload, t->trust, a, &report, err);
	if (rc == HB_OK && report.kind != VERIFY_GRADEBOOK)
		rc = hb_fail(err, HB_E_INPUT, "hocBa.khongPhaiSo", "tệp gửi tới không phải sổ theo dõi và đánh giá học sinh");
	if (rc == HB_OK)
		rc = record_class_from_xml(m->payload, a, &w->cls, err);
	if (rc != HB_OK)
		return rc;
	const struct verify_signature *last = last_signature(&report);
	if (last == NULL)
		return hb_fail(err, HB_E_RULE, "hocBa.kiemTraHong", "sổ theo dõi chưa có chữ kí nào");
	w->fingerprint = hb_hex(a, HB_BYTES(last->fingerprint.b, HB_SHA256_LEN));
	w->sha256 = hb_hex(a, HB_BYTES(m->payload_sha256.b, HB_SHA256_LEN));
	if (w->fingerprint == NULL || w->sha256 == NULL)
		return hb_full(err);
	*ret_work = w;
	return HB_OK;
}

static int
count_pupils(const struct record_class *c)
{
	int n = 0;
	for (size_t i = 0; i < c->n_pupils; i++)
		n += c->pupils[i].standing != RECORD_LEFT && c->pupils[i].person.personal_id != NULL;
	return n;
}

static enum hb_code
store(struct db_tx *tx, const struct exchange_msg *m, const struct arrived *w, const struct transcript_school *school,
    const struct hb_id *id, struct hb_err *err)
{
	const struct record_class *c = w->cls;
	struct audit_entry e = { .school = school->id, .actor = "system:gradebook", .action = "source.receive", .object = id->s };
	enum hb_code rc = db_run(tx, &transcript_source_add, DB_ARGS(DB_ID(school->id), DB_ID(id->s), DB_ID(c->class_id),
	    DB_TEXT(c->class_name), DB_TEXT(c->year), DB_TEXT(record_period_code(c->period)),
	    DB_TEXT(record_school_level_code(c->level)), DB_INT(c->grade), DB_INT(c->revision), DB_INT(count_pupils(c)),
	    DB_TEXT(w->fingerprint),
	    DB_ID(m->id.s), DB_BYTES(m->payload), DB_TEXT(w->sha256), DB_TIME(hb_now())), NULL, err);
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}

static enum hb_code
apply(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans,
    struct hb_err *err)
{
	HB_SCOPED_ARENA          a;
	const struct arrived    *w = work;
	struct transcript_school school;
	struct db_rows           rows;
	struct hb_id             id = hb_id_new();
	(void)ctx;
	hb_arena_init(&a, 4 << 20);
	enum hb_code rc = transcript_school_get(tx, NULL, w->cls->school.code, &a, &school, err);
	if (rc == HB_OK)
		rc = db_rows(tx, &transcript_source_by_fingerprint, DB_ARGS(DB_ID(school.id), DB_TEXT(w->fingerprint)), &a, &rows, err);
	if (rc != HB_OK)
		return rc;
	if (rows.n > 0)
		id = db_id(&rows, 0, TRANSCRIPT_SOURCE_BY_FINGERPRINT_ID);
	else
		rc = store(tx, m, w, &school, &id, err);
	if (rc == HB_OK)
		exchange_result(ans, json_pack("{s:s}", "source", id.s));
	return rc;
}

const struct exchange_handler transcript_sealed_class = { .flow = 2, .kind = "sealed-class", .check = check, .apply = apply };

enum hb_code
transcript_source_get(struct db_tx *tx, const char *school, const char *id, struct hb_arena *a,
    struct transcript_source *ret_source, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = db_rows(tx, &transcript_source_row, DB_ARGS(DB_ID(school), DB_ID(id)), a, &rows, err);
	if (rc != HB_OK)
		return rc;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "hocBa.khongCoSo", "không có sổ theo dõi này");
	*ret_source = (struct transcript_source){
		.id = id,
		.period = db_text(&rows, 0, TRANSCRIPT_SOURCE_ROW_PERIOD),
		.fingerprint = db_text(&rows, 0, TRANSCRIPT_SOURCE_ROW_FINGERPRINT),
		.xml = db_bytes(&rows, 0, TRANSCRIPT_SOURCE_ROW_XML),
	};
	return record_class_from_xml(ret_source->xml, a, &ret_source->cls, err);
}
