/* lib/sign/verify: files that are good are VALID, today and years later; the contract's JSON; what proof is worth. */
#include "tap.h"

#include <jansson.h>

#include "test/signed_book.h"

static struct world w;
static const hb_time in_ten_years = 315360000;

static bool
verdict_is(const char *name, const struct verify_report *r, enum verify_verdict want)
{
	bool good = ok(r->verdict == want, "%s: %s", name, verify_verdict_word(want));
	if (!good)
		world_show(r);
	return good;
}

static struct hb_bytes good_book, good_record, two_years;

static void
good_files(void)
{
	struct roll roll;
	struct hb_bytes xml = world_book(&w, RECORD_CN, 3, &roll);
	good_book = world_sign_all(&w, xml, &roll, 0, &(struct signing){ .elliptic = true });
	struct verify_report r = world_verify(&w, good_book, 0);
	verdict_is("a sealed class book", &r, VERIFY_VALID);
	ok(r.kind == VERIFY_GRADEBOOK && r.n_signatures == roll.n, "every signature of the roll: %zu (seed002-2, D4.1dd)", r.n_signatures);
	ok(verify_seal(&r) != NULL && verify_seal(&r)->form == VERIFY_LT, "the seal is LT");
	ok(r.signatures[0].form == VERIFY_T && r.signatures[0].has_proof && r.signatures[0].status_now == VERIFY_STATUS_GOOD,
	    "the others carry their timestamp");

	xml = world_book(&w, RECORD_HK1, 3, &roll);
	r = world_verify(&w, world_sign_all(&w, xml, &roll, 0, NULL), 0);
	verdict_is("a term's book ends with the homeroom teacher", &r, VERIFY_VALID);

	xml = world_record(&w, &roll);
	good_record = world_sign_all(&w, xml, &roll, 0, NULL);
	r = world_verify(&w, good_record, 0);
	verdict_is("a school record", &r, VERIFY_VALID);
	ok(r.kind == VERIFY_TRANSCRIPT, "it is a transcript");
	is(r.signatures[r.n_signatures - 1].covers[1], "#data-2025-2026", "the seal covers the year's data");

	xml = world_next_year(&w, good_record, "2026-2027", &roll);
	r = world_verify(&w, xml, 0);
	ok(r.verdict == VERIFY_INVALID && world_found(&r, "tep.thieuChuKy", NULL), "with an unsigned second year something is missing");
	two_years = world_sign_all(&w, xml, &roll, 1, NULL);
	r = world_verify(&w, two_years, 0);
	verdict_is("a second year appended leaves the first valid", &r, VERIFY_VALID);
}

static void
over_time(void)
{
	struct roll roll;
	struct verify_report r = world_verify(&w, good_book, hb_now() + in_ten_years / 4);
	verdict_is("years later, every certificate expired", &r, VERIFY_VALID);
	ok(r.signatures[0].status_at_signing == VERIFY_STATUS_GOOD && r.signatures[0].status_now == VERIFY_STATUS_EXPIRED,
	    "good at signing, expired now: both are said");
	struct hb_bytes xml = world_book(&w, RECORD_CN, 2, &roll);
	struct hb_bytes bare = world_sign_all(&w, xml, &roll, 0, &(struct signing){ .no_stamps = true });
	r = world_verify(&w, bare, 0);
	verdict_is("without timestamps, while certificates are in force", &r, VERIFY_VALID);
	ok(world_found(&r, "dauThoiGian.thieu", "s-gvcn"), "the missing timestamp is mentioned");
	r = world_verify(&w, bare, hb_now() + in_ten_years / 4);
	verdict_is("without timestamps, later", &r, VERIFY_INDETERMINATE);
	is(r.signatures[0].sub_indication, "OUT_OF_BOUNDS_NO_POE", "because nothing proves when");
	bare = world_sign_all(&w, xml, &roll, 0, &(struct signing){ .no_evidence = true });
	r = world_verify(&w, bare, 0);
	verdict_is("without evidence", &r, VERIFY_INDETERMINATE);
	struct verify_options nobody = { 0 };
	ok(verify_file(good_book, &nobody, &w.a, &r, NULL) == HB_OK && r.verdict == VERIFY_INDETERMINATE
	    && world_found(&r, "chungThu.nguonGoc", "s-dv"), "without anchors nothing is trusted");
	is(r.signatures[0].sub_indication, "NO_CERTIFICATE_CHAIN_FOUND", "and it says why");
	struct verify_options collecting = { .trust = w.trust, .unfinished = true };
	bare = world_sign_all(&w, xml, &roll, 0, &(struct signing){ .skip = "s-dv" });
	ok(verify_file(bare, &collecting, &w.a, &r, NULL) == HB_OK && r.verdict == VERIFY_VALID, "while signatures are collected, a missing one is no fault");
}

