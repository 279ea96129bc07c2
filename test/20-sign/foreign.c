/* Files that other software signed, in the layouts met in Vietnam: xmlsec1 signs them here, and our verdict is honest
 * about what they protect.  Also the public vectors: none may crash, none may be called valid. */
#include "tap.h"

#include <dirent.h>
#include <openssl/pem.h>

#include "base/file.h"
#include "test/signed_book.h"

static struct world w;
static struct pki_cert *seller;
static struct hb_bytes crls[2];

#define SIGNATURE(canon, method, references, key, object) \
	"<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"S\"><SignedInfo>" \
	"<CanonicalizationMethod Algorithm=\"" canon "\"/><SignatureMethod Algorithm=\"" method "\"/>" references \
	"</SignedInfo><SignatureValue/><KeyInfo>" key "</KeyInfo>" object "</Signature>"
#define REFERENCE(uri, transforms, digest) \
	"<Reference URI=\"" uri "\">" transforms "<DigestMethod Algorithm=\"" digest "\"/><DigestValue/></Reference>"
#define TIME(id, inner) "<Object Id=\"" id "\"><SignatureProperties><SignatureProperty Target=\"#S\">" inner \
	"</SignatureProperty></SignatureProperties></Object>"
#define C14N "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define RSA256 "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#define RSA1 "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define SHA1 "http://www.w3.org/2000/09/xmldsig#sha1"
#define ENVELOPED "<Transforms><Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/></Transforms>"
#define CERTIFICATE "<X509Data><X509SubjectName/><X509Certificate/></X509Data>"

/* Today's date with a bare local time stands for @. */
static const struct layout {
	const char *name, *xml, *id_attributes;
	enum verify_verdict want;
	const char *has, *has_not;
} layouts[] = {
	{ "invoice: two references, local time",
	    "<HDon><DLHDon Id=\"data\"><TTChung><SHDon>12</SHDon></TTChung></DLHDon><DSCKS><NBan>"
	    SIGNATURE(C14N, RSA256, REFERENCE("#data", ENVELOPED, SHA256) REFERENCE("#t1", "", SHA256), CERTIFICATE,
	        TIME("t1", "<SigningTime>@</SigningTime>"))
	    "</NBan></DSCKS></HDon>", "--id-attr:Id DLHDon --id-attr:Id http://www.w3.org/2000/09/xmldsig#:Object",
	    VERIFY_VALID, NULL, "thoiDiem.khongBaoVe" },
	{ "older tool: whole file, time beside it",
	    "<HDon><a>1</a>" SIGNATURE(C14N "#WithComments", RSA256, REFERENCE("", ENVELOPED, SHA256), CERTIFICATE,
	        TIME("t1", "<SigningTime xmlns=\"http://example.org/#signatureProperties\">@</SigningTime>")) "</HDon>",
	    "", VERIFY_VALID, "thoiDiem.khongBaoVe", NULL },
	{ "tax return: lower-case id, no time at all",
	    "<HSoThueDTu><HSoKhaiThue id=\"_NODE_TO_SIGN\"><ct21>5</ct21></HSoKhaiThue><CKyDTu>"
	    SIGNATURE(C14N "#WithComments", RSA256, REFERENCE("#_NODE_TO_SIGN", ENVELOPED, SHA256), CERTIFICATE, "") "</CKyDTu></HSoThueDTu>",
	    "--id-attr:id HSoKhaiThue", VERIFY_VALID, "thoiDiem.thieu", NULL },
	{ "SHA-1",
	    "<HSoThueDTu><HSoKhaiThue id=\"ID_1\"><ct21>5</ct21></HSoKhaiThue>"
	    SIGNATURE(C14N, RSA1, REFERENCE("#ID_1", ENVELOPED, SHA1), CERTIFICATE, "") "</HSoThueDTu>",
	    "--id-attr:id HSoKhaiThue", VERIFY_INDETERMINATE, "chuKy.thuatToan", "chuKy.toanVen" },
	{ "a bare key",
	    "<HDon><a>1</a>" SIGNATURE(C14N, RSA256, REFERENCE("", ENVELOPED, SHA256), "<KeyValue/>", "") "</HDon>", "",
	    VERIFY_INVALID, "chuKy.thieuChungThu", NULL },
	{ "a bare key beside the certificate",
	    "<HDon><a>1</a>" SIGNATURE(C14N, RSA256, REFERENCE("", ENVELOPED, SHA256), "<KeyValue/>" CERTIFICATE, "") "</HDon>", "",
	    VERIFY_VALID, "chuKy.khoaNgoai", NULL },
};

static bool
run(const char *command)
{
	fflush(stdout);
	if (system(command) == 0)
		return true;
	printf("# %s\n", command);
	return false;
}

static const char *
put_file(const char *name, const char *text)
{
	const char *path = hb_printf(&w.a, "%s/%s", w.dir, name);
	world_must(hb_file_write(path, HB_STR(text), 0600, NULL) == HB_OK);
	return path;
}

static struct hb_bytes
get_file(const char *path)
{
	struct hb_bytes b = HB_BYTES("", 0);
	hb_file_read(path, 1 << 24, &w.a, &b, NULL);
	return b;
}

