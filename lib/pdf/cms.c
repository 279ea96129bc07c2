/* pdf/cms.c - the CMS of a signature: the attributes to sign, the container, the timestamp inside it. */
#include "pdf/der.h"
#include "pdf/prepare.h"
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#define OID_DATA          "1.2.840.113549.1.7.1"
#define OID_SIGNED_DATA   "1.2.840.113549.1.7.2"
#define OID_CONTENT_TYPE  "1.2.840.113549.1.9.3"
#define OID_DIGEST        "1.2.840.113549.1.9.4"
#define OID_SIGNING_CERT2 "1.2.840.113549.1.9.16.2.47"
#define OID_TOKEN         "1.2.840.113549.1.9.16.2.14"
#define OID_SHA256        "2.16.840.1.101.3.4.2.1"
#define OID_RSA_SHA256    "1.2.840.113549.1.1.11"
#define OID_ECDSA_SHA256  "1.2.840.10045.4.3.2"

static struct hb_bytes
attribute(struct hb_arena *a, const char *oid, struct hb_bytes value)
{
	return der_of(a, DER_SEQUENCE, der_oid(a, oid), der_of(a, DER_SET, value));
}

static enum hb_code
build_attributes(const struct hb_sha256 *digest, struct hb_bytes signer_cert, struct hb_arena *a,
    struct hb_bytes *ret_attributes, struct hb_err *err)
{
	struct hb_sha256 cert = hb_sha256(signer_cert);
	/* SigningCertificateV2 { certs { ESSCertIDv2 { certHash } } }, SHA-256 being the default (RFC 5035) */
	struct hb_bytes cert_id = der_of(a, DER_SEQUENCE, der_octets(a, HB_BYTES(cert.b, sizeof cert.b)));
	struct hb_bytes parts[] = {
		attribute(a, OID_CONTENT_TYPE, der_oid(a, OID_DATA)),
		attribute(a, OID_DIGEST, der_octets(a, HB_BYTES(digest->b, sizeof digest->b))),
		attribute(a, OID_SIGNING_CERT2, der_of(a, DER_SEQUENCE, der_of(a, DER_SEQUENCE, cert_id))),
	};
	struct hb_bytes set = der_set_of(a, 3, parts);
	if (set.p == NULL)
		return hb_full(err);
	*ret_attributes = set;
	return HB_OK;
}

enum hb_code
pades_attributes(struct hb_bytes prepared, const char *field, struct hb_bytes signer_cert, struct hb_arena *a,
    struct hb_bytes *ret_attributes, struct hb_err *err)
{
	struct pdf_place place = { 0 };
	enum hb_code     rc = pades_newest(prepared, field, a, &place, err);
	if (rc != HB_OK)
		return rc;
	struct hb_sha256 digest = pades_digest(prepared, &place);
	return build_attributes(&digest, signer_cert, a, ret_attributes, err);
}

/* ---- the container ---- */

static void
free_cert(void *cert)
{
	X509_free(cert);
}

static enum hb_code
parse_cert(struct hb_bytes der, struct hb_arena *a, X509 **ret_cert, struct hb_err *err)
{
	const uint8_t *p = der.p;
	X509          *cert = der.n > 1 << 20 ? NULL : d2i_X509(NULL, &p, (long)der.n);
	if (cert == NULL || p != der.p + der.n) {
		X509_free(cert);
		ERR_clear_error();
		return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "chứng thư số của người ký không đúng dạng");
	}
	hb_arena_on_free(a, free_cert, cert);
	*ret_cert = cert;
	return HB_OK;
}

static struct hb_bytes
algorithm(struct hb_arena *a, const char *oid, bool with_null)
{
	static const uint8_t null[2] = { DER_NULL, 0 };
	struct hb_bytes parts[2] = { der_oid(a, oid), HB_BYTES(null, 2) };
	return der_tlv(a, DER_SEQUENCE, with_null ? 2 : 1, parts);
}

static struct hb_bytes
issuer_and_serial(struct hb_arena *a, X509 *cert)
{
	uint8_t *name = NULL, *serial = NULL;
	int      name_n = i2d_X509_NAME(X509_get_issuer_name(cert), &name);
	int      serial_n = i2d_ASN1_INTEGER(X509_get_serialNumber(cert), &serial);
	struct hb_bytes out = { 0 };
	if (name_n > 0 && serial_n > 0)
		out = der_of(a, DER_SEQUENCE, HB_BYTES(name, name_n), HB_BYTES(serial, serial_n));
	OPENSSL_free(name);
	OPENSSL_free(serial);
	return out;
}

