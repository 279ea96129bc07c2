#include "system.h"

int
sys_serve(const struct hb_system *system, const struct sys_options *o)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct run_config config;
	struct hb_err err = HB_ERR_INIT;
	if (!sys_config(o, &a, &config))
		return HB_EXIT_USAGE;
	return runtime_serve(system, &config, &err) == HB_OK ? HB_EXIT_OK : sys_failed(&err);
}
