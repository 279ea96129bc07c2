/* Trust anchors and the path to them. */
#include "sign/pki_int.h"
#include "sign/pki_memo.h"
#include "base/file.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

struct pki_trust {
	struct hb_arena   arena;
	X509_STORE       *store;
	struct pki_cert **anchors;
	size_t            n, cap;
	struct hb_sha256  digest;        /* over the anchors: which trust a remembered chain belongs to */
};

struct pki_trust *
pki_trust_new(void)
{
	struct pki_trust *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	hb_arena_init(&t->arena, HB_ARENA_DEFAULT);
	t->store = X509_STORE_new();
	if (t->store == NULL) {
		pki_trust_free(t);
		return NULL;
	}
	return t;
}

void
pki_trust_free(struct pki_trust *t)
{
	if (t == NULL)
		return;
	X509_STORE_free(t->store);
	hb_arena_fini(&t->arena);
	free(t->anchors);
	free(t);
}

size_t
pki_trust_count(const struct pki_trust *t)
{
	return t->n;
}

static enum hb_code
add_anchor(struct pki_trust *t, struct pki_cert *c, struct hb_err *err)
{
	for (size_t i = 0; i < t->n; i++)
		if (pki_cert_eq(t->anchors[i], c))
			return HB_OK;
	if (t->n == t->cap) {
		size_t cap = t->cap == 0 ? 8 : t->cap * 2;
		struct pki_cert **more = realloc(t->anchors, cap * sizeof *more);

		if (more == NULL)
			return hb_full(err);
		t->anchors = more;
		t->cap = cap;
	}
	if (X509_STORE_add_cert(t->store, c->x509) != 1)
		return hb_bug(err, "X509_STORE_add_cert failed");
	t->anchors[t->n++] = c;
	t->digest = pki_memo_key("trust", (struct hb_bytes[]){ HB_BYTES(t->digest.b, HB_SHA256_LEN), c->der }, 2).h;
	return HB_OK;
}

enum hb_code
pki_trust_add_pem(struct pki_trust *t, struct hb_bytes pem, struct hb_err *err)
{
	struct pki_cert **certs;
	enum hb_code code;
	size_t n;

	code = pki_certs_of_pem(pem, &t->arena, &certs, &n, err);
	for (size_t i = 0; code == HB_OK && i < n; i++)
		code = add_anchor(t, certs[i], err);
	return code;
}

enum hb_code
pki_trust_add_file(struct pki_trust *t, const char *path, struct hb_err *err)
{
	struct hb_bytes pem;
	enum hb_code code = hb_file_read(path, HB_FILE_MAX, &t->arena, &pem, err);

	return code == HB_OK ? pki_trust_add_pem(t, pem, err) : code;
}

static void
free_stack(void *stack)
{
	sk_X509_free(stack);
}

