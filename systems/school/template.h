/* school/template.h - a mark sheet as an xlsx file that the import reads back: names filled in, marks to type. */
#ifndef SCHOOL_TEMPLATE_H
#define SCHOOL_TEMPLATE_H
#include "school/marks.h"

enum hb_code template_sheet(const struct marks_sheet *s, const char *subject, const char *period, struct hb_arena *a,
    struct hb_bytes *ret_file, struct hb_err *err);
#endif
