/* Accounts and roles: the administrator's and the head's pages (D4.2c1, D4.2c6, D21.2). */
#include <string.h>

#include "auth/auth_sql.h"
#include "auth/hooks.h"
#include "json/read.h"
#include "school/routes.h"
#include "school/school_api.h"

enum { PAGE_DEFAULT = 100, PAGE_MAX = 500 };
static const char FIRST_ID[] = "00000000-0000-0000-0000-000000000000";

static struct auth *
auth_of(const struct api_req *r)
{
	return ((struct auth_hooks *)r->host->hooks)->local;
}

static void
put_time(struct jw *w, const char *name, const struct db_rows *rows, size_t i, unsigned col)
{
	if (db_is_null(rows, i, col))
		jw_null(w, name);
	else
		jw_time(w, name, db_time(rows, i, col));
}

static void
put_account(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_object(w, NULL);
	jw_str(w, "id", db_id(rows, i, AUTH_ACCOUNT_LIST_ID).s);
	jw_str(w, "person", db_id(rows, i, AUTH_ACCOUNT_LIST_PERSON_ID).s);
	jw_str(w, "login", db_text(rows, i, AUTH_ACCOUNT_LIST_LOGIN));
	jw_str(w, "name", db_text(rows, i, AUTH_ACCOUNT_LIST_NAME));
	jw_str(w, "kind", db_text(rows, i, AUTH_ACCOUNT_LIST_KIND));
	jw_bool(w, "enabled", strcmp(db_text(rows, i, AUTH_ACCOUNT_LIST_STATE), "ACTIVE") == 0);
	jw_bool(w, "must_change", db_int(rows, i, AUTH_ACCOUNT_LIST_MUST_CHANGE) != 0);
	jw_bool(w, "reset_waits", !db_is_null(rows, i, AUTH_ACCOUNT_LIST_RESET_BY));
	jw_bool(w, "second_factor", db_int(rows, i, AUTH_ACCOUNT_LIST_TOTP_READY) != 0);
	put_time(w, "locked_until", rows, i, AUTH_ACCOUNT_LIST_LOCKED_UNTIL);
	put_time(w, "last_login", rows, i, AUTH_ACCOUNT_LIST_LAST_LOGIN);
	jw_end(w);
}

enum hb_code
school_accounts_list(struct api_req *r, struct hb_err *err)
{
	struct api_page page;
	struct db_rows rows;
	enum hb_code c = api_page(r, PAGE_DEFAULT, PAGE_MAX, &page, err);
	if (c == HB_OK)
		c = routes_rows(r, &auth_account_list, DB_ARGS(DB_ID(r->who->school.s), DB_TEXT(page.after), DB_INT(page.limit)), &rows,
		    err);
	if (c != HB_OK)
		return c;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++)
		put_account(&w, &rows, i);
	jw_end(&w);
	bool full = rows.n == (size_t)page.limit;
	api_page_next(r, &w, full ? db_text(&rows, rows.n - 1, AUTH_ACCOUNT_LIST_LOGIN) : NULL);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* The first password is told here and nowhere else. */
