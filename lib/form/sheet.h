/* form/sheet.h - what the pages of one form share: the pupil, the years, the foot, the words.  Private to lib/form. */
#ifndef FORM_SHEET_H
#define FORM_SHEET_H
#include "form/canvas.h"
#include "form/form.h"

struct sheet {
	struct canvas                  c;
	struct hb_arena               *a;            /* texts made for the page */
	const struct form_spec        *spec;
	const struct record_profile   *profile;      /* the newest */
	const struct record_year      *years[FORM_YEARS_MAX];
	size_t                         n_years;      /* of the level, oldest first */
	struct form_pdf               *out;
};
const struct record_year *sheet_newest(const struct sheet *s);

void sheet_cover(struct sheet *s);
void sheet_person(struct sheet *s);
void sheet_secondary_year(struct sheet *s, const struct record_year *y);      /* TT22: page A and page B */
void sheet_primary_year(struct sheet *s, const struct record_year *y);        /* TT27 */

/* A title in bold capitals, centred; gives the y below it. */
double sheet_heading(struct sheet *s, double y, double size, const char *text);
/* y if h points are left below it, or the top of a new page. */
double sheet_room(struct sheet *s, double y, double h);
/* A field over the whole width, whose value may fill pages; gives the y below. */
double sheet_field(struct sheet *s, double y, const char *label, const char *value);
/* "Họ và tên … Lớp … Năm học …" */
double sheet_year_line(struct sheet *s, double y, const struct record_year *y_of);
/* "Phường Xuân Hòa, ngày 02 tháng 6 năm 2026", centred in the column from x. */
double sheet_date_line(struct sheet *s, double x, double y, double w, const struct record_year *of);
/* Title, "(Ký …)", room for a signature, name.  In the newest year the room becomes the place of that role when
 * `place` is set; elsewhere a line says where the signature is.  Gives the y below. */
double sheet_signature(struct sheet *s, struct box at, const struct record_year *of, enum record_role role,
    const char *title, const char *hint, bool place);
#define SIGNATURE_BLOCK 190.0        /* date line, title, hint, room, name: what a page must still have */

const struct record_signer *sheet_signer(const struct record_year *y, enum record_role role);
/* printf into the sheet's arena; "" when it is full, and the sheet fails. */
const char *sheet_text(struct sheet *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- words (words.c) ---- */
const char *word_level(enum record_level l);                     /* "Tốt"; "" for none */
const char *word_school_level(enum record_school_level l);       /* "TRUNG HỌC CƠ SỞ" */
const char *word_quality(const char *code);
const char *word_competence(const char *code);
bool        word_competence_is_general(const char *code);
const char *word_promotion(const struct record_year *y, enum record_promotion p);
const char *word_head(const struct record_year *y);              /* "HIỆU TRƯỞNG", or the deputy's two lines (NĐ 30/2020) */
const char *word_award(enum record_award a);
const char *word_education(enum record_education e);
const char *word_mark(struct sheet *s, struct record_mark m);    /* "8,4", "Đạt", "" */
const char *word_subject(struct sheet *s, const struct record_result *r);     /* with its language */

/* ---- pictures ---- */
void qr_draw(struct canvas *c, struct box b, const char *text);
/* A base64 JPEG fitted into the box; false when it is none. */
bool photo_draw(struct sheet *s, struct box b, const char *base64);
#endif
