/* pdf/stream.c - the bytes of a stream: Flate, with PNG and TIFF predictors. */
#include "pdf/reader.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define FILTERS_MAX 4

struct predictor { int64_t kind, colors, bits, columns; };

static enum hb_code
inflate_into(struct hb_bytes in, struct hb_buf *out, struct hb_err *err)
{
	uint8_t  chunk[16384];
	z_stream z = { .next_in = (Bytef *)in.p, .avail_in = (uInt)in.n };
	int      rc = inflateInit(&z);
	while (rc == Z_OK) {
		z.next_out = chunk;
		z.avail_out = sizeof chunk;
		rc = inflate(&z, Z_NO_FLUSH);
		hb_put(out, chunk, sizeof chunk - z.avail_out);
		if (!hb_buf_ok(out))
			break;
	}
	inflateEnd(&z);
	if (!hb_buf_ok(out))
		return hb_fail(err, HB_E_TOOBIG, "pdf.quaLon", "luồng nén trong PDF bung ra quá lớn");
	if (rc != Z_STREAM_END)
		return pdf_bad(err, "PDF không đúng dạng: luồng nén hỏng");
	return HB_OK;
}

static int64_t
int_member(struct pdf *pdf, const struct pdf_value *dict, const char *key, int64_t otherwise)
{
	const struct pdf_value *value = pdf_get(dict, key);
	if (value == NULL || pdf_resolve(pdf, value, &value, NULL) != HB_OK || value->type != PDF_INT)
		return otherwise;
	return value->integer;
}

static int
paeth(int a, int b, int c)
{
	int p = a + b - c, pa = abs(p - a), pb = abs(p - b), pc = abs(p - c);
	if (pa <= pb && pa <= pc)
		return a;
	return pb <= pc ? b : c;
}

static bool
undo_png_row(uint8_t filter, uint8_t *row, const uint8_t *above, size_t width, size_t step)
{
	if (filter > 4)
		return false;
	for (size_t i = 0; i < width; i++) {
		int left = i >= step ? row[i - step] : 0, up = above == NULL ? 0 : above[i];
		int corner = i >= step && above != NULL ? above[i - step] : 0;
		int add = 0;
		if (filter == 1)
			add = left;
		else if (filter == 2)
			add = up;
		else if (filter == 3)
			add = (left + up) / 2;
		else if (filter == 4)
			add = paeth(left, up, corner);
		row[i] = (uint8_t)(row[i] + add);
	}
	return true;
}

/* In place: each row loses its filter byte. */
static enum hb_code
undo_png(struct hb_buf *b, size_t width, size_t step, struct hb_err *err)
{
	uint8_t *bytes = (uint8_t *)b->p;
	size_t   rows = b->len / (width + 1);
	if (rows * (width + 1) != b->len)
		return pdf_bad(err, "PDF không đúng dạng: luồng có dự đoán bị thiếu byte");
	for (size_t r = 0; r < rows; r++) {
		uint8_t filter = bytes[r * (width + 1)], *row = bytes + r * width;
		memmove(row, bytes + r * (width + 1) + 1, width);
		if (!undo_png_row(filter, row, r == 0 ? NULL : row - width, width, step))
			return pdf_bad(err, "PDF không đúng dạng: kiểu dự đoán lạ");
	}
	b->len = rows * width;
	return HB_OK;
}

static enum hb_code
undo_predictor(struct hb_buf *b, struct predictor p, struct hb_err *err)
{
	if (p.kind == 1 || b->len == 0)
		return HB_OK;
	if (p.colors < 1 || p.colors > 32 || p.columns < 1 || p.columns > 1 << 20 ||
	    (p.bits != 1 && p.bits != 2 && p.bits != 4 && p.bits != 8 && p.bits != 16))
		return pdf_bad(err, "PDF không đúng dạng: tham số dự đoán sai");
	size_t width = (size_t)(p.colors * p.bits * p.columns + 7) / 8, step = (size_t)(p.colors * p.bits + 7) / 8;
	if (p.kind >= 10 && p.kind <= 15)
		return undo_png(b, width, step, err);
	if (p.kind != 2 || p.bits != 8)
		return pdf_bad(err, "PDF không đúng dạng: kiểu dự đoán lạ");
	for (size_t i = 0; i < b->len; i++)
		if (i % width >= step)
			b->p[i] = (char)(b->p[i] + b->p[i - step]);
	return HB_OK;
}

/* The i-th of a member that may stand alone or in an array; NULL when there is none. */
static const struct pdf_value *
nth(struct pdf *pdf, const struct pdf_value *stream, const char *key, uint32_t i)
{
	const struct pdf_value *value;
	if (pdf_lookup(pdf, stream, key, &value, NULL) != HB_OK)
		return NULL;
	if (value->type != PDF_ARRAY)
		return i == 0 && value->type != PDF_NULL ? value : NULL;
	if (i >= value->count || pdf_resolve(pdf, &value->items[i], &value, NULL) != HB_OK)
		return NULL;
	return value;
}

static enum hb_code
run_filters(struct pdf *pdf, const struct pdf_value *stream, struct hb_buf *now, struct hb_buf *next,
    struct hb_err *err)
{
	for (uint32_t i = 0;; i++) {
		const struct pdf_value *filter = nth(pdf, stream, "Filter", i);
		if (filter == NULL)
			return HB_OK;
		if (i == FILTERS_MAX || (!pdf_is_name(filter, "FlateDecode") && !pdf_is_name(filter, "Fl")))
			return pdf_bad(err, "PDF dùng kiểu nén mà phần mềm không đọc");
		const struct pdf_value *parms = nth(pdf, stream, "DecodeParms", i);
		struct predictor p = { int_member(pdf, parms, "Predictor", 1), int_member(pdf, parms, "Colors", 1),
			int_member(pdf, parms, "BitsPerComponent", 8), int_member(pdf, parms, "Columns", 1) };
		hb_buf_reset(next);
		enum hb_code rc = inflate_into(hb_buf_bytes(now), next, err);
		if (rc == HB_OK)
			rc = undo_predictor(next, p, err);
		if (rc != HB_OK)
			return rc;
		struct hb_buf swap = *now;
		*now = *next;
		*next = swap;
	}
}

enum hb_code
pdf_stream(struct pdf *pdf, const struct pdf_value *stream, struct hb_bytes *ret_bytes, struct hb_err *err)
{
	if (stream->type != PDF_DICT || !stream->has_stream)
		return pdf_bad(err, "PDF không đúng dạng: thiếu luồng dữ liệu");
	HB_SCOPED_BUF now;
	HB_SCOPED_BUF next;
	hb_buf_init(&now, PDF_STREAM_MAX);
	hb_buf_init(&next, PDF_STREAM_MAX);
	hb_put(&now, stream->stream.p, stream->stream.n);
	enum hb_code rc = run_filters(pdf, stream, &now, &next, err);
	if (rc != HB_OK)
		return rc;
	char *bytes = hb_buf_take(&now, pdf->a);
	if (bytes == NULL)
		return hb_full(err);
	*ret_bytes = HB_BYTES(bytes, now.len);
	return HB_OK;
}
