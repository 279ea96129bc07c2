/* CRLs, what a dated statement proves, and the judgement of one certificate. */
#include "sign/pki_int.h"
#include "sign/revocation_int.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

void
revocation_revoked(struct pki_revocation *r, hb_time at)
{
	r->ever_revoked = true;
	r->state = r->revoked_at <= at ? PKI_REV_REVOKED : PKI_REV_GOOD;
	r->why = NULL;
}

void
revocation_good(struct pki_revocation *r, const struct pki_cert *c, hb_time at)
{
	hb_time until = r->next_update != 0 ? r->next_update : r->this_update;
	bool fresh = r->this_update <= at + PKI_SKEW && at <= until + PKI_SKEW;
	/* A CA may forget revoked certificates once they have expired: silence after that proves nothing. */
	bool later = r->this_update >= at && r->this_update <= c->not_after + PKI_SKEW;

	if (fresh || later) {
		r->state = PKI_REV_GOOD;
		r->why = NULL;
	} else if (at > until) {
		r->why = "thông tin thu hồi có trước thời điểm xét, đã hết hạn dùng";
	} else {
		r->why = "thông tin thu hồi được lập sau khi chứng thư số hết hạn";
	}
}

/* An extension we do not read could change the meaning of the list (RFC 5280 §5.2). */
static bool
has_critical_extension(const X509_CRL *crl)
{
	for (int i = 0; i < X509_CRL_get_ext_count(crl); i++)
		if (X509_EXTENSION_get_critical(X509_CRL_get_ext(crl, i)))
			return true;
	return false;
}

static const char *
crl_fault(X509_CRL *crl, struct pki_cert *issuer)
{
	uint32_t flags = X509_get_extension_flags(issuer->x509);

	if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer->x509)) != 0)
		return "danh sách thu hồi của tổ chức khác";
	if ((flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(issuer->x509) & KU_CRL_SIGN) == 0)
		return "tổ chức cấp chứng thư số không được ký danh sách thu hồi";
	if (!pki_policy_signature_allowed(X509_CRL_get_signature_nid(crl)) || !pki_policy_key_allowed(issuer->x509))
		return "danh sách thu hồi dùng thuật toán ký không được phép";
	if (X509_CRL_verify(crl, X509_get0_pubkey(issuer->x509)) != 1)
		return "chữ ký trên danh sách thu hồi không đúng";
	if (has_critical_extension(crl))
		return "danh sách thu hồi chỉ là một phần, không dùng được một mình";
	return NULL;
}

static void
check_crl(X509_CRL *crl, const struct pki_cert *c, struct pki_cert *issuer, hb_time at, struct pki_revocation *r)
{
	X509_REVOKED *entry = NULL;
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);

	r->why = crl_fault(crl, issuer);
	if (r->why != NULL)
		return;
	r->responder = issuer;
	r->why = "danh sách thu hồi có thời điểm không đọc được";
	if (!pki_time_of(X509_CRL_get0_lastUpdate(crl), &r->this_update) || (next != NULL && !pki_time_of(next, &r->next_update)))
		return;
	if (X509_CRL_get0_by_cert(crl, &entry, c->x509) != 1)
		revocation_good(r, c, at);
	else if (pki_time_of(X509_REVOKED_get0_revocationDate(entry), &r->revoked_at))
		revocation_revoked(r, at);
}

void
pki_crl_check(struct hb_bytes der, const struct pki_cert *c, struct pki_cert *issuer, hb_time at, struct hb_arena *a,
    struct pki_revocation *ret)
{
	struct pki_revocation r = { .state = PKI_REV_UNKNOWN, .is_crl = true, .why = "danh sách thu hồi không đọc được" };
	const unsigned char *p = der.p;
	X509_CRL *crl = der.n > 0 && der.n <= PKI_CRL_MAX ? d2i_X509_CRL(NULL, &p, (long)der.n) : NULL;

	(void)a;
	if (crl != NULL && p == der.p + der.n)
		check_crl(crl, c, issuer, at, &r);
	X509_CRL_free(crl);
	ERR_clear_error();
	*ret = r;
}

/* Revoked beats good beats unknown; among equals, the one that knows of a revocation, then the later. */
static bool
better(const struct pki_revocation *x, const struct pki_revocation *y)
{
	if (x->state != y->state)
		return x->state > y->state;
	if (x->ever_revoked != y->ever_revoked)
		return x->ever_revoked;
	return x->this_update > y->this_update;
}

/* An answer about c holds c's serial number: most of a pile is skipped without parsing it. */
static bool
may_be_about(struct hb_bytes der, const struct pki_cert *c)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(c->x509);

	return memmem(der.p, der.n, ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial)) != NULL;
}

void
pki_revocation_find(const struct pki_pool *pool, const struct pki_cert *c, struct pki_cert *issuer, hb_time at,
    struct hb_arena *a, struct pki_revocation *ret)
{
	struct pki_revocation best = { .state = PKI_REV_UNKNOWN,
		.why = "không có câu trả lời OCSP hay danh sách thu hồi cho chứng thư số này" };
	struct pki_revocation r;

	for (size_t i = 0; i < pool->n_ocsps; i++) {
		if (!may_be_about(pool->ocsps[i], c))
			continue;
		pki_ocsp_check(pool->ocsps[i], c, issuer, pool->certs, pool->n_certs, at, a, &r);
		if (better(&r, &best))
			best = r;
	}
	for (size_t i = 0; i < pool->n_crls; i++) {
		pki_crl_check(pool->crls[i], c, issuer, at, a, &r);
		if (better(&r, &best))
			best = r;
	}
	*ret = best;
}

enum hb_code
pki_judge(const struct pki_trust *t, struct pki_cert *leaf, const struct pki_pool *pool, enum pki_purpose purpose, hb_time at,
    struct hb_arena *a, struct pki_judgement *ret, struct hb_err *err)
{
	struct pki_judgement j = { .leaf.why = "chưa nối được tới tổ chức chứng thực được tin cậy",
		.cas.why = "chưa nối được tới tổ chức chứng thực được tin cậy" };
	struct pki_revocation r;
	enum hb_code code;

	code = pki_chain_build(t, leaf, pool->certs, pool->n_certs, purpose, at, a, &j.chain, err);
	if (code != HB_OK)
		return code;
	if (j.chain.status == PKI_OK) {
		j.leaf = j.cas = (struct pki_revocation){ .state = PKI_REV_GOOD };
		for (size_t i = 0; i + 1 < j.chain.n; i++) {
			pki_revocation_find(pool, j.chain.certs[i], j.chain.certs[i + 1], at, a, &r);
			if (i == 0)
				j.leaf = r;
			else if (j.cas.state != PKI_REV_REVOKED && r.state != PKI_REV_GOOD)
				j.cas = r;
		}
	}
	*ret = j;
	return HB_OK;
}
