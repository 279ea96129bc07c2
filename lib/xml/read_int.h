/* xml/read_int.h - the reader's own pieces: characters, names, tags, text. */
#ifndef XML_READ_INT_H
#define XML_READ_INT_H
#include "xml/xml.h"

/* First byte that is not part of a legal XML character, or end when all are: UTF-8 and Char of XML 1.0. */
const uint8_t *xml_chars_check(const uint8_t *p, const uint8_t *end);
bool    xml_char_legal(uint32_t c);
size_t  xml_utf8_put(uint32_t c, uint8_t out[4]);
/* Length of the name at p (NUL-ended bytes already checked), or 0 when none begins here.  Colons count as names. */
size_t  xml_name_length(const uint8_t *p);
bool    xml_blank(uint8_t c);

/* A name, prefix or namespace, kept once a document: equal text, equal pointer. */
struct xml_atom {
	const char      *text;
	uint32_t         length;
	uint64_t         hash;
	/* split as a qualified name, when first used as one */
	bool             split, qname;
	const char      *local;
	struct xml_atom *prefix;
	/* as a prefix: its number and what it stands for here */
	bool             numbered;
	uint8_t          number;
	const char      *bound;      /* namespace in scope, or NULL */
};
struct xml_atoms { struct hb_arena *a; struct xml_atom **slots; size_t n, cap; uint64_t seed; unsigned n_prefixes; };

enum hb_code xml_atoms_init(struct xml_atoms *t, struct hb_arena *a, struct hb_err *err);
/* NULL: too many names or no memory. */
struct xml_atom *xml_atom(struct xml_atoms *t, const uint8_t *p, size_t n);
/* Split at the colon; false when it is no qualified name. */
bool xml_atom_split(struct xml_atoms *t, struct xml_atom *name);
bool xml_atom_number(struct xml_atoms *t, struct xml_atom *prefix);
#define XML_XML_NS "http://www.w3.org/XML/1998/namespace"
#define XML_XMLNS_NS "http://www.w3.org/2000/xmlns/"

/* ---- the reader, shared by read.c, read_tag.c, read_text.c ---- */
struct binding { struct xml_atom *prefix; const char *before; struct binding *below; };

struct reader {
	const uint8_t   *base, *p, *end;
	unsigned         flags, depth;
	size_t           nodes, ids_cap;
	struct hb_arena *a;
	struct hb_err   *err;
	struct xml_doc  *doc;
	struct xml_node *at;                     /* open element, or the document */
	struct xml_atoms atoms;
	struct xml_atom *none, *xml, *xmlns, *id, *Id, *ID;
	struct binding  *bindings, *spare;       /* what each declaration hid, newest first */
};

/* Failures with line and column: "dòng L, cột C: what “name”"; malformed() at the end says the file ends too soon. */
enum hb_code xml_fail_at(struct reader *r, const uint8_t *where, enum hb_code code, const char *key, const char *what,
    const char *name, size_t n);
enum hb_code xml_malformed(struct reader *r, const uint8_t *where, const char *what);
enum hb_code xml_over(struct reader *r, const uint8_t *where, const char *what);
/* A child of r->at that begins at start. */
enum hb_code xml_new_node(struct reader *r, enum xml_type type, const uint8_t *start, struct xml_node **ret_node);
void xml_skip_blanks(struct reader *r);
bool xml_looking_at(const struct reader *r, const char *s);
/* *at stands on '&': the character goes to *out, both move on. */
enum hb_code xml_reference(struct reader *r, const uint8_t **at, uint8_t **out);
/* Each reads what stands at r->p, moves behind it and hangs it into the tree. */
enum hb_code xml_read_text(struct reader *r);
enum hb_code xml_read_cdata(struct reader *r);
enum hb_code xml_read_comment(struct reader *r);
enum hb_code xml_read_pi(struct reader *r);
enum hb_code xml_read_start(struct reader *r);
enum hb_code xml_read_end(struct reader *r);
#endif
