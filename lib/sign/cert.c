/* Reading one certificate into facts. */
#include "sign/cert_cache.h"
#include "sign/pki_int.h"
#include "base/text.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void
free_x509(void *x509)
{
	X509_free(x509);
}

bool
pki_time_of(const ASN1_TIME *t, hb_time *ret)
{
	struct tm tm;

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return false;
	*ret = timegm(&tm);
	return true;
}

enum hb_code
pki_take_der(unsigned char **der, int len, struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err)
{
	void *copy;

	if (len < 0 || *der == NULL)
		return hb_bug(err, "OpenSSL cannot encode an object it made");
	copy = hb_memdup(a, *der, (size_t)len);
	OPENSSL_free(*der);
	*der = NULL;
	if (copy == NULL)
		return hb_full(err);
	*ret = HB_BYTES(copy, (size_t)len);
	return HB_OK;
}

char *
pki_hex_of(const ASN1_INTEGER *n, struct hb_arena *a)
{
	const unsigned char *p = ASN1_STRING_get0_data(n);

	return hb_hex(a, HB_BYTES(p, (size_t)ASN1_STRING_length(n)));
}

/* The name as RFC 2253 text.  Bytes above ASCII stay UTF-8: the file is read by people, too. */
static const char *
name_text(const X509_NAME *name, struct hb_arena *a)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text = NULL;
	char *data;
	long n;

	if (bio == NULL)
		return NULL;
	if (X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		n = BIO_get_mem_data(bio, &data);
		text = hb_strndup(a, n > 0 ? data : "", (size_t)(n > 0 ? n : 0));
	}
	BIO_free(bio);
	return text != NULL && hb_utf8_valid(HB_STR(text)) ? text : NULL;
}

/* The last value of an attribute, as UTF-8; "" when absent. */
static const char *
name_value(const X509_NAME *name, int nid, struct hb_arena *a)
{
	unsigned char *utf8 = NULL;
	const char *text = "";
	int at = -1, last = -1, n;

	while ((at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0)
		last = at;
	if (last < 0)
		return "";
	n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
	if (n < 0)
		return "";
	if (hb_utf8_valid(HB_BYTES(utf8, (size_t)n)))
		text = hb_strndup(a, (char *)utf8, (size_t)n);
	OPENSSL_free(utf8);
	return text;
}

static void
read_key(const X509 *x509, struct pki_cert *c)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);

	if (key == NULL)
		return;
	c->key_bits = EVP_PKEY_get_bits(key);
	c->key = EVP_PKEY_is_a(key, "RSA") ? PKI_KEY_RSA : EVP_PKEY_is_a(key, "EC") ? PKI_KEY_EC : PKI_KEY_OTHER;
}

static bool
read_names(const X509 *x509, struct hb_arena *a, struct pki_cert *c)
{
	const X509_NAME *subject = X509_get_subject_name(x509), *issuer = X509_get_issuer_name(x509);

	c->subject = name_text(subject, a);
	c->issuer = name_text(issuer, a);
	c->name = name_value(subject, NID_commonName, a);
	c->issuer_name = name_value(issuer, NID_commonName, a);
	c->organisation = name_value(subject, NID_organizationName, a);
	c->kind = pki_policy_kind(subject, a, &c->owner_id);
	c->serial = pki_hex_of(X509_get0_serialNumber((X509 *)x509), a);
	return c->subject != NULL && c->issuer != NULL && c->name != NULL && c->issuer_name != NULL &&
	    c->organisation != NULL && c->owner_id != NULL && c->serial != NULL;
}

