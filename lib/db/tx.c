/* Connections lent out, transactions run as closures, statements run by name. */
#include "db/private.h"

#include <stdlib.h>
#include <unistd.h>

static _Thread_local const struct db *inside;      /* catches a closure that opens a second transaction */

/* -- transactions ---------------------------------------------------------------------------------------- */

static struct db_conn *
borrow(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	while (p->n_idle == 0)
		pthread_cond_wait(&p->freed, &p->lock);
	struct db_conn *c = p->idle[--p->n_idle];
	pthread_mutex_unlock(&p->lock);
	return c;
}

static void
give_back(struct pool *p, struct db_conn *c)
{
	pthread_mutex_lock(&p->lock);
	p->idle[p->n_idle++] = c;
	pthread_cond_signal(&p->freed);
	pthread_mutex_unlock(&p->lock);
}

/* One try.  *ret_again: the engine asks for another. */
static enum hb_code
attempt(struct db_tx *tx, db_tx_fn *fn, void *ctx, bool *ret_again, struct hb_err *err)
{
	const struct db_engine *e = tx->db->engine;
	*ret_again = false;
	enum hb_code rc = e->begin(tx->conn, tx->write, err);
	if (rc != HB_OK)
		return rc;
	rc = fn(tx, ctx, err);
	if (rc == HB_OK && tx->failed)
		rc = hb_bug(err, "a closure went on after a failed statement");
	if (rc == HB_OK)
		rc = e->commit(tx->conn, &tx->again, err);
	if (rc != HB_OK) {
		e->rollback(tx->conn);
		*ret_again = tx->again;
	}
	return rc;
}

static void
pause_before_retry(int tries)
{
	uint16_t jitter;
	hb_random(&jitter, sizeof jitter);
	usleep((useconds_t)((1u << (tries < 8 ? tries : 8)) * 500u + jitter % 1000u));
}

static enum hb_code
transact(struct db *db, bool write, db_tx_fn *fn, void *ctx, struct hb_err *err)
{
	struct hb_err mine = HB_ERR_INIT, *e = err != NULL ? err : &mine, before = *e;
	struct pool *p = write || !db->engine->one_writer ? &db->writers : &db->readers;
	if (p->n_all == 0)
		p = &db->writers;                /* while opening there is one connection */
	if (inside == db)
		return hb_bug(err, "a transaction inside a transaction");
	struct db_tx tx;
	bool again = false;
	enum hb_code rc;
	struct db_conn *c = borrow(p);
	inside = db;
	for (int tries = 0; ; tries++) {
		tx = (struct db_tx){ .db = db, .conn = c, .write = write };
		*e = before;
		rc = attempt(&tx, fn, ctx, &again, e);
		if (rc == HB_OK || !again || tries == DB_RETRIES)
			break;
		pause_before_retry(tries);
	}
	inside = NULL;
	give_back(p, c);
	for (unsigned i = 0; rc == HB_OK && i < tx.n_hooks; i++)
		tx.hooks[i].fn(tx.hooks[i].arg);
	return rc;
}

enum hb_code
db_write(struct db *db, db_tx_fn *fn, void *ctx, struct hb_err *err)
{
	return transact(db, true, fn, ctx, err);
}

enum hb_code
db_read(struct db *db, db_tx_fn *fn, void *ctx, struct hb_err *err)
{
	return transact(db, false, fn, ctx, err);
}

void
db_on_commit(struct db_tx *tx, void (*fn)(void *), void *arg)
{
	for (unsigned i = 0; i < tx->n_hooks; i++)
		if (tx->hooks[i].fn == fn && tx->hooks[i].arg == arg)
			return;
	if (tx->n_hooks == DB_ON_COMMIT_MAX)
		abort();                         /* a fixed number of callers exists in the code */
	tx->hooks[tx->n_hooks].fn = fn;
	tx->hooks[tx->n_hooks++].arg = arg;
}

/* -- statements ------------------------------------------------------------------------------------------ */

static bool
slot_of(const struct db *db, const struct db_stmt *q, unsigned *ret_slot)
{
	for (unsigned i = 0; i < db->n_modules; i++)
		if (db->modules[i] == q->module) {
			*ret_slot = db->base[i] + q->index;
			return true;
		}
	return false;
}

