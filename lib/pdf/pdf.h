/* pdf/pdf.h - read a PDF that an enemy may have written.
 *
 * The bytes stay the master: every value knows where it stands in the file, and each revision (one incremental
 * update) is known by the byte at which it ends, so that "the file as it was signed" is pdf_open() of a prefix.
 * Reads classic tables, cross-reference streams, object streams, hybrid files and /Prev chains.  Nothing is
 * repaired: a table that does not point at its object is refused, because other readers would show other things.
 * Encrypted files are refused.
 *
 * Limits: PDF_* below; everything read lives in the arena of pdf_open(), whose own limit is the last guard.
 * Ownership: the file's bytes are borrowed and must outlive the struct pdf; values are borrowed from it.
 * Fails with HB_E_INPUT "pdf.saiDang" (not well-formed), "pdf.maHoa" (encrypted), or HB_E_TOOBIG "pdf.quaLon".
 * Thread rule: one struct pdf, one thread. */
#ifndef PDF_PDF_H
#define PDF_PDF_H
#include "base/buf.h"

#define PDF_FILE_MAX      ((size_t)64 << 20)
#define PDF_OBJECTS_MAX   200000     /* highest object number */
#define PDF_REVISIONS_MAX 256
#define PDF_DEPTH_MAX     48         /* arrays and dictionaries inside one another; page tree levels */
#define PDF_ITEMS_MAX     100000     /* members of one array or dictionary */
#define PDF_STREAM_MAX    ((size_t)48 << 20)   /* one stream after its filters */
#define PDF_PAGES_MAX     10000

enum pdf_type { PDF_NULL, PDF_BOOL, PDF_INT, PDF_REAL, PDF_STRING, PDF_NAME, PDF_ARRAY, PDF_DICT, PDF_REF };

struct pdf_ref { uint32_t num, gen; };           /* num 0: no object */
struct pdf_rect { double x0, y0, x1, y1; };      /* points, origin at the lower left of the page */

/* A dictionary with has_stream is a stream: `stream` is its raw bytes, before filters. */
struct pdf_value {
	enum pdf_type type;
	bool          has_stream, flag;              /* flag: PDF_BOOL; on PDF_STRING: written as <hex> */
	uint32_t      count;                         /* PDF_ARRAY, PDF_DICT */
	size_t        at, end;                       /* its text in the file is [at, end); 0,0 inside an object stream */
	union {
		int64_t         integer;
		double          real;
		struct hb_bytes text;                /* PDF_STRING, PDF_NAME (without the slash): decoded */
		struct pdf_ref  ref;
		struct {
			struct pdf_value *items;     /* PDF_ARRAY, PDF_DICT */
			struct hb_bytes  *keys;      /* PDF_DICT: keys[i] names items[i]; all different */
			struct hb_bytes   stream;
		};
	};
};

enum pdf_where { PDF_FREE, PDF_AT_OFFSET, PDF_IN_STREAM };
/* One line of a cross-reference section. */
struct pdf_entry {
	uint32_t       num, gen;                     /* gen: index inside the object stream for PDF_IN_STREAM */
	enum pdf_where where;
	size_t         offset;                       /* number of the object stream for PDF_IN_STREAM */
};
struct pdf_revision {
	size_t            end;                       /* first byte after its "%%EOF" and one end of line */
	size_t            eof;                       /* first byte after its "%%EOF" */
	size_t            xref;                      /* where its section starts: what startxref says */
	struct pdf_entry *entries;                   /* what this revision defines, sorted by num */
	size_t            entries_n;
	const struct pdf_value *trailer;
};

struct pdf;   /* an opened file */

enum hb_code pdf_open(struct hb_bytes file, struct hb_arena *a, struct pdf **ret_pdf, struct hb_err *err);

/* Oldest first.  The last one ends where the file ends, unless pdf_tail() says otherwise. */
const struct pdf_revision *pdf_revisions(const struct pdf *pdf, size_t *ret_n);
size_t pdf_tail(const struct pdf *pdf);            /* bytes after the last revision that are not white space */
struct hb_bytes pdf_bytes(const struct pdf *pdf);
const struct pdf_value *pdf_trailer(const struct pdf *pdf);      /* the newest */
uint32_t pdf_size(const struct pdf *pdf);          /* one more than the highest object number in use */
/* The entry in force for an object number; NULL when none defines it. */
const struct pdf_entry *pdf_entry(const struct pdf *pdf, uint32_t num);

/* An undefined or free object is the null value, as the standard says. */
enum hb_code pdf_object(struct pdf *pdf, struct pdf_ref ref, const struct pdf_value **ret_value, struct hb_err *err);
/* Where the text of an object that stands in the file ends ("endobj" included). */
enum hb_code pdf_object_extent(struct pdf *pdf, const struct pdf_entry *entry, size_t *ret_end, struct hb_err *err);
/* Follows references until something else is found. */
enum hb_code pdf_resolve(struct pdf *pdf, const struct pdf_value *value, const struct pdf_value **ret_value,
    struct hb_err *err);
/* The member as it is written, or NULL.  dict may be any value: only dictionaries have members. */
const struct pdf_value *pdf_get(const struct pdf_value *dict, const char *key);
/* The member, resolved; the null value when absent. */
enum hb_code pdf_lookup(struct pdf *pdf, const struct pdf_value *dict, const char *key,
    const struct pdf_value **ret_value, struct hb_err *err);
bool pdf_is_name(const struct pdf_value *value, const char *name);
bool pdf_number(const struct pdf_value *value, double *ret_number);
bool pdf_rect(struct pdf *pdf, const struct pdf_value *array, struct pdf_rect *ret_rect);   /* put in order */
/* The same written value, references compared as references. */
bool pdf_equal(const struct pdf_value *a, const struct pdf_value *b);
/* Bytes of a stream after its filters (none, or Flate with its predictors). */
enum hb_code pdf_stream(struct pdf *pdf, const struct pdf_value *stream, struct hb_bytes *ret_bytes,
    struct hb_err *err);
/* Text string of the document (UTF-16BE with mark, UTF-8 with mark, else Latin) as UTF-8; "" when it is none. */
const char *pdf_text(struct pdf *pdf, const struct pdf_value *string);

size_t pdf_page_count(struct pdf *pdf);            /* 0 when the page tree cannot be read */
enum hb_code pdf_page(struct pdf *pdf, size_t index, struct pdf_ref *ret_ref, const struct pdf_value **ret_page,
    struct hb_err *err);

/* One value of a text that is not a whole file (tests, fuzzing). */
enum hb_code pdf_parse_value(struct hb_bytes text, struct hb_arena *a, struct pdf_value *ret_value, struct hb_err *err);
#endif
