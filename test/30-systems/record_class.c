/* The class book: lossless both ways in JSON and XML, strict at the border, checked, recomputed, compared. */
#include "tap.h"

#include "record_book.h"
#include "record/contracts.h"

static void
same(const struct record_class *cls, const char *name)
{
	HB_SCOPED_ARENA a;
	struct hb_err err = HB_ERR_INIT;
	struct hb_bytes json, again, xml, xml_again;
	struct record_class *back;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	ok(record_class_to_json(cls, &a, &json, &err) == HB_OK, "%s is written as JSON", name);
	ok(record_class_from_json(json, &a, &back, &err) == HB_OK && record_class_to_json(back, &a, &again, &err) == HB_OK &&
	    again.n == json.n && memcmp(again.p, json.p, json.n) == 0, "%s: JSON comes back the same (%zu bytes) %s", name, json.n, err.msg);
	ok(record_class_to_xml(cls, &a, &xml, &err) == HB_OK, "%s is written as XML", name);
	ok(record_class_from_xml(xml, &a, &back, &err) == HB_OK && record_class_to_json(back, &a, &again, &err) == HB_OK &&
	    again.n == json.n && memcmp(again.p, json.p, json.n) == 0, "%s: XML says what JSON says (%zu bytes) %s", name, xml.n, err.msg);
	ok(record_class_from_json(json, &a, &back, &err) == HB_OK && record_class_to_xml(back, &a, &xml_again, &err) == HB_OK &&
	    xml_again.n == xml.n && memcmp(xml_again.p, xml.p, xml.n) == 0, "%s: JSON says what XML says", name);
	struct record_faults faults;
	ok(record_class_check(cls, &a, &faults, &err) == HB_OK && faults.n == 0, "%s agrees with itself", name);
	for (size_t i = 0; i < faults.n; i++)
		printf("# %s %s: %s\n", faults.v[i].path, faults.v[i].key, faults.v[i].text);
}

static void
test_round_trips(struct hb_arena *a)
{
	same(book_lower(a, RECORD_HK1, 5), "8A1 term 1");
	same(book_lower(a, RECORD_HK2, 5), "8A1 term 2");
	same(book_lower(a, RECORD_CN, 12), "8A1 year");
	same(book_upper(a, RECORD_CN, 6), "10A2 year");
	same(book_primary(a, RECORD_GK1, 4), "4B first half-term");
	same(book_primary(a, RECORD_CN, 4), "4B year");
}

/* ---- the border ---- */

static void
refused_json(const char *json, const char *place, const char *name)
{
	HB_SCOPED_ARENA a;
	struct hb_err err = HB_ERR_INIT;
	struct record_class *cls = NULL;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	enum hb_code c = record_class_from_json(HB_STR(json), &a, &cls, &err);
	ok(c != HB_OK && cls == NULL && strstr(err.msg, place) != NULL, "refused: %s (%s)", name, err.msg);
}

/* The text with the first `from` made `to`. */
static char *
edited(struct hb_arena *a, struct hb_bytes text, const char *from, const char *to)
{
	const char *s = (const char *)text.p, *at = strstr(s, from);
	return at == NULL ? NULL : hb_printf(a, "%.*s%s%s", (int)(at - s), s, to, at + strlen(from));
}

