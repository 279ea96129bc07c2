/* Taking Signature elements apart.  Anything not expected is a fault of form: nothing is skipped in silence. */
#include "sign/xmlsig_facts.h"
#include "sign/xmlsig_algo.h"
#include "sign/xmlsig_properties.h"
#include "sign/xmlsig.h"

#include <openssl/crypto.h>
#include <string.h>

static void
fault(struct xmlsig_facts *f, const char *why)
{
	if (f->form_why == NULL)
		f->form_why = why;
}

/* Take the next element when it has this name; *at moves on.  NULL otherwise. */
static const struct xml_node *
take(const struct xml_node **at, const char *local)
{
	const struct xml_node *n = *at;
	if (!xml_is(n, XMLSIG_NS, local))
		return NULL;
	*at = xml_next_element(n);
	return n;
}

/* Nothing but blanks between the element children. */
static bool
only_elements(const struct xml_node *n)
{
	for (const struct xml_node *c = n->first; c != NULL; c = c->next)
		for (size_t i = 0; c->type == XML_TEXT && i < c->text.n; i++)
			if (strchr(" \t\r\n", c->text.p[i]) == NULL)
				return false;
	return true;
}

static enum hb_code
decode_text(const struct xml_node *n, struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err)
{
	const char *text = xml_text(n, a);
	return text == NULL ? hb_full(err) : hb_unbase64(HB_STR(text), a, ret, err);
}

/* ---- references ---------------------------------------------------------------------------------------- */

struct transforms { enum xml_c14n_method method; const char *prefixes; bool enveloped, known; unsigned n; };

/* PrefixList of an exclusive canonicalisation; false for any other content. */
static bool
inclusive_prefixes(const struct xml_node *n, const char **ret)
{
	const struct xml_node *list = xml_first_element(n);
	if (list == NULL)
		return only_elements(n);
	*ret = xml_attr(list, "PrefixList");
	return xml_is(list, XMLSIG_EXC_C14N, "InclusiveNamespaces") && *ret != NULL && xml_next_element(list) == NULL;
}

static bool
exclusive(enum xml_c14n_method m)
{
	return m == XML_C14N_EXCLUSIVE || m == XML_C14N_EXCLUSIVE_COMMENTS;
}

/* At most: enveloped-signature, then one canonicalisation. */
static struct transforms
read_transforms(const struct xml_node *list)
{
	struct transforms t = { .method = XML_C14N_INCLUSIVE, .known = true };
	bool canonical = false;
	for (const struct xml_node *n = xml_first_element(list); n != NULL; n = xml_next_element(n)) {
		const char *uri = xml_attr(n, "Algorithm");
		if (!xml_is(n, XMLSIG_NS, "Transform") || uri == NULL || canonical || ++t.n > XMLSIG_MAX_TRANSFORMS)
			t.known = false;
		else if (strcmp(uri, XMLSIG_ENVELOPED) == 0)
			t.enveloped = true;
		else if (xmlsig_c14n_method(uri, &t.method))
			canonical = exclusive(t.method) ? inclusive_prefixes(n, &t.prefixes) : only_elements(n);
		else
			t.known = false;
		if (!t.known || (!canonical && !t.enveloped)) {
			t.known = false;
			break;
		}
	}
	/* a same-document reference by bare name never includes comments (XMLDSig §4.4.3.3) */
	t.method = exclusive(t.method) ? XML_C14N_EXCLUSIVE : XML_C14N_INCLUSIVE;
	return t;
}

static const struct xml_node *
signature_above(const struct xml_node *n)
{
	while (n != NULL && !xml_is(n, XMLSIG_NS, "Signature"))
		n = n->parent;
	return n;
}

static enum xmlsig_target
target_of(const struct xmlsig_facts *f, const struct xml_node *n)
{
	const struct xml_node *above = signature_above(n);
	if (above == NULL)
		return XMLSIG_REGION;
	if (above != f->node)
		return xml_is(n, XMLSIG_NS, "SignatureValue") && n->parent == above ? XMLSIG_EARLIER : XMLSIG_OTHER;
	if (xml_is(n, NULL, "SignedProperties"))
		return XMLSIG_PROPERTIES;
	return xmlsig_holds_time(n) ? XMLSIG_TIME : XMLSIG_OTHER;
}

