/* The business clock that the systems of a demo share: a file, read again whenever it changes. */
#include "base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static char path[] = "/tmp/hocba-clock-XXXXXX";

/* Writes the file as of `age` seconds ago, so that two writes in a row have different times. */
static void
set(const char *text, int age)
{
	FILE *f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	struct timespec times[2] = { { .tv_sec = hb_now() - age }, { .tv_sec = hb_now() - age } };
	utimensat(AT_FDCWD, path, times, 0);
}

static bool
near(hb_time got, const char *want)
{
	hb_time t;
	return hb_rfc3339_parse(want, &t, NULL) == HB_OK && got >= t && got <= t + 3;
}

int
main(void)
{
	int fd = mkstemp(path);
	if (fd < 0)
		return 1;
	close(fd);
	ok(hb_business_now() - hb_now() <= 1, "without a file, business time is real time");
	set("2026-09-05T00:00:00Z\n", 0);
	hb_business_follow(path);
	ok(near(hb_business_now(), "2026-09-05T00:00:00Z"), "it begins where the file says");
	set("2027-06-20T03:04:05Z", 100);
	ok(near(hb_business_now(), "2027-06-20T03:05:45Z"), "and has run on since the file was written");
	set("no time at all", 200);
	ok(near(hb_business_now(), "2027-06-20T03:05:45Z"), "a broken file leaves it as it was");
	unlink(path);
	ok(near(hb_business_now(), "2027-06-20T03:05:45Z"), "so does a missing one");
	ok(hb_now() < hb_business_now(), "real time is not moved");
	return tap_done();
}
