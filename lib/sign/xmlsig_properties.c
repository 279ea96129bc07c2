#include "sign/xmlsig_properties.h"
#include "base/text.h"
#include "sign/xmlsig.h"
#include "sign/xmlsig_algo.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

enum { EVIDENCE_MAX = 256, TOKENS_MAX = 8 };           /* of one kind in one signature */

static bool
is_xades(const struct xml_node *n)
{
	return n->type == XML_ELEMENT && (strcmp(n->ns, XMLSIG_XADES_NS) == 0 || strcmp(n->ns, XMLSIG_XADES141_NS) == 0);
}

/* The first SigningTime under n that is no XAdES property; vendors use several namespaces for it. */
static const struct xml_node *
plain_time(const struct xml_node *n)
{
	for (const struct xml_node *x = n; x != NULL; x = xml_walk(n, x))
		if (xml_is(x, NULL, "SigningTime") && !is_xades(x))
			return x;
	return NULL;
}

bool
xmlsig_holds_time(const struct xml_node *n)
{
	bool place = xml_is(n, XMLSIG_NS, "SignatureProperty") || xml_is(n, XMLSIG_NS, "SignatureProperties")
	    || xml_is(n, XMLSIG_NS, "Object");
	return place && plain_time(n) != NULL;
}

/* A bare local time is Vietnamese time: invoices and declarations write it so. */
static bool
parse_time(const struct xml_node *n, struct hb_arena *a, hb_time *ret)
{
	const char *text = xml_text(n, a);
	text = text == NULL ? NULL : hb_trim(a, text);
	if (text == NULL)
		return false;
	if (hb_rfc3339_parse(text, ret, NULL) == HB_OK)
		return true;
	const char *local = hb_printf(a, "%s+07:00", text);
	return local != NULL && hb_rfc3339_parse(local, ret, NULL) == HB_OK;
}

/* A reference whose digest is right covers n. */
static bool
covered(const struct xmlsig_facts *f, const struct xml_node *n)
{
	for (size_t i = 0; i < f->n_refs; i++) {
		const struct xmlsig_ref *r = &f->refs[i];
		/* URI="" with the enveloped transform leaves this signature out */
		if (r->digest_ok && r->node != NULL && r->target != XMLSIG_WHOLE && xml_inside(n, r->node))
			return true;
	}
	return false;
}

static void
read_plain_time(struct xmlsig_facts *f, struct hb_arena *a)
{
	for (const struct xml_node *o = xml_child(f->node, XMLSIG_NS, "Object"); o != NULL && !f->has_time; o = xml_next_same(o)) {
		const struct xml_node *t = plain_time(o);
		if (t != NULL && parse_time(t, a, &f->time)) {
			f->has_time = true;
			f->time_protected = covered(f, t);
		}
	}
}

/* ---- XAdES signed properties ---------------------------------------------------------------------------- */

static const struct xml_node *
qualifying(const struct xmlsig_facts *f)
{
	for (const struct xml_node *o = xml_child(f->node, XMLSIG_NS, "Object"); o != NULL; o = xml_next_same(o)) {
		const struct xml_node *q = xml_child(o, XMLSIG_XADES_NS, "QualifyingProperties");
		if (q != NULL)
			return q;
	}
	return NULL;
}

static bool
digest_is(const struct xml_node *cert_digest, const struct pki_cert *cert, struct hb_arena *a)
{
	const struct xmlsig_digest_method *m =
	    xmlsig_digest_method(xml_attr(xml_child(cert_digest, XMLSIG_NS, "DigestMethod"), "Algorithm"));
	const struct xml_node *value = xml_child(cert_digest, XMLSIG_NS, "DigestValue");
	const char *text = value == NULL ? NULL : xml_text(value, a);
	struct hb_bytes want;
	uint8_t got[EVP_MAX_MD_SIZE];
	unsigned n;
	return m != NULL && text != NULL && cert != NULL && hb_unbase64(HB_STR(text), a, &want, NULL) == HB_OK
	    && EVP_Digest(cert->der.p, cert->der.n, got, &n, m->md(), NULL) == 1 && n == want.n
	    && CRYPTO_memcmp(got, want.p, n) == 0;
}

