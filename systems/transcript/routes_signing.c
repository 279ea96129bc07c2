/* transcript/routes_signing.c - certificates, images, and the signing room. */
#include <string.h>

#include "json/read.h"
#include "transcript/routes.h"
#include "transcript/transcript_sql.h"

/* ---- certificates ---- */

enum hb_code
transcript_certificates_list(struct api_req *r, struct hb_err *err)
{
	struct transcript   *t = r->system;
	struct signing_cert *certs = NULL;
	size_t               n = 0;
	enum hb_code         rc = signing_certs(&t->room, transcript_school_of(r), NULL, r->a, &certs, &n, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "id", certs[i].id.s);
		jw_str(&w, "owner", certs[i].owner.s);
		jw_str(&w, "kind", certs[i].cert->kind == PKI_KIND_UNIT ? "unit" : "personal");
		jw_str(&w, "name", certs[i].cert->name);
		jw_str(&w, "issuer", certs[i].cert->issuer_name);
		jw_str(&w, "serial", certs[i].cert->serial);
		jw_time(&w, "not_before", certs[i].cert->not_before);
		jw_time(&w, "not_after", certs[i].cert->not_after);
		jw_time(&w, "registered", certs[i].registered);
		if (certs[i].withdrawn == 0)
			jw_null(&w, "withdrawn");
		else
			jw_time(&w, "withdrawn", certs[i].withdrawn);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* One's own; the unit's by clerk or head; another person's by the head. */
static enum hb_code
owner_of(const struct api_req *r, const char **ret_owner, struct hb_err *err)
{
	const char *owner = json_opt_str(r->body, "owner");
	bool        head = (r->who->roles & ROLE_BIT(ROLE_HEAD)) != 0, clerk = (r->who->roles & ROLE_BIT(ROLE_CLERK)) != 0;
	bool        unit = json_is_true(json_object_get(r->body, "unit")) || (owner != NULL && strcmp(owner, transcript_school_of(r)) == 0);
	if (unit && !head && !clerk)
		return hb_fail(err, HB_E_DENIED, "hocBa.chungThuDonVi", "chỉ văn thư hoặc lãnh đạo đăng kí chứng thư số của đơn vị");
	if (!unit && owner != NULL && !head && strcmp(owner, r->who->person.s) != 0)
		return hb_fail(err, HB_E_DENIED, "hocBa.chungThuNguoiKhac", "chỉ lãnh đạo đăng kí thay người khác");
	*ret_owner = unit ? transcript_school_of(r) : owner == NULL ? r->who->person.s : owner;
	return HB_OK;
}

enum hb_code
transcript_certificate_register(struct api_req *r, struct hb_err *err)
{
	struct transcript *t = r->system;
	struct hb_bytes    der = { 0 };
	struct hb_id       id = { 0 };
	const char        *owner = NULL;
	enum hb_code       rc = owner_of(r, &owner, err);
	if (rc == HB_OK)
		rc = json_get_base64(r->body, "certificate", r->a, &der, err);
	if (rc == HB_OK)
		rc = signing_register(&t->room, r->who, transcript_school_of(r), owner, der, r->a, &id, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", id.s);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
transcript_certificate_withdraw(struct api_req *r, struct hb_err *err)
{
	struct transcript *t = r->system;
	return signing_withdraw(&t->room, r->who, transcript_school_of(r), api_param(r, "certificate"),
	    json_string_value(json_object_get(r->body, "reason")), err);
}

/* ---- images and officers ---- */

static enum hb_code
write_image(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct api_req    *r = ctx;
	struct audit_entry e = { .school = transcript_school_of(r), .actor = r->who->account.s, .action = "image.put",
		.object = r->who->person.s, .request = r->request_id };
	enum hb_code rc = db_run(tx, &transcript_image_put, DB_ARGS(DB_ID(transcript_school_of(r)), DB_ID(r->who->person.s), DB_BYTES(r->raw),
	    DB_TIME(hb_now())), NULL, err);
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}

enum hb_code
transcript_image_write(struct api_req *r, struct hb_err *err)
{
	struct transcript *t = r->system;
	if (r->raw.n > TRANSCRIPT_IMAGE_MAX || r->raw.n < 8 || memcmp(r->raw.p, "\x89PNG\r\n\x1a\n", 8) != 0)
		return hb_fail(err, HB_E_INPUT, "pdf.hinhKy", "hình chữ ký phải là tệp PNG dưới %zu KB", TRANSCRIPT_IMAGE_MAX >> 10);
	return db_write(t->db, write_image, r, err);
}

static enum hb_code
write_officer(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct api_req    *r = ctx;
	const char        *role = api_param(r, "role");
	struct audit_entry e = { .school = transcript_school_of(r), .actor = r->who->account.s, .action = "officer.put", .object = role,
		.request = r->request_id };
#define TEXT(name) DB_TEXT(json_string_value(json_object_get(r->body, name)))
	enum hb_code rc = db_run(tx, &transcript_officer_put, DB_ARGS(DB_ID(transcript_school_of(r)), DB_TEXT(role),
	    DB_ID(json_string_value(json_object_get(r->body, "person"))), TEXT("personal_id"), TEXT("name"), TEXT("position"),
	    TEXT("decision_number"), TEXT("decision_date"), TEXT("from"), TEXT("to")), NULL, err);
#undef TEXT
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}

enum hb_code
transcript_officer_write(struct api_req *r, struct hb_err *err)
{
	struct transcript *t = r->system;
	return db_write(t->db, write_officer, r, err);
}

/* ---- the room ---- */

enum hb_code
transcript_batch_prepare(struct api_req *r, struct hb_err *err)
{
	struct transcript *t = r->system;
	struct jw          w = api_json(r);
	enum hb_code       rc = signing_prepare(&t->room, r->who, r->body, r->a, &w, err);
	return rc == HB_OK ? api_json_end(r, &w, err) : rc;
}

struct complete_list { const char *school; struct hb_arena *a; struct db_rows rows; };

static enum hb_code
list_complete(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct complete_list *l = ctx;
	return db_rows(tx, &transcript_documents_signed, DB_ARGS(DB_ID(l->school)), l->a, &l->rows, err);
}

/* What is complete is issued; what cannot be issued now (a silent service) stays SIGNED and is tried again, the
 * signatures are safe either way. */
static enum hb_code
issue_complete(struct api_req *r, int64_t *ret_issued, int64_t *ret_waiting, struct hb_err *err)
{
	struct transcript      *t = r->system;
	struct transcript_actor by = transcript_actor(r);
	struct complete_list    l = { .school = by.school, .a = r->a };
	enum hb_code            rc = db_read(t->db, list_complete, &l, err), last = HB_OK;
	int64_t                 issued = 0;
	for (size_t i = 0; rc == HB_OK && last != HB_E_UPSTREAM && i < l.rows.n; i++) {
		last = transcript_issue(t, &by, db_id(&l.rows, i, TRANSCRIPT_DOCUMENTS_SIGNED_ID).s, NULL);
		issued += last == HB_OK;
	}
	if (rc != HB_OK)
		return rc;
	*ret_issued = issued;
	*ret_waiting = (int64_t)l.rows.n - issued;
	return HB_OK;
}

/* The seal completes a document and issues it in the same sitting. */
enum hb_code
transcript_batch_complete(struct api_req *r, struct hb_err *err)
{
	struct transcript *t = r->system;
	const char        *batch = json_opt_str(r->body, "batch");
	int64_t            issued, waiting;
	if (batch == NULL || strcmp(batch, api_param(r, "batch")) != 0)
		return hb_fail(err, HB_E_INPUT, "hocBa.saiDotKy", "giá trị chữ kí là của đợt kí khác");
	struct jw    w = api_json(r);
	enum hb_code rc = signing_complete(&t->room, r->who, r->body, r->a, &w, err);
	if (rc == HB_OK && (r->who->roles & ROLE_BIT(ROLE_CLERK)) != 0)
		rc = issue_complete(r, &issued, &waiting, err);
	return rc == HB_OK ? api_json_end(r, &w, err) : rc;
}

enum hb_code
transcript_batch_read(struct api_req *r, struct hb_err *err)
{
	struct transcript *t = r->system;
	struct jw          w = api_json(r);
	enum hb_code       rc = signing_status(&t->room, r->who, api_param(r, "batch"), r->a, &w, err);
	return rc == HB_OK ? api_json_end(r, &w, err) : rc;
}

enum hb_code
transcript_evidence_complete(struct api_req *r, struct hb_err *err)
{
	int64_t      issued = 0, waiting = 0;
	enum hb_code rc = issue_complete(r, &issued, &waiting, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "waiting", waiting);
	jw_int(&w, "completed", issued);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
