/* base/buf.h - bytes that grow, born with a maximum.
 *
 * Writing past `max` marks the buffer failed and further writes are ignored, so a long chain of puts needs
 * one check at its end (hb_buf_ok).  The bytes are always NUL-terminated for convenience; len excludes it.
 * Ownership: the buffer owns its bytes (malloc) until hb_buf_fini(); hb_buf_take() copies them into an arena. */
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include "base/arena.h"

struct hb_bytes { const uint8_t *p; size_t n; };           /* borrowed bytes, never owned */
#define HB_BYTES(ptr, len) ((struct hb_bytes){ (const uint8_t *)(ptr), (len) })
#define HB_STR(s) HB_BYTES((s), strlen(s))

struct hb_buf { char *p; size_t len, cap, max; bool failed; };
#define HB_SCOPED_BUF __attribute__((cleanup(hb_buf_fini))) struct hb_buf
#define HB_BUF_MAX ((size_t)64 << 20)

void hb_buf_init(struct hb_buf *b, size_t max);
void hb_buf_fini(struct hb_buf *b);
void hb_buf_reset(struct hb_buf *b);                        /* keeps the memory */
void hb_put(struct hb_buf *b, const void *p, size_t n);
void hb_puts(struct hb_buf *b, const char *s);
void hb_putc(struct hb_buf *b, char c);
void hb_putf(struct hb_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool hb_buf_ok(const struct hb_buf *b);
struct hb_bytes hb_buf_bytes(const struct hb_buf *b);       /* borrowed: valid until the next write */
/* Copy into a; NULL when the buffer failed or the arena is full. */
char *hb_buf_take(const struct hb_buf *b, struct hb_arena *a) HB_MUST_CHECK;
#endif
