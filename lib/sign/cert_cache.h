/* sign/cert_cache.h - certificates already read, by the SHA-256 of their bytes.  Private to cert.c.
 *
 * A school's year holds the same forty certificates in thousands of signatures, and reading one costs as much as fifteen RSA
 * verifications.  What is kept is the parse, a pure function of the bytes: no judgement.  A fixed table; a newer certificate takes
 * the place of an older one with the same slot.  Thread rule: any thread; OpenSSL's X509 is counted and locked by itself. */
#ifndef SIGN_CERT_CACHE_H
#define SIGN_CERT_CACHE_H
#include "base/codec.h"

enum { CERT_CACHE_SLOTS = 1024 };
struct x509_st;
/* A reference for the caller, or NULL. */
struct x509_st *cert_cache_get(const struct hb_sha256 *key);
/* Keeps a reference of its own. */
void cert_cache_put(const struct hb_sha256 *key, struct x509_st *x509);
#endif
