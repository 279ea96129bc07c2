/* A deposit from its message: the XML and the PDF verified, and what they say of themselves (D7, D9.2, D10.2). */
#include <stdio.h>
#include <string.h>

#include "city/deposit.h"
#include "json/flat.h"
#include "json/read.h"

static const char *
hex_of(struct hb_arena *a, const struct hb_sha256 *h)
{
	return hb_hex(a, HB_BYTES(h->b, HB_SHA256_LEN));
}

/* -- the verifier's word --------------------------------------------------------------------------------- */

static void
tell_findings(const struct verify_report *r, const char *code, const char *key, struct exchange_answer *ans)
{
	char text[700];
	bool any = false;
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct verify_finding *f = &r->findings[i];
		if (f->level != VERIFY_FAIL)
			continue;
		any = true;
		snprintf(text, sizeof text, "%.60s (%.30s): %.500s", f->key, f->clause, f->text);
		exchange_error(ans, code, key, text);
	}
	if (!any)
		exchange_error(ans, code, key, hb_message(key));
}

/* True when the file may be taken. */
static bool
good_file(const struct verify_report *r, enum verify_kind kind, const char *code, const char *bad_key, struct exchange_answer *ans)
{
	if (r->verdict == VERIFY_VALID && r->kind == kind)
		return true;
	if (r->verdict == VERIFY_INDETERMINATE && r->kind == kind)
		tell_findings(r, code, "nop.khongTinDuoc", ans);
	else
		tell_findings(r, code, bad_key, ans);
	return false;
}

static enum hb_code
verify(const struct city *c, struct hb_bytes bytes, struct hb_arena *a, struct verify_report *ret, struct hb_err *err)
{
	const struct verify_options o = { .trust = c->trust, .schema = true };
	return c->verify(bytes, &o, a, ret, err);
}

static const struct verify_signature *
signature_by_id(const struct verify_report *r, const char *id)
{
	for (size_t i = 0; i < r->n_signatures; i++)
		if (strcmp(r->signatures[i].id, id) == 0 && r->signatures[i].verdict == VERIFY_VALID)
			return &r->signatures[i];
	return NULL;
}

static const struct verify_signature *
signature_by_role(const struct verify_report *r, const char *role)
{
	for (size_t i = 0; i < r->n_signatures; i++)
		if (strcmp(r->signatures[i].role, role) == 0 && r->signatures[i].verdict == VERIFY_VALID)
			return &r->signatures[i];
	return NULL;
}

/* -- what the XML says ----------------------------------------------------------------------------------- */

static const struct record_signer *
unit_signer(const struct record_year *y)
{
	for (size_t i = 0; i < y->n_signers; i++)
		if (y->signers[i].role == RECORD_DON_VI)
			return &y->signers[i];
	return NULL;
}

static const struct verify_signature *
seal_of_year(const struct verify_report *r, const struct record_year *y)
{
	char id[RECORD_SLOT_LEN];
	const struct record_signer *unit = unit_signer(y);
	if (unit == NULL)
		return NULL;
	record_year_slot(y, unit, id);
	return signature_by_id(r, id);
}

static enum hb_code
read_seals(const struct record_transcript *t, const struct verify_report *r, struct hb_arena *a, struct city_deposit *d,
    struct hb_err *err)
{
	d->seals = HB_NEWN(a, struct city_seal, t->n_years + 1);
	if (d->seals == NULL)
		return hb_full(err);
	for (size_t i = 0; i < t->n_years; i++) {
		const struct record_year *y = &t->years[i];
		const struct verify_signature *s = seal_of_year(r, y);
		if (s == NULL || y->extract_on != NULL)
			continue;
		d->seals[d->n_seals++] = (struct city_seal){ y->year, hex_of(a, &s->fingerprint) };
		if (strcmp(y->year, d->year) != 0 || strcmp(y->record_code, d->code) != 0)
			continue;
		d->record = y;
		d->personal_id = y->personal_id;
		d->school = y->school.code;
		d->fingerprint = hex_of(a, &s->fingerprint);
		d->sealed = s->has_proof ? s->proof_time : s->signing_time;
		if (s->certificate != NULL)
			d->seal_certificate = hex_of(a, &s->certificate->fingerprint);
	}
	return a->full ? hb_full(err) : HB_OK;
}

static void
check_message(const struct city_deposit *d, struct exchange_answer *ans)
{
	char text[200];
	if (d->record == NULL)
		snprintf(text, sizeof text, "trong XML không có năm học %s đã đóng dấu theo mã số này", d->year);
	else if (d->record->revision != d->version)
		snprintf(text, sizeof text, "XML ghi bản %d, thư ghi bản %lld", d->record->revision, (long long)d->version);
	else
		return;
	exchange_error(ans, d->code, "nop.khongKhopThu", text);
}

