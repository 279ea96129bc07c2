/* Edits are splices of the bytes: nothing else of a signed file may change. */
#include "xml/xml.h"

#include <string.h>

enum hb_code
xml_splice(struct hb_bytes doc, size_t from, size_t to, struct hb_bytes with, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err)
{
	if (from > to || to > doc.n)
		return hb_bug(err, "splice %zu..%zu of %zu", from, to, doc.n);
	size_t n = doc.n - (to - from) + with.n;
	char *out = hb_alloc(a, n + 1);
	if (out == NULL)
		return hb_full(err);
	memcpy(out, doc.p, from);
	if (with.n > 0)
		memcpy(out + from, with.p, with.n);
	memcpy(out + from + with.n, doc.p + to, doc.n - to);
	*ret_doc = HB_BYTES(out, n);
	return HB_OK;
}

/* <name …/> becomes <name …>xml</name>. */
static enum hb_code
open_up(const struct xml_doc *doc, const struct xml_node *n, struct hb_bytes xml, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, HB_BUF_MAX);
	size_t slash = n->end - 2;
	while (slash > n->start && (doc->bytes.p[slash - 1] == ' ' || doc->bytes.p[slash - 1] == '\n'))
		slash--;
	hb_puts(&b, ">");
	hb_put(&b, xml.p, xml.n);
	hb_putf(&b, "</%s>", n->name);
	if (!hb_buf_ok(&b))
		return hb_full(err);
	return xml_splice(doc->bytes, slash, n->end, hb_buf_bytes(&b), a, ret_doc, err);
}

enum hb_code
xml_append(const struct xml_doc *doc, const struct xml_node *n, struct hb_bytes xml, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err)
{
	if (n->empty_tag)
		return open_up(doc, n, xml, a, ret_doc, err);
	return xml_splice(doc->bytes, n->inner_end, n->inner_end, xml, a, ret_doc, err);
}

enum hb_code
xml_fill(const struct xml_doc *doc, const struct xml_node *n, struct hb_bytes xml, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err)
{
	if (n->empty_tag)
		return open_up(doc, n, xml, a, ret_doc, err);
	return xml_splice(doc->bytes, n->inner, n->inner_end, xml, a, ret_doc, err);
}
