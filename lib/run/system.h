/* run/system.h - what a system tells the program that runs it, and what it is given to run with.
 *
 * Each system has one `const struct hb_system NAME_system` (systems/NAME/system.c), one row of cmd/hocba/systems.c.
 * `hocba NAME init|serve|fsck|backup|restore|migrate` then do the same things in the same order for all of them:
 *
 *     serve: read config → fork the sandbox → clock → keys → db_open (serve lock) → audit → accounts or remote
 *            sessions → exchange → open() → host() → exchange worker → socket; SIGTERM: all of it backwards.
 *
 * Folders: DATA/NAME/{config.json,system.db,system.key,auth.key}, DATA/run/NAME.sock, DATA/members.json, DATA/clock.
 * Data made under the profile `demo` is served under that profile only, and the reverse (architecture §4): the
 * profile stands in the database too (module run). */
#ifndef RUN_SYSTEM_H
#define RUN_SYSTEM_H
#include "auth/hooks.h"
#include "base/sandbox.h"
#include "exchange/exchange.h"
#include "run/config.h"

/* Everything of one running system.  Members a system does not have are NULL. */
struct runtime {
	const struct hb_system  *system;
	const struct run_config *config;
	struct hb_arena         *a;          /* of the process */
	struct sandbox          *sandbox;    /* serve only */
	struct db               *db;
	struct audit            *audit;      /* serve only */
	struct auth             *auth;       /* when system->keeps_accounts */
	struct auth_remote      *remote;     /* otherwise, in serve */
	struct exchange         *exchange;   /* when config->self is set */
	void                    *context;    /* what open() made */
};

struct hb_system {
	const char *name, *title;                        /* "school", "phần mềm quản lý nhà trường" */
	/* The system's own modules, NULL-terminated.  run, replay, exchange and, with keeps_accounts, auth are added. */
	const struct db_module *const *modules;
	bool        keeps_accounts;
	sandbox_job *const *jobs;                        /* readers of hostile files, NULL-terminated; may be NULL */
	/* New data, after the database is made: founds units and first accounts from settings (config.json "settings").
	 * May be NULL. */
	enum hb_code (*init)(struct runtime *rt, struct hb_err *err);
	/* Makes the system's context and sets its exchange handlers.  Also before fsck. */
	enum hb_code (*open)(struct runtime *rt, void **ret_context, struct hb_err *err);
	/* Fills host->table and hooks->scopes; session, audit, replays, origin and context are set by the caller. */
	void (*host)(struct runtime *rt, struct api_system *host, struct auth_hooks *hooks);
	void (*close)(struct runtime *rt);               /* may be NULL */
	/* Beyond the database's and the log's own checks: what was looked at goes to ret_n.  May be NULL. */
	enum hb_code (*fsck)(struct runtime *rt, int64_t *ret_n, struct hb_err *err);
};

/* For commands that work on a stopped system, and for tests: no sandbox, no socket, and the audit thread with `serve` only.
 * ret_rt->sandbox is kept as the caller set it. */
enum hb_code runtime_open(const struct hb_system *system, const struct run_config *config, bool serve, struct hb_arena *a,
    struct runtime *ret_rt, struct hb_err *err);
void runtime_close(struct runtime *rt);
/* New data: folders, keys, database, then system->init(). */
enum hb_code runtime_init(const struct hb_system *system, const struct run_config *config, struct hb_arena *a,
    struct hb_err *err);
/* After a restore: one more life of the same data, so that neighbours can tell it from the one they spoke with. */
enum hb_code runtime_incarnate(const struct hb_system *system, const struct run_config *config, struct hb_arena *a,
    struct hb_err *err);
/* The modules of the system's database, ours included, NULL-terminated. */
enum hb_code runtime_modules(const struct hb_system *system, struct hb_arena *a, const struct db_module *const **ret_modules,
    struct hb_err *err);
/* Serve until SIGTERM or SIGINT. */
enum hb_code runtime_serve(const struct hb_system *system, const struct run_config *config, struct hb_err *err);
/* The front door of an opened runtime, for runtime_serve() and for tests in one process. */
void runtime_host(struct runtime *rt, struct api_system *ret_host, struct auth_hooks *ret_hooks);
#endif