static enum hb_code
read_xml(const struct city *c, struct hb_arena *a, struct city_deposit *d, struct exchange_answer *ans, struct hb_err *err)
{
	struct verify_report r = { 0 };
	struct record_transcript *t;
	struct hb_err why = HB_ERR_INIT;
	enum hb_code rc = verify(c, d->xml, a, &r, err);
	if (rc != HB_OK || !good_file(&r, VERIFY_TRANSCRIPT, d->code, "nop.xmlSai", ans))
		return rc;
	rc = record_transcript_from_xml(d->xml, a, &t, &why);
	if (rc != HB_OK) {
		exchange_error_from(ans, d->code, &why);
		return HB_OK;
	}
	rc = read_seals(t, &r, a, d, err);
	if (rc == HB_OK)
		check_message(d, ans);
	return rc;
}

static enum hb_code
read_pdf(const struct city *c, struct hb_arena *a, struct city_deposit *d, struct exchange_answer *ans, struct hb_err *err)
{
	struct verify_report r = { 0 };
	enum hb_code rc = verify(c, d->pdf, a, &r, err);
	if (rc != HB_OK || !good_file(&r, VERIFY_PDF, d->code, "nop.pdfSai", ans))
		return rc;
	const struct verify_signature *s = signature_by_role(&r, "DON_VI");
	d->pdf_certificate = s != NULL && s->certificate != NULL ? hex_of(a, &s->certificate->fingerprint) : "";
	if (d->seal_certificate != NULL && strcmp(d->pdf_certificate, d->seal_certificate) != 0)
		exchange_error(ans, d->code, "nop.pdfKhacDau", hb_message("nop.pdfKhacDau"));
	return HB_OK;
}

/* -- the message ----------------------------------------------------------------------------------------- */

/* The usual payload, read without copying half a megabyte of base64 (json/flat.h). */
static bool
read_quickly(const struct exchange_msg *m, struct hb_arena *a, struct city_deposit *d)
{
	struct json_flat f;
	struct hb_bytes code, year, xml, pdf;
	if (!json_flat(m->payload, &f) || !json_flat_int(&f, "version", &d->version) || !json_flat_str(&f, "code", &code)
	    || !json_flat_str(&f, "year", &year) || !json_flat_str(&f, "xml", &xml) || !json_flat_str(&f, "pdf", &pdf))
		return false;
	int64_t v;
	d->code = hb_strndup(a, (const char *)code.p, code.n);
	d->year = hb_strndup(a, (const char *)year.p, year.n);
	return json_flat_int(&f, "v", &v) && v == CITY_MESSAGE_VERSION && d->code != NULL && d->year != NULL
	    && hb_unbase64(xml, a, &d->xml, NULL) == HB_OK && hb_unbase64(pdf, a, &d->pdf, NULL) == HB_OK;
}

/* What is wrong with a payload is told here. */
static enum hb_code
read_slowly(const struct exchange_msg *m, struct hb_arena *a, struct city_deposit *d, struct hb_err *err)
{
	json_t *p;
	enum hb_code rc = city_payload(m, a, &p, err);
	if (rc == HB_OK)
		rc = json_get_str(p, "code", &d->code, err);
	if (rc == HB_OK)
		rc = json_get_str(p, "year", &d->year, err);
	if (rc == HB_OK)
		rc = json_get_int(p, "version", &d->version, err);
	if (rc == HB_OK)
		rc = json_get_base64(p, "xml", a, &d->xml, err);
	return rc == HB_OK ? json_get_base64(p, "pdf", a, &d->pdf, err) : rc;
}

static enum hb_code
read_payload(const struct exchange_msg *m, struct hb_arena *a, struct city_deposit *d, struct hb_err *err)
{
	enum hb_code rc = read_quickly(m, a, d) ? HB_OK : read_slowly(m, a, d, err);
	if (rc != HB_OK)
		return rc;
	if (!hb_record_code_valid(d->code))
		return hb_fail(err, HB_E_INPUT, "nop.maLa", "mã số học bạ không đúng dạng");
	if (d->xml.n == 0 || d->pdf.n == 0 || d->xml.n > CITY_XML_MAX || d->pdf.n > CITY_PDF_MAX)
		return hb_fail(err, HB_E_TOOBIG, "nop.coTep", "tệp XML hoặc PDF rỗng hoặc quá lớn");
	return HB_OK;
}

enum hb_code
city_deposit_judge(const struct city *c, struct hb_arena *a, struct city_deposit *d, struct exchange_answer *ans, struct hb_err *err)
{
	enum hb_code rc = read_xml(c, a, d, ans, err);
	return rc == HB_OK ? read_pdf(c, a, d, ans, err) : rc;
}

enum hb_code
city_deposit_read(const struct city *c, const struct exchange_msg *m, struct hb_arena *a, struct city_deposit *d,
    struct exchange_answer *ans, struct hb_err *err)
{
	enum hb_code rc = read_payload(m, a, d, err);
	return rc == HB_OK ? city_deposit_judge(c, a, d, ans, err) : rc;
}
