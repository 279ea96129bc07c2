/* sign/pki_int.h - shared by the files of the PKI part only: OpenSSL objects tied to an arena, and the tables. */
#ifndef SIGN_PKI_INT_H
#define SIGN_PKI_INT_H
#include "sign/pki.h"

#include <openssl/asn1.h>
#include <openssl/x509.h>

/* Wrap an X509 (a reference is taken). */
enum hb_code pki_cert_wrap(X509 *x509, struct hb_arena *a, struct pki_cert **ret_cert, struct hb_err *err);
/* Untrusted certificates as OpenSSL wants them; the stack dies with the arena, the certificates are borrowed. */
STACK_OF(X509) *pki_stack(struct pki_cert *const *pool, size_t n, struct hb_arena *a);
/* Unix seconds; false when the time is malformed or outside years 1950-9999. */
bool pki_time_of(const ASN1_TIME *t, hb_time *ret);
/* DER of an object, from one of OpenSSL's i2d functions: pki_take_der(&der, i2d_X509(x, &der), …).  The address, not the
 * value: arguments are evaluated in no fixed order.  *der is freed here. */
enum hb_code pki_take_der(unsigned char **der, int len, struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err);
char *pki_hex_of(const ASN1_INTEGER *n, struct hb_arena *a);

/* Tables of pki_policy.c. */
enum pki_kind     pki_policy_kind(const X509_NAME *subject, struct hb_arena *a, const char **ret_owner_id);
enum pki_ca_class pki_policy_ca_class(struct pki_cert *const *cas, size_t n, struct hb_arena *a);
bool              pki_policy_key_allowed(const X509 *x509);
bool              pki_policy_signature_allowed(int signature_nid);
#endif
