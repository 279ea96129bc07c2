/* PDFs made to hurt a reader: it must refuse them, quickly, without falling over. */
#include "pdf/pades.h"
#include "test/tap.h"

#include <stdlib.h>
#include <zlib.h>

#define must(cond) ((cond) ? (void)0 : (printf("Bail out! %s:%d: %s\n", __FILE__, __LINE__, #cond), abort()))

static char *
repeated(const char *head, const char *part, size_t times, const char *tail)
{
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	hb_puts(&out, head);
	for (size_t i = 0; i < times; i++)
		hb_puts(&out, part);
	hb_puts(&out, tail);
	return strdup(out.p);
}

/* A whole file of one revision around some objects; each body is object 1, 2, ... */
static struct hb_bytes
file_of(const char *const *bodies, size_t n, const char *trailer, struct hb_arena *a)
{
	HB_SCOPED_BUF out, table;
	hb_buf_init(&out, HB_BUF_MAX);
	hb_buf_init(&table, HB_BUF_MAX);
	hb_puts(&out, "%PDF-1.7\n");
	for (size_t i = 0; i < n; i++) {
		hb_putf(&table, "%zu 1\n%010zu 00000 n \n", i + 1, out.len);
		hb_putf(&out, "%zu 0 obj\n%s\nendobj\n", i + 1, bodies[i]);
	}
	size_t at = out.len;
	hb_putf(&out, "xref\n%strailer\n<</Size %zu/Root 1 0 R%s>>\nstartxref\n%zu\n%%%%EOF\n", table.p, n + 1, trailer, at);
	char *bytes = hb_buf_take(&out, a);
	must(bytes != NULL);
	return HB_BYTES(bytes, out.len);
}

static enum hb_code
read_all(struct hb_bytes file, struct hb_arena *a)
{
	struct pades_facts f = { 0 };
	return pades_inspect(file, a, &f, NULL);
}

static void
hurts(const char *name, const char *const *bodies, size_t n, const char *trailer, bool refused)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)64 << 20);
	int64_t      start = hb_mono_us();
	enum hb_code rc = read_all(file_of(bodies, n, trailer, &a), &a);
	int64_t      us = hb_mono_us() - start;
	ok((rc != HB_OK) == refused && us < 5000000, "%s: code %d", name, rc);
}
#define HURTS(name, refused, trailer, ...) hurts((name), (const char *const[]){ __VA_ARGS__ }, \
	sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *), (trailer), (refused))

static void
test_bombs(void)
{
	char *deep = repeated("<</Type/Catalog/AcroForm<</Fields ", "[", 100000, ">>>>");
	char *deep_dict = repeated("<</Type/Catalog/A ", "<</A ", 100000, ">>");
	char *wide = repeated("<</Type/Catalog/AcroForm<</Fields[", "2 0 R ", 90000, "]>>>>");
	char *kids = repeated("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>", "", 0, ">>");
	HURTS("arrays nested without end", true, "", deep);
	HURTS("dictionaries nested without end", true, "", deep_dict);
	HURTS("the same field ninety thousand times", true, "", wide, "<</FT/Tx/T(a)>>");
	HURTS("page tree and fields in circles", true, "", kids, "<</Type/Pages/Kids[2 0 R 2 0 R 2 0 R]/Count 9>>",
	    "<</T(a)/Kids[3 0 R 3 0 R]>>");
	HURTS("catalogue that is its own reference", true, "", "1 0 R");
	HURTS("stream whose length is itself", true, "", "<</AcroForm 2 0 R>>", "<</Length 2 0 R>>\nstream\nx\nendstream");
	HURTS("lengths in a circle", true, "", "<</AcroForm 2 0 R>>", "<</Length 3 0 R>>\nstream\nx\nendstream",
	    "<</Length 2 0 R>>\nstream\nx\nendstream");
	HURTS("two members of one name", true, "", "<</Type/Catalog/Pages 1 0 R/Pages 2 0 R>>");
	HURTS("number larger than any", true, "", "<</A 99999999999999999999999999>>");
	HURTS("section that precedes itself", true, "/Prev 9999999", "<</Type/Catalog>>");
	HURTS("negative /Prev", true, "/Prev -1", "<</Type/Catalog>>");
	HURTS("encrypted", true, "/Encrypt 2 0 R", "<</Type/Catalog>>");
	HURTS("plain file without pages", false, "", "<</Type/Catalog>>");
	free(deep);
	free(deep_dict);
	free(wide);
	free(kids);
}

/* A million blanks deflate to a thousand bytes; a stream of such layers is refused by its limit. */
static void
test_inflation(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)96 << 20);
	uLongf   n = 1 << 20;
	size_t   big = (size_t)200 << 20;
	uint8_t *zeros = calloc(1, big), *packed = malloc(n);
	must(zeros != NULL && packed != NULL && compress(packed, &n, zeros, big) == Z_OK);
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	hb_puts(&out, "%PDF-1.7\n");
	size_t at = out.len;
	hb_putf(&out, "1 0 obj\n<</Type/XRef/W[1 4 2]/Size 2/Root 1 0 R/Filter/FlateDecode/Length %lu>>\nstream\n", n);
	hb_put(&out, packed, n);
	hb_putf(&out, "\nendstream\nendobj\nstartxref\n%zu\n%%%%EOF\n", at);
	ok(read_all(hb_buf_bytes(&out), &a) == HB_E_TOOBIG, "200 MB in 200 KB are refused by their limit");
	free(zeros);
	free(packed);
}

int
main(void)
{
	test_bombs();
	test_inflation();
	return tap_done();
}
