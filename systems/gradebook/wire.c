/* Schools, handlers and hooks. */
#include <stdio.h>

#include "gradebook/file.h"
#include "gradebook/gradebook_sql.h"

enum hb_code
gradebook_school_set(struct db_tx *tx, const struct gradebook_school *school, const char *actor, struct hb_err *err)
{
	char object[80];
	enum hb_code code = db_run(tx, &gradebook_school_put, DB_ARGS(DB_ID(school->id), DB_TEXT(school->code),
	    DB_TEXT(school->name), DB_TEXT(school->reports_from), DB_TEXT(school->transcript)), NULL, err);
	if (code != HB_OK)
		return code;
	snprintf(object, sizeof object, "school/%.40s", school->code);
	return audit_write(tx, &(struct audit_entry){ .school = school->id, .actor = actor, .action = "school.put",
	    .object = object }, err);
}

void
gradebook_wire(struct gradebook *g)
{
	g->host = gradebook_signing_host;
	g->host.context = g;
	g->room.db = g->db;
	g->room.host = &g->host;
	if (g->exchange == NULL)
		return;
	exchange_on(g->exchange, &gradebook_class_file, g);
	exchange_on(g->exchange, &gradebook_class_report, g);
	exchange_on_receipt(g->exchange, GRADEBOOK_FLOW_SEALED, GRADEBOOK_KIND_SEALED, gradebook_sealed_receipt, g);
}
