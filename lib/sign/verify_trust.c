/* Times and certificates of one signature: what a timestamp proves, and what that makes of chain and revocation. */
#include "sign/verify_int.h"

#include <string.h>

static const char *
day(struct hb_arena *a, hb_time t)
{
	char text[HB_DATE_LEN], vi[HB_DATE_LEN];
	hb_vn_date(t, text);
	hb_date_vi(text, vi);
	return hb_strdup(a, vi);
}

void
verify_add_proof(struct verification *v, struct subject *s, hb_time t)
{
	/* a proof from the future of "now" proves nothing */
	if (t > v->now + VERIFY_SKEW || (s->out->has_proof && s->out->proof_time <= t))
		return;
	s->out->has_proof = true;
	s->out->proof_time = t;
}

static struct known_tsa *
known_tsa(struct verification *v, const struct pki_cert *c)
{
	for (size_t i = 0; i < v->n_tsas; i++)
		if (pki_cert_eq(v->tsas[i].cert, c))
			return &v->tsas[i];
	return NULL;
}

static void
remember_tsa(struct verification *v, const struct pki_cert *c, hb_time t)
{
	struct known_tsa *k = known_tsa(v, c);
	if (k == NULL && v->n_tsas < VERIFY_TSAS)
		v->tsas[v->n_tsas++] = (struct known_tsa){ c, t, t };
	if (k != NULL && t < k->from)
		k->from = t;
	if (k != NULL && t > k->to)
		k->to = t;
}

/* Is the service that made this token one we trust, at the time it states? */
static enum hb_code
judge_tsa(struct verification *v, const struct pki_token *t, enum answer *ret, const char **ret_why)
{
	struct pki_judgement j;
	const struct known_tsa *k = known_tsa(v, t->signer);
	*ret = ANSWER_YES;
	*ret_why = NULL;
	if (k != NULL && t->time >= k->from && t->time <= k->to)
		return HB_OK;
	enum hb_code c = pki_judge(v->trust, t->signer, &v->pool, PKI_FOR_TIMESTAMP, t->time, v->a, &j, v->err);
	if (c != HB_OK)
		return c;
	if (j.chain.status != PKI_OK) {
		*ret = j.chain.status == PKI_NO_CHAIN || j.chain.status == PKI_INDETERMINATE ? ANSWER_UNKNOWN : ANSWER_NO;
		*ret_why = pki_status_vi(j.chain.status);
	} else if (j.leaf.state == PKI_REV_REVOKED || j.cas.state == PKI_REV_REVOKED) {
		*ret = ANSWER_NO;
		*ret_why = "chứng thư số của máy cấp dấu thời gian đã bị thu hồi";
	} else if (j.leaf.state != PKI_REV_GOOD) {
		*ret = ANSWER_UNKNOWN;
		*ret_why = j.leaf.why;
	} else {
		remember_tsa(v, t->signer, t->time);
	}
	return HB_OK;
}

/* One token over the signature value: does it fit, is it trusted? */
static enum hb_code
judge_token(struct verification *v, struct subject *s, struct hb_bytes token)
{
	struct pki_token t;
	struct hb_err why = HB_ERR_INIT;
	enum answer trusted;
	const char *because;
	if (pki_tst_read(token, v->pool.certs, v->pool.n_certs, v->a, &t, &why) != HB_OK) {
		if (v->a->full)
			return hb_full(v->err);
		answer(&s->answers, Q_STAMP_FITS, ANSWER_NO, hb_strdup(v->a, why.msg));
		return HB_OK;
	}
	if (!pki_tst_covers(&t, s->stamped) || (t.signer != NULL && !t.signature_ok)) {
		answer(&s->answers, Q_STAMP_FITS, ANSWER_NO, t.signature_ok ? "dấu thời gian được cấp cho dữ liệu khác" : t.why);
		return HB_OK;
	}
	if (s->answers.a[Q_STAMP_FITS] != ANSWER_NO)
		answer(&s->answers, Q_STAMP_FITS, t.signer == NULL ? ANSWER_NOT_ASKED : ANSWER_YES, NULL);
	if (s->out->form == VERIFY_B)
		s->out->form = VERIFY_T;
	if (t.signer == NULL) {
		answer(&s->answers, Q_STAMP_TRUSTED, ANSWER_UNKNOWN, t.why);
		return HB_OK;
	}
	enum hb_code c = judge_tsa(v, &t, &trusted, &because);
	answer(&s->answers, Q_STAMP_TRUSTED, trusted, because);
	if (c != HB_OK || trusted != ANSWER_YES)
		return c;
	verify_add_proof(v, s, t.time);
	if (s->out->has_time && s->out->time_protected && s->out->signing_time > t.time + VERIFY_SKEW)
		answer(&s->answers, Q_STAMP_ORDER, ANSWER_NO, hb_printf(v->a, "ký %s, dấu thời gian %s", day(v->a, s->out->signing_time),
		    day(v->a, t.time)));
	return HB_OK;
}

