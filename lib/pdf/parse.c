/* pdf/parse.c - one value of PDF text: numbers, strings, names, arrays, dictionaries, references. */
#include "pdf/reader.h"
#include <stdlib.h>
#include <string.h>

static enum hb_code
bad(struct pdf_parser *p, const char *what)
{
	return pdf_bad(p->err, "PDF không đúng dạng ở byte %zu: %s", p->pos, what);
}

bool
pdf_is_space(uint8_t c)
{
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

bool
pdf_is_delimiter(uint8_t c)
{
	return strchr("()<>[]{}/%", c) != NULL && c != 0;
}

static bool
is_regular(uint8_t c)
{
	return !pdf_is_space(c) && !pdf_is_delimiter(c);
}

void
pdf_skip_space(struct pdf_parser *p)
{
	while (p->pos < p->text.n) {
		uint8_t c = p->text.p[p->pos];
		if (c == '%') {
			while (p->pos < p->text.n && p->text.p[p->pos] != '\n' && p->text.p[p->pos] != '\r')
				p->pos++;
		} else if (pdf_is_space(c)) {
			p->pos++;
		} else {
			return;
		}
	}
}

bool
pdf_accept(struct pdf_parser *p, const char *word)
{
	size_t n = strlen(word);
	if (p->text.n - p->pos < n || memcmp(p->text.p + p->pos, word, n) != 0)
		return false;
	p->pos += n;
	return true;
}

static bool
accept_keyword(struct pdf_parser *p, const char *word)
{
	size_t start = p->pos;
	if (pdf_accept(p, word) && (p->pos == p->text.n || !is_regular(p->text.p[p->pos])))
		return true;
	p->pos = start;
	return false;
}

bool
pdf_parse_uint(struct pdf_parser *p, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;
	size_t   digits = 0;
	pdf_skip_space(p);
	while (p->pos < p->text.n && p->text.p[p->pos] >= '0' && p->text.p[p->pos] <= '9') {
		number = number * 10 + (p->text.p[p->pos] - '0');
		if (number > max)
			return false;
		p->pos++;
		digits++;
	}
	if (digits == 0)
		return false;
	*ret_number = number;
	return true;
}

/* "12 0 R" after its first number, or false with the position unmoved. */
static bool
parse_ref_rest(struct pdf_parser *p, int64_t num, struct pdf_value *v)
{
	size_t   start = p->pos;
	uint64_t gen;
	if (num > 0 && num <= PDF_OBJECTS_MAX && pdf_parse_uint(p, 65535, &gen)) {
		pdf_skip_space(p);
		if (accept_keyword(p, "R")) {
			v->type = PDF_REF;
			v->ref = (struct pdf_ref){ (uint32_t)num, (uint32_t)gen };
			return true;
		}
	}
	p->pos = start;
	return false;
}

static enum hb_code
parse_number(struct pdf_parser *p, struct pdf_value *v)
{
	bool    negative = false, fraction = false;
	double  real = 0, unit = 1;
	int64_t whole = 0;
	size_t  digits = 0;
	if (p->text.p[p->pos] == '-' || p->text.p[p->pos] == '+')
		negative = p->text.p[p->pos++] == '-';
	for (; p->pos < p->text.n && is_regular(p->text.p[p->pos]); p->pos++) {
		uint8_t c = p->text.p[p->pos];
		if (c == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (c < '0' || c > '9')
			return bad(p, "số sai");
		if (++digits > 30)
			return bad(p, "số quá dài");
		real = real * 10 + (c - '0');
		if (fraction)
			unit *= 10;
		else if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, c - '0', &whole))
			return bad(p, "số quá lớn");
	}
	if (digits == 0)
		return bad(p, "số sai");
	if (fraction) {
		v->type = PDF_REAL;
		v->real = (negative ? -real : real) / unit;
		return HB_OK;
	}
	if (!negative && parse_ref_rest(p, whole, v))
		return HB_OK;
	v->type = PDF_INT;
	v->integer = negative ? -whole : whole;
	return HB_OK;
}

