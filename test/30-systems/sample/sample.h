/* sample.h - the handlers and hooks behind openapi.yaml, shared by the tests of lib/http. */
#ifndef SAMPLE_H
#define SAMPLE_H
#include "http/api.h"

/* What the hooks saw, and how they are told to behave. */
struct sample {
	int  handled, audited, refused, ended, forgotten;
	bool audit_full;                       /* the audit queue takes nothing */
	int  slow_ms;                          /* a handler takes this long */
	bool careless;                         /* a reply with a member that its schema does not have */
	char known_key[65], known_hash[65];    /* one remembered write … */
	char known_body[256];                  /* … and its reply; "" while it runs */
};
extern const struct api_replays sample_replays;
/* Tokens of the form "ROLE[+ROLE…]:CLASS": a session of those roles whose scope is CLASS. */
struct api_system sample_system(struct sample *s);
#endif
