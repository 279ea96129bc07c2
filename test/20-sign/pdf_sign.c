/* What lib/pdf signs, other people's software must accept: pdfsig, qpdf, mutool, openssl cms and ts.
 * And lib/pdf's own reading of it: every fact true, nothing found. */
#include "base/file.h"
#include "test/signed_pdf.h"
#include "test/tap.h"
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/pdf_sign.XXXXXX";

static void
put(const char *name, struct hb_bytes bytes)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	sp_must(hb_file_write(path, bytes, 0644, NULL) == HB_OK);
}

static void
put_pem(const char *name, X509 *cert)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	sp_must(f != NULL && PEM_write_X509(f, cert) == 1);
	fclose(f);
}

/* Runs a command in the folder; its exit status, and what it said. */
static int
run(char said[65536], const char *command)
{
	char line[1024];
	snprintf(line, sizeof line, "cd %s && { %s; } 2>&1", dir, command);
	FILE  *f = popen(line, "r");
	size_t n = f == NULL ? 0 : fread(said, 1, 65535, f);
	said[n] = '\0';
	return f == NULL ? -1 : pclose(f);
}

static int
count(const char *text, const char *what)
{
	int n = 0;
	for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

static void
check_facts(const char *what, const struct pades_facts *f, size_t signatures, size_t revisions)
{
	bool good = true;
	for (size_t i = 0; i < f->signatures_n; i++) {
		const struct pades_signature *s = &f->signatures[i];
		good &= s->range_ok && s->digest_ok && s->signature_ok && s->certificate_bound && s->algorithms_ok && s->later_ok;
	}
	ok(f->signatures_n == signatures && f->revisions_n == revisions, "%s: %zu signatures, %zu revisions", what,
	    f->signatures_n, f->revisions_n);
	ok(good, "%s: every fact of every signature holds", what);
	for (size_t i = 0; i < f->findings_n; i++)
		printf("# %s\n", f->findings[i].text);
	ok(f->findings_n == 0, "%s: nothing found", what);
}

static void
test_own_reading(struct hb_bytes pdf, struct hb_arena *a)
{
	struct pades_facts f = { 0 };
	ok(pades_inspect(pdf, a, &f, NULL) == HB_OK, "inspect");
	check_facts("closed file", &f, 4, 6);
	if (f.signatures_n != 4)
		return;
	is(f.signatures[0].field, "GVCN", "homeroom first");
	is(f.signatures[1].field, "CBQL", "then the head");
	is(f.signatures[2].field, "DON_VI", "then the seal");
	is(f.signatures[2].signer, "TRƯỜNG THCS THỬ", "Vietnamese name read back");
	is(f.signatures[0].reason, "Giáo viên chủ nhiệm ký học bạ", "Vietnamese reason read back");
	ok(f.signatures[3].kind == PADES_DOCUMENT_TIMESTAMP && f.signatures[3].attribute_time > 0, "closed by a timestamp");
	ok(f.signatures[0].token.n > 0 && f.signatures[1].token.n > 0 && f.signatures[2].token.n > 0, "each with a token");
	ok(f.signatures[0].attribute_time == 0, "no signing-time attribute (EN 319 142-1)");
	ok(f.evidence.certs_n == 2 && f.pages == 2, "evidence and pages counted");
}

/* D9.1a: the seal's square covers exactly the left third of the head's image. */
static void
test_seal_place(struct hb_bytes pdf, struct hb_arena *a)
{
	struct pades_facts f = { 0 };
	if (!ok(pades_inspect(pdf, a, &f, NULL) == HB_OK && f.signatures_n == 4, "signatures to place"))
		return;
	struct pdf_rect head = f.signatures[1].rect, seal = f.signatures[2].rect;
	double third = head.x0 + (head.x1 - head.x0) / 3;
	ok(seal.x1 > third - 0.01 && seal.x1 < third + 0.01 && seal.x0 < head.x0, "seal ends at the third of the width");
	ok(seal.y0 <= head.y0 && seal.y1 >= head.y1, "seal covers the height");
}

static void
test_pdfsig(void)
{
	char said[65536];
	run(said, "mkdir nss && certutil -d sql:nss -N --empty-password && "
	    "certutil -d sql:nss -A -n root -t CT,CT,CT -i root.pem && pdfsig -nssdir nss signed.pdf");
	ok(count(said, "Signature is Valid.") == 3, "pdfsig: three valid");
	ok(count(said, "Certificate is Trusted.") == 3, "pdfsig: three trusted");
	run(said, "pdfsig -nssdir nss closed.pdf");
	ok(count(said, "Signature is Valid.") == 3 && count(said, "Total document signed") == 1,
	    "pdfsig: still valid once closed, the timestamp covers all");
	run(said, "pdfsig -nssdir nss modern.pdf");
	ok(count(said, "Signature is Valid.") == 3, "pdfsig: valid over cross-reference streams");
}

static void
test_qpdf_and_mutool(void)
{
	char said[65536];
	ok(run(said, "qpdf --check closed.pdf") == 0 && count(said, "No syntax or stream encoding errors found") == 1,
	    "qpdf: no errors");
	ok(run(said, "qpdf --check modern.pdf") == 0 && count(said, "No syntax or stream encoding errors found") == 1,
	    "qpdf: no errors over cross-reference streams");
	run(said, "mutool sign -v signed.pdf");
	ok(count(said, "The document is unchanged since signing.") == 1, "mutool: unchanged since the last signature");
	ok(count(said, "The signature is valid but there have been edits since signing.") == 2 &&
	    count(said, "invalid") == 0, "mutool: the earlier two valid, followed by ours");
	run(said, "pdftotext closed.pdf - ");
	ok(count(said, "Nguyễn Thị Ước · Toán 8,4") == 2, "pdftotext: the Vietnamese is still there");
}

static void
test_openssl(struct hb_bytes pdf, struct hb_arena *a)
{
	struct pades_facts f = { 0 };
	char               said[65536];
	sp_must(pades_inspect(pdf, a, &f, NULL) == HB_OK && f.signatures_n == 4);
	for (size_t i = 0; i < 4; i++) {
		struct hb_bytes covered = { 0 };
		sp_must(pades_covered(pdf, &f.signatures[i], a, &covered, NULL) == HB_OK);
		put("covered.bin", covered);
		put("cms.der", f.signatures[i].cms);
		if (f.signatures[i].kind == PADES_DOCUMENT_TIMESTAMP) {
			run(said, "openssl ts -verify -in cms.der -token_in -data covered.bin -CAfile root.pem -untrusted ca.pem");
			ok(count(said, "Verification: OK") == 1, "openssl ts: %s", f.signatures[i].field);
			continue;
		}
		run(said, "openssl cms -verify -cades -binary -inform DER -in cms.der -content covered.bin -CAfile root.pem "
			  "-certfile ca.pem -purpose any -out /dev/null");
		ok(count(said, "CAdES Verification successful") == 1, "openssl cms: %s", f.signatures[i].field);
		put("value.bin", f.signatures[i].value);
		put("token.der", f.signatures[i].token);
		run(said, "cat tsa.pem ca.pem > chain.pem; openssl ts -verify -in token.der -token_in -data value.bin "
			  "-CAfile root.pem -untrusted chain.pem");
		ok(count(said, "Verification: OK") == 1, "openssl ts: token of %s", f.signatures[i].field);
	}
}

/* The same steps over files as other writers make them. */
static struct hb_bytes
test_over_streams(struct hb_bytes pages, const struct sp_pki *k, struct hb_arena *a)
{
	char            said[65536], path[256];
	struct hb_bytes modern = { 0 }, out = { 0 };
	put("pages.pdf", pages);
	sp_must(run(said, "qpdf --object-streams=generate pages.pdf streams.pdf") == 0);
	snprintf(path, sizeof path, "%s/streams.pdf", dir);
	sp_must(hb_file_read(path, PDF_FILE_MAX, a, &modern, NULL) == HB_OK);
	out = sp_close(sp_three(modern, k, a), k, a);
	struct pades_facts f = { 0 };
	ok(pades_inspect(out, a, &f, NULL) == HB_OK, "inspect a file of object streams");
	check_facts("object streams", &f, 4, 6);
	return out;
}

static void
test_late_timestamp(struct hb_bytes pages, const struct sp_pki *k, struct hb_arena *a)
{
	struct pades_field f = { .name = "GVCN" };
	struct pades_facts facts = { 0 };
	struct hb_bytes    signed_pdf = sp_sign_field(pages, &f, &k->gvcn, k, false, a), value = { 0 }, out = { 0 };
	ok(pades_signature_value(signed_pdf, "GVCN", a, &value, NULL) == HB_OK, "value of a signature");
	struct hb_sha256 imprint = hb_sha256(value);
	struct hb_bytes  token = sp_token(k, &imprint, false, a);
	ok(pades_add_timestamp(signed_pdf, "GVCN", token, a, &out, NULL) == HB_OK, "timestamp added later");
	ok(pades_inspect(out, a, &facts, NULL) == HB_OK && facts.signatures[0].token.n == token.n, "token read back");
	check_facts("late timestamp", &facts, 1, 2);
	struct pades_field next = { .name = "CBQL" };
	struct hb_bytes    covered = sp_sign_field(signed_pdf, &next, &k->cbql, k, true, a);
	ok(pades_add_timestamp(covered, "GVCN", token, a, &out, NULL) == HB_E_INPUT, "refused once another covers it");
}

static void
test_refusals(struct hb_bytes pages, struct hb_bytes closed, const struct sp_pki *k, struct hb_arena *a)
{
	struct pades_field f = { .name = "GVCN" };
	struct hb_bytes    prepared = { 0 }, attributes = { 0 }, out = { 0 }, gvcn = sp_cert(&k->gvcn, a);
	ok(pades_prepare(closed, &f, a, &out, NULL) == HB_E_INPUT, "a field name is used once");
	ok(pades_prepare(pages, &f, a, &prepared, NULL) == HB_OK &&
	    pades_attributes(prepared, "GVCN", gvcn, a, &attributes, NULL) == HB_OK, "prepare");
	struct pades_value wrong = { .signer = gvcn, .value = sp_sign(&k->dv, attributes, a) };
	ok(pades_embed(prepared, "GVCN", &wrong, a, &out, NULL) == HB_E_INPUT, "another key's value is refused");
	struct pades_value right = { .signer = gvcn, .value = sp_sign(&k->gvcn, attributes, a) };
	ok(pades_embed(prepared, "GVCN", &right, a, &out, NULL) == HB_OK, "the right one is taken");
	ok(pades_embed(prepared, "CBQL", &right, a, &out, NULL) == HB_E_INPUT, "no such field");
	f.contents = 200;
	sp_must(pades_prepare(pages, &f, a, &prepared, NULL) == HB_OK);
	sp_must(pades_attributes(prepared, "GVCN", gvcn, a, &attributes, NULL) == HB_OK);
	right.value = sp_sign(&k->gvcn, attributes, a);
	ok(pades_embed(prepared, "GVCN", &right, a, &out, NULL) == HB_E_TOOBIG, "a place too small is refused");
	struct pades_field certify = { .name = "SAU", .docmdp = 2 };
	ok(pades_prepare(closed, &certify, a, &out, NULL) == HB_E_INPUT, "a certification comes first or not at all");
}

/* What the widely used plug-in writes: a certification with P=2 under adbe.pkcs7.detached, then more signatures. */
static void
test_foreign_shapes(struct hb_bytes pages, const struct sp_pki *k, struct hb_arena *a)
{
	struct pades_field f = { .name = "Signature1", .docmdp = 2 }, next = { .name = "Signature2" };
	struct pades_facts facts = { 0 };
	struct hb_bytes    prepared = { 0 }, attributes = { 0 }, out = { 0 }, cert = sp_cert(&k->gvcn, a);
	sp_must(pades_prepare(pages, &f, a, &prepared, NULL) == HB_OK);
	char *at = memmem(prepared.p, prepared.n, "ETSI.CAdES.detached", 19);
	sp_must(at != NULL);
	memcpy(at, "adbe.pkcs7.detached", 19);
	sp_must(pades_attributes(prepared, f.name, cert, a, &attributes, NULL) == HB_OK);
	struct pades_value v = { .signer = cert, .value = sp_sign(&k->gvcn, attributes, a) };
	sp_must(pades_embed(prepared, f.name, &v, a, &out, NULL) == HB_OK);
	out = sp_sign_field(out, &next, &k->cbql, k, true, a);
	ok(pades_inspect(out, a, &facts, NULL) == HB_OK, "inspect a certified file");
	check_facts("adbe.pkcs7.detached, P=2", &facts, 2, 3);
	ok(facts.signatures_n == 2 && facts.signatures[0].docmdp == 2, "DocMDP read");
	is(facts.signatures_n == 2 ? facts.signatures[0].subfilter : NULL, "adbe.pkcs7.detached", "SubFilter read");
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	char            said[65536];
	hb_arena_init(&a, (size_t)512 << 20);
	sp_must(mkdtemp(dir) != NULL);
	struct sp_pki   k = sp_pki();
	struct hb_bytes pages = sp_pages(2, &a), three = sp_three(pages, &k, &a), closed = sp_close(three, &k, &a);
	put("signed.pdf", three);
	put("closed.pdf", closed);
	put_pem("root.pem", k.root.cert);
	put_pem("ca.pem", k.ca.cert);
	put_pem("tsa.pem", k.tsa.cert);
	test_own_reading(closed, &a);
	test_seal_place(closed, &a);
	put("modern.pdf", test_over_streams(pages, &k, &a));
	test_pdfsig();
	test_qpdf_and_mutool();
	test_openssl(closed, &a);
	test_late_timestamp(pages, &k, &a);
	test_refusals(pages, closed, &k, &a);
	test_foreign_shapes(pages, &k, &a);
	run(said, "rm -rf -- *");
	rmdir(dir);
	sp_pki_free(&k);
	return tap_done();
}
