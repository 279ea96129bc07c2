#include "record/shapes.h"

/* Element names follow the Ministry's file where one is known (domain.md §4.4, §4.6); the rest is in its manner. */

#define R SHAPE_REQUIRED

#define T struct record_school
static const struct shape_field school_fields[] = {
	F_TEXT(T, code, "code", "MA_TRUONG", FACET_CODE, R),
	F_TEXT(T, name, "name", "TEN_TRUONG", FACET_NAME, R),
	F_TEXT(T, commune, "commune", "XA_PHUONG", FACET_NAME, R),
	F_TEXT(T, province, "province", "TINH_THANH", FACET_NAME, R),
	F_TEXT(T, commune_code, "commune_code", "MA_XA", FACET_CODE, 0),
	F_TEXT(T, province_code, "province_code", "MA_TINH", FACET_CODE, 0),
	F_TEXT(T, place, "place", "DIA_DANH", FACET_NAME, 0),
	F_TEXT(T, tax_code, "tax_code", "MA_SO_THUE", FACET_CODE, 0),
	F_TEXT(T, founding_number, "founding_number", "QD_THANH_LAP_SO", FACET_LINE, 0),
	F_TEXT(T, founding_date, "founding_date", "QD_THANH_LAP_NGAY", FACET_DATE, 0),
	F_TEXT(T, founding_by, "founding_by", "QD_THANH_LAP_CO_QUAN", FACET_LINE, 0),
};
#undef T
const struct shape record_shape_school = SHAPE_OF(struct record_school, "TRUONG", school_fields);

#define T struct record_signer
static const struct shape_field signer_fields[] = {
	F_WORD(T, role, "role", "VAI_TRO", record_words_role, R),
	F_TEXT(T, subject, "subject", "MON", FACET_CODE, 0),
	F_INT(T, ordinal, "ordinal", "SO", 0, 99, 0),
	F_TEXT(T, strand, "strand", "PHAN_MON", FACET_NAME, 0),
	F_TEXT(T, person_id, "person_id", "MA_NGUOI", FACET_CODE, R),
	F_TEXT(T, personal_id, "personal_id", "SO_DINH_DANH", FACET_PERSONAL_ID, 0),
	F_TEXT(T, name, "name", "HO_TEN", FACET_NAME, R),
	F_TEXT(T, position, "position", "CHUC_VU", FACET_LINE, 0),
	F_TEXT(T, decision_number, "decision_number", "QD_SO", FACET_LINE, 0),
	F_TEXT(T, decision_date, "decision_date", "QD_NGAY", FACET_DATE, 0),
	F_TEXT(T, duty_from, "duty_from", "TU_NGAY", FACET_DATE, 0),
	F_TEXT(T, duty_to, "duty_to", "DEN_NGAY", FACET_DATE, 0),
	F_TEXT(T, stands_in_for, "stands_in_for", "KY_THAY_CHO", FACET_NAME, 0),
	F_TEXT(T, stand_in_reason, "stand_in_reason", "LY_DO_KY_THAY", FACET_LINE, 0),
};
#undef T
const struct shape record_shape_signer = SHAPE_OF(struct record_signer, "NGUOI_KY", signer_fields);

static const struct shape_field parent_fields[] = {
	F_TEXT(struct record_parent, name, "name", "HO_TEN", FACET_NAME, R),
	F_TEXT(struct record_parent, job, "job", "NGHE_NGHIEP", FACET_LINE, 0),
};
static const struct shape shape_parent = SHAPE_OF(struct record_parent, "PHU_HUYNH", parent_fields);

