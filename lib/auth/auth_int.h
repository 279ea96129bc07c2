/* auth/auth_int.h - shared between the files of lib/auth. */
#ifndef AUTH_AUTH_INT_H
#define AUTH_AUTH_INT_H
#include <pthread.h>

#include "auth/auth.h"
#include "auth/auth_sql.h"

/* Failures by address: a fixed table, oldest entry replaced, so that memory does not grow with attackers. */
enum { THROTTLE_SLOTS = 1024, THROTTLE_FAILURES = 20, THROTTLE_WINDOW = 300, THROTTLE_PEER = 46 };
struct throttle_slot { char peer[THROTTLE_PEER]; int failures; hb_time since; };
struct throttle { pthread_mutex_t lock; struct throttle_slot slots[THROTTLE_SLOTS]; };
bool throttle_blocked(struct throttle *t, const char *peer, hb_time now);
void throttle_failed(struct throttle *t, const char *peer, hb_time now);

struct auth {
	struct db                *db;
	uint8_t                   key[AUTH_KEY_LEN];
	char                      origin[200];
	const struct auth_policy *policy;
	struct throttle           throttle;
	char                      dummy_hash[128];     /* so that an unknown name costs as much as a known one */
};

/* One account as stored, out of the columns that the three account queries share. */
struct account {
	struct hb_id   id, person;
	const char    *name, *kind, *state, *password, *certificate;
	bool           must_change, is_reset, totp_ready, never_entered;
	struct hb_bytes totp;
	int64_t        totp_step;
	int            failures;
	hb_time        password_at, locked_until, last_login, created_at;
};
void account_read(const struct db_rows *rows, size_t i, struct account *ret_account);
enum hb_code account_load(struct db_tx *tx, const char *unit, const char *id, struct hb_arena *a, struct account *ret_account,
    struct hb_err *err);

/* Roles in force today, from confirmed grants. */
enum hb_code roles_load(struct db_tx *tx, const char *unit, const char *account, struct hb_arena *a, auth_roles *ret_roles,
    struct hb_err *err);
auth_roles roles_without_second_factor(auth_roles roles);       /* what remains of them */
bool role_grantable(enum auth_role role, auth_roles by);
bool role_confirmable(enum auth_role role, auth_roles by);

/* password.c */
enum hb_code password_check(const struct auth_policy *p, const char *login, const char *password, bool second_factor,
    struct hb_err *err);
bool         password_verify(const char *hash, const char *password);      /* slow, never inside a transaction */
enum hb_code password_hash(const char *password, char out[128], struct hb_err *err);
/* Refuses one of the last ones, against the stored hashes given; slow. */
bool         password_used(const struct db_rows *old, const char *current_hash, const char *password);
const char  *password_random(struct hb_arena *a);

/* totp.c: secrets are sealed at rest. */
enum { TOTP_SECRET = 20, TOTP_SECONDS = 30 };
struct hb_bytes totp_seal(const struct auth *auth, const uint8_t secret[TOTP_SECRET], struct hb_arena *a);
bool totp_open(const struct auth *auth, struct hb_bytes sealed, uint8_t secret[TOTP_SECRET]);
char *totp_text(struct hb_arena *a, const uint8_t secret[TOTP_SECRET]);
enum hb_code totp_parse(const char *text, uint8_t secret[TOTP_SECRET], struct hb_err *err);
/* The step a code belongs to, within one step of now and later than `after`; -1 when none. */
int64_t totp_step(const uint8_t secret[TOTP_SECRET], const char *code, hb_time now, int64_t after);

/* sessions.c */
struct opening { const char *unit; struct hb_id account; enum auth_assurance assurance; bool admin; };
/* Inside a transaction: a session row, older ones ended beyond the limit; the token goes to the caller only. */
enum hb_code session_open(struct auth *auth, struct db_tx *tx, const struct opening *o, struct hb_arena *a,
    const char **ret_token, struct hb_err *err);

/* audit.c */
enum hb_code note(struct db_tx *tx, const char *unit, const char *actor, const char *action, const char *account,
    const char *request, const char *payload, struct hb_err *err);
enum hb_code denied(struct hb_err *err, const char *what);
#endif
