#include <cairo-pdf.h>
#include <qrencode.h>
#include <stdlib.h>

#include "base/codec.h"
#include "form/sheet.h"

void
qr_draw(struct canvas *c, struct box b, const char *text)
{
	QRcode *qr = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (qr == NULL) {
		c->failed = true;
		return;
	}
	double step = b.w / qr->width;
	for (int row = 0; row < qr->width; row++)
		for (int from = 0, to; from < qr->width; from = to) {
			bool dark = qr->data[row * qr->width + from] & 1;
			for (to = from; to < qr->width && (qr->data[row * qr->width + to] & 1) == dark; to++)
				;
			if (dark)
				cairo_rectangle(c->cr, b.x + from * step, b.y + row * step, (to - from) * step, step);
		}
	cairo_fill(c->cr);
	QRcode_free(qr);
}

/* Width and height from the frame header of a baseline or progressive JPEG. */
static bool
jpeg_size(struct hb_bytes j, int *w, int *h)
{
	size_t at = 2;
	if (j.n < 4 || j.p[0] != 0xff || j.p[1] != 0xd8)
		return false;
	while (at + 9 < j.n && j.p[at] == 0xff) {
		uint8_t marker = j.p[at + 1];
		if (marker == 0xc0 || marker == 0xc1 || marker == 0xc2) {
			*h = j.p[at + 5] << 8 | j.p[at + 6];
			*w = j.p[at + 7] << 8 | j.p[at + 8];
			return *w > 0 && *h > 0 && *w <= 2000 && *h <= 2000;
		}
		at += 2 + (size_t)(j.p[at + 2] << 8 | j.p[at + 3]);
	}
	return false;
}

/* The JPEG goes into the file as it is; cairo only needs a surface of its size to hang it on. */
bool
photo_draw(struct sheet *s, struct box b, const char *base64)
{
	struct hb_bytes jpeg;
	int w, h;
	if (base64 == NULL || hb_unbase64(HB_STR(base64), s->a, &jpeg, NULL) != HB_OK || !jpeg_size(jpeg, &w, &h))
		return false;
	cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_A8, w, h);
	cairo_surface_set_mime_data(image, CAIRO_MIME_TYPE_JPEG, jpeg.p, jpeg.n, NULL, NULL);
	double scale = b.w / w < b.h / h ? b.w / w : b.h / h;
	cairo_save(s->c.cr);
	cairo_translate(s->c.cr, b.x + (b.w - w * scale) / 2, b.y + (b.h - h * scale) / 2);
	cairo_scale(s->c.cr, scale, scale);
	cairo_set_source_surface(s->c.cr, image, 0, 0);
	cairo_paint(s->c.cr);
	cairo_restore(s->c.cr);
	bool good = cairo_surface_status(image) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(image);
	return good;
}
