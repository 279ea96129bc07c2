/* db_suite.h - what lib/db promises on either engine; db_sqlite and db_postgres both run it.
 * db_suite(cfg): cfg names a place where nothing is yet; system must be "sample". */
#ifndef DB_SUITE_H
#define DB_SUITE_H
#include <pthread.h>

#include "db/db.h"
#include "sample_sql.h"
#include "tap.h"

static const struct db_module *const db_sample_modules[] = { &sample_sql, NULL };

static const char school[] = "0190d1a0-0000-7000-8000-000000000001", class_6a[] = "0190d1a0-0000-7000-8000-00000000006a",
    class_6b[] = "0190d1a0-0000-7000-8000-00000000006b", nowhere[] = "0190d1a0-0000-7000-8000-0000000000ff";

/* One statement in a transaction of its own. */
struct one { const struct db_stmt *q; const struct db_val *args; int64_t changed; };

static enum hb_code
one_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct one *o = ctx;
	return db_run(tx, o->q, o->args, &o->changed, err);
}

static enum hb_code
write_one(struct db *db, const struct db_stmt *q, const struct db_val *args, struct hb_err *err)
{
	struct one o = { q, args, 0 };
	*err = HB_ERR_INIT;
	return db_write(db, one_fn, &o, err);
}

static enum hb_code
read_one(struct db *db, const struct db_stmt *q, const struct db_val *args, struct hb_err *err)
{
	struct one o = { q, args, 0 };
	*err = HB_ERR_INIT;
	return db_read(db, one_fn, &o, err);
}

struct look { struct hb_arena *a; const struct db_stmt *q; const struct db_val *args; struct db_rows rows; };

static enum hb_code
look_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct look *l = ctx;
	return db_rows(tx, l->q, l->args, l->a, &l->rows, err);
}

static struct db_rows
look(struct db *db, const struct db_stmt *q, const struct db_val *args, struct hb_arena *a)
{
	struct look l = { a, q, args, { 0 } };
	struct hb_err err = HB_ERR_INIT;
	ok(db_read(db, look_fn, &l, &err) == HB_OK, "%s reads %s", q->name, err.log);
	return l.rows;
}

static void
opening(const struct db_config *cfg)
{
	static const struct db_module *const none[] = { NULL };
	struct db *db = NULL;
	struct hb_err err = HB_ERR_INIT;
	ok(db_open(cfg, db_sample_modules, &db, &err) == HB_E_NOTFOUND && !strcmp(err.key, "csdl.chuaCo"),
	    "open never creates");
	err = HB_ERR_INIT;
	ok(db_init(cfg, db_sample_modules, &err) == HB_OK, "init creates %s", err.log);
	ok(db_init(cfg, db_sample_modules, &err) == HB_E_CONFLICT && !strcmp(err.key, "csdl.daCo"), "init never overwrites");
	struct db_config other = *cfg;
	other.system = "another";
	err = HB_ERR_INIT;
	ok(db_open(&other, db_sample_modules, &db, &err) == HB_E_CONFLICT && !strcmp(err.key, "csdl.khacHeThong"),
	    "another system's database is refused: %s", err.msg);
	err = HB_ERR_INIT;
	ok(db_open(cfg, none, &db, &err) == HB_E_CONFLICT && !strcmp(err.key, "csdl.saiPhienBan"),
	    "a database with a module we do not know is refused: %s", err.msg);
}

/* -- conflicts ------------------------------------------------------------------------------------------- */

static void
refused(struct db *db, const struct db_stmt *q, const struct db_val *args, const char *key, const char *says)
{
	struct hb_err err;
	enum hb_code rc = write_one(db, q, args, &err);
	ok(rc == HB_E_CONFLICT && err.key != NULL && !strcmp(err.key, key) && strstr(err.msg, says) != NULL,
	    "%s: %s: %s", q->name, key, rc == HB_OK ? "went through" : err.msg);
}

