/* pdf/reader.h - inside of the reader: the opened file, and the parser of values.  Private to lib/pdf. */
#ifndef PDF_READER_H
#define PDF_READER_H
#include "pdf/pdf.h"

#define PDF_LOADING_MAX 8          /* objects being read because another needs them (stream lengths, containers) */

struct pdf_container {             /* an object stream, unpacked */
	struct hb_bytes bytes;
	uint32_t       *nums;
	size_t         *offsets;
	size_t          n;
};

struct pdf_slot {
	const struct pdf_entry *entry;
	const struct pdf_value *value;         /* NULL until read */
	struct pdf_container   *container;     /* NULL until unpacked */
	bool                    loading;
};

struct pdf {
	struct hb_bytes      file;
	struct hb_arena     *a;
	struct pdf_revision *revisions;        /* oldest first once opened */
	size_t               revisions_n;
	struct pdf_slot     *slots;
	uint32_t             slots_n;          /* 0 while the cross-reference sections are being read */
	struct pdf_ref      *pages;
	size_t               pages_n;
	bool                 pages_read;
	size_t               tail;
	unsigned             loading;
	struct pdf_value     null;
};

struct pdf_parser {
	struct hb_bytes  text;
	size_t           pos;
	bool             in_file;              /* positions are offsets in the file */
	struct hb_arena *a;
	struct hb_err   *err;
};

#define pdf_bad(err, ...) hb_fail((err), HB_E_INPUT, "pdf.saiDang", __VA_ARGS__)

bool pdf_is_space(uint8_t c);
bool pdf_is_delimiter(uint8_t c);
bool pdf_is_hex(uint8_t c);
void pdf_skip_space(struct pdf_parser *p);                       /* white space and comments */
bool pdf_accept(struct pdf_parser *p, const char *word);         /* the word, if it stands here; no space skipped */
bool pdf_parse_uint(struct pdf_parser *p, uint64_t max, uint64_t *ret_number);   /* skips space first */
enum hb_code pdf_parse(struct pdf_parser *p, unsigned depth, struct pdf_value *ret_value);
/* "N G obj" value ["stream" ... "endstream"] "endobj" at p->pos. */
enum hb_code pdf_parse_indirect(struct pdf *pdf, struct pdf_parser *p, struct pdf_ref *ret_ref,
    struct pdf_value *ret_value);
struct pdf_parser pdf_parser_at(struct pdf *pdf, size_t pos, struct hb_err *err);
/* xref.c: every section of the file, into pdf->revisions and pdf->slots. */
enum hb_code pdf_read_sections(struct pdf *pdf, struct hb_err *err);
#endif
