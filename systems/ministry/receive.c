/* Flow 5: UUIDs asked for, locked records received (D18.2(5)). */
#include <stdio.h>
#include <string.h>

#include "db/pack.h"
#include "http/schema.h"
#include "json/read.h"
#include "ministry/ministry.h"
#include "ministry/ministry_sql.h"

enum { VERSION = 1 };

static enum hb_code
read_payload(const struct exchange_msg *m, struct hb_arena *a, json_t **ret_payload, struct hb_err *err)
{
	int64_t v;
	enum hb_code rc = json_read(m->payload, EXCHANGE_PAYLOAD_MAX, a, ret_payload, err);
	if (rc == HB_OK)
		rc = json_get_int(*ret_payload, "v", &v, err);
	if (rc == HB_OK && v != VERSION)
		rc = hb_fail(err, HB_E_INPUT, "bo.thuSai", "không nhận phiên bản %lld của thư", (long long)v);
	return rc;
}

static enum hb_code
check_city(struct db_tx *tx, const char *member, struct hb_err *err)
{
	struct db_rows r;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	enum hb_code rc = db_rows(tx, &ministry_city_get, DB_ARGS(DB_TEXT(member)), &a, &r, err);
	return rc == HB_OK && r.n == 0 ? hb_fail(err, HB_E_DENIED, "bo.soLa", "%s không phải hệ thống của một Sở", member) : rc;
}

static enum hb_code
audit(struct db_tx *tx, const char *member, const char *action, const char *object, struct hb_err *err)
{
	char actor[80];
	snprintf(actor, sizeof actor, "system:%.60s", member);
	const struct audit_entry e = { .actor = actor, .action = action, .object = object };
	return audit_write(tx, &e, err);
}

/* -- UUIDs ------------------------------------------------------------------------------------------------ */

struct giving { struct db_tx *tx; const char *city; json_t *uuids, *failed; struct hb_arena *a; };

static void
give(struct giving *g, const char *code, const char *uuid)
{
	json_array_append_new(g->uuids, json_pack("{s:s, s:s}", "code", code, "uuid", uuid));
}

static void
fail(struct giving *g, const char *code, const char *key)
{
	json_array_append_new(g->failed, json_pack("{s:s?, s:s, s:s}", "ref", code, "key", key, "text", hb_message(key)));
}

static enum hb_code
give_one(struct giving *g, const json_t *item, struct hb_err *err)
{
	const char *code = json_opt_str(item, "code"), *personal_id = json_opt_str(item, "personal_id");
	struct db_rows r;
	if (code == NULL || personal_id == NULL || !hb_record_code_valid(code) || !schema_format_ok(FORMAT_PERSONAL_ID, personal_id)) {
		fail(g, code, "uuid.saiDang");
		return HB_OK;
	}
	enum hb_code rc = db_rows(g->tx, &ministry_uuid_of_code, DB_ARGS(DB_TEXT(code)), g->a, &r, err);
	if (rc != HB_OK)
		return rc;
	if (r.n == 0) {
		struct hb_id uuid = hb_id_new();
		give(g, code, uuid.s);
		return db_run(g->tx, &ministry_uuid_put, DB_ARGS(DB_ID(uuid.s), DB_TEXT(code), DB_TEXT(g->city), DB_TEXT(personal_id),
		    DB_TIME(hb_now())), NULL, err);
	}
	struct hb_id uuid = db_id(&r, 0, MINISTRY_UUID_OF_CODE_UUID);
	if (strcmp(db_text(&r, 0, MINISTRY_UUID_OF_CODE_CITY), g->city) != 0)
		fail(g, code, "uuid.noiKhac");
	else if (strcmp(db_text(&r, 0, MINISTRY_UUID_OF_CODE_PERSONAL_ID), personal_id) != 0)
		fail(g, code, "uuid.khacNguoi");
	else
		give(g, code, uuid.s);
	return HB_OK;
}

