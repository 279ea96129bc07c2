#include "school/progress.h"

#include "data/data.h"
#include "school/marks.h"
#include "school/school_sql.h"

#include <string.h>

struct counting {
	struct db_tx    *tx;
	const char      *school, *period;
	struct hb_arena *a;
	struct db_rows   classes, duties;
	struct progress  out;
	size_t           cap;
};

static struct progress_line *
add_line(struct counting *c)
{
	if (c->out.n == c->cap) {
		size_t                cap = c->cap == 0 ? 64 : c->cap * 2;
		struct progress_line *v = HB_NEWN(c->a, struct progress_line, cap);
		if (v == NULL)
			return NULL;
		if (c->out.n > 0)
			memcpy(v, c->out.lines, c->out.n * sizeof *v);
		c->out.lines = v;
		c->cap = cap;
	}
	return &c->out.lines[c->out.n++];
}

static void
name_teachers(struct counting *c, const char *class_id, struct progress_line *l)
{
	const char *role = strcmp(l->subject, SHEET_HOMEROOM) == 0 ? "HOMEROOM" : "SUBJECT";
	for (size_t i = 0; i < c->duties.n && l->n_teachers < PROGRESS_TEACHERS_MAX; i++)
		if (!db_is_null(&c->duties, i, SCHOOL_DUTY_LIST_CLASS_ID) &&
		    strcmp(db_id(&c->duties, i, SCHOOL_DUTY_LIST_CLASS_ID).s, class_id) == 0 &&
		    strcmp(db_text(&c->duties, i, SCHOOL_DUTY_LIST_ROLE), role) == 0 &&
		    (role[0] == 'H' || strcmp(db_text(&c->duties, i, SCHOOL_DUTY_LIST_SUBJECT), l->subject) == 0) &&
		    db_text(&c->duties, i, SCHOOL_DUTY_LIST_TO_DATE)[0] == '\0' &&
		    !db_is_null(&c->duties, i, SCHOOL_DUTY_LIST_CONFIRMED_AT))
			l->teachers[l->n_teachers++] = db_text(&c->duties, i, SCHOOL_DUTY_LIST_FULL_NAME);
}

static bool
counts(const struct marks_pupil *p)
{
	const char *in = data_look_up(&data_pupil_statuses, "code", p->status, "in_class");
	return p->takes && (in == NULL || strcmp(in, "1") == 0);
}

/* A sheet that the period does not have is no line: HB_E_INPUT kiDanhGia.khongCo is passed over. */
static enum hb_code
count_sheet(struct counting *c, const char *class_id, const char *class_code, const char *subject, struct hb_err *err)
{
	struct marks_at    at = { class_id, subject, c->period };
	struct marks_sheet s;
	struct hb_err      why = HB_ERR_INIT;
	enum hb_code       code = marks_load(c->tx, c->school, &at, c->a, &s, &why);
	if (code == HB_E_INPUT && strcmp(why.key, "kiDanhGia.khongCo") == 0)
		return HB_OK;
	if (code != HB_OK) {
		if (err != NULL)
			*err = why;
		return code;
	}
	struct progress_line *l = add_line(c);
	if (l == NULL)
		return hb_full(err);
	*l = (struct progress_line){ .class_code = class_code, .subject = subject };
	for (size_t p = 0; p < s.n_pupils; p++) {
		if (!counts(&s.pupils[p]))
			continue;
		l->pupils++;
		for (unsigned k = 0; k < s.shape.n; k++) {
			l->cells += s.shape.cols[k].needed;
			l->filled += s.shape.cols[k].needed && s.values[p * s.shape.n + k].kind != MARK_NONE;
		}
	}
	name_teachers(c, class_id, l);
	return HB_OK;
}

static enum hb_code
count_class(struct counting *c, size_t i, struct hb_err *err)
{
	struct db_rows rows;
	const char    *code = db_text(&c->classes, i, SCHOOL_CLASS_LIST_CODE);
	const char    *id = hb_strdup(c->a, db_id(&c->classes, i, SCHOOL_CLASS_LIST_ID).s);
	if (id == NULL)
		return hb_full(err);
	enum hb_code got = db_rows(c->tx, &school_class_subjects, DB_ARGS(DB_ID(c->school), DB_ID(id)), c->a, &rows, err);
	for (size_t s = 0; s < rows.n && got == HB_OK; s++)
		got = count_sheet(c, id, code, db_text(&rows, s, SCHOOL_CLASS_SUBJECTS_SUBJECT), err);
	return got == HB_OK ? count_sheet(c, id, code, SHEET_HOMEROOM, err) : got;
}

enum hb_code
progress_of(struct db_tx *tx, const char *school, const char *year, const char *period, struct hb_arena *a,
    struct progress *ret_progress, struct hb_err *err)
{
	struct counting c = { .tx = tx, .school = school, .period = period, .a = a };
	enum hb_code    code = db_rows(tx, &school_class_list, DB_ARGS(DB_ID(school), DB_TEXT(year)), a, &c.classes, err);
	if (code == HB_OK)
		code = db_rows(tx, &school_duty_list, DB_ARGS(DB_ID(school), DB_TEXT(year)), a, &c.duties, err);
	for (size_t i = 0; i < c.classes.n && code == HB_OK; i++)
		code = count_class(&c, i, err);
	if (code == HB_OK)
		*ret_progress = c.out;
	return code;
}
