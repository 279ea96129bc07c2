/* record/bridge.h - a pupil of the class book in the words of lib/rules.  Private to lib/record.
 *
 * summer: retakes and summer conduct take part; without, the pupil is judged as at the end of the year.  The caller
 * adds the subjects.  Codes unknown to the catalogue give RULES_SUBJECT__MAX: the caller refuses them first. */
#ifndef RECORD_BRIDGE_H
#define RECORD_BRIDGE_H
#include "record/compute.h"

struct rules22_subject bridge_subject22(const struct record_subject *s, const struct record_row *r, bool summer);
struct rules22_pupil bridge_pupil22(const struct record_class *cls, const struct record_pupil *p,
    const struct record_review *v, bool summer);
struct rules27_subject bridge_subject27(const struct record_subject *s, const struct record_row *r);
struct rules27_pupil bridge_pupil27(const struct record_class *cls, const struct record_review *v);
#endif
