/* Sessions: a random token the browser keeps, of which the database has only the hash. */
#include <string.h>

#include "auth/auth_int.h"

enum { SECRET_BYTES = 32, SEEN_EVERY_S = 30, UNIT_LEN = 36 };

static enum hb_code
no_session(struct hb_err *err)
{
	return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "%s", hb_message("phien.chuaDangNhap"));
}

static char *
hash_of(const char *secret, struct hb_arena *a)
{
	struct hb_sha256 h = hb_sha256(HB_STR(secret));
	return hb_hex(a, HB_BYTES(h.b, sizeof h.b));
}

/* A person with many devices open is more often a password that went round than a person with many devices. */
static enum hb_code
end_surplus(struct auth *auth, struct db_tx *tx, const struct opening *o, const char *fresh, struct hb_arena *a,
    struct hb_err *err)
{
	hb_time now = hb_now();
	struct db_rows rows;
	enum hb_code c = db_rows(tx, &auth_session_oldest, DB_ARGS(DB_ID(o->unit), DB_ID(o->account.s), DB_TEXT(fresh),
	    DB_TIME(now), DB_INT(auth->policy->sessions_max - 1)), a, &rows, err);
	for (size_t i = 0; c == HB_OK && i < rows.n; i++)
		c = db_run(tx, &auth_session_end, DB_ARGS(DB_TIME(now), DB_ID(o->unit),
		    DB_TEXT(db_text(&rows, i, AUTH_SESSION_OLDEST_TOKEN))), NULL, err);
	return c;
}

enum hb_code
session_open(struct auth *auth, struct db_tx *tx, const struct opening *o, struct hb_arena *a, const char **ret_token,
    struct hb_err *err)
{
	uint8_t random[SECRET_BYTES];
	hb_random(random, sizeof random);
	char *secret = hb_base64url(a, HB_BYTES(random, sizeof random));
	char *hash = secret != NULL ? hash_of(secret, a) : NULL;
	char *token = hash != NULL ? hb_printf(a, "%s.%s", o->unit, secret) : NULL;
	if (token == NULL)
		return hb_full(err);
	hb_time now = hb_now();
	hb_time expires = now + (o->admin ? auth->policy->session_seconds_admin : auth->policy->session_seconds);
	enum hb_code c = db_run(tx, &auth_session_put, DB_ARGS(DB_ID(o->unit), DB_TEXT(hash), DB_ID(o->account.s),
	    DB_INT(o->assurance), DB_TIME(now), DB_TIME(expires)), NULL, err);
	if (c == HB_OK)
		c = end_surplus(auth, tx, o, hash, a, err);
	if (c == HB_OK)
		*ret_token = token;
	return c;
}

struct lookup {
	struct auth        *auth;
	struct hb_arena    *a;
	const char         *unit, *hash;
	struct auth_person *who;
	bool                touch;                 /* the idle clock is due */
};

static enum hb_code
look_up(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct lookup *l = ctx;
	struct db_rows rows;
	enum hb_code c = db_rows(tx, &auth_session_get, DB_ARGS(DB_ID(l->unit), DB_TEXT(l->hash)), l->a, &rows, err);
	if (c != HB_OK)
		return c;
	if (rows.n == 0)
		return no_session(err);
	const struct auth_policy *p = l->auth->policy;
	bool admin = strcmp(db_text(&rows, 0, AUTH_SESSION_GET_KIND), "ADMIN") == 0;
	hb_time now = hb_now(), seen = db_time(&rows, 0, AUTH_SESSION_GET_SEEN);
	hb_time expires = db_time(&rows, 0, AUTH_SESSION_GET_EXPIRES);
	if (now >= expires || now - seen > (admin ? p->idle_seconds_admin : p->idle_seconds))
		return no_session(err);
	struct auth_person *who = HB_NEW(l->a, struct auth_person);
	if (who == NULL)
		return hb_full(err);
	*who = (struct auth_person){ .account = db_id(&rows, 0, AUTH_SESSION_GET_ACCOUNT_ID),
		.person = db_id(&rows, 0, AUTH_SESSION_GET_PERSON_ID), .name = db_text(&rows, 0, AUTH_SESSION_GET_NAME),
		.assurance = (enum auth_assurance)db_int(&rows, 0, AUTH_SESSION_GET_ASSURANCE), .expires = expires,
		.session = l->hash };
	memcpy(who->school.s, l->unit, UNIT_LEN);
	l->touch = now - seen >= SEEN_EVERY_S;
	l->who = who;
	c = roles_load(tx, l->unit, who->account.s, l->a, &who->roles, err);
	if (who->assurance < ASSURANCE_SECOND_FACTOR)
		who->roles = roles_without_second_factor(who->roles);
	return c;
}

static enum hb_code
touch(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct lookup *l = ctx;
	return db_run(tx, &auth_session_seen, DB_ARGS(DB_TIME(hb_now()), DB_ID(l->unit), DB_TEXT(l->hash)), NULL, err);
}

enum hb_code
auth_session(struct auth *auth, const char *token, struct hb_arena *a, const struct auth_person **ret_who,
    struct hb_err *err)
{
	if (strnlen(token, AUTH_TOKEN_LEN) >= AUTH_TOKEN_LEN || strlen(token) <= UNIT_LEN || token[UNIT_LEN] != '.')
		return no_session(err);
	char *unit = hb_strndup(a, token, UNIT_LEN), *hash = hash_of(token + UNIT_LEN + 1, a);
	if (unit == NULL || hash == NULL)
		return hb_full(err);
	if (!hb_id_valid(unit))
		return no_session(err);
	struct lookup l = { .auth = auth, .a = a, .unit = unit, .hash = hash };
	enum hb_code c = db_read(auth->db, look_up, &l, err);
	if (c == HB_OK && l.touch)
		c = db_write(auth->db, touch, &l, err);
	if (c == HB_OK)
		*ret_who = l.who;
	return c;
}

struct leaving { const struct auth_person *who; };

static enum hb_code
leave(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct auth_person *who = ((struct leaving *)ctx)->who;
	enum hb_code c = db_run(tx, &auth_session_end, DB_ARGS(DB_TIME(hb_now()), DB_ID(who->school.s), DB_TEXT(who->session)),
	    NULL, err);
	return c != HB_OK ? c : note(tx, who->school.s, who->account.s, "session.end", who->account.s, NULL, NULL, err);
}

enum hb_code
auth_leave(struct auth *auth, const struct auth_person *who, struct hb_err *err)
{
	struct leaving l = { who };
	return db_write(auth->db, leave, &l, err);
}
