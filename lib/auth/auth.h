/* auth/auth.h - accounts of one operator: who someone is, which roles are in force, and since when (D4.2c, D6, D8b).
 *
 * An account belongs to a unit (a school, or an office of the Sở or the ministry) and to a person.  Working and
 * administrative accounts are separate.  A role rests on a decision; one that touches results takes effect when the
 * head confirms it; only the head appoints administrators (D21.2); nobody grants to himself.  A password given by
 * someone else works only after the head confirms it, so that an administrator cannot walk in as a teacher (D4.2c6).
 *
 * Roles of the table in roles.c need a second factor (TOTP) or a certificate: without one they cannot enter.
 * Every change and every refused entry is an audit row in the transaction that makes it.
 * `by` is the acting person of a session; authority is checked here as well as by the routes.
 * Thread rule: struct auth may be used by any thread.  Text results live in the arena. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H
#include "base/codec.h"
#include "db/db.h"
#include "http/person.h"

#define AUTH_KEY_LEN 32
#define AUTH_TOKEN_LEN 81                    /* "UUID.43 characters" and NUL */

/* Numbers of domain.md §6.2; level 3 is the default. */
struct auth_policy {
	int password_min, password_min_alone;    /* characters: with a second factor, without one */
	int password_classes_alone;              /* of lower, upper, digit, other: without a second factor */
	int password_history;                    /* not one of the last n */
	int failures_max;                        /* then locked */
	int lock_seconds, idle_seconds, idle_seconds_admin, session_seconds, session_seconds_admin;
	int sessions_max;                        /* of one account at a time: the oldest ends */
	int unused_days;                         /* staff accounts not used for so long are refused */
	int password_days_admin;                 /* an administrator's password lives so long */
};
extern const struct auth_policy auth_policy_level3;

struct auth_config {
	struct db  *db;                          /* holds modules auth and, for hooks, replay */
	uint8_t     key[AUTH_KEY_LEN];           /* seals second-factor secrets; from DATA/<system>/auth.key */
	const char *origin;                      /* named in the text signed for certificate log-in */
	const struct auth_policy *policy;        /* NULL: level 3 */
};
struct auth;
enum hb_code auth_new(const struct auth_config *cfg, struct auth **ret_auth, struct hb_err *err);
void         auth_free(struct auth *auth);
/* The sealing key of a system: made with mode 0600 by init, read by serve. */
enum hb_code auth_key_make(const char *path, struct hb_err *err);
enum hb_code auth_key_read(const char *path, uint8_t ret_key[AUTH_KEY_LEN], struct hb_err *err);

/* --- entering ----------------------------------------------------------------------------------------------- */
struct auth_attempt {
	const char *unit, *login, *password;
	const char *code;                        /* second factor, or NULL */
	const char *new_password;                /* to change it on entering, or NULL */
	const char *peer, *request;              /* for throttling and the audit */
};
struct auth_entry { const struct auth_person *who; const char *token; };
/* HB_E_AUTH dangNhap.sai (never says which part), dangNhap.canMaHai, HB_E_DENIED dangNhap.caiMaHai,
 * matKhau.phaiDoi, dangNhap.choXacNhan, dangNhap.boLau, HB_E_LIMIT dangNhap.khoa, dangNhap.quaNhieu. */
enum hb_code auth_enter(struct auth *auth, const struct auth_attempt *try, struct hb_arena *a,
    struct auth_entry *ret_entry, struct hb_err *err);
/* A new second-factor secret (base32) for someone who has none yet; it counts from the first entry with a code. */
enum hb_code auth_second_factor_new(struct auth *auth, const struct auth_attempt *try, struct hb_arena *a,
    const char **ret_secret, struct hb_err *err);
/* Log-in by certificate (D8b): sign the text with the certificate registered for the account. */
enum hb_code auth_challenge(struct auth *auth, const char *unit, struct hb_arena *a, const char **ret_id,
    const char **ret_text, struct hb_err *err);
