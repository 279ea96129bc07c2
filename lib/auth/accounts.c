/* Accounts: made, given new passwords, closed and opened again, always by someone else. */
#include <string.h>

#include "auth/auth_int.h"

static const char *const kind_names[] = { [AUTH_STAFF] = "STAFF", [AUTH_FAMILY] = "FAMILY", [AUTH_ADMIN] = "ADMIN" };
#define ADMIN ROLE_BIT(ROLE_ADMIN)
#define HEADS (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_CITY_HEAD) | ROLE_BIT(ROLE_MINISTRY_OFFICER))

/* Administrators' accounts are the head's affair (D4.2c1, D21.2), the others the administrator's. */
static bool
may_manage(const struct auth_person *by, const char *kind)
{
	return (by->roles & (strcmp(kind, "ADMIN") == 0 ? HEADS : ADMIN)) != 0;
}

/* --- making --------------------------------------------------------------------------------------------------- */
struct creating {
	const struct auth_person      *by;
	const struct auth_new_account *in;
	const char                    *request;
	char                           hash[128];
	struct hb_id                   id;
};

static enum hb_code
create(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct creating *k = ctx;
	const char *unit = k->by->school.s;
	enum hb_code c = db_run(tx, &auth_account_put, DB_ARGS(DB_ID(unit), DB_ID(k->id.s), DB_ID(k->in->person.s),
	    DB_TEXT(k->in->login), DB_TEXT(k->in->name), DB_TEXT(kind_names[k->in->kind]), DB_TEXT(k->hash), DB_TIME(hb_now()),
	    DB_INT(1), DB_ID(k->by->account.s)), NULL, err);
	return c != HB_OK ? c : note(tx, unit, k->by->account.s, "account.create", k->id.s, k->request, NULL, err);
}

enum hb_code
auth_account_create(struct auth *auth, const struct auth_person *by, const struct auth_new_account *in,
    const char *request, struct hb_arena *a, struct hb_id *ret_account, const char **ret_password, struct hb_err *err)
{
	bool records_may = in->kind == AUTH_FAMILY && (by->roles & ROLE_BIT(ROLE_RECORDS)) != 0;
	if (!records_may && !may_manage(by, kind_names[in->kind]))
		return denied(err, "tạo loại tài khoản này");
	struct creating k = { .by = by, .in = in, .request = request, .id = hb_id_new() };
	const char *password = password_random(a);
	if (password == NULL)
		return hb_full(err);
	enum hb_code c = password_hash(password, k.hash, err);
	if (c == HB_OK)
		c = db_write(auth->db, create, &k, err);
	if (c == HB_OK) {
		*ret_account = k.id;
		*ret_password = password;
	}
	return c;
}

/* --- acts upon an account ------------------------------------------------------------------------------------- */
struct act {
	struct auth              *auth;
	const struct auth_person *by;
	const char               *account, *request, *action;
	struct hb_arena          *a;
	struct account            now;
	char                      hash[128];
	const char               *state;
};

static enum hb_code
begin(struct db_tx *tx, struct act *k, struct hb_err *err)
{
	enum hb_code c = account_load(tx, k->by->school.s, k->account, k->a, &k->now, err);
	if (c != HB_OK)
		return c;
	return strcmp(k->now.person.s, k->by->person.s) == 0 ? denied(err, "tự làm việc này cho chính mình") : HB_OK;
}

static enum hb_code
end_sessions(struct db_tx *tx, const struct act *k, struct hb_err *err)
{
	return db_run(tx, &auth_session_end_all, DB_ARGS(DB_TIME(hb_now()), DB_ID(k->by->school.s), DB_ID(k->account),
	    DB_TEXT("")), NULL, err);
}

static enum hb_code
finish(struct db_tx *tx, const struct act *k, struct hb_err *err)
{
	return note(tx, k->by->school.s, k->by->account.s, k->action, k->account, k->request, NULL, err);
}

static enum hb_code
reset(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct act *k = ctx;
	enum hb_code c = begin(tx, k, err);
	if (c != HB_OK)
		return c;
	if (!may_manage(k->by, k->now.kind))
		return denied(err, "cấp lại mật khẩu cho loại tài khoản này");
	/* An administrator's account has no results to reach, so the head's own act is enough. */
	bool waits = strcmp(k->now.kind, "ADMIN") != 0;
	c = db_run(tx, &auth_password_old_put, DB_ARGS(DB_ID(k->by->school.s), DB_ID(k->account), DB_ID(hb_id_new().s),
	    DB_TEXT(k->now.password)), NULL, err);
	if (c == HB_OK)
		c = db_run(tx, &auth_account_password, DB_ARGS(DB_TEXT(k->hash), DB_TIME(hb_now()), DB_INT(1),
		    waits ? DB_ID(k->by->account.s) : DB_NULL(), DB_ID(k->by->school.s), DB_ID(k->account)), NULL, err);
	if (c == HB_OK)
		c = end_sessions(tx, k, err);
	return c != HB_OK ? c : finish(tx, k, err);
}

enum hb_code
auth_password_reset(struct auth *auth, const struct auth_person *by, const char *account, const char *request,
    struct hb_arena *a, const char **ret_password, struct hb_err *err)
{
	struct act k = { .auth = auth, .by = by, .account = account, .request = request, .action = "password.reset", .a = a };
	const char *password = password_random(a);
	if (password == NULL)
		return hb_full(err);
	enum hb_code c = password_hash(password, k.hash, err);
	if (c == HB_OK)
		c = db_write(auth->db, reset, &k, err);
	if (c == HB_OK)
		*ret_password = password;
	return c;
}

