/* hocba verify as a program: exit status and JSON by the contract of architecture §7. */
#include "tap.h"

#include <jansson.h>
#include <sys/wait.h>

#include "base/file.h"
#include "test/signed_book.h"

static struct world w;
static const char *hocba, *root, *good, *bad, *open_;

struct run { int status; json_t *json; const char *out; };

static struct run
run(const char *fmt, ...)
{
	char words[2048], piece[8192];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	HB_SCOPED_BUF out;
	hb_buf_init(&out, 1 << 24);
	FILE *p = popen(hb_printf(&w.a, "%s verify %s 2>/dev/null", hocba, words), "r");
	for (size_t n; p != NULL && (n = fread(piece, 1, sizeof piece, p)) > 0;)
		hb_put(&out, piece, n);
	int status = pclose(p);
	return (struct run){ WEXITSTATUS(status), json_loadb(out.p == NULL ? "" : out.p, out.len, 0, NULL), hb_buf_take(&out, &w.a) };
}

static const char *
put_file(const char *name, struct hb_bytes bytes)
{
	const char *path = hb_printf(&w.a, "%s/%s", w.dir, name);
	world_must(hb_file_write(path, bytes, 0600, NULL) == HB_OK);
	return path;
}

static void
make_files(void)
{
	struct roll roll;
	struct hb_bytes xml = world_book(&w, RECORD_HK1, 2, &roll), changed;
	struct hb_bytes file = world_sign_all(&w, xml, &roll, 0, NULL);
	good = put_file("tốt.xml", file);
	open_ = put_file("open.xml", world_sign_all(&w, xml, &roll, 0, &(struct signing){ .no_evidence = true }));
	const uint8_t *mark = memmem(file.p, file.n, "8.", 2);
	world_must(mark != NULL && xml_splice(file, (size_t)(mark - file.p), (size_t)(mark - file.p) + 1, HB_STR("9"), &w.a, &changed, NULL) == HB_OK);
	bad = put_file("bad.xml", changed);
	root = put_file("root-only.pem", testpki_root_pem(w.pki));
}

static const char *
member(const struct run *r, size_t file, const char *name)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(r->json, "files"), file), name));
}

static void
statuses(void)
{
	static const struct { const char *words; int want; } t[] = {
		{ "--trust ROOT GOOD", 0 }, { "--trust ROOT BAD", 1 }, { "--trust ROOT OPEN", 2 }, { "GOOD", 2 }, { "BAD", 1 },
		{ "--trust ROOT GOOD OPEN", 2 }, { "--trust ROOT OPEN BAD GOOD", 1 }, { "--trust ROOT GOOD BAD /không/có", 3 },
		{ "", 3 }, { "--trust ROOT", 3 }, { "--khong GOOD", 3 }, { "--trust /không/có GOOD", 3 }, { "--trust GOOD GOOD", 3 },
		{ "--crl GOOD GOOD", 3 }, { "--at hôm-nay GOOD", 3 }, { "--trust", 3 }, { "/", 3 },
		{ "--trust ROOT --at 2031-01-01T00:00:00Z GOOD", 0 }, { "--trust ROOT --at 2031-01-01T07:00:00+07:00 OPEN", 2 },
		{ "--trust ROOT --at 2001-01-01T00:00:00Z GOOD", 2 }, { "ROOT", 1 }, { "/dev/null", 1 },
	};
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		HB_SCOPED_BUF words;
		hb_buf_init(&words, 4096);
		for (const char *p = t[i].words; *p != '\0';) {
			static const char *const names[] = { "ROOT", "GOOD", "BAD", "OPEN" };
			const char *const values[] = { root, good, bad, open_ };
			size_t k = 0;
			while (k < 4 && strncmp(p, names[k], strlen(names[k])) != 0)
				k++;
			if (k < 4)
				hb_puts(&words, values[k]);
			else
				hb_putc(&words, *p);
			p += k < 4 ? strlen(names[k]) : 1;
		}
		struct run r = run("%s", words.p == NULL ? "" : words.p);
		if (!ok(r.status == t[i].want, "exit %d: verify %s", t[i].want, t[i].words))
			printf("# got %d\n", r.status);
		struct run j = run("--json %s", words.p == NULL ? "" : words.p);
		ok(j.status == t[i].want && (t[i].want == 3 || json_is_array(json_object_get(j.json, "files"))), "and with --json");
		json_decref(j.json);
		json_decref(r.json);
	}
}

static void
contents(void)
{
	struct run r = run("--json --trust %s %s %s", root, good, bad);
	ok(json_object_size(r.json) == 1 && json_array_size(json_object_get(r.json, "files")) == 2, "one object, files in order");
	is(member(&r, 0, "verdict"), "VALID", "the good one");
	is(member(&r, 0, "kind"), "gradebook", "its kind");
	is(member(&r, 0, "file"), good, "its name as given");
	is(member(&r, 1, "verdict"), "INVALID", "the bad one");
	json_t *findings = json_object_get(json_array_get(json_object_get(r.json, "files"), 1), "findings"), *f;
	size_t i;
	bool found = false;
	json_array_foreach(findings, i, f)
		found |= strcmp(json_string_value(json_object_get(f, "key")), "chuKy.toanVen") == 0
		    && strcmp(json_string_value(json_object_get(f, "level")), "fail") == 0
		    && strcmp(json_string_value(json_object_get(f, "clause")), "D10.2a") == 0;
	ok(found, "with its finding, level and clause");
	json_decref(r.json);
	r = run("--trust %s %s", root, good);
	ok(strstr(r.out, "HỢP LỆ") != NULL && strstr(r.out, "Nội dung còn nguyên vẹn, đủ chữ ký? Có.") != NULL, "in words");
	r = run("--json --trust %s %s /không/có", root, good);
	ok(r.status == 3 && json_array_size(json_object_get(r.json, "files")) == 1, "a missing file does not hide the others");
	json_decref(r.json);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 1;
	hocba = argv[1];
	world_open(&w);
	make_files();
	statuses();
	contents();
	world_close(&w);
	return tap_done();
}
