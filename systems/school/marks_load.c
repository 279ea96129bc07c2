/* Reading one sheet whole: its shape, the class list, the values, the locks. */
#include "school/marks.h"

#include "school/school_sql.h"

#include <string.h>

/* The subject's row of the class decides the shape; the homeroom sheet has none. */
static enum hb_code
subject_of(struct db_tx *tx, const char *school, const struct marks_at *at, struct hb_arena *a, struct sheet_of *of,
    bool *ret_by_choice, struct hb_err *err)
{
	*ret_by_choice = false;
	if (strcmp(at->subject, SHEET_HOMEROOM) == 0)
		return HB_OK;
	struct db_rows rows;
	enum hb_code   code = db_rows(tx, &school_class_subjects, DB_ARGS(DB_ID(school), DB_ID(at->class_id)), a, &rows, err);
	if (code != HB_OK)
		return code;
	for (size_t i = 0; i < rows.n; i++)
		if (strcmp(db_text(&rows, i, SCHOOL_CLASS_SUBJECTS_SUBJECT), at->subject) == 0) {
			of->kind = db_text(&rows, i, SCHOOL_CLASS_SUBJECTS_KIND);
			of->periods = (int)db_int(&rows, i, SCHOOL_CLASS_SUBJECTS_PERIODS);
			*ret_by_choice = db_int(&rows, i, SCHOOL_CLASS_SUBJECTS_BY_CHOICE) != 0;
			return HB_OK;
		}
	return hb_fail(err, HB_E_NOTFOUND, "mon.khongCo", "lớp không học môn “%.20s”", at->subject);
}

static enum hb_code
load_pupils(struct db_tx *tx, const char *school, const struct marks_at *at, struct hb_arena *a, bool by_choice,
    struct marks_sheet *s, struct hb_err *err)
{
	struct db_rows rows, chosen = { 0 };
	enum hb_code   code = db_rows(tx, &school_class_pupils, DB_ARGS(DB_ID(school), DB_ID(at->class_id)), a, &rows, err);
	if (code == HB_OK && by_choice)
		code = db_rows(tx, &school_choices_of_class, DB_ARGS(DB_ID(school), DB_ID(at->class_id)), a, &chosen, err);
	if (code != HB_OK)
		return code;
	struct marks_pupil *p = HB_NEWN(a, struct marks_pupil, rows.n + 1);
	if (p == NULL)
		return hb_full(err);
	for (size_t i = 0; i < rows.n; i++) {
		p[i] = (struct marks_pupil){
			.id = hb_strdup(a, db_id(&rows, i, SCHOOL_CLASS_PUPILS_PUPIL_ID).s),
			.code = db_text(&rows, i, SCHOOL_CLASS_PUPILS_CODE),
			.name = db_text(&rows, i, SCHOOL_CLASS_PUPILS_FULL_NAME),
			.birth_date = db_text(&rows, i, SCHOOL_CLASS_PUPILS_BIRTH_DATE),
			.status = db_text(&rows, i, SCHOOL_CLASS_PUPILS_STATUS),
			.number = (int)db_int(&rows, i, SCHOOL_CLASS_PUPILS_NUMBER),
			.takes = !by_choice,
		};
		if (p[i].id == NULL)
			return hb_full(err);
		for (size_t j = 0; j < chosen.n && !p[i].takes; j++)
			p[i].takes = strcmp(db_text(&chosen, j, SCHOOL_CHOICES_OF_CLASS_SUBJECT), at->subject) == 0 &&
			    strcmp(db_text(&chosen, j, SCHOOL_CHOICES_OF_CLASS_KIND), "SUBJECT") == 0 &&
			    strcmp(db_id(&chosen, j, SCHOOL_CHOICES_OF_CLASS_PUPIL_ID).s, p[i].id) == 0;
	}
	s->pupils = p;
	s->n_pupils = rows.n;
	return HB_OK;
}

static enum hb_code
load_values(struct db_tx *tx, const char *school, const struct marks_at *at, struct hb_arena *a, struct marks_sheet *s,
    struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = db_rows(tx, &school_marks_of_sheet,
	    DB_ARGS(DB_ID(school), DB_ID(at->class_id), DB_TEXT(at->subject), DB_TEXT(at->period)), a, &rows, err);
	if (code != HB_OK)
		return code;
	size_t cells = s->n_pupils * s->shape.n + 1;
	s->values = HB_NEWN(a, struct mark_value, cells);
	s->versions = HB_NEWN(a, int64_t, cells);
	if (s->values == NULL || s->versions == NULL)
		return hb_full(err);
	for (size_t i = 0; i < rows.n; i++) {
		int p = marks_pupil_index(s, db_id(&rows, i, SCHOOL_MARKS_OF_SHEET_PUPIL_ID).s);
		int c = marks_col_index(s, db_text(&rows, i, SCHOOL_MARKS_OF_SHEET_COL));
		if (p < 0 || c < 0)
			continue;                       /* a column the programme no longer has */
		struct mark_value *v = &s->values[(size_t)p * s->shape.n + (size_t)c];
		s->versions[(size_t)p * s->shape.n + (size_t)c] = db_int(&rows, i, SCHOOL_MARKS_OF_SHEET_VERSION);
		if (!db_is_null(&rows, i, SCHOOL_MARKS_OF_SHEET_NUM))
			*v = (struct mark_value){ .kind = MARK_NUM, .num = (int)db_int(&rows, i, SCHOOL_MARKS_OF_SHEET_NUM) };
		else if (!db_is_null(&rows, i, SCHOOL_MARKS_OF_SHEET_WORD))
			*v = (struct mark_value){ .kind = MARK_WORD, .word = db_text(&rows, i, SCHOOL_MARKS_OF_SHEET_WORD) };
	}
	return HB_OK;
}

