/* The whole way of an XML that somebody hands in: reading, every signature taken apart, structure, roll, policy, views. */
#include "fuzz/fuzz.h"
#include "sign/verify.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HB_SCOPED_ARENA a;
	HB_SCOPED_BUF out;
	struct verify_report report;
	const struct verify_options nobody = { .now = 1781924645, .schema = true };
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	hb_buf_init(&out, HB_BUF_MAX);
	enum hb_code c = verify_file(HB_BYTES(data, size), &nobody, &a, &report, NULL);
	if (c == HB_E_INTERNAL)
		__builtin_trap();
	if (c != HB_OK)
		return 0;
	/* without anchors nothing may be believed, whatever the bytes */
	if (report.verdict == VERIFY_VALID)
		__builtin_trap();
	verify_text(&report, "f", &out);
	hb_buf_reset(&out);
	if (verify_json(&report, "f", &out, NULL) != HB_OK)
		__builtin_trap();
	return 0;
}
