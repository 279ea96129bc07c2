/* Signed class books and school records that somebody changed: a table of attacks, each with the finding and the
 * verdict it must give; a change in every region; and random changes, none of which may pass with other data (D4.2a, D10.2a). */
#include "test/tap.h"

#include <ctype.h>

#include "test/signed_book.h"
#include "xml/xml.h"

enum { MUTATIONS = 250 };

static struct world w;
static struct hb_bytes book, record, years;     /* sealed class book; one year; two years */
static struct hb_bytes other;                   /* another pupil's sealed record */

/* ---- edits ------------------------------------------------------------------------------------------------ */

static struct xml_doc *
parsed(struct hb_bytes file)
{
	struct xml_doc *d;
	world_must(xml_read(file, XML_ALLOW_PI, &w.a, &d, NULL) == HB_OK);
	return d;
}

static struct hb_bytes
spliced(struct hb_bytes file, size_t from, size_t to, const char *with)
{
	struct hb_bytes out;
	world_must(xml_splice(file, from, to, HB_STR(with), &w.a, &out, NULL) == HB_OK);
	return out;
}

/* The n-th occurrence (from 1) of a text replaced. */
static struct hb_bytes
replaced(struct hb_bytes file, const char *from, const char *to, unsigned n)
{
	const uint8_t *p = file.p - 1;
	size_t len = strlen(from);
	while (n-- > 0) {
		p = memmem(p + 1, file.n - (size_t)(p + 1 - file.p), from, len);
		world_must(p != NULL);
	}
	return spliced(file, (size_t)(p - file.p), (size_t)(p - file.p) + len, to);
}

static const char *
text_of(struct hb_bytes file, const struct xml_node *n)
{
	const char *s = hb_strndup(&w.a, (const char *)file.p + n->start, n->end - n->start);
	world_must(s != NULL);
	return s;
}

static const struct xml_node *
by_id(const struct xml_doc *d, const char *id)
{
	const struct xml_node *n = xml_by_id(d, id, NULL);
	world_must(n != NULL);
	return n;
}

static struct hb_bytes
without(struct hb_bytes file, const char *id)
{
	const struct xml_node *n = by_id(parsed(file), id);
	return spliced(file, n->start, n->end, "");
}

static const struct xml_node *
inside(const struct xml_node *top, const char *local)
{
	const struct xml_node *n = top;
	while (n != NULL && !xml_is(n, NULL, local))
		n = xml_walk(top, n);
	world_must(n != NULL);
	return n;
}

/* The first element of this name inside the element with this Id becomes `with`. */
static struct hb_bytes
part(struct hb_bytes file, const char *id, const char *local, const char *with)
{
	const struct xml_node *n = inside(by_id(parsed(file), id), local);
	return spliced(file, n->start, n->end, with);
}

/* ---- attacks that need more than a replaced text ----------------------------------------------------------- */

static struct hb_bytes
swap_signatures(struct hb_bytes f)
{
	struct xml_doc *d = parsed(f);
	const struct xml_node *a = by_id(d, "s-TOAN-1"), *b = by_id(d, "s-VAN-1");
	const struct xml_node *first = a->start < b->start ? a : b, *second = first == a ? b : a;
	f = spliced(f, second->start, second->end, text_of(d->bytes, first));
	return spliced(f, first->start, first->end, text_of(d->bytes, second));
}

static struct hb_bytes
copy_into_empty_slot(struct hb_bytes f)
{
	const char *signature = text_of(f, by_id(parsed(f), "s-TOAN-1"));
	f = without(f, "s-VAN-1");
	const struct xml_node *slot = xml_path(parsed(f), "/SO_THEO_DOI/CHU_KY/DANH_SACH_GVBM/GVBM[@Mon='VAN']");
	return spliced(f, slot->start, slot->end, hb_printf(&w.a, "<GVBM Mon=\"VAN\" So=\"1\">%s</GVBM>", signature));
}

