#include "base/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
enum { CODE_DIGITS = 16, CHECK_MODULUS = 31 };

static bool seeded;
static uint64_t state;

void
hb_random_seed(uint64_t seed)
{
	seeded = true;
	state = seed;
}

/* splitmix64: only for repeatable tests. */
static uint64_t
next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

void
hb_random(void *out, size_t n)
{
	uint8_t *p = out;
	if (seeded) {
		for (size_t i = 0; i < n; i++)
			p[i] = (uint8_t)next();
		return;
	}
	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);
		if (got <= 0)
			abort();             /* no randomness, no keys: never go on */
		p += got;
		n -= (size_t)got;
	}
}

struct hb_id
hb_id_new(void)
{
	uint8_t b[16];
	struct hb_id id;
	hb_random(b + 6, 10);
	uint64_t ms = (uint64_t)hb_now_ms();
	for (int i = 0; i < 6; i++)
		b[i] = (uint8_t)(ms >> (40 - 8 * i));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x70);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	snprintf(id.s, sizeof id.s, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
	return id;
}

bool
hb_id_valid(const char *s)
{
	for (int i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		bool hex = (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f');
		if (dash ? s[i] != '-' : !hex)
			return false;
	}
	return s[36] == '\0';
}

static char
check_digit(const char digits[CODE_DIGITS])
{
	unsigned sum = 0;
	for (int i = 0; i < CODE_DIGITS; i++) {
		unsigned v = (unsigned)(strchr(crockford, digits[i]) - crockford);
		sum = (sum * 32 + v) % CHECK_MODULUS;
		sum = (sum + (unsigned)(i + 1) * v) % CHECK_MODULUS;
	}
	return crockford[sum];
}

struct hb_record_code
hb_record_code_new(void)
{
	uint8_t b[CODE_DIGITS];
	char d[CODE_DIGITS];
	struct hb_record_code c;
	hb_random(b, sizeof b);
	for (int i = 0; i < CODE_DIGITS; i++)
		d[i] = crockford[b[i] & 31];
	snprintf(c.s, sizeof c.s, "HB-%.4s-%.4s-%.4s-%.4s-%c", d, d + 4, d + 8, d + 12, check_digit(d));
	return c;
}

bool
hb_record_code_valid(const char *s)
{
	char d[CODE_DIGITS];
	int n = 0;
	if (strlen(s) != 24 || memcmp(s, "HB-", 3) != 0 || s[22] != '-')
		return false;
	for (int i = 3; i < 22; i++) {
		bool dash = i == 7 || i == 12 || i == 17;
		if (dash != (s[i] == '-') || (!dash && strchr(crockford, s[i]) == NULL))
			return false;
		if (!dash)
			d[n++] = s[i];
	}
	return s[23] == check_digit(d);
}
