#include "record/person.h"

#include <stdio.h>
#include <string.h>

void
record_birth_vi(const char *birth_date, char out[RECORD_BIRTH_LEN])
{
	size_t n = strlen(birth_date);
	if (n == 10)
		snprintf(out, RECORD_BIRTH_LEN, "%.2s/%.2s/%.4s", birth_date + 8, birth_date + 5, birth_date);
	else if (n == 7)
		snprintf(out, RECORD_BIRTH_LEN, "%.2s/%.4s", birth_date + 5, birth_date);
	else
		snprintf(out, RECORD_BIRTH_LEN, "%.4s", birth_date);
}
