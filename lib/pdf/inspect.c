/* pdf/inspect.c - the facts of a signed PDF, put together. */
#include "pdf/inspect.h"
#include "pdf/fields.h"
#include "pdf/prepare.h"
#include "pdf/reader.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FINDINGS_MAX 512

struct inspection {
	struct pdf          *pdf;
	struct hb_arena     *a;
	struct pades_facts   facts;
	struct pdf_sigfield *fields;
	size_t               fields_n;
	size_t               first_signed;        /* index of the oldest revision a signature covers */
};

static void
find(struct inspection *in, const char *key, const char *field, size_t revision, const char *text)
{
	if (in->facts.findings_n < FINDINGS_MAX)
		in->facts.findings[in->facts.findings_n++] = (struct pades_finding){ key, field, revision,
			text == NULL ? "" : text };
}

/* ---- what the dictionary claims ---- */

static hb_time
parse_date(const char *s)
{
	struct tm tm = { 0 };
	int       hours = 0, minutes = 0;
	char      sign = 'Z';
	if (sscanf(s, "D:%4d%2d%2d%2d%2d%2d%c%2d'%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
		&tm.tm_sec, &sign, &hours, &minutes) < 6 || tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour < 0 || tm.tm_min < 0 || tm.tm_sec < 0)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	hb_time offset = (hb_time)(hours * 3600 + minutes * 60);
	hb_time local = (hb_time)timegm(&tm);
	return sign == '+' ? local - offset : sign == '-' ? local + offset : local;
}

static int
docmdp_of(struct pdf *pdf, const struct pdf_value *sig)
{
	const struct pdf_value *refs, *ref, *params, *p;
	if (pdf_lookup(pdf, sig, "Reference", &refs, NULL) != HB_OK || refs->type != PDF_ARRAY)
		return 0;
	for (uint32_t i = 0; i < refs->count; i++) {
		if (pdf_resolve(pdf, &refs->items[i], &ref, NULL) != HB_OK ||
		    !pdf_is_name(pdf_get(ref, "TransformMethod"), "DocMDP") ||
		    pdf_lookup(pdf, ref, "TransformParams", &params, NULL) != HB_OK ||
		    pdf_lookup(pdf, params, "P", &p, NULL) != HB_OK)
			continue;
		return p->type == PDF_INT && p->integer >= 1 && p->integer <= 3 ? (int)p->integer : 2;
	}
	return 0;
}

static size_t
page_of(struct inspection *in, struct pdf_ref widget)
{
	for (size_t i = 0; i < pdf_page_count(in->pdf); i++) {
		struct pdf_ref          ref;
		const struct pdf_value *page, *annots;
		if (pdf_page(in->pdf, i, &ref, &page, NULL) != HB_OK ||
		    pdf_lookup(in->pdf, page, "Annots", &annots, NULL) != HB_OK || annots->type != PDF_ARRAY)
			continue;
		for (uint32_t k = 0; k < annots->count; k++)
			if (annots->items[k].type == PDF_REF && annots->items[k].ref.num == widget.num)
				return i;
	}
	return 0;
}

static void
read_claims(struct inspection *in, const struct pdf_sigfield *f, struct pades_signature *s)
{
	const struct pdf_value *sub = pdf_get(f->value, "SubFilter");
	s->field = f->name;
	s->subfilter = "";
	if (sub != NULL && sub->type == PDF_NAME) {
		const char *name = hb_strndup(in->a, (const char *)sub->text.p, sub->text.n);
		s->subfilter = name == NULL ? "" : name;
	}
	s->kind = strcmp(s->subfilter, "ETSI.RFC3161") == 0 ? PADES_DOCUMENT_TIMESTAMP : PADES_SIGNATURE;
	s->signer = pdf_text(in->pdf, pdf_get(f->value, "Name"));
	s->reason = pdf_text(in->pdf, pdf_get(f->value, "Reason"));
	s->claimed_time = parse_date(pdf_text(in->pdf, pdf_get(f->value, "M")));
	s->docmdp = docmdp_of(in->pdf, f->value);
	(void)pdf_rect(in->pdf, pdf_get(f->dict, "Rect"), &s->rect);
	s->page = page_of(in, f->ref);
}

/* ---- one signature ---- */

static void
read_one(struct inspection *in, const struct pdf_sigfield *f, struct pades_signature *s)
{
	struct pdf_place place = { 0 };
	const char      *why = NULL;
	read_claims(in, f, s);
	if (!pdf_place(in->pdf, f, &place, &why)) {
		find(in, "pdf.vungKy", s->field, 0, hb_printf(in->a, "chữ ký %s: %s", s->field, why));
		return;
	}
	s->range_ok = true;
	s->hole_at = place.hole_at;
	s->hole_end = place.hole_end;
	s->covers_end = place.covers_end;
	s->revision = place.revision + 1;
	s->digest = pades_digest(pdf_bytes(in->pdf), &place);
	if (pades_contents(pdf_bytes(in->pdf), &place, in->a, &s->cms, NULL) != HB_OK ||
	    !pades_read_cms(pdf_bytes(in->pdf), &in->facts.evidence, s, in->a))
		find(in, "pdf.noiDungKy", s->field, s->revision,
		    hb_printf(in->a, "chữ ký %s: nội dung chữ ký không đọc được", s->field));
}