static struct hb_bytes
signer_info(struct hb_arena *a, X509 *cert, struct hb_bytes attributes, const struct pades_value *v)
{
	bool     rsa = EVP_PKEY_is_a(X509_get0_pubkey(cert), "RSA");
	uint8_t *tagged = hb_memdup(a, attributes.p, attributes.n);
	if (tagged == NULL)
		return (struct hb_bytes){ 0 };
	tagged[0] = DER_CONTEXT_0;      /* signed as SET OF, carried as [0] IMPLICIT (RFC 5652 5.4) */
	struct hb_bytes parts[7] = { der_small(a, 1), issuer_and_serial(a, cert), algorithm(a, OID_SHA256, true),
		HB_BYTES(tagged, attributes.n), algorithm(a, rsa ? OID_RSA_SHA256 : OID_ECDSA_SHA256, rsa),
		der_octets(a, v->value) };
	size_t n = 6;
	if (v->token.n > 0)
		parts[n++] = der_of(a, DER_CONTEXT_1, attribute(a, OID_TOKEN, v->token));
	return der_tlv(a, DER_SEQUENCE, n, parts);
}

static struct hb_bytes
certificate_set(struct hb_arena *a, const struct pades_value *v)
{
	struct hb_bytes *parts = HB_NEWN(a, struct hb_bytes, v->issuers_n + 1);
	if (parts == NULL)
		return (struct hb_bytes){ 0 };
	parts[0] = v->signer;
	for (size_t i = 0; i < v->issuers_n; i++)
		parts[i + 1] = v->issuers[i];
	struct hb_bytes set = der_set_of(a, v->issuers_n + 1, parts);
	if (set.p != NULL)
		((uint8_t *)set.p)[0] = DER_CONTEXT_0;
	return set;
}

static struct hb_bytes
signed_data(struct hb_arena *a, X509 *cert, struct hb_bytes attributes, const struct pades_value *v)
{
	struct hb_bytes content = der_of(a, DER_SEQUENCE, der_oid(a, OID_DATA));
	struct hb_bytes data = der_of(a, DER_SEQUENCE, der_small(a, 1),
	    der_of(a, DER_SET, algorithm(a, OID_SHA256, true)), content, certificate_set(a, v),
	    der_of(a, DER_SET, signer_info(a, cert, attributes, v)));
	return der_of(a, DER_SEQUENCE, der_oid(a, OID_SIGNED_DATA), der_of(a, DER_CONTEXT_0, data));
}

static bool
value_is_good(X509 *cert, struct hb_bytes attributes, struct hb_bytes value)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool good = md != NULL && EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, X509_get0_pubkey(cert)) == 1 &&
	    EVP_DigestVerify(md, value.p, value.n, attributes.p, attributes.n) == 1;
	EVP_MD_CTX_free(md);
	ERR_clear_error();
	return good;
}

/* r || s, as PKCS#11 gives it, becomes the SEQUENCE of CMS; anything else stays. */
static struct hb_bytes
ecdsa_as_der(X509 *cert, struct hb_bytes value, struct hb_arena *a)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	size_t    coordinate = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
	if (!EVP_PKEY_is_a(key, "EC") || value.n != 2 * coordinate)
		return value;
	ECDSA_SIG      *sig = ECDSA_SIG_new();
	BIGNUM         *r = BN_bin2bn(value.p, (int)coordinate, NULL);
	BIGNUM         *s = BN_bin2bn(value.p + coordinate, (int)coordinate, NULL);
	uint8_t        *der = NULL;
	struct hb_bytes out = { 0 };
	if (sig != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1) {
		int   n = i2d_ECDSA_SIG(sig, &der);
		void *copy = n <= 0 ? NULL : hb_memdup(a, der, (size_t)n);
		out = copy == NULL ? out : HB_BYTES(copy, n);
	} else {
		BN_free(r);
		BN_free(s);
	}
	OPENSSL_free(der);
	ECDSA_SIG_free(sig);
	return out;
}

