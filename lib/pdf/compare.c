/* pdf/compare.c - what one later revision did to a signed file, object by object.
 *
 * A revision over a signature may add: one signature or document timestamp (its field, widget and appearance), the
 * DSS dictionary, and what form, page and catalogue need to name them.  Everything else is a change.  So:
 *   every object it redefines must have a role that may change, and only in the members of that role;
 *   every new object must be new: not one that the signed part already pointed at, not bytes of the signed part;
 *   its bytes are its objects and nothing between them. */
#include "pdf/fields.h"
#include "pdf/inspect.h"
#include "pdf/reader.h"
#include <stdlib.h>
#include <string.h>

#define NEW_FIELDS_MAX 16

struct comparison {
	struct pdf                *before, *after;
	struct hb_arena           *a;
	const struct pdf_revision *last;             /* of after */
	size_t                     start;            /* where its bytes begin */
	uint32_t                   nums;             /* object numbers of both */
	uint8_t                   *marks;
	const struct pdf_value    *old_root, *new_root, *old_form, *new_form;
	uint32_t                   new_fields[NEW_FIELDS_MAX];
	size_t                     new_fields_n;
};
enum { SEEN = 1, DANGLING = 2, MAY_CHANGE = 4, REDEFINED = 8 };

#define UNREADABLE "không đọc được một đối tượng"

static bool
in_use(const struct pdf *pdf, uint32_t num)
{
	const struct pdf_entry *e = pdf_entry(pdf, num);
	return e != NULL && e->where != PDF_FREE;
}

static void
mark(struct comparison *c, const struct pdf_value *value, uint8_t bit)
{
	if (value != NULL && value->type == PDF_REF && value->ref.num < c->nums)
		c->marks[value->ref.num] |= bit;
}

/* ---- what the signed part points at ---- */

/* Adds the references inside a value to the list of objects still to visit. */
static void
gather(struct comparison *c, const struct pdf_value *v, uint32_t *todo, size_t *todo_n)
{
	if (v->type == PDF_REF && v->ref.num < c->nums && !(c->marks[v->ref.num] & SEEN)) {
		c->marks[v->ref.num] |= SEEN;
		if (in_use(c->before, v->ref.num))
			todo[(*todo_n)++] = v->ref.num;
		else
			c->marks[v->ref.num] |= DANGLING;
	}
	if (v->type == PDF_ARRAY || v->type == PDF_DICT)
		for (uint32_t i = 0; i < v->count; i++)
			gather(c, &v->items[i], todo, todo_n);
}

static const char *
find_dangling(struct comparison *c)
{
	uint32_t *todo = HB_NEWN(c->a, uint32_t, c->nums + 1);
	size_t    n = 0;
	if (todo == NULL)
		return UNREADABLE;
	gather(c, pdf_trailer(c->before), todo, &n);
	while (n > 0) {
		uint32_t                num = todo[--n];
		const struct pdf_entry *e = pdf_entry(c->before, num);
		struct pdf_ref          ref = { num, e->where == PDF_AT_OFFSET ? e->gen : 0 };
		const struct pdf_value *value;
		if (pdf_object(c->before, ref, &value, NULL) != HB_OK)
			return UNREADABLE;
		gather(c, value, todo, &n);
	}
	return NULL;
}

/* ---- which objects have a role that may change ---- */

static void
mark_dss(struct comparison *c)
{
	static const char *const arrays[] = { "Certs", "OCSPs", "CRLs", "VRI" };
	const struct pdf_value  *dss;
	mark(c, pdf_get(c->old_root, "DSS"), MAY_CHANGE);
	if (pdf_lookup(c->before, c->old_root, "DSS", &dss, NULL) == HB_OK)
		for (size_t i = 0; i < 4; i++)
			mark(c, pdf_get(dss, arrays[i]), MAY_CHANGE);
}