static int
by_revision(const void *pa, const void *pb)
{
	const struct pades_signature *a = pa, *b = pb;
	if (a->covers_end != b->covers_end)
		return a->covers_end < b->covers_end ? -1 : 1;
	return strcmp(a->field, b->field);
}

/* One signature a revision, one field a signature, one name a field. */
static void
check_sharing(struct inspection *in)
{
	for (size_t i = 0; i < in->facts.signatures_n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct pades_signature *a = &in->facts.signatures[k], *b = &in->facts.signatures[i];
			if (strcmp(a->field, b->field) == 0)
				find(in, "pdf.vungKy", b->field, b->revision,
				    hb_printf(in->a, "có hai chữ ký cùng tên %s", b->field));
			else if (a->range_ok && b->range_ok && a->revision == b->revision)
				find(in, "pdf.vungKy", b->field, b->revision,
				    hb_printf(in->a, "chữ ký %s và %s cùng nhận một lần cập nhật", a->field, b->field));
		}
}

static enum hb_code
read_signatures(struct inspection *in, struct hb_err *err)
{
	size_t n = 0;
	for (size_t i = 0; i < in->fields_n; i++)
		n += in->fields[i].value != NULL;
	if (n > PADES_SIGNATURES_MAX)
		return hb_fail(err, HB_E_TOOBIG, "pdf.quaLon", "PDF có quá nhiều chữ ký");
	in->facts.signatures = HB_NEWN(in->a, struct pades_signature, n + 1);
	if (in->facts.signatures == NULL)
		return hb_full(err);
	for (size_t i = 0; i < in->fields_n; i++)
		if (in->fields[i].value != NULL)
			read_one(in, &in->fields[i], &in->facts.signatures[in->facts.signatures_n++]);
	qsort(in->facts.signatures, in->facts.signatures_n, sizeof *in->facts.signatures, by_revision);
	check_sharing(in);
	return HB_OK;
}

/* ---- evidence ---- */

static enum hb_code
read_evidence_array(struct inspection *in, const struct pdf_value *dss, const char *key,
    const struct hb_bytes **ret_items, size_t *ret_n, struct hb_err *err)
{
	const struct pdf_value *array, *stream;
	enum hb_code            rc = pdf_lookup(in->pdf, dss, key, &array, err);
	if (rc != HB_OK || array->type != PDF_ARRAY)
		return rc;
	struct hb_bytes *items = HB_NEWN(in->a, struct hb_bytes, array->count + 1);
	if (items == NULL)
		return hb_full(err);
	for (uint32_t i = 0; rc == HB_OK && i < array->count; i++) {
		rc = pdf_resolve(in->pdf, &array->items[i], &stream, err);
		if (rc == HB_OK)
			rc = pdf_stream(in->pdf, stream, &items[i], err);
	}
	if (rc != HB_OK)
		return rc;
	*ret_items = items;
	*ret_n = array->count;
	return HB_OK;
}

static enum hb_code
read_evidence(struct inspection *in, struct hb_err *err)
{
	struct pades_evidence  *e = &in->facts.evidence;
	const struct pdf_value *root, *dss;
	enum hb_code            rc = pdf_lookup(in->pdf, pdf_trailer(in->pdf), "Root", &root, err);
	if (rc == HB_OK)
		rc = pdf_lookup(in->pdf, root, "DSS", &dss, err);
	if (rc == HB_OK)
		rc = read_evidence_array(in, dss, "Certs", &e->certs, &e->certs_n, err);
	if (rc == HB_OK)
		rc = read_evidence_array(in, dss, "OCSPs", &e->ocsps, &e->ocsps_n, err);
	return rc == HB_OK ? read_evidence_array(in, dss, "CRLs", &e->crls, &e->crls_n, err) : rc;
}

/* ---- later revisions ---- */

static const char *
compare_revision(struct inspection *in, struct pdf *before, const struct pdf_revision *r, struct pdf **ret_after)
{
	struct hb_bytes upto = HB_BYTES(pdf_bytes(in->pdf).p, r->end);
	if (pdf_open(upto, in->a, ret_after, NULL) != HB_OK)
		return "không đọc được";
	return pades_forbidden_change(before, *ret_after, in->a);
}

/* A certification with P=1 allows evidence and document timestamps, no more signatures. */
static const char *
check_docmdp(struct inspection *in, size_t revision)
{
	const struct pades_signature *s = in->facts.signatures;
	bool closed = false;
	for (size_t i = 0; i < in->facts.signatures_n; i++) {
		if (s[i].revision == revision + 1 && s[i].kind == PADES_SIGNATURE && closed)
			return "có chữ ký mới trong khi chữ ký chứng thực không cho ký thêm";
		if (s[i].revision <= revision)
			closed |= s[i].docmdp == 1;
	}
	return NULL;
}

