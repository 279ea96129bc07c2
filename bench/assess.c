/* Recomputing a school year: pupils a second, against reading the same input from memory once. */
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
	free(y.subjects);
	free(y.pupils);
	return 0;
}
