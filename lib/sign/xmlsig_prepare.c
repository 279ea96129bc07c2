/* Phase one: a Signature in its slot with every digest filled (signatures.md's profile, D9.2).
 *
 * The element is written with placeholder digests, put into the document and read back; then each reference is
 * resolved and its digest written over the placeholder: what is digested is what will be verified. */
#include "sign/xmlsig.h"
#include "sign/xmlsig_algo.h"
#include "sign/xmlsig_facts.h"

#include <string.h>

#define PLACEHOLDER "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="      /* as long as a SHA-256 in base64 */
enum { OWN_REFS = 2, ID_MAX = 100 };

static bool
good_id(const char *s)
{
	size_t n = strlen(s);
	if (n == 0 || n > ID_MAX || strchr("-.0123456789", s[0]) != NULL)
		return false;
	for (const char *p = s; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' || *p == '_' || *p == '.'))
			return false;
	return true;
}

static enum hb_code
check_spec(const struct xml_doc *doc, const struct xmlsig_spec *s, struct hb_arena *a, struct hb_err *err)
{
	unsigned n;
	if (!good_id(s->id))
		return hb_fail(err, HB_E_INPUT, "chuKy.maSai", "mã chữ ký “%.60s” không hợp lệ", s->id);
	if (s->n_regions == 0 || s->n_regions + s->n_countersigned + OWN_REFS > XMLSIG_MAX_REFS)
		return hb_fail(err, HB_E_TOOBIG, "chuKy.thamChieu", "một chữ ký phải có từ 1 vùng dữ liệu và không quá %d tham chiếu",
		    XMLSIG_MAX_REFS);
	if (xml_by_id(doc, s->id, NULL) != NULL)
		return hb_fail(err, HB_E_CONFLICT, "chuKy.daCo", "tệp đã có chữ ký “%s”", s->id);
	for (size_t i = 0; i < s->n_regions; i++)
		if (xml_by_id(doc, s->regions[i], &n) == NULL || n != 1)
			return hb_fail(err, HB_E_INPUT, "chuKy.vungThieu", "vùng cần ký “%.60s” có %u lần trong tệp", s->regions[i], n);
	for (size_t i = 0; i < s->n_countersigned; i++) {
		const char *value_id = hb_printf(a, "sv-%s", s->countersigned[i]);
		if (value_id == NULL)
			return hb_full(err);
		if (!xml_is(xml_by_id(doc, value_id, &n), XMLSIG_NS, "SignatureValue") || n != 1)
			return hb_fail(err, HB_E_RULE, "chuKy.thieuTruoc", "chữ ký “%.60s” phải có trước", s->countersigned[i]);
	}
	return HB_OK;
}

/* ---- writing ------------------------------------------------------------------------------------------- */

static void
put_algorithm(struct xml_writer *w, const char *element, const char *uri)
{
	xml_open(w, element);
	xml_put_attr(w, "Algorithm", uri);
	xml_close(w);
}

static void
put_reference(struct xml_writer *w, const char *id, const char *uri_prefix, const char *target, const char *type,
    struct hb_arena *a)
{
	xml_open(w, "Reference");
	xml_put_attr(w, "Id", id);
	xml_put_attr(w, "Type", type);
	xml_put_attr(w, "URI", hb_printf(a, "#%s%s", uri_prefix, target));
	xml_open(w, "Transforms");
	put_algorithm(w, "Transform", XMLSIG_EXC_C14N);
	xml_close(w);
	put_algorithm(w, "DigestMethod", XMLSIG_SHA256);
	xml_put_leaf(w, "DigestValue", PLACEHOLDER);
	xml_close(w);
}

static void
put_signed_info(struct xml_writer *w, const struct xmlsig_spec *s, const struct pki_cert *cert, struct hb_arena *a)
{
	xml_open(w, "SignedInfo");
	put_algorithm(w, "CanonicalizationMethod", XMLSIG_EXC_C14N);
	put_algorithm(w, "SignatureMethod", cert->key == PKI_KEY_EC ? XMLSIG_ECDSA_SHA256 : XMLSIG_RSA_SHA256);
	for (size_t i = 0; i < s->n_regions; i++)
		put_reference(w, hb_printf(a, "r%zu-%s", i, s->id), "", s->regions[i], NULL, a);
	for (size_t i = 0; i < s->n_countersigned; i++)
		put_reference(w, hb_printf(a, "r%zu-%s", s->n_regions + i, s->id), "sv-", s->countersigned[i], XMLSIG_TYPE_COUNTER, a);
	put_reference(w, NULL, "tm-", s->id, XMLSIG_TYPE_PROPERTIES, a);
	put_reference(w, NULL, "xp-", s->id, XMLSIG_TYPE_SIGNED, a);
	xml_close(w);
}

static void
put_key_info(struct xml_writer *w, const struct pki_cert *cert, struct hb_arena *a)
{
	xml_open(w, "KeyInfo");
	xml_open(w, "X509Data");
	xml_put_leaf(w, "X509SubjectName", cert->subject);
	xml_put_leaf(w, "X509Certificate", hb_base64(a, cert->der));
	xml_close(w);
	xml_close(w);
}

/* D9.2: the time the law names, in the signature and covered by it. */
static void
put_time(struct xml_writer *w, const struct xmlsig_spec *s, const char *when, struct hb_arena *a)
{
	xml_open(w, "Object");
	xml_open(w, "SignatureProperties");
	xml_put_attr(w, "Id", hb_printf(a, "tm-%s", s->id));
	xml_open(w, "SignatureProperty");
	xml_put_attr(w, "Target", hb_printf(a, "#%s", s->id));
	xml_open(w, "SigningTime");
	xml_put_attr(w, "xmlns", XMLSIG_TIME_NS);
	xml_put_text(w, when);
	xml_close(w);
	xml_close(w);
	xml_close(w);
	xml_close(w);
}

static void
put_signing_certificate(struct xml_writer *w, const struct pki_cert *cert, struct hb_arena *a)
{
	xml_open(w, "xades:SigningCertificateV2");
	xml_open(w, "xades:Cert");
	xml_open(w, "xades:CertDigest");
	put_algorithm(w, "DigestMethod", XMLSIG_SHA256);
	xml_put_leaf(w, "DigestValue", hb_base64(a, HB_BYTES(cert->fingerprint.b, sizeof cert->fingerprint.b)));
	xml_close(w);
	xml_close(w);
	xml_close(w);
}

static void
put_role(struct xml_writer *w, const char *role)
{
	if (role == NULL)
		return;
	xml_open(w, "xades:SignerRoleV2");
	xml_open(w, "xades:ClaimedRoles");
	xml_put_leaf(w, "xades:ClaimedRole", role);
	xml_close(w);
	xml_close(w);
}

static void
put_xades(struct xml_writer *w, const struct xmlsig_spec *s, const struct pki_cert *cert, const char *when, struct hb_arena *a)
{
	xml_open(w, "Object");
	xml_open(w, "xades:QualifyingProperties");
	xml_put_attr(w, "xmlns:xades", XMLSIG_XADES_NS);
	xml_put_attr(w, "Target", hb_printf(a, "#%s", s->id));
	xml_open(w, "xades:SignedProperties");
	xml_put_attr(w, "Id", hb_printf(a, "xp-%s", s->id));
	xml_open(w, "xades:SignedSignatureProperties");
	xml_put_leaf(w, "xades:SigningTime", when);
	put_signing_certificate(w, cert, a);
	put_role(w, s->claimed_role);
	xml_close(w);
	xml_open(w, "xades:SignedDataObjectProperties");
	for (size_t i = 0; i < s->n_regions; i++) {
		xml_open(w, "xades:DataObjectFormat");
		xml_put_attr(w, "ObjectReference", hb_printf(a, "#r%zu-%s", i, s->id));
		xml_put_leaf(w, "xades:MimeType", "text/xml");
		xml_close(w);
	}
	xml_close(w);
	xml_close(w);
	xml_close(w);
	xml_close(w);
}

static enum hb_code
write_signature(const struct xmlsig_spec *s, const struct pki_cert *cert, struct hb_arena *a, struct hb_bytes *ret,
    struct hb_err *err)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 1 << 20);
	struct xml_writer w;
	char when[HB_RFC3339_LEN];
	hb_rfc3339(s->signing_time, when);
	xml_writer_init(&w, &b);
	xml_open(&w, "Signature");
	xml_put_attr(&w, "xmlns", XMLSIG_NS);
	xml_put_attr(&w, "Id", s->id);
	put_signed_info(&w, s, cert, a);
	xml_open(&w, "SignatureValue");
	xml_put_attr(&w, "Id", hb_printf(a, "sv-%s", s->id));
	xml_close(&w);
	put_key_info(&w, cert, a);
	put_time(&w, s, when, a);
	put_xades(&w, s, cert, when, a);
	xml_close(&w);
	char *p = xml_writer_ok(&w) && !a->full ? hb_buf_take(&b, a) : NULL;
	if (p == NULL)
		return hb_full(err);
	*ret = HB_BYTES(p, b.len);
	return HB_OK;
}

