/* lib/xlsx: the same table read from every kind of file a school has; broken files; writing and reading back. */
#include "tap.h"

#include "base/file.h"
#include "base/text.h"
#include "xlsx/xlsx.h"

#include <stdlib.h>

static struct hb_arena a;

static struct hb_bytes
fixture(const char *name)
{
	struct hb_bytes b = { 0 };
	struct hb_err   err = HB_ERR_INIT;
	char            path[512];
	snprintf(path, sizeof path, "%s/xlsx/%s", TEST_DATA, name);
	if (hb_file_read(path, XLSX_MAX_FILE, &a, &b, &err) != HB_OK)
		printf("# %s\n", err.msg);
	return b;
}

static const char *
text_at(const struct xlsx_sheet *s, const char *addr)
{
	char at[XLSX_ADDR_LEN];
	for (size_t i = 0; i < s->n_cells; i++)
		if (strcmp(xlsx_addr(s->cells[i].row, s->cells[i].col, at), addr) == 0)
			return s->cells[i].text;
	return "";
}

/* Written by different programs, the table must read the same. */
static void
same_table(const char *name)
{
	static const struct { const char *addr, *text; } want[] = {
		{ "A1", "DANH SÁCH HỌC SINH LỚP 6A1" }, { "H2", "Năm học 2025-2026" }, { "C4", "Họ và tên" },
		{ "A5", "1" }, { "B5", "0100000001" }, { "C5", "Nguyễn Hoàng Phương Thảo Vy" }, { "D5", "2014-02-28" },
		{ "E5", "x" }, { "F5", "8.3" }, { "G5", "001314000001" }, { "B6", "100000002" }, { "D6", "05/09/2014" },
		{ "F6", "7.25" }, { "D7", "2014-12-01" }, { "F7", "10" }, { "G7", "" },
	};
	struct hb_err    err = HB_ERR_INIT;
	struct xlsx_book book = { 0 };
	if (!ok(xlsx_read(fixture(name), &a, &book, &err) == HB_OK, "%s is read: %s", name, err.msg))
		return;
	ok(book.n_sheets == 2 && !book.sheets[0].hidden && book.sheets[1].hidden, "%s: the hidden sheet is known", name);
	is(book.sheets[0].name, "Lớp 6A1", "sheet name");
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const char *got = text_at(&book.sheets[0], want[i].addr);
		ok(strcmp(got, want[i].text) == 0, "%s %s is '%s' (got '%s')", name, want[i].addr, want[i].text, got);
	}
	ok(xlsx_at(&book.sheets[0], 0, 5)->covered, "%s: F1 lies under the merged title", name);
	ok(xlsx_at(&book.sheets[0], 4, 3)->type == XLSX_DATE, "%s: D5 is a date", name);
}

static void
formulas(void)
{
	struct hb_err    err = HB_ERR_INIT;
	struct xlsx_book with = { 0 }, without = { 0 };
	ok(xlsx_read(fixture("libreoffice.xlsx"), &a, &with, &err) == HB_OK, "LibreOffice file");
	is(text_at(&with.sheets[0], "H5"), "16.6", "a formula gives its stored value");
	ok(xlsx_read(fixture("openpyxl.xlsx"), &a, &without, &err) == HB_OK, "openpyxl file");
	const struct xlsx_cell *c = xlsx_at(&without.sheets[0], 4, 7);
	ok(c->type == XLSX_FORMULA && strcmp(c->text, "=F5*2") == 0, "a formula without a value says so");
}

struct csv_case { const char *name, *text; size_t n; const char *addr, *want; };
#define CSV(name, s, addr, want) { name, s, sizeof s - 1, addr, want }

