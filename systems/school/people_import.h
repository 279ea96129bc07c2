/* school/people_import.h - staff lists and duty lists from files, with the same dry run as class lists.
 *
 * Staff are matched by mã giáo viên.  A duty is matched by class, role, subject, teacher and first day; giving it a
 * last day ends it, and whoever follows is a row of its own (D12.4, D16).  Every duty names its decision (D6); it
 * counts only after the head has confirmed it. */
#ifndef SCHOOL_PEOPLE_IMPORT_H
#define SCHOOL_PEOPLE_IMPORT_H
#include "school/school.h"

struct people_job { struct hb_bytes file; const char *file_name, *year; bool dry_run; };
enum hb_code staff_import(struct school *s, const struct school_actor *by, const struct people_job *job,
    struct hb_arena *a, struct hb_buf *out, struct hb_err *err);
enum hb_code duties_import(struct school *s, const struct school_actor *by, const struct people_job *job,
    struct hb_arena *a, struct hb_buf *out, struct hb_err *err);
#endif