static void
revocation(void)
{
	struct roll roll;
	struct hb_bytes xml = world_book(&w, RECORD_CN, 2, &roll), file, crl;
	struct hb_err err = HB_ERR_INIT;
	file = world_sign_all(&w, xml, &roll, 0, &(struct signing){ .revoked = "s-gvcn" });
	struct verify_options o = { .trust = w.trust };
	struct verify_report r;
	/* the signer's own certificate says where its CA's list is */
	r = world_verify(&w, file, 0);
	verdict_is("no answer about one signer", &r, VERIFY_INDETERMINATE);
	const struct verify_signature *s = NULL;
	for (size_t i = 0; i < r.n_signatures; i++)
		if (strcmp(r.signatures[i].id, "s-gvcn") == 0)
			s = &r.signatures[i];
	world_must(s != NULL);
	if (pki_crl_fetch(w.net, s->certificate, hb_now(), &w.a, &crl, &err) != HB_OK)
		printf("# %s\n", err.msg);
	o.crls = &crl;
	o.n_crls = 1;
	ok(verify_file(file, &o, &w.a, &r, NULL) == HB_OK && r.verdict == VERIFY_INVALID && world_found(&r, "chungThu.thuHoi", "s-gvcn"),
	    "a list brought along says revoked");
	for (size_t i = 0; i < r.n_signatures; i++)
		if (strcmp(r.signatures[i].id, "s-gvcn") == 0)
			ok(r.signatures[i].status_at_signing == VERIFY_STATUS_REVOKED && strcmp(r.signatures[i].sub_indication, "REVOKED") == 0,
			    "and so does the signature");
}

/* D7.1 beside D17.3b: what was good when it was made stays so; today's state is said next to it. */
static void
revoked_later(void)
{
	struct roll roll;
	struct hb_bytes crl, xml = world_book(&w, RECORD_HK1, 2, &roll);
	struct hb_bytes file = world_sign_all(&w, xml, &roll, 0, NULL);
	struct verify_report r = world_verify(&w, file, 0);
	const struct verify_signature *s = &r.signatures[0];
	sleep(2);                      /* times are whole seconds: after the timestamp */
	hb_time when = hb_now();
	ok(testpki_revoke(w.pki, s->certificate->serial, when, NULL) == HB_OK
	    && pki_crl_fetch(w.net, s->certificate, when, &w.a, &crl, NULL) == HB_OK, "a signer's certificate is revoked after he signed");
	struct verify_options o = { .trust = w.trust, .crls = &crl, .n_crls = 1, .now = when + 60 };
	struct verify_report later;
	ok(verify_file(file, &o, &w.a, &later, NULL) == HB_OK && later.verdict == VERIFY_VALID
	    && later.signatures[0].status_at_signing == VERIFY_STATUS_GOOD && later.signatures[0].status_now == VERIFY_STATUS_REVOKED
	    && world_found(&later, "chungThu.hienNay", s->id), "his signature stays valid, and the revocation is told");
	if (later.verdict != VERIFY_VALID)
		world_show(&later);
	struct hb_bytes bare = world_sign_all(&w, xml, &roll, 0, &(struct signing){ .no_stamps = true });
	r = world_verify(&w, bare, 0);
	sleep(2);
	when = hb_now();
	ok(testpki_revoke(w.pki, r.signatures[0].certificate->serial, when, NULL) == HB_OK
	    && pki_crl_fetch(w.net, r.signatures[0].certificate, when, &w.a, &crl, NULL) == HB_OK, "another's, who has no timestamp");
	o.now = when + 60;
	ok(verify_file(bare, &o, &w.a, &later, NULL) == HB_OK && later.verdict == VERIFY_INDETERMINATE
	    && strcmp(later.signatures[0].sub_indication, "REVOKED_NO_POE") == 0, "is open: nothing proves that he signed before");
	if (later.verdict != VERIFY_INDETERMINATE)
		world_show(&later);
}

