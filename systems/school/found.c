#include "school/found.h"

#include "base/text.h"
#include "json/read.h"
#include "school/school.h"
#include "school/school_sql.h"

#include <string.h>

struct founding { struct runtime *rt; const json_t *settings; struct hb_id id; };

static const char *
text(const json_t *object, const char *name)
{
	const char *s = json_opt_str(object, name);
	return s == NULL ? "" : s;
}

static enum hb_code
found_year(struct db_tx *tx, struct founding *f, const json_t *year, struct hb_err *err)
{
	return db_run(tx, &school_year_put,
	    DB_ARGS(DB_ID(f->id.s), DB_TEXT(text(year, "year")), DB_TEXT(text(year, "starts")), DB_TEXT(text(year, "term2")),
	        DB_TEXT(text(year, "ends"))),
	    NULL, err);
}

static enum hb_code
found_person(struct db_tx *tx, struct founding *f, const json_t *who, struct hb_err *err)
{
	struct hb_id    person = hb_id_new();
	const char     *name = text(who, "name"), *key = hb_name_key(f->rt->a, name), *id = text(who, "personal_id");
	enum auth_role  role;
	if (key == NULL)
		return hb_full(err);
	if (!auth_role_parse(text(who, "role"), &role))
		return hb_fail(err, HB_E_INPUT, "truong.vaiTro", "không có vai trò “%.40s”", text(who, "role"));
	enum hb_code code = db_run(tx, &school_staff_put,
	    DB_ARGS(DB_ID(f->id.s), DB_ID(person.s), DB_TEXT(text(who, "code")), DB_TEXT(name), DB_TEXT(key), DB_TEXT(text(who, "sex")),
	        DB_TEXT(text(who, "birth_date")), id[0] == '\0' ? DB_NULL() : DB_TEXT(id), DB_TEXT(text(who, "position")),
	        DB_TEXT(text(who, "email")), DB_TEXT(text(who, "phone")), DB_TEXT(text(who, "from")), DB_TEXT("")),
	    NULL, err);
	struct auth_founder founder = { .unit = f->id, .person = person, .login = text(who, "login"), .name = name,
		.password = text(who, "password"), .keep_password = run_config_is_demo(f->rt->config), .role = role,
		.decision_no = text(who, "decision_no"), .decision_date = text(who, "decision_date"), .from_date = text(who, "from"),
		.secret = json_opt_str(who, "secret") };
	struct hb_id account;
	return code == HB_OK ? auth_found(f->rt->auth, tx, &founder, &account, err) : code;
}

static enum hb_code
found_school(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct founding *f = ctx;
	const json_t    *s = f->settings, *years = json_object_get(s, "years"), *people = json_object_get(s, "founders");
	struct db_rows   same;
	enum hb_code code = db_rows(tx, &school_school_by_code, DB_ARGS(DB_TEXT(text(s, "code"))), f->rt->a, &same, err);
	if (code == HB_OK && (same.n > 0 || text(s, "code")[0] == '\0'))
		return hb_fail(err, HB_E_CONFLICT, "truong.daCo", "mã trường “%.40s” trống hoặc đã có", text(s, "code"));
	if (code == HB_OK)
		code = db_run(tx, &school_school_put,
		    DB_ARGS(DB_ID(f->id.s), DB_TEXT(text(s, "code")), DB_TEXT(text(s, "name")), DB_TEXT(text(s, "levels")),
		        DB_TEXT(text(s, "kind")), DB_TEXT(text(s, "commune")), DB_TEXT(text(s, "province")), DB_TEXT(text(s, "so_code")),
		        DB_TEXT(text(s, "tax_code")), DB_TEXT(text(s, "address")), DB_TEXT(text(s, "phone"))),
		    NULL, err);
	for (size_t i = 0; i < json_array_size(years) && code == HB_OK; i++)
		code = found_year(tx, f, json_array_get(years, i), err);
	for (size_t i = 0; i < json_array_size(people) && code == HB_OK; i++)
		code = found_person(tx, f, json_array_get(people, i), err);
	if (code != HB_OK)
		return code;
	struct school_actor by = { .school = f->id.s, .who = "operator" };
	return school_audit(tx, &by, "school.found", text(s, "code"), NULL, err);
}

enum hb_code
school_found_all(struct runtime *rt, struct hb_err *err)
{
	const json_t *schools = json_object_get(rt->config->settings, "schools");
	enum hb_code  code = HB_OK;
	for (size_t i = 0; i < json_array_size(schools) && code == HB_OK; i++) {
		struct founding f = { .rt = rt, .settings = json_array_get(schools, i), .id = hb_id_new() };
		const char     *given = text(f.settings, "id");
		if (strlen(given) == sizeof f.id.s - 1 && hb_id_valid(given))
			memcpy(f.id.s, given, sizeof f.id.s);
		code = db_write(rt->db, found_school, &f, err);
	}
	return code;
}
