/* Adding what a signed file lacks: timestamps, and at its end the evidence that makes it LT. */
#include "signing/signing_int.h"
#include "sign/xmlsig_facts.h"

#include <string.h>

enum { FINISH_ARENA = 512 << 20 };

struct finish {
	const struct signing_room *room;
	const char                *document;
	enum signing_format        format;
	bool                       is_complete;
	struct hb_arena           *a;
	struct hb_bytes            doc;
	int64_t                    version;
	bool                       changed;
};

enum hb_code
signing_stamp(const struct signing_room *room, const struct hb_sha256 *digest, struct hb_arena *a, struct hb_bytes *ret_token,
    struct hb_err *err)
{
	struct pki_cert **tsa;
	struct pki_token token;
	struct hb_bytes der;
	enum hb_code code;
	size_t n;

	code = pki_tsa_fetch(room->net, digest, false, a, &der, err);
	if (code == HB_OK)
		code = pki_tsa_certs(room->net, a, &tsa, &n, err);
	if (code == HB_OK)
		code = pki_tst_read(der, tsa, n, a, &token, err);
	if (code == HB_OK && !token.signature_ok)
		return hb_fail(err, HB_E_UPSTREAM, "pki.traLoiSai", "dấu thời gian nhận về không dùng được: %s", token.why);
	if (code == HB_OK)
		*ret_token = der;
	return code;
}

/* When a signature existed: its token's time, else the time it claims. */
static hb_time
time_of(struct hb_bytes token, hb_time claimed, struct hb_arena *a)
{
	struct pki_token t;

	return token.n != 0 && pki_tst_read(token, NULL, 0, a, &t, NULL) == HB_OK ? t.time : claimed;
}

/* --- XML --- */

static enum hb_code
read_xml(struct finish *f, struct xmlsig_all *all, struct hb_err *err)
{
	struct xml_doc *doc;
	enum hb_code code = xml_read(f->doc, 0, f->a, &doc, err);

	return code == HB_OK ? xmlsig_facts_read(doc, f->a, all, err) : code;
}

static enum hb_code
stamp_xml(struct finish *f, struct hb_err *err)
{
	struct xmlsig_all all;
	enum hb_code code = read_xml(f, &all, err);

	for (size_t i = 0; code == HB_OK && i < all.n; i++) {
		struct hb_sha256 digest;
		struct hb_bytes token;

		if (all.signatures[i].n_tokens > 0)
			continue;
		code = xmlsig_timestamp_digest(f->doc, all.signatures[i].id, f->a, &digest, err);
		if (code == HB_OK)
			code = signing_stamp(f->room, &digest, f->a, &token, err);
		if (code == HB_OK)
			code = xmlsig_add_timestamp(f->doc, all.signatures[i].id, token, f->a, &f->doc, err);
		f->changed = f->changed || code == HB_OK;
	}
	return code;
}

/* Signatures since the last one that carries evidence: those before it were completed when they were young. */
static size_t
first_without_evidence(const struct xmlsig_all *all)
{
	for (size_t i = all->n; i > 0; i--)
		if (all->signatures[i - 1].n_ocsps + all->signatures[i - 1].n_crls > 0)
			return i;
	return 0;
}

static enum hb_code
gather_xml(struct finish *f, const struct xmlsig_all *all, size_t first, struct evidence *e, struct hb_err *err)
{
	size_t n = all->n - first, n_tokens = 0;
	struct evidence_signer *signers = HB_NEWN(f->a, struct evidence_signer, n);
	struct hb_bytes *tokens = HB_NEWN(f->a, struct hb_bytes, n);

	if (signers == NULL || tokens == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i++) {
		const struct xmlsig_facts *s = &all->signatures[first + i];

		if (s->cert == NULL)
			return hb_fail(err, HB_E_RULE, "ky.khongDung", "chữ ký %s không có chứng thư số", s->id);
		signers[i].cert = s->cert->der;
		signers[i].time = time_of(s->n_tokens > 0 ? s->tokens[0] : HB_BYTES("", 0), s->time, f->a);
		if (s->n_tokens > 0)
			tokens[n_tokens++] = s->tokens[0];
	}
	return evidence_gather(f->room->trust, f->room->net, f->room->cas, f->room->n_cas, signers, n, tokens, n_tokens, f->a, e, err);
}

