/* record/shape.h - one table a struct; JSON, XML, XSD and field walks are read off it.  Private to lib/record.
 *
 * A field row names the member of the struct and what it is called in JSON and in XML: the mapping layer of
 * architecture §6, so that an official schema becomes a rename in class_shape.c and transcript_shape.c.
 * Order of the rows is the order of the elements.  json NULL: not in JSON; xml NULL: not in XML.
 * Absent values (NULL, none, 0, false, empty list) are not written unless SHAPE_REQUIRED; the readers refuse what the
 * tables do not name.  Errors: HB_E_INPUT "banGhi.saiDang" with the path. */
#ifndef RECORD_SHAPE_H
#define RECORD_SHAPE_H
#include <jansson.h>

#include "json/write.h"
#include "record/parts.h"
#include "xml/xml.h"

enum shape_kind {
	SHAPE_TEXT,        /* const char * */
	SHAPE_INT,         /* int within min..max */
	SHAPE_FLAG,        /* bool */
	SHAPE_WORD,        /* enum with a table of words */
	SHAPE_MARK,        /* struct record_mark */
	SHAPE_MARKS,       /* struct record_mark[max]; holes stay, the absent tail is not written */
	SHAPE_PART,        /* struct in place */
	SHAPE_MAYBE,       /* pointer to a struct, or NULL */
	SHAPE_LIST,        /* pointer and size_t n; at most max */
	SHAPE_GROUP,       /* XML element around rows of the same struct; JSON does not see it */
	SHAPE_ID,          /* XML attribute Id: words "tt-%y", "bd-%k"; %y scope of the call, %k text, %n int at offset */
};
enum shape_facet {         /* which texts a SHAPE_TEXT accepts */
	FACET_NAME,        /* a line of at most RECORD_NAME_MAX characters */
	FACET_LINE,        /* a line of at most 500 */
	FACET_LONG,        /* at most RECORD_TEXT_MAX, line feeds allowed */
	FACET_CODE,        /* 1 to 64 of A-Z a-z 0-9 . _ : - */
	FACET_YEAR,        /* 2025-2026 */
	FACET_DATE, FACET_BIRTH, FACET_INSTANT,
	FACET_PERSONAL_ID, /* 12 digits */
	FACET_SHA256,      /* 64 lower-case hex digits */
	FACET_BASE64,      /* at most 512 KiB */
	FACET__MAX
};
enum { SHAPE_REQUIRED = 1, SHAPE_ATTR = 2 };

struct shape_word { int value; const char *word; };        /* ends with word NULL; value 0 = absent, never listed
                                                              unless the field is always written */
struct shape;
struct shape_field {
	enum shape_kind kind;
	const char     *json, *xml;
	const char     *item;              /* SHAPE_LIST, SHAPE_MARKS: element of one; with xml NULL there is no wrapper */
	size_t          offset, n_offset;
	unsigned        flags;
	enum shape_facet facet;
	int             min, max;
	const struct shape_word *words;
	const char     *id;                /* SHAPE_ID */
	const struct shape *of;
};
struct shape { const char *type; size_t size; const struct shape_field *fields; size_t n; };
#define SHAPE_OF(T, type_name, rows) { type_name, sizeof(T), rows, sizeof(rows) / sizeof((rows)[0]) }

