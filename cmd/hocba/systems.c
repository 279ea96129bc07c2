/* Which systems this program can be: one row a system, sorted by name. */
#include "system.h"

const struct hb_system *const systems[] = {
	NULL,
};
