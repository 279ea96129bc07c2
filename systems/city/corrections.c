/* Taking a record back: recall before the lock (D14.4), a request for correction after it (D14.6). */
#include <string.h>

#include "city/city_sql.h"
#include "city/messages_in.h"
#include "json/read.h"

/* What both messages name: a version of a year under a code of the sender's school. */
struct named { json_t *payload; const char *school, *code, *year, *reason; int64_t version; struct hb_id record; enum city_state state; };

static enum hb_code
read_named(const struct exchange_msg *m, struct hb_arena *a, struct named *n, struct hb_err *err)
{
	enum hb_code rc = city_payload(m, a, &n->payload, err);
	if (rc == HB_OK)
		rc = json_get_str(n->payload, "school", &n->school, err);
	if (rc == HB_OK)
		rc = json_get_str(n->payload, "code", &n->code, err);
	if (rc == HB_OK)
		rc = json_get_str(n->payload, "year", &n->year, err);
	if (rc == HB_OK)
		rc = json_get_int(n->payload, "version", &n->version, err);
	return rc == HB_OK ? json_get_str(n->payload, "reason", &n->reason, err) : rc;
}

static enum hb_code
find_named(struct db_tx *tx, const char *member, struct hb_arena *a, struct named *n, struct hb_err *err)
{
	struct db_rows code, r;
	enum hb_code rc = city_speaks_for(tx, member, n->school, err);
	if (rc == HB_OK)
		rc = db_rows(tx, &city_code_get, DB_ARGS(DB_TEXT(n->code)), a, &code, err);
	if (rc == HB_OK && (code.n == 0 || strcmp(db_text(&code, 0, CITY_CODE_GET_SCHOOL), n->school) != 0))
		rc = hb_fail(err, HB_E_NOTFOUND, "maSo.khongCo", "không có mã này của trường");
	if (rc == HB_OK)
		rc = db_rows(tx, &city_records_of_code, DB_ARGS(DB_ID(db_id(&code, 0, CITY_CODE_GET_ID).s)), a, &r, err);
	for (size_t i = 0; rc == HB_OK && i < r.n; i++)
		if (strcmp(db_text(&r, i, CITY_RECORDS_OF_CODE_YEAR), n->year) == 0
		    && db_int(&r, i, CITY_RECORDS_OF_CODE_VERSION) == n->version) {
			n->record = db_id(&r, i, CITY_RECORDS_OF_CODE_ID);
			n->state = city_state_parse(db_text(&r, i, CITY_RECORDS_OF_CODE_STATE));
			return HB_OK;
		}
	return rc == HB_OK ? hb_fail(err, HB_E_NOTFOUND, "hoSo.khongCo", "Sở không giữ bản này") : rc;
}

static enum hb_code
recall(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)work, (void)ctx;
	struct named n;
	char actor[CITY_ACTOR_LEN];
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	city_actor(m, actor);
	enum hb_code rc = read_named(m, &a, &n, err);
	if (rc == HB_OK)
		rc = find_named(tx, m->from, &a, &n, err);
	if (rc == HB_OK && (n.state == CITY_LOCKED || n.state == CITY_AT_MINISTRY)) {
		rc = hb_fail(err, HB_E_RULE, "nop.daChot", "năm học %s đã chốt, không thu hồi được", n.year);
		hb_clause(err, "D14.4");
	}
	if (rc == HB_OK) {
		const struct city_event e = { CITY_RECORD, n.record.s, CITY_RECALLED, actor, n.reason };
		rc = city_event_add(tx, &e, err);
	}
	if (rc == HB_OK)
		exchange_result(ans, json_pack("{s:s}", "state", city_state_word(CITY_RECALLED)));
	return rc;
}
const struct exchange_handler city_recall = { CITY_FLOW_DEPOSIT, "recall", NULL, recall };

/* -- correction ------------------------------------------------------------------------------------------- */