/* References of a hostile file may select everything again and again: what all of them may select together is bounded. */
struct budget { size_t left; };
enum { BUDGET_TIMES = 64, BUDGET_LEAST = 16 << 20 };

static struct budget
budget_for(const struct xml_doc *doc)
{
	return (struct budget){ doc->bytes.n * BUDGET_TIMES + BUDGET_LEAST };
}

static bool
spend(struct budget *b, const struct xml_node *n)
{
	size_t cost = n->end - n->start;
	if (cost > b->left)
		return false;
	b->left -= cost;
	return true;
}

static void
resolve(const struct xml_doc *doc, struct xmlsig_facts *f, struct xmlsig_ref *r, struct budget *b)
{
	r->id = "";
	if (r->uri == NULL)
		return;
	if (r->uri[0] == '\0') {
		r->matches = 1;
		if (spend(b, doc->document)) {
			r->target = XMLSIG_WHOLE;
			r->node = doc->document;
			return;
		}
	} else if (r->uri[0] == '#' && strchr(r->uri, '(') == NULL) {
		r->id = r->uri + 1;
		const struct xml_node *n = xml_by_id(doc, r->id, &r->matches);
		if (r->matches != 1)
			return;
		if (spend(b, n)) {
			r->node = n;
			r->target = target_of(f, n);
			return;
		}
	} else {
		return;
	}
	fault(f, "các tham chiếu chọn quá nhiều dữ liệu");
}

static enum hb_code
read_ref(const struct xml_doc *doc, struct xmlsig_facts *f, const struct xml_node *n, struct xmlsig_ref *r,
    struct budget *b, struct hb_arena *a, struct hb_err *err)
{
	const struct xml_node *at = xml_first_element(n), *list = take(&at, "Transforms"), *method = take(&at, "DigestMethod"),
	    *value = take(&at, "DigestValue");
	struct hb_bytes want = { 0 };
	r->uri = xml_attr(n, "URI");
	resolve(doc, f, r, b);
	if (method == NULL || value == NULL || at != NULL || !only_elements(n)) {
		fault(f, "thẻ Reference không đúng cấu trúc");
		return HB_OK;
	}
	if (decode_text(value, a, &want, NULL) != HB_OK) {
		fault(f, "DigestValue không phải base64");
		return a->full ? hb_full(err) : HB_OK;
	}
	const struct xmlsig_digest_method *m = xmlsig_digest_method(xml_attr(method, "Algorithm"));
	struct transforms t = read_transforms(list);
	r->allowed = m != NULL && t.known;
	r->weak = m != NULL && m->weak;
	r->profile = r->allowed && t.n == 1 && !t.enveloped && t.prefixes == NULL && t.method == XML_C14N_EXCLUSIVE
	    && strcmp(m->uri, XMLSIG_SHA256) == 0;
	if (!r->allowed || r->node == NULL)
		return HB_OK;
	uint8_t got[EVP_MAX_MD_SIZE];
	unsigned got_n = 0;
	struct xml_c14n_spec spec = { t.method, t.prefixes, t.enveloped ? f->node : NULL };
	enum hb_code c = xmlsig_digest_node(doc, r->node, &spec, m->md(), got, &got_n, err);
	r->digest_ok = c == HB_OK && got_n > 0 && got_n == want.n && CRYPTO_memcmp(got, want.p, got_n) == 0;
	return c;
}

static enum hb_code
read_refs(const struct xml_doc *doc, struct xmlsig_facts *f, const struct xml_node *first, struct budget *b,
    struct hb_arena *a, struct hb_err *err)
{
	for (const struct xml_node *n = first; n != NULL; n = xml_next_element(n))
		f->n_refs++;
	if (f->n_refs > XMLSIG_REFS_READ) {
		fault(f, "quá nhiều thẻ Reference");
		f->n_refs = 0;
	}
	f->refs = HB_NEWN(a, struct xmlsig_ref, f->n_refs + 1);
	if (f->refs == NULL)
		return hb_full(err);
	f->refs_ok = f->digests_ok = f->profile_ok = f->n_refs > 0;
	f->algorithms_ok = true;
	size_t i = 0;
	for (const struct xml_node *n = first; n != NULL && i < f->n_refs; n = xml_next_element(n), i++) {
		struct xmlsig_ref *r = &f->refs[i];
		if (!xml_is(n, XMLSIG_NS, "Reference"))
			fault(f, "SignedInfo có thẻ lạ");
		enum hb_code c = read_ref(doc, f, n, r, b, a, err);
		if (c != HB_OK)
			return c;
		f->refs_ok &= r->target != XMLSIG_NOTHING && r->matches == 1;
		f->digests_ok &= r->digest_ok;
		f->profile_ok &= r->profile;
		f->algorithms_ok &= r->allowed && !r->weak;
		f->weak |= r->weak;
	}
	return HB_OK;
}

