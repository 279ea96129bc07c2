/* Phases two and three: what to sign, recomputed from the document; and the value put into the current document. */
#include "sign/xmlsig.h"
#include "sign/xmlsig_algo.h"
#include "sign/xmlsig_facts.h"

#include <string.h>

/* The one Signature and its facts; a document that is not of our profile is not signed. */
static enum hb_code
open_signature(struct hb_bytes bytes, const char *id, struct hb_arena *a, struct xml_doc **ret_doc,
    struct xmlsig_facts *ret, struct hb_err *err)
{
	enum hb_code c = xml_read(bytes, 0, a, ret_doc, err);
	if (c != HB_OK)
		return c;
	const struct xml_node *n = xmlsig_find(*ret_doc, id);
	if (n == NULL)
		return hb_fail(err, HB_E_NOTFOUND, "chuKy.khongThay", "tệp không có chữ ký “%.60s”", id);
	return xmlsig_facts_of(*ret_doc, n, a, ret, err);
}

static enum hb_code
check_prepared(const struct xmlsig_facts *f, struct hb_err *err)
{
	if (!f->form_ok || !f->refs_ok || !f->profile_ok || !f->only_x509 || f->n_certs != 1 || f->cert == NULL)
		return hb_fail(err, HB_E_INPUT, "chuKy.saiMau", "chữ ký “%s” không đúng mẫu: %s", f->id,
		    f->form_why != NULL ? f->form_why : !f->refs_ok ? "có tham chiếu không chỉ đúng một phần tử"
		    : !f->profile_ok ? "thuật toán không đúng quy định" : "KeyInfo phải có đúng một chứng thư số trong X509Data");
	for (size_t i = 0; i < f->n_refs; i++)
		if (!f->refs[i].digest_ok)
			return hb_fail(err, HB_E_INPUT, "chuKy.khongKhop", "giá trị băm của %.60s không phải của dữ liệu trong tệp",
			    f->refs[i].uri);
	if (!f->subject_name_ok || !f->cert_digest_ok || !f->has_time || !f->time_protected || !f->has_xades_time
	    || f->time != f->xades_time)
		return hb_fail(err, HB_E_INPUT, "chuKy.saiMau", "chữ ký “%s” không đúng mẫu: thời điểm ký hoặc chứng thư số không khớp",
		    f->id);
	return HB_OK;
}

static enum hb_code
canonical_info(const struct xml_doc *doc, const struct xmlsig_facts *f, struct hb_arena *a, struct hb_bytes *ret,
    struct hb_err *err)
{
	struct xml_c14n_spec spec = { XML_C14N_EXCLUSIVE, NULL, NULL };
	return xml_c14n_bytes(doc, xml_child(f->node, XMLSIG_NS, "SignedInfo"), &spec, a, ret, err);
}

enum hb_code
xmlsig_tbs(struct hb_bytes prepared, const char *id, struct hb_arena *a, struct xmlsig_tbs *ret_tbs, struct hb_err *err)
{
	struct xml_doc *doc;
	struct xmlsig_facts f;
	struct xmlsig_tbs t = { 0 };
	enum hb_code c = open_signature(prepared, id, a, &doc, &f, err);
	if (c == HB_OK)
		c = check_prepared(&f, err);
	if (c == HB_OK)
		c = canonical_info(doc, &f, a, &t.signed_info, err);
	if (c != HB_OK)
		return c;
	t.digest = hb_sha256(t.signed_info);
	t.key = f.cert->key == PKI_KEY_EC ? XMLSIG_ECDSA : XMLSIG_RSA;
	t.certificate = f.cert->der;
	t.signing_time = f.time;
	t.role = f.claimed_role;
	t.regions = HB_NEWN(a, struct xmlsig_region, f.n_refs + 1);
	if (t.regions == NULL)
		return hb_full(err);
	for (size_t i = 0; i < f.n_refs; i++)
		if (f.refs[i].target == XMLSIG_REGION)
			t.regions[t.n_regions++] = (struct xmlsig_region){ f.refs[i].id, f.refs[i].node->local };
	*ret_tbs = t;
	return HB_OK;
}

