/* PDF signatures: one field signed, a closed file judged; beside the RSA operation, SHA-256 of the same bytes, and
 * pdfsig on the same file (a process of its own, certificates unchecked). */
#include "bench.h"

#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "signed_pdf.h"

enum { PDFSIG_RUNS = 15 };
static struct sp_pki   pki;
static struct hb_bytes page, closed, look;
static struct hb_bytes signed_once;

static void
raw_rsa(void *arg)
{
	HB_SCOPED_ARENA a;
	(void)arg;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	(void)sp_sign(&pki.gvcn, page, &a);
}

static void
sign_field(void *arg)
{
	HB_SCOPED_ARENA    a;
	struct pades_field f = { .name = "GVCN", .rect = { 60, 90, 200, 150 }, .look = look };
	(void)arg;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	signed_once = sp_sign_field(page, &f, &pki.gvcn, &pki, false, &a);
	if (signed_once.n == 0)
		abort();
}

static void
raw_hash(void *arg)
{
	(void)arg;
	for (int i = 0; i < 4; i++)
		(void)hb_sha256(closed);
}

static void
inspect(void *arg)
{
	HB_SCOPED_ARENA    a;
	struct pades_facts f;
	(void)arg;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	if (pades_inspect(closed, &a, &f, NULL) != HB_OK || f.signatures_n != 4 || f.findings_n != 0)
		abort();
}

/* CPU seconds of pdfsig over the file, by itself. */
static double
pdfsig(void)
{
	char          path[] = "/tmp/bench-pdf-XXXXXX", command[128];
	int           fd = mkstemp(path);
	struct rusage before, after;
	if (fd < 0 || write(fd, closed.p, closed.n) != (ssize_t)closed.n)
		abort();
	close(fd);
	snprintf(command, sizeof command, "pdfsig -nocert %s >/dev/null 2>&1", path);
	getrusage(RUSAGE_CHILDREN, &before);
	for (int i = 0; i < PDFSIG_RUNS; i++)
		if (system(command) != 0)
			break;
	getrusage(RUSAGE_CHILDREN, &after);
	unlink(path);
	double user = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) + (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec) * 1e-6;
	double sys = (double)(after.ru_stime.tv_sec - before.ru_stime.tv_sec) + (double)(after.ru_stime.tv_usec - before.ru_stime.tv_usec) * 1e-6;
	return (user + sys) / PDFSIG_RUNS;
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)256 << 20);
	pki = sp_pki();
	page = sp_pages(4, &a);
	closed = sp_close(sp_three(page, &pki, &a), &pki, &a);
	if (stamp_hand("Nguyễn Thị Chủ Nhiệm", 140, 60, &a, &look, NULL) != HB_OK)
		abort();
	double sign = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, sign_field, NULL);
	double rsa = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, raw_rsa, NULL);
	double judge = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, inspect, NULL);
	double hash = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, raw_hash, NULL);
	bench_row("sign one field of a PDF", 1 / sign, "/s", "RSA-2048 alone", 1 / rsa);
	bench_row("facts of a closed PDF, four signatures", judge * 1e3, "ms", "SHA-256 of the file four times", hash * 1e3);
	bench_row("the same", judge * 1e3, "ms", "pdfsig", pdfsig() * 1e3);
	bench_row("a PDF of 4 pages, signed three times and closed", (double)closed.n / 1e3, "kB", "unsigned", (double)page.n / 1e3);
	sp_pki_free(&pki);
	return 0;
}