static void
make_seller(void)
{
	struct testpki_subject s = { .ca = TESTPKI_PUBLIC, .name = "Công ty Bán Hàng", .organisation = "Công ty Bán Hàng",
		.id = "MST:0301234567", .not_before = w.start - 86400 };
	seller = world_cert(&w, w.keys[0], &s);
	FILE *f = fopen(hb_printf(&w.a, "%s/seller.key", w.dir), "w");
	PEM_write_PrivateKey(f, w.keys[0], NULL, NULL, 0, NULL, NULL);
	fclose(f);
	f = fopen(hb_printf(&w.a, "%s/seller.pem", w.dir), "w");
	PEM_write_X509(f, seller->x509);
	fclose(f);
	struct pki_cert *ca = testpki_ca_cert(w.pki, TESTPKI_PUBLIC);
	world_must(pki_crl_fetch(w.net, seller, 0, &w.a, &crls[0], NULL) == HB_OK && pki_crl_fetch(w.net, ca, 0, &w.a, &crls[1], NULL) == HB_OK);
	struct hb_bytes pem = get_file(hb_printf(&w.a, "%s/public.pem", w.dir));
	world_must(pki_trust_add_pem(w.trust, pem, NULL) == HB_OK);
}

/* Template to signed file by xmlsec1; empty when it fails. */
static struct hb_bytes
signed_by_xmlsec(const struct layout *t)
{
	HB_SCOPED_BUF b;
	time_t now = (time_t)hb_now();
	struct tm tm;
	char local[32];
	now += 7 * 3600;
	gmtime_r(&now, &tm);
	strftime(local, sizeof local, "%Y-%m-%dT%H:%M:%S", &tm);
	hb_buf_init(&b, 1 << 20);
	for (const char *p = t->xml; *p != '\0'; p++)
		if (*p == '@')
			hb_puts(&b, local);
		else
			hb_putc(&b, *p);
	const char *in = put_file("template.xml", b.p), *out = hb_printf(&w.a, "%s/signed.xml", w.dir);
	bool good = run(hb_printf(&w.a, "xmlsec1 --sign --privkey-pem %s/seller.key,%s/seller.pem %s --output %s %s > %s/log 2>&1", w.dir,
	    w.dir, t->id_attributes, out, in, w.dir));
	return good ? get_file(out) : HB_BYTES("", 0);
}

static struct verify_report
judged(struct hb_bytes file)
{
	struct verify_report r;
	struct verify_options o = { .trust = w.trust, .crls = crls, .n_crls = 2 };
	world_must(verify_file(file, &o, &w.a, &r, NULL) == HB_OK);
	return r;
}

static void
changed(struct hb_bytes file, const char *from, const char *to, const char *key, const char *name)
{
	const uint8_t *p = memmem(file.p, file.n, from, strlen(from));
	struct hb_bytes out;
	world_must(p != NULL && xml_splice(file, (size_t)(p - file.p), (size_t)(p - file.p) + strlen(from), HB_STR(to), &w.a, &out, NULL) == HB_OK);
	struct verify_report r = judged(out);
	if (!ok(r.verdict == VERIFY_INVALID && world_found(&r, key, NULL), "%s: %s", name, key))
		world_show(&r);
}

static void
vietnamese_layouts(void)
{
	for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
		const struct layout *t = &layouts[i];
		struct hb_bytes f = signed_by_xmlsec(t);
		struct verify_report r = judged(f);
		if (!ok(f.n > 0 && r.kind == VERIFY_FOREIGN && r.verdict == t->want && (t->has == NULL || world_found(&r, t->has, NULL))
		    && (t->has_not == NULL || !world_found(&r, t->has_not, NULL)), "%s: %s", t->name, verify_verdict_word(t->want)))
			world_show(&r);
		if (i == 0) {
			struct verify_signature *s = r.signatures;
			ok(s->time_protected && s->signing_time <= hb_now() && s->signing_time > hb_now() - 600, "a bare local time is Vietnamese time");
			is(s->role, "NBan", "the slot is named");
			is(s->covers[0], "#data", "what is covered is named");
			changed(f, "<SHDon>12", "<SHDon>13", "chuKy.toanVen", "a changed invoice");
			changed(f, "<DSCKS>", "<DSCKS><x Id=\"data\"/>", "chuKy.thamChieu", "a second element of that Id");
			changed(f, "<SigningTime>2", "<SigningTime>1", "chuKy.toanVen", "a changed time");
		}
		if (i == 1)
			changed(f, "<a>1", "<a>2", "chuKy.toanVen", "a changed whole");
		if (i == 3)
			changed(f, "<ct21>5", "<ct21>6", "chuKy.toanVen", "a change under SHA-1 is still a change");
	}
}

static void
vectors(void)
{
	unsigned n = 0, valid = 0, open = 0;
	DIR *d = opendir(TEST_DATA "/xmldsig");
	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		struct hb_bytes f = get_file(hb_printf(&w.a, "%s/xmldsig/%s", TEST_DATA, e->d_name));
		if (strstr(e->d_name, ".xml") == NULL)
			continue;
		struct verify_report r = judged(f);
		n++;
		valid += r.verdict == VERIFY_VALID;
		open += r.verdict == VERIFY_INDETERMINATE;
		if (strcmp(e->d_name, "phaos-rsa-enveloped-bad-sig.xml") == 0)
			ok(r.verdict == VERIFY_INVALID && world_found(&r, "chuKy.giaTri", NULL), "a wrong value of 2002 is still wrong");
		if (strcmp(e->d_name, "enveloping-rsa-x509chain.xml") == 0)
			ok(world_found(&r, "chuKy.thuatToan", NULL) && !world_found(&r, "chuKy.toanVen", NULL), "a right one is right, but too old");
	}
	if (d != NULL)
		closedir(d);
	ok(n > 10 && valid == 0, "of %u public vectors none is called valid (%u cannot be told)", n, open);
}

int
main(void)
{
	world_open(&w);
	make_seller();
	vietnamese_layouts();
	vectors();
	world_close(&w);
	return tap_done();
}
