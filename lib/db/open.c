/* Opening, creating and bringing forward a database of several modules. */
#include "db/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_sql.h"

static const struct db_engine *
engine_of(const struct db_config *cfg)
{
	return cfg->path != NULL ? &db_sqlite : &db_postgres;
}

/* -- modules --------------------------------------------------------------------------------------------- */

static enum hb_code
set_modules(struct db *db, const struct db_module *const *modules, struct hb_err *err)
{
	db->modules[db->n_modules++] = &db_sql;
	for (; *modules != NULL; modules++) {
		if (db->n_modules == DB_MODULES_MAX)
			return hb_bug(err, "more than %d modules", DB_MODULES_MAX);
		db->modules[db->n_modules++] = *modules;
	}
	for (unsigned i = 0; i < db->n_modules; i++) {
		db->base[i] = db->n_slots;
		db->n_slots += db->modules[i]->n_stmts;
	}
	return HB_OK;
}

enum hb_code
db_prepare_module(const struct db *db, struct db_conn *c, unsigned m, bool writer, struct hb_err *err)
{
	for (unsigned i = 0; i < db->modules[m]->n_stmts; i++) {
		const struct db_stmt *q = db->modules[m]->stmts[i];
		if (q->n_params > DB_PARAMS_MAX)
			return hb_bug(err, "%s.%s has more than %d parameters", q->module->name, q->name, DB_PARAMS_MAX);
		if (q->writes && !writer)
			continue;
		enum hb_code rc = db->engine->prepare(c, db->base[m] + i, q, err);
		if (rc != HB_OK)
			return rc;
	}
	return HB_OK;
}

/* -- opening --------------------------------------------------------------------------------------------- */

static enum hb_code
config_check(const struct db_config *cfg, struct hb_err *err)
{
	if (cfg->system == NULL || cfg->system[0] == '\0' || (cfg->path == NULL) == (cfg->conninfo == NULL))
		return hb_bug(err, "db_config: want a system, and one of path and conninfo");
	return HB_OK;
}

static char *
copy(const char *s)
{
	return s == NULL ? NULL : strdup(s);
}

static struct db *
db_new(const struct db_config *cfg)
{
	struct db *db = calloc(1, sizeof *db);
	if (db == NULL)
		return NULL;
	db->engine = engine_of(cfg);
	db->cfg = *cfg;
	db->cfg.system = copy(cfg->system);
	db->cfg.path = copy(cfg->path);
	db->cfg.conninfo = copy(cfg->conninfo);
	db->cfg.service_role = copy(cfg->service_role);
	pthread_mutex_init(&db->writers.lock, NULL);
	pthread_mutex_init(&db->readers.lock, NULL);
	pthread_cond_init(&db->writers.freed, NULL);
	pthread_cond_init(&db->readers.freed, NULL);
	return db;
}

static void
pool_close(const struct db_engine *engine, struct pool *p)
{
	for (unsigned i = 0; i < p->n_all; i++)
		engine->close(p->all[i]);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->freed);
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	pool_close(db->engine, &db->readers);
	pool_close(db->engine, &db->writers);
	free((char *)db->cfg.system);
	free((char *)db->cfg.path);
	free((char *)db->cfg.conninfo);
	free((char *)db->cfg.service_role);
	free(db);
}

static enum hb_code
pool_add(struct db *db, struct pool *p, bool writer, struct db_conn **ret_c, struct hb_err *err)
{
	struct db_conn *c;
	enum hb_code rc = db->engine->connect(&db->cfg, writer, &c, err);
	if (rc != HB_OK)
		return rc;
	p->all[p->n_all++] = c;
	p->idle[p->n_idle++] = c;
	rc = db->engine->reserve(c, db->n_slots, err);
	if (rc == HB_OK)
		rc = db_prepare_module(db, c, 0, writer, err);
	*ret_c = c;
	return rc;
}

struct versions { struct hb_arena a; struct db_rows rows; const char *system; };

static enum hb_code
versions_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct versions *v = ctx;
	struct db_rows meta;
	enum hb_code rc = db_row(tx, &db_meta_get, NULL, &v->a, &meta, err);
	if (rc != HB_OK)
		return rc;
	v->system = db_text(&meta, 0, DB_META_GET_SYSTEM);
	return db_rows(tx, &db_versions, NULL, &v->a, &v->rows, err);
}

static int64_t
version_of(const struct versions *v, const char *module)
{
	for (size_t i = 0; i < v->rows.n; i++)
		if (strcmp(db_text(&v->rows, i, DB_VERSIONS_NAME), module) == 0)
			return db_int(&v->rows, i, DB_VERSIONS_VERSION);
	return 0;
}

