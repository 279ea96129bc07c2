/* RFC 3161 from the client's side. */
#include "sign/timestamp.h"
#include "sign/pki_int.h"
#include "base/id.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/ts.h>

/* --- the request --- */

static bool
fill_request(TS_REQ *req, const struct hb_sha256 *digest, bool with_certs, uint64_t nonce)
{
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	bool good = imprint != NULL && algorithm != NULL && number != NULL &&
	    X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
	    TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
	    TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)digest->b, HB_SHA256_LEN) == 1 &&
	    ASN1_INTEGER_set_uint64(number, nonce) == 1 && TS_REQ_set_version(req, 1) == 1 &&
	    TS_REQ_set_msg_imprint(req, imprint) == 1 && TS_REQ_set_nonce(req, number) == 1 &&
	    TS_REQ_set_cert_req(req, with_certs) == 1;

	TS_MSG_IMPRINT_free(imprint);
	X509_ALGOR_free(algorithm);
	ASN1_INTEGER_free(number);
	return good;
}

enum hb_code
pki_tst_request(const struct hb_sha256 *digest, bool with_certs, struct hb_arena *a, struct hb_bytes *ret_der,
    uint64_t *ret_nonce, struct hb_err *err)
{
	TS_REQ *req = TS_REQ_new();
	unsigned char *der = NULL;
	enum hb_code code;
	uint64_t nonce;

	hb_random(&nonce, sizeof nonce);
	if (req == NULL || !fill_request(req, digest, with_certs, nonce)) {
		TS_REQ_free(req);
		return hb_full(err);
	}
	code = pki_take_der(&der, i2d_TS_REQ(req, &der), a, ret_der, err);
	TS_REQ_free(req);
	if (code == HB_OK)
		*ret_nonce = nonce;
	return code;
}

/* --- the response --- */

static bool
answers(TS_TST_INFO *info, const struct hb_sha256 *digest, uint64_t nonce)
{
	const ASN1_INTEGER *number = TS_TST_INFO_get_nonce(info);
	ASN1_OCTET_STRING *imprint = TS_MSG_IMPRINT_get_msg(TS_TST_INFO_get_msg_imprint(info));
	uint64_t theirs;

	return number != NULL && ASN1_INTEGER_get_uint64(&theirs, number) == 1 && theirs == nonce &&
	    ASN1_STRING_length(imprint) == HB_SHA256_LEN &&
	    memcmp(ASN1_STRING_get0_data(imprint), digest->b, HB_SHA256_LEN) == 0;
}

static enum hb_code
token_of(TS_RESP *resp, const struct hb_sha256 *digest, uint64_t nonce, struct hb_arena *a, struct hb_bytes *ret_token,
    struct hb_err *err)
{
	long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(resp)));
	unsigned char *der = NULL;

	if (status != TS_STATUS_GRANTED && status != TS_STATUS_GRANTED_WITH_MODS)
		return hb_fail(err, HB_E_UPSTREAM, "pki.tsaTuChoi", "máy cấp dấu thời gian từ chối yêu cầu (mã %ld)", status);
	if (TS_RESP_get_token(resp) == NULL || TS_RESP_get_tst_info(resp) == NULL ||
	    !answers(TS_RESP_get_tst_info(resp), digest, nonce))
		return hb_fail(err, HB_E_UPSTREAM, "pki.traLoiSai", "dấu thời gian nhận về không phải cho dữ liệu đã gửi");
	return pki_take_der(&der, i2d_PKCS7(TS_RESP_get_token(resp), &der), a, ret_token, err);
}

enum hb_code
pki_tst_of_response(struct hb_bytes der, const struct hb_sha256 *digest, uint64_t nonce, struct hb_arena *a,
    struct hb_bytes *ret_token, struct hb_err *err)
{
	const unsigned char *p = der.p;
	TS_RESP *resp = der.n > 0 && der.n <= PKI_TOKEN_MAX ? d2i_TS_RESP(NULL, &p, (long)der.n) : NULL;
	enum hb_code code;

	if (resp == NULL)
		code = hb_fail(err, HB_E_UPSTREAM, "pki.traLoiSai", "máy cấp dấu thời gian trả lời sai dạng");
	else
		code = token_of(resp, digest, nonce, a, ret_token, err);
	TS_RESP_free(resp);
	ERR_clear_error();
	return code;
}

/* --- the token --- */

static CMS_ContentInfo *
cms_of(struct hb_bytes token)
{
	const unsigned char *p = token.p;
	CMS_ContentInfo *cms = token.n > 0 && token.n <= PKI_TOKEN_MAX ? d2i_CMS_ContentInfo(NULL, &p, (long)token.n) : NULL;

	if (cms != NULL && (p != token.p + token.n || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed ||
	    OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_id_smime_ct_TSTInfo ||
	    sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) != 1)) {
		CMS_ContentInfo_free(cms);
		cms = NULL;
	}
	return cms;
}

