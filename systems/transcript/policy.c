#include "transcript/policy.h"

#include <string.h>

#include "data/data.h"

#define TABLE (&data_signing_policy)

/* The newest row in force for a Sở; -1 when there is none. */
static int
row_for(const char *so, const char *level, const char *document, const char *year)
{
	int found = -1;
	for (int i = data_find(TABLE, 0, "so", so); i >= 0; i = data_find(TABLE, (unsigned)i + 1, "so", so)) {
		unsigned    row = (unsigned)i;
		const char *from = data_cell(TABLE, row, "from_year");
		if (strcmp(data_cell(TABLE, row, "level"), level) == 0 && strcmp(data_cell(TABLE, row, "document"), document) == 0 &&
		    strcmp(from, year) <= 0 && (found < 0 || strcmp(from, data_cell(TABLE, (unsigned)found, "from_year")) > 0))
			found = i;
	}
	return found;
}

static bool
yes(unsigned row, const char *column)
{
	return strcmp(data_cell(TABLE, row, column), "yes") == 0;
}

static bool
lists(const char *words, const char *word)
{
	size_t n = strlen(word);
	for (const char *at = strstr(words, word); at != NULL; at = strstr(at + n, word))
		if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
			return true;
	return false;
}

enum hb_code
transcript_policy_for(const char *so_code, const char *level, const char *document, const char *year, struct policy *ret_policy,
    struct hb_err *err)
{
	int found = row_for(so_code, level, document, year);
	if (found < 0)
		found = row_for("*", level, document, year);
	if (found < 0)
		return hb_fail(err, HB_E_RULE, "hocBa.khongCoQuyDinh", "chưa có quy định ai kí học bạ cấp %s năm %s", level, year);
	unsigned      row = (unsigned)found;
	const char   *teachers = data_cell(TABLE, row, "gvbm"), *pdf = data_cell(TABLE, row, "pdf");
	struct policy p = { .teachers = strcmp(teachers, "always") == 0 ? POLICY_TEACHERS_ALWAYS
		: strcmp(teachers, "school") == 0 ? POLICY_TEACHERS_BY_SCHOOL : POLICY_TEACHERS_NONE };
	p.in_xml[RECORD_GVCN] = yes(row, "gvcn");
	p.in_xml[RECORD_CBQL] = yes(row, "cbql");
	p.in_xml[RECORD_DON_VI] = yes(row, "don_vi");
	for (int role = RECORD_GVCN; role <= RECORD_DON_VI; role++)
		p.in_pdf[role] = lists(pdf, record_role_code((enum record_role)role));
	*ret_policy = p;
	return HB_OK;
}

void
transcript_policy_filter(const struct policy *p, bool school_asks_teachers, struct record_year *year)
{
	bool   teachers = p->teachers == POLICY_TEACHERS_ALWAYS || (p->teachers == POLICY_TEACHERS_BY_SCHOOL && school_asks_teachers);
	size_t n = 0;
	for (size_t i = 0; i < year->n_signers; i++)
		if (year->signers[i].role == RECORD_GVBM ? teachers : p->in_xml[year->signers[i].role])
			year->signers[n++] = year->signers[i];
	year->n_signers = n;
}
