#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
hb_buf_init(struct hb_buf *b, size_t max)
{
	*b = (struct hb_buf){ .max = max };
}

void
hb_buf_fini(struct hb_buf *b)
{
	free(b->p);
	*b = (struct hb_buf){ .max = b->max };
}

void
hb_buf_reset(struct hb_buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

/* Room for n more bytes and the NUL. */
static bool
room(struct hb_buf *b, size_t n)
{
	if (b->failed || n > b->max - b->len) {
		b->failed = true;
		return false;
	}
	if (b->len + n + 1 > b->cap) {
		size_t cap = b->cap == 0 ? 256 : b->cap;
		while (cap < b->len + n + 1)
			cap *= 2;
		char *p = realloc(b->p, cap);
		if (p == NULL) {
			b->failed = true;
			return false;
		}
		b->p = p;
		b->cap = cap;
	}
	return true;
}

void
hb_put(struct hb_buf *b, const void *p, size_t n)
{
	if (n == 0 || !room(b, n))
		return;
	memcpy(b->p + b->len, p, n);
	b->len += n;
	b->p[b->len] = '\0';
}

void
hb_puts(struct hb_buf *b, const char *s)
{
	hb_put(b, s, strlen(s));
}

void
hb_putc(struct hb_buf *b, char c)
{
	hb_put(b, &c, 1);
}

void
hb_putf(struct hb_buf *b, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		b->failed = true;
	else if (room(b, (size_t)n)) {
		vsnprintf(b->p + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

bool
hb_buf_ok(const struct hb_buf *b)
{
	return !b->failed;
}

struct hb_bytes
hb_buf_bytes(const struct hb_buf *b)
{
	return HB_BYTES(b->p == NULL ? "" : b->p, b->len);
}

char *
hb_buf_take(const struct hb_buf *b, struct hb_arena *a)
{
	return b->failed ? NULL : hb_strndup(a, b->p == NULL ? "" : b->p, b->len);
}