static enum hb_code
compare_revisions(struct inspection *in, struct hb_err *err)
{
	size_t                     n;
	const struct pdf_revision *r = pdf_revisions(in->pdf, &n);
	struct pdf                *before = NULL, *after = NULL;
	enum hb_code rc = pdf_open(HB_BYTES(pdf_bytes(in->pdf).p, r[in->first_signed].end), in->a, &before, err);
	for (size_t i = in->first_signed + 1; rc == HB_OK && i < n; i++) {
		const char *why = compare_revision(in, before, &r[i], &after);
		if (why == NULL)
			why = check_docmdp(in, i);
		if (in->a->full)
			return hb_full(err);
		if (why != NULL) {
			find(in, "pdf.thayDoi", NULL, i + 1,
			    hb_printf(in->a, "PDF đã bị thay đổi sau khi ký (lần cập nhật %zu): %s", i + 1, why));
			if (after == NULL)
				return HB_OK;
		}
		before = after;
		after = NULL;
	}
	return rc;
}

static void
judge_later(struct inspection *in)
{
	for (size_t i = 0; i < in->facts.signatures_n; i++) {
		struct pades_signature *s = &in->facts.signatures[i];
		s->later_ok = s->range_ok;
		for (size_t k = 0; k < in->facts.findings_n; k++)
			if (in->facts.findings[k].field == NULL && in->facts.findings[k].revision > s->revision)
				s->later_ok = false;
	}
}

/* Does the file, cut at the end of this revision, hold a signature that covers something? */
static bool
holds_signature(struct inspection *in, const struct pdf_revision *r)
{
	struct pdf          *cut = NULL;
	struct pdf_sigfield *fields = NULL;
	struct pdf_place     place;
	const char          *why;
	size_t               n = 0;
	if (pdf_open(HB_BYTES(pdf_bytes(in->pdf).p, r->end), in->a, &cut, NULL) != HB_OK ||
	    pdf_sigfields(cut, in->a, &fields, &n, NULL) != HB_OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (fields[i].value != NULL && pdf_place(cut, &fields[i], &place, &why))
			return true;
	return false;
}

/* A signature that a later revision hides still counts: what came after it is judged. */
static void
look_for_hidden(struct inspection *in, const struct pdf_revision *r)
{
	for (size_t i = 0; i < in->first_signed; i++)
		if (holds_signature(in, &r[i]))
			in->first_signed = i;
}

static enum hb_code
inspect_later(struct inspection *in, struct hb_err *err)
{
	size_t       n;
	enum hb_code rc = HB_OK;
	const struct pdf_revision *r = pdf_revisions(in->pdf, &n);
	in->first_signed = n;
	for (size_t i = 0; i < in->facts.signatures_n; i++)
		if (in->facts.signatures[i].range_ok && in->facts.signatures[i].revision - 1 < in->first_signed)
			in->first_signed = in->facts.signatures[i].revision - 1;
	look_for_hidden(in, r);
	if (in->first_signed < n)
		rc = compare_revisions(in, err);
	if (pdf_tail(in->pdf) > 0)
		find(in, "pdf.thayDoi", NULL, n + 1, "PDF đã bị thay đổi sau khi ký: có byte thừa sau chỗ kết thúc");
	judge_later(in);
	return rc;
}

enum hb_code
pades_inspect(struct hb_bytes file, struct hb_arena *a, struct pades_facts *ret_facts, struct hb_err *err)
{
	struct inspection in = { .a = a };
	in.facts.findings = HB_NEWN(a, struct pades_finding, FINDINGS_MAX);
	if (in.facts.findings == NULL)
		return hb_full(err);
	enum hb_code rc = pdf_open(file, a, &in.pdf, err);
	if (rc == HB_OK)
		rc = pdf_sigfields(in.pdf, a, &in.fields, &in.fields_n, err);
	if (rc == HB_OK)
		rc = read_evidence(&in, err);
	if (rc == HB_OK)
		rc = read_signatures(&in, err);
	if (rc == HB_OK)
		rc = inspect_later(&in, err);
	if (rc == HB_OK && a->full)
		rc = hb_full(err);
	if (rc != HB_OK)
		return rc;
	pdf_revisions(in.pdf, &in.facts.revisions_n);
	in.facts.pages = pdf_page_count(in.pdf);
	*ret_facts = in.facts;
	return HB_OK;
}

enum hb_code
pades_covered(struct hb_bytes file, const struct pades_signature *s, struct hb_arena *a, struct hb_bytes *ret_bytes,
    struct hb_err *err)
{
	if (!s->range_ok || s->covers_end > file.n)
		return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "chữ ký %s không phủ phần nào của tệp", s->field);
	size_t   n = s->hole_at + (s->covers_end - s->hole_end);
	uint8_t *out = hb_alloc(a, n);
	if (out == NULL)
		return hb_full(err);
	memcpy(out, file.p, s->hole_at);
	memcpy(out + s->hole_at, file.p + s->hole_end, s->covers_end - s->hole_end);
	*ret_bytes = HB_BYTES(out, n);
	return HB_OK;
}