static void
test_hostile_json(struct hb_arena *a)
{
	struct hb_bytes json;
	struct record_class *cls = book_lower(a, RECORD_CN, 3);
	ok(record_class_to_json(cls, a, &json, NULL) == HB_OK, "a report to spoil");
	static const struct { const char *from, *to, *place, *name; } edits[] = {
		{ "\"year\":\"2025-2026\"", "\"year\":\"2025-2027\"", "year", "a school year of two years" },
		{ "\"grade\":8", "\"grade\":13", "grade", "grade 13" },
		{ "\"grade\":8", "\"grade\":\"8\"", "grade", "a number as text" },
		{ "\"period\":\"CN\"", "\"period\":\"HK3\"", "period", "an unknown period" },
		{ "\"version\":1", "\"version\":2", "version", "a version nobody knows" },
		{ "\"version\":1", "\"version\":1,\"extra\":0", "extra", "an unknown member" },
		{ "\"gk\":\"6.3\"", "\"gk\":\"10.5\"", "gk", "a mark over ten" },
		{ "\"gk\":\"6.3\"", "\"gk\":6.3", "gk", "a mark as a number" },
		{ "\"gk\":\"6.3\"", "\"gk\":\"6\"", "6.0", "a mark without its decimal" },
		{ "\"sex\":\"M\"", "\"sex\":\"X\"", "pupils[0].person.sex", "an unknown sex" },
		{ "\"name\":\"Nguyễn Văn An\"", "\"name\":\" Nguyễn Văn An\"", "pupils[0].person.name", "a blank before a name" },
		{ "\"name\":\"Nguyễn Văn An\"", "\"name\":\"Nguye\\u0302\\u0303n\"", "NFC", "a name in NFD" },
		{ "\"name\":\"Nguyễn Văn An\"", "\"name\":\"\"", "pupils[0].person.name", "an empty name" },
		{ "\"name\":\"Nguyễn Văn An\"", "\"name\":\"A\\u0007n\"", "kí tự", "a control character" },
		{ "\"personal_id\":\"079212000101\"", "\"personal_id\":\"79212000101\"", "personal_id", "11 digits" },
		{ "\"birth_date\":\"2012-01-01\"", "\"birth_date\":\"2012-13-01\"", "birth_date", "month 13" },
		{ "\"prepared_at\":\"2026-05-28T02:00:00Z\"", "\"prepared_at\":\"2026-05-28T09:00:00+07:00\"", "prepared_at", "a local time" },
		{ "\"pupils\":[", "\"pupils\":[3,", "pupils[0]", "a number for a pupil" },
		{ "\"school\":{", "\"school\":{\"code\":\"b\",", "", "a member twice" },
	};
	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
		char *bad = edited(a, json, edits[i].from, edits[i].to);
		if (ok(bad != NULL, "the report has %s", edits[i].from))
			refused_json(bad, edits[i].place, edits[i].name);
	}
	refused_json("[]", "JSON", "an array");
	refused_json("{}", "version", "nothing");
	for (size_t n = 0; n < json.n; n += json.n / 40 + 1) {
		HB_SCOPED_ARENA scratch;
		hb_arena_init(&scratch, HB_ARENA_DEFAULT);
		if (record_class_from_json(HB_BYTES(json.p, n), &scratch, &cls, NULL) == HB_OK)
			ok(false, "cut at %zu is accepted", n);
	}
	ok(true, "every cut of the report is refused");
}

static void
refused_xml(struct hb_arena *a, struct hb_bytes xml, const char *from, const char *to, const char *place, const char *name)
{
	struct hb_err err = HB_ERR_INIT;
	struct record_class *cls = NULL;
	char *bad = edited(a, xml, from, to);
	if (!ok(bad != NULL, "the book has %s", from))
		return;
	enum hb_code c = record_class_from_xml(HB_STR(bad), a, &cls, &err);
	ok(c == HB_E_INPUT && cls == NULL && strstr(err.msg, place) != NULL, "refused: %s (%s)", name, err.msg);
}

static void
test_hostile_xml(struct hb_arena *a)
{
	struct hb_bytes xml;
	struct record_class *cls = book_lower(a, RECORD_CN, 3);
	ok(record_class_to_xml(cls, a, &xml, NULL) == HB_OK, "a book to spoil");
	static const struct { const char *from, *to, *place, *name; } edits[] = {
		{ "<SO_THEO_DOI", "<!DOCTYPE x><SO_THEO_DOI", "", "a DOCTYPE" },
		{ "urn:hocba:so:1", "urn:hocba:so:2", "SO_THEO_DOI", "another namespace" },
		{ "PhienBan=\"1\"", "PhienBan=\"9\"", "SO_THEO_DOI", "another version" },
		{ "Id=\"bd-TOAN\"", "Id=\"bd-VAN\"", "bd-TOAN", "a region with the Id of another" },
		{ "Id=\"ttc\"", "", "Id", "a region without Id" },
		{ "<KHOI>8</KHOI>", "<KHOI>8<b></b></KHOI>", "KHOI", "an element inside a value" },
		{ "<KHOI>8</KHOI>", "<KHOI x=\"1\">8</KHOI>", "KHOI", "an attribute on a value" },
		{ "<KHOI>8</KHOI>", "<KHOI> 8</KHOI>", "KHOI", "a blank in a number" },
		{ "<KHOI>8</KHOI>", "<KHOI>8</KHOI>gì đó", "THONG_TIN_CHUNG", "text between elements" },
		{ "<KHOI>8</KHOI>", "<KHOI>8</KHOI><KHOI>9</KHOI>", "CAP_HOC", "a value twice" },
		{ "<KHOI>8</KHOI>", "<!--9--><KHOI>8</KHOI>", "chú thích", "a comment" },
		{ "<DDGGK>6.3</DDGGK>", "<DDGGK>6,3</DDGGK>", "DDGGK", "a comma in a signed mark" },
		{ "<GVBM Mon=\"TOAN\" So=\"1\"></GVBM>", "", "GVBM", "a missing slot" },
		{ "<GVBM Mon=\"TOAN\" So=\"1\">", "<GVBM Mon=\"TOAN\" So=\"3\">", "GVBM", "a slot of nobody" },
		{ "<GVCN></GVCN>", "<GVCN><x></x></GVCN>", "GVCN", "a slot with something else" },
		{ "<GVCN></GVCN>", "<GVCN></GVCN><GVCN></GVCN>", "chỗ kí", "a slot twice" },
		{ "<DON_VI></DON_VI>", "", "DON_VI", "no slot for the seal" },
		{ "<GVCN></GVCN>", "<GVCN><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"></Signature><Signature "
		    "xmlns=\"http://www.w3.org/2000/09/xmldsig#\"></Signature></GVCN>", "2 chữ kí", "two signatures in one slot" },
	};
	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++)
		refused_xml(a, xml, edits[i].from, edits[i].to, edits[i].place, edits[i].name);
	char *signed_book = edited(a, xml, "<GVCN></GVCN>",
	    "<GVCN><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"s-gvcn\"></Signature></GVCN>");
	ok(record_class_from_xml(HB_STR(signed_book), a, &cls, NULL) == HB_OK, "a signature in its slot is skipped");
	char *entity = edited(a, xml, "Lê Thị Lan", "L&#xEA; Thị Lan");
	ok(record_class_from_xml(HB_STR(entity), a, &cls, NULL) == HB_OK, "a character reference is the character");
}

