/* A workbook as a school uploads it: archive, parts, cells, merged areas; then written back with a mistake marked. */
#include "fuzz/fuzz.h"
#include "xlsx/xlsx.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HB_SCOPED_ARENA  a;
	struct xlsx_book book;
	struct hb_bytes  copy;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	if (xlsx_read(HB_BYTES(data, size), &a, &book, NULL) != HB_OK)
		return 0;
	struct xlsx_put wrong = { .row = 1, .col = 1, .comment = "?" };
	if (book.sheets[0].n_cells < 1000)
		(void)xlsx_annotate(&book, 0, &wrong, 1, &a, &copy, NULL);
	return 0;
}
