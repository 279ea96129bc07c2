/* db/db.h - one database of one system: statements by name, transactions as closures that may be run again.
 *
 * A module is one folder's schema.sql and the files of its queries/; tools/sqlgen turns it into NAME_sql.h and .c at build
 * time (the dialect stands in lib/db/README.md).  A database holds the module `db` (this folder: identity,
 * versions, audit) and the modules its system names.  The engine is SQLite when cfg->path is set, PostgreSQL
 * when cfg->conninfo is.  db_init() creates and refuses what exists; db_open() never creates, refuses another
 * system's or another version's database, and prepares every statement of every module, so that a typo stops
 * the start.
 *
 * Transactions: the closure may run more than once (PostgreSQL asks for a retry), so it has no effect outside
 * the database and its arena; what must happen after a commit goes through db_on_commit().  Any failing
 * statement, or a closure that returns other than HB_OK, rolls everything back.  SQLite: one writer at a time
 * in the process, readers see the last commit.  A closure never calls db_write() or db_read() itself.
 *
 * Errors: a broken constraint, trigger or REFUSE rule is HB_E_CONFLICT, its key the rule's own key or one of
 * duLieu.trung, duLieu.thamChieu, duLieu.saiMien, duLieu.chiThem; disk full is HB_E_INTERNAL csdl.diaDay;
 * a lock that another process keeps is HB_E_LIMIT csdl.ban.
 * Ownership: struct db until db_close(); rows live in the caller's arena.  Thread rule: struct db may be used by
 * any thread, struct db_tx only by the thread it was handed to. */
#ifndef DB_DB_H
#define DB_DB_H
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"

enum db_type { DB_T_ID, DB_T_INT, DB_T_TEXT, DB_T_BYTES, DB_T_TIME, DB_T__MAX };

/* -- what sqlgen writes ---------------------------------------------------------------------------------- */
struct db_field { const char *name; enum db_type type; };
struct db_stmt {
	const char                *name;         /* "mark_put" */
	const struct db_module    *module;
	unsigned                   index;        /* in module->stmts */
	bool                       writes;
	const char                *sqlite, *postgres;
	const struct db_field     *params, *cols;
	unsigned                   n_params, n_cols;
};
struct db_migration { int to_version; const char *sqlite, *postgres; };
struct db_module {
	const char                *name;         /* "school" */
	int                        version;
	const char                *sqlite, *postgres;             /* the whole DDL */
	const char *const         *tables;       /* NULL-terminated */
	const char *const         *insert_only;  /* NULL-terminated */
	const char *const         *refusals;     /* keys of REFUSE rules, NULL-terminated */
	const struct db_stmt *const *stmts;
	unsigned                   n_stmts;
	const struct db_migration *migrations;   /* ascending */
	unsigned                   n_migrations;
};
enum { DB_MODULES_MAX = 8 };                 /* of one database, `db` included */

/* -- opening --------------------------------------------------------------------------------------------- */
struct db_config {
	const char *system;        /* "school": decides the application id */
	const char *path;          /* SQLite file; its folder must exist */
	const char *conninfo;      /* PostgreSQL, libpq form; exactly one of path and conninfo is set */
	const char *service_role;  /* PostgreSQL, db_init only: role that gets INSERT and SELECT (and, where not
	                            * insert-only, UPDATE and DELETE); NULL: the owner serves */
	bool        serve;         /* hold the serve lock: a second holder gets HB_E_CONFLICT csdl.dangPhucVu */
	unsigned    readers;       /* connections for reading; 0 means DB_READERS_DEFAULT */
};
enum { DB_READERS_DEFAULT = 4, DB_BUSY_MS = 5000, DB_RETRIES = 12 };
struct db;
struct db_tx;

/* modules: NULL-terminated, without `db`. */
enum hb_code db_init(const struct db_config *cfg, const struct db_module *const *modules, struct hb_err *err);
enum hb_code db_open(const struct db_config *cfg, const struct db_module *const *modules, struct db **ret_db,
    struct hb_err *err);
/* Brings an older database forward, module by module, each step in one transaction; refuses a newer one. */
enum hb_code db_migrate(const struct db_config *cfg, const struct db_module *const *modules, struct hb_err *err);
void         db_close(struct db *db);        /* NULL is allowed */
/* A consistent copy while others write.  SQLite: to_path must not exist.  PostgreSQL: refused, pg_dump does it. */
enum hb_code db_backup(struct db *db, const char *to_path, struct hb_err *err);
/* PRAGMA integrity_check and foreign keys on SQLite; a no-op on PostgreSQL.  HB_E_INTERNAL csdl.hong. */
enum hb_code db_check(struct db *db, struct hb_err *err);

