/* OCSP answers and revocation lists of the test PKI. */
#include "demo/pki/testpki_int.h"
#include "sign/pki_int.h"

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { OCSP_VALID_S = 12 * 3600, CRL_VALID_S = 7 * 86400 };

static void
add_status(struct testpki *pki, enum testpki_ca ca, OCSP_BASICRESP *basic, OCSP_CERTID *id)
{
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)hb_now()), *until = ASN1_TIME_set(NULL, (time_t)hb_now() + OCSP_VALID_S);
	ASN1_INTEGER *serial = NULL;
	ASN1_TIME *when = NULL;
	int status = V_OCSP_CERTSTATUS_UNKNOWN;
	hb_time revoked = 0;
	HB_SCOPED_ARENA a;

	hb_arena_init(&a, 65536);
	OCSP_id_get0_info(NULL, NULL, NULL, &serial, id);
	if (testpki_find(pki, ca, pki_hex_of(serial, &a), &revoked))
		status = revoked == 0 ? V_OCSP_CERTSTATUS_GOOD : V_OCSP_CERTSTATUS_REVOKED;
	if (revoked != 0)
		when = ASN1_TIME_set(NULL, (time_t)revoked);
	OCSP_basic_add1_status(basic, id, status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, when, from, until);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	ASN1_TIME_free(when);
}

static OCSP_RESPONSE *
answer(struct testpki *pki, enum testpki_ca ca, OCSP_REQUEST *req, enum testpki_fault fault)
{
	enum member signer = ca == TESTPKI_GOVERNMENT ? M_OCSP_GOVERNMENT : M_OCSP_PUBLIC;
	enum member key = fault == TESTPKI_WRONG ? M_TSA : signer;
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_RESPONSE *resp = NULL;

	for (int i = 0; i < OCSP_request_onereq_count(req); i++)
		add_status(pki, ca, basic, OCSP_onereq_get0_id(OCSP_request_onereq_get0(req, i)));
	OCSP_copy_nonce(basic, req);
	if (OCSP_basic_sign(basic, pki->certs[key]->x509, pki->keys[key], EVP_sha256(), NULL, 0) == 1)
		resp = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	OCSP_BASICRESP_free(basic);
	return resp;
}

enum hb_code
testpki_ocsp_answer(struct testpki *pki, enum testpki_ca ca, struct hb_bytes request, enum testpki_fault fault,
    struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err)
{
	const unsigned char *p = request.p;
	OCSP_REQUEST *req = d2i_OCSP_REQUEST(NULL, &p, (long)request.n);
	OCSP_RESPONSE *resp;
	unsigned char *der = NULL;
	enum hb_code code;

	if (req == NULL)
		resp = OCSP_response_create(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, NULL);
	else if (fault == TESTPKI_REFUSE || ca == TESTPKI_ROOT)
		resp = OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, NULL);
	else
		resp = answer(pki, ca, req, fault);
	OCSP_REQUEST_free(req);
	if (resp == NULL)
		return hb_bug(err, "an OCSP answer cannot be made");
	code = pki_take_der(&der, i2d_OCSP_RESPONSE(resp, &der), a, ret, err);
	OCSP_RESPONSE_free(resp);
	return code;
}

static void
add_revoked(X509_CRL *crl, const struct issued *row)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)row->revoked);
	ASN1_INTEGER *serial;
	BIGNUM *n = NULL;

	BN_hex2bn(&n, row->serial);
	serial = BN_to_ASN1_INTEGER(n, NULL);
	X509_REVOKED_set_serialNumber(entry, serial);
	X509_REVOKED_set_revocationDate(entry, when);
	X509_CRL_add0_revoked(crl, entry);
	ASN1_INTEGER_free(serial);
	ASN1_TIME_free(when);
	BN_free(n);
}

static void
set_crl(struct testpki *pki, enum testpki_ca ca, X509_CRL *crl)
{
	enum member m = testpki_member_of(ca);
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)hb_now()), *until = ASN1_TIME_set(NULL, (time_t)hb_now() + CRL_VALID_S);
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	X509V3_CTX ctx;
	X509_EXTENSION *akid;
	hb_time unused;

	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(pki->certs[m]->x509));
	X509_CRL_set1_lastUpdate(crl, from);
	X509_CRL_set1_nextUpdate(crl, until);
	ASN1_INTEGER_set_int64(number, hb_now());
	X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
	X509V3_set_ctx(&ctx, pki->certs[m]->x509, NULL, NULL, crl, 0);
	akid = X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier, "keyid:always");
	X509_CRL_add_ext(crl, akid, -1);
	X509_EXTENSION_free(akid);
	testpki_find(pki, ca, "", &unused);                     /* reads what other processes wrote */
	pthread_mutex_lock(&pki->lock);
	for (size_t i = 0; i < pki->n_issued; i++)
		if (pki->issued[i].ca == ca && pki->issued[i].revoked != 0)
			add_revoked(crl, &pki->issued[i]);
	pthread_mutex_unlock(&pki->lock);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	ASN1_INTEGER_free(number);
}

enum hb_code
testpki_crl(struct testpki *pki, enum testpki_ca ca, struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err)
{
	X509_CRL *crl = X509_CRL_new();
	unsigned char *der = NULL;
	enum hb_code code;

	if (crl == NULL)
		return hb_full(err);
	set_crl(pki, ca, crl);
	X509_CRL_sort(crl);
	if (X509_CRL_sign(crl, pki->keys[testpki_member_of(ca)], EVP_sha256()) <= 0)
		code = hb_bug(err, "a revocation list cannot be signed");
	else
		code = pki_take_der(&der, i2d_X509_CRL(crl, &der), a, ret, err);
	X509_CRL_free(crl);
	return code;
}
