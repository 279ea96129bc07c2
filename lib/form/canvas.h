/* form/canvas.h - drawing a page: texts in boxes, rules, tables that go on over pages.  Private to lib/form.
 *
 * Points, origin at the upper left, y downwards.  The canvas owns its cairo and pango objects until canvas_fini().
 * A failure of cairo, pango or memory sticks (canvas_status); drawing then does nothing. */
#ifndef FORM_CANVAS_H
#define FORM_CANVAS_H
#include <pango/pangocairo.h>

#include "base/buf.h"

#define PAGE_WIDTH   595.276
#define PAGE_HEIGHT  841.89
#define MARGIN_LEFT  56.7            /* 20 mm: the side that is bound */
#define MARGIN_RIGHT 42.5            /* 15 mm */
#define MARGIN_TOP   45.0
#define BODY_BOTTOM  775.0           /* below stands the foot of every page */
#define BODY_WIDTH   (PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT)

enum face { FACE_REGULAR, FACE_BOLD, FACE_ITALIC, FACE_BOLD_ITALIC };
enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };
struct style { enum face face; double size; enum align align; };
struct box { double x, y, w, h; };

struct canvas {
	cairo_surface_t *surface;
	cairo_t         *cr;
	PangoLayout     *layout;                         /* the one that is filled again and again */
	PangoFontDescription *fonts[4];
	enum face        face;                           /* what the layout holds now */
	double           size;
	size_t           page;                           /* from 0 */
	bool             failed;
	void           (*foot)(struct canvas *, void *); /* drawn when a page is closed */
	void            *foot_arg;
	struct hb_buf   *out;
};
/* Writes a PDF to out; created (RFC 3339) and title go to its information. */
bool canvas_init(struct canvas *c, struct hb_buf *out, const char *title, const char *author, const char *created);
/* Close the last page and the file; false when anything failed on the way. */
bool canvas_finish(struct canvas *c);
void canvas_fini(struct canvas *c);
void canvas_new_page(struct canvas *c);                  /* closes the present one */

/* Text wrapped in width w from (x, y) down; gives its height. */
double canvas_text(struct canvas *c, double x, double y, double w, struct style s, const char *text);
double canvas_height(struct canvas *c, double w, struct style s, const char *text);
double canvas_width(struct canvas *c, struct style s, const char *text);          /* of one line */
/* Text that goes on over the next pages, line by line, below `bottom`; gives the y after its last line. */
double canvas_flow(struct canvas *c, double x, double y, double w, double bottom, struct style s, const char *text);
/* Text in the middle of a box, made smaller down to 6 points until it fits. */
void canvas_fit(struct canvas *c, struct box b, struct style s, const char *text);
/* The same, running upwards: heads of narrow columns. */
void canvas_fit_upwards(struct canvas *c, struct box b, struct style s, const char *text);
void canvas_line(struct canvas *c, double x0, double y0, double x1, double y1, double width);
void canvas_box(struct canvas *c, struct box b, double width);
void canvas_dots(struct canvas *c, double x0, double x1, double y);               /* dotted line of a form */

/* "Label: value", the value bold over a dotted line to x + w; long values wrap.  Gives the height used. */
double canvas_field(struct canvas *c, double x, double y, double w, const char *label, const char *value);
/* Two fields on one line when both fit: the second starts at the share of the width. */
double canvas_fields(struct canvas *c, double y, double share, const char *label1, const char *value1,
    const char *label2, const char *value2);

/* ---- tables ---- */
#define TABLE_COLUMNS 48
struct cell { const char *text; enum face face; enum align align; const char *note; };   /* note: small text above it */
struct table {
	struct canvas *c;
	double  x, y;                                    /* upper left; y moves down as rows come */
	double  width[TABLE_COLUMNS];
	size_t  columns;
	double  size, least;                             /* of letters; least height of a row */
	double  bottom;                                  /* where the page's room ends */
	/* Draws the head of the table at t->y and moves y; called again on every following page. */
	void  (*head)(struct table *t, void *arg);
	void   *arg;
};
void table_start(struct table *t);
void table_row(struct table *t, const struct cell *cells);
/* Make sure h points are left on the page, or start another. */
void table_room(struct table *t, double h);
#endif
