/* The server engine: one database and one role a system, every transaction SERIALIZABLE (architecture §5). */
#include "db/engine.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct db_conn {
	PGconn               *pg;
	const struct db_stmt **stmts;
	unsigned              n_stmts;
	const char           *service_role;
};

enum { LOCK_TRIES = 20, LOCK_PAUSE_US = 50000 };

/* Types a result column may have in PostgreSQL's catalogue (pg_type.dat). */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_VARCHAR = 1043,
	OID_NUMERIC = 1700, OID_UUID = 2950 };

/* -- failures -------------------------------------------------------------------------------------------- */

static bool
state_is(const char *state, const char *prefix)
{
	return strncmp(state, prefix, strlen(prefix)) == 0;
}

static enum hb_code
integrity(struct hb_err *err, const struct db_module *m, const char *state, const PGresult *r)
{
	const char *constraint = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const char *what = constraint != NULL ? constraint : text;
	if (state_is(state, "23505"))
		return db_conflict(err, m, DB_FAULT_UNIQUE, what);
	if (state_is(state, "23503"))
		return db_conflict(err, m, DB_FAULT_REFERENCE, what);
	if (state_is(state, "23000"))
		return db_conflict(err, m, DB_FAULT_RULE, text);
	return db_conflict(err, m, DB_FAULT_CHECK, what);
}

static enum hb_code
lost(struct hb_err *err, PGconn *pg)
{
	if (err != NULL && err->code == HB_OK)
		snprintf(err->log, sizeof err->log, "%s", PQerrorMessage(pg));
	return hb_fail(err, HB_E_INTERNAL, "csdl.matKetNoi", "mất kết nối với máy chủ cơ sở dữ liệu");
}

/* ret_again may be NULL. */
static enum hb_code
failed(struct hb_err *err, struct db_conn *c, const PGresult *r, const struct db_module *m, const char *doing,
    bool *ret_again)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	if (state == NULL)
		return lost(err, c->pg);
	if (state_is(state, "40001") || state_is(state, "40P01")) {
		if (ret_again != NULL)
			*ret_again = true;
		return db_busy(err);
	}
	if (state_is(state, "23"))
		return integrity(err, m, state, r);
	if (state_is(state, "53100"))
		return db_disk_full(err);
	return hb_bug(err, "postgres %s: %s: %s", state, doing, PQresultErrorMessage(r));
}

static enum hb_code
run(struct db_conn *c, const struct db_module *m, const char *sql, const char *doing, bool *ret_again,
    struct hb_err *err)
{
	PGresult *r = PQexec(c->pg, sql);
	ExecStatusType s = PQresultStatus(r);
	enum hb_code rc = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK ? HB_OK
	    : failed(err, c, r, m, doing, ret_again);
	PQclear(r);
	return rc;
}

static enum hb_code
script(struct db_conn *c, const struct db_module *m, const char *sql, struct hb_err *err)
{
	return sql[0] == '\0' ? HB_OK : run(c, m, sql, "script", NULL, err);
}

/* One cell of a query without parameters, as text in out. */
static enum hb_code
ask(struct db_conn *c, const char *sql, char *out, size_t size, struct hb_err *err)
{
	PGresult *r = PQexec(c->pg, sql);
	enum hb_code rc = HB_OK;
	if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
		rc = failed(err, c, r, NULL, sql, NULL);
	else
		snprintf(out, size, "%s", PQgetvalue(r, 0, 0));
	PQclear(r);
	return rc;
}

/* -- opening --------------------------------------------------------------------------------------------- */

static void ignore_notice(void *unused, const PGresult *r) { (void)unused, (void)r; }

static void
conn_close(struct db_conn *c)
{
	if (c == NULL)
		return;
	PQfinish(c->pg);
	free(c->stmts);
	free(c);
}

static enum hb_code
set_up(struct db_conn *c, struct hb_err *err)
{
	PQsetNoticeReceiver(c->pg, ignore_notice, NULL);
	return run(c, NULL, "SET default_transaction_isolation = 'serializable'; SET client_encoding = 'UTF8';"
	    " SET lock_timeout = '5s'; SET standard_conforming_strings = on", "set up", NULL, err);
}

