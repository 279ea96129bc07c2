/* lib/sign/xmlsig: what we sign verifies in xmlsec1 and XML-Security-C; agents recompute; nothing is moved by accident. */
#include "tap.h"

#include <unistd.h>

#include "base/file.h"
#include "sign/xmlsig.h"
#include "sign/xmlsig_facts.h"
#include "throwaway.h"

static const char book[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<SO_THEO_DOI xmlns=\"urn:hocba:so:1\" PhienBan=\"1\"><THONG_TIN_CHUNG Id=\"ttc\"><LOP>6A1</LOP></THONG_TIN_CHUNG>"
    "<DU_LIEU Id=\"dl\"><BANG_DIEM Id=\"bd-TOAN\" Mon=\"TOAN\"><D>7,5 &amp; 8</D></BANG_DIEM>"
    "<BANG_DIEM Id=\"bd-VAN\" Mon=\"VAN\"><D>Đạt</D></BANG_DIEM><DANH_GIA_CHUNG Id=\"dg\">tốt</DANH_GIA_CHUNG></DU_LIEU>\n"
    "<CHU_KY><DANH_SACH_GVBM><GVBM Mon=\"TOAN\"/><GVBM Mon=\"VAN\"></GVBM></DANH_SACH_GVBM><GVCN/></CHU_KY></SO_THEO_DOI>\n";

static const char *const toan[] = { "ttc", "bd-TOAN" }, *const van[] = { "ttc", "bd-VAN" }, *const all[] = { "ttc", "dl" };
static const char *const teachers[] = { "s-TOAN-1", "s-VAN-1" };
static const struct xmlsig_spec specs[] = {
	{ "/SO_THEO_DOI/CHU_KY/DANH_SACH_GVBM/GVBM[@Mon='TOAN']", "s-TOAN-1", toan, 2, NULL, 0, { 0 }, 1781924645, "GVBM" },
	{ "/SO_THEO_DOI/CHU_KY/DANH_SACH_GVBM/GVBM[@Mon='VAN']", "s-VAN-1", van, 2, NULL, 0, { 0 }, 1781924700, "GVBM" },
	{ "/SO_THEO_DOI/CHU_KY/GVCN", "s-gvcn", all, 2, teachers, 2, { 0 }, 1781924800, "GVCN" },
};

static struct throwaway root, rsa, ec;

/* Sign by the three steps. */
static bool
sign(struct hb_bytes *doc, const struct xmlsig_spec *spec, const struct throwaway *who, struct hb_arena *a)
{
	struct xmlsig_spec s = *spec;
	struct hb_bytes prepared;
	struct xmlsig_tbs tbs;
	struct hb_err err = HB_ERR_INIT;
	s.certificate = who->der;
	bool good = xmlsig_prepare(*doc, &s, a, &prepared, &err) == HB_OK && xmlsig_tbs(prepared, s.id, a, &tbs, &err) == HB_OK
	    && xmlsig_embed(*doc, prepared, s.id, throwaway_sign(who, tbs.signed_info, a), a, doc, &err) == HB_OK;
	if (!good)
		printf("# %s: %s\n", s.id, err.msg[0] != '\0' ? err.msg : err.log);
	return good;
}

static bool
run(const char *cmd)
{
	printf("# %s\n", cmd);
	fflush(stdout);
	return system(cmd) == 0;
}

static void
others_agree(struct hb_bytes doc, const char *dir, struct hb_arena *a)
{
	struct hb_err err = HB_ERR_INIT;
	const char *file = hb_printf(a, "%s/so.xml", dir), *pem = hb_printf(a, "%s/root.pem", dir);
	throwaway_pem(&root, pem);
	ok(hb_file_write(file, doc, 0600, &err) == HB_OK, "the signed book is written");
	for (size_t i = 0; i < 3; i++)
		ok(run(hb_printf(a, "xmlsec1 --verify --enabled-key-data x509 --trusted-pem %s --verification-time '2026-06-20 12:00:00' "
		    "--id-attr:Id urn:hocba:so:1:THONG_TIN_CHUNG --id-attr:Id urn:hocba:so:1:DU_LIEU --id-attr:Id urn:hocba:so:1:BANG_DIEM "
		    "--id-attr:Id http://www.w3.org/2000/09/xmldsig#:SignatureValue "
		    "--id-attr:Id http://www.w3.org/2000/09/xmldsig#:SignatureProperties "
		    "--id-attr:Id http://uri.etsi.org/01903/v1.3.2#:SignedProperties "
		    "--node-xpath \"//*[@Id='%s']\" %s > %s/out 2>&1 || { cat %s/out; false; }", pem, specs[i].id, file, dir, dir)),
		    "xmlsec1 verifies %s", specs[i].id);
	ok(run(hb_printf(a, "xsec-checksig --id Id %s > %s/out 2>&1 && grep -q 'verified OK' %s/out", file, dir, dir)),
	    "XML-Security-C verifies the first signature");
	ok(run(hb_printf(a, "sed 's/7,5/9,5/' %s > %s/bad.xml; ! xsec-checksig --id Id %s/bad.xml > /dev/null 2>&1", file, dir, dir)),
	    "and refuses it over a changed mark");
}

static void
facts(struct hb_bytes doc, struct hb_arena *a)
{
	struct xml_doc *d;
	struct xmlsig_all all_of;
	if (xml_read(doc, 0, a, &d, NULL) != HB_OK || xmlsig_facts_read(d, a, &all_of, NULL) != HB_OK)
		return;
	ok(all_of.n == 3, "three signatures are found");
	for (size_t i = 0; i < all_of.n; i++) {
		const struct xmlsig_facts *f = &all_of.signatures[i];
		is(f->id, specs[i].id, "in document order");
		ok(f->form_ok && f->algorithms_ok && f->profile_ok && f->refs_ok && f->digests_ok && f->value_ok, "%s is sound", f->id);
		ok(f->only_x509 && f->n_certs == 1 && f->subject_name_ok && f->cert_digest_ok, "%s names its certificate", f->id);
		ok(f->has_time && f->time_protected && f->time == specs[i].signing_time && f->xades_time == f->time, "%s protects its time", f->id);
		is(f->claimed_role, specs[i].claimed_role, "claimed role");
	}
	ok(all_of.signatures[2].refs[2].target == XMLSIG_EARLIER && all_of.signatures[2].n_refs == 6, "the homeroom teacher countersigns");
	ok(strstr((const char *)doc.p, "</THONG_TIN_CHUNG><DU_LIEU Id=\"dl\"><BANG_DIEM Id=\"bd-TOAN\" Mon=\"TOAN\"><D>7,5 &amp; 8</D>") != NULL,
	    "the data's bytes are as they were");
}

/* Each edit must show in exactly the facts named. */
static void
broken(struct hb_bytes doc, struct hb_arena *a)
{
	static const struct { const char *from, *to; unsigned digests, values, refs, form; } t[] = {
		{ "7,5", "9,5", 2 /* TOAN and GVCN */, 0, 0, 0 },
		{ "2026-06-20T03:04:05Z</SigningTime>", "2026-06-19T03:04:05Z</SigningTime>", 1, 0, 0, 0 },
		{ "<CHU_KY>", "<CHU_KY><X Id=\"ttc\"/>", 3, 0, 3, 0 },
		{ "URI=\"#bd-VAN\"", "URI=\"#bd-TOAN\"", 1, 1, 0, 0 },
		{ "<KeyInfo>", "<X/><KeyInfo>", 0, 1, 0, 1 },       /* no key either */
		{ "<X509SubjectName>", "<X509SubjectName>CN=x,", 0, 0, 0, 0 },
	};
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct xml_doc *d;
		struct xmlsig_all x;
		struct hb_bytes out;
		const char *p = strstr((const char *)doc.p, t[i].from);
		size_t at = p == NULL ? 0 : (size_t)(p - (const char *)doc.p);
		unsigned digests = 0, values = 0, refs = 0, form = 0, names = 0;
		if (!ok(p != NULL && xml_splice(doc, at, at + strlen(t[i].from), HB_STR(t[i].to), a, &out, NULL) == HB_OK
		    && xml_read(out, 0, a, &d, NULL) == HB_OK && xmlsig_facts_read(d, a, &x, NULL) == HB_OK, "edit %zu applies", i))
			continue;
		for (size_t k = 0; k < x.n; k++) {
			digests += !x.signatures[k].digests_ok;
			values += !x.signatures[k].value_ok;
			refs += !x.signatures[k].refs_ok;
			form += !x.signatures[k].form_ok;
			names += !x.signatures[k].subject_name_ok;
		}
		ok(digests == t[i].digests && values == t[i].values && refs == t[i].refs && form == t[i].form && names == (i >= 4),
		    "edit %zu shows: digests %u, values %u, references %u, form %u, names %u", i, digests, values, refs, form, names);
	}
}

