/* The reader: start and end tags, attributes, namespaces. */
#include "xml/read_int.h"

#include <string.h>

/* One attribute as scanned; its namespace comes when the whole tag has been seen. */
struct raw_attr { struct xml_atom *name; const uint8_t *at; struct hb_bytes value; bool plain; };

static const uint8_t value_stop[256] = {
	[0] = 1, ['<'] = 1, ['"'] = 1, ['\''] = 1, ['&'] = 2, ['\t'] = 2, ['\n'] = 2, ['\r'] = 2,
};

/* The quoted value at r->p: references resolved, white space made blanks (XML 1.0 §3.3.3, CDATA). */
static enum hb_code
read_value(struct reader *r, struct raw_attr *ret)
{
	const uint8_t quote = *r->p, *from = ++r->p, *p = from;
	bool copy = false, other = false;
	for (;; p++) {
		while (value_stop[*p] == 0)
			p++;
		if (*p == quote || *p == '<' || *p == 0)
			break;
		copy |= value_stop[*p] == 2;
		other |= value_stop[*p] == 1;            /* the other quote */
	}
	if (*p != quote)
		return xml_malformed(r, p, "giá trị thuộc tính không đóng, hoặc có dấu <");
	size_t n = (size_t)(p - from);
	uint8_t *buf = hb_alloc(r->a, n + 1), *w = buf;
	if (buf == NULL)
		return hb_full(r->err);
	if (!copy) {
		memcpy(buf, from, n);
		w += n;
	}
	while (copy && from < p) {
		if (*from == '&') {
			enum hb_code c = xml_reference(r, &from, &w);
			if (c != HB_OK)
				return c;
		} else {
			bool crlf = from[0] == '\r' && from[1] == '\n';
			*w++ = xml_blank(*from) ? ' ' : *from;
			from += crlf ? 2 : 1;
		}
	}
	ret->value = HB_BYTES(buf, (size_t)(w - buf));
	ret->plain = !copy && !(other && quote == '\'');
	r->p = p + 1;
	return HB_OK;
}

static enum hb_code
qualified(struct reader *r, const char *what, struct xml_atom **ret_name)
{
	size_t n = xml_name_length(r->p);
	if (n == 0)
		return xml_malformed(r, r->p, what);
	struct xml_atom *name = xml_atom(&r->atoms, r->p, n);
	if (name == NULL)
		return xml_over(r, r->p, "quá nhiều tên khác nhau");
	if (!xml_atom_split(&r->atoms, name))
		return name->qname ? xml_over(r, r->p, "quá nhiều tiền tố")
		    : xml_fail_at(r, r->p, HB_E_INPUT, "xml.saiDang", "tên không hợp lệ", name->text, name->length);
	r->p += n;
	*ret_name = name;
	return HB_OK;
}

/* name = "value"; *tidy turns false when it is not written as canonical form would. */
static enum hb_code
read_attr(struct reader *r, struct raw_attr *ret, bool *tidy)
{
	ret->at = r->p;
	enum hb_code c = qualified(r, "tên thuộc tính không hợp lệ", &ret->name);
	if (c != HB_OK)
		return c;
	const uint8_t *after = r->p;
	xml_skip_blanks(r);
	if (*r->p != '=')
		return xml_malformed(r, r->p, "thuộc tính thiếu dấu =");
	r->p++;
	xml_skip_blanks(r);
	if (*r->p != '"' && *r->p != '\'')
		return xml_malformed(r, r->p, "giá trị thuộc tính phải ở trong dấu nháy");
	*tidy &= r->p == after + 1 && *r->p == '"';
	c = read_value(r, ret);
	*tidy &= c == HB_OK && ret->plain;
	return c;
}