static enum hb_code
give_uuids(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)work, (void)ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	json_t *payload, *list = NULL;
	enum hb_code rc = check_city(tx, m->from, err);
	if (rc == HB_OK)
		rc = read_payload(m, &a, &payload, err);
	if (rc == HB_OK)
		rc = json_get_array(payload, "records", &list, err);
	if (rc == HB_OK && json_array_size(list) > MINISTRY_UUIDS_MAX)
		rc = hb_fail(err, HB_E_TOOBIG, "bo.quaNhieu", "nhiều hơn %d hồ sơ trong một thư", MINISTRY_UUIDS_MAX);
	if (rc != HB_OK)
		return rc;
	struct giving g = { tx, m->from, json_array(), json_array(), &a };
	for (size_t i = 0; rc == HB_OK && i < json_array_size(list); i++)
		rc = give_one(&g, json_array_get(list, i), err);
	exchange_result(ans, json_pack("{s:o, s:o}", "uuids", g.uuids, "failed", g.failed));
	return rc == HB_OK ? audit(tx, m->from, "ministry.uuids", m->id.s, err) : rc;
}
static const struct exchange_handler uuid_request = { MINISTRY_FLOW, "uuid-request", NULL, give_uuids };

/* -- records ---------------------------------------------------------------------------------------------- */

struct record {
	const char *uuid, *code, *year, *school, *fingerprint, *replaces;
	int64_t version;
	hb_time locked;
	struct hb_bytes xml, pdf;
};

static enum hb_code
read_record(const json_t *p, struct hb_arena *a, struct record *q, struct hb_err *err)
{
	enum hb_code rc = json_get_str(p, "uuid", &q->uuid, err);
	if (rc == HB_OK)
		rc = json_get_str(p, "code", &q->code, err);
	if (rc == HB_OK)
		rc = json_get_str(p, "year", &q->year, err);
	if (rc == HB_OK)
		rc = json_get_int(p, "version", &q->version, err);
	if (rc == HB_OK)
		rc = json_get_str(p, "school", &q->school, err);
	if (rc == HB_OK)
		rc = json_get_str(p, "fingerprint", &q->fingerprint, err);
	if (rc == HB_OK)
		rc = json_get_time(p, "locked", &q->locked, err);
	if (rc == HB_OK)
		rc = json_get_base64(p, "xml", a, &q->xml, err);
	if (rc == HB_OK)
		rc = json_get_base64(p, "pdf", a, &q->pdf, err);
	q->replaces = json_opt_str(p, "replaces");
	if (rc == HB_OK && (strlen(q->uuid) != 36 || !hb_id_valid(q->uuid) || q->xml.n == 0 || q->pdf.n == 0
	    || q->xml.n > MINISTRY_FILE_MAX || q->pdf.n > MINISTRY_FILE_MAX))
		rc = hb_fail(err, HB_E_INPUT, "bo.thuSai", "thư báo cáo học bạ không đúng dạng");
	return rc;
}

static enum hb_code
check_record(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work, struct exchange_answer *ans,
    struct hb_err *err)
{
	json_t *p;
	struct ministry_facts f;
	struct record *q = HB_NEW(a, struct record);
	if (q == NULL)
		return hb_full(err);
	*ret_work = q;
	enum hb_code rc = read_payload(m, a, &p, err);
	if (rc == HB_OK)
		rc = read_record(p, a, q, err);
	if (rc == HB_OK)
		rc = ministry_judge(ctx, q->xml, q->pdf, q->code, q->year, a, &f, err);
	if (rc != HB_OK)
		return rc;
	if (!f.valid)
		exchange_error(ans, q->code, "bo.tepSai", f.why);
	else if (!f.sealed || strcmp(f.fingerprint, q->fingerprint) != 0 || f.version != q->version)
		exchange_error(ans, q->code, "bo.khongKhop", hb_message("bo.khongKhop"));
	return HB_OK;
}

