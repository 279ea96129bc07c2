/* Facts of an XML document, turned into answers. */
#include "record/contracts.h"
#include "sign/verify_int.h"
#include "sign/xmlsig.h"
#include "xml/schema.h"

#include <string.h>

static const enum question roll_questions[] = { Q_ROLL, Q_COMPLETE, Q_ORDER };
static const enum question pdf_questions[] = { Q_PDF_CHANGES, Q_PDF_ROLES, Q_PDF_STAMP, Q_PDF_SEAL };
static const enum question place_questions[] = { Q_POSITION, Q_SCOPE, Q_COUNTERSIGNS };

static void
skip(struct answers *n, const enum question *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		answer(n, list[i], ANSWER_NOT_ASKED, NULL);
}

static bool
is_own(enum verify_kind k)
{
	return k == VERIFY_TRANSCRIPT || k == VERIFY_GRADEBOOK;
}

static enum verify_kind
kind_of(const struct xml_doc *doc)
{
	if (xml_is(doc->root, RECORD_TRANSCRIPT_NS, "HOC_BA"))
		return VERIFY_TRANSCRIPT;
	if (xml_is(doc->root, RECORD_CLASS_NS, "SO_THEO_DOI"))
		return VERIFY_GRADEBOOK;
	for (const struct xml_node *n = doc->root; n != NULL; n = xml_walk(doc->root, n))
		if (xml_is(n, XMLSIG_NS, "Signature"))
			return VERIFY_FOREIGN;
	return VERIFY_UNKNOWN;
}

/* ---- one signature --------------------------------------------------------------------------------------- */

static void
answer_references(struct verification *v, struct subject *s)
{
	const struct xmlsig_facts *f = s->xml;
	struct answers *n = &s->answers;
	answer(n, Q_REFERENCES, ANSWER(f->n_refs > 0), "không có thẻ Reference");
	answer(n, Q_INTEGRITY, ANSWER(f->n_refs > 0), NULL);
	for (size_t i = 0; i < f->n_refs; i++) {
		const struct xmlsig_ref *r = &f->refs[i];
		const char *uri = r->uri == NULL ? "(không có URI)" : r->uri;
		if (r->node == NULL) {
			bool absent = r->matches == 0 && !is_own(v->report->kind);
			if (n->a[Q_REFERENCES] != ANSWER_NO)
				answer(n, Q_REFERENCES, absent ? ANSWER_UNKNOWN : ANSWER_NO,
				    hb_printf(v->a, r->matches > 1 ? "“%.60s” có %u nơi" : "“%.60s” không có trong tệp", uri, r->matches));
			if (n->a[Q_INTEGRITY] == ANSWER_YES)
				answer(n, Q_INTEGRITY, ANSWER_UNKNOWN, uri);
		} else if (!r->allowed) {
			if (n->a[Q_INTEGRITY] == ANSWER_YES)
				answer(n, Q_INTEGRITY, ANSWER_UNKNOWN, uri);
		} else if (!r->digest_ok && n->a[Q_INTEGRITY] != ANSWER_NO) {
			answer(n, Q_INTEGRITY, ANSWER_NO, r->target == XMLSIG_TIME ? "thời điểm ký" : r->target == XMLSIG_PROPERTIES
			    ? "thuộc tính được ký" : r->uri[0] == '\0' ? "toàn tệp" : hb_printf(v->a, "vùng %.60s", r->uri));
		}
	}
}

static void
answer_key(struct subject *s, bool own)
{
	const struct xmlsig_facts *f = s->xml;
	struct answers *n = &s->answers;
	answer(n, Q_KEY_INFO, ANSWER(f->only_x509 && !f->key_value && (!own || f->n_certs == 1)), NULL);
	answer(n, Q_CERTIFICATE, ANSWER(f->cert != NULL), NULL);
	answer(n, Q_VALUE, f->value_computed ? ANSWER(f->value_ok) : ANSWER_UNKNOWN, NULL);
	answer(n, Q_ALGORITHMS, f->algorithms_ok ? ANSWER_YES : ANSWER_UNKNOWN, f->weak ? "SHA-1" : NULL);
	answer(n, Q_PROFILE, ANSWER(f->profile_ok), NULL);
	answer(n, Q_SUBJECT_NAME, f->cert == NULL ? ANSWER_NOT_ASKED : ANSWER(f->subject_name_ok), NULL);
	answer(n, Q_BOUND, f->has_cert_digest ? ANSWER(f->cert_digest_ok) : ANSWER_UNKNOWN, NULL);
}

