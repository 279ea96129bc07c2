/* Cells: collecting, sorting, finding, addresses. */
#include "xlsx_int.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum hb_code
cell_add(struct cell_list *l, uint32_t row, uint32_t col, enum xlsx_type type, const char *text, size_t len,
    struct hb_err *err)
{
	char at[XLSX_ADDR_LEN];
	xlsx_addr(row, col, at);
	if (row >= XLSX_MAX_ROWS || col >= XLSX_MAX_COLS)
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "bảng có dữ liệu ở ô %s: nhiều hơn %d dòng hoặc %d cột",
		    at, XLSX_MAX_ROWS, XLSX_MAX_COLS);
	if (++*l->total > XLSX_MAX_CELLS)
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp có hơn %d ô có dữ liệu", XLSX_MAX_CELLS);
	if (len > XLSX_MAX_TEXT)
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "ô %s có hơn %d byte chữ", at, XLSX_MAX_TEXT);
	if (!hb_utf8_valid(HB_BYTES(text, len)))
		return hb_fail(err, HB_E_INPUT, "bang.hong", "ô %s có kí tự không hợp lệ", at);
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 256 : l->cap * 2;
		struct xlsx_cell *v = HB_NEWN(l->a, struct xlsx_cell, cap);
		if (v == NULL)
			return hb_full(err);
		if (l->n > 0)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
		l->cap = cap;
	}
	char *own = hb_nfc(l->a, HB_BYTES(text, len));
	if (own == NULL)
		return hb_full(err);
	l->v[l->n++] = (struct xlsx_cell){ .row = row, .col = col, .type = type, .text = own };
	return HB_OK;
}

/* A real cell stands before the covered one of the same place, so it survives the dropping of doubles. */
static int
by_place(const void *x, const void *y)
{
	const struct xlsx_cell *a = x, *b = y;
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	if (a->col != b->col)
		return a->col < b->col ? -1 : 1;
	return (int)a->covered - (int)b->covered;
}

void
cell_finish(struct cell_list *l, struct xlsx_sheet *sheet)
{
	if (l->n > 0)
		qsort(l->v, l->n, sizeof *l->v, by_place);
	size_t w = 0;
	for (size_t i = 0; i < l->n; i++)
		if (w == 0 || l->v[w - 1].row != l->v[i].row || l->v[w - 1].col != l->v[i].col)
			l->v[w++] = l->v[i];
	l->n = w;
	sheet->cells = l->v;
	sheet->n_cells = w;
	for (size_t i = 0; i < w; i++) {
		sheet->rows = l->v[i].row + 1;
		sheet->cols = l->v[i].col + 1 > sheet->cols ? l->v[i].col + 1 : sheet->cols;
	}
}

size_t
xlsx_row_start(const struct xlsx_sheet *s, uint32_t row)
{
	size_t lo = 0, hi = s->n_cells;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (s->cells[mid].row < row)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct xlsx_cell *
xlsx_at(const struct xlsx_sheet *s, uint32_t row, uint32_t col)
{
	static const struct xlsx_cell nothing = { .text = "" };
	for (size_t i = xlsx_row_start(s, row); i < s->n_cells && s->cells[i].row == row; i++)
		if (s->cells[i].col == col)
			return &s->cells[i];
	return &nothing;
}

const char *
xlsx_addr(uint32_t row, uint32_t col, char out[XLSX_ADDR_LEN])
{
	char letters[8];
	int  n = 0;
	for (uint32_t c = col + 1; c > 0; c = (c - 1) / 26)
		letters[n++] = (char)('A' + (c - 1) % 26);
	char *w = out;
	while (n > 0)
		*w++ = letters[--n];
	snprintf(w, (size_t)(XLSX_ADDR_LEN - (w - out)), "%u", row + 1);
	return out;
}
