/* form/form.h - the official mẫu học bạ, page by page, from a transcript (TT22, TT27; domain.md §3.1, §3.2).
 *
 * One PDF a pupil and level: cover, page of personal data with QR and schooling, then the pages of each school year of
 * that level.  Every page carries look-up code, personal id and effective date (seed004); the last page of the newest
 * year states the digest of its signed data region.  The QR holds portal address and code only.
 * Signature images do not belong to the page: the caller gets the places where pades_field.rect goes, the seal over
 * the left third of the head's image (D9.1a); places on earlier pages say where the signature stands.
 * Letters are Liberation Serif 2.1.5 taken by absolute path and checked by SHA-256; the system's font settings play
 * no part.  Equal input gives equal bytes.  A text too long for its box goes on over the next page, never outside.
 * Ownership: the PDF lives in the arena.  Thread rule: any thread; each keeps its fonts until it ends.
 * Fails with HB_E_INTERNAL when a font is missing or another one (form_fonts_check says so at start),
 * HB_E_NOTFOUND "mauIn.khongCoNam" when the transcript has no year of that level, HB_E_RULE "mauIn.chuaCoMau" when no
 * form is in force for a year. */
#ifndef FORM_FORM_H
#define FORM_FORM_H
#include "pdf/pdf.h"
#include "record/transcript.h"

#define FORM_YEARS_MAX RECORD_YEARS_MAX
#define FORM_PLACES_MAX 3

struct form_spec {
	enum record_school_level level;      /* which of the pupil's levels to print */
	const char *portal;                  /* address that the code is put behind: "https://hocba.sgd.vn/tra-cuu/" */
	const char *digest;                  /* hex SHA-256 of the newest year's canonical data region, or NULL */
};
struct form_place {
	enum record_role role;               /* RECORD_GVCN, RECORD_CBQL, RECORD_DON_VI, in the order of signing */
	size_t           page;               /* from 0 */
	struct pdf_rect  rect;
	const char      *name;               /* who signs: from the roll */
};
struct form_pdf {
	struct hb_bytes   bytes;
	size_t            pages;
	struct form_place places[FORM_PLACES_MAX];
	size_t            n_places;
};
enum hb_code form_render(const struct record_transcript *t, const struct form_spec *spec, struct hb_arena *a,
    struct form_pdf *ret_pdf, struct hb_err *err);

/* The class book on paper (sổ theo dõi và đánh giá học sinh, D13.5): cover, roll, pupils, marks of every subject,
 * summary, results and counts; for primary the bảng tổng hợp of the period.  A print for reading: the signed XML is the
 * book, which the foot says.  No places. */
enum hb_code form_class_render(const struct record_class *cls, struct hb_arena *a, struct form_pdf *ret_pdf,
    struct hb_err *err);

/* At start: are the right fonts there?  HB_E_INTERNAL names the file in err->log. */
enum hb_code form_fonts_check(struct hb_err *err);

/* The dated table of forms: which layout a level has in a school year (by the year it starts in). */
struct form_row {
	enum record_school_level level;
	const char *circular;
	int         first_year, last_year;   /* last 0: still in force */
	const char *source;
};
const struct form_row *form_rows(size_t *ret_n);
const struct form_row *form_for(enum record_school_level level, const char *circular, int year);   /* or NULL */
#endif
