/* The numbers of TT 27/2020/TT-BGDĐT.  Source of each row: the clause beside it. */
#include "rules/tt27_table.h"

const struct tt27_result_row tt27_results[TT27_RESULTS] = {
	{ RULES27_HTXS, RULES_C_27_BEST, RULES27_TOP, RULES27_TOP, 9 },          /* Đ9.2a */
	{ RULES27_HTT, RULES_C_27_GOOD, RULES27_TOP, RULES27_TOP, 7 },           /* Đ9.2b */
	{ RULES27_HT, RULES_C_27_DONE, RULES27_MID, RULES27_MID, 5 },            /* Đ9.2c */
};

/* Đ7.2: which grades sit a test in giữa HKI, cuối HKI, giữa HKII, cuối năm.  Tin học and Công nghệ are the strands of
 * Tin học và Công nghệ, tested one by one where a school lists them so. */
#define G(n) (1 << (n))
#define ALL (G(1) | G(2) | G(3) | G(4) | G(5))
#define UP3 (G(3) | G(4) | G(5))
#define UP4 (G(4) | G(5))
const struct tt27_test_row tt27_tests[] = {
	{ RULES_TV, { UP4, ALL, UP4, ALL } },
	{ RULES_TOAN, { UP4, ALL, UP4, ALL } },
	{ RULES_NN1, { 0, UP3, 0, UP3 } },
	{ RULES_THCN, { 0, UP3, 0, UP3 } },
	{ RULES_TIN, { 0, UP3, 0, UP3 } },
	{ RULES_CN, { 0, UP3, 0, UP3 } },
	{ RULES_LSDL, { 0, UP4, 0, UP4 } },
	{ RULES_KH, { 0, UP4, 0, UP4 } },
};
const int tt27_n_tests = sizeof tt27_tests / sizeof tt27_tests[0];

/* TT 27/2020 Đ6 and CT GDPT 2018: Công nghệ and Tin học begin in grade 3. */
const struct rules27_trait rules27_qualities[RULES27_QUALITIES] = {
	{ "YN", "Yêu nước", 1 }, { "NA", "Nhân ái", 1 }, { "CC", "Chăm chỉ", 1 }, { "TT", "Trung thực", 1 },
	{ "TN", "Trách nhiệm", 1 },
};
const struct rules27_trait rules27_competences[RULES27_COMPETENCES] = {
	{ "TCTH", "Tự chủ và tự học", 1 }, { "GTHT", "Giao tiếp và hợp tác", 1 },
	{ "GQVD", "Giải quyết vấn đề và sáng tạo", 1 }, { "NN", "Ngôn ngữ", 1 }, { "TTO", "Tính toán", 1 },
	{ "KH", "Khoa học", 1 }, { "CN", "Công nghệ", 3 }, { "TH", "Tin học", 3 }, { "TM", "Thẩm mĩ", 1 },
	{ "TC", "Thể chất", 1 },
};
