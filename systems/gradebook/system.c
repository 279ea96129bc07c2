/* The gradebook as a program runs it.  Settings:
 *     {"schools": [{"id", "code", "name", "reports_from", "transcript"}],    written at start where they differ
 *      "pki": {"trust": [PEM…], "cas": [PEM…], "tsa_url", "ocsp_url"}}       anchors; CAs and TSA known to the operator */
#include <string.h>

#include "base/file.h"
#include "gradebook/gradebook.h"
#include "gradebook/gradebook_api.h"
#include "gradebook/gradebook_sql.h"
#include "json/read.h"
#include "run/system.h"

#define CAS_MAX 64

/* ---- Schools ---- */
static enum hb_code
read_school(const json_t *item, struct gradebook_school *ret_school, struct hb_err *err)
{
	enum hb_code code;
	struct gradebook_school s;
	if ((code = json_get_str(item, "id", &s.id, err)) != HB_OK || (code = json_get_str(item, "code", &s.code, err)) != HB_OK
	    || (code = json_get_str(item, "name", &s.name, err)) != HB_OK
	    || (code = json_get_str(item, "reports_from", &s.reports_from, err)) != HB_OK
	    || (code = json_get_str(item, "transcript", &s.transcript, err)) != HB_OK)
		return code;
	if (!hb_id_valid(s.id))
		return hb_fail(err, HB_E_INPUT, "so.truongLa", "mã nội bộ của trường %s không đúng dạng", s.code);
	*ret_school = s;
	return HB_OK;
}

static bool
same(const struct db_rows *r, const struct gradebook_school *s)
{
	return r->n == 1 && strcmp(db_text(r, 0, GRADEBOOK_SCHOOL_GET_CODE), s->code) == 0
	    && strcmp(db_text(r, 0, GRADEBOOK_SCHOOL_GET_NAME), s->name) == 0
	    && strcmp(db_text(r, 0, GRADEBOOK_SCHOOL_GET_REPORTS_FROM), s->reports_from) == 0
	    && strcmp(db_text(r, 0, GRADEBOOK_SCHOOL_GET_TRANSCRIPT), s->transcript) == 0;
}

static enum hb_code
set_schools(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const json_t *list = ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	enum hb_code code = HB_OK;
	for (size_t i = 0; i < json_array_size(list) && code == HB_OK; i++) {
		struct gradebook_school school;
		struct db_rows row;
		if ((code = read_school(json_array_get(list, i), &school, err)) != HB_OK
		    || (code = db_rows(tx, &gradebook_school_get, DB_ARGS(DB_ID(school.id)), &a, &row, err)) != HB_OK)
			return code;
		if (!same(&row, &school))
			code = gradebook_school_set(tx, &school, "operator", err);
	}
	return code;
}

/* ---- Whom we trust ---- */
struct pki_parts { struct pki_trust *trust; struct pki_net *net; struct pki_cert **cas; size_t n_cas; };

static enum hb_code
add_trust(struct runtime *rt, const json_t *list, struct pki_parts *p, struct hb_err *err)
{
	enum hb_code code = HB_OK;
	p->trust = pki_trust_new();
	if (p->trust == NULL)
		return hb_full(err);
	for (size_t i = 0; i < json_array_size(list) && code == HB_OK; i++) {
		const char *name = json_string_value(json_array_get(list, i));
		char *path = name == NULL ? NULL : run_config_file(rt->config, name, rt->a);
		code = path == NULL ? hb_full(err) : pki_trust_add_file(p->trust, path, err);
	}
	return code;
}

static enum hb_code
add_ca_file(struct runtime *rt, const char *name, struct pki_parts *p, struct hb_err *err)
{
	struct hb_bytes pem;
	struct pki_cert **certs;
	size_t n;
	char *path = name == NULL ? NULL : run_config_file(rt->config, name, rt->a);
	if (path == NULL)
		return hb_full(err);
	enum hb_code code;
	if ((code = hb_file_read(path, PKI_DER_MAX * CAS_MAX, rt->a, &pem, err)) != HB_OK
	    || (code = pki_certs_of_pem(pem, rt->a, &certs, &n, err)) != HB_OK)
		return code;
	for (size_t i = 0; i < n && p->n_cas < CAS_MAX; i++)
		p->cas[p->n_cas++] = certs[i];
	return HB_OK;
}

static enum hb_code
open_pki(struct runtime *rt, struct pki_parts *p, struct hb_err *err)
{
	const json_t *pki = json_object_get(rt->config->settings, "pki"), *cas = json_object_get(pki, "cas");
	enum hb_code code = add_trust(rt, json_object_get(pki, "trust"), p, err);
	p->cas = HB_NEWN(rt->a, struct pki_cert *, CAS_MAX);
	if (code == HB_OK && p->cas == NULL)
		return hb_full(err);
	for (size_t i = 0; i < json_array_size(cas) && code == HB_OK; i++)
		code = add_ca_file(rt, json_string_value(json_array_get(cas, i)), p, err);
	if (code != HB_OK)
		return code;
	p->net = pki_net_new(&(struct pki_net_config){ .tsa_url = json_opt_str(pki, "tsa_url"),
	    .ocsp_url = json_opt_str(pki, "ocsp_url") });
	return p->net == NULL ? hb_full(err) : HB_OK;
}

static void
close_pki(struct pki_parts *p)
{
	pki_net_free(p->net);
	pki_trust_free(p->trust);
	*p = (struct pki_parts){ 0 };
}

/* ---- The system ---- */
struct opened { struct gradebook g; struct pki_parts pki; };     /* g first: handlers see the gradebook */

static enum hb_code
system_open(struct runtime *rt, void **ret_context, struct hb_err *err)
{
	struct opened *o = HB_NEW(rt->a, struct opened);
	if (o == NULL)
		return hb_full(err);
	o->g = (struct gradebook){ .db = rt->db, .exchange = rt->exchange, .audit = rt->audit };
	enum hb_code code = open_pki(rt, &o->pki, err);
	if (code == HB_OK)
		code = db_write(rt->db, set_schools, json_object_get(rt->config->settings, "schools"), err);
	if (code != HB_OK) {
		close_pki(&o->pki);
		return code;
	}
	o->g.room = (struct signing_room){ .trust = o->pki.trust, .net = o->pki.net, .cas = o->pki.cas, .n_cas = o->pki.n_cas };
	gradebook_wire(&o->g);
	*ret_context = &o->g;
	return HB_OK;
}

static void
system_host(struct runtime *rt, struct api_system *host, struct auth_hooks *hooks)
{
	static const struct auth_scope_rule scopes[] = {
		{ SCOPE_CLASS_SUBJECT, ROLE__MAX, &gradebook_scope_subject_teacher },
		{ SCOPE_HOMEROOM_CLASS, ROLE__MAX, &gradebook_scope_homeroom },
	};
	(void)rt;
	host->table = &gradebook_api;
	hooks->scopes = scopes;
	hooks->n_scopes = sizeof scopes / sizeof scopes[0];
}

static void
system_close(struct runtime *rt)
{
	close_pki(&((struct opened *)rt->context)->pki);
}

static enum hb_code
system_fsck(struct runtime *rt, int64_t *ret_n, struct hb_err *err)
{
	return gradebook_fsck(rt->context, ret_n, err);
}

static const struct db_module *const modules[] = { &gradebook_sql, &signing_sql, NULL };
const struct hb_system gradebook_system = { .name = "gradebook", .title = "hệ thống theo dõi và đánh giá học sinh",
	.modules = modules, .open = system_open, .host = system_host, .close = system_close, .fsck = system_fsck };
