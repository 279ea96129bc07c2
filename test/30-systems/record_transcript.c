/* The transcript: built from a class book, lossless in XML, grown without touching earlier bytes, shown in part. */
#include "tap.h"

#include "record_book.h"
#include "record/disclose.h"

static void
test_build(struct hb_arena *a)
{
	struct hb_err err = HB_ERR_INIT;
	struct record_class *cls = book_lower(a, RECORD_CN, 6);
	struct record_year *y = book_year(a, cls, 0), none;
	struct record_year_spec spec = { .record_code = "HB-1", .effective_at = "2026-06-29T17:00:00Z", .prepared_at = "2026-06-02T02:00:00Z" };
	ok(y->n_results == 12 && strcmp(y->results[0].code, "TOAN") == 0 && strcmp(y->results[11].code, "HDTN") == 0,
	    "the year has the pupil's subjects in the order of the form");
	const struct record_row *row = record_subject_row(record_class_subject(cls, "KHTN"), "p-001");
	ok(record_mark_eq(y->results[2].year, row->year) && record_mark_eq(y->results[2].term[0], row->term[0]->average),
	    "results are those of the class book");
	is(y->hash_root != NULL ? "root" : NULL, "root", "the root of the hash tree stands in the year");
	char slot[RECORD_SLOT_LEN], regions[RECORD_REGIONS_MAX][RECORD_SLOT_LEN];
	record_year_slot(y, &y->signers[0], slot);
	is(slot, "s-2025-2026-TOAN-1", "a subject teacher's slot");
	ok(record_year_regions(y, &y->signers[0], regions) == 2, "who signs two regions (D23.5a)");
	is(regions[1], "dtk-2025-2026-TOAN", "the year's head and the subject's result");
	ok(record_year_regions(y, &y->signers[y->n_signers - 1], regions) == 2, "the seal signs two regions");
	is(regions[0], "ll-1", "the profile");
	is(regions[1], "data-2025-2026", "and all data of the year");

	cls->pupils[1].person.personal_id = NULL;
	ok(record_year_build(cls, "p-002", &spec, a, &none, &err) == HB_E_RULE, "no transcript without a personal id (D2.6)");
	is(err.key, "hocBa.chuaCoSoDinhDanh", "and the failure says so");
	ok(record_year_build(cls, "p-999", &spec, a, &none, NULL) == HB_E_NOTFOUND, "no transcript of a stranger");
	ok(record_year_build(book_lower(a, RECORD_HK1, 2), "p-001", &spec, a, &none, NULL) == HB_E_RULE, "no year from a term file");
	spec.extract_on = "2026-01-09";
	ok(record_year_build(book_lower(a, RECORD_HK1, 2), "p-001", &spec, a, &none, NULL) == HB_OK, "but an extract to date (D15.2b)");
	record_year_slot(&none, &none.signers[0], slot);
	is(slot, "s-2025-2026-t-TOAN-1", "whose slots carry its own key");

	struct record_year *primary = book_year(a, book_primary(a, RECORD_CN, 2), 0);
	ok(primary->n_signers == 3 && primary->signers[0].role == RECORD_GVCN, "primary: homeroom, head and unit sign");
	spec = (struct record_year_spec){ .record_code = "HB-1", .effective_at = "2026-06-29T17:00:00Z", .prepared_at = "2026-06-02T02:00:00Z",
		.subject_teachers_sign = true };
	cls = book_primary(a, RECORD_CN, 2);
	struct record_signer roll[8] = { cls->signers[0] };
	roll[0].role = RECORD_GVBM;
	roll[0].subject = cls->subjects[0].code;
	roll[0].ordinal = 1;
	for (size_t i = 0; i < cls->n_signers && i < 7; i++)
		roll[i + 1] = cls->signers[i];
	cls->signers = roll;
	cls->n_signers++;
	ok(record_year_build(cls, cls->pupils[0].id, &spec, a, &none, NULL) == HB_OK && none.n_signers == 4 && none.signers[0].role == RECORD_GVBM,
	    "and the subject teachers where the school asks (seed002-7.1)");
	cls = book_lower(a, RECORD_CN, 2);
	ok(cls->reviews[0].n_achievements == 2 && y->review.n_achievements == 2 &&
	        strcmp(y->review.achievements[0].decision_number, cls->reviews[0].achievements[0].decision_number) == 0,
	    "achievements come over with their decisions (D4.1d)");
	struct record_class *upper = book_upper(a, RECORD_CN, 4);
	ok(book_year(a, upper, 0)->n_results == 12 && book_year(a, upper, 1)->n_results == 12, "a pupil of THPT has the common and the chosen subjects");
	ok(strcmp(book_year(a, upper, 0)->results[4].code, book_year(a, upper, 1)->results[4].code) != 0, "and pupils differ in them");
}

