/* Entering with a password and, where the role asks, a second factor. */
#include <stdio.h>
#include <string.h>

#include "auth/auth_int.h"

enum { DAY = 86400 };

struct entering {
	struct auth               *auth;
	const struct auth_attempt *try;
	struct hb_arena           *a;
	bool                       found;
	struct account             account;
	auth_roles                 roles;
	struct db_rows             old;             /* earlier passwords, when a new one is given */
	bool                       password_good;
	int64_t                    step;            /* of the second factor, -1 when none was used */
	char                       new_hash[128];   /* "" keeps the password */
	const char                *token;
};

static enum hb_code
look_up(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct entering *e = ctx;
	const char *unit = e->try->unit;
	struct db_rows rows;
	e->found = false;
	enum hb_code c = db_rows(tx, &auth_account_by_login, DB_ARGS(DB_ID(unit), DB_TEXT(e->try->login)), e->a, &rows, err);
	if (c != HB_OK || rows.n == 0)
		return c;
	account_read(&rows, 0, &e->account);
	e->found = true;
	c = roles_load(tx, unit, e->account.id.s, e->a, &e->roles, err);
	if (c == HB_OK && e->try->new_password != NULL)
		c = db_rows(tx, &auth_password_old_list, DB_ARGS(DB_ID(unit), DB_ID(e->account.id.s),
		    DB_INT(e->auth->policy->password_history)), e->a, &e->old, err);
	return c;
}

static enum hb_code
wrong(struct hb_err *err)
{
	hb_fail(err, HB_E_AUTH, "dangNhap.sai", "%s", hb_message("dangNhap.sai"));
	hb_hint(err, "sau nhiều lần sai, tài khoản bị khoá một thời gian; quản trị viên có thể mở khoá");
	return HB_E_AUTH;
}

static bool
unused(const struct entering *e, hb_time now)
{
	const struct account *acc = &e->account;
	hb_time last = acc->never_entered ? acc->created_at : acc->last_login;
	if (acc->password_at > last)
		last = acc->password_at;
	return strcmp(acc->kind, "FAMILY") != 0 && now - last > (hb_time)e->auth->policy->unused_days * DAY;
}

static bool
must_change(const struct entering *e, hb_time now)
{
	bool admin = strcmp(e->account.kind, "ADMIN") == 0;
	return e->account.must_change
	    || (admin && now - e->account.password_at > (hb_time)e->auth->policy->password_days_admin * DAY);
}

/* The code of the second factor, if there is one; a wrong code reads as a wrong password. */
static enum hb_code
second_factor(struct entering *e, hb_time now, struct hb_err *err)
{
	uint8_t secret[TOTP_SECRET];
	e->step = -1;
	bool needed = e->account.totp_ready || roles_without_second_factor(e->roles) != e->roles;
	if (!needed && e->try->code == NULL)
		return HB_OK;
	if (!totp_open(e->auth, e->account.totp, secret))
		return hb_fail(err, HB_E_DENIED, "dangNhap.caiMaHai", "%s", hb_message("dangNhap.caiMaHai"));
	if (e->try->code == NULL)
		return hb_fail(err, HB_E_AUTH, "dangNhap.canMaHai", "%s", hb_message("dangNhap.canMaHai"));
	e->step = totp_step(secret, e->try->code, now, e->account.totp_step);
	return e->step >= 0 ? HB_OK : wrong(err);
}

/* Whether this attempt may enter; only someone who knows the password learns more than "wrong". */
static enum hb_code
judge(struct entering *e, struct hb_err *err)
{
	hb_time now = hb_now();
	if (!e->found || !e->password_good || strcmp(e->account.state, "ACTIVE") != 0)
		return wrong(err);
	enum hb_code c = second_factor(e, now, err);
	if (c != HB_OK)
		return c;
	/* Who holds both factors is the person, and need not wait for the administrator. */
	if (e->account.locked_until > now && e->step < 0)
		return hb_fail(err, HB_E_LIMIT, "dangNhap.khoa", "%s", hb_message("dangNhap.khoa"));
	if (e->account.is_reset)
		return hb_fail(err, HB_E_DENIED, "dangNhap.choXacNhan", "%s", hb_message("dangNhap.choXacNhan"));
	if (unused(e, now))
		return hb_fail(err, HB_E_DENIED, "dangNhap.boLau", "%s", hb_message("dangNhap.boLau"));
	if (must_change(e, now) && e->try->new_password == NULL)
		return hb_fail(err, HB_E_DENIED, "matKhau.phaiDoi", "%s", hb_message("matKhau.phaiDoi"));
	return HB_OK;
}