static void
refusals(struct hb_arena *a)
{
	struct hb_bytes doc = HB_STR(book), prepared, tampered, out;
	struct xmlsig_tbs tbs;
	struct hb_err err = HB_ERR_INIT;
	struct xmlsig_spec s = specs[0];
	static const char *const nowhere[] = { "khong-co" };
	s.certificate = rsa.der;
	ok(xmlsig_prepare(doc, &s, a, &prepared, NULL) == HB_OK && xmlsig_tbs(prepared, s.id, a, &tbs, NULL) == HB_OK, "prepared");
	ok(tbs.n_regions == 2 && strcmp(tbs.regions[1].element, "BANG_DIEM") == 0 && tbs.signing_time == s.signing_time, "the agent sees what it signs");
	const char *p = strstr((const char *)prepared.p, "7,5");
	xml_splice(prepared, (size_t)(p - (const char *)prepared.p), (size_t)(p - (const char *)prepared.p) + 3, HB_STR("9,5"), a, &tampered, NULL);
	ok(xmlsig_tbs(tampered, s.id, a, &tbs, &err) == HB_E_INPUT && strcmp(err.key, "chuKy.khongKhop") == 0, "an agent signs no digest it did not compute");
	struct hb_bytes value = throwaway_sign(&rsa, tbs.signed_info, a);
	err = HB_ERR_INIT;
	ok(xmlsig_embed(doc, prepared, s.id, throwaway_sign(&ec, tbs.signed_info, a), a, &out, &err) == HB_E_RULE
	    && strcmp(err.key, "chuKy.saiGiaTri") == 0, "another key's value is refused");
	p = strstr(book, "7,5");
	xml_splice(doc, (size_t)(p - book), (size_t)(p - book) + 3, HB_STR("9,5"), a, &tampered, NULL);
	err = HB_ERR_INIT;
	ok(xmlsig_embed(tampered, prepared, s.id, value, a, &out, &err) == HB_E_CONFLICT && strcmp(err.key, "chuKy.duLieuDaDoi") == 0,
	    "data that changed meanwhile are refused");
	ok(xmlsig_embed(doc, prepared, s.id, value, a, &out, NULL) == HB_OK, "embedded");
	ok(xmlsig_embed(out, prepared, s.id, value, a, &out, NULL) == HB_E_CONFLICT, "but not twice");
	ok(xmlsig_prepare(out, &s, a, &prepared, NULL) == HB_E_CONFLICT, "nor prepared again");
	s.regions = nowhere;
	s.n_regions = 1;
	s.id = "s-x";
	err = HB_ERR_INIT;
	ok(xmlsig_prepare(doc, &s, a, &prepared, &err) == HB_E_INPUT && strcmp(err.key, "chuKy.vungThieu") == 0, "a region that is not there");
	s = specs[2];
	s.certificate = rsa.der;
	err = HB_ERR_INIT;
	ok(xmlsig_prepare(doc, &s, a, &prepared, &err) == HB_E_RULE && strcmp(err.key, "chuKy.thieuTruoc") == 0, "a countersigned value that is not there yet");
	s.id = "1 sai";
	ok(xmlsig_prepare(doc, &s, a, &prepared, NULL) == HB_E_INPUT, "an Id that is no name");
}

