/* Runs one target over every file of its corpus, and over each file cut and changed a little: a TAP test. */
#include "base/file.h"
#include "fuzz/fuzz.h"
#include "test/tap.h"
#include <dirent.h>
#include <stdlib.h>

#define INPUT_MAX ((size_t)4 << 20)
#define VARIANTS  48

/* Exact-size copies, so that a sanitizer sees one byte too many. */
static void
feed(struct hb_bytes in, size_t n, size_t changed, uint8_t bit)
{
	uint8_t *copy = malloc(n + (n == 0));
	if (copy == NULL)
		abort();
	memcpy(copy, in.p, n);
	if (changed < n)
		copy[changed] ^= bit;
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static void
replay(const char *folder, const char *name)
{
	HB_SCOPED_ARENA a;
	struct hb_bytes in = { 0 };
	hb_arena_init(&a, INPUT_MAX * 2);
	char *path = hb_printf(&a, "%s/%s", folder, name);
	if (!ok(hb_file_read(path, INPUT_MAX, &a, &in, NULL) == HB_OK, "%s", name))
		return;
	feed(in, in.n, in.n, 0);
	for (size_t i = 0; i < VARIANTS && in.n > 0; i++) {
		feed(in, in.n * i / VARIANTS, in.n, 0);
		feed(in, in.n, in.n * i / VARIANTS, (uint8_t)(1u << i % 8));
	}
}

int
main(int argc, char **argv)
{
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	if (!ok(dir != NULL, "corpus %s", argc == 2 ? argv[1] : "not given"))
		return tap_done();
	for (struct dirent *e; (e = readdir(dir)) != NULL;)
		if (e->d_name[0] != '.')
			replay(argv[1], e->d_name);
	closedir(dir);
	return tap_done();
}