/* One more than the digit's value; 0 for what is no digit.  A table, since signatures are mostly hexadecimal. */
static const uint8_t hex_value[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static int
hex_digit(uint8_t c)
{
	return hex_value[c] - 1;
}

bool
pdf_is_hex(uint8_t c)
{
	return hex_value[c] != 0;
}

static enum hb_code
parse_hex_string(struct pdf_parser *p, struct pdf_value *v)
{
	size_t start = ++p->pos, digits = 0;
	while (p->pos < p->text.n && p->text.p[p->pos] != '>') {
		if (hex_digit(p->text.p[p->pos]) >= 0)
			digits++;
		else if (!pdf_is_space(p->text.p[p->pos]))
			return bad(p, "chuỗi hex sai");
		p->pos++;
	}
	if (p->pos == p->text.n)
		return bad(p, "chuỗi hex không đóng");
	uint8_t *out = hb_alloc(p->a, digits / 2 + 1);
	if (out == NULL)
		return hb_full(p->err);
	size_t n = 0;
	for (size_t i = start; i < p->pos; i++) {
		int d = hex_digit(p->text.p[i]);
		if (d >= 0) {
			out[n / 2] |= (uint8_t)(n % 2 == 0 ? d << 4 : d);
			n++;
		}
	}
	p->pos++;
	v->type = PDF_STRING;
	v->flag = true;
	v->text = HB_BYTES(out, (n + 1) / 2);
	return HB_OK;
}

/* The byte an escape stands for, or -1 for an escaped end of line; p->pos is after the backslash. */
static int
parse_escape(struct pdf_parser *p)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	uint8_t     c = p->text.p[p->pos++];
	const char *at = c == 0 ? NULL : strchr(from, c);
	if (at != NULL)
		return to[at - from];
	if (c == '\r' || c == '\n') {
		if (c == '\r' && p->pos < p->text.n && p->text.p[p->pos] == '\n')
			p->pos++;
		return -1;
	}
	if (c < '0' || c > '7')
		return c;
	int octal = c - '0';
	for (int i = 0; i < 2 && p->pos < p->text.n && p->text.p[p->pos] >= '0' && p->text.p[p->pos] <= '7'; i++)
		octal = octal * 8 + (p->text.p[p->pos++] - '0');
	return octal & 255;
}

/* The length of a literal string's text, to its closing parenthesis; 0 when it does not close. */
static size_t
literal_extent(const struct pdf_parser *p)
{
	size_t open = 1;
	for (size_t i = p->pos + 1; i < p->text.n; i++) {
		if (p->text.p[i] == '\\')
			i++;
		else if (p->text.p[i] == '(')
			open++;
		else if (p->text.p[i] == ')' && --open == 0)
			return i - p->pos;
	}
	return 0;
}

static enum hb_code
parse_literal_string(struct pdf_parser *p, struct pdf_value *v)
{
	size_t extent = literal_extent(p), n = 0;
	if (extent == 0)
		return bad(p, "chuỗi không đóng");
	uint8_t *out = hb_alloc(p->a, extent);
	if (out == NULL)
		return hb_full(p->err);
	size_t close = p->pos + extent;
	p->pos++;
	while (p->pos < close) {
		uint8_t c = p->text.p[p->pos++];
		int     byte = c;
		if (c == '\\') {
			byte = parse_escape(p);
		} else if (c == '\r') {              /* any end of line reads as one line feed */
			byte = '\n';
			if (p->text.p[p->pos] == '\n')
				p->pos++;
		}
		if (byte >= 0)
			out[n++] = (uint8_t)byte;
	}
	p->pos = close + 1;
	v->type = PDF_STRING;
	v->text = HB_BYTES(out, n);
	return HB_OK;
}

static enum hb_code
parse_name(struct pdf_parser *p, struct hb_bytes *ret_name)
{
	size_t start = ++p->pos, n = 0;
	bool   escaped = false;
	while (p->pos < p->text.n && is_regular(p->text.p[p->pos]))
		escaped |= p->text.p[p->pos++] == '#';
	*ret_name = HB_BYTES(p->text.p + start, p->pos - start);
	if (!escaped)
		return HB_OK;
	uint8_t *out = hb_alloc(p->a, p->pos - start);
	if (out == NULL)
		return hb_full(p->err);
	for (size_t i = start; i < p->pos; i++) {
		uint8_t c = p->text.p[i];
		if (c == '#') {
			if (p->pos - i < 3 || hex_digit(p->text.p[i + 1]) < 0 || hex_digit(p->text.p[i + 2]) < 0)
				return bad(p, "tên sai");
			c = (uint8_t)(hex_digit(p->text.p[i + 1]) << 4 | hex_digit(p->text.p[i + 2]));
			i += 2;
		}
		out[n++] = c;
	}
	*ret_name = HB_BYTES(out, n);
	return HB_OK;
}

/* Room for one more member in arrays that double. */
static bool
grow(struct hb_arena *a, struct pdf_value *v, uint32_t *cap, bool keyed)
{
	if (v->count < *cap)
		return true;
	uint32_t          wanted = *cap == 0 ? 4 : *cap * 2;
	struct pdf_value *items = HB_NEWN(a, struct pdf_value, wanted);
	struct hb_bytes  *keys = keyed ? HB_NEWN(a, struct hb_bytes, wanted) : NULL;
	if (items == NULL || (keyed && keys == NULL))
		return false;
	if (v->count > 0) {
		memcpy(items, v->items, v->count * sizeof *items);
		if (keyed)
			memcpy(keys, v->keys, v->count * sizeof *keys);
	}
	v->items = items;
	v->keys = keys;
	*cap = wanted;
	return true;
}

