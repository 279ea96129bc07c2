/* xlsx: workbook, shared strings, styles, sheets. */
#include "xlsx_int.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_STYLES = 20000, MAX_STRINGS = 300000, MAX_MERGES = 4000, MAX_MERGED_CELLS = 2000, PATH = 256 };

struct sheet_ref { const char *name; char rid[64]; bool hidden; char part[PATH]; };

struct reading {
	struct pack       pack;
	struct hb_arena  *a;
	size_t            total_cells;
	char              workbook[PATH];
	bool              from_1904;
	struct sheet_ref *refs;
	size_t            n_refs;
	const char      **strings;
	size_t           *string_len;
	size_t            n_strings, cap_strings;
	bool             *date_style;                      /* by index of cellXfs */
	size_t            n_styles;
	struct { int id; bool date; } *formats;
	size_t            n_formats;
	bool              in_xfs;
	struct hb_buf     text;                            /* of the string or value being read */
	bool              take, aid;                       /* text belongs to it; inside a reading aid */
};

/* ---- where the parts are ---- */

/* "xl/workbook.xml" + "worksheets/sheet1.xml" or "/xl/worksheets/sheet1.xml" */
static void
resolve(const char *base, const char *target, char out[PATH])
{
	if (target[0] == '/') {
		snprintf(out, PATH, "%s", target + 1);
		return;
	}
	const char *slash = strrchr(base, '/');
	snprintf(out, PATH, "%.*s%s", slash == NULL ? 0 : (int)(slash - base) + 1, base, target);
}

static enum hb_code
root_rels(struct part *at, enum part_event event, const char *name, const char *text, struct hb_err *err)
{
	struct reading *r = at->ctx;
	char            type[PATH], target[PATH];
	(void)text;
	(void)err;
	if (event == PART_START && strcmp(name, "Relationship") == 0) {
		const char *tail = strrchr(part_attr(at, "Type", type, sizeof type), '/');
		if (tail != NULL && strcmp(tail, "/officeDocument") == 0)
			resolve("", part_attr(at, "Target", target, sizeof target), r->workbook);
	}
	return HB_OK;
}

static enum hb_code
book_rels(struct part *at, enum part_event event, const char *name, const char *text, struct hb_err *err)
{
	struct reading *r = at->ctx;
	char            id[64], target[PATH];
	(void)text;
	(void)err;
	if (event != PART_START || strcmp(name, "Relationship") != 0)
		return HB_OK;
	part_attr(at, "Id", id, sizeof id);
	part_attr(at, "Target", target, sizeof target);
	for (size_t i = 0; i < r->n_refs; i++)
		if (strcmp(r->refs[i].rid, id) == 0)
			resolve(r->workbook, target, r->refs[i].part);
	return HB_OK;
}

static enum hb_code
book_part(struct part *at, enum part_event event, const char *name, const char *text, struct hb_err *err)
{
	struct reading *r = at->ctx;
	char            value[PATH];
	(void)text;
	if (event != PART_START)
		return HB_OK;
	if (strcmp(name, "workbookPr") == 0) {
		part_attr(at, "date1904", value, sizeof value);
		r->from_1904 = strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
	} else if (strcmp(name, "sheet") == 0) {
		if (r->n_refs == XLSX_MAX_SHEETS)
			return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp có hơn %d trang tính", XLSX_MAX_SHEETS);
		struct sheet_ref *ref = &r->refs[r->n_refs++];
		part_attr(at, "id", ref->rid, sizeof ref->rid);
		part_attr(at, "state", value, sizeof value);
		ref->hidden = value[0] != '\0' && strcmp(value, "visible") != 0;
		part_attr(at, "name", value, sizeof value);
		ref->name = hb_nfc(r->a, HB_STR(value));
		if (ref->name == NULL)
			return hb_full(err);
	}
	return HB_OK;
}

/* ---- shared strings ---- */