/* -- transactions ---------------------------------------------------------------------------------------- */
typedef enum hb_code db_tx_fn(struct db_tx *tx, void *ctx, struct hb_err *err);
enum hb_code db_write(struct db *db, db_tx_fn *fn, void *ctx, struct hb_err *err);
enum hb_code db_read(struct db *db, db_tx_fn *fn, void *ctx, struct hb_err *err);
/* fn(arg) once, after this transaction has committed, in the same thread; at most DB_ON_COMMIT_MAX a transaction,
 * the same pair twice counts once. */
enum { DB_ON_COMMIT_MAX = 8 };
void db_on_commit(struct db_tx *tx, void (*fn)(void *), void *arg);

/* -- values and statements ------------------------------------------------------------------------------- */
enum db_val_kind { DB_V_END, DB_V_NULL, DB_V_ID, DB_V_INT, DB_V_TEXT, DB_V_BYTES, DB_V_TIME };
struct db_val { enum db_val_kind kind; int64_t i; const void *p; size_t n; };   /* borrows text and bytes */
/* text NULL binds NULL; so does an id that is NULL or "". */
static inline struct db_val DB_TEXT(const char *s)
{
	return (struct db_val){ s == NULL ? DB_V_NULL : DB_V_TEXT, 0, s, s == NULL ? 0 : __builtin_strlen(s) };
}
static inline struct db_val DB_ID(const char *uuid)
{
	bool none = uuid == NULL || uuid[0] == '\0';
	return (struct db_val){ none ? DB_V_NULL : DB_V_ID, 0, uuid, none ? 0 : 36 };
}
static inline struct db_val DB_INT(int64_t i) { return (struct db_val){ DB_V_INT, i, NULL, 0 }; }
static inline struct db_val DB_TIME(hb_time t) { return (struct db_val){ DB_V_TIME, t, NULL, 0 }; }
static inline struct db_val DB_BYTES(struct hb_bytes b) { return (struct db_val){ DB_V_BYTES, 0, b.p, b.n }; }
static inline struct db_val DB_NULL(void) { return (struct db_val){ DB_V_NULL, 0, NULL, 0 }; }
#define DB_END ((struct db_val){ DB_V_END, 0, NULL, 0 })
/* In the order of the comment beside the statement in NAME_sql.h.  Number and types are checked on every call;
 * a statement without parameters takes NULL. */
#define DB_ARGS(...) ((const struct db_val[]){ __VA_ARGS__, DB_END })

struct db_cell { bool null; int64_t i; struct hb_bytes b; };
struct db_rows { const struct db_stmt *stmt; size_t n; const struct db_cell *cells; };

/* ret_changed may be NULL. */
enum hb_code db_run(struct db_tx *tx, const struct db_stmt *q, const struct db_val *args, int64_t *ret_changed,
    struct hb_err *err);
enum hb_code db_rows(struct db_tx *tx, const struct db_stmt *q, const struct db_val *args, struct hb_arena *a,
    struct db_rows *ret_rows, struct hb_err *err);
/* Exactly one row: none is HB_E_NOTFOUND duLieu.khongThay, more is our bug. */
enum hb_code db_row(struct db_tx *tx, const struct db_stmt *q, const struct db_val *args, struct hb_arena *a,
    struct db_rows *ret_rows, struct hb_err *err);
/* The single integer of a single row: a count, a sum. */
enum hb_code db_number(struct db_tx *tx, const struct db_stmt *q, const struct db_val *args, int64_t *ret_n,
    struct hb_err *err);

/* Cells; col is an index, NAME_sql.h has an enum of them.  NULL reads as NULL, 0, or no bytes; text is
 * NUL-terminated.  An index outside the rows or of another type aborts: it is a bug of the caller. */
const char     *db_text(const struct db_rows *rows, size_t row, unsigned col);
struct hb_id    db_id(const struct db_rows *rows, size_t row, unsigned col);
int64_t         db_int(const struct db_rows *rows, size_t row, unsigned col);
hb_time         db_time(const struct db_rows *rows, size_t row, unsigned col);
struct hb_bytes db_bytes(const struct db_rows *rows, size_t row, unsigned col);
bool            db_is_null(const struct db_rows *rows, size_t row, unsigned col);
#endif
