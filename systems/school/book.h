/* school/book.h - the class book of one class and period, built from the database and computed by the circulars.
 *
 * book_build() gathers pupils, roll, marks and remarks into the shape of record/class.h and lets lib/rules fill in
 * every derived cell, so that what the school shows, stores as results and reports is one and the same document.
 * The summer book (HE) holds the late pupils alone.  Missing values are listed, never guessed.
 * Everything lives in the arena.  Fails: HB_E_NOTFOUND lop.khongCo, HB_E_RULE kiDanhGia.khongCo. */
#ifndef SCHOOL_BOOK_H
#define SCHOOL_BOOK_H
#include "record/compute.h"
#include "school/school.h"

struct book {
	struct school_class  cls;
	struct record_class *record;             /* computed, counted */
	struct record_gaps   gaps;
};
enum hb_code book_build(struct db_tx *tx, const char *school, const char *class_id, const char *period,
    struct hb_arena *a, struct book *ret_book, struct hb_err *err);

/* Store every pupil's results of the period with their reasons; the audit row too.  *ret_incomplete: pupils that lack
 * something. */
enum hb_code book_store(struct db_tx *tx, const struct school_actor *by, const struct book *b, struct hb_arena *a,
    size_t *ret_incomplete, struct hb_err *err);

/* Flow 0: the book as JSON into the outbox, with the row that says so, in the caller's transaction.
 * HB_E_RULE baoCao.chuaDu names the first fault; the same content again sends nothing and answers the last report. */
struct book_report { int64_t version; struct hb_id message; bool sent; int pupils, marks; };
enum hb_code book_report(struct db_tx *tx, struct school *s, const struct school_actor *by, struct book *b,
    struct hb_arena *a, struct book_report *ret_report, struct hb_err *err);
#endif
