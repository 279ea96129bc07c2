/* The embedded engine: one file, WAL, synchronous=FULL (architecture §5). */
#include "db/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { PAGE_SIZE = 8192, PATH_LEN = 4096 };

struct db_conn {
	sqlite3       *db;
	sqlite3_stmt **stmts;
	unsigned       n_stmts;
	int            lock;             /* of the serve lock, or -1 */
	char           path[PATH_LEN];
};

/* 'H' 'B' and the first and last letter of the system: another system's file is not opened by mistake. */
static unsigned
application_id(const char *system)
{
	size_t n = strlen(system);
	return 'H' << 24 | 'B' << 16 | (unsigned char)system[0] << 8 | (unsigned char)system[n > 0 ? n - 1 : 0];
}

/* -- failures -------------------------------------------------------------------------------------------- */

static enum hb_code
constraint(struct hb_err *err, const struct db_module *m, int code, const char *text)
{
	static const char prefix[] = " constraint failed: ";
	const char *what = strstr(text, prefix);
	what = what != NULL ? what + strlen(prefix) : text;
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return db_conflict(err, m, DB_FAULT_UNIQUE, what);
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return db_conflict(err, m, DB_FAULT_REFERENCE, m != NULL ? m->name : what);
	case SQLITE_CONSTRAINT_TRIGGER:
		return db_conflict(err, m, DB_FAULT_RULE, text);
	default:
		return db_conflict(err, m, DB_FAULT_CHECK, what);
	}
}

static enum hb_code
failed(struct hb_err *err, sqlite3 *db, const struct db_module *m, const char *doing)
{
	int code = sqlite3_extended_errcode(db), primary = code & 0xff;
	if (primary == SQLITE_CONSTRAINT)
		return constraint(err, m, code, sqlite3_errmsg(db));
	if (primary == SQLITE_FULL || (primary == SQLITE_IOERR && sqlite3_system_errno(db) == ENOSPC))
		return db_disk_full(err);
	if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
		return db_busy(err);
	return hb_bug(err, "sqlite %d: %s: %s", code, doing, sqlite3_errmsg(db));
}

static enum hb_code
run(struct db_conn *c, const char *sql, struct hb_err *err)
{
	return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK ? HB_OK : failed(err, c->db, NULL, sql);
}

static enum hb_code
script(struct db_conn *c, const struct db_module *m, const char *sql, struct hb_err *err)
{
	return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK ? HB_OK : failed(err, c->db, m, "script");
}

static enum hb_code
pragma_int(struct db_conn *c, const char *pragma, int64_t *ret_v, struct hb_err *err)
{
	sqlite3_stmt *q = NULL;
	enum hb_code rc = HB_OK;
	if (sqlite3_prepare_v2(c->db, pragma, -1, &q, NULL) != SQLITE_OK || sqlite3_step(q) != SQLITE_ROW)
		rc = failed(err, c->db, NULL, pragma);
	else
		*ret_v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return rc;
}

/* -- opening --------------------------------------------------------------------------------------------- */

static void
conn_close(struct db_conn *c)
{
	if (c == NULL)
		return;
	for (unsigned i = 0; i < c->n_stmts; i++)
		sqlite3_finalize(c->stmts[i]);
	free(c->stmts);
	sqlite3_close(c->db);
	if (c->lock >= 0)
		close(c->lock);
	free(c);
}

static enum hb_code
set_up(struct db_conn *c, bool writer, struct hb_err *err)
{
	enum hb_code rc;
	sqlite3_extended_result_codes(c->db, 1);
	sqlite3_busy_timeout(c->db, DB_BUSY_MS);
	sqlite3_limit(c->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	rc = run(c, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
	    " PRAGMA temp_store = MEMORY", err);
	if (rc == HB_OK && !writer)
		rc = run(c, "PRAGMA query_only = ON", err);
	return rc;
}

static enum hb_code
conn_open(const char *path, int flags, struct db_conn **ret_c, struct hb_err *err)
{
	struct db_conn *c = calloc(1, sizeof *c);
	if (c == NULL)
		return hb_full(err);
	c->lock = -1;
	if (snprintf(c->path, sizeof c->path, "%s", path) >= (int)sizeof c->path) {
		free(c);
		return hb_fail(err, HB_E_INPUT, "csdl.khongMo", "đường dẫn cơ sở dữ liệu quá dài");
	}
	if (sqlite3_open_v2(path, &c->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK) {
		enum hb_code rc = hb_fail(err, HB_E_INTERNAL, "csdl.khongMo", "không mở được cơ sở dữ liệu %s: %s", path,
		    sqlite3_errmsg(c->db));
		conn_close(c);
		return rc;
	}
	*ret_c = c;
	return HB_OK;
}

/* SQLite keeps the file unreadable to others only if we made it so before. */
static enum hb_code
claim(const char *path, struct hb_err *err)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return hb_fail(err, errno == EEXIST ? HB_E_CONFLICT : HB_E_INTERNAL, "csdl.khongTao",
		    "không tạo được cơ sở dữ liệu %s: %s", path, strerror(errno));
	close(fd);
	return HB_OK;
}

static void
temporary_path(const struct db_config *cfg, char out[PATH_LEN])
{
	snprintf(out, PATH_LEN, "%.*s.new", PATH_LEN - 8, cfg->path);
}

static void
remove_all(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
		char name[PATH_LEN + 16];
		snprintf(name, sizeof name, "%s%s", path, tails[i]);
		unlink(name);
	}
}

