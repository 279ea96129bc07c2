/* pdf/object.c - opening a file and fetching its objects. */
#include "pdf/reader.h"
#include <string.h>

struct pdf_parser
pdf_parser_at(struct pdf *pdf, size_t pos, struct hb_err *err)
{
	return (struct pdf_parser){ .text = pdf->file, .pos = pos, .in_file = true, .a = pdf->a, .err = err };
}

/* Where a stream's data begins: after "stream" and CRLF or LF. */
static bool
enter_stream(struct pdf_parser *p)
{
	pdf_skip_space(p);
	size_t start = p->pos;
	if (pdf_accept(p, "stream") && (pdf_accept(p, "\r\n") || pdf_accept(p, "\n")))
		return true;
	p->pos = start;
	return false;
}

static enum hb_code
parse_stream(struct pdf *pdf, struct pdf_parser *p, struct pdf_value *v)
{
	const struct pdf_value *length;
	enum hb_code            rc = pdf_lookup(pdf, v, "Length", &length, p->err);
	if (rc != HB_OK)
		return rc;
	if (length->type != PDF_INT || length->integer < 0 || (uint64_t)length->integer > p->text.n - p->pos)
		return pdf_bad(p->err, "PDF không đúng dạng: độ dài luồng ở byte %zu sai", p->pos);
	v->stream = HB_BYTES(p->text.p + p->pos, (size_t)length->integer);
	v->has_stream = true;
	p->pos += (size_t)length->integer;
	if (!pdf_accept(p, "\r\n") && !pdf_accept(p, "\n"))
		(void)pdf_accept(p, "\r");
	if (!pdf_accept(p, "endstream"))
		return pdf_bad(p->err, "PDF không đúng dạng: luồng không hết ở byte %zu", p->pos);
	return HB_OK;
}

enum hb_code
pdf_parse_indirect(struct pdf *pdf, struct pdf_parser *p, struct pdf_ref *ret_ref, struct pdf_value *ret_value)
{
	uint64_t num, gen;
	if (p->pos >= p->text.n || !pdf_parse_uint(p, PDF_OBJECTS_MAX, &num) || !pdf_parse_uint(p, 65535, &gen))
		return pdf_bad(p->err, "PDF không đúng dạng: byte %zu không phải đầu một đối tượng", p->pos);
	pdf_skip_space(p);
	if (!pdf_accept(p, "obj"))
		return pdf_bad(p->err, "PDF không đúng dạng: byte %zu không phải đầu một đối tượng", p->pos);
	enum hb_code rc = pdf_parse(p, 0, ret_value);
	if (rc == HB_OK && ret_value->type == PDF_DICT && enter_stream(p))
		rc = parse_stream(pdf, p, ret_value);
	if (rc != HB_OK)
		return rc;
	pdf_skip_space(p);
	if (!pdf_accept(p, "endobj"))
		return pdf_bad(p->err, "PDF không đúng dạng: đối tượng %u không đóng", (unsigned)num);
	*ret_ref = (struct pdf_ref){ (uint32_t)num, (uint32_t)gen };
	return HB_OK;
}

static enum hb_code
read_at_offset(struct pdf *pdf, const struct pdf_entry *entry, struct pdf_value *value, size_t *ret_end,
    struct hb_err *err)
{
	struct pdf_parser p = pdf_parser_at(pdf, entry->offset, err);
	struct pdf_ref    found;
	if (entry->offset >= pdf->file.n || pdf_is_space(pdf->file.p[entry->offset]))
		return pdf_bad(err, "PDF không đúng dạng: vị trí đối tượng %u sai", entry->num);
	enum hb_code rc = pdf_parse_indirect(pdf, &p, &found, value);
	if (rc != HB_OK)
		return rc;
	if (found.num != entry->num || found.gen != entry->gen)
		return pdf_bad(err, "PDF không đúng dạng: vị trí đối tượng %u chỉ sang đối tượng khác", entry->num);
	*ret_end = p.pos;
	return HB_OK;
}

static enum hb_code
unpack_container(struct pdf *pdf, const struct pdf_value *stream, struct pdf_container **ret_container,
    struct hb_err *err)
{
	const struct pdf_value *n = pdf_get(stream, "N"), *first = pdf_get(stream, "First");
	struct pdf_container   *c = HB_NEW(pdf->a, struct pdf_container);
	if (c == NULL)
		return hb_full(err);
	if (!pdf_is_name(pdf_get(stream, "Type"), "ObjStm") || n == NULL || n->type != PDF_INT || n->integer < 0 ||
	    n->integer > PDF_OBJECTS_MAX || first == NULL || first->type != PDF_INT || first->integer < 0)
		return pdf_bad(err, "PDF không đúng dạng: luồng đối tượng sai");
	enum hb_code rc = pdf_stream(pdf, stream, &c->bytes, err);
	if (rc != HB_OK)
		return rc;
	c->n = (size_t)n->integer;
	c->nums = HB_NEWN(pdf->a, uint32_t, c->n + 1);
	c->offsets = HB_NEWN(pdf->a, size_t, c->n + 1);
	if (c->nums == NULL || c->offsets == NULL)
		return hb_full(err);
	struct pdf_parser p = { .text = c->bytes, .a = pdf->a, .err = err };
	for (size_t i = 0; i < c->n; i++) {
		uint64_t num, offset;
		if (!pdf_parse_uint(&p, PDF_OBJECTS_MAX, &num) || !pdf_parse_uint(&p, c->bytes.n, &offset))
			return pdf_bad(err, "PDF không đúng dạng: luồng đối tượng sai");
		c->nums[i] = (uint32_t)num;
		c->offsets[i] = (size_t)offset + (size_t)first->integer;
	}
	*ret_container = c;
	return HB_OK;
}