static void
answer_time(struct verification *v, struct subject *s)
{
	const struct xmlsig_facts *f = s->xml;
	struct verify_signature *o = s->out;
	struct answers *n = &s->answers;
	o->has_time = f->has_time || f->has_xades_time;
	o->signing_time = f->has_time ? f->time : f->xades_time;
	/* the XAdES time is only taken from properties that the signature covers */
	o->time_protected = f->has_time ? f->time_protected && f->value_ok : f->has_xades_time && f->value_ok;
	bool own = is_own(v->report->kind);
	answer(n, Q_TIME, ANSWER(own ? f->has_time : o->has_time), NULL);
	answer(n, Q_TIME_PROTECTED, !o->has_time ? ANSWER_NOT_ASKED : ANSWER(own || f->has_time ? f->time_protected : f->has_xades_time), NULL);
	if (f->has_time && f->has_xades_time)
		answer(n, Q_TIMES_EQUAL, ANSWER(f->time == f->xades_time), NULL);
	else
		answer(n, Q_TIMES_EQUAL, own && f->has_time ? ANSWER_NO : ANSWER_NOT_ASKED, NULL);
}

static enum hb_code
fill_covers(struct verification *v, struct subject *s)
{
	const struct xmlsig_facts *f = s->xml;
	s->out->covers = HB_NEWN(v->a, const char *, f->n_refs + 1);
	if (s->out->covers == NULL)
		return hb_full(v->err);
	for (size_t i = 0; i < f->n_refs; i++)
		if (f->value_ok && f->refs[i].digest_ok && (f->refs[i].target == XMLSIG_REGION || f->refs[i].target == XMLSIG_WHOLE))
			s->out->covers[s->out->n_covers++] = f->refs[i].uri;
	return HB_OK;
}

static enum hb_code
take_signature(struct verification *v, struct subject *s, const struct xmlsig_facts *f)
{
	struct verify_signature *o = s->out;
	s->xml = f;
	s->cert = f->cert;
	s->tokens = f->tokens;
	s->n_tokens = f->n_tokens;
	s->stamped = f->stamped;
	o->id = f->id;
	/* the places that hold slots say nothing about a role */
	o->role = f->node->parent->type == XML_ELEMENT ? f->node->parent->local : "";
	o->certificate = f->cert;
	o->signer = f->cert == NULL ? "" : f->cert->name;
	o->issuer = f->cert == NULL ? "" : f->cert->issuer_name;
	o->fingerprint = f->fingerprint;
	answer(&s->answers, Q_FORM, ANSWER(f->form_ok), f->form_why);
	answer_references(v, s);
	answer_key(s, is_own(v->report->kind));
	answer_time(v, s);
	if (!is_own(v->report->kind))
		skip(&s->answers, place_questions, sizeof place_questions / sizeof place_questions[0]);
	return fill_covers(v, s);
}

/* T is known when the tokens have been judged; here only what lies beside them. */
static void
set_form(struct subject *s)
{
	if (s->out->form == VERIFY_T && s->xml->n_evidence_certs > 0 && s->xml->n_ocsps + s->xml->n_crls > 0)
		s->out->form = VERIFY_LT;
}

/* A countersignature's timestamp proves the value it covers, too. */
static void
share_proofs(struct verification *v)
{
	for (size_t i = v->n; i > 0; i--) {
		const struct subject *later = &v->subjects[i - 1];
		for (size_t r = 0; later->out->has_proof && later->xml->value_ok && r < later->xml->n_refs; r++) {
			const struct xmlsig_ref *ref = &later->xml->refs[r];
			for (size_t k = 0; k < v->n; k++)
				if (ref->target == XMLSIG_EARLIER && ref->digest_ok && v->subjects[k].xml->value_node == ref->node)
					verify_add_proof(v, &v->subjects[k], later->out->proof_time);
		}
	}
}

/* ---- the document ---------------------------------------------------------------------------------------- */

