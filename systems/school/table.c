#include "school/table.h"

#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Heading of a column: one row, or two with the group above ("ĐĐGtx" over "1"). */
static const char *
heading(const struct xlsx_sheet *s, uint32_t row, bool two, uint32_t col, struct hb_arena *a)
{
	const char *up = hb_fold(a, xlsx_at(s, row, col)->text);
	if (up == NULL || !two)
		return up == NULL ? "" : up;
	const char *down = hb_fold(a, xlsx_at(s, row + 1, col)->text);
	if (down == NULL || down[0] == '\0' || strcmp(up, down) == 0)
		return up;
	if (up[0] == '\0')
		return down;
	const char *both = hb_printf(a, "%s %s", up, down);
	return both == NULL ? up : both;
}

static unsigned
try_row(const struct xlsx_sheet *s, uint32_t row, bool two, table_known *known, void *ctx, struct hb_arena *a,
    struct table *t)
{
	unsigned found = 0;
	*t = (struct table){ .sheet = s, .head = row, .first = row + 1 + two };
	t->n_cols = s->cols < TABLE_COLS_MAX ? s->cols : TABLE_COLS_MAX;
	for (uint32_t c = 0; c < t->n_cols; c++) {
		t->heading[c] = heading(s, row, two, c, a);
		t->key[c] = t->heading[c][0] == '\0' ? -1 : known(t->heading[c], ctx);
		/* A merged group counts once: its second row, which tells the columns apart, must win. */
		bool again = false;
		for (uint32_t b = 0; b < c && !again; b++)
			again = t->key[b] == t->key[c];
		found += t->key[c] >= 0 && !again;
	}
	return found;
}

static bool
title_of(struct table *t, struct hb_arena *a)
{
	HB_SCOPED_BUF raw;
	hb_buf_init(&raw, 65536);
	hb_puts(&raw, t->sheet->name);
	for (size_t i = 0; i < t->sheet->n_cells && t->sheet->cells[i].row < t->head; i++)
		if (!t->sheet->cells[i].covered) {
			hb_puts(&raw, " \n ");
			hb_puts(&raw, t->sheet->cells[i].text);
		}
	t->title_raw = hb_buf_take(&raw, a);
	t->title = t->title_raw == NULL ? NULL : hb_fold(a, t->title_raw);
	return t->title != NULL;
}

bool
table_find(const struct xlsx_sheet *sheet, table_known *known, void *ctx, unsigned least, struct hb_arena *a,
    struct table *ret_table)
{
	unsigned     best = 0;
	struct table t;
	for (uint32_t row = 0; row < sheet->rows && row < TABLE_HEAD_ROWS; row++)
		for (int two = 0; two <= 1; two++) {
			unsigned found = try_row(sheet, row, two != 0, known, ctx, a, &t);
			if (found > best) {
				best = found;
				*ret_table = t;
			}
		}
	return best >= least && best > 0 && title_of(ret_table, a);
}

int
table_col(const struct table *t, int key)
{
	for (uint32_t c = 0; c < t->n_cols; c++)
		if (t->key[c] == key)
			return (int)c;
	return -1;
}

const char *
table_year(const struct table *t, struct hb_arena *a)
{
	for (const char *p = t->title; *p != '\0'; p++) {
		unsigned from, to;
		int      used = 0;
		if ((p == t->title || p[-1] == ' ') && sscanf(p, "%4u %4u%n", &from, &to, &used) == 2 && used == 9 &&
		    !isdigit((unsigned char)p[9]) && from >= 1990 && from <= 2200 && to == from + 1)
			return hb_printf(a, "%u-%u", from, to);
	}
	return NULL;
}

const char *
table_class(const struct table *t, struct hb_arena *a)
{
	char word[13];
	for (const char *p = t->title; (p = strstr(p, "lop ")) != NULL; p += 4)
		if ((p == t->title || p[-1] == ' ') && isdigit((unsigned char)p[4]) && sscanf(p + 4, "%12s", word) == 1) {
			for (char *c = word; *c != '\0'; c++)
				*c = (char)toupper((unsigned char)*c);
			return hb_strdup(a, word);
		}
	return NULL;
}

void
table_fault(struct table_faults *f, uint32_t row, uint32_t col, bool warning, const char *key, const char *fmt, ...)
{
	char    text[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	f->errors += !warning;
	if (f->n == f->cap) {
		size_t              cap = f->cap == 0 ? 32 : f->cap * 2;
		struct table_fault *v = HB_NEWN(f->a, struct table_fault, cap);
		if (v == NULL)
			return;                         /* the errors still count, so nothing is applied */
		if (f->n > 0)
			memcpy(v, f->v, f->n * sizeof *v);
		f->v = v;
		f->cap = cap;
	}
	const char *own = hb_strdup(f->a, text);
	f->v[f->n++] = (struct table_fault){ .row = row, .col = col, .warning = warning, .key = key,
		.text = own == NULL ? "" : own, .suggestion = "" };
}