static enum hb_code
read_in_stream(struct pdf *pdf, const struct pdf_entry *entry, struct pdf_value *value, struct hb_err *err)
{
	if (entry->offset >= pdf->slots_n || pdf->slots[entry->offset].entry == NULL ||
	    pdf->slots[entry->offset].entry->where != PDF_AT_OFFSET)
		return pdf_bad(err, "PDF không đúng dạng: đối tượng %u ở trong một luồng không có", entry->num);
	struct pdf_slot *holder = &pdf->slots[entry->offset];
	if (holder->container == NULL) {
		const struct pdf_value *stream;
		struct pdf_ref ref = { (uint32_t)entry->offset, holder->entry->gen };
		enum hb_code   rc = pdf_object(pdf, ref, &stream, err);
		if (rc == HB_OK)
			rc = unpack_container(pdf, stream, &holder->container, err);
		if (rc != HB_OK)
			return rc;
	}
	const struct pdf_container *c = holder->container;
	if (entry->gen >= c->n || c->nums[entry->gen] != entry->num || c->offsets[entry->gen] >= c->bytes.n)
		return pdf_bad(err, "PDF không đúng dạng: đối tượng %u không ở chỗ đã ghi", entry->num);
	struct pdf_parser p = { .text = c->bytes, .pos = c->offsets[entry->gen], .a = pdf->a, .err = err };
	return pdf_parse(&p, 0, value);
}

static enum hb_code
load(struct pdf *pdf, struct pdf_slot *slot, struct hb_err *err)
{
	struct pdf_value *value = HB_NEW(pdf->a, struct pdf_value);
	size_t            end;
	if (value == NULL)
		return hb_full(err);
	if (slot->loading || pdf->loading == PDF_LOADING_MAX)
		return pdf_bad(err, "PDF không đúng dạng: đối tượng %u cần chính nó", slot->entry->num);
	slot->loading = true;
	pdf->loading++;
	enum hb_code rc = slot->entry->where == PDF_AT_OFFSET ? read_at_offset(pdf, slot->entry, value, &end, err)
							      : read_in_stream(pdf, slot->entry, value, err);
	pdf->loading--;
	slot->loading = false;
	if (rc == HB_OK)
		slot->value = value;
	return rc;
}

const struct pdf_entry *
pdf_entry(const struct pdf *pdf, uint32_t num)
{
	return num < pdf->slots_n ? pdf->slots[num].entry : NULL;
}

enum hb_code
pdf_object(struct pdf *pdf, struct pdf_ref ref, const struct pdf_value **ret_value, struct hb_err *err)
{
	const struct pdf_entry *entry = pdf_entry(pdf, ref.num);
	uint32_t gen = entry != NULL && entry->where == PDF_AT_OFFSET ? entry->gen : 0;
	*ret_value = &pdf->null;
	if (entry == NULL || entry->where == PDF_FREE || gen != ref.gen)
		return HB_OK;
	struct pdf_slot *slot = &pdf->slots[ref.num];
	if (slot->value == NULL) {
		enum hb_code rc = load(pdf, slot, err);
		if (rc != HB_OK)
			return rc;
	}
	*ret_value = slot->value;
	return HB_OK;
}

enum hb_code
pdf_object_extent(struct pdf *pdf, const struct pdf_entry *entry, size_t *ret_end, struct hb_err *err)
{
	struct pdf_value value;
	return read_at_offset(pdf, entry, &value, ret_end, err);
}

const struct pdf_revision *
pdf_revisions(const struct pdf *pdf, size_t *ret_n)
{
	*ret_n = pdf->revisions_n;
	return pdf->revisions;
}

size_t
pdf_tail(const struct pdf *pdf)
{
	return pdf->tail;
}

struct hb_bytes
pdf_bytes(const struct pdf *pdf)
{
	return pdf->file;
}

const struct pdf_value *
pdf_trailer(const struct pdf *pdf)
{
	return pdf->revisions[pdf->revisions_n - 1].trailer;
}

uint32_t
pdf_size(const struct pdf *pdf)
{
	return pdf->slots_n;
}

enum hb_code
pdf_open(struct hb_bytes file, struct hb_arena *a, struct pdf **ret_pdf, struct hb_err *err)
{
	if (file.n > PDF_FILE_MAX)
		return hb_fail(err, HB_E_TOOBIG, "pdf.quaLon", "tệp PDF lớn hơn %zu MB", PDF_FILE_MAX >> 20);
	if (file.n < 8 || memcmp(file.p, "%PDF-", 5) != 0)
		return pdf_bad(err, "tệp không phải PDF");
	struct pdf *pdf = HB_NEW(a, struct pdf);
	if (pdf == NULL)
		return hb_full(err);
	pdf->file = file;
	pdf->a = a;
	enum hb_code rc = pdf_read_sections(pdf, err);
	if (rc != HB_OK)
		return rc;
	if (pdf_get(pdf_trailer(pdf), "Encrypt") != NULL)
		return hb_fail(err, HB_E_INPUT, "pdf.maHoa", "tệp PDF bị đặt mật khẩu");
	if (pdf_get(pdf_trailer(pdf), "Root") == NULL)
		return pdf_bad(err, "PDF không đúng dạng: thiếu mục lục (Root)");
	*ret_pdf = pdf;
	return HB_OK;
}
