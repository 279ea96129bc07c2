/* What the program that runs the school system is told about it (run/system.h). */
#include "run/system.h"

#include "school/found.h"
#include "school/school.h"
#include "school/school_api.h"
#include "school/school_sql.h"
#include "school/system.h"

static const struct db_module *const modules[] = { &school_sql, NULL };

/* A teacher reaches a sheet by a confirmed duty in force today, never by the account alone (D6, D4.2c). */
static const struct auth_scope_rule scopes[] = {
	{ SCOPE_CLASS_SUBJECT, ROLE_SUBJECT_TEACHER, &school_scope_class_subject },
	{ SCOPE_HOMEROOM_CLASS, ROLE_HOMEROOM, &school_scope_homeroom },
};

static enum hb_code
open_school(struct runtime *rt, void **ret_context, struct hb_err *err)
{
	struct school *s = HB_NEW(rt->a, struct school);
	if (s == NULL)
		return hb_full(err);
	const char *sector = json_string_value(json_object_get(rt->config->settings, "sector"));
	*s = (struct school){ .db = rt->db, .exchange = rt->exchange, .sector = sector == NULL ? "sector" : sector };
	*ret_context = s;
	const char *key = run_config_file(rt->config, "auth.key", rt->a);
	if (key == NULL)
		return hb_full(err);
	enum hb_code code = auth_key_read(key, s->operator_key, err);
	s->has_operator_key = code == HB_OK;
	return code;
}

static void
host(struct runtime *rt, struct api_system *ret_host, struct auth_hooks *hooks)
{
	(void)rt;
	ret_host->table = &school_api;
	hooks->scopes = scopes;
	hooks->n_scopes = sizeof scopes / sizeof *scopes;
}

const struct hb_system school_system = {
	.name = "school",
	.title = "phần mềm quản lý nhà trường",
	.modules = modules,
	.keeps_accounts = true,
	.init = school_found_all,
	.open = open_school,
	.host = host,
};
