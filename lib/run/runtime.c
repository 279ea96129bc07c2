/* Opening and closing all the parts of one system, always in the same order. */
#include "run/system.h"

#include <stdio.h>
#include <string.h>

#include "auth/auth_sql.h"
#include "auth/replay/replay_sql.h"
#include "base/file.h"
#include "run/run_sql.h"

enum { MODULES_MAX = DB_MODULES_MAX + 1 };
static const char FACT_PROFILE[] = "profile";

enum hb_code
runtime_modules(const struct hb_system *system, struct hb_arena *a, const struct db_module *const **ret_modules,
    struct hb_err *err)
{
	const struct db_module **list = HB_NEWN(a, const struct db_module *, MODULES_MAX);
	if (list == NULL)
		return hb_full(err);
	unsigned n = 0;
	list[n++] = &run_sql;
	list[n++] = &replay_sql;
	list[n++] = &exchange_sql;
	if (system->keeps_accounts)
		list[n++] = &auth_sql;
	for (const struct db_module *const *m = system->modules; m != NULL && *m != NULL; m++) {
		if (n == MODULES_MAX - 1)
			return hb_bug(err, "%s has too many modules", system->name);
		list[n++] = *m;
	}
	*ret_modules = list;
	return HB_OK;
}

static struct db_config
db_config_of(const struct hb_system *system, const struct run_config *config, bool serve)
{
	return (struct db_config){ .system = system->name, .path = config->db_path, .conninfo = config->db_conninfo,
		.serve = serve };
}

/* --- facts of the data ------------------------------------------------------------------------------------------ */
struct fact { const char *name, *value; struct hb_arena *a; };

static enum hb_code
put_fact(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct fact *f = ctx;
	return db_run(tx, &run_fact_put, DB_ARGS(DB_TEXT(f->name), DB_TEXT(f->value)), NULL, err);
}

static enum hb_code
get_fact(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct fact *f = ctx;
	struct db_rows rows;
	enum hb_code c = db_row(tx, &run_fact_get, DB_ARGS(DB_TEXT(f->name)), f->a, &rows, err);
	if (c == HB_OK)
		f->value = db_text(&rows, 0, RUN_FACT_GET_VALUE);
	return c;
}

/* Log-ins everybody knows must never open data that is real, nor real rules run on invented people. */
static enum hb_code
check_profile(struct runtime *rt, struct hb_err *err)
{
	struct fact f = { .name = FACT_PROFILE, .a = rt->a };
	enum hb_code c = db_read(rt->db, get_fact, &f, err);
	if (c != HB_OK)
		return c;
	if ((strcmp(f.value, "demo") == 0) != run_config_is_demo(rt->config))
		return hb_fail(err, HB_E_DENIED, "cauHinh.saiHoSo", "dữ liệu được tạo với hồ sơ \"%s\", không chạy với hồ sơ \"%s\"",
		    f.value, rt->config->profile);
	return HB_OK;
}

/* --- parts ------------------------------------------------------------------------------------------------------ */
static enum hb_code
open_accounts(struct runtime *rt, bool serve, struct hb_err *err)
{
	if (!rt->system->keeps_accounts) {
		if (!serve || rt->config->accounts == NULL)
			return HB_OK;
		rt->remote = auth_remote_new(rt->config->accounts, rt->config->accounts_path);
		return rt->remote != NULL ? HB_OK : hb_full(err);
	}
	struct auth_config cfg = { .db = rt->db, .origin = rt->config->origin };
	char *path = run_config_file(rt->config, "auth.key", rt->a);
	if (path == NULL)
		return hb_full(err);
	enum hb_code c = auth_key_read(path, cfg.key, err);
	return c != HB_OK ? c : auth_new(&cfg, &rt->auth, err);
}

static enum hb_code
open_exchange(struct runtime *rt, struct hb_err *err)
{
	const struct run_config *config = rt->config;
	if (config->self == NULL)
		return HB_OK;
	struct exchange_config cfg = { .self = config->self, .members_path = config->members,
		.key_path = run_config_file(config, "system.key", rt->a) };
	struct hb_bytes authority;
	if (cfg.key_path == NULL)
		return hb_full(err);
	enum hb_code c = hb_unhex(config->authority, rt->a, &authority, err);
	if (c != HB_OK)
		return c;
	if (authority.n != sizeof cfg.authority.b)
		return hb_fail(err, HB_E_INPUT, "cauHinh.sai", "%.200s: \"authority\" phải là %zu byte viết hex", config->file,
		    sizeof cfg.authority.b);
	memcpy(cfg.authority.b, authority.p, authority.n);
	return exchange_open(rt->db, &cfg, &rt->exchange, err);
}

