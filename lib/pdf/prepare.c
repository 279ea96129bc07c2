/* pdf/prepare.c - the revision that will carry a signature: field, widget, appearance, and an empty place. */
#include "pdf/fields.h"
#include "pdf/pades.h"
#include "pdf/prepare.h"
#include "pdf/reader.h"
#include "pdf/update.h"
#include <string.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#define SEAL_SIDE 102.0           /* 36 mm, the diameter of a school's seal */
#define RANGE_WIDTH 34            /* three offsets of ten digits, their blanks */

struct revision {
	struct pdf_update            *u;
	const struct pades_field     *field;
	const struct pades_body      *body;
	struct pdf_ref                root_ref, page_ref, form_ref;
	const struct pdf_value       *root, *page, *form;
	uint32_t                      sig, widget, look;
	size_t                        range_at, hole_at, hole_end;
};

struct pdf_rect
pades_seal_rect(struct pdf_rect head)
{
	double width = head.x1 - head.x0, height = head.y1 - head.y0;
	double side = fmax(SEAL_SIDE, fmax(height, width / 3));
	double right = head.x0 + width / 3, middle = (head.y0 + head.y1) / 2;
	return (struct pdf_rect){ right - side, middle - side / 2, right, middle + side / 2 };
}

static void
put_time(struct pdf_update *u, hb_time when)
{
	char      text[32];
	time_t    t = (time_t)when;
	struct tm tm;
	gmtime_r(&t, &tm);
	strftime(text, sizeof text, "D:%Y%m%d%H%M%SZ", &tm);
	hb_putf(&u->out, "/M(%s)\n", text);
}

static void
put_signature(struct revision *r)
{
	struct pdf_update        *u = r->u;
	const struct pades_field *f = r->field;
	pdf_update_object(u, (struct pdf_ref){ r->sig, 0 });
	hb_putf(&u->out, "<</Type/%s/Filter/Adobe.PPKLite/SubFilter/%s\n", r->body->type, r->body->subfilter);
	if (f->when != 0)
		put_time(u, f->when);
	pdf_update_text(u, "Name", f->signer);
	pdf_update_text(u, "Reason", f->reason);
	pdf_update_text(u, "Location", f->location);
	if (f->docmdp != 0)
		hb_putf(&u->out, "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams"
		    "<</Type/TransformParams/V/1.2/P %d>>>>]\n", f->docmdp);
	hb_puts(&u->out, "/ByteRange [");
	r->range_at = u->out.len;
	hb_putf(&u->out, "%-*s]\n/Contents ", RANGE_WIDTH, "");
	r->hole_at = u->out.len;
	hb_putc(&u->out, '<');
	for (size_t i = 0; i < r->body->contents; i++)
		hb_puts(&u->out, "00");
	hb_putc(&u->out, '>');
	r->hole_end = u->out.len;
	hb_puts(&u->out, ">>");
	pdf_update_endobj(u);
}

static void
put_rect(struct hb_buf *out, const struct pdf_rect *rect)
{
	const double n[4] = { rect->x0, rect->y0, rect->x1, rect->y1 };
	hb_puts(out, "/Rect[");
	for (int i = 0; i < 4; i++) {
		pdf_put_real(out, n[i]);
		hb_putc(out, i < 3 ? ' ' : ']');
	}
}

/* 132: print, and locked in its place. */
static void
put_widget(struct revision *r)
{
	struct hb_buf *out = &r->u->out;
	pdf_update_object(r->u, (struct pdf_ref){ r->widget, 0 });
	hb_puts(out, "<</Type/Annot/Subtype/Widget/FT/Sig\n");
	pdf_update_text(r->u, "T", r->field->name);
	hb_putf(out, "/V %u 0 R/P %u %u R/F 132", r->sig, r->page_ref.num, r->page_ref.gen);
	put_rect(out, &r->field->rect);
	if (r->look != 0)
		hb_putf(out, "/AP<</N %u 0 R>>", r->look);
	hb_puts(out, ">>");
	pdf_update_endobj(r->u);
}

/* The members of an array and one reference more, as PDF text in the arena. */
static char *
array_and(struct revision *r, const struct pdf_value *dict, const char *key, struct hb_err *err)
{
	const struct pdf_value *array;
	HB_SCOPED_BUF           out;
	hb_buf_init(&out, HB_BUF_MAX);
	if (pdf_lookup(r->u->base, dict, key, &array, err) != HB_OK)
		return NULL;
	hb_putc(&out, '[');
	for (uint32_t i = 0; array->type == PDF_ARRAY && i < array->count; i++) {
		pdf_put_value(&out, pdf_bytes(r->u->base), &array->items[i], NULL, NULL);
		hb_putc(&out, ' ');
	}
	hb_putf(&out, "%u 0 R]", r->widget);
	char *text = hb_buf_take(&out, r->u->a);
	if (text == NULL)
		hb_full(err);
	return text;
}

static enum hb_code
put_page(struct revision *r, struct hb_err *err)
{
	struct pdf_change annots = { "Annots", array_and(r, r->page, "Annots", err) };
	if (annots.text == NULL)
		return err == NULL ? HB_E_INPUT : err->code;
	pdf_update_object(r->u, r->page_ref);
	pdf_update_dict(r->u, r->page, &annots, 1);
	pdf_update_endobj(r->u);
	return HB_OK;
}

/* SigFlags 3: signatures exist, append only. */
static enum hb_code
put_form(struct revision *r, struct hb_err *err)
{
	struct pdf_change changes[] = { { "Fields", array_and(r, r->form, "Fields", err) }, { "SigFlags", "3" } };
	if (changes[0].text == NULL)
		return err == NULL ? HB_E_INPUT : err->code;
	pdf_update_object(r->u, r->form_ref);
	pdf_update_dict(r->u, r->form->type == PDF_DICT ? r->form : NULL, changes, 2);
	pdf_update_endobj(r->u);
	return HB_OK;
}