static bool
same_xml(struct hb_arena *a, struct hb_bytes xml)
{
	struct record_transcript *back;
	struct hb_bytes again;
	struct hb_err err = HB_ERR_INIT;
	bool same = record_transcript_from_xml(xml, a, &back, &err) == HB_OK &&
	    record_transcript_to_xml(back, a, &again, &err) == HB_OK && again.n == xml.n && memcmp(again.p, xml.p, xml.n) == 0;
	if (!same)
		printf("# %s\n", err.msg);
	return same;
}

/* The document of a pupil who was signed: the seal's slot filled. */
static char *
sealed(struct hb_arena *a, struct hb_bytes xml)
{
	const char *s = (const char *)xml.p, *at = strstr(s, "</KY_PHAT_HANH>");
	return hb_printf(a, "%.*s<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"s-2025-2026-dv\"></Signature>%s",
	    (int)(at - s), s, at);
}

static void
test_xml(struct hb_arena *a)
{
	struct hb_bytes xml, two, three;
	struct hb_err err = HB_ERR_INIT;
	struct record_class *cls = book_lower(a, RECORD_CN, 4);
	struct record_transcript *t = book_transcript(a, cls, 0), *back;
	ok(record_transcript_to_xml(t, a, &xml, &err) == HB_OK && same_xml(a, xml), "THCS comes back the same (%zu bytes)", xml.n);
	ok(record_transcript_to_xml(book_transcript(a, book_upper(a, RECORD_CN, 2), 1), a, &two, &err) == HB_OK && same_xml(a, two), "THPT too");
	ok(record_transcript_to_xml(book_transcript(a, book_primary(a, RECORD_CN, 2), 1), a, &two, &err) == HB_OK && same_xml(a, two), "tiểu học too");

	char *first = sealed(a, xml);
	struct record_year *next = book_year(a, cls, 0);
	ok(record_transcript_append_year(HB_STR(first), next, a, &two, &err) == HB_E_CONFLICT, "the same year is not added twice");
	next->year = "2026-2027";
	next->grade = 9;
	err = HB_ERR_INIT;
	ok(record_transcript_append_year(HB_STR(first), next, a, &two, &err) == HB_OK, "the next year is added %s", err.msg);
	size_t kept = strlen(first) - strlen("</HOC_BA>");
	ok(two.n > kept && memcmp(two.p, first, kept) == 0, "every earlier byte is as it was signed");
	ok(record_transcript_from_xml(two, a, &back, &err) == HB_OK && back->n_years == 2 && back->years[1].grade == 9, "both years are read");

	struct record_profile changed = *t->profiles;
	changed.ordinal = 2;
	changed.person.name = "Nguyễn Hoàng An";
	changed.valid_from = changed.decision_date = "2026-09-10";
	changed.decision_number = "88/QĐ-UBND";
	ok(record_transcript_append_profile(two, &changed, a, &three, &err) == HB_OK, "a change of civil status is added (D14.7)");
	ok(memcmp(three.p, two.p, two.n - strlen("</HOC_BA>")) == 0 && strstr((const char *)three.p, "<XAC_NHAN_LY_LICH So=\"2\">") != NULL,
	    "after the signed bytes, with its own slots");
	ok(record_transcript_append_profile(three, &changed, a, &two, &err) == HB_E_CONFLICT, "the same profile is not added twice");
}

static void
refused(struct hb_arena *a, struct hb_bytes xml, const char *from, const char *to, const char *place, const char *name)
{
	struct hb_err err = HB_ERR_INIT;
	struct record_transcript *t = NULL;
	const char *s = (const char *)xml.p, *at = strstr(s, from);
	if (!ok(at != NULL, "the document has %s", from))
		return;
	char *bad = hb_printf(a, "%.*s%s%s", (int)(at - s), s, to, at + strlen(from));
	enum hb_code c = record_transcript_from_xml(HB_STR(bad), a, &t, &err);
	ok(c == HB_E_INPUT && t == NULL && strstr(err.msg, place) != NULL, "refused: %s (%s)", name, err.msg);
}

