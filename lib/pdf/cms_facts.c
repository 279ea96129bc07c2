/* pdf/cms_facts.c - what a signature's CMS proves by arithmetic, for signatures and document timestamps.
 * The container is parsed by OpenSSL; every flag stays false until its own check succeeds. */
#include "pdf/inspect.h"
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/ts.h>
#include <string.h>
#include <time.h>

#define CERTS_MAX 32

struct opened {
	CMS_ContentInfo *cms;
	CMS_SignerInfo  *signer;
	STACK_OF(X509)  *certs;
	X509            *signer_cert;        /* borrowed from certs */
};

static void
close_cms(struct opened *o)
{
	sk_X509_pop_free(o->certs, X509_free);
	CMS_ContentInfo_free(o->cms);
	ERR_clear_error();
}

static void
add_certs(STACK_OF(X509) *into, const struct pades_evidence *more)
{
	for (size_t i = 0; i < more->certs_n && sk_X509_num(into) < CERTS_MAX; i++) {
		const uint8_t *p = more->certs[i].p;
		X509          *cert = d2i_X509(NULL, &p, (long)more->certs[i].n);
		if (cert != NULL && sk_X509_push(into, cert) == 0)
			X509_free(cert);
	}
}

static void
find_signer(struct opened *o)
{
	for (int i = 0; o->signer_cert == NULL && i < sk_X509_num(o->certs); i++)
		if (CMS_SignerInfo_cert_cmp(o->signer, sk_X509_value(o->certs, i)) == 0)
			o->signer_cert = sk_X509_value(o->certs, i);
}

static bool
open_cms(struct hb_bytes der, const struct pades_evidence *more, struct opened *o)
{
	const uint8_t *p = der.p;
	o->cms = d2i_CMS_ContentInfo(NULL, &p, (long)der.n);
	if (o->cms == NULL || p != der.p + der.n || OBJ_obj2nid(CMS_get0_type(o->cms)) != NID_pkcs7_signed)
		return false;
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(o->cms);
	if (sk_CMS_SignerInfo_num(signers) != 1)
		return false;
	o->signer = sk_CMS_SignerInfo_value(signers, 0);
	o->certs = CMS_get1_certs(o->cms);
	if (o->certs == NULL)
		o->certs = sk_X509_new_null();
	if (o->certs == NULL || sk_X509_num(o->certs) > CERTS_MAX)
		return false;
	find_signer(o);
	if (o->signer_cert == NULL) {          /* a token asked for without certificates: the DSS may hold it */
		add_certs(o->certs, more);
		find_signer(o);
	}
	return true;
}

static struct hb_bytes
der_of_cert(X509 *cert, struct hb_arena *a)
{
	uint8_t *der = NULL;
	int      n = i2d_X509(cert, &der);
	void    *copy = n <= 0 ? NULL : hb_memdup(a, der, (size_t)n);
	OPENSSL_free(der);
	return copy == NULL ? (struct hb_bytes){ 0 } : HB_BYTES(copy, n);
}

static void
take_certs(const struct opened *o, struct pades_signature *s, struct hb_arena *a)
{
	STACK_OF(X509) *own = CMS_get1_certs(o->cms);
	int             n = sk_X509_num(own);
	s->certs = n <= 0 ? NULL : HB_NEWN(a, struct hb_bytes, (size_t)n);
	for (int i = 0; s->certs != NULL && i < n; i++)
		s->certs[s->certs_n++] = der_of_cert(sk_X509_value(own, i), a);
	sk_X509_pop_free(own, X509_free);
	if (o->signer_cert != NULL)
		s->signer_cert = der_of_cert(o->signer_cert, a);
}

/* ---- digests ---- */

