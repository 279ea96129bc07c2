/* pdf/update.h - append one revision to a PDF: new and replaced objects, then a section in the file's own style.
 * Private to lib/pdf.
 *
 * Begin, write objects into u->out, finish.  Writing cannot fail: a full buffer or arena shows at the finish. */
#ifndef PDF_UPDATE_H
#define PDF_UPDATE_H
#include "pdf/pdf.h"

#define PDF_UPDATE_OBJECTS_MAX 4096

struct pdf_update {
	struct pdf       *base;
	struct hb_arena  *a;
	struct hb_buf     out;              /* the base's bytes, then what is appended */
	struct pdf_entry *entries;
	size_t            entries_n;
	uint32_t          next;             /* lowest object number not in use */
	bool              full;
};
/* A member to put in place of an old one, or beside the others; text is PDF syntax. */
struct pdf_change { const char *key, *text; };

enum hb_code pdf_update_begin(struct pdf *base, struct hb_arena *a, struct pdf_update *u, struct hb_err *err);
void         pdf_update_fini(struct pdf_update *u);
uint32_t     pdf_update_number(struct pdf_update *u);                  /* a fresh object number */
void         pdf_update_object(struct pdf_update *u, struct pdf_ref ref);    /* "N G obj"; the caller writes on */
void         pdf_update_endobj(struct pdf_update *u);
/* << the dictionary with its changes >>; values are copied as they were written. */
void         pdf_update_dict(struct pdf_update *u, const struct pdf_value *dict, const struct pdf_change *changes,
    size_t n);
void         pdf_update_text(struct pdf_update *u, const char *key, const char *utf8);   /* /Key (text) */
/* Sorted section, trailer, end; the new file in the arena. */
enum hb_code pdf_update_finish(struct pdf_update *u, struct hb_bytes *ret_file, struct hb_err *err);
#define PDF_SCOPED_UPDATE __attribute__((cleanup(pdf_update_fini))) struct pdf_update

/* Puts a value as PDF syntax.  With a renumbering, references become what it answers. */
typedef uint32_t pdf_renumber_fn(void *ctx, struct pdf_ref ref);
void pdf_put_value(struct hb_buf *out, struct hb_bytes file, const struct pdf_value *value,
    pdf_renumber_fn *renumber, void *ctx);
void pdf_put_name(struct hb_buf *out, struct hb_bytes name);
void pdf_put_real(struct hb_buf *out, double real);

/* look.c: the first page of another PDF as a form XObject of this one; its object number. */
enum hb_code pdf_update_look(struct pdf_update *u, struct hb_bytes look, uint32_t *ret_num, struct hb_err *err);
#endif
