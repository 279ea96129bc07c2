/* rules/rules.h - the circulars on assessing pupils, as pure functions over tables.
 *
 * What is here: which circular judged a grade in a school year (rules_for), the catalogue of subjects, the levels,
 * the list of clauses, and how a result explains itself.  TT 22/2021 stands in tt22.h, TT 27/2020 in tt27.h.
 * Invariants: integers only (a mark is int tenths, 75 = 7,5; RULES_NO_MARK = not there); no clock, database, file,
 * locale or allocation except for explanations, which live in the caller's arena.  Same input, same answer, any
 * thread.  A zeroed level is "unknown" and never better than any other.
 * RULES.md is the dated history; numbers of law stand in the tables of tt22_table.c, tt27_table.c, catalogue.c. */
#ifndef RULES_RULES_H
#define RULES_RULES_H
#include "base/arena.h"

#define RULES_NO_MARK (-1)
#define RULES_MARK_MAX 100                      /* scale 10, in tenths */

/* Levels of TT 22; comment subjects use D (Đạt) and CD (Chưa đạt) only.  Ordered: worse < better. */
enum rules_level { RULES_UNKNOWN, RULES_CD, RULES_D, RULES_K, RULES_T, RULES_LEVEL__MAX };
const char *rules_level_code(enum rules_level l);       /* "T" "K" "Đ" "CĐ"; NULL for unknown */
const char *rules_level_name(enum rules_level l);       /* "Tốt" … "Chưa đạt"; "chưa có" for unknown */
/* Exact codes only; RULES_UNKNOWN for anything else. */
enum rules_level rules_level_parse(const char *s);
enum rules_level rules_comment_parse(const char *s);    /* "Đ" and "CĐ" only */

/* "8", "8.5", "8,5", "10", "10.0", "10,0": tenths; RULES_NO_MARK for anything else (8.25, 10.1, " 8", ""). */
int rules_mark_parse(const char *s);
/* num/den in tenths, rounded half up; num >= 0, den > 0 (TT22/2021 Đ5.3b: one decimal after rounding). */
int rules_round(int num, int den);

/* ---- Subjects (domain: architecture §7) ---- */
enum rules_subject {
	RULES_TOAN, RULES_VAN, RULES_TV, RULES_NN1, RULES_NN2, RULES_DTTS, RULES_GDCD, RULES_LSDL, RULES_KHTN,
	RULES_CN, RULES_TIN, RULES_THCN, RULES_GDTC, RULES_NT, RULES_AN, RULES_MT, RULES_HDTN, RULES_NDDP, RULES_LS,
	RULES_DL, RULES_GDKTPL, RULES_VL, RULES_HH, RULES_SH, RULES_GDQP, RULES_TNXH, RULES_DD, RULES_KH,
	RULES_SUBJECT__MAX
};
#define RULES_GRADE_MAX 12
struct rules_subject_info {
	const char *code, *name;                        /* "LSDL", "Lịch sử và Địa lí" */
	bool        comment;                            /* TT 22: judged by comment, not by marks (Đ5) */
	bool        cluster;                            /* THPT: has clusters of study topics (cụm chuyên đề) */
	int16_t     periods[RULES_GRADE_MAX + 1];       /* lessons a year by grade; 0 = not in that grade's programme */
};
const struct rules_subject_info *rules_subject(enum rules_subject s);
/* RULES_SUBJECT__MAX when there is no such code. */
enum rules_subject rules_subject_find(const char *code);

/* ---- Which circular ---- */
enum rules_circular { RULES_NONE, RULES_TT22, RULES_TT27 };
struct rules_period {                                   /* one row of the dated table */
	enum rules_circular circular;
	const char *key;                                /* "tt22-2021", "tt27-2020" */
	int         grade, first_year, last_year;       /* school years by the year they start in; last 0 = still in force */
	const char *source;
};
const struct rules_period *rules_periods(size_t *ret_n);
/* The row for a grade in the school year starting in `year`, or NULL: no circular known to this software. */
const struct rules_period *rules_for(int grade, int year);
/* By key and grade whatever the year, or RULES_NONE: "tt22-2021" judges grades 6-12, "tt27-2020" 1-5. */
enum rules_circular rules_circular_find(const char *key);
bool rules_covers(enum rules_circular c, int grade);
/* Does the programme of the circular know this subject at all? */
bool rules_knows(enum rules_circular c, enum rules_subject s);

/* ---- Clauses and explanations ---- */
enum rules_clause {
	RULES_C_22_SUBJECTS, RULES_C_22_REGULAR, RULES_C_22_CLUSTER, RULES_C_22_PERIODIC, RULES_C_22_CONDUCT,
	RULES_C_22_COMMENT, RULES_C_22_TERM, RULES_C_22_YEAR, RULES_C_22_GOOD, RULES_C_22_FAIR, RULES_C_22_PASS,
	RULES_C_22_FAIL, RULES_C_22_ADJUST, RULES_C_22_EXEMPT, RULES_C_22_PLAN, RULES_C_22_PROMOTE,
	RULES_C_22_SUMMER, RULES_C_22_RETAKE, RULES_C_22_ABSENT, RULES_C_22_AWARD_BEST, RULES_C_22_AWARD_GOOD,
	RULES_C_27_TEST, RULES_C_27_BEST, RULES_C_27_GOOD, RULES_C_27_DONE, RULES_C_27_NOT, RULES_C_27_PROMOTE,
	RULES_C_27_PENDING, RULES_C_27_PLAN, RULES_C_27_AWARD_BEST, RULES_C_27_AWARD_GOOD,
	RULES_CLAUSE__MAX
};
const char *rules_clause(enum rules_clause c);          /* "TT22/2021 Đ9.2a" */

struct rules_note { const char *what, *clause, *text; };        /* what: "academic.year"; text: Vietnamese with numbers */
/* Zero-initialise with the arena set.  After a call, `full` means the arena ran out and notes are lost. */
struct rules_notes { struct hb_arena *a; struct rules_note *v; size_t n, cap; bool full; };
/* No-op when notes is NULL. */
void rules_say(struct rules_notes *notes, enum rules_clause clause, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* What a datum is about: names a missing value or a fault. */
enum rules_field {
	RULES_F_TX, RULES_F_GK, RULES_F_CK, RULES_F_CD, RULES_F_MARKS, RULES_F_RETAKE, RULES_F_CONDUCT, RULES_F_ABSENT,
	RULES_F_LEVEL, RULES_F_TEST, RULES_F_QUALITY, RULES_F_COMPETENCE, RULES_F__MAX
};
const char *rules_field_name(enum rules_field f);       /* "tx" "gk" … "conduct" "absent_sessions" … */
/* subject: index in the pupil's list (or of the quality or competence), -1 = none; term 1-based, 0 = none. */
struct rules_gap { int16_t subject; int8_t term; int8_t field; };
struct rules_fault { int16_t subject; int8_t term; int8_t field; const char *key; };  /* key: messages.vi.txt */
#endif
