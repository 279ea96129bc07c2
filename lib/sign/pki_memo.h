/* sign/pki_memo.h - remember what public-key arithmetic has already proved, in this process.  Private to the PKI part.
 *
 * Only positive results of pure functions are kept: the key is a SHA-256 over everything that decided the result, so
 * that a hit is as good as doing it again.  Files of one class share signers, CAs and OCSP answers, and one file is judged
 * at several times: without this most of the time of a verification would go there.
 * A fixed table; a newer entry replaces the older one of its place.  Thread rule: any thread. */
#ifndef SIGN_PKI_MEMO_H
#define SIGN_PKI_MEMO_H
#include "base/codec.h"

#define PKI_MEMO_VALUE 256

struct pki_memo_key { struct hb_sha256 h; };
/* tag: what kind of result; parts: everything it depends on. */
struct pki_memo_key pki_memo_key(const char *tag, const struct hb_bytes *parts, size_t n);
bool pki_memo_get(const struct pki_memo_key *key, void *value, size_t n);
void pki_memo_put(const struct pki_memo_key *key, const void *value, size_t n);      /* n <= PKI_MEMO_VALUE */
#endif
