/* CRLs, what a dated statement proves, and the judgement of one certificate. */
#include "sign/pki_int.h"
#include "sign/revocation_int.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

struct pki_memo_key
statement_key(const char *tag, struct hb_bytes der, const struct pki_cert *c, const struct pki_cert *issuer)
{
	struct hb_bytes parts[] = { der, HB_BYTES(c->fingerprint.b, HB_SHA256_LEN), HB_BYTES(issuer->fingerprint.b, HB_SHA256_LEN) };

	return pki_memo_key(tag, parts, 3);
}

static void
apply_good(const struct pki_cert *c, hb_time at, struct pki_revocation *r)
{
	hb_time until = r->next_update != 0 ? r->next_update : r->this_update;
	bool fresh = r->this_update <= at + PKI_SKEW && at <= until + PKI_SKEW;
	/* A CA may forget revoked certificates once they have expired: silence after that proves nothing. */
	bool later = r->this_update >= at && r->this_update <= c->not_after + PKI_SKEW;

	r->why = NULL;
	if (fresh || later)
		r->state = PKI_REV_GOOD;
	else if (at > until)
		r->why = "thông tin thu hồi có trước thời điểm xét, đã hết hạn dùng";
	else
		r->why = "thông tin thu hồi được lập sau khi chứng thư số hết hạn";
}

void
statement_apply(const struct statement *s, const struct pki_cert *c, hb_time at, struct pki_revocation *r)
{
	r->this_update = s->this_update;
	r->next_update = s->next_update;
	if (!s->is_revoked) {
		apply_good(c, at, r);
		return;
	}
	r->ever_revoked = true;
	r->revoked_at = s->revoked_at;
	r->state = s->revoked_at <= at ? PKI_REV_REVOKED : PKI_REV_GOOD;
	r->why = NULL;
}

static bool
names_address(const struct pki_cert *c, const GENERAL_NAME *address)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(c->x509, NID_crl_distribution_points, NULL, NULL);
	bool found = false;

	for (int i = 0; !found && i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *p = sk_DIST_POINT_value(points, i);

		if (p->distpoint == NULL || p->distpoint->type != 0)
			continue;
		for (int k = 0; !found && k < sk_GENERAL_NAME_num(p->distpoint->name.fullname); k++)
			found = GENERAL_NAME_cmp(sk_GENERAL_NAME_value(p->distpoint->name.fullname, k), (GENERAL_NAME *)address) == 0;
	}
	CRL_DIST_POINTS_free(points);
	return found;
}

/* A CA may split its list by kind of certificate or by address (RFC 5280 §5.2.5): is c in this part? */
static bool
is_in_part(const ISSUING_DIST_POINT *part, const struct pki_cert *c)
{
	if (part->indirectCRL > 0 || part->onlyattr > 0 || part->onlysomereasons != NULL || (part->onlyuser > 0 && c->is_ca) ||
	    (part->onlyCA > 0 && !c->is_ca))
		return false;
	if (part->distpoint == NULL)
		return true;
	if (part->distpoint->type != 0)
		return false;
	for (int i = 0; i < sk_GENERAL_NAME_num(part->distpoint->name.fullname); i++)
		if (names_address(c, sk_GENERAL_NAME_value(part->distpoint->name.fullname, i)))
			return true;
	return false;
}

/* Does the list speak for c?  A critical extension we do not read could change its meaning (RFC 5280 §5.2). */
static bool
speaks_for(X509_CRL *crl, const struct pki_cert *c)
{
	ISSUING_DIST_POINT *part;
	bool speaks;

	for (int i = 0; i < X509_CRL_get_ext_count(crl); i++) {
		X509_EXTENSION *e = X509_CRL_get_ext(crl, i);

		if (X509_EXTENSION_get_critical(e) && OBJ_obj2nid(X509_EXTENSION_get_object(e)) != NID_issuing_distribution_point)
			return false;
	}
	if (X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1) < 0)
		return true;
	part = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, NULL, NULL);
	speaks = part != NULL && is_in_part(part, c);
	ISSUING_DIST_POINT_free(part);
	return speaks;
}

static const char *
crl_fault(X509_CRL *crl, const struct pki_cert *c, struct pki_cert *issuer)
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
	if (!speaks_for(crl, c))
		return "danh sách thu hồi chỉ là một phần, không nói về chứng thư số này";
	return NULL;
}

static const char *
read_crl(X509_CRL *crl, const struct pki_cert *c, struct pki_cert *issuer, struct statement *s)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	const char *fault = crl_fault(crl, c, issuer);
	X509_REVOKED *entry = NULL;

	if (fault != NULL)
		return fault;
	if (!pki_time_of(X509_CRL_get0_lastUpdate(crl), &s->this_update) || (next != NULL && !pki_time_of(next, &s->next_update)))
		return "danh sách thu hồi có thời điểm không đọc được";
	s->is_revoked = X509_CRL_get0_by_cert(crl, &entry, c->x509) == 1;
	if (s->is_revoked && !pki_time_of(X509_REVOKED_get0_revocationDate(entry), &s->revoked_at))
		return "danh sách thu hồi có thời điểm không đọc được";
	return NULL;
}

void
pki_crl_check(struct hb_bytes der, const struct pki_cert *c, struct pki_cert *issuer, hb_time at, struct pki_revocation *ret)
{
	struct pki_revocation r = { .state = PKI_REV_UNKNOWN, .is_crl = true, .why = "danh sách thu hồi không đọc được" };
	struct pki_memo_key key = statement_key("crl", der, c, issuer);
	const unsigned char *p = der.p;
	struct statement s = { .is_revoked = false };
	X509_CRL *crl;

	if (pki_memo_get(&key, &s, sizeof s)) {
		statement_apply(&s, c, at, &r);
		*ret = r;
		return;
	}
	crl = der.n > 0 && der.n <= PKI_CRL_MAX ? d2i_X509_CRL(NULL, &p, (long)der.n) : NULL;
	if (crl != NULL && p == der.p + der.n)
		r.why = read_crl(crl, c, issuer, &s);
	if (r.why == NULL) {
		pki_memo_put(&key, &s, sizeof s);
		statement_apply(&s, c, at, &r);
	}
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
		pki_crl_check(pool->crls[i], c, issuer, at, &r);
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