static enum hb_code
load_locks(struct db_tx *tx, const char *school, const struct marks_at *at, struct hb_arena *a, struct marks_sheet *s,
    struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = db_rows(tx, &school_locks_of_sheet,
	    DB_ARGS(DB_ID(school), DB_ID(at->class_id), DB_TEXT(at->subject), DB_TEXT(at->period)), a, &rows, err);
	if (code != HB_OK)
		return code;
	struct marks_lock *l = HB_NEWN(a, struct marks_lock, rows.n + 1);
	if (l == NULL)
		return hb_full(err);
	for (size_t i = 0; i < rows.n; i++)
		l[i] = (struct marks_lock){
			.col = db_text(&rows, i, SCHOOL_LOCKS_OF_SHEET_COL),
			.by = db_text(&rows, i, SCHOOL_LOCKS_OF_SHEET_LOCKED_BY),
			.at = db_time(&rows, i, SCHOOL_LOCKS_OF_SHEET_LOCKED_AT),
			.reason = db_text(&rows, i, SCHOOL_LOCKS_OF_SHEET_REASON),
		};
	s->locks = l;
	s->n_locks = rows.n;
	return HB_OK;
}

enum hb_code
marks_load(struct db_tx *tx, const char *school, const struct marks_at *at, struct hb_arena *a,
    struct marks_sheet *ret_sheet, struct hb_err *err)
{
	struct marks_sheet s = { .kind = "" };
	bool               by_choice = false;
	enum hb_code       code = school_class_by_id(tx, school, at->class_id, a, &s.cls, err);
	if (code != HB_OK)
		return code;
	struct sheet_of of = { .grade = s.cls.grade, .subject = at->subject, .kind = "", .period = at->period };
	if (!sheet_level_parse(s.cls.level, &of.level))
		return hb_bug(err, "class with level %s", s.cls.level);
	struct db_rows version = { 0 };
	if ((code = subject_of(tx, school, at, a, &of, &by_choice, err)) != HB_OK ||
	    (code = sheet_shape(&of, &s.shape, err)) != HB_OK ||
	    (code = load_pupils(tx, school, at, a, by_choice, &s, err)) != HB_OK ||
	    (code = load_values(tx, school, at, a, &s, err)) != HB_OK ||
	    (code = load_locks(tx, school, at, a, &s, err)) != HB_OK ||
	    (code = db_rows(tx, &school_sheet_version,
	         DB_ARGS(DB_ID(school), DB_ID(at->class_id), DB_TEXT(at->subject), DB_TEXT(at->period)), a, &version,
	         err)) != HB_OK)
		return code;
	s.version = version.n == 0 ? 0 : db_int(&version, 0, SCHOOL_SHEET_VERSION_VERSION);
	s.kind = of.kind;
	*ret_sheet = s;
	return HB_OK;
}

int
marks_pupil_index(const struct marks_sheet *s, const char *pupil_id)
{
	for (size_t i = 0; i < s->n_pupils; i++)
		if (strcmp(s->pupils[i].id, pupil_id) == 0)
			return (int)i;
	return -1;
}

int
marks_col_index(const struct marks_sheet *s, const char *col)
{
	for (unsigned i = 0; i < s->shape.n; i++)
		if (strcmp(s->shape.cols[i].code, col) == 0)
			return (int)i;
	return -1;
}

enum hb_code
marks_totals(struct db_tx *tx, const char *school, const struct marks_sheet *s, const struct marks_at *at,
    struct hb_arena *a, struct marks_total *ret_totals, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = db_rows(tx, &school_controls_of_sheet,
	    DB_ARGS(DB_ID(school), DB_ID(at->class_id), DB_TEXT(at->subject), DB_TEXT(at->period)), a, &rows, err);
	if (code != HB_OK)
		return code;
	for (unsigned c = 0; c < s->shape.n; c++) {
		struct marks_total t = { .col = s->shape.cols[c].code };
		for (size_t p = 0; p < s->n_pupils; p++) {
			const struct mark_value *v = &s->values[p * s->shape.n + c];
			t.filled += v->kind != MARK_NONE;
			t.sum += v->kind == MARK_NUM ? v->num : 0;
		}
		for (size_t i = 0; i < rows.n; i++)
			if (strcmp(db_text(&rows, i, SCHOOL_CONTROLS_OF_SHEET_COL), t.col) == 0) {
				t.has_paper = true;
				t.papers = (int)db_int(&rows, i, SCHOOL_CONTROLS_OF_SHEET_PAPERS);
				t.paper_sum = db_int(&rows, i, SCHOOL_CONTROLS_OF_SHEET_SUM_TENTHS);
			}
		ret_totals[c] = t;
	}
	return HB_OK;
}
