/* pdf/value.c - looking into values that are already read. */
#include "base/text.h"
#include "pdf/reader.h"
#include <string.h>

const struct pdf_value *
pdf_get(const struct pdf_value *dict, const char *key)
{
	size_t n = strlen(key);
	if (dict == NULL || dict->type != PDF_DICT)
		return NULL;
	for (uint32_t i = 0; i < dict->count; i++)
		if (dict->keys[i].n == n && memcmp(dict->keys[i].p, key, n) == 0)
			return &dict->items[i];
	return NULL;
}

enum hb_code
pdf_resolve(struct pdf *pdf, const struct pdf_value *value, const struct pdf_value **ret_value, struct hb_err *err)
{
	for (int hops = 0; value->type == PDF_REF; hops++) {
		if (hops == PDF_LOADING_MAX)
			return pdf_bad(err, "PDF không đúng dạng: tham chiếu vòng ở đối tượng %u", value->ref.num);
		enum hb_code rc = pdf_object(pdf, value->ref, &value, err);
		if (rc != HB_OK)
			return rc;
	}
	*ret_value = value;
	return HB_OK;
}

enum hb_code
pdf_lookup(struct pdf *pdf, const struct pdf_value *dict, const char *key, const struct pdf_value **ret_value,
    struct hb_err *err)
{
	const struct pdf_value *value = pdf_get(dict, key);
	return pdf_resolve(pdf, value == NULL ? &pdf->null : value, ret_value, err);
}

bool
pdf_is_name(const struct pdf_value *value, const char *name)
{
	return value != NULL && value->type == PDF_NAME && value->text.n == strlen(name) &&
	    memcmp(value->text.p, name, value->text.n) == 0;
}

bool
pdf_number(const struct pdf_value *value, double *ret_number)
{
	if (value == NULL || (value->type != PDF_INT && value->type != PDF_REAL))
		return false;
	*ret_number = value->type == PDF_INT ? (double)value->integer : value->real;
	return true;
}

bool
pdf_rect(struct pdf *pdf, const struct pdf_value *array, struct pdf_rect *ret_rect)
{
	double n[4];
	if (array == NULL || pdf_resolve(pdf, array, &array, NULL) != HB_OK || array->type != PDF_ARRAY ||
	    array->count != 4)
		return false;
	for (int i = 0; i < 4; i++) {
		const struct pdf_value *item;
		if (pdf_resolve(pdf, &array->items[i], &item, NULL) != HB_OK || !pdf_number(item, &n[i]))
			return false;
	}
	*ret_rect = (struct pdf_rect){ n[0] < n[2] ? n[0] : n[2], n[1] < n[3] ? n[1] : n[3], n[0] < n[2] ? n[2] : n[0],
		n[1] < n[3] ? n[3] : n[1] };
	return true;
}

static bool
same_bytes(struct hb_bytes a, struct hb_bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool
same_members(const struct pdf_value *a, const struct pdf_value *b)
{
	if (a->count != b->count || a->has_stream != b->has_stream)
		return false;
	for (uint32_t i = 0; i < a->count; i++) {
		const struct pdf_value *other = NULL;
		if (a->type == PDF_ARRAY)
			other = &b->items[i];
		for (uint32_t k = 0; other == NULL && k < b->count; k++)
			if (same_bytes(a->keys[i], b->keys[k]))
				other = &b->items[k];
		if (other == NULL || !pdf_equal(&a->items[i], other))
			return false;
	}
	return !a->has_stream || same_bytes(a->stream, b->stream);
}

/* Values are at most PDF_DEPTH_MAX deep, so recursion is bounded. */
bool
pdf_equal(const struct pdf_value *a, const struct pdf_value *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case PDF_NULL:
		return true;
	case PDF_BOOL:
		return a->flag == b->flag;
	case PDF_INT:
		return a->integer == b->integer;
	case PDF_REAL:
		return memcmp(&a->real, &b->real, sizeof a->real) == 0;
	case PDF_STRING:
	case PDF_NAME:
		return same_bytes(a->text, b->text);
	case PDF_REF:
		return a->ref.num == b->ref.num && a->ref.gen == b->ref.gen;
	case PDF_ARRAY:
	case PDF_DICT:
		return same_members(a, b);
	}
	return false;
}

static void
put_utf8(struct hb_buf *out, uint32_t c)
{
	if (c < 0x80) {
		hb_putc(out, (char)c);
	} else if (c < 0x800) {
		hb_putc(out, (char)(0xC0 | c >> 6));
		hb_putc(out, (char)(0x80 | (c & 63)));
	} else if (c < 0x10000) {
		hb_putc(out, (char)(0xE0 | c >> 12));
		hb_putc(out, (char)(0x80 | (c >> 6 & 63)));
		hb_putc(out, (char)(0x80 | (c & 63)));
	} else {
		hb_putc(out, (char)(0xF0 | c >> 18));
		hb_putc(out, (char)(0x80 | (c >> 12 & 63)));
		hb_putc(out, (char)(0x80 | (c >> 6 & 63)));
		hb_putc(out, (char)(0x80 | (c & 63)));
	}
}

static void
put_utf16(struct hb_buf *out, struct hb_bytes s)
{
	for (size_t i = 2; i + 1 < s.n; i += 2) {
		uint32_t c = (uint32_t)s.p[i] << 8 | s.p[i + 1];
		if (c >= 0xD800 && c < 0xDC00 && i + 3 < s.n && (s.p[i + 2] & 0xFC) == 0xDC) {
			c = 0x10000 + ((c & 0x3FF) << 10 | ((uint32_t)(s.p[i + 2] & 3) << 8 | s.p[i + 3]));
			i += 2;
		} else if (c >= 0xD800 && c < 0xE000) {
			c = 0xFFFD;
		}
		put_utf8(out, c);
	}
}

const char *
pdf_text(struct pdf *pdf, const struct pdf_value *string)
{
	if (string == NULL || pdf_resolve(pdf, string, &string, NULL) != HB_OK || string->type != PDF_STRING)
		return "";
	struct hb_bytes s = string->text;
	HB_SCOPED_BUF   out;
	hb_buf_init(&out, HB_BUF_MAX);
	if (s.n >= 2 && s.p[0] == 0xFE && s.p[1] == 0xFF) {
		put_utf16(&out, s);
	} else if (s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0 && hb_utf8_valid(HB_BYTES(s.p + 3, s.n - 3))) {
		hb_put(&out, s.p + 3, s.n - 3);
	} else {
		for (size_t i = 0; i < s.n; i++)
			put_utf8(&out, s.p[i]);
	}
	char *text = hb_buf_take(&out, pdf->a);
	return text == NULL ? "" : text;
}
