/* test/signed_book.h - class books and school records signed by everybody on their roll, against the test PKI on
 * loopback: timestamps on every signature, evidence on the last.  For tests of verification and for benches. */
#ifndef SIGNED_BOOK_H
#define SIGNED_BOOK_H
#include <openssl/evp.h>
#include <unistd.h>

#include "demo/pki/testpki.h"
#include "sign/evidence.h"
#include "sign/pki_int.h"
#include "sign/roll.h"
#include "sign/verify.h"
#include "sign/xmlsig.h"
#include "test/record_book.h"

enum { WORLD_KEYS = 3 };               /* persons' RSA, the unit's RSA, persons' EC */
struct world {
	struct hb_arena        a;
	char                   dir[32];
	struct testpki        *pki;
	struct testpki_server *server;
	struct pki_trust      *trust;
	struct pki_net        *net;
	EVP_PKEY              *keys[WORLD_KEYS];
	hb_time                start;          /* the first signing time */
};
/* How to sign, where a test wants something else than what is right. */
struct signing {
	bool        no_stamps, no_evidence;
	const char *skip;                      /* Id of a signature that is not made */
	const char *late;                      /* Id of a signature whose claimed time is before all others */
	const char *wrong_kind;                /* Id of a signature made with the other kind of certificate */
	const char *wrong_person;              /* … with somebody else's certificate */
	const char *revoked;                   /* … whose certificate was revoked an hour before */
	const char *alone;                     /* … that countersigns nothing */
	const char *narrow;                    /* … that leaves out its last region */
	bool        elliptic;
	hb_time     cert_until;                /* end of the certificates; 0: in two years */
};

#define world_must(cond) ((cond) ? (void)0 : (printf("Bail out! %s:%d: %s\n", __FILE__, __LINE__, #cond), fflush(stdout), abort()))

BOOK_UNUSED static void
world_open(struct world *w)
{
	struct hb_err err = HB_ERR_INIT;
	*w = (struct world){ .dir = "/tmp/hocba-world-XXXXXX", .trust = pki_trust_new() };
	hb_arena_init(&w->a, (size_t)1 << 30);
	world_must(mkdtemp(w->dir) != NULL && testpki_open(w->dir, 0, &w->pki, &err) == HB_OK);
	world_must(testpki_serve(w->pki, &w->server, &err) == HB_OK);
	world_must(pki_trust_add_pem(w->trust, testpki_root_pem(w->pki), &err) == HB_OK);
	w->net = pki_net_new(&(struct pki_net_config){ .tsa_url = testpki_tsa_url(w->pki) });
	w->keys[0] = EVP_RSA_gen(2048);
	w->keys[1] = EVP_RSA_gen(2048);
	w->keys[2] = EVP_EC_gen("P-256");
	w->start = hb_now() - 7200;
}

BOOK_UNUSED static void
world_close(struct world *w)
{
	for (int i = 0; i < WORLD_KEYS; i++)
		EVP_PKEY_free(w->keys[i]);
	pki_net_free(w->net);
	pki_trust_free(w->trust);
	testpki_stop(w->server);
	testpki_close(w->pki);
	char command[64];
	snprintf(command, sizeof command, "rm -rf %s", w->dir);
	pclose(popen(command, "r"));
	hb_arena_fini(&w->a);
}

BOOK_UNUSED static struct pki_cert *
world_cert(struct world *w, EVP_PKEY *key, const struct testpki_subject *s)
{
	struct pki_cert *cert;
	unsigned char *der = NULL;
	struct hb_bytes spki;
	struct hb_err err = HB_ERR_INIT;
	world_must(pki_take_der(&der, i2d_PUBKEY(key, &der), &w->a, &spki, &err) == HB_OK);
	world_must(testpki_issue(w->pki, s, spki, &w->a, &cert, &err) == HB_OK);
	return cert;
}

static struct hb_bytes
world_sign(EVP_PKEY *key, struct hb_bytes data, struct hb_arena *a)
{
	size_t n = 1024;
	uint8_t *value = hb_alloc(a, n);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	world_must(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 && EVP_DigestSign(ctx, value, &n, data.p, data.n) == 1);
	EVP_MD_CTX_free(ctx);
	return HB_BYTES(value, n);
}

