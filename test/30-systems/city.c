/* systems/city and systems/ministry: codes, unit certificates, deposits, the lock, corrections, and the report. */
#include "city_world.h"

/* -- the table of states ---------------------------------------------------------------------------------- */

static void
states(void)
{
	static const enum city_state final[] = { CITY_REPLACED, CITY_RECALLED, CITY_CORRECTED, CITY_USED, CITY_CANCELLED, CITY_REJECTED,
		CITY_WITHDRAWN, CITY_DONE };
	bool reached[CITY_OBJECT__MAX][CITY_STATE__MAX] = { 0 }, any[CITY_STATE__MAX] = { [CITY_NONE] = true };
	int twice = 0;
	for (int o = 0; o < CITY_OBJECT__MAX; o++)
		reached[o][CITY_NONE] = true;
	for (int pass = 0; pass < CITY_STATE__MAX; pass++)
		for (size_t i = 0; i < city_moves_n; i++)
			if (reached[city_moves[i].object][city_moves[i].from])
				any[city_moves[i].to] = reached[city_moves[i].object][city_moves[i].to] = true;
	for (int s = 0; s < CITY_STATE__MAX; s++)
		ok(any[s] && (int)city_state_parse(city_state_word((enum city_state)s)) == s, "state %s is reached", city_state_word((enum city_state)s));
	for (size_t i = 0; i < city_moves_n; i++) {
		for (size_t k = 0; k < sizeof final / sizeof final[0]; k++)
			if (city_moves[i].from == final[k])
				ok(false, "nothing leaves %s", city_state_word(final[k]));
		for (size_t k = i + 1; k < city_moves_n; k++)
			twice += city_moves[i].object == city_moves[k].object && city_moves[i].from == city_moves[k].from
			    && city_moves[i].to == city_moves[k].to;
	}
	ok(twice == 0, "no move stands twice");
	ok(city_move_check(CITY_RECORD, CITY_LOCKED, CITY_RECALLED, NULL) == HB_E_CONFLICT
	    && city_move_check(CITY_RECORD, CITY_LOCKED, CITY_DEPOSITED, NULL) == HB_E_CONFLICT, "after the lock nothing goes back");
}

/* -- codes ------------------------------------------------------------------------------------------------ */

static char codes[4][32];

static const char *
code_list(const char *one, const char *two)
{
	return hb_printf(&w.a, "{\"v\":1,\"school\":\"" SCHOOL "\",\"level\":\"THCS\",\"reason\":\"nhập nhầm\",\"codes\":[\"%s\",\"%s\"]}", one, two);
}

static void
reserve_codes(void)
{
	for (int i = 0; i < 4; i++)
		snprintf(codes[i], sizeof codes[i], "%s", hb_record_code_new().s);
	struct exchange_receipt r = ask(3, "codes-reserve", code_list(codes[0], codes[1]));
	ok(accepted(&r) && json_array_size(json_object_get(r.result, "codes")) == 2, "codes are reserved in bulk");
	r = ask(3, "codes-reserve", code_list(codes[0], codes[2]));
	ok(accepted(&r), "asking again is no fault");
	r = ask(3, "codes-reserve", code_list(codes[3], "HB-0000-0000-0000-0000-Z"));
	ok(refused_for(&r, "maSo.saiDang"), "a mistyped code is refused by name");
	r = ask(3, "codes-cancel", code_list(codes[2], codes[3]));
	ok(accepted(&r) && json_array_size(json_object_get(r.result, "cancelled")) == 1
	    && json_array_size(json_object_get(r.result, "failed")) == 1, "an unused code is cancelled, an unknown one named");
	r = ask(3, "codes-reserve", code_list(codes[2], codes[3]));
	ok(refused_for(&r, "maSo.daHuy"), "a cancelled code never comes back");
	r = ask(3, "codes-check", code_list(codes[0], codes[2]));
	const json_t *list = json_object_get(r.result, "codes");
	ok(accepted(&r) && !strcmp(json_string_value(json_object_get(json_array_get(list, 1), "state")), "CANCELLED"), "codes can be checked");
	const char *pupils = "{\"v\":1,\"school\":\"" SCHOOL "\",\"level\":\"THCS\",\"pupils\":[{\"ref\":\"a\",\"personal_id\":\"079213000999\"},"
	    "{\"ref\":\"b\",\"personal_id\":\"12\"}]}";
	r = ask(3, "codes-reserve", pupils);
	struct exchange_receipt again = ask(3, "codes-reserve", pupils);
	ok(accepted(&r) && json_equal(json_object_get(r.result, "codes"), json_object_get(again.result, "codes"))
	    && json_array_size(json_object_get(r.result, "failed")) == 1, "one code a pupil and level, the same on asking again");
	r = ask(3, "codes-reserve", "{\"v\":1,\"school\":\"01-001-01\",\"level\":\"THCS\",\"codes\":[]}");
	ok(refused_for(&r, "truong.khongDaiDien"), "another school's codes are none of its business");
}

