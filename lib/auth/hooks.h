/* auth/hooks.h - the ready-made hooks that most systems plug into their struct api_system.
 *
 *     struct auth_hooks hooks = { .db = db, .audit = audit, .local = auth, .scopes = { … } };
 *     auth_plug(&hooks, &host);
 *
 * Session: from this system's own accounts (local), or from the account system of the operator (remote).
 * Scope: school and unit hold by the session itself, self by {account}; the others are one statement each, which must
 * return a count.  Its parameters are bound by name: school, account and person from the session, today from the
 * business clock, anything else from path or query; what the request does not name is NULL, and so matches nothing.
 * Audit: reads and refusals go to the queue of db/audit.h.  Replies to repeat are kept in module replay for a day. */
#ifndef AUTH_HOOKS_H
#define AUTH_HOOKS_H
#include <pthread.h>

#include "auth/auth.h"
#include "db/audit.h"
#include "http/api.h"

#define REPLAY_KEEP_S 86400

/* The statement that answers a scope for a role (ROLE__MAX: for any role), or none. */
struct auth_scope_rule { enum api_scope scope; enum auth_role role; const struct db_stmt *count; };

struct auth_running { struct hb_id account; char key[65]; };
struct auth_remote;
struct auth_hooks {
	struct db          *db;
	struct audit       *audit;
	struct auth        *local;                /* exactly one of local and remote */
	struct auth_remote *remote;
	const struct auth_scope_rule *scopes;     /* first match counts; more exact rows first */
	unsigned            n_scopes;
	/* private */
	pthread_mutex_t     lock;
	struct auth_running running[128];         /* writes under way */
};
/* Sets session, scope, audit, replays and hooks of host.  hooks must live as long as host. */
void auth_plug(struct auth_hooks *hooks, struct api_system *host);

/* The account system asked over its socket: GET /api/SYSTEM/v1/session with the caller's cookie (contracts/session).
 * Answers are kept at most REMOTE_KEEP_S, so that an ended session ends everywhere within that time. */
#define REMOTE_KEEP_S 30
struct auth_remote *auth_remote_new(const char *socket_or_url, const char *path);    /* NULL: out of memory */
void auth_remote_free(struct auth_remote *remote);
enum hb_code auth_remote_session(struct auth_remote *remote, const char *token, struct hb_arena *a,
    const struct auth_person **ret_who, struct hb_err *err);

/* A person as contracts/session has it. */
void auth_person_write(struct jw *w, const char *name, const struct auth_person *who);
enum hb_code auth_person_read(const json_t *object, struct hb_arena *a, struct auth_person *ret_who, struct hb_err *err);
#endif
