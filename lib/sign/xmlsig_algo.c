#include "sign/xmlsig_algo.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

static const struct xmlsig_digest_method digests[] = {
	{ XMLSIG_SHA256, EVP_sha256, false },
	{ "http://www.w3.org/2001/04/xmldsig-more#sha384", EVP_sha384, false },
	{ "http://www.w3.org/2001/04/xmlenc#sha512", EVP_sha512, false },
	{ "http://www.w3.org/2000/09/xmldsig#sha1", EVP_sha1, true },
};

static const struct xmlsig_value_method values[] = {
	{ XMLSIG_RSA_SHA256, EVP_sha256, PKI_KEY_RSA, false },
	{ "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", EVP_sha384, PKI_KEY_RSA, false },
	{ "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", EVP_sha512, PKI_KEY_RSA, false },
	{ XMLSIG_ECDSA_SHA256, EVP_sha256, PKI_KEY_EC, false },
	{ "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", EVP_sha384, PKI_KEY_EC, false },
	{ "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", EVP_sha512, PKI_KEY_EC, false },
	{ "http://www.w3.org/2000/09/xmldsig#rsa-sha1", EVP_sha1, PKI_KEY_RSA, true },
	{ "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1", EVP_sha1, PKI_KEY_EC, true },
};

static const struct { const char *uri; enum xml_c14n_method method; } canons[] = {
	{ XMLSIG_EXC_C14N, XML_C14N_EXCLUSIVE },
	{ XMLSIG_EXC_C14N "WithComments", XML_C14N_EXCLUSIVE_COMMENTS },
	{ XMLSIG_C14N, XML_C14N_INCLUSIVE },
	{ XMLSIG_C14N "#WithComments", XML_C14N_INCLUSIVE_COMMENTS },
};

const struct xmlsig_digest_method *
xmlsig_digest_method(const char *uri)
{
	for (size_t i = 0; uri != NULL && i < sizeof digests / sizeof digests[0]; i++)
		if (strcmp(digests[i].uri, uri) == 0)
			return &digests[i];
	return NULL;
}

const struct xmlsig_value_method *
xmlsig_value_method(const char *uri)
{
	for (size_t i = 0; uri != NULL && i < sizeof values / sizeof values[0]; i++)
		if (strcmp(values[i].uri, uri) == 0)
			return &values[i];
	return NULL;
}

bool
xmlsig_c14n_method(const char *uri, enum xml_c14n_method *ret_method)
{
	for (size_t i = 0; uri != NULL && i < sizeof canons / sizeof canons[0]; i++)
		if (strcmp(canons[i].uri, uri) == 0) {
			*ret_method = canons[i].method;
			return true;
		}
	return false;
}

static void
feed(void *ctx, const void *p, size_t n)
{
	EVP_DigestUpdate(ctx, p, n);
}

enum hb_code
xmlsig_digest_node(const struct xml_doc *doc, const struct xml_node *apex, const struct xml_c14n_spec *spec,
    const EVP_MD *md, uint8_t *out, unsigned *ret_n, struct hb_err *err)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	if (ctx == NULL || EVP_DigestInit_ex(ctx, md, NULL) != 1) {
		EVP_MD_CTX_free(ctx);
		return hb_bug(err, "no digest context");
	}
	enum hb_code c = xml_c14n(doc, apex, spec, (struct xml_sink){ feed, ctx }, err);
	if (c == HB_OK && EVP_DigestFinal_ex(ctx, out, ret_n) != 1)
		c = hb_bug(err, "digest failed");
	EVP_MD_CTX_free(ctx);
	return c;
}

bool
xmlsig_value_check(const struct pki_cert *c, const struct xmlsig_value_method *m, struct hb_bytes data,
    struct hb_bytes value)
{
	HB_SCOPED_ARENA scratch;
	hb_arena_init(&scratch, 16 << 10);
	if (c->key != m->key)
		return false;
	size_t coordinate = ((size_t)c->key_bits + 7) / 8;
	if (m->key == PKI_KEY_EC
	    && (value.n != 2 * coordinate || pki_ecdsa_to_der(value, &scratch, &value, NULL) != HB_OK))
		return false;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, m->md(), NULL, X509_get0_pubkey(c->x509)) == 1
	    && EVP_DigestVerify(ctx, value.p, value.n, data.p, data.n) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return good;
}
