/* school/sheet.h - what columns a mark sheet has and what may stand in a cell, by the circulars.
 *
 * A sheet is (class, subject, period); subject "GVCN" is the homeroom teacher's.  sheet_shape() gives its columns;
 * sheet_parse() reads what a person typed or a file holds: comma or point, "Đạt" or "Đ", NFC; a wrong value comes
 * back with its reason and, where one can guess, what was meant ("85" -> "8,5").  Numbers are tenths for marks and
 * measures, plain for counts.  Pure; values live in the arena. */
#ifndef SCHOOL_SHEET_H
#define SCHOOL_SHEET_H
#include "base/arena.h"

#define SHEET_HOMEROOM "GVCN"
#define SHEET_COLS_MAX 32
#define SHEET_COL_LEN  8
#define SHEET_TEXT_MAX 2000             /* code points of a remark */

enum sheet_level { LEVEL_TH, LEVEL_THCS, LEVEL_THPT, LEVEL__MAX };
const char *sheet_level_code(enum sheet_level l);
bool        sheet_level_parse(const char *code, enum sheet_level *ret_level);
enum sheet_level sheet_level_of(int grade);

enum cell_scale {
	CELL_MARK,       /* 0-10, one decimal */
	CELL_TEST,       /* 0-10, whole (TT27/2020 Đ7) */
	CELL_PASS,       /* Đ CĐ */
	CELL_CONDUCT,    /* T K Đ CĐ */
	CELL_RESULT,     /* T H C: a subject of primary school */
	CELL_TRAIT,      /* T Đ C: a quality or competence */
	CELL_COUNT,      /* absences */
	CELL_MEASURE,    /* cm, kg */
	CELL_YES,        /* x or nothing */
	CELL_TEXT,
};
struct sheet_column {
	char            code[SHEET_COL_LEN];    /* TX1-TX4 GK CK CD NX TL · MUC KT · RL NP NK … */
	const char     *title;                  /* as on the paper form */
	enum cell_scale scale;
	bool            needed;                 /* its absence is reported as missing */
};
struct sheet_shape { unsigned n; struct sheet_column cols[SHEET_COLS_MAX]; };

/* What the shape depends on. */
struct sheet_of {
	enum sheet_level level;
	int              grade;
	const char      *subject;               /* code, or SHEET_HOMEROOM */
	const char      *kind;                  /* SCORE COMMENT LEVEL; ignored for the homeroom sheet */
	int              periods;               /* lessons a year */
	const char      *period;                /* HK1 HK2 CN HE · GK1 CK1 GK2 CN HE */
};
/* HB_E_INPUT kiDanhGia.khongCo when the level has no such period, or the subject no sheet in it. */
enum hb_code sheet_shape(const struct sheet_of *of, struct sheet_shape *ret_shape, struct hb_err *err);
const struct sheet_column *sheet_column(const struct sheet_shape *s, const char *code);      /* or NULL */
/* Periods of a level in order, NULL-terminated. */
const char *const *sheet_periods(enum sheet_level level);
const char *sheet_period_name(const char *period);                      /* "Học kì I" */

struct mark_value { enum { MARK_NONE, MARK_NUM, MARK_WORD } kind; int num; const char *word; };
bool  mark_eq(const struct mark_value *x, const struct mark_value *y);
/* As people read it: "7,5", "Đ", "12"; "" for none. */
const char *mark_show(const struct mark_value *v, enum cell_scale scale, struct hb_arena *a);
/* As the contracts write it: "7.5". */
const char *mark_wire(const struct mark_value *v, enum cell_scale scale, struct hb_arena *a);

struct cell_problem { const char *key; char text[200]; char suggestion[16]; };
/* False: *ret_problem says why.  Empty text is MARK_NONE.  `date` is a cell that the spreadsheet made a date. */
bool sheet_parse(const struct sheet_column *col, const char *text, bool date, struct hb_arena *a,
    struct mark_value *ret_value, struct cell_problem *ret_problem);
#endif
