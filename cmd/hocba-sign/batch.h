/* hocba-sign/batch.h - one packet from reading to answer: check all, show, ask, sign one by one, keep what is done. */
#ifndef AGENT_BATCH_H
#define AGENT_BATCH_H
#include "check.h"
#include "key.h"

struct batch_hooks {
	void *context;
	/* Show what would be signed; false: the person said no.  text: lines for the terminal. */
	bool (*consent)(void *context, const char *text);
	/* Called with the whole answer after every few signatures, so that an interruption loses little.  May be NULL. */
	enum hb_code (*keep)(void *context, struct hb_bytes answer, struct hb_err *err);
};
struct batch_outcome { size_t done, failed, total; bool refused; };

/* before: the answer of an interrupted run, or empty.  The answer is complete in out even when the token went away
 * (then HB_OK too, with failed > 0): only a packet that cannot be read at all, a missing certificate, or a failing keep
 * is a failure. */
enum hb_code batch_run(struct hb_bytes packet, struct hb_bytes before, struct key_source *key, const struct batch_hooks *hooks,
    struct hb_buf *out, struct batch_outcome *ret, struct hb_err *err);
#endif
