/* Accounts of the demo: the founders' by init, everyone else's by the administrator, with roles that the head confirms (D4.2c, D21.2). */
#include "play.h"

#include <stdio.h>
#include <string.h>

#include "auth/auth.h"

const char *const play_founder_secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
static const char *const founder_positions[] = { "HT", "VT", "HV", "QTV" };

static bool
is_founder(const char *position)
{
	for (size_t i = 0; i < sizeof founder_positions / sizeof founder_positions[0]; i++)
		if (strcmp(position, founder_positions[i]) == 0)
			return true;
	return false;
}

/* ---- who is who ------------------------------------------------------------------------------------------- */

struct play_account *
people_find(struct play *p, const char *unit, const char *login)
{
	for (struct play_account *x = p->accounts; x != NULL; x = x->next)
		if (strcmp(x->unit, unit) == 0 && strcmp(x->login, login) == 0)
			return x;
	return NULL;
}

struct play_account *
people_of(struct play *p, const struct play_school *s, const char *position)
{
	const json_t *founders = json_object_get(s->info, "founders");
	for (size_t i = 0; i < json_array_size(founders); i++)
		if (strcmp(play_str(json_array_get(founders, i), "position"), position) == 0)
			return people_find(p, s->id, play_str(json_array_get(founders, i), "code"));
	return NULL;
}

const char *
people_code(const struct play_school *s, const char *person)
{
	for (size_t i = 0; i < json_array_size(s->staff); i++)
		if (strcmp(play_str(json_array_get(s->staff, i), "id"), person) == 0)
			return play_str(json_array_get(s->staff, i), "code");
	return "";
}

enum hb_code
people_add(struct play *p, enum play_system system, const char *unit, const char *school, const char *login, const char *secret,
    struct hb_err *err)
{
	struct play_account *x = people_find(p, unit, login);
	if (x != NULL)
		return HB_OK;
	x = HB_NEW(&p->a, struct play_account);
	if (x == NULL)
		return hb_full(err);
	*x = (struct play_account){ p->accounts, system, unit, school, login, secret, NULL };
	p->accounts = x;
	return HB_OK;
}

/* ---- log-in --------------------------------------------------------------------------------------------------- */

/* The first password that the administrator was told counts once: it is changed on entering. */
static json_t *
credentials(struct play *p, const struct play_account *who)
{
	const char *first = journal_get(p, hb_printf(&p->a, "password/%s/%s", who->unit, who->login));
	json_t *body = json_pack("{s:s, s:s}", "login", who->login, "password", first != NULL && first[0] != '\0' ? first : PLAY_PASSWORD);
	if (who->school != NULL)
		json_object_set_new(body, "school", json_string(who->school));
	if (first != NULL && first[0] != '\0')
		json_object_set_new(body, "new_password", json_string(PLAY_PASSWORD));
	char code[7];
	if (who->secret != NULL && auth_totp(who->secret, hb_now(), code, NULL) == HB_OK)
		json_object_set_new(body, "code", json_string(code));
	return body;
}

enum hb_code
people_enter(struct play *p, struct play_account *who, struct hb_err *err)
{
	char path[100];
	struct api_reply reply;
	if (who == NULL)
		return hb_fail(err, HB_E_NOTFOUND, "demo.khongNguoi", "không có tài khoản cần cho bước này");
	if (who->token != NULL)
		return HB_OK;
	snprintf(path, sizeof path, "/api/%s/v1/session", play_system_names[who->system]);
	json_t *body = credentials(p, who);
	char *text = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	struct http_request q = { .to = p->sockets[who->system], .method = "POST", .path = path, .body = HB_STR(text == NULL ? "" : text) };
	enum hb_code c = http_call(&q, &p->a, &reply, err);
	free(text);
	if (c == HB_OK && (c = http_expect(&reply, err)) != HB_OK)
		return c;
	if (c == HB_OK)
		who->token = http_reply_cookie(&reply, &p->a);
	if (c == HB_OK && who->token == NULL)
		c = hb_fail(err, HB_E_UPSTREAM, "demo.khongNguoi", "đăng nhập %s không nhận được phiên", who->login);
	return c == HB_OK ? journal_put(p, hb_printf(&p->a, "password/%s/%s", who->unit, who->login), "", err) : c;
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

enum hb_code
people_founders(struct play *p, struct play_school *s, struct hb_err *err)
{
	const json_t *founders = json_object_get(s->info, "founders");
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < json_array_size(founders) && c == HB_OK; i++)
		c = people_add(p, PLAY_SCHOOL, s->id, s->code, play_str(json_array_get(founders, i), "code"), play_founder_secret, err);
	return c;
}

