/* What somebody may do to a signed PDF: each attack gives a changed file (pdf_tamper.c says what must be found). */
#ifndef PDF_ATTACKS_H
#define PDF_ATTACKS_H
#include "test/signed_pdf.h"
#include <openssl/cms.h>

#define PATCHES_MAX 8

static struct sp_pki   pki;
static struct hb_bytes pages, signed_pdf, closed;     /* plain; three signatures; with evidence and timestamp */

/* ---- building a later revision by hand ---- */

struct patch { uint32_t num; const char *body; };       /* body NULL: the object is freed */
struct later {
	struct patch  patches[PATCHES_MAX];
	const char   *between;                          /* bytes put after the first object */
	const char   *root;                             /* "12 0 R", or NULL for the old one */
	uint32_t      repoint;                          /* this object's entry points at offset `to` */
	size_t        to;
};

static struct pdf *
opened(struct hb_bytes file, struct hb_arena *a)
{
	struct pdf *pdf = NULL;
	sp_must(pdf_open(file, a, &pdf, NULL) == HB_OK);
	return pdf;
}

static void
put_entry(struct hb_buf *table, uint32_t num, size_t offset, bool in_use)
{
	hb_putf(table, "%u 1\n%010zu %05d %c \n", num, offset, in_use ? 0 : 1, in_use ? 'n' : 'f');
}

static struct hb_bytes
append(struct hb_bytes file, const struct later *l, struct hb_arena *a)
{
	size_t        n;
	struct pdf   *pdf = opened(file, a);
	uint32_t      root = pdf_get(pdf_trailer(pdf), "Root")->ref.num;
	const struct pdf_revision *r = pdf_revisions(pdf, &n);
	HB_SCOPED_BUF out, table;
	hb_buf_init(&out, HB_BUF_MAX);
	hb_buf_init(&table, HB_BUF_MAX);
	hb_put(&out, file.p, file.n);
	for (size_t i = 0; i < PATCHES_MAX && l->patches[i].num != 0; i++) {
		put_entry(&table, l->patches[i].num, l->patches[i].body == NULL ? 0 : out.len, l->patches[i].body != NULL);
		if (l->patches[i].body != NULL)
			hb_putf(&out, "%u 0 obj\n%s\nendobj\n", l->patches[i].num, l->patches[i].body);
		if (i == 0 && l->between != NULL)
			hb_puts(&out, l->between);
	}
	if (l->repoint != 0)
		put_entry(&table, l->repoint, l->to, true);
	size_t at = out.len;
	hb_putf(&out, "xref\n%strailer\n<</Size %u/Prev %zu/Root ", table.p == NULL ? "0 0\n" : table.p, pdf_size(pdf) + 50,
	    r[n - 1].xref);
	if (l->root != NULL)
		hb_puts(&out, l->root);
	else
		hb_putf(&out, "%u 0 R", root);
	const struct pdf_value *info = pdf_get(pdf_trailer(pdf), "Info");
	hb_putf(&out, "/Info %u 0 R>>\nstartxref\n%zu\n%%%%EOF\n", info->ref.num, at);
	char *bytes = hb_buf_take(&out, a);
	sp_must(bytes != NULL);
	return HB_BYTES(bytes, out.len);
}

/* ---- parts of the signed file ---- */

static const struct pdf_value *
root_of(struct pdf *pdf)
{
	const struct pdf_value *root;
	sp_must(pdf_lookup(pdf, pdf_trailer(pdf), "Root", &root, NULL) == HB_OK);
	return root;
}

static uint32_t
num_of(const struct pdf_value *dict, const char *key)
{
	const struct pdf_value *v = pdf_get(dict, key);
	sp_must(v != NULL && v->type == PDF_REF);
	return v->ref.num;
}

static uint32_t
root_num(struct pdf *pdf)
{
	return num_of(pdf_trailer(pdf), "Root");
}