enum hb_code
verify_prove_time(struct verification *v, struct subject *s)
{
	answer(&s->answers, Q_STAMP, ANSWER(s->n_tokens > 0), NULL);
	answer(&s->answers, Q_STAMP_FITS, ANSWER_NOT_ASKED, NULL);
	answer(&s->answers, Q_STAMP_TRUSTED, ANSWER_NOT_ASKED, NULL);
	answer(&s->answers, Q_STAMP_ORDER, ANSWER_YES, NULL);
	/* a timestamp over a value that does not verify proves only that somebody had those bytes */
	for (size_t i = 0; i < s->n_tokens; i++) {
		enum hb_code c = judge_token(v, s, s->tokens[i]);
		if (c != HB_OK)
			return c;
	}
	return HB_OK;
}

/* ---- chain, validity, revocation ------------------------------------------------------------------------- */

static void
answer_chain(struct verification *v, struct subject *s, const struct pki_judgement *j)
{
	struct answers *n = &s->answers;
	const struct pki_cert *at = j->chain.n > 0 && j->chain.at < j->chain.n ? j->chain.certs[j->chain.at] : s->cert;
	switch (j->chain.status) {
	case PKI_OK:
	case PKI_EXPIRED:
	case PKI_NOT_YET_VALID:
		answer(n, Q_CHAIN, ANSWER_YES, NULL);
		answer(n, Q_CA_CLASS, j->chain.ca_class == PKI_CA_UNKNOWN ? ANSWER_UNKNOWN : ANSWER_YES, s->cert->issuer_name);
		break;
	case PKI_INDETERMINATE:
	case PKI_NO_CHAIN:
		answer(n, Q_CHAIN, ANSWER_UNKNOWN, s->cert->issuer_name);
		answer(n, Q_CA_CLASS, ANSWER_NOT_ASKED, NULL);
		break;
	case PKI_BAD_ALGORITHM:
		answer(n, Q_CHAIN, ANSWER_UNKNOWN, hb_printf(v->a, "%s (%s)", pki_status_vi(j->chain.status), at->name));
		n->sub[Q_CHAIN] = "CRYPTO_CONSTRAINTS_FAILURE";
		answer(n, Q_CA_CLASS, ANSWER_NOT_ASKED, NULL);
		break;
	default:
		answer(n, Q_CHAIN, ANSWER_NO, hb_printf(v->a, "%s (%s)", pki_status_vi(j->chain.status), at->name));
		answer(n, Q_CA_CLASS, ANSWER_NOT_ASKED, NULL);
	}
}

static bool
outside_validity(const struct pki_cert *c, hb_time t)
{
	return t < c->not_before || t > c->not_after;
}

