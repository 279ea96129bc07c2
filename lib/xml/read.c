/* The reader: one pass over the bytes, no recursion.  The copy of the bytes ends in NUL, which is no XML character,
 * so scanning loops stop there by themselves. */
#include "xml/read_int.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct binding { struct xml_atom *prefix; const char *before; struct binding *below; };

struct reader {
	const uint8_t   *base, *p, *end;
	unsigned         flags, depth;
	size_t           nodes, ids_cap;
	struct hb_arena *a;
	struct hb_err   *err;
	struct xml_doc  *doc;
	struct xml_node *at;                     /* open element, or the document */
	struct xml_atoms atoms;
	struct xml_atom *none, *xml, *xmlns, *id, *Id, *ID;
	struct binding  *bindings, *spare;       /* what each declaration hid, newest first */
	const char      *default_ns;
};

static enum hb_code fail_at(struct reader *r, const uint8_t *where, enum hb_code code, const char *key,
    const char *what, const char *name, size_t n);

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
static enum hb_code
fail_at(struct reader *r, const uint8_t *where, enum hb_code code, const char *key, const char *what,
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

static enum hb_code
malformed(struct reader *r, const uint8_t *where, const char *what)
{
	if (where >= r->end)
		return fail_at(r, r->end, HB_E_INPUT, "xml.saiDang", "tệp hết giữa chừng", "", 0);
	return fail_at(r, where, HB_E_INPUT, "xml.saiDang", what, "", 0);
}

static enum hb_code
over(struct reader *r, const uint8_t *where, const char *what)
{
	if (r->a->full)
		return hb_full(r->err);
	return fail_at(r, where, HB_E_TOOBIG, "xml.gioiHan", what, "", 0);
}

static enum hb_code
new_node(struct reader *r, enum xml_type type, const uint8_t *start, struct xml_node **ret_node)
{
	if (++r->nodes > XML_MAX_NODES)
		return over(r, start, "quá nhiều nút");
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

static void
skip_blanks(struct reader *r)
{
	while (xml_blank(*r->p))
		r->p++;
}

static bool
looking_at(const struct reader *r, const char *s)
{
	return strncmp((const char *)r->p, s, strlen(s)) == 0;
}

/* ---- references and line ends -------------------------------------------------------------------------- */

static const struct { const char *name; char c; } entities[] = {
	{ "lt;", '<' }, { "gt;", '>' }, { "amp;", '&' }, { "quot;", '"' }, { "apos;", '\'' },
};

static unsigned
digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? (unsigned)c - 'a' + 10 : 99;
}

static enum hb_code
char_ref(struct reader *r, const uint8_t **at, uint8_t **out)
{
	const uint8_t *p = *at + 2;
	unsigned base = *p == 'x' ? 16 : 10;
	p += base == 16;
	uint32_t c = 0;
	const uint8_t *digits = p;
	for (;; p++) {
		unsigned d = digit(*p);
		if (d >= base)
			break;
		c = c > 0x10ffff ? c : c * base + d;
	}
	if (p == digits || *p != ';' || !xml_char_legal(c))
		return fail_at(r, *at, HB_E_INPUT, "xml.kyTu", "mã kí tự không hợp lệ", "", 0);
	*out += xml_utf8_put(c, *out);
	*at = p + 1;
	return HB_OK;
}

/* *at stands on '&'; one character is written at *out. */
static enum hb_code
reference(struct reader *r, const uint8_t **at, uint8_t **out)
{
	const uint8_t *p = *at;
	if (p[1] == '#')
		return char_ref(r, at, out);
	for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
		size_t n = strlen(entities[i].name);
		if (strncmp((const char *)p + 1, entities[i].name, n) == 0) {
			*(*out)++ = (uint8_t)entities[i].c;
			*at = p + 1 + n;
			return HB_OK;
		}
	}
	size_t n = xml_name_length(p + 1);
	if (n == 0)
		return malformed(r, p, "dấu & phải viết là &amp;");
	return fail_at(r, p, HB_E_INPUT, "xml.thucThe", "thực thể không được phép", (const char *)p + 1, n);
}