static const char *
mark_roles(struct comparison *c)
{
	struct pdf_sigfield *fields = NULL;
	size_t               n = 0;
	mark(c, pdf_get(pdf_trailer(c->before), "Root"), MAY_CHANGE);
	mark(c, pdf_get(pdf_trailer(c->before), "Info"), MAY_CHANGE);
	mark(c, pdf_get(c->old_root, "AcroForm"), MAY_CHANGE);
	mark(c, pdf_get(c->old_form, "Fields"), MAY_CHANGE);
	mark_dss(c);
	for (size_t i = 0; i < pdf_page_count(c->before); i++) {
		struct pdf_ref          ref;
		const struct pdf_value *page;
		if (pdf_page(c->before, i, &ref, &page, NULL) != HB_OK)
			return UNREADABLE;
		c->marks[ref.num] |= MAY_CHANGE;
		mark(c, pdf_get(page, "Annots"), MAY_CHANGE);
	}
	if (pdf_sigfields(c->before, c->a, &fields, &n, NULL) != HB_OK)
		return UNREADABLE;
	for (size_t i = 0; i < n; i++)
		if (fields[i].value == NULL && fields[i].ref.num != 0 && fields[i].ref.num < c->nums)
			c->marks[fields[i].ref.num] |= MAY_CHANGE;
	return NULL;
}

static const char *
check_entry(struct comparison *c, const struct pdf_entry *e)
{
	bool was = in_use(c->before, e->num);
	c->marks[e->num] |= REDEFINED;
	if (e->where == PDF_FREE)
		return was ? hb_printf(c->a, "đối tượng %u bị xoá", e->num) : NULL;
	if (e->where == PDF_AT_OFFSET && e->offset < c->start)
		return hb_printf(c->a, "đối tượng %u bị trỏ về chỗ khác trong phần đã ký", e->num);
	if (e->where == PDF_IN_STREAM) {
		const struct pdf_entry *holder = pdf_entry(c->after, (uint32_t)e->offset);
		if (holder == NULL || holder->where != PDF_AT_OFFSET || holder->offset < c->start)
			return hb_printf(c->a, "đối tượng %u bị trỏ về chỗ khác trong phần đã ký", e->num);
	}
	if (was && !(c->marks[e->num] & MAY_CHANGE))
		return hb_printf(c->a, "đối tượng %u bị thay", e->num);
	if (!was && (c->marks[e->num] & DANGLING))
		return hb_printf(c->a, "đối tượng %u mà phần đã ký trỏ tới được đưa vào sau", e->num);
	return NULL;
}

/* ---- the bytes of the revision ---- */

static int
by_offset(const void *pa, const void *pb)
{
	const struct pdf_entry *a = *(const struct pdf_entry *const *)pa, *b = *(const struct pdf_entry *const *)pb;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

static bool
only_space(struct hb_bytes file, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!pdf_is_space(file.p[i]))
			return false;
	return true;
}

static const char *
check_bytes(struct comparison *c)
{
	const struct pdf_entry **sorted = HB_NEWN(c->a, const struct pdf_entry *, c->last->entries_n + 1);
	size_t                   n = 0, at = c->start;
	struct hb_bytes          file = pdf_bytes(c->after);
	if (sorted == NULL)
		return UNREADABLE;
	for (size_t i = 0; i < c->last->entries_n; i++)
		if (c->last->entries[i].where == PDF_AT_OFFSET && c->last->entries[i].offset != c->last->xref)
			sorted[n++] = &c->last->entries[i];
	qsort(sorted, n, sizeof *sorted, by_offset);
	for (size_t i = 0; i < n; i++) {
		if (sorted[i]->offset < at || !only_space(file, at, sorted[i]->offset))
			return "có byte nằm giữa các đối tượng được thêm";
		if (pdf_object_extent(c->after, sorted[i], &at, NULL) != HB_OK)
			return UNREADABLE;
	}
	if (at > c->last->xref || !only_space(file, at, c->last->xref))
		return "có byte nằm giữa các đối tượng được thêm";
	return NULL;
}

/* ---- dictionaries, member by member ---- */

static bool
is_one_of(struct hb_bytes key, const char *const *names)
{
	for (; *names != NULL; names++)
		if (key.n == strlen(*names) && memcmp(key.p, *names, key.n) == 0)
			return true;
	return false;
}

static const struct pdf_value *
member(const struct pdf_value *dict, struct hb_bytes key)
{
	for (uint32_t i = 0; i < dict->count; i++)
		if (dict->keys[i].n == key.n && memcmp(dict->keys[i].p, key.p, key.n) == 0)
			return &dict->items[i];
	return NULL;
}

