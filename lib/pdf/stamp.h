/* pdf/stamp.h - what a signature looks like on the page: one-page PDFs for pades_field.look.
 *
 * Letters are drawn as outlines, so that no font is embedded again with every signature.
 * Sizes are in points and are those of the field's rectangle.  All give bytes in the arena. */
#ifndef PDF_STAMP_H
#define PDF_STAMP_H
#include "base/buf.h"

/* A PNG with transparency, fitted and centred. */
enum hb_code stamp_png(struct hb_bytes png, double width, double height, struct hb_arena *a, struct hb_bytes *ret_look,
    struct hb_err *err);
/* Blue lines as a hand would write the name, the same for the same name: for persons without an image. */
enum hb_code stamp_hand(const char *name, double width, double height, struct hb_arena *a, struct hb_bytes *ret_look,
    struct hb_err *err);
/* Red round seal: `rim` runs along the upper edge, `centre` stands inside. */
enum hb_code stamp_seal(const char *rim, const char *centre, double width, double height, struct hb_arena *a,
    struct hb_bytes *ret_look, struct hb_err *err);
#endif
