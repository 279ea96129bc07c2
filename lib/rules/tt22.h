/* rules/tt22.h - Thông tư 22/2021/TT-BGDĐT: one pupil's year in THCS or THPT.
 *
 * rules22_assess() takes what teachers entered and gives every result of the year: averages, levels, conduct,
 * promotion, award, what is missing, what is not allowed.  There is no average over all subjects and no ranking.
 * A missing mark leaves what depends on it unknown; it is never counted as zero.
 * Ownership: input borrowed; the result is a plain value; notes (may be NULL) live in their arena.
 * Cannot fail: contradictory input is listed under faults, and the results that rest on it must not be used. */
#ifndef RULES_TT22_H
#define RULES_TT22_H
#include "rules/rules.h"

#define RULES22_TX_MAX 4
#define RULES22_COMMENT_MARKS 4
#define RULES22_GAPS_MAX (RULES_SUBJECT__MAX * 6 + 3)
#define RULES22_FAULTS_MAX 64

enum rules22_status {
	RULES22_NORMAL,
	RULES22_EXEMPT,         /* miễn (Đ10) */
	RULES22_NOT_TAKEN,      /* không học, or not taught in this term */
	RULES22_PLAN,           /* judged by the individual plan (Đ11): shown, not counted in the level */
};
struct rules22_term {
	enum rules22_status status;
	int     n_tx;                                   /* entered ones; may exceed what is needed: a fault */
	int16_t tx[RULES22_TX_MAX];                     /* tenths; the first RULES22_TX_MAX of them */
	int16_t gk, ck;                                 /* tenths or RULES_NO_MARK */
	int16_t cd;                                     /* chosen cluster of study topics, or RULES_NO_MARK */
	int     n_marks;                                /* comment subjects: entered D or CD */
	enum rules_level marks[RULES22_COMMENT_MARKS];
	enum rules_level cd_level;                      /* comment subjects with a cluster; RULES_UNKNOWN = none */
};
struct rules22_subject {
	enum rules_subject  code;
	enum rules22_status status;                     /* whole year; a term may have its own */
	int                 periods;                    /* lessons a year; 0 = by the catalogue */
	bool                not_counted;                /* elective that the school keeps out of the level */
	int16_t             retake;                     /* tenths or RULES_NO_MARK */
	enum rules_level    retake_level;               /* comment subjects */
	struct rules22_term term[2];
};
/* A subject or term with nothing entered (marks RULES_NO_MARK). */
struct rules22_subject rules22_subject_blank(enum rules_subject code);

/* Pupils with an individual plan are promoted by the head's decision (Đ11, Đ12). */
enum rules22_plan { RULES22_NO_PLAN, RULES22_PLAN_UNDECIDED, RULES22_PLAN_PROMOTED, RULES22_PLAN_RETAINED };
struct rules22_pupil {
	int                           grade;            /* 6-12 */
	const struct rules22_subject *subjects;
	int                           n_subjects;       /* <= RULES_SUBJECT__MAX, no code twice */
	enum rules_level              conduct[2], conduct_after_summer;
	int                           absent_sessions;  /* -1 = not entered */
	enum rules22_plan             plan;
};

enum rules22_promotion {
	RULES22_INCOMPLETE, RULES22_PROMOTED, RULES22_RETAKE, RULES22_SUMMER_CONDUCT, RULES22_RETAKE_AND_SUMMER,
	RULES22_RETAINED, RULES22_HEAD_DECIDES, RULES22_PROMOTION__MAX
};
enum rules22_award { RULES22_NO_AWARD, RULES22_GOOD, RULES22_EXCELLENT };
const char *rules22_promotion_code(enum rules22_promotion p);   /* "promoted" … */
const char *rules22_award_code(enum rules22_award a);           /* "good", "excellent" or NULL */

/* One value of a subject: a score in tenths or a level, by the subject's kind.  None: RULES_NO_MARK, RULES_UNKNOWN. */
struct rules22_value { int16_t tenths; enum rules_level level; };
struct rules22_subject_result { struct rules22_value term[2], year, after_retake; };
struct rules22_result {
	struct rules22_subject_result subjects[RULES_SUBJECT__MAX];     /* as many as the pupil has, same order */
	enum rules_level       term[2], year, after_retake;             /* academic level */
	enum rules_level       conduct_year, conduct_final;             /* final: after the summer where it applied */
	enum rules_level       academic_final;
	enum rules22_promotion promotion;
	enum rules22_award     award;                                   /* from the year's levels before the summer */
	int                    n_gaps, n_faults;
	struct rules_gap       gaps[RULES22_GAPS_MAX];
	struct rules_fault     faults[RULES22_FAULTS_MAX];              /* the first ones; n_faults never exceeds it */
};
void rules22_assess(const struct rules22_pupil *p, struct rules22_result *ret_result, struct rules_notes *notes);

/* ---- The pieces, each one clause ---- */
int rules22_tx_needed(int periods);                                     /* Đ6: 2, 3 or 4 */
/* Any of n_tx, gk, ck, cd; RULES_NO_MARK unless exactly `needed` regular marks, gk and ck are there. */
int rules22_term_average(const struct rules22_term *t, int needed);     /* Đ9.1b */
int rules22_year_average(int term1, int term2);                         /* Đ9.1b, from the rounded values */
enum rules_level rules22_conduct_year(enum rules_level term1, enum rules_level term2);  /* Đ8.2b */
/* Level from counted subjects' values (a score when level is RULES_UNKNOWN).  base is before Đ9.3; which: index of
 * the one subject that Đ9.3 excused, or -1; disputed: the other subjects alone are one short of the needed number,
 * so a council may read Đ9.3 otherwise (RULES.md).  RULES_UNKNOWN when a value is missing or there is none. */
struct rules22_judgement { enum rules_level base, level; int which; bool disputed; };
struct rules22_judgement rules22_level(const struct rules22_value *v, int n);           /* Đ9.2, Đ9.3 */
#endif
