/* Signed PDFs that somebody changed: a table of attacks, each with the finding it must give. */
#include "pdf_attacks.h"
#include "test/tap.h"

#define MUTATIONS 300

/* ---- the table ---- */

enum fact { FINDING, DIGEST, VALUE, BOUND, ALGORITHM };
static const struct {
	const char *name;
	struct hb_bytes (*attack)(struct hb_arena *a);
	enum fact   fact;
	const char *key, *text;          /* FINDING: its key, and a part of its text */
} attacks[] = {
	{ "a byte of the page", byte_of_the_page, DIGEST, NULL, NULL },
	{ "bytes after the end", bytes_after_the_end, FINDING, "pdf.thayDoi", "byte thừa sau chỗ kết thúc" },
	{ "rolled back to an earlier revision", rolled_back, FINDING, "pdf.thayDoi", "byte thừa sau chỗ kết thúc" },
	{ "page content redefined", content_redefined, FINDING, "pdf.thayDoi", "bị thay" },
	{ "page content replaced", content_replaced, FINDING, "pdf.thayDoi", "nội dung trang 1" },
	{ "annotation laid over", annotation_laid_over, FINDING, "pdf.thayDoi", "lớp che" },
	{ "text field added", text_field_added, FINDING, "pdf.thayDoi", "không phải chữ ký" },
	{ "empty signature field laid over", empty_field_laid_over, FINDING, "pdf.thayDoi", "không có chữ ký phủ" },
	{ "field with an action", field_with_an_action, FINDING, "pdf.thayDoi", "không phải chữ ký" },
	{ "field sharing a signature", field_sharing_a_signature, FINDING, "pdf.vungKy", "cùng nhận" },
	{ "form switched to new appearances", form_switched, FINDING, "pdf.thayDoi", "biểu mẫu bị thay đổi" },
	{ "fields dropped", fields_dropped, FINDING, "pdf.thayDoi", "bớt trường" },
	{ "signature image redefined", appearance_redefined, FINDING, "pdf.thayDoi", "bị thay" },
	{ "object freed", object_freed, FINDING, "pdf.thayDoi", "bị xoá" },
	{ "script at opening", script_at_opening, FINDING, "pdf.thayDoi", "mục lục" },
	{ "other page tree", other_pages, FINDING, "pdf.thayDoi", "mục lục" },
	{ "other catalogue", other_root, FINDING, "pdf.thayDoi", "mục lục khác" },
	{ "page added", page_added, FINDING, "pdf.thayDoi", "bị thay" },
	{ "title changed", title_changed, FINDING, "pdf.thayDoi", "thông tin tài liệu" },
	{ "evidence dropped", evidence_dropped, FINDING, "pdf.thayDoi", "DSS" },
	{ "object pointed at older bytes", pointed_at_older_bytes, FINDING, "pdf.thayDoi", "trỏ về chỗ khác" },
	{ "bytes between objects", bytes_between_objects, FINDING, "pdf.thayDoi", "có byte nằm giữa" },
	{ "hidden object supplied later", hidden_object_supplied, FINDING, "pdf.thayDoi", "trỏ tới được đưa vào sau" },
	{ "hole wider than Contents", hole_wider_than_contents, FINDING, "pdf.vungKy", "Contents" },
	{ "ByteRange not from the start", range_not_from_the_start, FINDING, "pdf.vungKy", "ByteRange" },
	{ "ByteRange not to the end", range_not_to_the_end, FINDING, "pdf.vungKy", "không phủ hết" },
	{ "Contents moved", contents_moved, FINDING, "pdf.vungKy", "Contents" },
	{ "space inside the hole", space_in_the_hole, FINDING, "pdf.vungKy", "Contents" },
	{ "bytes in the padding", bytes_in_the_padding, FINDING, "pdf.noiDungKy", "không đọc được" },
	{ "signature of another file", signature_of_another_file, DIGEST, NULL, NULL },
	{ "signature value changed", signature_value_changed, VALUE, NULL, NULL },
	{ "certificate not bound", certificate_not_bound, BOUND, NULL, NULL },
	{ "digest of old", digest_of_old, ALGORITHM, NULL, NULL },
	{ "place left empty", place_left_empty, FINDING, "pdf.noiDungKy", "không đọc được" },
	{ "signed after a certification that forbids it", signed_after_no_more, FINDING, "pdf.thayDoi", "không cho ký thêm" },
};