static enum hb_code
create(const struct db_config *cfg, struct db_conn **ret_c, struct hb_err *err)
{
	char path[PATH_LEN], marks[160];
	if (hb_file_exists(cfg->path)) {
		enum hb_code bad = hb_fail(err, HB_E_CONFLICT, "csdl.daCo", "đã có cơ sở dữ liệu %s", cfg->path);
		hb_hint(err, "init chỉ tạo mới; muốn làm lại thì tự chuyển tệp cũ đi nơi khác");
		return bad;
	}
	temporary_path(cfg, path);
	remove_all(path);                        /* left by an init that was cut */
	enum hb_code rc = claim(path, err);
	if (rc == HB_OK)
		rc = conn_open(path, SQLITE_OPEN_READWRITE, ret_c, err);
	if (rc != HB_OK)
		return rc;
	snprintf(marks, sizeof marks, "PRAGMA page_size = %d; PRAGMA journal_mode = WAL; PRAGMA application_id = %u",
	    PAGE_SIZE, application_id(cfg->system));
	rc = run(*ret_c, marks, err);
	if (rc == HB_OK)
		rc = set_up(*ret_c, true, err);
	if (rc != HB_OK) {
		conn_close(*ret_c);
		remove_all(path);
	}
	return rc;
}

static enum hb_code
sync_folder(const char *path, struct hb_err *err)
{
	char folder[PATH_LEN];
	snprintf(folder, sizeof folder, "%s", path);
	char *slash = strrchr(folder, '/');
	if (slash == NULL)
		snprintf(folder, sizeof folder, ".");
	else
		slash[slash == folder] = '\0';
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum hb_code rc = fd >= 0 && fsync(fd) == 0 ? HB_OK : hb_bug(err, "fsync %s: %s", folder, strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc;
}

static enum hb_code
publish(const struct db_config *cfg, struct db_conn *c, struct hb_err *err)
{
	char path[PATH_LEN];
	temporary_path(cfg, path);
	enum hb_code rc = run(c, "PRAGMA wal_checkpoint(TRUNCATE)", err);
	conn_close(c);                           /* the last connection folds the log into the file */
	if (rc == HB_OK && link(path, cfg->path) != 0)
		rc = hb_fail(err, errno == EEXIST ? HB_E_CONFLICT : HB_E_INTERNAL, "csdl.khongTao",
		    "không tạo được cơ sở dữ liệu %s: %s", cfg->path, strerror(errno));
	remove_all(path);
	return rc == HB_OK ? sync_folder(cfg->path, err) : rc;
}

static void
discard(const struct db_config *cfg, struct db_conn *c)
{
	char path[PATH_LEN];
	conn_close(c);
	temporary_path(cfg, path);
	remove_all(path);
}

static enum hb_code
identify(const struct db_config *cfg, struct db_conn *c, struct hb_err *err)
{
	int64_t id = 0;
	char text[200];
	if (pragma_int(c, "PRAGMA application_id", &id, NULL) != HB_OK || id != application_id(cfg->system)) {
		snprintf(text, sizeof text, "%.140s không phải cơ sở dữ liệu của hệ thống %s", cfg->path, cfg->system);
		return db_foreign(err, text);
	}
	return HB_OK;
}

static enum hb_code
conn_connect(const struct db_config *cfg, bool writer, struct db_conn **ret_c, struct hb_err *err)
{
	if (!hb_file_exists(cfg->path)) {
		enum hb_code bad = hb_fail(err, HB_E_NOTFOUND, "csdl.chuaCo", "chưa có cơ sở dữ liệu %s", cfg->path);
		hb_hint(err, "chạy hocba %s init", cfg->system);
		return bad;
	}
	enum hb_code rc = conn_open(cfg->path, SQLITE_OPEN_READWRITE, ret_c, err);
	if (rc != HB_OK)
		return rc;
	rc = identify(cfg, *ret_c, err);
	if (rc == HB_OK)
		rc = set_up(*ret_c, writer, err);
	if (rc != HB_OK)
		conn_close(*ret_c);
	return rc;
}

/* What a serving connection may never do, whatever SQL it is given. */
static int
authorize(void *unused, int op, const char *a, const char *b, const char *c, const char *d)
{
	(void)unused, (void)a, (void)b, (void)c, (void)d;
	switch (op) {
	case SQLITE_SELECT: case SQLITE_READ: case SQLITE_INSERT: case SQLITE_UPDATE: case SQLITE_DELETE:
	case SQLITE_FUNCTION: case SQLITE_TRANSACTION: case SQLITE_SAVEPOINT: case SQLITE_RECURSIVE:
		return SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

static void
guard(struct db_conn *c)
{
	sqlite3_set_authorizer(c->db, authorize, NULL);
}

static enum hb_code
serve_lock(const struct db_config *cfg, struct db_conn *c, struct hb_err *err)
{
	char path[PATH_LEN + 16];
	snprintf(path, sizeof path, "%s.lock", cfg->path);
	c->lock = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (c->lock < 0)
		return hb_bug(err, "%s: %s", path, strerror(errno));
	if (flock(c->lock, LOCK_EX | LOCK_NB) != 0)
		return hb_fail(err, HB_E_CONFLICT, "csdl.dangPhucVu", "hệ thống %s đang chạy trên cơ sở dữ liệu này",
		    cfg->system);
	return HB_OK;
}

/* -- statements ------------------------------------------------------------------------------------------ */

static enum hb_code
reserve(struct db_conn *c, unsigned slots, struct hb_err *err)
{
	sqlite3_stmt **more = realloc(c->stmts, (slots + 1) * sizeof *more);
	if (more == NULL)
		return hb_full(err);
	c->stmts = more;
	for (; c->n_stmts < slots; c->n_stmts++)
		c->stmts[c->n_stmts] = NULL;
	return HB_OK;
}

static enum hb_code
prepare(struct db_conn *c, unsigned slot, const struct db_stmt *q, struct hb_err *err)
{
	if (sqlite3_prepare_v3(c->db, q->sqlite, -1, SQLITE_PREPARE_PERSISTENT, &c->stmts[slot], NULL) != SQLITE_OK)
		return hb_bug(err, "%s.%s: %s", q->module->name, q->name, sqlite3_errmsg(c->db));
	return HB_OK;
}

static int
bind(sqlite3_stmt *s, int place, const struct db_val *v)
{
	switch (v->kind) {
	case DB_V_INT:
	case DB_V_TIME:
		return sqlite3_bind_int64(s, place, v->i);
	case DB_V_ID:
	case DB_V_TEXT:
		return sqlite3_bind_text64(s, place, v->p, v->n, SQLITE_STATIC, SQLITE_UTF8);
	case DB_V_BYTES:
		return v->n == 0 ? sqlite3_bind_zeroblob(s, place, 0)
		    : sqlite3_bind_blob64(s, place, v->p, v->n, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(s, place);
	}
}

static enum hb_code
fetch(sqlite3_stmt *s, const struct db_stmt *q, struct db_cell *cells, struct hb_arena *a, struct hb_err *err)
{
	for (unsigned i = 0; i < q->n_cols; i++) {
		int col = (int)i;
		struct db_cell *c = &cells[i];
		*c = (struct db_cell){ .null = sqlite3_column_type(s, col) == SQLITE_NULL };
		if (c->null)
			continue;
		if (q->cols[i].type == DB_T_INT || q->cols[i].type == DB_T_TIME) {
			c->i = sqlite3_column_int64(s, col);
			continue;
		}
		const void *p = q->cols[i].type == DB_T_BYTES ? sqlite3_column_blob(s, col)
		    : (const void *)sqlite3_column_text(s, col);
		size_t n = (size_t)sqlite3_column_bytes(s, col);
		char *copy = hb_strndup(a, p, n);
		if (copy == NULL)
			return hb_full(err);
		c->b = HB_BYTES(copy, n);
	}
	return HB_OK;
}

static enum hb_code
collect(struct db_conn *c, sqlite3_stmt *s, const struct db_stmt *q, struct hb_arena *a, struct db_rows *ret_rows,
    struct hb_err *err)
{
	struct db_growing g = { 0 };
	int rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW && ret_rows != NULL) {
		struct db_cell *cells = db_grow(&g, q->n_cols, a);
		if (cells == NULL)
			return hb_full(err);
		enum hb_code bad = fetch(s, q, cells, a, err);
		if (bad != HB_OK)
			return bad;
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		return failed(err, c->db, q->module, q->name);
	if (ret_rows != NULL)
		*ret_rows = (struct db_rows){ q, g.n, g.cells };
	return HB_OK;
}

static enum hb_code
step(struct db_conn *c, unsigned slot, const struct db_stmt *q, const struct db_val *args, struct hb_arena *a,
    struct db_rows *ret_rows, int64_t *ret_changed, bool *ret_again, struct hb_err *err)
{
	sqlite3_stmt *s = c->stmts[slot];
	enum hb_code rc = HB_OK;
	*ret_again = false;
	for (unsigned i = 0; i < q->n_params && rc == HB_OK; i++)
		if (bind(s, (int)i + 1, &args[i]) != SQLITE_OK)
			rc = failed(err, c->db, q->module, q->name);
	if (rc == HB_OK)
		rc = collect(c, s, q, a, ret_rows, err);
	if (rc == HB_OK && ret_changed != NULL)
		*ret_changed = sqlite3_changes64(c->db);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return rc;
}

/* -- transactions ---------------------------------------------------------------------------------------- */

static enum hb_code
begin(struct db_conn *c, bool write, struct hb_err *err)
{
	return run(c, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static enum hb_code
commit(struct db_conn *c, bool *ret_again, struct hb_err *err)
{
	*ret_again = false;
	return run(c, "COMMIT", err);
}

static void
rollback(struct db_conn *c)
{
	if (!sqlite3_get_autocommit(c->db))
		sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

/* -- care ------------------------------------------------------------------------------------------------ */

static enum hb_code
copy_pages(struct db_conn *c, struct db_conn *to, struct hb_err *err)
{
	sqlite3_backup *b = sqlite3_backup_init(to->db, "main", c->db, "main");
	if (b == NULL)
		return failed(err, to->db, NULL, "backup");
	/* All pages in one step: one snapshot, which in WAL mode holds up no writer; in several steps every commit
	 * of another connection would start the copy again. */
	int rc = sqlite3_backup_step(b, -1);
	sqlite3_backup_finish(b);
	return rc == SQLITE_DONE ? HB_OK : failed(err, to->db, NULL, "backup");
}

static enum hb_code
backup(struct db_conn *c, const char *to_path, struct hb_err *err)
{
	struct db_conn *to = NULL;
	enum hb_code rc = claim(to_path, err);
	if (rc == HB_OK)
		rc = conn_open(to_path, SQLITE_OPEN_READWRITE, &to, err);
	if (rc != HB_OK)
		return rc;
	rc = copy_pages(c, to, err);
	if (rc == HB_OK)
		rc = run(to, "PRAGMA journal_mode = DELETE", err);       /* the copy is one file, complete */
	conn_close(to);
	if (rc != HB_OK)
		remove_all(to_path);
	return rc == HB_OK ? sync_folder(to_path, err) : rc;
}

static enum hb_code
first_word(struct db_conn *c, const char *pragma, const char *want, struct hb_err *err)
{
	sqlite3_stmt *q = NULL;
	enum hb_code rc = HB_OK;
	if (sqlite3_prepare_v2(c->db, pragma, -1, &q, NULL) != SQLITE_OK)
		return failed(err, c->db, NULL, pragma);
	int got = sqlite3_step(q);
	const char *text = got == SQLITE_ROW ? (const char *)sqlite3_column_text(q, 0) : NULL;
	bool good = want == NULL ? got == SQLITE_DONE : text != NULL && strcmp(text, want) == 0;
	if (!good)
		rc = hb_fail(err, HB_E_INTERNAL, "csdl.hong", "cơ sở dữ liệu %s hỏng: %s", c->path,
		    text != NULL ? text : sqlite3_errmsg(c->db));
	sqlite3_finalize(q);
	return rc;
}

/* On a connection of its own, since serving connections may not run a PRAGMA. */
static enum hb_code
check(struct db_conn *c, struct hb_err *err)
{
	struct db_conn *own = NULL;
	enum hb_code rc = conn_open(c->path, SQLITE_OPEN_READWRITE, &own, err);
	if (rc != HB_OK)
		return rc;
	sqlite3_busy_timeout(own->db, DB_BUSY_MS);
	rc = first_word(own, "PRAGMA integrity_check(1)", "ok", err);
	if (rc == HB_OK)
		rc = first_word(own, "PRAGMA foreign_key_check", NULL, err);
	conn_close(own);
	return rc;
}

static enum hb_code
load(struct db_conn *c, const struct db_module *m, struct hb_err *err)
{
	return script(c, m, m->sqlite, err);
}

static const char *step_ddl(const struct db_migration *m) { return m->sqlite; }

const struct db_engine db_sqlite = {
	.create = create, .publish = publish, .discard = discard, .connect = conn_connect, .close = conn_close,
	.guard = guard, .serve_lock = serve_lock, .reserve = reserve, .prepare = prepare, .script = script,
	.begin = begin, .commit = commit, .rollback = rollback, .step = step, .backup = backup, .check = check,
	.load = load, .step_ddl = step_ddl, .one_writer = true,
};
