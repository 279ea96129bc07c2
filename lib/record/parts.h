/* record/parts.h - the small shapes that a class book and a transcript share: marks, levels, school, signers.
 *
 * A zeroed shape means "nothing stated": a mark is absent, a level is none, a text is NULL.  Texts are UTF-8 in
 * NFC, never empty, and live in the arena of the document.  Dates are YYYY-MM-DD, instants RFC 3339 in UTC.
 * Words of the enums as they stand in JSON and XML are named behind each value. */
#ifndef RECORD_PARTS_H
#define RECORD_PARTS_H
#include "base/buf.h"

#define RECORD_TX_MAX      6       /* regular marks of one term: 4, a cluster's one, and room to refuse one more */
#define RECORD_TERMS       2
#define RECORD_QUALITIES   5
#define RECORD_COMPETENCES 10
#define RECORD_NAME_MAX    150     /* characters of a name */
#define RECORD_TEXT_MAX    2000    /* characters of a comment */
#define RECORD_PUPILS_MAX  200
#define RECORD_SUBJECTS_MAX 40
#define RECORD_SIGNERS_MAX 120

enum record_level {                /* one letter code for every scale of TT22 and TT27 */
	RECORD_LEVEL_NONE,
	RECORD_T,                  /* "T"  Tốt; Hoàn thành tốt */
	RECORD_K,                  /* "K"  Khá */
	RECORD_D,                  /* "Đ"  Đạt */
	RECORD_CD,                 /* "CĐ" Chưa đạt */
	RECORD_H,                  /* "H"  Hoàn thành */
	RECORD_C,                  /* "C"  Chưa hoàn thành; Cần cố gắng */
};

/* A score in tenths (75 is 7,5), or a level; written "7.5" or "Đ". */
enum record_mark_kind { RECORD_MARK_NONE, RECORD_MARK_SCORE, RECORD_MARK_LEVEL };
struct record_mark { enum record_mark_kind kind; int tenths; enum record_level level; };
#define RECORD_SCORE(t)    ((struct record_mark){ RECORD_MARK_SCORE, (t), RECORD_LEVEL_NONE })
#define RECORD_MARK_OF(l)  ((struct record_mark){ RECORD_MARK_LEVEL, 0, (l) })
bool record_mark_eq(struct record_mark a, struct record_mark b);
/* "7.5", "Đ", or "" for none.  Parsing takes a decimal point or comma, at most one decimal, 0 to 10, or a level;
 * HB_E_INPUT "diem.saiDang" otherwise. */
#define RECORD_MARK_LEN 8
void record_mark_text(struct record_mark m, char out[RECORD_MARK_LEN]);
enum hb_code record_mark_parse(const char *s, struct record_mark *ret_mark, struct hb_err *err);
const char *record_level_code(enum record_level l);            /* "T" … "C"; "" for none */
enum record_level record_level_parse(const char *code);        /* RECORD_LEVEL_NONE when unknown */

enum record_status {               /* how a pupil takes a subject; TT22 Đ10, Đ11 */
	RECORD_NORMAL,             /* "normal" */
	RECORD_EXEMPT,             /* "exempt" */
	RECORD_EXEMPT_PRACTICE,    /* "exempt_practice": practical part of GDTC, GDQP-AN; still assessed */
	RECORD_NOT_TAKEN,          /* "not_taken" */
	RECORD_IEP,                /* "iep": by the individual plan, not assessed here */
};
enum record_promotion {            /* same words as `hocba assess` */
	RECORD_PROMOTION_NONE, RECORD_PROMOTED, RECORD_RETAKE, RECORD_SUMMER_CONDUCT, RECORD_RETAKE_AND_SUMMER,
	RECORD_RETAINED, RECORD_PENDING, RECORD_INCOMPLETE, RECORD_HEAD_DECIDES,
};
enum record_plan {                 /* TT22 Đ11, TT27 Đ12: judged by an individual plan; the head decides on promotion */
	RECORD_PLAN_NONE, RECORD_PLAN_UNDECIDED, RECORD_PLAN_PROMOTED, RECORD_PLAN_RETAINED,
};
enum record_award { RECORD_AWARD_NONE, RECORD_AWARD_EXCELLENT, RECORD_AWARD_GOOD, RECORD_AWARD_TYPICAL };
enum record_education { RECORD_EDUCATION_NONE, RECORD_HTXS, RECORD_HTT, RECORD_HT, RECORD_CHT };
const char *record_promotion_code(enum record_promotion p);    /* "promoted" …; NULL for none */
const char *record_award_code(enum record_award a);            /* "excellent" "good" "typical"; NULL for none */
const char *record_education_code(enum record_education e);    /* "HTXS" …; NULL for none */

enum record_school_level { RECORD_TH = 1, RECORD_THCS, RECORD_THPT };          /* "TH" "THCS" "THPT" */
const char *record_school_level_code(enum record_school_level l);
enum record_sex { RECORD_SEX_NONE, RECORD_MALE, RECORD_FEMALE };               /* "M" "F" */

struct record_school {
	const char *code, *name;
	const char *commune, *province;            /* names as printed: "Phường Xuân Hòa", "Thành phố Hồ Chí Minh" */
	const char *commune_code, *province_code;  /* 5 and 2 digits, or NULL */
	const char *place;                         /* địa danh of the date line; NULL: the commune's */
	const char *tax_code;                      /* MST of the unit certificate, or NULL */
	const char *founding_number, *founding_date, *founding_by;   /* D6a */
};

enum record_role { RECORD_GVBM = 1, RECORD_GVCN, RECORD_CBQL, RECORD_DON_VI };  /* "GVBM" "GVCN" "CBQL" "DON_VI" */
const char *record_role_code(enum record_role r);
/* One signature that the document requires (D6, D12.3-12.7), with the duty it rests on. */
struct record_signer {
	enum record_role role;
	const char *subject;                 /* GVBM: subject code; else NULL */
	int         ordinal;                 /* GVBM: 1, 2 … within the subject: slot s-<MON>-<ordinal>; else 0 */
	const char *strand;                  /* GVBM: name of the strand taught, when the subject has strands; or NULL */
	const char *person_id;               /* internal id; DON_VI: the clerk's */
	const char *personal_id;             /* 12 digits, compared with the certificate; DON_VI: NULL */
	const char *name, *position;         /* DON_VI: name of the unit */
	const char *decision_number, *decision_date;   /* duty decision */
	const char *duty_from, *duty_to;
	const char *stands_in_for;           /* name of the person replaced, when the head signs in place (D12.6) */
	const char *stand_in_reason;         /* required with stands_in_for */
};

enum record_achievement_kind {       /* D4.1d */
	RECORD_COMMENDATION = 1,     /* "commendation": khen thưởng */
	RECORD_PRIZE,                /* "prize": giải thưởng kì thi, cuộc thi */
	RECORD_CERTIFICATE,          /* "certificate": chứng chỉ */
	RECORD_ACTIVITY,             /* "activity": hoạt động giáo dục khác */
};
struct record_achievement {
	enum record_achievement_kind kind;
	const char *title;                   /* "Giải Nhì môn Toán" */
	const char *level;                   /* cấp: "trường", "tỉnh", "quốc gia"; or NULL */
	const char *issuer, *decision_number, *decision_date;
};

/* One line of quá trình học tập at another school or before digital records. */
struct record_history { const char *year, *class_name, *school, *commune, *province, *register_number, *joined_on; };

struct record_trait { const char *code; enum record_level level; };    /* quality or competence, architecture §7 */
struct record_absences { int permitted, unpermitted; };                /* secondary: sessions; primary: days */
#endif
