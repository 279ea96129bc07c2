#include "base/arena.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hb_chunk   { struct hb_chunk *next; size_t used, cap; max_align_t data[]; };
struct hb_cleanup { struct hb_cleanup *next; void (*fn)(void *); void *arg; };

#if defined(__SANITIZE_ADDRESS__)
enum { CHUNK = 0 };           /* one malloc per object: the sanitizer sees each */
#else
enum { CHUNK = 32 << 10 };
#endif
enum { SPARE_MAX = 64 };      /* chunks a thread keeps: without them every document pays for its pages again */

/* Chunks given back, for the next arena of this thread; drained when the thread ends. */
static __thread struct hb_chunk *spare;
static __thread unsigned         n_spare;
static pthread_key_t             spare_key;
static pthread_once_t            spare_once = PTHREAD_ONCE_INIT;

static void
drain(void *list)
{
	(void)list;
	while (spare != NULL) {
		struct hb_chunk *c = spare;
		spare = c->next;
		free(c);
	}
	n_spare = SPARE_MAX;          /* later destructors of this thread must not fill it again */
}

static void
make_key(void)
{
	pthread_key_create(&spare_key, drain);
}

static struct hb_chunk *
new_chunk(size_t need)
{
	struct hb_chunk *c = spare;
	size_t cap = need > CHUNK ? need : CHUNK;
	if (c != NULL && cap == CHUNK) {
		spare = c->next;
		n_spare--;
		memset(c->data, 0, c->used);
		c->used = 0;
		return c;
	}
	c = calloc(1, sizeof *c + cap);
	if (c != NULL)
		c->cap = cap;
	return c;
}

static void
free_chunk(struct hb_chunk *c)
{
	if (CHUNK == 0 || c->cap != CHUNK || n_spare >= SPARE_MAX) {
		free(c);
		return;
	}
	if (n_spare == 0) {
		pthread_once(&spare_once, make_key);
		pthread_setspecific(spare_key, &spare_key);
	}
	c->next = spare;
	spare = c;
	n_spare++;
}

void
hb_arena_init(struct hb_arena *a, size_t limit)
{
	*a = (struct hb_arena){ .limit = limit };
}

void *
hb_alloc(struct hb_arena *a, size_t n)
{
	size_t need = (n + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	if (need < n || a->full || need > a->limit - a->used) {
		a->full = true;
		return NULL;
	}
	struct hb_chunk *c = a->chunks;
	if (c == NULL || need > c->cap - c->used) {
		c = new_chunk(need);
		if (c == NULL) {
			a->full = true;
			return NULL;
		}
		c->next = a->chunks;
		a->chunks = c;
	}
	void *p = (char *)c->data + c->used;
	c->used += need;
	a->used += need;
	return p;
}

void *
hb_alloc_n(struct hb_arena *a, size_t n, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(n, size, &total)) {
		a->full = true;
		return NULL;
	}
	return hb_alloc(a, total);
}

void *
hb_memdup(struct hb_arena *a, const void *p, size_t n)
{
	void *d = hb_alloc(a, n);
	return d != NULL && n > 0 ? memcpy(d, p, n) : d;
}

char *
hb_strndup(struct hb_arena *a, const char *s, size_t n)
{
	char *d = hb_alloc(a, n + 1);
	if (d != NULL && n > 0)
		memcpy(d, s, n);
	return d;
}

char *
hb_strdup(struct hb_arena *a, const char *s)
{
	return hb_strndup(a, s, strlen(s));
}

char *
hb_printf(struct hb_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	char *s = n < 0 ? NULL : hb_alloc(a, (size_t)n + 1);
	if (s != NULL)
		vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

void
hb_arena_on_free(struct hb_arena *a, void (*fn)(void *), void *arg)
{
	struct hb_cleanup *c = calloc(1, sizeof *c);
	if (c == NULL)
		abort();             /* the resource would leak silently otherwise */
	*c = (struct hb_cleanup){ a->cleanups, fn, arg };
	a->cleanups = c;
}

void
hb_arena_fini(struct hb_arena *a)
{
	while (a->cleanups != NULL) {
		struct hb_cleanup *c = a->cleanups;
		a->cleanups = c->next;
		c->fn(c->arg);
		free(c);
	}
	while (a->chunks != NULL) {
		struct hb_chunk *c = a->chunks;
		a->chunks = c->next;
		free_chunk(c);
	}
	*a = (struct hb_arena){ .limit = a->limit };
}

enum hb_code
hb_full(struct hb_err *err)
{
	return hb_fail(err, HB_E_TOOBIG, "gioiHan.boNho", "%s", hb_message("gioiHan.boNho"));
}