static const struct pdf_value *
page_of(struct pdf *pdf, struct pdf_ref *ret_ref)
{
	const struct pdf_value *page;
	sp_must(pdf_page(pdf, 0, ret_ref, &page, NULL) == HB_OK);
	return page;
}

/* A dictionary as it was written, with more members before its end; `without` is a member left out. */
static char *
dict_and(struct pdf *pdf, const struct pdf_value *dict, const char *without, const char *more, struct hb_arena *a)
{
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	hb_puts(&out, "<<");
	for (uint32_t i = 0; i < dict->count; i++) {
		if (without != NULL && pdf_get(dict, without) == &dict->items[i])
			continue;
		hb_putf(&out, "/%.*s ", (int)dict->keys[i].n, dict->keys[i].p);
		hb_put(&out, pdf_bytes(pdf).p + dict->items[i].at, dict->items[i].end - dict->items[i].at);
	}
	hb_putf(&out, " %s>>", more);
	return hb_buf_take(&out, a);
}

static struct hb_bytes
patch_one(uint32_t num, const char *body, struct hb_arena *a)
{
	struct later l = { .patches = { { num, body } } };
	return append(closed, &l, a);
}

/* ---- the attacks: each gives a changed file ---- */

static struct hb_bytes
edited(struct hb_bytes file, size_t at, const char *text, struct hb_arena *a)
{
	uint8_t *copy = hb_memdup(a, file.p, file.n);
	sp_must(copy != NULL && at + strlen(text) <= file.n);
	memcpy(copy + at, text, strlen(text));
	return HB_BYTES(copy, file.n);
}

static size_t
position(struct hb_bytes file, const char *what)
{
	const uint8_t *at = memmem(file.p, file.n, what, strlen(what));
	sp_must(at != NULL);
	return (size_t)(at - file.p);
}

static struct hb_bytes
extended(const char *tail, struct hb_arena *a)
{
	char *bytes = hb_alloc(a, closed.n + strlen(tail));
	sp_must(bytes != NULL);
	memcpy(bytes, closed.p, closed.n);
	memcpy(bytes + closed.n, tail, strlen(tail));
	return HB_BYTES(bytes, closed.n + strlen(tail));
}

static struct hb_bytes
byte_of_the_page(struct hb_arena *a)
{
	struct pdf    *pdf = opened(closed, a);
	struct pdf_ref ref;
	const struct pdf_value *content;
	sp_must(pdf_lookup(pdf, page_of(pdf, &ref), "Contents", &content, NULL) == HB_OK);
	size_t at = (size_t)(content->stream.p - closed.p) + 20;
	char   other[2] = { (char)(closed.p[at] ^ 1), 0 };
	return edited(closed, at, other, a);
}

static struct hb_bytes
bytes_after_the_end(struct hb_arena *a)
{
	return extended("hello", a);
}

static struct hb_bytes
rolled_back(struct hb_arena *a)
{
	size_t n;
	const struct pdf_revision *r = pdf_revisions(opened(closed, a), &n);
	return extended(hb_printf(a, "startxref\n%zu\n%%%%EOF\n", r[1].xref), a);
}

static struct hb_bytes
content_redefined(struct hb_arena *a)
{
	struct pdf    *pdf = opened(closed, a);
	struct pdf_ref ref;
	return patch_one(num_of(page_of(pdf, &ref), "Contents"), "<</Length 8>>\nstream\n0 0 m 9 \nendstream", a);
}

static struct hb_bytes
content_replaced(struct hb_arena *a)
{
	struct pdf    *pdf = opened(closed, a);
	struct pdf_ref ref;
	const struct pdf_value *page = page_of(pdf, &ref);
	uint32_t     fresh = pdf_size(pdf) + 1;
	struct later l = { .patches = { { ref.num, dict_and(pdf, page, "Contents", hb_printf(a, "/Contents %u 0 R", fresh), a) },
			       { fresh, "<</Length 8>>\nstream\n0 0 m 9 \nendstream" } } };
	return append(closed, &l, a);
}

