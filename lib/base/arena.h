/* base/arena.h - memory is a lifetime: the process, a connection, a request, one row.
 *
 * Past `limit` bytes hb_alloc() returns NULL and marks the arena full for good; the result must be checked,
 * and the owner of the lifetime answers HB_E_TOOBIG (hb_full() says it).  Memory is zeroed and aligned for
 * any type.  hb_arena_on_free() ties another resource (a statement, a file) to the same lifetime; callbacks
 * run newest first, before memory is returned.  hb_arena_fini() accepts a zeroed arena and may be repeated.
 * Thread rule: one arena, one thread.  Under ASan every object is its own malloc, so overruns show. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/err.h"

struct hb_arena {
	struct hb_chunk   *chunks;
	struct hb_cleanup *cleanups;
	size_t             used, limit;
	bool               full;
};
#define HB_ARENA_DEFAULT ((size_t)64 << 20)   /* one request or one document */

void  hb_arena_init(struct hb_arena *a, size_t limit);
void  hb_arena_fini(struct hb_arena *a);
void *hb_alloc(struct hb_arena *a, size_t n) HB_MUST_CHECK;
char *hb_strdup(struct hb_arena *a, const char *s) HB_MUST_CHECK;
char *hb_strndup(struct hb_arena *a, const char *s, size_t n) HB_MUST_CHECK;   /* NUL-terminated */
void *hb_memdup(struct hb_arena *a, const void *p, size_t n) HB_MUST_CHECK;
char *hb_printf(struct hb_arena *a, const char *fmt, ...) HB_MUST_CHECK __attribute__((format(printf, 2, 3)));
void  hb_arena_on_free(struct hb_arena *a, void (*fn)(void *), void *arg);
/* The failure to return when an allocation gave NULL. */
enum hb_code hb_full(struct hb_err *err);
#define HB_NEW(a, T)      ((T *)hb_alloc((a), sizeof(T)))
#define HB_NEWN(a, T, n)  ((T *)hb_alloc_n((a), (n), sizeof(T)))
void *hb_alloc_n(struct hb_arena *a, size_t n, size_t size) HB_MUST_CHECK;     /* refuses overflow */
#define HB_SCOPED_ARENA __attribute__((cleanup(hb_arena_fini))) struct hb_arena
#endif