enum hb_code
runtime_open(const struct hb_system *system, const struct run_config *config, bool serve, struct hb_arena *a,
    struct runtime *ret_rt, struct hb_err *err)
{
	struct runtime rt = { .system = system, .config = config, .a = a, .sandbox = ret_rt->sandbox };
	const struct db_module *const *modules;
	struct db_config cfg = db_config_of(system, config, serve);
	if (strcmp(config->system, system->name) != 0)
		return hb_fail(err, HB_E_INPUT, "cauHinh.sai", "%.200s là cấu hình của \"%s\"", config->file, config->system);
	enum hb_code c = runtime_modules(system, a, &modules, err);
	if (c == HB_OK)
		c = db_open(&cfg, modules, &rt.db, err);
	if (c == HB_OK)
		c = check_profile(&rt, err);
	if (c == HB_OK && serve)
		c = audit_start(rt.db, &rt.audit, err);
	if (c == HB_OK)
		c = open_accounts(&rt, serve, err);
	if (c == HB_OK)
		c = open_exchange(&rt, err);
	if (c == HB_OK && system->open != NULL)
		c = system->open(&rt, &rt.context, err);
	if (c != HB_OK) {
		runtime_close(&rt);
		return c;
	}
	*ret_rt = rt;
	return HB_OK;
}

void
runtime_close(struct runtime *rt)
{
	exchange_close(rt->exchange);
	if (rt->system->close != NULL && rt->context != NULL)
		rt->system->close(rt);
	auth_free(rt->auth);
	auth_remote_free(rt->remote);
	if (rt->audit != NULL)
		audit_stop(rt->audit);
	db_close(rt->db);
	*rt = (struct runtime){ .system = rt->system };
}

void
runtime_host(struct runtime *rt, struct api_system *ret_host, struct auth_hooks *ret_hooks)
{
	*ret_hooks = (struct auth_hooks){ .db = rt->db, .audit = rt->audit, .local = rt->auth, .remote = rt->remote };
	*ret_host = (struct api_system){ .name = rt->system->name };
	rt->system->host(rt, ret_host, ret_hooks);
	ret_host->context = rt->context;
	ret_host->origin = rt->config->origin;
	ret_host->check_replies = run_config_is_demo(rt->config);
	auth_plug(ret_hooks, ret_host);
	if (rt->auth == NULL && rt->remote == NULL)
		ret_host->session = NULL;
	if (rt->audit == NULL)
		ret_host->audit = NULL;
}

/* Facts are insert-only, so each life has a name of its own; ids are in the order of time. */
static enum hb_code
incarnate(struct db *db, struct hb_arena *a, struct hb_err *err)
{
	char now[HB_RFC3339_LEN];
	struct fact f = { .a = a, .value = now };
	hb_rfc3339(hb_now(), now);
	f.name = hb_printf(a, "incarnation/%s", hb_id_new().s);
	return f.name != NULL ? db_write(db, put_fact, &f, err) : hb_full(err);
}

enum hb_code
runtime_incarnate(const struct hb_system *system, const struct run_config *config, struct hb_arena *a, struct hb_err *err)
{
	const struct db_module *const *modules;
	struct db_config cfg = db_config_of(system, config, false);
	struct db *db = NULL;
	enum hb_code c = runtime_modules(system, a, &modules, err);
	if (c == HB_OK)
		c = db_open(&cfg, modules, &db, err);
	if (c == HB_OK)
		c = incarnate(db, a, err);
	db_close(db);
	return c;
}

/* --- new data --------------------------------------------------------------------------------------------------- */
static enum hb_code
make_keys(const struct hb_system *system, const struct run_config *config, struct hb_arena *a, struct hb_err *err)
{
	char *auth_path = run_config_file(config, "auth.key", a), *system_path = run_config_file(config, "system.key", a);
	if (auth_path == NULL || system_path == NULL)
		return hb_full(err);
	enum hb_code c = system->keeps_accounts ? auth_key_make(auth_path, err) : HB_OK;
	/* The directory of members names this key, so it may have been made, and sent to the authority, before. */
	if (c == HB_OK && config->self != NULL && !hb_file_exists(system_path)) {
		struct exchange_key key;
		c = exchange_key_create(system_path, &key, err);
		exchange_key_wipe(&key);
	}
	return c;
}

static enum hb_code
found(const struct hb_system *system, const struct run_config *config, struct hb_arena *a, struct hb_err *err)
{
	struct runtime rt = { .system = system, .config = config, .a = a };
	const struct db_module *const *modules;
	struct db_config cfg = db_config_of(system, config, false);
	enum hb_code c = runtime_modules(system, a, &modules, err);
	if (c == HB_OK)
		c = db_init(&cfg, modules, err);
	if (c == HB_OK)
		c = db_open(&cfg, modules, &rt.db, err);
	struct fact profile = { FACT_PROFILE, config->profile, a };
	if (c == HB_OK)
		c = db_write(rt.db, put_fact, &profile, err);
	if (c == HB_OK)
		c = incarnate(rt.db, a, err);
	if (c == HB_OK && system->keeps_accounts)
		c = open_accounts(&rt, false, err);
	if (c == HB_OK && system->init != NULL)
		c = system->init(&rt, err);
	runtime_close(&rt);
	return c;
}

enum hb_code
runtime_init(const struct hb_system *system, const struct run_config *config, struct hb_arena *a, struct hb_err *err)
{
	if (config->db_path != NULL && hb_file_exists(config->db_path))
		return hb_fail(err, HB_E_CONFLICT, "cauHinh.daCo", "đã có dữ liệu ở %.200s", config->db_path);
	enum hb_code c = make_keys(system, config, a, err);
	return c != HB_OK ? c : found(system, config, a, err);
}
