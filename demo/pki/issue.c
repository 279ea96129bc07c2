/* Issuing certificates: the profiles of root, CA, TSA, OCSP responder and signer. */
#include "demo/pki/testpki_int.h"
#include "base/id.h"
#include "sign/pki_int.h"

#include <openssl/x509v3.h>
#include <string.h>

static void
add_text(X509_NAME *name, int nid, const char *value)
{
	if (value != NULL && value[0] != '\0')
		X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0);
}

static void
set_subject(X509 *x, const struct testpki_subject *s)
{
	X509_NAME *name = X509_get_subject_name(x);

	add_text(name, NID_countryName, "VN");
	add_text(name, NID_localityName, s->place);
	add_text(name, NID_organizationName, s->organisation);
	add_text(name, NID_organizationalUnitName, s->unit);
	add_text(name, NID_commonName, s->name);
	add_text(name, NID_userId, s->id);
}

static void
set_serial(X509 *x)
{
	unsigned char bytes[16];
	BIGNUM *n;

	hb_random(bytes, sizeof bytes);
	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);      /* positive, and always 16 bytes */
	n = BN_bin2bn(bytes, sizeof bytes, NULL);
	BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);
}

static bool
add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;
	bool good;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	good = extension != NULL && X509_add_ext(x, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return good;
}

/* Where to ask: the issuing CAs have a responder, the root has a list. */
static bool
add_addresses(const struct testpki *pki, X509 *x, X509 *issuer, enum member m)
{
	char aia[256], crl[128];

	if (m == M_ROOT)
		snprintf(aia, sizeof aia, "caIssuers;URI:%s/ca/root.cer", pki->url);
	else
		snprintf(aia, sizeof aia, "OCSP;URI:%s/ocsp/%s,caIssuers;URI:%s/ca/%s.cer", pki->url, testpki_member_name[m], pki->url,
		    testpki_member_name[m]);
	snprintf(crl, sizeof crl, "URI:%s/crl/%s.crl", pki->url, testpki_member_name[m]);
	return add_extension(x, issuer, NID_info_access, aia) && add_extension(x, issuer, NID_crl_distribution_points, crl);
}

static bool
add_profile(X509 *x, X509 *issuer, const struct request *q)
{
	switch (q->profile) {
	case PROFILE_ROOT:
		return add_extension(x, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
		    add_extension(x, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
	case PROFILE_CA:
		return add_extension(x, issuer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
		    add_extension(x, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
	case PROFILE_TSA:
		return add_extension(x, issuer, NID_key_usage, "critical,digitalSignature") &&
		    add_extension(x, issuer, NID_ext_key_usage, "critical,timeStamping");
	case PROFILE_OCSP:
		return add_extension(x, issuer, NID_key_usage, "critical,digitalSignature") &&
		    add_extension(x, issuer, NID_ext_key_usage, "OCSPSigning") &&
		    add_extension(x, issuer, NID_id_pkix_OCSP_noCheck, "NULL");
	case PROFILE_PERSON:
		return add_extension(x, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
		    add_extension(x, issuer, NID_key_usage, q->subject->usage_encrypt_only ? "critical,keyEncipherment" :
		    "critical,digitalSignature,nonRepudiation") &&
		    add_extension(x, issuer, NID_ext_key_usage, "clientAuth,emailProtection");
	}
	return false;
}

static bool
fill_cert(struct testpki *pki, X509 *x, const struct request *q)
{
	bool is_self = q->issuer == M__MAX;
	X509 *issuer = is_self ? x : pki->certs[q->issuer]->x509;
	const struct testpki_subject *s = q->subject;

	X509_set_version(x, X509_VERSION_3);
	set_serial(x);
	set_subject(x, s);
	X509_set_issuer_name(x, X509_get_subject_name(issuer));
	X509_set_pubkey(x, q->key);
	ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(s->not_before != 0 ? s->not_before : hb_now() - 86400));
	ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(s->not_after != 0 ? s->not_after : hb_now() + (hb_time)731 * 86400));
	return add_extension(x, issuer, NID_subject_key_identifier, "hash") &&
	    (is_self || add_extension(x, issuer, NID_authority_key_identifier, "keyid:always")) && add_profile(x, issuer, q) &&
	    (is_self || q->profile == PROFILE_OCSP || add_addresses(pki, x, issuer, q->issuer)) &&
	    X509_sign(x, is_self ? q->key : pki->keys[q->issuer], EVP_sha256()) > 0;
}

enum hb_code
testpki_make_cert(struct testpki *pki, const struct request *q, struct hb_arena *a, struct pki_cert **ret_cert,
    struct hb_err *err)
{
	X509 *x = X509_new();
	struct pki_cert *c;
	enum hb_code code;

	if (x == NULL || !fill_cert(pki, x, q)) {
		X509_free(x);
		return hb_bug(err, "a certificate of the test PKI cannot be made");
	}
	code = pki_cert_wrap(x, a, &c, err);
	X509_free(x);
	if (code == HB_OK && q->issuer != M__MAX)
		code = testpki_append(pki, c->serial, q->issuer == M_GOVERNMENT ? TESTPKI_GOVERNMENT :
		    q->issuer == M_PUBLIC ? TESTPKI_PUBLIC : TESTPKI_ROOT, 0, c->subject, err);
	if (code == HB_OK)
		*ret_cert = c;
	return code;
}

static enum hb_code
issue_key(struct testpki *pki, const struct testpki_subject *s, EVP_PKEY *key, struct hb_arena *a, struct pki_cert **ret_cert,
    struct hb_err *err)
{
	struct request q = { .profile = PROFILE_PERSON, .subject = s, .key = key, .issuer = testpki_member_of(s->ca) };

	if (key == NULL)
		return hb_fail(err, HB_E_INPUT, "pki.saiDang", "khóa công khai hoặc yêu cầu cấp chứng thư số không đọc được");
	return testpki_make_cert(pki, &q, a, ret_cert, err);
}

enum hb_code
testpki_issue(struct testpki *pki, const struct testpki_subject *s, struct hb_bytes spki, struct hb_arena *a,
    struct pki_cert **ret_cert, struct hb_err *err)
{
	const unsigned char *p = spki.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)spki.n);
	enum hb_code code = issue_key(pki, s, key, a, ret_cert, err);

	EVP_PKEY_free(key);
	return code;
}

enum hb_code
testpki_issue_csr(struct testpki *pki, const struct testpki_subject *s, struct hb_bytes csr_der, struct hb_arena *a,
    struct pki_cert **ret_cert, struct hb_err *err)
{
	const unsigned char *p = csr_der.p;
	X509_REQ *csr = d2i_X509_REQ(NULL, &p, (long)csr_der.n);
	EVP_PKEY *key = csr != NULL ? X509_REQ_get0_pubkey(csr) : NULL;
	enum hb_code code;

	if (key != NULL && X509_REQ_verify(csr, key) != 1)
		key = NULL;
	code = issue_key(pki, s, key, a, ret_cert, err);
	X509_REQ_free(csr);
	return code;
}
