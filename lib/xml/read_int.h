/* xml/read_int.h - the reader's own pieces: characters and names. */
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
#endif
