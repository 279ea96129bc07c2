/* pdf/inspect.h - the two halves of pades_inspect: one CMS, one later revision.  Private to lib/pdf. */
#ifndef PDF_INSPECT_H
#define PDF_INSPECT_H
#include "pdf/pades.h"

/* Fills everything of a signature that its CMS and the covered bytes tell.  False: no CMS that can be read. */
bool pades_read_cms(struct hb_bytes file, const struct pades_evidence *more_certs, struct pades_signature *s,
    struct hb_arena *a);

/* What the last revision of `after` did that a revision over a signed file may not do: Vietnamese, or NULL for
 * nothing.  `before` is the same file cut at the end of the revision before. */
const char *pades_forbidden_change(struct pdf *before, struct pdf *after, struct hb_arena *a);
#endif
