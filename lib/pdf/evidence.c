/* pdf/evidence.c - the DSS dictionary (EN 319 142-1 5.4) and the document timestamp that closes the file. */
#include "pdf/prepare.h"
#include "pdf/reader.h"
#include "pdf/update.h"
#include <string.h>

struct store {
	struct pdf_update      *u;
	const struct pdf_value *dss;
};

/* Does the DSS already hold these bytes under this key? */
static bool
holds(struct store *s, const char *key, struct hb_bytes der)
{
	const struct pdf_value *array, *stream;
	struct hb_bytes         bytes = { 0 };
	if (pdf_lookup(s->u->base, s->dss, key, &array, NULL) != HB_OK || array->type != PDF_ARRAY)
		return false;
	for (uint32_t i = 0; i < array->count; i++)
		if (pdf_resolve(s->u->base, &array->items[i], &stream, NULL) == HB_OK &&
		    pdf_stream(s->u->base, stream, &bytes, NULL) == HB_OK && bytes.n == der.n &&
		    memcmp(bytes.p, der.p, der.n) == 0)
			return true;
	return false;
}

/* Writes what is new as streams; the whole array as PDF text, or NULL when it is empty or the arena full. */
static char *
put_array(struct store *s, const char *key, const struct hb_bytes *items, size_t n)
{
	const struct pdf_value *old;
	HB_SCOPED_BUF           text;
	hb_buf_init(&text, HB_BUF_MAX);
	hb_putc(&text, '[');
	if (pdf_lookup(s->u->base, s->dss, key, &old, NULL) == HB_OK && old->type == PDF_ARRAY)
		for (uint32_t i = 0; i < old->count; i++) {
			pdf_put_value(&text, pdf_bytes(s->u->base), &old->items[i], NULL, NULL);
			hb_putc(&text, ' ');
		}
	for (size_t i = 0; i < n; i++) {
		bool repeated = holds(s, key, items[i]);
		for (size_t k = 0; k < i; k++)
			repeated |= items[k].n == items[i].n && memcmp(items[k].p, items[i].p, items[i].n) == 0;
		if (repeated)
			continue;
		uint32_t num = pdf_update_number(s->u);
		pdf_update_object(s->u, (struct pdf_ref){ num, 0 });
		hb_putf(&s->u->out, "<</Length %zu>>\nstream\n", items[i].n);
		hb_put(&s->u->out, items[i].p, items[i].n);
		hb_puts(&s->u->out, "\nendstream");
		pdf_update_endobj(s->u);
		hb_putf(&text, "%u 0 R ", num);
	}
	hb_putc(&text, ']');
	return text.len == 2 ? NULL : hb_buf_take(&text, s->u->a);
}

static void
put_dss(struct store *s, const struct pades_evidence *e, struct pdf_ref dss_ref)
{
	struct pdf_change all[] = { { "Type", "/DSS" }, { "Certs", put_array(s, "Certs", e->certs, e->certs_n) },
		{ "OCSPs", put_array(s, "OCSPs", e->ocsps, e->ocsps_n) },
		{ "CRLs", put_array(s, "CRLs", e->crls, e->crls_n) } };
	struct pdf_change present[4];
	size_t            n = 0;
	for (size_t i = 0; i < 4; i++)
		if (all[i].text != NULL)
			present[n++] = all[i];
	pdf_update_object(s->u, dss_ref);
	pdf_update_dict(s->u, s->dss->type == PDF_DICT ? s->dss : NULL, present, n);
	pdf_update_endobj(s->u);
}

enum hb_code
pades_add_evidence(struct hb_bytes pdf, const struct pades_evidence *evidence, struct hb_arena *a,
    struct hb_bytes *ret_pdf, struct hb_err *err)
{
	PDF_SCOPED_UPDATE       u = { 0 };
	struct store            s = { .u = &u };
	struct pdf             *base = NULL;
	const struct pdf_value *root = NULL;
	enum hb_code            rc = pdf_open(pdf, a, &base, err);
	if (rc == HB_OK)
		rc = pdf_update_begin(base, a, &u, err);
	if (rc == HB_OK)
		rc = pdf_lookup(base, pdf_trailer(base), "Root", &root, err);
	if (rc == HB_OK)
		rc = pdf_lookup(base, root, "DSS", &s.dss, err);
	if (rc != HB_OK)
		return rc;
	const struct pdf_value *old = pdf_get(root, "DSS"), *root_ref = pdf_get(pdf_trailer(base), "Root");
	bool           replace = old != NULL && old->type == PDF_REF;
	struct pdf_ref dss_ref = replace ? old->ref : (struct pdf_ref){ pdf_update_number(&u), 0 };
	put_dss(&s, evidence, dss_ref);
	if (!replace && root_ref->type == PDF_REF) {
		struct pdf_change change = { "DSS", hb_printf(a, "%u 0 R", dss_ref.num) };
		if (change.text == NULL)
			return hb_full(err);
		pdf_update_object(&u, root_ref->ref);
		pdf_update_dict(&u, root, &change, 1);
		pdf_update_endobj(&u);
	}
	if (a->full)
		return hb_full(err);
	return pdf_update_finish(&u, ret_pdf, err);
}

enum hb_code
pades_document_timestamp(struct hb_bytes pdf, const char *field, pades_token_fn *token, void *ctx,
    struct hb_arena *a, struct hb_bytes *ret_pdf, struct hb_err *err)
{
	struct pades_field f = { .name = field };
	struct pades_body  body = { "DocTimeStamp", "ETSI.RFC3161", PADES_TOKEN_DEFAULT };
	struct hb_bytes    prepared = { 0 }, der = { 0 };
	struct pdf_place   place = { 0 };
	enum hb_code       rc = pades_prepare_body(pdf, &f, &body, a, &prepared, err);
	if (rc == HB_OK)
		rc = pades_newest(prepared, field, a, &place, err);
	if (rc != HB_OK)
		return rc;
	struct hb_sha256 imprint = pades_digest(prepared, &place);
	rc = token(ctx, &imprint, a, &der, err);
	if (rc != HB_OK)
		return rc;
	return pades_fill(prepared, &place, der, a, ret_pdf, err);
}