/* Equal but for the members named; old may be the null value: then only those may stand in the new one. */
static bool
same_but(const struct pdf_value *old, const struct pdf_value *new, const char *const *names)
{
	if (new->type != PDF_DICT || (old->type != PDF_DICT && old->type != PDF_NULL) || old->has_stream || new->has_stream)
		return false;
	for (uint32_t i = 0; i < new->count; i++) {
		const struct pdf_value *was = old->type == PDF_DICT ? member(old, new->keys[i]) : NULL;
		if (!is_one_of(new->keys[i], names) && (was == NULL || !pdf_equal(was, &new->items[i])))
			return false;
	}
	for (uint32_t i = 0; old->type == PDF_DICT && i < old->count; i++)
		if (!is_one_of(old->keys[i], names) && member(new, old->keys[i]) == NULL)
			return false;
	return true;
}

/* ---- form and fields ---- */

/* The signature in this field was made by this revision and covers it. */
static bool
signed_now(struct comparison *c, const struct pdf_value *dict)
{
	struct pdf_sigfield     f = { .dict = dict };
	struct pdf_place        place;
	const struct pdf_value *v = pdf_get(dict, "V");
	const char             *why;
	size_t                  n;
	pdf_revisions(c->after, &n);
	if (v == NULL || v->type != PDF_REF || in_use(c->before, v->ref.num) ||
	    pdf_resolve(c->after, v, &f.value, NULL) != HB_OK || f.value->type != PDF_DICT)
		return false;
	f.value_ref = v->ref;
	return pdf_place(c->after, &f, &place, &why) && place.revision == n - 1;
}

/* A field may not carry actions or children, and shows itself only with the signature it holds. */
static const char *
check_new_field(struct comparison *c, const struct pdf_value *ref)
{
	static const char *const may[] = { "Type", "Subtype", "FT", "T", "TU", "V", "P", "F", "Ff", "Rect", "AP", "MK",
		"M", "NM", "Border", "BS", "DA", "Lock", "SV", "Q", NULL };
	static const struct pdf_value nothing = { 0 };
	const struct pdf_value *dict;
	if (ref->type != PDF_REF || in_use(c->before, ref->ref.num) || c->new_fields_n == NEW_FIELDS_MAX ||
	    pdf_resolve(c->after, ref, &dict, NULL) != HB_OK)
		return "biểu mẫu có thêm trường lạ";
	if (!same_but(&nothing, dict, may) || !pdf_is_name(pdf_get(dict, "FT"), "Sig") ||
	    (pdf_get(dict, "Subtype") != NULL && !pdf_is_name(pdf_get(dict, "Subtype"), "Widget")))
		return "biểu mẫu có thêm trường không phải chữ ký";
	if (!signed_now(c, dict))
		return "biểu mẫu có thêm ô chữ ký nhưng không có chữ ký phủ lần cập nhật này";
	c->new_fields[c->new_fields_n++] = ref->ref.num;
	return NULL;
}

static const char *
check_form(struct comparison *c)
{
	static const char *const may_new[] = { "Fields", "SigFlags", "DR", "DA", NULL };
	static const char *const may[] = { "Fields", "SigFlags", NULL };
	const struct pdf_value  *old, *new;
	if (c->new_form->type == PDF_NULL && c->old_form->type == PDF_NULL)
		return NULL;
	if (!same_but(c->old_form, c->new_form, c->old_form->type == PDF_NULL ? may_new : may))
		return "biểu mẫu bị thay đổi";
	if (pdf_lookup(c->before, c->old_form, "Fields", &old, NULL) != HB_OK ||
	    pdf_lookup(c->after, c->new_form, "Fields", &new, NULL) != HB_OK)
		return UNREADABLE;
	uint32_t kept = old->type == PDF_ARRAY ? old->count : 0;
	if (new->type != PDF_ARRAY || new->count < kept)
		return "biểu mẫu bị bớt trường";
	for (uint32_t i = 0; i < kept; i++)
		if (!pdf_equal(&old->items[i], &new->items[i]))
			return "biểu mẫu bị đổi trường";
	for (uint32_t i = kept; i < new->count; i++) {
		const char *why = check_new_field(c, &new->items[i]);
		if (why != NULL)
			return why;
	}
	return NULL;
}

