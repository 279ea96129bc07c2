/* The sector database as a program runs it.  Settings:
 *     {"schools": [{"code", "name", "commune", "member", "gradebook"}]}      written at start where they differ */
#include <string.h>

#include "json/read.h"
#include "run/system.h"
#include "sector/sector.h"
#include "sector/sector_api.h"
#include "sector/sector_sql.h"

static enum hb_code
read_school(const json_t *item, struct sector_school *ret_school, struct hb_err *err)
{
	enum hb_code code;
	struct sector_school s;
	if ((code = json_get_str(item, "code", &s.code, err)) != HB_OK
	    || (code = json_get_str(item, "name", &s.name, err)) != HB_OK
	    || (code = json_get_str(item, "commune", &s.commune, err)) != HB_OK
	    || (code = json_get_str(item, "member", &s.member, err)) != HB_OK
	    || (code = json_get_str(item, "gradebook", &s.gradebook, err)) != HB_OK)
		return code;
	*ret_school = s;
	return HB_OK;
}

static bool
same(const struct db_rows *r, const struct sector_school *s)
{
	return r->n == 1 && strcmp(db_text(r, 0, SECTOR_SCHOOL_BY_CODE_NAME), s->name) == 0
	    && strcmp(db_text(r, 0, SECTOR_SCHOOL_BY_CODE_COMMUNE), s->commune) == 0
	    && strcmp(db_text(r, 0, SECTOR_SCHOOL_BY_CODE_MEMBER), s->member) == 0
	    && strcmp(db_text(r, 0, SECTOR_SCHOOL_BY_CODE_GRADEBOOK), s->gradebook) == 0;
}

static enum hb_code
set_schools(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const json_t *list = ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	enum hb_code code = HB_OK;
	for (size_t i = 0; i < json_array_size(list) && code == HB_OK; i++) {
		struct sector_school school;
		struct db_rows row;
		if ((code = read_school(json_array_get(list, i), &school, err)) != HB_OK
		    || (code = db_rows(tx, &sector_school_by_code, DB_ARGS(DB_TEXT(school.code)), &a, &row, err)) != HB_OK)
			return code;
		if (!same(&row, &school))
			code = sector_school_set(tx, &school, "operator", err);
	}
	return code;
}

static enum hb_code
system_open(struct runtime *rt, void **ret_context, struct hb_err *err)
{
	struct sector *s = HB_NEW(rt->a, struct sector);
	if (s == NULL)
		return hb_full(err);
	*s = (struct sector){ .db = rt->db, .exchange = rt->exchange, .audit = rt->audit };
	if (rt->exchange != NULL)
		sector_wire(s);
	enum hb_code code = db_write(rt->db, set_schools, json_object_get(rt->config->settings, "schools"), err);
	if (code == HB_OK)
		*ret_context = s;
	return code;
}

static void
system_host(struct runtime *rt, struct api_system *host, struct auth_hooks *hooks)
{
	(void)rt, (void)hooks;          /* the Sở's people see all schools: no scope but any */
	host->table = &sector_api;
}

static enum hb_code
system_fsck(struct runtime *rt, int64_t *ret_n, struct hb_err *err)
{
	return sector_fsck(rt->context, ret_n, err);
}

static const struct db_module *const modules[] = { &sector_sql, NULL };
const struct hb_system sector_system = { .name = "sector", .title = "cơ sở dữ liệu dùng chung ngành giáo dục",
	.modules = modules, .open = system_open, .host = system_host, .fsck = system_fsck };
