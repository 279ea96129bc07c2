#include "record/shapes.h"

#define R SHAPE_REQUIRED
#define A SHAPE_ATTR

#define T struct record_term
static const struct shape_field term_fields[] = {
	F_WORD(T, status, "status", "TRANG_THAI", record_words_status, 0),
	F_MARKS(T, tx, "tx", "DDGTX", RECORD_TX_MAX),
	F_MARK(T, gk, "gk", "DDGGK"),
	F_MARK(T, ck, "ck", "DDGCK"),
	F_MARK(T, cd, "cd", "CHUYEN_DE"),
	F_MARK(T, average, "average", "DTBMHK"),
	F_TEXT(T, comment, "comment", "NHAN_XET", FACET_LONG, 0),
};
#undef T
static const struct shape shape_term = SHAPE_OF(struct record_term, "HOC_KY", term_fields);

#define T struct record_row
static const struct shape_field row_fields[] = {
	F_TEXT(T, pupil, "pupil", "Ma", FACET_CODE, R | A),
	F_WORD(T, status, "status", "TRANG_THAI", record_words_status, 0),
	F_TEXT(T, status_reason, "status_reason", "LY_DO", FACET_LINE, 0),
	F_TEXT(T, status_decision, "status_decision", "QD_SO", FACET_LINE, 0),
	F_FLAG(T, cluster, "cluster", "HOC_CHUYEN_DE"),
	F_MAYBE(T, term[0], "term1", "HOC_KY_1", &shape_term),
	F_MAYBE(T, term[1], "term2", "HOC_KY_2", &shape_term),
	F_MARK(T, year, "year", "DTBMCN"),
	F_MARK(T, retake, "retake", "KIEM_TRA_LAI"),
	F_MARK(T, after_retake, "after_retake", "SAU_KIEM_TRA_LAI"),
	F_WORD(T, level, "level", "MUC_DAT_DUOC", record_words_level, 0),
	F_MARK(T, test, "test", "DIEM_KTDK"),
	F_TEXT(T, comment, "comment", "NHAN_XET", FACET_LONG, 0),
};
#undef T
const struct shape record_shape_row = SHAPE_OF(struct record_row, "DONG_DIEM", row_fields);

#define T struct record_subject
static const struct shape_field subject_fields[] = {
	F_ID(T, code, "bd-%k"),
	F_TEXT(T, code, "code", "Mon", FACET_CODE, R | A),
	F_TEXT(T, name, "name", "TEN_MON", FACET_NAME, R),
	F_TEXT(T, language, "language", "THU_TIENG", FACET_NAME, 0),
	F_WORD(T, kind, "kind", "KIEU_DANH_GIA", record_words_subject_kind, R),
	F_INT(T, periods, "periods", "SO_TIET", 0, 1000, 0),
	F_FLAG(T, chosen, "chosen", "MON_LUA_CHON"),
	F_FLAG(T, uncounted, "uncounted", "KHONG_XEP_LOAI"),
	F_LIST(T, strands, n_strands, "strands", "DANH_SACH_PHAN_MON", "PHAN_MON", &record_shape_strand, 6),
	F_LIST(T, rows, n_rows, "rows", NULL, "HOC_SINH", &record_shape_row, RECORD_PUPILS_MAX),
};
#undef T
static const struct shape shape_subject = SHAPE_OF(struct record_subject, "BANG_DIEM", subject_fields);

#define T struct record_pupil
static const struct shape_field pupil_fields[] = {
	F_TEXT(T, id, "id", "Ma", FACET_CODE, R | A),
	F_PART(T, person, "person", "CA_NHAN", &record_shape_person),
	F_WORD(T, standing, "standing", "TINH_TRANG", record_words_standing, 0),
	F_TEXT(T, standing_on, "standing_on", "TINH_TRANG_NGAY", FACET_DATE, 0),
	F_TEXT(T, standing_note, "standing_note", "TINH_TRANG_GHI_CHU", FACET_LINE, 0),
	F_WORD(T, plan, "plan", "KE_HOACH_CA_NHAN", record_words_plan, 0),
	F_LIST(T, history, n_history, "history", "QUA_TRINH_HOC_TAP", "QUA_TRINH", &record_shape_history, 20),
};
#undef T
static const struct shape shape_pupil = SHAPE_OF(struct record_pupil, "HOC_SINH", pupil_fields);

