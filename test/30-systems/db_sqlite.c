/* lib/db on SQLite: the common suite, then what belongs to files: identity, crash, full disk, guard, backup. */
#include "tap.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db_suite.h"
#include "sample_sql.h"

static char folder[] = "/tmp/hocba-db-XXXXXX";
static char path[64];

/* SQLite writes through this one: a full disk at the push of a button. */
static bool disk_full;
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at);
ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	if (disk_full) {
		errno = ENOSPC;
		return -1;
	}
	return (ssize_t)syscall(SYS_pwrite64, fd, p, n, at);
}

static sqlite3 *
raw_open(void)
{
	sqlite3 *db = NULL;
	ok(sqlite3_open(path, &db) == SQLITE_OK, "a raw connection, as an administrator has it");
	return db;
}

static int64_t
raw_number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = NULL;
	int64_t n = -1;
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

static struct db *
open_sample(void)
{
	struct db_config cfg = { .system = "sample", .path = path };
	struct db *db = NULL;
	struct hb_err err = HB_ERR_INIT;
	if (!ok(db_open(&cfg, db_sample_modules, &db, &err) == HB_OK, "opens %s %s", err.msg, err.log))
		exit(tap_done());
	return db;
}

static void
insert_only(void)
{
	static const char *const tries[] = {
		"UPDATE event SET at = 0", "DELETE FROM event",
		"INSERT OR REPLACE INTO event (id, at) SELECT id, 0 FROM event",
		"UPDATE db_module SET version = 7",
	};
	sqlite3 *db = raw_open();
	sqlite3_exec(db, "PRAGMA recursive_triggers = ON", NULL, NULL, NULL);
	ok(raw_number(db, "SELECT count(*) FROM event") > 0, "there are rows to keep");
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		int rc = sqlite3_exec(db, tries[i], NULL, NULL, NULL);
		ok(rc == SQLITE_CONSTRAINT && strstr(sqlite3_errmsg(db), "insert-only") != NULL, "refused: %s", tries[i]);
	}
	sqlite3_close(db);
}

static void
file_shape(void)
{
	struct stat st;
	sqlite3 *db = raw_open();
	ok(stat(path, &st) == 0 && (st.st_mode & 077) == 0, "the file is for its owner only");
	ok(raw_number(db, "PRAGMA application_id") == ('H' << 24 | 'B' << 16 | 's' << 8 | 'e'), "the file says whose it is");
	sqlite3_exec(db, "PRAGMA application_id = 1", NULL, NULL, NULL);
	struct db_config cfg = { .system = "sample", .path = path };
	struct db *none = NULL;
	struct hb_err err = HB_ERR_INIT;
	ok(db_open(&cfg, db_sample_modules, &none, &err) == HB_E_CONFLICT && !strcmp(err.key, "csdl.khacHeThong"),
	    "another application id is refused: %s", err.msg);
	sqlite3_exec(db, "PRAGMA application_id = 1212314469", NULL, NULL, NULL);
	sqlite3_close(db);
	char text[64];
	snprintf(text, sizeof text, "%s/plain.db", folder);
	FILE *f = fopen(text, "w");
	fputs("this is no database, but long enough to be read as one\n", f);
	fclose(f);
	cfg.path = text;
	ok(db_open(&cfg, db_sample_modules, &none, NULL) == HB_E_CONFLICT, "a file of another kind is refused");
}

/* Statements that must stop the start, each as a module of its own. */
static void
guard(void)
{
	static const char *const bad[] = { "ATTACH 'x.db' AS x", "DROP TRIGGER event_keep_update", "DROP TABLE event",
		"CREATE TRIGGER t AFTER INSERT ON event BEGIN SELECT 1; END", "PRAGMA recursive_triggers = OFF",
		"SELECT absent FROM event", "ALTER TABLE event RENAME TO gone" };
	static const char *const none[] = { NULL };
	struct db_config cfg = { .system = "sample", .path = path };
	struct db_module made = { .name = "made", .version = 1, .sqlite = "", .tables = none, .insert_only = none, .refusals = none };
	const struct db_module *with[] = { &sample_sql, &made, NULL };
	ok(db_migrate(&cfg, with, NULL) == HB_OK, "a module without tables joins");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct db_stmt q = { .name = "bad", .module = &made, .writes = true, .sqlite = bad[i] };
		const struct db_stmt *list[] = { &q };
		struct db *db = NULL;
		struct hb_err err = HB_ERR_INIT;
		made.stmts = list;
		made.n_stmts = 1;
		ok(db_open(&cfg, with, &db, &err) == HB_E_INTERNAL, "stops the start: %s: %s", bad[i], err.log);
	}
}

/* -- crash and full disk --------------------------------------------------------------------------------- */

