/* Bad deposits at the Sở: each is refused by its key in a signed receipt, and nothing of it is kept. */
#include "city_world.h"

#define OTHER_SCHOOL "79-760-99"
static char own_code[32], other_code[32];

static struct exchange_receipt
reserve(const char *school, const char *code)
{
	return ask(3, "codes-reserve", hb_printf(&w.a, "{\"v\":1,\"school\":\"%s\",\"level\":\"THCS\",\"codes\":[\"%s\"]}", school, code));
}

/* A school and the member whose messages speak for it. */
struct seat { const char *school, *member; };

static enum hb_code
seat_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct seat *s = ctx;
	return city_school_set(tx, &(struct city_school){ s->school, "Trường thử", s->member }, "so", err);
}

static void
seat(const char *school, const char *member)
{
	struct seat s = { school, member };
	world_must(db_write(town->db, seat_fn, &s, NULL) == HB_OK);
}

static bool
nothing_kept(int64_t records)
{
	return raw(town, "SELECT count(*) FROM city_record") == records && raw(town, "SELECT count(*) FROM city_file") == 2 * records;
}

/* -- signatures ------------------------------------------------------------------------------------------- */

static void
signatures(void)
{
	const struct { const char *name; struct signing how; const char *key; } t[] = {
		{ "a personal certificate in the unit's slot", { .wrong_kind = "s-2025-2026-dv" }, "nop.xmlSai" },
		{ "a unit's certificate in the head's slot", { .wrong_kind = "s-2025-2026-cbql" }, "nop.xmlSai" },
		{ "another person's certificate", { .wrong_person = "s-2025-2026-gvcn" }, "nop.xmlSai" },
		{ "certificates that expired before they signed", { .cert_until = w.start - 3600, .no_evidence = true }, "nop.xmlSai" },
		{ "a seal revoked before it was set, nothing said of it", { .revoked = "s-2025-2026-dv" }, "nop.khongTinDuoc" },
		{ "no evidence", { .no_evidence = true }, "nop.khongTinDuoc" },
		{ "no seal", { .skip = "s-2025-2026-dv" }, "nop.xmlSai" },
		{ "a subject teacher who did not sign", { .skip = "s-2025-2026-TOAN-1", .alone = "s-2025-2026-gvcn" }, "nop.xmlSai" },
		{ "a head who signed before the teachers", { .late = "s-2025-2026-cbql" }, "nop.xmlSai" },
	};
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct made m = make_wished(&(struct wish){ .code = own_code, .revision = 1, .how = &t[i].how });
		struct exchange_receipt r = deposit(&m);
		ok(refused_for(&r, t[i].key) && nothing_kept(0), "%s: %s", t[i].name, t[i].key);
	}
}

/* -- bytes ------------------------------------------------------------------------------------------------ */

static struct hb_bytes
with_doctype(struct hb_bytes xml)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, HB_BUF_MAX);
	const char *root = memmem(xml.p, xml.n, "<HOC_BA", 7);
	world_must(root != NULL);
	hb_put(&b, xml.p, (size_t)(root - (const char *)xml.p));
	hb_puts(&b, "<!DOCTYPE HOC_BA [<!ENTITY a \"aaaaaaaaaa\">]>");
	hb_put(&b, root, xml.n - (size_t)(root - (const char *)xml.p));
	return HB_BYTES(hb_memdup(&w.a, b.p, b.len), b.len);
}

static void
bytes(const struct made *m)
{
	const struct hb_bytes pdf = pdf_of(m, '+'), nothing = HB_BYTES("", 0);
	const struct { const char *name; struct hb_bytes xml, pdf; const char *key; } t[] = {
		{ "an XML cut in half", HB_BYTES(m->xml.p, m->xml.n / 2), pdf, "nop.xmlSai" },
		{ "an XML without its last byte but one", HB_BYTES(m->xml.p, m->xml.n - 2), pdf, "nop.xmlSai" },
		{ "a DOCTYPE", with_doctype(m->xml), pdf, "nop.xmlSai" },
		{ "text for an XML", HB_STR("xin chào"), pdf, "nop.xmlSai" },
		{ "a PDF for the XML", pdf, pdf, "nop.xmlSai" },
		{ "the XML for a PDF", m->xml, m->xml, "nop.pdfSai" },
		{ "no XML", nothing, pdf, "nop.coTep" },
		{ "no PDF", m->xml, nothing, "nop.coTep" },
	};
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct exchange_receipt r = deposit_files(m, NULL, 0, t[i].xml, t[i].pdf);
		ok(refused_for(&r, t[i].key) && nothing_kept(0), "%s: %s", t[i].name, t[i].key);
	}
	const struct { const char *name, *payload, *key; } letters[] = {
		{ "a letter that is no JSON", "{", "json.saiDang" },
		{ "a letter of another version", "{\"v\":9}", "thu.phienBan" },
		{ "a letter without files", hb_printf(&w.a, "{\"v\":1,\"code\":\"%s\",\"year\":\"" YEAR "\",\"version\":1}", own_code), "json.thieuTruong" },
		{ "files that are no base64", hb_printf(&w.a, "{\"v\":1,\"code\":\"%s\",\"year\":\"" YEAR "\",\"version\":1,\"xml\":\"*\",\"pdf\":\"*\"}",
		    own_code), "ma.saiDang" },
		{ "a mistyped code", "{\"v\":1,\"code\":\"HB-1\",\"year\":\"" YEAR "\",\"version\":1,\"xml\":\"QQ==\",\"pdf\":\"QQ==\"}", "nop.maLa" },
	};
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
		struct exchange_receipt r = ask(4, "deposit", letters[i].payload);
		ok(refused_for(&r, letters[i].key) && nothing_kept(0), "%s: %s", letters[i].name, letters[i].key);
	}
}