static enum hb_code
finish_xml(struct finish *f, struct hb_err *err)
{
	struct xmlsig_evidence x;
	struct xmlsig_all all;
	struct evidence e;
	size_t first;
	enum hb_code code = stamp_xml(f, err);

	if (code != HB_OK || !f->is_complete)
		return code;
	code = read_xml(f, &all, err);
	if (code != HB_OK || (first = first_without_evidence(&all)) == all.n)
		return code;
	code = gather_xml(f, &all, first, &e, err);
	if (code != HB_OK)
		return code;
	x = (struct xmlsig_evidence){ e.certs, e.n_certs, e.ocsps, e.n_ocsps, e.crls, e.n_crls, e.tsa_certs, e.n_tsa_certs,
		e.tsa_ocsps, e.n_tsa_ocsps, e.tsa_crls, e.n_tsa_crls };
	code = xmlsig_add_evidence(f->doc, all.signatures[all.n - 1].id, &x, f->a, &f->doc, err);
	f->changed = f->changed || code == HB_OK;
	return code;
}

/* --- PDF --- */

/* Only the newest signature can still take a token; older ones rest on the closing timestamp. */
static enum hb_code
stamp_pdf(struct finish *f, struct pades_facts *facts, struct hb_err *err)
{
	const struct pades_signature *last;
	struct hb_bytes token;
	struct hb_sha256 digest;
	enum hb_code code = pades_inspect(f->doc, f->a, facts, err);

	if (code != HB_OK || facts->signatures_n == 0)
		return code;
	last = &facts->signatures[facts->signatures_n - 1];
	if (last->kind != PADES_SIGNATURE || last->token.n != 0 || last->revision != facts->revisions_n)
		return HB_OK;
	digest = hb_sha256(last->value);
	code = signing_stamp(f->room, &digest, f->a, &token, err);
	if (code == HB_OK)
		code = pades_add_timestamp(f->doc, last->field, token, f->a, &f->doc, err);
	if (code != HB_OK)
		return code;
	f->changed = true;
	return pades_inspect(f->doc, f->a, facts, err);
}

static enum hb_code
closing_token(void *ctx, const struct hb_sha256 *imprint, struct hb_arena *a, struct hb_bytes *ret_token, struct hb_err *err)
{
	const struct signing_room *room = ctx;

	return pki_tsa_fetch(room->net, imprint, true, a, ret_token, err);
}

static size_t
first_unclosed(const struct pades_facts *facts)
{
	for (size_t i = facts->signatures_n; i > 0; i--)
		if (facts->signatures[i - 1].kind == PADES_DOCUMENT_TIMESTAMP)
			return i;
	return 0;
}

static enum hb_code
gather_pdf(struct finish *f, const struct pades_facts *facts, size_t first, struct evidence *e, struct hb_err *err)
{
	size_t n = facts->signatures_n - first, n_tokens = 0;
	struct evidence_signer *signers = HB_NEWN(f->a, struct evidence_signer, n);
	struct hb_bytes *tokens = HB_NEWN(f->a, struct hb_bytes, n);

	if (signers == NULL || tokens == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i++) {
		const struct pades_signature *s = &facts->signatures[first + i];

		signers[i].cert = s->signer_cert;
		signers[i].time = time_of(s->token, s->claimed_time, f->a);
		if (s->token.n != 0)
			tokens[n_tokens++] = s->token;
	}
	return evidence_gather(f->room->trust, f->room->net, f->room->cas, f->room->n_cas, signers, n, tokens, n_tokens, f->a, e, err);
}

