/* pdf/fields.c - walking the form for signature fields, and judging their ByteRange. */
#include "pdf/fields.h"
#include "pdf/reader.h"
#include <string.h>

struct walk {
	struct pdf          *pdf;
	struct hb_arena     *a;
	struct pdf_sigfield *fields;
	size_t               n;
	size_t               budget;
};

static const char *
join_name(struct walk *w, const char *parent, const struct pdf_value *dict)
{
	const struct pdf_value *t = pdf_get(dict, "T");
	if (t == NULL)
		return parent;
	const char *own = pdf_text(w->pdf, t);
	return parent[0] == '\0' ? own : hb_printf(w->a, "%s.%s", parent, own);
}

static enum hb_code
take_field(struct walk *w, const char *name, struct pdf_ref ref, const struct pdf_value *dict, struct hb_err *err)
{
	struct pdf_sigfield     f = { .name = name, .ref = ref, .dict = dict };
	const struct pdf_value *v = pdf_get(dict, "V");
	if (v != NULL && v->type == PDF_REF)
		f.value_ref = v->ref;
	if (v != NULL) {
		enum hb_code rc = pdf_resolve(w->pdf, v, &v, err);
		if (rc != HB_OK)
			return rc;
		f.value = v->type == PDF_DICT ? v : NULL;
	}
	w->fields[w->n++] = f;
	return HB_OK;
}

static enum hb_code
walk_field(struct walk *w, const struct pdf_value *item, const char *parent, bool parent_is_sig, unsigned depth,
    struct hb_err *err)
{
	struct pdf_ref          ref = item->type == PDF_REF ? item->ref : (struct pdf_ref){ 0 };
	const struct pdf_value *dict, *type, *kids;
	if (depth > PDF_DEPTH_MAX || w->budget == 0)
		return hb_fail(err, HB_E_TOOBIG, "pdf.quaLon", "biểu mẫu trong PDF có quá nhiều trường");
	w->budget--;
	enum hb_code rc = pdf_resolve(w->pdf, item, &dict, err);
	if (rc == HB_OK)
		rc = pdf_lookup(w->pdf, dict, "FT", &type, err);
	if (rc == HB_OK)
		rc = pdf_lookup(w->pdf, dict, "Kids", &kids, err);
	if (rc != HB_OK)
		return rc;
	const char *name = join_name(w, parent, dict);
	if (name == NULL)
		return hb_full(err);
	bool is_sig = type->type == PDF_NAME ? pdf_is_name(type, "Sig") : parent_is_sig;
	if (is_sig && (kids->type != PDF_ARRAY || pdf_get(dict, "V") != NULL))
		return take_field(w, name, ref, dict, err);
	for (uint32_t i = 0; rc == HB_OK && kids->type == PDF_ARRAY && i < kids->count; i++)
		rc = walk_field(w, &kids->items[i], name, is_sig, depth + 1, err);
	return rc;
}

enum hb_code
pdf_sigfields(struct pdf *pdf, struct hb_arena *a, struct pdf_sigfield **ret_fields, size_t *ret_n,
    struct hb_err *err)
{
	struct walk             w = { .pdf = pdf, .a = a, .budget = PDF_FIELDS_MAX };
	const struct pdf_value *root, *form, *fields;
	enum hb_code            rc = pdf_lookup(pdf, pdf_trailer(pdf), "Root", &root, err);
	if (rc == HB_OK)
		rc = pdf_lookup(pdf, root, "AcroForm", &form, err);
	if (rc == HB_OK)
		rc = pdf_lookup(pdf, form, "Fields", &fields, err);
	if (rc != HB_OK)
		return rc;
	w.fields = HB_NEWN(a, struct pdf_sigfield, PDF_FIELDS_MAX);
	if (w.fields == NULL)
		return hb_full(err);
	for (uint32_t i = 0; rc == HB_OK && fields->type == PDF_ARRAY && i < fields->count; i++)
		rc = walk_field(&w, &fields->items[i], "", false, 0, err);
	if (rc != HB_OK)
		return rc;
	*ret_fields = w.fields;
	*ret_n = w.n;
	return HB_OK;
}

static bool
read_range(const struct pdf_value *range, size_t size, size_t out[4])
{
	if (range == NULL || range->type != PDF_ARRAY || range->count != 4)
		return false;
	for (int i = 0; i < 4; i++) {
		if (range->items[i].type != PDF_INT || range->items[i].integer < 0 ||
		    (uint64_t)range->items[i].integer > size)
			return false;
		out[i] = (size_t)range->items[i].integer;
	}
	return out[0] == 0 && out[1] < out[2] && out[3] <= size - out[2];
}

/* Nothing but hexadecimal digits between the brackets: no place for other bytes to hide. */
static bool
hole_is_plain(struct hb_bytes file, size_t at, size_t end)
{
	if (file.p[at] != '<' || file.p[end - 1] != '>')
		return false;
	for (size_t i = at + 1; i < end - 1; i++)
		if (!pdf_is_hex(file.p[i]))
			return false;
	return true;
}

/* The signature dictionary must be an object of the revision it covers, in the file itself. */
static bool
defined_in(const struct pdf *pdf, size_t revision, struct pdf_ref ref, size_t at)
{
	size_t n;
	const struct pdf_revision *r = pdf_revisions(pdf, &n);
	size_t from = revision == 0 ? 0 : r[revision - 1].eof;
	for (size_t i = 0; i < r[revision].entries_n; i++)
		if (r[revision].entries[i].num == ref.num)
			return r[revision].entries[i].where == PDF_AT_OFFSET && r[revision].entries[i].offset >= from &&
			    r[revision].entries[i].offset < at;
	return false;
}

bool
pdf_place(struct pdf *pdf, const struct pdf_sigfield *field, struct pdf_place *ret_place, const char **ret_why)
{
	const struct pdf_value *contents = pdf_get(field->value, "Contents");
	struct hb_bytes         file = pdf_bytes(pdf);
	size_t                  r[4], n;
	*ret_why = "không có ByteRange hoặc ByteRange sai";
	if (!read_range(pdf_get(field->value, "ByteRange"), file.n, r))
		return false;
	*ret_why = "Contents không phải chuỗi nằm trong đối tượng chữ ký";
	if (contents == NULL || contents->type != PDF_STRING || contents->end == 0 || field->value_ref.num == 0)
		return false;
	*ret_why = "ByteRange chừa ra chỗ khác với Contents";
	if (contents->at != r[1] || contents->end != r[2] || !hole_is_plain(file, r[1], r[2]))
		return false;
	struct pdf_place place = { .hole_at = r[1], .hole_end = r[2], .covers_end = r[2] + r[3] };
	const struct pdf_revision *revisions = pdf_revisions(pdf, &n);
	while (place.revision < n && revisions[place.revision].end < place.covers_end)
		place.revision++;
	*ret_why = "ByteRange không phủ hết lần cập nhật mà nó ký";
	if (place.revision == n || place.covers_end < revisions[place.revision].eof)
		return false;
	*ret_why = "chữ ký nằm ngoài lần cập nhật mà nó phủ";
	if (!defined_in(pdf, place.revision, field->value_ref, place.hole_at))
		return false;
	*ret_place = place;
	return true;
}
