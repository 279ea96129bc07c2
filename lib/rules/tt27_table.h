/* rules/tt27_table.h - the numbers of TT 27/2020 as data; private to lib/rules. */
#ifndef RULES_TT27_TABLE_H
#define RULES_TT27_TABLE_H
#include "rules/tt27.h"

#define TT27_RESULTS 3
struct tt27_result_row {                /* best first; what meets no row is Chưa hoàn thành */
	enum rules27_education education;
	enum rules_clause      clause;
	enum rules27_level     subjects_at_least, traits_at_least;
	int                    tests_at_least;
};
struct tt27_test_row { enum rules_subject subject; uint8_t grades[RULES27_PERIOD__MAX]; };  /* bit g = grade g */
extern const struct tt27_result_row tt27_results[TT27_RESULTS];
extern const struct tt27_test_row tt27_tests[];
extern const int tt27_n_tests;
#endif
