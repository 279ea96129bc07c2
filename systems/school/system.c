/* What the program that runs the school system is told about it (run/system.h). */
#include "run/system.h"

#include "school/found.h"
#include "school/school.h"
#include "school/school_api.h"
#include "school/school_sql.h"
#include "school/system.h"
#include "sign/pki.h"
#include "xlsx/xlsx.h"

static const struct db_module *const modules[] = { &school_sql, NULL };

static sandbox_job *const jobs[] = { xlsx_job, NULL };

/* A teacher reaches a sheet by a confirmed duty in force today, never by the account alone (D6, D4.2c). */
static const struct auth_scope_rule scopes[] = {
	{ SCOPE_CLASS_SUBJECT, ROLE_SUBJECT_TEACHER, &school_scope_class_subject },
	{ SCOPE_HOMEROOM_CLASS, ROLE_HOMEROOM, &school_scope_homeroom },
};

/* "settings": {"pki": {"trust": [PEM…]}}: whose signatures on extracts are believed. */
static enum hb_code
read_trust(struct runtime *rt, const struct pki_trust **ret_trust, struct hb_err *err)
{
	const json_t     *list = json_object_get(json_object_get(rt->config->settings, "pki"), "trust");
	struct pki_trust *trust = pki_trust_new();
	enum hb_code      code = trust == NULL ? hb_full(err) : HB_OK;
	for (size_t i = 0; i < json_array_size(list) && code == HB_OK; i++) {
		const char *name = json_string_value(json_array_get(list, i));
		char       *path = name == NULL ? NULL : run_config_file(rt->config, name, rt->a);
		code = path == NULL ? hb_full(err) : pki_trust_add_file(trust, path, err);
	}
	if (code == HB_OK)
		*ret_trust = trust;
	else
		pki_trust_free(trust);
	return code;
}

static void
close_school(struct runtime *rt)
{
	pki_trust_free((struct pki_trust *)((struct school *)rt->context)->trust);
}

static enum hb_code
open_school(struct runtime *rt, void **ret_context, struct hb_err *err)
{
	struct school *s = HB_NEW(rt->a, struct school);
	if (s == NULL)
		return hb_full(err);
	const char *sector = json_string_value(json_object_get(rt->config->settings, "sector"));
	*s = (struct school){ .db = rt->db, .exchange = rt->exchange, .sandbox = rt->sandbox, .sector = sector == NULL ? "sector" : sector };
	const char *key = run_config_file(rt->config, "auth.key", rt->a);
	if (key == NULL)
		return hb_full(err);
	enum hb_code code = auth_key_read(key, s->operator_key, err);
	if (code == HB_OK)
		code = read_trust(rt, &s->trust, err);
	if (code == HB_OK)
		*ret_context = s;
	s->has_operator_key = code == HB_OK;
	return code;
}

static enum hb_code
fsck_school(struct runtime *rt, int64_t *ret_n, struct hb_err *err)
{
	return school_fsck(rt->context, ret_n, err);
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
	.jobs = jobs,
	.close = close_school,
	.fsck = fsck_school,
};