/* The signed region goes into an Object; a forged one takes its place. */
static struct hb_bytes
wrap(struct hb_bytes f, const char *id, bool keep_id)
{
	struct xml_doc *d = parsed(f);
	const struct xml_node *region = by_id(d, id), *value = by_id(d, "sv-s-gvcn");
	const char *whole = text_of(f, region);
	const char *forged = hb_printf(&w.a, "%s", whole);
	char *mark = strstr(forged, "8.");
	world_must(mark != NULL);
	*mark = '9';
	if (!keep_id) {
		char *at = strstr(forged, " Id=\"");
		memmove(at, strchr(at + 5, '"') + 1, strlen(strchr(at + 5, '"') + 1) + 1);
	}
	size_t after = value->parent->inner_end;
	f = spliced(f, after, after, hb_printf(&w.a, "<Object xmlns:x=\"urn:x\">%s</Object>", whole));
	return spliced(f, region->start, region->end, forged);
}
static struct hb_bytes wrap_twice(struct hb_bytes f) { return wrap(f, "dl", true); }
static struct hb_bytes wrap_once(struct hb_bytes f) { return wrap(f, "dl", false); }

static struct hb_bytes
second_signature_in_slot(struct hb_bytes f)
{
	const struct xml_node *s = by_id(parsed(f), "s-gvcn");
	return spliced(f, s->end, s->end, text_of(f, s));
}

static struct hb_bytes
other_certificate(struct hb_bytes f)
{
	const struct xml_node *theirs = inside(by_id(parsed(f), "s-TOAN-1"), "X509Data");
	return part(f, "s-gvcn", "X509Data", text_of(f, theirs));
}

static struct hb_bytes
other_token(struct hb_bytes f)
{
	const struct xml_node *theirs = inside(by_id(parsed(f), "s-TOAN-1"), "EncapsulatedTimeStamp");
	return part(f, "s-gvcn", "EncapsulatedTimeStamp", text_of(f, theirs));
}

static struct hb_bytes
flip_value(struct hb_bytes f)
{
	const struct xml_node *v = by_id(parsed(f), "sv-s-gvcn");
	return spliced(f, v->inner + 20, v->inner + 21, f.p[v->inner + 20] == 'A' ? "B" : "A");
}

static struct hb_bytes
other_pupil(struct hb_bytes f)
{
	const struct xml_node *theirs = by_id(parsed(other), "ll-1"), *ours = by_id(parsed(f), "ll-1");
	return spliced(f, ours->start, ours->end, text_of(other, theirs));
}

static struct hb_bytes
other_pupils_data(struct hb_bytes f)
{
	const struct xml_node *theirs = by_id(parsed(other), "data-2025-2026"), *ours = by_id(parsed(f), "data-2025-2026");
	return spliced(f, ours->start, ours->end, text_of(other, theirs));
}

static struct hb_bytes
no_first_year(struct hb_bytes f)
{
	const struct xml_node *y = by_id(parsed(f), "data-2025-2026")->parent;
	return spliced(f, y->start, y->end, "");
}

static struct hb_bytes
years_reversed(struct hb_bytes f)
{
	const struct xml_node *first = by_id(parsed(f), "data-2025-2026")->parent, *second = by_id(parsed(f), "data-2026-2027")->parent;
	const char *one = text_of(f, first), *two = text_of(f, second);
	f = spliced(f, second->start, second->end, one);
	return spliced(f, first->start, first->end, two);
}

static struct hb_bytes
first_seal_resigned(struct hb_bytes f)
{
	/* a new seal over the first year, right in itself, that the second year never saw */
	struct roll roll;
	f = without(f, "s-2025-2026-dv");
	world_must(roll_of_transcript(f, &w.a, &roll, NULL) == HB_OK);
	for (size_t i = 0; i < roll.n; i++) {
		struct pki_cert *cert;
		struct hb_bytes token;
		if (strcmp(roll.slots[i].id, "s-2025-2026-dv") != 0)
			continue;
		world_sign_slot(&w, &f, &roll.slots[i], &(struct signing){ 0 }, w.start + 590, &cert);
		world_stamp(&w, &f, roll.slots[i].id, &token);
	}
	return f;
}

