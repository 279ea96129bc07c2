/* school/extract.h - the signed extract that a pupil brings from another school (D15.2b).
 *
 * Its layout is the other software's; its signatures are judged here.  One without a signature, or with one that does
 * not hold, is refused with the reason.  Whether its signers can be known depends on the anchors of this system: the
 * verdict of the day it came ("VALID" or "INDETERMINATE") is kept beside the file. */
#ifndef SCHOOL_EXTRACT_H
#define SCHOOL_EXTRACT_H
#include "base/buf.h"

struct pki_trust;
/* HB_E_RULE trich.chuKy; *ret_verdict is static.  trust may be NULL. */
enum hb_code extract_judge(struct hb_bytes file, const struct pki_trust *trust, struct hb_arena *a,
    const char **ret_verdict, struct hb_err *err);
#endif
