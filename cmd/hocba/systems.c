/* Which systems this program can be: one row a system, sorted by name. */
#include "system.h"

#include "city/system.h"
#include "gradebook/gradebook.h"
#include "ministry/system.h"
#include "school/system.h"
#include "sector/sector.h"
#include "transcript/system.h"

const struct hb_system *const systems[] = {
	&city_system,
	&gradebook_system,
	&ministry_system,
	&school_system,
	&sector_system,
	&transcript_system,
	NULL,
};