/* Decode [from, to) of text (refs) or CDATA, comments, PIs (no refs): references, and CRLF or CR to LF. */
static enum hb_code
decode(struct reader *r, const uint8_t *from, const uint8_t *to, bool refs, struct hb_bytes *ret_text)
{
	uint8_t *buf = hb_alloc(r->a, (size_t)(to - from) + 1), *w = buf;
	if (buf == NULL)
		return hb_full(r->err);
	while (from < to) {
		if (refs && *from == '&') {
			enum hb_code c = reference(r, &from, &w);
			if (c != HB_OK)
				return c;
		} else if (*from == '\r') {
			*w++ = '\n';
			from += from[1] == '\n' ? 2 : 1;
		} else {
			*w++ = *from++;
		}
	}
	*ret_text = HB_BYTES(buf, (size_t)(w - buf));
	return HB_OK;
}

/* ---- text, CDATA, comments, processing instructions ---------------------------------------------------- */

static const uint8_t text_stop[256] = { [0] = 1, ['<'] = 1, ['&'] = 2, ['\r'] = 2, ['>'] = 3 };

static enum hb_code
read_text(struct reader *r)
{
	const uint8_t *from = r->p, *p = from;
	bool copy = false, plain = true;
	for (;; p++) {
		while (text_stop[*p] == 0)
			p++;
		if (text_stop[*p] == 1)
			break;
		plain = false;
		if (*p != '>')
			copy = true;
		else if (p - from >= 2 && p[-1] == ']' && p[-2] == ']')
			return malformed(r, p, "“]]>” không được đứng trong văn bản");
	}
	if (r->at->type == XML_DOCUMENT) {
		for (const uint8_t *q = from; q < p; q++)
			if (!xml_blank(*q))
				return malformed(r, q, "có văn bản ngoài phần tử gốc");
		r->p = p;
		return HB_OK;
	}
	struct xml_node *n;
	enum hb_code c = new_node(r, XML_TEXT, from, &n);
	if (c != HB_OK)
		return c;
	n->plain = plain;
	n->end = (uint32_t)(p - r->base);
	n->text = HB_BYTES(from, (size_t)(p - from));
	r->at->verbatim_inside &= plain;
	r->p = p;
	return copy ? decode(r, from, p, true, &n->text) : HB_OK;
}

/* A node whose data stands between r->p + skip and the closing mark. */
static enum hb_code
read_until(struct reader *r, enum xml_type type, size_t skip, const char *mark, const char *unfinished,
    struct xml_node **ret_node)
{
	const uint8_t *from = r->p + skip;
	const uint8_t *to = (const uint8_t *)strstr((const char *)from, mark);
	if (to == NULL)
		return fail_at(r, r->p, HB_E_INPUT, "xml.saiDang", unfinished, "", 0);
	struct xml_node *n;
	enum hb_code c = new_node(r, type, r->p, &n);
	if (c != HB_OK)
		return c;
	r->at->verbatim_inside = false;
	r->p = to + strlen(mark);
	n->end = (uint32_t)(r->p - r->base);
	*ret_node = n;
	return decode(r, from, to, false, &n->text);
}

static enum hb_code
read_cdata(struct reader *r)
{
	struct xml_node *n;
	if (r->at->type == XML_DOCUMENT)
		return malformed(r, r->p, "có văn bản ngoài phần tử gốc");
	return read_until(r, XML_TEXT, 9, "]]>", "đoạn CDATA không đóng", &n);
}

static enum hb_code
read_comment(struct reader *r)
{
	struct xml_node *n;
	const uint8_t *from = r->p;
	enum hb_code c = read_until(r, XML_COMMENT, 4, "--", "chú thích không đóng", &n);
	if (c != HB_OK)
		return c;
	if (*r->p != '>')
		return malformed(r, from, "chú thích có “--” bên trong");
	r->p++;
	n->end++;
	return HB_OK;
}

static enum hb_code
read_pi(struct reader *r)
{
	size_t n = xml_name_length(r->p + 2);
	const uint8_t *target = r->p + 2;
	if (n == 0)
		return malformed(r, r->p, "thẻ không có tên");
	if (n == 3 && strncasecmp((const char *)target, "xml", 3) == 0)
		return malformed(r, r->p, "khai báo XML chỉ được đứng ở đầu tệp");
	if ((r->flags & XML_ALLOW_PI) == 0)
		return fail_at(r, r->p, HB_E_INPUT, "xml.chiThi", "chỉ thị xử lí không được phép", (const char *)target, n);
	if (!xml_blank(target[n]) && strncmp((const char *)target + n, "?>", 2) != 0)
		return malformed(r, r->p, "chỉ thị xử lí viết sai");
	size_t skip = 2 + n;
	while (xml_blank(r->p[skip]))
		skip++;
	struct xml_node *pi;
	enum hb_code c = read_until(r, XML_PI, skip, "?>", "chỉ thị xử lí không đóng", &pi);
	if (c != HB_OK)
		return c;
	struct xml_atom *name = xml_atom(&r->atoms, target, n);
	if (name == NULL)
		return over(r, target, "quá nhiều tên khác nhau");
	if (strchr(name->text, ':') != NULL)
		return malformed(r, target, "tên chỉ thị có dấu hai chấm");
	pi->name = pi->local = name->text;
	return HB_OK;
}

