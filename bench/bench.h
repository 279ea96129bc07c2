/* bench/bench.h - one way to measure and one way to say it: value, the limit it is measured against, the ratio.
 * Each program in bench/ prints rows with bench_row(); `make bench` prints them all as the table of docs/performance.md.
 * Times are CPU seconds of this process (the machines are shared), medians of rounds; wall time only where the disk is the limit. */
#ifndef BENCH_H
#define BENCH_H
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BENCH_ROUNDS = 9 };

static inline double
bench_clock(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline int
bench_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

/* Median seconds of one call of fn(arg): rounds of at least `seconds` each, on the given clock. */
static inline double
bench_median(clockid_t which, double seconds, void (*fn)(void *), void *arg)
{
	double round[BENCH_ROUNDS];
	fn(arg);                     /* warm */
	for (int r = 0; r < BENCH_ROUNDS; r++) {
		long n = 0;
		double start = bench_clock(which), spent;
		do {
			fn(arg);
			n++;
			spent = bench_clock(which) - start;
		} while (spent < seconds);
		round[r] = spent / (double)n;
	}
	qsort(round, BENCH_ROUNDS, sizeof round[0], bench_compare);
	return round[BENCH_ROUNDS / 2];
}

/* | what | value unit | limit: its name and value | ratio |; limit_value 0 when there is none to compare with. */
static inline void
bench_row(const char *what, double value, const char *unit, const char *limit, double limit_value)
{
	if (limit_value > 0)
		printf("| %s | %.4g %s | %s: %.4g %s | %.3g |\n", what, value, unit, limit, limit_value, unit, value / limit_value);
	else
		printf("| %s | %.4g %s | %s | – |\n", what, value, unit, limit);
	fflush(stdout);
}
#endif
