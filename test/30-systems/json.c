/* lib/json: what is written reads back; what is read is only what the contract allows. */
#include "json/flat.h"
#include "json/read.h"
#include "json/write.h"
#include "tap.h"

static void
writes(void)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 4096);
	struct jw w = jw_start(&b);
	jw_object(&w, NULL);
	jw_str(&w, "ten", "Nguyễn \"Văn\" \\ A\n\x01");
	jw_tenths(&w, "diem", 75);
	jw_tenths(&w, "muoi", 100);
	jw_str(&w, "trong", NULL);
	jw_array(&w, "ds");
	jw_int(&w, NULL, -1);
	jw_bool(&w, NULL, true);
	jw_object(&w, NULL);
	jw_end(&w);
	jw_end(&w);
	jw_time(&w, "luc", 0);
	jw_base64(&w, "tep", HB_BYTES("\0\1\2", 3));
	jw_raw(&w, "san", HB_STR("[1]"));
	jw_end(&w);
	ok(jw_done(&w), "a whole document is done");
	is(b.p, "{\"ten\":\"Nguyễn \\\"Văn\\\" \\\\ A\\n\\u0001\",\"diem\":\"7.5\",\"muoi\":\"10.0\",\"trong\":null,"
	    "\"ds\":[-1,true,{}],\"luc\":\"1970-01-01T00:00:00Z\",\"tep\":\"AAEC\",\"san\":[1]}", "and reads as written");
}

/* Runs one misuse in an object; true when jw_done() notices. */
static bool
noticed(void (*misuse)(struct jw *))
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 4096);
	struct jw w = jw_start(&b);
	jw_object(&w, NULL);
	misuse(&w);
	return !jw_done(&w);
}

static void unclosed(struct jw *w) { jw_int(w, "a", 1); }
static void nameless(struct jw *w) { jw_int(w, NULL, 1); jw_end(w); }
static void named_item(struct jw *w) { jw_array(w, "a"); jw_int(w, "b", 1); jw_end(w); jw_end(w); }
static void surplus_end(struct jw *w) { jw_end(w); jw_end(w); }
static void two_documents(struct jw *w) { jw_end(w); jw_int(w, NULL, 1); }
static void too_deep(struct jw *w)
{
	for (int i = 0; i < JW_DEPTH; i++)
		jw_object(w, "a");
	for (int i = 0; i <= JW_DEPTH; i++)
		jw_end(w);
}

static void
misuse_is_noticed(void)
{
	ok(noticed(unclosed), "an object left open");
	ok(noticed(nameless), "a member without a name");
	ok(noticed(named_item), "an item with a name");
	ok(noticed(surplus_end), "an end too many");
	ok(noticed(two_documents), "two documents");
	ok(noticed(too_deep), "deeper than the limit");
}

static enum hb_code
reads(const char *text, size_t n)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	json_t *v;
	return json_read(HB_BYTES(text, n), 200, &a, &v, NULL);
}
#define READS(text) reads((text), sizeof(text) - 1)

