#include "run/office.h"

#include <stdio.h>
#include <string.h>

#include "json/read.h"

struct founding { struct runtime *rt; const char *unit, *number, *date, *list; json_t *officers; office_member *member; };

enum hb_code
office_unit(const struct runtime *rt, struct hb_id *ret_unit, struct hb_err *err)
{
	const char *unit;
	enum hb_code rc = json_get_str(rt->config->settings, "unit", &unit, err);
	if (rc != HB_OK)
		return rc;
	if (strlen(unit) != 36 || !hb_id_valid(unit))
		return hb_fail(err, HB_E_INPUT, "caiDat.sai", "settings.unit phải là một UUID");
	snprintf(ret_unit->s, sizeof ret_unit->s, "%s", unit);
	return HB_OK;
}

static enum hb_code
found_officer(struct db_tx *tx, const struct founding *f, const json_t *o, struct hb_err *err)
{
	struct auth_founder who = { .person = hb_id_new(), .decision_no = f->number, .decision_date = f->date, .from_date = f->date };
	const char *role = NULL;
	struct hb_id account;
	snprintf(who.unit.s, sizeof who.unit.s, "%s", f->unit);
	enum hb_code rc = json_get_str(o, "login", &who.login, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "name", &who.name, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "password", &who.password, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "role", &role, err);
	if (rc == HB_OK && !auth_role_parse(role, &who.role))
		rc = hb_fail(err, HB_E_INPUT, "caiDat.sai", "settings.officers: không có vai trò %s", role);
	who.secret = json_opt_str(o, "secret");
	who.keep_password = json_is_true(json_object_get(o, "keep_password")) && run_config_is_demo(f->rt->config);
	return rc == HB_OK ? auth_found(f->rt->auth, tx, &who, &account, err) : rc;
}

static enum hb_code
found_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct founding *f = ctx;
	enum hb_code rc = HB_OK;
	for (size_t i = 0; rc == HB_OK && i < json_array_size(f->officers); i++)
		rc = found_officer(tx, f, json_array_get(f->officers, i), err);
	const json_t *members = json_object_get(f->rt->config->settings, f->list);
	for (size_t i = 0; rc == HB_OK && i < json_array_size(members); i++)
		rc = f->member(tx, json_array_get(members, i), err);
	return rc;
}

enum hb_code
office_found(struct runtime *rt, const char *list, office_member *member, struct hb_err *err)
{
	struct hb_id unit;
	json_t *decision;
	struct founding f = { .rt = rt, .unit = unit.s, .list = list, .member = member };
	enum hb_code rc = office_unit(rt, &unit, err);
	if (rc == HB_OK)
		rc = json_get_array(rt->config->settings, "officers", &f.officers, err);
	if (rc == HB_OK)
		rc = json_get_object(rt->config->settings, "decision", &decision, err);
	if (rc == HB_OK)
		rc = json_get_str(decision, "number", &f.number, err);
	if (rc == HB_OK)
		rc = json_get_str(decision, "date", &f.date, err);
	return rc == HB_OK ? db_write(rt->db, found_fn, &f, err) : rc;
}

enum hb_code
office_trust(struct runtime *rt, struct pki_trust *trust, struct hb_err *err)
{
	json_t *files;
	enum hb_code rc = json_get_array(rt->config->settings, "trust", &files, err);
	for (size_t i = 0; rc == HB_OK && i < json_array_size(files); i++) {
		const char *name = json_string_value(json_array_get(files, i));
		char *path = name == NULL ? NULL : run_config_file(rt->config, name, rt->a);
		rc = path == NULL ? hb_fail(err, HB_E_INPUT, "caiDat.sai", "settings.trust là danh sách tệp PEM")
		    : pki_trust_add_file(trust, path, err);
	}
	return rc;
}
