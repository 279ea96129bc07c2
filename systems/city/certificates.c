/* The register of unit certificates: the school asks, the Sở approves or withdraws (D6a, D21.8). */
#include <string.h>

#include "city/city_sql.h"
#include "city/messages_in.h"
#include "json/read.h"
#include "sign/pki.h"

struct request {
	struct pki_cert *cert;
	const char *school, *from, *to, *number, *date, *by;
	char *fingerprint;
};

static enum hb_code
read_request(const struct exchange_msg *m, struct hb_arena *a, struct request *q, struct hb_err *err)
{
	json_t *payload, *decision = NULL;
	struct hb_bytes der;
	enum hb_code rc = city_payload(m, a, &payload, err);
	if (rc == HB_OK)
		rc = json_get_str(payload, "school", &q->school, err);
	if (rc == HB_OK)
		rc = json_get_base64(payload, "certificate", a, &der, err);
	if (rc == HB_OK)
		rc = json_get_str(payload, "from", &q->from, err);
	if (rc == HB_OK)
		rc = json_get_str(payload, "to", &q->to, err);
	if (rc == HB_OK)
		rc = json_get_object(payload, "decision", &decision, err);
	if (rc == HB_OK)
		rc = json_get_str(decision, "number", &q->number, err);
	if (rc == HB_OK)
		rc = json_get_str(decision, "date", &q->date, err);
	if (rc == HB_OK)
		rc = json_get_str(decision, "by", &q->by, err);
	if (rc == HB_OK)
		rc = pki_cert_parse(der, a, &q->cert, err);
	if (rc == HB_OK && (q->fingerprint = hb_hex(a, HB_BYTES(q->cert->fingerprint.b, HB_SHA256_LEN))) == NULL)
		rc = hb_full(err);
	return rc;
}

static enum hb_code
judge(const struct city *c, const struct request *q, struct hb_arena *a, struct hb_err *err)
{
	struct pki_chain chain;
	if (q->cert->kind != PKI_KIND_UNIT)
		return hb_fail(err, HB_E_RULE, "chungThu.khongPhaiDonVi", "đây là %s, không phải chứng thư số của đơn vị",
		    pki_kind_vi(q->cert->kind));
	if (!hb_date_valid(q->from) || !hb_date_valid(q->to) || !hb_date_valid(q->date) || strcmp(q->from, q->to) > 0)
		return hb_fail(err, HB_E_RULE, "chungThu.saiNgay", "ngày bắt đầu, ngày kết thúc hoặc ngày quyết định không hợp lệ");
	enum hb_code rc = pki_chain_build(c->trust, q->cert, c->cas, c->n_cas, PKI_FOR_SIGNING, hb_now(), a, &chain, err);
	if (rc == HB_OK && chain.status != PKI_OK)
		rc = hb_fail(err, HB_E_RULE, "chungThu.caLa", "%s", pki_status_vi(chain.status));
	hb_clause(err, "D7.2");
	return rc;
}

static enum hb_code
check_request(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work, struct exchange_answer *ans,
    struct hb_err *err)
{
	(void)ans;
	struct request *q = HB_NEW(a, struct request);
	if (q == NULL)
		return hb_full(err);
	*ret_work = q;
	enum hb_code rc = read_request(m, a, q, err);
	return rc == HB_OK ? judge(ctx, q, a, err) : rc;
}

static enum hb_code
put_request(struct db_tx *tx, const struct request *q, const char *actor, struct hb_id *ret_id, struct hb_err *err)
{
	const struct pki_cert *x = q->cert;
	struct hb_id id = hb_id_new();
	const struct city_event e = { CITY_CERTIFICATE, id.s, CITY_REQUESTED, actor, "" };
	enum hb_code rc = db_run(tx, &city_certificate_put, DB_ARGS(DB_TEXT(q->school), DB_ID(id.s), DB_TEXT(q->fingerprint),
	    DB_BYTES(x->der), DB_TEXT(x->subject), DB_TEXT(x->issuer), DB_TEXT(x->serial), DB_TIME(x->not_before),
	    DB_TIME(x->not_after), DB_TEXT(q->from), DB_TEXT(q->to), DB_TEXT(q->number), DB_TEXT(q->date), DB_TEXT(q->by)), NULL, err);
	if (rc == HB_OK)
		rc = city_event_add(tx, &e, err);
	if (rc == HB_OK)
		*ret_id = id;
	return rc;
}

static enum hb_code
find(struct db_tx *tx, const char *school, const char *fingerprint, struct hb_arena *a, struct db_rows *ret_rows, struct hb_err *err)
{
	return db_rows(tx, &city_certificate_of_school, DB_ARGS(DB_TEXT(school), DB_TEXT(fingerprint)), a, ret_rows, err);
}

