/* The numbers of TT 22/2021/TT-BGDĐT.  Source of each row: the clause beside it. */
#include "rules/tt22_table.h"

#include <limits.h>

#define T RULES_T
#define K RULES_K
#define D RULES_D
#define CD RULES_CD
const struct tt22_table tt22 = {
	.regular = { { 35, 2 }, { 70, 3 }, { INT_MAX, 4 } },                    /* Đ6.3 */
	.weight_tx = 1, .weight_gk = 2, .weight_ck = 3,                         /* Đ9.1b */
	.weight_term = { 1, 2 },                                                /* Đ9.1b */
	.levels = {
		/*                       CĐ  all ≥  many ≥ */
		{ T, RULES_C_22_GOOD, 0, 65, 6, 80 },                           /* Đ9.2a */
		{ K, RULES_C_22_FAIR, 0, 50, 6, 65 },                           /* Đ9.2b */
		{ D, RULES_C_22_PASS, 1, 35, 6, 50 },                           /* Đ9.2c */
	},
	.adjust_from_steps = 2,                                                 /* Đ9.3 */
	.conduct = {                                                            /* Đ8.2b; columns: term 1 */
		/*         Tốt        Khá        Đạt        Chưa đạt */
		[T] = { [T] = T, [K] = T, [D] = K, [CD] = K },
		[K] = { [T] = K, [K] = K, [D] = K, [CD] = D },
		[D] = { [T] = K, [K] = D, [D] = D, [CD] = D },
		[CD] = { [T] = CD, [K] = CD, [D] = CD, [CD] = CD },
	},
	.promote_at_least = D,                                                  /* Đ12.1a, b */
	.absent_max = 45,                                                       /* Đ12.1c */
	.retake_below = 50,                                                     /* Đ14 */
	.best_many = 6, .best_at_least = 90,                                    /* Đ15.1a */
};