/* ---- digests ------------------------------------------------------------------------------------------- */

/* Write the digest of each reference over its placeholder; bytes are the document's own, just made. */
static enum hb_code
fill_digests(const struct xml_doc *doc, const struct xml_node *signature, uint8_t *bytes, struct hb_arena *a,
    struct hb_err *err)
{
	const struct xml_node *info = xml_child(signature, XMLSIG_NS, "SignedInfo");
	for (const struct xml_node *r = xml_child(info, XMLSIG_NS, "Reference"); r != NULL; r = xml_next_same(r)) {
		unsigned matches, n;
		uint8_t digest[EVP_MAX_MD_SIZE];
		struct xml_c14n_spec spec = { XML_C14N_EXCLUSIVE, NULL, NULL };
		const struct xml_node *value = xml_child(r, XMLSIG_NS, "DigestValue");
		const struct xml_node *target = xml_by_id(doc, xml_attr(r, "URI") + 1, &matches);
		if (target == NULL || matches != 1)
			return hb_fail(err, HB_E_INPUT, "chuKy.vungThieu", "vùng cần ký “%.60s” có %u lần trong tệp", xml_attr(r, "URI"),
			    matches);
		enum hb_code c = xmlsig_digest_node(doc, target, &spec, EVP_sha256(), digest, &n, err);
		if (c != HB_OK)
			return c;
		const char *text = hb_base64(a, HB_BYTES(digest, n));
		if (text == NULL)
			return hb_full(err);
		if (strlen(text) != value->inner_end - value->inner)
			return hb_bug(err, "digest of %u bytes does not fit its place", n);
		memcpy(bytes + value->inner, text, strlen(text));
	}
	return HB_OK;
}

