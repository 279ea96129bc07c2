/* test/school_fixture.h - a school of its own for one test: a new database in a new folder, one open year. */
#ifndef SCHOOL_FIXTURE_H
#define SCHOOL_FIXTURE_H
#include "tap.h"

#include "base/file.h"
#include "school/roster.h"
#include "school/school_sql.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#define YEAR "2025-2026"
static struct hb_arena     fx_arena;
static char                fx_folder[] = "/tmp/hocba-school-XXXXXX";
static char                fx_path[64];
static struct school       fx;
static struct hb_id        fx_school;
static struct school_actor fx_by = { .who = "operator" };

static const struct db_module *const fx_modules[] = { &school_sql, NULL };

static enum hb_code
fx_setup(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	enum hb_code code = db_run(tx, &school_school_put,
	    DB_ARGS(DB_ID(fx_school.s), DB_TEXT("79000123"), DB_TEXT("Trường TH-THCS-THPT Thử"), DB_TEXT("TH THCS THPT"),
	        DB_TEXT("1"), DB_TEXT("Phường Sài Gòn"), DB_TEXT("Thành phố Hồ Chí Minh"), DB_TEXT("79"),
	        DB_TEXT("0300000001"), DB_TEXT(""), DB_TEXT("")),
	    NULL, err);
	if (code == HB_OK)
		code = db_run(tx, &school_year_put,
		    DB_ARGS(DB_ID(fx_school.s), DB_TEXT(YEAR), DB_TEXT("2025-09-05"), DB_TEXT("2026-01-19"),
		        DB_TEXT("2026-05-31")),
		    NULL, err);
	return code;
}

__attribute__((unused)) static bool
fx_open(void)
{
	struct hb_err err = HB_ERR_INIT;
	hb_arena_init(&fx_arena, (size_t)2 << 30);
	if (mkdtemp(fx_folder) == NULL)
		return false;
	snprintf(fx_path, sizeof fx_path, "%s/school.db", fx_folder);
	struct db_config cfg = { .system = "school", .path = fx_path };
	fx_school = hb_id_new();
	fx_by.school = fx_school.s;
	bool good = db_init(&cfg, fx_modules, &err) == HB_OK && db_open(&cfg, fx_modules, &fx.db, &err) == HB_OK &&
	    db_write(fx.db, fx_setup, NULL, &err) == HB_OK;
	return good || ok(false, "a school of its own: %s", err.msg);
}

__attribute__((unused)) static void
fx_close(void)
{
	char command[128];
	db_close(fx.db);
	snprintf(command, sizeof command, "rm -r %s", fx_folder);
	if (system(command) != 0)
		printf("# %s stays\n", fx_folder);
	hb_arena_fini(&fx_arena);
}

/* Import a list; the answer, or NULL with *err filled. */
__attribute__((unused)) static json_t *
fx_roster(const char *text, const char *class_code, bool dry, bool accept, struct hb_err *err)
{
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	*err = HB_ERR_INIT;
	struct roster_job job = { .file = HB_STR(text), .file_name = "t.csv", .year = YEAR, .class_code = class_code,
		.dry_run = dry, .accept_warnings = accept };
	if (roster_import(&fx, &fx_by, &job, &fx_arena, &out, err) != HB_OK)
		return NULL;
	return json_loads(out.p, 0, NULL);
}

__attribute__((unused)) static int
fx_count(const json_t *answer, const char *name)
{
	return (int)json_integer_value(json_object_get(json_object_get(answer, "counts"), name));
}
#endif
