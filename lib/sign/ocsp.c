/* OCSP: one question, and what an answer proves about a time. */
#include "sign/pki_int.h"
#include "sign/revocation_int.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

enum hb_code
pki_ocsp_request(const struct pki_cert *c, const struct pki_cert *issuer, struct hb_arena *a, struct hb_bytes *ret_der,
    struct hb_err *err)
{
	OCSP_REQUEST *req = OCSP_REQUEST_new();
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), c->x509, issuer->x509);
	unsigned char *der = NULL;
	enum hb_code code;

	if (req == NULL || id == NULL || OCSP_request_add0_id(req, id) == NULL) {
		OCSP_CERTID_free(id);
		OCSP_REQUEST_free(req);
		return hb_full(err);
	}
	code = pki_take_der(&der, i2d_OCSP_REQUEST(req, &der), a, ret_der, err);
	OCSP_REQUEST_free(req);
	return code;
}

/* The answer about c among those in the response, whichever hash its CertID uses. */
static OCSP_SINGLERESP *
find_single(OCSP_BASICRESP *basic, const struct pki_cert *c, const struct pki_cert *issuer)
{
	for (int i = 0; i < OCSP_resp_count(basic); i++) {
		OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
		const OCSP_CERTID *theirs = OCSP_SINGLERESP_get0_id(single);
		ASN1_OBJECT *hash;
		OCSP_CERTID *ours;
		const EVP_MD *md;
		int differ;

		if (OCSP_id_get0_info(NULL, &hash, NULL, NULL, (OCSP_CERTID *)theirs) != 1 ||
		    (md = EVP_get_digestbyobj(hash)) == NULL || (ours = OCSP_cert_to_id(md, c->x509, issuer->x509)) == NULL)
			continue;
		differ = OCSP_id_cmp(ours, theirs);
		OCSP_CERTID_free(ours);
		if (differ == 0)
			return single;
	}
	return NULL;
}

/* The issuer itself, or a certificate it issued for this purpose, in force when the answer was made.
 * Without id-pkix-ocsp-nocheck the responder's own revocation would have to be known: we cannot tell. */
static const char *
responder_fault(X509 *responder, const struct pki_cert *issuer, time_t produced)
{
	if (X509_cmp(responder, issuer->x509) == 0)
		return NULL;
	if (X509_check_issued(issuer->x509, responder) != X509_V_OK ||
	    X509_verify(responder, X509_get0_pubkey(issuer->x509)) != 1 ||
	    !pki_policy_signature_allowed(X509_get_signature_nid(responder)) || !pki_policy_key_allowed(responder))
		return "câu trả lời OCSP không do tổ chức cấp chứng thư số ủy quyền";
	if ((X509_get_extension_flags(responder) & EXFLAG_XKUSAGE) == 0 ||
	    (X509_get_extended_key_usage(responder) & XKU_OCSP_SIGN) == 0)
		return "chứng thư số của máy trả lời OCSP không được cấp để trả lời OCSP";
	if (X509_get_ext_by_NID(responder, NID_id_pkix_OCSP_noCheck, -1) < 0)
		return "chứng thư số của máy trả lời OCSP thiếu ocsp-nocheck nên chưa rõ còn hiệu lực";
	if (X509_cmp_time(X509_get0_notBefore(responder), &produced) > 0 ||
	    X509_cmp_time(X509_get0_notAfter(responder), &produced) < 0)
		return "chứng thư số của máy trả lời OCSP không còn hiệu lực khi trả lời";
	return NULL;
}

