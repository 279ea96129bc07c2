/* The regions of a class book: each subject's rows, and the homeroom teacher's part. */
#include "book_int.h"

#include "rules/rules.h"
#include "rules/tt27.h"
#include "school/school_sql.h"
#include "school/sheet.h"

#include <string.h>

static const char *const term_codes[RECORD_TERMS] = { "HK1", "HK2" };

static struct record_mark
mark_of(struct book_cell c)
{
	if (c.kind == BOOK_NUM)
		return RECORD_SCORE(c.num);
	return c.kind == BOOK_WORD ? RECORD_MARK_OF(record_level_parse(c.word)) : (struct record_mark){ 0 };
}

static bool
chose(const struct building *b, const char *pupil, const char *kind, const char *subject)
{
	for (size_t i = 0; i < b->choices.n; i++)
		if (strcmp(db_text(&b->choices, i, SCHOOL_CHOICES_OF_CLASS_SUBJECT), subject) == 0 &&
		    strcmp(db_text(&b->choices, i, SCHOOL_CHOICES_OF_CLASS_KIND), kind) == 0 &&
		    strcmp(db_id(&b->choices, i, SCHOOL_CHOICES_OF_CLASS_PUPIL_ID).s, pupil) == 0)
			return true;
	return false;
}

/* The exemption of a pupil from a subject in a period (CN: the whole year), or -1. */
static int
exemption(const struct building *b, const char *pupil, const char *subject, const char *period)
{
	for (size_t i = 0; i < b->exemptions.n; i++)
		if (strcmp(db_text(&b->exemptions, i, SCHOOL_EXEMPTIONS_OF_CLASS_SUBJECT), subject) == 0 &&
		    strcmp(db_text(&b->exemptions, i, SCHOOL_EXEMPTIONS_OF_CLASS_PERIOD), period) == 0 &&
		    strcmp(db_id(&b->exemptions, i, SCHOOL_EXEMPTIONS_OF_CLASS_PUPIL_ID).s, pupil) == 0)
			return (int)i;
	return -1;
}

static enum record_status
status_of(const struct building *b, int i)
{
	static const struct { const char *code; enum record_status status; } kinds[] = {
		{ "EXEMPT", RECORD_EXEMPT }, { "EXEMPT_PRACTICE", RECORD_EXEMPT_PRACTICE }, { "NOT_TAKEN", RECORD_NOT_TAKEN },
		{ "IEP", RECORD_IEP } };
	for (size_t k = 0; i >= 0 && k < 4; k++)
		if (strcmp(kinds[k].code, db_text(&b->exemptions, (size_t)i, SCHOOL_EXEMPTIONS_OF_CLASS_KIND)) == 0)
			return kinds[k].status;
	return RECORD_NORMAL;
}

static struct record_term *
term_of(struct building *b, const char *subject, const char *pupil, int t)
{
	static const char *const tx[] = { "TX1", "TX2", "TX3", "TX4" };
	struct record_term      *x = HB_NEW(b->a, struct record_term);
	const char              *period = term_codes[t];
	if (x == NULL)
		return NULL;
	x->status = status_of(b, exemption(b, pupil, subject, period));
	for (size_t i = 0; i < 4; i++)
		x->tx[i] = mark_of(book_mark(b, subject, period, pupil, tx[i]));
	x->gk = mark_of(book_mark(b, subject, period, pupil, "GK"));
	x->ck = mark_of(book_mark(b, subject, period, pupil, "CK"));
	x->cd = mark_of(book_mark(b, subject, period, pupil, "CD"));
	x->comment = book_word(b, subject, period, pupil, "NX");
	return x;
}

static bool
secondary_row(struct building *b, const char *subject, struct record_row *r)
{
	for (int t = 0; t < RECORD_TERMS; t++) {
		if (!b->year && b->period != (t == 0 ? RECORD_HK1 : RECORD_HK2))
			continue;
		r->term[t] = term_of(b, subject, r->pupil, t);
		if (r->term[t] == NULL)
			return false;
	}
	if (b->summer)
		r->retake = mark_of(book_mark(b, subject, "HE", r->pupil, "TL"));
	return true;
}

/* After the summer a level given again takes the place of the year's. */
static void
primary_row(struct building *b, const char *subject, struct record_row *r)
{
	const char *period = b->summer ? "CN" : record_period_code(b->period);
	r->level = book_level(b, subject, period, r->pupil, "MUC");
	r->test = mark_of(book_mark(b, subject, period, r->pupil, "KT"));
	r->comment = book_word(b, subject, period, r->pupil, "NX");
	if (!b->summer)
		return;
	enum record_level again = book_level(b, subject, "HE", r->pupil, "MUC");
	struct record_mark test = mark_of(book_mark(b, subject, "HE", r->pupil, "KT"));
	const char        *comment = book_word(b, subject, "HE", r->pupil, "NX");
	r->level = again != RECORD_LEVEL_NONE ? again : r->level;
	r->test = test.kind != RECORD_MARK_NONE ? test : r->test;
	r->comment = comment != NULL ? comment : r->comment;
}