static enum hb_code
newer(const struct db *db, const char *module, int64_t has, int knows, struct hb_err *err)
{
	enum hb_code bad = hb_fail(err, HB_E_CONFLICT, "csdl.saiPhienBan",
	    "cơ sở dữ liệu của %s có phần %s ở phiên bản %lld, mới hơn phiên bản %d của chương trình", db->cfg.system,
	    module, (long long)has, knows);
	hb_hint(err, "dùng bản chương trình mới hơn");
	return bad;
}

static enum hb_code
older(const struct db *db, const struct db_module *m, int64_t has, struct hb_err *err)
{
	enum hb_code bad = hb_fail(err, HB_E_CONFLICT, "csdl.saiPhienBan",
	    "cơ sở dữ liệu của %s có phần %s ở phiên bản %lld, chương trình cần phiên bản %d", db->cfg.system, m->name,
	    (long long)has, m->version);
	hb_hint(err, "sao lưu rồi chạy hocba %s migrate", db->cfg.system);
	return bad;
}

/* Whose database, and nothing in it that is newer than we are. */
static enum hb_code
check_identity(struct db *db, struct versions *v, struct hb_err *err)
{
	enum hb_code rc = db_read(db, versions_fn, v, err);
	if (rc != HB_OK)
		return rc;
	if (strcmp(v->system, db->cfg.system) != 0) {
		char text[160];
		snprintf(text, sizeof text, "cơ sở dữ liệu này của hệ thống %.40s, không phải của %.40s", v->system,
		    db->cfg.system);
		return db_foreign(err, text);
	}
	for (size_t i = 0; i < v->rows.n; i++) {
		const char *name = db_text(&v->rows, i, DB_VERSIONS_NAME);
		int64_t has = db_int(&v->rows, i, DB_VERSIONS_VERSION);
		int knows = 0;
		for (unsigned m = 0; m < db->n_modules; m++)
			if (strcmp(db->modules[m]->name, name) == 0)
				knows = db->modules[m]->version;
		if (has > knows)
			return newer(db, name, has, knows, err);
	}
	return HB_OK;
}

static enum hb_code
check_current(struct db *db, const struct versions *v, struct hb_err *err)
{
	for (unsigned m = 0; m < db->n_modules; m++) {
		int64_t has = version_of(v, db->modules[m]->name);
		if (has != db->modules[m]->version)
			return older(db, db->modules[m], has, err);
	}
	return HB_OK;
}

static enum hb_code
finish_conn(struct db *db, struct db_conn *c, bool writer, struct hb_err *err)
{
	enum hb_code rc = HB_OK;
	db->engine->guard(c);
	for (unsigned m = 1; m < db->n_modules && rc == HB_OK; m++)
		rc = db_prepare_module(db, c, m, writer, err);
	return rc;
}

static enum hb_code
open_first(struct db *db, struct db_conn **ret_c, struct versions *v, struct hb_err *err)
{
	enum hb_code rc = pool_add(db, &db->writers, true, ret_c, err);
	if (rc == HB_OK && db->cfg.serve)
		rc = db->engine->serve_lock(&db->cfg, *ret_c, err);
	return rc == HB_OK ? check_identity(db, v, err) : rc;
}

static enum hb_code
open_all(struct db *db, struct hb_err *err)
{
	struct db_conn *c;
	struct versions v = { 0 };
	hb_arena_init(&v.a, HB_ARENA_DEFAULT);
	enum hb_code rc = open_first(db, &c, &v, err);
	if (rc == HB_OK)
		rc = check_current(db, &v, err);
	if (rc == HB_OK)
		rc = finish_conn(db, c, true, err);
	hb_arena_fini(&v.a);
	bool readers = db->engine->one_writer;
	unsigned want = db->cfg.readers != 0 ? db->cfg.readers : DB_READERS_DEFAULT;
	struct pool *p = readers ? &db->readers : &db->writers;
	for (unsigned i = 0; rc == HB_OK && i < want && p->n_all < CONNS_MAX; i++) {
		rc = pool_add(db, p, !readers, &c, err);
		if (rc == HB_OK)
			rc = finish_conn(db, c, !readers, err);
	}
	return rc;
}

enum hb_code
db_open(const struct db_config *cfg, const struct db_module *const *modules, struct db **ret_db, struct hb_err *err)
{
	enum hb_code rc = config_check(cfg, err);
	if (rc != HB_OK)
		return rc;
	struct db *db = db_new(cfg);
	if (db == NULL)
		return hb_full(err);
	rc = set_modules(db, modules, err);
	if (rc == HB_OK)
		rc = open_all(db, err);
	if (rc != HB_OK) {
		db_close(db);
		return rc;
	}
	*ret_db = db;
	return HB_OK;
}

