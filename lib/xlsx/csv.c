/* CSV and text tables: UTF-8 with or without BOM, UTF-16 with BOM; separated by tab, semicolon or comma. */
#include "xlsx_int.h"

#include "base/text.h"

#include <string.h>

enum { PROBE_LINES = 30 };

static void
put_utf8(struct hb_buf *b, uint32_t c)
{
	if (c < 0x80) {
		hb_putc(b, (char)c);
	} else if (c < 0x800) {
		hb_putc(b, (char)(0xc0 | c >> 6));
		hb_putc(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		hb_putc(b, (char)(0xe0 | c >> 12));
		hb_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		hb_putc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		hb_putc(b, (char)(0xf0 | c >> 18));
		hb_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		hb_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		hb_putc(b, (char)(0x80 | (c & 0x3f)));
	}
}

/* "Unicode Text" of Excel. */
static void
from_utf16(struct hb_bytes in, bool big, struct hb_buf *out)
{
	for (size_t i = 2; i + 1 < in.n; i += 2) {
		uint32_t c = big ? (uint32_t)in.p[i] << 8 | in.p[i + 1] : (uint32_t)in.p[i + 1] << 8 | in.p[i];
		if (c >= 0xd800 && c < 0xdc00 && i + 3 < in.n) {
			uint32_t d = big ? (uint32_t)in.p[i + 2] << 8 | in.p[i + 3] : (uint32_t)in.p[i + 3] << 8 | in.p[i + 2];
			c = 0x10000 + ((c - 0xd800) << 10) + ((d - 0xdc00) & 0x3ff);
			i += 2;
		}
		put_utf8(out, c);
	}
}

/* The separator that at least half of the first lines have outside quotes; a comma otherwise, since commas also
 * stand inside marks and titles. */
static char
separator(const char *s, size_t n)
{
	int  lines = 0, tabs = 0, semicolons = 0;
	bool quoted = false, tab = false, semicolon = false, any = false;
	for (size_t i = 0; i < n && lines < PROBE_LINES; i++) {
		if (s[i] == '"')
			quoted = !quoted;
		any |= s[i] != '\r' && s[i] != '\n';
		tab |= !quoted && s[i] == '\t';
		semicolon |= !quoted && s[i] == ';';
		if ((s[i] == '\n' && !quoted) || i + 1 == n) {
			lines += any;
			tabs += tab;
			semicolons += semicolon;
			tab = semicolon = any = false;
		}
	}
	if (tabs * 2 >= lines && tabs > 0)
		return '\t';
	return semicolons * 2 >= lines && semicolons > 0 ? ';' : ',';
}

struct csv {
	const char      *s;
	size_t           n, i;
	char             sep;
	uint32_t         row, col;
	struct cell_list cells;
	struct hb_buf    field;
};

static enum hb_code
field_done(struct csv *c, struct hb_err *err)
{
	if (!hb_buf_ok(&c->field))
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "dòng %u có ô dài hơn %d byte", c->row + 1, XLSX_MAX_TEXT);
	if (c->field.len > 0) {
		enum hb_code code = cell_add(&c->cells, c->row, c->col, XLSX_TEXT, c->field.p, c->field.len, err);
		if (code != HB_OK)
			return code;
	}
	hb_buf_reset(&c->field);
	c->col++;
	return HB_OK;
}

/* i stands after the opening quote; leaves it after the closing one. */
static enum hb_code
quoted(struct csv *c, struct hb_err *err)
{
	uint32_t opened = c->row + 1;
	for (; c->i < c->n; c->i++) {
		if (c->s[c->i] == '"') {
			if (c->i + 1 >= c->n || c->s[c->i + 1] != '"') {
				c->i++;
				return HB_OK;
			}
			c->i++;
		}
		hb_putc(&c->field, c->s[c->i]);
	}
	hb_fail(err, HB_E_INPUT, "csv.nhay", "dòng %u mở dấu nháy kép mà không đóng", opened);
	return hb_hint(err, "Tệp có thể bị cắt cụt. Lưu lại từ phần mềm bảng tính rồi tải lên.");
}

static enum hb_code
split(struct csv *c, struct hb_err *err)
{
	enum hb_code code = HB_OK;
	while (c->i < c->n && code == HB_OK) {
		char ch = c->s[c->i];
		if (ch == '"' && c->field.len == 0) {
			c->i++;
			code = quoted(c, err);
		} else if (ch == c->sep) {
			c->i++;
			code = field_done(c, err);
		} else if (ch == '\n' || ch == '\r') {
			c->i += ch == '\r' && c->i + 1 < c->n && c->s[c->i + 1] == '\n' ? 2 : 1;
			code = field_done(c, err);
			c->row++;
			c->col = 0;
		} else {
			hb_putc(&c->field, ch);
			c->i++;
		}
	}
	return code == HB_OK ? field_done(c, err) : code;
}

static enum hb_code
read_text(struct hb_bytes text, struct hb_arena *a, struct xlsx_book *ret_book, struct hb_err *err)
{
	size_t             total = 0;
	struct xlsx_sheet *sheet = HB_NEW(a, struct xlsx_sheet);
	struct csv         c = { .s = (const char *)text.p, .n = text.n, .cells = { .a = a, .total = &total } };
	if (sheet == NULL)
		return hb_full(err);
	if (c.n >= 6 && memcmp(c.s, "sep=", 4) == 0) {     /* Excel's own hint line */
		c.sep = c.s[4];
		while (c.i < c.n && c.s[c.i] != '\n')
			c.i++;
		c.i++;
		c.row = 1;
	} else {
		c.sep = separator(c.s, c.n);
	}
	hb_buf_init(&c.field, XLSX_MAX_TEXT + 1);
	enum hb_code code = split(&c, err);
	hb_buf_fini(&c.field);
	if (code != HB_OK)
		return code;
	sheet->name = "CSV";
	cell_finish(&c.cells, sheet);
	*ret_book = (struct xlsx_book){ .n_sheets = 1, .sheets = sheet };
	return HB_OK;
}

enum hb_code
csv_read(struct hb_bytes file, struct hb_arena *a, struct xlsx_book *ret_book, struct hb_err *err)
{
	if (file.n > XLSX_MAX_FILE)
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp lớn hơn %zu MB", XLSX_MAX_FILE >> 20);
	if (file.n == 0)
		return hb_fail(err, HB_E_INPUT, "bang.hong", "tệp rỗng");
	HB_SCOPED_BUF wide;
	hb_buf_init(&wide, 2 * XLSX_MAX_FILE);
	struct hb_bytes text = file;
	if (file.n >= 2 && ((file.p[0] == 0xff && file.p[1] == 0xfe) || (file.p[0] == 0xfe && file.p[1] == 0xff))) {
		from_utf16(file, file.p[0] == 0xfe, &wide);
		if (!hb_buf_ok(&wide))
			return hb_full(err);
		text = hb_buf_bytes(&wide);
	} else if (file.n >= 3 && memcmp(file.p, "\xef\xbb\xbf", 3) == 0) {
		text = HB_BYTES(file.p + 3, file.n - 3);
	}
	if (!hb_utf8_valid(text)) {
		hb_fail(err, HB_E_INPUT, "csv.khongPhaiUtf8", "tệp không phải bảng tính xlsx, cũng không phải văn bản UTF-8");
		return hb_hint(err, "Trong phần mềm bảng tính chọn Lưu thành “CSV UTF-8” hoặc “.xlsx”.");
	}
	return read_text(text, a, ret_book, err);
}
