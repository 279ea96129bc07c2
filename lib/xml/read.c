/* The reader: one pass over the bytes, no recursion.  The copy of the bytes ends in NUL, which is no XML character,
 * so scanning loops stop there by themselves. */
#include "xml/read_int.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
xml_where(struct hb_bytes bytes, size_t offset, unsigned *ret_line, unsigned *ret_column)
{
	unsigned line = 1, column = 1;
	for (size_t i = 0; i < offset && i < bytes.n; i++) {
		if (bytes.p[i] == '\n') {
			line++;
			column = 1;
		} else if ((bytes.p[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	*ret_line = line;
	*ret_column = column;
}

/* "dòng L, cột C: what “name”" */
enum hb_code
xml_fail_at(struct reader *r, const uint8_t *where, enum hb_code code, const char *key, const char *what,
    const char *name, size_t n)
{
	unsigned line, column;
	xml_where(HB_BYTES(r->base, (size_t)(r->end - r->base)), (size_t)(where - r->base), &line, &column);
	int shown = n > 60 ? 60 : (int)n;
	while (shown > 0 && shown < (int)n && ((uint8_t)name[shown] & 0xc0) == 0x80)
		shown--;
	if (n > 0)
		return hb_fail(r->err, code, key, "dòng %u, cột %u: %s “%.*s”", line, column, what, shown, name);
	return hb_fail(r->err, code, key, "dòng %u, cột %u: %s", line, column, what);
}

enum hb_code
xml_malformed(struct reader *r, const uint8_t *where, const char *what)
{
	if (where >= r->end)
		return xml_fail_at(r, r->end, HB_E_INPUT, "xml.saiDang", "tệp hết giữa chừng", "", 0);
	return xml_fail_at(r, where, HB_E_INPUT, "xml.saiDang", what, "", 0);
}

enum hb_code
xml_over(struct reader *r, const uint8_t *where, const char *what)
{
	if (r->a->full)
		return hb_full(r->err);
	return xml_fail_at(r, where, HB_E_TOOBIG, "xml.gioiHan", what, "", 0);
}

enum hb_code
xml_new_node(struct reader *r, enum xml_type type, const uint8_t *start, struct xml_node **ret_node)
{
	if (++r->nodes > XML_MAX_NODES)
		return xml_over(r, start, "quá nhiều nút");
	struct xml_node *n = HB_NEW(r->a, struct xml_node);
	if (n == NULL)
		return hb_full(r->err);
	n->type = (uint8_t)type;
	n->start = (uint32_t)(start - r->base);
	n->parent = r->at;
	n->name = n->local = n->prefix = n->ns = "";
	if (r->at != NULL) {
		if (r->at->last == NULL)
			r->at->first = n;
		else
			r->at->last->next = n;
		r->at->last = n;
	}
	*ret_node = n;
	return HB_OK;
}

void
xml_skip_blanks(struct reader *r)
{
	while (xml_blank(*r->p))
		r->p++;
}

bool
xml_looking_at(const struct reader *r, const char *s)
{
	return strncmp((const char *)r->p, s, strlen(s)) == 0;
}

/* ---- the document -------------------------------------------------------------------------------------- */

static enum hb_code
read_markup(struct reader *r)
{
	if (r->p[1] == '/')
		return xml_read_end(r);
	if (r->p[1] == '?')
		return xml_read_pi(r);
	if (r->p[1] != '!')
		return xml_read_start(r);
	if (xml_looking_at(r, "<!--"))
		return xml_read_comment(r);
	if (xml_looking_at(r, "<![CDATA["))
		return xml_read_cdata(r);
	if (xml_looking_at(r, "<!DOCTYPE"))
		return xml_fail_at(r, r->p, HB_E_INPUT, "xml.doctype", "không được có DOCTYPE", "", 0);
	return xml_malformed(r, r->p, "dấu <! không đúng chỗ");
}

/* name="value" of the XML declaration; *ret is empty when it is not there. */
static enum hb_code
declared(struct reader *r, const char *name, struct hb_bytes *ret)
{
	const uint8_t *before = r->p;
	xml_skip_blanks(r);
	*ret = HB_BYTES("", 0);
	if (!xml_looking_at(r, name)) {
		r->p = before;
		return HB_OK;
	}
	if (r->p == before)
		return xml_malformed(r, r->p, "khai báo XML viết sai");
	r->p += strlen(name);
	xml_skip_blanks(r);
	if (*r->p != '=')
		return xml_malformed(r, r->p, "khai báo XML viết sai");
	r->p++;
	xml_skip_blanks(r);
	if (*r->p != '"' && *r->p != '\'')
		return xml_malformed(r, r->p, "khai báo XML viết sai");
	const uint8_t *from = r->p + 1;
	const uint8_t *to = (const uint8_t *)strchr((const char *)from, *r->p);
	if (to == NULL)
		return xml_malformed(r, r->p, "khai báo XML viết sai");
	*ret = HB_BYTES(from, (size_t)(to - from));
	r->p = to + 1;
	return HB_OK;
}

static bool
same(struct hb_bytes b, const char *s)
{
	return b.n == strlen(s) && strncasecmp((const char *)b.p, s, b.n) == 0;
}

static enum hb_code
read_declaration(struct reader *r)
{
	struct hb_bytes version, encoding, standalone;
	if (!xml_looking_at(r, "<?xml") || !xml_blank(r->p[5]))
		return HB_OK;
	r->p += 5;
	enum hb_code c = declared(r, "version", &version);
	if (c == HB_OK)
		c = declared(r, "encoding", &encoding);
	if (c == HB_OK)
		c = declared(r, "standalone", &standalone);
	if (c != HB_OK)
		return c;
	xml_skip_blanks(r);
	if (!xml_looking_at(r, "?>"))
		return xml_malformed(r, r->p, "khai báo XML viết sai");
	r->p += 2;
	if (!same(version, "1.0") || (standalone.n > 0 && !same(standalone, "yes") && !same(standalone, "no")))
		return xml_malformed(r, r->base, "khai báo XML phải là phiên bản 1.0");
	if (encoding.n > 0 && !same(encoding, "utf-8") && !same(encoding, "us-ascii"))
		return xml_fail_at(r, r->base, HB_E_INPUT, "xml.bangMa", "bảng mã phải là UTF-8, không phải",
		    (const char *)encoding.p, encoding.n);
	return HB_OK;
}

static enum hb_code
prepare(struct reader *r, struct hb_bytes bytes)
{
	if (bytes.n > XML_MAX_BYTES)
		return hb_fail(r->err, HB_E_TOOBIG, "xml.gioiHan", "tệp XML lớn hơn giới hạn %zu byte", XML_MAX_BYTES);
	r->base = r->p = (const uint8_t *)hb_strndup(r->a, (const char *)bytes.p, bytes.n);
	r->doc = HB_NEW(r->a, struct xml_doc);
	if (r->base == NULL || r->doc == NULL)
		return hb_full(r->err);
	r->end = r->base + bytes.n;
	r->doc->bytes = HB_BYTES(r->base, bytes.n);
	enum hb_code c = xml_atoms_init(&r->atoms, r->a, r->err);
	if (c != HB_OK)
		return c;
	static const char *const known[] = { "", "xml", "xmlns", "Id", "id", "ID" };
	struct xml_atom **place[] = { &r->none, &r->xml, &r->xmlns, &r->Id, &r->id, &r->ID };
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		*place[i] = xml_atom(&r->atoms, (const uint8_t *)known[i], strlen(known[i]));
		if (*place[i] == NULL || (i > 0 && !xml_atom_split(&r->atoms, *place[i])))
			return hb_full(r->err);
	}
	struct xml_atom *ns = xml_atom(&r->atoms, (const uint8_t *)XML_XML_NS, strlen(XML_XML_NS));
	if (ns == NULL)
		return hb_full(r->err);
	r->none->bound = r->none->text;
	r->xml->bound = ns->text;
	return xml_new_node(r, XML_DOCUMENT, r->base, &r->doc->document);
}

/* By value, then by place in the document. */
static int
compare_ids(const void *a, const void *b)
{
	const struct xml_id *x = *(const struct xml_id *const *)a, *y = *(const struct xml_id *const *)b;
	int k = strcmp(x->value, y->value);
	return k != 0 ? k : x < y ? -1 : x > y;
}

static enum hb_code
sort_ids(struct reader *r)
{
	struct xml_doc *d = r->doc;
	d->by_value = HB_NEWN(r->a, const struct xml_id *, d->n_ids + 1);
	if (d->by_value == NULL)
		return hb_full(r->err);
	for (size_t i = 0; i < d->n_ids; i++)
		d->by_value[i] = &d->ids[i];
	if (d->n_ids > 1)
		qsort(d->by_value, d->n_ids, sizeof d->by_value[0], compare_ids);
	return HB_OK;
}

enum hb_code
xml_read(struct hb_bytes bytes, unsigned flags, struct hb_arena *a, struct xml_doc **ret_doc, struct hb_err *err)
{
	struct reader r = { .flags = flags, .a = a, .err = err };
	enum hb_code c = prepare(&r, bytes);
	if (c != HB_OK)
		return c;
	const uint8_t *bad = xml_chars_check(r.base, r.end);
	if (bad != r.end)
		return xml_fail_at(&r, bad, HB_E_INPUT, "xml.kyTu", "kí tự không phải UTF-8 hoặc không được phép trong XML", "", 0);
	if (xml_looking_at(&r, "\xef\xbb\xbf"))
		r.p += 3;
	r.at = r.doc->document;
	c = read_declaration(&r);
	while (c == HB_OK && r.p < r.end)
		c = *r.p == '<' ? read_markup(&r) : xml_read_text(&r);
	if (c != HB_OK)
		return c;
	if (r.at->type != XML_DOCUMENT)
		return xml_fail_at(&r, r.end, HB_E_INPUT, "xml.saiDang", "tệp hết khi chưa đóng phần tử", r.at->name,
		    strlen(r.at->name));
	if (r.doc->root == NULL)
		return xml_malformed(&r, r.p, "không có phần tử gốc");
	r.doc->document->end = r.doc->document->inner_end = (uint32_t)bytes.n;
	c = sort_ids(&r);
	if (c == HB_OK)
		*ret_doc = r.doc;
	return c;
}