static enum hb_code
one_subject(struct building *b, size_t i, struct record_subject *s, struct hb_err *err)
{
	const char                      *code = db_text(&b->subjects, i, SCHOOL_CLASS_SUBJECTS_SUBJECT);
	const char                      *kind = db_text(&b->subjects, i, SCHOOL_CLASS_SUBJECTS_KIND);
	const struct rules_subject_info *info = rules_subject(rules_subject_find(code));
	*s = (struct record_subject){ .code = info->code, .name = info->name,
		.language = strcmp(code, "NN1") == 0 ? "Tiếng Anh" : NULL,
		.kind = strcmp(kind, "SCORE") == 0 ? RECORD_SCORED : strcmp(kind, "LEVEL") == 0 ? RECORD_LEVELLED : RECORD_COMMENTED,
		.periods = (int)db_int(&b->subjects, i, SCHOOL_CLASS_SUBJECTS_PERIODS),
		.chosen = db_int(&b->subjects, i, SCHOOL_CLASS_SUBJECTS_BY_CHOICE) != 0 };
	s->rows = HB_NEWN(b->a, struct record_row, b->out->n_pupils + 1);
	if (s->rows == NULL)
		return hb_full(err);
	for (size_t p = 0; p < b->out->n_pupils; p++) {
		const char *pupil = b->out->pupils[p].id;
		if (!b->present[p] || (s->chosen && !chose(b, pupil, "SUBJECT", code)))
			continue;
		struct record_row *r = &s->rows[s->n_rows++];
		int                ex = exemption(b, pupil, code, "CN");
		*r = (struct record_row){ .pupil = pupil, .status = status_of(b, ex), .cluster = chose(b, pupil, "CLUSTER", code) };
		if (ex >= 0) {
			r->status_reason = book_text(db_text(&b->exemptions, (size_t)ex, SCHOOL_EXEMPTIONS_OF_CLASS_REASON));
			r->status_decision = book_text(db_text(&b->exemptions, (size_t)ex, SCHOOL_EXEMPTIONS_OF_CLASS_DECISION_NO));
		}
		if (b->primary)
			primary_row(b, code, r);
		else if (!secondary_row(b, code, r))
			return hb_full(err);
	}
	return HB_OK;
}

enum hb_code
book_subjects(struct building *b, struct hb_err *err)
{
	struct record_class *c = b->out;
	c->subjects = HB_NEWN(b->a, struct record_subject, b->subjects.n + 1);
	if (c->subjects == NULL)
		return hb_full(err);
	for (size_t i = 0; i < b->subjects.n; i++) {
		if (rules_subject_find(db_text(&b->subjects, i, SCHOOL_CLASS_SUBJECTS_SUBJECT)) == RULES_SUBJECT__MAX)
			return hb_bug(err, "class subject outside the catalogue");
		enum hb_code code = one_subject(b, i, &c->subjects[c->n_subjects], err);
		if (code != HB_OK)
			return code;
		/* A subject that nobody in the class chose has no region. */
		c->n_subjects += c->subjects[c->n_subjects].n_rows > 0;
	}
	return HB_OK;
}

/* ---- the homeroom teacher's part ---- */

static struct record_absences *
absences(struct building *b, const char *pupil, const char *period)
{
	struct book_cell with = book_mark(b, SHEET_HOMEROOM, period, pupil, "NP"), without = book_mark(b, SHEET_HOMEROOM, period, pupil, "NK");
	if (with.kind != BOOK_NUM && without.kind != BOOK_NUM)
		return NULL;
	struct record_absences *x = HB_NEW(b->a, struct record_absences);
	if (x != NULL)
		*x = (struct record_absences){ with.num, without.num };
	return x;
}

static void
secondary_review(struct building *b, struct record_review *v)
{
	for (int t = 0; t < RECORD_TERMS; t++) {
		if (!b->year && b->period != (t == 0 ? RECORD_HK1 : RECORD_HK2))
			continue;
		v->conduct_term[t] = book_level(b, SHEET_HOMEROOM, term_codes[t], v->pupil, "RL");
		v->absences_term[t] = absences(b, v->pupil, term_codes[t]);
		v->comment_term[t] = book_word(b, SHEET_HOMEROOM, term_codes[t], v->pupil, "NX");
	}
	if (!b->year)
		return;
	v->comment = book_word(b, SHEET_HOMEROOM, "CN", v->pupil, "NX");
	if (v->absences_term[0] != NULL && v->absences_term[1] != NULL) {
		v->absences_year = HB_NEW(b->a, struct record_absences);
		if (v->absences_year != NULL)
			*v->absences_year = (struct record_absences){
				v->absences_term[0]->permitted + v->absences_term[1]->permitted,
				v->absences_term[0]->unpermitted + v->absences_term[1]->unpermitted };
	}
	if (b->summer)
		v->conduct_after_summer = book_level(b, SHEET_HOMEROOM, "HE", v->pupil, "RL");
}

