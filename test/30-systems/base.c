/* lib/base: the pieces every module stands on. */
#include "tap.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/id.h"
#include "base/text.h"

static int order;
static void closed(void *p) { *(int *)p = ++order; }

static void
arenas(void)
{
	int first = 0, second = 0;
	{
		HB_SCOPED_ARENA a;
		hb_arena_init(&a, 64);
		is(hb_strdup(&a, "Nguyễn"), "Nguyễn", "an arena copies a string");
		hb_arena_on_free(&a, closed, &first);
		hb_arena_on_free(&a, closed, &second);
		ok(hb_alloc(&a, 100) == NULL && a.full, "past the limit: NULL and full");
		ok(hb_alloc(&a, 1) == NULL, "a full arena stays full");
	}
	ok(second == 1 && first == 2, "callbacks run newest first");
	HB_SCOPED_ARENA b;
	hb_arena_init(&b, 1 << 20);
	ok(hb_alloc_n(&b, (size_t)-1, 16) == NULL, "an overflowing product is refused");
}

static void
codecs(struct hb_arena *a)
{
	static const struct { const char *plain, *b64; } t[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foobar", "Zm9vYmFy" },
	};
	static const char *const bad[] = { "Zg=", "Zh==", "Z", "Zm9v!", "Zg==Zg==", "=" };
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct hb_bytes out = { 0 };
		is(hb_base64(a, HB_STR(t[i].plain)), t[i].b64, "base64 encodes");
		ok(hb_unbase64(HB_STR(t[i].b64), a, &out, NULL) == HB_OK && out.n == strlen(t[i].plain)
		    && memcmp(out.p, t[i].plain, out.n) == 0, "base64 decodes %s", t[i].b64);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct hb_bytes out;
		ok(hb_unbase64(HB_STR(bad[i]), a, &out, NULL) == HB_E_INPUT, "base64 refuses %s", bad[i]);
	}
	struct hb_sha256 h = hb_sha256(HB_STR("abc"));
	is(hb_hex(a, HB_BYTES(h.b, 32)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "SHA-256 of abc");
}

static void
times(void)
{
	static const struct { const char *in; hb_time want; } t[] = {
		{ "1970-01-01T00:00:00Z", 0 }, { "2026-06-20T03:04:05Z", 1781924645 },
		{ "2026-06-20T10:04:05+07:00", 1781924645 }, { "2024-02-29T00:00:00.5Z", 1709164800 },
	};
	static const char *const bad[] = { "2025-02-29T00:00:00Z", "2026-06-20 03:04:05Z", "2026-06-20T03:04:05", "x" };
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		hb_time got = -1;
		ok(hb_rfc3339_parse(t[i].in, &got, NULL) == HB_OK && got == t[i].want, "reads %s", t[i].in);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		hb_time got;
		ok(hb_rfc3339_parse(bad[i], &got, NULL) == HB_E_INPUT, "refuses %s", bad[i]);
	}
	hb_time eve;
	char d[HB_DATE_LEN];
	ok(hb_vn_midnight("2026-06-30", &eve, NULL) == HB_OK, "midnight in Vietnam");
	hb_vn_date(eve - 1, d);
	is(d, "2026-06-29", "the second before is still the day before (trước ngày 30/6)");
	hb_vn_date(eve, d);
	is(d, "2026-06-30", "and the instant itself is 30/6");
}

static void
names(struct hb_arena *a)
{
	/* In class order: tên first, then họ đệm; a < ă < â, d < đ, tones last. */
	static const char *const sorted[] = {
		"Lê Thị Ái", "Nguyễn Văn An", "Trần Văn An", "Nguyễn Ngọc Ánh", "Phạm Thị Ân", "Lê Thị Bình", "Vũ Minh Cường",
		"Lê Văn Dũng", "Trần Đức", "Hoàng Yến",
	};
	for (size_t i = 1; i < sizeof sorted / sizeof sorted[0]; i++) {
		char *x = hb_name_key(a, sorted[i - 1]), *y = hb_name_key(a, sorted[i]);
		ok(x != NULL && y != NULL && strcmp(x, y) < 0, "%s before %s", sorted[i - 1], sorted[i]);
	}
	is(hb_fold(a, "  Họ và  TÊN (Đệm) "), "ho va ten dem", "fold finds a column by its header");
	is(hb_nfc(a, HB_STR("Nguye\xcc\x82\xcc\x83n")), "Nguyễn", "NFD becomes NFC");
	is(hb_trim(a, " \xc2\xa0""Lê  An "), "Lê An", "blanks of every kind are trimmed");
	ok(!hb_utf8_valid(HB_BYTES("a\xff", 2)) && !hb_utf8_valid(HB_BYTES("a\0b", 3)), "bad UTF-8 and NUL are refused");
}

static void
ids(void)
{
	struct hb_id i = hb_id_new(), j = hb_id_new();
	ok(hb_id_valid(i.s) && strcmp(i.s, j.s) != 0, "UUIDv7 is valid and new each time: %s", i.s);
	struct hb_record_code c = hb_record_code_new();
	ok(hb_record_code_valid(c.s), "a record code is valid: %s", c.s);
	int wrong = 0, caught = 0;
	for (int k = 3; k < 22; k++) {
		struct hb_record_code d = c;
		if (d.s[k] == '-')
			continue;
		d.s[k] = d.s[k] == 'A' ? 'B' : 'A';
		wrong++;
		caught += !hb_record_code_valid(d.s);
	}
	ok(caught >= wrong - 1, "the check digit catches a mistyped digit (%d of %d)", caught, wrong);
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	arenas();
	codecs(&a);
	times();
	names(&a);
	ids();
	return tap_done();
}
