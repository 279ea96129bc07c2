/* assess.h - `hocba assess`: the circulars alone, JSON in, JSON out (architecture §7).
 *
 * One class document is read pupil by pupil, so that memory follows one pupil and not the document.  Every fault is
 * listed: a reader records it with assess_fault() and reads on; a document with a fault gives only its faults. */
#ifndef ASSESS_H
#define ASSESS_H
#include <jansson.h>

#include "json/write.h"
#include "rules/rules.h"

#define ASSESS_INPUT_MAX  ((size_t)4 << 30)
#define ASSESS_OUTPUT_MAX ((size_t)4 << 30)
#define ASSESS_PUPIL_MAX  ((size_t)16 << 20)     /* memory while one pupil is read */
#define ASSESS_FAULTS_MAX 100000                 /* listed faults; far beyond what a person reads */
#define ASSESS_PATH_LEN   96
#define ASSESS_DOCUMENT   SIZE_MAX

/* ---- assess_split.c: where the pupils stand in the document ---- */
struct assess_pieces { struct hb_bytes head; struct hb_bytes *pupils; size_t n, cap; };
/* Cuts the elements of the top-level array "students" out; head is the document with that array empty.  It looks at
 * quotes and brackets only: whether head and elements are JSON is for their reader to say.  Pieces that cannot be cut
 * leave head = text.  Free with assess_pieces_fini().  false = no memory. */
bool assess_split(struct hb_bytes text, struct hb_arena *a, struct assess_pieces *ret_pieces);
void assess_pieces_fini(struct assess_pieces *p);

/* ---- assess.c: one run ---- */
struct assess {
	int           grade;
	bool          explain;
	struct jw     out, faults;
	size_t        n_faults;
	const char   *student;           /* id of the pupil being read; NULL = the document, or a pupil without an id */
	size_t        place;             /* index of that pupil; ASSESS_DOCUMENT = none */
};
/* A place in the pupil being read, put into words only when something is wrong there:
 * "subjects[2].terms[0].tx[1]", "conduct[0]", "qualities.YN", "" for the pupil itself (or for the document). */
struct assess_at {
	const char *member;              /* NULL = the element itself */
	const char *code;                /* member of that member: "YN", or NULL */
	int         subject, term, index;        /* ASSESS_NONE = not inside one */
};
#define ASSESS_NONE (-1)
#define ASSESS_MEMBER(name)  ((struct assess_at){ (name), NULL, ASSESS_NONE, ASSESS_NONE, ASSESS_NONE })
#define ASSESS_SUBJECT(i, name) ((struct assess_at){ (name), NULL, (int)(i), ASSESS_NONE, ASSESS_NONE })
/* The path gets its "students[3]." when the pupil has no id.  key: messages.vi.txt, whose text is the fault's when fmt
 * is NULL. */
void assess_fault(struct assess *as, struct assess_at at, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- assess_read.c: members that both circulars share; each records its fault ---- */
/* The text of a string member, NULL when absent or null; another type is a fault. */
const char *assess_text(struct assess *as, const json_t *object, const char *name, struct assess_at at);
/* Elements of an array member; NULL when absent or null; another type or more than max elements is a fault. */
const json_t *assess_array(struct assess *as, const json_t *object, const char *name, struct assess_at at, size_t max);
/* A whole number >= 0, -1 when absent or null; anything else, or beyond max, is a fault and -1. */
int assess_int(struct assess *as, const json_t *object, const char *name, struct assess_at at, int max, const char *key);
/* Subject code of an element of "subjects"; false = fault recorded.  seen: one flag a subject. */
bool assess_subject(struct assess *as, const json_t *subject, size_t i, enum rules_circular c,
    bool seen[RULES_SUBJECT__MAX], enum rules_subject *ret_subject);
void assess_missing(struct assess *as, const char *subject, int term, const char *what);
void assess_explain(struct assess *as, const struct rules_notes *notes);

/* ---- assess_tt22.c, assess_tt27.c: read one pupil, judge, write one pupil ---- */
void assess_tt22(struct assess *as, const json_t *pupil, struct hb_arena *a);
void assess_tt27(struct assess *as, const json_t *pupil, struct hb_arena *a);
#endif