static size_t
traits(struct building *b, const char *pupil, const struct rules27_trait *list, size_t n, struct record_trait *out)
{
	const char *period = b->summer ? "CN" : record_period_code(b->period);
	size_t      used = 0;
	for (size_t i = 0; i < n; i++) {
		enum record_level l = book_level(b, SHEET_HOMEROOM, period, pupil, list[i].code);
		if (b->summer) {
			enum record_level again = book_level(b, SHEET_HOMEROOM, "HE", pupil, list[i].code);
			l = again != RECORD_LEVEL_NONE ? again : l;
		}
		if (l != RECORD_LEVEL_NONE && list[i].first_grade <= b->cls.grade)
			out[used++] = (struct record_trait){ list[i].code, l };
	}
	return used;
}

static bool
primary_review(struct building *b, struct record_review *v)
{
	const char *period = b->summer ? "CN" : record_period_code(b->period);
	v->qualities = HB_NEWN(b->a, struct record_trait, RULES27_QUALITIES);
	v->competences = HB_NEWN(b->a, struct record_trait, RULES27_COMPETENCES);
	if (v->qualities == NULL || v->competences == NULL)
		return false;
	v->n_qualities = traits(b, v->pupil, rules27_qualities, RULES27_QUALITIES, v->qualities);
	v->n_competences = traits(b, v->pupil, rules27_competences, RULES27_COMPETENCES, v->competences);
	v->qualities_comment = book_word(b, SHEET_HOMEROOM, period, v->pupil, "NXPC");
	v->general_comment = book_word(b, SHEET_HOMEROOM, period, v->pupil, "NXNL");
	v->specific_comment = book_word(b, SHEET_HOMEROOM, period, v->pupil, "NXDT");
	if (b->year)
		v->absences_year = absences(b, v->pupil, "CN");
	v->height_cm = book_mark(b, SHEET_HOMEROOM, period, v->pupil, "CAO").num / 10;
	v->weight_kg_tenths = book_mark(b, SHEET_HOMEROOM, period, v->pupil, "NANG").num;
	v->class_recognised = b->year && book_word(b, SHEET_HOMEROOM, "CN", v->pupil, "TB") != NULL;
	return true;
}

static bool
achievements(struct building *b, struct record_review *v)
{
	static const struct { const char *code; enum record_achievement_kind kind; } kinds[] = {
		{ "PRIZE", RECORD_PRIZE }, { "CERTIFICATE", RECORD_CERTIFICATE }, { "AWARD", RECORD_COMMENDATION },
		{ "SUDDEN", RECORD_COMMENDATION } };
	const struct db_rows *rows = &b->achievements;
	v->achievements = rows->n == 0 ? NULL : HB_NEWN(b->a, struct record_achievement, rows->n);
	if (rows->n > 0 && v->achievements == NULL)
		return false;
	for (size_t i = 0; i < rows->n; i++) {
		if (strcmp(db_id(rows, i, SCHOOL_ACHIEVEMENTS_OF_CLASS_PUPIL_ID).s, v->pupil) != 0)
			continue;
		struct record_achievement *x = &v->achievements[v->n_achievements++];
		*x = (struct record_achievement){
			.title = db_text(rows, i, SCHOOL_ACHIEVEMENTS_OF_CLASS_TITLE),
			.level = book_text(db_text(rows, i, SCHOOL_ACHIEVEMENTS_OF_CLASS_LEVEL)),
			.decision_number = book_text(db_text(rows, i, SCHOOL_ACHIEVEMENTS_OF_CLASS_DECISION_NO)),
			.decision_date = book_text(db_text(rows, i, SCHOOL_ACHIEVEMENTS_OF_CLASS_DECISION_DATE)),
		};
		for (size_t k = 0; k < 4; k++)
			if (strcmp(kinds[k].code, db_text(rows, i, SCHOOL_ACHIEVEMENTS_OF_CLASS_KIND)) == 0)
				x->kind = kinds[k].kind;
	}
	return true;
}

enum hb_code
book_reviews(struct building *b, struct hb_err *err)
{
	struct record_class *c = b->out;
	c->reviews = HB_NEWN(b->a, struct record_review, c->n_pupils + 1);
	if (c->reviews == NULL)
		return hb_full(err);
	for (size_t p = 0; p < c->n_pupils; p++) {
		if (!b->present[p])
			continue;
		struct record_review *v = &c->reviews[c->n_reviews++];
		v->pupil = c->pupils[p].id;
		if (b->primary ? !primary_review(b, v) : (secondary_review(b, v), false))
			return hb_full(err);
		if (b->year && !achievements(b, v))
			return hb_full(err);
	}
	return HB_OK;
}
