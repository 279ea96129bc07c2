/* record/shapes.h - the tables of shape.h for the shapes of this library.  Private to lib/record. */
#ifndef RECORD_SHAPES_H
#define RECORD_SHAPES_H
#include "record/shape.h"
#include "record/transcript.h"

extern const struct shape_word record_words_level[], record_words_status[], record_words_promotion[],
    record_words_award[], record_words_education[], record_words_school_level[], record_words_sex[],
    record_words_role[], record_words_achievement[], record_words_standing[], record_words_subject_kind[],
    record_words_period[], record_words_plan[];

extern const struct shape record_shape_school, record_shape_signer, record_shape_person, record_shape_history,
    record_shape_achievement, record_shape_strand, record_shape_counts;
extern const struct shape record_shape_row;            /* one pupil in one subject */
extern const struct shape record_shape_review;         /* class book: names its pupil */
extern const struct shape record_shape_year_review;    /* transcript: Id dg-<key>, no pupil */
extern const struct shape record_shape_class;          /* SO_THEO_DOI without its slots */
extern const struct shape record_shape_profile, record_shape_year_info, record_shape_result, record_shape_year_data;
#endif