static struct hb_bytes
no_evidence(struct hb_bytes f)
{
	f = part(f, "s-dv", "CertificateValues", "");
	return part(f, "s-dv", "RevocationValues", "");
}

static struct hb_bytes
empty_slots(struct hb_bytes f)
{
	struct roll roll;
	world_must(roll_of_class(f, &w.a, &roll, NULL) == HB_OK);
	for (size_t i = 0; i < roll.n; i++)
		f = without(f, roll.slots[i].id);
	return f;
}

static struct hb_bytes
utf16(struct hb_bytes f)
{
	uint8_t *out = hb_alloc(&w.a, f.n * 2 + 2);
	memcpy(out, "\xff\xfe", 2);
	for (size_t i = 0; i < f.n; i++)
		out[2 + i * 2] = f.p[i];
	return HB_BYTES(out, f.n * 2 + 2);
}

/* ---- the table --------------------------------------------------------------------------------------------- */

enum which { BOOK, RECORD, YEARS };
struct attack {
	const char *name;
	enum which  file;
	const char *from, *to;                              /* a replaced text, or … */
	const char *id, *local, *with;                      /* a replaced element inside an Id, or … */
	struct hb_bytes (*edit)(struct hb_bytes);           /* … something else */
	enum verify_verdict want;
	const char *key, *signature;
};
#define DIGEST_START "<DigestValue>"
#define V VERIFY_VALID
#define X VERIFY_INVALID
#define U VERIFY_INDETERMINATE