static void
conflicts(struct db *db)
{
	struct hb_err err;
	ok(write_one(db, &sample_class_put, DB_ARGS(DB_ID(school), DB_ID(class_6a), DB_TEXT("6A"), DB_INT(12)), &err) == HB_OK,
	    "a row goes in %s", err.log);
	refused(db, &sample_class_put, DB_ARGS(DB_ID(school), DB_ID(class_6b), DB_TEXT("6A"), DB_NULL()), "duLieu.trung", "name");
	refused(db, &sample_class_put, DB_ARGS(DB_ID(school), DB_ID(class_6b), DB_NULL(), DB_NULL()), "duLieu.saiMien", "");
	refused(db, &sample_mark_put, DB_ARGS(DB_ID(school), DB_ID(nowhere), DB_TEXT("p1"), DB_INT(70)), "duLieu.thamChieu", "");
	refused(db, &sample_mark_put, DB_ARGS(DB_ID(school), DB_ID(class_6a), DB_TEXT("p1"), DB_INT(101)), "duLieu.saiMien", "tenths");
	ok(write_one(db, &sample_mark_put, DB_ARGS(DB_ID(school), DB_ID(class_6a), DB_TEXT("p1"), DB_INT(70)), &err) == HB_OK
	    && write_one(db, &sample_mark_put, DB_ARGS(DB_ID(school), DB_ID(class_6a), DB_TEXT("p1"), DB_INT(75)), &err) == HB_OK,
	    "ON CONFLICT DO UPDATE replaces");
	ok(write_one(db, &sample_lock_put, DB_ARGS(DB_ID(school), DB_ID(class_6a)), &err) == HB_OK, "the column is locked");
	refused(db, &sample_mark_put, DB_ARGS(DB_ID(school), DB_ID(class_6a), DB_TEXT("p1"), DB_INT(90)), "mau.daKhoa", "");
	refused(db, &sample_mark_put, DB_ARGS(DB_ID(school), DB_ID(class_6a), DB_TEXT("p2"), DB_INT(90)), "mau.daKhoa", "");
	refused(db, &sample_mark_drop, DB_ARGS(DB_ID(school), DB_TEXT("p1")), "mau.daKhoa", "");
}

/* -- values ---------------------------------------------------------------------------------------------- */

static void
values(struct db *db, struct hb_arena *a)
{
	static const uint8_t raw[] = { 0, 255, '\'', '\\', 0, 'x' };
	struct hb_err err;
	struct hb_id id = hb_id_new(), empty = hb_id_new();
	ok(write_one(db, &sample_event_put, DB_ARGS(DB_ID(id.s), DB_TIME(1781924645), DB_BYTES(HB_BYTES(raw, sizeof raw))), &err)
	    == HB_OK && write_one(db, &sample_event_put, DB_ARGS(DB_ID(empty.s), DB_TIME(-1), DB_BYTES(HB_BYTES(NULL, 0))), &err)
	    == HB_OK, "bytes go in");
	struct db_rows r = look(db, &sample_event_get, DB_ARGS(DB_ID(id.s)), a);
	struct hb_bytes b = db_bytes(&r, 0, SAMPLE_EVENT_GET_BODY);
	ok(b.n == sizeof raw && !memcmp(b.p, raw, sizeof raw) && db_time(&r, 0, SAMPLE_EVENT_GET_AT) == 1781924645,
	    "bytes and times come back exact");
	r = look(db, &sample_event_get, DB_ARGS(DB_ID(empty.s)), a);
	ok(!db_is_null(&r, 0, SAMPLE_EVENT_GET_BODY) && db_bytes(&r, 0, SAMPLE_EVENT_GET_BODY).n == 0, "no bytes are not NULL");
	ok(write_one(db, &sample_class_put, DB_ARGS(DB_ID(school), DB_ID(class_6b), DB_TEXT("6B"), DB_NULL()), &err) == HB_OK,
	    "NULL goes in");
	r = look(db, &sample_class_list, DB_ARGS(DB_ID(school)), a);
	ok(r.n == 2 && !strcmp(db_text(&r, 0, SAMPLE_CLASS_LIST_NAME), "6A") && db_int(&r, 0, SAMPLE_CLASS_LIST_ROOM) == 12
	    && db_is_null(&r, 1, SAMPLE_CLASS_LIST_ROOM), "NULLS LAST is last");
	struct hb_id six = db_id(&r, 0, SAMPLE_CLASS_LIST_ID);
	is(six.s, class_6a, "an id comes back");
	r = look(db, &sample_mark_sum, DB_ARGS(DB_ID(school)), a);
	ok(db_int(&r, 0, SAMPLE_MARK_SUM_TOTAL) == 75, "a sum is a number");
	r = look(db, &sample_mark_sum, DB_ARGS(DB_ID(nowhere)), a);
	ok(db_int(&r, 0, SAMPLE_MARK_SUM_TOTAL) == 0, "the sum of nothing is 0 by coalesce");
	r = look(db, &sample_class_list, DB_ARGS(DB_ID(nowhere)), a);
	ok(r.n == 0, "no rows are no error");
}