static bool
all_good(const struct pades_facts *f)
{
	bool good = f->findings_n == 0 && f->signatures_n > 0;
	for (size_t i = 0; i < f->signatures_n; i++) {
		const struct pades_signature *s = &f->signatures[i];
		good &= s->range_ok && s->digest_ok && s->signature_ok && s->certificate_bound && s->algorithms_ok && s->later_ok;
	}
	return good;
}

static bool
shows(const struct pades_facts *f, size_t row)
{
	for (size_t i = 0; i < f->findings_n; i++)
		if (attacks[row].fact == FINDING && strcmp(f->findings[i].key, attacks[row].key) == 0 &&
		    strstr(f->findings[i].text, attacks[row].text) != NULL)
			return true;
	const struct pades_signature *s = f->signatures;
	switch (attacks[row].fact) {
	case DIGEST:
		return f->signatures_n > 0 && !s->digest_ok && s->signature_ok;
	case VALUE:
		return f->signatures_n > 0 && s->digest_ok && !s->signature_ok;
	case BOUND:
		return f->signatures_n > 0 && s->digest_ok && s->signature_ok && !s->certificate_bound;
	case ALGORITHM:
		return f->signatures_n > 0 && s->digest_ok && s->signature_ok && !s->algorithms_ok;
	default:
		return false;
	}
}

static void
test_attacks(void)
{
	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
		HB_SCOPED_ARENA    a;
		struct pades_facts f = { 0 };
		struct hb_err      err = HB_ERR_INIT;
		hb_arena_init(&a, (size_t)256 << 20);
		enum hb_code rc = pades_inspect(attacks[i].attack(&a), &a, &f, &err);
		if (!ok(rc == HB_OK && shows(&f, i) && !all_good(&f), "%s", attacks[i].name)) {
			printf("# code %d %s\n", rc, err.msg);
			for (size_t k = 0; k < f.findings_n; k++)
				printf("# %s: %s\n", f.findings[k].key, f.findings[k].text);
		}
	}
}

/* ---- every place, by chance ---- */

static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Whatever byte changes, the file is never good again; only the closing token's own certificates are not covered. */
static void
test_mutations(void)
{
	uint32_t state = 20260620;
	size_t   end = 0, missed = 0;
	HB_SCOPED_ARENA b;
	hb_arena_init(&b, (size_t)64 << 20);
	size_t hole = hole_of(3, &end, &b);
	for (int i = 0; i < MUTATIONS; i++) {
		HB_SCOPED_ARENA    a;
		struct pades_facts f = { 0 };
		hb_arena_init(&a, (size_t)64 << 20);
		size_t   at = next_random(&state) % closed.n;
		uint8_t *copy = hb_memdup(&a, closed.p, closed.n);
		copy[at] ^= (uint8_t)(1u << next_random(&state) % 8);
		if (pades_inspect(HB_BYTES(copy, closed.n), &a, &f, NULL) == HB_OK && all_good(&f) && (at <= hole || at >= end)) {
			printf("# byte %zu\n", at);
			missed++;
		}
	}
	ok(missed == 0, "%d changed bytes: none goes unseen", MUTATIONS);
	missed = 0;
	for (size_t n = 0; n < closed.n; n += 797) {
		HB_SCOPED_ARENA    a;
		struct pades_facts f = { 0 };
		hb_arena_init(&a, (size_t)64 << 20);
		missed += pades_inspect(HB_BYTES(closed.p, n), &a, &f, NULL) == HB_OK && f.signatures_n == 4;
	}
	ok(missed == 0, "cut anywhere: never four signatures");
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)256 << 20);
	pki = sp_pki();
	pages = sp_pages(2, &a);
	signed_pdf = sp_three(pages, &pki, &a);
	closed = sp_close(signed_pdf, &pki, &a);
	test_attacks();
	test_mutations();
	sp_pki_free(&pki);
	return tap_done();
}