enum hb_code
pades_embed(struct hb_bytes prepared, const char *field, const struct pades_value *value, struct hb_arena *a,
    struct hb_bytes *ret_signed, struct hb_err *err)
{
	struct pdf_place place = { 0 };
	struct hb_bytes  attributes = { 0 };
	X509            *cert = NULL;
	enum hb_code     rc = pades_newest(prepared, field, a, &place, err);
	if (rc == HB_OK)
		rc = parse_cert(value->signer, a, &cert, err);
	if (rc != HB_OK)
		return rc;
	struct hb_sha256 digest = pades_digest(prepared, &place);
	rc = build_attributes(&digest, value->signer, a, &attributes, err);
	if (rc != HB_OK)
		return rc;
	struct pades_value v = *value;
	v.value = ecdsa_as_der(cert, value->value, a);
	if (!value_is_good(cert, attributes, v.value))
		return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "chữ ký %s không khớp với chứng thư số và tài liệu", field);
	struct hb_bytes cms = signed_data(a, cert, attributes, &v);
	if (cms.p == NULL)
		return hb_full(err);
	return pades_fill(prepared, &place, cms, a, ret_signed, err);
}

/* ---- the timestamp of a signature ---- */

static void
free_cms(void *cms)
{
	CMS_ContentInfo_free(cms);
}

static enum hb_code
open_newest(struct hb_bytes pdf, const char *field, struct hb_arena *a, struct pdf_place *ret_place,
    CMS_ContentInfo **ret_cms, CMS_SignerInfo **ret_signer, struct hb_err *err)
{
	struct hb_bytes der = { 0 };
	enum hb_code    rc = pades_newest(pdf, field, a, ret_place, err);
	if (rc == HB_OK)
		rc = pades_contents(pdf, ret_place, a, &der, err);
	if (rc != HB_OK)
		return rc;
	const uint8_t   *p = der.p;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)der.n);
	if (cms != NULL)
		hb_arena_on_free(a, free_cms, cms);
	STACK_OF(CMS_SignerInfo) *signers = cms == NULL ? NULL : CMS_get0_SignerInfos(cms);
	ERR_clear_error();
	if (sk_CMS_SignerInfo_num(signers) != 1)
		return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "nội dung chữ ký %s không đúng dạng", field);
	*ret_cms = cms;
	*ret_signer = sk_CMS_SignerInfo_value(signers, 0);
	return HB_OK;
}

enum hb_code
pades_signature_value(struct hb_bytes pdf, const char *field, struct hb_arena *a, struct hb_bytes *ret_value,
    struct hb_err *err)
{
	struct pdf_place place = { 0 };
	CMS_ContentInfo *cms = NULL;
	CMS_SignerInfo  *signer = NULL;
	enum hb_code     rc = open_newest(pdf, field, a, &place, &cms, &signer, err);
	if (rc != HB_OK)
		return rc;
	ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(signer);
	*ret_value = HB_BYTES(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
	return HB_OK;
}

enum hb_code
pades_add_timestamp(struct hb_bytes pdf, const char *field, struct hb_bytes token, struct hb_arena *a,
    struct hb_bytes *ret_pdf, struct hb_err *err)
{
	struct pdf_place place = { 0 };
	CMS_ContentInfo *cms = NULL;
	CMS_SignerInfo  *signer = NULL;
	enum hb_code     rc = open_newest(pdf, field, a, &place, &cms, &signer, err);
	if (rc != HB_OK)
		return rc;
	if (CMS_unsigned_get_attr_by_NID(signer, NID_id_smime_aa_timeStampToken, -1) >= 0)
		return hb_fail(err, HB_E_CONFLICT, "pdf.chuKy", "chữ ký %s đã có dấu thời gian", field);
	uint8_t *der = NULL;
	int      n = -1;
	if (CMS_unsigned_add1_attr_by_NID(signer, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, token.p,
		(int)token.n) == 1)
		n = i2d_CMS_ContentInfo(cms, &der);
	ERR_clear_error();
	if (n <= 0)
		return hb_bug(err, "timestamp attribute not added to CMS");
	rc = pades_fill(pdf, &place, HB_BYTES(der, n), a, ret_pdf, err);
	OPENSSL_free(der);
	return rc;
}
