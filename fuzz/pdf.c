/* The whole way of a PDF that somebody hands in: structure, fields, signatures, comparison of revisions. */
#include "fuzz/fuzz.h"
#include "pdf/pades.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HB_SCOPED_ARENA    a;
	struct pades_facts facts;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	(void)pades_inspect(HB_BYTES(data, size), &a, &facts, NULL);
	return 0;
}
