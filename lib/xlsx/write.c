/* Writing tables: templates for teachers, and copies with the mistakes marked. */
#include "xlsx_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

struct looks { lxw_format *of[XLSX_WRONG + 1]; };

static void
boxed(lxw_format *f)
{
	format_set_border(f, LXW_BORDER_THIN);
	format_set_border_color(f, 0xd9dee5);
}

static void
make_looks(lxw_workbook *book, struct looks *l)
{
	for (int i = XLSX_PLAIN; i <= XLSX_WRONG; i++)
		l->of[i] = workbook_add_format(book);
	format_set_bold(l->of[XLSX_TITLE]);
	format_set_align(l->of[XLSX_TITLE], LXW_ALIGN_CENTER);
	format_set_bold(l->of[XLSX_HEAD]);
	format_set_align(l->of[XLSX_HEAD], LXW_ALIGN_CENTER);
	format_set_align(l->of[XLSX_HEAD], LXW_ALIGN_VERTICAL_CENTER);
	format_set_text_wrap(l->of[XLSX_HEAD]);
	format_set_bg_color(l->of[XLSX_HEAD], 0xf2f4f7);
	for (int i = XLSX_HEAD; i <= XLSX_WRONG; i++)
		boxed(l->of[i]);
	format_set_unlocked(l->of[XLSX_OPEN]);
	format_set_unlocked(l->of[XLSX_WRONG]);
	format_set_bg_color(l->of[XLSX_CLOSED], 0xf6f7f9);
	format_set_bg_color(l->of[XLSX_WRONG], 0xfef3f2);
	format_set_font_color(l->of[XLSX_WRONG], 0xb42318);
}

/* Numbers go through the library's double: it prints 17 digits, and 15 are exact for every decimal we write. */
static lxw_error
put_cell(lxw_worksheet *ws, const struct xlsx_put *c, uint32_t width, const struct looks *l)
{
	lxw_col_t   col = (lxw_col_t)c->col;
	lxw_format *f = l->of[c->look];
	if (c->comment != NULL) {
		lxw_comment_options box = { .author = "Hocba", .width = 260, .height = 90 };
		worksheet_write_comment_opt(ws, c->row, col, c->comment, &box);
	}
	if (c->look == XLSX_TITLE && width > 1)
		return worksheet_merge_range(ws, c->row, 0, c->row, (lxw_col_t)(width - 1), c->text, f);
	if (c->text == NULL || c->text[0] == '\0')
		return worksheet_write_blank(ws, c->row, col, f);
	if (c->number)
		return worksheet_write_number(ws, c->row, col, strtod(c->text, NULL), f);
	return worksheet_write_string(ws, c->row, col, c->text, f);
}

static lxw_error
put_page(lxw_workbook *book, const struct xlsx_page *p, const struct looks *l)
{
	lxw_worksheet *ws = workbook_add_worksheet(book, p->name);
	if (ws == NULL)
		return LXW_ERROR_SHEETNAME_ALREADY_USED;
	if (p->col_width != NULL)
		for (uint32_t i = 0; i < p->width; i++)
			worksheet_set_column(ws, (lxw_col_t)i, (lxw_col_t)i, p->col_width[i], NULL);
	if (p->frozen_rows > 0 || p->frozen_cols > 0)
		worksheet_freeze_panes(ws, p->frozen_rows, (lxw_col_t)p->frozen_cols);
	if (p->locked)
		worksheet_protect(ws, NULL, NULL);
	lxw_error e = LXW_NO_ERROR;
	for (size_t i = 0; i < p->n && e == LXW_NO_ERROR; i++)
		e = put_cell(ws, &p->cells[i], p->width, l);
	return e;
}

/* The library only writes files: it is given one that lives in memory. */
static enum hb_code
slurp(int fd, struct hb_arena *a, struct hb_bytes *ret_file, struct hb_err *err)
{
	off_t size = lseek(fd, 0, SEEK_END);
	if (size <= 0 || (size_t)size > XLSX_MAX_FILE)
		return hb_bug(err, "xlsx of %lld bytes", (long long)size);
	uint8_t *p = hb_alloc(a, (size_t)size);
	if (p == NULL)
		return hb_full(err);
	if (pread(fd, p, (size_t)size, 0) != size)
		return hb_bug(err, "pread: %s", strerror(errno));
	*ret_file = HB_BYTES(p, (size_t)size);
	return HB_OK;
}

enum hb_code
xlsx_write(const struct xlsx_page *pages, size_t n, struct hb_arena *a, struct hb_bytes *ret_file, struct hb_err *err)
{
	char path[64];
	int  fd = memfd_create("hocba.xlsx", MFD_CLOEXEC);
	if (fd < 0)
		return hb_bug(err, "memfd_create: %s", strerror(errno));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	lxw_workbook *book = workbook_new(path);
	if (book == NULL) {
		close(fd);
		return hb_full(err);
	}
	/* A fixed instant: equal tables are equal files. */
	lxw_doc_properties properties = { .author = "Hocba", .created = 1735689600 };
	workbook_set_properties(book, &properties);
	struct looks looks;
	make_looks(book, &looks);
	lxw_error bad = LXW_NO_ERROR;
	for (size_t i = 0; i < n && bad == LXW_NO_ERROR; i++)
		bad = put_page(book, &pages[i], &looks);
	lxw_error closed = workbook_close(book);
	enum hb_code code = HB_OK;
	if (bad != LXW_NO_ERROR || closed != LXW_NO_ERROR)
		code = hb_bug(err, "libxlsxwriter: %s", lxw_strerror(bad != LXW_NO_ERROR ? bad : closed));
	if (code == HB_OK)
		code = slurp(fd, a, ret_file, err);
	close(fd);
	return code;
}

static const struct xlsx_put *
find_wrong(const struct xlsx_put *wrong, size_t n, uint32_t row, uint32_t col)
{
	for (size_t i = 0; i < n; i++)
		if (wrong[i].row == row && wrong[i].col == col)
			return &wrong[i];
	return NULL;
}

enum hb_code
xlsx_annotate(const struct xlsx_book *book, size_t sheet, const struct xlsx_put *wrong, size_t n, struct hb_arena *a,
    struct hb_bytes *ret_file, struct hb_err *err)
{
	const struct xlsx_sheet *s = &book->sheets[sheet];
	struct xlsx_put         *cells = HB_NEWN(a, struct xlsx_put, s->n_cells + n + 1);
	size_t                   used = 0;
	if (cells == NULL)
		return hb_full(err);
	for (size_t i = 0; i < s->n_cells; i++) {
		const struct xlsx_cell *c = &s->cells[i];
		if (c->covered || find_wrong(wrong, n, c->row, c->col) != NULL)
			continue;
		cells[used++] = (struct xlsx_put){ .row = c->row, .col = c->col, .text = c->text,
			.number = c->type == XLSX_NUMBER };
	}
	for (size_t i = 0; i < n; i++) {
		const struct xlsx_cell *c = xlsx_at(s, wrong[i].row, wrong[i].col);
		cells[used] = wrong[i];
		cells[used].look = XLSX_WRONG;
		cells[used].text = c->text;
		cells[used++].number = c->type == XLSX_NUMBER;
	}
	struct xlsx_page page = { .name = s->name, .n = used, .cells = cells, .width = s->cols };
	return xlsx_write(&page, 1, a, ret_file, err);
}
