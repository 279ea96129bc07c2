/* run/config.h - DATA/<system>/config.json, read strictly: an unknown member stops the start.
 *
 *     {"system": "school", "profile": "demo", "origin": "http://127.0.0.1:8080",
 *      "socket": "../run/school.sock", "database": {"path": "system.db"} or {"conninfo": "host=…"},
 *      "accounts": "../run/school.sock",           where sessions are asked; absent where accounts are kept
 *      "exchange": {"self": "school", "members": "../members.json", "authority": "HEX of the directory's key"},
 *      "clock": "../clock",                        demo only: the business clock
 *      "backup_key": "HEX", "log": "info",
 *      "settings": { … }}                          the system's own
 *
 * Relative paths are relative to the file's folder; read paths come out absolute.  Strings live in the arena. */
#ifndef RUN_CONFIG_H
#define RUN_CONFIG_H
#include <jansson.h>

#include "base/buf.h"
#include "base/log.h"

#define RUN_CONFIG_MAX ((size_t)1 << 20)

struct run_config {
	const char *system, *profile;        /* profile: demo school city ministry */
	const char *folder, *file;           /* DATA/<system>, and the file itself */
	const char *origin;                  /* scheme, host and port that browsers see */
	const char *socket;
	const char *db_path, *db_conninfo;   /* one of the two */
	const char *accounts;                /* socket of the account system, or NULL */
	const char *accounts_path;           /* "/api/school/v1/session" */
	const char *self, *members, *authority;   /* exchange; all NULL without one */
	const char *clock;                   /* or NULL */
	const char *backup_key;              /* hex of the public key backups are sealed to, or NULL */
	enum hb_log_level log;
	json_t     *settings;                /* object, never NULL */
};
enum hb_code run_config_read(const char *path, struct hb_arena *a, struct run_config *ret_config, struct hb_err *err);
bool run_config_is_demo(const struct run_config *config);
/* Path of a file in the system's folder. */
char *run_config_file(const struct run_config *config, const char *name, struct hb_arena *a);
#endif
