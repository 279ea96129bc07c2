#include "record/compute.h"

#include <string.h>

#include "record/bridge.h"

/* The subjects one pupil has, and which rows of the book they are. */
struct taken { size_t n; size_t subject[RULES_SUBJECT__MAX], row[RULES_SUBJECT__MAX]; };

static void
find_taken(const struct record_class *cls, const char *pupil, struct taken *t)
{
	t->n = 0;
	for (size_t s = 0; s < cls->n_subjects && t->n < RULES_SUBJECT__MAX; s++) {
		const struct record_row *r = record_subject_row(&cls->subjects[s], pupil);
		if (r == NULL)
			continue;
		t->subject[t->n] = s;
		t->row[t->n++] = (size_t)(r - cls->subjects[s].rows);
	}
}

static enum hb_code
check_book(const struct record_class *cls, struct hb_err *err)
{
	enum rules_circular circular = rules_circular_find(cls->circular);
	if (!rules_covers(circular, cls->grade))
		return hb_fail(err, HB_E_RULE, "banGhi.saiThongTu", "thông tư %s không đánh giá lớp %d", cls->circular, cls->grade);
	for (size_t s = 0; s < cls->n_subjects; s++)
		if (rules_subject_find(cls->subjects[s].code) == RULES_SUBJECT__MAX || record_class_subject(cls, cls->subjects[s].code) != &cls->subjects[s])
			return hb_fail(err, HB_E_INPUT, "banGhi.saiMon", "môn %s không có trong danh mục hoặc có hai lần", cls->subjects[s].code);
	return HB_OK;
}

static void
assess22(const struct record_class *cls, const struct record_pupil *p, const struct taken *t, bool summer,
    struct rules22_result *result, struct rules_notes *notes)
{
	struct rules22_subject subjects[RULES_SUBJECT__MAX];
	struct rules22_pupil in = bridge_pupil22(cls, p, record_class_review(cls, p->id), summer);
	for (size_t i = 0; i < t->n; i++) {
		const struct record_subject *s = &cls->subjects[t->subject[i]];
		subjects[i] = bridge_subject22(s, &s->rows[t->row[i]], summer);
	}
	in.subjects = subjects;
	in.n_subjects = (int)t->n;
	rules22_assess(&in, result, notes);
}

static void
assess27(const struct record_class *cls, const struct record_pupil *p, const struct taken *t,
    struct rules27_result *result, struct rules_notes *notes)
{
	struct rules27_subject subjects[RULES_SUBJECT__MAX];
	struct rules27_pupil in = bridge_pupil27(cls, record_class_review(cls, p->id));
	for (size_t i = 0; i < t->n; i++) {
		const struct record_subject *s = &cls->subjects[t->subject[i]];
		subjects[i] = bridge_subject27(s, &s->rows[t->row[i]]);
	}
	in.subjects = subjects;
	in.n_subjects = (int)t->n;
	rules27_assess(&in, result, notes);
}

static enum hb_code
find_pupil(const struct record_class *cls, const char *id, const struct record_pupil **ret_pupil, struct hb_err *err)
{
	enum hb_code c = check_book(cls, err);
	*ret_pupil = record_class_pupil(cls, id);
	if (c == HB_OK && *ret_pupil == NULL)
		c = hb_fail(err, HB_E_NOTFOUND, "hocBa.khongCoHocSinh", "học sinh không có trong sổ lớp %s", cls->class_name);
	return c;
}

enum hb_code
record_assess22(const struct record_class *cls, const char *pupil, struct rules22_result *ret_result,
    struct rules_notes *notes, struct hb_err *err)
{
	const struct record_pupil *p;
	struct taken t;
	enum hb_code c = find_pupil(cls, pupil, &p, err);
	if (c != HB_OK)
		return c;
	find_taken(cls, pupil, &t);
	assess22(cls, p, &t, cls->period == RECORD_HE, ret_result, notes);
	return HB_OK;
}

enum hb_code
record_assess27(const struct record_class *cls, const char *pupil, struct rules27_result *ret_result,
    struct rules_notes *notes, struct hb_err *err)
{
	const struct record_pupil *p;
	struct taken t;
	enum hb_code c = find_pupil(cls, pupil, &p, err);
	if (c != HB_OK)
		return c;
	find_taken(cls, pupil, &t);
	assess27(cls, p, &t, ret_result, notes);
	return HB_OK;
}

/* ---- the whole book ---- */

struct work { struct hb_arena *a; struct record_class *out; struct record_gaps gaps; size_t room; bool full; };

static struct record_review *
review_of(struct record_class *cls, const char *pupil)
{
	for (size_t i = 0; i < cls->n_reviews; i++)
		if (strcmp(cls->reviews[i].pupil, pupil) == 0)
			return &cls->reviews[i];
	return NULL;
}