static const struct attack attacks[] = {
	{ "nothing changed", BOOK, "", "", NULL, NULL, NULL, NULL, V, NULL, NULL },
	{ "a mark", BOOK, "8.", "9.", NULL, NULL, NULL, NULL, X, "chuKy.toanVen", "s-gvcn" },
	{ "a name", RECORD, "Nguyễn Văn An", "Nguyễn Văn Ân", NULL, NULL, NULL, NULL, X, "chuKy.toanVen", "s-2025-2026-dv" },
	{ "the signing time", BOOK, NULL, NULL, "s-gvcn", "SigningTime", "<SigningTime xmlns=\"urn:hocba:signature-properties:1\">2020-01-01T00:00:00Z</SigningTime>", NULL, X, "chuKy.toanVen", "s-gvcn" },
	{ "the XAdES signing time", BOOK, NULL, NULL, "xp-s-gvcn", "SigningTime", "<xades:SigningTime>2020-01-01T00:00:00Z</xades:SigningTime>", NULL, X, "chuKy.toanVen", "s-gvcn" },
	{ "no signing time", BOOK, NULL, NULL, "s-gvcn", "SignatureProperties", "", NULL, X, "chuKy.thamChieu", "s-gvcn" },
	{ "the signature value", BOOK, NULL, NULL, NULL, NULL, NULL, flip_value, X, "chuKy.giaTri", "s-gvcn" },
	{ "the value, seen by who confirmed it", BOOK, NULL, NULL, NULL, NULL, NULL, flip_value, X, "chuKy.toanVen", "s-dv" },
	{ "a digest", BOOK, NULL, NULL, "s-gvcn", "DigestValue", "<DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</DigestValue>", NULL, X, "chuKy.giaTri", "s-gvcn" },
	{ "no digest", BOOK, NULL, NULL, "s-gvcn", "DigestValue", "<DigestValue></DigestValue>", NULL, X, "chuKy.toanVen", "s-gvcn" },
	{ "one reference less", BOOK, NULL, NULL, "s-gvcn", "Reference", "", NULL, X, "chuKy.giaTri", "s-gvcn" },
	{ "one reference less shows in the scope", BOOK, NULL, NULL, "s-gvcn", "Reference", "", NULL, X, "chuKy.phamVi", "s-gvcn" },
	{ "a reference to the whole file", BOOK, "URI=\"#dl\"", "URI=\"\"", NULL, NULL, NULL, NULL, X, "chuKy.viTri", NULL },
	{ "a reference elsewhere", BOOK, "URI=\"#dl\"", "URI=\"http://example.invalid/\"", NULL, NULL, NULL, NULL, X, "chuKy.thamChieu", NULL },
	{ "an XPath transform", BOOK, NULL, NULL, "s-gvcn", "Transform", "<Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><XPath>1=1</XPath></Transform>", NULL, X, "chuKy.khuonDang", "s-gvcn" },
	{ "an HMAC", BOOK, NULL, NULL, "s-gvcn", "SignatureMethod", "<SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"></SignatureMethod>", NULL, X, "chuKy.khuonDang", "s-gvcn" },
	{ "another C14N", BOOK, NULL, NULL, "s-gvcn", "CanonicalizationMethod", "<CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"></CanonicalizationMethod>", NULL, X, "chuKy.khuonDang", "s-gvcn" },
	{ "another's certificate", BOOK, NULL, NULL, NULL, NULL, NULL, other_certificate, X, "chuKy.ganChungThu", "s-gvcn" },
	{ "another's certificate does not fit the value", BOOK, NULL, NULL, NULL, NULL, NULL, other_certificate, X, "nguoiKy.saiNguoi", "s-gvcn" },
	{ "no certificate", BOOK, NULL, NULL, "s-gvcn", "X509Certificate", "", NULL, X, "chuKy.thieuChungThu", "s-gvcn" },
	{ "a broken certificate", BOOK, NULL, NULL, "s-gvcn", "X509Certificate", "<X509Certificate>MIIB</X509Certificate>", NULL, X, "chuKy.thieuChungThu", "s-gvcn" },
	{ "another subject name", BOOK, NULL, NULL, "s-gvcn", "X509SubjectName", "<X509SubjectName>CN=Hiệu trưởng</X509SubjectName>", NULL, X, "chuKy.tenChuThe", "s-gvcn" },
	{ "no subject name", BOOK, NULL, NULL, "s-gvcn", "X509SubjectName", "", NULL, X, "chuKy.tenChuThe", "s-gvcn" },
	{ "a key beside the certificate", BOOK, "<KeyInfo>", "<KeyInfo><KeyValue><RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>", NULL, NULL, NULL, NULL, X, "chuKy.khoaNgoai", NULL },
	{ "a key instead of the certificate", BOOK, NULL, NULL, "s-gvcn", "X509Data", "<KeyValue><RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>", NULL, X, "chuKy.khoaNgoai", "s-gvcn" },
	{ "a retrieval method", BOOK, NULL, NULL, "s-gvcn", "X509Data", "<RetrievalMethod URI=\"#x\"/>", NULL, X, "chuKy.khoaNgoai", "s-gvcn" },
	{ "no KeyInfo", BOOK, NULL, NULL, "s-gvcn", "KeyInfo", "", NULL, X, "chuKy.thieuChungThu", "s-gvcn" },
	{ "a DOCTYPE", BOOK, "<SO_THEO_DOI", "<!DOCTYPE SO_THEO_DOI><SO_THEO_DOI", NULL, NULL, NULL, NULL, X, "tep.khongDoc", NULL },
	{ "an entity", BOOK, "8.", "&tam;.", NULL, NULL, NULL, NULL, X, "tep.khongDoc", NULL },
	{ "UTF-16", BOOK, NULL, NULL, NULL, NULL, NULL, utf16, X, "tep.khongDoc", NULL },
	{ "a processing instruction", BOOK, "<CHU_KY>", "<?x y?><CHU_KY>", NULL, NULL, NULL, NULL, X, "tep.cauTruc", NULL },
	{ "a comment that splits a mark", BOOK, "8.", "8<!-- -->.", NULL, NULL, NULL, NULL, X, "tep.cauTruc", NULL },
	{ "a teacher's signature gone", BOOK, NULL, NULL, "s-TOAN-1", "Signature", "", NULL, X, "tep.thieuChuKy", NULL },
	{ "the seal gone", RECORD, NULL, NULL, "s-2025-2026-dv", "Signature", "", NULL, X, "tep.thieuChuKy", NULL },
	{ "all signatures gone", BOOK, NULL, NULL, NULL, NULL, NULL, empty_slots, X, "tep.khongChuKy", NULL },
	{ "two teachers' signatures exchanged", BOOK, NULL, NULL, NULL, NULL, NULL, swap_signatures, X, "chuKy.viTri", "s-TOAN-1" },
	{ "one teacher's signature used twice", BOOK, NULL, NULL, NULL, NULL, NULL, copy_into_empty_slot, X, "tep.thieuChuKy", NULL },
	{ "two signatures in a slot", BOOK, NULL, NULL, NULL, NULL, NULL, second_signature_in_slot, X, "tep.cauTruc", NULL },
	{ "a signature's Id", BOOK, "Id=\"s-gvcn\"", "Id=\"s-xxxx\"", NULL, NULL, NULL, NULL, X, "chuKy.viTri", "s-xxxx" },
	{ "wrapped, the Id twice", BOOK, NULL, NULL, NULL, NULL, NULL, wrap_twice, X, "chuKy.thamChieu", "s-gvcn" },
	{ "wrapped, the Id once", BOOK, NULL, NULL, NULL, NULL, NULL, wrap_once, X, "chuKy.viTri", "s-gvcn" },
	{ "wrapped, structure", BOOK, NULL, NULL, NULL, NULL, NULL, wrap_once, X, "tep.cauTruc", NULL },
	{ "a second element with a signed Id", BOOK, "<CHU_KY>", "<CHU_KY Id=\"ttc\">", NULL, NULL, NULL, NULL, X, "chuKy.thamChieu", "s-gvcn" },
	{ "the same as id", BOOK, "<CHU_KY>", "<CHU_KY id=\"ttc\">", NULL, NULL, NULL, NULL, X, "chuKy.thamChieu", "s-gvcn" },
	{ "the same as xml:id", BOOK, "<CHU_KY>", "<CHU_KY xml:id=\"ttc\">", NULL, NULL, NULL, NULL, X, "chuKy.thamChieu", "s-gvcn" },
	{ "another version", BOOK, "PhienBan=\"1\"", "PhienBan=\"2\"", NULL, NULL, NULL, NULL, X, "tep.cauTruc", NULL },
	{ "a fact on the root", RECORD, "PhienBan=\"1\"", "PhienBan=\"1\" Loai=\"Giỏi\"", NULL, NULL, NULL, NULL, X, "tep.cauTruc", NULL },
	{ "an element beside the signed ones", RECORD, "</HOC_BA>", "<KHEN_THUONG>Giỏi</KHEN_THUONG></HOC_BA>", NULL, NULL, NULL, NULL, X, "tep.cauTruc", NULL },
	{ "text in a slot", BOOK, "<CHU_KY>", "<CHU_KY>Đã kí", NULL, NULL, NULL, NULL, X, "tep.cauTruc", NULL },
	{ "another namespace", BOOK, "urn:hocba:so:1", "urn:hocba:so:9", NULL, NULL, NULL, NULL, X, NULL, NULL },
	{ "another signature's timestamp", BOOK, NULL, NULL, NULL, NULL, NULL, other_token, X, "dauThoiGian.sai", "s-gvcn" },
	{ "a broken timestamp", BOOK, NULL, NULL, "s-gvcn", "EncapsulatedTimeStamp", "<xades:EncapsulatedTimeStamp>MAAA</xades:EncapsulatedTimeStamp>", NULL, X, "dauThoiGian.sai", "s-gvcn" },
	{ "no timestamp", BOOK, NULL, NULL, "s-gvcn", "SignatureTimeStamp", "", NULL, V, "dauThoiGian.thieu", "s-gvcn" },
	{ "no evidence", BOOK, NULL, NULL, NULL, NULL, NULL, no_evidence, U, "chungThu.thuHoi", "s-gvcn" },
	{ "blanks between slots", BOOK, "<CHU_KY>", "<CHU_KY>\n", NULL, NULL, NULL, NULL, V, NULL, NULL },
	{ "another pupil's profile", RECORD, NULL, NULL, NULL, NULL, NULL, other_pupil, X, "chuKy.toanVen", "s-2025-2026-cbql" },
	{ "another pupil's year", RECORD, NULL, NULL, NULL, NULL, NULL, other_pupils_data, X, "chuKy.toanVen", "s-2025-2026-gvcn" },
	{ "two years as they are", YEARS, "", "", NULL, NULL, NULL, NULL, V, NULL, NULL },
	{ "the first year taken out", YEARS, NULL, NULL, NULL, NULL, NULL, no_first_year, X, "chuKy.thamChieu", "s-2026-2027-dv" },
	{ "years exchanged", YEARS, NULL, NULL, NULL, NULL, NULL, years_reversed, X, "tep.cauTruc", NULL },
	{ "the first year sealed anew", YEARS, NULL, NULL, NULL, NULL, NULL, first_seal_resigned, X, "chuKy.toanVen", "s-2026-2027-dv" },
};
#undef V
#undef X
#undef U

static void
table(void)
{
	const struct hb_bytes files[] = { book, record, years };
	for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
		const struct attack *t = &attacks[i];
		struct hb_bytes f = files[t->file];
		if (t->edit != NULL)
			f = t->edit(f);
		else if (t->id != NULL)
			f = part(f, t->id, t->local, t->with);
		else if (t->from[0] != '\0')
			f = replaced(f, t->from, t->to, 1);
		struct verify_report r = world_verify(&w, f, 0);
		bool found = t->key == NULL || world_found(&r, t->key, t->signature);
		if (!ok(r.verdict == t->want && found, "%s: %s %s", t->name, verify_verdict_word(t->want), t->key == NULL ? "" : t->key))
			world_show(&r);
	}
}

/* ---- a change in every region ------------------------------------------------------------------------------- */

/* Change one letter or digit of the last text inside n. */
static struct hb_bytes
touched(struct hb_bytes f, const struct xml_node *n)
{
	size_t at = 0;
	for (const struct xml_node *x = n; x != NULL; x = xml_walk(n, x))
		for (size_t i = 0; x->type == XML_TEXT && i < x->text.n; i++)
			if (isalnum(x->text.p[i]))
				at = x->start + i;
	world_must(at > 0);
	char c = (char)f.p[at];
	return spliced(f, at, at + 1, isdigit((unsigned char)c) ? (c == '7' ? "8" : "7") : c == 'x' ? "y" : "x");
}

static void
every_region(struct hb_bytes file, const char *what)
{
	struct xml_doc *d = parsed(file);
	unsigned regions = 0, wrong = 0;
	for (size_t i = 0; i < d->n_ids; i++) {
		const struct xml_node *n = d->ids[i].node;
		if (strcmp(n->ns, "http://www.w3.org/2000/09/xmldsig#") == 0 || strstr(n->ns, "etsi") != NULL)
			continue;
		struct verify_report r = world_verify(&w, touched(file, n), 0);
		regions++;
		/* those that refer to it must say so, those that do not must not */
		for (size_t k = 0; k < r.n_signatures; k++) {
			const struct xml_node *s = by_id(d, r.signatures[k].id);
			bool covers = false;
			for (const struct xml_node *x = s; x != NULL; x = xml_walk(s, x)) {
				const char *uri = xml_is(x, NULL, "Reference") ? xml_attr(x, "URI") : NULL;
				const struct xml_node *target = uri == NULL ? NULL : xml_by_id(d, uri + 1, NULL);
				covers |= target != NULL && xml_inside(n, target);
			}
			bool inner = false;              /* a signature over a part that was not the touched one stays whole */
			for (const struct xml_node *x = n->first; x != NULL; x = xml_walk(n, x))
				inner |= x->type == XML_ELEMENT && xml_attr(x, "Id") != NULL;
			if (covers ? !world_found(&r, "chuKy.toanVen", r.signatures[k].id)
			           : !inner && world_found(&r, "chuKy.toanVen", r.signatures[k].id)) {
				wrong++;
				printf("# %s, %s\n", d->ids[i].value, r.signatures[k].id);
			}
		}
		wrong += r.verdict != VERIFY_INVALID;
	}
	ok(regions > 3 && wrong == 0, "%s: a change in each of %u regions is seen by exactly those who signed it", what, regions);
}

/* ---- random changes ------------------------------------------------------------------------------------------ */

static uint64_t state = 88172645463325252u;

static unsigned
rnd(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

static struct hb_sha256
data_of(struct hb_bytes file, struct hb_arena *a)
{
	struct xml_doc *d;
	struct hb_bytes c;
	struct xml_c14n_spec spec = { XML_C14N_EXCLUSIVE, NULL, NULL };
	struct hb_sha256 none = { { 0 } };
	const struct xml_node *ll, *data;
	if (xml_read(file, 0, a, &d, NULL) != HB_OK || (ll = xml_path(d, "/HOC_BA/LY_LICH")) == NULL
	    || (data = xml_path(d, "/HOC_BA/NAM_HOC/DU_LIEU_HOC_BA")) == NULL || xml_c14n_bytes(d, ll, &spec, a, &c, NULL) != HB_OK)
		return none;
	struct hb_sha256 both[2] = { hb_sha256(c), none };
	if (xml_c14n_bytes(d, data, &spec, a, &c, NULL) != HB_OK)
		return none;
	both[1] = hb_sha256(c);
	return hb_sha256(HB_BYTES(both, sizeof both));
}

static void
random_changes(void)
{
	unsigned passed = 0, wrong = 0;
	struct hb_sha256 right = data_of(record, &w.a);
	for (unsigned i = 0; i < MUTATIONS; i++) {
		HB_SCOPED_ARENA a;
		hb_arena_init(&a, (size_t)256 << 20);
		struct verify_report r;
		struct verify_options o = { .trust = w.trust };
		struct hb_bytes out;
		size_t at = rnd((unsigned)record.n), to = at + rnd(3) * rnd(20);
		const size_t from = rnd((unsigned)record.n), n = rnd(2) * rnd(200);
		struct hb_bytes piece = HB_BYTES(record.p + from, from + n > record.n ? record.n - from : n);
		char one = "<>&\"'/=#0aZ \n"[rnd(13)];
		world_must(xml_splice(record, at, to > record.n ? record.n : to, rnd(2) ? piece : HB_BYTES(&one, 1), &a, &out, NULL) == HB_OK);
		if (verify_file(out, &o, &a, &r, NULL) != HB_OK || r.verdict != VERIFY_VALID)
			continue;
		passed++;
		struct hb_sha256 now = data_of(out, &a);
		if (!hb_sha256_eq(&now, &right) && wrong++ == 0)
			printf("# at %zu..%zu\n", at, to);
	}
	ok(wrong == 0, "of %d random changes %u passed, all with the data as signed", MUTATIONS, passed);
}

int
main(void)
{
	struct roll roll;
	world_open(&w);
	struct hb_bytes xml = world_book(&w, RECORD_CN, 3, &roll);
	book = world_sign_all(&w, xml, &roll, 0, NULL);
	xml = world_record(&w, &roll);
	record = world_sign_all(&w, xml, &roll, 0, NULL);
	xml = world_next_year(&w, record, "2026-2027", &roll);
	years = world_sign_all(&w, xml, &roll, 1, NULL);
	xml = replaced(world_record(&w, &roll), "Nguyễn Văn An", "Trần Khác Người", 1);
	xml = replaced(xml, "8.", "9.", 1);
	other = world_sign_all(&w, xml, &roll, 0, NULL);
	table();
	every_region(book, "class book");
	every_region(record, "school record");
	random_changes();
	world_close(&w);
	return tap_done();
}
