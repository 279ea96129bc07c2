/* school/marks.h - reading and saving mark sheets.
 *
 * A save is a block of cells of one sheet, all or nothing: every cell is checked (pupil of this class, column of this
 * sheet, value on its scale, not locked, not changed by somebody else since `base`), and any refusal leaves the sheet
 * as it was, with every refused cell named.  What did change is kept for ever: old, new, who, when, why (seed002 Đ5,
 * D11.3).  The same idempotency key again answers the first save.
 * An approved docket opens one cell of a locked sheet for one save (docket.h). */
#ifndef SCHOOL_MARKS_H
#define SCHOOL_MARKS_H
#include "school/school.h"
#include "school/sheet.h"

#define MARKS_CELLS_MAX 270
#define MARKS_ANY_BASE  INT64_MAX       /* the caller has compared the values itself (an import in its own transaction) */

struct marks_at { const char *class_id, *subject, *period; };
/* A sheet with all its rows; values in column order, [pupil * shape.n + column]. */
struct marks_pupil { const char *id, *code, *name, *birth_date, *status; int number; bool takes; };
struct marks_lock { const char *col, *by, *reason; hb_time at; };
struct marks_sheet {
	struct school_class       cls;
	struct sheet_shape        shape;
	const char               *kind;          /* of the subject, "" for the homeroom sheet */
	int64_t                   version;
	size_t                    n_pupils;
	const struct marks_pupil *pupils;
	struct mark_value        *values;
	int64_t                  *versions;      /* of each cell; 0 = never written */
	size_t                    n_locks;
	const struct marks_lock  *locks;
};
enum hb_code marks_load(struct db_tx *tx, const char *school, const struct marks_at *at, struct hb_arena *a,
    struct marks_sheet *ret_sheet, struct hb_err *err);
/* Index, or -1. */
int marks_pupil_index(const struct marks_sheet *s, const char *pupil_id);
int marks_col_index(const struct marks_sheet *s, const char *col);

struct marks_cell { const char *pupil_id, *col, *text; bool date; };
struct marks_refusal {
	size_t      cell;                        /* index in the block */
	const char *key, *text;
	const char *suggestion;                  /* or "" */
	const char *yours, *stored;              /* for a stale cell, else NULL */
};
struct marks_block {
	struct marks_at          at;
	const struct marks_cell *cells;
	size_t                   n;
	int64_t                  base;           /* version of the sheet the cells were typed on */
	const char              *why;
	const char              *key;            /* idempotency key, or NULL */
	bool                     dry_run;        /* check only */
};
/* What a block changes, as the contracts write values; "" for an empty cell. */
struct marks_change { size_t cell; const char *old, *now; };
struct marks_saved {
	int64_t                     version;
	size_t                      n_changed, n_refused;
	const struct marks_change  *changed;
	const struct marks_refusal *refused;
};
/* In the caller's transaction.  With refusals: HB_E_CONFLICT diem.daDoi or diem.daKhoa when any cell is stale or
 * locked, else HB_E_RULE diem.khongNhan; *ret_saved is then filled too. */
enum hb_code marks_save(struct db_tx *tx, const struct school_actor *by, const struct marks_block *b,
    struct hb_arena *a, struct marks_saved *ret_saved, struct hb_err *err);

/* Count and sum of a column as entered, beside the teacher's own from paper. */
struct marks_total { const char *col; int filled; int64_t sum; bool has_paper; int papers; int64_t paper_sum; };
enum hb_code marks_totals(struct db_tx *tx, const char *school, const struct marks_sheet *s, const struct marks_at *at,
    struct hb_arena *a, struct marks_total *ret_totals, struct hb_err *err);    /* shape.n of them */
#endif