static TS_TST_INFO *
info_of(CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);
	const unsigned char *p;

	if (content == NULL || *content == NULL)
		return NULL;
	p = ASN1_STRING_get0_data(*content);
	return d2i_TS_TST_INFO(NULL, &p, ASN1_STRING_length(*content));
}

static bool
hash_of(const X509_ALGOR *algorithm, enum pki_hash *ret)
{
	const ASN1_OBJECT *object;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	switch (OBJ_obj2nid(object)) {
	case NID_sha256: *ret = PKI_SHA256; return true;
	case NID_sha384: *ret = PKI_SHA384; return true;
	case NID_sha512: *ret = PKI_SHA512; return true;
	default: return false;
	}
}

static bool
read_info(TS_TST_INFO *info, struct hb_arena *a, struct pki_token *t)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	ASN1_OCTET_STRING *bytes = TS_MSG_IMPRINT_get_msg(imprint);
	size_t n = (size_t)ASN1_STRING_length(bytes);
	void *copy = hb_memdup(a, ASN1_STRING_get0_data(bytes), n);

	if (copy == NULL || !hash_of(TS_MSG_IMPRINT_get_algo(imprint), &t->hash) ||
	    !pki_time_of(TS_TST_INFO_get_time(info), &t->time))
		return false;
	t->imprint = HB_BYTES(copy, n);
	t->serial = pki_hex_of(TS_TST_INFO_get_serial(info), a);
	return t->serial != NULL;
}

/* The signing-certificate attribute must name the signer: else another certificate of the same key could be put in. */
static bool
names_signer(CMS_SignerInfo *si, X509 *signer)
{
	ASN1_STRING *v1 = CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(NID_id_smime_aa_signingCertificate), -3, V_ASN1_SEQUENCE);
	ASN1_STRING *v2 = CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2), -3, V_ASN1_SEQUENCE);
	const unsigned char *p;
	ESS_SIGNING_CERT *ess = NULL;
	ESS_SIGNING_CERT_V2 *ess2 = NULL;
	STACK_OF(X509) *chain = sk_X509_new_null();
	bool good = false;

	if (v1 != NULL) {
		p = ASN1_STRING_get0_data(v1);
		ess = d2i_ESS_SIGNING_CERT(NULL, &p, ASN1_STRING_length(v1));
	}
	if (v2 != NULL) {
		p = ASN1_STRING_get0_data(v2);
		ess2 = d2i_ESS_SIGNING_CERT_V2(NULL, &p, ASN1_STRING_length(v2));
	}
	if (chain != NULL && sk_X509_push(chain, signer) > 0 && (ess != NULL || ess2 != NULL))
		good = OSSL_ESS_check_signing_certs(ess, ess2, chain, 1) > 0;
	sk_X509_free(chain);
	ESS_SIGNING_CERT_free(ess);
	ESS_SIGNING_CERT_V2_free(ess2);
	return good;
}

static bool
algorithms_allowed(CMS_SignerInfo *si, X509 *signer)
{
	X509_ALGOR *digest, *signature;
	enum pki_hash hash;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, &digest, &signature);
	return hash_of(digest, &hash) && pki_policy_key_allowed(signer);
}

static const char *
signature_fault(CMS_ContentInfo *cms, X509 *signer, struct hb_arena *a)
{
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	STACK_OF(X509) *one = pki_stack(NULL, 0, a);

	if (one == NULL || sk_X509_push(one, signer) <= 0)
		return "không đủ bộ nhớ để kiểm tra dấu thời gian";
	if (!algorithms_allowed(si, signer))
		return "dấu thời gian dùng thuật toán không được phép";
	if (CMS_verify(cms, one, NULL, NULL, NULL, CMS_NO_SIGNER_CERT_VERIFY | CMS_NOINTERN | CMS_BINARY) != 1)
		return "chữ ký trên dấu thời gian không đúng";
	if (!names_signer(si, signer))
		return "dấu thời gian không ghi đúng chứng thư số của máy cấp";
	return NULL;
}

/* Among the certificates inside and the candidates, the one that the signer identifier names. */
static enum hb_code
find_signer(CMS_ContentInfo *cms, struct pki_cert *const *pool, size_t n_pool, struct hb_arena *a, struct pki_cert **ret,
    struct hb_err *err)
{
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	STACK_OF(X509) *inside;
	enum hb_code code = HB_OK;

	for (size_t i = 0; i < n_pool; i++)
		if (CMS_SignerInfo_cert_cmp(si, pool[i]->x509) == 0) {
			*ret = pool[i];
			return HB_OK;
		}
	inside = CMS_get1_certs(cms);
	for (int i = 0; code == HB_OK && *ret == NULL && i < sk_X509_num(inside); i++)
		if (CMS_SignerInfo_cert_cmp(si, sk_X509_value(inside, i)) == 0)
			code = pki_cert_wrap(sk_X509_value(inside, i), a, ret, err);
	sk_X509_pop_free(inside, X509_free);
	return code;
}

