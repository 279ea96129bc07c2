/* book_int.h - private to the class book: what one build reads from the database. */
#ifndef SCHOOL_BOOK_INT_H
#define SCHOOL_BOOK_INT_H
#include "school/book.h"

struct building {
	struct db_tx        *tx;
	const char          *school;
	struct hb_arena     *a;
	struct school_class  cls;
	enum record_period   period;
	bool                 primary, summer, year;    /* year: the CN or HE book */
	struct record_class *out;
	struct db_rows       info, school_year, subjects, pupils, choices, exemptions, marks, duties, achievements;
	bool                *present;                  /* of each row of pupils: in the class, gets rows */
};
enum hb_code book_read(struct building *b, const char *class_id, struct hb_err *err);
/* A mark as stored; kind NONE when there is none. */
struct book_cell { enum { BOOK_NONE, BOOK_NUM, BOOK_WORD } kind; int num; const char *word; };
struct book_cell book_mark(const struct building *b, const char *subject, const char *period, const char *pupil,
    const char *col);
/* The word of a cell, or NULL; the level it names. */
const char       *book_word(const struct building *b, const char *subject, const char *period, const char *pupil,
          const char *col);
enum record_level book_level(const struct building *b, const char *subject, const char *period, const char *pupil,
    const char *col);
/* NULL for "" : the shapes of the record have no empty texts. */
const char *book_text(const char *s);

enum hb_code book_people(struct building *b, struct hb_err *err);      /* school, pupils */
enum hb_code book_roll(struct building *b, struct hb_err *err);        /* signers */
enum hb_code book_subjects(struct building *b, struct hb_err *err);
enum hb_code book_reviews(struct building *b, struct hb_err *err);
#endif
