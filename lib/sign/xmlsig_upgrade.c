/* Unsigned properties: the timestamp of each signature (T) and the evidence on the last one (LT). */
#include "sign/xmlsig.h"
#include "sign/xmlsig_algo.h"
#include "sign/xmlsig_facts.h"

#include <string.h>

struct place { struct xml_doc *doc; const struct xml_node *signature, *qualifying, *unsigned_; };

/* Where unsigned properties of our own signatures stand; a foreign signature is not touched. */
static enum hb_code
find_place(struct hb_bytes bytes, const char *id, struct hb_arena *a, struct place *p, struct hb_err *err)
{
	enum hb_code c = xml_read(bytes, 0, a, &p->doc, err);
	if (c != HB_OK)
		return c;
	p->signature = xmlsig_find(p->doc, id);
	if (p->signature == NULL)
		return hb_fail(err, HB_E_NOTFOUND, "chuKy.khongThay", "tệp không có chữ ký “%.60s”", id);
	p->qualifying = NULL;
	for (const struct xml_node *o = xml_child(p->signature, XMLSIG_NS, "Object"); o != NULL; o = xml_next_same(o))
		if (p->qualifying == NULL)
			p->qualifying = xml_child(o, XMLSIG_XADES_NS, "QualifyingProperties");
	if (p->qualifying == NULL || strcmp(p->qualifying->prefix, "xades") != 0)
		return hb_fail(err, HB_E_INPUT, "chuKy.saiMau", "chữ ký “%.60s” không có chỗ cho dấu thời gian", id);
	p->unsigned_ = xml_child(xml_child(p->qualifying, XMLSIG_XADES_NS, "UnsignedProperties"), XMLSIG_XADES_NS,
	    "UnsignedSignatureProperties");
	return HB_OK;
}

static enum hb_code
add_property(const struct place *p, struct hb_buf *property, struct hb_arena *a, struct hb_bytes *ret_doc, struct hb_err *err)
{
	if (!hb_buf_ok(property))
		return hb_full(err);
	if (p->unsigned_ != NULL)
		return xml_append(p->doc, p->unsigned_, hb_buf_bytes(property), a, ret_doc, err);
	HB_SCOPED_BUF b;
	hb_buf_init(&b, HB_BUF_MAX);
	hb_puts(&b, "<xades:UnsignedProperties><xades:UnsignedSignatureProperties>");
	hb_put(&b, property->p, property->len);
	hb_puts(&b, "</xades:UnsignedSignatureProperties></xades:UnsignedProperties>");
	return hb_buf_ok(&b) ? xml_append(p->doc, p->qualifying, hb_buf_bytes(&b), a, ret_doc, err) : hb_full(err);
}

enum hb_code
xmlsig_timestamp_digest(struct hb_bytes doc, const char *id, struct hb_arena *a, struct hb_sha256 *ret_digest,
    struct hb_err *err)
{
	struct place p;
	struct hb_sha256 d;
	unsigned n;
	struct xml_c14n_spec spec = { XML_C14N_EXCLUSIVE, NULL, NULL };
	enum hb_code c = find_place(doc, id, a, &p, err);
	if (c != HB_OK)
		return c;
	const struct xml_node *value = xml_child(p.signature, XMLSIG_NS, "SignatureValue");
	if (value == NULL || value->first == NULL)
		return hb_fail(err, HB_E_CONFLICT, "chuKy.chuaCo", "chữ ký “%.60s” chưa có giá trị", id);
	uint8_t out[EVP_MAX_MD_SIZE];
	c = xmlsig_digest_node(p.doc, value, &spec, EVP_sha256(), out, &n, err);
	if (c != HB_OK)
		return c;
	memcpy(d.b, out, sizeof d.b);
	*ret_digest = d;
	return HB_OK;
}

