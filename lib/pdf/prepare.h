/* pdf/prepare.h - steps that signatures and document timestamps share.  Private to lib/pdf. */
#ifndef PDF_PREPARE_H
#define PDF_PREPARE_H
#include "pdf/fields.h"
#include "pdf/pades.h"

struct pades_body {
	const char *type, *subfilter;       /* of the signature dictionary */
	size_t      contents;               /* bytes to keep */
};
enum hb_code pades_prepare_body(struct hb_bytes pdf, const struct pades_field *field, const struct pades_body *body,
    struct hb_arena *a, struct hb_bytes *ret_prepared, struct hb_err *err);

/* The newest signature of a file, by its field name: its place must be sane and close the file. */
enum hb_code pades_newest(struct hb_bytes pdf, const char *field, struct hb_arena *a, struct pdf_place *ret_place,
    struct hb_err *err);
struct hb_sha256 pades_digest(struct hb_bytes pdf, const struct pdf_place *place);
/* A copy of the file with DER written as hexadecimal into the hole. */
enum hb_code pades_fill(struct hb_bytes pdf, const struct pdf_place *place, struct hb_bytes der, struct hb_arena *a,
    struct hb_bytes *ret_pdf, struct hb_err *err);
/* The DER in the hole, without its zero padding; fails when what follows is not padding. */
enum hb_code pades_contents(struct hb_bytes pdf, const struct pdf_place *place, struct hb_arena *a,
    struct hb_bytes *ret_der, struct hb_err *err);
#endif
