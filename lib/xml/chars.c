/* Which characters XML 1.0 allows, in text and in names. */
#include "xml/read_int.h"

#include <string.h>

bool
xml_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool
xml_char_legal(uint32_t c)
{
	return c >= 0x20 ? c <= 0xd7ff || (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff)
	                 : c == '\t' || c == '\n' || c == '\r';
}

static bool
follows(uint8_t c)
{
	return (c & 0xc0) == 0x80;
}

/* Length of the legal multi-byte character at p, or 0. */
static size_t
multibyte(const uint8_t *p, const uint8_t *end)
{
	size_t left = (size_t)(end - p);
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		return left >= 2 && follows(p[1]) ? 2 : 0;
	if (p[0] >= 0xe0 && p[0] <= 0xef) {
		if (left < 3 || !follows(p[1]) || !follows(p[2]))
			return 0;
		if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f)
		    || (p[0] == 0xef && p[1] == 0xbf && p[2] > 0xbd))
			return 0;
		return 3;
	}
	if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		if (left < 4 || !follows(p[1]) || !follows(p[2]) || !follows(p[3]))
			return 0;
		return (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f) ? 0 : 4;
	}
	return 0;
}

/* Eight bytes, all of them printable ASCII? */
static bool
eight_plain(const uint8_t *p)
{
	uint64_t w;
	memcpy(&w, p, sizeof w);
	return ((w | (w - 0x2020202020202020u)) & 0x8080808080808080u) == 0;
}

const uint8_t *
xml_chars_check(const uint8_t *p, const uint8_t *end)
{
	while (p < end) {
		while (end - p >= 8 && eight_plain(p))
			p += 8;
		if (p == end)
			break;
		if (*p < 0x80) {
			if (*p < 0x20 && !xml_blank(*p))
				return p;
			p++;
		} else {
			size_t n = multibyte(p, end);
			if (n == 0)
				return p;
			p += n;
		}
	}
	return end;
}

size_t
xml_utf8_put(uint32_t c, uint8_t out[4])
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

/* NameStartChar and NameChar of XML 1.0 (fifth edition), beyond ASCII. */
static const struct { uint32_t from, to; bool start; } name_ranges[] = {
	{ 0xb7, 0xb7, false },      { 0xc0, 0xd6, true },       { 0xd8, 0xf6, true },       { 0xf8, 0x2ff, true },
	{ 0x300, 0x36f, false },    { 0x370, 0x37d, true },     { 0x37f, 0x1fff, true },    { 0x200c, 0x200d, true },
	{ 0x203f, 0x2040, false },  { 0x2070, 0x218f, true },   { 0x2c00, 0x2fef, true },   { 0x3001, 0xd7ff, true },
	{ 0xf900, 0xfdcf, true },   { 0xfdf0, 0xfffd, true },   { 0x10000, 0xeffff, true },
};

/* The character at p (already checked), its length in *n. */
static uint32_t
decode(const uint8_t *p, size_t *n)
{
	if (p[0] < 0xe0) {
		*n = 2;
		return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	}
	if (p[0] < 0xf0) {
		*n = 3;
		return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	}
	*n = 4;
	return (uint32_t)(p[0] & 7) << 18 | (uint32_t)(p[1] & 0x3f) << 12 | (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
}

static bool
wide_name_char(const uint8_t *p, bool first, size_t *n)
{
	uint32_t c = decode(p, n);
	for (size_t i = 0; i < sizeof name_ranges / sizeof name_ranges[0]; i++)
		if (c >= name_ranges[i].from && c <= name_ranges[i].to)
			return name_ranges[i].start || !first;
	return false;
}

/* 1: may begin a name, 2: may continue one. */
#define L 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3
static const uint8_t name_class[128] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 0, 0, 0, 0,
	0, L, 0, 0, 0, 0, 3, 0, L, 0, 0, 0, 0, 0,
};
#undef L

size_t
xml_name_length(const uint8_t *p)
{
	const uint8_t *q = p;
	for (uint8_t want = 1;; want = 2) {
		if (*q < 0x80) {
			if ((name_class[*q] & want) == 0)
				break;
			q++;
		} else {
			size_t n;
			if (!wide_name_char(q, want == 1, &n))
				break;
			q += n;
		}
	}
	return (size_t)(q - p);
}