static enum hb_code
keep_string(struct reading *r, struct hb_err *err)
{
	if (r->n_strings == MAX_STRINGS)
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp có hơn %d chuỗi", MAX_STRINGS);
	if (r->n_strings == r->cap_strings) {
		size_t       cap = r->cap_strings == 0 ? 512 : r->cap_strings * 2;
		const char **s = HB_NEWN(r->a, const char *, cap);
		size_t      *len = HB_NEWN(r->a, size_t, cap);
		if (s == NULL || len == NULL)
			return hb_full(err);
		if (r->n_strings > 0) {
			memcpy(s, r->strings, r->n_strings * sizeof *s);
			memcpy(len, r->string_len, r->n_strings * sizeof *len);
		}
		r->strings = s;
		r->string_len = len;
		r->cap_strings = cap;
	}
	char *own = hb_strndup(r->a, r->text.p == NULL ? "" : r->text.p, r->text.len);
	if (own == NULL)
		return hb_full(err);
	r->strings[r->n_strings] = own;
	r->string_len[r->n_strings++] = r->text.len;
	return HB_OK;
}

static enum hb_code
too_long(struct reading *r, struct hb_err *err)
{
	return hb_buf_ok(&r->text) ? HB_OK
	                           : hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "một ô có hơn %d byte chữ", XLSX_MAX_TEXT);
}

/* Runs of rich text are joined; rPh (reading aids) are left out. */
static enum hb_code
strings_part(struct part *at, enum part_event event, const char *name, const char *text, struct hb_err *err)
{
	struct reading *r = at->ctx;
	if (event == PART_TEXT) {
		if (r->take)
			hb_puts(&r->text, text);
		return too_long(r, err);
	}
	bool start = event == PART_START;
	if (strcmp(name, "si") == 0) {
		if (!start)
			return keep_string(r, err);
		hb_buf_reset(&r->text);
	} else if (strcmp(name, "t") == 0) {
		r->take = start && !r->aid;
	} else if (strcmp(name, "rPh") == 0) {
		r->aid = start;
	}
	return HB_OK;
}

static int
whole(const char *s)
{
	long v = strtol(s, NULL, 10);
	return v < 0 || v > 1 << 30 ? 0 : (int)v;
}

/* ---- styles: which of them show dates ---- */

static enum hb_code
styles_part(struct part *at, enum part_event event, const char *name, const char *text, struct hb_err *err)
{
	struct reading *r = at->ctx;
	char            value[PATH];
	(void)text;
	(void)err;
	if (event == PART_TEXT)
		return HB_OK;
	if (strcmp(name, "cellXfs") == 0) {
		r->in_xfs = event == PART_START;
	} else if (event == PART_START && strcmp(name, "numFmt") == 0 && r->n_formats < MAX_STYLES) {
		r->formats[r->n_formats].id = whole(part_attr(at, "numFmtId", value, sizeof value));
		r->formats[r->n_formats].date = format_is_date(part_attr(at, "formatCode", value, sizeof value));
		r->n_formats++;
	} else if (event == PART_START && strcmp(name, "xf") == 0 && r->in_xfs && r->n_styles < MAX_STYLES) {
		int  id = whole(part_attr(at, "numFmtId", value, sizeof value));
		bool date = builtin_is_date(id);
		for (size_t i = 0; i < r->n_formats; i++)
			if (r->formats[i].id == id)
				date = r->formats[i].date;
		r->date_style[r->n_styles++] = date;
	}
	return HB_OK;
}

/* ---- one sheet ---- */

struct area { uint32_t r0, c0, r1, c1; };
struct sheet_reading {
	struct reading  *book;
	struct cell_list cells;
	struct area     *merges;
	size_t           n_merges;
	uint32_t         row, col;         /* of the cell being read; row counts from 1 between rows */
	uint32_t         next_row, next_col;
	char             type[12];
	int              style;
	bool             has_value, has_formula;
	char             formula[64];
	enum { IN_NONE, IN_VALUE, IN_FORMULA, IN_INLINE } in;
};