/* -- misuse ---------------------------------------------------------------------------------------------- */

static enum hb_code
swallow(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx, (void)err;
	if (db_run(tx, &sample_counter_put, DB_ARGS(DB_TEXT("swallowed"), DB_INT(1)), NULL, NULL) != HB_OK)
		return HB_E_INTERNAL;
	(void)!db_run(tx, &sample_class_put, DB_ARGS(DB_ID(school), DB_ID(nowhere), DB_TEXT("6A"), DB_NULL()), NULL, NULL);
	return HB_OK;
}

static enum hb_code
nested(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)tx;
	return db_read(ctx, swallow, NULL, err);
}

static const struct db_stmt stranger = { .name = "stranger", .module = &(const struct db_module){ .name = "nobody" },
	.sqlite = "SELECT 1", .postgres = "SELECT 1" };

static void
misuse(struct db *db, struct hb_arena *a)
{
	struct hb_err err;
	ok(write_one(db, &sample_lock_put, DB_ARGS(DB_ID(school)), &err) == HB_E_INTERNAL, "too few arguments: %s", err.log);
	ok(write_one(db, &sample_lock_put, DB_ARGS(DB_ID(school), DB_ID(school), DB_INT(1)), &err) == HB_E_INTERNAL,
	    "too many arguments: %s", err.log);
	ok(write_one(db, &sample_lock_put, DB_ARGS(DB_ID(school), DB_TEXT("x")), &err) == HB_E_INTERNAL, "another type: %s", err.log);
	ok(write_one(db, &sample_lock_put, DB_ARGS(DB_ID(school), DB_ID("not a uuid, but thirty-six letters....")), &err)
	    == HB_E_INTERNAL, "not an id: %s", err.log);
	ok(write_one(db, &stranger, NULL, &err) == HB_E_INTERNAL, "an unknown statement: %s", err.log);
	ok(read_one(db, &sample_counter_put, DB_ARGS(DB_TEXT("x"), DB_INT(1)), &err) == HB_E_INTERNAL,
	    "a write inside db_read: %s", err.log);
	err = HB_ERR_INIT;
	ok(db_write(db, swallow, NULL, &err) == HB_E_INTERNAL, "a failure that the closure ignores still fails");
	ok(look(db, &sample_counter_get, DB_ARGS(DB_TEXT("swallowed")), a).n == 0, "and everything is rolled back");
	err = HB_ERR_INIT;
	ok(db_write(db, nested, db, &err) == HB_E_INTERNAL, "a transaction inside a transaction: %s", err.log);
}

/* -- transactions ---------------------------------------------------------------------------------------- */

static int committed;
static void count_commit(void *p) { *(int *)p += 1; }

static enum hb_code
hooked(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	db_on_commit(tx, count_commit, &committed);
	db_on_commit(tx, count_commit, &committed);
	return *(bool *)ctx ? HB_OK : hb_fail(err, HB_E_RULE, "duLieu.saiMien", "không ghi");
}

static enum hb_code
count_up(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	struct db_rows r;
	enum hb_code rc = db_row(tx, &sample_counter_get, DB_ARGS(DB_TEXT(ctx)), &a, &r, err);
	if (rc != HB_OK)
		return rc;
	return db_run(tx, &sample_counter_set, DB_ARGS(DB_INT(db_int(&r, 0, 0) + 1), DB_TEXT(ctx)), NULL, err);
}

enum { THREADS = 4, ROUNDS = 25 };

static void *
count_thread(void *db)
{
	intptr_t good = 0;
	for (int i = 0; i < ROUNDS; i++)
		good += db_write(db, count_up, "visits", NULL) == HB_OK;
	return (void *)good;
}

static void
transactions(struct db *db, struct hb_arena *a)
{
	struct hb_err err = HB_ERR_INIT;
	bool good = true, bad = false;
	ok(db_write(db, hooked, &good, &err) == HB_OK && committed == 1, "after a commit the hook runs once");
	ok(db_write(db, hooked, &bad, &err) == HB_E_RULE && committed == 1, "after a rollback it does not");
	ok(db_write(db, count_up, "visits", NULL) == HB_E_NOTFOUND, "db_row wants its row");
	ok(write_one(db, &sample_counter_put, DB_ARGS(DB_TEXT("visits"), DB_INT(0)), &err) == HB_OK, "a counter");
	pthread_t t[THREADS];
	intptr_t done = 0;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, count_thread, db);
	for (int i = 0; i < THREADS; i++) {
		void *n;
		pthread_join(t[i], &n);
		done += (intptr_t)n;
	}
	struct db_rows r = look(db, &sample_counter_get, DB_ARGS(DB_TEXT("visits")), a);
	ok(done == THREADS * ROUNDS, "%d increments at once all commit, in the end: %ld", THREADS * ROUNDS, (long)done);
	ok(db_int(&r, 0, 0) == done, "none is lost: %lld", (long long)db_int(&r, 0, 0));
}