/* The catalogue changes only when it must: with the first signature. */
static enum hb_code
put_catalogue(struct revision *r, struct hb_err *err)
{
	struct pdf_change changes[3];
	size_t            n = 0;
	const struct pdf_value *form = pdf_get(r->root, "AcroForm");
	if (form == NULL || form->type != PDF_REF)
		changes[n++] = (struct pdf_change){ "AcroForm", hb_printf(r->u->a, "%u 0 R", r->form_ref.num) };
	if (form == NULL && pdf_get(r->root, "Extensions") == NULL)     /* EN 319 142-1 5.1: DSS and DocTimeStamp below PDF 2.0 */
		changes[n++] = (struct pdf_change){ "Extensions", "<</ESIC<</BaseVersion/1.7/ExtensionLevel 2>>>>" };
	if (r->field->docmdp != 0)
		changes[n++] = (struct pdf_change){ "Perms", hb_printf(r->u->a, "<</DocMDP %u 0 R>>", r->sig) };
	if (n == 0)
		return HB_OK;
	for (size_t i = 0; i < n; i++)
		if (changes[i].text == NULL)
			return hb_full(err);
	pdf_update_object(r->u, r->root_ref);
	pdf_update_dict(r->u, r->root, changes, n);
	pdf_update_endobj(r->u);
	return HB_OK;
}

static enum hb_code
check_field(struct revision *r, struct hb_err *err)
{
	struct pdf_sigfield *fields = NULL;
	size_t               n = 0;
	enum hb_code         rc = pdf_sigfields(r->u->base, r->u->a, &fields, &n, err);
	for (size_t i = 0; rc == HB_OK && i < n; i++) {
		if (strcmp(fields[i].name, r->field->name) == 0)
			return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "PDF đã có chữ ký tên %s", r->field->name);
		if (r->field->docmdp != 0 && fields[i].value != NULL)
			return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "chữ ký chứng thực phải là chữ ký đầu tiên");
	}
	return rc;
}

static enum hb_code
find_parts(struct revision *r, struct hb_err *err)
{
	struct pdf             *pdf = r->u->base;
	const struct pdf_value *root = pdf_get(pdf_trailer(pdf), "Root"), *form;
	if (root->type != PDF_REF)
		return pdf_bad(err, "PDF không đúng dạng: mục lục không phải đối tượng");
	r->root_ref = root->ref;
	enum hb_code rc = pdf_object(pdf, root->ref, &r->root, err);
	if (rc == HB_OK)
		rc = pdf_page(pdf, r->field->page, &r->page_ref, &r->page, err);
	if (rc == HB_OK)
		rc = pdf_lookup(pdf, r->root, "AcroForm", &r->form, err);
	if (rc != HB_OK)
		return rc;
	form = pdf_get(r->root, "AcroForm");
	r->sig = pdf_update_number(r->u);
	r->widget = pdf_update_number(r->u);
	r->form_ref = form != NULL && form->type == PDF_REF ? form->ref : (struct pdf_ref){ pdf_update_number(r->u), 0 };
	return HB_OK;
}

/* Fills the ByteRange of the finished file; nothing else in it moves. */
static void
fill_range(const struct revision *r, struct hb_bytes file)
{
	char range[RANGE_WIDTH + 1];
	snprintf(range, sizeof range, "0 %zu %zu %zu", r->hole_at, r->hole_end, file.n - r->hole_end);
	memcpy((uint8_t *)file.p + r->range_at, range, strlen(range));
}

enum hb_code
pades_prepare_body(struct hb_bytes pdf, const struct pades_field *field, const struct pades_body *body,
    struct hb_arena *a, struct hb_bytes *ret_prepared, struct hb_err *err)
{
	PDF_SCOPED_UPDATE u = { 0 };
	struct revision   r = { .u = &u, .field = field, .body = body };
	struct pdf       *base = NULL;
	enum hb_code      rc = pdf_open(pdf, a, &base, err);
	if (rc == HB_OK && pdf_tail(base) > 0)
		rc = pdf_bad(err, "tệp PDF có byte thừa sau chỗ kết thúc");
	if (rc == HB_OK)
		rc = pdf_update_begin(base, a, &u, err);
	if (rc == HB_OK)
		rc = check_field(&r, err);
	if (rc == HB_OK)
		rc = find_parts(&r, err);
	if (rc == HB_OK && field->look.n > 0)
		rc = pdf_update_look(&u, field->look, &r.look, err);
	if (rc != HB_OK)
		return rc;
	put_signature(&r);
	put_widget(&r);
	rc = put_page(&r, err);
	if (rc == HB_OK)
		rc = put_form(&r, err);
	if (rc == HB_OK)
		rc = put_catalogue(&r, err);
	if (rc == HB_OK)
		rc = pdf_update_finish(&u, ret_prepared, err);
	if (rc == HB_OK)
		fill_range(&r, *ret_prepared);
	return rc;
}

enum hb_code
pades_prepare(struct hb_bytes pdf, const struct pades_field *field, struct hb_arena *a, struct hb_bytes *ret_prepared,
    struct hb_err *err)
{
	struct pades_body body = { "Sig", "ETSI.CAdES.detached", field->contents };
	if (body.contents == 0)
		body.contents = PADES_CONTENTS_DEFAULT;
	if (body.contents > PADES_CONTENTS_MAX)
		return hb_fail(err, HB_E_TOOBIG, "pdf.choKy", "chỗ dành cho chữ ký lớn hơn %d byte", PADES_CONTENTS_MAX);
	return pades_prepare_body(pdf, field, &body, a, ret_prepared, err);
}