/* -- certificates ------------------------------------------------------------------------------------------ */

static void
certificates(const struct made *m)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	struct pki_cert *person = world_cert(&w, key, &(struct testpki_subject){ .ca = TESTPKI_PUBLIC, .name = "Người", .id = "CCCD:001095012345" });
	EVP_PKEY_free(key);
	struct exchange_receipt r = register_certificate(person->der);
	ok(refused_for(&r, "chungThu.khongPhaiDonVi"), "a personal certificate is no seal");
	r = deposit(m);
	ok(refused_for(&r, "nop.chungThuDonVi"), "a seal nobody approved");
	r = register_certificate(m->seal);
	ok(accepted(&r) && !strcmp(result(&r, "state"), "REQUESTED"), "the school registers its certificate");
	const char *id = hb_strdup(&w.a, result(&r, "id"));
	r = deposit(m);
	ok(refused_for(&r, "nop.chungThuDonVi"), "which counts only when approved");
	ok(decide(id, CITY_APPROVED, false) == HB_OK && decide(id, CITY_REJECTED, false) == HB_E_CONFLICT, "the Sở approves, once");
	r = register_certificate(m->seal);
	ok(accepted(&r) && !strcmp(result(&r, "state"), "APPROVED"), "asking again tells the decision");
}

/* -- deposits ----------------------------------------------------------------------------------------------- */

static void
bad_deposits(const struct made *m)
{
	struct hb_bytes changed = HB_BYTES(hb_memdup(&w.a, m->xml.p, m->xml.n), m->xml.n);
	uint8_t *at = memmem(changed.p, changed.n, "<TEN>", 5);
	if (at == NULL)
		at = memmem(changed.p, changed.n, YEAR, 9);
	world_must(at != NULL);
	at[6] ^= 1;
	struct exchange_receipt r = deposit_files(m, NULL, 0, changed, pdf_of(m, '+'));
	ok(refused_for(&r, "nop.xmlSai"), "changed bytes");
	r = deposit_files(m, NULL, 0, m->xml, pdf_of(m, '-'));
	ok(refused_for(&r, "nop.pdfSai"), "a PDF that does not verify");
	struct made other = *m;
	other.seal = testpki_ca_cert(w.pki, TESTPKI_PUBLIC)->der;
	r = deposit_files(m, NULL, 0, m->xml, pdf_of(&other, '+'));
	ok(refused_for(&r, "nop.pdfKhacDau"), "a PDF sealed by somebody else");
	r = deposit_files(m, codes[1], 0, m->xml, pdf_of(m, '+'));
	ok(refused_for(&r, "nop.khongKhopThu"), "a code that is not in the file");
	r = deposit_files(m, NULL, 7, m->xml, pdf_of(m, '+'));
	ok(refused_for(&r, "nop.khongKhopThu"), "a version that is not in the file");
	ok(raw(town, "SELECT count(*) FROM city_record") == 0 && raw(town, "SELECT count(*) FROM city_file") == 0, "nothing of them is kept");
}

static void
deposits(struct made *first, struct made *second)
{
	struct exchange_receipt r = deposit(first);
	ok(accepted(&r) && !strcmp(result(&r, "state"), "DEPOSITED") && !strcmp(result(&r, "fingerprint"), first->fingerprint), "a good deposit");
	const char *id = hb_strdup(&w.a, result(&r, "deposit"));
	r = deposit(first);
	ok(accepted(&r) && !strcmp(result(&r, "deposit"), id) && json_is_true(json_object_get(r.result, "known"))
	    && raw(town, "SELECT count(*) FROM city_record") == 1, "the same again: the same deposit");
	struct made wrong = make_record(0, codes[0], 2, "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9", false);
	approve(wrong.seal);
	r = deposit(&wrong);
	ok(refused_for(&r, "nop.khongThayThe"), "a new version that does not name the old one");
	*second = make_record(0, codes[0], 2, first->fingerprint, false);
	approve(second->seal);
	r = deposit(second);
	ok(accepted(&r), "a new version before the lock");
	r = deposit(first);
	ok(refused_for(&r, "nop.banCu"), "the older version after the newer");
	struct made taken = make_record(1, codes[0], 3, second->fingerprint, false);
	approve(taken.seal);
	r = deposit(&taken);
	ok(refused_for(&r, "nop.saiDinhDanh"), "another pupil under this code");
	struct made twin = make_record(0, codes[1], 1, NULL, false);
	approve(twin.seal);
	r = deposit(&twin);
	ok(refused_for(&r, "nop.haiMa"), "a second code for the same pupil and level");
	struct made lost = make_record(1, codes[2], 1, NULL, false);
	approve(lost.seal);
	r = deposit(&lost);
	ok(refused_for(&r, "nop.maLa"), "a cancelled code");
	char lines[64];
	snprintf(lines, sizeof lines, "%lld", (long long)raw(town, "SELECT count(*) FROM city_event WHERE state = 'REPLACED'"));
	is(lines, "1", "the old version is marked, not removed");
}