static void
read_signed(struct xmlsig_facts *f, const struct xml_node *q, struct hb_arena *a)
{
	const struct xml_node *sp = xml_child(q, XMLSIG_XADES_NS, "SignedProperties");
	const char *target = xml_attr(q, "Target");
	/* properties that no reference covers, or that speak of another signature, say nothing */
	if (sp == NULL || !covered(f, sp) || (target != NULL && f->id[0] != '\0'
	    && (target[0] != '#' || strcmp(target + 1, f->id) != 0)))
		return;
	const struct xml_node *ss = xml_child(sp, XMLSIG_XADES_NS, "SignedSignatureProperties");
	const struct xml_node *t = xml_child(ss, XMLSIG_XADES_NS, "SigningTime");
	f->has_xades_time = t != NULL && parse_time(t, a, &f->xades_time);
	const struct xml_node *sc = xml_child(ss, XMLSIG_XADES_NS, "SigningCertificateV2");
	if (sc == NULL)
		sc = xml_child(ss, XMLSIG_XADES_NS, "SigningCertificate");
	const struct xml_node *cert = xml_child(sc, XMLSIG_XADES_NS, "Cert");
	f->has_cert_digest = cert != NULL;
	f->cert_digest_ok = cert != NULL && digest_is(xml_child(cert, XMLSIG_XADES_NS, "CertDigest"), f->cert, a);
	const struct xml_node *role = xml_child(xml_child(xml_child(ss, XMLSIG_XADES_NS, "SignerRoleV2"),
	    XMLSIG_XADES_NS, "ClaimedRoles"), XMLSIG_XADES_NS, "ClaimedRole");
	const char *text = role == NULL ? "" : xml_text(role, a);
	f->claimed_role = text == NULL ? "" : text;
}

/* ---- unsigned properties --------------------------------------------------------------------------------- */

/* Decode every element of this name under top, outside archive timestamps. */
static enum hb_code
collect(const struct xml_node *top, const char *local, struct hb_arena *a, struct hb_bytes **ret, size_t *ret_n,
    struct hb_err *err)
{
	size_t n = 0;
	for (const struct xml_node *x = top; x != NULL; x = xml_walk(top, x))
		n += xml_is(x, XMLSIG_XADES_NS, local);
	n = n > EVIDENCE_MAX ? EVIDENCE_MAX : n;
	struct hb_bytes *list = HB_NEWN(a, struct hb_bytes, n + 1);
	if (list == NULL)
		return hb_full(err);
	size_t used = 0;
	for (const struct xml_node *x = top; x != NULL && used < n; x = xml_walk(top, x)) {
		const char *text = xml_is(x, XMLSIG_XADES_NS, local) ? xml_text(x, a) : NULL;
		if (text != NULL && hb_unbase64(HB_STR(text), a, &list[used], NULL) == HB_OK)
			used++;
	}
	*ret = list;
	*ret_n = used;
	return a->full ? hb_full(err) : HB_OK;
}

static enum hb_code
read_tokens(struct xmlsig_facts *f, const struct xml_node *us, struct hb_arena *a, struct hb_err *err)
{
	size_t n = 0;
	for (const struct xml_node *t = xml_child(us, XMLSIG_XADES_NS, "SignatureTimeStamp"); t != NULL && n < TOKENS_MAX; t = xml_next_same(t))
		n++;
	f->tokens = HB_NEWN(a, struct hb_bytes, n + 1);
	if (f->tokens == NULL)
		return hb_full(err);
	for (const struct xml_node *t = xml_child(us, XMLSIG_XADES_NS, "SignatureTimeStamp"); t != NULL && f->n_tokens < n;
	    t = xml_next_same(t)) {
		const struct xml_node *e = xml_child(t, XMLSIG_XADES_NS, "EncapsulatedTimeStamp");
		const char *text = e == NULL ? NULL : xml_text(e, a);
		if (text != NULL && hb_unbase64(HB_STR(text), a, &f->tokens[f->n_tokens], NULL) == HB_OK)
			f->n_tokens++;
	}
	return HB_OK;
}

static enum xml_c14n_method
stamp_method(const struct xml_node *us)
{
	enum xml_c14n_method m = XML_C14N_INCLUSIVE;
	const struct xml_node *t = xml_child(us, XMLSIG_XADES_NS, "SignatureTimeStamp");
	xmlsig_c14n_method(xml_attr(xml_child(t, XMLSIG_NS, "CanonicalizationMethod"), "Algorithm"), &m);
	return m;
}

enum hb_code
xmlsig_read_properties(const struct xml_doc *doc, struct xmlsig_facts *f, struct hb_arena *a, struct hb_err *err)
{
	read_plain_time(f, a);
	const struct xml_node *q = qualifying(f);
	if (q == NULL)
		return HB_OK;
	read_signed(f, q, a);
	const struct xml_node *us = xml_child(xml_child(q, XMLSIG_XADES_NS, "UnsignedProperties"), XMLSIG_XADES_NS,
	    "UnsignedSignatureProperties");
	if (us == NULL)
		return HB_OK;
	struct xml_c14n_spec spec = { stamp_method(us), NULL, NULL };
	enum hb_code c = xml_c14n_bytes(doc, f->value_node, &spec, a, &f->stamped, err);
	if (c == HB_OK)
		c = read_tokens(f, us, a, err);
	if (c == HB_OK)
		c = collect(us, "EncapsulatedX509Certificate", a, &f->certs, &f->n_evidence_certs, err);
	if (c == HB_OK)
		c = collect(us, "EncapsulatedOCSPValue", a, &f->ocsps, &f->n_ocsps, err);
	if (c == HB_OK)
		c = collect(us, "EncapsulatedCRLValue", a, &f->crls, &f->n_crls, err);
	return c;
}
