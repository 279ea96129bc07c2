/* transcript/states.h - the states of a học bạ document, as one table (drawn in README.md).
 *
 * A document moves only by doc_state_next(); nothing steps back over a signature: what was signed is recalled and made
 * anew as the next revision, before the lock (seed004-9); after it only the city's correction does that (D14.6). */
#ifndef TRANSCRIPT_STATES_H
#define TRANSCRIPT_STATES_H
#include "base/err.h"

enum doc_state {
	DOC_NONE,          /* before it is built */
	DOC_DRAFT,         /* built from the sealed class file, nobody has signed */
	DOC_SIGNING,       /* k of n signatures */
	DOC_SIGNED,        /* all of them, in XML and PDF */
	DOC_ISSUED,        /* evidence complete, verified, the deposit stands in the outbox */
	DOC_DEPOSITED,     /* the city's receipt is here */
	DOC_LOCKED,        /* final: locked by the city */
	DOC_DISCARDED,     /* final: replaced while a draft */
	DOC_RECALLED,      /* final: recalled before the lock */
	DOC_STATE__MAX
};
enum doc_event {
	DOC_BUILD, DOC_SIGN, DOC_COMPLETE, DOC_ISSUE, DOC_ACCEPT, DOC_REFUSE, DOC_LOCK, DOC_DISCARD, DOC_RECALL, DOC_EVENT__MAX
};
struct doc_transition { enum doc_state from; enum doc_event event; enum doc_state to; const char *who, *clause; };

const struct doc_transition *doc_state_table(size_t *ret_n);
/* HB_E_CONFLICT "hocBa.saiTrangThai" when the table has no such line. */
enum hb_code doc_state_next(enum doc_state from, enum doc_event event, enum doc_state *ret_to, struct hb_err *err);
bool         doc_state_final(enum doc_state s);
const char  *doc_state_name(enum doc_state s);              /* "DRAFT" … as stored */
const char  *doc_state_event_name(enum doc_event e);        /* "BUILD" … */
const char  *doc_state_vi(enum doc_state s);                /* for people */
bool         doc_state_parse(const char *name, enum doc_state *ret_s);
#endif
