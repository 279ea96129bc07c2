#include "system.h"

int
sys_migrate(const struct hb_system *system, const struct sys_options *o)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct run_config config;
	struct hb_err err = HB_ERR_INIT;
	const struct db_module *const *modules;
	if (!sys_config(o, &a, &config))
		return HB_EXIT_USAGE;
	struct db_config cfg = { .system = system->name, .path = config.db_path, .conninfo = config.db_conninfo, .serve = true };
	if (runtime_modules(system, &a, &modules, &err) != HB_OK || db_migrate(&cfg, modules, &err) != HB_OK)
		return sys_failed(&err);
	return HB_EXIT_OK;
}
