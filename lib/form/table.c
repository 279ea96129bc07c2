#include "form/canvas.h"

enum { PAD_X = 3, PAD_Y = 2, HEAD_ROOM = 90 };

static struct style
style_of(const struct table *t, const struct cell *cell)
{
	return (struct style){ cell->face, t->size, cell->align };
}

static struct style
note_style(const struct table *t)
{
	return (struct style){ FACE_ITALIC, t->size * 0.83, ALIGN_LEFT };
}

static double
cell_height(const struct table *t, size_t column, const struct cell *cell)
{
	double w = t->width[column] - 2 * PAD_X, h = 0;
	if (cell->note != NULL)
		h += canvas_height(t->c, w, note_style(t), cell->note);
	if (cell->text != NULL)
		h += canvas_height(t->c, w, style_of(t, cell), cell->text);
	return h + 2 * PAD_Y;
}

static void
draw_cell(const struct table *t, size_t column, double x, double h, const struct cell *cell)
{
	double w = t->width[column] - 2 * PAD_X;
	double y = t->y + (h - cell_height(t, column, cell)) / 2 + PAD_Y;
	canvas_box(t->c, (struct box){ x, t->y, t->width[column], h }, 0.6);
	if (cell->note != NULL)
		y += canvas_text(t->c, x + PAD_X, y, w, note_style(t), cell->note);
	if (cell->text != NULL)
		canvas_text(t->c, x + PAD_X, y, w, style_of(t, cell), cell->text);
}

void
table_start(struct table *t)
{
	if (t->head != NULL)
		t->head(t, t->arg);
}

void
table_room(struct table *t, double h)
{
	if (t->y + h <= t->bottom)
		return;
	canvas_new_page(t->c);
	t->y = MARGIN_TOP;
	table_start(t);
}

static double
row_height(const struct table *t, const struct cell *cells)
{
	double h = t->least;
	for (size_t i = 0; i < t->columns; i++) {
		double needed = cell_height(t, i, &cells[i]);
		h = needed > h ? needed : h;
	}
	return h;
}

/* A row is not cut: one that fills more than a page is set smaller. */
void
table_row(struct table *t, const struct cell *cells)
{
	const double size = t->size, most = t->bottom - MARGIN_TOP - HEAD_ROOM;
	double h = row_height(t, cells), x = t->x;
	for (; h > most && t->size > 5; h = row_height(t, cells))
		t->size -= 0.5;
	table_room(t, h);
	for (size_t i = 0; i < t->columns; x += t->width[i++])
		draw_cell(t, i, x, h, &cells[i]);
	t->y += h;
	t->size = size;
}