static void
wrong_hands(void)
{
	static const struct { struct signing how; const char *key, *id; enum verify_verdict want; } t[] = {
		{ { .skip = "s-TOAN-1", .alone = "s-gvcn" }, "tep.thieuChuKy", NULL, VERIFY_INVALID },
		{ { .skip = "s-dv" }, "tep.thieuChuKy", NULL, VERIFY_INVALID },
		{ { .late = "s-gvcn" }, "tep.thuTuKy", NULL, VERIFY_INVALID },
		{ { .late = "s-dv" }, "tep.thuTuKy", NULL, VERIFY_INVALID },
		{ { .wrong_kind = "s-dv" }, "chungThu.loai", "s-dv", VERIFY_INVALID },
		{ { .wrong_kind = "s-gvcn" }, "chungThu.loai", "s-gvcn", VERIFY_INVALID },
		{ { .wrong_person = "s-VAN-1" }, "nguoiKy.saiNguoi", "s-VAN-1", VERIFY_INVALID },
		{ { .alone = "s-cbql" }, "chuKy.noiTiep", "s-cbql", VERIFY_INVALID },
		{ { .narrow = "s-TOAN-1" }, "chuKy.phamVi", "s-TOAN-1", VERIFY_INVALID },
	};
	struct roll roll;
	struct hb_bytes xml = world_book(&w, RECORD_CN, 2, &roll);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct verify_report r = world_verify(&w, world_sign_all(&w, xml, &roll, 0, &t[i].how), 0);
		if (!ok(r.verdict == t[i].want && world_found(&r, t[i].key, t[i].id), "%s: %s", t[i].key, verify_verdict_word(t[i].want)))
			world_show(&r);
	}
}

static void
contract(void)
{
	HB_SCOPED_BUF out;
	hb_buf_init(&out, 1 << 22);
	struct verify_report r = world_verify(&w, two_years, 0);
	ok(verify_json(&r, "a.xml", &out, NULL) == HB_OK, "JSON is written");
	json_t *j = json_loadb(out.p, out.len, 0, NULL), *s = json_array_get(json_object_get(j, "signatures"), 0);
	static const char *const members[] = { "id", "role", "signer", "issuer", "signing_time", "time_protected", "level", "certificate",
		"covers", "verdict", "indication", "sub_indication" };
	bool all = true;
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		all &= json_object_get(s, members[i]) != NULL;
	ok(all && json_object_size(s) == 12, "a signature has the contract's members");
	is(json_string_value(json_object_get(j, "verdict")), "VALID", "verdict");
	is(json_string_value(json_object_get(j, "kind")), "transcript", "kind");
	is(json_string_value(json_object_get(json_object_get(s, "certificate"), "status_at_signing")), "good", "status at signing");
	is(json_string_value(json_object_get(s, "indication")), "TOTAL_PASSED", "indication");
	ok(json_is_null(json_object_get(s, "sub_indication")) && json_is_true(json_object_get(s, "time_protected")), "null and true");
	json_decref(j);
	hb_buf_reset(&out);
	verify_text(&r, "a.xml", &out);
	ok(strstr(out.p, "HỢP LỆ") != NULL && strstr(out.p, "Tên chữ ký số") != NULL && strstr(out.p, "Cấu trúc file XML") != NULL,
	    "the text has the table of D10.2");
}

static void
rubbish(void)
{
	static const struct { const char *bytes; const char *key; } t[] = {
		{ "", "tep.khongDoc" }, { "xin chào", "tep.khongDoc" }, { "<a/>", "tep.khongChuKy" }, { "%PDF-1.7\n", "tep.khongDoc" },
		{ "<!DOCTYPE a><a/>", "tep.khongDoc" }, { "\x30\x82\x01", "tep.khongDoc" },
	};
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct verify_report r = world_verify(&w, HB_STR(t[i].bytes), 0);
		ok(r.verdict == VERIFY_INVALID && world_found(&r, t[i].key, NULL), "rubbish %zu: %s", i, t[i].key);
	}
}

int
main(void)
{
	world_open(&w);
	good_files();
	over_time();
	revocation();
	revoked_later();
	wrong_hands();
	contract();
	rubbish();
	world_close(&w);
	return tap_done();
}
