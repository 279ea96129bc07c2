/* What a class book is made of: read once, then looked up. */
#include "book_int.h"

#include "school/school_sql.h"
#include "school/sheet.h"

#include <string.h>

const char *
book_text(const char *s)
{
	return s == NULL || s[0] == '\0' ? NULL : s;
}

static int
compare_place(const struct building *b, size_t row, const char *subject, const char *period, const char *pupil,
    const char *col)
{
	int c = strcmp(db_text(&b->marks, row, SCHOOL_MARKS_OF_CLASS_SUBJECT), subject);
	if (c == 0)
		c = strcmp(db_text(&b->marks, row, SCHOOL_MARKS_OF_CLASS_PERIOD), period);
	if (c == 0)
		c = strcmp(db_id(&b->marks, row, SCHOOL_MARKS_OF_CLASS_PUPIL_ID).s, pupil);
	return c != 0 ? c : strcmp(db_text(&b->marks, row, SCHOOL_MARKS_OF_CLASS_COL), col);
}

/* The rows come sorted by these four. */
struct book_cell
book_mark(const struct building *b, const char *subject, const char *period, const char *pupil, const char *col)
{
	size_t lo = 0, hi = b->marks.n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int    c = compare_place(b, mid, subject, period, pupil, col);
		if (c == 0) {
			if (!db_is_null(&b->marks, mid, SCHOOL_MARKS_OF_CLASS_NUM))
				return (struct book_cell){ .kind = BOOK_NUM,
					.num = (int)db_int(&b->marks, mid, SCHOOL_MARKS_OF_CLASS_NUM) };
			if (!db_is_null(&b->marks, mid, SCHOOL_MARKS_OF_CLASS_WORD))
				return (struct book_cell){ .kind = BOOK_WORD,
					.word = db_text(&b->marks, mid, SCHOOL_MARKS_OF_CLASS_WORD) };
			return (struct book_cell){ 0 };
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (struct book_cell){ 0 };
}

const char *
book_word(const struct building *b, const char *subject, const char *period, const char *pupil, const char *col)
{
	struct book_cell c = book_mark(b, subject, period, pupil, col);
	return c.kind == BOOK_WORD ? book_text(c.word) : NULL;
}

enum record_level
book_level(const struct building *b, const char *subject, const char *period, const char *pupil, const char *col)
{
	const char *w = book_word(b, subject, period, pupil, col);
	return w == NULL ? RECORD_LEVEL_NONE : record_level_parse(w);
}

enum hb_code
book_read(struct building *b, const char *class_id, struct hb_err *err)
{
	enum hb_code code = school_class_by_id(b->tx, b->school, class_id, b->a, &b->cls, err);
#define CLASS DB_ARGS(DB_ID(b->school), DB_ID(class_id))
	if (code != HB_OK ||
	    (code = db_row(b->tx, &school_school_get, DB_ARGS(DB_ID(b->school)), b->a, &b->info, err)) != HB_OK ||
	    (code = db_row(b->tx, &school_year_get, DB_ARGS(DB_ID(b->school), DB_TEXT(b->cls.year)), b->a, &b->school_year,
	         err)) != HB_OK ||
	    (code = db_rows(b->tx, &school_class_subjects, CLASS, b->a, &b->subjects, err)) != HB_OK ||
	    (code = db_rows(b->tx, &school_files_of_class, CLASS, b->a, &b->pupils, err)) != HB_OK ||
	    (code = db_rows(b->tx, &school_choices_of_class, CLASS, b->a, &b->choices, err)) != HB_OK ||
	    (code = db_rows(b->tx, &school_exemptions_of_class, CLASS, b->a, &b->exemptions, err)) != HB_OK ||
	    (code = db_rows(b->tx, &school_marks_of_class, CLASS, b->a, &b->marks, err)) != HB_OK ||
	    (code = db_rows(b->tx, &school_duty_list, DB_ARGS(DB_ID(b->school), DB_TEXT(b->cls.year)), b->a, &b->duties,
	         err)) != HB_OK)
		return code;
#undef CLASS
	return db_rows(b->tx, &school_achievements_of_class, DB_ARGS(DB_ID(b->school), DB_ID(class_id), DB_TEXT(b->cls.year)),
	    b->a, &b->achievements, err);
}
