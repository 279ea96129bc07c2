/* The second factor: RFC 6238 with SHA-1, six digits, thirty seconds, as authenticator applications speak it. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "auth/auth_int.h"

static const char digits32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

struct hb_bytes
totp_seal(const struct auth *auth, const uint8_t secret[TOTP_SECRET], struct hb_arena *a)
{
	size_t n = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + TOTP_SECRET;
	uint8_t *out = hb_alloc(a, n);
	if (out == NULL)
		return HB_BYTES("", 0);
	hb_random(out, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, secret, TOTP_SECRET, out, auth->key);
	return HB_BYTES(out, n);
}

bool
totp_open(const struct auth *auth, struct hb_bytes sealed, uint8_t secret[TOTP_SECRET])
{
	size_t n = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + TOTP_SECRET;
	return sealed.n == n && crypto_secretbox_open_easy(secret, sealed.p + crypto_secretbox_NONCEBYTES,
	    n - crypto_secretbox_NONCEBYTES, sealed.p, auth->key) == 0;
}

/* 20 bytes are exactly 32 digits. */
char *
totp_text(struct hb_arena *a, const uint8_t secret[TOTP_SECRET])
{
	char *s = hb_alloc(a, TOTP_SECRET * 8 / 5 + 1), *w = s;
	if (s == NULL)
		return NULL;
	for (int i = 0; i < TOTP_SECRET; i += 5) {
		uint64_t v = 0;
		for (int k = 0; k < 5; k++)
			v = v << 8 | secret[i + k];
		for (int k = 7; k >= 0; k--)
			*w++ = digits32[v >> (5 * k) & 31];
	}
	*w = '\0';
	return s;
}

enum hb_code
totp_parse(const char *text, uint8_t secret[TOTP_SECRET], struct hb_err *err)
{
	if (strlen(text) != TOTP_SECRET * 8 / 5 || strspn(text, digits32) != strlen(text))
		return hb_fail(err, HB_E_INPUT, "dangNhap.saiBiMat", "bí mật của mã xác thực phải là 32 chữ số base32");
	for (int i = 0; i < TOTP_SECRET; i += 5) {
		uint64_t v = 0;
		for (int k = 0; k < 8; k++)
			v = v << 5 | (uint64_t)(strchr(digits32, *text++) - digits32);
		for (int k = 4; k >= 0; k--, v >>= 8)
			secret[i + k] = (uint8_t)v;
	}
	return HB_OK;
}

static void
code_of(const uint8_t secret[TOTP_SECRET], int64_t step, char out[7])
{
	uint8_t message[8], mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	for (int i = 7; i >= 0; i--, step >>= 8)
		message[i] = (uint8_t)step;
	HMAC(EVP_sha1(), secret, TOTP_SECRET, message, sizeof message, mac, &n);
	unsigned at = mac[n - 1] & 15;
	uint32_t v = ((uint32_t)mac[at] << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3])
	    & 0x7fffffff;
	snprintf(out, 7, "%06u", v % 1000000);
}

int64_t
totp_step(const uint8_t secret[TOTP_SECRET], const char *code, hb_time now, int64_t after)
{
	if (code == NULL || strlen(code) != 6)
		return -1;
	for (int64_t step = now / TOTP_SECONDS - 1; step <= now / TOTP_SECONDS + 1; step++) {
		char want[7];
		code_of(secret, step, want);
		if (step > after && CRYPTO_memcmp(want, code, 6) == 0)
			return step;
	}
	return -1;
}

enum hb_code
auth_totp(const char *secret, hb_time at, char ret_code[7], struct hb_err *err)
{
	uint8_t bytes[TOTP_SECRET];
	enum hb_code c = totp_parse(secret, bytes, err);
	if (c == HB_OK)
		code_of(bytes, at / TOTP_SECONDS, ret_code);
	return c;
}