static void
recalls(void)
{
	struct made m = make_record(1, codes[1], 1, NULL, false);
	const char *payload = hb_printf(&w.a, "{\"v\":1,\"school\":\"" SCHOOL "\",\"code\":\"%s\",\"year\":\"" YEAR "\",\"version\":1,\"reason\":\"sai tên\"}", codes[1]);
	approve(m.seal);
	struct exchange_receipt r = deposit(&m);
	ok(accepted(&r), "another pupil");
	r = ask(4, "recall", payload);
	ok(accepted(&r) && !strcmp(result(&r, "state"), "RECALLED"), "is recalled before the lock");
	r = deposit(&m);
	ok(refused_for(&r, "nop.banCu"), "a recalled version does not come back");
	m = make_record(1, codes[1], 2, NULL, false);
	approve(m.seal);
	r = deposit(&m);
	ok(accepted(&r), "its correction does");
}

/* -- the lock ------------------------------------------------------------------------------------------------ */

static const char *
closing(const char *round, int pupils, const char *missing)
{
	return hb_printf(&w.a, "{\"v\":1,\"school\":\"" SCHOOL "\",\"year\":\"" YEAR "\",\"round\":\"%s\",\"pupils\":%d,\"missing\":[%s]}", round, pupils, missing);
}

static void
locks(const struct made *second)
{
	struct exchange_receipt r = ask(4, "close-year", closing("main", 4, "{\"personal_id\":\"000000000003\",\"reason\":\"thi lại\"}"));
	ok(refused_for(&r, "chot.lechSo"), "a year is closed only when everyone is accounted for");
	r = ask(4, "close-year", closing("late", 2, ""));
	ok(refused_for(&r, "chot.chuaDotChinh"), "the late round comes second");
	r = ask(4, "close-year", closing("main", 3, "{\"personal_id\":\"000000000003\",\"reason\":\"thi lại\"}"));
	ok(accepted(&r) && json_integer_value(json_object_get(r.result, "locked")) == 2, "closed with the list of who is missing (D14.1)");
	r = ask(4, "close-year", closing("main", 3, ""));
	ok(refused_for(&r, "chot.daChot"), "once");
	struct made third = make_record(0, codes[0], 3, second->fingerprint, false);
	approve(third.seal);
	r = deposit(&third);
	ok(refused_for(&r, "nop.daChot"), "after the lock nothing is replaced (seed004-10, D14.3)");
	const char *named = hb_printf(&w.a, "{\"v\":1,\"school\":\"" SCHOOL "\",\"code\":\"%s\",\"year\":\"" YEAR "\",\"version\":2,\"reason\":\"sai điểm Toán\","
	    "\"decision\":{\"number\":\"5/QĐ\",\"date\":\"2026-07-02\"}}", codes[0]);
	r = ask(4, "recall", named);
	ok(refused_for(&r, "nop.daChot"), "nor recalled");
	r = ask(4, "correction-request", named);
	ok(accepted(&r) && !strcmp(result(&r, "state"), "REQUESTED"), "a correction is asked for");
	const char *id = hb_strdup(&w.a, result(&r, "id"));
	r = deposit(&third);
	ok(refused_for(&r, "nop.daChot"), "and waits for the Sở");
	ok(decide(id, CITY_APPROVED, true) == HB_OK, "which approves");
	r = deposit(&third);
	ok(accepted(&r) && !strcmp(result(&r, "state"), "LOCKED"), "one new version goes in, locked at once");
	ok(raw(town, "SELECT count(*) FROM city_event WHERE state IN ('CORRECTED', 'DONE')") == 2, "the old one is marked as corrected");
	struct made fourth = make_record(0, codes[0], 4, third.fingerprint, false);
	approve(fourth.seal);
	r = deposit(&fourth);
	ok(refused_for(&r, "nop.daChot"), "one, and no more");
}

