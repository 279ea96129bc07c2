/* people_int.h - private to the imports of staff and duties: one table of a file being read. */
#ifndef SCHOOL_PEOPLE_INT_H
#define SCHOOL_PEOPLE_INT_H
#include "school/people_import.h"
#include "school/table.h"

struct people_heading { const char *text; int key; };
struct people_seen { const char *code, *personal_id; };      /* of a row above in the same file */
struct people {
	const struct school_actor   *by;
	const struct people_job     *job;
	const char                  *kind;           /* "staff" or "duties" */
	const struct people_heading *headings;       /* ends with text NULL */
	unsigned                     least;          /* known columns a table must have */
	/* One row of the table: checks it, writes it unless dry, counts it. */
	enum hb_code (*row)(struct db_tx *tx, struct people *p, uint32_t row, struct hb_err *err);
	enum hb_code (*before)(struct db_tx *tx, struct people *p, struct hb_err *err);
	struct hb_arena    *a;
	struct xlsx_book    book;
	struct table        t;
	size_t              sheet;
	struct table_faults faults;
	size_t             *fault_sheet;
	size_t              fresh, changed, same;
	bool                write, applied;          /* second pass; all rows were good */
	struct db_rows      staff, classes, duties;
	struct people_seen *seen;                    /* staff only: room for every row of the book */
	size_t              n_seen;
};
enum hb_code people_import(struct school *s, struct people *p, struct hb_buf *out, struct hb_err *err);
/* Trimmed text of a column, "" when empty or absent. */
const char *people_text(struct people *p, uint32_t row, int key);
/* YYYY-MM-DD of a date column; NULL with a fault when it is none, "" when empty. */
const char *people_date(struct people *p, uint32_t row, int key);
void people_fault(struct people *p, uint32_t row, int key, const char *fault_key, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
#endif