enum hb_code
pki_cert_wrap(X509 *x509, struct hb_arena *a, struct pki_cert **ret_cert, struct hb_err *err)
{
	struct pki_cert *c = HB_NEW(a, struct pki_cert);
	unsigned char *der = NULL;
	enum hb_code code;

	if (c == NULL)
		return hb_full(err);
	code = pki_take_der(&der, i2d_X509(x509, &der), a, &c->der, err);
	if (code != HB_OK)
		return code;
	X509_up_ref(x509);
	hb_arena_on_free(a, free_x509, x509);
	c->x509 = x509;
	if (!read_names(x509, a, c) || !pki_time_of(X509_get0_notBefore(x509), &c->not_before) ||
	    !pki_time_of(X509_get0_notAfter(x509), &c->not_after))
		return a->full ? hb_full(err) :
		    hb_fail(err, HB_E_INPUT, "pki.saiDang", "chứng thư số có tên hoặc thời hạn không đọc được");
	read_key(x509, c);
	c->is_ca = X509_check_ca(x509) == 1;
	c->fingerprint = hb_sha256(c->der);
	*ret_cert = c;
	return HB_OK;
}

/* The whole of der and nothing else, or NULL. */
static X509 *
read_der(struct hb_bytes der)
{
	const unsigned char *p = der.p;
	X509 *x509 = der.n > 0 && der.n <= PKI_DER_MAX ? d2i_X509(NULL, &p, (long)der.n) : NULL;

	ERR_clear_error();
	if (x509 != NULL && p != der.p + der.n) {
		X509_free(x509);
		return NULL;
	}
	return x509;
}

enum hb_code
pki_cert_parse(struct hb_bytes der, struct hb_arena *a, struct pki_cert **ret_cert, struct hb_err *err)
{
	struct hb_sha256 key = hb_sha256(der);
	X509 *x509 = cert_cache_get(&key);
	enum hb_code code;

	if (x509 == NULL && (x509 = read_der(der)) != NULL)
		cert_cache_put(&key, x509);
	if (x509 == NULL)
		return hb_fail(err, HB_E_INPUT, "pki.saiDang", "không đọc được chứng thư số (cần X.509 dạng DER)");
	code = pki_cert_wrap(x509, a, ret_cert, err);
	X509_free(x509);
	return code;
}

static enum hb_code
read_pem_list(BIO *bio, struct hb_arena *a, struct pki_cert **list, size_t max, size_t *ret_n, struct hb_err *err)
{
	enum hb_code code = HB_OK;
	X509 *x509;
	size_t n = 0;

	while (code == HB_OK && (x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		if (n < max)
			code = pki_cert_wrap(x509, a, &list[n++], err);
		else
			code = hb_fail(err, HB_E_TOOBIG, "pki.saiDang", "tệp PEM có quá nhiều chứng thư số");
		X509_free(x509);
	}
	if (code == HB_OK && (n == 0 || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE))
		code = hb_fail(err, HB_E_INPUT, "pki.saiDang", "không đọc được chứng thư số trong tệp PEM");
	ERR_clear_error();
	*ret_n = n;
	return code;
}

enum hb_code
pki_certs_of_pem(struct hb_bytes pem, struct hb_arena *a, struct pki_cert ***ret_certs, size_t *ret_n, struct hb_err *err)
{
	enum { MAX_IN_PEM = 1000 };
	struct pki_cert **list = HB_NEWN(a, struct pki_cert *, MAX_IN_PEM);
	BIO *bio = pem.n > 0 && pem.n < HB_BUF_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	enum hb_code code;
	size_t n = 0;

	if (list == NULL) {
		BIO_free(bio);
		return hb_full(err);
	}
	if (bio == NULL)
		return hb_fail(err, HB_E_INPUT, "pki.saiDang", "tệp PEM rỗng hoặc quá lớn");
	ERR_clear_error();
	code = read_pem_list(bio, a, list, MAX_IN_PEM, &n, err);
	BIO_free(bio);
	if (code != HB_OK)
		return code;
	*ret_certs = list;
	*ret_n = n;
	return HB_OK;
}

bool
pki_cert_eq(const struct pki_cert *a, const struct pki_cert *b)
{
	return hb_sha256_eq(&a->fingerprint, &b->fingerprint);
}
