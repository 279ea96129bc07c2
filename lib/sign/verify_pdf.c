/* Facts of a PDF (lib/pdf), turned into answers (D10.2b). */
#include "sign/verify_int.h"

#include <string.h>

/* Fields of our own forms, in the order of signing (D9.1b). */
static const char *const own_fields[] = { "GVCN", "CBQL", "DON_VI" };
enum { OWN_FIELDS = sizeof own_fields / sizeof own_fields[0] };

static int
own_rank(const char *field)
{
	for (int i = 0; i < OWN_FIELDS; i++)
		if (strcmp(own_fields[i], field) == 0)
			return i;
	return -1;
}

/* Questions that only an XML signature raises. */
static void
skip_xml_questions(struct answers *n)
{
	static const enum question xml_only[] = { Q_REFERENCES, Q_KEY_INFO, Q_PROFILE, Q_POSITION, Q_SCOPE, Q_COUNTERSIGNS,
		Q_SUBJECT_NAME, Q_TIMES_EQUAL };
	for (size_t i = 0; i < sizeof xml_only / sizeof xml_only[0]; i++)
		answer(n, xml_only[i], ANSWER_NOT_ASKED, NULL);
}

static void
answer_facts(struct subject *s)
{
	const struct pades_signature *p = s->pdf;
	struct answers *n = &s->answers;
	skip_xml_questions(n);
	answer(n, Q_FORM, ANSWER(p->range_ok), "ByteRange không phủ đúng phần của nó");
	if (p->later_ok)
		answer(n, Q_INTEGRITY, ANSWER(p->digest_ok), NULL);
	else
		answer(n, Q_INTEGRITY, ANSWER_NO, "có thay đổi không được phép sau chữ ký này");
	answer(n, Q_CERTIFICATE, ANSWER(s->cert != NULL), NULL);
	answer(n, Q_VALUE, ANSWER(p->signature_ok), NULL);
	answer(n, Q_ALGORITHMS, p->algorithms_ok ? ANSWER_YES : ANSWER_UNKNOWN, NULL);
	answer(n, Q_BOUND, p->certificate_bound ? ANSWER_YES : ANSWER_UNKNOWN, NULL);
	answer(n, Q_TIME, ANSWER(s->out->has_time), NULL);
	answer(n, Q_TIME_PROTECTED, s->out->has_time ? ANSWER(s->out->time_protected) : ANSWER_NOT_ASKED, NULL);
}

static enum hb_code
take_signature(struct verification *v, struct subject *s, const struct pades_signature *p, bool evidence)
{
	struct verify_signature *o = s->out;
	struct pki_cert *cert;
	s->pdf = p;
	if (p->signer_cert.n > 0 && pki_cert_parse(p->signer_cert, v->a, &cert, NULL) == HB_OK)
		s->cert = cert;
	o->id = p->field;
	o->role = own_rank(p->field) >= 0 ? p->field : "";
	o->certificate = s->cert;
	o->signer = s->cert == NULL ? "" : s->cert->name;
	o->issuer = s->cert == NULL ? "" : s->cert->issuer_name;
	o->signing_time = p->claimed_time != 0 ? p->claimed_time : p->attribute_time;
	o->has_time = o->signing_time != 0;
	o->time_protected = o->has_time && p->range_ok && p->digest_ok && p->signature_ok;
	o->fingerprint = hb_sha256(p->value);
	o->covers = HB_NEWN(v->a, const char *, 1);
	const char *covers = hb_printf(v->a, "revision:%zu", p->revision);
	s->tokens = HB_NEWN(v->a, struct hb_bytes, 1);
	if (o->covers == NULL || covers == NULL || s->tokens == NULL)
		return hb_full(v->err);
	if (p->range_ok && p->digest_ok && p->signature_ok)
		o->covers[o->n_covers++] = covers;
	if (p->token.n > 0)
		s->tokens[s->n_tokens++] = p->token;
	s->stamped = p->value;
	answer_facts(s);
	enum hb_code c = verify_pool_add(v, p->certs, p->certs_n, NULL, 0, NULL, 0);
	if (c == HB_OK)
		c = verify_prove_time(v, s);
	if (c == HB_OK && evidence && o->form == VERIFY_T)
		o->form = VERIFY_LT;
	return c;
}

