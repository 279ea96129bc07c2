/* pdf/xref.c - cross-reference sections, from the newest to the oldest: which object stands where, revision by
 * revision.
 *
 * startxref must name the section just before it: a section reached in any other way would let two readers see
 * two files.  The one exception is the linearised file, whose oldest revision has two sections. */
#include "pdf/reader.h"
#include <stdlib.h>
#include <string.h>

struct section {
	struct pdf_entry *entries;
	size_t            n, cap;
	struct pdf_value *trailer;
	size_t            at, eof, end;      /* where it starts; where its "%%EOF" ends, without and with end of line */
	size_t            startxref;         /* the number written after it */
};

static int
by_num(const void *pa, const void *pb)
{
	const struct pdf_entry *a = pa, *b = pb;
	return (a->num > b->num) - (a->num < b->num);
}

static enum hb_code
add_entry(struct pdf *pdf, struct section *s, struct pdf_entry entry, struct hb_err *err)
{
	if (s->n == s->cap) {
		size_t            cap = s->cap == 0 ? 64 : s->cap * 2;
		struct pdf_entry *more = HB_NEWN(pdf->a, struct pdf_entry, cap);
		if (more == NULL)
			return hb_full(err);
		if (s->n > 0)
			memcpy(more, s->entries, s->n * sizeof *more);
		s->entries = more;
		s->cap = cap;
	}
	s->entries[s->n++] = entry;
	return HB_OK;
}

/* ---- classic tables ---- */

static enum hb_code
read_table_entry(struct pdf *pdf, struct pdf_parser *p, struct section *s, uint32_t num)
{
	uint64_t offset, gen;
	if (!pdf_parse_uint(p, UINT32_MAX * (uint64_t)4, &offset) || !pdf_parse_uint(p, 65535, &gen))
		return pdf_bad(p->err, "PDF không đúng dạng: bảng vị trí sai ở byte %zu", p->pos);
	pdf_skip_space(p);
	struct pdf_entry entry = { .num = num, .gen = (uint32_t)gen, .where = PDF_AT_OFFSET, .offset = (size_t)offset };
	if (pdf_accept(p, "f"))
		entry.where = PDF_FREE;
	else if (!pdf_accept(p, "n"))
		return pdf_bad(p->err, "PDF không đúng dạng: bảng vị trí sai ở byte %zu", p->pos);
	return add_entry(pdf, s, entry, p->err);
}

static enum hb_code
read_table(struct pdf *pdf, struct pdf_parser *p, struct section *s)
{
	for (;;) {
		uint64_t first, count;
		pdf_skip_space(p);
		if (pdf_accept(p, "trailer"))
			break;
		if (!pdf_parse_uint(p, PDF_OBJECTS_MAX, &first) || !pdf_parse_uint(p, PDF_OBJECTS_MAX + 1 - first, &count))
			return pdf_bad(p->err, "PDF không đúng dạng: bảng vị trí sai ở byte %zu", p->pos);
		for (uint64_t i = 0; i < count; i++) {
			enum hb_code rc = read_table_entry(pdf, p, s, (uint32_t)(first + i));
			if (rc != HB_OK)
				return rc;
		}
	}
	enum hb_code rc = pdf_parse(p, 0, s->trailer);
	if (rc == HB_OK && s->trailer->type != PDF_DICT)
		rc = pdf_bad(p->err, "PDF không đúng dạng: trailer sai");
	return rc;
}

/* ---- cross-reference streams ---- */

struct widths { size_t field[3], total; };

static enum hb_code
read_widths(const struct pdf_value *dict, struct widths *ret_w, struct hb_err *err)
{
	const struct pdf_value *w = pdf_get(dict, "W");
	struct widths           out = { 0 };
	if (w == NULL || w->type != PDF_ARRAY || w->count != 3)
		return pdf_bad(err, "PDF không đúng dạng: luồng vị trí thiếu W");
	for (int i = 0; i < 3; i++) {
		if (w->items[i].type != PDF_INT || w->items[i].integer < 0 || w->items[i].integer > 8)
			return pdf_bad(err, "PDF không đúng dạng: W sai");
		out.field[i] = (size_t)w->items[i].integer;
		out.total += out.field[i];
	}
	if (out.total == 0)
		return pdf_bad(err, "PDF không đúng dạng: W sai");
	*ret_w = out;
	return HB_OK;
}

