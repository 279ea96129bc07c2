/* A person as contracts/session has it. */
#include <stdio.h>
#include <string.h>

#include "auth/hooks.h"
#include "json/read.h"

void
auth_person_write(struct jw *w, const char *name, const struct auth_person *who)
{
	jw_object(w, name);
	jw_str(w, "account", who->account.s);
	jw_str(w, "person", who->person.s);
	jw_str(w, "school", who->school.s[0] != '\0' ? who->school.s : NULL);
	jw_str(w, "name", who->name);
	jw_array(w, "roles");
	for (int r = 0; r < ROLE__MAX; r++)
		if ((who->roles & ROLE_BIT(r)) != 0)
			jw_str(w, NULL, auth_role_name((enum auth_role)r));
	jw_end(w);
	jw_str(w, "assurance", auth_assurance_name(who->assurance));
	jw_time(w, "expires", who->expires);
	jw_end(w);
}

static enum hb_code
read_id(const json_t *object, const char *name, struct hb_id *ret_id, struct hb_err *err)
{
	const char *s;
	enum hb_code c = json_get_str(object, name, &s, err);
	if (c != HB_OK)
		return c;
	if (!hb_id_valid(s))
		return hb_fail(err, HB_E_INPUT, "json.thieuTruong", "trường \"%s\" không phải mã định danh", name);
	snprintf(ret_id->s, sizeof ret_id->s, "%s", s);
	return HB_OK;
}

static enum hb_code
read_roles(const json_t *object, auth_roles *ret_roles, struct hb_err *err)
{
	json_t *list = NULL, *item;
	size_t i;
	auth_roles roles = 0;
	enum hb_code c = json_get_array(object, "roles", &list, err);
	if (c != HB_OK)
		return c;
	/* A role this version does not know gives no right. */
	json_array_foreach(list, i, item) {
		enum auth_role role;
		const char *name = json_string_value(item);
		if (name != NULL && auth_role_parse(name, &role))
			roles |= ROLE_BIT(role);
	}
	*ret_roles = roles & ~(ROLE_BIT(ROLE_PUBLIC) | ROLE_BIT(ROLE_SYSTEM));
	return HB_OK;
}

static enum auth_assurance
read_assurance(const json_t *object)
{
	const char *name = json_opt_str(object, "assurance");
	for (int i = 0; name != NULL && i < ASSURANCE__MAX; i++)
		if (strcmp(name, auth_assurance_name((enum auth_assurance)i)) == 0)
			return (enum auth_assurance)i;
	return ASSURANCE_NONE;
}

enum hb_code
auth_person_read(const json_t *object, struct hb_arena *a, struct auth_person *ret_who, struct hb_err *err)
{
	struct auth_person who = { .assurance = read_assurance(object) };
	const char *name;
	enum hb_code c = read_id(object, "account", &who.account, err);
	if (c == HB_OK)
		c = read_id(object, "person", &who.person, err);
	if (c == HB_OK && json_opt_str(object, "school") != NULL)
		c = read_id(object, "school", &who.school, err);
	if (c == HB_OK)
		c = json_get_str(object, "name", &name, err);
	if (c == HB_OK)
		c = json_get_time(object, "expires", &who.expires, err);
	if (c == HB_OK)
		c = read_roles(object, &who.roles, err);
	if (c != HB_OK)
		return c;
	who.name = hb_strdup(a, name);
	if (who.name == NULL)
		return hb_full(err);
	*ret_who = who;
	return HB_OK;
}