/* ---- KeyInfo ------------------------------------------------------------------------------------------- */

static void
read_certificate(struct xmlsig_facts *f, const struct xml_node *n, struct hb_arena *a)
{
	struct hb_bytes der;
	struct pki_cert *c;
	bool first = f->n_certs++ == 0;
	if (decode_text(n, a, &der, NULL) != HB_OK)
		return;
	if (first && pki_cert_parse(der, a, &c, NULL) == HB_OK)
		f->cert = c;
	if (!first && f->n_key_certs < XMLSIG_KEY_CERTS && f->key_certs != NULL)
		f->key_certs[f->n_key_certs++] = der;
}

static enum hb_code
read_x509(struct xmlsig_facts *f, const struct xml_node *data, struct hb_arena *a, const char **subject_name,
    struct hb_err *err)
{
	for (const struct xml_node *n = xml_first_element(data); n != NULL; n = xml_next_element(n)) {
		if (xml_is(n, XMLSIG_NS, "X509SubjectName")) {
			*subject_name = *subject_name == NULL ? xml_text(n, a) : "";
			f->has_subject_name = true;
		} else if (xml_is(n, XMLSIG_NS, "X509Certificate")) {
			read_certificate(f, n, a);
		} else if (!xml_is(n, XMLSIG_NS, "X509IssuerSerial") && !xml_is(n, XMLSIG_NS, "X509SKI")) {
			fault(f, "X509Data có thẻ lạ");
		}
		if (a->full)
			return hb_full(err);
	}
	return HB_OK;
}

static enum hb_code
read_key_info(struct xmlsig_facts *f, const struct xml_node *key_info, struct hb_arena *a, struct hb_err *err)
{
	const char *subject_name = NULL;
	f->key_certs = HB_NEWN(a, struct hb_bytes, XMLSIG_KEY_CERTS);
	f->only_x509 = key_info != NULL && xml_child(key_info, XMLSIG_NS, "X509Data") != NULL;
	for (const struct xml_node *n = xml_first_element(key_info); n != NULL; n = xml_next_element(n)) {
		if (xml_is(n, XMLSIG_NS, "X509Data")) {
			enum hb_code c = read_x509(f, n, a, &subject_name, err);
			if (c != HB_OK)
				return c;
			continue;
		}
		f->only_x509 = false;
		f->key_value |= xml_is(n, NULL, "KeyValue") || xml_is(n, NULL, "DEREncodedKeyValue");
	}
	f->subject_name_ok = f->cert != NULL && subject_name != NULL
	    && pki_subject_is(f->cert, HB_STR(subject_name));
	return HB_OK;
}

/* ---- SignedInfo and SignatureValue ---------------------------------------------------------------------- */

static enum hb_code
check_value(const struct xml_doc *doc, struct xmlsig_facts *f, const struct xml_node *info, const struct xml_node *canon,
    const struct xml_node *method, struct hb_arena *a, struct hb_err *err)
{
	struct xml_c14n_spec spec = { 0 };
	struct hb_bytes data;
	const struct xmlsig_value_method *m = xmlsig_value_method(xml_attr(method, "Algorithm"));
	if (!xmlsig_c14n_method(xml_attr(canon, "Algorithm"), &spec.method)
	    || (exclusive(spec.method) && !inclusive_prefixes(canon, &spec.inclusive_prefixes)) || m == NULL) {
		f->algorithms_ok = f->profile_ok = false;
		return HB_OK;
	}
	f->profile_ok &= spec.method == XML_C14N_EXCLUSIVE && spec.inclusive_prefixes == NULL
	    && (strcmp(m->uri, XMLSIG_RSA_SHA256) == 0 || strcmp(m->uri, XMLSIG_ECDSA_SHA256) == 0);
	f->weak |= m->weak;
	f->algorithms_ok &= !m->weak;
	if (f->cert == NULL || f->value.n == 0)
		return HB_OK;
	enum hb_code c = xml_c14n_bytes(doc, info, &spec, a, &data, err);
	f->value_computed = c == HB_OK;
	f->value_ok = c == HB_OK && xmlsig_value_check(f->cert, m, data, f->value);
	return c;
}

