/* hocba-sign/agent.h - the sub-commands of the signer's agent and the options they share.
 * Exit status is that of architecture §7: 0 all signed, 1 any document not signed, 3 wrong arguments or a token,
 * certificate or file that cannot be opened. */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H
#include "key.h"
#include "pin.h"

enum { AGENT_OK = 0, AGENT_BAD = 1, AGENT_USAGE = 3 };

struct agent_options {
	struct key_options key;
	struct pin_options pin;
	const char *in, *out;            /* sign: packet and answer; NULL: standard input and output */
	const char *origin;              /* serve: the page that may ask */
	int         port;                /* serve */
	bool        yes;                 /* do not ask before signing */
	bool        json;
};
int agent_list(const struct agent_options *o);
int agent_sign(const struct agent_options *o);
int agent_serve(const struct agent_options *o);

/* Opens the key with the PIN of the options (asked when needed); tells the failure on stderr. */
enum hb_code agent_open_key(const struct agent_options *o, struct key_source **ret_key);
void         agent_tell(const struct hb_err *err);
#endif