enum hb_code
xmlsig_prepare(struct hb_bytes bytes, const struct xmlsig_spec *spec, struct hb_arena *a, struct hb_bytes *ret_prepared,
    struct hb_err *err)
{
	struct xml_doc *doc;
	struct pki_cert *cert;
	struct hb_bytes signature, joined;
	enum hb_code c = xml_read(bytes, 0, a, &doc, err);
	if (c == HB_OK)
		c = check_spec(doc, spec, a, err);
	if (c == HB_OK)
		c = pki_cert_parse(spec->certificate, a, &cert, err);
	if (c == HB_OK && cert->key != PKI_KEY_RSA && cert->key != PKI_KEY_EC)
		c = hb_fail(err, HB_E_RULE, "chuKy.khoaLa", "chứng thư số dùng loại khoá không được chấp nhận");
	if (c != HB_OK)
		return c;
	const struct xml_node *slot = xml_path(doc, spec->slot);
	if (slot == NULL)
		return hb_fail(err, HB_E_INPUT, "chuKy.khongCoCho", "tệp không có chỗ ký %.100s", spec->slot);
	if (xml_child(slot, XMLSIG_NS, "Signature") != NULL)
		return hb_fail(err, HB_E_CONFLICT, "chuKy.daCo", "chỗ ký %.100s đã có chữ ký", spec->slot);
	c = write_signature(spec, cert, a, &signature, err);
	if (c == HB_OK)
		c = xml_append(doc, slot, signature, a, &joined, err);
	if (c == HB_OK)
		c = xml_read(joined, 0, a, &doc, err);
	if (c == HB_OK)
		c = fill_digests(doc, xmlsig_find(doc, spec->id), (uint8_t *)joined.p, a, err);
	if (c == HB_OK)
		*ret_prepared = joined;
	return c;
}
