/* sign/revocation_int.h - what a statement of a given date proves about the time asked; shared by OCSP and CRL. */
#ifndef SIGN_REVOCATION_INT_H
#define SIGN_REVOCATION_INT_H
#include "sign/pki_memo.h"
#include "sign/revocation.h"

/* What an answer says, once its signature and authority are proved: remembered by the bytes, asked at any time. */
struct statement { bool is_revoked; hb_time this_update, next_update, revoked_at; };
struct pki_memo_key statement_key(const char *tag, struct hb_bytes der, const struct pki_cert *c, const struct pki_cert *issuer);
void statement_apply(const struct statement *s, const struct pki_cert *c, hb_time at, struct pki_revocation *r);
#endif