static enum hb_code
take_apart(const struct xml_doc *doc, const struct xml_node *signature, struct budget *b, struct hb_arena *a,
    struct xmlsig_facts *ret, struct hb_err *err)
{
	struct xmlsig_facts f = { .node = signature, .id = xml_attr(signature, "Id"), .claimed_role = "" };
	const struct xml_node *at = xml_first_element(signature), *info = take(&at, "SignedInfo"),
	    *value = take(&at, "SignatureValue"), *key_info = take(&at, "KeyInfo");
	f.id = f.id == NULL ? "" : f.id;
	f.value_node = value;
	for (const struct xml_node *n = at; n != NULL; n = xml_next_element(n))
		if (!xml_is(n, XMLSIG_NS, "Object"))
			fault(&f, "Signature có thẻ lạ hoặc sai thứ tự");
	const struct xml_node *in = xml_first_element(info), *canon = take(&in, "CanonicalizationMethod"),
	    *method = take(&in, "SignatureMethod");
	if (value == NULL || canon == NULL || method == NULL || !only_elements(signature) || !only_elements(info)) {
		fault(&f, "Signature thiếu SignedInfo hoặc SignatureValue");
		*ret = f;
		return HB_OK;
	}
	if (decode_text(value, a, &f.value, NULL) != HB_OK)
		fault(&f, "SignatureValue không phải base64");
	f.fingerprint = hb_sha256(f.value);
	enum hb_code c = read_key_info(&f, key_info, a, err);
	if (c == HB_OK)
		c = read_refs(doc, &f, in, b, a, err);
	if (c == HB_OK)
		c = check_value(doc, &f, info, canon, method, a, err);
	if (c == HB_OK)
		c = xmlsig_read_properties(doc, &f, a, err);
	if (c != HB_OK)
		return c;
	f.form_ok = f.form_why == NULL;
	*ret = f;
	return HB_OK;
}

enum hb_code
xmlsig_facts_of(const struct xml_doc *doc, const struct xml_node *signature, struct hb_arena *a,
    struct xmlsig_facts *ret, struct hb_err *err)
{
	struct budget b = budget_for(doc);
	return take_apart(doc, signature, &b, a, ret, err);
}

enum hb_code
xmlsig_facts_read(struct xml_doc *doc, struct hb_arena *a, struct xmlsig_all *ret, struct hb_err *err)
{
	struct xmlsig_all all = { .doc = doc };
	const struct xml_node *found[XMLSIG_MAX_SIGNATURES];
	struct budget b = budget_for(doc);
	for (const struct xml_node *n = doc->root; n != NULL; n = xml_walk(doc->root, n)) {
		if (!xml_is(n, XMLSIG_NS, "Signature"))
			continue;
		if (all.n == XMLSIG_MAX_SIGNATURES)
			return hb_fail(err, HB_E_TOOBIG, "chuKy.quaNhieu", "tệp có hơn %d chữ ký", XMLSIG_MAX_SIGNATURES);
		found[all.n++] = n;
	}
	all.signatures = HB_NEWN(a, struct xmlsig_facts, all.n + 1);
	if (all.signatures == NULL)
		return hb_full(err);
	for (size_t i = 0; i < all.n; i++) {
		enum hb_code c = take_apart(doc, found[i], &b, a, &all.signatures[i], err);
		if (c != HB_OK)
			return c;
	}
	*ret = all;
	return HB_OK;
}

const struct xml_node *
xmlsig_find(const struct xml_doc *doc, const char *id)
{
	unsigned matches;
	const struct xml_node *n = xml_by_id(doc, id, &matches);
	return matches == 1 && xml_is(n, XMLSIG_NS, "Signature") ? n : NULL;
}