static uint64_t
big_endian(const uint8_t *p, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static enum hb_code
read_stream_entry(struct pdf *pdf, struct section *s, const uint8_t *p, const struct widths *w, uint32_t num,
    struct hb_err *err)
{
	uint64_t kind = w->field[0] == 0 ? 1 : big_endian(p, w->field[0]);
	uint64_t second = big_endian(p + w->field[0], w->field[1]);
	uint64_t third = big_endian(p + w->field[0] + w->field[1], w->field[2]);
	struct pdf_entry entry = { .num = num, .gen = (uint32_t)third, .where = PDF_AT_OFFSET, .offset = (size_t)second };
	if (kind == 0)
		entry.where = PDF_FREE;
	else if (kind == 2)
		entry.where = PDF_IN_STREAM;
	else if (kind != 1)
		return HB_OK;                /* unknown kinds are null objects, ISO 32000-1 7.5.8.3 */
	if (third > UINT32_MAX || (kind == 2 && second > PDF_OBJECTS_MAX))
		return pdf_bad(err, "PDF không đúng dạng: luồng vị trí sai");
	return add_entry(pdf, s, entry, err);
}

static enum hb_code
read_stream_entries(struct pdf *pdf, struct section *s, const struct pdf_value *stream, struct hb_err *err)
{
	const struct pdf_value *size = pdf_get(stream, "Size"), *index = pdf_get(stream, "Index");
	struct widths           w = { 0 };
	struct hb_bytes         data = { 0 };
	enum hb_code            rc = read_widths(stream, &w, err);
	if (rc == HB_OK)
		rc = pdf_stream(pdf, stream, &data, err);
	if (rc != HB_OK)
		return rc;
	if (size == NULL || size->type != PDF_INT || (index != NULL && (index->type != PDF_ARRAY || index->count % 2 != 0)))
		return pdf_bad(err, "PDF không đúng dạng: luồng vị trí sai");
	struct pdf_value whole[2] = { { .type = PDF_INT }, { .type = PDF_INT, .integer = size->integer } };
	const struct pdf_value *pairs = index == NULL ? whole : index->items;
	size_t at = 0;
	for (uint32_t i = 0; i + 1 < (index == NULL ? 2 : index->count); i += 2) {
		if (pairs[i].type != PDF_INT || pairs[i + 1].type != PDF_INT || pairs[i].integer < 0 ||
		    pairs[i + 1].integer < 0 || pairs[i].integer > PDF_OBJECTS_MAX ||
		    pairs[i + 1].integer > PDF_OBJECTS_MAX + 1 - pairs[i].integer)
			return pdf_bad(err, "PDF không đúng dạng: luồng vị trí sai");
		for (int64_t k = 0; k < pairs[i + 1].integer; k++, at += w.total) {
			if (data.n - at < w.total)
				return pdf_bad(err, "PDF không đúng dạng: luồng vị trí thiếu byte");
			rc = read_stream_entry(pdf, s, data.p + at, &w, (uint32_t)(pairs[i].integer + k), err);
			if (rc != HB_OK)
				return rc;
		}
	}
	return HB_OK;
}

static enum hb_code
read_stream_section(struct pdf *pdf, struct pdf_parser *p, struct section *s)
{
	struct pdf_ref ref;
	enum hb_code   rc = pdf_parse_indirect(pdf, p, &ref, s->trailer);
	if (rc != HB_OK)
		return rc;
	if (s->trailer->type != PDF_DICT || !pdf_is_name(pdf_get(s->trailer, "Type"), "XRef"))
		return pdf_bad(p->err, "PDF không đúng dạng: không có bảng vị trí ở byte %zu", s->at);
	return read_stream_entries(pdf, s, s->trailer, p->err);
}

/* A hybrid file: entries of the stream are added, and take the place of free ones of the table. */
static enum hb_code
read_hybrid(struct pdf *pdf, struct section *s, struct hb_err *err)
{
	const struct pdf_value *extra = pdf_get(s->trailer, "XRefStm");
	if (extra == NULL)
		return HB_OK;
	if (extra->type != PDF_INT || extra->integer < 0 || (uint64_t)extra->integer >= s->at)
		return pdf_bad(err, "PDF không đúng dạng: XRefStm sai");
	struct pdf_value  dict = { 0 };
	struct section    more = { .at = (size_t)extra->integer, .trailer = &dict };
	struct pdf_parser p = pdf_parser_at(pdf, more.at, err);
	enum hb_code      rc = read_stream_section(pdf, &p, &more);
	size_t            table_n = s->n;
	if (rc == HB_OK && table_n > 0)
		qsort(s->entries, table_n, sizeof *s->entries, by_num);
	for (size_t i = 0; rc == HB_OK && i < more.n; i++) {
		struct pdf_entry *same = table_n == 0 ? NULL :
		    bsearch(&more.entries[i], s->entries, table_n, sizeof *s->entries, by_num);
		if (same == NULL)
			rc = add_entry(pdf, s, more.entries[i], err);
		else if (same->where == PDF_FREE)
			*same = more.entries[i];
	}
	return rc;
}

/* ---- one section, and the chain ---- */

static enum hb_code
read_end(struct pdf *pdf, struct pdf_parser *p, struct section *s)
{
	uint64_t number;
	const struct pdf_value *prev = pdf_get(s->trailer, "Prev");
	pdf_skip_space(p);
	bool named = pdf_accept(p, "startxref");
	if (!named && prev != NULL && prev->type == PDF_INT && prev->integer > (int64_t)s->at) {
		s->eof = s->end = p->pos;    /* first-page section of a linearised file: its main section closes it */
		return HB_OK;
	}
	if (!named || !pdf_parse_uint(p, pdf->file.n, &number))
		return pdf_bad(p->err, "PDF không đúng dạng: thiếu startxref ở byte %zu", p->pos);
	while (p->pos < p->text.n && pdf_is_space(p->text.p[p->pos]))
		p->pos++;
	if (!pdf_accept(p, "%%EOF"))
		return pdf_bad(p->err, "PDF không đúng dạng: thiếu %%%%EOF ở byte %zu", p->pos);
	s->startxref = (size_t)number;
	s->eof = p->pos;
	if (!pdf_accept(p, "\r\n") && !pdf_accept(p, "\n"))
		(void)pdf_accept(p, "\r");
	s->end = p->pos;
	return HB_OK;
}

static enum hb_code
read_section(struct pdf *pdf, size_t at, struct section *ret_s, struct hb_err *err)
{
	struct section    s = { .at = at, .trailer = HB_NEW(pdf->a, struct pdf_value) };
	struct pdf_parser p = pdf_parser_at(pdf, at, err);
	if (s.trailer == NULL)
		return hb_full(err);
	if (at >= pdf->file.n)
		return pdf_bad(err, "PDF không đúng dạng: bảng vị trí nằm ngoài tệp");
	enum hb_code rc = pdf_accept(&p, "xref") ? read_table(pdf, &p, &s) : read_stream_section(pdf, &p, &s);
	if (rc == HB_OK)
		rc = read_end(pdf, &p, &s);
	if (rc == HB_OK && !s.trailer->has_stream)
		rc = read_hybrid(pdf, &s, err);
	if (rc != HB_OK)
		return rc;
	if (s.n > 0)
		qsort(s.entries, s.n, sizeof *s.entries, by_num);
	for (size_t i = 1; i < s.n; i++)
		if (s.entries[i].num == s.entries[i - 1].num)
			return pdf_bad(err, "PDF không đúng dạng: một bảng vị trí ghi đối tượng %u hai lần", s.entries[i].num);
	*ret_s = s;
	return HB_OK;
}

static struct pdf_revision
revision_of(const struct section *s)
{
	return (struct pdf_revision){ .end = s->end, .eof = s->eof, .xref = s->at, .entries = s->entries,
		.entries_n = s->n, .trailer = s->trailer };
}

/* The oldest revision of a linearised file: its first-page section names the main one as /Prev, which stands
 * later in the file and closes the revision. */
static enum hb_code
join_linearised(struct pdf *pdf, struct pdf_revision *first_page, const struct section *main, struct hb_err *err)
{
	struct section joined = { 0 };
	enum hb_code   rc = HB_OK;
	if (main->startxref != first_page->xref || pdf_get(main->trailer, "Prev") != NULL)
		return pdf_bad(err, "PDF không đúng dạng: chuỗi bảng vị trí đi ngược");
	for (size_t i = 0; rc == HB_OK && i < first_page->entries_n; i++)
		rc = add_entry(pdf, &joined, first_page->entries[i], err);
	for (size_t i = 0; rc == HB_OK && i < main->n; i++)
		if (bsearch(&main->entries[i], first_page->entries, first_page->entries_n, sizeof *main->entries, by_num) ==
		    NULL)
			rc = add_entry(pdf, &joined, main->entries[i], err);
	if (rc != HB_OK)
		return rc;
	if (joined.n > 0)
		qsort(joined.entries, joined.n, sizeof *joined.entries, by_num);
	first_page->entries = joined.entries;
	first_page->entries_n = joined.n;
	first_page->end = main->end;
	first_page->eof = main->eof;
	return HB_OK;
}

/* The last "startxref" of the file. */
static enum hb_code
find_newest(struct pdf *pdf, size_t *ret_at, struct hb_err *err)
{
	static const char word[] = "startxref";
	for (size_t i = pdf->file.n; i-- > 0;) {
		if (pdf->file.p[i] != 's' || pdf->file.n - i < sizeof word - 1 ||
		    memcmp(pdf->file.p + i, word, sizeof word - 1) != 0)
			continue;
		struct pdf_parser p = pdf_parser_at(pdf, i + sizeof word - 1, err);
		uint64_t          at;
		if (!pdf_parse_uint(&p, pdf->file.n, &at) || at == 0)
			break;
		*ret_at = (size_t)at;
		return HB_OK;
	}
	return pdf_bad(err, "PDF không đúng dạng: thiếu startxref");
}

/* Where the section before this one starts; 0 when there is none (a file starts with "%PDF-"). */
static enum hb_code
previous_of(const struct section *s, size_t *ret_at, struct hb_err *err)
{
	const struct pdf_value *prev = pdf_get(s->trailer, "Prev");
	*ret_at = 0;
	if (prev == NULL)
		return HB_OK;
	if (prev->type != PDF_INT || prev->integer <= 0)
		return pdf_bad(err, "PDF không đúng dạng: /Prev sai");
	*ret_at = (size_t)prev->integer;
	return HB_OK;
}

/* Newest first into pdf->revisions. */
static enum hb_code
read_chain(struct pdf *pdf, struct hb_err *err)
{
	size_t         at = 0, before = pdf->file.n;
	struct section s = { 0 };
	enum hb_code   rc = find_newest(pdf, &at, err);
	while (rc == HB_OK && at != 0) {
		rc = read_section(pdf, at, &s, err);
		if (rc != HB_OK)
			return rc;
		if (at >= before)
			return join_linearised(pdf, &pdf->revisions[pdf->revisions_n - 1], &s, err);
		bool linearised_start = s.startxref == 0 && pdf_get(s.trailer, "Prev") != NULL;
		if (s.startxref != at && !linearised_start)
			return pdf_bad(err, "PDF không đúng dạng: startxref ở byte %zu không chỉ bảng đứng trước nó", s.eof);
		if (pdf->revisions_n == PDF_REVISIONS_MAX)
			return hb_fail(err, HB_E_TOOBIG, "pdf.quaLon", "PDF có quá nhiều lần cập nhật");
		pdf->revisions[pdf->revisions_n++] = revision_of(&s);
		before = at;
		rc = previous_of(&s, &at, err);
		if (rc == HB_OK && linearised_start && at < before)
			rc = pdf_bad(err, "PDF không đúng dạng: chuỗi bảng vị trí sai");
	}
	return rc;
}

static enum hb_code
order_revisions(struct pdf *pdf, struct hb_err *err)
{
	for (size_t i = 0, k = pdf->revisions_n - 1; i < k; i++, k--) {
		struct pdf_revision swap = pdf->revisions[i];
		pdf->revisions[i] = pdf->revisions[k];
		pdf->revisions[k] = swap;
	}
	for (size_t i = 1; i < pdf->revisions_n; i++)
		if (pdf->revisions[i].xref < pdf->revisions[i - 1].eof)
			return pdf_bad(err, "PDF không đúng dạng: hai lần cập nhật chồng lên nhau");
	for (size_t i = pdf->revisions[pdf->revisions_n - 1].end; i < pdf->file.n; i++)
		pdf->tail += !pdf_is_space(pdf->file.p[i]);
	return HB_OK;
}

static enum hb_code
fill_slots(struct pdf *pdf, struct hb_err *err)
{
	uint32_t highest = 0;
	for (size_t r = 0; r < pdf->revisions_n; r++)
		if (pdf->revisions[r].entries_n > 0) {
			uint32_t last = pdf->revisions[r].entries[pdf->revisions[r].entries_n - 1].num;
			highest = last > highest ? last : highest;
		}
	struct pdf_slot *slots = HB_NEWN(pdf->a, struct pdf_slot, highest + 1);
	if (slots == NULL)
		return hb_full(err);
	for (size_t r = 0; r < pdf->revisions_n; r++)
		for (size_t i = 0; i < pdf->revisions[r].entries_n; i++)
			slots[pdf->revisions[r].entries[i].num].entry = &pdf->revisions[r].entries[i];
	pdf->slots = slots;
	pdf->slots_n = highest + 1;
	return HB_OK;
}

enum hb_code
pdf_read_sections(struct pdf *pdf, struct hb_err *err)
{
	pdf->revisions = HB_NEWN(pdf->a, struct pdf_revision, PDF_REVISIONS_MAX);
	if (pdf->revisions == NULL)
		return hb_full(err);
	enum hb_code rc = read_chain(pdf, err);
	if (rc == HB_OK)
		rc = order_revisions(pdf, err);
	return rc == HB_OK ? fill_slots(pdf, err) : rc;
}
