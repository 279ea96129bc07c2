/* Public-key arithmetic, and the two spellings of an ECDSA value. */
#include "sign/pki_int.h"

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

enum { COORD_MAX = 66 };      /* P-521, the longest there is */

static const EVP_MD *
digest_of(enum pki_hash hash)
{
	switch (hash) {
	case PKI_SHA384: return EVP_sha384();
	case PKI_SHA512: return EVP_sha512();
	default: return EVP_sha256();
	}
}

enum hb_code
pki_ecdsa_to_der(struct hb_bytes raw, struct hb_arena *a, struct hb_bytes *ret_der, struct hb_err *err)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	unsigned char *der = NULL;
	BIGNUM *r, *s;
	int n;

	if (raw.n == 0 || raw.n % 2 != 0 || raw.n > 2 * COORD_MAX || sig == NULL) {
		ECDSA_SIG_free(sig);
		return hb_fail(err, HB_E_INPUT, "pki.chuKyHong", "chữ ký ECDSA không đúng dạng");
	}
	r = BN_bin2bn(raw.p, (int)(raw.n / 2), NULL);
	s = BN_bin2bn(raw.p + raw.n / 2, (int)(raw.n / 2), NULL);
	ECDSA_SIG_set0(sig, r, s);
	n = i2d_ECDSA_SIG(sig, &der);
	ECDSA_SIG_free(sig);
	return pki_take_der(&der, n, a, ret_der, err);
}

enum hb_code
pki_ecdsa_to_raw(struct hb_bytes der, size_t coord, struct hb_arena *a, struct hb_bytes *ret_raw, struct hb_err *err)
{
	const unsigned char *p = der.p;
	ECDSA_SIG *sig = der.n > 0 && der.n < 256 ? d2i_ECDSA_SIG(NULL, &p, (long)der.n) : NULL;
	uint8_t *raw = coord <= COORD_MAX ? hb_alloc(a, 2 * coord) : NULL;
	bool good = sig != NULL && raw != NULL && p == der.p + der.n &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, (int)coord) >= 0 &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + coord, (int)coord) >= 0;

	ECDSA_SIG_free(sig);
	ERR_clear_error();
	if (!good)
		return hb_fail(err, HB_E_INPUT, "pki.chuKyHong", "chữ ký ECDSA không đúng dạng");
	*ret_raw = HB_BYTES(raw, 2 * coord);
	return HB_OK;
}

static bool
evp_verify(EVP_PKEY *key, const EVP_MD *md, struct hb_bytes data, struct hb_bytes value)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, md, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, value.p, value.n, data.p, data.n) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

bool
pki_verify(const struct pki_cert *c, enum pki_hash hash, struct hb_bytes data, struct hb_bytes value, enum pki_value form)
{
	size_t coord = ((size_t)c->key_bits + 7) / 8;
	bool good;

	if (!pki_policy_key_allowed(c->x509))
		return false;
	if (c->key == PKI_KEY_EC && form == PKI_VALUE_RAW) {
		HB_SCOPED_ARENA scratch;

		hb_arena_init(&scratch, 4096);
		good = value.n == 2 * coord && pki_ecdsa_to_der(value, &scratch, &value, NULL) == HB_OK &&
		    evp_verify(X509_get0_pubkey(c->x509), digest_of(hash), data, value);
		return good;
	}
	return evp_verify(X509_get0_pubkey(c->x509), digest_of(hash), data, value);
}
