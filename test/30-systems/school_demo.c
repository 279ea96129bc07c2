/* The files of demo/ through the school system: every one imports, every class book is whole, and enough pupils end
 * the year with a result to issue a transcript on. */
#include "school_fixture.h"

#include "school/book.h"
#include "school/marks_import.h"
#include "school/people_import.h"

static struct hb_bytes
demo_file(const char *folder, const char *name)
{
	struct hb_bytes b = { 0 };
	struct hb_err   err = HB_ERR_INIT;
	char            path[512];
	snprintf(path, sizeof path, "%s/../../demo/%s/%s", TEST_DATA, folder, name);
	if (hb_file_read(path, XLSX_MAX_FILE, &fx_arena, &b, &err) != HB_OK)
		ok(false, "%s", err.msg);
	return b;
}

static void
tell_faults(const json_t *answer)
{
	size_t        i;
	const json_t *f;
	json_array_foreach(json_object_get(answer, "faults"), i, f) {
		if (i < 8)
			printf("# %s %s: %s\n", json_string_value(json_object_get(f, "sheet")), json_string_value(json_object_get(f, "cell")),
			    json_string_value(json_object_get(f, "text")));
	}
}

static bool
applied(struct hb_buf *out, enum hb_code code, const struct hb_err *err, const char *name)
{
	json_t *answer = code == HB_OK ? json_loads(out->p, 0, NULL) : NULL;
	bool    good = ok(json_is_true(json_object_get(answer, "applied")), "%s: %d new %d changed %s", name, fx_count(answer, "new"),
	       fx_count(answer, "changed"), code == HB_OK ? "" : err->msg);
	if (!good)
		tell_faults(answer);
	json_decref(answer);
	return good;
}

static bool
roster(const char *folder, const char *name, const char *year)
{
	HB_SCOPED_BUF     out;
	struct hb_err     err = HB_ERR_INIT;
	struct roster_job job = { .file = demo_file(folder, name), .file_name = name, .year = year,
		.accept_warnings = true };
	hb_buf_init(&out, HB_BUF_MAX);
	enum hb_code code = roster_import(&fx, &fx_by, &job, &fx_arena, &out, &err);
	return applied(&out, code, &err, name);
}

static bool
people(const char *folder, const char *name, bool duties)
{
	HB_SCOPED_BUF     out;
	struct hb_err     err = HB_ERR_INIT;
	struct people_job job = { demo_file(folder, name), name, YEAR, false };
	hb_buf_init(&out, HB_BUF_MAX);
	enum hb_code code = duties ? duties_import(&fx, &fx_by, &job, &fx_arena, &out, &err) : staff_import(&fx, &fx_by, &job, &fx_arena, &out, &err);
	return applied(&out, code, &err, name);
}

static bool
marks(const char *folder, const char *name)
{
	HB_SCOPED_ARENA  a;
	HB_SCOPED_BUF    out;
	struct hb_err    err = HB_ERR_INIT;
	char             path[200];
	hb_arena_init(&a, (size_t)512 << 20);
	snprintf(path, sizeof path, "%s", name);
	struct marks_job job = { .file = demo_file(folder, path), .file_name = name, .year = YEAR };
	hb_buf_init(&out, HB_BUF_MAX);
	enum hb_code code = marks_import(&fx, &fx_by, &job, &a, &out, &err);
	return applied(&out, code, &err, name);
}

static enum hb_code
confirm_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct db_rows rows;
	(void)ctx;
	enum hb_code code = db_rows(tx, &school_duty_list, DB_ARGS(DB_ID(fx_school.s), DB_TEXT(YEAR)), &fx_arena, &rows, err);
	for (size_t i = 0; i < rows.n && code == HB_OK; i++)
		code = db_run(tx, &school_duty_confirm,
		    DB_ARGS(DB_TEXT("operator"), DB_TIME(hb_now()), DB_ID(fx_school.s), DB_ID(db_id(&rows, i, SCHOOL_DUTY_LIST_ID).s)), NULL, err);
	return code;
}

struct computing { const char *class_code, *period; struct book b; size_t incomplete; struct record_faults faults; };