#define T struct record_counts
static const struct shape_field counts_fields[] = {
	F_INT(T, pupils, "pupils", "HOC_SINH", 0, RECORD_PUPILS_MAX, R),
	F_INT(T, signers, "signers", "NGUOI_KY", 0, RECORD_SIGNERS_MAX, R),
	F_INT(T, subjects, "subjects", "MON", 0, RECORD_SUBJECTS_MAX, R),
	F_INT(T, rows, "rows", "DONG", 0, 1000000, R),
	F_INT(T, tx, "tx", "DDGTX", 0, 1000000, R),
	F_INT(T, gk, "gk", "DDGGK", 0, 1000000, R),
	F_INT(T, ck, "ck", "DDGCK", 0, 1000000, R),
	F_INT(T, cd, "cd", "CHUYEN_DE", 0, 1000000, R),
	F_INT(T, tests, "tests", "DIEM_KTDK", 0, 1000000, R),
	F_INT(T, averages, "averages", "TONG_KET", 0, 1000000, R),
	F_INT(T, levels, "levels", "MUC", 0, 1000000, R),
	F_INT(T, comments, "comments", "NHAN_XET", 0, 1000000, R),
	F_INT(T, score_sum, "score_sum", "TONG_DIEM_PHAN_MUOI", 0, 100000000, R),
	F_INT(T, absences, "absences", "NGHI", 0, 1000000, R),
};
#undef T
const struct shape record_shape_counts = SHAPE_OF(struct record_counts, "SO_LIEU", counts_fields);

#define T struct record_class
static const struct shape_field head_fields[] = {
	F_ID(T, class_id, "ttc"),
	F_PART(T, school, "school", "TRUONG", &record_shape_school),
	F_TEXT(T, year, "year", "NAM_HOC", FACET_YEAR, R),
	F_WORD(T, period, "period", "KY", record_words_period, R),
	F_TEXT(T, class_id, "class_id", "MA_LOP", FACET_CODE, R),
	F_TEXT(T, class_name, "class_name", "TEN_LOP", FACET_NAME, R),
	F_INT(T, grade, "grade", "KHOI", 1, 12, R),
	F_WORD(T, level, "level", "CAP_HOC", record_words_school_level, R),
	F_TEXT(T, circular, "circular", "THONG_TU", FACET_CODE, R),
	F_INT(T, revision, "revision", "LAN", 1, 999, R),
	F_TEXT(T, replaces, "replaces", "THAY_THE", FACET_SHA256, 0),
	F_TEXT(T, prepared_at, "prepared_at", "THOI_DIEM_LAP", FACET_INSTANT, R),
	F_LIST(T, signers, n_signers, "signers", "DANH_SACH_NGUOI_KY", "NGUOI_KY", &record_shape_signer, RECORD_SIGNERS_MAX),
	F_LIST(T, pupils, n_pupils, "pupils", "DANH_SACH_HOC_SINH", "HOC_SINH", &shape_pupil, RECORD_PUPILS_MAX),
	F_PART(T, counts, "counts", "SO_LIEU", &record_shape_counts),
};
static const struct shape shape_head = SHAPE_OF(T, "THONG_TIN_CHUNG", head_fields);

static const struct shape_field homeroom_fields[] = {
	F_ID(T, class_id, "dg"),
	F_LIST(T, reviews, n_reviews, "reviews", NULL, "HOC_SINH", &record_shape_review, RECORD_PUPILS_MAX),
};
static const struct shape shape_homeroom = SHAPE_OF(T, "DANH_GIA_CHUNG", homeroom_fields);

static const struct shape_field body_fields[] = {
	F_ID(T, class_id, "dl"),
	F_LIST(T, subjects, n_subjects, "subjects", NULL, "BANG_DIEM", &shape_subject, RECORD_SUBJECTS_MAX),
	F_GROUP("DANH_GIA_CHUNG", &shape_homeroom),
};
static const struct shape shape_body = SHAPE_OF(T, "DU_LIEU", body_fields);

static const struct shape_field class_fields[] = {
	F_INT(T, version, "version", NULL, RECORD_CLASS_VERSION, RECORD_CLASS_VERSION, R),
	F_GROUP("THONG_TIN_CHUNG", &shape_head),
	F_GROUP("DU_LIEU", &shape_body),
};
#undef T
const struct shape record_shape_class = SHAPE_OF(struct record_class, "SO_THEO_DOI", class_fields);
