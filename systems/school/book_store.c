/* Storing the results of a class with their reasons, and reporting the class to the sector database. */
#include "school/book.h"

#include "base/codec.h"
#include "json/write.h"
#include "school/school_sql.h"

#include <string.h>

static const char *
or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

static void
write_notes(struct jw *w, const struct rules_notes *notes)
{
	jw_array(w, "explain");
	for (size_t i = 0; i < notes->n; i++) {
		jw_object(w, NULL);
		jw_str(w, "what", notes->v[i].what);
		jw_str(w, "clause", notes->v[i].clause);
		jw_str(w, "text", notes->v[i].text);
		jw_end(w);
	}
	jw_end(w);
}

static void
write_mark(struct jw *w, const char *name, struct record_mark m)
{
	char text[RECORD_MARK_LEN];
	record_mark_text(m, text);
	jw_str(w, name, text[0] == '\0' ? NULL : text);
}

static void
write_subjects(struct jw *w, const struct record_class *c, const char *pupil)
{
	jw_array(w, "subjects");
	for (size_t s = 0; s < c->n_subjects; s++) {
		const struct record_row *r = record_subject_row(&c->subjects[s], pupil);
		if (r == NULL)
			continue;
		jw_object(w, NULL);
		jw_str(w, "code", c->subjects[s].code);
		jw_str(w, "level", r->level == RECORD_LEVEL_NONE ? NULL : record_level_code(r->level));
		write_mark(w, "test", r->test);
		write_mark(w, "term1", r->term[0] == NULL ? (struct record_mark){ 0 } : r->term[0]->average);
		write_mark(w, "term2", r->term[1] == NULL ? (struct record_mark){ 0 } : r->term[1]->average);
		write_mark(w, "year", r->year);
		write_mark(w, "after_retake", r->after_retake);
		jw_end(w);
	}
	jw_end(w);
}

static size_t
write_missing(struct jw *w, const struct record_gaps *gaps, const char *pupil)
{
	size_t n = 0;
	jw_array(w, "missing");
	for (size_t i = 0; i < gaps->n; i++) {
		const struct record_gap *g = &gaps->v[i];
		if (g->pupil == NULL || strcmp(g->pupil, pupil) != 0)
			continue;
		jw_object(w, NULL);
		jw_str(w, "subject", g->subject);
		jw_int(w, "term", g->term);
		jw_str(w, "what", rules_field_name((enum rules_field)g->field));
		jw_str(w, "key", g->key);
		jw_end(w);
		n++;
	}
	jw_end(w);
	return n;
}

/* "Vì sao?": the reasons of one pupil, by the circular of the class. */
static enum hb_code
explain(const struct book *b, const char *pupil, struct hb_arena *a, struct rules_notes *notes, struct hb_err *err)
{
	struct rules22_result *r22 = HB_NEW(a, struct rules22_result);
	struct rules27_result *r27 = HB_NEW(a, struct rules27_result);
	if (r22 == NULL || r27 == NULL)
		return hb_full(err);
	if (b->record->level == RECORD_TH) {
		bool year = b->record->period == RECORD_CN || b->record->period == RECORD_HE;
		return year ? record_assess27(b->record, pupil, r27, notes, err) : HB_OK;
	}
	return record_assess22(b->record, pupil, r22, notes, err);
}

struct outcome { const char *academic, *conduct; enum record_promotion promotion; };

static struct outcome
outcome_of(const struct record_class *c, const struct record_review *v)
{
	struct outcome o = { record_level_code(v->academic_year), record_level_code(v->conduct_year), v->promotion };
	if (c->level == RECORD_TH)
		o.academic = or_empty(record_education_code(v->education));
	else if (c->period == RECORD_HK1 || c->period == RECORD_HK2) {
		int t = c->period == RECORD_HK2;
		o.academic = record_level_code(v->academic_term[t]);
		o.conduct = record_level_code(v->conduct_term[t]);
	}
	if (c->period != RECORD_HE)
		return o;
	if (v->academic_after_retake != RECORD_LEVEL_NONE)
		o.academic = record_level_code(v->academic_after_retake);
	if (v->conduct_after_summer != RECORD_LEVEL_NONE)
		o.conduct = record_level_code(v->conduct_after_summer);
	if (v->promotion_after_summer != RECORD_PROMOTION_NONE)
		o.promotion = v->promotion_after_summer;
	return o;
}

static enum hb_code
store_one(struct db_tx *tx, const struct school_actor *by, const struct book *b, const struct record_review *v,
    struct hb_arena *a, size_t *ret_missing, struct hb_err *err)
{
	const struct record_class *c = b->record;
	struct rules_notes         notes = { .a = a };
	HB_SCOPED_BUF              out;
	hb_buf_init(&out, (size_t)1 << 20);
	enum hb_code code = explain(b, v->pupil, a, &notes, err);
	if (code != HB_OK)
		return code;
	struct jw w = jw_start(&out);
	jw_object(&w, NULL);
	write_subjects(&w, c, v->pupil);
	*ret_missing = write_missing(&w, &b->gaps, v->pupil);
	write_notes(&w, &notes);
	jw_end(&w);
	if (!jw_done(&w))
		return hb_full(err);
	struct outcome o = outcome_of(c, v);
	return db_run(tx, &school_result_put,
	    DB_ARGS(DB_ID(by->school), DB_ID(b->cls.id), DB_TEXT(record_period_code(c->period)), DB_ID(v->pupil),
	        DB_TEXT(o.academic), DB_TEXT(o.conduct), DB_TEXT(or_empty(record_promotion_code(o.promotion))),
	        DB_TEXT(or_empty(record_award_code(v->award))), DB_INT(*ret_missing == 0), DB_TEXT(out.p),
	        DB_TIME(hb_business_now())),
	    NULL, err);
}

