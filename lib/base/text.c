#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

bool
hb_utf8_valid(struct hb_bytes s)
{
	size_t i = 0;
	while (i < s.n) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(s.p + i, (utf8proc_ssize_t)(s.n - i), &c);
		if (n <= 0 || (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xfffe || c == 0xffff)
			return false;
		i += (size_t)n;
	}
	return true;
}

/* Map through utf8proc and move the result into the arena. */
static char *
mapped(struct hb_arena *a, struct hb_bytes s, utf8proc_option_t how)
{
	utf8proc_uint8_t *out = NULL;
	if (s.n == 0)
		return hb_strdup(a, "");
	utf8proc_ssize_t n = utf8proc_map(s.p, (utf8proc_ssize_t)s.n, &out, how | UTF8PROC_STABLE);
	char *r = n < 0 ? NULL : hb_strndup(a, (char *)out, (size_t)n);
	free(out);
	return r;
}

char *
hb_nfc(struct hb_arena *a, struct hb_bytes s)
{
	return mapped(a, s, UTF8PROC_COMPOSE);
}

static bool
blank(utf8proc_int32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || c == 0x2007 || c == 0x202f || c == 0x3000;
}

char *
hb_trim(struct hb_arena *a, const char *s)
{
	size_t n = strlen(s), i = 0;
	char *out = hb_alloc(a, n + 1), *w = out;
	bool gap = false;
	if (out == NULL)
		return NULL;
	while (i < n) {
		utf8proc_int32_t c;
		utf8proc_ssize_t k = utf8proc_iterate((const uint8_t *)s + i, (utf8proc_ssize_t)(n - i), &c);
		if (k <= 0)
			return NULL;
		if (blank(c)) {
			gap = true;
		} else {
			if (gap && w != out)
				*w++ = ' ';
			gap = false;
			memcpy(w, s + i, (size_t)k);
			w += k;
		}
		i += (size_t)k;
	}
	return out;
}

char *
hb_fold(struct hb_arena *a, const char *s)
{
	char *d = mapped(a, HB_STR(s), UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
	if (d == NULL)
		return NULL;
	/* đ has no decomposition; punctuation separates words. */
	char *out = hb_alloc(a, strlen(d) + 1), *w = out;
	if (out == NULL)
		return NULL;
	bool gap = false;
	for (const char *p = d; *p != '\0'; p++) {
		bool dd = (uint8_t)p[0] == 0xc4 && (uint8_t)p[1] == 0x91;
		char c = dd ? 'd' : *p;
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80;
		if (!word) {
			gap = true;
			continue;
		}
		if (gap && w != out)
			*w++ = ' ';
		gap = false;
		*w++ = c;
		p += dd;
	}
	return out;
}

/* The order of the Vietnamese alphabet; f j w z stand where foreign names put them. */
static int
letter_rank(utf8proc_int32_t base, utf8proc_int32_t mark)
{
	static const char order[] = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
	uint8_t utf8[8];
	utf8proc_int32_t c = base;
	if (mark == 0x306 && base == 'a')
		c = 0x103;
	else if (mark == 0x302)
		c = base == 'a' ? 0xe2 : base == 'e' ? 0xea : base == 'o' ? 0xf4 : base;
	else if (mark == 0x31b)
		c = base == 'o' ? 0x1a1 : base == 'u' ? 0x1b0 : base;
	utf8proc_ssize_t n = utf8proc_encode_char(c, utf8);
	utf8[n] = 0;
	const char *p = strstr(order, (const char *)utf8);
	if (p == NULL)
		return -1;
	int rank = 0;
	for (const char *q = order; q < p; q++)
		rank += ((uint8_t)*q & 0xc0) != 0x80;
	return rank;
}

/* ngang huyền hỏi ngã sắc nặng */
static int
tone_rank(utf8proc_int32_t mark)
{
	switch (mark) {
	case 0x300: return 1;
	case 0x309: return 2;
	case 0x303: return 3;
	case 0x301: return 4;
	case 0x323: return 5;
	default:    return 0;
	}
}

/* One word: two ASCII characters a letter; the tones of the whole word after it. */
static bool
word_key(const char *word, size_t n, struct hb_buf *letters, struct hb_buf *tones)
{
	utf8proc_uint8_t *nfd = NULL;
	utf8proc_ssize_t len = utf8proc_map((const uint8_t *)word, (utf8proc_ssize_t)n, &nfd,
	    UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
	if (len < 0)
		return false;
	utf8proc_ssize_t i = 0;
	while (i < len) {
		utf8proc_int32_t base, mark = 0, shape = 0;
		int tone = 0;
		i += utf8proc_iterate(nfd + i, len - i, &base);
		while (i < len) {
			utf8proc_ssize_t k = utf8proc_iterate(nfd + i, len - i, &mark);
			if (utf8proc_category(mark) != UTF8PROC_CATEGORY_MN)
				break;
			if (mark == 0x306 || mark == 0x302 || mark == 0x31b)
				shape = mark;
			else if (tone_rank(mark) > 0)
				tone = tone_rank(mark);
			i += k;
		}
		int r = letter_rank(base, shape);
		if (r >= 0)
			hb_putf(letters, "%c", 'A' + r > 'Z' ? 'a' + (r - 26) : 'A' + r);
		else
			hb_putf(letters, "~%06x", (unsigned)base & 0xffffff);
		hb_putc(tones, (char)('0' + tone));
	}
	free(nfd);
	return true;
}

char *
hb_name_key(struct hb_arena *a, const char *full_name)
{
	char *s = hb_trim(a, full_name);
	if (s == NULL)
		return NULL;
	HB_SCOPED_BUF letters, tones;
	hb_buf_init(&letters, 8192);
	hb_buf_init(&tones, 8192);
	const char *last = strrchr(s, ' ');
	const char *given = last == NULL ? s : last + 1;
	bool ok = word_key(given, strlen(given), &letters, &tones);
	for (const char *p = s; ok && last != NULL && p < last;) {
		size_t n = strcspn(p, " ");
		hb_putc(&letters, ' ');
		hb_putc(&tones, ' ');
		ok = word_key(p, n, &letters, &tones);
		p += n + 1;
	}
	if (!ok || !hb_buf_ok(&letters) || !hb_buf_ok(&tones))
		return NULL;
	return hb_printf(a, "%s!%s", letters.p == NULL ? "" : letters.p, tones.p == NULL ? "" : tones.p);
}

size_t
hb_utf8_count(const char *s)
{
	size_t n = 0;
	for (; *s != '\0'; s++)
		n += ((uint8_t)*s & 0xc0) != 0x80;
	return n;
}

static void
tenths_text(int tenths, char mark, char out[8])
{
	snprintf(out, 8, "%d%c%d", tenths / 10 % 1000, mark, tenths % 10);
}

void
hb_tenths_vi(int tenths, char out[8])
{
	tenths_text(tenths, ',', out);
}

void
hb_tenths(int tenths, char out[8])
{
	tenths_text(tenths, '.', out);
}
