/* Rounding against exact rational arithmetic: every sum of marks a term or a year can have. */
#include "tap.h"

#include "rules/tt22.h"

/* Half up, decided by comparing whole numbers: nothing is divided. */
static bool
is_nearest_half_up(int q, int num, int den)
{
	/* q - 1/2 <= num/den < q + 1/2, multiplied by 2*den */
	return (2 * q - 1) * den <= 2 * num && 2 * num < (2 * q + 1) * den;
}

static void
all_term_sums(int needed, bool cluster)
{
	int den = needed + 5 + cluster, bad = 0, halves = 0;
	for (int sum = 0; sum <= RULES_MARK_MAX * den; sum++) {
		/* Any marks with this weighted sum: fill from the final test down. */
		int left = sum;
		struct rules22_term t = rules22_subject_blank(RULES_TOAN).term[0];
		t.ck = (int16_t)(left / 3 < RULES_MARK_MAX ? left / 3 : RULES_MARK_MAX);
		left -= 3 * t.ck;
		t.gk = (int16_t)(left / 2 < RULES_MARK_MAX ? left / 2 : RULES_MARK_MAX);
		left -= 2 * t.gk;
		for (; t.n_tx < needed; t.n_tx++) {
			t.tx[t.n_tx] = (int16_t)(left < RULES_MARK_MAX ? left : RULES_MARK_MAX);
			left -= t.tx[t.n_tx];
		}
		if (cluster) {
			t.cd = (int16_t)left;
			left = 0;
		}
		bad += left != 0 || !is_nearest_half_up(rules22_term_average(&t, needed), sum, den);
		halves += (2 * sum) % den == 0 && (2 * sum / den) % 2 == 1;
	}
	ok(bad == 0, "ĐTBmhk with %d regular marks%s: all %d sums, %d of them exact halves", needed,
	    cluster ? " and a cluster" : "", RULES_MARK_MAX * den + 1, halves);
}

static void
all_years(void)
{
	int bad = 0;
	for (int a = 0; a <= RULES_MARK_MAX; a++)
		for (int b = 0; b <= RULES_MARK_MAX; b++)
			bad += !is_nearest_half_up(rules22_year_average(a, b), a + 2 * b, 3);
	ok(bad == 0, "ĐTBmcn: all %d pairs of terms", (RULES_MARK_MAX + 1) * (RULES_MARK_MAX + 1));
}

static void
all_marks(void)
{
	int bad = 0;
	for (int tenths = 0; tenths <= RULES_MARK_MAX; tenths++) {
		char point[8], comma[8], whole[8];
		snprintf(point, sizeof point, "%d.%d", tenths / 10, tenths % 10);
		snprintf(comma, sizeof comma, "%d,%d", tenths / 10, tenths % 10);
		snprintf(whole, sizeof whole, "%d", tenths / 10);
		bad += rules_mark_parse(point) != tenths || rules_mark_parse(comma) != tenths;
		bad += tenths % 10 == 0 && rules_mark_parse(whole) != tenths;
	}
	ok(bad == 0, "every mark of the scale reads back, with point and comma");
}

int
main(void)
{
	ok(is_nearest_half_up(73, 725, 10) && !is_nearest_half_up(72, 725, 10), "the judge itself rounds 72,5 up");
	for (int needed = 2; needed <= 4; needed++) {
		all_term_sums(needed, false);
		all_term_sums(needed, true);
	}
	all_years();
	all_marks();
	return tap_done();
}
