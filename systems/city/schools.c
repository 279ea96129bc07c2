/* Schools of the Sở, and the member of the exchange that speaks for each. */
#include <stdio.h>
#include <string.h>

#include "city/city.h"
#include "city/city_sql.h"

enum hb_code
city_school_set(struct db_tx *tx, const struct city_school *s, const char *actor, struct hb_err *err)
{
	char object[96];
	snprintf(object, sizeof object, "school/%s", s->code);
	const struct audit_entry e = { .actor = actor, .action = "city.school.set", .object = object };
	enum hb_code rc = db_run(tx, &city_school_put, DB_ARGS(DB_TEXT(s->code), DB_TEXT(s->name), DB_TEXT(s->member)), NULL, err);
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}

enum hb_code
city_speaks_for(struct db_tx *tx, const char *member, const char *school, struct hb_err *err)
{
	struct db_rows r;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	enum hb_code rc = db_rows(tx, &city_school_get, DB_ARGS(DB_TEXT(school)), &a, &r, err);
	if (rc != HB_OK)
		return rc;
	if (r.n == 0 || strcmp(db_text(&r, 0, CITY_SCHOOL_GET_MEMBER), member) != 0)
		return hb_fail(err, HB_E_DENIED, "truong.khongDaiDien", "hệ thống %s không đại diện cho trường có mã %s", member, school);
	return HB_OK;
}
