/* data/data.h - the code lists, inside the binary: one constant table for each data/NAME.tsv.
 *
 * A list is data, dated and with its source in its own file; changing one is changing the .tsv.  Cells are text,
 * "" when empty; columns are found by name, and asking for a column that does not exist stops the program: it is a
 * bug, found by the first test.  Pure, any thread, nothing is allocated but the folded forms in `a`. */
#ifndef DATA_DATA_H
#define DATA_DATA_H
#include "base/arena.h"
#include "base/clock.h"

struct data_table {
	const char        *name;
	const char *const *columns;
	unsigned           n_cols, n_rows;
	const char *const *cells;
};
extern const struct data_table data_birth_codes, data_deadlines, data_ethnic_groups, data_nationalities,
    data_old_provinces, data_positions, data_programme, data_provinces, data_pupil_statuses, data_school_kinds,
    data_signing_policy, data_subject_names;

const char *data_cell(const struct data_table *t, unsigned row, const char *column);
/* Row whose column is exactly the value, from `start` on; -1 when there is none. */
int data_find(const struct data_table *t, unsigned start, const char *column, const char *value);
/* data_cell(t, data_find(key), value), or NULL. */
const char *data_look_up(const struct data_table *t, const char *key_column, const char *key, const char *column);
/* Code of a name as people write it (marks, case and punctuation aside), also by the column `other`; NULL: unknown. */
const char *data_code_of(const struct data_table *t, const char *name, struct hb_arena *a);
/* Code of the province with this name on a date, by the list then in force; NULL: unknown. */
const char *data_province_code(const char *name, const char *date, struct hb_arena *a);
/* First instant that is too late, for a province's Sở ("*" rows where it has none of its own); what: data/deadlines.tsv. */
enum hb_code data_deadline(const char *so, const char *year, const char *what, hb_time *ret_before, struct hb_err *err);
#endif
