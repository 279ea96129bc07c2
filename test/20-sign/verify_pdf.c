/* lib/sign/verify on PDFs: a record signed by homeroom, head and seal against the test PKI, closed by a document
 * timestamp; the same with something missing, exchanged, or out of order (D9.1, D10.2b). */
#include "tap.h"

#include "test/signed_book.h"
#include "test/signed_pdf.h"

static struct world w;

/* How to sign, where a test wants something wrong. */
struct how {
	const char *order[4];              /* fields in the order of signing; NULL ends */
	const char *wrong_kind;            /* a field signed with the other kind of certificate */
	bool        no_evidence, no_stamp; /* no DSS; no document timestamp */
	bool        seal_aside;            /* the seal does not cover the head's image */
	bool        backwards;             /* claimed times go down */
};

static struct pades_field
field_of(const char *name, const struct how *how, hb_time when)
{
	struct pdf_rect head = { 340, 90, 500, 150 }, left = { 60, 90, 200, 150 };
	bool seal = strcmp(name, "DON_VI") == 0;
	struct pades_field f = { .name = name, .rect = strcmp(name, "GVCN") == 0 ? left : head, .when = when, .signer = name };
	if (seal)
		f.rect = how->seal_aside ? (struct pdf_rect){ 60, 300, 160, 400 } : pades_seal_rect(head);
	sp_must((seal ? stamp_seal("SỞ GIÁO DỤC", "TRƯỜNG THỬ", 102, 102, &w.a, &f.look, NULL)
	              : stamp_hand("Người Kí", 140, 60, &w.a, &f.look, NULL)) == HB_OK);
	return f;
}

static struct hb_bytes
sign_field(struct hb_bytes pdf, const char *name, const struct how *how, hb_time when, struct pki_cert **ret_cert, struct hb_bytes *ret_token)
{
	struct hb_err err = HB_ERR_INIT;
	bool unit = (strcmp(name, "DON_VI") == 0) != (how->wrong_kind != NULL && strcmp(how->wrong_kind, name) == 0);
	struct testpki_subject s = { .ca = unit ? TESTPKI_GOVERNMENT : TESTPKI_PUBLIC, .name = unit ? "Trường THCS Thử" : "Nguyễn Thị Ước",
		.id = unit ? "MST:0301234567" : "CCCD:001095012345", .not_before = w.start - 86400 };
	EVP_PKEY *key = w.keys[unit ? 1 : 0];
	struct pades_field f = field_of(name, how, when);
	struct hb_bytes prepared, attributes, issuer, out;
	struct hb_sha256 imprint;
	*ret_cert = world_cert(&w, key, &s);
	issuer = testpki_ca_cert(w.pki, s.ca)->der;
	sp_must(pades_prepare(pdf, &f, &w.a, &prepared, &err) == HB_OK);
	sp_must(pades_attributes(prepared, name, (*ret_cert)->der, &w.a, &attributes, &err) == HB_OK);
	struct pades_value v = { .signer = (*ret_cert)->der, .issuers = &issuer, .issuers_n = 1, .value = world_sign(key, attributes, &w.a) };
	imprint = hb_sha256(v.value);
	sp_must(pki_tsa_fetch(w.net, &imprint, false, &w.a, ret_token, &err) == HB_OK);
	v.token = *ret_token;
	sp_must(pades_embed(prepared, name, &v, &w.a, &out, &err) == HB_OK);
	return out;
}

static enum hb_code
closing_token(void *ctx, const struct hb_sha256 *imprint, struct hb_arena *a, struct hb_bytes *ret_token, struct hb_err *err)
{
	return pki_tsa_fetch(ctx, imprint, true, a, ret_token, err);
}

static struct hb_bytes
make(const struct how *how)
{
	struct hb_bytes pdf = sp_pages(2, &w.a), tokens[4];
	struct evidence_signer signers[4];
	struct evidence e;
	struct hb_err err = HB_ERR_INIT;
	size_t n = 0;
	for (; how->order[n] != NULL; n++) {
		struct pki_cert *cert;
		hb_time when = w.start + (hb_time)(how->backwards ? 10 - n : n) * 60;
		pdf = sign_field(pdf, how->order[n], how, when, &cert, &tokens[n]);
		signers[n] = (struct evidence_signer){ cert->der, hb_now() };
	}
	struct pki_cert *cas[] = { testpki_ca_cert(w.pki, TESTPKI_GOVERNMENT), testpki_ca_cert(w.pki, TESTPKI_PUBLIC), testpki_tsa_cert(w.pki) };
	if (!how->no_evidence) {
		sp_must(evidence_gather(w.trust, w.net, cas, 3, signers, n, tokens, n, &w.a, &e, &err) == HB_OK);
		const struct { const struct hb_bytes *x, *y; size_t n_x, n_y; } lists[] = { { e.certs, e.tsa_certs, e.n_certs, e.n_tsa_certs },
			{ e.ocsps, e.tsa_ocsps, e.n_ocsps, e.n_tsa_ocsps }, { e.crls, e.tsa_crls, e.n_crls, e.n_tsa_crls } };
		struct hb_bytes *all[3];
		for (int i = 0; i < 3; i++) {
			all[i] = book_take(HB_NEWN(&w.a, struct hb_bytes, lists[i].n_x + lists[i].n_y + 1));
			if (lists[i].n_x > 0)
				memcpy(all[i], lists[i].x, lists[i].n_x * sizeof *all[i]);
			if (lists[i].n_y > 0)
				memcpy(all[i] + lists[i].n_x, lists[i].y, lists[i].n_y * sizeof *all[i]);
		}
		struct pades_evidence x = { all[0], all[1], all[2], e.n_certs + e.n_tsa_certs, e.n_ocsps + e.n_tsa_ocsps, e.n_crls + e.n_tsa_crls };
		sp_must(pades_add_evidence(pdf, &x, &w.a, &pdf, &err) == HB_OK);
	}
	if (!how->no_stamp)
		sp_must(pades_document_timestamp(pdf, "DAU_THOI_GIAN", closing_token, w.net, &w.a, &pdf, &err) == HB_OK);
	return pdf;
}

