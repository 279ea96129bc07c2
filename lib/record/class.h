/* record/class.h - the class book: all that one class shows for one period, in one shape.
 *
 * It is the body of flow 0 (JSON), of the sổ theo dõi XML that is signed (flow 1, 2; signatures.md §2.4a), and the
 * input of the circulars (record/compute.h).  Layout follows the signed regions: the head of the document with pupils
 * and roll is #ttc, each subject's rows #bd-<MON>, the homeroom teacher's part #dg.  Rows name pupils by id; a pupil
 * without a row does not take the subject (THPT choices).
 * What a period holds: HK1 term[0]; HK2 term[1]; CN both terms and the year; HE the late pupils alone, with retake and
 * summer results; primary GK1 CK1 GK2 CN HE the level and test of that period.
 * Ownership: everything lives in one arena.  JSON and XML mappings are loss-free both ways; equal shapes give equal
 * bytes.  Errors of reading: HB_E_INPUT "banGhi.saiDang" with the path of the field ("pupils[3].name").
 * Thread rule: a value is not shared while it is changed. */
#ifndef RECORD_CLASS_H
#define RECORD_CLASS_H
#include "record/person.h"

#define RECORD_CLASS_VERSION 1
#define RECORD_CLASS_NS "urn:hocba:so:1"
#define RECORD_CLASS_MAX_BYTES ((size_t)16 << 20)

enum record_period {               /* words as named */
	RECORD_HK1 = 1, RECORD_HK2, RECORD_GK1, RECORD_CK1, RECORD_GK2, RECORD_CN, RECORD_HE,
};
const char *record_period_code(enum record_period p);
enum record_period record_period_parse(const char *code);              /* 0 when unknown */

enum record_standing { RECORD_STUDYING, RECORD_JOINED, RECORD_LEFT };   /* "studying" "joined" "left" in this year */
struct record_pupil {
	const char *id;                      /* internal id of the school system; rows refer to it */
	struct record_person person;
	enum record_standing standing;
	const char *standing_on;             /* date of joining or leaving this class, or NULL */
	const char *standing_note;           /* from or to which school, decision; or NULL */
	enum record_plan plan;               /* "undecided" "promoted" "retained" */
	struct record_history *history; size_t n_history;      /* earlier years elsewhere; may be none */
};

enum record_subject_kind { RECORD_SCORED = 1, RECORD_COMMENTED, RECORD_LEVELLED };  /* "score" "comment" "level" (TT27) */
struct record_strand { const char *code, *name; };

/* One pupil, one subject, one term of TT22.  Comment subjects keep levels Đ/CĐ in the same places: two tx, gk, ck. */
struct record_term {
	enum record_status status;
	struct record_mark tx[RECORD_TX_MAX];          /* in column order; an absent one between others is a hole */
	struct record_mark gk, ck;
	struct record_mark cd;                         /* chosen cluster of study topics: one more tx (TT22 Đ6.3) */
	struct record_mark average;                    /* ĐTBmhk, or Đ/CĐ */
	const char *comment;                           /* the subject teacher's */
};

/* One pupil in one subject. */
struct record_row {
	const char *pupil;                             /* record_pupil.id */
	enum record_status status;                     /* for the year; a term has its own */
	const char *status_reason, *status_decision;   /* reason and decision number when not normal */
	bool        cluster;                           /* takes the subject's chuyên đề học tập */
	struct record_term *term[RECORD_TERMS];        /* NULL: not in this file, or not taught that term */
	struct record_mark year, retake, after_retake; /* TT22 */
	enum record_level  level;                      /* TT27: T H C of this period */
	struct record_mark test;                       /* TT27: whole score of the periodic test */
	const char *comment;                           /* for the period or year */
};

struct record_subject {
	const char *code, *name;                       /* architecture §7; name as printed */
	const char *language;                          /* NN1 NN2 DTTS: which one, "Tiếng Anh"; or NULL */
	enum record_subject_kind kind;
	int         periods;                           /* lessons a year, without clusters */
	bool        chosen;                            /* THPT môn lựa chọn: not every pupil has it */
	bool        uncounted;                         /* elective that does not enter the academic level */
	struct record_strand *strands; size_t n_strands;
	struct record_row    *rows;    size_t n_rows;  /* in the order of the class list */
};

