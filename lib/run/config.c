#include "run/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "json/read.h"

static const char *const profiles[] = { "demo", "school", "city", "ministry", NULL };
static const char *const levels[] = { "error", "warn", "info", "debug", NULL };

static bool
listed(const char *s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, s) == 0)
			return true;
	return false;
}

static enum hb_code
wrong(const char *file, const char *what, struct hb_err *err)
{
	return hb_fail(err, HB_E_INPUT, "cauHinh.sai", "%.200s: %s", file, what);
}

static enum hb_code
only(const json_t *object, const char *const *allowed, const char *file, struct hb_err *err)
{
	const char *name;
	json_t *member;
	json_object_foreach((json_t *)object, name, member)
		if (!listed(name, allowed))
			return hb_fail(err, HB_E_INPUT, "cauHinh.sai", "%.200s: trường \"%.60s\" không có trong cấu hình", file, name);
	return HB_OK;
}

/* "", absolute, or relative to the folder; ".." steps of the relative part are kept for the kernel. */
static const char *
path_in(const char *folder, const char *path, struct hb_arena *a)
{
	if (path == NULL || path[0] == '/')
		return path;
	return hb_printf(a, "%s/%s", folder, path);
}

char *
run_config_file(const struct run_config *config, const char *name, struct hb_arena *a)
{
	return hb_printf(a, "%s/%s", config->folder, name);
}

bool
run_config_is_demo(const struct run_config *config)
{
	return strcmp(config->profile, "demo") == 0;
}

static const char *
folder_of(const char *file, struct hb_arena *a)
{
	char *whole = realpath(file, NULL);
	if (whole == NULL)
		return NULL;
	*strrchr(whole, '/') = '\0';
	char *folder = hb_strdup(a, whole[0] != '\0' ? whole : "/");
	free(whole);
	return folder;
}

static enum hb_code
read_database(const json_t *v, struct run_config *c, struct hb_arena *a, struct hb_err *err)
{
	static const char *const allowed[] = { "path", "conninfo", NULL };
	const json_t *db = json_object_get(v, "database");
	enum hb_code code = only(db, allowed, c->file, err);
	if (code != HB_OK)
		return code;
	c->db_path = path_in(c->folder, json_opt_str(db, "path"), a);
	c->db_conninfo = json_opt_str(db, "conninfo");
	if ((c->db_path == NULL) == (c->db_conninfo == NULL))
		return wrong(c->file, "\"database\" phải có đúng một trong hai trường path và conninfo", err);
	return HB_OK;
}

static enum hb_code
read_exchange(const json_t *v, struct run_config *c, struct hb_arena *a, struct hb_err *err)
{
	static const char *const allowed[] = { "self", "members", "authority", NULL };
	const json_t *x = json_object_get(v, "exchange");
	if (x == NULL)
		return HB_OK;
	enum hb_code code = only(x, allowed, c->file, err);
	if (code == HB_OK)
		code = json_get_str(x, "self", &c->self, err);
	if (code == HB_OK)
		code = json_get_str(x, "members", &c->members, err);
	if (code == HB_OK)
		code = json_get_str(x, "authority", &c->authority, err);
	c->members = path_in(c->folder, c->members, a);
	return code;
}

static enum hb_code
read_log(const json_t *v, struct run_config *c, struct hb_err *err)
{
	const char *log = json_opt_str(v, "log");
	c->log = HB_LOG_INFO;
	for (int i = 0; log != NULL; i++) {
		if (levels[i] == NULL)
			return wrong(c->file, "\"log\" phải là error, warn, info hoặc debug", err);
		if (strcmp(levels[i], log) == 0) {
			c->log = (enum hb_log_level)i;
			break;
		}
	}
	return HB_OK;
}

static enum hb_code
read_members(json_t *v, struct run_config *c, struct hb_arena *a, struct hb_err *err)
{
	static const char *const allowed[] = { "system", "profile", "origin", "socket", "database", "accounts", "accounts_path",
		"exchange", "clock", "backup_key", "log", "settings", NULL };
	enum hb_code code = only(v, allowed, c->file, err);
	if (code == HB_OK)
		code = json_get_str(v, "system", &c->system, err);
	if (code == HB_OK)
		code = json_get_str(v, "profile", &c->profile, err);
	if (code == HB_OK)
		code = json_get_str(v, "origin", &c->origin, err);
	if (code == HB_OK)
		code = json_get_str(v, "socket", &c->socket, err);
	if (code == HB_OK && !listed(c->profile, profiles))
		code = wrong(c->file, "\"profile\" phải là demo, school, city hoặc ministry", err);
	if (code == HB_OK)
		code = read_database(v, c, a, err);
	if (code == HB_OK)
		code = read_exchange(v, c, a, err);
	if (code == HB_OK)
		code = read_log(v, c, err);
	if (code != HB_OK)
		return code;
	c->socket = path_in(c->folder, c->socket, a);
	c->accounts = path_in(c->folder, json_opt_str(v, "accounts"), a);
	c->accounts_path = json_opt_str(v, "accounts_path");
	c->clock = path_in(c->folder, json_opt_str(v, "clock"), a);
	c->backup_key = json_opt_str(v, "backup_key");
	c->settings = json_object_get(v, "settings");
	if (c->accounts_path == NULL)
		c->accounts_path = "/api/school/v1/session";
	if (c->clock != NULL && !run_config_is_demo(c))
		return wrong(c->file, "chỉ dữ liệu trình diễn mới được đặt đồng hồ riêng", err);
	return a->full ? hb_full(err) : HB_OK;
}

static void
drop(void *value)
{
	json_decref(value);
}

enum hb_code
run_config_read(const char *path, struct hb_arena *a, struct run_config *ret_config, struct hb_err *err)
{
	struct run_config c = { .file = hb_strdup(a, path) };
	struct hb_bytes text;
	json_t *v = NULL;
	enum hb_code code = hb_file_read(path, RUN_CONFIG_MAX, a, &text, err);
	if (code == HB_OK)
		code = json_read(text, RUN_CONFIG_MAX, a, &v, err);
	if (code != HB_OK)
		return code;
	c.folder = folder_of(path, a);
	if (c.file == NULL || c.folder == NULL)
		return hb_full(err);
	if (!json_is_object(v))
		return wrong(path, "không phải một đối tượng JSON", err);
	code = read_members(v, &c, a, err);
	if (code != HB_OK)
		return code;
	if (!json_is_object(c.settings)) {
		c.settings = json_object();
		hb_arena_on_free(a, drop, c.settings);
	}
	*ret_config = c;
	return HB_OK;
}
