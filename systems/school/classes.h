/* school/classes.h - making classes with the subjects of their programme, and numbering their lists. */
#ifndef SCHOOL_CLASSES_H
#define SCHOOL_CLASSES_H
#include "school/school.h"

/* A class of the year with the subjects its grade must have (data/programme.tsv; kinds and lessons from the rules). */
enum hb_code classes_make(struct db_tx *tx, const char *school, const char *year, const char *code,
    const char **ret_id, struct hb_arena *a, struct hb_err *err);
/* Numbers by name for those who have none (number 0), after the ones who have. */
enum hb_code classes_number(struct db_tx *tx, const char *school, const char *class_id, struct hb_arena *a,
    struct hb_err *err);
#endif
