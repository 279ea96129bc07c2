/* Who may give which role to whom, and when it takes effect. */
#include <stdio.h>
#include <string.h>

#include "auth/auth_int.h"

#define ADMIN   ROLE_BIT(ROLE_ADMIN)
#define RECORDS ROLE_BIT(ROLE_RECORDS)
#define HEADS   (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_CITY_HEAD) | ROLE_BIT(ROLE_MINISTRY_OFFICER))

/* results: touches learning results, so that it waits for the head.  At the ministry, which has no separate head
 * among the roles, another officer confirms. */
static const struct { bool results, second_factor; auth_roles granted_by, confirmed_by; } rules[ROLE__MAX] = {
	[ROLE_PARENT]           = { true,  false, ADMIN | RECORDS, HEADS },
	[ROLE_STUDENT]          = { true,  false, ADMIN | RECORDS, HEADS },
	[ROLE_SUBJECT_TEACHER]  = { true,  false, ADMIN, HEADS },
	[ROLE_HOMEROOM]         = { true,  false, ADMIN, HEADS },
	[ROLE_RECORDS]          = { true,  false, ADMIN, HEADS },
	[ROLE_CLERK]            = { true,  true,  ADMIN, HEADS },
	[ROLE_HEAD]             = { true,  true,  ADMIN, HEADS },
	[ROLE_ADMIN]            = { false, true,  HEADS, HEADS },
	[ROLE_WEB_EDITOR]       = { false, false, ADMIN, ADMIN },
	[ROLE_COMMUNE_OFFICER]  = { true,  true,  ADMIN, HEADS },
	[ROLE_CITY_OFFICER]     = { true,  true,  ADMIN, HEADS },
	[ROLE_CITY_HEAD]        = { true,  true,  ADMIN, HEADS },
	[ROLE_MINISTRY_OFFICER] = { true,  true,  ADMIN, HEADS },
};

bool
auth_role_touches_results(enum auth_role role)
{
	return (unsigned)role < ROLE__MAX && rules[role].results;
}

bool
auth_role_needs_second_factor(enum auth_role role)
{
	return (unsigned)role < ROLE__MAX && rules[role].second_factor;
}

bool
role_grantable(enum auth_role role, auth_roles by)
{
	return (unsigned)role < ROLE__MAX && (rules[role].granted_by & by) != 0;
}

bool
role_confirmable(enum auth_role role, auth_roles by)
{
	return (unsigned)role < ROLE__MAX && (rules[role].confirmed_by & by) != 0;
}

auth_roles
roles_without_second_factor(auth_roles roles)
{
	for (int r = 0; r < ROLE__MAX; r++)
		if (rules[r].second_factor)
			roles &= ~ROLE_BIT(r);
	return roles;
}

enum hb_code
roles_load(struct db_tx *tx, const char *unit, const char *account, struct hb_arena *a, auth_roles *ret_roles,
    struct hb_err *err)
{
	char today[HB_DATE_LEN];
	struct db_rows rows;
	auth_roles roles = 0;
	hb_vn_date(hb_business_now(), today);
	enum hb_code c = db_rows(tx, &auth_roles_in_force, DB_ARGS(DB_ID(unit), DB_ID(account), DB_TEXT(today)), a, &rows, err);
	if (c != HB_OK)
		return c;
	for (size_t i = 0; i < rows.n; i++) {
		enum auth_role role;
		if (!auth_role_parse(db_text(&rows, i, AUTH_ROLES_IN_FORCE_ROLE), &role))
			return hb_bug(err, "a stored grant has a role that does not exist");
		roles |= ROLE_BIT(role);
	}
	*ret_roles = roles;
	return HB_OK;
}

struct granting {
	const struct auth_person *by;
	const struct auth_grant  *in;
	const char               *request;
	struct hb_id              id;
};

static enum hb_code
grant(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct granting *g = ctx;
	const struct auth_grant *in = g->in;
	bool now = !rules[in->role].results;           /* the granter's own word is enough */
	enum hb_code c = db_run(tx, &auth_grant_put, DB_ARGS(DB_ID(g->by->school.s), DB_ID(g->id.s), DB_ID(in->account),
	    DB_TEXT(auth_role_name(in->role)), DB_TEXT(in->decision_no), DB_TEXT(in->decision_date), DB_TEXT(in->from_date),
	    DB_TEXT(in->to_date), DB_ID(g->by->account.s), DB_TIME(hb_now()), now ? DB_ID(g->by->account.s) : DB_NULL(),
	    now ? DB_TIME(hb_now()) : DB_NULL()), NULL, err);
	char payload[96];
	snprintf(payload, sizeof payload, "{\"grant\":\"%s\",\"role\":\"%s\"}", g->id.s, auth_role_name(in->role));
	return c != HB_OK ? c
	    : note(tx, g->by->school.s, g->by->account.s, "role.grant", in->account, g->request, payload, err);
}

