/* Which systems this program can be: one row a system, sorted by name. */
#include "system.h"

#include "gradebook/gradebook.h"
#include "sector/sector.h"

const struct hb_system *const systems[] = {
	&gradebook_system,
	&sector_system,
	NULL,
};