/* D7.1: made while the certificate was in force; proven by a timestamp, or because it still is. */
static void
answer_in_force(struct verification *v, struct subject *s, const struct pki_judgement *j)
{
	struct answers *n = &s->answers;
	const struct pki_cert *c = s->cert;
	const char *span = hb_printf(v->a, "hiệu lực từ %s đến %s", day(v->a, c->not_before), day(v->a, c->not_after));
	bool early = j->chain.status == PKI_NOT_YET_VALID, late = j->chain.status == PKI_EXPIRED;
	answer(n, Q_IN_FORCE, ANSWER_YES, NULL);
	if (s->out->has_time && outside_validity(c, s->out->signing_time)) {
		answer(n, Q_IN_FORCE, ANSWER_NO, hb_printf(v->a, "%s, ký ngày %s", span, day(v->a, s->out->signing_time)));
		n->sub[Q_IN_FORCE] = s->out->signing_time < c->not_before ? "NOT_YET_VALID" : "EXPIRED";
	} else if ((early || late) && s->out->has_proof) {
		answer(n, Q_IN_FORCE, ANSWER_NO, span);
		n->sub[Q_IN_FORCE] = early ? "NOT_YET_VALID" : "EXPIRED";
	} else if (early || late || outside_validity(c, s->out->has_proof ? s->out->proof_time : v->now)) {
		answer(n, Q_IN_FORCE, ANSWER_UNKNOWN, span);
	}
}

static void
answer_revoked(struct verification *v, struct subject *s, const struct pki_judgement *j)
{
	struct answers *n = &s->answers;
	const struct pki_revocation *r = j->leaf.state != PKI_REV_GOOD ? &j->leaf : &j->cas;
	if (j->chain.status == PKI_NO_CHAIN || j->chain.status == PKI_INDETERMINATE) {
		answer(n, Q_REVOKED, ANSWER_UNKNOWN, "chưa có chuỗi chứng thư để kiểm tra");
		n->sub[Q_REVOKED] = "NO_CERTIFICATE_CHAIN_FOUND";
	} else if (r->state == PKI_REV_GOOD) {
		answer(n, Q_REVOKED, ANSWER_YES, NULL);
	} else if (r->state == PKI_REV_REVOKED) {
		/* without proof of when it was signed, a later revocation leaves it open */
		bool surely = s->out->has_proof || !s->out->has_time || r->revoked_at <= s->out->signing_time;
		answer(n, Q_REVOKED, surely ? ANSWER_NO : ANSWER_UNKNOWN, hb_printf(v->a, "thu hồi ngày %s", day(v->a, r->revoked_at)));
		n->sub[Q_REVOKED] = surely ? "REVOKED" : "REVOKED_NO_POE";
	} else {
		answer(n, Q_REVOKED, ANSWER_UNKNOWN, r->why);
	}
}

static enum verify_status
status_of(const struct pki_judgement *j, const struct pki_cert *c, hb_time at)
{
	if (j->chain.status == PKI_NO_CHAIN || j->chain.status == PKI_INDETERMINATE)
		return at > c->not_after ? VERIFY_STATUS_EXPIRED : VERIFY_STATUS_UNKNOWN;
	if (j->leaf.state == PKI_REV_REVOKED || j->leaf.ever_revoked)
		if (j->leaf.revoked_at <= at)
			return VERIFY_STATUS_REVOKED;
	if (j->chain.status == PKI_EXPIRED || at > c->not_after)
		return VERIFY_STATUS_EXPIRED;
	return j->chain.status == PKI_OK && j->leaf.state == PKI_REV_GOOD ? VERIFY_STATUS_GOOD : VERIFY_STATUS_UNKNOWN;
}

/* The roll names persons by personal id and the unit by tax code (D6). */
static void
answer_person(struct verification *v, struct subject *s)
{
	struct answers *n = &s->answers;
	const struct slot *slot = s->slot;
	enum pki_kind want = slot != NULL && slot->role == RECORD_DON_VI ? PKI_KIND_UNIT : PKI_KIND_PERSONAL;
	if (slot == NULL && v->column != POLICY_OWN_PDF) {
		answer(n, Q_KIND, ANSWER_NOT_ASKED, NULL);
		answer(n, Q_PERSON, ANSWER_NOT_ASKED, NULL);
		return;
	}
	if (slot == NULL)
		want = strcmp(s->out->role, "DON_VI") == 0 ? PKI_KIND_UNIT : PKI_KIND_PERSONAL;
	answer(n, Q_KIND, s->cert->kind == PKI_KIND_OTHER ? ANSWER_UNKNOWN : ANSWER(s->cert->kind == want), pki_kind_vi(s->cert->kind));
	if (slot == NULL || slot->signer == NULL || slot->owner == NULL || s->cert->owner_id[0] == '\0')
		answer(n, Q_PERSON, ANSWER_NOT_ASKED, NULL);
	else
		answer(n, Q_PERSON, ANSWER(strcmp(slot->owner, s->cert->owner_id) == 0), hb_printf(v->a, "phân công %s, chứng thư số của %s",
		    slot->signer->name == NULL ? slot->label : slot->signer->name, s->cert->name));
}