static enum hb_code
confirm_reset(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct act *k = ctx;
	int64_t changed = 0;
	enum hb_code c = begin(tx, k, err);
	if (c == HB_OK)
		c = db_run(tx, &auth_account_reset_confirm, DB_ARGS(DB_ID(k->by->school.s), DB_ID(k->account),
		    DB_ID(k->by->account.s)), &changed, err);
	if (c == HB_OK && changed == 0)
		c = hb_fail(err, HB_E_CONFLICT, "quyen.daXong", "%s", hb_message("quyen.daXong"));
	return c != HB_OK ? c : finish(tx, k, err);
}

static enum hb_code
run(struct auth *auth, db_tx_fn *fn, struct act *k, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	k->a = &a;
	return db_write(auth->db, fn, k, err);
}

enum hb_code
auth_reset_confirm(struct auth *auth, const struct auth_person *by, const char *account, const char *request,
    struct hb_err *err)
{
	if ((by->roles & HEADS) == 0)
		return denied(err, "xác nhận mật khẩu cấp lại");
	struct act k = { .auth = auth, .by = by, .account = account, .request = request, .action = "password.confirm" };
	return run(auth, confirm_reset, &k, err);
}

static enum hb_code
set_state(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct act *k = ctx;
	enum hb_code c = begin(tx, k, err);
	if (c != HB_OK)
		return c;
	if (!may_manage(k->by, k->now.kind) && (k->by->roles & HEADS) == 0)
		return denied(err, "đóng hoặc mở tài khoản này");
	c = db_run(tx, &auth_account_state, DB_ARGS(DB_TEXT(k->state), DB_ID(k->by->school.s), DB_ID(k->account)), NULL, err);
	if (c == HB_OK)
		c = end_sessions(tx, k, err);
	return c != HB_OK ? c : finish(tx, k, err);
}

enum hb_code
auth_account_enable(struct auth *auth, const struct auth_person *by, const char *account, bool enabled, const char *request,
    struct hb_err *err)
{
	struct act k = { .auth = auth, .by = by, .account = account, .request = request,
		.action = enabled ? "account.enable" : "account.disable", .state = enabled ? "ACTIVE" : "DISABLED" };
	return run(auth, set_state, &k, err);
}

static enum hb_code
unlock(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct act *k = ctx;
	enum hb_code c = begin(tx, k, err);
	if (c != HB_OK)
		return c;
	if (!may_manage(k->by, k->now.kind) && (k->by->roles & HEADS) == 0)
		return denied(err, "mở khoá tài khoản này");
	c = db_run(tx, &auth_account_unlocked, DB_ARGS(DB_ID(k->by->school.s), DB_ID(k->account)), NULL, err);
	return c != HB_OK ? c : finish(tx, k, err);
}

enum hb_code
auth_account_unlock(struct auth *auth, const struct auth_person *by, const char *account, const char *request,
    struct hb_err *err)
{
	struct act k = { .auth = auth, .by = by, .account = account, .request = request, .action = "account.unlock" };
	return run(auth, unlock, &k, err);
}

/* --- the first people of a unit ------------------------------------------------------------------------------- */
enum hb_code
auth_found(struct auth *auth, struct db_tx *tx, const struct auth_founder *f, struct hb_id *ret_account, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	char hash[128];
	struct hb_id id = hb_id_new();
	enum auth_kind kind = f->role == ROLE_ADMIN ? AUTH_ADMIN : f->role == ROLE_PARENT || f->role == ROLE_STUDENT
	    ? AUTH_FAMILY : AUTH_STAFF;
	enum hb_code c = password_hash(f->password, hash, err);
	if (c == HB_OK)
		c = db_run(tx, &auth_account_put, DB_ARGS(DB_ID(f->unit.s), DB_ID(id.s), DB_ID(f->person.s), DB_TEXT(f->login),
		    DB_TEXT(f->name), DB_TEXT(kind_names[kind]), DB_TEXT(hash), DB_TIME(hb_now()), DB_INT(!f->keep_password),
		    DB_NULL()), NULL, err);
	if (c == HB_OK)
		c = db_run(tx, &auth_grant_put, DB_ARGS(DB_ID(f->unit.s), DB_ID(hb_id_new().s), DB_ID(id.s),
		    DB_TEXT(auth_role_name(f->role)), DB_TEXT(f->decision_no), DB_TEXT(f->decision_date), DB_TEXT(f->from_date),
		    DB_TEXT(""), DB_NULL(), DB_TIME(hb_now()), DB_NULL(), DB_TIME(hb_now())), NULL, err);
	uint8_t secret[TOTP_SECRET];
	if (c == HB_OK && f->secret != NULL) {
		c = totp_parse(f->secret, secret, err);
		if (c == HB_OK)
			c = db_run(tx, &auth_account_totp, DB_ARGS(DB_BYTES(totp_seal(auth, secret, &a)), DB_INT(1), DB_INT(0),
			    DB_ID(f->unit.s), DB_ID(id.s)), NULL, err);
	}
	if (c == HB_OK)
		c = note(tx, f->unit.s, "init", "account.found", id.s, NULL, NULL, err);
	if (c == HB_OK)
		*ret_account = id;
	return c;
}