static struct hb_bytes
annotation_laid_over(struct hb_arena *a)
{
	struct pdf    *pdf = opened(closed, a);
	struct pdf_ref ref;
	const struct pdf_value *page = page_of(pdf, &ref), *annots = pdf_get(page, "Annots");
	char *old = hb_strndup(a, (const char *)closed.p + annots->at, annots->end - annots->at - 1);
	uint32_t fresh = pdf_size(pdf) + 1;
	struct later l = { .patches = {
		{ ref.num, dict_and(pdf, page, "Annots", hb_printf(a, "/Annots %s %u 0 R]", old, fresh), a) },
		{ fresh, "<</Type/Annot/Subtype/FreeText/Rect[60 730 300 760]/Contents(Toan 10)/DA(/Helv 12 Tf)>>" } } };
	return append(closed, &l, a);
}

static struct hb_bytes
form_with_field(const char *field, struct hb_arena *a)
{
	struct pdf             *pdf = opened(closed, a);
	const struct pdf_value *form, *fields;
	sp_must(pdf_lookup(pdf, root_of(pdf), "AcroForm", &form, NULL) == HB_OK);
	fields = pdf_get(form, "Fields");
	char    *old = hb_strndup(a, (const char *)closed.p + fields->at, fields->end - fields->at - 1);
	uint32_t fresh = pdf_size(pdf) + 1;
	struct later l = { .patches = {
		{ num_of(root_of(pdf), "AcroForm"), dict_and(pdf, form, "Fields", hb_printf(a, "/Fields %s %u 0 R]", old, fresh), a) },
		{ fresh, field } } };
	return append(closed, &l, a);
}

static struct hb_bytes
text_field_added(struct hb_arena *a)
{
	return form_with_field("<</FT/Tx/T(diem)/V(10)/Type/Annot/Subtype/Widget/Rect[60 730 300 760]>>", a);
}

static struct hb_bytes
empty_field_laid_over(struct hb_arena *a)
{
	return form_with_field("<</FT/Sig/T(che)/Type/Annot/Subtype/Widget/Rect[60 730 300 760]/AP<</N 9 0 R>>>>", a);
}

static struct hb_bytes
field_with_an_action(struct hb_arena *a)
{
	return form_with_field("<</FT/Sig/T(js)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/AA<</E<</S/JavaScript/JS(x)>>>>>>", a);
}

static struct hb_bytes
field_sharing_a_signature(struct hb_arena *a)
{
	struct pdf             *pdf = opened(closed, a);
	const struct pdf_value *form, *fields, *first;
	sp_must(pdf_lookup(pdf, root_of(pdf), "AcroForm", &form, NULL) == HB_OK);
	sp_must(pdf_lookup(pdf, form, "Fields", &fields, NULL) == HB_OK);
	sp_must(pdf_resolve(pdf, &fields->items[0], &first, NULL) == HB_OK);
	return form_with_field(hb_printf(a, "<</FT/Sig/T(GVCN2)/V %u 0 R>>", num_of(first, "V")), a);
}

static struct hb_bytes
form_switched(struct hb_arena *a)
{
	struct pdf             *pdf = opened(closed, a);
	const struct pdf_value *form;
	sp_must(pdf_lookup(pdf, root_of(pdf), "AcroForm", &form, NULL) == HB_OK);
	return patch_one(num_of(root_of(pdf), "AcroForm"), dict_and(pdf, form, NULL, "/NeedAppearances true", a), a);
}

static struct hb_bytes
fields_dropped(struct hb_arena *a)
{
	struct pdf *pdf = opened(closed, a);
	return patch_one(num_of(root_of(pdf), "AcroForm"), "<</Fields[]/SigFlags 3>>", a);
}

