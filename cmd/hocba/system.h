/* system.h - `hocba SYSTEM VERB …`: the same verbs for every system, one file a verb.
 *
 * A verb gets the system and its options, opens at most that system's database, and returns an exit status. */
#ifndef CMD_SYSTEM_H
#define CMD_SYSTEM_H
#include "cmd.h"
#include "run/system.h"

struct sys_options {
	const char *config;              /* --config FILE, or DATA/<system>/config.json from --data DIR */
	const char *data;                /* --data DIR */
	const char *profile, *origin;    /* init */
	const char *settings;            /* init: JSON file for config.json's "settings" */
	const char *to, *from, *key;     /* backup --to; restore --from --key */
	bool        json;
};
struct sys_verb { const char *name; int (*run)(const struct hb_system *, const struct sys_options *); const char *help; };

/* NULL-terminated, sorted by name. */
extern const struct hb_system *const systems[];
int cmd_system(int argc, char **argv);       /* argv[0]: the system's name */

int sys_backup(const struct hb_system *system, const struct sys_options *o);
int sys_fsck(const struct hb_system *system, const struct sys_options *o);
int sys_init(const struct hb_system *system, const struct sys_options *o);
int sys_migrate(const struct hb_system *system, const struct sys_options *o);
int sys_restore(const struct hb_system *system, const struct sys_options *o);
int sys_serve(const struct hb_system *system, const struct sys_options *o);

/* Says a failure on stderr and gives its exit status. */
int sys_failed(const struct hb_err *err);
/* Reads the configuration of the options; says why not. */
bool sys_config(const struct sys_options *o, struct hb_arena *a, struct run_config *ret_config);
#endif
