/* xml/xml.h - read, find, write and canonicalise XML; the bytes stay the master.
 *
 * xml_read() makes a tree of arena nodes over the caller's bytes: names and namespaces are resolved, and every
 * element knows the byte range it came from, so that an edit is a splice of the bytes and never a re-serialisation
 * (a signed file must come back byte for byte).  The tree keeps its own copy of the bytes (doc->bytes), in the arena.
 * Accepted: UTF-8, XML 1.0, elements, attributes, text, CDATA, comments, the five predefined entities, character
 * references.  Refused, always: any DOCTYPE, other encodings, other entities, other versions; processing
 * instructions too, unless XML_ALLOW_PI.  Limits are named below.  Every refusal is HB_E_INPUT (or HB_E_TOOBIG)
 * with line and column in the text.  Attributes called Id, ID, id or xml:id are identifiers.
 * Thread rule: a tree is read-only after xml_read(); any number of threads may read it. */
#ifndef XML_XML_H
#define XML_XML_H
#include "base/buf.h"

#define XML_MAX_BYTES   ((size_t)64 << 20)
#define XML_MAX_DEPTH   128
#define XML_MAX_ATTRS   64          /* of one element, namespace declarations included */
#define XML_MAX_NAMES   4096        /* different names, prefixes and namespaces in one document */
#define XML_MAX_PREFIXES 64         /* different prefixes in one document */
#define XML_MAX_NODES   ((size_t)4 << 20)

enum xml_type { XML_ELEMENT, XML_TEXT, XML_COMMENT, XML_PI, XML_DOCUMENT };
enum { XML_ALLOW_PI = 1 };           /* flags of xml_read */

struct xml_attr {
	const char      *name;       /* as written: "xml:lang" */
	const char      *local, *prefix, *ns;  /* prefix and ns are "" when there is none */
	struct hb_bytes  value;      /* references resolved, white space normalised; NUL-terminated */
	struct xml_attr *next;       /* in document order; xmlns declarations are not here */
	uint8_t          prefix_no;  /* the prefix as a number below XML_MAX_PREFIXES; 0 is "" */
	bool             plain;      /* value needs no escaping in canonical form */
};
struct xml_nsdecl {
	const char        *prefix, *uri;       /* prefix "" = default; uri "" = undone */
	struct xml_nsdecl *next;
	uint8_t            prefix_no;
};

struct xml_node {
	uint8_t            type;     /* enum xml_type */
	uint8_t            prefix_no;
	bool               plain;    /* text that needs no escaping in canonical form */
	bool               empty_tag;/* written <x/>: inner == inner_end == end */
	bool               verbatim; /* element without prefixes or declarations inside: start..end is canonical as it is */
	bool               verbatim_inside;    /* the same for inner..inner_end */
	uint32_t           start, inner, inner_end, end;   /* byte offsets; whole node and between its tags */
	const char        *name, *local, *prefix, *ns;     /* element; a PI has its target in name */
	struct xml_attr   *attrs;
	struct xml_nsdecl *decls;    /* declared here, document order */
	struct xml_node   *parent, *first, *last, *next;
	struct hb_bytes    text;     /* text, comment, PI data: decoded; not NUL-terminated */
};

struct xml_id { const char *value; const struct xml_node *node; };
struct xml_doc {
	struct hb_bytes  bytes;
	struct xml_node *document;   /* children: comments, PIs and the root */
	struct xml_node *root;
	struct xml_id   *ids;        /* every identifier attribute, document order; duplicates stand as they are */
	size_t           n_ids;
	const struct xml_id **by_value;      /* the same, sorted for xml_by_id */
};

enum hb_code xml_read(struct hb_bytes bytes, unsigned flags, struct hb_arena *a, struct xml_doc **ret_doc,
    struct hb_err *err);
void xml_where(struct hb_bytes bytes, size_t offset, unsigned *ret_line, unsigned *ret_column);   /* both from 1 */