static enum hb_code
parse_array(struct pdf_parser *p, unsigned depth, struct pdf_value *v)
{
	uint32_t cap = 0;
	v->type = PDF_ARRAY;
	p->pos++;
	for (;;) {
		pdf_skip_space(p);
		if (p->pos == p->text.n)
			return bad(p, "mảng không đóng");
		if (pdf_accept(p, "]"))
			return HB_OK;
		if (v->count == PDF_ITEMS_MAX)
			return hb_fail(p->err, HB_E_TOOBIG, "pdf.quaLon", "mảng trong PDF quá dài");
		if (!grow(p->a, v, &cap, false))
			return hb_full(p->err);
		enum hb_code rc = pdf_parse(p, depth + 1, &v->items[v->count]);
		if (rc != HB_OK)
			return rc;
		v->count++;
	}
}

static int
compare_bytes(const void *pa, const void *pb)
{
	const struct hb_bytes *a = *(const struct hb_bytes *const *)pa, *b = *(const struct hb_bytes *const *)pb;
	size_t n = a->n < b->n ? a->n : b->n;
	int    d = n == 0 ? 0 : memcmp(a->p, b->p, n);
	return d != 0 ? d : (a->n > b->n) - (a->n < b->n);
}

/* Two members of one name are what different readers read differently. */
static enum hb_code
refuse_duplicate_keys(struct pdf_parser *p, const struct pdf_value *v)
{
	if (v->count < 2)
		return HB_OK;
	const struct hb_bytes **sorted = HB_NEWN(p->a, const struct hb_bytes *, v->count);
	if (sorted == NULL)
		return hb_full(p->err);
	for (uint32_t i = 0; i < v->count; i++)
		sorted[i] = &v->keys[i];
	qsort(sorted, v->count, sizeof *sorted, compare_bytes);
	for (uint32_t i = 1; i < v->count; i++)
		if (compare_bytes(&sorted[i - 1], &sorted[i]) == 0)
			return bad(p, "từ điển có hai mục cùng tên");
	return HB_OK;
}

static enum hb_code
parse_dict(struct pdf_parser *p, unsigned depth, struct pdf_value *v)
{
	uint32_t cap = 0;
	v->type = PDF_DICT;
	p->pos += 2;
	for (;;) {
		pdf_skip_space(p);
		if (pdf_accept(p, ">>"))
			return refuse_duplicate_keys(p, v);
		if (p->pos == p->text.n || p->text.p[p->pos] != '/')
			return bad(p, "từ điển sai");
		if (v->count == PDF_ITEMS_MAX)
			return hb_fail(p->err, HB_E_TOOBIG, "pdf.quaLon", "từ điển trong PDF quá dài");
		if (!grow(p->a, v, &cap, true))
			return hb_full(p->err);
		enum hb_code rc = parse_name(p, &v->keys[v->count]);
		if (rc == HB_OK)
			rc = pdf_parse(p, depth + 1, &v->items[v->count]);
		if (rc != HB_OK)
			return rc;
		v->count++;
	}
}

static enum hb_code
parse_keyword(struct pdf_parser *p, struct pdf_value *v)
{
	if (accept_keyword(p, "null")) {
		v->type = PDF_NULL;
		return HB_OK;
	}
	v->type = PDF_BOOL;
	v->flag = accept_keyword(p, "true");
	if (v->flag || accept_keyword(p, "false"))
		return HB_OK;
	return bad(p, "từ lạ");
}

static enum hb_code
parse_by_first(struct pdf_parser *p, unsigned depth, struct pdf_value *v)
{
	uint8_t c = p->text.p[p->pos];
	bool    twice = p->pos + 1 < p->text.n && p->text.p[p->pos + 1] == c;
	switch (c) {
	case '<':
		return twice ? parse_dict(p, depth, v) : parse_hex_string(p, v);
	case '(':
		return parse_literal_string(p, v);
	case '[':
		return parse_array(p, depth, v);
	case '/':
		v->type = PDF_NAME;
		return parse_name(p, &v->text);
	case '+': case '-': case '.': case '0': case '1': case '2': case '3': case '4': case '5':
	case '6': case '7': case '8': case '9':
		return parse_number(p, v);
	default:
		return parse_keyword(p, v);
	}
}

enum hb_code
pdf_parse(struct pdf_parser *p, unsigned depth, struct pdf_value *ret_value)
{
	struct pdf_value v = { 0 };
	if (depth > PDF_DEPTH_MAX)
		return hb_fail(p->err, HB_E_TOOBIG, "pdf.quaLon", "cấu trúc PDF lồng nhau quá sâu");
	pdf_skip_space(p);
	if (p->pos >= p->text.n)
		return bad(p, "thiếu giá trị");
	size_t       start = p->pos;
	enum hb_code rc = parse_by_first(p, depth, &v);
	if (rc != HB_OK)
		return rc;
	if (p->in_file) {
		v.at = start;
		v.end = p->pos;
	}
	*ret_value = v;
	return HB_OK;
}

enum hb_code
pdf_parse_value(struct hb_bytes text, struct hb_arena *a, struct pdf_value *ret_value, struct hb_err *err)
{
	struct pdf_parser p = { .text = text, .a = a, .err = err };
	return pdf_parse(&p, 0, ret_value);
}
