/* transcript/issue.h - what the city says back: receipts of deposits, and the lock (flow 4). */
#ifndef TRANSCRIPT_ISSUE_H
#define TRANSCRIPT_ISSUE_H
#include "transcript/transcript.h"

exchange_receipt_fn issue_answered;
extern const struct exchange_handler issue_lock;
#endif