/* "E12" -> row 11, column 4.  False when it is no address. */
static bool
address(const char *s, uint32_t *row, uint32_t *col)
{
	uint32_t c = 0, r = 0;
	for (; (*s >= 'A' && *s <= 'Z') || *s == '$'; s++)
		if (*s != '$' && (c = c * 26 + (uint32_t)(*s - 'A' + 1)) > 1u << 20)
			return false;
	for (; *s >= '0' && *s <= '9'; s++)
		if ((r = r * 10 + (uint32_t)(*s - '0')) > 1u << 24)
			return false;
	if (c == 0 || r == 0 || (*s != '\0' && *s != ':'))
		return false;
	*col = c - 1;
	*row = r - 1;
	return true;
}

static enum hb_code
cell_number(struct sheet_reading *s, const char *raw, struct hb_err *err)
{
	struct reading *r = s->book;
	char            plain[48], date[11];
	if (!number_plain(raw, plain))
		return cell_add(&s->cells, s->row, s->col, XLSX_TEXT, raw, strlen(raw), err);
	bool dated = s->style >= 0 && (size_t)s->style < r->n_styles && r->date_style[s->style];
	if (dated && serial_date(plain, r->from_1904, date))
		return cell_add(&s->cells, s->row, s->col, XLSX_DATE, date, strlen(date), err);
	return cell_add(&s->cells, s->row, s->col, XLSX_NUMBER, plain, strlen(plain), err);
}

static enum hb_code
cell_shared(struct sheet_reading *s, const char *raw, struct hb_err *err)
{
	struct reading *r = s->book;
	char           *end;
	unsigned long   i = strtoul(raw, &end, 10);
	if (end == raw || *end != '\0' || i >= r->n_strings)
		return hb_fail(err, HB_E_INPUT, "bang.hong", "tệp xlsx hỏng: có ô trỏ tới chuỗi không tồn tại");
	return cell_add(&s->cells, s->row, s->col, XLSX_TEXT, r->strings[i], r->string_len[i], err);
}

/* The value of the cell just closed. */
static enum hb_code
cell_done(struct sheet_reading *s, struct hb_err *err)
{
	struct hb_buf *text = &s->book->text;
	const char    *raw = text->p == NULL ? "" : text->p;
	if (!s->has_value || text->len == 0) {
		if (s->has_formula && strcmp(s->type, "str") != 0)
			return cell_add(&s->cells, s->row, s->col, XLSX_FORMULA, s->formula, strlen(s->formula), err);
		return HB_OK;
	}
	if (strcmp(s->type, "s") == 0)
		return cell_shared(s, raw, err);
	if (strcmp(s->type, "str") == 0 || strcmp(s->type, "inlineStr") == 0)
		return cell_add(&s->cells, s->row, s->col, XLSX_TEXT, raw, text->len, err);
	if (strcmp(s->type, "b") == 0) {
		raw = raw[0] == '1' ? "TRUE" : "FALSE";
		return cell_add(&s->cells, s->row, s->col, XLSX_BOOL, raw, strlen(raw), err);
	}
	if (strcmp(s->type, "e") == 0)
		return cell_add(&s->cells, s->row, s->col, XLSX_FAULT, raw, text->len, err);
	if (strcmp(s->type, "d") == 0)
		return cell_add(&s->cells, s->row, s->col, XLSX_DATE, raw, text->len < 10 ? text->len : 10, err);
	return cell_number(s, raw, err);
}

static void
cell_start(struct sheet_reading *s, struct part *at)
{
	char where[32], style[16];
	s->row = s->next_row - 1;
	s->col = s->next_col;
	(void)address(part_attr(at, "r", where, sizeof where), &s->row, &s->col);
	s->next_col = s->col + 1;
	part_attr(at, "t", s->type, sizeof s->type);
	part_attr(at, "s", style, sizeof style);
	s->style = whole(style);
	s->has_value = s->has_formula = false;
	hb_buf_reset(&s->book->text);
	s->formula[0] = '\0';
}

static void
row_start(struct sheet_reading *s, struct part *at)
{
	char     number[16];
	unsigned long r = strtoul(part_attr(at, "r", number, sizeof number), NULL, 10);
	s->next_row = r > 0 && r < 1ul << 24 ? (uint32_t)r : s->next_row + 1;
	s->next_col = 0;
}