/* Where we are, what we allocate from, and the scope of SHAPE_ID. */
#define SHAPE_PATH_MAX 300
struct shape_walk {
	struct hb_arena *a;
	struct hb_err   *err;
	const char      *scope;            /* %y: school year of a transcript; or NULL */
	const char      *ns;               /* XML namespace */
	bool             json_names;       /* shape_visit: JSON names on the path instead of XML ones */
	char             path[SHAPE_PATH_MAX];
};
/* Push ".name" or "[i]" (index >= 0) on the path; gives the length to hand to shape_leave. */
size_t shape_enter(struct shape_walk *w, const char *name, long index);
void   shape_leave(struct shape_walk *w, size_t length);
/* HB_E_INPUT "banGhi.saiDang": "<path>: <reason>". */
enum hb_code shape_refuse(struct shape_walk *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- one value: its text, and back (shape_value.c) ---- */
#define SHAPE_VALUE_LEN 24                 /* of ints, words, marks */
bool         shape_absent(const struct shape_field *f, const void *obj);
/* Text of a scalar: borrowed from obj, or written into scratch.  NULL when absent. */
const char  *shape_value(const struct shape_field *f, const void *obj, char scratch[SHAPE_VALUE_LEN]);
enum hb_code shape_value_set(struct shape_walk *w, const struct shape_field *f, void *obj, const char *text);
enum hb_code shape_mark_set(struct shape_walk *w, struct record_mark *m, const char *text);
enum hb_code shape_text_check(struct shape_walk *w, enum shape_facet facet, const char *text);
size_t       shape_marks_used(const struct shape_field *f, const struct record_mark *marks);
bool         shape_id(const struct shape_field *f, const void *obj, const char *scope, char *out, size_t size);
void        *shape_member(const struct shape_field *f, const void *obj);
/* Elements of a list: first and number. */
void        *shape_list(const struct shape_field *f, const void *obj, size_t *ret_n);

/* ---- whole structs ---- */
/* Every required field is there and every value is one that the readers accept. */
enum hb_code shape_check(struct shape_walk *w, const struct shape *s, const void *obj);
void         shape_json_put(struct jw *j, const char *name, const struct shape *s, const void *obj);
enum hb_code shape_json_get(struct shape_walk *w, const struct shape *s, const json_t *value, void *obj);
void         shape_xml_put(struct xml_writer *x, const struct shape_walk *w, const char *element, const struct shape *s,
                 const void *obj);
void         shape_xml_put_fields(struct xml_writer *x, const struct shape_walk *w, const struct shape *s, const void *obj);
enum hb_code shape_xml_get(struct shape_walk *w, const struct shape *s, const struct xml_node *n, void *obj);
/* The fields alone, from *cursor on, which moves past them: for a document whose root holds more than the shape. */
enum hb_code shape_xml_get_fields(struct shape_walk *w, const struct shape *s, const struct xml_node **cursor, void *obj);

/* Every present scalar in document order: its path and value, as text. */
typedef enum hb_code shape_visit_fn(void *ctx, const char *path, const char *value);
enum hb_code shape_visit(struct shape_walk *w, const struct shape *s, const void *obj, shape_visit_fn *fn, void *ctx);

/* Complex types of a shape and of all below it, each once: for the XSD of contracts/ (shape_xsd.c). */
void shape_xsd_types(struct hb_buf *out, const struct shape *const *tops, size_t n);
void shape_xsd_values(struct hb_buf *out);                          /* the simple types they use */
/* JSON Schema (2020-12) of a shape, with its definitions. */
void shape_json_schema(struct hb_buf *out, const char *id, const char *title, const struct shape *top);

/* ---- rows ---- */
#define F_TEXT(T, m, j, x, fct, fl) { .kind = SHAPE_TEXT, .json = j, .xml = x, .offset = offsetof(T, m), .facet = fct, .flags = fl }
#define F_INT(T, m, j, x, lo, hi, fl) { .kind = SHAPE_INT, .json = j, .xml = x, .offset = offsetof(T, m), .min = lo, .max = hi, .flags = fl }
#define F_FLAG(T, m, j, x) { .kind = SHAPE_FLAG, .json = j, .xml = x, .offset = offsetof(T, m) }
#define F_WORD(T, m, j, x, ws, fl) { .kind = SHAPE_WORD, .json = j, .xml = x, .offset = offsetof(T, m), .words = ws, .flags = fl }
#define F_MARK(T, m, j, x) { .kind = SHAPE_MARK, .json = j, .xml = x, .offset = offsetof(T, m) }
#define F_MARKS(T, m, j, x, hi) { .kind = SHAPE_MARKS, .json = j, .item = x, .offset = offsetof(T, m), .max = hi }
#define F_PART(T, m, j, x, s) { .kind = SHAPE_PART, .json = j, .xml = x, .offset = offsetof(T, m), .of = s, .flags = SHAPE_REQUIRED }
#define F_MAYBE(T, m, j, x, s) { .kind = SHAPE_MAYBE, .json = j, .xml = x, .offset = offsetof(T, m), .of = s }
#define F_LIST(T, m, nm, j, x, it, s, hi) { .kind = SHAPE_LIST, .json = j, .xml = x, .item = it, .offset = offsetof(T, m), \
	.n_offset = offsetof(T, nm), .of = s, .max = hi }
#define F_GROUP(x, s) { .kind = SHAPE_GROUP, .xml = x, .of = s, .flags = SHAPE_REQUIRED }
#define F_ID(T, m, fmt) { .kind = SHAPE_ID, .xml = "Id", .id = fmt, .offset = offsetof(T, m), .flags = SHAPE_REQUIRED | SHAPE_ATTR }
#endif