static enum hb_code
apply_request(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)ctx;
	const struct request *q = work;
	struct db_rows r;
	struct hb_id id;
	enum city_state state = CITY_REQUESTED;
	char actor[CITY_ACTOR_LEN];
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	city_actor(m, actor);
	enum hb_code rc = city_speaks_for(tx, m->from, q->school, err);
	if (rc == HB_OK)
		rc = find(tx, q->school, q->fingerprint, &a, &r, err);
	if (rc != HB_OK)
		return rc;
	if (r.n == 0) {
		rc = put_request(tx, q, actor, &id, err);
	} else {
		id = db_id(&r, 0, CITY_CERTIFICATE_OF_SCHOOL_ID);
		rc = city_state_of(tx, id.s, &state, err);
	}
	if (rc == HB_OK)
		exchange_result(ans, json_pack("{s:s, s:s, s:s}", "id", id.s, "state", city_state_word(state), "fingerprint",
		    q->fingerprint));
	return rc;
}
const struct exchange_handler city_unit_certificate = { CITY_FLOW_CODES, "unit-certificate", check_request, apply_request };

static enum hb_code
apply_withdraw(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)work, (void)ctx;
	json_t *payload;
	const char *school = NULL, *fingerprint = NULL, *reason = NULL;
	struct db_rows r;
	char actor[CITY_ACTOR_LEN];
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	enum hb_code rc = city_payload(m, &a, &payload, err);
	if (rc == HB_OK)
		rc = city_payload_school(tx, m, payload, &school, err);
	if (rc == HB_OK)
		rc = json_get_str(payload, "fingerprint", &fingerprint, err);
	if (rc == HB_OK)
		rc = json_get_str(payload, "reason", &reason, err);
	if (rc == HB_OK)
		rc = find(tx, school, fingerprint, &a, &r, err);
	if (rc == HB_OK && r.n == 0)
		rc = hb_fail(err, HB_E_NOTFOUND, "chungThu.khongCo", "trường chưa khai báo chứng thư số này");
	if (rc != HB_OK)
		return rc;
	city_actor(m, actor);
	struct hb_id id = db_id(&r, 0, CITY_CERTIFICATE_OF_SCHOOL_ID);
	rc = city_certificate_decide(tx, id.s, CITY_WITHDRAWN, actor, reason, err);
	if (rc == HB_OK)
		exchange_result(ans, json_pack("{s:s}", "state", city_state_word(CITY_WITHDRAWN)));
	return rc;
}
const struct exchange_handler city_unit_certificate_withdraw = { CITY_FLOW_CODES, "unit-certificate-withdraw", NULL, apply_withdraw };

enum hb_code
city_certificate_decide(struct db_tx *tx, const char *id, enum city_state to, const char *actor, const char *reason,
    struct hb_err *err)
{
	struct db_rows r;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	enum hb_code rc = db_rows(tx, &city_certificate_get, DB_ARGS(DB_ID(id)), &a, &r, err);
	if (rc == HB_OK && r.n == 0)
		rc = hb_fail(err, HB_E_NOTFOUND, "chungThu.khongCo", "không có chứng thư số này trong sổ đăng kí");
	const struct city_event e = { CITY_CERTIFICATE, id, to, actor, reason };
	return rc == HB_OK ? city_event_add(tx, &e, err) : rc;
}

/* -- at a time ------------------------------------------------------------------------------------------- */

/* In force from the decision to approve until withdrawn; a certificate approved late also covers what it sealed
 * before within its own dates, since the approval speaks of those dates (from, to). */
static enum hb_code
approved(struct db_tx *tx, const char *id, hb_time at, struct hb_arena *a, bool *ret_good, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(tx, &city_event_list, DB_ARGS(DB_ID(id)), a, &r, err);
	bool good = false;
	for (size_t i = 0; rc == HB_OK && i < r.n; i++) {
		enum city_state s = city_state_parse(db_text(&r, i, CITY_EVENT_LIST_STATE));
		if (s == CITY_APPROVED)
			good = true;
		else if (s == CITY_WITHDRAWN && db_time(&r, i, CITY_EVENT_LIST_AT) <= at)
			good = false;
	}
	*ret_good = good;
	return rc;
}

enum hb_code
city_certificate_valid(struct db_tx *tx, const char *school, const char *fingerprint, hb_time at, struct hb_err *err)
{
	struct db_rows r;
	bool good = false;
	char day[HB_DATE_LEN];
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	enum hb_code rc = find(tx, school, fingerprint, &a, &r, err);
	if (rc != HB_OK)
		return rc;
	hb_vn_date(at, day);
	if (r.n == 1 && strcmp(db_text(&r, 0, CITY_CERTIFICATE_OF_SCHOOL_FROM_DATE), day) <= 0
	    && strcmp(day, db_text(&r, 0, CITY_CERTIFICATE_OF_SCHOOL_TO_DATE)) <= 0) {
		struct hb_id id = db_id(&r, 0, CITY_CERTIFICATE_OF_SCHOOL_ID);
		rc = approved(tx, id.s, at, &a, &good, err);
	}
	if (rc == HB_OK && !good) {
		rc = hb_fail(err, HB_E_RULE, "nop.chungThuDonVi",
		    "chứng thư số đóng dấu không được Sở phê duyệt cho trường %s vào ngày %s", school, day);
		hb_clause(err, "D21.8");
	}
	return rc;
}