static void
merge_start(struct sheet_reading *s, struct part *at)
{
	char        ref[64];
	struct area m;
	const char *colon = strchr(part_attr(at, "ref", ref, sizeof ref), ':');
	if (s->n_merges < MAX_MERGES && colon != NULL && address(ref, &m.r0, &m.c0) && address(colon + 1, &m.r1, &m.c1) &&
	    m.r0 <= m.r1 && m.c0 <= m.c1)
		s->merges[s->n_merges++] = m;
}

static enum hb_code
sheet_part(struct part *at, enum part_event event, const char *name, const char *text, struct hb_err *err)
{
	struct sheet_reading *s = at->ctx;
	struct hb_buf        *b = &s->book->text;
	if (event == PART_TEXT) {
		if (s->in == IN_VALUE || s->in == IN_INLINE) {
			hb_puts(b, text);
			s->has_value = true;
			return too_long(s->book, err);
		}
		if (s->in == IN_FORMULA)
			snprintf(s->formula, sizeof s->formula, "=%.60s", text);
		return HB_OK;
	}
	bool start = event == PART_START;
	if (strcmp(name, "c") == 0) {
		if (!start)
			return cell_done(s, err);
		cell_start(s, at);
	} else if (strcmp(name, "v") == 0) {
		s->in = start ? IN_VALUE : IN_NONE;
	} else if (strcmp(name, "t") == 0) {
		s->in = start ? IN_INLINE : IN_NONE;
	} else if (strcmp(name, "f") == 0) {
		s->in = start ? IN_FORMULA : IN_NONE;
		s->has_formula = true;
	} else if (start && strcmp(name, "row") == 0) {
		row_start(s, at);
	} else if (start && strcmp(name, "mergeCell") == 0) {
		merge_start(s, at);
	}
	return HB_OK;
}

/* Put the text of each merged area under all its cells. */
static enum hb_code
spread(struct sheet_reading *s, const struct xlsx_sheet *plain, struct hb_err *err)
{
	for (size_t i = 0; i < s->n_merges; i++) {
		const struct area *m = &s->merges[i];
		uint64_t           size = (uint64_t)(m->r1 - m->r0 + 1) * (m->c1 - m->c0 + 1);
		const struct xlsx_cell *top = xlsx_at(plain, m->r0, m->c0);
		if (top->type == XLSX_EMPTY || size > MAX_MERGED_CELLS || m->r1 >= XLSX_MAX_ROWS || m->c1 >= XLSX_MAX_COLS)
			continue;
		struct xlsx_cell copy = *top;
		for (uint32_t r = m->r0; r <= m->r1; r++)
			for (uint32_t c = m->c0; c <= m->c1; c++) {
				if (r == m->r0 && c == m->c0)
					continue;
				enum hb_code code = cell_add(&s->cells, r, c, copy.type, copy.text, strlen(copy.text), err);
				if (code != HB_OK)
					return code;
				s->cells.v[s->cells.n - 1].covered = true;
			}
	}
	return HB_OK;
}

static enum hb_code
read_sheet(struct reading *r, const struct sheet_ref *ref, struct xlsx_sheet *out, struct hb_err *err)
{
	struct sheet_reading s = { .book = r, .cells = { .a = r->a, .total = &r->total_cells } };
	s.merges = HB_NEWN(r->a, struct area, MAX_MERGES);
	if (s.merges == NULL)
		return hb_full(err);
	enum hb_code code = part_walk(&r->pack, ref->part, sheet_part, &s, err);
	if (code != HB_OK)
		return code;
	struct xlsx_sheet plain = { 0 };
	cell_finish(&s.cells, &plain);
	s.cells.cap = s.cells.n;               /* growing copies the list, so `plain` stays as it is */
	code = spread(&s, &plain, err);
	if (code != HB_OK)
		return code;
	*out = (struct xlsx_sheet){ .name = ref->name, .hidden = ref->hidden };
	cell_finish(&s.cells, out);
	return HB_OK;
}

