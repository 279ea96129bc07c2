/* school/marks_import.h - marks from files: any number of sheets, each of a class, a subject and a period.
 *
 * What a sheet is about stands in its name and title ("Toán HK1", "Môn: Toán - Lớp 6A1 - Học kì I"), or is said by the
 * caller; sheets of a workbook about other things than asked are passed over and counted.  Primary files may hold all subjects side by side ("Toán | Mức", "Toán |
 * Điểm").  Pupils are found by code, or by name and birth date, never by place.  An empty cell changes nothing.
 * All sheets go in one transaction or none. */
#ifndef SCHOOL_MARKS_IMPORT_H
#define SCHOOL_MARKS_IMPORT_H
#include "school/marks.h"
#include "school/table.h"

struct marks_job {
	struct hb_bytes file;
	const char     *file_name, *year;
	const char     *class_code, *subject, *period;  /* NULL: the file says; else only sheets about these are taken */
	const char     *class_id;                /* instead of year and class_code, or NULL */
	const char     *staff;                   /* only what this person is assigned today; NULL: everything asked for */
	bool            dry_run;
};
/* The answer (JSON, import_json.h) tells what was read even when nothing was applied. */
enum hb_code marks_import(struct school *s, const struct school_actor *by, const struct marks_job *job,
    struct hb_arena *a, struct hb_buf *out, struct hb_err *err);

/* ---- the parts ---- */
/* What a heading stands for: a column of the sheet's own subject (subject NULL) or of another one. */
struct marks_target { const char *subject; char col[SHEET_COL_LEN]; };
enum { MARKS_COL_STT, MARKS_COL_CODE, MARKS_COL_NAME, MARKS_COL_LAST, MARKS_COL_FIRST, MARKS_COL_BIRTH, MARKS_COL_IGNORED,
	MARKS_COL_TARGET = 100 };
struct marks_names { const char *const *subjects; };    /* folded names of subjects; zeroed at first */
struct marks_headings {
	struct hb_arena    *a;
	struct marks_names *names;
	bool                primary, traits;     /* of a primary school; a sheet of qualities and competences */
	int                 regular;             /* unnumbered "ĐĐGtx" columns seen so far */
	unsigned            n;
	struct marks_target targets[TABLE_COLS_MAX * 4];
};
/* A table_known: MARKS_COL_…, MARKS_COL_TARGET + index of a target, or -1. */
int marks_heading(const char *text, void *headings);
/* Period and subject that a folded title names, or NULL. */
const char *marks_title_period(const char *title, bool primary);
const char *marks_title_subject(const char *sheet_name, const char *title, struct marks_names *cache,
    struct hb_arena *a);
#endif
