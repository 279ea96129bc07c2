/* test/tap.h - the whole test framework: TAP lines on stdout, read by tools/runtests.
 * ok() states one fact; a test program ends with `return tap_done();`. */
#ifndef TAP_H
#define TAP_H
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failures;

__attribute__((format(printf, 4, 5), unused)) static bool
tap_ok(const char *file, int line, bool good, const char *fmt, ...)
{
	va_list ap;
	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!good) {
		tap_failures++;
		printf("# at %s:%d\n", file, line);
	}
	fflush(stdout);
	return good;
}

__attribute__((unused)) static bool
tap_is(const char *file, int line, const char *got, const char *want, const char *name)
{
	bool good = got != NULL && want != NULL ? strcmp(got, want) == 0 : got == want;
	tap_ok(file, line, good, "%s", name);
	if (!good)
		printf("# got  %s\n# want %s\n", got == NULL ? "(null)" : got, want == NULL ? "(null)" : want);
	return good;
}

__attribute__((unused)) static int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failures == 0 ? 0 : 1;
}

#define ok(cond, ...) tap_ok(__FILE__, __LINE__, (cond), __VA_ARGS__)
#define is(got, want, name) tap_is(__FILE__, __LINE__, (got), (want), (name))
#endif
