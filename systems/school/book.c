#include "book_int.h"

#include "rules/rules.h"
#include "school/school_sql.h"
#include "school/sheet.h"

#include <stdlib.h>
#include <string.h>

/* Everything but the derived cells and the roll. */
static enum hb_code
gather(struct building *b, struct hb_err *err)
{
	enum hb_code code = book_subjects(b, err);
	if (code == HB_OK)
		code = book_reviews(b, err);
	return code == HB_OK ? book_roll(b, err) : code;
}

/* Who has something to mend after the year: retake, summer conduct, or not yet decided (primary). */
static bool
is_late(enum record_promotion p)
{
	return p == RECORD_RETAKE || p == RECORD_SUMMER_CONDUCT || p == RECORD_RETAKE_AND_SUMMER || p == RECORD_PENDING;
}

/* The summer book: judge the year first, then keep the late ones. */
static enum hb_code
keep_late(struct building *b, struct hb_err *err)
{
	struct building      year = *b;
	struct record_class  raw = *b->out, *computed;
	struct record_gaps   gaps;
	year.period = raw.period = RECORD_CN;
	year.summer = false;
	year.out = &raw;
	enum hb_code code = gather(&year, err);
	if (code == HB_OK)
		code = record_class_compute(&raw, b->a, &computed, &gaps, err);
	if (code != HB_OK)
		return code;
	size_t kept = 0;
	for (size_t i = 0; i < b->out->n_pupils; i++) {
		const struct record_review *v = record_class_review(computed, b->out->pupils[i].id);
		if (v == NULL || !is_late(v->promotion))
			continue;
		b->out->pupils[kept] = b->out->pupils[i];
		b->present[kept++] = true;
	}
	b->out->n_pupils = kept;
	return HB_OK;
}

enum hb_code
book_build(struct db_tx *tx, const char *school, const char *class_id, const char *period, struct hb_arena *a,
    struct book *ret_book, struct hb_err *err)
{
	struct building b = { .tx = tx, .school = school, .a = a, .period = record_period_parse(period) };
	struct book     book = { 0 };
	char            now[HB_RFC3339_LEN];
	enum hb_code    code = book_read(&b, class_id, err);
	if (code != HB_OK)
		return code;
	const struct rules_period *rules = rules_for(b.cls.grade, (int)strtol(b.cls.year, NULL, 10));
	b.primary = strcmp(b.cls.level, "TH") == 0;
	b.summer = b.period == RECORD_HE;
	b.year = b.summer || b.period == RECORD_CN;
	bool term = b.period == RECORD_HK1 || b.period == RECORD_HK2;
	if (b.period == 0 || rules == NULL || (!b.year && term == b.primary))
		return hb_fail(err, HB_E_RULE, "kiDanhGia.khongCo", "lớp %s không có kì đánh giá “%.8s”", b.cls.code, period);
	struct record_class *raw = HB_NEW(a, struct record_class);
	if (raw == NULL)
		return hb_full(err);
	hb_rfc3339(hb_business_now(), now);
	*raw = (struct record_class){ .version = RECORD_CLASS_VERSION, .year = b.cls.year, .period = b.period,
		.class_id = b.cls.id, .class_name = b.cls.code, .grade = b.cls.grade, .circular = rules->key, .revision = 1,
		.level = b.cls.grade <= 5 ? RECORD_TH : b.cls.grade <= 9 ? RECORD_THCS : RECORD_THPT,
		.prepared_at = hb_strdup(a, now) };
	b.out = raw;
	if ((code = book_people(&b, err)) != HB_OK || (b.summer && (code = keep_late(&b, err)) != HB_OK) ||
	    (code = gather(&b, err)) != HB_OK || (code = record_class_compute(raw, a, &book.record, &book.gaps, err)) != HB_OK)
		return code;
	record_class_count(book.record, &book.record->counts);
	book.cls = b.cls;
	*ret_book = book;
	return HB_OK;
}