#define T struct record_person
static const struct shape_field person_fields[] = {
	F_TEXT(T, student_code, "student_code", "MA_HOC_SINH", FACET_CODE, R),
	F_TEXT(T, personal_id, "personal_id", "SO_DINH_DANH_CA_NHAN", FACET_PERSONAL_ID, 0),
	F_TEXT(T, name, "name", "HO_VA_TEN", FACET_NAME, R),
	F_TEXT(T, birth_date, "birth_date", "NGAY_SINH", FACET_BIRTH, R),
	F_WORD(T, sex, "sex", "GIOI_TINH", record_words_sex, R),
	F_TEXT(T, ethnicity, "ethnicity", "DAN_TOC", FACET_NAME, 0),
	F_TEXT(T, nationality, "nationality", "QUOC_TICH", FACET_NAME, 0),
	F_TEXT(T, birth_place, "birth_place", "NOI_SINH", FACET_LINE, 0),
	F_TEXT(T, home_place, "home_place", "QUE_QUAN", FACET_LINE, 0),
	F_TEXT(T, residence, "residence", "NOI_O_HIEN_NAY", FACET_LINE, 0),
	F_TEXT(T, policy, "policy", "DOI_TUONG_CHINH_SACH", FACET_LINE, 0),
	F_MAYBE(T, father, "father", "CHA", &shape_parent),
	F_MAYBE(T, mother, "mother", "ME", &shape_parent),
	F_MAYBE(T, guardian, "guardian", "NGUOI_GIAM_HO", &shape_parent),
	F_TEXT(T, register_number, "register_number", "SO_DANG_BO", FACET_LINE, 0),
	F_TEXT(T, joined_on, "joined_on", "NGAY_VAO_TRUONG", FACET_DATE, 0),
	F_TEXT(T, photo, "photo", "ANH", FACET_BASE64, 0),
};
#undef T
const struct shape record_shape_person = SHAPE_OF(struct record_person, "CA_NHAN", person_fields);

#define T struct record_history
static const struct shape_field history_fields[] = {
	F_TEXT(T, year, "year", "NAM", FACET_YEAR, R),
	F_TEXT(T, class_name, "class_name", "TEN_LOP", FACET_NAME, R),
	F_TEXT(T, school, "school", "TEN_TRUONG", FACET_NAME, R),
	F_TEXT(T, commune, "commune", "XA_PHUONG", FACET_NAME, 0),
	F_TEXT(T, province, "province", "TINH_THANH", FACET_NAME, 0),
	F_TEXT(T, register_number, "register_number", "SO_DANG_BO", FACET_LINE, 0),
	F_TEXT(T, joined_on, "joined_on", "NGAY_VAO_TRUONG", FACET_DATE, 0),
};
#undef T
const struct shape record_shape_history = SHAPE_OF(struct record_history, "QUA_TRINH", history_fields);

#define T struct record_achievement
static const struct shape_field achievement_fields[] = {
	F_WORD(T, kind, "kind", "LOAI", record_words_achievement, R),
	F_TEXT(T, title, "title", "NOI_DUNG", FACET_LINE, R),
	F_TEXT(T, level, "level", "CAP", FACET_NAME, 0),
	F_TEXT(T, issuer, "issuer", "CO_QUAN", FACET_LINE, 0),
	F_TEXT(T, decision_number, "decision_number", "QD_SO", FACET_LINE, 0),
	F_TEXT(T, decision_date, "decision_date", "QD_NGAY", FACET_DATE, 0),
};
#undef T
const struct shape record_shape_achievement = SHAPE_OF(struct record_achievement, "THANH_TICH", achievement_fields);

static const struct shape_field strand_fields[] = {
	F_TEXT(struct record_strand, code, "code", "MA", FACET_CODE, R),
	F_TEXT(struct record_strand, name, "name", "TEN", FACET_NAME, R),
};
const struct shape record_shape_strand = SHAPE_OF(struct record_strand, "PHAN_MON", strand_fields);

static const struct shape_field trait_fields[] = {
	F_TEXT(struct record_trait, code, "code", "MA", FACET_CODE, R),
	F_WORD(struct record_trait, level, "level", "MUC", record_words_level, R),
};
static const struct shape shape_trait = SHAPE_OF(struct record_trait, "PHAM_CHAT_NANG_LUC", trait_fields);

static const struct shape_field absences_fields[] = {
	F_INT(struct record_absences, permitted, "permitted", "CO_PHEP", 0, 400, R),
	F_INT(struct record_absences, unpermitted, "unpermitted", "KHONG_PHEP", 0, 400, R),
};
static const struct shape shape_absences = SHAPE_OF(struct record_absences, "NGHI", absences_fields);