static enum hb_code
record_failure(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct entering *e = ctx;
	const struct auth_policy *p = e->auth->policy;
	enum hb_code c = HB_OK;
	if (e->found)
		c = db_run(tx, &auth_account_failed, DB_ARGS(DB_INT(p->failures_max), DB_TIME(hb_now() + p->lock_seconds),
		    DB_ID(e->try->unit), DB_ID(e->account.id.s)), NULL, err);
	const char *id = e->found ? e->account.id.s : NULL;
	return c != HB_OK ? c : note(tx, e->try->unit, id, "session.refused", id, e->try->request, NULL, err);
}

static enum hb_code
change_password(struct db_tx *tx, struct entering *e, struct hb_err *err)
{
	const char *unit = e->try->unit;
	enum hb_code c = db_run(tx, &auth_password_old_put, DB_ARGS(DB_ID(unit), DB_ID(e->account.id.s),
	    DB_ID(hb_id_new().s), DB_TEXT(e->account.password)), NULL, err);
	if (c == HB_OK)
		c = db_run(tx, &auth_account_password, DB_ARGS(DB_TEXT(e->new_hash), DB_TIME(hb_now()), DB_INT(0), DB_NULL(),
		    DB_ID(unit), DB_ID(e->account.id.s)), NULL, err);
	/* Whoever entered with the old password is out. */
	if (c == HB_OK)
		c = db_run(tx, &auth_session_end_all, DB_ARGS(DB_TIME(hb_now()), DB_ID(unit), DB_ID(e->account.id.s),
		    DB_TEXT("")), NULL, err);
	return c != HB_OK ? c
	    : note(tx, unit, e->account.id.s, "password.change", e->account.id.s, e->try->request, NULL, err);
}

static enum hb_code
record_entry(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct entering *e = ctx;
	const char *unit = e->try->unit;
	int64_t step = e->step >= 0 ? e->step : e->account.totp_step, changed = 0;
	enum hb_code c = db_run(tx, &auth_account_entered, DB_ARGS(DB_TIME(hb_now()), DB_INT(step), DB_INT(e->step < 0),
	    DB_ID(unit), DB_ID(e->account.id.s)), &changed, err);
	if (c == HB_OK && changed == 0)
		return wrong(err);                  /* the same code was used a moment ago */
	if (c == HB_OK && e->new_hash[0] != '\0')
		c = change_password(tx, e, err);
	struct opening o = { .unit = unit, .account = e->account.id, .admin = strcmp(e->account.kind, "ADMIN") == 0,
		.assurance = e->step >= 0 ? ASSURANCE_SECOND_FACTOR : ASSURANCE_PASSWORD };
	if (c == HB_OK)
		c = session_open(e->auth, tx, &o, e->a, &e->token, err);
	return c != HB_OK ? c : note(tx, unit, e->account.id.s, "session.begin", e->account.id.s, e->try->request, NULL, err);
}

static enum hb_code
new_password(struct entering *e, struct hb_err *err)
{
	if (e->try->new_password == NULL)
		return HB_OK;
	enum hb_code c = password_check(e->auth->policy, e->try->login, e->try->new_password, e->step >= 0, err);
	if (c == HB_OK && password_used(&e->old, e->account.password, e->try->new_password))
		c = hb_fail(err, HB_E_RULE, "matKhau.dungLai", "%s", hb_message("matKhau.dungLai"));
	return c != HB_OK ? c : password_hash(e->try->new_password, e->new_hash, err);
}