static enum hb_code
check_decision(const struct auth_grant *in, struct hb_err *err)
{
	bool open = in->to_date[0] == '\0';
	if (in->decision_no[0] == '\0' || !hb_date_valid(in->decision_date) || !hb_date_valid(in->from_date)
	    || (!open && (!hb_date_valid(in->to_date) || strcmp(in->to_date, in->from_date) < 0))) {
		hb_fail(err, HB_E_RULE, "quyen.thieuQuyetDinh", "%s", hb_message("quyen.thieuQuyetDinh"));
		hb_clause(err, "D6");
		return HB_E_RULE;
	}
	return HB_OK;
}

enum hb_code
auth_role_grant(struct auth *auth, const struct auth_person *by, const struct auth_grant *in, const char *request,
    struct hb_id *ret_grant, struct hb_err *err)
{
	if (!role_grantable(in->role, by->roles)) {
		hb_fail(err, HB_E_DENIED, "quyen.khongDu", "tài khoản này không được cấp vai trò %s", auth_role_name(in->role));
		hb_clause(err, "D21.2");
		return HB_E_DENIED;
	}
	enum hb_code c = check_decision(in, err);
	if (c != HB_OK)
		return c;
	struct granting g = { by, in, request, hb_id_new() };
	c = db_write(auth->db, grant, &g, err);
	if (c == HB_OK)
		*ret_grant = g.id;
	return c;
}

struct confirming { const struct auth_person *by; const char *const *grants; size_t n; const char *request; };

static enum hb_code
confirm_one(struct db_tx *tx, const struct confirming *k, const char *id, struct hb_arena *a, struct hb_err *err)
{
	const char *unit = k->by->school.s;
	struct db_rows rows;
	enum auth_role role;
	enum hb_code c = db_row(tx, &auth_grant_get, DB_ARGS(DB_ID(unit), DB_ID(id)), a, &rows, err);
	if (c != HB_OK)
		return c;
	if (!auth_role_parse(db_text(&rows, 0, AUTH_GRANT_GET_ROLE), &role) || !role_confirmable(role, k->by->roles))
		return denied(err, "xác nhận vai trò này");
	int64_t changed = 0;
	c = db_run(tx, &auth_grant_confirm, DB_ARGS(DB_ID(k->by->account.s), DB_TIME(hb_now()), DB_ID(unit), DB_ID(id)),
	    &changed, err);
	if (c == HB_OK && changed == 0)
		c = hb_fail(err, HB_E_CONFLICT, "quyen.daXong", "%s", hb_message("quyen.daXong"));
	char payload[64];
	snprintf(payload, sizeof payload, "{\"grant\":\"%s\"}", id);
	return c != HB_OK ? c : note(tx, unit, k->by->account.s, "role.confirm",
	    db_id(&rows, 0, AUTH_GRANT_GET_ACCOUNT_ID).s, k->request, payload, err);
}

static enum hb_code
confirm_all(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct confirming *k = ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	enum hb_code c = HB_OK;
	for (size_t i = 0; c == HB_OK && i < k->n; i++)
		c = confirm_one(tx, k, k->grants[i], &a, err);
	return c;
}

enum hb_code
auth_role_confirm(struct auth *auth, const struct auth_person *by, const char *const grants[], size_t n, const char *request,
    struct hb_err *err)
{
	struct confirming k = { by, grants, n, request };
	return db_write(auth->db, confirm_all, &k, err);
}

struct ending { const struct auth_person *by; const char *grant, *request; };

static enum hb_code
end_role(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct ending *e = ctx;
	const char *unit = e->by->school.s;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct db_rows rows;
	enum auth_role role;
	enum hb_code c = db_row(tx, &auth_grant_get, DB_ARGS(DB_ID(unit), DB_ID(e->grant)), &a, &rows, err);
	if (c != HB_OK)
		return c;
	bool parsed = auth_role_parse(db_text(&rows, 0, AUTH_GRANT_GET_ROLE), &role);
	if (!parsed || (!role_grantable(role, e->by->roles) && !role_confirmable(role, e->by->roles)))
		return denied(err, "thu hồi vai trò này");
	int64_t changed = 0;
	struct hb_id account = db_id(&rows, 0, AUTH_GRANT_GET_ACCOUNT_ID);
	c = db_run(tx, &auth_grant_end, DB_ARGS(DB_ID(e->by->account.s), DB_TIME(hb_now()), DB_ID(unit), DB_ID(e->grant)),
	    &changed, err);
	if (c == HB_OK && changed == 0)
		c = hb_fail(err, HB_E_CONFLICT, "quyen.daXong", "%s", hb_message("quyen.daXong"));
	if (c == HB_OK)
		c = db_run(tx, &auth_session_end_all, DB_ARGS(DB_TIME(hb_now()), DB_ID(unit), DB_ID(account.s), DB_TEXT("")),
		    NULL, err);
	return c != HB_OK ? c : note(tx, unit, e->by->account.s, "role.end", account.s, e->request, NULL, err);
}

enum hb_code
auth_role_end(struct auth *auth, const struct auth_person *by, const char *grant_id, const char *request, struct hb_err *err)
{
	struct ending e = { by, grant_id, request };
	return db_write(auth->db, end_role, &e, err);
}