/* -- versions -------------------------------------------------------------------------------------------- */

#define MODULE(v, lite, post, steps) { .name = "grow", .version = v, .sqlite = lite, .postgres = post, \
	.tables = (const char *const[]){ "grow", NULL }, .insert_only = (const char *const[]){ NULL }, \
	.refusals = (const char *const[]){ NULL }, .migrations = steps, .n_migrations = (steps) != NULL }
#define GROW_1 "CREATE TABLE grow (id text PRIMARY KEY);"
#define GROW_2 "ALTER TABLE grow ADD COLUMN more text;"
static const struct db_migration second_step[] = { { 2, GROW_2, GROW_2 } }, broken_step[] = { { 2, "ALTER;", "ALTER;" } };
static const struct db_module grow_1 = MODULE(1, GROW_1, GROW_1, NULL), grow_2 = MODULE(2, "", "", second_step),
    grow_broken = MODULE(2, "", "", broken_step);

static void
versions(const struct db_config *cfg)
{
	const struct db_module *first[] = { &sample_sql, &grow_1, NULL }, *second[] = { &sample_sql, &grow_2, NULL },
	    *broken[] = { &sample_sql, &grow_broken, NULL };
	struct db *db = NULL;
	struct hb_err err = HB_ERR_INIT;
	ok(db_open(cfg, first, &db, &err) == HB_E_CONFLICT && !strcmp(err.key, "csdl.saiPhienBan"),
	    "a missing module is an older database: %s / %s", err.msg, err.hint);
	ok(db_migrate(cfg, first, NULL) == HB_OK && db_open(cfg, first, &db, NULL) == HB_OK, "migrate adds it");
	db_close(db);
	err = HB_ERR_INIT;
	ok(db_open(cfg, second, &db, &err) == HB_E_CONFLICT && !strcmp(err.key, "csdl.saiPhienBan"), "an older version is refused");
	ok(db_migrate(cfg, broken, NULL) != HB_OK && db_open(cfg, first, &db, NULL) == HB_OK, "a step that fails changes nothing");
	db_close(db);
	ok(db_migrate(cfg, second, NULL) == HB_OK && db_open(cfg, second, &db, NULL) == HB_OK, "migrate brings it forward");
	db_close(db);
	ok(db_migrate(cfg, second, NULL) == HB_OK, "migrating again changes nothing");
	err = HB_ERR_INIT;
	ok(db_open(cfg, first, &db, &err) == HB_E_CONFLICT && !strcmp(err.key, "csdl.saiPhienBan") && strstr(err.msg, "mới hơn"),
	    "a newer version is refused: %s", err.msg);
	ok(db_migrate(cfg, first, NULL) == HB_E_CONFLICT, "and there is no way back");
}

static void
serving(const struct db_config *cfg)
{
	struct db_config one = *cfg;
	struct db *first = NULL, *second = NULL;
	struct hb_err err = HB_ERR_INIT;
	one.serve = true;
	ok(db_open(&one, db_sample_modules, &first, &err) == HB_OK, "the serve lock is taken %s", err.log);
	ok(db_open(&one, db_sample_modules, &second, &err) == HB_E_CONFLICT && !strcmp(err.key, "csdl.dangPhucVu"), "once");
	db_close(first);
	ok(db_open(&one, db_sample_modules, &second, NULL) == HB_OK, "and free again after closing");
	db_close(second);
}

static void
db_suite(const struct db_config *cfg)
{
	struct db *db = NULL;
	struct hb_err err = HB_ERR_INIT;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	opening(cfg);
	if (!ok(db_open(cfg, db_sample_modules, &db, &err) == HB_OK, "opens: %s %s", err.msg, err.log))
		return;
	conflicts(db);
	values(db, &a);
	misuse(db, &a);
	transactions(db, &a);
	ok(db_check(db, &err) == HB_OK, "the database is sound");
	db_close(db);
	serving(cfg);
	versions(cfg);
}
#endif
