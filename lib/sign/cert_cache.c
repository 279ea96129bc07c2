#include "sign/cert_cache.h"

#include <openssl/x509.h>
#include <pthread.h>
#include <string.h>

static struct { struct hb_sha256 key; X509 *x509; } slots[CERT_CACHE_SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t
slot_of(const struct hb_sha256 *key)
{
	return ((size_t)key->b[0] << 8 | key->b[1]) % CERT_CACHE_SLOTS;
}

struct x509_st *
cert_cache_get(const struct hb_sha256 *key)
{
	X509 *found = NULL;
	size_t i = slot_of(key);
	pthread_mutex_lock(&lock);
	if (slots[i].x509 != NULL && memcmp(slots[i].key.b, key->b, HB_SHA256_LEN) == 0 && X509_up_ref(slots[i].x509) == 1)
		found = slots[i].x509;
	pthread_mutex_unlock(&lock);
	return found;
}

void
cert_cache_put(const struct hb_sha256 *key, struct x509_st *x509)
{
	size_t i = slot_of(key);
	if (X509_up_ref(x509) != 1)
		return;
	pthread_mutex_lock(&lock);
	X509 *old = slots[i].x509;
	slots[i].key = *key;
	slots[i].x509 = x509;
	pthread_mutex_unlock(&lock);
	X509_free(old);
}
