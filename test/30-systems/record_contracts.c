/* What contracts/ gives to others is what the program writes and accepts; xmllint judges the samples by the schemas.
 * HOCBA_REGENERATE=1 writes the files anew after a change of the tables. */
#include "tap.h"

#include <unistd.h>

#include "base/file.h"
#include "record/contracts.h"
#include "record_book.h"

#define CONTRACTS TEST_DATA "/../../contracts/"

static void
same_as_file(const char *name, struct hb_bytes bytes)
{
	HB_SCOPED_ARENA a;
	struct hb_bytes there = { 0 };
	struct hb_err err = HB_ERR_INIT;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	char *path = hb_printf(&a, CONTRACTS "%s", name);
	if (getenv("HOCBA_REGENERATE") != NULL && hb_file_write(path, bytes, 0644, &err) != HB_OK)
		printf("# %s\n", err.msg);
	bool same = hb_file_read(path, HB_FILE_MAX, &a, &there, &err) == HB_OK && there.n == bytes.n &&
	    memcmp(there.p, bytes.p, bytes.n) == 0;
	ok(same, "contracts/%s is what the program writes", name);
}

static void
schema(const char *name, void (*write)(struct hb_buf *))
{
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	write(&out);
	if (ok(hb_buf_ok(&out), "%s is written", name))
		same_as_file(name, hb_buf_bytes(&out));
}

/* xmllint's exit status for bytes under a schema of contracts/. */
static int
lint(struct hb_arena *a, const char *xsd, struct hb_bytes xml)
{
	char path[] = "/tmp/hocba-lint-XXXXXX";
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, xml.p, xml.n) != (ssize_t)xml.n)
		return -1;
	close(fd);
	int status = system(hb_printf(a, "xmllint --nonet --noout --schema '" CONTRACTS "%s' %s > %s.log 2>&1 || { sed 's/^/# /' %s.log; exit 1; }",
	    xsd, path, path, path));
	unlink(hb_printf(a, "%s.log", path));
	unlink(path);
	return status;
}

#define CLASS_XSD "gradebook/so-theo-doi-1.xsd"
#define TRANSCRIPT_XSD "transcript/hoc-ba-1.xsd"

static void
class_sample(struct hb_arena *a, const struct record_class *cls, const char *file)
{
	struct hb_bytes xml = { 0 };
	struct hb_err err = HB_ERR_INIT;
	ok(record_class_to_xml(cls, a, &xml, &err) == HB_OK, "%s %s is written %s", cls->class_name, record_period_code(cls->period), err.msg);
	ok(lint(a, CLASS_XSD, xml) == 0, "and is valid by its schema");
	if (file != NULL)
		same_as_file(file, xml);
}

static void
transcript_sample(struct hb_arena *a, const struct record_class *cls, const char *file)
{
	struct hb_bytes xml = { 0 };
	struct hb_err err = HB_ERR_INIT;
	ok(record_transcript_to_xml(book_transcript(a, cls, 0), a, &xml, &err) == HB_OK, "a transcript of %s is written %s", cls->class_name, err.msg);
	ok(lint(a, TRANSCRIPT_XSD, xml) == 0, "and is valid by its schema");
	if (file != NULL)
		same_as_file(file, xml);
}

static void
test_schema_refuses(struct hb_arena *a)
{
	struct hb_bytes xml = { 0 };
	ok(record_class_to_xml(book_lower(a, RECORD_CN, 2), a, &xml, NULL) == HB_OK, "a book to spoil");
	static const char *const edits[][3] = { { "<KHOI>8<", "<KHOI>13<", "grade 13" }, { "<DDGGK>6.3<", "<DDGGK>6,3<", "a comma" },
		{ "<GVCN></GVCN>", "<GVCN><b></b></GVCN>", "a foreign element in a slot" } };
	for (size_t i = 0; i < 3; i++) {
		const char *s = (const char *)xml.p, *at = strstr(s, edits[i][0]);
		if (!ok(at != NULL, "it has %s", edits[i][0]))
			continue;
		char *bad = hb_printf(a, "%.*s%s%s", (int)(at - s), s, edits[i][1], at + strlen(edits[i][0]));
		ok(lint(a, CLASS_XSD, HB_STR(bad)) != 0, "the schema refuses %s", edits[i][2]);
	}
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	struct hb_bytes json = { 0 };
	hb_arena_init(&a, (size_t)256 << 20);
	schema(CLASS_XSD, record_class_xsd);
	schema(TRANSCRIPT_XSD, record_transcript_xsd);
	schema("flow-0/class-report-1.schema.json", record_class_json_schema);
	ok(record_class_to_json(book_lower(&a, RECORD_CN, 2), &a, &json, NULL) == HB_OK, "the sample report is written");
	same_as_file("flow-0/class-report-1.json", json);
	class_sample(&a, book_lower(&a, RECORD_CN, 2), "gradebook/so-theo-doi-1.xml");
	class_sample(&a, book_lower(&a, RECORD_HK1, 3), NULL);
	class_sample(&a, book_upper(&a, RECORD_CN, 4), NULL);
	class_sample(&a, book_primary(&a, RECORD_GK1, 4), NULL);
	class_sample(&a, book_primary(&a, RECORD_CN, 4), NULL);
	transcript_sample(&a, book_lower(&a, RECORD_CN, 2), "transcript/hoc-ba-1.xml");
	transcript_sample(&a, book_upper(&a, RECORD_CN, 2), NULL);
	transcript_sample(&a, book_primary(&a, RECORD_CN, 2), NULL);
	test_schema_refuses(&a);
	return tap_done();
}