static enum hb_code
bind(struct reader *r, struct xml_node *n, const struct raw_attr *raw)
{
	bool deflt = raw->name->prefix == r->none;
	struct xml_atom *prefix = deflt ? r->none : xml_atom(&r->atoms, (const uint8_t *)raw->name->local,
	    strlen(raw->name->local));
	struct xml_atom *uri = xml_atom(&r->atoms, raw->value.p, raw->value.n);
	if (prefix == NULL || uri == NULL || !xml_atom_number(&r->atoms, prefix))
		return xml_over(r, raw->at, "quá nhiều tiền tố hoặc không gian tên");
	bool is_xml = strcmp(uri->text, XML_XML_NS) == 0;
	if (prefix == r->xmlns || (prefix == r->xml) != is_xml || strcmp(uri->text, XML_XMLNS_NS) == 0
	    || (!deflt && uri->length == 0))
		return xml_malformed(r, raw->at, "khai báo không gian tên không hợp lệ");
	struct binding *b = r->spare;
	if (b != NULL)
		r->spare = b->below;
	else
		b = HB_NEW(r->a, struct binding);
	struct xml_nsdecl *d = HB_NEW(r->a, struct xml_nsdecl);
	if (b == NULL || d == NULL)
		return hb_full(r->err);
	*b = (struct binding){ prefix, prefix->bound, r->bindings };
	r->bindings = b;
	prefix->bound = uri->text;
	*d = (struct xml_nsdecl){ prefix->text, uri->text, NULL, prefix->number };
	struct xml_nsdecl **end = &n->decls;
	while (*end != NULL)
		end = &(*end)->next;
	*end = d;
	return HB_OK;
}

static void
unbind(struct reader *r, const struct xml_node *n)
{
	for (const struct xml_nsdecl *d = n->decls; d != NULL; d = d->next) {
		struct binding *b = r->bindings;
		b->prefix->bound = b->before;
		r->bindings = b->below;
		b->below = r->spare;
		r->spare = b;
	}
}

static bool
declares(const struct reader *r, const struct xml_atom *name)
{
	return name == r->xmlns || name->prefix == r->xmlns;
}

static enum hb_code
resolve(struct reader *r, const struct xml_atom *name, const uint8_t *at, const char **ret_ns)
{
	if (name->prefix->bound == NULL || name->prefix == r->xmlns)
		return xml_fail_at(r, at, HB_E_INPUT, "xml.tienTo", "tiền tố chưa khai báo không gian tên", name->text,
		    name->length);
	*ret_ns = name->prefix->bound;
	return HB_OK;
}

static enum hb_code
note_id(struct reader *r, const struct xml_node *n, const struct xml_attr *x)
{
	struct xml_doc *d = r->doc;
	if (d->n_ids == r->ids_cap) {
		size_t cap = r->ids_cap == 0 ? 32 : r->ids_cap * 2;
		struct xml_id *more = HB_NEWN(r->a, struct xml_id, cap);
		if (more == NULL)
			return hb_full(r->err);
		if (d->n_ids > 0)
			memcpy(more, d->ids, d->n_ids * sizeof *more);
		d->ids = more;
		r->ids_cap = cap;
	}
	d->ids[d->n_ids++] = (struct xml_id){ (const char *)x->value.p, n };
	return HB_OK;
}

static bool
identifies(const struct reader *r, const struct xml_atom *name)
{
	return name == r->Id || name == r->id || name == r->ID
	    || (name->prefix == r->xml && strcmp(name->local, "id") == 0);
}

/* Attributes of n from what was scanned; duplicates by name and by namespace are refused. */
static enum hb_code
keep_attrs(struct reader *r, struct xml_node *n, const struct raw_attr *raw, unsigned n_raw, bool *tidy)
{
	struct xml_attr **end = &n->attrs, *before = NULL;
	for (unsigned i = 0; i < n_raw; i++) {
		const struct xml_atom *name = raw[i].name;
		if (declares(r, name))
			continue;
		struct xml_attr *x = HB_NEW(r->a, struct xml_attr);
		if (x == NULL)
			return hb_full(r->err);
		*x = (struct xml_attr){ name->text, name->local, name->prefix->text, "", raw[i].value, NULL,
			name->prefix->number, raw[i].plain };
		enum hb_code c = HB_OK;
		if (name->prefix != r->none)
			c = resolve(r, name, raw[i].at, &x->ns);
		for (const struct xml_attr *y = n->attrs; c == HB_OK && name->prefix != r->none && y != NULL; y = y->next)
			if (y->prefix_no != 0 && y->ns == x->ns && strcmp(y->local, x->local) == 0)
				c = xml_fail_at(r, raw[i].at, HB_E_INPUT, "xml.trungThuocTinh", "thuộc tính lặp lại", name->text,
				    name->length);
		if (c == HB_OK && identifies(r, name))
			c = note_id(r, n, x);
		if (c != HB_OK)
			return c;
		*tidy &= name->prefix == r->none && (before == NULL || strcmp(before->local, x->local) < 0);
		before = *end = x;
		end = &x->next;
	}
	return HB_OK;
}