static enum hb_code
conn_open(const struct db_config *cfg, struct db_conn **ret_c, struct hb_err *err)
{
	struct db_conn *c = calloc(1, sizeof *c);
	if (c == NULL)
		return hb_full(err);
	c->service_role = cfg->service_role;
	c->pg = PQconnectdb(cfg->conninfo);
	enum hb_code rc = PQstatus(c->pg) == CONNECTION_OK ? set_up(c, err)
	    : hb_fail(err, HB_E_INTERNAL, "csdl.khongMo", "không kết nối được PostgreSQL: %s", PQerrorMessage(c->pg));
	if (rc != HB_OK) {
		conn_close(c);
		return rc;
	}
	*ret_c = c;
	return HB_OK;
}

static enum hb_code
has_tables(struct db_conn *c, bool *ret_has, struct hb_err *err)
{
	char answer[4] = "";
	enum hb_code rc = ask(c, "SELECT to_regclass('db_meta') IS NOT NULL", answer, sizeof answer, err);
	*ret_has = answer[0] == 't';
	return rc;
}

static enum hb_code
create(const struct db_config *cfg, struct db_conn **ret_c, struct hb_err *err)
{
	bool has = false;
	enum hb_code rc = conn_open(cfg, ret_c, err);
	if (rc != HB_OK)
		return rc;
	rc = has_tables(*ret_c, &has, err);
	if (rc == HB_OK && has)
		rc = hb_fail(err, HB_E_CONFLICT, "csdl.daCo", "cơ sở dữ liệu PostgreSQL này đã có dữ liệu của Hocba");
	if (rc != HB_OK)
		conn_close(*ret_c);
	return rc;
}

static enum hb_code
publish(const struct db_config *cfg, struct db_conn *c, struct hb_err *err)
{
	(void)cfg, (void)err;
	conn_close(c);                           /* the commit of init was the publication */
	return HB_OK;
}

static bool
listed(const char *const *list, const char *name)
{
	while (*list != NULL && strcmp(*list, name) != 0)
		list++;
	return *list != NULL;
}

/* Signed facts, receipts and audit can be added and read by the serving role, and nothing else (architecture §5). */
static enum hb_code
grant(struct db_conn *c, const struct db_module *m, struct hb_err *err)
{
	enum hb_code rc = HB_OK;
	char *role = PQescapeIdentifier(c->pg, c->service_role, strlen(c->service_role));
	if (role == NULL)
		return hb_full(err);
	for (const char *const *t = m->tables; *t != NULL && rc == HB_OK; t++) {
		char sql[320];
		snprintf(sql, sizeof sql, "GRANT SELECT, INSERT%s ON %s TO %s", listed(m->insert_only, *t) ? "" : ", UPDATE, DELETE",
		    *t, role);
		rc = run(c, m, sql, "grant", NULL, err);
	}
	PQfreemem(role);
	return rc;
}

static enum hb_code
load(struct db_conn *c, const struct db_module *m, struct hb_err *err)
{
	enum hb_code rc = script(c, m, m->postgres, err);
	return rc == HB_OK && c->service_role != NULL ? grant(c, m, err) : rc;
}

static void
discard(const struct db_config *cfg, struct db_conn *c)
{
	(void)cfg;
	conn_close(c);
}

static enum hb_code
conn_connect(const struct db_config *cfg, bool writer, struct db_conn **ret_c, struct hb_err *err)
{
	(void)writer;
	bool has = false;
	enum hb_code rc = conn_open(cfg, ret_c, err);
	if (rc != HB_OK)
		return rc;
	rc = has_tables(*ret_c, &has, err);
	if (rc == HB_OK && !has) {
		rc = hb_fail(err, HB_E_NOTFOUND, "csdl.chuaCo", "cơ sở dữ liệu PostgreSQL này chưa được tạo");
		hb_hint(err, "chạy hocba %s init", cfg->system);
	}
	if (rc != HB_OK)
		conn_close(*ret_c);
	return rc;
}

/* The role's grants guard here: the service role owns nothing (grants of init). */
static void guard(struct db_conn *c) { (void)c; }

static enum hb_code
serve_lock(const struct db_config *cfg, struct db_conn *c, struct hb_err *err)
{
	char sql[96], answer[4] = "";
	uint32_t name = 2166136261u;             /* FNV-1a of the system's name */
	for (const char *s = cfg->system; *s != '\0'; s++)
		name = (name ^ (unsigned char)*s) * 16777619u;
	snprintf(sql, sizeof sql, "SELECT pg_try_advisory_lock(18498, %d)", (int)name);
	enum hb_code rc = ask(c, sql, answer, sizeof answer, err);
	/* A holder that has just closed keeps the lock until its server process is gone. */
	for (int i = 0; rc == HB_OK && answer[0] != 't' && i < LOCK_TRIES; i++) {
		usleep(LOCK_PAUSE_US);
		rc = ask(c, sql, answer, sizeof answer, err);
	}
	if (rc == HB_OK && answer[0] != 't')
		rc = hb_fail(err, HB_E_CONFLICT, "csdl.dangPhucVu", "hệ thống %s đang chạy trên cơ sở dữ liệu này",
		    cfg->system);
	return rc;
}