static void
csv_files(void)
{
	static const struct csv_case cases[] = {
		CSV("comma", "a,b\n1,2\n", "B2", "2"),
		CSV("semicolon, decimal comma", "ten;diem\nAn;7,5\n", "B2", "7,5"),
		CSV("tab", "ten\tdiem\nAn\t7,5\n", "B2", "7,5"),
		CSV("BOM", "\xef\xbb\xbfSTT;Tên\n1;Bình\n", "A1", "STT"),
		CSV("quotes", "a,\"x, \"\"y\"\"\"\n", "B1", "x, \"y\""),
		CSV("line break inside quotes", "a,\"x\ny\"\nb,c\n", "B2", "c"),
		CSV("CRLF", "a;b\r\nc;d\r\n", "B2", "d"),
		CSV("old Mac", "a;b\rc;d", "B2", "d"),
		CSV("no end of line", "a,b", "B1", "b"),
		CSV("title with a comma above semicolons", "Trường A, xã B\nx;y;z\n1;2;3\n4;5;6\n", "C3", "3"),
		CSV("sep= line", "sep=|\na|b\n", "B2", "b"),
		CSV("NFD becomes NFC", "Ti\xc3\xaa\xcc\x81ng;x\n1;2\n", "A1", "Tiếng"),
		CSV("UTF-16", "\xff\xfe" "A\0\t\0" "\xbf\x1e\n\0", "B1", "ế"),
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct hb_err    err = HB_ERR_INIT;
		struct xlsx_book book = { 0 };
		enum hb_code     code = csv_read(HB_BYTES(cases[i].text, cases[i].n), &a, &book, &err);
		ok(code == HB_OK && strcmp(text_at(&book.sheets[0], cases[i].addr), cases[i].want) == 0, "csv %s: %s%s",
		    cases[i].name, err.msg, code == HB_OK ? text_at(&book.sheets[0], cases[i].addr) : "");
	}
}

static void
refused(struct hb_bytes file, const char *key, const char *name)
{
	struct hb_err    err = HB_ERR_INIT;
	struct xlsx_book book = { .n_sheets = 77 };
	enum hb_code     code = xlsx_read(file, &a, &book, &err);
	ok(code != HB_OK && err.key != NULL && strcmp(err.key, key) == 0 && err.msg[0] != '\0', "%s: %s (%s)", name,
	    err.key == NULL ? "accepted" : err.key, err.msg);
	ok(book.n_sheets == 77, "%s: nothing is returned", name);
}

static void
broken_files(void)
{
	struct hb_bytes good = fixture("openpyxl.xlsx");
	refused(HB_BYTES("", 0), "bang.hong", "empty file");
	refused(HB_BYTES(good.p, good.n / 2), "bang.hong", "cut in half");
	refused(HB_BYTES(good.p, 4), "bang.hong", "four bytes");
	refused(HB_STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), "bang.khongPhaiXlsx", "old .xls");
	refused(HB_STR("\x89PNG\r\n\x1a\n"), "csv.khongPhaiUtf8", "a picture");
	refused(HB_STR("a,\"b\nc,d\n"), "csv.nhay", "quote never closed");
	refused(fixture("bomb.xlsx"), "bang.quaLon", "zip bomb");
	refused(fixture("doctype.xlsx"), "bang.hong", "DOCTYPE with entities");
	refused(fixture("nostring.xlsx"), "bang.hong", "shared string that does not exist");
	refused(fixture("far.xlsx"), "bang.quaLon", "a cell at XFD1048576");
	refused(fixture("docx.zip"), "bang.khongPhaiXlsx", "a zip that is no workbook");
	/* Every cut and every flipped byte: an answer, never a crash. */
	int read = 0, no = 0;
	for (size_t n = 0; n < good.n; n += 97) {
		HB_SCOPED_ARENA  b;
		struct xlsx_book book;
		hb_arena_init(&b, HB_ARENA_DEFAULT);
		uint8_t *copy = hb_memdup(&b, good.p, good.n);
		copy[n] ^= 0x41;
		*(xlsx_read(HB_BYTES(copy, good.n), &b, &book, NULL) == HB_OK ? &read : &no) += 1;
		*(xlsx_read(HB_BYTES(good.p, n), &b, &book, NULL) == HB_OK ? &read : &no) += 1;
	}
	ok(no > 0 && read + no > 100, "cut and flipped files: %d read, %d refused", read, no);
}