static enum hb_code
read_token(CMS_ContentInfo *cms, struct pki_cert *const *pool, size_t n_pool, struct hb_arena *a, struct pki_token *t,
    struct hb_err *err)
{
	TS_TST_INFO *info = info_of(cms);
	bool good = info != NULL && read_info(info, a, t);
	enum hb_code code;

	TS_TST_INFO_free(info);
	if (!good)
		return a->full ? hb_full(err) : hb_fail(err, HB_E_INPUT, "pki.dauSai", "nội dung dấu thời gian không đọc được");
	code = find_signer(cms, pool, n_pool, a, &t->signer, err);
	if (code != HB_OK)
		return code;
	t->why = t->signer == NULL ? "không có chứng thư số của máy cấp dấu thời gian" :
	    signature_fault(cms, t->signer->x509, a);
	t->signature_ok = t->why == NULL;
	return HB_OK;
}

enum hb_code
pki_tst_read(struct hb_bytes token, struct pki_cert *const *pool, size_t n_pool, struct hb_arena *a, struct pki_token *ret,
    struct hb_err *err)
{
	CMS_ContentInfo *cms = cms_of(token);
	struct pki_token t = { .signature_ok = false };
	enum hb_code code;

	if (cms == NULL)
		code = hb_fail(err, HB_E_INPUT, "pki.dauSai", "dấu thời gian không đúng dạng RFC 3161");
	else
		code = read_token(cms, pool, n_pool, a, &t, err);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	if (code == HB_OK)
		*ret = t;
	return code;
}

enum hb_code
pki_tst_certs(struct hb_bytes token, struct hb_arena *a, struct pki_cert ***ret_certs, size_t *ret_n, struct hb_err *err)
{
	CMS_ContentInfo *cms = cms_of(token);
	STACK_OF(X509) *inside = cms != NULL ? CMS_get1_certs(cms) : NULL;
	int n = inside != NULL ? sk_X509_num(inside) : 0;
	struct pki_cert **list = HB_NEWN(a, struct pki_cert *, (size_t)n + 1);
	enum hb_code code = HB_OK;

	if (cms == NULL)
		code = hb_fail(err, HB_E_INPUT, "pki.dauSai", "dấu thời gian không đúng dạng RFC 3161");
	else if (list == NULL)
		code = hb_full(err);
	for (int i = 0; code == HB_OK && i < n; i++)
		code = pki_cert_wrap(sk_X509_value(inside, i), a, &list[i], err);
	sk_X509_pop_free(inside, X509_free);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	if (code != HB_OK)
		return code;
	*ret_certs = list;
	*ret_n = (size_t)n;
	return HB_OK;
}

/* --- the judgement --- */

bool
pki_tst_covers(const struct pki_token *t, struct hb_bytes data)
{
	static const char *const names[] = { [PKI_SHA256] = "SHA256", [PKI_SHA384] = "SHA384", [PKI_SHA512] = "SHA512" };
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t n = 0;

	return EVP_Q_digest(NULL, names[t->hash], NULL, data.p, data.n, digest, &n) == 1 && n == t->imprint.n &&
	    memcmp(digest, t->imprint.p, n) == 0;
}

static void
conclude(struct pki_tst_judgement *j)
{
	if (!j->token.signature_ok) {
		j->status = j->token.signer == NULL ? PKI_INDETERMINATE : PKI_BAD_SIGNATURE;
		j->why = j->token.why;
	} else if (!j->covers) {
		j->status = PKI_BAD_SIGNATURE;
		j->why = "dấu thời gian được cấp cho dữ liệu khác";
	} else if (j->tsa.chain.status != PKI_OK) {
		j->status = j->tsa.chain.status;
		j->why = pki_status_vi(j->status);
	} else if (j->tsa.leaf.state == PKI_REV_REVOKED || j->tsa.cas.state == PKI_REV_REVOKED) {
		j->status = PKI_REVOKED;
		j->why = "chứng thư số của máy cấp dấu thời gian đã bị thu hồi";
	} else if (j->tsa.leaf.state != PKI_REV_GOOD) {
		j->why = j->tsa.leaf.why;
	} else {
		j->status = PKI_OK;
	}
}

enum hb_code
pki_tst_judge(const struct pki_trust *t, struct hb_bytes token, struct hb_bytes data, const struct pki_pool *pool, hb_time at,
    struct hb_arena *a, struct pki_tst_judgement *ret, struct hb_err *err)
{
	struct pki_tst_judgement j = { .status = PKI_INDETERMINATE };
	enum hb_code code = pki_tst_read(token, pool->certs, pool->n_certs, a, &j.token, err);

	if (code != HB_OK)
		return code;
	j.covers = pki_tst_covers(&j.token, data);
	if (j.token.signature_ok)
		code = pki_judge(t, j.token.signer, pool, PKI_FOR_TIMESTAMP, at != 0 ? at : j.token.time, a, &j.tsa, err);
	if (code != HB_OK)
		return code;
	conclude(&j);
	*ret = j;
	return HB_OK;
}