/* A document timestamp proves every signature of earlier revisions. */
static enum hb_code
document_timestamp(struct verification *v, struct hb_bytes file, const struct pades_signature *p, bool evidence)
{
	struct pki_tst_judgement j;
	struct hb_bytes covered;
	struct hb_err why = HB_ERR_INIT;
	enum hb_code c = verify_pool_add(v, p->certs, p->certs_n, NULL, 0, NULL, 0);
	if (c == HB_OK)
		c = pades_covered(file, p, v->a, &covered, &why);
	if (c == HB_OK)
		c = pki_tst_judge(v->trust, p->cms, covered, &v->pool, 0, v->a, &j, &why);
	if (v->a->full)
		return hb_full(v->err);
	if (c != HB_OK || !p->range_ok || !p->later_ok || !j.covers || (j.token.signer != NULL && !j.token.signature_ok)) {
		answer(&v->file, Q_PDF_STAMP, ANSWER_NO, p->field);
		return HB_OK;
	}
	if (v->file.a[Q_PDF_STAMP] == ANSWER_NOT_ASKED || v->file.a[Q_PDF_STAMP] == ANSWER_YES)
		answer(&v->file, Q_PDF_STAMP, j.status == PKI_OK ? ANSWER_YES : ANSWER_UNKNOWN, j.why);
	for (size_t i = 0; i < v->n; i++) {
		struct subject *s = &v->subjects[i];
		if (s->pdf->revision >= p->revision)
			continue;
		if (j.status == PKI_OK)
			verify_add_proof(v, s, j.token.time);
		/* a document timestamp stamps the signature as well as its own token would */
		answer(&s->answers, Q_STAMP, ANSWER_YES, NULL);
		s->out->form = evidence ? VERIFY_LTA : s->out->form == VERIFY_B ? VERIFY_T : s->out->form;
	}
	return HB_OK;
}

/* ---- our own form: all three, in order, seal over the head's image --------------------------------------- */

static const struct subject *
field(const struct verification *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->subjects[i].pdf->field, name) == 0)
			return &v->subjects[i];
	return NULL;
}

static void
answer_complete(struct verification *v)
{
	HB_SCOPED_BUF missing;
	hb_buf_init(&missing, 256);
	const struct subject *last = NULL;
	answer(&v->file, Q_ORDER, ANSWER_YES, NULL);
	for (int i = 0; i < OWN_FIELDS; i++) {
		const struct subject *s = field(v, own_fields[i]);
		if (s == NULL) {
			hb_putf(&missing, "%s%s", missing.len == 0 ? "" : ", ", own_fields[i]);
			continue;
		}
		if (last != NULL && (s->pdf->revision < last->pdf->revision || (s->out->has_time && last->out->has_time
		    && s->out->signing_time < last->out->signing_time)))
			answer(&v->file, Q_ORDER, ANSWER_NO, hb_printf(v->a, "%s ký trước %s", s->pdf->field, last->pdf->field));
		last = s;
	}
	answer(&v->file, Q_COMPLETE, v->o->unfinished ? ANSWER_NOT_ASKED : ANSWER(missing.len == 0),
	    missing.len == 0 ? NULL : hb_strdup(v->a, missing.p));
}

