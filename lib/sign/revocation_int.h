/* sign/revocation_int.h - what a statement of a given date proves about the time asked; shared by OCSP and CRL. */
#ifndef SIGN_REVOCATION_INT_H
#define SIGN_REVOCATION_INT_H
#include "sign/revocation.h"

/* r->revoked_at is filled: set state and ever_revoked. */
void revocation_revoked(struct pki_revocation *r, hb_time at);
/* r->this_update, next_update are filled: set state, or why the statement does not reach `at`. */
void revocation_good(struct pki_revocation *r, const struct pki_cert *c, hb_time at);
#endif
