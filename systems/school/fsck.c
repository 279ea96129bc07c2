/* Every mark against its history: the changes of a cell, one after the other, end at the mark that stands (D4.1đ). */
#include "base/arena.h"
#include "school/school.h"
#include "school/school_sql.h"

#include <string.h>

struct fsck { struct hb_arena *a; int64_t n; };
struct sheet { struct hb_id school, class_id; const char *code, *subject, *period; int64_t version; };
/* A mark or the empty cell, as two columns of a row tell it. */
struct cell_value { bool has_num, has_word; int64_t num; const char *word; };

static enum hb_code
differs(const struct sheet *s, const char *what, struct hb_err *err)
{
	return hb_fail(err, HB_E_CONFLICT, "diem.saiLichSu", "lớp %s, %s, %s: %s", s->code, s->subject, s->period, what);
}

static struct cell_value
value_at(const struct db_rows *rows, size_t i, unsigned num, unsigned word)
{
	struct cell_value v = { .has_num = !db_is_null(rows, i, num), .has_word = !db_is_null(rows, i, word), .word = "" };
	if (v.has_num)
		v.num = db_int(rows, i, num);
	if (v.has_word)
		v.word = db_text(rows, i, word);
	return v;
}

static bool
same(const struct cell_value *a, const struct cell_value *b)
{
	return a->has_num == b->has_num && a->has_word == b->has_word && a->num == b->num && strcmp(a->word, b->word) == 0;
}

/* Does change i speak of the cell of mark m? */
static bool
of_cell(const struct db_rows *changes, size_t i, const struct db_rows *marks, size_t m)
{
	return strcmp(db_id(changes, i, SCHOOL_CHANGES_OF_CELLS_PUPIL_ID).s, db_id(marks, m, SCHOOL_MARKS_OF_SHEET_PUPIL_ID).s) == 0
	    && strcmp(db_text(changes, i, SCHOOL_CHANGES_OF_CELLS_COL), db_text(marks, m, SCHOOL_MARKS_OF_SHEET_COL)) == 0;
}

/* Both lists are in the order of cells; a cell has its mark and at least one change, or neither. */
static enum hb_code
replay(const struct sheet *s, const struct db_rows *marks, const struct db_rows *changes, struct hb_err *err)
{
	size_t i = 0;
	for (size_t m = 0; m < marks->n; m++) {
		struct cell_value now = { .word = "" };
		int64_t           version = 0;
		for (; i < changes->n && of_cell(changes, i, marks, m); i++) {
			struct cell_value old = value_at(changes, i, SCHOOL_CHANGES_OF_CELLS_OLD_NUM, SCHOOL_CHANGES_OF_CELLS_OLD_WORD);
			if (!same(&old, &now))
				return differs(s, "một lần sửa không nối tiếp lần trước", err);
			now = value_at(changes, i, SCHOOL_CHANGES_OF_CELLS_NEW_NUM, SCHOOL_CHANGES_OF_CELLS_NEW_WORD);
			version = db_int(changes, i, SCHOOL_CHANGES_OF_CELLS_VERSION);
		}
		struct cell_value stored = value_at(marks, m, SCHOOL_MARKS_OF_SHEET_NUM, SCHOOL_MARKS_OF_SHEET_WORD);
		if (!same(&stored, &now) || version != db_int(marks, m, SCHOOL_MARKS_OF_SHEET_VERSION))
			return differs(s, "điểm đang lưu không phải điểm của lần ghi cuối", err);
	}
	return i == changes->n ? HB_OK : differs(s, "có lần sửa của một ô không còn trong sổ", err);
}

static enum hb_code
check_sheet(struct db_tx *tx, const struct sheet *s, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct db_rows       marks, changes, saves;
	const struct db_val *where = DB_ARGS(DB_ID(s->school.s), DB_ID(s->class_id.s), DB_TEXT(s->subject), DB_TEXT(s->period));
	enum hb_code         code;
	if ((code = db_rows(tx, &school_marks_of_sheet, where, &a, &marks, err)) != HB_OK
	    || (code = db_rows(tx, &school_changes_of_cells, where, &a, &changes, err)) != HB_OK
	    || (code = db_rows(tx, &school_saves_of_sheet, where, &a, &saves, err)) != HB_OK)
		return code;
	int64_t newest = db_is_null(&saves, 0, SCHOOL_SAVES_OF_SHEET_NEWEST) ? 0 : db_int(&saves, 0, SCHOOL_SAVES_OF_SHEET_NEWEST);
	if (newest != s->version || db_int(&saves, 0, SCHOOL_SAVES_OF_SHEET_N) != newest)
		return differs(s, "thiếu lần ghi trong lịch sử", err);
	return replay(s, &marks, &changes, err);
}

static enum hb_code
check_all(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct fsck   *f = ctx;
	struct db_rows rows;
	enum hb_code   code = db_rows(tx, &school_sheets_all, NULL, f->a, &rows, err);
	f->n = 0;
	for (size_t i = 0; code == HB_OK && i < rows.n; i++) {
		const struct sheet s = { db_id(&rows, i, SCHOOL_SHEETS_ALL_SCHOOL_ID), db_id(&rows, i, SCHOOL_SHEETS_ALL_CLASS_ID),
			db_text(&rows, i, SCHOOL_SHEETS_ALL_CODE), db_text(&rows, i, SCHOOL_SHEETS_ALL_SUBJECT),
			db_text(&rows, i, SCHOOL_SHEETS_ALL_PERIOD), db_int(&rows, i, SCHOOL_SHEETS_ALL_VERSION) };
		code = check_sheet(tx, &s, err);
		f->n += code == HB_OK;
	}
	return code;
}

enum hb_code
school_fsck(struct school *s, int64_t *ret_n, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct fsck  f = { .a = &a };
	enum hb_code code = db_read(s->db, check_all, &f, err);
	if (code == HB_OK)
		*ret_n = f.n;
	return code;
}
