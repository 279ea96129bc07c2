#include "form/font_strip.h"

#include <stdlib.h>
#include <string.h>

/* The few tables that matter here; see the OpenType specification, "glyf", "loca", "head", "maxp". */

static unsigned u16(const uint8_t *p) { return (unsigned)(p[0] << 8 | p[1]); }
static uint32_t u32(const uint8_t *p) { return (uint32_t)u16(p) << 16 | u16(p + 2); }

static void
put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void
append32(struct hb_buf *b, uint32_t v)
{
	uint8_t bytes[4];
	put32(bytes, v);
	hb_put(b, bytes, sizeof bytes);
}

static struct hb_bytes
table(struct hb_bytes f, const char *tag)
{
	for (size_t i = 0; i < u16(f.p + 4); i++) {
		const uint8_t *row = f.p + 12 + 16 * i;
		if (memcmp(row, tag, 4) == 0)
			return HB_BYTES(f.p + u32(row + 8), u32(row + 12));
	}
	return HB_BYTES(NULL, 0);
}

/* Every table the directory names lies inside the file. */
static bool
whole(struct hb_bytes f)
{
	if (f.n < 12 || f.n < 12 + 16 * (size_t)u16(f.p + 4))
		return false;
	for (size_t i = 0; i < u16(f.p + 4); i++) {
		const uint8_t *row = f.p + 12 + 16 * i;
		if (u32(row + 8) > f.n || u32(row + 12) > f.n - u32(row + 8))
			return false;
	}
	return true;
}

enum { MORE_COMPONENTS = 0x20, WE_HAVE_INSTRUCTIONS = 0x100, ARGS_ARE_WORDS = 0x01, SCALE = 0x08, XY_SCALE = 0x40, TWO_BY_TWO = 0x80 };

/* End of the components; their "instructions follow" flags are cleared in the copy. */
static size_t
composite_end(uint8_t *g, size_t n)
{
	size_t at = 10;
	unsigned flags = MORE_COMPONENTS;
	while (flags & MORE_COMPONENTS && at + 4 <= n) {
		flags = u16(g + at);
		g[at] = (uint8_t)((flags & ~(unsigned)WE_HAVE_INSTRUCTIONS) >> 8);
		at += 4 + (flags & ARGS_ARE_WORDS ? 4 : 2);
		at += flags & TWO_BY_TWO ? 8 : flags & XY_SCALE ? 4 : flags & SCALE ? 2 : 0;
	}
	return at < n ? at : n;
}

/* One glyph without its program, padded to four bytes. */
static bool
put_glyph(struct hb_buf *out, struct hb_bytes g)
{
	static const char zeros[4];
	size_t start = out->len;
	if (g.n > 10 && u16(g.p) >= 0x8000) {
		hb_put(out, g.p, g.n);
		if (!hb_buf_ok(out))
			return false;
		out->len = start + composite_end((uint8_t *)out->p + start, g.n);
	} else if (g.n > 10) {
		size_t length_at = 10 + 2 * u16(g.p);
		if (length_at + 2 > g.n || length_at + 2 + u16(g.p + length_at) > g.n)
			return false;
		size_t rest = length_at + 2 + u16(g.p + length_at);
		hb_put(out, g.p, length_at);
		hb_put(out, zeros, 2);
		hb_put(out, g.p + rest, g.n - rest);
	}
	hb_put(out, zeros, (4 - out->len % 4) % 4);
	return hb_buf_ok(out);
}

/* New glyf and loca, side by side. */
static bool
put_glyphs(struct hb_bytes f, struct hb_buf *glyf, struct hb_buf *loca)
{
	struct hb_bytes old = table(f, "glyf"), index = table(f, "loca"), head = table(f, "head"), maxp = table(f, "maxp");
	/* All four fonts have long offsets; the short form is not handled. */
	if (head.n < 54 || maxp.n < 6 || u16(head.p + 50) != 1)
		return false;
	size_t glyphs = u16(maxp.p + 4);
	if (index.n < 4 * (glyphs + 1))
		return false;
	for (size_t i = 0; i < glyphs; i++) {
		size_t from = u32(index.p + 4 * i), to = u32(index.p + 4 * i + 4);
		append32(loca, (uint32_t)glyf->len);
		if (from > to || to > old.n || !put_glyph(glyf, HB_BYTES(old.p + from, to - from)))
			return false;
	}
	append32(loca, (uint32_t)glyf->len);
	return hb_buf_ok(loca);
}

static const char *const kept[] = { "OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post", "GPOS", "GSUB", "GDEF" };
enum { KEPT = sizeof kept / sizeof kept[0] };

static int
by_tag(const void *a, const void *b)
{
	return memcmp(a, b, 4);
}

static void
put_font(struct hb_buf *out, struct hb_bytes f, struct hb_bytes glyf, struct hb_bytes loca)
{
	uint8_t directory[KEPT][16];
	struct hb_bytes tables[KEPT];
	size_t n = 0, at;
	for (size_t i = 0; i < KEPT; i++) {
		struct hb_bytes t = strcmp(kept[i], "glyf") == 0 ? glyf : strcmp(kept[i], "loca") == 0 ? loca : table(f, kept[i]);
		if (t.n == 0)
			continue;
		memset(directory[n], 0, 16);
		memcpy(directory[n], kept[i], 4);
		tables[n++] = t;
	}
	at = 12 + 16 * n;
	for (size_t i = 0; i < n; i++) {
		put32(directory[i] + 8, (uint32_t)at);
		put32(directory[i] + 12, (uint32_t)tables[i].n);
		at += (tables[i].n + 3) & ~(size_t)3;
	}
	qsort(directory, n, 16, by_tag);
	hb_put(out, "\0\1\0\0", 4);
	hb_put(out, (uint8_t[]){ 0, (uint8_t)n, 0, 0, 0, 0, 0, 0 }, 8);
	hb_put(out, directory, 16 * n);
	for (size_t i = 0; i < n; i++) {
		hb_put(out, tables[i].p, tables[i].n);
		hb_put(out, "\0\0\0", (4 - tables[i].n % 4) % 4);
	}
}

struct hb_bytes
font_strip(struct hb_bytes ttf, struct hb_arena *a)
{
	HB_SCOPED_BUF glyf;
	HB_SCOPED_BUF loca;
	HB_SCOPED_BUF out;
	hb_buf_init(&glyf, HB_BUF_MAX);
	hb_buf_init(&loca, HB_BUF_MAX);
	hb_buf_init(&out, HB_BUF_MAX);
	if (!whole(ttf) || !put_glyphs(ttf, &glyf, &loca))
		return HB_BYTES(NULL, 0);
	put_font(&out, ttf, hb_buf_bytes(&glyf), hb_buf_bytes(&loca));
	char *bytes = hb_buf_ok(&out) ? hb_buf_take(&out, a) : NULL;
	return bytes == NULL ? HB_BYTES(NULL, 0) : HB_BYTES(bytes, out.len);
}
