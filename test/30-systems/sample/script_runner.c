/* The runner of scripts runs the same file in process and over a socket, and its checks can fail. */
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "http/server.h"
#include "sample.h"
#include "script/script.h"
#include "tap.h"

static int bad_good, bad_bad;

static void
report(bool good, const char *file, int line, const char *what)
{
	tap_ok(file, line, good, "%s", what);
}

static void
count(bool good, const char *file, int line, const char *what)
{
	(void)file;
	if (good) {
		bad_good++;
		printf("# passed, but should not: line %d %s\n", line, what);
	} else {
		bad_bad++;
	}
}

int
main(void)
{
	static struct sample state;
	char folder[] = "/tmp/hocba-script-XXXXXX", path[64];
	struct api_system host = sample_system(&state);
	hb_log_setup("sample", HB_LOG_ERROR);
	struct script_target here = { .origin = host.origin, .host = &host };
	ok(script_run(SCRIPTS "/marks.http", &here, report), "in process");
	bool ran = script_run(SCRIPTS "/bad.http", &here, count);
	ok(ran && bad_good == 0 && bad_bad == 10, "ten wrong checks, ten failures (%d)", bad_bad);
	ok(!script_run(SCRIPTS "/none.http", &here, report), "a script that is not there is not a pass");

	struct api_server *server = NULL;
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/s.sock", folder);
	ok(api_server_start(&host, path, &server, NULL) == HB_OK, "server");
	struct script_target there = { .origin = host.origin, .to = path };
	ok(script_run(SCRIPTS "/marks.http", &there, report), "over a socket");
	api_server_stop(server);
	rmdir(folder);
	return tap_done();
}
