/* rules/tt27.h - Thông tư 27/2020/TT-BGDĐT: one pupil's year in primary school.
 *
 * rules27_assess() gives the education result of the year (Đ9), promotion (Đ11) and award (Đ13), what is missing
 * and what is not allowed.  The period functions say which tests a grade sits in which of the four periods (Đ7).
 * Ownership and failure as in tt22.h. */
#ifndef RULES_TT27_H
#define RULES_TT27_H
#include "rules/rules.h"

/* One scale of three steps: subjects write it T H C, qualities and competences T Đ C. */
enum rules27_level { RULES27_UNKNOWN, RULES27_LOW, RULES27_MID, RULES27_TOP };
const char *rules27_subject_code(enum rules27_level l);         /* "T" "H" "C" or NULL */
const char *rules27_quality_code(enum rules27_level l);         /* "T" "Đ" "C" or NULL */
enum rules27_level rules27_subject_parse(const char *s);        /* exact; RULES27_UNKNOWN otherwise */
enum rules27_level rules27_quality_parse(const char *s);

#define RULES27_QUALITIES 5
#define RULES27_COMPETENCES 10
#define RULES27_NO_TEST (-1)
struct rules27_trait { const char *code, *name; int first_grade; };     /* first grade that has it */
extern const struct rules27_trait rules27_qualities[RULES27_QUALITIES];
extern const struct rules27_trait rules27_competences[RULES27_COMPETENCES];

enum rules27_period { RULES27_GK1, RULES27_CK1, RULES27_GK2, RULES27_CN, RULES27_PERIOD__MAX };
bool rules27_has_test(enum rules_subject s, int grade, enum rules27_period p);

struct rules27_subject {
	enum rules_subject code;
	enum rules27_level level;
	int                test;                /* 0-10, RULES27_NO_TEST = not there */
	bool               not_assessed;        /* individual plan, or not learnt: left out */
};
struct rules27_pupil {
	int                           grade;    /* 1-5 */
	const struct rules27_subject *subjects;
	int                           n_subjects;
	enum rules27_level            qualities[RULES27_QUALITIES], competences[RULES27_COMPETENCES];
	bool                          class_recognised;     /* the class put the pupil forward (Đ13.1) */
};
enum rules27_education { RULES27_NO_RESULT, RULES27_CHT, RULES27_HT, RULES27_HTT, RULES27_HTXS };
enum rules27_promotion { RULES27_INCOMPLETE, RULES27_PROMOTED, RULES27_PENDING };
enum rules27_award { RULES27_NO_AWARD, RULES27_TYPICAL, RULES27_EXCELLENT };
const char *rules27_education_code(enum rules27_education e);   /* "HTXS" "HTT" "HT" "CHT" or NULL */
const char *rules27_education_name(enum rules27_education e);
const char *rules27_promotion_code(enum rules27_promotion p);
const char *rules27_award_code(enum rules27_award a);

#define RULES27_GAPS_MAX (RULES_SUBJECT__MAX * 2 + RULES27_QUALITIES + RULES27_COMPETENCES)
struct rules27_result {
	enum rules27_education education;
	enum rules27_promotion promotion;
	enum rules27_award     award;
	int                    n_gaps, n_faults;
	struct rules_gap       gaps[RULES27_GAPS_MAX];
	struct rules_fault     faults[RULES27_GAPS_MAX];
};
void rules27_assess(const struct rules27_pupil *p, struct rules27_result *ret_result, struct rules_notes *notes);
#endif