static void
reading_is_strict(void)
{
	ok(READS("{\"a\":[1,\"x\"]}") == HB_OK, "a plain document");
	ok(READS("{\"a\":1,\"a\":2}") == HB_E_INPUT, "a key twice");
	ok(READS("{\"a\":1,\"\\u0061\":2}") == HB_E_INPUT, "a key twice, once escaped");
	ok(READS("{\"a\":\"\xc3\x28\"}") == HB_E_INPUT, "bytes that are not UTF-8");
	ok(READS("{\"a\":\"\\u0000\"}") == HB_E_INPUT, "NUL by escape");
	ok(READS("{\"a\":\"\\u0001\"}") == HB_E_INPUT, "a control character XML cannot hold");
	ok(READS("{\"a\":\"\\ud800\"}") == HB_E_INPUT, "half a surrogate pair");
	ok(READS("{} x") == HB_E_INPUT, "something after the document");
	ok(READS("{\"a\":1") == HB_E_INPUT, "a cut document");
	ok(READS("") == HB_E_INPUT, "nothing");
	ok(READS("[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]") == HB_OK, "as deep as the limit");
	ok(READS("[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]") == HB_E_INPUT, "one deeper");
	ok(READS("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"") == HB_OK, "brackets inside a string do not count");
	char big[201];
	memset(big, ' ', sizeof big);
	big[0] = '1';
	ok(reads(big, 200) == HB_OK && reads(big, 201) == HB_E_TOOBIG, "the size limit is exact");
}

static void
marks_are_tenths(void)
{
	static const struct { const char *text; int tenths; } good[] = {
		{ "0", 0 }, { "10", 100 }, { "10.0", 100 }, { "10,0", 100 }, { "7.5", 75 }, { "7,5", 75 }, { "9.9", 99 },
	};
	static const char *const bad[] = { "", "10.1", "11", "7.", ".5", "7.55", "-1", "07", "100", "7 ", "Đ" };
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		int t = -1;
		ok(json_tenths(good[i].text, &t) && t == good[i].tenths, "mark %s", good[i].text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		int t = -1;
		ok(!json_tenths(bad[i], &t) && t == -1, "not a mark: \"%s\"", bad[i]);
	}
}

static void
getters_name_the_member(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	json_t *v = NULL;
	ok(json_read(HB_STR("{\"s\":\"x\",\"i\":5,\"b\":true,\"t\":\"2026-06-20T03:04:05Z\",\"l\":[],\"o\":{},\"d\":\"AAEC\"}"),
	    1000, &a, &v, NULL) == HB_OK, "read");
	const char *s;
	int64_t i;
	bool b;
	hb_time t;
	json_t *j;
	struct hb_bytes d;
	ok(json_get_str(v, "s", &s, NULL) == HB_OK && strcmp(s, "x") == 0, "string");
	ok(json_get_int(v, "i", &i, NULL) == HB_OK && i == 5, "integer");
	ok(json_get_bool(v, "b", &b, NULL) == HB_OK && b, "boolean");
	ok(json_get_time(v, "t", &t, NULL) == HB_OK && t == 1781924645, "time");
	ok(json_get_array(v, "l", &j, NULL) == HB_OK && json_get_object(v, "o", &j, NULL) == HB_OK, "array and object");
	ok(json_get_base64(v, "d", &a, &d, NULL) == HB_OK && d.n == 3 && d.p[2] == 2, "base64");
	struct hb_err err = HB_ERR_INIT;
	ok(json_get_int(v, "s", &i, &err) == HB_E_INPUT && strstr(err.msg, "\"s\"") != NULL, "a wrong type names its member");
	ok(json_opt_str(v, "none") == NULL && json_opt_str(NULL, "s") == NULL, "an absent optional is NULL");
}

/* The fast way takes only what json_read() takes with the same meaning. */
static void
flat(void)
{
	static const char *const good[] = { "{\"a\":\"x y\",\"n\":12}", " { \"a\" : \"\" , \"n\" : 0 }\n" };
	static const char *const bad[] = { "", "{}", "{\"a\":\"\\u0041\"}", "{\"a\":\"x\",\"a\":\"y\"}", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":\"x\"} x",
		"{\"a\":\"x\",}", "{\"a\":\"é\"}", "{\"a\":\"x\ny\"}", "{\"a\":01}", "{\"a\":-1}", "{\"a\":1.5}", "{\"a\":null}", "{\"a\":\"x\"", "{\"a\"}",
		"{a:\"x\"}", "[\"a\"]", "{\"a\":9999999999999999}" };
	struct json_flat f;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct hb_bytes a = { 0 };
		int64_t n = -1;
		HB_SCOPED_ARENA arena;
		hb_arena_init(&arena, 1 << 20);
		json_t *slow;
		ok(json_flat(HB_STR(good[i]), &f) && json_flat_str(&f, "a", &a) && json_flat_int(&f, "n", &n)
		    && json_read(HB_STR(good[i]), 1000, &arena, &slow, NULL) == HB_OK
		    && strlen(json_string_value(json_object_get(slow, "a"))) == a.n && json_integer_value(json_object_get(slow, "n")) == n,
		    "flat: %s", good[i]);
		ok(!json_flat_str(&f, "n", &a) && !json_flat_int(&f, "a", &n) && !json_flat_str(&f, "b", &a), "members have their type");
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ok(!json_flat(HB_STR(bad[i]), &f), "not flat: %s", bad[i]);
}

int
main(void)
{
	writes();
	misuse_is_noticed();
	reading_is_strict();
	marks_are_tenths();
	getters_name_the_member();
	flat();
	return tap_done();
}