/* Two people prepare from the same document; both signatures end in it. */
static void
side_by_side(struct hb_arena *a)
{
	struct hb_bytes doc = HB_STR(book), one, two;
	struct xmlsig_spec s = specs[0], v = specs[1];
	struct xmlsig_tbs t, u;
	s.certificate = rsa.der;
	v.certificate = ec.der;
	ok(xmlsig_prepare(doc, &s, a, &one, NULL) == HB_OK && xmlsig_prepare(doc, &v, a, &two, NULL) == HB_OK
	    && xmlsig_tbs(one, s.id, a, &t, NULL) == HB_OK && xmlsig_tbs(two, v.id, a, &u, NULL) == HB_OK
	    && xmlsig_embed(doc, two, v.id, throwaway_sign(&ec, u.signed_info, a), a, &doc, NULL) == HB_OK
	    && xmlsig_embed(doc, one, s.id, throwaway_sign(&rsa, t.signed_info, a), a, &doc, NULL) == HB_OK,
	    "two signers of the same version both end in the file");
}

static void
upgrades(struct hb_bytes doc, struct hb_arena *a)
{
	struct hb_sha256 d;
	struct hb_bytes out, junk = HB_STR("not really a token");
	struct xmlsig_evidence e = { .certs = &root.der, .n_certs = 1, .ocsps = &junk, .n_ocsps = 1, .tsa_certs = &root.der, .n_tsa_certs = 1 };
	struct xml_doc *x;
	struct xmlsig_all f;
	ok(xmlsig_timestamp_digest(doc, "s-gvcn", a, &d, NULL) == HB_OK && xmlsig_add_timestamp(doc, "s-gvcn", junk, a, &out, NULL) == HB_OK
	    && xmlsig_add_evidence(out, "s-gvcn", &e, a, &out, NULL) == HB_OK && xml_read(out, 0, a, &x, NULL) == HB_OK
	    && xmlsig_facts_read(x, a, &f, NULL) == HB_OK, "a timestamp and evidence are added");
	const struct xmlsig_facts *g = &f.signatures[2];
	ok(g->digests_ok && g->value_ok && f.signatures[0].value_ok, "every signature is as sound as before");
	ok(g->n_tokens == 1 && g->tokens[0].n == junk.n && g->n_evidence_certs == 2 && g->n_ocsps == 1, "and they are read back");
	struct hb_sha256 again = hb_sha256(g->stamped);
	ok(hb_sha256_eq(&again, &d), "the timestamp is over the canonical SignatureValue");
	ok(xmlsig_add_evidence(out, "s-gvcn", &e, a, &out, NULL) == HB_E_CONFLICT, "evidence once");
}

