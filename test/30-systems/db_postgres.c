/* lib/db on PostgreSQL: the common suite, and every module of the build loads and prepares.
 * The server is started here, in a temporary folder, on a Unix socket only; as root it runs as user postgres. */
#include "tap.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db_suite.h"
#include "sample_sql.h"

#define BIN "/usr/lib/postgresql/15/bin/"
extern const struct db_module *const db_every_module[];

static char folder[] = "/tmp/hocba-pg-XXXXXX";
static char data[64], options[128], conninfo[160];

/* Runs argv, as postgres when we are root; its output goes to FOLDER/out. */
static bool
run(const char *const *argv)
{
	const char *as_postgres[24] = { "runuser", "-u", "postgres", "--" };
	int n = geteuid() == 0 ? 4 : 0;
	for (int i = 0; argv[i] != NULL && n < 23; i++)
		as_postgres[n++] = argv[i];
	pid_t child = fork();
	if (child == 0) {
		if (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL)
			_exit(126);
		setenv("LC_ALL", "C", 1);
		execvp(as_postgres[0], (char *const *)as_postgres);
		_exit(127);
	}
	int status = -1;
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
start_server(void)
{
	if (mkdtemp(folder) == NULL)
		return false;
	struct passwd *pw = geteuid() == 0 ? getpwnam("postgres") : NULL;
	if (pw != NULL && chown(folder, pw->pw_uid, pw->pw_gid) != 0)
		return false;
	snprintf(data, sizeof data, "%s/data", folder);
	snprintf(options, sizeof options, "-k %s -c listen_addresses='' -c fsync=off -c max_connections=40", folder);
	snprintf(conninfo, sizeof conninfo, "host=%s user=postgres dbname=postgres", folder);
	return run((const char *const[]){ BIN "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
	        "--no-sync", NULL })
	    && run((const char *const[]){ BIN "pg_ctl", "-D", data, "-o", options, "-w", "-t", "60", "start", NULL });
}

static void
stop_server(void)
{
	run((const char *const[]){ BIN "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop", NULL });
	run((const char *const[]){ "rm", "-rf", folder, NULL });
	rmdir(folder);
}

static bool
sql(const char *dbname, const char *text, char *ret_state, size_t size)
{
	char where[200];
	snprintf(where, sizeof where, "host=%s user=postgres dbname=%s", folder, dbname);
	PGconn *c = PQconnectdb(where);
	PGresult *r = PQexec(c, text);
	bool good = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
	const char *state = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	if (ret_state != NULL)
		snprintf(ret_state, size, "%s", state != NULL ? state : "");
	PQclear(r);
	PQfinish(c);
	return good;
}

static void
place(const char *dbname)
{
	char text[80];
	snprintf(text, sizeof text, "CREATE DATABASE %s", dbname);
	ok(sql("postgres", text, NULL, 0), "database %s", dbname);
	snprintf(conninfo, sizeof conninfo, "host=%s user=postgres dbname=%s", folder, dbname);
}

static void
insert_only(void)
{
	static const char *const tries[] = { "UPDATE event SET at = 0", "DELETE FROM event", "TRUNCATE event" };
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		char said[200];
		ok(!sql("suite", tries[i], said, sizeof said) && strstr(said, "insert-only") != NULL, "refused: %s: %s", tries[i], said);
	}
}

/* The service role can do nothing to signed facts, whatever SQL reaches the server. */
static void
grants(void)
{
	static const struct { const char *try; bool may; } t[] = {
		{ "SET ROLE clerk; INSERT INTO counter (name) VALUES ('x')", true },
		{ "SET ROLE clerk; UPDATE counter SET n = 2", true },
		{ "SET ROLE clerk; SELECT * FROM event", true },
		{ "SET ROLE clerk; DELETE FROM event", false },
		{ "SET ROLE clerk; DROP TABLE event", false },
		{ "SET ROLE clerk; ALTER TABLE event DISABLE TRIGGER ALL", false },
		{ "SET ROLE clerk; TRUNCATE counter", false },
	};
	struct db_config cfg = { .system = "sample", .conninfo = conninfo, .service_role = "clerk" };
	struct hb_err err = HB_ERR_INIT;
	place("grants");
	ok(sql("grants", "CREATE ROLE clerk", NULL, 0), "a service role");
	ok(db_init(&cfg, db_sample_modules, &err) == HB_OK, "init grants to it %s", err.log);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		ok(sql("grants", t[i].try, NULL, 0) == t[i].may, "%s: %s", t[i].try, t[i].may ? "may" : "may not");
}

static void
every_module(void)
{
	for (size_t i = 0; db_every_module[i] != NULL; i++) {
		const struct db_module *m = db_every_module[i], *list[] = { m, NULL };
		struct db_config cfg = { .system = "sample", .conninfo = conninfo, .readers = 1 };
		struct hb_err err = HB_ERR_INIT;
		struct db *db = NULL;
		char name[64];
		if (strcmp(m->name, "db") == 0)
			list[0] = NULL;                  /* every database has it */
		snprintf(name, sizeof name, "every_%s", m->name);
		place(name);
		ok(db_init(&cfg, list, &err) == HB_OK && db_open(&cfg, list, &db, &err) == HB_OK,
		    "module %s: tables and all %u statements: %s %s", m->name, m->n_stmts, err.msg, err.log);
		db_close(db);
	}
}

int
main(void)
{
	if (!ok(start_server(), "a PostgreSQL of our own starts")) {
		stop_server();
		return tap_done();
	}
	struct db_config cfg = { .system = "sample", .conninfo = conninfo };
	place("suite");
	db_suite(&cfg);
	insert_only();
	grants();
	every_module();
	stop_server();
	return tap_done();
}
