/* A class of 45 transcripts printed: the form of THCS, cover to signatures, without them. */
#include "bench.h"

#include "form/form.h"
#include "record_book.h"

enum { PUPILS = 45 };
static struct record_transcript *class_of[PUPILS];
static size_t bytes, pages;

static void
print_class(void *arg)
{
	(void)arg;
	bytes = pages = 0;
	for (size_t i = 0; i < PUPILS; i++) {
		HB_SCOPED_ARENA a;
		struct form_pdf pdf;
		struct form_spec spec = { .level = RECORD_THCS, .portal = "https://hocba.example.vn/tra-cuu/" };
		hb_arena_init(&a, HB_ARENA_DEFAULT);
		if (form_render(class_of[i], &spec, &a, &pdf, NULL) != HB_OK)
			abort();
		bytes += pdf.bytes.n;
		pages += pdf.pages;
	}
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct record_class *cls = book_lower(&a, RECORD_CN, PUPILS);
	for (size_t i = 0; i < PUPILS; i++)
		class_of[i] = book_transcript(&a, cls, i);
	double seconds = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.3, print_class, NULL);
	bench_row("class of 45 PDFs, 4 pages each", seconds, "s", "aim", 1);
	bench_row("pages a second", (double)pages / seconds, "pages/s", "no limit to compare", 0);
	bench_row("class of 45 PDFs", (double)bytes / 1e6, "MB", "aim", 3);
	return 0;
}
