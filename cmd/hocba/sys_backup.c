#include <stdio.h>

#include "run/backup.h"
#include "system.h"

int
sys_backup(const struct hb_system *system, const struct sys_options *o)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct run_config config;
	struct runtime rt = { .system = system };
	struct hb_err err = HB_ERR_INIT;
	if (o->to == NULL) {
		fputs("hocba: cần --to TỆP\n", stderr);
		return HB_EXIT_USAGE;
	}
	if (!sys_config(o, &a, &config))
		return HB_EXIT_USAGE;
	if (runtime_open(system, &config, false, &a, &rt, &err) != HB_OK)
		return sys_failed(&err);
	enum hb_code c = backup_write(&rt, o->to, &err);
	runtime_close(&rt);
	return c == HB_OK ? HB_EXIT_OK : sys_failed(&err);
}