static enum hb_code
put_correction(struct db_tx *tx, const struct named *n, const char *actor, struct hb_id *ret_id, struct hb_err *err)
{
	json_t *decision;
	const char *number, *date;
	struct hb_id id = hb_id_new();
	const struct city_event e = { CITY_CORRECTION, id.s, CITY_REQUESTED, actor, n->reason };
	enum hb_code rc = json_get_object(n->payload, "decision", &decision, err);
	if (rc == HB_OK)
		rc = json_get_str(decision, "number", &number, err);
	if (rc == HB_OK)
		rc = json_get_str(decision, "date", &date, err);
	if (rc == HB_OK)
		rc = db_run(tx, &city_correction_put, DB_ARGS(DB_ID(id.s), DB_ID(n->record.s), DB_TEXT(n->reason), DB_TEXT(number),
		    DB_TEXT(date)), NULL, err);
	if (rc == HB_OK)
		rc = city_event_add(tx, &e, err);
	if (rc == HB_OK)
		*ret_id = id;
	return rc;
}

/* A request that is waiting or approved is the answer to the same request again. */
static enum hb_code
open_request(struct db_tx *tx, const char *record, struct hb_arena *a, struct hb_id *ret_id, enum city_state *ret_state,
    struct hb_err *err)
{
	struct db_rows r;
	*ret_state = CITY_NONE;
	enum hb_code rc = db_rows(tx, &city_correction_of_record, DB_ARGS(DB_ID(record)), a, &r, err);
	if (rc != HB_OK || r.n == 0)
		return rc;
	enum city_state s = city_state_parse(db_text(&r, 0, CITY_CORRECTION_OF_RECORD_STATE));
	if (s == CITY_REQUESTED || s == CITY_APPROVED) {
		*ret_id = db_id(&r, 0, CITY_CORRECTION_OF_RECORD_ID);
		*ret_state = s;
	}
	return HB_OK;
}

static enum hb_code
request(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)work, (void)ctx;
	struct named n;
	struct hb_id id;
	enum city_state state = CITY_NONE;
	char actor[CITY_ACTOR_LEN];
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	city_actor(m, actor);
	enum hb_code rc = read_named(m, &a, &n, err);
	if (rc == HB_OK)
		rc = find_named(tx, m->from, &a, &n, err);
	if (rc == HB_OK && n.state != CITY_LOCKED && n.state != CITY_AT_MINISTRY)
		rc = hb_fail(err, HB_E_RULE, "chinhLi.chuaChot", "bản này đang ở trạng thái “%s”; chỉ bản đã chốt mới cần yêu cầu chỉnh lí",
		    city_state_vi(n.state));
	if (rc == HB_OK)
		rc = open_request(tx, n.record.s, &a, &id, &state, err);
	if (rc == HB_OK && state == CITY_NONE) {
		rc = put_correction(tx, &n, actor, &id, err);
		state = CITY_REQUESTED;
	}
	if (rc == HB_OK)
		exchange_result(ans, json_pack("{s:s, s:s}", "id", id.s, "state", city_state_word(state)));
	return rc;
}
const struct exchange_handler city_correction_request = { CITY_FLOW_DEPOSIT, "correction-request", NULL, request };

enum hb_code
city_correction_decide(struct db_tx *tx, const char *id, enum city_state to, const char *actor, const char *reason,
    struct hb_err *err)
{
	struct db_rows r;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	enum hb_code rc = db_rows(tx, &city_correction_get, DB_ARGS(DB_ID(id)), &a, &r, err);
	if (rc == HB_OK && r.n == 0)
		rc = hb_fail(err, HB_E_NOTFOUND, "chinhLi.khongCo", "không có yêu cầu chỉnh lí này");
	const struct city_event e = { CITY_CORRECTION, id, to, actor, reason };
	return rc == HB_OK ? city_event_add(tx, &e, err) : rc;
}
