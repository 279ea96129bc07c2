/* http_script TO ORIGIN FILE.http ...: run scripts against a live socket or URL; TAP. */
#include "script.h"
#include "tap.h"

static void
report(bool good, const char *file, int line, const char *what)
{
	tap_ok(file, line, good, "%s", what);
}

int
main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("http_script TO ORIGIN FILE.http ...\n", stderr);
		return 3;
	}
	struct script_target target = { .to = argv[1], .origin = argv[2] };
	for (int i = 3; i < argc; i++)
		if (!script_run(argv[i], &target, report))
			ok(false, "%s holds requests", argv[i]);
	return tap_done();
}
