/* The way through a verification: gather, prove times, judge certificates, weigh, gather the verdict. */
#include "sign/verify_int.h"

#include <string.h>

enum { SNIFF = 1024 };                 /* where "%PDF-" may stand in a PDF */

static bool
looks_like_pdf(struct hb_bytes b)
{
	return memmem(b.p, b.n < SNIFF ? b.n : SNIFF, "%PDF-", 5) != NULL;
}

enum hb_code
verify_subjects(struct verification *v, size_t n)
{
	v->subjects = HB_NEWN(v->a, struct subject, n + 1);
	v->report->signatures = HB_NEWN(v->a, struct verify_signature, n + 1);
	if (v->subjects == NULL || v->report->signatures == NULL)
		return hb_full(v->err);
	v->n = v->report->n_signatures = n;
	for (size_t i = 0; i < n; i++) {
		v->subjects[i].out = &v->report->signatures[i];
		v->report->signatures[i].role = "";
	}
	return HB_OK;
}

static struct hb_bytes *
join(struct hb_arena *a, const struct hb_bytes *x, size_t n_x, const struct hb_bytes *y, size_t n_y)
{
	struct hb_bytes *all = HB_NEWN(a, struct hb_bytes, n_x + n_y + 1);
	if (all != NULL && n_x > 0)
		memcpy(all, x, n_x * sizeof *x);
	if (all != NULL && n_y > 0)
		memcpy(all + n_x, y, n_y * sizeof *y);
	return all;
}

static size_t
room(size_t have, size_t more)
{
	return more < VERIFY_POOL_MAX - have ? more : VERIFY_POOL_MAX - have;
}

enum hb_code
verify_pool_add(struct verification *v, const struct hb_bytes *certs, size_t n_certs, const struct hb_bytes *ocsps,
    size_t n_ocsps, const struct hb_bytes *crls, size_t n_crls)
{
	struct pki_pool *p = &v->pool;
	n_certs = room(p->n_certs, n_certs);
	n_ocsps = room(p->n_ocsps, n_ocsps);
	n_crls = room(p->n_crls, n_crls);
	struct pki_cert **all = HB_NEWN(v->a, struct pki_cert *, p->n_certs + n_certs + 1);
	if (all == NULL)
		return hb_full(v->err);
	if (p->n_certs > 0)
		memcpy(all, p->certs, p->n_certs * sizeof *all);
	p->certs = all;
	for (size_t i = 0; i < n_certs; i++)
		/* evidence that is no certificate is no evidence */
		if (pki_cert_parse(certs[i], v->a, &p->certs[p->n_certs], NULL) == HB_OK)
			p->n_certs++;
	if (n_ocsps > 0)
		p->ocsps = join(v->a, p->ocsps, p->n_ocsps, ocsps, n_ocsps);
	if (n_crls > 0)
		p->crls = join(v->a, p->crls, p->n_crls, crls, n_crls);
	p->n_ocsps += n_ocsps;
	p->n_crls += n_crls;
	return v->a->full ? hb_full(v->err) : HB_OK;
}

/* Nothing more can be asked of a file that cannot be read. */
static void
only_unreadable(struct verification *v)
{
	for (enum question q = Q_READABLE + 1; q < Q__MAX; q++)
		answer(&v->file, q, ANSWER_NOT_ASKED, NULL);
}

static enum hb_code
judge(struct verification *v)
{
	enum hb_code c = HB_OK;
	struct policy_outcome o;
	v->report->verdict = VERIFY_VALID;
	for (size_t i = 0; c == HB_OK && i < v->n; i++) {
		struct subject *s = &v->subjects[i];
		c = verify_judge_certificate(v, s);
		if (c == HB_OK)
			c = policy_weigh(&s->answers, POLICY_SIGNATURE, v->column, s->out->id, v->a, v->report, &o, v->err);
		if (c != HB_OK)
			return c;
		s->out->verdict = o.verdict;
		s->out->sub_indication = o.sub;
		s->out->indication = o.verdict == VERIFY_VALID ? "TOTAL_PASSED"
		    : o.verdict == VERIFY_INVALID ? "TOTAL_FAILED" : "INDETERMINATE";
		v->report->verdict = policy_worse(v->report->verdict, o.verdict);
	}
	if (c == HB_OK)
		c = policy_weigh(&v->file, POLICY_FILE, v->column, NULL, v->a, v->report, &o, v->err);
	if (c == HB_OK)
		v->report->verdict = policy_worse(v->report->verdict, o.verdict);
	return c;
}

static enum hb_code
verify_with(struct hb_bytes bytes, const struct verify_options *o, const struct pki_trust *trust, struct hb_arena *a,
    struct verify_report *ret, struct hb_err *err)
{
	struct verify_report report = { 0 };
	struct verification v = { .o = o, .now = o->now != 0 ? o->now : hb_now(), .trust = trust, .a = a, .err = err,
		.column = POLICY_FOREIGN, .report = &report };
	enum hb_code c = verify_pool_add(&v, NULL, 0, NULL, 0, o->crls, o->n_crls);
	if (c == HB_OK)
		c = looks_like_pdf(bytes) ? verify_gather_pdf(&v, bytes) : verify_gather_xml(&v, bytes);
	if (c == HB_OK && v.file.a[Q_READABLE] != ANSWER_YES)
		only_unreadable(&v);
	if (c == HB_OK)
		c = judge(&v);
	if (c == HB_OK)
		*ret = report;
	return c;
}

enum hb_code
verify_file(struct hb_bytes bytes, const struct verify_options *o, struct hb_arena *a, struct verify_report *ret,
    struct hb_err *err)
{
	if (o->trust != NULL)
		return verify_with(bytes, o, o->trust, a, ret, err);
	struct pki_trust *nobody = pki_trust_new();
	if (nobody == NULL)
		return hb_full(err);
	enum hb_code c = verify_with(bytes, o, nobody, a, ret, err);
	pki_trust_free(nobody);
	return c;
}

const struct verify_signature *
verify_seal(const struct verify_report *r)
{
	const struct verify_signature *seal = NULL;
	for (size_t i = 0; i < r->n_signatures; i++)
		/* a change of civil status is sealed outside the years */
		if (strcmp(r->signatures[i].role, "DON_VI") == 0 && strncmp(r->signatures[i].id, "s-ll-", 5) != 0)
			seal = &r->signatures[i];
	return seal != NULL && seal->verdict == VERIFY_VALID ? seal : NULL;
}

const char *
verify_verdict_word(enum verify_verdict v)
{
	return v == VERIFY_VALID ? "VALID" : v == VERIFY_INVALID ? "INVALID" : "INDETERMINATE";
}

const char *
verify_kind_word(enum verify_kind k)
{
	static const char *const words[] = { "unknown", "transcript", "gradebook", "pdf", "foreign" };
	return words[k];
}
