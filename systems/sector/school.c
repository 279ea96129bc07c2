/* Schools that may report, and the wiring of the system. */
#include "sector/report.h"
#include "sector/sector_sql.h"

#include <stdio.h>

enum hb_code
sector_school_set(struct db_tx *tx, const struct sector_school *school, const char *actor, struct hb_err *err)
{
	char object[80];
	struct hb_id id = hb_id_new();
	enum hb_code code = db_run(tx, &sector_school_put, DB_ARGS(DB_ID(id.s), DB_TEXT(school->code), DB_TEXT(school->name),
	    DB_TEXT(school->commune), DB_TEXT(school->member), DB_TEXT(school->gradebook)), NULL, err);
	if (code != HB_OK)
		return code;
	snprintf(object, sizeof object, "school/%.40s", school->code);
	return audit_write(tx, &(struct audit_entry){ .actor = actor, .action = "school.put", .object = object }, err);
}

void
sector_wire(struct sector *s)
{
	exchange_on(s->exchange, &sector_class_report, s);
	exchange_on_receipt(s->exchange, SECTOR_FLOW_FILE, SECTOR_KIND_FILE, sector_class_file_receipt, s);
}