/* Password, second factor and state of an attempt; a guess is counted against account and address. */
static enum hb_code
attempt(struct entering *e, struct hb_err *err)
{
	struct auth *auth = e->auth;
	const struct auth_attempt *t = e->try;
	if (!hb_id_valid(t->unit))
		return wrong(err);
	if (throttle_blocked(&auth->throttle, t->peer, hb_now()))
		return hb_fail(err, HB_E_LIMIT, "dangNhap.quaNhieu", "%s", hb_message("dangNhap.quaNhieu"));
	enum hb_code c = db_read(auth->db, look_up, e, err);
	if (c != HB_OK)
		return c;
	bool usable = e->found && e->account.password[0] != '\0';
	e->password_good = password_verify(usable ? e->account.password : auth->dummy_hash, t->password) && usable;
	struct hb_err why = HB_ERR_INIT;
	c = judge(e, &why);
	if (c == HB_E_AUTH && strcmp(why.key, "dangNhap.canMaHai") != 0) {
		throttle_failed(&auth->throttle, t->peer, hb_now());
		enum hb_code wrote = db_write(auth->db, record_failure, e, err);
		if (wrote != HB_OK)
			return wrote;
	}
	if (c != HB_OK && err != NULL)
		*err = why;
	return c;
}

enum hb_code
auth_enter(struct auth *auth, const struct auth_attempt *try, struct hb_arena *a, struct auth_entry *ret_entry,
    struct hb_err *err)
{
	struct entering e = { .auth = auth, .try = try, .a = a };
	enum hb_code c = attempt(&e, err);
	if (c == HB_OK)
		c = new_password(&e, err);
	if (c == HB_OK)
		c = db_write(auth->db, record_entry, &e, err);
	if (c == HB_OK)
		c = auth_session(auth, e.token, a, &ret_entry->who, err);
	if (c == HB_OK)
		ret_entry->token = e.token;
	return c;
}

/* --- the first second factor --------------------------------------------------------------------------------- */
struct enrolling { struct entering e; struct hb_bytes sealed; };

static enum hb_code
store_secret(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct enrolling *n = ctx;
	const char *unit = n->e.try->unit, *id = n->e.account.id.s;
	enum hb_code c = db_run(tx, &auth_account_totp, DB_ARGS(DB_BYTES(n->sealed), DB_INT(0), DB_INT(0), DB_ID(unit),
	    DB_ID(id)), NULL, err);
	return c != HB_OK ? c : note(tx, unit, id, "second_factor.new", id, n->e.try->request, NULL, err);
}

enum hb_code
auth_second_factor_new(struct auth *auth, const struct auth_attempt *try, struct hb_arena *a, const char **ret_secret,
    struct hb_err *err)
{
	struct enrolling n = { .e = { .auth = auth, .try = try, .a = a } };
	struct hb_err why = HB_ERR_INIT;
	enum hb_code c = attempt(&n.e, &why);
	/* These refusals come only after a right password, and only to accounts whose factor is not in use yet. */
	bool may = n.e.password_good && !n.e.account.totp_ready && (c == HB_OK || strcmp(why.key, "dangNhap.caiMaHai") == 0
	    || strcmp(why.key, "dangNhap.canMaHai") == 0 || strcmp(why.key, "matKhau.phaiDoi") == 0);
	if (!may) {
		if (c != HB_OK && err != NULL)
			*err = why;
		return c != HB_OK ? c : hb_fail(err, HB_E_CONFLICT, "dangNhap.daCoMaHai", "%s", hb_message("dangNhap.daCoMaHai"));
	}
	uint8_t secret[TOTP_SECRET];
	hb_random(secret, sizeof secret);
	n.sealed = totp_seal(auth, secret, a);
	char *text = totp_text(a, secret);
	if (n.sealed.n == 0 || text == NULL)
		return hb_full(err);
	c = db_write(auth->db, store_secret, &n, err);
	if (c == HB_OK)
		*ret_secret = text;
	return c;
}