static enum hb_code
read_parts(struct reading *r, struct hb_err *err)
{
	char         rels[PATH + 16], part[PATH];
	enum hb_code code = part_walk(&r->pack, "_rels/.rels", root_rels, r, err);
	if (code != HB_OK)
		return code;
	if (r->workbook[0] == '\0')
		return hb_fail(err, HB_E_INPUT, "bang.khongPhaiXlsx", "tệp nén này không phải bảng tính xlsx");
	if ((code = part_walk(&r->pack, r->workbook, book_part, r, err)) != HB_OK)
		return code;
	const char *slash = strrchr(r->workbook, '/');
	int         folder = slash == NULL ? 0 : (int)(slash - r->workbook) + 1;
	snprintf(rels, sizeof rels, "%.*s_rels/%s.rels", folder, r->workbook, r->workbook + folder);
	if ((code = part_walk(&r->pack, rels, book_rels, r, err)) != HB_OK)
		return code;
	resolve(r->workbook, "sharedStrings.xml", part);
	if (pack_has(&r->pack, part) && (code = part_walk(&r->pack, part, strings_part, r, err)) != HB_OK)
		return code;
	resolve(r->workbook, "styles.xml", part);
	if (pack_has(&r->pack, part) && (code = part_walk(&r->pack, part, styles_part, r, err)) != HB_OK)
		return code;
	return HB_OK;
}

static enum hb_code
read_book(struct reading *r, struct hb_bytes file, struct xlsx_book *ret_book, struct hb_err *err)
{
	r->refs = HB_NEWN(r->a, struct sheet_ref, XLSX_MAX_SHEETS);
	r->date_style = HB_NEWN(r->a, bool, MAX_STYLES);
	r->formats = hb_alloc_n(r->a, MAX_STYLES, sizeof *r->formats);
	struct xlsx_sheet *sheets = HB_NEWN(r->a, struct xlsx_sheet, XLSX_MAX_SHEETS);
	if (r->refs == NULL || r->date_style == NULL || r->formats == NULL || sheets == NULL)
		return hb_full(err);
	enum hb_code code = pack_open(&r->pack, file, err);
	if (code == HB_OK)
		code = read_parts(r, err);
	size_t n = 0;
	for (size_t i = 0; i < r->n_refs && code == HB_OK; i++) {
		/* Chart sheets have a part of another kind; a sheet without a part is a broken book. */
		if (r->refs[i].part[0] == '\0')
			code = hb_fail(err, HB_E_INPUT, "bang.hong", "tệp xlsx hỏng: trang “%.80s” không có dữ liệu",
			    r->refs[i].name);
		else if (strstr(r->refs[i].part, "chartsheets/") == NULL)
			code = read_sheet(r, &r->refs[i], &sheets[n++], err);
	}
	if (code == HB_OK && n == 0)
		code = hb_fail(err, HB_E_INPUT, "bang.hong", "tệp xlsx không có trang tính nào");
	if (code == HB_OK)
		*ret_book = (struct xlsx_book){ .n_sheets = n, .sheets = sheets };
	return code;
}

enum hb_code
xlsx_read(struct hb_bytes file, struct hb_arena *a, struct xlsx_book *ret_book, struct hb_err *err)
{
	static const uint8_t old[8] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };
	if (file.n > XLSX_MAX_FILE)
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp lớn hơn %zu MB", XLSX_MAX_FILE >> 20);
	if (file.n == 0)
		return hb_fail(err, HB_E_INPUT, "bang.hong", "tệp rỗng");
	if (file.n >= 8 && memcmp(file.p, old, 8) == 0) {
		hb_fail(err, HB_E_INPUT, "bang.khongPhaiXlsx", "tệp là Excel kiểu cũ (.xls) hoặc có đặt mật khẩu");
		return hb_hint(err, "Bỏ mật khẩu và lưu lại thành .xlsx (Sổ làm việc Excel) rồi tải lên.");
	}
	if (file.n < 4 || memcmp(file.p, "PK\3\4", 4) != 0)
		return csv_read(file, a, ret_book, err);
	struct reading r = { .a = a };
	hb_buf_init(&r.text, XLSX_MAX_TEXT + 1);
	enum hb_code code = read_book(&r, file, ret_book, err);
	pack_close(&r.pack);
	hb_buf_fini(&r.text);
	return code;
}