static enum hb_code
check_schema(struct verification *v, struct hb_bytes bytes)
{
	bool book = v->report->kind == VERIFY_GRADEBOOK;
	HB_SCOPED_BUF xsd;
	struct hb_err why = HB_ERR_INIT;
	hb_buf_init(&xsd, 1 << 20);
	if (book)
		record_class_xsd(&xsd);
	else
		record_transcript_xsd(&xsd);
	enum hb_code c = xml_schema_check(book ? "so-theo-doi-1" : "hoc-ba-1", hb_buf_bytes(&xsd), bytes, &why);
	if (c == HB_E_INTERNAL)
		return hb_bug(v->err, "schema: %s", why.log);
	if (c != HB_OK)
		answer(&v->file, Q_STRUCTURE, ANSWER_NO, hb_strdup(v->a, why.msg));
	return HB_OK;
}

/* Structure by the strict readers, then the roll; a wrong structure leaves the signatures' places unknown. */
static enum hb_code
check_structure(struct verification *v, const struct xml_doc *doc, struct hb_bytes bytes)
{
	struct roll roll;
	struct hb_err why = HB_ERR_INIT;
	enum hb_code c = v->report->kind == VERIFY_GRADEBOOK ? roll_of_class(bytes, v->a, &roll, &why)
	                                                     : roll_of_transcript(bytes, v->a, &roll, &why);
	if (v->a->full)
		return hb_full(v->err);
	answer(&v->file, Q_STRUCTURE, ANSWER(c == HB_OK), hb_strdup(v->a, why.msg));
	if (c != HB_OK) {
		/* without a structure there is no roll to ask */
		skip(&v->file, roll_questions, sizeof roll_questions / sizeof roll_questions[0]);
		return HB_OK;
	}
	c = verify_against_roll(v, doc, &roll);
	return c == HB_OK && v->o->schema ? check_schema(v, bytes) : c;
}

static enum hb_code
gather_signatures(struct verification *v, struct xml_doc *doc)
{
	struct xmlsig_all all;
	struct hb_err why = HB_ERR_INIT;
	enum hb_code c = xmlsig_facts_read(doc, v->a, &all, &why);
	if (c == HB_E_TOOBIG && !v->a->full) {
		answer(&v->file, Q_READABLE, ANSWER_NO, hb_strdup(v->a, why.msg));
		return HB_OK;
	}
	if (c != HB_OK)
		return v->a->full ? hb_full(v->err) : hb_bug(v->err, "%s", why.log);
	c = verify_subjects(v, all.n);
	for (size_t i = 0; c == HB_OK && i < all.n; i++) {
		const struct xmlsig_facts *f = &all.signatures[i];
		c = take_signature(v, &v->subjects[i], f);
		if (c == HB_OK)
			c = verify_pool_add(v, f->certs, f->n_evidence_certs, f->ocsps, f->n_ocsps, f->crls, f->n_crls);
		if (c == HB_OK)
			c = verify_pool_add(v, f->key_certs, f->n_key_certs, NULL, 0, NULL, 0);
	}
	return c;
}

enum hb_code
verify_gather_xml(struct verification *v, struct hb_bytes bytes)
{
	struct xml_doc *doc;
	struct hb_err why = HB_ERR_INIT;
	enum hb_code c = xml_read(bytes, XML_ALLOW_PI, v->a, &doc, &why);
	if (c != HB_OK && v->a->full)
		return hb_full(v->err);
	answer(&v->file, Q_READABLE, ANSWER(c == HB_OK), hb_strdup(v->a, why.msg));
	if (c != HB_OK)
		return HB_OK;
	v->report->kind = kind_of(doc);
	v->column = is_own(v->report->kind) ? POLICY_OWN_XML : POLICY_FOREIGN;
	skip(&v->file, pdf_questions, sizeof pdf_questions / sizeof pdf_questions[0]);
	c = gather_signatures(v, doc);
	answer(&v->file, Q_SIGNED, ANSWER(v->n > 0), NULL);
	for (size_t i = 0; c == HB_OK && i < v->n; i++) {
		/* the last signature first: what lies between two trusted times of a service need not be judged again */
		struct subject *s = &v->subjects[(i + v->n - 1) % v->n];
		c = verify_prove_time(v, s);
		set_form(s);
	}
	if (c != HB_OK)
		return c;
	share_proofs(v);
	return is_own(v->report->kind) ? check_structure(v, doc, bytes) : HB_OK;
}