/* Many references that all select the same large region: what they select together is bounded. */
static void
too_much(void)
{
	enum { SIGNATURES = 100, REFERENCES = 60, REGION = 1 << 20 };
	HB_SCOPED_ARENA a;
	HB_SCOPED_BUF b;
	hb_arena_init(&a, HB_ARENA_DEFAULT * 2);
	hb_buf_init(&b, HB_BUF_MAX);
	hb_puts(&b, "<r><d Id=\"d\">");
	for (size_t i = 0; i < REGION; i++)
		hb_putc(&b, 'x');
	hb_puts(&b, "</d>");
	for (int i = 0; i < SIGNATURES; i++) {
		hb_puts(&b, "<Signature xmlns=\"" XMLSIG_NS "\"><SignedInfo><CanonicalizationMethod/><SignatureMethod/>");
		for (int k = 0; k < REFERENCES; k++)
			hb_puts(&b, "<Reference URI=\"#d\"><DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>"
			    "<DigestValue></DigestValue></Reference>");
		hb_puts(&b, "</SignedInfo><SignatureValue/></Signature>");
	}
	hb_puts(&b, "</r>");
	struct xml_doc *d;
	struct xmlsig_all x;
	ok(xml_read(hb_buf_bytes(&b), 0, &a, &d, NULL) == HB_OK && xmlsig_facts_read(d, &a, &x, NULL) == HB_OK && x.n == SIGNATURES,
	    "%d signatures that select %d MiB are read", SIGNATURES, SIGNATURES * REFERENCES);
	const struct xmlsig_facts *last = &x.signatures[x.n - 1];
	ok(!last->form_ok && !last->refs_ok && !last->digests_ok && strstr(last->form_why, "quá nhiều") != NULL, "but not digested without end");
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT * 4);
	char dir[] = "/tmp/xmlsig.XXXXXX";
	hb_time from = 1767225600, to = 1861920000;
	struct hb_bytes doc = HB_STR(book);
	root = throwaway_make(&a, "Gốc thử", NULL, 2048, NULL, from, to);
	rsa = throwaway_make(&a, "Nguyễn Thị Ánh", "CCCD:001095012345", 2048, &root, from, to);
	ec = throwaway_make(&a, "Trần Văn Đức", "CCCD:001095012346", 0, &root, from, to);
	ok(sign(&doc, &specs[0], &rsa, &a) && sign(&doc, &specs[1], &ec, &a) && sign(&doc, &specs[2], &rsa, &a), "three people sign, RSA and ECDSA");
	if (mkdtemp(dir) == NULL)
		return 1;
	others_agree(doc, dir, &a);
	facts(doc, &a);
	broken(doc, &a);
	refusals(&a);
	side_by_side(&a);
	upgrades(doc, &a);
	too_much();
	run(hb_printf(&a, "rm -rf %s", dir));
	throwaway_free(&root);
	throwaway_free(&rsa);
	throwaway_free(&ec);
	return tap_done();
}
