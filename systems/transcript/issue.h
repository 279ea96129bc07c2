/* transcript/issue.h - the receipt of a deposit (flow 4). */
#ifndef TRANSCRIPT_ISSUE_H
#define TRANSCRIPT_ISSUE_H
#include "transcript/transcript.h"

exchange_receipt_fn transcript_deposit_answered;
#endif