STACK_OF(X509) *
pki_stack(struct pki_cert *const *pool, size_t n, struct hb_arena *a)
{
	STACK_OF(X509) *stack = sk_X509_new_reserve(NULL, (int)n);

	if (stack == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		sk_X509_push(stack, pool[i]->x509);
	hb_arena_on_free(a, free_stack, stack);
	return stack;
}

static enum pki_status
status_of(int openssl_error)
{
	switch (openssl_error) {
	case X509_V_OK: return PKI_OK;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_CHAIN_TOO_LONG:
	case X509_V_ERR_CERT_UNTRUSTED: return PKI_NO_CHAIN;
	case X509_V_ERR_CERT_HAS_EXPIRED: return PKI_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID: return PKI_NOT_YET_VALID;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE: return PKI_BAD_SIGNATURE;
	case X509_V_ERR_INVALID_CA:
	case X509_V_ERR_PATH_LENGTH_EXCEEDED:
	case X509_V_ERR_KEYUSAGE_NO_CERTSIGN: return PKI_BAD_CA;
	case X509_V_ERR_UNSPECIFIED:
	case X509_V_ERR_OUT_OF_MEM: return PKI_INDETERMINATE;
	default: return PKI_BAD_EXTENSION;
	}
}

static struct pki_cert *
known_cert(const struct pki_trust *t, struct pki_cert *leaf, struct pki_cert *const *pool, size_t n_pool, const X509 *x)
{
	if (leaf->x509 == x)
		return leaf;
	for (size_t i = 0; i < t->n; i++)
		if (t->anchors[i]->x509 == x)
			return t->anchors[i];
	for (size_t i = 0; i < n_pool; i++)
		if (pool[i]->x509 == x)
			return pool[i];
	return NULL;
}

/* OpenSSL takes the same objects it was given, so a chain is a list of certificates we already know. */
static enum hb_code
take_chain(const struct pki_trust *t, struct pki_cert *leaf, struct pki_cert *const *pool, size_t n_pool,
    const STACK_OF(X509) *found, struct hb_arena *a, struct pki_chain *chain, struct hb_err *err)
{
	int n = found == NULL ? 0 : sk_X509_num(found);

	chain->certs = HB_NEWN(a, struct pki_cert *, (size_t)(n + 1));
	if (chain->certs == NULL)
		return hb_full(err);
	for (int i = 0; i < n; i++) {
		X509 *x = sk_X509_value(found, i);
		struct pki_cert *c = known_cert(t, leaf, pool, n_pool, x);
		enum hb_code code = c != NULL ? HB_OK : pki_cert_wrap(x, a, &c, err);

		if (code != HB_OK)
			return code;
		chain->certs[chain->n++] = c;
	}
	return HB_OK;
}

static bool
has_key_usage(const X509 *x, uint32_t any_of)
{
	uint32_t flags = X509_get_extension_flags((X509 *)x);

	return (flags & EXFLAG_KUSAGE) == 0 || (X509_get_key_usage((X509 *)x) & any_of) != 0;
}

/* RFC 3161 §2.3: the extension is critical and holds this one purpose. */
static bool
timestamp_usage(const X509 *x)
{
	int at = X509_get_ext_by_NID(x, NID_ext_key_usage, -1);

	return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(x, at)) == 1 &&
	    X509_get_extended_key_usage((X509 *)x) == XKU_TIMESTAMP && has_key_usage(x, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
}

/* Is there a purpose other than those of servers?  An absent extension forbids nothing. */
static bool
signing_extended_usage(const X509 *x)
{
	EXTENDED_KEY_USAGE *usage;
	bool fit = false;

	if ((X509_get_extension_flags((X509 *)x) & EXFLAG_XKUSAGE) == 0)
		return true;
	usage = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
	for (int i = 0; usage != NULL && i < sk_ASN1_OBJECT_num(usage); i++) {
		int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(usage, i));

		if (nid != NID_server_auth && nid != NID_time_stamp && nid != NID_OCSP_sign)
			fit = true;
	}
	EXTENDED_KEY_USAGE_free(usage);
	return fit;
}

static bool
usage_fits(const X509 *x, enum pki_purpose purpose)
{
	switch (purpose) {
	case PKI_FOR_SIGNING:
		return X509_check_ca((X509 *)x) == 0 && has_key_usage(x, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION) &&
		    signing_extended_usage(x);
	case PKI_FOR_TIMESTAMP: return timestamp_usage(x);
	case PKI_FOR_OCSP:
		return (X509_get_extension_flags((X509 *)x) & EXFLAG_XKUSAGE) != 0 &&
		    (X509_get_extended_key_usage((X509 *)x) & XKU_OCSP_SIGN) != 0;
	case PKI_FOR_CA: return X509_check_ca((X509 *)x) == 1;
	default: return false;
	}
}

/* What OpenSSL leaves to us: algorithms of every certificate below the anchor, version 3 CAs, and the purpose. */
static void
check_policy(struct pki_chain *chain, enum pki_purpose purpose)
{
	for (size_t i = 0; i < chain->n; i++) {
		const X509 *x = chain->certs[i]->x509;
		bool is_anchor = i + 1 == chain->n;

		chain->at = i;
		if (!pki_policy_key_allowed(x) || (!is_anchor && !pki_policy_signature_allowed(X509_get_signature_nid(x)))) {
			chain->status = PKI_BAD_ALGORITHM;
			return;
		}
		if (i > 0 && !is_anchor && X509_check_ca((X509 *)x) != 1) {
			chain->status = PKI_BAD_CA;
			return;
		}
	}
	chain->at = 0;
	if (!usage_fits(chain->certs[0]->x509, purpose))
		chain->status = PKI_BAD_USAGE;
}

static void
set_params(X509_STORE_CTX *ctx, hb_time at)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

	X509_VERIFY_PARAM_set_time(param, (time_t)at);
	X509_VERIFY_PARAM_set_depth(param, PKI_CHAIN_MAX - 2);
	/* Strength is ours to judge (PKI_BAD_ALGORITHM): OpenSSL's own level would only say "bad". */
	X509_VERIFY_PARAM_set_auth_level(param, 0);
}

/* --- chains already proved --- */

/* A path by fingerprints, with the time in which all of it is in force. */
struct proved {
	uint32_t          n;
	enum pki_ca_class ca_class;
	hb_time           from, until;
	struct hb_sha256  above[PKI_CHAIN_MAX - 1];       /* issuers, the anchor last */
};