static struct record_mark
value(struct rules22_value v)
{
	if (v.tenths != RULES_NO_MARK)
		return RECORD_SCORE(v.tenths);
	return v.level == RULES_UNKNOWN ? (struct record_mark){ 0 } : RECORD_MARK_OF(record_from_rules(v.level));
}

/* In a year file missing things of both terms count; a term file tells only of its own. */
static bool
in_period(const struct record_class *cls, int term)
{
	if (cls->period == RECORD_HK1 || cls->period == RECORD_HK2)
		return term == (cls->period == RECORD_HK1 ? 1 : 2);
	return true;
}

static void
keep_gap(struct work *w, const char *pupil, const struct taken *t, int subject, int term, int field, const char *key)
{
	const char *code = subject < 0 || (size_t)subject >= t->n || field == RULES_F_QUALITY || field == RULES_F_COMPETENCE
	    ? NULL : w->out->subjects[t->subject[subject]].code;
	if (key == NULL && !in_period(w->out, term))
		return;
	if (w->gaps.n == w->room) {
		size_t room = w->room == 0 ? 64 : 2 * w->room;
		struct record_gap *v = HB_NEWN(w->a, struct record_gap, room);
		if (v == NULL) {
			w->full = true;
			return;
		}
		if (w->gaps.n > 0)
			memcpy(v, w->gaps.v, w->gaps.n * sizeof *v);
		w->gaps.v = v;
		w->room = room;
	}
	w->gaps.v[w->gaps.n++] = (struct record_gap){ pupil, code, term, field, key };
}

static enum record_promotion
promotion22(enum rules22_promotion p)
{
	static const enum record_promotion to[RULES22_PROMOTION__MAX] = { [RULES22_INCOMPLETE] = RECORD_INCOMPLETE,
		[RULES22_PROMOTED] = RECORD_PROMOTED, [RULES22_RETAKE] = RECORD_RETAKE,
		[RULES22_SUMMER_CONDUCT] = RECORD_SUMMER_CONDUCT, [RULES22_RETAKE_AND_SUMMER] = RECORD_RETAKE_AND_SUMMER,
		[RULES22_RETAINED] = RECORD_RETAINED, [RULES22_HEAD_DECIDES] = RECORD_HEAD_DECIDES };
	return to[p];
}

static void
put_row22(struct record_row *r, const struct rules22_subject_result *x, enum record_period period)
{
	for (size_t t = 0; t < RECORD_TERMS; t++)
		if (r->term[t] != NULL)
			r->term[t]->average = value(x->term[t]);
	if (period == RECORD_CN || period == RECORD_HE)
		r->year = value(x->year);
	r->after_retake = period == RECORD_HE ? value(x->after_retake) : (struct record_mark){ 0 };
}

static void
put_review22(struct record_review *v, const struct rules22_result *year, const struct rules22_result *summer,
    enum record_period period)
{
	if (period != RECORD_HK2)
		v->academic_term[0] = record_from_rules(year->term[0]);
	if (period != RECORD_HK1)
		v->academic_term[1] = record_from_rules(year->term[1]);
	if (period == RECORD_HK1 || period == RECORD_HK2)
		return;
	v->academic_year = record_from_rules(year->year);
	v->conduct_year = record_from_rules(year->conduct_year);
	v->promotion = promotion22(year->promotion);
	v->award = year->award == RULES22_EXCELLENT ? RECORD_AWARD_EXCELLENT
	    : year->award == RULES22_GOOD           ? RECORD_AWARD_GOOD : RECORD_AWARD_NONE;
	v->academic_after_retake = period == RECORD_HE ? record_from_rules(summer->after_retake) : RECORD_LEVEL_NONE;
	v->promotion_after_summer = period == RECORD_HE ? promotion22(summer->promotion) : RECORD_PROMOTION_NONE;
}

static void
compute22(struct work *w, const struct record_pupil *p)
{
	struct rules22_result year, summer;
	struct taken t;
	struct record_review *v = review_of(w->out, p->id);
	find_taken(w->out, p->id, &t);
	assess22(w->out, p, &t, false, &year, NULL);
	assess22(w->out, p, &t, true, &summer, NULL);
	const struct rules22_result *told = w->out->period == RECORD_HE ? &summer : &year;
	for (size_t i = 0; i < t.n; i++)
		put_row22(&w->out->subjects[t.subject[i]].rows[t.row[i]], &told->subjects[i], w->out->period);
	if (v != NULL)
		put_review22(v, &year, &summer, w->out->period);
	for (int i = 0; i < told->n_gaps; i++)
		keep_gap(w, p->id, &t, told->gaps[i].subject, told->gaps[i].term, told->gaps[i].field, NULL);
	for (int i = 0; i < told->n_faults; i++)
		keep_gap(w, p->id, &t, told->faults[i].subject, told->faults[i].term, told->faults[i].field, told->faults[i].key);
}

