/* sign/pki_cache.h - recent answers of the PKI's services, by question.  Private to pki_net.c.
 *
 * Bounded (CACHE_MAX answers, the oldest goes first).  Thread rule: any thread; answers are copied out. */
#ifndef SIGN_PKI_CACHE_H
#define SIGN_PKI_CACHE_H
#include "base/clock.h"
#include "base/codec.h"

struct pki_cache;
struct pki_cache *pki_cache_new(int keep_s);
void              pki_cache_free(struct pki_cache *c);
/* An answer fetched at or after not_before and not older than keep_s; false when there is none. */
bool pki_cache_get(struct pki_cache *c, const struct hb_sha256 *question, hb_time not_before, struct hb_arena *a,
    struct hb_bytes *ret);
void pki_cache_put(struct pki_cache *c, const struct hb_sha256 *question, struct hb_bytes answer);
#endif