static struct pki_memo_key
proved_key(const struct pki_trust *t, const struct pki_cert *leaf, enum pki_purpose purpose)
{
	return pki_memo_key("chain", (struct hb_bytes[]){ HB_BYTES(t->digest.b, HB_SHA256_LEN),
	    HB_BYTES(leaf->fingerprint.b, HB_SHA256_LEN), HB_BYTES(&purpose, sizeof purpose) }, 3);
}

static struct pki_cert *
cert_of(const struct hb_sha256 *fingerprint, struct pki_cert *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (hb_sha256_eq(&list[i]->fingerprint, fingerprint))
			return list[i];
	return NULL;
}

/* The remembered path, when its certificates are here again and the time is within it. */
static bool
recall_chain(const struct pki_trust *t, struct pki_cert *leaf, struct pki_cert *const *pool, size_t n_pool,
    enum pki_purpose purpose, hb_time at, struct hb_arena *a, struct pki_chain *chain)
{
	struct pki_memo_key key = proved_key(t, leaf, purpose);
	struct pki_cert **certs;
	struct proved p;

	if (!pki_memo_get(&key, &p, sizeof p) || at < p.from || at > p.until ||
	    (certs = HB_NEWN(a, struct pki_cert *, p.n)) == NULL)
		return false;
	certs[0] = leaf;
	for (uint32_t i = 1; i < p.n; i++) {
		bool is_anchor = i + 1 == p.n;

		certs[i] = cert_of(&p.above[i - 1], is_anchor ? t->anchors : pool, is_anchor ? t->n : n_pool);
		if (certs[i] == NULL)
			return false;
	}
	*chain = (struct pki_chain){ .status = PKI_OK, .certs = certs, .n = p.n, .ca_class = p.ca_class };
	return true;
}

static void
remember_chain(const struct pki_trust *t, enum pki_purpose purpose, const struct pki_chain *chain)
{
	struct proved p = { .n = (uint32_t)chain->n, .ca_class = chain->ca_class, .from = INT64_MIN, .until = INT64_MAX };
	struct pki_memo_key key;

	if (chain->n < 2 || chain->n > PKI_CHAIN_MAX)
		return;
	for (size_t i = 0; i < chain->n; i++) {
		const struct pki_cert *c = chain->certs[i];

		p.from = c->not_before > p.from ? c->not_before : p.from;
		p.until = c->not_after < p.until ? c->not_after : p.until;
		if (i > 0)
			p.above[i - 1] = c->fingerprint;
	}
	key = proved_key(t, chain->certs[0], purpose);
	pki_memo_put(&key, &p, sizeof p);
}

static enum hb_code
prove_chain(const struct pki_trust *t, struct pki_cert *leaf, struct pki_cert *const *pool, size_t n_pool,
    enum pki_purpose purpose, hb_time at, struct hb_arena *a, struct pki_chain *chain, struct hb_err *err)
{
	STACK_OF(X509) *untrusted = pki_stack(pool, n_pool, a);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	enum hb_code code;

	if (untrusted == NULL || ctx == NULL || X509_STORE_CTX_init(ctx, t->store, leaf->x509, untrusted) != 1) {
		X509_STORE_CTX_free(ctx);
		return hb_full(err);
	}
	set_params(ctx, at);
	X509_verify_cert(ctx);
	chain->status = status_of(X509_STORE_CTX_get_error(ctx));
	chain->at = (size_t)X509_STORE_CTX_get_error_depth(ctx);
	code = take_chain(t, leaf, pool, n_pool, X509_STORE_CTX_get0_chain(ctx), a, chain, err);
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	if (code == HB_OK && chain->status == PKI_OK) {
		check_policy(chain, purpose);
		chain->ca_class = pki_policy_ca_class(chain->certs + 1, chain->n - 1, a);
	}
	return code;
}

enum hb_code
pki_chain_build(const struct pki_trust *t, struct pki_cert *leaf, struct pki_cert *const *pool, size_t n_pool,
    enum pki_purpose purpose, hb_time at, struct hb_arena *a, struct pki_chain *ret_chain, struct hb_err *err)
{
	struct pki_chain chain = { .status = PKI_INDETERMINATE };
	enum hb_code code = HB_OK;

	if (!recall_chain(t, leaf, pool, n_pool, purpose, at, a, &chain)) {
		code = prove_chain(t, leaf, pool, n_pool, purpose, at, a, &chain, err);
		if (code == HB_OK && chain.status == PKI_OK)
			remember_chain(t, purpose, &chain);
	}
	if (code == HB_OK)
		*ret_chain = chain;
	return code;
}