/* Only the end of the year gives an education result (TT27 Đ9); in earlier periods nothing is derived. */
static void
compute27(struct work *w, const struct record_pupil *p)
{
	static const enum record_education education[] = { [RULES27_NO_RESULT] = RECORD_EDUCATION_NONE,
		[RULES27_CHT] = RECORD_CHT, [RULES27_HT] = RECORD_HT, [RULES27_HTT] = RECORD_HTT, [RULES27_HTXS] = RECORD_HTXS };
	static const enum record_promotion promotion[] = { [RULES27_INCOMPLETE] = RECORD_INCOMPLETE,
		[RULES27_PROMOTED] = RECORD_PROMOTED, [RULES27_PENDING] = RECORD_PENDING };
	static const enum record_award award[] = { [RULES27_NO_AWARD] = RECORD_AWARD_NONE,
		[RULES27_TYPICAL] = RECORD_AWARD_TYPICAL, [RULES27_EXCELLENT] = RECORD_AWARD_EXCELLENT };
	struct rules27_result result;
	struct taken t;
	struct record_review *v = review_of(w->out, p->id);
	if (v == NULL || (w->out->period != RECORD_CN && w->out->period != RECORD_HE))
		return;
	find_taken(w->out, p->id, &t);
	assess27(w->out, p, &t, &result, NULL);
	v->education = education[result.education];
	v->award = award[result.award];
	if (w->out->period == RECORD_CN)
		v->promotion = promotion[result.promotion];
	/* After the summer the head may promote a pupil who is still CHT (Đ11.1b): his decision is not derived. */
	else if (result.promotion == RULES27_PROMOTED)
		v->promotion_after_summer = RECORD_PROMOTED;
	for (int i = 0; i < result.n_gaps; i++)
		keep_gap(w, p->id, &t, result.gaps[i].subject, result.gaps[i].term, result.gaps[i].field, NULL);
	for (int i = 0; i < result.n_faults; i++)
		keep_gap(w, p->id, &t, result.faults[i].subject, result.faults[i].term, result.faults[i].field, result.faults[i].key);
}

static bool
copy_rows(struct hb_arena *a, struct record_subject *s)
{
	s->rows = hb_memdup(a, s->rows, s->n_rows * sizeof *s->rows);
	for (size_t r = 0; s->rows != NULL && r < s->n_rows; r++)
		for (size_t t = 0; t < RECORD_TERMS; t++) {
			struct record_term *old = s->rows[r].term[t];
			s->rows[r].term[t] = old == NULL ? NULL : hb_memdup(a, old, sizeof *old);
			if (old != NULL && s->rows[r].term[t] == NULL)
				return false;
		}
	return s->rows != NULL || s->n_rows == 0;
}

/* What is derived lives in rows, terms and reviews: these are copied, the rest is shared. */
static struct record_class *
copy_book(struct hb_arena *a, const struct record_class *cls)
{
	struct record_class *out = hb_memdup(a, cls, sizeof *cls);
	if (out == NULL)
		return NULL;
	out->subjects = hb_memdup(a, cls->subjects, cls->n_subjects * sizeof *cls->subjects);
	out->reviews = hb_memdup(a, cls->reviews, cls->n_reviews * sizeof *cls->reviews);
	if ((out->subjects == NULL && cls->n_subjects > 0) || (out->reviews == NULL && cls->n_reviews > 0))
		return NULL;
	for (size_t s = 0; s < out->n_subjects; s++)
		if (!copy_rows(a, &out->subjects[s]))
			return NULL;
	return out;
}

enum hb_code
record_class_compute(const struct record_class *cls, struct hb_arena *a, struct record_class **ret_computed,
    struct record_gaps *ret_gaps, struct hb_err *err)
{
	enum hb_code c = check_book(cls, err);
	if (c != HB_OK)
		return c;
	struct work w = { .a = a, .out = copy_book(a, cls) };
	if (w.out == NULL)
		return hb_full(err);
	bool secondary = rules_circular_find(cls->circular) == RULES_TT22;
	for (size_t i = 0; i < cls->n_pupils; i++)
		if (cls->pupils[i].standing == RECORD_LEFT)
			continue;           /* judged by the school that received the pupil */
		else if (secondary)
			compute22(&w, &cls->pupils[i]);
		else
			compute27(&w, &cls->pupils[i]);
	if (w.full)
		return hb_full(err);
	record_class_count(w.out, &w.out->counts);
	*ret_computed = w.out;
	*ret_gaps = w.gaps;
	return HB_OK;
}
