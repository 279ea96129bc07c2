/* record/transcript.h - the học bạ of one pupil: profiles and school years, in the order they were signed.
 *
 * XML is HOC_BA of signatures.md §2.4b: LY_LICH Id="ll-<k>", NAM_HOC with its region DU_LIEU_HOC_BA Id="data-<key>" and
 * empty slots for every signer of its roll.  A document only ever grows: a year or a new profile is spliced in before
 * the end tag, the earlier bytes stay as they were signed.  The root carries no facts.
 * <key> is the school year ("2025-2026"); an extract to date (D15.2b, D23.5) is a document of its own with the key
 * "2025-2026-t".  Signature ids: "s-<key>-<MON>-<n>", "s-<key>-gvcn", "s-<key>-cbql", "s-<key>-dv"; of a later profile
 * (civil status, D14.7) "s-ll-<k>-cbql", "s-ll-<k>-dv".
 * Ownership: one arena.  Errors of reading: HB_E_INPUT "banGhi.saiDang" with the path. */
#ifndef RECORD_TRANSCRIPT_H
#define RECORD_TRANSCRIPT_H
#include "base/codec.h"
#include "record/class.h"

#define RECORD_TRANSCRIPT_VERSION 1
#define RECORD_TRANSCRIPT_NS "urn:hocba:hb:1"
#define RECORD_TRANSCRIPT_MAX_BYTES ((size_t)8 << 20)
#define RECORD_YEARS_MAX 20

/* LY_LICH: who the pupil is, from a date on.  The first has no decision; a later one rests on one (D14.7). */
struct record_profile {
	int ordinal;                         /* 1, 2 … */
	const char *valid_from;              /* date it holds from */
	const char *decision_number, *decision_date, *decision_by;
	struct record_person person;
	struct record_history *history; size_t n_history;      /* schooling before the first year of this document */
};

/* DIEM_TONG_KET: what a year says about one subject. */
struct record_result {
	const char *code, *name, *language;
	enum record_subject_kind kind;
	bool   chosen, cluster;              /* THPT: môn lựa chọn; takes its chuyên đề */
	enum record_status status;
	const char *status_reason, *status_decision;
	struct record_mark term[RECORD_TERMS], year, retake, after_retake;     /* TT22 */
	enum record_level  level;                                              /* TT27, with the year-end test */
	struct record_mark test;
	const char *comment;
};

struct record_year {
	/* THONG_TIN_HOC_BA */
	const char *year;                    /* "2025-2026" */
	const char *extract_on;              /* date up to which an extract tells; NULL for a whole year */
	const char *record_code;             /* mã số tra cứu: one a pupil and level (seed004) */
	const char *personal_id;             /* seed004; the same as in the profile */
	const char *effective_at;            /* instant: lock of its round (seed004) */
	int         revision;                /* 1, 2 … */
	const char *replaces;                /* fingerprint (hex) of the seal replaced, or NULL */
	const char *class_file;              /* fingerprint (hex) of the sealed class file it was taken from */
	const char *hash_root;               /* hex root of the salted tree over the fields (record/disclose.h), or NULL */
	const char *prepared_at;             /* instant */
	int         profile;                 /* ordinal of the LY_LICH it goes with */
	struct record_school school;
	const char *class_id, *class_name;
	int         grade;
	enum record_school_level level;
	const char *circular;
	bool        after_summer;            /* from the third class file: the late pupils (D14.2) */
	struct record_signer *signers; size_t n_signers;
	struct record_result *results; size_t n_results;       /* order of the form */
	struct record_review  review;        /* DANH_GIA; its pupil is NULL */
};

struct record_transcript {
	struct record_profile *profiles; size_t n_profiles;    /* ordinals rising */
	struct record_year    *years;    size_t n_years;       /* oldest first */
};

/* ---- from a sealed class file ---- */
struct record_year_spec {
	const char *record_code;             /* reserved at the city */
	const char *effective_at;
	const char *class_file;              /* fingerprint of the class file's seal, hex */
	const char *prepared_at;
	const char *extract_on;              /* makes an extract; else NULL */
	int         revision;                /* 0 counts as 1 */
	const char *replaces;
	int         profile;                 /* 0 counts as 1 */
	bool        subject_teachers_sign;   /* THCS, THPT always; tiểu học where the school's rule asks (seed002 Đ7) */
	struct hb_bytes salt;                /* ≥ 16 secret bytes: hash_root is computed; empty: no hash_root */
};
/* A CN or HE file for a year; an extract takes a file of any period.  HB_E_NOTFOUND "hocBa.khongCoHocSinh";
 * HB_E_RULE "hocBa.chuaCoSoDinhDanh" when the pupil has no personal id (D2.6); HB_E_RULE "hocBa.saiKi". */
enum hb_code record_year_build(const struct record_class *cls, const char *pupil, const struct record_year_spec *spec,
    struct hb_arena *a, struct record_year *ret_year, struct hb_err *err);
enum hb_code record_profile_build(const struct record_class *cls, const char *pupil, struct hb_arena *a,
    struct record_profile *ret_profile, struct hb_err *err);

/* ---- XML ---- */
enum hb_code record_transcript_to_xml(const struct record_transcript *t, struct hb_arena *a, struct hb_bytes *ret_xml,
    struct hb_err *err);
enum hb_code record_transcript_from_xml(struct hb_bytes xml, struct hb_arena *a, struct record_transcript **ret_t,
    struct hb_err *err);
/* Existing bytes with one more year, or profile, before the end tag.  HB_E_CONFLICT "hocBa.daCo" when it is there. */
enum hb_code record_transcript_append_year(struct hb_bytes xml, const struct record_year *year, struct hb_arena *a,
    struct hb_bytes *ret_xml, struct hb_err *err);
enum hb_code record_transcript_append_profile(struct hb_bytes xml, const struct record_profile *profile,
    struct hb_arena *a, struct hb_bytes *ret_xml, struct hb_err *err);

/* ---- names of regions and signatures ---- */
#define RECORD_KEY_LEN 16
void record_year_key(const struct record_year *y, char out[RECORD_KEY_LEN]);
void record_year_slot(const struct record_year *y, const struct record_signer *s, char out[RECORD_SLOT_LEN]);
/* What a signer of the year refers to (signatures.md §2.4b): "#tt-…", "#dtk-…-TOAN" for GVBM; "#data-…" for GVCN; the
 * profile too for CBQL and DON_VI.  Writes at most 3 Ids without '#', returns how many. */
#define RECORD_REGIONS_MAX 3
size_t record_year_regions(const struct record_year *y, const struct record_signer *s,
    char out[RECORD_REGIONS_MAX][RECORD_SLOT_LEN]);
size_t record_class_regions(const struct record_signer *s, char out[RECORD_REGIONS_MAX][RECORD_SLOT_LEN]);
#endif