static enum hb_code
add_classes(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const char *prefix = ctx;
	for (int i = 0; i < 40; i++) {
		char name[32];
		struct hb_id id = hb_id_new();
		snprintf(name, sizeof name, "%s%d", prefix, i);
		enum hb_code rc = db_run(tx, &sample_class_put,
		    DB_ARGS(DB_ID(school), DB_ID(id.s), DB_TEXT(name), DB_NULL()), NULL, err);
		if (rc != HB_OK)
			return rc;
	}
	if (!strcmp(prefix, "killed"))
		kill(getpid(), SIGKILL);
	return HB_OK;
}

static int64_t
classes_named(const char *prefix)
{
	char sql[96];
	sqlite3 *db = NULL;
	snprintf(sql, sizeof sql, "SELECT count(*) FROM class WHERE name GLOB '%s*'", prefix);
	sqlite3_open(path, &db);
	int64_t n = raw_number(db, sql);
	sqlite3_close(db);
	return n;
}

static void
killed(const char *prefix, int64_t want, const char *what)
{
	pid_t child = fork();
	if (child == 0) {
		struct db_config cfg = { .system = "sample", .path = path };
		struct db *db = NULL;
		char text[16];
		snprintf(text, sizeof text, "%s", prefix);
		if (db_open(&cfg, db_sample_modules, &db, NULL) == HB_OK)
			(void)!db_write(db, add_classes, text, NULL);
		kill(getpid(), SIGKILL);                 /* without closing anything */
	}
	int status;
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status), "the writer is killed");
	db_close(open_sample());
	ok(classes_named(prefix) == want, "%s", what);
}

static void
full_disk(void)
{
	struct db *db = open_sample();
	struct hb_err err = HB_ERR_INIT;
	disk_full = true;
	enum hb_code rc = db_write(db, add_classes, "full", &err);
	disk_full = false;
	ok(rc == HB_E_INTERNAL && !strcmp(err.key, "csdl.diaDay") && strstr(err.msg, "đĩa đầy") != NULL, "a full disk: %s", err.msg);
	ok(db_write(db, add_classes, "space", NULL) == HB_OK, "and with space again the same connection goes on");
	ok(db_check(db, NULL) == HB_OK, "the database is sound");
	db_close(db);
	ok(classes_named("full") == 0 && classes_named("space") == 40, "nothing of the failed save is there");
}

/* -- backup ---------------------------------------------------------------------------------------------- */

static bool stop;

/* Pairs of rows in one transaction: a copy never has half a pair. */
static enum hb_code
add_pair(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	enum hb_code rc = HB_OK;
	for (int i = 0; i < 2 && rc == HB_OK; i++) {
		struct hb_id id = hb_id_new();
		rc = db_run(tx, &sample_event_put, DB_ARGS(DB_ID(id.s), DB_TIME(777), DB_NULL()), NULL, err);
	}
	return rc;
}

static void *
busy_writer(void *db)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		if (db_write(db, add_pair, NULL, NULL) != HB_OK)
			return "failed";
	return NULL;
}

static void
backups(void)
{
	struct db *db = open_sample();
	pthread_t writer;
	void *said;
	char original[64], copy[64];
	pthread_create(&writer, NULL, busy_writer, db);
	snprintf(original, sizeof original, "%s", path);
	for (int i = 0; i < 3; i++) {
		struct hb_err err = HB_ERR_INIT;
		usleep(20000);
		snprintf(copy, sizeof copy, "%s/copy%d.db", folder, i);
		ok(db_backup(db, copy, &err) == HB_OK, "a copy while others write %s", err.log);
	}
	ok(db_backup(db, copy, NULL) == HB_E_CONFLICT, "a copy overwrites nothing");
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(writer, &said);
	ok(said == NULL, "the writer went on all the time");
	db_close(db);
	snprintf(path, sizeof path, "%s", copy);
	db = open_sample();
	ok(db_check(db, NULL) == HB_OK, "the copy opens and is sound");
	db_close(db);
	sqlite3 *raw = raw_open();
	int64_t n = raw_number(raw, "SELECT count(*) FROM event WHERE at = 777");
	ok(n > 0 && n % 2 == 0, "and holds whole transactions: %lld rows", (long long)n);
	sqlite3_close(raw);
	snprintf(path, sizeof path, "%s", original);
}

int
main(void)
{
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/suite.db", folder);
	struct db_config cfg = { .system = "sample", .path = path };
	db_suite(&cfg);
	insert_only();
	snprintf(path, sizeof path, "%s/guard.db", folder);
	ok(db_init(&cfg, db_sample_modules, NULL) == HB_OK, "a fresh file");
	guard();
	snprintf(path, sizeof path, "%s/file.db", folder);
	ok(db_init(&cfg, db_sample_modules, NULL) == HB_OK, "another");
	file_shape();
	killed("killed", 0, "killed before the commit: the old state");
	killed("kept", 40, "killed after the commit: the new state");
	full_disk();
	backups();
	return tap_done();
}