static struct hb_bytes
appearance_redefined(struct hb_arena *a)
{
	struct pdf             *pdf = opened(closed, a);
	const struct pdf_value *form, *fields, *field, *ap;
	sp_must(pdf_lookup(pdf, root_of(pdf), "AcroForm", &form, NULL) == HB_OK);
	sp_must(pdf_lookup(pdf, form, "Fields", &fields, NULL) == HB_OK);
	sp_must(pdf_resolve(pdf, &fields->items[1], &field, NULL) == HB_OK);
	ap = pdf_get(field, "AP");
	return patch_one(num_of(ap, "N"), "<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Length 1>>\nstream\nq\nendstream", a);
}

static struct hb_bytes
object_freed(struct hb_arena *a)
{
	struct pdf    *pdf = opened(closed, a);
	struct pdf_ref ref;
	return patch_one(num_of(page_of(pdf, &ref), "Contents"), NULL, a);
}

static struct hb_bytes
script_at_opening(struct hb_arena *a)
{
	struct pdf *pdf = opened(closed, a);
	return patch_one(root_num(pdf), dict_and(pdf, root_of(pdf), NULL, "/OpenAction<</S/JavaScript/JS(x)>>", a), a);
}

static struct hb_bytes
other_pages(struct hb_arena *a)
{
	struct pdf  *pdf = opened(closed, a);
	uint32_t     fresh = pdf_size(pdf) + 1;
	struct later l = { .patches = { { root_num(pdf), dict_and(pdf, root_of(pdf), "Pages", hb_printf(a, "/Pages %u 0 R", fresh), a) },
			       { fresh, hb_printf(a, "<</Type/Pages/Count 1/Kids[%u 0 R]>>", fresh + 1) },
			       { fresh + 1, hb_printf(a, "<</Type/Page/Parent %u 0 R/MediaBox[0 0 9 9]>>", fresh) } } };
	return append(closed, &l, a);
}

static struct hb_bytes
other_root(struct hb_arena *a)
{
	struct pdf  *pdf = opened(closed, a);
	uint32_t     fresh = pdf_size(pdf) + 1;
	struct later l = { .patches = { { fresh, dict_and(pdf, root_of(pdf), NULL, "", a) } }, .root = hb_printf(a, "%u 0 R", fresh) };
	return append(closed, &l, a);
}

static struct hb_bytes
page_added(struct hb_arena *a)
{
	struct pdf             *pdf = opened(closed, a);
	const struct pdf_value *tree;
	uint32_t                num = num_of(root_of(pdf), "Pages"), fresh = pdf_size(pdf) + 1;
	sp_must(pdf_lookup(pdf, root_of(pdf), "Pages", &tree, NULL) == HB_OK);
	const struct pdf_value *kids = pdf_get(tree, "Kids");
	char        *old = hb_strndup(a, (const char *)closed.p + kids->at, kids->end - kids->at - 1);
	struct later l = { .patches = { { num, hb_printf(a, "<</Type/Pages/Count 3/Kids %s %u 0 R]>>", old, fresh) },
			       { fresh, hb_printf(a, "<</Type/Page/Parent %u 0 R/MediaBox[0 0 9 9]>>", num) } } };
	return append(closed, &l, a);
}

static struct hb_bytes
title_changed(struct hb_arena *a)
{
	struct pdf *pdf = opened(closed, a);
	return patch_one(num_of(pdf_trailer(pdf), "Info"), "<</Title(Hoc ba khac)>>", a);
}

static struct hb_bytes
evidence_dropped(struct hb_arena *a)
{
	struct pdf *pdf = opened(closed, a);
	return patch_one(num_of(root_of(pdf), "DSS"), "<</Type/DSS/Certs[]>>", a);
}

static struct hb_bytes
pointed_at_older_bytes(struct hb_arena *a)
{
	struct pdf    *pdf = opened(closed, a);
	struct pdf_ref ref;
	page_of(pdf, &ref);
	struct pdf *plain = opened(pages, a);
	struct later l = { .repoint = ref.num, .to = pdf_entry(plain, ref.num)->offset };
	return append(closed, &l, a);
}

