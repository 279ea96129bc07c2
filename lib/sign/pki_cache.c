#include "sign/pki_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_MAX = 512 };

struct entry {
	struct hb_sha256 question;
	hb_time          fetched;
	void            *answer;
	size_t           n;
};
struct pki_cache {
	pthread_mutex_t lock;
	int             keep_s;
	struct entry    entries[CACHE_MAX];
	size_t          next;         /* a ring: the slot to overwrite */
};

struct pki_cache *
pki_cache_new(int keep_s)
{
	struct pki_cache *c = calloc(1, sizeof *c);

	if (c != NULL) {
		pthread_mutex_init(&c->lock, NULL);
		c->keep_s = keep_s;
	}
	return c;
}

void
pki_cache_free(struct pki_cache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < CACHE_MAX; i++)
		free(c->entries[i].answer);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct entry *
find(struct pki_cache *c, const struct hb_sha256 *question)
{
	for (size_t i = 0; i < CACHE_MAX; i++)
		if (c->entries[i].answer != NULL && hb_sha256_eq(&c->entries[i].question, question))
			return &c->entries[i];
	return NULL;
}

bool
pki_cache_get(struct pki_cache *c, const struct hb_sha256 *question, hb_time not_before, struct hb_arena *a,
    struct hb_bytes *ret)
{
	hb_time now = hb_now();
	struct entry *e;
	void *copy = NULL;

	pthread_mutex_lock(&c->lock);
	e = find(c, question);
	if (e != NULL && e->fetched >= not_before && e->fetched <= now && now - e->fetched <= c->keep_s) {
		copy = hb_memdup(a, e->answer, e->n);
		if (copy != NULL)
			*ret = HB_BYTES(copy, e->n);
	}
	pthread_mutex_unlock(&c->lock);
	return copy != NULL;
}

void
pki_cache_put(struct pki_cache *c, const struct hb_sha256 *question, struct hb_bytes answer)
{
	void *copy = malloc(answer.n);
	struct entry *e;

	if (copy == NULL)
		return;
	memcpy(copy, answer.p, answer.n);
	pthread_mutex_lock(&c->lock);
	e = find(c, question);
	if (e == NULL) {
		e = &c->entries[c->next];
		c->next = (c->next + 1) % CACHE_MAX;
	}
	free(e->answer);
	*e = (struct entry){ .question = *question, .fetched = hb_now(), .answer = copy, .n = answer.n };
	pthread_mutex_unlock(&c->lock);
}
