/* rules/tt22_subject.h - results of one subject, and notes about it; private to lib/rules. */
#ifndef RULES_TT22_SUBJECT_H
#define RULES_TT22_SUBJECT_H
#include "rules/tt22_table.h"

/* The status that decides term t (0, 1): the subject's when it is not normal, else the term's. */
enum rules22_status tt22_status(const struct rules22_subject *s, int t);
bool tt22_known(struct rules22_value v);
/* Terms and year of subject i, its gaps and its faults, except the retake. */
void tt22_subject_year(const struct rules22_pupil *p, int i, struct rules22_result *r, struct rules_notes *notes);
/* The result after retake, or its fault; the academic level of the year must be there. */
void tt22_subject_retake(const struct rules22_pupil *p, int i, struct rules22_result *r, struct rules_notes *notes);
bool tt22_has_retake(const struct rules22_subject *s);
/* May the subject be retaken, by its result of the year (Đ14)? */
bool tt22_may_retake(const struct rules22_subject *s, struct rules22_value year);

void tt22_gap(struct rules22_result *r, int subject, int term, enum rules_field f);
void tt22_fault(struct rules22_result *r, int subject, int term, enum rules_field f, const char *key);

/* Notes: no-ops when notes is NULL. */
void tt22_note_term(struct rules_notes *notes, const struct rules22_subject *s, int t, struct rules22_value v);
void tt22_note_year(struct rules_notes *notes, const struct rules22_subject *s, const struct rules22_subject_result *r);
void tt22_note_retake(struct rules_notes *notes, const struct rules22_subject *s,
    const struct rules22_subject_result *r);
#endif
