#include "sign/verify_input.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

/* Keep a CRL's DER; the CRL is freed. */
static bool
keep(X509_CRL *crl, struct hb_arena *a, struct hb_bytes **list, size_t *n)
{
	unsigned char *der = NULL;
	int len = i2d_X509_CRL(crl, &der);
	struct hb_bytes *more = HB_NEWN(a, struct hb_bytes, *n + 1);
	void *copy = len > 0 ? hb_memdup(a, der, (size_t)len) : NULL;
	X509_CRL_free(crl);
	OPENSSL_free(der);
	if (more == NULL || copy == NULL)
		return false;
	if (*n > 0)
		memcpy(more, *list, *n * sizeof *more);
	more[(*n)++] = HB_BYTES(copy, (size_t)len);
	*list = more;
	return true;
}

enum hb_code
verify_read_crls(struct hb_bytes file, struct hb_arena *a, struct hb_bytes **list, size_t *n, struct hb_err *err)
{
	const unsigned char *p = file.p;
	size_t before = *n;
	X509_CRL *crl = file.n < INT32_MAX ? d2i_X509_CRL(NULL, &p, (long)file.n) : NULL;
	bool kept = true;
	if (crl != NULL) {
		kept = keep(crl, a, list, n);
	} else if (file.n < INT32_MAX) {
		BIO *bio = BIO_new_mem_buf(file.p, (int)file.n);
		while (kept && bio != NULL && (crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL)) != NULL)
			kept = keep(crl, a, list, n);
		BIO_free(bio);
	}
	ERR_clear_error();
	if (!kept)
		return hb_full(err);
	return *n > before ? HB_OK : hb_fail(err, HB_E_INPUT, "pki.saiDang", "tệp không có danh sách thu hồi (CRL) nào");
}
