/* Text that claims to be a table. */
#include "fuzz/fuzz.h"
#include "xlsx/xlsx.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HB_SCOPED_ARENA  a;
	struct xlsx_book book;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	(void)csv_read(HB_BYTES(data, size), &a, &book, NULL);
	return 0;
}
