/* db/private.h - what open.c and tx.c share: the pool, the database, a transaction under way. */
#ifndef DB_PRIVATE_H
#define DB_PRIVATE_H
#include <pthread.h>

#include "db/engine.h"

enum { CONNS_MAX = 64 };

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t  freed;
	struct db_conn *idle[CONNS_MAX];
	unsigned        n_idle, n_all;
	struct db_conn *all[CONNS_MAX];
};

struct db {
	const struct db_engine *engine;
	struct db_config cfg;                          /* strings owned */
	const struct db_module *modules[DB_MODULES_MAX];
	unsigned base[DB_MODULES_MAX], n_modules, n_slots;
	struct pool writers, readers;                  /* readers stay empty when the engine has many writers */
};

struct db_tx {
	struct db      *db;
	struct db_conn *conn;
	bool            write, failed, again;
	struct { void (*fn)(void *); void *arg; } hooks[DB_ON_COMMIT_MAX];
	unsigned        n_hooks;
};

/* The statements of modules[m] on one connection; a reader skips those that write. */
enum hb_code db_prepare_module(const struct db *db, struct db_conn *c, unsigned m, bool writer, struct hb_err *err);
#endif
