/* What must hold for every class, on many random ones with a fixed seed. */
#include "tap.h"

#include <stdlib.h>

#include "rules/tt22.h"
#include "rules/tt27.h"

enum { ROUNDS = 20000, SUBJECTS = 12 };
static const enum rules_subject programme[SUBJECTS] = { RULES_TOAN, RULES_VAN, RULES_NN1, RULES_LSDL, RULES_KHTN,
	RULES_GDCD, RULES_CN, RULES_TIN, RULES_GDTC, RULES_NT, RULES_HDTN, RULES_NDDP };

static uint64_t state = 20260530;
static int
below(int n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (int)((state >> 33) % (uint64_t)n);
}

/* Marks near a centre, so that all four levels and every boundary turn up. */
static int16_t
near(int centre)
{
	int m = centre + below(41) - 20;
	return (int16_t)(m < 0 ? 0 : m > RULES_MARK_MAX ? RULES_MARK_MAX : m);
}

static void
random_subject(struct rules22_subject *s, int centre)
{
	for (int t = 0; t < 2; t++) {
		struct rules22_term *term = &s->term[t];
		term->n_tx = rules22_tx_needed(rules_subject(s->code)->periods[8]);
		for (int i = 0; i < term->n_tx; i++)
			term->tx[i] = near(centre);
		term->gk = near(centre);
		term->ck = near(centre);
		term->n_marks = RULES22_COMMENT_MARKS;
		for (int i = 0; i < RULES22_COMMENT_MARKS; i++)
			term->marks[i] = below(60) == 0 ? RULES_CD : RULES_D;
		if (below(40) == 0)
			term->status = below(2) == 0 ? RULES22_EXEMPT : RULES22_NOT_TAKEN;
	}
}

static struct rules22_pupil
random_pupil(struct rules22_subject subjects[SUBJECTS])
{
	static const enum rules_level conducts[] = { RULES_CD, RULES_D, RULES_K, RULES_T, RULES_T };
	int centre = 25 + below(65);
	for (int i = 0; i < SUBJECTS; i++) {
		subjects[i] = rules22_subject_blank(programme[i]);
		random_subject(&subjects[i], near(centre));
	}
	return (struct rules22_pupil){ .grade = 8, .subjects = subjects, .n_subjects = SUBJECTS,
		.conduct = { conducts[below(5)], conducts[below(5)] }, .absent_sessions = below(60) };
}

/* Raise one mark or comment somewhere; false when it is at the top already. */
static bool
raise_one(struct rules22_subject *s)
{
	struct rules22_term *t = &s->term[below(2)];
	if (rules_subject(s->code)->comment) {
		enum rules_level *m = &t->marks[below(RULES22_COMMENT_MARKS)];
		bool raised = *m == RULES_CD;
		*m = RULES_D;
		return raised;
	}
	int16_t *places[] = { &t->tx[below(t->n_tx)], &t->gk, &t->ck };
	int16_t *m = places[below(3)];
	if (*m == RULES_MARK_MAX)
		return false;
	*m = (int16_t)(*m + 1 + below(RULES_MARK_MAX - *m));
	return true;
}

static bool
not_worse(const struct rules22_result *before, const struct rules22_result *after)
{
	bool good = after->year >= before->year && after->award >= before->award;
	for (int t = 0; t < 2; t++)
		good = good && after->term[t] >= before->term[t];
	return good;
}

static void
raising_never_lowers(void)
{
	int worse = 0, raised = 0, seen[RULES_LEVEL__MAX] = { 0 };
	for (int i = 0; i < ROUNDS; i++) {
		struct rules22_subject subjects[SUBJECTS];
		struct rules22_pupil p = random_pupil(subjects);
		struct rules22_result before, after;
		rules22_assess(&p, &before, NULL);
		seen[before.year]++;
		if (!raise_one(&subjects[below(SUBJECTS)]))
			continue;
		raised++;
		rules22_assess(&p, &after, NULL);
		worse += !not_worse(&before, &after);
	}
	ok(seen[RULES_CD] > 100 && seen[RULES_D] > 100 && seen[RULES_K] > 100 && seen[RULES_T] > 100,
	    "all four levels turn up (%d %d %d %d)", seen[RULES_CD], seen[RULES_D], seen[RULES_K], seen[RULES_T]);
	ok(worse == 0 && raised > ROUNDS / 2, "raising one mark never lowers a level or an award (%d pupils)", raised);
}

/* Đ9.2 and Đ9.3 once more, written from the words of the circular and not from the table. */
static enum rules_level
by_the_words(const struct rules22_value *v, int n)
{
	int failed = 0, worst = RULES_MARK_MAX, m80 = 0, m65 = 0, m50 = 0;
	for (int i = 0; i < n; i++) {
		if (v[i].level != RULES_UNKNOWN) {
			failed += v[i].level == RULES_CD;
			continue;
		}
		worst = v[i].tenths < worst ? v[i].tenths : worst;
		m80 += v[i].tenths >= 80;
		m65 += v[i].tenths >= 65;
		m50 += v[i].tenths >= 50;
	}
	if (failed == 0 && worst >= 65 && m80 >= 6)
		return RULES_T;
	if (failed == 0 && worst >= 50 && m65 >= 6)
		return RULES_K;
	return failed <= 1 && m50 >= 6 && worst >= 35 ? RULES_D : RULES_CD;
}

