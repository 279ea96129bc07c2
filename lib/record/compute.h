/* record/compute.h - the class book through the circulars, and two class books cell by cell.
 *
 * record_class_compute() is what makes "the gradebook recomputes and must agree" one call: a copy of the book in
 * which every derived cell is what lib/rules says.  Derived: term and year results, results after retake, academic
 * levels, conduct of the year, promotion, award, education result; all else is borrowed from the original.
 * What a pupil lacks is listed, never guessed; what depends on it stays empty.
 * Pure; the results live in the arena, which must not outlive the original. */
#ifndef RECORD_COMPUTE_H
#define RECORD_COMPUTE_H
#include "record/class.h"
#include "rules/tt22.h"
#include "rules/tt27.h"

/* term 1, 2 or 0; field: enum rules_field; key: error key of lib/rules for a fault, NULL for a missing value. */
struct record_gap { const char *pupil, *subject; int term; int field; const char *key; };
struct record_gaps { struct record_gap *v; size_t n; };

/* HB_E_RULE "banGhi.saiThongTu" when the circular does not judge this grade; HB_E_INPUT "banGhi.saiMon" for a subject
 * that the catalogue does not know. */
enum hb_code record_class_compute(const struct record_class *cls, struct hb_arena *a, struct record_class **ret_computed,
    struct record_gaps *ret_gaps, struct hb_err *err);

/* One pupil's results with their reasons ("Vì sao?"): notes may be NULL.  The bridge to lib/rules for callers that
 * want more than the cells.  HB_E_NOTFOUND "hocBa.khongCoHocSinh". */
enum hb_code record_assess22(const struct record_class *cls, const char *pupil,
    struct rules22_result *ret_result, struct rules_notes *notes, struct hb_err *err);
enum hb_code record_assess27(const struct record_class *cls, const char *pupil,
    struct rules27_result *ret_result, struct rules_notes *notes, struct hb_err *err);

/* Levels of one world in the words of the other. */
enum rules_level   record_to_rules(enum record_level l);
enum record_level  record_from_rules(enum rules_level l);

/* A cell that is not the same on both sides; NULL = empty there.  pupil NULL: the book itself; subject NULL: the
 * homeroom teacher's part; what: JSON name of the cell ("term1.average", "promotion", "row" for a missing line). */
struct record_difference { const char *pupil, *subject, *what, *left, *right; };
struct record_differences { struct record_difference *v; size_t n; };
enum record_scope { RECORD_DERIVED, RECORD_ALL_CELLS };
enum hb_code record_class_compare(const struct record_class *left, const struct record_class *right,
    enum record_scope scope, struct hb_arena *a, struct record_differences *ret_differences, struct hb_err *err);
#endif