/* -- whose ------------------------------------------------------------------------------------------------ */

static void
strangers(const struct made *own)
{
	struct made m = make_record(0, other_code, 1, NULL, false);
	approve(m.seal);
	struct exchange_receipt r = deposit(&m);
	ok(refused_for(&r, "nop.maTruongKhac") && nothing_kept(0), "a code that another school was given");
	r = deposit_files(own, NULL, 0, own->xml, pdf_of(own, '+'));
	ok(refused_for(&r, "nop.chungThuDonVi") && nothing_kept(0), "a seal the Sở has not approved");
	approve(own->seal);
	seat(SCHOOL, "ministry");
	r = deposit(own);
	ok(refused_for(&r, "truong.khongDaiDien") && nothing_kept(0), "pupils of a school the sender does not speak for");
	seat(SCHOOL, "transcript");
}

/* -- twice, older, and other years ------------------------------------------------------------------------ */

static struct exchange_receipt
deposit_year(const struct made *m, const char *year)
{
	return ask(4, "deposit", hb_printf(&w.a, "{\"v\":1,\"code\":\"%s\",\"year\":\"%s\",\"version\":%d,\"xml\":\"%s\",\"pdf\":\"%s\"}", m->code,
	    year, m->revision, hb_base64(&w.a, m->xml), hb_base64(&w.a, pdf_of(m, '+'))));
}

/* The same record with the next year after it. */
static struct made
with_next_year(const struct made *first, const char *year)
{
	struct roll roll;
	struct made m = *first;
	struct record_year *next = book_year(&w.a, book_lower(&w.a, RECORD_CN, 4), 0);
	next->year = year;
	next->record_code = first->code;
	world_must(record_transcript_append_year(first->xml, next, &w.a, &m.xml, NULL) == HB_OK && roll_of_transcript(m.xml, &w.a, &roll, NULL) == HB_OK);
	m.xml = world_sign_all(&w, m.xml, &roll, 1, NULL);
	struct verify_report r = world_verify(&w, m.xml, 0);
	if (r.verdict != VERIFY_VALID)
		world_show(&r);
	m.seal = verify_seal(&r)->certificate->der;
	m.revision = 1;
	return m;
}

static void
repeated(const struct made *own)
{
	struct exchange_receipt r = deposit(own);
	ok(accepted(&r) && nothing_kept(1), "the good record goes in");
	r = deposit(own);
	ok(accepted(&r) && json_is_true(json_object_get(r.result, "known")) && nothing_kept(1), "twice is once");
	struct made again = make_record(0, own_code, 1, NULL, false);
	approve(again.seal);
	r = deposit(&again);
	ok(refused_for(&r, "nop.banCu") && nothing_kept(1), "the same version signed anew");
	struct made second = make_record(0, own_code, 2, own->fingerprint, false);
	approve(second.seal);
	r = deposit(&second);
	ok(accepted(&r) && nothing_kept(2), "a newer version");
	r = deposit(own);
	ok(refused_for(&r, "nop.banCu") && nothing_kept(2), "the older after it");
	struct made alone = make_wished(&(struct wish){ .code = own_code, .year = "2026-2027", .revision = 1 });
	approve(alone.seal);
	r = deposit_year(&alone, "2026-2027");
	ok(refused_for(&r, "nop.thieuNamTruoc") && nothing_kept(2), "next year's record without the year before (D14.3)");
	struct made changed = with_next_year(&again, "2026-2027");
	approve(changed.seal);
	r = deposit_year(&changed, "2026-2027");
	ok(refused_for(&r, "nop.khacNamTruoc") && nothing_kept(2), "next year's record after another first year than the one held");
}

int
main(void)
{
	city_world_open();
	seat(OTHER_SCHOOL, "transcript");
	snprintf(own_code, sizeof own_code, "%s", hb_record_code_new().s);
	snprintf(other_code, sizeof other_code, "%s", hb_record_code_new().s);
	struct exchange_receipt r = reserve(SCHOOL, own_code);
	ok(accepted(&r), "a code of our own");
	r = reserve(OTHER_SCHOOL, other_code);
	ok(accepted(&r), "and one of another school");
	signatures();
	struct made own = make_record(0, own_code, 1, NULL, false);
	bytes(&own);
	strangers(&own);
	repeated(&own);
	city_world_close();
	return tap_done();
}