static void
test_hostile(struct hb_arena *a)
{
	struct hb_bytes xml;
	ok(record_transcript_to_xml(book_transcript(a, book_lower(a, RECORD_CN, 2), 0), a, &xml, NULL) == HB_OK, "a document to spoil");
	refused(a, xml, "Nam=\"2025-2026\"", "Nam=\"2024-2025\"", "Id", "a year that calls itself otherwise");
	refused(a, xml, "Id=\"data-2025-2026\"", "Id=\"data\"", "Id", "a region with another Id");
	refused(a, xml, "Id=\"dtk-2025-2026-TOAN\"", "Id=\"dtk-2025-2026-VAN\"", "Id", "a result under another subject's Id");
	refused(a, xml, "<LY_LICH_SO>1</LY_LICH_SO>", "<LY_LICH_SO>2</LY_LICH_SO>", "LY_LICH", "a profile that is not there");
	refused(a, xml, "<KY_PHAT_HANH></KY_PHAT_HANH>", "", "KY_PHAT_HANH", "no slot for the seal");
	refused(a, xml, "<LY_LICH ", "<NAM_HOC></NAM_HOC><LY_LICH ", "Nam", "an empty year");
	refused(a, xml, "Id=\"ll-1\" So=\"1\"", "Id=\"ll-2\" So=\"2\"", "LY_LICH", "a second profile without the first");
	refused(a, xml, "</HOC_BA>", "<KHAC></KHAC></HOC_BA>", "KHAC", "a foreign part at the end");
	refused(a, xml, "<SO_DINH_DANH_CA_NHAN>0", "<SO_DINH_DANH_CA_NHAN>x", "12", "a personal id with a letter");
	for (size_t n = 0; n < xml.n; n += xml.n / 60 + 1) {
		HB_SCOPED_ARENA scratch;
		struct record_transcript *t;
		hb_arena_init(&scratch, HB_ARENA_DEFAULT);
		if (record_transcript_from_xml(HB_BYTES(xml.p, n), &scratch, &t, NULL) == HB_OK)
			ok(false, "cut at %zu is accepted", n);
	}
	ok(true, "every cut of the document is refused");
}

static void
test_disclose(struct hb_arena *a)
{
	struct record_year *y = book_year(a, book_lower(a, RECORD_CN, 2), 0);
	struct hb_bytes secret = HB_BYTES(book_secret, 32);
	struct hb_sha256 root;
	struct record_proof p;
	ok(record_hash_root(y, secret, a, &root, NULL) == HB_OK, "the root is computed");
	is(hb_hex(a, HB_BYTES(root.b, sizeof root.b)), y->hash_root, "over all fields but itself");
	ok(record_prove(y, secret, "DIEM_TONG_KET[0].CA_NAM", a, &p, NULL) == HB_OK && record_proof_holds(&p, &root),
	    "one mark is shown alone: %s, %zu hashes of %zu leaves", p.value, p.n_hashes, p.leaves);
	const char *value = p.value;
	p.value = "10.0";
	ok(!record_proof_holds(&p, &root), "another mark is not");
	p.value = value;
	p.index ^= 1;
	ok(!record_proof_holds(&p, &root), "nor the mark at another place");
	p.index ^= 1;
	p.n_hashes--;
	ok(!record_proof_holds(&p, &root), "nor with a hash less");
	ok(record_prove(y, secret, "DIEM_TONG_KET[0].XEP_HANG", a, &p, NULL) == HB_E_NOTFOUND, "there is no rank to show");
	size_t proven = 0;
	for (size_t i = 0; i < y->n_results; i++) {
		const char *path = hb_printf(a, "DIEM_TONG_KET[%zu].TEN_MON", i);
		proven += record_prove(y, secret, path, a, &p, NULL) == HB_OK && record_proof_holds(&p, &root);
	}
	ok(proven == y->n_results, "every subject has its proof");
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)256 << 20);
	test_build(&a);
	test_xml(&a);
	test_hostile(&a);
	test_disclose(&a);
	return tap_done();
}