/* -- statements ------------------------------------------------------------------------------------------ */

static enum hb_code
reserve(struct db_conn *c, unsigned slots, struct hb_err *err)
{
	const struct db_stmt **more = realloc(c->stmts, (slots + 1) * sizeof *more);
	if (more == NULL)
		return hb_full(err);
	c->stmts = more;
	for (; c->n_stmts < slots; c->n_stmts++)
		c->stmts[c->n_stmts] = NULL;
	return HB_OK;
}

static void
slot_name(unsigned slot, char out[16])
{
	snprintf(out, 16, "s%u", slot);
}

static bool
result_fits(enum db_type type, Oid has)
{
	switch (type) {
	case DB_T_ID:    return has == OID_UUID;
	case DB_T_TEXT:  return has == OID_TEXT || has == OID_VARCHAR;
	case DB_T_BYTES: return has == OID_BYTEA;
	default:         return has == OID_INT8 || has == OID_INT4 || has == OID_INT2 || has == OID_NUMERIC;
	}
}

static enum hb_code
check_columns(struct db_conn *c, const char *name, const struct db_stmt *q, struct hb_err *err)
{
	PGresult *r = PQdescribePrepared(c->pg, name);
	enum hb_code rc = HB_OK;
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		rc = failed(err, c, r, q->module, q->name, NULL);
	else if ((unsigned)PQnfields(r) != q->n_cols)
		rc = hb_bug(err, "%s.%s: %d result columns, not %u", q->module->name, q->name, PQnfields(r), q->n_cols);
	for (unsigned i = 0; i < q->n_cols && rc == HB_OK; i++)
		if (!result_fits(q->cols[i].type, PQftype(r, (int)i)))
			rc = hb_bug(err, "%s.%s: column %s has type oid %u", q->module->name, q->name, q->cols[i].name,
			    (unsigned)PQftype(r, (int)i));
	PQclear(r);
	return rc;
}

static enum hb_code
prepare(struct db_conn *c, unsigned slot, const struct db_stmt *q, struct hb_err *err)
{
	char name[16];
	slot_name(slot, name);
	PGresult *r = PQprepare(c->pg, name, q->postgres, 0, NULL);
	enum hb_code rc = PQresultStatus(r) == PGRES_COMMAND_OK ? HB_OK
	    : hb_bug(err, "%s.%s: %s", q->module->name, q->name, PQresultErrorMessage(r));
	PQclear(r);
	if (rc == HB_OK)
		rc = check_columns(c, name, q, err);
	if (rc == HB_OK)
		c->stmts[slot] = q;
	return rc;
}

struct bound { const char *values[DB_PARAMS_MAX]; int lengths[DB_PARAMS_MAX], formats[DB_PARAMS_MAX];
	char numbers[DB_PARAMS_MAX][24]; };

static void
bind(struct bound *b, unsigned i, const struct db_val *v)
{
	b->values[i] = v->p;
	b->lengths[i] = (int)v->n;
	b->formats[i] = v->kind == DB_V_BYTES;
	if (v->kind == DB_V_BYTES && v->p == NULL)
		b->values[i] = "";
	if (v->kind == DB_V_INT || v->kind == DB_V_TIME) {
		snprintf(b->numbers[i], sizeof b->numbers[i], "%" PRId64, v->i);
		b->values[i] = b->numbers[i];
	} else if (v->kind == DB_V_NULL) {
		b->values[i] = NULL;
	}
}

static enum hb_code
fetch(const PGresult *r, int row, int col, enum db_type type, struct hb_arena *a, struct db_cell *ret_cell,
    struct hb_err *err)
{
	struct db_cell cell = { .null = PQgetisnull(r, row, col) };
	const char *text = PQgetvalue(r, row, col);
	size_t n = (size_t)PQgetlength(r, row, col);
	unsigned char *raw = NULL;
	if (!cell.null && (type == DB_T_INT || type == DB_T_TIME)) {
		cell.i = strtoll(text, NULL, 10);
	} else if (!cell.null) {
		if (type == DB_T_BYTES && (raw = PQunescapeBytea((const unsigned char *)text, &n)) == NULL)
			return hb_full(err);
		char *copy = hb_strndup(a, raw != NULL ? (const char *)raw : text, n);
		PQfreemem(raw);
		if (copy == NULL)
			return hb_full(err);
		cell.b = HB_BYTES(copy, n);
	}
	*ret_cell = cell;
	return HB_OK;
}