static bool
fits(enum db_type type, const struct db_val *v)
{
	switch (v->kind) {
	case DB_V_NULL:  return true;
	case DB_V_ID:    return type == DB_T_ID && hb_id_valid(v->p);
	case DB_V_TEXT:  return type == DB_T_TEXT;
	case DB_V_BYTES: return type == DB_T_BYTES;
	case DB_V_INT:
	case DB_V_TIME:  return type == DB_T_INT || type == DB_T_TIME;
	default:         return false;
	}
}

static enum hb_code
check_args(const struct db_stmt *q, const struct db_val *args, struct hb_err *err)
{
	for (unsigned i = 0; i < q->n_params; i++) {
		if (args == NULL || args[i].kind == DB_V_END)
			return hb_bug(err, "%s.%s: %u of %u arguments", q->module->name, q->name, i, q->n_params);
		if (!fits(q->params[i].type, &args[i]))
			return hb_bug(err, "%s.%s: argument %s has another type", q->module->name, q->name, q->params[i].name);
	}
	if (args != NULL && args[q->n_params].kind != DB_V_END)
		return hb_bug(err, "%s.%s: more than %u arguments", q->module->name, q->name, q->n_params);
	return HB_OK;
}

static enum hb_code
execute(struct db_tx *tx, const struct db_stmt *q, const struct db_val *args, struct hb_arena *a,
    struct db_rows *ret_rows, int64_t *ret_changed, struct hb_err *err)
{
	unsigned slot = 0;
	enum hb_code rc;
	if (!slot_of(tx->db, q, &slot))
		rc = hb_bug(err, "%s.%s: this database does not hold that module", q->module->name, q->name);
	else if (q->writes && !tx->write)
		rc = hb_bug(err, "%s.%s writes, inside db_read()", q->module->name, q->name);
	else
		rc = check_args(q, args, err);
	if (rc == HB_OK && !tx->failed)
		rc = tx->db->engine->step(tx->conn, slot, q, args, a, ret_rows, ret_changed, &tx->again, err);
	else if (rc == HB_OK)
		rc = hb_bug(err, "%s.%s: an earlier statement of this transaction failed", q->module->name, q->name);
	tx->failed = tx->failed || rc != HB_OK;
	return rc;
}

enum hb_code
db_run(struct db_tx *tx, const struct db_stmt *q, const struct db_val *args, int64_t *ret_changed, struct hb_err *err)
{
	return execute(tx, q, args, NULL, NULL, ret_changed, err);
}

enum hb_code
db_rows(struct db_tx *tx, const struct db_stmt *q, const struct db_val *args, struct hb_arena *a,
    struct db_rows *ret_rows, struct hb_err *err)
{
	return execute(tx, q, args, a, ret_rows, NULL, err);
}

enum hb_code
db_row(struct db_tx *tx, const struct db_stmt *q, const struct db_val *args, struct hb_arena *a,
    struct db_rows *ret_rows, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code rc = execute(tx, q, args, a, &rows, NULL, err);
	if (rc != HB_OK)
		return rc;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "duLieu.khongThay", "%s", hb_message("duLieu.khongThay"));
	if (rows.n > 1)
		return hb_bug(err, "%s.%s: %zu rows where one was meant", q->module->name, q->name, rows.n);
	*ret_rows = rows;
	return HB_OK;
}

enum hb_code
db_number(struct db_tx *tx, const struct db_stmt *q, const struct db_val *args, int64_t *ret_n, struct hb_err *err)
{
	struct db_rows rows;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	enum hb_code rc = db_row(tx, q, args, &a, &rows, err);
	if (rc == HB_OK)
		*ret_n = db_int(&rows, 0, 0);
	return rc;
}

/* -- care ------------------------------------------------------------------------------------------------ */

enum hb_code
db_backup(struct db *db, const char *to_path, struct hb_err *err)
{
	struct pool *p = db->engine->one_writer ? &db->readers : &db->writers;
	struct db_conn *c = borrow(p);
	enum hb_code rc = db->engine->backup(c, to_path, err);
	give_back(p, c);
	return rc;
}

enum hb_code
db_check(struct db *db, struct hb_err *err)
{
	struct pool *p = db->engine->one_writer ? &db->readers : &db->writers;
	struct db_conn *c = borrow(p);
	enum hb_code rc = db->engine->check(c, err);
	give_back(p, c);
	return rc;
}