static void
late_pupils(void)
{
	struct exchange_receipt r;
	struct made late = make_record(2, codes[3], 1, NULL, true), stranger = make_record(3, codes[3], 1, NULL, false);
	int64_t locked = -1;
	r = ask(3, "codes-reserve", code_list(codes[3], codes[0]));
	ok(accepted(&r), "a code for the late pupil");
	approve(late.seal);
	approve(stranger.seal);
	r = deposit(&stranger);
	ok(refused_for(&r, "nop.daChot"), "who was neither missing nor judged after the summer comes too late");
	r = deposit(&late);
	ok(accepted(&r), "a pupil judged after the summer does not");
	ok(city_lock_due(&city, YEAR, "so", &locked, NULL) == HB_OK && locked == 0, "before the deadline the Sở locks nothing");
	hb_time after;
	world_must(hb_vn_midnight("2026-08-15", &after, NULL) == HB_OK);
	hb_business_set(after - 1);
	ok(city_lock_due(&city, YEAR, "so", &locked, NULL) == HB_OK && locked == 0, "a second before it neither");
	hb_business_set(after);
	ok(city_lock_due(&city, YEAR, "so", &locked, NULL) == HB_OK && locked == 1, "at the deadline it locks the rest (seed004-8)");
	ok(city_lock_due(&city, YEAR, "so", &locked, NULL) == HB_OK && locked == 0, "once");
}

/* -- to the Ministry ------------------------------------------------------------------------------------------ */

static void
reports(void)
{
	struct city_report sum = { 0 };
	raw(bureau, "UPDATE ministry_city SET member = member || '?'");
	ok(city_report_year(&city, YEAR, "so", &sum, NULL) == HB_OK && sum.asked == 3, "a Ministry that does not know the Sở is asked");
	net_deliver();
	raw(bureau, "UPDATE ministry_city SET member = substr(member, 1, length(member) - 1)");
	ok(raw(town, "SELECT count(*) FROM city_turned_down") == 1 && raw(town, "SELECT count(*) FROM city_uuid") == 0, "and turns it down");
	ok(city_report_year(&city, YEAR, "so", &sum, NULL) == HB_OK && sum.locked == 3 && sum.asked == 3 && sum.sent == 0, "so they are asked for again");
	ok(city_report_year(&city, YEAR, "so", &sum, NULL) == HB_OK && sum.asked == 0, "once");
	net_deliver();
	ok(city_report_year(&city, YEAR, "so", &sum, NULL) == HB_OK && sum.sent == 3, "then the records go, each under its own");
	net_deliver();
	ok(city_report_year(&city, YEAR, "so", &sum, NULL) == HB_OK && sum.at_ministry == 3 && sum.locked == 0 && sum.sent == 0, "and are confirmed: 3 of 3 (seed004-12, D18.2.5)");
	ok(raw(bureau, "SELECT count(*) FROM ministry_record") == 3 && raw(bureau, "SELECT count(DISTINCT uuid) FROM ministry_uuid") == 3,
	    "the Ministry holds them");
	int64_t n = -1;
	struct hb_err err = HB_ERR_INIT;
	ok(city_fsck(&city, &n, &err) == HB_OK && n > 3, "fsck of the city: %s %s", err.msg, err.log);
	ok(ministry_fsck(&ministry, &n, &err) == HB_OK && n == 3, "fsck of the Ministry: %s %s", err.msg, err.log);
}

static void
tampering(void)
{
	int64_t n;
	struct hb_err err = HB_ERR_INIT;
	raw(town, "DROP TRIGGER city_record_keep_update");
	raw(bureau, "DROP TRIGGER ministry_file_keep_update");
	ok(raw(town, "UPDATE city_record SET fingerprint = 'x' WHERE version = 3") == 0 && city_fsck(&city, &n, &err) == HB_E_CONFLICT
	    && !strcmp(err.key, "kho.saiLech"), "fsck finds a changed row: %s", err.msg);
	err = HB_ERR_INIT;
	ok(raw(bureau, "UPDATE ministry_file SET packed = zeroblob(20)") == 0 && ministry_fsck(&ministry, &n, &err) == HB_E_INTERNAL
	    && !strcmp(err.key, "kho.tepHong"), "and a changed file: %s", err.msg);
}

int
main(void)
{
	city_world_open();
	states();
	reserve_codes();
	struct made first = make_record(0, codes[0], 1, NULL, false), second;
	certificates(&first);
	bad_deposits(&first);
	deposits(&first, &second);
	recalls();
	locks(&second);
	late_pupils();
	reports();
	tampering();
	city_world_close();
	return tap_done();
}
