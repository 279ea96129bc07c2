/* db/engine.h - what db.c asks of an engine; private to lib/db.
 *
 * A connection belongs to one thread at a time; db.c sees to it.  step() and commit() set *ret_again when the
 * engine wants the whole transaction run again.  Statements live in slots numbered by db.c. */
#ifndef DB_ENGINE_H
#define DB_ENGINE_H
#include "db/db.h"

enum { DB_PARAMS_MAX = 48 };

struct db_conn;
struct db_engine {
	/* A new database, not yet visible at its place; publish() puts it there, discard() removes it. */
	enum hb_code (*create)(const struct db_config *cfg, struct db_conn **ret_conn, struct hb_err *err);
	enum hb_code (*publish)(const struct db_config *cfg, struct db_conn *conn, struct hb_err *err);
	void (*discard)(const struct db_config *cfg, struct db_conn *conn);
	/* An existing database of cfg->system; refuses anything else. */
	enum hb_code (*connect)(const struct db_config *cfg, bool writer, struct db_conn **ret_conn, struct hb_err *err);
	void (*close)(struct db_conn *conn);
	/* From here on the connection refuses DDL, PRAGMA and ATTACH. */
	void (*guard)(struct db_conn *conn);
	enum hb_code (*serve_lock)(const struct db_config *cfg, struct db_conn *conn, struct hb_err *err);
	enum hb_code (*reserve)(struct db_conn *conn, unsigned slots, struct hb_err *err);
	enum hb_code (*prepare)(struct db_conn *conn, unsigned slot, const struct db_stmt *q, struct hb_err *err);
	enum hb_code (*script)(struct db_conn *conn, const struct db_module *m, const char *sql, struct hb_err *err);
	enum hb_code (*begin)(struct db_conn *conn, bool write, struct hb_err *err);
	enum hb_code (*commit)(struct db_conn *conn, bool *ret_again, struct hb_err *err);
	void (*rollback)(struct db_conn *conn);
	/* Rows are collected when ret_rows is not NULL. */
	enum hb_code (*step)(struct db_conn *conn, unsigned slot, const struct db_stmt *q, const struct db_val *args,
	    struct hb_arena *a, struct db_rows *ret_rows, int64_t *ret_changed, bool *ret_again, struct hb_err *err);
	enum hb_code (*backup)(struct db_conn *conn, const char *to_path, struct hb_err *err);
	enum hb_code (*check)(struct db_conn *conn, struct hb_err *err);
	/* The tables of a new module, with the grants of the service role. */
	enum hb_code (*load)(struct db_conn *conn, const struct db_module *m, struct hb_err *err);
	const char *(*step_ddl)(const struct db_migration *m);      /* text of a migration for this engine */
	bool one_writer;            /* writes are serialised in the process, readers have connections of their own */
};
extern const struct db_engine db_sqlite, db_postgres;

/* -- shared by the engines (rows.c, fault.c) ------------------------------------------------------------- */
/* Grows cells by one row of n_cols; NULL when the arena is full. */
struct db_growing { struct db_cell *cells; size_t n, cap; };
struct db_cell *db_grow(struct db_growing *g, unsigned n_cols, struct hb_arena *a);

enum db_fault { DB_FAULT_UNIQUE, DB_FAULT_REFERENCE, DB_FAULT_CHECK, DB_FAULT_RULE };
/* HB_E_CONFLICT with a readable text.  what: constraint or columns; for DB_FAULT_RULE the text a trigger raised. */
enum hb_code db_conflict(struct hb_err *err, const struct db_module *m, enum db_fault fault, const char *what);
enum hb_code db_disk_full(struct hb_err *err);
enum hb_code db_busy(struct hb_err *err);
enum hb_code db_foreign(struct hb_err *err, const char *what);      /* not a database of this system */
#endif
