/* pdf/stamp.c - drawing what a signature looks like, with cairo. */
#include "pdf/stamp.h"
#include "base/codec.h"
#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#define SIZE_MAX_POINTS 1000.0
#define INK_BLUE 0.05, 0.15, 0.62
#define INK_RED  0.82, 0.05, 0.10
#define FONT "Liberation Serif"

struct page {
	struct hb_buf    out;
	cairo_surface_t *surface;
	cairo_t         *cr;
};

static cairo_status_t
take_bytes(void *ctx, const unsigned char *bytes, unsigned n)
{
	struct page *p = ctx;
	hb_put(&p->out, bytes, n);
	return hb_buf_ok(&p->out) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static enum hb_code
begin(struct page *p, double width, double height, struct hb_err *err)
{
	if (!(width > 0 && width <= SIZE_MAX_POINTS && height > 0 && height <= SIZE_MAX_POINTS))
		return hb_bug(err, "stamp of size %g x %g", width, height);
	hb_buf_init(&p->out, 8 << 20);
	p->surface = cairo_pdf_surface_create_for_stream(take_bytes, p, width, height);
	cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_5);
	p->cr = cairo_create(p->surface);
	return HB_OK;
}

static enum hb_code
end(struct page *p, struct hb_arena *a, struct hb_bytes *ret_look, struct hb_err *err)
{
	cairo_show_page(p->cr);
	cairo_destroy(p->cr);
	cairo_surface_finish(p->surface);
	cairo_status_t status = cairo_surface_status(p->surface);
	cairo_surface_destroy(p->surface);
	char        *bytes = hb_buf_take(&p->out, a);
	size_t       n = p->out.len;
	enum hb_code rc = HB_OK;
	if (status != CAIRO_STATUS_SUCCESS)
		rc = hb_bug(err, "cairo: %s", cairo_status_to_string(status));
	else if (bytes == NULL)
		rc = hb_full(err);
	else
		*ret_look = HB_BYTES(bytes, n);
	hb_buf_fini(&p->out);
	return rc;
}

/* ---- an image ---- */

struct png_source { struct hb_bytes bytes; size_t at; };

static cairo_status_t
read_png(void *ctx, unsigned char *out, unsigned n)
{
	struct png_source *s = ctx;
	if (s->bytes.n - s->at < n)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(out, s->bytes.p + s->at, n);
	s->at += n;
	return CAIRO_STATUS_SUCCESS;
}

enum hb_code
stamp_png(struct hb_bytes png, double width, double height, struct hb_arena *a, struct hb_bytes *ret_look,
    struct hb_err *err)
{
	struct page       p;
	struct png_source source = { png, 0 };
	cairo_surface_t  *image = cairo_image_surface_create_from_png_stream(read_png, &source);
	if (cairo_surface_status(image) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(image);
		return hb_fail(err, HB_E_INPUT, "pdf.hinhKy", "hình chữ ký không phải tệp PNG đọc được");
	}
	enum hb_code rc = begin(&p, width, height, err);
	if (rc == HB_OK) {
		double w = cairo_image_surface_get_width(image), h = cairo_image_surface_get_height(image);
		double scale = fmin(width / w, height / h);
		cairo_translate(p.cr, (width - w * scale) / 2, (height - h * scale) / 2);
		cairo_scale(p.cr, scale, scale);
		cairo_set_source_surface(p.cr, image, 0, 0);
		cairo_paint(p.cr);
		rc = end(&p, a, ret_look, err);
	}
	cairo_surface_destroy(image);
	return rc;
}

/* ---- a hand ---- */

/* One stroke of writing: loops whose sizes follow the bytes of the name's digest. */
static void
draw_strokes(cairo_t *cr, const struct hb_sha256 *seed, double width, double height)
{
	int    loops = 5 + seed->b[0] % 4;
	double step = width * 0.8 / loops, x = width * 0.06, base = height * 0.58;
	cairo_move_to(cr, x, base);
	for (int i = 0; i < loops; i++) {
		double rise = height * (0.12 + 0.30 * seed->b[1 + i] / 255.0) * (i == 0 ? 1.4 : 1);
		double lean = step * (0.3 + 0.9 * seed->b[10 + i] / 255.0);
		cairo_curve_to(cr, x + lean, base - rise, x + step * 1.3, base - rise, x + step * 0.7, base);
		cairo_curve_to(cr, x + step * 0.4, base + rise * 0.5, x + step * 0.8, base + rise * 0.3, x + step, base);
		x += step;
	}
	cairo_curve_to(cr, x + step * 0.5, base - height * 0.1, width * 0.97, base - height * 0.05, width * 0.95, base);
	cairo_stroke(cr);
	cairo_move_to(cr, width * 0.08, height * 0.80);
	cairo_curve_to(cr, width * 0.4, height * 0.70, width * 0.7, height * 0.72, width * 0.93,
	    height * (0.72 + 0.12 * seed->b[20] / 255.0));
	cairo_stroke(cr);
}

