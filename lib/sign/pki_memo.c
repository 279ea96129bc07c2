#include "sign/pki_memo.h"

#include <assert.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

enum { PLACES = 2048, LOCKS = 16 };

struct place { struct hb_sha256 key; size_t n; uint8_t value[PKI_MEMO_VALUE]; };
static struct place places[PLACES];
static pthread_mutex_t locks[LOCKS] = { [0 ... LOCKS - 1] = PTHREAD_MUTEX_INITIALIZER };

struct pki_memo_key
pki_memo_key(const char *tag, const struct hb_bytes *parts, size_t n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct pki_memo_key key = { { { 0 } } };

	if (ctx == NULL)
		return key;
	EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	EVP_DigestUpdate(ctx, tag, strlen(tag) + 1);
	for (size_t i = 0; i < n; i++) {
		uint64_t len = parts[i].n;

		EVP_DigestUpdate(ctx, &len, sizeof len);
		EVP_DigestUpdate(ctx, parts[i].p, parts[i].n);
	}
	EVP_DigestFinal_ex(ctx, key.h.b, NULL);
	EVP_MD_CTX_free(ctx);
	return key;
}

static unsigned
place_of(const struct pki_memo_key *key)
{
	return (unsigned)(key->h.b[0] | key->h.b[1] << 8) % PLACES;
}

/* The key of nothing: what pki_memo_key() gives without memory must never match. */
static bool
is_zero(const struct pki_memo_key *key)
{
	static const struct hb_sha256 zero;

	return hb_sha256_eq(&key->h, &zero);
}

bool
pki_memo_get(const struct pki_memo_key *key, void *value, size_t n)
{
	unsigned at = place_of(key);
	struct place *p = &places[at];
	bool hit;

	if (is_zero(key))
		return false;
	pthread_mutex_lock(&locks[at % LOCKS]);
	hit = p->n == n && hb_sha256_eq(&p->key, &key->h);
	if (hit)
		memcpy(value, p->value, n);
	pthread_mutex_unlock(&locks[at % LOCKS]);
	return hit;
}

void
pki_memo_put(const struct pki_memo_key *key, const void *value, size_t n)
{
	unsigned at = place_of(key);
	struct place *p = &places[at];

	assert(n > 0 && n <= PKI_MEMO_VALUE);
	pthread_mutex_lock(&locks[at % LOCKS]);
	p->key = key->h;
	p->n = n;
	memcpy(p->value, value, n);
	pthread_mutex_unlock(&locks[at % LOCKS]);
}
