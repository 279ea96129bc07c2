/* Audit rows of lib/auth: who did what to which account; never a name, a password or a code. */
#include <stdio.h>

#include "auth/auth_int.h"
#include "db/audit.h"

enum hb_code
note(struct db_tx *tx, const char *unit, const char *actor, const char *action, const char *account, const char *request,
    const char *payload, struct hb_err *err)
{
	char object[64];
	snprintf(object, sizeof object, "account/%s", account != NULL ? account : "unknown");
	struct audit_entry e = { .school = unit, .actor = actor != NULL ? actor : "unknown", .action = action,
		.object = object, .request = request, .payload = payload };
	return audit_write(tx, &e, err);
}

enum hb_code
denied(struct hb_err *err, const char *what)
{
	hb_fail(err, HB_E_DENIED, "quyen.khongDu", "tài khoản này không được %s", what);
	hb_clause(err, "D4.2c6");
	return HB_E_DENIED;
}
