/* Rows in an arena, and reading their cells. */
#include "db/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROWS = 8 };

struct db_cell *
db_grow(struct db_growing *g, unsigned n_cols, struct hb_arena *a)
{
	if (g->n == g->cap) {
		size_t cap = g->cap == 0 ? FIRST_ROWS : g->cap * 2;
		struct db_cell *more = HB_NEWN(a, struct db_cell, cap * n_cols);
		if (more == NULL)
			return NULL;
		if (g->n > 0)
			memcpy(more, g->cells, g->n * n_cols * sizeof *more);
		g->cells = more;
		g->cap = cap;
	}
	return g->cells + g->n++ * n_cols;
}

static const struct db_cell *
cell(const struct db_rows *rows, size_t row, unsigned col, enum db_type type)
{
	bool numbers = type == DB_T_INT || type == DB_T_TIME;
	enum db_type has = col < rows->stmt->n_cols ? rows->stmt->cols[col].type : DB_T__MAX;
	bool fits = has == type || (numbers && (has == DB_T_INT || has == DB_T_TIME));
	if (row >= rows->n || !fits) {
		fprintf(stderr, "db: %s has no row %zu with a column %u of this type\n", rows->stmt->name, row, col);
		abort();
	}
	return &rows->cells[row * rows->stmt->n_cols + col];
}

const char *
db_text(const struct db_rows *rows, size_t row, unsigned col)
{
	const struct db_cell *c = cell(rows, row, col, DB_T_TEXT);
	return c->null ? NULL : (const char *)c->b.p;
}

struct hb_id
db_id(const struct db_rows *rows, size_t row, unsigned col)
{
	const struct db_cell *c = cell(rows, row, col, DB_T_ID);
	struct hb_id id = { "" };
	if (!c->null)
		snprintf(id.s, sizeof id.s, "%s", (const char *)c->b.p);
	return id;
}

int64_t
db_int(const struct db_rows *rows, size_t row, unsigned col)
{
	return cell(rows, row, col, DB_T_INT)->i;
}

hb_time
db_time(const struct db_rows *rows, size_t row, unsigned col)
{
	return cell(rows, row, col, DB_T_TIME)->i;
}

struct hb_bytes
db_bytes(const struct db_rows *rows, size_t row, unsigned col)
{
	return cell(rows, row, col, DB_T_BYTES)->b;
}

bool
db_is_null(const struct db_rows *rows, size_t row, unsigned col)
{
	enum db_type type = col < rows->stmt->n_cols ? rows->stmt->cols[col].type : DB_T__MAX;
	return cell(rows, row, col, type)->null;
}