/* The homeroom teacher's part for one pupil. */
struct record_review {
	const char *pupil;
	enum record_level conduct_term[RECORD_TERMS], conduct_year, conduct_after_summer;
	enum record_level academic_term[RECORD_TERMS], academic_year, academic_after_retake;
	struct record_absences *absences_term[RECORD_TERMS], *absences_year;   /* NULL: not stated */
	enum record_promotion promotion, promotion_after_summer;
	enum record_award award;
	bool completed_level;                          /* hoàn thành chương trình tiểu học / THCS / THPT (last grade) */
	struct record_trait *qualities;   size_t n_qualities;                  /* TT27 */
	struct record_trait *competences; size_t n_competences;
	const char *qualities_comment, *general_comment, *specific_comment;    /* TT27: phẩm chất, NL chung, NL đặc thù */
	enum record_education education;               /* TT27 Đ9 */
	bool class_recognised;                         /* TT27 Đ13: recognised by the class */
	int  height_cm, weight_kg_tenths;              /* 0 when not measured */
	const char *comment_term[RECORD_TERMS], *comment;      /* homeroom teacher's: per term; for the period or year */
	struct record_achievement *achievements; size_t n_achievements;
};

/* Control counts: sender and receiver count the same things (D12.2). */
struct record_counts {
	int pupils, signers, subjects, rows;
	int tx, gk, ck, cd, tests, averages, levels, comments;
	int score_sum;                                 /* of tx gk ck cd and tests, in tenths */
	int absences;                                  /* permitted and not, terms and year */
};

struct record_class {
	int         version;                           /* RECORD_CLASS_VERSION */
	struct record_school school;
	const char *year;                              /* "2025-2026" */
	enum record_period period;
	const char *class_id, *class_name;             /* internal id; "6A1" */
	int         grade;                             /* 1..12 */
	enum record_school_level level;
	const char *circular;                          /* "tt22-2021" | "tt27-2020" */
	int         revision;                          /* 1, 2 …; a correction after sealing is the next one */
	const char *replaces;                          /* fingerprint (hex) of the sealed file replaced, or NULL */
	const char *prepared_at;                       /* instant the content was fixed */
	struct record_signer  *signers;  size_t n_signers;
	struct record_pupil   *pupils;   size_t n_pupils;      /* class-list order */
	struct record_counts   counts;
	struct record_subject *subjects; size_t n_subjects;
	struct record_review  *reviews;  size_t n_reviews;     /* class-list order */
};

/* Count what is there; record_class_check compares it with cls->counts. */
void record_class_count(const struct record_class *cls, struct record_counts *ret_counts);

/* Everything that must agree inside one document: known codes, one row a pupil, rows of known pupils, marks on the
 * subject's scale, terms that fit the period, a roll with every required signer, counts.  All faults are listed. */
struct record_fault { const char *path, *key, *text; };
struct record_faults { struct record_fault *v; size_t n; };
enum hb_code record_class_check(const struct record_class *cls, struct hb_arena *a, struct record_faults *ret_faults,
    struct hb_err *err);

/* Must the subject's teachers sign this file?  Not in primary school (seed002 Đ7); after the summer only where somebody
 * was judged again. */
bool record_subject_needs_teacher(const struct record_class *cls, const struct record_subject *s);

const struct record_pupil   *record_class_pupil(const struct record_class *cls, const char *id);       /* or NULL */
const struct record_subject *record_class_subject(const struct record_class *cls, const char *code);
const struct record_row     *record_subject_row(const struct record_subject *s, const char *pupil);
const struct record_review  *record_class_review(const struct record_class *cls, const char *pupil);

/* Flow 0. */
enum hb_code record_class_to_json(const struct record_class *cls, struct hb_arena *a, struct hb_bytes *ret_json,
    struct hb_err *err);
enum hb_code record_class_from_json(struct hb_bytes json, struct hb_arena *a, struct record_class **ret_cls,
    struct hb_err *err);

/* SO_THEO_DOI with an empty slot for every signer of the roll (D12): DANH_SACH_GVBM/GVBM Mon So, GVCN, CBQL, DON_VI;
 * a term file has GVCN last, no CBQL and DON_VI (they sign the year and the summer).  Reading skips what slots hold. */
enum hb_code record_class_to_xml(const struct record_class *cls, struct hb_arena *a, struct hb_bytes *ret_xml,
    struct hb_err *err);
enum hb_code record_class_from_xml(struct hb_bytes xml, struct hb_arena *a, struct record_class **ret_cls,
    struct hb_err *err);
/* Id of a signer's signature: "s-TOAN-1", "s-gvcn", "s-cbql", "s-dv". */
#define RECORD_SLOT_LEN 48
void record_class_slot(const struct record_signer *s, char out[RECORD_SLOT_LEN]);
#endif
