/* lib/sign/policy: laws of the whole table. */
#include "tap.h"

#include "sign/policy.h"

static const char *const columns[POLICY_COLUMNS] = { "our XML", "our PDF", "foreign" };

/* Answers that are all good for a column; one of them may then be spoilt. */
static struct answers
all_yes(void)
{
	struct answers s = { 0 };
	for (size_t q = 0; q < Q__MAX; q++)
		s.a[q] = ANSWER_YES;
	return s;
}

static enum verify_verdict
weighed(const struct answers *s, enum policy_column column, struct hb_arena *a, struct verify_report *report)
{
	struct policy_outcome x, y;
	*report = (struct verify_report){ 0 };
	if (policy_weigh(s, POLICY_SIGNATURE, column, "s", a, report, &x, NULL) != HB_OK
	    || policy_weigh(s, POLICY_FILE, column, NULL, a, report, &y, NULL) != HB_OK)
		return VERIFY_VALID;         /* the worst answer for this test */
	return policy_worse(x.verdict, y.verdict);
}

static void
rows_are_whole(void)
{
	unsigned wrong = 0;
	for (size_t i = 0; i < Q__MAX; i++) {
		const struct policy_row *r = &policy_rows[i];
		bool whole = r->question == i && r->key != NULL && r->clause != NULL && r->clause[0] == 'D' && r->ask != NULL && r->no != NULL
		    && r->ask[strlen(r->ask) - 1] == '?';
		bool fails = false, sub = r->scope == POLICY_FILE || (r->sub_no != NULL && r->sub_unknown != NULL);
		for (size_t k = 0; k < POLICY_COLUMNS; k++)
			fails |= r->weight[k] == FAIL;
		for (size_t k = 0; k < i && whole; k++)
			whole = strcmp(policy_rows[k].key, r->key) != 0;
		if (!whole || (fails && !sub && r->question != Q_STAMP_FITS && r->question != Q_PERSON)) {
			printf("# row %zu %s\n", i, r->key == NULL ? "" : r->key);
			wrong++;
		}
	}
	ok(wrong == 0, "each question has one row with a key of its own, a clause, a question and a failing answer");
}

static void
verdicts(struct hb_arena *a)
{
	for (enum policy_column c = 0; c < POLICY_COLUMNS; c++) {
		struct verify_report r;
		struct answers nothing = { 0 }, good = all_yes();
		unsigned wrong = 0;
		ok(weighed(&nothing, c, a, &r) == VERIFY_INDETERMINATE && r.n_findings > 0, "%s: no answer at all is INDETERMINATE", columns[c]);
		ok(weighed(&good, c, a, &r) == VERIFY_VALID && r.n_findings == 0, "%s: only good answers make VALID", columns[c]);
		for (size_t q = 0; q < Q__MAX; q++) {
			enum policy_weight w = policy_rows[q].weight[c];
			for (enum answer bad = ANSWER_UNKNOWN; bad <= ANSWER_NO; bad += 2) {
				struct answers s = good;
				answer(&s, q, bad, "chi tiết");
				enum verify_verdict v = weighed(&s, c, a, &r), want = w != FAIL ? VERIFY_VALID
				    : bad == ANSWER_NO ? VERIFY_INVALID : VERIFY_INDETERMINATE;
				wrong += v != want || r.n_findings != (w == IGNORE ? 0 : 1);
				wrong += r.n_findings == 1 && (strcmp(r.findings[0].key, policy_rows[q].key) != 0
				    || strstr(r.findings[0].text, "chi tiết") == NULL);
			}
		}
		ok(wrong == 0, "%s: each bad answer changes the verdict by its weight and is the one finding (D10.2c)", columns[c]);
	}
	ok(policy_worse(VERIFY_INDETERMINATE, VERIFY_INVALID) == VERIFY_INVALID && policy_worse(VERIFY_VALID, VERIFY_INDETERMINATE) == VERIFY_INDETERMINATE
	    && policy_worse(VERIFY_VALID, VERIFY_VALID) == VERIFY_VALID, "INVALID over INDETERMINATE over VALID");
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	rows_are_whole();
	verdicts(&a);
	return tap_done();
}
