#include "base/codec.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

struct hb_sha256
hb_sha256(struct hb_bytes in)
{
	struct hb_sha256 h;
	SHA256(in.p, in.n, h.b);
	return h;
}

bool
hb_sha256_eq(const struct hb_sha256 *a, const struct hb_sha256 *b)
{
	return CRYPTO_memcmp(a->b, b->b, HB_SHA256_LEN) == 0;
}

static enum hb_code
bad(struct hb_err *err)
{
	return hb_fail(err, HB_E_INPUT, "ma.saiDang", "%s", hb_message("ma.saiDang"));
}

char *
hb_hex(struct hb_arena *a, struct hb_bytes in)
{
	static const char digit[] = "0123456789abcdef";
	char *s = hb_alloc_n(a, in.n * 2 + 1, 1);
	if (s == NULL)
		return NULL;
	for (size_t i = 0; i < in.n; i++) {
		s[2 * i] = digit[in.p[i] >> 4];
		s[2 * i + 1] = digit[in.p[i] & 15];
	}
	return s;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum hb_code
hb_unhex(const char *s, struct hb_arena *a, struct hb_bytes *ret_out, struct hb_err *err)
{
	size_t n = strlen(s);
	if (n % 2 != 0)
		return bad(err);
	uint8_t *out = hb_alloc(a, n / 2 + 1);
	if (out == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n / 2; i++) {
		int h = nibble(s[2 * i]), l = nibble(s[2 * i + 1]);
		if (h < 0 || l < 0)
			return bad(err);
		out[i] = (uint8_t)(h << 4 | l);
	}
	*ret_out = HB_BYTES(out, n / 2);
	return HB_OK;
}

static const char std_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *
encode(struct hb_arena *a, struct hb_bytes in, const char *digits, bool pad)
{
	char *s = hb_alloc(a, (in.n + 2) / 3 * 4 + 1), *p = s;
	if (s == NULL)
		return NULL;
	for (size_t i = 0; i < in.n; i += 3) {
		size_t left = in.n - i;
		uint32_t v = (uint32_t)in.p[i] << 16 | (left > 1 ? (uint32_t)in.p[i + 1] << 8 : 0)
		    | (left > 2 ? in.p[i + 2] : 0);
		*p++ = digits[v >> 18];
		*p++ = digits[v >> 12 & 63];
		if (left > 1)
			*p++ = digits[v >> 6 & 63];
		else if (pad)
			*p++ = '=';
		if (left > 2)
			*p++ = digits[v & 63];
		else if (pad)
			*p++ = '=';
	}
	*p = '\0';
	return s;
}

char *
hb_base64(struct hb_arena *a, struct hb_bytes in)
{
	return encode(a, in, std_digits, true);
}

char *
hb_base64url(struct hb_arena *a, struct hb_bytes in)
{
	return encode(a, in, url_digits, false);
}

/* 0-63, 64 for the pad, 65 for white space, 66 for anything else. */
static void
fill(uint8_t table[256], const char *digits, bool is_std)
{
	memset(table, 66, 256);
	for (int i = 0; i < 64; i++)
		table[(uint8_t)digits[i]] = (uint8_t)i;
	if (is_std) {
		table['='] = 64;
		table[' '] = table['\t'] = table['\n'] = table['\r'] = 65;
	}
}

static enum hb_code
decode(struct hb_bytes s, bool is_std, struct hb_arena *a, struct hb_bytes *ret_out, struct hb_err *err)
{
	uint8_t table[256];
	fill(table, is_std ? std_digits : url_digits, is_std);
	uint8_t *out = hb_alloc(a, s.n / 4 * 3 + 3);
	if (out == NULL)
		return hb_full(err);
	uint32_t v = 0;
	size_t digits = 0, pads = 0, n = 0;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t t = table[s.p[i]];
		if (t == 65)
			continue;
		if (t == 66 || (pads > 0 && t != 64))
			return bad(err);
		if (t == 64) {
			pads++;
			continue;
		}
		v = v << 6 | t;
		if (++digits % 4 == 0) {
			out[n++] = (uint8_t)(v >> 16);
			out[n++] = (uint8_t)(v >> 8);
			out[n++] = (uint8_t)v;
			v = 0;
		}
	}
	size_t tail = digits % 4;
	if (tail == 1 || (is_std && pads != (4 - tail) % 4))
		return bad(err);
	/* The unused low bits must be zero, or two texts would name the same bytes. */
	if ((tail == 2 && (v & 15) != 0) || (tail == 3 && (v & 3) != 0))
		return bad(err);
	if (tail == 2)
		out[n++] = (uint8_t)(v >> 4);
	if (tail == 3) {
		out[n++] = (uint8_t)(v >> 10);
		out[n++] = (uint8_t)(v >> 2);
	}
	*ret_out = HB_BYTES(out, n);
	return HB_OK;
}

enum hb_code
hb_unbase64(struct hb_bytes s, struct hb_arena *a, struct hb_bytes *ret_out, struct hb_err *err)
{
	return decode(s, true, a, ret_out, err);
}

enum hb_code
hb_unbase64url(const char *s, struct hb_arena *a, struct hb_bytes *ret_out, struct hb_err *err)
{
	return decode(HB_STR(s), false, a, ret_out, err);
}