/* Through a child that owns nothing, the same book; and bytes that no child of ours wrote are refused. */
static void
apart(struct sandbox *sandbox)
{
	struct hb_err    err = HB_ERR_INIT;
	struct xlsx_book here = { 0 }, there = { 0 };
	struct hb_bytes  file = fixture("libreoffice.xlsx"), bomb = fixture("bomb.xlsx");
	ok(xlsx_read(file, &a, &here, &err) == HB_OK && xlsx_read_apart(sandbox, file, &a, &there, &err) == HB_OK, "read apart: %s", err.msg);
	bool same = here.n_sheets == there.n_sheets;
	for (size_t i = 0; same && i < here.n_sheets; i++) {
		const struct xlsx_sheet *x = &here.sheets[i], *y = &there.sheets[i];
		same = strcmp(x->name, y->name) == 0 && x->hidden == y->hidden && x->n_cells == y->n_cells && x->rows == y->rows;
		for (size_t c = 0; same && c < x->n_cells; c++)
			same = x->cells[c].row == y->cells[c].row && x->cells[c].col == y->cells[c].col && x->cells[c].type == y->cells[c].type &&
			    x->cells[c].covered == y->cells[c].covered && strcmp(x->cells[c].text, y->cells[c].text) == 0;
	}
	ok(same, "the same book");
	err = HB_ERR_INIT;
	ok(xlsx_read_apart(sandbox, bomb, &a, &there, &err) != HB_OK && strcmp(err.key, "bang.quaLon") == 0, "a bomb dies in the child: %s", err.msg);
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	ok(xlsx_job(file, &a, &out, &err) == HB_OK, "the child's words");
	int taken = 0;
	for (size_t n = 0; n < out.len; n += 7) {
		uint8_t *copy = hb_memdup(&a, out.p, out.len);
		copy[n] ^= 0x55;
		taken += xlsx_take(HB_BYTES(copy, n), &a, &there, NULL) == HB_OK;
		(void)xlsx_take(HB_BYTES(copy, out.len), &a, &there, NULL);
	}
	ok(taken == 0, "cut words are refused");
}

static void
writing(void)
{
	static const struct xlsx_put cells[] = {
		{ .row = 0, .col = 0, .look = XLSX_TITLE, .text = "Lớp 6A1 · Toán · Học kì I" },
		{ .row = 1, .col = 0, .look = XLSX_HEAD, .text = "Họ và tên" },
		{ .row = 1, .col = 1, .look = XLSX_HEAD, .text = "TX1" },
		{ .row = 2, .col = 0, .look = XLSX_CLOSED, .text = "Nguyễn Văn Ân" },
		{ .row = 2, .col = 1, .look = XLSX_OPEN, .text = "8.3", .number = true },
	};
	struct xlsx_page page = { .name = "Toán", .n = 5, .cells = cells, .width = 2, .frozen_rows = 2, .locked = true };
	struct hb_bytes  one = { 0 }, two = { 0 };
	struct hb_err    err = HB_ERR_INIT;
	ok(xlsx_write(&page, 1, &a, &one, &err) == HB_OK, "written: %s", err.msg);
	ok(xlsx_write(&page, 1, &a, &two, &err) == HB_OK && one.n == two.n && memcmp(one.p, two.p, one.n) == 0,
	    "equal tables are equal files");
	struct xlsx_book book = { 0 };
	ok(xlsx_read(one, &a, &book, &err) == HB_OK, "read back: %s", err.msg);
	is(text_at(&book.sheets[0], "A3"), "Nguyễn Văn Ân", "text comes back");
	is(text_at(&book.sheets[0], "B3"), "8.3", "number comes back exactly");
	struct xlsx_put wrong = { .row = 2, .col = 1, .comment = "85? Sửa thành 8,5" };
	ok(xlsx_annotate(&book, 0, &wrong, 1, &a, &two, &err) == HB_OK, "annotated: %s", err.msg);
	ok(xlsx_read(two, &a, &book, &err) == HB_OK, "annotated copy is read: %s", err.msg);
	is(text_at(&book.sheets[0], "B3"), "8.3", "the annotated cell keeps its value");
}

int
main(void)
{
	char at[XLSX_ADDR_LEN];
	struct sandbox *sandbox = NULL;
	struct hb_err   err = HB_ERR_INIT;
	sandbox_register(xlsx_job);
	ok(sandbox_start(NULL, &sandbox, &err) == HB_OK, "a process that owns nothing: %s", err.msg);
	hb_arena_init(&a, (size_t)1 << 30);
	same_table("openpyxl.xlsx");
	same_table("libreoffice.xlsx");
	formulas();
	csv_files();
	broken_files();
	writing();
	apart(sandbox);
	sandbox_stop(sandbox);
	is(xlsx_addr(11, 4, at), "E12", "E12");
	is(xlsx_addr(0, 701, at), "ZZ1", "ZZ1");
	is(xlsx_addr(0, 702, at), "AAA1", "AAA1");
	hb_arena_fini(&a);
	return tap_done();
}