static struct hb_bytes
bytes_between_objects(struct hb_arena *a)
{
	struct pdf  *pdf = opened(closed, a);
	struct later l = { .patches = { { pdf_size(pdf) + 1, "<</A 1>>" } }, .between = "4 0 obj (khac) endobj\n" };
	return append(closed, &l, a);
}

/* The signed page points at an object that does not exist yet; it is supplied later. */
static struct hb_bytes
hidden_object_supplied(struct hb_arena *a)
{
	struct pdf    *pdf = opened(pages, a);
	struct pdf_ref ref;
	const struct pdf_value *page = page_of(pdf, &ref);
	uint32_t        missing = pdf_size(pdf) + 300;
	struct later    prepare = { .patches = { { ref.num, dict_and(pdf, page, NULL, hb_printf(a, "/Thumb %u 0 R", missing), a) } } };
	struct hb_bytes trap = sp_three(append(pages, &prepare, a), &pki, a);
	struct later    spring = { .patches = { { missing, "<</Length 1>>\nstream\nq\nendstream" } } };
	return append(trap, &spring, a);
}

static struct hb_bytes
range_written(int a0, int grow_hole, int shrink_end, struct hb_arena *a)
{
	struct pades_facts facts = { 0 };
	sp_must(pades_inspect(signed_pdf, a, &facts, NULL) == HB_OK);
	const struct pades_signature *s = &facts.signatures[2];
	const char *old = hb_printf(a, "/ByteRange [0 %zu", s->hole_at);
	size_t      at = position(signed_pdf, old) + 12;
	char       *range = hb_printf(a, "%d %zu %zu %zu ", a0, s->hole_at - (size_t)a0, s->hole_end + (size_t)grow_hole,
		  signed_pdf.n - s->hole_end - (size_t)grow_hole - (size_t)shrink_end);
	return edited(signed_pdf, at, range, a);
}

static struct hb_bytes
hole_wider_than_contents(struct hb_arena *a)
{
	return range_written(0, 40, 0, a);
}

static struct hb_bytes
range_not_from_the_start(struct hb_arena *a)
{
	return range_written(5, 0, 0, a);
}

static struct hb_bytes
range_not_to_the_end(struct hb_arena *a)
{
	return range_written(0, 0, 30, a);
}

static struct hb_bytes
contents_moved(struct hb_arena *a)
{
	struct pdf             *pdf = opened(closed, a);
	const struct pdf_value *form, *fields, *field, *sig;
	sp_must(pdf_lookup(pdf, root_of(pdf), "AcroForm", &form, NULL) == HB_OK);
	sp_must(pdf_lookup(pdf, form, "Fields", &fields, NULL) == HB_OK);
	sp_must(pdf_resolve(pdf, &fields->items[0], &field, NULL) == HB_OK);
	sp_must(pdf_lookup(pdf, field, "V", &sig, NULL) == HB_OK);
	return patch_one(num_of(field, "V"), dict_and(pdf, sig, NULL, "", a), a);
}

static size_t
hole_of(size_t signature, size_t *ret_end, struct hb_arena *a)
{
	struct pades_facts facts = { 0 };
	sp_must(pades_inspect(closed, a, &facts, NULL) == HB_OK);
	*ret_end = facts.signatures[signature].hole_end;
	return facts.signatures[signature].hole_at;
}

static struct hb_bytes
space_in_the_hole(struct hb_arena *a)
{
	size_t end;
	hole_of(0, &end, a);
	return edited(closed, end - 10, " ", a);
}

static struct hb_bytes
bytes_in_the_padding(struct hb_arena *a)
{
	size_t end;
	hole_of(3, &end, a);
	return edited(closed, end - 10, "4a", a);
}

