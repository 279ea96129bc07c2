/* school/table.h - finding the table inside a sheet as schools make them.
 *
 * Above the table stand title lines, often merged; headings take one or two rows; below stand totals and signatures.
 * Columns are found by the text of their headings (hb_fold), never by place.  What stands in the title decides
 * nothing silently: the school year and class it names are checked against what the person asked for. */
#ifndef SCHOOL_TABLE_H
#define SCHOOL_TABLE_H
#include "base/arena.h"
#include "xlsx/xlsx.h"

#define TABLE_HEAD_ROWS 40              /* a heading further down is not looked for */
#define TABLE_COLS_MAX  128

/* Key of a column whose folded heading is `text`, or -1. */
typedef int table_known(const char *text, void *ctx);
struct table {
	const struct xlsx_sheet *sheet;
	uint32_t    head, first;        /* rows: of the heading, of the first row under it */
	uint32_t    n_cols;
	int         key[TABLE_COLS_MAX];        /* of each column, -1 = not known */
	const char *heading[TABLE_COLS_MAX];    /* folded; "" where there is none */
	const char *title;              /* folded text of everything above the heading, and of the sheet's name */
	const char *title_raw;
};
/* False when no row has at least `least` known columns. */
bool table_find(const struct xlsx_sheet *sheet, table_known *known, void *ctx, unsigned least, struct hb_arena *a,
    struct table *ret_table);
/* First column with this key, or -1. */
int table_col(const struct table *t, int key);
/* "2025-2026" named in the title ("năm học 2025 - 2026"), or NULL. */
const char *table_year(const struct table *t, struct hb_arena *a);

/* Class the title names ("Lớp 6A1"), in capitals, or NULL. */
const char *table_class(const struct table *t, struct hb_arena *a);

/* One thing wrong or strange with one cell of a file. */
struct table_fault { uint32_t row, col; bool warning; const char *key, *text, *suggestion; };
struct table_faults { struct hb_arena *a; struct table_fault *v; size_t n, cap, errors; };
void table_fault(struct table_faults *f, uint32_t row, uint32_t col, bool warning, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
#endif