/* ---- finding.  Names are compared with their namespace; ns NULL means any. ---- */
bool xml_is(const struct xml_node *n, const char *ns, const char *local);         /* false for NULL */
struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *local);          /* first, or NULL */
struct xml_node *xml_next_same(const struct xml_node *n);                          /* next sibling of the same name */
struct xml_node *xml_next_element(const struct xml_node *n);                       /* next sibling element */
struct xml_node *xml_first_element(const struct xml_node *n);
/* Walk a subtree in document order: xml_walk(top, NULL) is top, then each next node, then NULL. */
struct xml_node *xml_walk(const struct xml_node *top, const struct xml_node *n);
bool xml_inside(const struct xml_node *n, const struct xml_node *ancestor);        /* or itself */
const struct xml_attr *xml_attr_of(const struct xml_node *n, const char *name);    /* attribute without namespace */
const char *xml_attr(const struct xml_node *n, const char *name);                  /* its value, or NULL */
/* All text inside an element, joined; "" when there is none; NULL when the arena is full. */
const char *xml_text(const struct xml_node *n, struct hb_arena *a) HB_MUST_CHECK;
/* The element carrying this identifier; NULL when none.  *ret_matches (may be NULL) counts all that carry it. */
struct xml_node *xml_by_id(const struct xml_doc *doc, const char *id, unsigned *ret_matches);
/* A path of local names from the root: "/SO_THEO_DOI/CHU_KY/DANH_SACH_GVBM/GVBM[@Mon='TOAN'][2]".  A step may have
 * attribute tests and, last, a position among those left.  NULL when no element, or more than one, fits. */
struct xml_node *xml_path(const struct xml_doc *doc, const char *path);
/* The path with positions that names exactly this element. */
char *xml_path_of(const struct xml_node *n, struct hb_arena *a) HB_MUST_CHECK;

/* ---- editing the bytes ---- */
/* Replace bytes [from, to) of doc by with. */
enum hb_code xml_splice(struct hb_bytes doc, size_t from, size_t to, struct hb_bytes with, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err);
/* Put xml as the last content of element n (which may be written <n/>). */
enum hb_code xml_append(const struct xml_doc *doc, const struct xml_node *n, struct hb_bytes xml, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err);
/* Put xml as the only content of element n. */
enum hb_code xml_fill(const struct xml_doc *doc, const struct xml_node *n, struct hb_bytes xml, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err);

/* ---- canonical form (C14N 1.0 and exclusive C14N 1.0) ---- */
enum xml_c14n_method { XML_C14N_EXCLUSIVE, XML_C14N_EXCLUSIVE_COMMENTS, XML_C14N_INCLUSIVE, XML_C14N_INCLUSIVE_COMMENTS };
struct xml_c14n_spec {
	enum xml_c14n_method  method;
	const char           *inclusive_prefixes;  /* PrefixList, blank separated, "#default"; exclusive only; or NULL */
	const struct xml_node *without;            /* this subtree is left out (enveloped signature); or NULL */
};
struct xml_sink { void (*put)(void *ctx, const void *p, size_t n); void *ctx; };
/* Feed the canonical form of the subtree at apex (an element, or doc->document) to the sink.  Fails only for
 * want of memory. */
enum hb_code xml_c14n(const struct xml_doc *doc, const struct xml_node *apex, const struct xml_c14n_spec *spec,
    struct xml_sink sink, struct hb_err *err);
enum hb_code xml_c14n_bytes(const struct xml_doc *doc, const struct xml_node *apex, const struct xml_c14n_spec *spec,
    struct hb_arena *a, struct hb_bytes *ret_bytes, struct hb_err *err);

/* ---- writing: canonical as it comes (no blank in tags, sorted attributes are the caller's care) ---- */
#define XML_WRITER_DEPTH 32
struct xml_writer { struct hb_buf *out; const char *open[XML_WRITER_DEPTH]; unsigned depth; bool in_tag; };
void xml_writer_init(struct xml_writer *w, struct hb_buf *out);       /* writes no XML declaration */
void xml_open(struct xml_writer *w, const char *name);                /* name must live until its xml_close */
void xml_put_attr(struct xml_writer *w, const char *name, const char *value);      /* NULL value: nothing written */
void xml_put_text(struct xml_writer *w, const char *text);
void xml_put_raw(struct xml_writer *w, struct hb_bytes xml);          /* already XML */
void xml_close(struct xml_writer *w);                                 /* always writes an end tag */
void xml_put_leaf(struct xml_writer *w, const char *name, const char *text);       /* NULL text: nothing written */
bool xml_writer_ok(const struct xml_writer *w);                       /* buffer sound and all elements closed */
#endif