static enum hb_code
scan_attrs(struct reader *r, struct raw_attr *raw, unsigned *n_raw, bool *tidy)
{
	for (*n_raw = 0;; ++*n_raw) {
		const uint8_t *gap = r->p;
		xml_skip_blanks(r);
		if (*r->p == '>' || *r->p == '/') {
			*tidy &= r->p == gap;
			return HB_OK;
		}
		if (r->p == gap)
			return xml_malformed(r, r->p, "thẻ mở viết sai");
		if (*n_raw == XML_MAX_ATTRS)
			return xml_over(r, r->p, "quá nhiều thuộc tính trong một phần tử");
		*tidy &= r->p == gap + 1 && *gap == ' ';
		enum hb_code c = read_attr(r, &raw[*n_raw], tidy);
		if (c != HB_OK)
			return c;
		for (unsigned i = 0; i < *n_raw; i++)
			if (raw[i].name == raw[*n_raw].name)
				return xml_fail_at(r, raw[*n_raw].at, HB_E_INPUT, "xml.trungThuocTinh", "thuộc tính lặp lại",
				    raw[i].name->text, raw[i].name->length);
	}
}

static void
closed(struct reader *r, struct xml_node *n)
{
	n->end = (uint32_t)(r->p - r->base);
	n->verbatim &= n->verbatim_inside;
	unbind(r, n);
	r->at = n->parent;
	r->at->verbatim_inside &= n->verbatim;
	r->depth--;
}

enum hb_code
xml_read_start(struct reader *r)
{
	struct raw_attr raw[XML_MAX_ATTRS];
	unsigned n_raw;
	struct xml_node *n = NULL;
	struct xml_atom *name;
	bool tidy = true;
	const uint8_t *start = r->p++;
	enum hb_code c = qualified(r, "tên phần tử không hợp lệ", &name);
	if (c == HB_OK && r->at->type == XML_DOCUMENT && r->doc->root != NULL)
		c = xml_malformed(r, start, "có hơn một phần tử gốc");
	if (c == HB_OK && ++r->depth > XML_MAX_DEPTH)
		c = xml_over(r, start, "các phần tử lồng nhau quá sâu");
	if (c == HB_OK)
		c = xml_new_node(r, XML_ELEMENT, start, &n);
	if (c == HB_OK)
		c = scan_attrs(r, raw, &n_raw, &tidy);
	for (unsigned i = 0; c == HB_OK && i < n_raw; i++)
		if (declares(r, raw[i].name))
			c = bind(r, n, &raw[i]);
	if (c != HB_OK)
		return c;
	n->name = name->text;
	n->local = name->local;
	n->prefix = name->prefix->text;
	n->prefix_no = name->prefix->number;
	c = resolve(r, name, start, &n->ns);
	if (c == HB_OK)
		c = keep_attrs(r, n, raw, n_raw, &tidy);
	if (c != HB_OK)
		return c;
	if (r->at->type == XML_DOCUMENT)
		r->doc->root = n;
	n->empty_tag = *r->p == '/';
	n->verbatim = tidy && n->decls == NULL && name->prefix == r->none && !n->empty_tag;
	n->verbatim_inside = true;
	if (n->empty_tag && r->p[1] != '>')
		return xml_malformed(r, r->p, "thẻ mở viết sai");
	r->p += n->empty_tag ? 2 : 1;
	n->inner = n->inner_end = (uint32_t)(r->p - r->base);
	r->at = n;
	if (n->empty_tag)
		closed(r, n);
	return HB_OK;
}

enum hb_code
xml_read_end(struct reader *r)
{
	struct xml_node *n = r->at;
	const uint8_t *start = r->p;
	size_t len = strlen(n->name);
	if (n->type != XML_ELEMENT)
		return xml_malformed(r, start, "thẻ đóng không có thẻ mở");
	if (strncmp((const char *)start + 2, n->name, len) != 0)
		return xml_fail_at(r, start, HB_E_INPUT, "xml.saiDang", "thẻ đóng không khớp thẻ mở", n->name, len);
	r->p += 2 + len;
	const uint8_t *gap = r->p;
	xml_skip_blanks(r);
	if (*r->p != '>')
		return xml_fail_at(r, start, HB_E_INPUT, "xml.saiDang", "thẻ đóng không khớp thẻ mở", n->name, len);
	n->verbatim &= r->p == gap;
	r->p++;
	n->inner_end = (uint32_t)(start - r->base);
	closed(r, n);
	return HB_OK;
}
