/* The pieces of TT 22/2021, each one clause. */
#include "rules/tt22_table.h"

struct rules22_subject
rules22_subject_blank(enum rules_subject code)
{
	struct rules22_subject s = { .code = code, .retake = RULES_NO_MARK };
	for (int t = 0; t < 2; t++)
		s.term[t].gk = s.term[t].ck = s.term[t].cd = RULES_NO_MARK;
	return s;
}

const char *
rules22_promotion_code(enum rules22_promotion p)
{
	static const char *const codes[RULES22_PROMOTION__MAX] = { "incomplete", "promoted", "retake", "summer_conduct",
		"retake_and_summer", "retained", "head_decides" };
	return codes[p];
}

const char *
rules22_award_code(enum rules22_award a)
{
	static const char *const codes[] = { NULL, "good", "excellent" };
	return codes[a];
}

int
rules22_tx_needed(int periods)
{
	int i = 0;
	while (periods > tt22.regular[i].up_to_periods)
		i++;
	return tt22.regular[i].tx;
}

int
rules22_term_average(const struct rules22_term *t, int needed)
{
	if (t->n_tx != needed || t->gk < 0 || t->ck < 0)
		return RULES_NO_MARK;
	int sum = tt22.weight_gk * t->gk + tt22.weight_ck * t->ck, den = tt22.weight_gk + tt22.weight_ck;
	for (int i = 0; i < needed; i++) {
		sum += tt22.weight_tx * t->tx[i];
		den += tt22.weight_tx;
	}
	if (t->cd >= 0) {               /* Đ6.3: the chosen cluster counts as one more regular mark */
		sum += tt22.weight_tx * t->cd;
		den += tt22.weight_tx;
	}
	return rules_round(sum, den);
}

int
rules22_year_average(int term1, int term2)
{
	const int *w = tt22.weight_term;
	if (term1 < 0 || term2 < 0)
		return RULES_NO_MARK;
	return rules_round(w[0] * term1 + w[1] * term2, w[0] + w[1]);
}

enum rules_level
rules22_conduct_year(enum rules_level term1, enum rules_level term2)
{
	return tt22.conduct[term2][term1];      /* an unknown term has a row and column of zeros: unknown */
}

/* ---- Đ9.2 and Đ9.3 by counting: how many values reach each bar ---- */
struct tally { int scores, failed, all[TT22_LEVELS], many[TT22_LEVELS]; };

static void
tally_score(struct tally *c, int tenths, int by)
{
	c->scores += by;
	for (int r = 0; r < TT22_LEVELS; r++) {
		c->all[r] += tenths >= tt22.levels[r].all_at_least ? by : 0;
		c->many[r] += tenths >= tt22.levels[r].many_at_least ? by : 0;
	}
}

static void
tally_add(struct tally *c, struct rules22_value v, int by)
{
	if (v.level == RULES_UNKNOWN)
		tally_score(c, v.tenths, by);
	else if (v.level == RULES_CD)
		c->failed += by;
}

static bool
meets(const struct tally *c, int row)
{
	const struct tt22_level_row *r = &tt22.levels[row];
	return c->failed <= r->failed_comments && c->all[row] == c->scores && c->many[row] >= r->many;
}

static enum rules_level
level_of(const struct tally *c)
{
	for (int r = 0; r < TT22_LEVELS; r++)
		if (meets(c, r))
			return tt22.levels[r].level;
	return RULES_CD;
}

/* Would the level of `row` be reached with the best possible result in v alone?  (Đ9.3, counterfactual reading) */
static bool
one_to_blame(struct tally c, struct rules22_value v, int row, bool *ret_disputed)
{
	tally_add(&c, v, -1);
	bool others_alone = meets(&c, row);
	if (v.level == RULES_UNKNOWN)
		tally_score(&c, RULES_MARK_MAX, 1);
	*ret_disputed = !others_alone;
	return meets(&c, row);
}

static void
adjust(struct rules22_judgement *j, const struct tally *c, const struct rules22_value *v, int n)
{
	for (int r = 0; r < TT22_LEVELS && j->which < 0; r++) {
		if ((int)tt22.levels[r].level - (int)j->base < tt22.adjust_from_steps)
			continue;
		for (int i = 0; i < n && j->which < 0; i++)
			if (one_to_blame(*c, v[i], r, &j->disputed))
				j->which = i;
	}
	if (j->which >= 0)
		j->level = (enum rules_level)(j->base + 1);
	else
		j->disputed = false;
}

struct rules22_judgement
rules22_level(const struct rules22_value *v, int n)
{
	struct rules22_judgement j = { .which = -1 };
	struct tally c = { 0 };
	for (int i = 0; i < n; i++) {
		if (v[i].level == RULES_UNKNOWN && v[i].tenths < 0)
			return j;
		tally_add(&c, v[i], 1);
	}
	if (n == 0)
		return j;
	j.base = j.level = level_of(&c);
	adjust(&j, &c, v, n);
	return j;
}
