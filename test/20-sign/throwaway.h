/* throwaway.h - keys and certificates made for one run of a test: a root, and signers it issues. */
#ifndef THROWAWAY_H
#define THROWAWAY_H
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

struct throwaway { EVP_PKEY *key; X509 *cert; struct hb_bytes der; };

static void
throwaway_entry(X509_NAME *n, const char *type, const char *value)
{
	if (value != NULL && X509_NAME_add_entry_by_txt(n, type, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0) != 1)
		abort();
}

static void
throwaway_extension(X509 *c, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx(&ctx, issuer, c, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (e == NULL || X509_add_ext(c, e, -1) != 1)
		abort();
	X509_EXTENSION_free(e);
}

/* bits: 0 for EC P-256, else RSA.  issuer NULL: a root of its own.  uid: "CCCD:…" or "MST:…", or NULL. */
__attribute__((unused)) static struct throwaway
throwaway_make(struct hb_arena *a, const char *cn, const char *uid, unsigned bits, const struct throwaway *issuer, hb_time from,
    hb_time to)
{
	static long serial = 1000;
	struct throwaway t = { .key = bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(bits), .cert = X509_new() };
	X509_NAME *n = X509_get_subject_name(t.cert);
	const struct throwaway *by = issuer == NULL ? &t : issuer;
	X509_set_version(t.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(t.cert), ++serial);
	ASN1_TIME_set(X509_getm_notBefore(t.cert), from);
	ASN1_TIME_set(X509_getm_notAfter(t.cert), to);
	throwaway_entry(n, "C", "VN");
	throwaway_entry(n, "O", issuer == NULL ? "Gốc thử nghiệm" : "Trường THCS Thử Nghiệm, \"số 1\"");
	throwaway_entry(n, "CN", cn);
	throwaway_entry(n, "UID", uid);
	X509_set_issuer_name(t.cert, X509_get_subject_name(by->cert));
	X509_set_pubkey(t.cert, t.key);
	throwaway_extension(t.cert, by->cert, NID_basic_constraints, issuer == NULL ? "critical,CA:TRUE" : "critical,CA:FALSE");
	throwaway_extension(t.cert, by->cert, NID_key_usage,
	    issuer == NULL ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature,nonRepudiation");
	throwaway_extension(t.cert, by->cert, NID_subject_key_identifier, "hash");
	throwaway_extension(t.cert, by->cert, NID_authority_key_identifier, "keyid:always");
	if (X509_sign(t.cert, by->key, EVP_sha256()) == 0)
		abort();
	unsigned char *der = NULL;
	int len = i2d_X509(t.cert, &der);
	t.der = HB_BYTES(hb_memdup(a, der, (size_t)len), (size_t)len);
	OPENSSL_free(der);
	return t;
}

__attribute__((unused)) static void
throwaway_free(struct throwaway *t)
{
	EVP_PKEY_free(t->key);
	X509_free(t->cert);
}

/* RSA PKCS#1 v1.5 or ECDSA in DER, over SHA-256 of data. */
__attribute__((unused)) static struct hb_bytes
throwaway_sign(const struct throwaway *t, struct hb_bytes data, struct hb_arena *a)
{
	size_t n = 0;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t *value = hb_alloc(a, 1024);
	n = 1024;
	if (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, t->key) != 1 || EVP_DigestSign(ctx, value, &n, data.p, data.n) != 1)
		abort();
	EVP_MD_CTX_free(ctx);
	return HB_BYTES(value, n);
}

__attribute__((unused)) static void
throwaway_pem(const struct throwaway *t, const char *path)
{
	FILE *f = fopen(path, "w");
	if (f == NULL || PEM_write_X509(f, t->cert) != 1)
		abort();
	fclose(f);
}
#endif