/* XMLDSig wants r‖s; devices and remote services also give DER. */
static enum hb_code
value_bytes(const struct pki_cert *cert, struct hb_bytes value, struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err)
{
	size_t coordinate = ((size_t)cert->key_bits + 7) / 8;
	*ret = value;
	if (cert->key != PKI_KEY_EC || value.n == 2 * coordinate)
		return HB_OK;
	return pki_ecdsa_to_raw(value, coordinate, a, ret, err);
}

static enum hb_code
check_value(const struct xml_doc *doc, const struct xmlsig_facts *f, struct hb_bytes value, struct hb_arena *a,
    struct hb_bytes *ret_value, struct hb_err *err)
{
	struct hb_bytes info;
	const char *uri = f->cert->key == PKI_KEY_EC ? XMLSIG_ECDSA_SHA256 : XMLSIG_RSA_SHA256;
	enum hb_code c = canonical_info(doc, f, a, &info, err);
	if (c != HB_OK)
		return c;
	if (value_bytes(f->cert, value, a, ret_value, NULL) != HB_OK
	    || !xmlsig_value_check(f->cert, xmlsig_value_method(uri), info, *ret_value))
		return hb_fail(err, HB_E_RULE, "chuKy.saiGiaTri", "giá trị chữ ký “%s” không khớp chứng thư số của %.80s", f->id,
		    f->cert->name);
	return HB_OK;
}

/* The Signature element with its value filled in. */
static enum hb_code
filled(const struct xml_doc *doc, const struct xmlsig_facts *f, struct hb_bytes value, struct hb_arena *a,
    struct hb_bytes *ret, struct hb_err *err)
{
	const struct xml_node *s = f->node, *v = f->value_node;
	const char *text = hb_base64(a, value);
	struct hb_bytes whole = HB_BYTES(doc->bytes.p + s->start, s->end - s->start);
	if (text == NULL)
		return hb_full(err);
	return xml_splice(whole, v->inner - s->start, v->inner_end - s->start, HB_STR(text), a, ret, err);
}

enum hb_code
xmlsig_embed(struct hb_bytes current, struct hb_bytes prepared, const char *id, struct hb_bytes value,
    struct hb_arena *a, struct hb_bytes *ret_doc, struct hb_err *err)
{
	struct xml_doc *from, *to;
	struct xmlsig_facts f, after;
	struct hb_bytes raw, element, out;
	enum hb_code c = open_signature(prepared, id, a, &from, &f, err);
	if (c == HB_OK)
		c = check_prepared(&f, err);
	if (c == HB_OK)
		c = check_value(from, &f, value, a, &raw, err);
	if (c == HB_OK)
		c = filled(from, &f, raw, a, &element, err);
	if (c == HB_OK)
		c = xml_read(current, 0, a, &to, err);
	if (c != HB_OK)
		return c;
	const char *path = xml_path_of(f.node->parent, a);
	const struct xml_node *slot = path == NULL ? NULL : xml_path(to, path);
	if (slot == NULL)
		return hb_fail(err, HB_E_CONFLICT, "chuKy.khongCoCho", "tệp hiện tại không còn chỗ ký của “%s”", id);
	if (xml_by_id(to, id, NULL) != NULL || xml_child(slot, XMLSIG_NS, "Signature") != NULL)
		return hb_fail(err, HB_E_CONFLICT, "chuKy.daCo", "tệp đã có chữ ký “%s”", id);
	c = xml_append(to, slot, element, a, &out, err);
	if (c == HB_OK)
		c = open_signature(out, id, a, &to, &after, err);
	if (c != HB_OK)
		return c;
	if (!after.digests_ok || !after.refs_ok || !after.value_ok)
		return hb_fail(err, HB_E_CONFLICT, "chuKy.duLieuDaDoi", "dữ liệu đã đổi từ khi chuẩn bị chữ ký “%s”", id);
	*ret_doc = out;
	return HB_OK;
}
