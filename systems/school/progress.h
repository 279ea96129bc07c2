/* school/progress.h - who has not entered what: for every sheet of a period, needed cells against filled ones. */
#ifndef SCHOOL_PROGRESS_H
#define SCHOOL_PROGRESS_H
#include "school/school.h"

#define PROGRESS_TEACHERS_MAX 20
struct progress_line {
	const char *class_code, *subject;
	int         pupils;                  /* who take it and sit in the class */
	int         cells, filled;           /* of the columns that must be there */
	unsigned    n_teachers;
	const char *teachers[PROGRESS_TEACHERS_MAX];     /* names; confirmed duties without a last day */
};
struct progress { size_t n; struct progress_line *lines; };
/* Sheets that the period has for the class; by class, then the order of subjects, the homeroom sheet last. */
enum hb_code progress_of(struct db_tx *tx, const char *school, const char *year, const char *period, struct hb_arena *a,
    struct progress *ret_progress, struct hb_err *err);
#endif