/* The homeroom teacher's part is the same in the class book and in the transcript; only its name differs. */
#define T struct record_review
#define REVIEW_FIELDS \
	F_WORD(T, conduct_term[0], "conduct_term1", "REN_LUYEN_HK1", record_words_level, 0), \
	F_WORD(T, conduct_term[1], "conduct_term2", "REN_LUYEN_HK2", record_words_level, 0), \
	F_WORD(T, conduct_year, "conduct_year", "REN_LUYEN_CN", record_words_level, 0), \
	F_WORD(T, conduct_after_summer, "conduct_after_summer", "REN_LUYEN_SAU_HE", record_words_level, 0), \
	F_WORD(T, academic_term[0], "academic_term1", "HOC_TAP_HK1", record_words_level, 0), \
	F_WORD(T, academic_term[1], "academic_term2", "HOC_TAP_HK2", record_words_level, 0), \
	F_WORD(T, academic_year, "academic_year", "HOC_TAP_CN", record_words_level, 0), \
	F_WORD(T, academic_after_retake, "academic_after_retake", "HOC_TAP_SAU_KTL", record_words_level, 0), \
	F_MAYBE(T, absences_term[0], "absences_term1", "NGHI_HK1", &shape_absences), \
	F_MAYBE(T, absences_term[1], "absences_term2", "NGHI_HK2", &shape_absences), \
	F_MAYBE(T, absences_year, "absences_year", "NGHI_CN", &shape_absences), \
	F_WORD(T, promotion, "promotion", "LEN_LOP", record_words_promotion, 0), \
	F_WORD(T, promotion_after_summer, "promotion_after_summer", "LEN_LOP_SAU_HE", record_words_promotion, 0), \
	F_WORD(T, award, "award", "DANH_HIEU", record_words_award, 0), \
	F_FLAG(T, completed_level, "completed_level", "HOAN_THANH_CAP_HOC"), \
	F_LIST(T, qualities, n_qualities, "qualities", "PHAM_CHAT", "MUC_DAT", &shape_trait, RECORD_QUALITIES), \
	F_LIST(T, competences, n_competences, "competences", "NANG_LUC", "MUC_DAT", &shape_trait, RECORD_COMPETENCES), \
	F_TEXT(T, qualities_comment, "qualities_comment", "NHAN_XET_PHAM_CHAT", FACET_LONG, 0), \
	F_TEXT(T, general_comment, "general_comment", "NHAN_XET_NANG_LUC_CHUNG", FACET_LONG, 0), \
	F_TEXT(T, specific_comment, "specific_comment", "NHAN_XET_NANG_LUC_DAC_THU", FACET_LONG, 0), \
	F_WORD(T, education, "education", "KET_QUA_GIAO_DUC", record_words_education, 0), \
	F_FLAG(T, class_recognised, "class_recognised", "LOP_CONG_NHAN"), \
	F_INT(T, height_cm, "height_cm", "CHIEU_CAO", 0, 250, 0), \
	F_INT(T, weight_kg_tenths, "weight_kg_tenths", "CAN_NANG_100G", 0, 2500, 0), \
	F_TEXT(T, comment_term[0], "comment_term1", "NHAN_XET_HK1", FACET_LONG, 0), \
	F_TEXT(T, comment_term[1], "comment_term2", "NHAN_XET_HK2", FACET_LONG, 0), \
	F_TEXT(T, comment, "comment", "NHAN_XET", FACET_LONG, 0), \
	F_LIST(T, achievements, n_achievements, "achievements", "DANH_SACH_THANH_TICH", "THANH_TICH", &record_shape_achievement, 50)

static const struct shape_field review_fields[] = {
	F_TEXT(T, pupil, "pupil", "Ma", FACET_CODE, SHAPE_REQUIRED | SHAPE_ATTR),
	REVIEW_FIELDS,
};
const struct shape record_shape_review = SHAPE_OF(struct record_review, "DANH_GIA_HOC_SINH", review_fields);

static const struct shape_field year_review_fields[] = { F_ID(T, pupil, "dg-%y"), REVIEW_FIELDS };
const struct shape record_shape_year_review = SHAPE_OF(struct record_review, "DANH_GIA", year_review_fields);
#undef T
