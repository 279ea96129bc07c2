/* sign/verify_input.h - the other files a verifier is given. */
#ifndef SIGN_VERIFY_INPUT_H
#define SIGN_VERIFY_INPUT_H
#include "base/buf.h"

/* Certificate revocation lists of a file, PEM (one or more) or DER, each added as DER to the list; HB_E_INPUT
 * "pki.saiDang" when there is none. */
enum hb_code verify_read_crls(struct hb_bytes file, struct hb_arena *a, struct hb_bytes **list, size_t *n,
    struct hb_err *err);
#endif
