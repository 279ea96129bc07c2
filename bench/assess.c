/* Recomputing a school year: pupils a second, against reading the same input from memory once. */
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"

#include "rules/tt22.h"

enum { PUPILS = 20000, SUBJECTS = 12, MILLION = 1000000 };
static const enum rules_subject programme[SUBJECTS] = { RULES_TOAN, RULES_VAN, RULES_NN1, RULES_LSDL, RULES_KHTN,
	RULES_GDCD, RULES_CN, RULES_TIN, RULES_GDTC, RULES_NT, RULES_HDTN, RULES_NDDP };
struct year { struct rules22_subject (*subjects)[SUBJECTS]; struct rules22_pupil *pupils; };
static volatile long sink;

static void
fill(struct rules22_subject *s, unsigned *seed)
{
	for (int t = 0; t < 2; t++) {
		struct rules22_term *term = &s->term[t];
		term->n_tx = rules22_tx_needed(rules_subject(s->code)->periods[8]);
		for (int i = 0; i < term->n_tx; i++)
			term->tx[i] = (int16_t)(30 + rand_r(seed) % 71);
		term->gk = (int16_t)(30 + rand_r(seed) % 71);
		term->ck = (int16_t)(30 + rand_r(seed) % 71);
		term->n_marks = RULES22_COMMENT_MARKS;
		for (int i = 0; i < RULES22_COMMENT_MARKS; i++)
			term->marks[i] = rand_r(seed) % 50 == 0 ? RULES_CD : RULES_D;
	}
}

static void
assess_all(void *arg)
{
	const struct year *y = arg;
	long promoted = 0;
	for (int i = 0; i < PUPILS; i++) {
		struct rules22_result r;
		rules22_assess(&y->pupils[i], &r, NULL);
		promoted += r.promotion == RULES22_PROMOTED;
	}
	sink = promoted;
}

static void
read_all(void *arg)
{
	const struct year *y = arg;
	const long *words = (const long *)y->subjects;
	long sum = 0;
	for (size_t i = 0; i < PUPILS * sizeof *y->subjects / sizeof *words; i++)
		sum += words[i];
	sink = sum;
}

/* ---- The command: the same pupils as JSON ---- */
#define COMMAND_LEN 600

static void
write_term(FILE *f, const struct rules22_subject *s, int t)
{
	const struct rules22_term *term = &s->term[t];
	bool comment = rules_subject(s->code)->comment;
	fputs(t == 0 ? "{" : ",{", f);
	fputs(comment ? "\"marks\":[" : "\"tx\":[", f);
	for (int i = 0; i < (comment ? term->n_marks : term->n_tx); i++) {
		fputs(i == 0 ? "" : ",", f);
		if (comment)
			fprintf(f, "\"%s\"", rules_level_code(term->marks[i]));
		else
			fprintf(f, "\"%d.%d\"", term->tx[i] / 10, term->tx[i] % 10);
	}
	if (comment)
		fputs("]}", f);
	else
		fprintf(f, "],\"gk\":\"%d.%d\",\"ck\":\"%d.%d\"}", term->gk / 10, term->gk % 10, term->ck / 10, term->ck % 10);
}

static void
write_json(FILE *f, const struct year *y)
{
	fputs("{\"circular\":\"tt22-2021\",\"grade\":8,\"students\":[", f);
	for (int i = 0; i < PUPILS; i++) {
		fprintf(f, "%s{\"id\":\"p%d\",\"subjects\":[", i == 0 ? "" : ",", i);
		for (int k = 0; k < SUBJECTS; k++) {
			fprintf(f, "%s{\"code\":\"%s\",\"terms\":[", k == 0 ? "" : ",", rules_subject(programme[k])->code);
			for (int t = 0; t < 2; t++)
				write_term(f, &y->subjects[i][k], t);
			fputs("]}", f);
		}
		fputs("],\"conduct\":[\"T\",\"K\"],\"absent_sessions\":0}", f);
	}
	fputs("]}", f);
}

/* CPU seconds of one run of the child, the best of three; 0 when it fails. */
static double
command_seconds(const char *text)
{
	double best = 0;
	for (int i = 0; i < 3; i++) {
		struct rusage before, after;
		getrusage(RUSAGE_CHILDREN, &before);
		if (system(text) != 0)
			return 0;
		getrusage(RUSAGE_CHILDREN, &after);
		double spent = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_stime.tv_sec)
		    + (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_stime.tv_usec) * 1e-6;
		best = i == 0 || spent < best ? spent : best;
	}
	return best;
}

/* build/bench/bench_assess stands beside build/hocba. */
static void
measure_command(const struct year *y, double pure)
{
	char self[256], path[] = "/tmp/hocba-bench-XXXXXX";
	char text[COMMAND_LEN];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	int fd = mkstemp(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	if (n <= 0 || f == NULL)
		return;
	self[n] = '\0';
	for (int up = 0; up < 2; up++)
		*strrchr(self, '/') = '\0';
	write_json(f, y);
	fclose(f);
	snprintf(text, sizeof text, "%s/hocba assess < %s > /dev/null", self, path);
	double seconds = command_seconds(text);
	if (seconds > 0)
		bench_row("hocba assess, từ JSON đến JSON", PUPILS / seconds, "học sinh/s", "chỉ riêng phép tính", pure);
	else
		printf("| hocba assess, từ JSON đến JSON | **không chạy được** | | |\n");
	unlink(path);
}

int
main(void)
{
	struct year y = { calloc(PUPILS, sizeof *y.subjects), calloc(PUPILS, sizeof *y.pupils) };
	unsigned seed = 20260530;
	if (y.subjects == NULL || y.pupils == NULL)
		return 1;
	for (int i = 0; i < PUPILS; i++) {
		for (int k = 0; k < SUBJECTS; k++) {
			y.subjects[i][k] = rules22_subject_blank(programme[k]);
			fill(&y.subjects[i][k], &seed);
		}
		y.pupils[i] = (struct rules22_pupil){ .grade = 8, .subjects = y.subjects[i], .n_subjects = SUBJECTS,
			.conduct = { RULES_T, RULES_K } };
	}
	double scale = (double)MILLION / PUPILS;
	double assess = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.2, assess_all, &y) * scale;
	double limit = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.05, read_all, &y) * scale;
	bench_row("năm học của một triệu học sinh, một lõi (mục tiêu < 10 s)", assess, "s", "đọc cùng dữ liệu từ bộ nhớ", limit);
	measure_command(&y, MILLION / assess);
	free(y.subjects);
	free(y.pupils);
	return 0;
}
