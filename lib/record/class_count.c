#include "record/class.h"

#include <string.h>

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static int
count_mark(struct record_counts *c, struct record_mark m)
{
	if (m.kind == RECORD_MARK_SCORE)
		c->score_sum += m.tenths;
	return m.kind != RECORD_MARK_NONE;
}

static void
count_term(struct record_counts *c, const struct record_term *t)
{
	for (size_t i = 0; i < RECORD_TX_MAX; i++)
		c->tx += count_mark(c, t->tx[i]);
	c->gk += count_mark(c, t->gk);
	c->ck += count_mark(c, t->ck);
	c->cd += count_mark(c, t->cd);
	c->averages += t->average.kind != RECORD_MARK_NONE;
	c->comments += t->comment != NULL;
}

static void
count_row(struct record_counts *c, const struct record_row *r)
{
	for (size_t t = 0; t < RECORD_TERMS; t++)
		if (r->term[t] != NULL)
			count_term(c, r->term[t]);
	c->tests += count_mark(c, r->test);
	c->averages += (r->year.kind != RECORD_MARK_NONE) + (r->after_retake.kind != RECORD_MARK_NONE);
	c->levels += r->level != RECORD_LEVEL_NONE;
	c->comments += r->comment != NULL;
	c->rows++;
}

static int
absent(const struct record_absences *x)
{
	return x == NULL ? 0 : x->permitted + x->unpermitted;
}

static void
count_review(struct record_counts *c, const struct record_review *r)
{
	const enum record_level levels[] = { r->conduct_term[0], r->conduct_term[1], r->conduct_year,
		r->conduct_after_summer, r->academic_term[0], r->academic_term[1], r->academic_year,
		r->academic_after_retake };
	const char *const comments[] = { r->comment, r->comment_term[0], r->comment_term[1], r->qualities_comment,
		r->general_comment, r->specific_comment };
	for (size_t i = 0; i < LENGTH(levels); i++)
		c->levels += levels[i] != RECORD_LEVEL_NONE;
	for (size_t i = 0; i < LENGTH(comments); i++)
		c->comments += comments[i] != NULL;
	c->levels += (int)(r->n_qualities + r->n_competences);
	c->absences += absent(r->absences_term[0]) + absent(r->absences_term[1]) + absent(r->absences_year);
}

void
record_class_count(const struct record_class *cls, struct record_counts *ret_counts)
{
	struct record_counts c = { .pupils = (int)cls->n_pupils, .signers = (int)cls->n_signers,
		.subjects = (int)cls->n_subjects };
	for (size_t s = 0; s < cls->n_subjects; s++)
		for (size_t r = 0; r < cls->subjects[s].n_rows; r++)
			count_row(&c, &cls->subjects[s].rows[r]);
	for (size_t r = 0; r < cls->n_reviews; r++)
		count_review(&c, &cls->reviews[r]);
	*ret_counts = c;
}

/* ---- finding ---- */

const struct record_pupil *
record_class_pupil(const struct record_class *cls, const char *id)
{
	for (size_t i = 0; i < cls->n_pupils; i++)
		if (strcmp(cls->pupils[i].id, id) == 0)
			return &cls->pupils[i];
	return NULL;
}

const struct record_subject *
record_class_subject(const struct record_class *cls, const char *code)
{
	for (size_t i = 0; i < cls->n_subjects; i++)
		if (strcmp(cls->subjects[i].code, code) == 0)
			return &cls->subjects[i];
	return NULL;
}

const struct record_row *
record_subject_row(const struct record_subject *s, const char *pupil)
{
	for (size_t i = 0; i < s->n_rows; i++)
		if (strcmp(s->rows[i].pupil, pupil) == 0)
			return &s->rows[i];
	return NULL;
}

const struct record_review *
record_class_review(const struct record_class *cls, const char *pupil)
{
	for (size_t i = 0; i < cls->n_reviews; i++)
		if (strcmp(cls->reviews[i].pupil, pupil) == 0)
			return &cls->reviews[i];
	return NULL;
}