enum hb_code
stamp_hand(const char *name, double width, double height, struct hb_arena *a, struct hb_bytes *ret_look,
    struct hb_err *err)
{
	struct page      p;
	struct hb_sha256 seed = hb_sha256(HB_STR(name));
	enum hb_code     rc = begin(&p, width, height, err);
	if (rc != HB_OK)
		return rc;
	cairo_set_source_rgb(p.cr, INK_BLUE);
	cairo_set_line_width(p.cr, fmax(0.7, height / 40));
	cairo_set_line_cap(p.cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(p.cr, CAIRO_LINE_JOIN_ROUND);
	draw_strokes(p.cr, &seed, width, height);
	return end(&p, a, ret_look, err);
}

/* ---- a seal ---- */

static PangoLayout *
layout(cairo_t *cr, const char *text, int n, double size)
{
	PangoLayout          *l = pango_cairo_create_layout(cr);
	PangoFontDescription *font = pango_font_description_from_string(FONT " Bold");
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_layout_set_font_description(l, font);
	pango_font_description_free(font);
	pango_layout_set_text(l, text, n);
	return l;
}

static double
text_width(cairo_t *cr, const char *text, int n, double size)
{
	int          w, h;
	PangoLayout *l = layout(cr, text, n, size);
	pango_layout_get_size(l, &w, &h);
	g_object_unref(l);
	return (double)w / PANGO_SCALE;
}

static int
char_bytes(const char *p)
{
	int n = 1;
	while (((unsigned char)p[n] & 0xC0) == 0x80)
		n++;
	return n;
}

/* Letter by letter along the upper rim, each standing on the circle of the radius. */
static void
draw_rim(cairo_t *cr, const char *text, double radius, double size)
{
	double total = text_width(cr, text, -1, size);
	double fit = fmin(1, radius * 1.45 * M_PI / total);
	double at = -total * fit / 2;
	for (const char *p = text; *p != '\0'; p += char_bytes(p)) {
		int          n = char_bytes(p), w, h;
		double       wide = text_width(cr, p, n, size);
		PangoLayout *l = layout(cr, p, n, size);
		pango_layout_get_size(l, &w, &h);
		cairo_save(cr);
		cairo_rotate(cr, (at + wide * fit / 2) / radius);
		cairo_translate(cr, -wide * fit / 2, -radius);
		cairo_scale(cr, fit, 1);
		cairo_move_to(cr, 0, -(double)pango_layout_get_baseline(l) / PANGO_SCALE);
		pango_cairo_layout_path(cr, l);
		cairo_fill(cr);
		cairo_restore(cr);
		g_object_unref(l);
		at += wide * fit;
	}
}

static void
draw_star(cairo_t *cr, double y, double radius)
{
	for (int i = 0; i < 10; i++) {
		double r = i % 2 == 0 ? radius : radius * 0.4, angle = i * M_PI / 5;
		cairo_line_to(cr, r * sin(angle), y - r * cos(angle));
	}
	cairo_close_path(cr);
	cairo_fill(cr);
}

static void
draw_centre(cairo_t *cr, const char *text, double radius)
{
	double       size = radius * 0.30;
	int          w, h;
	PangoLayout *l = layout(cr, text, -1, size);
	pango_layout_set_width(l, (int)(radius * 1.5 * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD);
	pango_layout_set_alignment(l, PANGO_ALIGN_CENTER);
	pango_layout_get_size(l, &w, &h);
	double fit = fmin(1, radius * 1.3 * PANGO_SCALE / h);
	cairo_save(cr);
	cairo_scale(cr, fit, fit);
	cairo_move_to(cr, -radius * 0.75, -(double)h / PANGO_SCALE / 2);
	pango_cairo_layout_path(cr, l);
	cairo_fill(cr);
	cairo_restore(cr);
	g_object_unref(l);
}

enum hb_code
stamp_seal(const char *rim, const char *centre, double width, double height, struct hb_arena *a,
    struct hb_bytes *ret_look, struct hb_err *err)
{
	struct page  p;
	double       radius = fmin(width, height) / 2;
	enum hb_code rc = begin(&p, width, height, err);
	if (rc != HB_OK)
		return rc;
	cairo_translate(p.cr, width / 2, height / 2);
	cairo_set_source_rgb(p.cr, INK_RED);
	cairo_set_line_width(p.cr, radius * 0.04);
	cairo_arc(p.cr, 0, 0, radius * 0.97, 0, 2 * M_PI);
	cairo_stroke(p.cr);
	cairo_set_line_width(p.cr, radius * 0.02);
	cairo_arc(p.cr, 0, 0, radius * 0.62, 0, 2 * M_PI);
	cairo_stroke(p.cr);
	draw_rim(p.cr, rim, radius * 0.69, radius * 0.20);
	draw_star(p.cr, radius * 0.79, radius * 0.10);
	draw_centre(p.cr, centre, radius * 0.60);
	return end(&p, a, ret_look, err);
}
