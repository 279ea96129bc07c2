/* transcript/system.c - the transcript system as the program runs it.
 *
 * settings of config.json:
 *   {"city":"city","gradebook":"gradebook","portal":"https://hocba.sgd.vn/tra-cuu/",
 *    "pki":{"trust":["../pki/root.pem"],"cas":["../pki/government.pem",…],"tsa_url":"http://…","ocsp_url":"http://…"},
 *    "schools":[{"id","code","name","superior","so_code","teachers_sign","signs_from"}]}
 * A school that is not there yet is added at every start; id is the account system's id of the school. */
#include <string.h>

#include "base/file.h"
#include "form/form.h"
#include "json/read.h"
#include "transcript/system.h"
#include "transcript/transcript.h"
#include "transcript/transcript_api.h"
#include "transcript/transcript_sql.h"

#define PEM_MAX ((size_t)1 << 20)

static const struct db_module *const modules[] = { &transcript_sql, &signing_sql, NULL };

static enum hb_code
read_school(const json_t *one, struct transcript_school *ret_school, struct hb_err *err)
{
	struct transcript_school s = { .teachers_sign = json_is_true(json_object_get(one, "teachers_sign")) };
	const struct { const char *name, **into; } texts[] = { { "id", &s.id }, { "code", &s.code }, { "name", &s.name },
		{ "superior", &s.superior }, { "so_code", &s.so_code }, { "signs_from", &s.signs_from } };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		enum hb_code rc = json_get_str(one, texts[i].name, texts[i].into, err);
		if (rc != HB_OK)
			return rc;
	}
	if (!hb_id_valid(s.id))
		return hb_fail(err, HB_E_INPUT, "hocBa.saiCauHinh", "mã nội bộ của trường %.40s sai", s.code);
	*ret_school = s;
	return HB_OK;
}

static enum hb_code
is_there(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	HB_SCOPED_ARENA          a;
	struct transcript_school found;
	hb_arena_init(&a, 1 << 16);
	return transcript_school_get(tx, ctx, NULL, &a, &found, err);
}

static enum hb_code
add_schools(struct runtime *rt, struct transcript *t, struct hb_err *err)
{
	size_t       i;
	json_t      *one;
	enum hb_code rc = HB_OK;
	json_array_foreach(json_object_get(rt->config->settings, "schools"), i, one) {
		struct transcript_school s;
		if (rc == HB_OK)
			rc = read_school(one, &s, err);
		if (rc == HB_OK && db_read(t->db, is_there, (void *)s.id, NULL) == HB_E_NOTFOUND)
			rc = transcript_school_put(t, &s, err);
	}
	return rc;
}

/* ---- keys of others ---- */

static const json_t *
pki_settings(const struct runtime *rt)
{
	return json_object_get(rt->config->settings, "pki");
}

static enum hb_code
read_pem(struct runtime *rt, const json_t *name, struct hb_bytes *ret_pem, struct hb_err *err)
{
	const char *path = json_string_value(name);
	if (path == NULL)
		return hb_fail(err, HB_E_INPUT, "hocBa.saiCauHinh", "cấu hình: tên tệp chứng thư số sai");
	if (path[0] != '/')
		path = run_config_file(rt->config, path, rt->a);
	return path == NULL ? hb_full(err) : hb_file_read(path, PEM_MAX, rt->a, ret_pem, err);
}

static void
free_trust(void *trust)
{
	pki_trust_free(trust);
}

static enum hb_code
open_trust(struct runtime *rt, struct transcript *t, struct hb_err *err)
{
	struct pki_trust *trust = pki_trust_new();
	size_t            i;
	json_t           *one;
	struct hb_bytes   pem = { 0 };
	enum hb_code      rc = HB_OK;
	if (trust == NULL)
		return hb_full(err);
	hb_arena_on_free(rt->a, free_trust, trust);
	json_array_foreach(json_object_get(pki_settings(rt), "trust"), i, one) {
		if (rc == HB_OK)
			rc = read_pem(rt, one, &pem, err);
		if (rc == HB_OK)
			rc = pki_trust_add_pem(trust, pem, err);
	}
	t->trust = trust;
	t->room.trust = trust;
	return rc;
}

static enum hb_code
add_cas(struct runtime *rt, struct pki_cert **list, size_t *n, size_t max, struct hb_bytes pem, struct hb_err *err)
{
	struct pki_cert **some = NULL;
	size_t            some_n = 0;
	enum hb_code      rc = pki_certs_of_pem(pem, rt->a, &some, &some_n, err);
	for (size_t k = 0; rc == HB_OK && k < some_n && *n < max; k++)
		list[(*n)++] = some[k];
	return rc;
}

