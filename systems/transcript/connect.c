#include "transcript/issue.h"
#include "transcript/sources.h"

void
transcript_connect(struct transcript *t)
{
	static const struct { int flow; const char *kind; } requests[] = { { 3, "codes-check" }, { 3, "codes-cancel" },
		{ 3, "unit-certificate" }, { 3, "unit-certificate-withdraw" }, { 4, "close-year" }, { 4, "correction-request" } };
	exchange_on(t->exchange, &transcript_sealed_class, t);
	exchange_on_receipt(t->exchange, 3, "codes-reserve", transcript_codes_answered, t);
	exchange_on_receipt(t->exchange, 4, "deposit", transcript_deposit_answered, t);
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
		exchange_on_receipt(t->exchange, requests[i].flow, requests[i].kind, transcript_request_answered, t);
}