static enum hb_code
check_uuid(struct db_tx *tx, const struct exchange_msg *m, const struct record *q, struct hb_arena *a, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(tx, &ministry_uuid_of_code, DB_ARGS(DB_TEXT(q->code)), a, &r, err);
	if (rc != HB_OK)
		return rc;
	struct hb_id uuid = { "" };
	if (r.n == 1)
		uuid = db_id(&r, 0, MINISTRY_UUID_OF_CODE_UUID);
	if (r.n == 0 || strcmp(uuid.s, q->uuid) != 0 || strcmp(db_text(&r, 0, MINISTRY_UUID_OF_CODE_CITY), m->from) != 0)
		return hb_fail(err, HB_E_RULE, "bo.uuidLa", "UUID này không được cấp cho mã %s của %s", q->code, m->from);
	return HB_OK;
}

static enum hb_code
store_file(struct db_tx *tx, struct hb_bytes bytes, struct hb_arena *a, char sha[DB_SHA_LEN], struct hb_err *err)
{
	struct hb_bytes packed;
	db_sha_text(bytes, sha);
	enum hb_code rc = db_pack(bytes, a, &packed, err);
	return rc == HB_OK ? db_run(tx, &ministry_file_put, DB_ARGS(DB_TEXT(sha), DB_INT((int64_t)bytes.n), DB_BYTES(packed)), NULL, err)
	    : rc;
}

static enum hb_code
put_record(struct db_tx *tx, const struct record *q, hb_time now, struct hb_arena *a, struct hb_err *err)
{
	char xml[DB_SHA_LEN], pdf[DB_SHA_LEN];
	enum hb_code rc = store_file(tx, q->xml, a, xml, err);
	if (rc == HB_OK)
		rc = store_file(tx, q->pdf, a, pdf, err);
	return rc == HB_OK ? db_run(tx, &ministry_record_put, DB_ARGS(DB_ID(q->uuid), DB_TEXT(q->year), DB_INT(q->version),
	    DB_TEXT(q->school), DB_TEXT(q->fingerprint), DB_TEXT(q->replaces), DB_TIME(q->locked), DB_TIME(now), DB_TEXT(xml),
	    DB_TEXT(pdf)), NULL, err) : rc;
}

static enum hb_code
keep_record(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)ctx;
	const struct record *q = work;
	struct db_rows r;
	hb_time now = hb_now();
	char received[HB_RFC3339_LEN];
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	enum hb_code rc = check_city(tx, m->from, err);
	if (rc == HB_OK)
		rc = check_uuid(tx, m, q, &a, err);
	if (rc == HB_OK)
		rc = db_rows(tx, &ministry_record_newest, DB_ARGS(DB_ID(q->uuid), DB_TEXT(q->year)), &a, &r, err);
	if (rc != HB_OK)
		return rc;
	bool same = r.n == 1 && db_int(&r, 0, MINISTRY_RECORD_NEWEST_VERSION) == q->version
	    && strcmp(db_text(&r, 0, MINISTRY_RECORD_NEWEST_FINGERPRINT), q->fingerprint) == 0;
	if (r.n == 1 && !same && db_int(&r, 0, MINISTRY_RECORD_NEWEST_VERSION) >= q->version)
		return hb_fail(err, HB_E_RULE, "bo.banCu", "Bộ đã giữ bản %lld của năm học này",
		    (long long)db_int(&r, 0, MINISTRY_RECORD_NEWEST_VERSION));
	if (!same)
		rc = put_record(tx, q, now, &a, err);
	hb_rfc3339(now, received);
	if (rc == HB_OK)
		exchange_result(ans, json_pack("{s:s, s:s}", "state", "RECEIVED", "received", received));
	return rc == HB_OK ? audit(tx, m->from, "ministry.record", q->uuid, err) : rc;
}
static const struct exchange_handler record = { MINISTRY_FLOW, "record", check_record, keep_record };

void
ministry_wire(struct ministry *m)
{
	exchange_on(m->exchange, &uuid_request, m);
	exchange_on(m->exchange, &record, m);
}

enum hb_code
ministry_city_set(struct db_tx *tx, const char *member, const char *name, const char *actor, struct hb_err *err)
{
	const struct audit_entry e = { .actor = actor, .action = "ministry.city.set", .object = member };
	enum hb_code rc = db_run(tx, &ministry_city_put, DB_ARGS(DB_TEXT(member), DB_TEXT(name)), NULL, err);
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}
