#include "ministry/system.h"

#include <stdio.h>
#include <string.h>

#include "ministry/ministry.h"
#include "ministry/ministry_api.h"
#include "ministry/ministry_sql.h"
#include "json/read.h"
#include "run/office.h"

/* -- new data --------------------------------------------------------------------------------------------- */

static enum hb_code
found_city(struct db_tx *tx, const json_t *o, struct hb_err *err)
{
	const char *member, *name;
	enum hb_code rc = json_get_str(o, "member", &member, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "name", &name, err);
	return rc == HB_OK ? ministry_city_set(tx, member, name, "operator", err) : rc;
}

static enum hb_code
init(struct runtime *rt, struct hb_err *err)
{
	return office_found(rt, "cities", found_city, err);
}

/* -- running ---------------------------------------------------------------------------------------------- */

static void free_trust(void *trust) { pki_trust_free(trust); }

static enum hb_code
open(struct runtime *rt, void **ret_context, struct hb_err *err)
{
	struct pki_trust *trust = pki_trust_new();
	struct ministry *m = HB_NEW(rt->a, struct ministry);
	if (trust != NULL)
		hb_arena_on_free(rt->a, free_trust, trust);
	if (m == NULL || trust == NULL)
		return hb_full(err);
	*m = (struct ministry){ .db = rt->db, .exchange = rt->exchange, .audit = rt->audit, .auth = rt->auth, .trust = trust,
		.verify = verify_file };
	enum hb_code rc = office_unit(rt, &m->unit, err);
	if (rc == HB_OK)
		rc = office_trust(rt, trust, err);
	if (rc != HB_OK)
		return rc;
	if (m->exchange != NULL)
		ministry_wire(m);
	*ret_context = m;
	return HB_OK;
}

static void
host(struct runtime *rt, struct api_system *h, struct auth_hooks *hooks)
{
	(void)rt, (void)hooks;                   /* every scope of these routes is `any`: the role decides */
	h->table = &ministry_api;
}

static enum hb_code
fsck(struct runtime *rt, int64_t *ret_n, struct hb_err *err)
{
	return ministry_fsck(rt->context, ret_n, err);
}

static const struct db_module *const modules[] = { &ministry_sql, NULL };
const struct hb_system ministry_system = {
	.name = "ministry", .title = "hệ thống quản lý dữ liệu học bạ số của Bộ", .modules = modules, .keeps_accounts = true,
	.init = init, .open = open, .host = host, .fsck = fsck,
};