/* ---- start tags ---------------------------------------------------------------------------------------- */

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
		return malformed(r, p, "giá trị thuộc tính không đóng, hoặc có dấu <");
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
			enum hb_code c = reference(r, &from, &w);
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
		return malformed(r, r->p, what);
	struct xml_atom *name = xml_atom(&r->atoms, r->p, n);
	if (name == NULL)
		return over(r, r->p, "quá nhiều tên khác nhau");
	if (!xml_atom_split(&r->atoms, name))
		return name->qname ? over(r, r->p, "quá nhiều tiền tố")
		    : fail_at(r, r->p, HB_E_INPUT, "xml.saiDang", "tên không hợp lệ", name->text, name->length);
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
	skip_blanks(r);
	if (*r->p != '=')
		return malformed(r, r->p, "thuộc tính thiếu dấu =");
	r->p++;
	skip_blanks(r);
	if (*r->p != '"' && *r->p != '\'')
		return malformed(r, r->p, "giá trị thuộc tính phải ở trong dấu nháy");
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
		return over(r, raw->at, "quá nhiều tiền tố hoặc không gian tên");
	bool is_xml = strcmp(uri->text, XML_XML_NS) == 0;
	if (prefix == r->xmlns || (prefix == r->xml) != is_xml || strcmp(uri->text, XML_XMLNS_NS) == 0
	    || (!deflt && uri->length == 0))
		return malformed(r, raw->at, "khai báo không gian tên không hợp lệ");
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
		return fail_at(r, at, HB_E_INPUT, "xml.tienTo", "tiền tố chưa khai báo không gian tên", name->text,
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
				c = fail_at(r, raw[i].at, HB_E_INPUT, "xml.trungThuocTinh", "thuộc tính lặp lại", name->text,
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
		skip_blanks(r);
		if (*r->p == '>' || *r->p == '/') {
			*tidy &= r->p == gap;
			return HB_OK;
		}
		if (r->p == gap)
			return malformed(r, r->p, "thẻ mở viết sai");
		if (*n_raw == XML_MAX_ATTRS)
			return over(r, r->p, "quá nhiều thuộc tính trong một phần tử");
		*tidy &= r->p == gap + 1 && *gap == ' ';
		enum hb_code c = read_attr(r, &raw[*n_raw], tidy);
		if (c != HB_OK)
			return c;
		for (unsigned i = 0; i < *n_raw; i++)
			if (raw[i].name == raw[*n_raw].name)
				return fail_at(r, raw[*n_raw].at, HB_E_INPUT, "xml.trungThuocTinh", "thuộc tính lặp lại",
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

static enum hb_code
read_start(struct reader *r)
{
	struct raw_attr raw[XML_MAX_ATTRS];
	unsigned n_raw;
	struct xml_node *n;
	struct xml_atom *name;
	bool tidy = true;
	const uint8_t *start = r->p++;
	enum hb_code c = qualified(r, "tên phần tử không hợp lệ", &name);
	if (c == HB_OK && r->at->type == XML_DOCUMENT && r->doc->root != NULL)
		c = malformed(r, start, "có hơn một phần tử gốc");
	if (c == HB_OK && ++r->depth > XML_MAX_DEPTH)
		c = over(r, start, "các phần tử lồng nhau quá sâu");
	if (c == HB_OK)
		c = new_node(r, XML_ELEMENT, start, &n);
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
		return malformed(r, r->p, "thẻ mở viết sai");
	r->p += n->empty_tag ? 2 : 1;
	n->inner = n->inner_end = (uint32_t)(r->p - r->base);
	r->at = n;
	if (n->empty_tag)
		closed(r, n);
	return HB_OK;
}

static enum hb_code
read_end(struct reader *r)
{
	struct xml_node *n = r->at;
	const uint8_t *start = r->p;
	size_t len = strlen(n->name);
	if (n->type != XML_ELEMENT)
		return malformed(r, start, "thẻ đóng không có thẻ mở");
	if (strncmp((const char *)start + 2, n->name, len) != 0)
		return fail_at(r, start, HB_E_INPUT, "xml.saiDang", "thẻ đóng không khớp thẻ mở", n->name, len);
	r->p += 2 + len;
	const uint8_t *gap = r->p;
	skip_blanks(r);
	if (*r->p != '>')
		return fail_at(r, start, HB_E_INPUT, "xml.saiDang", "thẻ đóng không khớp thẻ mở", n->name, len);
	n->verbatim &= r->p == gap;
	r->p++;
	n->inner_end = (uint32_t)(start - r->base);
	closed(r, n);
	return HB_OK;
}

/* ---- the document -------------------------------------------------------------------------------------- */

static enum hb_code
read_markup(struct reader *r)
{
	if (r->p[1] == '/')
		return read_end(r);
	if (r->p[1] == '?')
		return read_pi(r);
	if (r->p[1] != '!')
		return read_start(r);
	if (looking_at(r, "<!--"))
		return read_comment(r);
	if (looking_at(r, "<![CDATA["))
		return read_cdata(r);
	if (looking_at(r, "<!DOCTYPE"))
		return fail_at(r, r->p, HB_E_INPUT, "xml.doctype", "không được có DOCTYPE", "", 0);
	return malformed(r, r->p, "dấu <! không đúng chỗ");
}

/* name="value" of the XML declaration; *ret is empty when it is not there. */
static enum hb_code
declared(struct reader *r, const char *name, struct hb_bytes *ret)
{
	const uint8_t *before = r->p;
	skip_blanks(r);
	*ret = HB_BYTES("", 0);
	if (!looking_at(r, name)) {
		r->p = before;
		return HB_OK;
	}
	if (r->p == before)
		return malformed(r, r->p, "khai báo XML viết sai");
	r->p += strlen(name);
	skip_blanks(r);
	if (*r->p != '=')
		return malformed(r, r->p, "khai báo XML viết sai");
	r->p++;
	skip_blanks(r);
	if (*r->p != '"' && *r->p != '\'')
		return malformed(r, r->p, "khai báo XML viết sai");
	const uint8_t *from = r->p + 1;
	const uint8_t *to = (const uint8_t *)strchr((const char *)from, *r->p);
	if (to == NULL)
		return malformed(r, r->p, "khai báo XML viết sai");
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
	if (!looking_at(r, "<?xml") || !xml_blank(r->p[5]))
		return HB_OK;
	r->p += 5;
	enum hb_code c = declared(r, "version", &version);
	if (c == HB_OK)
		c = declared(r, "encoding", &encoding);
	if (c == HB_OK)
		c = declared(r, "standalone", &standalone);
	if (c != HB_OK)
		return c;
	skip_blanks(r);
	if (!looking_at(r, "?>"))
		return malformed(r, r->p, "khai báo XML viết sai");
	r->p += 2;
	if (!same(version, "1.0") || (standalone.n > 0 && !same(standalone, "yes") && !same(standalone, "no")))
		return malformed(r, r->base, "khai báo XML phải là phiên bản 1.0");
	if (encoding.n > 0 && !same(encoding, "utf-8") && !same(encoding, "us-ascii"))
		return fail_at(r, r->base, HB_E_INPUT, "xml.bangMa", "bảng mã phải là UTF-8, không phải",
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
	return new_node(r, XML_DOCUMENT, r->base, &r->doc->document);
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
		return fail_at(&r, bad, HB_E_INPUT, "xml.kyTu", "kí tự không phải UTF-8 hoặc không được phép trong XML", "", 0);
	if (looking_at(&r, "\xef\xbb\xbf"))
		r.p += 3;
	r.at = r.doc->document;
	c = read_declaration(&r);
	while (c == HB_OK && r.p < r.end)
		c = *r.p == '<' ? read_markup(&r) : read_text(&r);
	if (c != HB_OK)
		return c;
	if (r.at->type != XML_DOCUMENT)
		return fail_at(&r, r.end, HB_E_INPUT, "xml.saiDang", "tệp hết khi chưa đóng phần tử", r.at->name,
		    strlen(r.at->name));
	if (r.doc->root == NULL)
		return malformed(&r, r.p, "không có phần tử gốc");
	r.doc->document->end = r.doc->document->inner_end = (uint32_t)bytes.n;
	*ret_doc = r.doc;
	return HB_OK;
}