/* D9.1a */
static void
answer_seal(struct verification *v)
{
	const struct subject *head = field(v, "CBQL"), *seal = field(v, "DON_VI");
	const double slack = 2;              /* points: less than a millimetre */
	if (head == NULL || seal == NULL) {
		answer(&v->file, Q_PDF_SEAL, ANSWER_NOT_ASKED, NULL);
		return;
	}
	struct pdf_rect h = head->pdf->rect, s = seal->pdf->rect;
	double third = h.x0 + (h.x1 - h.x0) / 3;
	bool over = head->pdf->page == seal->pdf->page && h.x1 > h.x0 && s.x0 <= h.x0 + slack && s.x1 >= third - slack
	    && s.x1 < h.x1 && s.y0 < h.y1 && s.y1 > h.y0;
	answer(&v->file, Q_PDF_SEAL, ANSWER(over), NULL);
}

static enum hb_code
answer_changes(struct verification *v, const struct pades_facts *f)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 1 << 16);
	for (size_t i = 0; i < f->findings_n; i++)
		hb_putf(&b, "%s%s", i == 0 ? "" : "; ", f->findings[i].text);
	const char *text = f->findings_n == 0 ? NULL : hb_strdup(v->a, hb_buf_ok(&b) ? b.p : "rất nhiều thay đổi");
	answer(&v->file, Q_PDF_CHANGES, ANSWER(f->findings_n == 0), text);
	return v->a->full ? hb_full(v->err) : HB_OK;
}

static enum hb_code
gather_signatures(struct verification *v, struct hb_bytes file, const struct pades_facts *f)
{
	bool evidence = f->evidence.certs_n > 0 && f->evidence.ocsps_n + f->evidence.crls_n > 0;
	size_t n = 0;
	for (size_t i = 0; i < f->signatures_n; i++)
		n += f->signatures[i].kind == PADES_SIGNATURE;
	enum hb_code c = verify_subjects(v, n);
	size_t k = 0;
	for (size_t i = 0; c == HB_OK && i < f->signatures_n; i++)
		if (f->signatures[i].kind == PADES_SIGNATURE)
			c = take_signature(v, &v->subjects[k++], &f->signatures[i], evidence);
	for (size_t i = 0; c == HB_OK && i < f->signatures_n; i++)
		if (f->signatures[i].kind == PADES_DOCUMENT_TIMESTAMP)
			c = document_timestamp(v, file, &f->signatures[i], evidence);
	return c;
}

enum hb_code
verify_gather_pdf(struct verification *v, struct hb_bytes bytes)
{
	struct pades_facts f;
	struct hb_err why = HB_ERR_INIT;
	static const enum question xml_only[] = { Q_STRUCTURE, Q_ROLL, Q_COMPLETE, Q_ORDER, Q_PDF_STAMP, Q_PDF_SEAL };
	v->report->kind = VERIFY_PDF;
	enum hb_code c = pades_inspect(bytes, v->a, &f, &why);
	if (c != HB_OK && v->a->full)
		return hb_full(v->err);
	answer(&v->file, Q_READABLE, ANSWER(c == HB_OK), hb_strdup(v->a, why.msg));
	if (c != HB_OK)
		return HB_OK;
	for (size_t i = 0; i < sizeof xml_only / sizeof xml_only[0]; i++)
		answer(&v->file, xml_only[i], ANSWER_NOT_ASKED, NULL);
	c = verify_pool_add(v, f.evidence.certs, f.evidence.certs_n, f.evidence.ocsps, f.evidence.ocsps_n, f.evidence.crls,
	    f.evidence.crls_n);
	if (c == HB_OK)
		c = gather_signatures(v, bytes, &f);
	if (c == HB_OK)
		c = answer_changes(v, &f);
	if (c != HB_OK)
		return c;
	answer(&v->file, Q_SIGNED, ANSWER(v->n > 0), NULL);
	for (size_t i = 0; i < v->n; i++)
		if (own_rank(v->subjects[i].pdf->field) >= 0)
			v->column = POLICY_OWN_PDF;
	answer(&v->file, Q_PDF_ROLES, ANSWER(v->column == POLICY_OWN_PDF), NULL);
	if (v->column == POLICY_OWN_PDF) {
		answer_complete(v);
		answer_seal(v);
	}
	return HB_OK;
}