static bool
world_same(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* The certificate and key for a slot. */
static struct pki_cert *
world_signer(struct world *w, const struct slot *slot, const struct signing *how, EVP_PKEY **ret_key)
{
	bool unit = (slot->role == RECORD_DON_VI) != world_same(how->wrong_kind, slot->id);
	const char *owner = slot->owner == NULL ? "000000000000" : slot->owner;
	if (world_same(how->wrong_person, slot->id))
		owner = "001099999999";
	struct testpki_subject s = { .ca = unit ? TESTPKI_GOVERNMENT : TESTPKI_PUBLIC, .organisation = "Trường thử nghiệm",
		.name = slot->signer == NULL || slot->signer->name == NULL ? "Nguyễn Không Tên" : slot->signer->name,
		.id = hb_printf(&w->a, "%s:%s", unit ? "MST" : "CCCD", owner), .not_before = w->start - 86400, .not_after = how->cert_until };
	*ret_key = unit ? w->keys[1] : how->elliptic && slot->role == RECORD_GVBM ? w->keys[2] : w->keys[0];
	struct pki_cert *c = world_cert(w, *ret_key, &s);
	if (world_same(how->revoked, slot->id))
		world_must(testpki_revoke(w->pki, c->serial, hb_now() - 3600 * 6, NULL) == HB_OK);
	return c;
}

static void
world_stamp(struct world *w, struct hb_bytes *doc, const char *id, struct hb_bytes *ret_token)
{
	struct hb_sha256 digest;
	struct hb_err err = HB_ERR_INIT;
	world_must(xmlsig_timestamp_digest(*doc, id, &w->a, &digest, &err) == HB_OK);
	world_must(pki_tsa_fetch(w->net, &digest, false, &w->a, ret_token, &err) == HB_OK);
	world_must(xmlsig_add_timestamp(*doc, id, *ret_token, &w->a, doc, &err) == HB_OK);
}

static void
world_evidence(struct world *w, struct hb_bytes *doc, const char *last, const struct evidence_signer *signers, size_t n,
    const struct hb_bytes *tokens, size_t n_tokens)
{
	struct evidence e;
	struct hb_err err = HB_ERR_INIT;
	struct pki_cert *cas[] = { testpki_ca_cert(w->pki, TESTPKI_GOVERNMENT), testpki_ca_cert(w->pki, TESTPKI_PUBLIC),
		testpki_tsa_cert(w->pki) };
	enum hb_code c = evidence_gather(w->trust, w->net, cas, 3, signers, n, tokens, n_tokens, &w->a, &e, &err);
	if (c != HB_OK)
		printf("# %s: %s %s\n", last, err.msg, err.log);
	world_must(c == HB_OK);
	struct xmlsig_evidence x = { e.certs, e.n_certs, e.ocsps, e.n_ocsps, e.crls, e.n_crls, e.tsa_certs, e.n_tsa_certs,
		e.tsa_ocsps, e.n_tsa_ocsps, e.tsa_crls, e.n_tsa_crls };
	world_must(xmlsig_add_evidence(*doc, last, &x, &w->a, doc, &err) == HB_OK);
}

/* One signature into its slot. */
static void
world_sign_slot(struct world *w, struct hb_bytes *doc, const struct slot *s, const struct signing *how, hb_time when,
    struct pki_cert **ret_cert)
{
	EVP_PKEY *key;
	struct hb_bytes prepared;
	struct xmlsig_tbs tbs;
	struct hb_err err = HB_ERR_INIT;
	*ret_cert = world_signer(w, s, how, &key);
	struct xmlsig_spec spec = { .slot = s->path, .id = s->id, .regions = s->regions, .n_regions = s->n_regions,
		.countersigned = s->before, .n_countersigned = world_same(how->alone, s->id) ? 0 : s->n_before,
		.certificate = (*ret_cert)->der, .signing_time = when, .claimed_role = record_role_code(s->role) };
	if (world_same(how->narrow, s->id))
		spec.n_regions--;
	bool good = xmlsig_prepare(*doc, &spec, &w->a, &prepared, &err) == HB_OK
	    && xmlsig_tbs(prepared, s->id, &w->a, &tbs, &err) == HB_OK
	    && xmlsig_embed(*doc, prepared, s->id, world_sign(key, tbs.signed_info, &w->a), &w->a, doc, &err) == HB_OK;
	if (!good)
		printf("# %s: %s %s\n", s->id, err.msg, err.log);
	world_must(good);
}

/* Sign every empty slot of the roll, in the order of roles, from `group` on; the last gets the evidence of all. */
BOOK_UNUSED static struct hb_bytes
world_sign_all(struct world *w, struct hb_bytes doc, const struct roll *roll, size_t group, const struct signing *how)
{
	static const struct signing right;
	struct evidence_signer signers[RECORD_SIGNERS_MAX];
	struct hb_bytes tokens[RECORD_SIGNERS_MAX];
	size_t n = 0, n_tokens = 0;
	const char *last = NULL;
	hb_time when = w->start + (hb_time)group * 600;
	how = how == NULL ? &right : how;
	for (int role = RECORD_GVBM; role <= RECORD_DON_VI; role++)
		for (size_t i = 0; i < roll->n; i++) {
			const struct slot *s = &roll->slots[i];
			struct pki_cert *cert;
			if ((int)s->role != role || s->group != group || world_same(how->skip, s->id))
				continue;
			when += 30;
			world_sign_slot(w, &doc, s, how, world_same(how->late, s->id) ? w->start - 3600 : when, &cert);
			if (!how->no_stamps)
				world_stamp(w, &doc, s->id, &tokens[n_tokens++]);
			if (!world_same(how->revoked, s->id))
				signers[n++] = (struct evidence_signer){ cert->der, hb_now() };
			last = s->id;
		}
	if (!how->no_evidence && last != NULL)
		world_evidence(w, &doc, last, signers, n, tokens, n_tokens);
	return doc;
}

/* A class book of few pupils, unsigned, and its roll. */
BOOK_UNUSED static struct hb_bytes
world_book(struct world *w, enum record_period period, size_t pupils, struct roll *ret_roll)
{
	struct hb_bytes xml;
	struct hb_err err = HB_ERR_INIT;
	world_must(record_class_to_xml(book_lower(&w->a, period, pupils), &w->a, &xml, &err) == HB_OK);
	world_must(roll_of_class(xml, &w->a, ret_roll, &err) == HB_OK);
	return xml;
}

/* A pupil's record with one unsigned year, and its roll. */
BOOK_UNUSED static struct hb_bytes
world_record(struct world *w, struct roll *ret_roll)
{
	struct hb_bytes xml;
	struct hb_err err = HB_ERR_INIT;
	struct record_year_spec spec = { .record_code = "HB-7K2M-9QXT-4HDA-Z8WB-3", .effective_at = "2026-06-29T17:00:00Z",
		.prepared_at = "2026-06-02T02:00:00Z", .subject_teachers_sign = true, .salt = HB_BYTES(book_secret, 32),
		.class_file = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9" };
	struct record_class *cls = book_lower(&w->a, RECORD_CN, 3);
	struct record_transcript *t = book_transcript(&w->a, cls, 0);
	world_must(record_year_build(cls, cls->pupils[0].id, &spec, &w->a, t->years, &err) == HB_OK);
	world_must(record_transcript_to_xml(t, &w->a, &xml, &err) == HB_OK);
	world_must(roll_of_transcript(xml, &w->a, ret_roll, &err) == HB_OK);
	return xml;
}

/* The same pupil's next year, appended unsigned. */
BOOK_UNUSED static struct hb_bytes
world_next_year(struct world *w, struct hb_bytes xml, const char *year, struct roll *ret_roll)
{
	struct hb_err err = HB_ERR_INIT;
	struct record_class *cls = book_lower(&w->a, RECORD_CN, 3);
	struct record_year *y = book_year(&w->a, cls, 0);
	y->year = year;
	enum hb_code c = record_transcript_append_year(xml, y, &w->a, &xml, &err);
	if (c != HB_OK)
		printf("# %s %s\n", err.msg, err.log);
	world_must(c == HB_OK);
	world_must(roll_of_transcript(xml, &w->a, ret_roll, &err) == HB_OK);
	return xml;
}

BOOK_UNUSED static struct verify_report
world_verify(struct world *w, struct hb_bytes doc, hb_time at)
{
	struct verify_report r;
	struct hb_err err = HB_ERR_INIT;
	struct verify_options o = { .trust = w->trust, .now = at, .schema = true };
	if (verify_file(doc, &o, &w->a, &r, &err) != HB_OK) {
		printf("# verify_file: %s %s\n", err.msg, err.log);
		abort();
	}
	return r;
}

/* Findings as TAP comments, for a test that did not get what it wanted. */
BOOK_UNUSED static void
world_show(const struct verify_report *r)
{
	static const char *const levels[] = { "fail", "warn", "info" };
	printf("# %s %s, %zu signatures\n", verify_verdict_word(r->verdict), verify_kind_word(r->kind), r->n_signatures);
	for (size_t i = 0; i < r->n_findings; i++)
		printf("#   %s %s [%s] %s\n", levels[r->findings[i].level], r->findings[i].key,
		    r->findings[i].signature == NULL ? "" : r->findings[i].signature, r->findings[i].text);
}

BOOK_UNUSED static bool
world_found(const struct verify_report *r, const char *key, const char *signature)
{
	for (size_t i = 0; i < r->n_findings; i++)
		if (strcmp(r->findings[i].key, key) == 0
		    && (signature == NULL || (r->findings[i].signature != NULL && strcmp(r->findings[i].signature, signature) == 0)))
			return true;
	return false;
}
#endif
