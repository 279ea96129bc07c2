#include "record/shapes.h"

#define R SHAPE_REQUIRED
#define A SHAPE_ATTR

#define T struct record_profile
static const struct shape_field profile_fields[] = {
	F_ID(T, ordinal, "ll-%n"),
	F_INT(T, ordinal, "ordinal", "So", 1, 99, R | A),
	F_TEXT(T, valid_from, "valid_from", "TU_NGAY", FACET_DATE, 0),
	F_TEXT(T, decision_number, "decision_number", "QD_SO", FACET_LINE, 0),
	F_TEXT(T, decision_date, "decision_date", "QD_NGAY", FACET_DATE, 0),
	F_TEXT(T, decision_by, "decision_by", "QD_CO_QUAN", FACET_LINE, 0),
	F_PART(T, person, "person", "CA_NHAN", &record_shape_person),
	F_LIST(T, history, n_history, "history", "QUA_TRINH_HOC_TAP", "QUA_TRINH", &record_shape_history, 20),
};
#undef T
const struct shape record_shape_profile = SHAPE_OF(struct record_profile, "LY_LICH", profile_fields);

#define T struct record_year
static const struct shape_field info_fields[] = {
	F_ID(T, year, "tt-%y"),
	F_TEXT(T, year, "year", "NAM", FACET_YEAR, R),
	F_TEXT(T, extract_on, "extract_on", "TRICH_DEN_NGAY", FACET_DATE, 0),
	F_TEXT(T, record_code, "record_code", "MA_SO_TRA_CUU", FACET_CODE, R),
	F_TEXT(T, personal_id, "personal_id", "SO_DINH_DANH_CA_NHAN", FACET_PERSONAL_ID, R),
	F_TEXT(T, effective_at, "effective_at", "NGAY_HIEU_LUC", FACET_INSTANT, R),
	F_INT(T, revision, "revision", "PHIEN_BAN", 1, 999, R),
	F_TEXT(T, replaces, "replaces", "THAY_THE", FACET_SHA256, 0),
	F_TEXT(T, class_file, "class_file", "SO_THEO_DOI", FACET_SHA256, 0),
	F_TEXT(T, hash_root, "hash_root", "GOC_BAM", FACET_SHA256, 0),
	F_TEXT(T, prepared_at, "prepared_at", "THOI_DIEM_LAP", FACET_INSTANT, R),
	F_INT(T, profile, "profile", "LY_LICH_SO", 1, 99, R),
	F_PART(T, school, "school", "TRUONG", &record_shape_school),
	F_TEXT(T, class_id, "class_id", "MA_LOP", FACET_CODE, R),
	F_TEXT(T, class_name, "class_name", "TEN_LOP", FACET_NAME, R),
	F_INT(T, grade, "grade", "KHOI", 1, 12, R),
	F_WORD(T, level, "level", "CAP_HOC", record_words_school_level, R),
	F_TEXT(T, circular, "circular", "THONG_TU", FACET_CODE, R),
	F_FLAG(T, after_summer, "after_summer", "SAU_HE"),
	F_LIST(T, signers, n_signers, "signers", "DANH_SACH_NGUOI_KY", "NGUOI_KY", &record_shape_signer, RECORD_SIGNERS_MAX),
};
#undef T
const struct shape record_shape_year_info = SHAPE_OF(struct record_year, "THONG_TIN_HOC_BA", info_fields);

#define T struct record_result
static const struct shape_field result_fields[] = {
	F_ID(T, code, "dtk-%y-%k"),
	F_TEXT(T, code, "code", "Mon", FACET_CODE, R | A),
	F_TEXT(T, name, "name", "TEN_MON", FACET_NAME, R),
	F_TEXT(T, language, "language", "THU_TIENG", FACET_NAME, 0),
	F_WORD(T, kind, "kind", "KIEU_DANH_GIA", record_words_subject_kind, R),
	F_FLAG(T, chosen, "chosen", "MON_LUA_CHON"),
	F_FLAG(T, cluster, "cluster", "HOC_CHUYEN_DE"),
	F_WORD(T, status, "status", "TRANG_THAI", record_words_status, 0),
	F_TEXT(T, status_reason, "status_reason", "LY_DO", FACET_LINE, 0),
	F_TEXT(T, status_decision, "status_decision", "QD_SO", FACET_LINE, 0),
	F_MARK(T, term[0], "term1", "HK1"),
	F_MARK(T, term[1], "term2", "HK2"),
	F_MARK(T, year, "year", "CA_NAM"),
	F_MARK(T, retake, "retake", "KIEM_TRA_LAI"),
	F_MARK(T, after_retake, "after_retake", "SAU_KIEM_TRA_LAI"),
	F_WORD(T, level, "level", "MUC_DAT_DUOC", record_words_level, 0),
	F_MARK(T, test, "test", "DIEM_KTDK"),
	F_TEXT(T, comment, "comment", "NHAN_XET", FACET_LONG, 0),
};
#undef T
const struct shape record_shape_result = SHAPE_OF(struct record_result, "DIEM_TONG_KET", result_fields);

#define T struct record_year
static const struct shape_field data_fields[] = {
	F_ID(T, year, "data-%y"),
	F_GROUP("THONG_TIN_HOC_BA", &record_shape_year_info),
	F_LIST(T, results, n_results, "results", NULL, "DIEM_TONG_KET", &record_shape_result, RECORD_SUBJECTS_MAX),
	F_PART(T, review, "review", "DANH_GIA", &record_shape_year_review),
};
#undef T
const struct shape record_shape_year_data = SHAPE_OF(struct record_year, "DU_LIEU_HOC_BA", data_fields);
