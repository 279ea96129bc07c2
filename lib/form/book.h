/* form/book.h - the printed class book: its parts.  Private to lib/form. */
#ifndef FORM_BOOK_H
#define FORM_BOOK_H
#include "form/sheet.h"

struct book_print { struct sheet s; const struct record_class *cls; };

/* A table over the page's width: shares are scaled to it.  Rows are small: a class of 45 fits a page. */
struct table book_table(struct book_print *b, double y, const double *shares, size_t columns);
/* Heading of a part on a fresh page; gives the y below. */
double book_part(struct book_print *b, const char *title);
const char *book_number(struct book_print *b, size_t n);
bool book_is_primary(const struct record_class *cls);

void book_subject(struct book_print *b, const struct record_subject *subject);        /* book_results.c */
void book_summary(struct book_print *b);
void book_outcome(struct book_print *b);
#endif
