/* The clauses that results cite, and how a result explains itself. */
#include "rules/rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const clauses[RULES_CLAUSE__MAX] = {
	[RULES_C_22_SUBJECTS] = "TT22/2021 Đ5",
	[RULES_C_22_REGULAR] = "TT22/2021 Đ6",
	[RULES_C_22_CLUSTER] = "TT22/2021 Đ6.3",
	[RULES_C_22_PERIODIC] = "TT22/2021 Đ7",
	[RULES_C_22_CONDUCT] = "TT22/2021 Đ8.2b",
	[RULES_C_22_COMMENT] = "TT22/2021 Đ9.1a",
	[RULES_C_22_TERM] = "TT22/2021 Đ9.1b(1)",
	[RULES_C_22_YEAR] = "TT22/2021 Đ9.1b(2)",
	[RULES_C_22_GOOD] = "TT22/2021 Đ9.2a",
	[RULES_C_22_FAIR] = "TT22/2021 Đ9.2b",
	[RULES_C_22_PASS] = "TT22/2021 Đ9.2c",
	[RULES_C_22_FAIL] = "TT22/2021 Đ9.2d",
	[RULES_C_22_ADJUST] = "TT22/2021 Đ9.3",
	[RULES_C_22_EXEMPT] = "TT22/2021 Đ10",
	[RULES_C_22_PLAN] = "TT22/2021 Đ11",
	[RULES_C_22_PROMOTE] = "TT22/2021 Đ12.1",
	[RULES_C_22_ABSENT] = "TT22/2021 Đ12.1c",
	[RULES_C_22_SUMMER] = "TT22/2021 Đ13",
	[RULES_C_22_RETAKE] = "TT22/2021 Đ14",
	[RULES_C_22_AWARD_BEST] = "TT22/2021 Đ15.1a",
	[RULES_C_22_AWARD_GOOD] = "TT22/2021 Đ15.1b",
	[RULES_C_27_TEST] = "TT27/2020 Đ7",
	[RULES_C_27_PLAN] = "TT27/2020 Đ8",
	[RULES_C_27_BEST] = "TT27/2020 Đ9.2a",
	[RULES_C_27_GOOD] = "TT27/2020 Đ9.2b",
	[RULES_C_27_DONE] = "TT27/2020 Đ9.2c",
	[RULES_C_27_NOT] = "TT27/2020 Đ9.2d",
	[RULES_C_27_PROMOTE] = "TT27/2020 Đ11.1",
	[RULES_C_27_PENDING] = "TT27/2020 Đ11.2",
	[RULES_C_27_AWARD_BEST] = "TT27/2020 Đ13.1a",
	[RULES_C_27_AWARD_GOOD] = "TT27/2020 Đ13.1b",
};

const char *rules_clause(enum rules_clause c) { return clauses[c]; }

static struct rules_note *
next_note(struct rules_notes *notes)
{
	if (notes->n == notes->cap) {
		size_t cap = notes->cap == 0 ? 64 : notes->cap * 2;
		struct rules_note *v = HB_NEWN(notes->a, struct rules_note, cap);
		if (v == NULL)
			return NULL;
		if (notes->n > 0)
			memcpy(v, notes->v, notes->n * sizeof *v);
		notes->v = v;
		notes->cap = cap;
	}
	return &notes->v[notes->n];
}

void
rules_say(struct rules_notes *notes, enum rules_clause clause, const char *what, const char *fmt, ...)
{
	if (notes == NULL)
		return;
	char text[600];         /* longest: an average with its marks, or a level with its counts */
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct rules_note *n = next_note(notes);
	char *w = n == NULL ? NULL : hb_strdup(notes->a, what);
	char *t = w == NULL ? NULL : hb_strdup(notes->a, text);
	if (t == NULL) {
		notes->full = true;
		return;
	}
	*n = (struct rules_note){ w, clauses[clause], t };
	notes->n++;
}
