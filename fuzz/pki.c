/* Bytes from certificates, responders, timestamp services and PEM files: each input is tried as everything. */
#include "fuzz/fuzz.h"
#include "sign/pki_int.h"
#include "sign/timestamp.h"

#include <openssl/evp.h>
#include <stdlib.h>

/* Somebody to ask about: a self-signed certificate made once. */
static struct pki_cert *
somebody(void)
{
	static struct hb_arena kept;
	static struct pki_cert *cert;
	EVP_PKEY *key;
	X509 *x;

	if (cert != NULL)
		return cert;
	hb_arena_init(&kept, (size_t)1 << 20);
	key = EVP_EC_gen("P-256");
	x = X509_new();
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_set_pubkey(x, key);
	if (X509_sign(x, key, EVP_sha256()) <= 0 || pki_cert_wrap(x, &kept, &cert, NULL) != HB_OK)
		abort();
	X509_free(x);
	EVP_PKEY_free(key);
	return cert;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hb_bytes in = HB_BYTES(data, size), token;
	struct hb_sha256 digest = { { 0 } };
	struct pki_revocation r;
	struct pki_cert *c = somebody(), *read, **list;
	struct pki_token t;
	HB_SCOPED_ARENA a;
	size_t n;

	hb_arena_init(&a, HB_ARENA_DEFAULT);
	if (pki_cert_parse(in, &a, &read, NULL) == HB_OK)
		(void)pki_subject_is(read, HB_STR(read->subject));
	(void)pki_certs_of_pem(in, &a, &list, &n, NULL);
	(void)pki_subject_is(c, in);
	pki_ocsp_check(in, c, c, &c, 1, hb_now(), &a, &r);
	pki_crl_check(in, c, c, hb_now(), &r);
	if (pki_tst_read(in, &c, 1, &a, &t, NULL) == HB_OK)
		(void)pki_tst_covers(&t, in);
	(void)pki_tst_certs(in, &a, &list, &n, NULL);
	(void)pki_tst_of_response(in, &digest, 0, &a, &token, NULL);
	return 0;
}
