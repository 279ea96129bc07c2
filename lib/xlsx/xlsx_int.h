/* xlsx_int.h - private to lib/xlsx: the archive, growing cell lists, numbers and dates as text. */
#ifndef XLSX_INT_H
#define XLSX_INT_H
#include "xlsx/xlsx.h"

#include <libxml/xmlreader.h>
#include <zip.h>

/* An open archive; counts what is unpacked from it. */
struct pack {
	zip_t        *zip;
	zip_source_t *source;
	size_t        unpacked;
};
enum hb_code pack_open(struct pack *p, struct hb_bytes file, struct hb_err *err);
void         pack_close(struct pack *p);
bool         pack_has(struct pack *p, const char *part);

/* Called at each start tag (text NULL), at text inside it, and at its end. */
enum part_event { PART_START, PART_TEXT, PART_END };
struct part {
	xmlTextReaderPtr xml;
	void            *ctx;
};
typedef enum hb_code part_fn(struct part *at, enum part_event event, const char *name, const char *text,
    struct hb_err *err);
/* Stream one part through fn; `name` is the local name, NULL for text. */
enum hb_code part_walk(struct pack *p, const char *part, part_fn *fn, void *ctx, struct hb_err *err);
/* An attribute by local name, copied into out (cut at n), or "" when absent. */
const char *part_attr(struct part *at, const char *name, char *out, size_t n);

/* Growing list of cells; counts against XLSX_MAX_CELLS. */
struct cell_list {
	struct hb_arena  *a;
	struct xlsx_cell *v;
	size_t            n, cap;
	size_t           *total;
};
enum hb_code cell_add(struct cell_list *l, uint32_t row, uint32_t col, enum xlsx_type type, const char *text,
    size_t len, struct hb_err *err);
/* Sort, drop doubles, set rows and cols. */
void cell_finish(struct cell_list *l, struct xlsx_sheet *sheet);

/* "8.3000000000000007" -> "8.3": 15 significant digits, half up, no exponent.  False when it is no number. */
bool number_plain(const char *s, char out[48]);
/* Serial day of Excel -> YYYY-MM-DD.  False outside 1900-2200. */
bool serial_date(const char *number, bool from_1904, char out[11]);
/* Does a number format show a date? */
bool format_is_date(const char *code);
bool builtin_is_date(int id);
#endif
