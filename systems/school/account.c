/* Entering and leaving: the routes of contracts/session.  All of it is lib/auth's; here it gets paths and the school. */
#include <string.h>

#include "auth/auth_sql.h"
#include "auth/hooks.h"
#include "json/read.h"
#include "school/routes.h"
#include "school/school_api.h"
#include "school/school_sql.h"

static struct auth *
auth_of(const struct api_req *r)
{
	return ((struct auth_hooks *)r->host->hooks)->local;
}

/* The school that a log-in names by its code, or the only one there is.  An unknown code reads as a wrong password. */
static enum hb_code
unit_of(struct api_req *r, const char **ret_unit, struct hb_err *err)
{
	const char *code = json_opt_str(r->body, "school");
	struct db_rows rows;
	enum hb_code c = code != NULL ? routes_rows(r, &school_unit_by_code, DB_ARGS(DB_TEXT(code)), &rows, err)
	    : routes_rows(r, &school_unit_only, NULL, &rows, err);
	if (c != HB_OK)
		return c;
	if (code == NULL && rows.n > 1)
		return hb_fail(err, HB_E_INPUT, "dangNhap.thieuTruong", "%s", hb_message("dangNhap.thieuTruong"));
	*ret_unit = rows.n == 1 ? hb_strdup(r->a, db_id(&rows, 0, SCHOOL_UNIT_ONLY_ID).s) : "";
	return *ret_unit != NULL ? HB_OK : hb_full(err);
}

static enum hb_code
attempt_of(struct api_req *r, struct auth_attempt *ret_try, struct hb_err *err)
{
	*ret_try = (struct auth_attempt){ .login = json_opt_str(r->body, "login"), .password = json_opt_str(r->body, "password"),
		.code = json_opt_str(r->body, "code"), .new_password = json_opt_str(r->body, "new_password"), .peer = r->peer,
		.request = r->request_id };
	return unit_of(r, &ret_try->unit, err);
}

static enum hb_code
put_person(struct api_req *r, const struct auth_person *who, struct hb_err *err)
{
	struct jw w = api_json(r);
	auth_person_write(&w, NULL, who);
	return api_json_end(r, &w, err);
}

static enum hb_code
entered(struct api_req *r, const struct auth_entry *entry, struct hb_err *err)
{
	api_session_cookie(r, entry->token);
	return put_person(r, entry->who, err);
}

enum hb_code
school_session_open(struct api_req *r, struct hb_err *err)
{
	struct auth_attempt try;
	struct auth_entry entry;
	enum hb_code c = attempt_of(r, &try, err);
	if (c == HB_OK)
		c = auth_enter(auth_of(r), &try, r->a, &entry, err);
	return c != HB_OK ? c : entered(r, &entry, err);
}

enum hb_code
school_session_get(struct api_req *r, struct hb_err *err)
{
	return put_person(r, r->who, err);
}

enum hb_code
school_session_close(struct api_req *r, struct hb_err *err)
{
	enum hb_code c = auth_leave(auth_of(r), r->who, err);
	if (c == HB_OK)
		api_session_cookie(r, NULL);
	return c;
}

enum hb_code
school_second_factor_new(struct api_req *r, struct hb_err *err)
{
	struct auth_attempt try;
	const char *secret;
	enum hb_code c = attempt_of(r, &try, err);
	if (c == HB_OK)
		c = auth_second_factor_new(auth_of(r), &try, r->a, &secret, err);
	if (c != HB_OK)
		return c;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "secret", secret);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_challenge_new(struct api_req *r, struct hb_err *err)
{
	const char *unit, *id, *text;
	enum hb_code c = unit_of(r, &unit, err);
	if (c == HB_OK && unit[0] == '\0')
		c = hb_fail(err, HB_E_INPUT, "dangNhap.thieuTruong", "%s", hb_message("dangNhap.thieuTruong"));
	if (c == HB_OK)
		c = auth_challenge(auth_of(r), unit, r->a, &id, &text, err);
	if (c != HB_OK)
		return c;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", id);
	jw_str(&w, "text", text);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_certificate_enter(struct api_req *r, struct hb_err *err)
{
	const char *unit;
	struct hb_bytes der, signature;
	struct auth_entry entry;
	enum hb_code c = unit_of(r, &unit, err);
	if (c == HB_OK)
		c = json_get_base64(r->body, "certificate", r->a, &der, err);
	if (c == HB_OK)
		c = json_get_base64(r->body, "signature", r->a, &signature, err);
	if (c == HB_OK)
		c = auth_enter_certificate(auth_of(r), unit, json_opt_str(r->body, "challenge"), der, signature, r->peer,
		    r->request_id, r->a, &entry, err);
	return c != HB_OK ? c : entered(r, &entry, err);
}

enum hb_code
school_certificate_put(struct api_req *r, struct hb_err *err)
{
	struct hb_bytes der;
	struct db_rows rows;
	enum hb_code c = json_get_base64(r->body, "certificate", r->a, &der, err);
	if (c == HB_OK)
		c = routes_rows(r, &school_owner_of_certificate, DB_ARGS(DB_ID(r->who->school.s), DB_ID(r->who->person.s)), &rows, err);
	if (c != HB_OK)
		return c;
	const char *owner = rows.n == 1 ? db_text(&rows, 0, SCHOOL_OWNER_OF_CERTIFICATE_PERSONAL_ID) : NULL;
	return auth_certificate_set(auth_of(r), r->who, api_param(r, "account"), der, owner, r->request_id, err);
}
