/* Routes of the signing room: certificates, batches, and completing what lacks evidence. */
#include <string.h>

#include "gradebook/file.h"
#include "gradebook/gradebook_api.h"
#include "gradebook/gradebook_sql.h"
#include "json/read.h"

/* ---- Certificates ---- */
enum hb_code
gradebook_certificate_register(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct hb_bytes der;
	struct hb_id id;
	enum hb_code code;
	if ((code = json_get_base64(r->body, "certificate", r->a, &der, err)) != HB_OK
	    || (code = signing_register(&g->room, r->who, r->who->school.s, json_opt_str(r->body, "owner"), der, r->a, &id, err))
	        != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", id.s);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
gradebook_certificate_withdraw(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	return signing_withdraw(&g->room, r->who, r->who->school.s, api_param(r, "certificate"),
	    json_opt_str(r->body, "reason"), err);
}

enum hb_code
gradebook_certificates_list(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct signing_cert *certs;
	size_t n;
	enum hb_code code = signing_certs(&g->room, r->who->school.s, NULL, r->a, &certs, &n, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++) {
		const struct signing_cert *c = &certs[i];
		jw_object(&w, NULL);
		jw_str(&w, "id", c->id.s);
		jw_str(&w, "owner", c->owner.s);
		jw_str(&w, "kind", c->cert->kind == PKI_KIND_UNIT ? "unit" : "personal");
		jw_str(&w, "name", c->cert->name);
		jw_str(&w, "issuer", c->cert->issuer_name);
		jw_str(&w, "serial", c->cert->serial);
		jw_time(&w, "not_before", c->cert->not_before);
		jw_time(&w, "not_after", c->cert->not_after);
		jw_time(&w, "registered", c->registered);
		if (c->withdrawn == 0)
			jw_null(&w, "withdrawn");
		else
			jw_time(&w, "withdrawn", c->withdrawn);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- Batches ---- */
enum hb_code
gradebook_batch_prepare(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct jw w = api_json(r);
	enum hb_code code = signing_prepare(&g->room, r->who, r->body, r->a, &w, err);
	return code == HB_OK ? api_json_end(r, &w, err) : code;
}

enum hb_code
gradebook_batch_complete(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	const char *batch = json_opt_str(r->body, "batch");
	if (batch == NULL || strcmp(batch, api_param(r, "batch")) != 0)
		return hb_fail(err, HB_E_INPUT, "so.saiLuotKi", "giá trị chữ kí là của lượt kí khác");
	struct jw w = api_json(r);
	enum hb_code code = signing_complete(&g->room, r->who, r->body, r->a, &w, err);
	return code == HB_OK ? api_json_end(r, &w, err) : code;
}

enum hb_code
gradebook_batch_read(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct jw w = api_json(r);
	enum hb_code code = signing_status(&g->room, r->who, api_param(r, "batch"), r->a, &w, err);
	return code == HB_OK ? api_json_end(r, &w, err) : code;
}

/* ---- Sealed files that wait for evidence ---- */
struct pending { struct api_req *r; struct db_rows files; };

static enum hb_code
pending_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct pending *p = ctx;
	return db_rows(tx, &gradebook_seal_pending, DB_ARGS(DB_ID(p->r->who->school.s)), p->r->a, &p->files, err);
}

/* A silent service is no failure of the request: the file goes on waiting and is counted so. */
enum hb_code
gradebook_evidence_complete(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct pending p = { .r = r };
	int64_t completed = 0;
	enum hb_code code = db_read(g->db, pending_fn, &p, err);
	if (code != HB_OK)
		return code;
	for (size_t i = 0; i < p.files.n; i++) {
		char document[GB_DOCUMENT_LEN];
		bool changed = false;
		gb_document(r->who->school.s, db_id(&p.files, i, GRADEBOOK_SEAL_PENDING_ID).s, document);
		if ((code = signing_finish(&g->room, document, SIGNING_XML, true, &changed, err)) == HB_OK)
			completed++;
		else if (code != HB_E_UPSTREAM)
			return code;
		else
			*err = HB_ERR_INIT;
	}
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "waiting", (int64_t)p.files.n - completed);
	jw_int(&w, "completed", completed);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
