/* hocba SYSTEM restore: into an empty folder, then the whole of fsck before anyone may rely on it. */
#include <stdio.h>

#include "run/backup.h"
#include "system.h"

int
sys_restore(const struct hb_system *system, const struct sys_options *o)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct hb_err err = HB_ERR_INIT;
	char *folder = o->data != NULL ? hb_printf(&a, "%s/%s", o->data, system->name) : NULL;
	if (o->from == NULL || o->key == NULL || folder == NULL) {
		fputs("hocba: cần --data THƯ-MỤC --from TỆP --key TỆP\n", stderr);
		return HB_EXIT_USAGE;
	}
	if (backup_restore(o->from, o->key, folder, &err) != HB_OK)
		return sys_failed(&err);
	struct run_config config;
	if (!sys_config(o, &a, &config))
		return HB_EXIT_USAGE;
	if (runtime_incarnate(system, &config, &a, &err) != HB_OK)
		return sys_failed(&err);
	return sys_fsck(system, o);
}