static enum hb_code
collect(const PGresult *r, const struct db_stmt *q, struct hb_arena *a, struct db_rows *ret_rows, struct hb_err *err)
{
	struct db_growing g = { 0 };
	for (int row = 0; row < PQntuples(r); row++) {
		struct db_cell *cells = db_grow(&g, q->n_cols, a);
		if (cells == NULL)
			return hb_full(err);
		for (unsigned col = 0; col < q->n_cols; col++) {
			enum hb_code rc = fetch(r, row, (int)col, q->cols[col].type, a, &cells[col], err);
			if (rc != HB_OK)
				return rc;
		}
	}
	*ret_rows = (struct db_rows){ q, g.n, g.cells };
	return HB_OK;
}

static enum hb_code
step(struct db_conn *c, unsigned slot, const struct db_stmt *q, const struct db_val *args, struct hb_arena *a,
    struct db_rows *ret_rows, int64_t *ret_changed, bool *ret_again, struct hb_err *err)
{
	struct bound b;
	char name[16];
	*ret_again = false;
	slot_name(slot, name);
	for (unsigned i = 0; i < q->n_params; i++)
		bind(&b, i, &args[i]);
	PGresult *r = PQexecPrepared(c->pg, name, (int)q->n_params, b.values, b.lengths, b.formats, 0);
	ExecStatusType s = PQresultStatus(r);
	enum hb_code rc = HB_OK;
	if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
		rc = failed(err, c, r, q->module, q->name, ret_again);
	else if (ret_rows != NULL)
		rc = collect(r, q, a, ret_rows, err);
	if (rc == HB_OK && ret_changed != NULL)
		*ret_changed = strtoll(PQcmdTuples((PGresult *)r), NULL, 10);
	PQclear(r);
	return rc;
}

/* -- transactions ---------------------------------------------------------------------------------------- */

static enum hb_code
revive(struct db_conn *c, struct hb_err *err)
{
	PQreset(c->pg);
	if (PQstatus(c->pg) != CONNECTION_OK)
		return lost(err, c->pg);
	enum hb_code rc = set_up(c, err);
	for (unsigned i = 0; i < c->n_stmts && rc == HB_OK; i++)
		if (c->stmts[i] != NULL)
			rc = prepare(c, i, c->stmts[i], err);
	return rc;
}

static enum hb_code
begin(struct db_conn *c, bool write, struct hb_err *err)
{
	const char *how = write ? "BEGIN" : "BEGIN READ ONLY";
	enum hb_code rc = run(c, NULL, how, how, NULL, NULL);
	if (rc == HB_OK)
		return HB_OK;
	rc = revive(c, err);                     /* the server was restarted since */
	return rc == HB_OK ? run(c, NULL, how, how, NULL, err) : rc;
}

static enum hb_code
commit(struct db_conn *c, bool *ret_again, struct hb_err *err)
{
	*ret_again = false;
	return run(c, NULL, "COMMIT", "commit", ret_again, err);
}

static void
rollback(struct db_conn *c)
{
	if (PQtransactionStatus(c->pg) != PQTRANS_IDLE)
		run(c, NULL, "ROLLBACK", "rollback", NULL, NULL);
}

/* -- care ------------------------------------------------------------------------------------------------ */

static enum hb_code
backup(struct db_conn *c, const char *to_path, struct hb_err *err)
{
	(void)c, (void)to_path;
	enum hb_code bad = hb_fail(err, HB_E_RULE, "csdl.saoLuuRieng", "%s", hb_message("csdl.saoLuuRieng"));
	hb_hint(err, "dùng pg_dump hoặc pg_basebackup");
	return bad;
}

static enum hb_code
check(struct db_conn *c, struct hb_err *err)
{
	(void)c, (void)err;                      /* the server checks its pages; pg_amcheck does more */
	return HB_OK;
}

static const char *step_ddl(const struct db_migration *m) { return m->postgres; }

const struct db_engine db_postgres = {
	.create = create, .publish = publish, .discard = discard, .connect = conn_connect, .close = conn_close,
	.guard = guard, .serve_lock = serve_lock, .reserve = reserve, .prepare = prepare, .script = script,
	.begin = begin, .commit = commit, .rollback = rollback, .step = step, .backup = backup, .check = check,
	.load = load, .step_ddl = step_ddl, .one_writer = false,
};
