#include "form/canvas.h"

#include <cairo-pdf.h>
#include <string.h>

#include "form/font.h"

static cairo_status_t
write_out(void *arg, const unsigned char *p, unsigned n)
{
	struct hb_buf *out = arg;
	hb_put(out, p, n);
	return hb_buf_ok(out) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void
make_fonts(struct canvas *c)
{
	for (int f = FACE_REGULAR; f <= FACE_BOLD_ITALIC; f++) {
		c->fonts[f] = pango_font_description_new();
		pango_font_description_set_family_static(c->fonts[f], FORM_FAMILY);
		if (f == FACE_BOLD || f == FACE_BOLD_ITALIC)
			pango_font_description_set_weight(c->fonts[f], PANGO_WEIGHT_BOLD);
		if (f == FACE_ITALIC || f == FACE_BOLD_ITALIC)
			pango_font_description_set_style(c->fonts[f], PANGO_STYLE_ITALIC);
	}
}

/* Metrics as designed, without hinting: the page is the same on every printer. */
static PangoLayout *
make_layout(cairo_t *cr, PangoFontMap *map)
{
	PangoContext *context = pango_font_map_create_context(map);
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_update_context(cr, context);
	pango_cairo_context_set_font_options(context, options);
	pango_cairo_context_set_resolution(context, 72);
	pango_context_set_language(context, pango_language_from_string("vi"));
	pango_context_set_round_glyph_positions(context, FALSE);
	PangoLayout *layout = pango_layout_new(context);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	cairo_font_options_destroy(options);
	g_object_unref(context);
	return layout;
}

bool
canvas_init(struct canvas *c, struct hb_buf *out, const char *title, const char *author, const char *created)
{
	PangoFontMap *map = font_map();
	*c = (struct canvas){ .out = out };
	if (map == NULL)
		return false;
	c->surface = cairo_pdf_surface_create_for_stream(write_out, out, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_pdf_surface_restrict_to_version(c->surface, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_AUTHOR, author);
	cairo_pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
	cairo_pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_MOD_DATE, created);
	c->cr = cairo_create(c->surface);
	c->layout = make_layout(c->cr, map);
	make_fonts(c);
	c->size = 0;
	return cairo_status(c->cr) == CAIRO_STATUS_SUCCESS;
}

static void
close_page(struct canvas *c)
{
	if (c->foot != NULL)
		c->foot(c, c->foot_arg);
	cairo_show_page(c->cr);
}

void
canvas_new_page(struct canvas *c)
{
	close_page(c);
	c->page++;
}

bool
canvas_finish(struct canvas *c)
{
	close_page(c);
	bool good = !c->failed && cairo_status(c->cr) == CAIRO_STATUS_SUCCESS;
	cairo_surface_finish(c->surface);
	return good && cairo_surface_status(c->surface) == CAIRO_STATUS_SUCCESS && hb_buf_ok(c->out);
}

void
canvas_fini(struct canvas *c)
{
	if (c->layout != NULL)
		g_object_unref(c->layout);
	if (c->cr != NULL)
		cairo_destroy(c->cr);
	if (c->surface != NULL)
		cairo_surface_destroy(c->surface);
	for (int f = FACE_REGULAR; f <= FACE_BOLD_ITALIC; f++)
		if (c->fonts[f] != NULL)
			pango_font_description_free(c->fonts[f]);
	*c = (struct canvas){ 0 };
}

/* ---- text ---- */

static void
set_text(struct canvas *c, double w, struct style s, const char *text)
{
	static const PangoAlignment to[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };
	if (c->size != s.size || c->face != s.face) {
		pango_font_description_set_size(c->fonts[s.face], (int)(s.size * PANGO_SCALE));
		pango_layout_set_font_description(c->layout, c->fonts[s.face]);
		c->size = s.size;
		c->face = s.face;
	}
	pango_layout_set_width(c->layout, w < 0 ? -1 : (int)(w * PANGO_SCALE));
	pango_layout_set_alignment(c->layout, to[s.align]);
	pango_layout_set_text(c->layout, text, -1);
}

static double
layout_height(struct canvas *c)
{
	int w, h;
	pango_layout_get_size(c->layout, &w, &h);
	return (double)h / PANGO_SCALE;
}

static void
show(struct canvas *c, double x, double y)
{
	cairo_move_to(c->cr, x, y);
	pango_cairo_show_layout(c->cr, c->layout);
}

double
canvas_text(struct canvas *c, double x, double y, double w, struct style s, const char *text)
{
	set_text(c, w, s, text);
	show(c, x, y);
	return layout_height(c);
}

double
canvas_height(struct canvas *c, double w, struct style s, const char *text)
{
	set_text(c, w, s, text);
	return layout_height(c);
}

double
canvas_width(struct canvas *c, struct style s, const char *text)
{
	int w, h;
	set_text(c, -1, s, text);
	pango_layout_get_size(c->layout, &w, &h);
	return (double)w / PANGO_SCALE;
}

/* Works on a copy: closing a page draws its foot with the layout of the canvas. */
double
canvas_flow(struct canvas *c, double x, double y, double w, double bottom, struct style s, const char *text)
{
	set_text(c, w, s, text);
	PangoLayout *layout = pango_layout_copy(c->layout);
	PangoLayoutIter *line = pango_layout_get_iter(layout);
	do {
		PangoRectangle box;
		pango_layout_iter_get_line_extents(line, NULL, &box);
		double h = (double)box.height / PANGO_SCALE;
		double below = (double)(pango_layout_iter_get_baseline(line) - box.y) / PANGO_SCALE;
		if (y + h > bottom) {
			canvas_new_page(c);
			y = MARGIN_TOP;
		}
		cairo_move_to(c->cr, x + (double)box.x / PANGO_SCALE, y + below);
		pango_cairo_show_layout_line(c->cr, pango_layout_iter_get_line_readonly(line));
		y += h;
	} while (pango_layout_iter_next_line(line));
	pango_layout_iter_free(line);
	g_object_unref(layout);
	return y;
}

void
canvas_fit(struct canvas *c, struct box b, struct style s, const char *text)
{
	double h = canvas_height(c, b.w, s, text);
	while (h > b.h && s.size > 6) {
		s.size -= 0.5;
		h = canvas_height(c, b.w, s, text);
	}
	show(c, b.x, b.y + (b.h - h) / 2);
}

void
canvas_fit_upwards(struct canvas *c, struct box b, struct style s, const char *text)
{
	cairo_save(c->cr);
	cairo_translate(c->cr, b.x, b.y + b.h);
	cairo_rotate(c->cr, -G_PI / 2);
	canvas_fit(c, (struct box){ 0, 0, b.h, b.w }, s, text);
	cairo_restore(c->cr);
}

/* ---- lines ---- */

void
canvas_line(struct canvas *c, double x0, double y0, double x1, double y1, double width)
{
	cairo_set_line_width(c->cr, width);
	cairo_move_to(c->cr, x0, y0);
	cairo_line_to(c->cr, x1, y1);
	cairo_stroke(c->cr);
}

void
canvas_box(struct canvas *c, struct box b, double width)
{
	cairo_set_line_width(c->cr, width);
	cairo_rectangle(c->cr, b.x, b.y, b.w, b.h);
	cairo_stroke(c->cr);
}

void
canvas_dots(struct canvas *c, double x0, double x1, double y)
{
	static const double dots[] = { 0.8, 1.7 };
	if (x1 <= x0)
		return;
	cairo_set_dash(c->cr, dots, 2, 0);
	canvas_line(c, x0, y, x1, y, 0.5);
	cairo_set_dash(c->cr, NULL, 0, 0);
}

/* ---- fields of a form: a long value is set a little smaller before it wraps ---- */

static const struct style label_style = { FACE_REGULAR, 13, ALIGN_LEFT };
static const struct style value_style = { FACE_BOLD, 13, ALIGN_LEFT };
enum { FIELD_GAP = 8 };

double
canvas_field(struct canvas *c, double x, double y, double w, const char *label, const char *value)
{
	double indent = canvas_width(c, label_style, label) + 5;
	double h = canvas_text(c, x, y, -1, label_style, label);
	if (value == NULL) {
		canvas_dots(c, x + indent, x + w, y + h - 3);
		return h + FIELD_GAP;
	}
	struct style style = value_style;
	while (style.size > 11 && canvas_width(c, style, value) > w - indent)
		style.size -= 0.5;
	if (canvas_width(c, style, value) > w - indent)
		style = value_style;
	double used = canvas_text(c, x + indent, y + (value_style.size - style.size) * 0.9, w - indent, style, value);
	if (used <= h + 1)
		canvas_dots(c, x + indent + canvas_width(c, style, value) + 4, x + w, y + h - 3);
	return (used > h ? used : h) + FIELD_GAP;
}

double
canvas_fields(struct canvas *c, double y, double share, const char *label1, const char *value1, const char *label2,
    const char *value2)
{
	double first = BODY_WIDTH * share - 8, second = BODY_WIDTH * (1 - share);
	double h1 = canvas_field(c, MARGIN_LEFT, y, first, label1, value1);
	double h2 = canvas_field(c, MARGIN_LEFT + BODY_WIDTH * share, y, second, label2, value2);
	return h1 > h2 ? h1 : h2;
}