static struct hb_bytes
signature_of_another_file(struct hb_arena *a)
{
	struct pades_field f = { .name = "GVCN" };
	struct pades_facts theirs = { 0 }, ours = { 0 };
	struct hb_bytes other = sp_sign_field(sp_pages(1, a), &f, &pki.gvcn, &pki, false, a);
	struct hb_bytes mine = sp_sign_field(pages, &f, &pki.gvcn, &pki, false, a);
	sp_must(pades_inspect(other, a, &theirs, NULL) == HB_OK && pades_inspect(mine, a, &ours, NULL) == HB_OK);
	char *hex = hb_hex(a, theirs.signatures[0].cms);
	size_t room = ours.signatures[0].hole_end - ours.signatures[0].hole_at - 2;
	char  *padded = hb_alloc(a, room + 1);
	sp_must(hex != NULL && padded != NULL);
	memset(padded, '0', room);
	memcpy(padded, hex, strlen(hex));
	return edited(mine, ours.signatures[0].hole_at + 1, padded, a);
}

/* A CMS as openssl makes it by default: other attributes, or an old digest. */
static struct hb_bytes
signed_by_openssl(const EVP_MD *md, struct hb_arena *a)
{
	struct pades_field f = { .name = "GVCN" };
	struct pades_facts facts = { 0 };
	struct hb_bytes    prepared = { 0 }, covered = { 0 };
	sp_must(pades_prepare(pages, &f, a, &prepared, NULL) == HB_OK);
	sp_must(pades_inspect(prepared, a, &facts, NULL) == HB_OK);
	sp_must(pades_covered(prepared, &facts.signatures[0], a, &covered, NULL) == HB_OK);
	BIO             *in = BIO_new_mem_buf(covered.p, (int)covered.n);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_DETACHED | CMS_BINARY);
	CMS_add1_signer(cms, pki.gvcn.cert, pki.gvcn.key, md, CMS_PARTIAL | CMS_BINARY | CMS_NOSMIMECAP);
	sp_must(CMS_final(cms, in, NULL, CMS_DETACHED | CMS_BINARY) == 1);
	uint8_t *der = NULL;
	int      n = i2d_CMS_ContentInfo(cms, &der);
	char    *hex = hb_hex(a, HB_BYTES(der, n));
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	return edited(prepared, facts.signatures[0].hole_at + 1, hex, a);
}

static struct hb_bytes
certificate_not_bound(struct hb_arena *a)
{
	return signed_by_openssl(EVP_sha256(), a);
}

static struct hb_bytes
digest_of_old(struct hb_arena *a)
{
	return signed_by_openssl(EVP_sha1(), a);
}

static struct hb_bytes
signature_value_changed(struct hb_arena *a)
{
	struct pades_field f = { .name = "GVCN" };
	struct pades_facts facts = { 0 };
	struct hb_bytes    mine = sp_sign_field(pages, &f, &pki.gvcn, &pki, false, a);
	sp_must(pades_inspect(mine, a, &facts, NULL) == HB_OK);
	const struct pades_signature *s = &facts.signatures[0];
	const uint8_t *value = memmem(s->cms.p, s->cms.n, s->value.p, s->value.n);
	size_t         at = s->hole_at + 1 + 2 * (size_t)(value - s->cms.p + 9);
	return edited(mine, at, mine.p[at] == '7' ? "8" : "7", a);
}

static struct hb_bytes
place_left_empty(struct hb_arena *a)
{
	struct pades_field f = { .name = "GVCN" };
	struct hb_bytes    prepared = { 0 };
	sp_must(pades_prepare(pages, &f, a, &prepared, NULL) == HB_OK);
	return prepared;
}

static struct hb_bytes
signed_after_no_more(struct hb_arena *a)
{
	struct pades_field f = { .name = "CBQL", .docmdp = 1 }, next = { .name = "THEM" };
	return sp_sign_field(sp_sign_field(pages, &f, &pki.cbql, &pki, false, a), &next, &pki.gvcn, &pki, false, a);
}
#endif