static void
no_certificate(struct subject *s)
{
	static const enum question about[] = { Q_CHAIN, Q_IN_FORCE, Q_REVOKED, Q_CA_CLASS, Q_KIND, Q_PERSON, Q_STILL_GOOD };
	for (size_t i = 0; i < sizeof about / sizeof about[0]; i++)
		answer(&s->answers, about[i], ANSWER_NOT_ASKED, NULL);
}

/* Today's state, from the chain already verified at another time: its certificates' terms, and what is known now. */
static enum verify_status
state_now(struct verification *v, const struct pki_judgement *j)
{
	struct pki_revocation r;
	if (j->chain.status != PKI_OK || j->chain.n < 2)
		return VERIFY_STATUS_UNKNOWN;
	pki_revocation_find(&v->pool, j->chain.certs[0], j->chain.certs[1], v->now, v->a, &r);
	if (r.ever_revoked && r.revoked_at <= v->now)
		return VERIFY_STATUS_REVOKED;
	for (size_t i = 0; i < j->chain.n; i++)
		if (outside_validity(j->chain.certs[i], v->now))
			return VERIFY_STATUS_EXPIRED;
	return r.state == PKI_REV_GOOD ? VERIFY_STATUS_GOOD : VERIFY_STATUS_UNKNOWN;
}

/* Without proof the certificate is judged today; what it was at the claimed time is only told. */
static enum hb_code
state_then(struct verification *v, struct subject *s, const struct pki_judgement *today)
{
	struct pki_judgement then;
	struct verify_signature *o = s->out;
	o->status_now = o->status_at_signing = status_of(today, s->cert, v->now);
	if (!o->has_time)
		return HB_OK;
	enum hb_code c = pki_judge(v->trust, s->cert, &v->pool, PKI_FOR_SIGNING, o->signing_time, v->a, &then, v->err);
	if (c == HB_OK)
		o->status_at_signing = status_of(&then, s->cert, o->signing_time);
	return c;
}

enum hb_code
verify_judge_certificate(struct verification *v, struct subject *s)
{
	struct pki_judgement best;
	struct verify_signature *o = s->out;
	if (s->cert == NULL) {
		no_certificate(s);
		return HB_OK;
	}
	hb_time at = o->has_proof ? o->proof_time : v->now;
	enum hb_code c = pki_judge(v->trust, s->cert, &v->pool, PKI_FOR_SIGNING, at, v->a, &best, v->err);
	if (c != HB_OK)
		return c;
	answer_chain(v, s, &best);
	answer_in_force(v, s, &best);
	answer_revoked(v, s, &best);
	answer_person(v, s);
	if (o->has_proof) {
		o->status_at_signing = status_of(&best, s->cert, at);
		o->status_now = best.chain.status == PKI_OK ? state_now(v, &best) : status_of(&best, s->cert, v->now);
	} else if ((c = state_then(v, s, &best)) != HB_OK) {
		return c;
	}
	bool gone = o->status_now == VERIFY_STATUS_EXPIRED || o->status_now == VERIFY_STATUS_REVOKED;
	answer(&s->answers, Q_STILL_GOOD, gone ? ANSWER_NO : ANSWER_YES,
	    o->status_now == VERIFY_STATUS_REVOKED ? "đã bị thu hồi" : "đã hết hạn");
	return HB_OK;
}