static bool
digest(int nid, const struct hb_bytes *parts, size_t n, uint8_t out[EVP_MAX_MD_SIZE], unsigned *ret_n)
{
	const EVP_MD *md = EVP_get_digestbynid(nid);
	EVP_MD_CTX   *ctx = md == NULL ? NULL : EVP_MD_CTX_new();
	bool          good = ctx != NULL && EVP_DigestInit_ex(ctx, md, NULL) == 1;
	for (size_t i = 0; good && i < n; i++)
		good = EVP_DigestUpdate(ctx, parts[i].p, parts[i].n) == 1;
	good = good && EVP_DigestFinal_ex(ctx, out, ret_n) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

static bool
digest_is(int nid, const struct hb_bytes *parts, size_t n, const ASN1_OCTET_STRING *wanted)
{
	uint8_t  out[EVP_MAX_MD_SIZE];
	unsigned out_n;
	return wanted != NULL && digest(nid, parts, n, out, &out_n) && (int)out_n == ASN1_STRING_length(wanted) &&
	    memcmp(out, ASN1_STRING_get0_data(wanted), out_n) == 0;
}

static bool
digest_is_strong(int nid)
{
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

static int
digest_nid(const struct opened *o)
{
	X509_ALGOR        *md;
	const ASN1_OBJECT *oid;
	CMS_SignerInfo_get0_algs(o->signer, NULL, NULL, &md, NULL);
	X509_ALGOR_get0(&oid, NULL, NULL, md);
	return OBJ_obj2nid(oid);
}

static bool
algorithms_are_strong(const struct opened *o)
{
	X509_ALGOR        *how;
	const ASN1_OBJECT *oid;
	EVP_PKEY          *key = o->signer_cert == NULL ? NULL : X509_get0_pubkey(o->signer_cert);
	CMS_SignerInfo_get0_algs(o->signer, NULL, NULL, NULL, &how);
	X509_ALGOR_get0(&oid, NULL, NULL, how);
	if (key == NULL || !digest_is_strong(digest_nid(o)))
		return false;
	switch (OBJ_obj2nid(oid)) {
	case NID_rsaEncryption:
	case NID_sha256WithRSAEncryption:
	case NID_sha384WithRSAEncryption:
	case NID_sha512WithRSAEncryption:
		return EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= 2048;
	case NID_ecdsa_with_SHA256:
	case NID_ecdsa_with_SHA384:
	case NID_ecdsa_with_SHA512:
		return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_bits(key) >= 256;
	default:
		return false;
	}
}

/* ---- attributes ---- */

static void *
attribute(const struct opened *o, int nid, int type)
{
	return CMS_signed_get0_data_by_OBJ(o->signer, OBJ_nid2obj(nid), -3, type);
}

/* The signature is over the attributes, and they name the kind of content it stands on. */
static bool
signature_is_good(const struct opened *o, int content_nid)
{
	ASN1_OBJECT *type = attribute(o, NID_pkcs9_contentType, V_ASN1_OBJECT);
	if (o->signer_cert == NULL || CMS_signed_get_attr_count(o->signer) <= 0 || type == NULL ||
	    OBJ_obj2nid(type) != content_nid || OBJ_obj2nid(CMS_get0_eContentType(o->cms)) != content_nid)
		return false;
	CMS_SignerInfo_set1_signer_cert(o->signer, o->signer_cert);
	return CMS_SignerInfo_verify(o->signer) == 1;
}

/* signing-certificate-v2, or the SHA-1 form that old timestamp services write, names the signer's certificate. */
static bool
certificate_is_bound(const struct opened *o, bool old_form_allowed)
{
	ASN1_STRING *v2 = attribute(o, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE);
	ASN1_STRING *v1 = old_form_allowed ? attribute(o, NID_id_smime_aa_signingCertificate, V_ASN1_SEQUENCE) : NULL;
	STACK_OF(X509) *chain = sk_X509_new_null();
	bool            bound = false;
	if (chain != NULL && o->signer_cert != NULL && sk_X509_push(chain, o->signer_cert) > 0) {
		for (int i = 0; i < sk_X509_num(o->certs); i++)
			(void)sk_X509_push(chain, sk_X509_value(o->certs, i));
		const uint8_t       *p2 = v2 == NULL ? NULL : ASN1_STRING_get0_data(v2);
		const uint8_t       *p1 = v1 == NULL ? NULL : ASN1_STRING_get0_data(v1);
		ESS_SIGNING_CERT_V2 *ess2 = v2 == NULL ? NULL : d2i_ESS_SIGNING_CERT_V2(NULL, &p2, ASN1_STRING_length(v2));
		ESS_SIGNING_CERT    *ess1 = v1 == NULL ? NULL : d2i_ESS_SIGNING_CERT(NULL, &p1, ASN1_STRING_length(v1));
		bound = (ess1 != NULL || ess2 != NULL) && OSSL_ESS_check_signing_certs(ess1, ess2, chain, 1) == 1;
		ESS_SIGNING_CERT_V2_free(ess2);
		ESS_SIGNING_CERT_free(ess1);
	}
	sk_X509_free(chain);
	return bound;
}

static hb_time
time_of(const ASN1_TIME *t)
{
	struct tm tm;
	return t != NULL && ASN1_TIME_to_tm(t, &tm) == 1 ? (hb_time)timegm(&tm) : 0;
}

static hb_time
signing_time(const struct opened *o)
{
	int             at = CMS_signed_get_attr_by_NID(o->signer, NID_pkcs9_signingTime, -1);
	X509_ATTRIBUTE *attr = at < 0 ? NULL : CMS_signed_get_attr(o->signer, at);
	ASN1_TYPE      *value = attr == NULL ? NULL : X509_ATTRIBUTE_get0_type(attr, 0);
	if (value == NULL || (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME))
		return 0;
	return time_of(value->value.asn1_string);
}

static void
take_token(const struct opened *o, struct pades_signature *s, struct hb_arena *a)
{
	int             at = CMS_unsigned_get_attr_by_NID(o->signer, NID_id_smime_aa_timeStampToken, -1);
	X509_ATTRIBUTE *attr = at < 0 ? NULL : CMS_unsigned_get_attr(o->signer, at);
	ASN1_TYPE      *value = attr == NULL ? NULL : X509_ATTRIBUTE_get0_type(attr, 0);
	if (value == NULL || value->type != V_ASN1_SEQUENCE)
		return;
	ASN1_STRING *token = value->value.sequence;
	void        *copy = hb_memdup(a, ASN1_STRING_get0_data(token), (size_t)ASN1_STRING_length(token));
	if (copy != NULL)
		s->token = HB_BYTES(copy, ASN1_STRING_length(token));
}

/* ---- the two kinds ---- */

static void
read_signature(const struct opened *o, const struct hb_bytes covered[2], struct pades_signature *s)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(o->cms);
	s->signature_ok = signature_is_good(o, NID_pkcs7_data);
	/* adbe.pkcs7.sha1 carries its own content: not a signature over the file's bytes */
	s->digest_ok = content != NULL && *content == NULL &&
	    digest_is(digest_nid(o), covered, 2, attribute(o, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING));
	s->certificate_bound = certificate_is_bound(o, false);
	s->attribute_time = signing_time(o);
}

static bool
imprint_is(TS_TST_INFO *tst, const struct hb_bytes covered[2], bool *ret_strong)
{
	TS_MSG_IMPRINT    *imprint = TS_TST_INFO_get_msg_imprint(tst);
	const ASN1_OBJECT *oid;
	X509_ALGOR_get0(&oid, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	*ret_strong = digest_is_strong(OBJ_obj2nid(oid));
	return digest_is(OBJ_obj2nid(oid), covered, 2, TS_MSG_IMPRINT_get_msg(imprint));
}

static void
read_timestamp(const struct opened *o, const struct hb_bytes covered[2], struct pades_signature *s)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(o->cms);
	if (content == NULL || *content == NULL)
		return;
	struct hb_bytes inner = HB_BYTES(ASN1_STRING_get0_data(*content), ASN1_STRING_length(*content));
	const uint8_t  *p = inner.p;
	TS_TST_INFO    *tst = d2i_TS_TST_INFO(NULL, &p, (long)inner.n);
	if (tst == NULL)
		return;
	bool strong = false;
	s->signature_ok = signature_is_good(o, NID_id_smime_ct_TSTInfo);
	s->digest_ok = imprint_is(tst, covered, &strong) &&
	    digest_is(digest_nid(o), &inner, 1, attribute(o, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING));
	s->algorithms_ok = s->algorithms_ok && strong;
	s->certificate_bound = certificate_is_bound(o, true);
	s->attribute_time = time_of(TS_TST_INFO_get_time(tst));
	TS_TST_INFO_free(tst);
}

bool
pades_read_cms(struct hb_bytes file, const struct pades_evidence *more_certs, struct pades_signature *s,
    struct hb_arena *a)
{
	struct opened         o = { 0 };
	const struct hb_bytes covered[2] = { HB_BYTES(file.p, s->hole_at),
		HB_BYTES(file.p + s->hole_end, s->covers_end - s->hole_end) };
	bool read = open_cms(s->cms, more_certs, &o);
	if (read) {
		ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(o.signer);
		void *copy = hb_memdup(a, ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
		s->value = copy == NULL ? s->value : HB_BYTES(copy, ASN1_STRING_length(value));
		s->algorithms_ok = algorithms_are_strong(&o);
		take_certs(&o, s, a);
		take_token(&o, s, a);
		if (s->kind == PADES_SIGNATURE)
			read_signature(&o, covered, s);
		else
			read_timestamp(&o, covered, s);
	}
	close_cms(&o);
	return read;
}