/* A field that stood empty may be signed, and nothing else of it may change. */
static const char *
check_old_fields(struct comparison *c)
{
	static const char *const may[] = { "V", "AP", "M", "F", NULL };
	struct pdf_sigfield     *fields = NULL;
	size_t                   n = 0;
	if (pdf_sigfields(c->before, c->a, &fields, &n, NULL) != HB_OK)
		return UNREADABLE;
	for (size_t i = 0; i < n; i++) {
		const struct pdf_value *now;
		if (fields[i].value != NULL || fields[i].ref.num == 0 || !(c->marks[fields[i].ref.num] & REDEFINED))
			continue;
		if (pdf_object(c->after, fields[i].ref, &now, NULL) != HB_OK)
			return UNREADABLE;
		if (!same_but(fields[i].dict, now, may) || !signed_now(c, now))
			return hb_printf(c->a, "ô chữ ký %s bị thay đổi", fields[i].name);
	}
	return NULL;
}

/* ---- pages ---- */

static bool
is_new_widget(const struct comparison *c, const struct pdf_value *item)
{
	for (size_t i = 0; i < c->new_fields_n; i++)
		if (item->type == PDF_REF && item->ref.num == c->new_fields[i])
			return true;
	return false;
}

static const char *
check_page(struct comparison *c, size_t index)
{
	static const char *const may[] = { "Annots", NULL };
	struct pdf_ref           old_ref, new_ref;
	const struct pdf_value  *old_page, *new_page, *old, *new;
	if (pdf_page(c->before, index, &old_ref, &old_page, NULL) != HB_OK ||
	    pdf_page(c->after, index, &new_ref, &new_page, NULL) != HB_OK)
		return UNREADABLE;
	if (old_ref.num != new_ref.num)
		return "thứ tự trang bị thay đổi";
	const struct pdf_value *annots = pdf_get(old_page, "Annots");
	if (!(c->marks[old_ref.num] & REDEFINED) &&
	    (annots == NULL || annots->type != PDF_REF || !(c->marks[annots->ref.num] & REDEFINED)))
		return NULL;
	if (!same_but(old_page, new_page, may))
		return hb_printf(c->a, "nội dung trang %zu bị thay đổi", index + 1);
	if (pdf_lookup(c->before, old_page, "Annots", &old, NULL) != HB_OK ||
	    pdf_lookup(c->after, new_page, "Annots", &new, NULL) != HB_OK)
		return UNREADABLE;
	uint32_t kept = old->type == PDF_ARRAY ? old->count : 0, now = new->type == PDF_ARRAY ? new->count : 0;
	if (now < kept)
		return hb_printf(c->a, "trang %zu bị bớt chú thích hoặc chữ ký", index + 1);
	for (uint32_t i = 0; i < now; i++)
		if (i < kept ? !pdf_equal(&old->items[i], &new->items[i]) : !is_new_widget(c, &new->items[i]))
			return hb_printf(c->a, "trang %zu có thêm lớp che hoặc chú thích", index + 1);
	return NULL;
}

static const char *
check_pages(struct comparison *c)
{
	size_t n = pdf_page_count(c->before);
	if (n == 0 || n != pdf_page_count(c->after))
		return "số trang bị thay đổi";
	for (size_t i = 0; i < n; i++) {
		const char *why = check_page(c, i);
		if (why != NULL)
			return why;
	}
	return NULL;
}

/* ---- evidence ---- */

static bool
keeps_all(const struct pdf_value *old, const struct pdf_value *new)
{
	for (uint32_t i = 0; old->type == PDF_ARRAY && i < old->count; i++) {
		bool found = false;
		for (uint32_t k = 0; !found && new->type == PDF_ARRAY && k < new->count; k++)
			found = pdf_equal(&old->items[i], &new->items[k]);
		if (!found)
			return false;
	}
	for (uint32_t i = 0; old->type == PDF_DICT && i < old->count; i++) {
		const struct pdf_value *now = new->type == PDF_DICT ? member(new, old->keys[i]) : NULL;
		if (now == NULL || !pdf_equal(&old->items[i], now))
			return false;
	}
	return true;
}

