/* rules/tt22_table.h - the numbers of TT 22/2021 as data; private to lib/rules. */
#ifndef RULES_TT22_TABLE_H
#define RULES_TT22_TABLE_H
#include "rules/tt22.h"

#define TT22_LEVELS 3
struct tt22_level_row {                 /* best first; what meets no row is Chưa đạt */
	enum rules_level  level;
	enum rules_clause clause;
	int               failed_comments;      /* at most so many comment subjects Chưa đạt */
	int               all_at_least;         /* every score, tenths */
	int               many, many_at_least;  /* at least `many` scores, tenths */
};
struct tt22_table {
	struct { int up_to_periods, tx; } regular[3];
	int                   weight_tx, weight_gk, weight_ck;
	int                   weight_term[2];
	struct tt22_level_row levels[TT22_LEVELS];
	int                   adjust_from_steps;            /* Đ9.3 acts when lowered by so many levels */
	enum rules_level      conduct[RULES_LEVEL__MAX][RULES_LEVEL__MAX];    /* [term 2][term 1] */
	enum rules_level      promote_at_least;
	int                   absent_max;                   /* sessions */
	int                   retake_below;                 /* tenths */
	int                   best_many, best_at_least;     /* award Xuất sắc */
};
extern const struct tt22_table tt22;
#endif