static void
judged(const char *name, struct hb_bytes pdf, hb_time at, enum verify_verdict want, const char *key)
{
	struct verify_report r = world_verify(&w, pdf, at);
	if (!ok(r.kind == VERIFY_PDF && r.verdict == want && (key == NULL || world_found(&r, key, NULL)), "%s: %s %s", name,
	    verify_verdict_word(want), key == NULL ? "" : key))
		world_show(&r);
}

static void
table(void)
{
	static const struct { const char *name; struct how how; enum verify_verdict want; const char *key; } t[] = {
		{ "no seal", { .order = { "GVCN", "CBQL" } }, VERIFY_INVALID, "tep.thieuChuKy" },
		{ "no homeroom teacher", { .order = { "CBQL", "DON_VI" } }, VERIFY_INVALID, "tep.thieuChuKy" },
		{ "the head before the homeroom teacher", { .order = { "CBQL", "GVCN", "DON_VI" } }, VERIFY_INVALID, "tep.thuTuKy" },
		{ "times going down", { .order = { "GVCN", "CBQL", "DON_VI" }, .backwards = true }, VERIFY_INVALID, "tep.thuTuKy" },
		{ "a person's certificate as the seal", { .order = { "GVCN", "CBQL", "DON_VI" }, .wrong_kind = "DON_VI" }, VERIFY_INVALID, "chungThu.loai" },
		{ "the unit's certificate as the head's", { .order = { "GVCN", "CBQL", "DON_VI" }, .wrong_kind = "CBQL" }, VERIFY_INVALID, "chungThu.loai" },
		{ "the seal beside the head's image", { .order = { "GVCN", "CBQL", "DON_VI" }, .seal_aside = true }, VERIFY_VALID, "pdf.viTriDau" },
		{ "no evidence", { .order = { "GVCN", "CBQL", "DON_VI" }, .no_evidence = true }, VERIFY_INDETERMINATE, "chungThu.thuHoi" },
		{ "no closing timestamp", { .order = { "GVCN", "CBQL", "DON_VI" }, .no_stamp = true }, VERIFY_VALID, NULL },
		{ "another's signed PDF", { .order = { "Signature1" } }, VERIFY_VALID, "pdf.khongPhaiHocBa" },
	};
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		judged(t[i].name, make(&t[i].how), 0, t[i].want, t[i].key);
}

static void
cut_and_changed(struct hb_bytes good)
{
	const uint8_t *end = good.p + good.n;
	unsigned cuts = 0, wrong = 0;
	/* every revision but the last: the file as it once was */
	for (const uint8_t *p = good.p; (p = memmem(p, (size_t)(end - p), "%%EOF\n", 6)) != NULL && p + 6 < end; p += 6, cuts++) {
		struct verify_report r = world_verify(&w, HB_BYTES(good.p, (size_t)(p + 6 - good.p)), 0);
		bool complete = r.n_signatures == 3;
		wrong += complete ? r.verdict == VERIFY_INVALID : r.verdict != VERIFY_INVALID;
	}
	ok(cuts >= 4 && wrong == 0, "cut back to each of %u earlier revisions: never passes without all three", cuts);
	uint8_t *copy = hb_memdup(&w.a, good.p, good.n);
	wrong = 0;
	for (size_t i = 0; i < 12; i++) {
		size_t at = 200 + i * 997 % (good.n / 4);        /* pages */
		copy[at] ^= 1;
		struct verify_report r = world_verify(&w, HB_BYTES(copy, good.n), 0);
		wrong += r.verdict == VERIFY_VALID;
		copy[at] ^= 1;
	}
	ok(wrong == 0, "a changed byte is seen");
	judged("no signature at all", sp_pages(1, &w.a), 0, VERIFY_INVALID, "tep.khongChuKy");
}

int
main(void)
{
	world_open(&w);
	struct hb_bytes good = make(&(struct how){ .order = { "GVCN", "CBQL", "DON_VI" } });
	struct verify_report r = world_verify(&w, good, 0);
	judged("homeroom, head, seal, evidence, timestamp", good, 0, VERIFY_VALID, NULL);
	judged("years later", good, hb_now() + 86400L * 365 * 4, VERIFY_VALID, "chungThu.hienNay");
	ok(r.n_signatures == 3 && verify_seal(&r) != NULL && verify_seal(&r)->form == VERIFY_LTA, "three signatures, level LTA");
	is(r.signatures[0].covers[0], "revision:2", "what is covered is a revision");
	is(r.signatures[2].role, "DON_VI", "the field is the role");
	ok(r.signatures[1].time_protected && r.signatures[1].has_proof, "its time is in the signed bytes and proven");
	table();
	cut_and_changed(good);
	world_close(&w);
	return tap_done();
}
