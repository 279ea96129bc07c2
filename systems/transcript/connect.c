#include "transcript/issue.h"
#include "transcript/sources.h"

void
transcript_connect(struct transcript *t)
{
	exchange_on(t->exchange, &transcript_sealed_class, t);
	exchange_on(t->exchange, &issue_lock, t);
	exchange_on_receipt(t->exchange, 3, "codes-reserve", transcript_codes_answered, t);
	exchange_on_receipt(t->exchange, 4, "deposit", issue_answered, t);
}
