#include "json/write.h"

#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/text.h"

struct jw
jw_start(struct hb_buf *out)
{
	return (struct jw){ .out = out };
}

static bool
bit(uint32_t set, unsigned depth)
{
	return (set >> (depth - 1) & 1) != 0;
}

static void
put_text(struct hb_buf *b, struct hb_bytes s)
{
	static const char hex[] = "0123456789abcdef";
	hb_putc(b, '"');
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		hb_put(b, s.p + from, i - from);
		from = i + 1;
		if (c == '"' || c == '\\')
			hb_put(b, (char[]){ '\\', (char)c }, 2);
		else if (c == '\n')
			hb_puts(b, "\\n");
		else
			hb_put(b, (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
	}
	hb_put(b, s.p + from, s.n - from);
	hb_putc(b, '"');
}

/* Comma and member name before a value; a name where none belongs, or none where one does, fails the buffer. */
static void
before(struct jw *w, const char *name)
{
	bool in_object = w->depth > 0 && !bit(w->is_array, w->depth);
	bool again_at_top = w->depth == 0 && w->has_top;
	if (in_object != (name != NULL) || again_at_top) {
		w->out->failed = true;
		return;
	}
	if (w->depth == 0)
		w->has_top = true;
	else if (bit(w->has_items, w->depth))
		hb_putc(w->out, ',');
	else
		w->has_items |= (uint32_t)1 << (w->depth - 1);
	if (name != NULL) {
		put_text(w->out, HB_STR(name));
		hb_putc(w->out, ':');
	}
}

static void
open_level(struct jw *w, const char *name, bool array)
{
	before(w, name);
	if (w->depth == JW_DEPTH) {
		w->out->failed = true;
		return;
	}
	uint32_t mask = (uint32_t)1 << w->depth++;
	w->is_array = array ? w->is_array | mask : w->is_array & ~mask;
	w->has_items &= ~mask;
	hb_putc(w->out, array ? '[' : '{');
}

void
jw_object(struct jw *w, const char *name)
{
	open_level(w, name, false);
}

void
jw_array(struct jw *w, const char *name)
{
	open_level(w, name, true);
}

void
jw_end(struct jw *w)
{
	if (w->depth == 0) {
		w->out->failed = true;
		return;
	}
	hb_putc(w->out, bit(w->is_array, w->depth) ? ']' : '}');
	w->depth--;
}

void
jw_strn(struct jw *w, const char *name, struct hb_bytes s)
{
	before(w, name);
	put_text(w->out, s);
}

void
jw_str(struct jw *w, const char *name, const char *s)
{
	if (s == NULL)
		jw_null(w, name);
	else
		jw_strn(w, name, HB_STR(s));
}

void
jw_int(struct jw *w, const char *name, int64_t v)
{
	before(w, name);
	hb_putf(w->out, "%lld", (long long)v);
}

void
jw_bool(struct jw *w, const char *name, bool v)
{
	before(w, name);
	hb_puts(w->out, v ? "true" : "false");
}

void
jw_null(struct jw *w, const char *name)
{
	before(w, name);
	hb_puts(w->out, "null");
}

void
jw_tenths(struct jw *w, const char *name, int tenths)
{
	char text[8];
	hb_tenths(tenths, text);
	jw_str(w, name, text);
}

void
jw_time(struct jw *w, const char *name, int64_t unix_seconds)
{
	char text[HB_RFC3339_LEN];
	hb_rfc3339(unix_seconds, text);
	jw_str(w, name, text);
}

void
jw_base64(struct jw *w, const char *name, struct hb_bytes bytes)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, bytes.n / 3 * 4 + 64);
	char *text = hb_base64(&a, bytes);
	if (text == NULL)
		w->out->failed = true;
	else
		jw_str(w, name, text);
}

void
jw_raw(struct jw *w, const char *name, struct hb_bytes json)
{
	before(w, name);
	hb_put(w->out, json.p, json.n);
}

bool
jw_done(const struct jw *w)
{
	return w->depth == 0 && w->has_top && hb_buf_ok(w->out);
}