static const char *
check_dss(struct comparison *c)
{
	static const char *const members[] = { "Certs", "OCSPs", "CRLs", "VRI", NULL };
	static const char *const may[] = { "Certs", "OCSPs", "CRLs", "VRI", "Type", NULL };
	const struct pdf_value  *old, *new, *old_part, *new_part;
	if (pdf_lookup(c->before, c->old_root, "DSS", &old, NULL) != HB_OK ||
	    pdf_lookup(c->after, c->new_root, "DSS", &new, NULL) != HB_OK)
		return UNREADABLE;
	if (old->type == PDF_NULL && new->type == PDF_NULL)
		return NULL;
	if (!same_but(old, new, may))
		return "kho bằng chứng (DSS) bị thay đổi";
	for (size_t i = 0; members[i] != NULL; i++)
		if (pdf_lookup(c->before, old, members[i], &old_part, NULL) != HB_OK ||
		    pdf_lookup(c->after, new, members[i], &new_part, NULL) != HB_OK || !keeps_all(old_part, new_part))
			return "kho bằng chứng (DSS) bị bớt";
	return NULL;
}

/* ---- catalogue and trailer ---- */

static const char *
check_catalogue(struct comparison *c)
{
	static const char *const may[] = { "AcroForm", "DSS", "Extensions", NULL };
	static const char *const info_may[] = { "ModDate", "Producer", NULL };
	const struct pdf_value  *old_info, *new_info;
	if (!same_but(c->old_root, c->new_root, may))
		return "mục lục tài liệu bị thay đổi";
	if (pdf_lookup(c->before, pdf_trailer(c->before), "Info", &old_info, NULL) != HB_OK ||
	    pdf_lookup(c->after, pdf_trailer(c->after), "Info", &new_info, NULL) != HB_OK)
		return UNREADABLE;
	if (new_info->type != PDF_NULL && !same_but(old_info, new_info, info_may))
		return "thông tin tài liệu bị thay đổi";
	return NULL;
}

static const char *
begin(struct comparison *c)
{
	const struct pdf_value *old_ref = pdf_get(pdf_trailer(c->before), "Root");
	const struct pdf_value *new_ref = pdf_get(pdf_trailer(c->after), "Root");
	size_t                  n;
	if (!pdf_equal(old_ref, new_ref))
		return "mục lục tài liệu bị thay bằng mục lục khác";
	if (pdf_resolve(c->before, old_ref, &c->old_root, NULL) != HB_OK ||
	    pdf_resolve(c->after, new_ref, &c->new_root, NULL) != HB_OK ||
	    pdf_lookup(c->before, c->old_root, "AcroForm", &c->old_form, NULL) != HB_OK ||
	    pdf_lookup(c->after, c->new_root, "AcroForm", &c->new_form, NULL) != HB_OK)
		return UNREADABLE;
	const struct pdf_revision *before = pdf_revisions(c->before, &n);
	c->start = before[n - 1].eof;
	c->last = pdf_revisions(c->after, &n);
	c->last += n - 1;
	c->nums = pdf_size(c->after) > pdf_size(c->before) ? pdf_size(c->after) : pdf_size(c->before);
	c->marks = HB_NEWN(c->a, uint8_t, c->nums + 1);
	return c->marks == NULL ? UNREADABLE : NULL;
}

const char *
pades_forbidden_change(struct pdf *before, struct pdf *after, struct hb_arena *a)
{
	static const char *(*const checks[])(struct comparison *) = { check_bytes, check_catalogue, check_form,
		check_old_fields, check_pages, check_dss };
	struct comparison c = { .before = before, .after = after, .a = a };
	const char       *why = begin(&c);
	if (why == NULL)
		why = find_dangling(&c);
	if (why == NULL)
		why = mark_roles(&c);
	for (size_t i = 0; why == NULL && i < c.last->entries_n; i++)
		why = check_entry(&c, &c.last->entries[i]);
	for (size_t i = 0; why == NULL && i < sizeof checks / sizeof *checks; i++)
		why = checks[i](&c);
	return why;
}
