/* A read book as bytes and back: what the child that parsed a stranger's file hands to its parent.  The parent trusts
 * nothing in them: every count and length is checked against the limits and against what is there. */
#include "xlsx_int.h"

#include "base/text.h"

#include <string.h>

static const char magic[8] = "HBBOOK1";

static void
put_u32(struct hb_buf *b, uint32_t v)
{
	uint8_t bytes[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };
	hb_put(b, bytes, sizeof bytes);
}

static void
put_text(struct hb_buf *b, const char *s)
{
	put_u32(b, (uint32_t)strlen(s));
	hb_puts(b, s);
}

static void
put_sheet(struct hb_buf *b, const struct xlsx_sheet *s)
{
	put_text(b, s->name);
	put_u32(b, s->hidden);
	put_u32(b, s->rows);
	put_u32(b, s->cols);
	put_u32(b, (uint32_t)s->n_cells);
	for (size_t i = 0; i < s->n_cells; i++) {
		put_u32(b, s->cells[i].row);
		put_u32(b, s->cells[i].col);
		put_u32(b, (uint32_t)s->cells[i].type << 1 | s->cells[i].covered);
		put_text(b, s->cells[i].text);
	}
}

enum hb_code
xlsx_job(struct hb_bytes input, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	struct xlsx_book book;
	enum hb_code     code = xlsx_read(input, a, &book, err);
	if (code != HB_OK)
		return code;
	hb_put(out, magic, sizeof magic);
	put_u32(out, (uint32_t)book.n_sheets);
	for (size_t i = 0; i < book.n_sheets; i++)
		put_sheet(out, &book.sheets[i]);
	return hb_buf_ok(out) ? HB_OK : hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp bảng tính có quá nhiều dữ liệu");
}

struct taking { struct hb_bytes in; size_t at; struct hb_arena *a; bool bad; };

static uint32_t
take_u32(struct taking *t, uint32_t max)
{
	if (t->bad || t->in.n - t->at < 4) {
		t->bad = true;
		return 0;
	}
	const uint8_t *p = t->in.p + t->at;
	uint32_t       v = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	t->at += 4;
	t->bad = v > max;
	return t->bad ? 0 : v;
}

static const char *
take_text(struct taking *t)
{
	uint32_t n = take_u32(t, 3 * XLSX_MAX_TEXT);       /* composing may lengthen what was read */
	if (t->bad || t->in.n - t->at < n || !hb_utf8_valid(HB_BYTES(t->in.p + t->at, n))) {
		t->bad = true;
		return "";
	}
	char *s = hb_strndup(t->a, (const char *)t->in.p + t->at, n);
	t->at += n;
	t->bad = s == NULL;
	return s == NULL ? "" : s;
}

static void
take_sheet(struct taking *t, struct xlsx_sheet *s)
{
	s->name = take_text(t);
	s->hidden = take_u32(t, 1) != 0;
	s->rows = take_u32(t, XLSX_MAX_ROWS);
	s->cols = take_u32(t, XLSX_MAX_COLS);
	uint32_t          n = take_u32(t, 2 * XLSX_MAX_CELLS);
	struct xlsx_cell *cells = t->bad ? NULL : HB_NEWN(t->a, struct xlsx_cell, n + 1);
	t->bad |= cells == NULL;
	for (uint32_t i = 0; i < n && !t->bad; i++) {
		struct xlsx_cell *c = &cells[i];
		c->row = take_u32(t, XLSX_MAX_ROWS - 1);
		c->col = take_u32(t, XLSX_MAX_COLS - 1);
		uint32_t kind = take_u32(t, (uint32_t)XLSX_FORMULA << 1 | 1);
		c->type = (enum xlsx_type)(kind >> 1);
		c->covered = (kind & 1) != 0;
		c->text = take_text(t);
		bool sorted = i == 0 || cells[i - 1].row < c->row || (cells[i - 1].row == c->row && cells[i - 1].col < c->col);
		t->bad |= !sorted || c->row >= s->rows || c->col >= s->cols;
	}
	s->cells = cells;
	s->n_cells = n;
}

enum hb_code
xlsx_take(struct hb_bytes bytes, struct hb_arena *a, struct xlsx_book *ret_book, struct hb_err *err)
{
	struct taking t = { .in = bytes, .at = sizeof magic, .a = a };
	if (bytes.n < sizeof magic || memcmp(bytes.p, magic, sizeof magic) != 0)
		return hb_fail(err, HB_E_INPUT, "bang.hong", "tệp bảng tính không đọc được");
	uint32_t           n = take_u32(&t, XLSX_MAX_SHEETS);
	struct xlsx_sheet *sheets = HB_NEWN(a, struct xlsx_sheet, n + 1);
	if (sheets == NULL)
		return hb_full(err);
	for (uint32_t i = 0; i < n && !t.bad; i++)
		take_sheet(&t, &sheets[i]);
	if (t.bad || n == 0 || t.at != bytes.n)
		return hb_fail(err, HB_E_INPUT, "bang.hong", "tệp bảng tính không đọc được");
	*ret_book = (struct xlsx_book){ .n_sheets = n, .sheets = sheets };
	return HB_OK;
}

enum hb_code
xlsx_read_apart(struct sandbox *sandbox, struct hb_bytes file, struct hb_arena *a, struct xlsx_book *ret_book,
    struct hb_err *err)
{
	struct hb_bytes told;
	if (file.n > XLSX_MAX_FILE)
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp lớn hơn %zu MB", XLSX_MAX_FILE >> 20);
	if (sandbox == NULL)
		return xlsx_read(file, a, ret_book, err);
	enum hb_code code = sandbox_run(sandbox, xlsx_job, file, a, &told, err);
	return code == HB_OK ? xlsx_take(told, a, ret_book, err) : code;
}
