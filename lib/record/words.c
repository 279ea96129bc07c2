#include <string.h>

#include "record/shapes.h"

/* The words of every enum, once: JSON, XML, XSD and people's programs read the same ones. */

const struct shape_word record_words_level[] = {
	{ RECORD_T, "T" }, { RECORD_K, "K" }, { RECORD_D, "Đ" }, { RECORD_CD, "CĐ" }, { RECORD_H, "H" },
	{ RECORD_C, "C" }, { 0, NULL },
};
const struct shape_word record_words_status[] = {
	{ RECORD_EXEMPT, "exempt" }, { RECORD_EXEMPT_PRACTICE, "exempt_practice" },
	{ RECORD_NOT_TAKEN, "not_taken" }, { RECORD_IEP, "iep" }, { 0, NULL },
};
const struct shape_word record_words_promotion[] = {
	{ RECORD_PROMOTED, "promoted" }, { RECORD_RETAKE, "retake" }, { RECORD_SUMMER_CONDUCT, "summer_conduct" },
	{ RECORD_RETAKE_AND_SUMMER, "retake_and_summer" }, { RECORD_RETAINED, "retained" },
	{ RECORD_PENDING, "pending" }, { RECORD_INCOMPLETE, "incomplete" },
	{ RECORD_HEAD_DECIDES, "head_decides" }, { 0, NULL },
};
const struct shape_word record_words_plan[] = {
	{ RECORD_PLAN_UNDECIDED, "undecided" }, { RECORD_PLAN_PROMOTED, "promoted" },
	{ RECORD_PLAN_RETAINED, "retained" }, { 0, NULL },
};
const struct shape_word record_words_award[] = {
	{ RECORD_AWARD_EXCELLENT, "excellent" }, { RECORD_AWARD_GOOD, "good" }, { RECORD_AWARD_TYPICAL, "typical" },
	{ 0, NULL },
};
const struct shape_word record_words_education[] = {
	{ RECORD_HTXS, "HTXS" }, { RECORD_HTT, "HTT" }, { RECORD_HT, "HT" }, { RECORD_CHT, "CHT" }, { 0, NULL },
};
const struct shape_word record_words_school_level[] = {
	{ RECORD_TH, "TH" }, { RECORD_THCS, "THCS" }, { RECORD_THPT, "THPT" }, { 0, NULL },
};
const struct shape_word record_words_sex[] = { { RECORD_MALE, "M" }, { RECORD_FEMALE, "F" }, { 0, NULL } };
const struct shape_word record_words_role[] = {
	{ RECORD_GVBM, "GVBM" }, { RECORD_GVCN, "GVCN" }, { RECORD_CBQL, "CBQL" }, { RECORD_DON_VI, "DON_VI" },
	{ 0, NULL },
};
const struct shape_word record_words_achievement[] = {
	{ RECORD_COMMENDATION, "commendation" }, { RECORD_PRIZE, "prize" }, { RECORD_CERTIFICATE, "certificate" },
	{ RECORD_ACTIVITY, "activity" }, { 0, NULL },
};
const struct shape_word record_words_standing[] = {
	{ RECORD_JOINED, "joined" }, { RECORD_LEFT, "left" }, { 0, NULL },
};
const struct shape_word record_words_subject_kind[] = {
	{ RECORD_SCORED, "score" }, { RECORD_COMMENTED, "comment" }, { RECORD_LEVELLED, "level" }, { 0, NULL },
};
const struct shape_word record_words_period[] = {
	{ RECORD_HK1, "HK1" }, { RECORD_HK2, "HK2" }, { RECORD_GK1, "GK1" }, { RECORD_CK1, "CK1" },
	{ RECORD_GK2, "GK2" }, { RECORD_CN, "CN" }, { RECORD_HE, "HE" }, { 0, NULL },
};

static const char *
word_of(const struct shape_word *words, int value)
{
	for (; words->word != NULL; words++)
		if (words->value == value)
			return words->word;
	return NULL;
}

static int
value_of(const struct shape_word *words, const char *word)
{
	for (; words->word != NULL; words++)
		if (strcmp(words->word, word) == 0)
			return words->value;
	return 0;
}

const char *record_promotion_code(enum record_promotion p) { return word_of(record_words_promotion, (int)p); }
const char *record_award_code(enum record_award a) { return word_of(record_words_award, (int)a); }
const char *record_education_code(enum record_education e) { return word_of(record_words_education, (int)e); }
const char *record_school_level_code(enum record_school_level l) { return word_of(record_words_school_level, (int)l); }
const char *record_role_code(enum record_role r) { return word_of(record_words_role, (int)r); }
const char *record_period_code(enum record_period p) { return word_of(record_words_period, (int)p); }

enum record_period
record_period_parse(const char *code)
{
	return (enum record_period)value_of(record_words_period, code);
}
