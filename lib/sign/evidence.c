/* Gathering what a finished file needs to stand alone. */
#include "sign/evidence.h"

#include <string.h>

enum { CERTS_MAX = 64, ITEMS_MAX = 256 };

struct gather {
	const struct pki_trust *trust;
	struct pki_net         *net;
	struct hb_arena        *a;
	struct pki_cert        *pool[CERTS_MAX];   /* every CA and TSA certificate known so far */
	size_t                  n_pool;
	struct evidence         out;
};

static bool
has_bytes(const struct hb_bytes *list, size_t n, struct hb_bytes item)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].n == item.n && memcmp(list[i].p, item.p, item.n) == 0)
			return true;
	return false;
}

static enum hb_code
add_once(struct hb_bytes *list, size_t *n, struct hb_bytes item, struct hb_err *err)
{
	if (has_bytes(list, *n, item))
		return HB_OK;
	if (*n == ITEMS_MAX)
		return hb_fail(err, HB_E_TOOBIG, "pki.nhieuBangChung", "tệp cần hơn %d mục bằng chứng", ITEMS_MAX);
	list[(*n)++] = item;
	return HB_OK;
}

static bool
has_cert(struct pki_cert *const *pool, size_t n, const struct pki_cert *c)
{
	for (size_t i = 0; i < n; i++)
		if (pki_cert_eq(pool[i], c))
			return true;
	return false;
}

static enum hb_code
add_to_pool(struct gather *g, struct pki_cert *c, struct hb_err *err)
{
	if (has_cert(g->pool, g->n_pool, c))
		return HB_OK;
	if (g->n_pool == CERTS_MAX)
		return hb_fail(err, HB_E_TOOBIG, "pki.nhieuBangChung", "tệp cần hơn %d chứng thư số của tổ chức", CERTS_MAX);
	g->pool[g->n_pool++] = c;
	return HB_OK;
}

static enum hb_code
chain_fault(const struct pki_chain *chain, const struct pki_cert *leaf, struct hb_err *err)
{
	const char *key = chain->status == PKI_EXPIRED ? "pki.hetHan" : "pki.khongHopLe";

	return hb_fail(err, HB_E_RULE, key, "%s: %s", leaf->name, pki_status_vi(chain->status));
}

enum hb_code
evidence_chain(const struct pki_trust *trust, struct pki_net *net, struct pki_cert *leaf, struct pki_cert **pool,
    size_t *n_pool, size_t max, enum pki_purpose purpose, hb_time at, struct hb_arena *a, struct pki_chain *ret_chain,
    struct hb_err *err)
{
	struct pki_chain chain = { .status = PKI_INDETERMINATE };
	enum hb_code code = HB_OK;

	for (int step = 0; step < PKI_CHAIN_MAX; step++) {
		struct pki_cert *issuer;

		code = pki_chain_build(trust, leaf, pool, *n_pool, purpose, at, a, &chain, err);
		if (code != HB_OK || chain.status != PKI_NO_CHAIN || chain.n == 0 || *n_pool == max ||
		    pki_issuer_fetch(net, chain.certs[chain.n - 1], a, &issuer, NULL) != HB_OK || has_cert(pool, *n_pool, issuer))
			break;
		pool[(*n_pool)++] = issuer;
	}
	if (code == HB_OK)
		*ret_chain = chain;
	return code;
}

/* The path at that time, which must hold. */
static enum hb_code
complete_chain(struct gather *g, struct pki_cert *leaf, enum pki_purpose purpose, hb_time at, struct pki_chain *chain,
    struct hb_err *err)
{
	enum hb_code code = evidence_chain(g->trust, g->net, leaf, g->pool, &g->n_pool, CERTS_MAX, purpose, at, g->a, chain, err);

	return code == HB_OK && chain->status != PKI_OK ? chain_fault(chain, leaf, err) : code;
}

static enum hb_code
revoked(const struct pki_cert *c, struct hb_err *err)
{
	return hb_fail(err, HB_E_RULE, "pki.daThuHoi", "chứng thư số của %s đã bị thu hồi trước thời điểm ký", c->name);
}

static enum hb_code
add_answer(struct gather *g, struct hb_bytes der, bool is_crl, bool is_tsa, struct hb_err *err)
{
	struct evidence *e = &g->out;

	if (is_tsa && has_bytes(is_crl ? e->crls : e->ocsps, is_crl ? e->n_crls : e->n_ocsps, der))
		return HB_OK;
	if (is_tsa)
		return is_crl ? add_once(e->tsa_crls, &e->n_tsa_crls, der, err) : add_once(e->tsa_ocsps, &e->n_tsa_ocsps, der, err);
	return is_crl ? add_once(e->crls, &e->n_crls, der, err) : add_once(e->ocsps, &e->n_ocsps, der, err);
}