static enum hb_code
compute_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct computing   *c = ctx;
	struct school_class cls;
	enum hb_code        code = school_class_named(tx, fx_school.s, YEAR, c->class_code, &fx_arena, &cls, err);
	if (code == HB_OK)
		code = book_build(tx, fx_school.s, cls.id, c->period, &fx_arena, &c->b, err);
	if (code == HB_OK)
		code = book_store(tx, &fx_by, &c->b, &fx_arena, &c->incomplete, err);
	return code == HB_OK ? record_class_check(c->b.record, &fx_arena, &c->faults, err) : code;
}

static struct computing
compute(const char *class_code, const char *period, size_t incomplete)
{
	struct computing c = { .class_code = class_code, .period = period };
	struct hb_err    err = HB_ERR_INIT;
	enum hb_code     code = db_write(fx.db, compute_tx, &c, &err);
	ok(code == HB_OK && c.faults.n == 0 && c.incomplete == incomplete, "%s %s: %d pupils, %zu incomplete, %zu faults %s", class_code,
	    period, code == HB_OK ? c.b.record->counts.pupils : 0, c.incomplete, c.faults.n, err.msg);
	for (size_t i = 0; i < c.faults.n && i < 5; i++)
		printf("# %s %s\n", c.faults.v[i].path, c.faults.v[i].text);
	for (size_t i = 0; code == HB_OK && i < c.b.gaps.n && i < 5; i++)
		printf("# gap %s %d %d\n", c.b.gaps.v[i].subject, c.b.gaps.v[i].term, c.b.gaps.v[i].field);
	return c;
}

static size_t
count_promoted(const struct computing *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->b.record->n_reviews; i++)
		n += c->b.record->reviews[i].promotion == RECORD_PROMOTED;
	return n;
}

static bool
exists(const char *folder, const char *name)
{
	char path[512];
	snprintf(path, sizeof path, "%s/../../demo/%s/%s", TEST_DATA, folder, name);
	return hb_file_exists(path);
}

/* The files of one class and period, among them the homeroom teacher's sheet (D4.2c3), then its book. */
static struct computing
period(const char *folder, const char *class_code, const char *code, size_t incomplete)
{
	static const char *const kinds[] = { "diem", "ren-luyen", "danh-gia" };
	for (size_t k = 0; k < 3; k++) {
		char name[100];
		snprintf(name, sizeof name, "%s-%s-%s.xlsx", kinds[k], class_code, code);
		if (exists(folder, name))
			marks(folder, name);
	}
	return compute(class_code, code, incomplete);
}

static void
open_year(const char *folder)
{
	roster(folder, "danh-sach-" YEAR ".xlsx", YEAR);
	people(folder, "can-bo.xlsx", false);
	people(folder, "phan-cong-" YEAR ".xlsx", true);
	ok(db_write(fx.db, confirm_tx, NULL, NULL) == HB_OK, "the head confirms the duties");
}

static size_t
primary(void)
{
	static const char *const periods[] = { "GK1", "CK1", "GK2", "CN" }, *const classes[] = { "2B", "5A" };
	size_t                   promoted = 0;
	open_year("tieu-hoc-sen-hong");
	for (size_t c = 0; c < 2; c++)
		for (size_t p = 0; p < 4; p++) {
			struct computing x = period("tieu-hoc-sen-hong", classes[c], periods[p], 0);
			promoted += p == 3 ? count_promoted(&x) : 0;
		}
	struct computing summer = period("tieu-hoc-sen-hong", "5A", "HE", 0);
	ok(summer.b.record->n_pupils == 1 && (summer.b.record->reviews[0].promotion_after_summer == RECORD_PROMOTED ||
	        summer.b.record->reviews[0].promotion == RECORD_PROMOTED), "one pupil is assessed again and promoted");
	return promoted + 1;
}

/* exempt from GDTC, and came in January without the first term: what the events of the year tell, here as exemptions. */
static const struct { const char *class_code, *pupil, *subject, *period, *kind; } exempt[] = {
	{ "6A1", "HB14003", "GDTC", "CN", "EXEMPT" },
};