/* -- creating and bringing forward ----------------------------------------------------------------------- */

static enum hb_code
put_version(struct db_tx *tx, const char *name, int version, struct hb_err *err)
{
	return db_run(tx, &db_version_put, DB_ARGS(DB_TEXT(name), DB_INT(version), DB_TIME(hb_now())), NULL, err);
}

static enum hb_code
put_identity(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct db *db = ctx;
	enum hb_code rc = db_run(tx, &db_meta_put, DB_ARGS(DB_TEXT(db->cfg.system), DB_TIME(hb_now())), NULL, err);
	for (unsigned i = 0; i < db->n_modules && rc == HB_OK; i++)
		rc = put_version(tx, db->modules[i]->name, db->modules[i]->version, err);
	return rc;
}

static enum hb_code
init_tables(struct db *db, struct db_conn *c, struct hb_err *err)
{
	struct db_tx tx = { .db = db, .conn = c, .write = true };
	bool again = false;
	enum hb_code rc = db->engine->begin(c, true, err);
	for (unsigned i = 0; i < db->n_modules && rc == HB_OK; i++)
		rc = db->engine->load(c, db->modules[i], err);
	if (rc == HB_OK)
		rc = db->engine->reserve(c, db->n_slots, err);
	for (unsigned i = 0; i < db->n_modules && rc == HB_OK; i++)
		rc = db_prepare_module(db, c, i, true, err);
	if (rc == HB_OK)
		rc = put_identity(&tx, db, err);
	if (rc == HB_OK)
		rc = db->engine->commit(c, &again, err);
	return rc;
}

enum hb_code
db_init(const struct db_config *cfg, const struct db_module *const *modules, struct hb_err *err)
{
	struct db_conn *c;
	enum hb_code rc = config_check(cfg, err);
	if (rc != HB_OK)
		return rc;
	struct db *db = db_new(cfg);
	if (db == NULL)
		return hb_full(err);
	rc = set_modules(db, modules, err);
	if (rc == HB_OK)
		rc = db->engine->create(&db->cfg, &c, err);
	if (rc == HB_OK) {
		rc = init_tables(db, c, err);
		if (rc == HB_OK) {
			rc = db->engine->publish(&db->cfg, c, err);
		} else {
			db->engine->rollback(c);
			db->engine->discard(&db->cfg, c);
		}
	}
	db_close(db);
	return rc;
}

struct forward { struct db *db; const struct db_module *module; const char *ddl; int to; };

static enum hb_code
forward_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct forward *f = ctx;
	enum hb_code rc = f->ddl == NULL ? f->db->engine->load(tx->conn, f->module, err)
	    : f->db->engine->script(tx->conn, f->module, f->ddl, err);
	return rc == HB_OK ? put_version(tx, f->module->name, f->to, err) : rc;
}

static enum hb_code
forward_module(struct db *db, const struct db_module *m, int64_t has, struct hb_err *err)
{
	enum hb_code rc = HB_OK;
	if (has == 0) {
		struct forward whole = { db, m, NULL, m->version };      /* a module that is new here */
		return db_write(db, forward_fn, &whole, err);
	}
	for (unsigned i = 0; i < m->n_migrations && rc == HB_OK; i++) {
		struct forward step = { db, m, db->engine->step_ddl(&m->migrations[i]), m->migrations[i].to_version };
		if (step.to > has)
			rc = db_write(db, forward_fn, &step, err);
	}
	return rc;
}

enum hb_code
db_migrate(const struct db_config *cfg, const struct db_module *const *modules, struct hb_err *err)
{
	struct db_conn *c;
	struct versions v = { 0 };
	enum hb_code rc = config_check(cfg, err);
	if (rc != HB_OK)
		return rc;
	struct db *db = db_new(cfg);
	if (db == NULL)
		return hb_full(err);
	db->cfg.serve = true;                    /* never under a running system */
	hb_arena_init(&v.a, HB_ARENA_DEFAULT);
	rc = set_modules(db, modules, err);
	if (rc == HB_OK)
		rc = open_first(db, &c, &v, err);
	for (unsigned m = 0; m < db->n_modules && rc == HB_OK; m++)
		rc = forward_module(db, db->modules[m], version_of(&v, db->modules[m]->name), err);
	hb_arena_fini(&v.a);
	db_close(db);
	return rc;
}
