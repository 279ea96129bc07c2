/* data/: the code lists are whole, dated, and found as people write them. */
#include "tap.h"

#include "data/data.h"
#include "rules/rules.h"

static struct hb_arena a;

static void
people(void)
{
	ok(data_ethnic_groups.n_rows == 55, "54 ethnic groups and the foreigners");
	is(data_code_of(&data_ethnic_groups, "kinh", &a), "01", "Kinh");
	is(data_code_of(&data_ethnic_groups, "Gia-rai", &a), "10", "Gia-rai");
	is(data_code_of(&data_ethnic_groups, "H’Mông", &a), "08", "another way to write Mông");
	is(data_code_of(&data_ethnic_groups, "Klingon", &a), NULL, "no such group");
	ok(data_birth_codes.n_rows == 63, "63 provinces of birth registration");
	is(data_look_up(&data_birth_codes, "code", "079", "name"), "TP.HCM", "079");
	is(data_look_up(&data_pupil_statuses, "code", "CHUYEN_DI", "in_class"), "0", "who left is not in the class");
}

static void
places(void)
{
	is(data_province_code("Bình Dương", "2025-06-30", &a), "74", "a province until 30/6/2025");
	is(data_province_code("Bình Dương", "2025-07-01", &a), NULL, "and no more after");
	is(data_province_code("TP. Hồ Chí Minh", "2026-11-21", &a), "79", "with a title in front");
	is(data_province_code("tỉnh Đồng Nai", "2026-05-01", &a), "75", "Đồng Nai after it became a city");
	for (unsigned i = 0; i < data_old_provinces.n_rows; i++) {
		const char *into = data_cell(&data_old_provinces, i, "into");
		if (data_find(&data_provinces, 0, "code", into) < 0)
			ok(false, "%s became %s", data_cell(&data_old_provinces, i, "name"), into);
	}
	ok(true, "every old province became one that exists");
}

static void
programme(void)
{
	for (unsigned i = 0; i < data_programme.n_rows; i++) {
		const char *code = data_cell(&data_programme, i, "subject");
		if (rules_subject_find(code) == RULES_SUBJECT__MAX)
			ok(false, "%s is no subject of the rules", code);
	}
	ok(data_programme.n_rows > 40, "every subject of the programme is one of the rules");
	is(data_code_of(&data_subject_names, "Lịch sử & Địa lý", &a), "LSDL", "a subject as schools write it");
	is(data_code_of(&data_subject_names, "T.Anh", &a), "NN1", "a short name");
}

static void
deadlines(void)
{
	hb_time t = 0, want = 0;
	ok(data_deadline("79", "2025-2026", "deposit", &t, NULL) == HB_OK &&
	        hb_vn_midnight("2026-06-30", &want, NULL) == HB_OK && t == want,
	    "trước 30/6 ends as 30/6 begins, at +07:00");
	static const struct { const char *what, *before, *clause; } law[] = {
		{ "year_start_data_so", "2025-10-25", "seed001-3b" }, { "deposit", "2026-06-30", "seed004-7" },
		{ "deposit_late", "2026-08-15", "seed004-8" }, { "ministry", "2026-07-10", "seed004-12" },
		{ "ministry_late", "2026-08-25", "seed004-12" },
	};
	for (size_t i = 0; i < sizeof law / sizeof law[0]; i++)
		ok(data_deadline("01", "2025-2026", law[i].what, &t, NULL) == HB_OK && hb_vn_midnight(law[i].before, &want, NULL) == HB_OK &&
		        t == want, "%s: before %s (%s)", law[i].what, law[i].before, law[i].clause);
	ok(data_deadline("48", "2025-2026", "deposit_late", &t, NULL) == HB_OK, "a Sở without its own has the common one");
	struct hb_err err = HB_ERR_INIT;
	ok(data_deadline("79", "1999-2000", "deposit", &t, &err) == HB_E_NOTFOUND, "no deadline: %s", err.msg);
}

int
main(void)
{
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	people();
	places();
	programme();
	deadlines();
	hb_arena_fini(&a);
	return tap_done();
}