enum hb_code
people_load(struct play *p, struct play_school *s, struct hb_err *err)
{
	struct play_account *records = people_of(p, s, "HV");
	json_t *staff = NULL, *classes = NULL;
	enum hb_code c = people_enter(p, records, err);
	if (c == HB_OK)
		c = play_get(p, PLAY_SCHOOL, records, &staff, err, "/api/school/v1/years/%s/staff", p->year);
	if (c == HB_OK)
		c = play_get(p, PLAY_SCHOOL, records, &classes, err, "/api/school/v1/years/%s/classes", p->year);
	if (c != HB_OK)
		return c;
	json_decref(s->staff);
	json_decref(s->classes);
	s->staff = json_incref(json_object_get(staff, "items"));
	s->classes = json_incref(json_object_get(classes, "items"));
	json_decref(staff);
	json_decref(classes);
	for (size_t i = 0; i < json_array_size(s->staff) && c == HB_OK; i++) {
		const json_t *who = json_array_get(s->staff, i);
		c = people_add(p, PLAY_SCHOOL, s->id, s->code, play_str(who, "code"), is_founder(play_str(who, "position")) ? play_founder_secret : NULL, err);
	}
	return c;
}

/* ---- accounts of the others --------------------------------------------------------------------------------------- */

static enum hb_code
grant(struct play *p, struct play_school *s, const char *account, const char *role, struct hb_err *err)
{
	return play_post(p, PLAY_SCHOOL, people_of(p, s, "QTV"), json_pack("{s:s, s:s, s:s, s:s}", "role", role, "decision_no", "02/QĐ", "decision_date",
	    "2025-08-15", "from", "2025-08-20"), NULL, err, "/api/school/v1/accounts/%s/roles", account);
}

/* Login is mã giáo viên; every teacher may become a homeroom teacher in the year, the scope stays with the duty. */
static enum hb_code
one_account(struct play *p, struct play_school *s, const json_t *who, struct hb_err *err)
{
	const char *code = play_str(who, "code");
	char *key = hb_printf(&p->a, "password/%s/%s", s->id, code);
	json_t *made = NULL;
	if (key == NULL || journal_has(p, key) || is_founder(play_str(who, "position")))
		return key == NULL ? hb_full(err) : HB_OK;
	enum hb_code c = play_post(p, PLAY_SCHOOL, people_of(p, s, "QTV"), json_pack("{s:s, s:s, s:s, s:s}", "person", play_str(who, "id"), "login", code,
	    "name", play_str(who, "name"), "kind", "STAFF"), &made, err, "/api/school/v1/accounts");
	if (c == HB_OK)
		c = journal_put(p, key, play_str(made, "password"), err);
	if (c == HB_OK)
		c = grant(p, s, play_str(made, "id"), "subject_teacher", err);
	if (c == HB_OK)
		c = grant(p, s, play_str(made, "id"), "homeroom", err);
	json_decref(made);
	return c;
}

static enum hb_code
confirm_roles(struct play *p, struct play_school *s, struct hb_err *err)
{
	json_t *waiting = NULL, *ids = json_array();
	enum hb_code c = play_get(p, PLAY_SCHOOL, people_of(p, s, "HT"), &waiting, err, "/api/school/v1/roles/waiting?limit=500");
	const json_t *items = json_object_get(waiting, "items");
	for (size_t i = 0; i < json_array_size(items); i++)
		json_array_append_new(ids, json_string(play_str(json_array_get(items, i), "id")));
	if (c == HB_OK && json_array_size(ids) > 0)
		c = play_post(p, PLAY_SCHOOL, people_of(p, s, "HT"), json_pack("{s:O}", "grants", ids), NULL, err, "/api/school/v1/roles/confirm");
	json_decref(ids);
	json_decref(waiting);
	return c;
}

enum hb_code
people_make(struct play *p, struct play_school *s, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < json_array_size(s->staff) && c == HB_OK; i++)
		c = one_account(p, s, json_array_get(s->staff, i), err);
	if (c == HB_OK)
		c = confirm_roles(p, s, err);
	if (c == HB_OK)
		play_say(p, "  quản trị viên tạo %zu tài khoản, hiệu trưởng xác nhận vai trò", json_array_size(s->staff));
	return c;
}