enum hb_code auth_enter_certificate(struct auth *auth, const char *unit, const char *challenge_id, struct hb_bytes der,
    struct hb_bytes signature, const char *peer, const char *request, struct hb_arena *a, struct auth_entry *ret_entry,
    struct hb_err *err);
enum hb_code auth_leave(struct auth *auth, const struct auth_person *who, struct hb_err *err);
/* The person of a token, while the session, the account and the idle time allow; HB_E_AUTH phien.chuaDangNhap. */
enum hb_code auth_session(struct auth *auth, const char *token, struct hb_arena *a, const struct auth_person **ret_who,
    struct hb_err *err);
/* The six digits of a secret at an instant: for authenticators of tests and the demo. */
enum hb_code auth_totp(const char *secret, hb_time at, char ret_code[7], struct hb_err *err);

/* --- accounts ----------------------------------------------------------------------------------------------- */
enum auth_kind { AUTH_STAFF, AUTH_FAMILY, AUTH_ADMIN };
struct auth_new_account {
	struct hb_id   person;
	const char    *login, *name;
	enum auth_kind kind;
};
/* The account has a random first password, told once; it must be changed on first entry. */
enum hb_code auth_account_create(struct auth *auth, const struct auth_person *by, const struct auth_new_account *in,
    const char *request, struct hb_arena *a, struct hb_id *ret_account, const char **ret_password, struct hb_err *err);
/* A new first password; effective after auth_reset_confirm() by the head, unless an administrator's. */
enum hb_code auth_password_reset(struct auth *auth, const struct auth_person *by, const char *account, const char *request,
    struct hb_arena *a, const char **ret_password, struct hb_err *err);
enum hb_code auth_reset_confirm(struct auth *auth, const struct auth_person *by, const char *account, const char *request,
    struct hb_err *err);
/* Disabling ends every session of the account. */
enum hb_code auth_account_enable(struct auth *auth, const struct auth_person *by, const char *account, bool enabled,
    const char *request, struct hb_err *err);
enum hb_code auth_account_unlock(struct auth *auth, const struct auth_person *by, const char *account, const char *request,
    struct hb_err *err);
/* For certificate log-in.  owner_id: the personal id on file; the certificate must be that person's.  der empty: remove. */
enum hb_code auth_certificate_set(struct auth *auth, const struct auth_person *by, const char *account, struct hb_bytes der,
    const char *owner_id, const char *request, struct hb_err *err);

/* --- roles -------------------------------------------------------------------------------------------------- */
struct auth_grant {
	const char    *account;
	enum auth_role role;
	const char    *decision_no, *decision_date, *from_date, *to_date;    /* to_date "" while open */
};
bool auth_role_touches_results(enum auth_role role);
bool auth_role_needs_second_factor(enum auth_role role);
enum hb_code auth_role_grant(struct auth *auth, const struct auth_person *by, const struct auth_grant *in,
    const char *request, struct hb_id *ret_grant, struct hb_err *err);
/* All or none. */
enum hb_code auth_role_confirm(struct auth *auth, const struct auth_person *by, const char *const grants[], size_t n,
    const char *request, struct hb_err *err);
/* Ends the sessions of the account too: rights are read afresh at the next entry. */
enum hb_code auth_role_end(struct auth *auth, const struct auth_person *by, const char *grant, const char *request,
    struct hb_err *err);

/* --- the first people of a unit: by init, in the transaction that founds the unit, before anyone has entered --- */
struct auth_founder {
	struct hb_id   unit, person;
	const char    *login, *name, *password;      /* password must be changed on entering, unless keep_password */
	bool           keep_password;                /* demo profile only */
	enum auth_role role;
	const char    *decision_no, *decision_date, *from_date;
	const char    *secret;                       /* second factor, base32, or NULL: made on first entry */
};
enum hb_code auth_found(struct auth *auth, struct db_tx *tx, const struct auth_founder *f, struct hb_id *ret_account,
    struct hb_err *err);
#endif