/* One certificate's revocation at `at`: OCSP first, the CRL where no responder answers. */
static enum hb_code
add_revocation(struct gather *g, struct pki_cert *c, struct pki_cert *issuer, bool is_tsa, hb_time at, struct hb_err *err)
{
	struct pki_revocation r = { .why = NULL };
	struct hb_err quiet = HB_ERR_INIT;
	struct hb_bytes der;

	if (pki_ocsp_fetch(g->net, c, issuer, at, g->a, &der, &quiet) == HB_OK) {
		pki_ocsp_check(der, c, issuer, g->pool, g->n_pool, at, g->a, &r);
		if (r.state == PKI_REV_REVOKED)
			return revoked(c, err);
		if (r.state == PKI_REV_GOOD)
			return add_answer(g, der, false, is_tsa, err);
	}
	/* No address for OCSP is no fault where there is a list: then the list's silence is what the person should hear. */
	if (quiet.key != NULL && strcmp(quiet.key, "pki.khongDiaChi") == 0)
		quiet = HB_ERR_INIT;
	if (pki_crl_fetch(g->net, c, at, g->a, &der, &quiet) == HB_OK) {
		pki_crl_check(der, c, issuer, at, &r);
		if (r.state == PKI_REV_REVOKED)
			return revoked(c, err);
		if (r.state == PKI_REV_GOOD)
			return add_answer(g, der, true, is_tsa, err);
	}
	hb_fail(err, HB_E_UPSTREAM, "pki.chuaRoThuHoi", "chưa biết chứng thư số của %s còn hiệu lực không: %s", c->name,
	    r.why != NULL ? r.why : quiet.msg);
	return hb_hint(err, "Chữ ký đã có không mất; bằng chứng sẽ được bổ sung khi dịch vụ trả lời.");
}

/* Certificates between the signer and the anchor, and the revocation of everything below the anchor. */
static enum hb_code
add_path(struct gather *g, const struct pki_chain *chain, bool is_tsa, hb_time at, struct hb_err *err)
{
	enum hb_code code = HB_OK;

	for (size_t i = 0; code == HB_OK && i + 1 < chain->n; i++) {
		struct pki_cert *c = chain->certs[i];

		if (is_tsa)
			code = add_once(g->out.tsa_certs, &g->out.n_tsa_certs, c->der, err);
		else if (i > 0)
			code = add_once(g->out.certs, &g->out.n_certs, c->der, err);
		if (code == HB_OK)
			code = add_revocation(g, c, chain->certs[i + 1], is_tsa, at, err);
	}
	return code;
}

static enum hb_code
gather_signer(struct gather *g, const struct evidence_signer *s, struct hb_err *err)
{
	struct pki_chain chain;
	struct pki_cert *cert;
	enum hb_code code = pki_cert_parse(s->cert, g->a, &cert, err);

	if (code == HB_OK)
		code = complete_chain(g, cert, PKI_FOR_SIGNING, s->time, &chain, err);
	return code == HB_OK ? add_path(g, &chain, false, s->time, err) : code;
}

static enum hb_code
gather_token(struct gather *g, struct hb_bytes token, struct hb_err *err)
{
	struct pki_chain chain;
	struct pki_token t;
	enum hb_code code = pki_tst_read(token, g->pool, g->n_pool, g->a, &t, err);

	if (code != HB_OK)
		return code;
	if (!t.signature_ok)
		return hb_fail(err, HB_E_RULE, "pki.dauSai", "%s", t.why);
	code = complete_chain(g, t.signer, PKI_FOR_TIMESTAMP, t.time, &chain, err);
	return code == HB_OK ? add_path(g, &chain, true, t.time, err) : code;
}

static enum hb_code
init_gather(struct gather *g, struct pki_cert *const *cas, size_t n_cas, size_t n_tokens, struct hb_err *err)
{
	struct evidence *e = &g->out;
	struct pki_cert **tsa;
	enum hb_code code = HB_OK;
	size_t n_tsa = 0;

	e->certs = HB_NEWN(g->a, struct hb_bytes, ITEMS_MAX);
	e->ocsps = HB_NEWN(g->a, struct hb_bytes, ITEMS_MAX);
	e->crls = HB_NEWN(g->a, struct hb_bytes, ITEMS_MAX);
	e->tsa_certs = HB_NEWN(g->a, struct hb_bytes, ITEMS_MAX);
	e->tsa_ocsps = HB_NEWN(g->a, struct hb_bytes, ITEMS_MAX);
	e->tsa_crls = HB_NEWN(g->a, struct hb_bytes, ITEMS_MAX);
	if (e->certs == NULL || e->ocsps == NULL || e->crls == NULL || e->tsa_certs == NULL || e->tsa_ocsps == NULL ||
	    e->tsa_crls == NULL)
		return hb_full(err);
	for (size_t i = 0; code == HB_OK && i < n_cas; i++)
		code = add_to_pool(g, cas[i], err);
	if (code == HB_OK && n_tokens > 0)
		code = pki_tsa_certs(g->net, g->a, &tsa, &n_tsa, err);
	for (size_t i = 0; code == HB_OK && i < n_tsa; i++)
		code = add_to_pool(g, tsa[i], err);
	return code;
}

enum hb_code
evidence_gather(const struct pki_trust *trust, struct pki_net *net, struct pki_cert *const *cas, size_t n_cas,
    const struct evidence_signer *signers, size_t n_signers, const struct hb_bytes *tokens, size_t n_tokens,
    struct hb_arena *a, struct evidence *ret, struct hb_err *err)
{
	struct gather g = { .trust = trust, .net = net, .a = a };
	enum hb_code code = init_gather(&g, cas, n_cas, n_tokens, err);

	for (size_t i = 0; code == HB_OK && i < n_signers; i++)
		code = gather_signer(&g, &signers[i], err);
	for (size_t i = 0; code == HB_OK && i < n_tokens; i++)
		code = gather_token(&g, tokens[i], err);
	if (code == HB_OK)
		*ret = g.out;
	return code;
}