/* Signature and authority of the whole response. */
static const char *
response_fault(OCSP_BASICRESP *basic, struct pki_cert *issuer, STACK_OF(X509) *others)
{
	X509 *responder = NULL;
	const ASN1_OBJECT *algorithm;
	hb_time produced;

	X509_ALGOR_get0(&algorithm, NULL, NULL, OCSP_resp_get0_tbs_sigalg(basic));
	if (!pki_policy_signature_allowed(OBJ_obj2nid(algorithm)))
		return "câu trả lời OCSP dùng thuật toán ký không được phép";
	if (!pki_time_of(OCSP_resp_get0_produced_at(basic), &produced))
		return "câu trả lời OCSP không ghi thời điểm";
	if (OCSP_resp_get0_signer(basic, &responder, others) != 1)
		return "không tìm thấy chứng thư số của máy trả lời OCSP";
	if (OCSP_basic_verify(basic, others, NULL, OCSP_NOVERIFY) != 1)
		return "chữ ký trên câu trả lời OCSP không đúng";
	return responder_fault(responder, issuer, (time_t)produced);
}

static const char *
read_single(OCSP_SINGLERESP *single, struct statement *s)
{
	ASN1_GENERALIZEDTIME *revoked, *this_update, *next_update;
	int reason, status = OCSP_single_get0_status(single, &reason, &revoked, &this_update, &next_update);

	if (status != V_OCSP_CERTSTATUS_REVOKED && status != V_OCSP_CERTSTATUS_GOOD)
		return "máy trả lời OCSP không biết chứng thư số này";
	s->is_revoked = status == V_OCSP_CERTSTATUS_REVOKED;
	if (!pki_time_of(this_update, &s->this_update) || (next_update != NULL && !pki_time_of(next_update, &s->next_update)) ||
	    (s->is_revoked && !pki_time_of(revoked, &s->revoked_at)))
		return "câu trả lời OCSP có thời điểm không đọc được";
	return NULL;
}

static const char *
read_basic(OCSP_BASICRESP *basic, const struct pki_cert *c, struct pki_cert *issuer, struct pki_cert *const *pool,
    size_t n_pool, struct hb_arena *a, struct statement *s)
{
	OCSP_SINGLERESP *single = find_single(basic, c, issuer);
	STACK_OF(X509) *others;
	const char *fault;

	if (single == NULL)
		return "câu trả lời OCSP nói về chứng thư số khác";
	others = pki_stack(pool, n_pool, a);
	if (others == NULL || sk_X509_push(others, issuer->x509) <= 0)
		return "không đủ bộ nhớ để kiểm tra câu trả lời OCSP";
	fault = response_fault(basic, issuer, others);
	return fault != NULL ? fault : read_single(single, s);
}

static const char *
read_response(struct hb_bytes der, const struct pki_cert *c, struct pki_cert *issuer, struct pki_cert *const *pool, size_t n_pool,
    struct hb_arena *a, struct statement *s)
{
	const unsigned char *p = der.p;
	OCSP_RESPONSE *response = der.n > 0 && der.n <= PKI_OCSP_MAX ? d2i_OCSP_RESPONSE(NULL, &p, (long)der.n) : NULL;
	const char *fault = "câu trả lời OCSP không đọc được";
	OCSP_BASICRESP *basic = NULL;

	if (response != NULL && p == der.p + der.n) {
		if (OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
			fault = "máy trả lời OCSP từ chối trả lời";
		else
			basic = OCSP_response_get1_basic(response);
	}
	if (basic != NULL)
		fault = read_basic(basic, c, issuer, pool, n_pool, a, s);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	ERR_clear_error();
	return fault;
}

void
pki_ocsp_check(struct hb_bytes der, const struct pki_cert *c, struct pki_cert *issuer, struct pki_cert *const *pool,
    size_t n_pool, hb_time at, struct hb_arena *a, struct pki_revocation *ret)
{
	struct pki_revocation r = { .state = PKI_REV_UNKNOWN };
	struct pki_memo_key key = statement_key("ocsp", der, c, issuer);
	struct statement s = { .is_revoked = false };

	if (!pki_memo_get(&key, &s, sizeof s)) {
		r.why = read_response(der, c, issuer, pool, n_pool, a, &s);
		if (r.why == NULL)
			pki_memo_put(&key, &s, sizeof s);
	}
	if (r.why == NULL)
		statement_apply(&s, c, at, &r);
	*ret = r;
}