static struct hb_bytes *
joined(struct hb_arena *a, const struct hb_bytes *x, size_t n_x, const struct hb_bytes *y, size_t n_y)
{
	struct hb_bytes *list = HB_NEWN(a, struct hb_bytes, n_x + n_y + 1);

	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < n_x + n_y; i++)
		list[i] = i < n_x ? x[i] : y[i - n_x];
	return list;
}

static enum hb_code
close_pdf(struct finish *f, const struct pades_facts *facts, const struct evidence *e, struct hb_err *err)
{
	struct pades_evidence p = { .certs = joined(f->a, e->certs, e->n_certs, e->tsa_certs, e->n_tsa_certs),
		.ocsps = joined(f->a, e->ocsps, e->n_ocsps, e->tsa_ocsps, e->n_tsa_ocsps),
		.crls = joined(f->a, e->crls, e->n_crls, e->tsa_crls, e->n_tsa_crls), .certs_n = e->n_certs + e->n_tsa_certs,
		.ocsps_n = e->n_ocsps + e->n_tsa_ocsps, .crls_n = e->n_crls + e->n_tsa_crls };
	char *field = hb_printf(f->a, "DauThoiGian-%zu", facts->signatures_n + 1);
	enum hb_code code;

	if (p.certs == NULL || p.ocsps == NULL || p.crls == NULL || field == NULL)
		return hb_full(err);
	code = pades_add_evidence(f->doc, &p, f->a, &f->doc, err);
	if (code == HB_OK)
		code = pades_document_timestamp(f->doc, field, closing_token, (void *)f->room, f->a, &f->doc, err);
	f->changed = f->changed || code == HB_OK;
	return code;
}

static enum hb_code
finish_pdf(struct finish *f, struct hb_err *err)
{
	struct pades_facts facts;
	struct evidence e;
	size_t first;
	enum hb_code code = stamp_pdf(f, &facts, err);

	if (code != HB_OK || !f->is_complete || (first = first_unclosed(&facts)) == facts.signatures_n)
		return code;
	code = gather_pdf(f, &facts, first, &e, err);
	return code == HB_OK ? close_pdf(f, &facts, &e, err) : code;
}

/* --- both --- */

static enum hb_code
store_document(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct finish *f = ctx;
	const struct signing_host *host = f->room->host;

	return host->store(tx, host->context, f->document, f->format, NULL, NULL, f->version, f->doc, err);
}

/* A silent service half-way leaves the tokens had so far: they are stored, and the failure is told. */
static enum hb_code
attempt(struct finish *f, struct hb_err *err)
{
	const struct signing_host *host = f->room->host;
	enum hb_code code, lacking;

	code = host->load(host->context, f->document, f->format, f->a, &f->doc, &f->version, err);
	if (code != HB_OK)
		return code;
	lacking = f->format == SIGNING_XML ? finish_xml(f, err) : finish_pdf(f, err);
	if (!f->changed || (lacking != HB_OK && lacking != HB_E_UPSTREAM))
		return lacking;
	code = host->verify(host->context, NULL, f->doc, f->a, lacking == HB_OK ? err : NULL);
	if (code == HB_OK)
		code = db_write(f->room->db, store_document, f, lacking == HB_OK ? err : NULL);
	return code != HB_OK ? code : lacking;
}

enum hb_code
signing_finish(const struct signing_room *room, const char *document, enum signing_format format, bool is_complete,
    bool *ret_changed, struct hb_err *err)
{
	struct hb_err last = HB_ERR_INIT;
	enum hb_code code = HB_OK;
	bool changed = false;

	for (int i = 0; i < SIGNING_TRIES; i++) {
		struct finish f = { .room = room, .document = document, .format = format, .is_complete = is_complete };
		HB_SCOPED_ARENA a;

		hb_arena_init(&a, FINISH_ARENA);
		f.a = &a;
		last = HB_ERR_INIT;
		code = attempt(&f, &last);
		changed = f.changed;
		if (code != HB_E_CONFLICT)
			break;
	}
	if (code != HB_OK && err != NULL)
		*err = last;
	if (code == HB_OK)
		*ret_changed = changed;
	return code;
}