enum hb_code
book_store(struct db_tx *tx, const struct school_actor *by, const struct book *b, struct hb_arena *a,
    size_t *ret_incomplete, struct hb_err *err)
{
	enum hb_code code = HB_OK;
	*ret_incomplete = 0;
	for (size_t i = 0; i < b->record->n_reviews && code == HB_OK; i++) {
		size_t missing = 0;
		code = store_one(tx, by, b, &b->record->reviews[i], a, &missing, err);
		*ret_incomplete += missing > 0;
	}
	if (code != HB_OK)
		return code;
	char *object = hb_printf(a, "class/%s/%s", b->cls.id, record_period_code(b->record->period));
	char *payload = hb_printf(a, "{\"pupils\":%zu,\"incomplete\":%zu}", b->record->n_reviews, *ret_incomplete);
	if (object == NULL || payload == NULL)
		return hb_full(err);
	return school_audit(tx, by, "results.compute", object, payload, err);
}

/* ---- flow 0 ---- */

/* The digest leaves out when it was prepared and which revision it is: equal content is the same report. */
static enum hb_code
content_hash(struct record_class *c, struct hb_arena *a, const char **ret_hex, struct hb_err *err)
{
	struct record_class plain = *c;
	struct hb_bytes     json;
	plain.revision = 1;
	plain.prepared_at = "2000-01-01T00:00:00Z";
	enum hb_code code = record_class_to_json(&plain, a, &json, err);
	if (code != HB_OK)
		return code;
	struct hb_sha256 sum = hb_sha256(json);
	*ret_hex = hb_hex(a, HB_BYTES(sum.b, HB_SHA256_LEN));
	return *ret_hex == NULL ? hb_full(err) : HB_OK;
}

static enum hb_code
check_whole(const struct record_class *c, struct hb_arena *a, struct hb_err *err)
{
	struct record_faults faults;
	enum hb_code         code = record_class_check(c, a, &faults, err);
	if (code != HB_OK || faults.n == 0)
		return code;
	hb_fail(err, HB_E_RULE, "baoCao.chuaDu", "lớp %s, %s: %zu điểm chưa đúng; %s: %s", c->class_name,
	    record_period_code(c->period), faults.n, faults.v[0].path, faults.v[0].text);
	return hb_clause(err, "D12.1");
}

enum hb_code
book_report(struct db_tx *tx, struct school *s, const struct school_actor *by, struct book *b, struct hb_arena *a,
    struct book_report *ret_report, struct hb_err *err)
{
	struct record_class *c = b->record;
	const char          *period = record_period_code(c->period), *sum;
	struct db_rows       last;
	struct hb_bytes      json;
	if (s->exchange == NULL)
		return hb_fail(err, HB_E_RULE, "baoCao.khongNoi", "trường chưa nối với cơ sở dữ liệu ngành");
	enum hb_code code = check_whole(c, a, err);
	if (code == HB_OK)
		code = content_hash(c, a, &sum, err);
	if (code == HB_OK)
		code = db_rows(tx, &school_report_last, DB_ARGS(DB_ID(by->school), DB_ID(b->cls.id), DB_TEXT(period)), a, &last, err);
	if (code != HB_OK)
		return code;
	struct book_report r = { .version = last.n == 0 ? 0 : db_int(&last, 0, SCHOOL_REPORT_LAST_VERSION),
		.pupils = c->counts.pupils,
		.marks = c->counts.tx + c->counts.gk + c->counts.ck + c->counts.cd + c->counts.tests + c->counts.levels };
	if (last.n > 0 && strcmp(db_text(&last, 0, SCHOOL_REPORT_LAST_SHA256), sum) == 0) {
		r.message = db_id(&last, 0, SCHOOL_REPORT_LAST_MESSAGE_ID);
		*ret_report = r;
		return HB_OK;
	}
	c->revision = (int)++r.version;
	r.sent = true;
	struct exchange_out out = { .to = s->sector, .flow = 0, .kind = "class-report", .payload_type = "application/json" };
	if ((code = record_class_to_json(c, a, &json, err)) != HB_OK)
		return code;
	out.payload = json;
	if ((code = exchange_send(s->exchange, tx, &out, &r.message, err)) != HB_OK ||
	    (code = db_run(tx, &school_report_add,
	         DB_ARGS(DB_ID(by->school), DB_ID(b->cls.id), DB_TEXT(period), DB_INT(r.version), DB_ID(r.message.s), DB_TEXT(sum),
	             DB_INT(r.pupils), DB_INT(r.marks), DB_TEXT(by->who), DB_TIME(hb_business_now())),
	         NULL, err)) != HB_OK)
		return code;
	char *object = hb_printf(a, "class/%s/%s", b->cls.id, period);
	char *payload = hb_printf(a, "{\"version\":%d,\"message\":\"%s\",\"sha256\":\"%s\"}", (int)r.version, r.message.s, sum);
	if (object == NULL || payload == NULL)
		return hb_full(err);
	*ret_report = r;
	return school_audit(tx, by, "report.send", object, payload, err);
}
