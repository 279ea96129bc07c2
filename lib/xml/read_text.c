/* The reader: references, text, CDATA, comments, processing instructions. */
#include "xml/read_int.h"

#include <string.h>
#include <strings.h>

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
		return xml_fail_at(r, *at, HB_E_INPUT, "xml.kyTu", "mã kí tự không hợp lệ", "", 0);
	*out += xml_utf8_put(c, *out);
	*at = p + 1;
	return HB_OK;
}

/* *at stands on '&'; one character is written at *out. */
enum hb_code
xml_reference(struct reader *r, const uint8_t **at, uint8_t **out)
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
		return xml_malformed(r, p, "dấu & phải viết là &amp;");
	return xml_fail_at(r, p, HB_E_INPUT, "xml.thucThe", "thực thể không được phép", (const char *)p + 1, n);
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
			enum hb_code c = xml_reference(r, &from, &w);
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

enum hb_code
xml_read_text(struct reader *r)
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
			return xml_malformed(r, p, "“]]>” không được đứng trong văn bản");
	}
	if (r->at->type == XML_DOCUMENT) {
		for (const uint8_t *q = from; q < p; q++)
			if (!xml_blank(*q))
				return xml_malformed(r, q, "có văn bản ngoài phần tử gốc");
		r->p = p;
		return HB_OK;
	}
	struct xml_node *n = NULL;
	enum hb_code c = xml_new_node(r, XML_TEXT, from, &n);
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
		return xml_fail_at(r, r->p, HB_E_INPUT, "xml.saiDang", unfinished, "", 0);
	struct xml_node *n = NULL;
	enum hb_code c = xml_new_node(r, type, r->p, &n);
	if (c != HB_OK)
		return c;
	r->at->verbatim_inside = false;
	r->p = to + strlen(mark);
	n->end = (uint32_t)(r->p - r->base);
	*ret_node = n;
	return decode(r, from, to, false, &n->text);
}

enum hb_code
xml_read_cdata(struct reader *r)
{
	struct xml_node *n = NULL;
	if (r->at->type == XML_DOCUMENT)
		return xml_malformed(r, r->p, "có văn bản ngoài phần tử gốc");
	return read_until(r, XML_TEXT, 9, "]]>", "đoạn CDATA không đóng", &n);
}

enum hb_code
xml_read_comment(struct reader *r)
{
	struct xml_node *n = NULL;
	const uint8_t *from = r->p;
	enum hb_code c = read_until(r, XML_COMMENT, 4, "--", "chú thích không đóng", &n);
	if (c != HB_OK)
		return c;
	if (*r->p != '>')
		return xml_malformed(r, from, "chú thích có “--” bên trong");
	r->p++;
	n->end++;
	return HB_OK;
}

enum hb_code
xml_read_pi(struct reader *r)
{
	size_t n = xml_name_length(r->p + 2);
	const uint8_t *target = r->p + 2;
	if (n == 0)
		return xml_malformed(r, r->p, "thẻ không có tên");
	if (n == 3 && strncasecmp((const char *)target, "xml", 3) == 0)
		return xml_malformed(r, r->p, "khai báo XML chỉ được đứng ở đầu tệp");
	if ((r->flags & XML_ALLOW_PI) == 0)
		return xml_fail_at(r, r->p, HB_E_INPUT, "xml.chiThi", "chỉ thị xử lí không được phép", (const char *)target, n);
	if (!xml_blank(target[n]) && strncmp((const char *)target + n, "?>", 2) != 0)
		return xml_malformed(r, r->p, "chỉ thị xử lí viết sai");
	size_t skip = 2 + n;
	while (xml_blank(r->p[skip]))
		skip++;
	struct xml_node *pi = NULL;
	enum hb_code c = read_until(r, XML_PI, skip, "?>", "chỉ thị xử lí không đóng", &pi);
	if (c != HB_OK)
		return c;
	struct xml_atom *name = xml_atom(&r->atoms, target, n);
	if (name == NULL)
		return xml_over(r, target, "quá nhiều tên khác nhau");
	if (strchr(name->text, ':') != NULL)
		return xml_malformed(r, target, "tên chỉ thị có dấu hai chấm");
	pi->name = pi->local = name->text;
	return HB_OK;
}