static enum hb_code
exempt_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct school_class cls;
	struct db_rows      rows;
	size_t              i = *(size_t *)ctx;
	enum hb_code        code = school_class_named(tx, fx_school.s, YEAR, exempt[i].class_code, &fx_arena, &cls, err);
	if (code == HB_OK)
		code = db_rows(tx, &school_class_pupils, DB_ARGS(DB_ID(fx_school.s), DB_ID(cls.id)), &fx_arena, &rows, err);
	for (size_t k = 0; code == HB_OK && k < rows.n; k++)
		if (strcmp(db_text(&rows, k, SCHOOL_CLASS_PUPILS_CODE), exempt[i].pupil) == 0)
			code = db_run(tx, &school_exemption_put,
			    DB_ARGS(DB_ID(fx_school.s), DB_ID(cls.id), DB_ID(db_id(&rows, k, SCHOOL_CLASS_PUPILS_PUPIL_ID).s), DB_TEXT(exempt[i].subject),
			        DB_TEXT(exempt[i].period), DB_TEXT(exempt[i].kind), DB_TEXT("theo quyết định"), DB_TEXT("12/QĐ"), DB_TEXT("2025-09-20")),
			    NULL, err);
	return code;
}

/* Does the person of this name stand on the roll for the subject? */
static bool
signs(const struct computing *c, const char *subject, const char *name)
{
	for (size_t i = 0; i < c->b.record->n_signers; i++) {
		const struct record_signer *s = &c->b.record->signers[i];
		if (s->role == RECORD_GVBM && strcmp(s->subject, subject) == 0 && strcmp(s->name, name) == 0)
			return true;
	}
	return false;
}

static bool
stands_in(const struct computing *c, const char *subject)
{
	for (size_t i = 0; i < c->b.record->n_signers; i++) {
		const struct record_signer *s = &c->b.record->signers[i];
		if (s->subject != NULL && strcmp(s->subject, subject) == 0 && s->stands_in_for != NULL && s->stand_in_reason != NULL)
			return true;
	}
	return false;
}

static size_t
secondary(void)
{
	static const char *const folder = "thcs-thpt-hoa-binh";
	size_t                   promoted = 0;
	open_year(folder);
	for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++)
		ok(db_write(fx.db, exempt_tx, &i, NULL) == HB_OK, "%s is exempt", exempt[i].pupil);
	period(folder, "6A1", "HK1", 0);
	period(folder, "9A2", "HK1", 1);       /* the one who comes in January has no first term here */
	period(folder, "11A1", "HK1", 0);
	period(folder, "6A1", "HK2", 0);
	period(folder, "9A2", "HK2", 0);
	period(folder, "11A1", "HK2", 38);      /* one subject's marks are not in it: they come as CSV */
	marks(folder, "diem-11A1-HK2-GDQP.csv");
	compute("11A1", "HK2", 1);             /* and one final mark never comes */
	struct computing a = compute("6A1", "CN", 0), b = compute("9A2", "CN", 1), c = compute("11A1", "CN", 1);
	ok(signs(&a, "TOAN", "Mai Diệu Hiền") && !signs(&a, "TOAN", "Bùi Thanh Quang Huy"), "who follows in January signs the year (D12.4)");
	ok(stands_in(&b, "CN"), "where nobody follows, the head stands in with the reason (D12.6)");
	promoted = count_promoted(&a) + count_promoted(&b) + count_promoted(&c);
	struct computing six = period(folder, "6A1", "HE", 0), nine = period(folder, "9A2", "HE", 0);
	ok(six.b.record->n_pupils >= 2 && nine.b.record->n_pupils >= 1, "%zu and %zu pupils after the summer", six.b.record->n_pupils,
	    nine.b.record->n_pupils);
	return promoted;
}

int
main(void)
{
	hb_business_set(1780000000);           /* 28/5/2026: every duty of the year is in force or over */
	if (fx_open()) {
		size_t promoted = primary() + secondary();
		ok(promoted >= 180, "%zu pupils of both schools are promoted", promoted);
		fx_close();
	}
	return tap_done();
}
