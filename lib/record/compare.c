#include "record/compute.h"

#include <stdio.h>
#include <string.h>

#include "record/shapes.h"

enum { CELLS_MAX = 256, DIFFERENCES_MAX = 5000 };

struct cell { const char *what, *value; };
struct cells { struct hb_arena *a; enum record_scope scope; struct cell v[CELLS_MAX]; size_t n; };
struct compare {
	struct hb_arena           *a;
	struct hb_err             *err;
	enum record_scope          scope;
	struct record_differences  out;
	const char                *pupil, *subject;
};

static bool
derived(const char *what)
{
	static const char *const names[] = { "term1.average", "term2.average", "year", "after_retake", "academic_term1",
		"academic_term2", "academic_year", "academic_after_retake", "conduct_year", "promotion",
		"promotion_after_summer", "award", "education", NULL };
	for (size_t i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], what) == 0)
			return true;
	return false;
}

static enum hb_code
keep_cell(void *ctx, const char *path, const char *value)
{
	struct cells *c = ctx;
	if (c->n == CELLS_MAX || (c->scope == RECORD_DERIVED && !derived(path)))
		return HB_OK;
	struct cell one = { hb_strdup(c->a, path), hb_strdup(c->a, value) };
	if (one.what == NULL || one.value == NULL)
		return HB_E_TOOBIG;
	c->v[c->n++] = one;
	return HB_OK;
}

static enum hb_code
differ(struct compare *k, const char *what, const char *left, const char *right)
{
	if (k->out.n == 0) {
		k->out.v = HB_NEWN(k->a, struct record_difference, DIFFERENCES_MAX);
		if (k->out.v == NULL)
			return hb_full(k->err);
	}
	if (k->out.n < DIFFERENCES_MAX)
		k->out.v[k->out.n++] = (struct record_difference){ k->pupil, k->subject, what, left, right };
	return HB_OK;
}

static const char *
value_of(const struct cells *c, const char *what)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i].what, what) == 0)
			return c->v[i].value;
	return NULL;
}

/* Two values of one shape, either of which may be missing. */
static enum hb_code
compare_shape(struct compare *k, const struct shape *s, const void *left, const void *right)
{
	struct cells l = { .a = k->a, .scope = k->scope }, r = { .a = k->a, .scope = k->scope };
	struct shape_walk wl = { .a = k->a, .json_names = true }, wr = { .a = k->a, .json_names = true };
	if (left == NULL || right == NULL)
		return left == right ? HB_OK : differ(k, "row", left == NULL ? NULL : "có", right == NULL ? NULL : "có");
	if (shape_visit(&wl, s, left, keep_cell, &l) != HB_OK || shape_visit(&wr, s, right, keep_cell, &r) != HB_OK)
		return hb_full(k->err);
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < l.n && c == HB_OK; i++) {
		const char *other = value_of(&r, l.v[i].what);
		if (other == NULL || strcmp(other, l.v[i].value) != 0)
			c = differ(k, l.v[i].what, l.v[i].value, other);
	}
	for (size_t i = 0; i < r.n && c == HB_OK; i++)
		if (value_of(&l, r.v[i].what) == NULL)
			c = differ(k, r.v[i].what, NULL, r.v[i].value);
	return c;
}

static enum hb_code
compare_subject(struct compare *k, const struct record_subject *left, const struct record_subject *right)
{
	enum hb_code c = HB_OK;
	k->subject = left != NULL ? left->code : right->code;
	for (size_t i = 0; left != NULL && i < left->n_rows && c == HB_OK; i++) {
		k->pupil = left->rows[i].pupil;
		c = compare_shape(k, &record_shape_row, &left->rows[i],
		    right == NULL ? NULL : record_subject_row(right, k->pupil));
	}
	for (size_t i = 0; right != NULL && i < right->n_rows && c == HB_OK; i++) {
		k->pupil = right->rows[i].pupil;
		if (left == NULL || record_subject_row(left, k->pupil) == NULL)
			c = differ(k, "row", NULL, "có");
	}
	return c;
}

static enum hb_code
compare_reviews(struct compare *k, const struct record_class *left, const struct record_class *right)
{
	enum hb_code c = HB_OK;
	k->subject = NULL;
	for (size_t i = 0; i < left->n_reviews && c == HB_OK; i++) {
		k->pupil = left->reviews[i].pupil;
		c = compare_shape(k, &record_shape_review, &left->reviews[i], record_class_review(right, k->pupil));
	}
	for (size_t i = 0; i < right->n_reviews && c == HB_OK; i++) {
		k->pupil = right->reviews[i].pupil;
		if (record_class_review(left, k->pupil) == NULL)
			c = differ(k, "row", NULL, "có");
	}
	return c;
}

/* Who the pupils are counts only where every cell does. */
static enum hb_code
compare_pupils(struct compare *k, const struct record_class *left, const struct record_class *right)
{
	enum hb_code c = HB_OK;
	k->subject = NULL;
	for (size_t i = 0; i < left->n_pupils && c == HB_OK; i++) {
		k->pupil = left->pupils[i].id;
		const struct record_pupil *other = record_class_pupil(right, k->pupil);
		c = compare_shape(k, &record_shape_person, &left->pupils[i].person, other == NULL ? NULL : &other->person);
	}
	for (size_t i = 0; i < right->n_pupils && c == HB_OK; i++) {
		k->pupil = right->pupils[i].id;
		if (record_class_pupil(left, k->pupil) == NULL)
			c = differ(k, "row", NULL, "có");
	}
	return c;
}

enum hb_code
record_class_compare(const struct record_class *left, const struct record_class *right, enum record_scope scope,
    struct hb_arena *a, struct record_differences *ret_differences, struct hb_err *err)
{
	struct compare k = { .a = a, .err = err, .scope = scope };
	enum hb_code c = scope == RECORD_ALL_CELLS ? compare_pupils(&k, left, right) : HB_OK;
	for (size_t i = 0; i < left->n_subjects && c == HB_OK; i++)
		c = compare_subject(&k, &left->subjects[i], record_class_subject(right, left->subjects[i].code));
	for (size_t i = 0; i < right->n_subjects && c == HB_OK; i++)
		if (record_class_subject(left, right->subjects[i].code) == NULL)
			c = compare_subject(&k, NULL, &right->subjects[i]);
	if (c == HB_OK)
		c = compare_reviews(&k, left, right);
	if (c == HB_OK)
		*ret_differences = k.out;
	return c;
}