enum hb_code
xmlsig_add_timestamp(struct hb_bytes doc, const char *id, struct hb_bytes token, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err)
{
	struct place p;
	enum hb_code c = find_place(doc, id, a, &p, err);
	if (c != HB_OK)
		return c;
	const char *text = hb_base64(a, token);
	if (text == NULL)
		return hb_full(err);
	HB_SCOPED_BUF b;
	struct xml_writer w;
	hb_buf_init(&b, HB_BUF_MAX);
	xml_writer_init(&w, &b);
	xml_open(&w, "xades:SignatureTimeStamp");
	xml_put_attr(&w, "Id", hb_printf(a, "ts-%s", id));
	xml_open(&w, "CanonicalizationMethod");
	xml_put_attr(&w, "Algorithm", XMLSIG_EXC_C14N);
	xml_close(&w);
	xml_put_leaf(&w, "xades:EncapsulatedTimeStamp", text);
	xml_close(&w);
	return add_property(&p, &b, a, ret_doc, err);
}

static void
put_all(struct xml_writer *w, const char *element, const struct hb_bytes *list, size_t n, struct hb_arena *a)
{
	for (size_t i = 0; i < n; i++)
		xml_put_leaf(w, element, hb_base64(a, list[i]));
}

static void
put_certificates(struct xml_writer *w, const struct hb_bytes *certs, size_t n, struct hb_arena *a)
{
	if (n == 0)
		return;
	xml_open(w, "xades:CertificateValues");
	put_all(w, "xades:EncapsulatedX509Certificate", certs, n, a);
	xml_close(w);
}

static void
put_revocation(struct xml_writer *w, const struct hb_bytes *crls, size_t n_crls, const struct hb_bytes *ocsps,
    size_t n_ocsps, struct hb_arena *a)
{
	if (n_crls + n_ocsps == 0)
		return;
	xml_open(w, "xades:RevocationValues");
	if (n_crls > 0) {
		xml_open(w, "xades:CRLValues");
		put_all(w, "xades:EncapsulatedCRLValue", crls, n_crls, a);
		xml_close(w);
	}
	if (n_ocsps > 0) {
		xml_open(w, "xades:OCSPValues");
		put_all(w, "xades:EncapsulatedOCSPValue", ocsps, n_ocsps, a);
		xml_close(w);
	}
	xml_close(w);
}

enum hb_code
xmlsig_add_evidence(struct hb_bytes doc, const char *id, const struct xmlsig_evidence *e, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err)
{
	struct place p;
	enum hb_code c = find_place(doc, id, a, &p, err);
	if (c != HB_OK)
		return c;
	if (xml_child(p.unsigned_, XMLSIG_XADES_NS, "CertificateValues") != NULL
	    || xml_child(p.unsigned_, XMLSIG_XADES_NS, "RevocationValues") != NULL)
		return hb_fail(err, HB_E_CONFLICT, "chuKy.daCo", "chữ ký “%.60s” đã có bằng chứng kèm theo", id);
	HB_SCOPED_BUF b;
	struct xml_writer w;
	hb_buf_init(&b, HB_BUF_MAX);
	xml_writer_init(&w, &b);
	put_certificates(&w, e->certs, e->n_certs, a);
	put_revocation(&w, e->crls, e->n_crls, e->ocsps, e->n_ocsps, a);
	if (e->n_tsa_certs + e->n_tsa_crls + e->n_tsa_ocsps > 0) {
		xml_open(&w, "xades141:TimeStampValidationData");
		xml_put_attr(&w, "xmlns:xades141", XMLSIG_XADES141_NS);
		put_certificates(&w, e->tsa_certs, e->n_tsa_certs, a);
		put_revocation(&w, e->tsa_crls, e->n_tsa_crls, e->tsa_ocsps, e->n_tsa_ocsps, a);
		xml_close(&w);
	}
	if (a->full || b.len == 0)
		return a->full ? hb_full(err) : hb_fail(err, HB_E_INPUT, "chuKy.saiMau", "không có bằng chứng nào để kèm");
	return add_property(&p, &b, a, ret_doc, err);
}