static enum hb_code
open_cas(struct runtime *rt, struct transcript *t, struct hb_err *err)
{
	enum { CAS_MAX = 64 };
	struct pki_cert **list = HB_NEWN(rt->a, struct pki_cert *, CAS_MAX);
	size_t            i;
	json_t           *one;
	struct hb_bytes   pem = { 0 };
	enum hb_code      rc = list == NULL ? hb_full(err) : HB_OK;
	json_array_foreach(json_object_get(pki_settings(rt), "cas"), i, one) {
		if (rc == HB_OK)
			rc = read_pem(rt, one, &pem, err);
		if (rc == HB_OK)
			rc = add_cas(rt, list, &t->room.n_cas, CAS_MAX, pem, err);
	}
	t->room.cas = list;
	return rc;
}

static void
free_net(void *net)
{
	pki_net_free(net);
}

static enum hb_code
open_net(struct runtime *rt, struct transcript *t, struct hb_err *err)
{
	struct pki_net_config c = { .tsa_url = json_opt_str(pki_settings(rt), "tsa_url"),
		.ocsp_url = json_opt_str(pki_settings(rt), "ocsp_url") };
	t->room.net = pki_net_new(&c);
	if (t->room.net == NULL)
		return hb_full(err);
	hb_arena_on_free(rt->a, free_net, t->room.net);
	return HB_OK;
}

static enum hb_code
open_context(struct runtime *rt, void **ret_context, struct hb_err *err)
{
	const json_t      *s = rt->config->settings;
	struct transcript *t = HB_NEW(rt->a, struct transcript);
	struct signing_host *host = HB_NEW(rt->a, struct signing_host);
	if (t == NULL || host == NULL)
		return hb_full(err);
	*t = (struct transcript){ .db = rt->db, .exchange = rt->exchange, .audit = rt->audit, .city = json_opt_str(s, "city"),
		.gradebook = json_opt_str(s, "gradebook"), .portal = json_opt_str(s, "portal") };
	if (t->city == NULL || t->gradebook == NULL || t->portal == NULL)
		return hb_fail(err, HB_E_INPUT, "hocBa.saiCauHinh", "cấu hình thiếu city, gradebook hoặc portal");
	*host = transcript_host;
	host->context = t;
	t->room.db = rt->db;
	t->room.host = host;
	enum hb_code rc = form_fonts_check(err);
	if (rc == HB_OK)
		rc = add_schools(rt, t, err);
	if (rc == HB_OK)
		rc = open_trust(rt, t, err);
	if (rc == HB_OK)
		rc = open_cas(rt, t, err);
	if (rc == HB_OK)
		rc = open_net(rt, t, err);
	if (rc != HB_OK)
		return rc;
	if (t->exchange != NULL)
		transcript_connect(t);
	*ret_context = t;
	return HB_OK;
}

static void
host(struct runtime *rt, struct api_system *api, struct auth_hooks *hooks)
{
	static const struct auth_scope_rule scopes[] = {
		{ SCOPE_HOMEROOM_CLASS, ROLE_HOMEROOM, &transcript_homeroom_scope },
		{ SCOPE_CLASS_SUBJECT, ROLE_SUBJECT_TEACHER, &transcript_teacher_scope } };
	(void)rt;
	api->table = &transcript_api;
	hooks->scopes = scopes;
	hooks->n_scopes = sizeof scopes / sizeof *scopes;
}

static void
log_fault(void *ctx, const char *document, const char *text)
{
	(void)ctx;
	(void)text;          /* may name a pupil */
	hb_log(HB_LOG_ERROR, "transcript.fsck", "\"document\":\"%s\"", document);
}

static enum hb_code
fsck(struct runtime *rt, int64_t *ret_n, struct hb_err *err)
{
	struct transcript_fsck sum = { 0 };
	enum hb_code           rc = transcript_fsck(rt->context, log_fault, NULL, &sum, err);
	if (rc != HB_OK)
		return rc;
	*ret_n = (int64_t)sum.documents;
	if (sum.faults > 0)
		return hb_fail(err, HB_E_CONFLICT, "hocBa.khoSai", "%zu trong %zu học bạ không khớp với sổ hoặc chữ kí", sum.faults,
		    sum.documents);
	return HB_OK;
}

const struct hb_system transcript_system = { .name = "transcript", .title = "phần mềm quản lý học bạ số", .modules = modules,
	.open = open_context, .host = host, .fsck = fsck };
