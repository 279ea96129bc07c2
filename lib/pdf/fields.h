/* pdf/fields.h - the signature fields of a form, and where their signatures stand.  Private to lib/pdf. */
#ifndef PDF_FIELDS_H
#define PDF_FIELDS_H
#include "pdf/pdf.h"

#define PDF_FIELDS_MAX 4096          /* of any type, in one form */

struct pdf_sigfield {
	const char             *name;        /* full name, UTF-8 */
	struct pdf_ref          ref;         /* num 0: written inside another object */
	const struct pdf_value *dict;
	struct pdf_ref          value_ref;   /* of /V; num 0 when there is none or it is direct */
	const struct pdf_value *value;       /* the signature dictionary, or NULL: not signed yet */
};
/* In the order of the form.  No form: n is 0. */
enum hb_code pdf_sigfields(struct pdf *pdf, struct hb_arena *a, struct pdf_sigfield **ret_fields, size_t *ret_n,
    struct hb_err *err);

/* Where a signature dictionary says it is, each checked against where it truly is. */
struct pdf_place {
	size_t hole_at, hole_end, covers_end;     /* covered: [0, hole_at) and [hole_end, covers_end) */
	size_t revision;                          /* index of the revision that ends there */
};
/* False, with the reason in Vietnamese, when the ByteRange does not cover its whole revision but its own Contents. */
bool pdf_place(struct pdf *pdf, const struct pdf_sigfield *field, struct pdf_place *ret_place, const char **ret_why);
#endif
