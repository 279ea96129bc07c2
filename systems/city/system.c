#include "city/system.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "city/city.h"
#include "city/city_api.h"
#include "city/city_sql.h"
#include "json/read.h"
#include "run/office.h"

enum { CAS_MAX = 64 };

/* -- new data --------------------------------------------------------------------------------------------- */

static enum hb_code
found_school(struct db_tx *tx, const json_t *o, struct hb_err *err)
{
	struct city_school s;
	enum hb_code rc = json_get_str(o, "code", &s.code, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "name", &s.name, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "member", &s.member, err);
	return rc == HB_OK ? city_school_set(tx, &s, "operator", err) : rc;
}

static enum hb_code
init(struct runtime *rt, struct hb_err *err)
{
	return office_found(rt, "schools", found_school, err);
}

/* -- running ---------------------------------------------------------------------------------------------- */

/* Certificates of every file of settings.cas; the list may be absent. */
static enum hb_code
load_cas(struct runtime *rt, struct city *c, struct hb_err *err)
{
	const json_t *files = json_object_get(rt->config->settings, "cas");
	struct pki_cert **all = HB_NEWN(rt->a, struct pki_cert *, CAS_MAX);
	enum hb_code rc = all == NULL ? hb_full(err) : HB_OK;
	for (size_t i = 0; rc == HB_OK && i < json_array_size(files); i++) {
		struct pki_cert **some;
		struct hb_bytes pem;
		size_t n = 0;
		const char *name = json_string_value(json_array_get(files, i));
		char *path = name == NULL ? NULL : run_config_file(rt->config, name, rt->a);
		rc = path == NULL ? hb_fail(err, HB_E_INPUT, "caiDat.sai", "settings.cas là danh sách tệp PEM")
		    : hb_file_read(path, HB_FILE_MAX, rt->a, &pem, err);
		if (rc == HB_OK)
			rc = pki_certs_of_pem(pem, rt->a, &some, &n, err);
		for (size_t k = 0; rc == HB_OK && k < n && c->n_cas < CAS_MAX; k++)
			all[c->n_cas++] = some[k];
	}
	c->cas = all;
	return rc;
}

static void free_trust(void *trust) { pki_trust_free(trust); }

static enum hb_code
open(struct runtime *rt, void **ret_context, struct hb_err *err)
{
	struct pki_trust *trust = pki_trust_new();
	struct city *c = HB_NEW(rt->a, struct city);
	if (trust != NULL)
		hb_arena_on_free(rt->a, free_trust, trust);
	if (c == NULL || trust == NULL)
		return hb_full(err);
	*c = (struct city){ .db = rt->db, .exchange = rt->exchange, .audit = rt->audit, .auth = rt->auth, .trust = trust,
		.verify = verify_file };
	enum hb_code rc = office_unit(rt, &c->unit, err);
	if (rc == HB_OK)
		rc = json_get_str(rt->config->settings, "province", &c->province, err);
	if (rc == HB_OK)
		rc = json_get_str(rt->config->settings, "ministry", &c->ministry, err);
	if (rc == HB_OK)
		rc = office_trust(rt, trust, err);
	if (rc == HB_OK)
		rc = load_cas(rt, c, err);
	if (rc != HB_OK)
		return rc;
	if (c->exchange != NULL)
		city_wire(c);
	*ret_context = c;
	return HB_OK;
}

static void
host(struct runtime *rt, struct api_system *h, struct auth_hooks *hooks)
{
	(void)rt, (void)hooks;                   /* every scope of these routes is `any`: the role decides */
	h->table = &city_api;
}

static enum hb_code
fsck(struct runtime *rt, int64_t *ret_n, struct hb_err *err)
{
	return city_fsck(rt->context, ret_n, err);
}

static const struct db_module *const modules[] = { &city_sql, NULL };
const struct hb_system city_system = {
	.name = "city", .title = "hệ thống quản lý dữ liệu học bạ số của Sở", .modules = modules, .keeps_accounts = true,
	.init = init, .open = open, .host = host, .fsck = fsck,
};
