/* school/rollover.h - the next school year: promoted pupils move to their next class, the others stay in their grade.
 *
 * The final result of the year decides (after the summer where there is one); a pupil still waiting for it is left
 * out and counted.  Running it again moves only those who were waiting.  The new year must be open. */
#ifndef SCHOOL_ROLLOVER_H
#define SCHOOL_ROLLOVER_H
#include "school/school.h"

struct rollover_pair { const char *from, *to; };        /* class codes: "6A1" -> "7A1" */
struct rollover_job { const char *from, *to; const struct rollover_pair *pairs; size_t n; };
/* stayed: not promoted, for a class of the same grade that the school chooses with the next roster. */
struct rollover_done { int moved, stayed, waiting; };
enum hb_code rollover_run(struct school *s, const struct school_actor *by, const struct rollover_job *job,
    struct hb_arena *a, struct rollover_done *ret_done, struct hb_err *err);
#endif