static void
test_roll(struct hb_arena *a)
{
	struct hb_bytes xml;
	struct record_class *cls = book_lower(a, RECORD_CN, 2);
	cls->signers[1].subject = cls->signers[0].subject;
	ok(record_class_to_xml(cls, a, &xml, NULL) == HB_E_INPUT, "two signers of one place are not written");
	cls->signers[1].subject = NULL;
	ok(record_class_to_xml(cls, a, &xml, NULL) == HB_E_INPUT, "nor a subject teacher without a subject");
}

static void
test_names(struct hb_arena *a)
{
	struct record_class *cls = book_lower(a, RECORD_CN, 2);
	char slot[RECORD_SLOT_LEN], regions[RECORD_REGIONS_MAX][RECORD_SLOT_LEN];
	record_class_slot(&cls->signers[0], slot);
	is(slot, "s-TOAN-1", "a subject teacher's slot");
	ok(record_class_regions(&cls->signers[0], regions) == 2, "a subject teacher signs two regions");
	is(regions[1], "bd-TOAN", "the head and the subject's rows");
	record_class_slot(&cls->signers[cls->n_signers - 1], slot);
	is(slot, "s-dv", "the unit's slot");
	record_class_regions(&cls->signers[cls->n_signers - 1], regions);
	is(regions[1], "dl", "the seal covers all data");
}

/* ---- agreeing with itself, and with the circulars ---- */

static bool
finds(struct hb_arena *a, const struct record_class *cls, const char *key)
{
	struct record_faults faults;
	if (record_class_check(cls, a, &faults, NULL) != HB_OK)
		return false;
	for (size_t i = 0; i < faults.n; i++)
		if (strcmp(faults.v[i].key, key) == 0)
			return true;
	return false;
}

static void
test_check(struct hb_arena *a)
{
	struct record_class *cls = book_lower(a, RECORD_CN, 3);
	cls->subjects[0].rows[0].term[0]->gk = RECORD_MARK_OF(RECORD_D);
	ok(finds(a, cls, "banGhi.saiThangDiem"), "a level in a score subject is found");
	ok(finds(a, cls, "banGhi.saiSoLieu"), "and the counts no longer agree");
	cls = book_lower(a, RECORD_CN, 3);
	cls->subjects[3].rows[1].pupil = "p-999";
	ok(finds(a, cls, "banGhi.hocSinhLa"), "a row of a stranger is found");
	cls = book_lower(a, RECORD_CN, 3);
	cls->n_signers--;
	ok(finds(a, cls, "banGhi.thieuNguoiKi"), "a year without the unit's seal is found (D12.7)");
	cls = book_lower(a, RECORD_CN, 3);
	cls->signers[2].stand_in_reason = "nghỉ";
	ok(finds(a, cls, "banGhi.kiThayThieuLiDo"), "a reason without the one replaced is found (D12.6)");
	cls = book_lower(a, RECORD_CN, 3);
	cls->signers[1].decision_number = NULL;
	ok(finds(a, cls, "banGhi.thieuQuyetDinh"), "a signer without a decision is found (D6b, D6c)");
	cls = book_lower(a, RECORD_HK1, 3);
	cls->subjects[0].rows[0].term[1] = cls->subjects[0].rows[0].term[0];
	ok(finds(a, cls, "banGhi.saiKi"), "marks of another term are found");
	cls = book_primary(a, RECORD_CN, 3);
	cls->subjects[0].rows[0].test = RECORD_SCORE(85);
	ok(finds(a, cls, "banGhi.saiThangDiem"), "half a mark in a primary test is found");
}

