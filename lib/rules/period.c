/* Which circular judges a grade in a school year: the dated table.  A draft amendment to both circulars was out for
 * comment in 2026 (CV 4582/BGDĐT-GDPT); when issued it becomes new rows here, a new table beside tt22_table.c and an
 * entry in RULES.md.  Years before a row were judged by TT 58/2011 and TT 22/2016, which this software does not have. */
#include "rules/rules.h"

#include <string.h>

#define TT22 RULES_TT22, "tt22-2021"
#define TT27 RULES_TT27, "tt27-2020"
static const char tt22_source[] = "TT 22/2021/TT-BGDĐT Đ22 (lộ trình)";
static const char tt27_source[] = "TT 27/2020/TT-BGDĐT Đ19 (lộ trình)";
static const struct rules_period periods[] = {
	{ TT27, 1, 2020, 0, tt27_source },
	{ TT27, 2, 2021, 0, tt27_source },
	{ TT27, 3, 2022, 0, tt27_source },
	{ TT27, 4, 2023, 0, tt27_source },
	{ TT27, 5, 2024, 0, tt27_source },
	{ TT22, 6, 2021, 0, tt22_source },
	{ TT22, 7, 2022, 0, tt22_source },
	{ TT22, 8, 2023, 0, tt22_source },
	{ TT22, 9, 2024, 0, tt22_source },
	{ TT22, 10, 2022, 0, tt22_source },
	{ TT22, 11, 2023, 0, tt22_source },
	{ TT22, 12, 2024, 0, tt22_source },
};
#define N_PERIODS (sizeof periods / sizeof periods[0])

const struct rules_period *
rules_periods(size_t *ret_n)
{
	*ret_n = N_PERIODS;
	return periods;
}

const struct rules_period *
rules_for(int grade, int year)
{
	for (size_t i = 0; i < N_PERIODS; i++) {
		const struct rules_period *p = &periods[i];
		if (p->grade == grade && p->first_year <= year && (p->last_year == 0 || year <= p->last_year))
			return p;
	}
	return NULL;
}

enum rules_circular
rules_circular_find(const char *key)
{
	for (size_t i = 0; i < N_PERIODS; i++)
		if (strcmp(periods[i].key, key) == 0)
			return periods[i].circular;
	return RULES_NONE;
}

bool
rules_covers(enum rules_circular c, int grade)
{
	for (size_t i = 0; i < N_PERIODS; i++)
		if (periods[i].circular == c && periods[i].grade == grade)
			return true;
	return false;
}