static enum rules_level
by_the_words_adjusted(const struct rules22_value *v, int n)
{
	enum rules_level base = by_the_words(v, n), best = base;
	for (int i = 0; i < n; i++) {
		struct rules22_value other[SUBJECTS];
		memcpy(other, v, (size_t)n * sizeof *v);
		if (other[i].level != RULES_UNKNOWN)
			other[i].level = RULES_D;
		else
			other[i].tenths = RULES_MARK_MAX;
		enum rules_level l = by_the_words(other, n);
		if (l >= RULES_K && (int)l - (int)base >= 2)
			best = (enum rules_level)(base + 1);
	}
	return best;
}

static void
two_ways_agree(void)
{
	int different = 0, adjusted = 0;
	for (int i = 0; i < ROUNDS * 10; i++) {
		static const int bars[] = { 33, 34, 35, 36, 49, 50, 51, 64, 65, 66, 79, 80, 81, 90 };
		struct rules22_value v[SUBJECTS];
		int n = 6 + below(SUBJECTS - 5), easy = below(14);
		for (int k = 0; k < n; k++) {
			bool comment = k >= 6 && below(2) == 0;
			int bar = below(4) == 0 ? below(14) : easy + below(14 - easy);
			v[k] = comment ? (struct rules22_value){ RULES_NO_MARK, below(6) == 0 ? RULES_CD : RULES_D }
			               : (struct rules22_value){ (int16_t)bars[bar], RULES_UNKNOWN };
		}
		struct rules22_judgement j = rules22_level(v, n);
		different += j.base != by_the_words(v, n) || j.level != by_the_words_adjusted(v, n);
		adjusted += j.which >= 0;
	}
	ok(different == 0, "level by counting and level by the words of Đ9 agree on %d lists", ROUNDS * 10);
	ok(adjusted > 1000, "Đ9.3 acts in %d of them", adjusted);
}

static void
retake_only_helps_where_it_may(void)
{
	int bad = 0, retaken = 0;
	for (int i = 0; i < ROUNDS; i++) {
		struct rules22_subject subjects[SUBJECTS];
		struct rules22_pupil p = random_pupil(subjects);
		struct rules22_result before, after;
		rules22_assess(&p, &before, NULL);
		int k = below(8);
		subjects[k].retake = RULES_MARK_MAX;
		rules22_assess(&p, &after, NULL);
		bool may = before.year == RULES_CD && before.subjects[k].year.tenths >= 0
		    && before.subjects[k].year.tenths < 50;
		retaken += may;
		bad += may ? after.n_faults != 0 || after.after_retake < before.year : after.n_faults != 1;
		bad += after.award != before.award || after.year != before.year;
	}
	ok(bad == 0 && retaken > 500, "a retake is taken or refused by Đ14 and changes no award (%d retaken)", retaken);
}

static void
same_input_same_answer(void)
{
	struct rules22_subject subjects[SUBJECTS];
	struct rules22_pupil p = random_pupil(subjects);
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	struct rules_notes notes = { .a = &a };
	struct rules22_result with, without;
	memset(&with, 0, sizeof with);
	memset(&without, 0, sizeof without);
	rules22_assess(&p, &with, &notes);
	rules22_assess(&p, &without, NULL);
	ok(memcmp(&with, &without, sizeof with) == 0, "explaining changes no result");
	ok(notes.n > 0 && !notes.full, "and says something");
	HB_SCOPED_ARENA tiny;
	hb_arena_init(&tiny, 64);
	struct rules_notes lost = { .a = &tiny };
	rules22_assess(&p, &without, &lost);
	ok(lost.full, "an arena too small for the notes is said, not hidden");
}

static void
primary_raising_never_lowers(void)
{
	static const enum rules_subject subjects4[] = { RULES_TV, RULES_TOAN, RULES_NN1, RULES_LSDL, RULES_KH, RULES_THCN,
		RULES_DD, RULES_GDTC };
	int worse = 0;
	for (int i = 0; i < ROUNDS; i++) {
		struct rules27_subject s[8];
		struct rules27_pupil p = { .grade = 4, .subjects = s, .n_subjects = 8, .class_recognised = below(2) };
		for (int k = 0; k < 8; k++)
			s[k] = (struct rules27_subject){ subjects4[k], below(30) == 0 ? RULES27_MID : RULES27_TOP, 4 + below(7), false };
		for (int k = 0; k < RULES27_QUALITIES; k++)
			p.qualities[k] = below(30) == 0 ? RULES27_MID : RULES27_TOP;
		for (int k = 0; k < RULES27_COMPETENCES; k++)
			p.competences[k] = below(60) == 0 ? RULES27_LOW : RULES27_TOP;
		struct rules27_result before, after;
		rules27_assess(&p, &before, NULL);
		struct rules27_subject *one = &s[below(8)];
		one->test = 10;
		one->level = RULES27_TOP;
		rules27_assess(&p, &after, NULL);
		worse += after.education < before.education;
	}
	ok(worse == 0, "primary: raising a subject never lowers the education result");
}

int
main(void)
{
	raising_never_lowers();
	two_ways_agree();
	retake_only_helps_where_it_may();
	same_input_same_answer();
	primary_raising_never_lowers();
	return tap_done();
}
