/* One subject of one pupil: terms, year, retake (TT22/2021 Đ6, Đ7, Đ9.1, Đ10, Đ14). */
#include "rules/tt22_subject.h"

static const struct rules22_value no_value = { RULES_NO_MARK, RULES_UNKNOWN };
static bool is_comment(const struct rules22_subject *s) { return rules_subject(s->code)->comment; }
bool tt22_known(struct rules22_value v) { return v.tenths >= 0 || v.level != RULES_UNKNOWN; }

enum rules22_status
tt22_status(const struct rules22_subject *s, int t)
{
	return s->status != RULES22_NORMAL ? s->status : s->term[t].status;
}

/* Taught and judged in this term, by the programme or by the pupil's own plan. */
static bool
judged(const struct rules22_subject *s, int t)
{
	enum rules22_status st = tt22_status(s, t);
	return st == RULES22_NORMAL || st == RULES22_PLAN;
}

void
tt22_gap(struct rules22_result *r, int subject, int term, enum rules_field f)
{
	r->gaps[r->n_gaps++] = (struct rules_gap){ (int16_t)subject, (int8_t)term, (int8_t)f };
}

void
tt22_fault(struct rules22_result *r, int subject, int term, enum rules_field f, const char *key)
{
	if (r->n_faults < RULES22_FAULTS_MAX)
		r->faults[r->n_faults++] = (struct rules_fault){ (int16_t)subject, (int8_t)term, (int8_t)f, key };
}

static int
tx_needed(const struct rules22_pupil *p, const struct rules22_subject *s)
{
	return rules22_tx_needed(s->periods > 0 ? s->periods : rules_subject(s->code)->periods[p->grade]);
}

static struct rules22_value
score_term(const struct rules22_pupil *p, int i, int t, struct rules22_result *r)
{
	const struct rules22_subject *s = &p->subjects[i];
	const struct rules22_term *term = &s->term[t];
	int needed = tx_needed(p, s);
	if (term->n_tx > needed)
		tt22_fault(r, i, t + 1, RULES_F_TX, "diem.thuaThuongXuyen");
	if (tt22_status(s, t) == RULES22_NORMAL) {      /* an individual plan asks for no fixed number */
		if (term->n_tx < needed)
			tt22_gap(r, i, t + 1, RULES_F_TX);
		if (term->gk < 0)
			tt22_gap(r, i, t + 1, RULES_F_GK);
		if (term->ck < 0)
			tt22_gap(r, i, t + 1, RULES_F_CK);
	}
	return (struct rules22_value){ (int16_t)rules22_term_average(term, needed), RULES_UNKNOWN };
}

static struct rules22_value
comment_term(const struct rules22_pupil *p, int i, int t, struct rules22_result *r)
{
	const struct rules22_subject *s = &p->subjects[i];
	const struct rules22_term *term = &s->term[t];
	if (term->n_marks > RULES22_COMMENT_MARKS)
		tt22_fault(r, i, t + 1, RULES_F_MARKS, "diem.thuaNhanXet");
	if (term->n_marks < RULES22_COMMENT_MARKS && tt22_status(s, t) == RULES22_NORMAL)
		tt22_gap(r, i, t + 1, RULES_F_MARKS);
	if (term->n_marks != RULES22_COMMENT_MARKS)
		return no_value;
	enum rules_level worst = term->cd_level == RULES_CD ? RULES_CD : RULES_D;
	for (int m = 0; m < RULES22_COMMENT_MARKS; m++)
		if (term->marks[m] < worst)
			worst = term->marks[m];
	return (struct rules22_value){ RULES_NO_MARK, worst };
}

static struct rules22_value
year_of(const struct rules22_subject *s, const struct rules22_value term[2])
{
	bool first = judged(s, 0), second = judged(s, 1);
	if (!first || !second)          /* not taught or exempt in one term: the other one counts for the year */
		return first ? term[0] : second ? term[1] : no_value;
	if (is_comment(s))
		return term[1];         /* Đ9.1a: the year's result is that of the second term */
	return (struct rules22_value){ (int16_t)rules22_year_average(term[0].tenths, term[1].tenths), RULES_UNKNOWN };
}

void
tt22_subject_year(const struct rules22_pupil *p, int i, struct rules22_result *r, struct rules_notes *notes)
{
	const struct rules22_subject *s = &p->subjects[i];
	struct rules22_subject_result *out = &r->subjects[i];
	out->after_retake = no_value;
	for (int t = 0; t < 2; t++) {
		out->term[t] = !judged(s, t) ? no_value : is_comment(s) ? comment_term(p, i, t, r) : score_term(p, i, t, r);
		tt22_note_term(notes, s, t, out->term[t]);
	}
	out->year = year_of(s, out->term);
	tt22_note_year(notes, s, out);
}

bool
tt22_has_retake(const struct rules22_subject *s)
{
	return s->retake >= 0 || s->retake_level != RULES_UNKNOWN;
}

bool
tt22_may_retake(const struct rules22_subject *s, struct rules22_value year)
{
	if (is_comment(s))
		return year.level == RULES_CD;
	return year.tenths >= 0 && year.tenths < tt22.retake_below;
}

void
tt22_subject_retake(const struct rules22_pupil *p, int i, struct rules22_result *r, struct rules_notes *notes)
{
	const struct rules22_subject *s = &p->subjects[i];
	struct rules22_subject_result *out = &r->subjects[i];
	if (!tt22_has_retake(s))
		return;
	bool out_of_reach = !judged(s, 0) && !judged(s, 1);
	if (out_of_reach || (tt22_known(out->year) && !tt22_may_retake(s, out->year))) {
		tt22_fault(r, i, 0, RULES_F_RETAKE, "kiemTraLai.khongDuoc");
		return;
	}
	if (r->year != RULES_UNKNOWN && r->year >= tt22.promote_at_least) {
		tt22_fault(r, i, 0, RULES_F_RETAKE, "kiemTraLai.khongCan");
		return;
	}
	if (!tt22_known(out->year))
		return;                 /* whether it may be retaken cannot be said yet */
	out->after_retake = is_comment(s) ? (struct rules22_value){ RULES_NO_MARK, s->retake_level }
	                                  : (struct rules22_value){ s->retake, RULES_UNKNOWN };
	tt22_note_retake(notes, s, out);
}
