/* xlsx/xlsx.h - any table a school has, read into cells; and tables written for schools.
 *
 * Files come from strangers: every count and size has a limit below, a DOCTYPE is refused, nothing is fetched,
 * and a broken file is a failure with a Vietnamese text, never a crash.  Read: xlsx of Excel, LibreOffice, WPS and
 * Google; CSV and text with comma, semicolon or tab, in UTF-8 or UTF-16.
 * A cell's text is NFC and plain: numbers as decimals with a point, rounded to Excel's 15 digits without floating
 * point ("8.3", not 8.3000000000000007); dates as YYYY-MM-DD; formulas give their stored value.  Cells are sparse,
 * sorted by row then column, both counted from 0.  A cell under a merged area carries the area's text and is
 * marked covered, so a heading spread over columns is found from each of them.
 * Ownership: everything lives in the arena.  Failures: HB_E_INPUT, HB_E_TOOBIG.  Pure; any thread. */
#ifndef XLSX_XLSX_H
#define XLSX_XLSX_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/sandbox.h"

#define XLSX_MAX_FILE     ((size_t)16 << 20)   /* bytes as uploaded */
#define XLSX_MAX_UNPACKED ((size_t)96 << 20)   /* bytes of all parts read from one file */
#define XLSX_MAX_ENTRIES  2000                 /* parts in the archive */
#define XLSX_MAX_RATIO    400                  /* unpacked / packed of a part over 1 MiB */
#define XLSX_MAX_SHEETS   128
#define XLSX_MAX_ROWS     20000
#define XLSX_MAX_COLS     512
#define XLSX_MAX_CELLS    400000               /* with content, in the whole book */
#define XLSX_MAX_TEXT     4000                 /* bytes in one cell */

enum xlsx_type {
	XLSX_EMPTY,
	XLSX_TEXT,
	XLSX_NUMBER,
	XLSX_DATE,
	XLSX_BOOL,      /* text "TRUE" or "FALSE" */
	XLSX_FAULT,     /* text "#N/A", "#REF!" … */
	XLSX_FORMULA,   /* a formula without a stored value; text is the formula */
};
struct xlsx_cell {
	uint32_t       row, col;
	enum xlsx_type type;
	bool           covered;
	const char    *text;
};
struct xlsx_sheet {
	const char             *name;
	bool                    hidden;
	uint32_t                rows, cols;     /* one past the last cell with content */
	size_t                  n_cells;
	const struct xlsx_cell *cells;
};
struct xlsx_book {
	size_t                   n_sheets;
	const struct xlsx_sheet *sheets;
};

/* By content, not by name: xlsx, or text.  An old binary .xls or an encrypted book is refused by name. */
enum hb_code xlsx_read(struct hb_bytes file, struct hb_arena *a, struct xlsx_book *ret_book, struct hb_err *err);
/* The same, parsed by a child that owns nothing (base/sandbox.h); sandbox NULL: in this process.  xlsx_job is what to
 * register; xlsx_take() reads its output, which it does not trust. */
enum hb_code xlsx_read_apart(struct sandbox *sandbox, struct hb_bytes file, struct hb_arena *a,
    struct xlsx_book *ret_book, struct hb_err *err);
sandbox_job  xlsx_job;
enum hb_code xlsx_take(struct hb_bytes bytes, struct hb_arena *a, struct xlsx_book *ret_book, struct hb_err *err);
/* Only text: one sheet named "CSV". */
enum hb_code csv_read(struct hb_bytes file, struct hb_arena *a, struct xlsx_book *ret_book, struct hb_err *err);

/* The cell at a place, an empty one when there is none. */
const struct xlsx_cell *xlsx_at(const struct xlsx_sheet *s, uint32_t row, uint32_t col);
/* Index in s->cells of the first cell of a row (n_cells when the row and all after it are empty). */
size_t xlsx_row_start(const struct xlsx_sheet *s, uint32_t row);

#define XLSX_ADDR_LEN 16
/* "E12" for row 11, column 4. */
const char *xlsx_addr(uint32_t row, uint32_t col, char out[XLSX_ADDR_LEN]);

/* ---- writing ---- */
enum xlsx_look {
	XLSX_PLAIN,
	XLSX_TITLE,     /* bold, merged over the whole width */
	XLSX_HEAD,      /* bold, boxed, wrapped, centred */
	XLSX_OPEN,      /* boxed, may be edited */
	XLSX_CLOSED,    /* boxed, grey, protected */
	XLSX_WRONG,     /* boxed, red, with the comment */
};
struct xlsx_put {
	uint32_t       row, col;
	enum xlsx_look look;
	bool           number;                  /* text is a decimal with a point: written as a number */
	const char    *text;
	const char    *comment;                 /* or NULL */
};
struct xlsx_page {
	const char            *name;
	size_t                 n;
	const struct xlsx_put *cells;
	uint32_t               width;           /* columns; titles are merged over them */
	const int             *col_width;       /* in characters, `width` of them, or NULL */
	uint32_t               frozen_rows, frozen_cols;
	bool                   locked;          /* protect cells that are not XLSX_OPEN or XLSX_WRONG */
};
/* Bytes of an xlsx file in a; the same pages give the same bytes. */
enum hb_code xlsx_write(const struct xlsx_page *pages, size_t n, struct hb_arena *a, struct hb_bytes *ret_file,
    struct hb_err *err);
/* A copy of a read book with red cells and comments where `wrong` says (row, col, comment; the text is kept). */
enum hb_code xlsx_annotate(const struct xlsx_book *book, size_t sheet, const struct xlsx_put *wrong, size_t n,
    struct hb_arena *a, struct hb_bytes *ret_file, struct hb_err *err);
#endif
