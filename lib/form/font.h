/* form/font.h - the letters of the forms: four files, checked, and a font map that knows nothing else.
 * Private to lib/form.  Another version of the same family lacks Vietnamese letters (stack.md §4): the digest decides. */
#ifndef FORM_FONT_H
#define FORM_FONT_H
#include <pango/pangocairo.h>

#include "base/err.h"

#define FORM_FAMILY "Liberation Serif"

/* The font map of this thread, made once; NULL when the fonts cannot be used.  Borrowed. */
PangoFontMap *font_map(void);
#endif
