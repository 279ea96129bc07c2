/* form/font_strip.h - a TrueType font without its hinting programs.  Private to lib/form.
 *
 * Hinting serves small screens; in a PDF it is a third of every embedded subset, forty-five times a class.  Outlines,
 * metrics and character map stay as they are.  The input is one of the checked files of font.c. */
#ifndef FORM_FONT_STRIP_H
#define FORM_FONT_STRIP_H
#include "base/buf.h"

/* NULL bytes (n 0) when the font is not laid out as expected or memory is out. */
struct hb_bytes font_strip(struct hb_bytes ttf, struct hb_arena *a);
#endif