static enum hb_code
put_password(struct api_req *r, const char *account, const char *password, struct hb_err *err)
{
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", account);
	jw_str(&w, "password", password);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_account_create(struct api_req *r, struct hb_err *err)
{
	static const char *const kinds[] = { [AUTH_STAFF] = "STAFF", [AUTH_FAMILY] = "FAMILY", [AUTH_ADMIN] = "ADMIN" };
	struct auth_new_account in = { .login = json_opt_str(r->body, "login"), .name = json_opt_str(r->body, "name") };
	struct hb_id id;
	const char *password, *kind = json_opt_str(r->body, "kind");
	memcpy(in.person.s, json_opt_str(r->body, "person"), sizeof in.person.s);
	for (int k = AUTH_STAFF; k <= AUTH_ADMIN; k++)
		if (strcmp(kinds[k], kind) == 0)
			in.kind = (enum auth_kind)k;
	enum hb_code c = auth_account_create(auth_of(r), r->who, &in, r->request_id, r->a, &id, &password, err);
	return c != HB_OK ? c : put_password(r, id.s, password, err);
}

enum hb_code
school_password_reset(struct api_req *r, struct hb_err *err)
{
	const char *password, *account = api_param(r, "account");
	enum hb_code c = auth_password_reset(auth_of(r), r->who, account, r->request_id, r->a, &password, err);
	return c != HB_OK ? c : put_password(r, account, password, err);
}

enum hb_code
school_password_confirm(struct api_req *r, struct hb_err *err)
{
	return auth_reset_confirm(auth_of(r), r->who, api_param(r, "account"), r->request_id, err);
}

enum hb_code
school_account_state(struct api_req *r, struct hb_err *err)
{
	bool enabled = json_is_true(json_object_get(r->body, "enabled"));
	return auth_account_enable(auth_of(r), r->who, api_param(r, "account"), enabled, r->request_id, err);
}

enum hb_code
school_account_unlock(struct api_req *r, struct hb_err *err)
{
	return auth_account_unlock(auth_of(r), r->who, api_param(r, "account"), r->request_id, err);
}

/* --- roles ------------------------------------------------------------------------------------------------------ */
static void
put_grant(struct jw *w, const struct db_rows *rows, size_t i)
{
	const char *to = db_text(rows, i, AUTH_GRANTS_OF_TO_DATE);
	jw_object(w, NULL);
	jw_str(w, "id", db_id(rows, i, AUTH_GRANTS_OF_ID).s);
	jw_str(w, "role", db_text(rows, i, AUTH_GRANTS_OF_ROLE));
	jw_str(w, "decision_no", db_text(rows, i, AUTH_GRANTS_OF_DECISION_NO));
	jw_str(w, "decision_date", db_text(rows, i, AUTH_GRANTS_OF_DECISION_DATE));
	jw_str(w, "from", db_text(rows, i, AUTH_GRANTS_OF_FROM_DATE));
	jw_str(w, "to", to[0] != '\0' ? to : NULL);
	put_time(w, "confirmed_at", rows, i, AUTH_GRANTS_OF_CONFIRMED_AT);
	put_time(w, "ended_at", rows, i, AUTH_GRANTS_OF_ENDED_AT);
	jw_end(w);
}

enum hb_code
school_roles_list(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code c = routes_rows(r, &auth_grants_of, DB_ARGS(DB_ID(r->who->school.s), DB_ID(api_param(r, "account"))), &rows,
	    err);
	if (c != HB_OK)
		return c;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++)
		put_grant(&w, &rows, i);
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_role_grant(struct api_req *r, struct hb_err *err)
{
	struct auth_grant in = { .account = api_param(r, "account"), .decision_no = json_opt_str(r->body, "decision_no"),
		.decision_date = json_opt_str(r->body, "decision_date"), .from_date = json_opt_str(r->body, "from"),
		.to_date = routes_str(r->body, "to") };
	struct hb_id id;
	if (!auth_role_parse(json_opt_str(r->body, "role"), &in.role))
		return hb_bug(err, "the contract lists a role that does not exist");
	enum hb_code c = auth_role_grant(auth_of(r), r->who, &in, r->request_id, &id, err);
	if (c != HB_OK)
		return c;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", id.s);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static void
put_waiting(struct jw *w, const struct db_rows *rows, size_t i)
{
	const char *to = db_text(rows, i, AUTH_GRANTS_WAITING_TO_DATE);
	jw_object(w, NULL);
	jw_str(w, "id", db_id(rows, i, AUTH_GRANTS_WAITING_ID).s);
	jw_str(w, "account", db_id(rows, i, AUTH_GRANTS_WAITING_ACCOUNT_ID).s);
	jw_str(w, "login", db_text(rows, i, AUTH_GRANTS_WAITING_LOGIN));
	jw_str(w, "name", db_text(rows, i, AUTH_GRANTS_WAITING_NAME));
	jw_str(w, "role", db_text(rows, i, AUTH_GRANTS_WAITING_ROLE));
	jw_str(w, "decision_no", db_text(rows, i, AUTH_GRANTS_WAITING_DECISION_NO));
	jw_str(w, "decision_date", db_text(rows, i, AUTH_GRANTS_WAITING_DECISION_DATE));
	jw_str(w, "from", db_text(rows, i, AUTH_GRANTS_WAITING_FROM_DATE));
	jw_str(w, "to", to[0] != '\0' ? to : NULL);
	jw_end(w);
}

enum hb_code
school_roles_waiting(struct api_req *r, struct hb_err *err)
{
	struct api_page page;
	struct db_rows rows;
	enum hb_code c = api_page(r, PAGE_DEFAULT, PAGE_MAX, &page, err);
	const char *after = c == HB_OK && hb_id_valid(page.after) ? page.after : FIRST_ID;
	if (c == HB_OK)
		c = routes_rows(r, &auth_grants_waiting, DB_ARGS(DB_ID(r->who->school.s), DB_ID(after), DB_INT(page.limit)), &rows, err);
	if (c != HB_OK)
		return c;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++)
		put_waiting(&w, &rows, i);
	jw_end(&w);
	bool full = rows.n == (size_t)page.limit;
	struct hb_id last = full ? db_id(&rows, rows.n - 1, AUTH_GRANTS_WAITING_ID) : (struct hb_id){ "" };
	api_page_next(r, &w, full ? last.s : NULL);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_roles_confirm(struct api_req *r, struct hb_err *err)
{
	const json_t *list = json_object_get(r->body, "grants");
	size_t n = json_array_size(list);
	const char **ids = HB_NEWN(r->a, const char *, n + 1);
	if (ids == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i++)
		ids[i] = json_string_value(json_array_get(list, i));
	return auth_role_confirm(auth_of(r), r->who, ids, n, r->request_id, err);
}

enum hb_code
school_role_end(struct api_req *r, struct hb_err *err)
{
	return auth_role_end(auth_of(r), r->who, api_param(r, "grant"), r->request_id, err);
}