static void
test_compute(struct hb_arena *a)
{
	struct record_class *cls = book_lower(a, RECORD_CN, 6), *computed;
	struct record_gaps gaps;
	struct record_differences d;
	ok(record_class_compute(cls, a, &computed, &gaps, NULL) == HB_OK && gaps.n == 0, "a full year lacks nothing");
	ok(record_class_compare(cls, computed, RECORD_ALL_CELLS, a, &d, NULL) == HB_OK && d.n == 0, "recomputing agrees in every cell (D2.1)");
	const struct record_review *third = record_class_review(computed, "p-003");
	ok(third->academic_year == RECORD_CD && third->promotion == RECORD_RETAKE, "the pupil who failed two subjects must retake");

	cls->subjects[0].rows[0].term[1]->average.tenths += 1;
	cls->reviews[2].promotion = RECORD_PROMOTED;
	ok(record_class_compute(cls, a, &computed, &gaps, NULL) == HB_OK &&
	    record_class_compare(cls, computed, RECORD_DERIVED, a, &d, NULL) == HB_OK && d.n == 2, "two false cells are found");
	is(d.v[0].subject, "TOAN", "the first in mathematics");
	is(d.v[0].what, "term2.average", "second term");
	is(d.v[1].what, "promotion", "the second with the homeroom teacher");
	ok(d.v[1].subject == NULL && strcmp(d.v[1].left, "promoted") == 0 && strcmp(d.v[1].right, "retake") == 0, "with both values");

	cls = book_lower(a, RECORD_CN, 3);
	cls->subjects[0].rows[0].term[1]->ck = (struct record_mark){ 0 };
	ok(record_class_compute(cls, a, &computed, &gaps, NULL) == HB_OK && gaps.n == 1 && gaps.v[0].term == 2 &&
	    gaps.v[0].field == RULES_F_CK && strcmp(gaps.v[0].subject, "TOAN") == 0, "a missing final test is named");
	ok(computed->subjects[0].rows[0].year.kind == RECORD_MARK_NONE && computed->reviews[0].promotion == RECORD_INCOMPLETE,
	    "and what rests on it stays empty");
}

static void
test_summer(struct hb_arena *a)
{
	struct record_class *cls = book_lower(a, RECORD_HE, 3), *computed;
	struct record_gaps gaps;
	cls->subjects[0].rows[2].retake = cls->subjects[1].rows[2].retake = RECORD_SCORE(55);
	ok(record_class_compute(cls, a, &computed, &gaps, NULL) == HB_OK, "a book after the summer is computed");
	const struct record_review *v = record_class_review(computed, "p-003");
	ok(v->promotion == RECORD_RETAKE && v->promotion_after_summer == RECORD_PROMOTED, "promoted after the retake (TT22 Đ14)");
	ok(computed->subjects[0].rows[2].after_retake.tenths == 55, "the retake stands for the year (TT22 Đ14)");
}

static void
test_explain(struct hb_arena *a)
{
	struct record_class *cls = book_primary(a, RECORD_CN, 3);
	struct rules27_result result;
	struct rules_notes notes = { .a = a };
	ok(record_assess27(cls, "p-001", &result, &notes, NULL) == HB_OK && notes.n > 0, "one pupil's result comes with its reasons");
	struct rules22_result other;
	struct hb_err err = HB_ERR_INIT;
	ok(record_assess22(book_lower(a, RECORD_CN, 1), "p-077", &other, NULL, &err) == HB_E_NOTFOUND, "a stranger has none");
	is(err.key, "hocBa.khongCoHocSinh", "and the failure says so");
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)256 << 20);
	test_round_trips(&a);
	test_hostile_json(&a);
	test_hostile_xml(&a);
	test_names(&a);
	test_roll(&a);
	test_check(&a);
	test_compute(&a);
	test_summer(&a);
	test_explain(&a);
	return tap_done();
}
