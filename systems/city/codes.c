/* Flow 3: record codes, reserved in bulk, cancelled, checked (D18.2(3)). */
#include <string.h>

#include "city/city_sql.h"
#include "city/messages_in.h"
#include "http/schema.h"
#include "json/read.h"

struct batch {
	struct db_tx *tx;
	const struct exchange_msg *m;
	const char *school, *level, *reason;
	char actor[CITY_ACTOR_LEN];
	json_t *done, *failed;                       /* owned by the result */
	struct hb_arena *a;
};

static enum hb_code
check_payload(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work, struct exchange_answer *ans,
    struct hb_err *err)
{
	(void)ctx, (void)ans;
	json_t *payload;
	enum hb_code rc = city_payload(m, a, &payload, err);
	if (rc == HB_OK)
		*ret_work = payload;
	return rc;
}

/* Opens a batch and gives the list under `name`. */
static enum hb_code
start(struct batch *b, const json_t *payload, const char *name, json_t **ret_list, struct hb_err *err)
{
	enum hb_code rc = city_payload_school(b->tx, b->m, payload, &b->school, err);
	if (rc == HB_OK)
		rc = json_get_array(payload, name, ret_list, err);
	if (rc == HB_OK && json_array_size(*ret_list) > CITY_CODES_MAX)
		rc = hb_fail(err, HB_E_TOOBIG, "maSo.quaNhieu", "nhiều hơn %d mã trong một thư", CITY_CODES_MAX);
	if (rc != HB_OK)
		return rc;
	city_actor(b->m, b->actor);
	b->done = json_array();
	b->failed = json_array();
	return b->done != NULL && b->failed != NULL ? HB_OK : hb_full(err);
}

static void
finish(const struct batch *b, const char *name, struct exchange_answer *ans)
{
	exchange_result(ans, json_pack("{s:o, s:o}", name, b->done, "failed", b->failed));
}

/* -- reserve --------------------------------------------------------------------------------------------- */

static enum hb_code
put_code(struct batch *b, const struct hb_id *id, const char *code, struct hb_err *err)
{
	const struct city_event e = { CITY_CODE, id->s, CITY_RESERVED, b->actor, "" };
	enum hb_code rc = db_run(b->tx, &city_code_put, DB_ARGS(DB_ID(id->s), DB_TEXT(code), DB_TEXT(b->school), DB_TEXT(b->level),
	    DB_TIME(hb_business_now())), NULL, err);
	return rc == HB_OK ? city_event_add(b->tx, &e, err) : rc;
}

enum hb_code
city_code_hold(struct db_tx *tx, const char *code_id, const char *personal_id, const char *level, struct hb_err *err)
{
	return db_run(tx, &city_holder_put, DB_ARGS(DB_ID(code_id), DB_TEXT(personal_id), DB_TEXT(level), DB_TIME(hb_business_now())),
	    NULL, err);
}

static enum hb_code
new_code(struct batch *b, const char *personal_id, const char **ret_code, struct hb_err *err)
{
	struct hb_record_code code = hb_record_code_new();
	struct hb_id id = hb_id_new();
	enum hb_code rc = put_code(b, &id, code.s, err);
	if (rc == HB_OK)
		rc = city_code_hold(b->tx, id.s, personal_id, b->level, err);
	if (rc == HB_OK && (*ret_code = hb_strdup(b->a, code.s)) == NULL)
		rc = hb_full(err);
	return rc;
}

static enum hb_code
known_code(struct batch *b, const struct db_rows *r, const char **ret_code, struct hb_err *err)
{
	enum city_state state;
	struct hb_id id = db_id(r, 0, CITY_CODE_OF_PUPIL_ID);
	if (strcmp(db_text(r, 0, CITY_CODE_OF_PUPIL_SCHOOL), b->school) != 0)
		return hb_fail(err, HB_E_RULE, "maSo.truongKhac", "học sinh này đã có mã ở trường khác; làm thủ tục chuyển trường trước");
	enum hb_code rc = city_state_of(b->tx, id.s, &state, err);
	if (rc == HB_OK && state == CITY_CANCELLED)
		rc = hb_fail(err, HB_E_RULE, "maSo.daHuy", "mã của học sinh này đã huỷ; đề nghị Sở xem lại");
	if (rc == HB_OK)
		*ret_code = db_text(r, 0, CITY_CODE_OF_PUPIL_CODE);
	return rc;
}

static enum hb_code
reserve_one(struct batch *b, const json_t *pupil, struct hb_err *err)
{
	const char *ref = json_opt_str(pupil, "ref"), *personal_id = json_opt_str(pupil, "personal_id"), *code = NULL;
	struct hb_err why = HB_ERR_INIT;
	struct db_rows r = { 0 };
	enum hb_code rc = HB_OK;
	if (ref == NULL)
		return hb_fail(err, HB_E_INPUT, "thu.saiDang", "mỗi học sinh phải có ref");
	if (personal_id == NULL || !schema_format_ok(FORMAT_PERSONAL_ID, personal_id))
		rc = hb_fail(&why, HB_E_RULE, "maSo.saiDinhDanh", "chưa có số định danh cá nhân 12 chữ số đúng dạng");
	if (rc == HB_OK)
		rc = db_rows(b->tx, &city_code_of_pupil, DB_ARGS(DB_TEXT(personal_id), DB_TEXT(b->level)), b->a, &r, &why);
	if (rc == HB_OK)
		rc = r.n == 0 ? new_code(b, personal_id, &code, &why) : known_code(b, &r, &code, &why);
	if (rc == HB_OK) {
		json_array_append_new(b->done, json_pack("{s:s, s:s}", "ref", ref, "code", code));
	} else if (city_item_refusal(rc)) {
		city_item_failed(b->failed, ref, &why);
		rc = HB_OK;
	} else if (err != NULL) {
		*err = why;
	}
	return rc;
}

/* A code the school made itself, for a pupil it will name with the first deposit. */
static enum hb_code
reserve_made(struct batch *b, const char *code, struct exchange_answer *ans, struct hb_err *err)
{
	struct db_rows r;
	struct hb_id id = hb_id_new();
	if (code == NULL || !hb_record_code_valid(code)) {
		exchange_error(ans, code, "maSo.saiDang", hb_message("maSo.saiDang"));
		return HB_OK;
	}
	enum hb_code rc = db_rows(b->tx, &city_code_get, DB_ARGS(DB_TEXT(code)), b->a, &r, err);
	if (rc != HB_OK)
		return rc;
	if (r.n > 0 && strcmp(db_text(&r, 0, CITY_CODE_GET_SCHOOL), b->school) != 0)
		exchange_error(ans, code, "maSo.truongKhac", hb_message("maSo.truongKhac"));
	else if (r.n > 0 && strcmp(db_text(&r, 0, CITY_CODE_GET_STATE), city_state_word(CITY_CANCELLED)) == 0)
		exchange_error(ans, code, "maSo.daHuy", hb_message("maSo.daHuy"));
	else if (r.n == 0)
		rc = put_code(b, &id, code, err);
	if (rc == HB_OK)
		json_array_append_new(b->done, json_pack("{s:s, s:s}", "ref", code, "code", code));
	return rc;
}

static enum hb_code
read_level(struct batch *b, const json_t *payload, struct hb_err *err)
{
	enum hb_code rc = json_get_str(payload, "level", &b->level, err);
	if (rc == HB_OK && strcmp(b->level, "TH") != 0 && strcmp(b->level, "THCS") != 0 && strcmp(b->level, "THPT") != 0)
		rc = hb_fail(err, HB_E_INPUT, "thu.saiDang", "cấp học là TH, THCS hoặc THPT");
	return rc;
}

static enum hb_code
reserve(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct batch b = { .tx = tx, .m = m, .a = &a };
	json_t *list;
	bool made = json_object_get(work, "codes") != NULL;
	enum hb_code rc = start(&b, work, made ? "codes" : "pupils", &list, err);
	if (rc == HB_OK)
		rc = read_level(&b, work, err);
	for (size_t i = 0; rc == HB_OK && i < json_array_size(list); i++)
		rc = made ? reserve_made(&b, json_string_value(json_array_get(list, i)), ans, err)
		    : reserve_one(&b, json_array_get(list, i), err);
	finish(&b, "codes", ans);
	return rc;
}
const struct exchange_handler city_codes_reserve = { CITY_FLOW_CODES, "codes-reserve", check_payload, reserve };

/* -- cancel and check ------------------------------------------------------------------------------------ */

struct code { struct hb_id id; const char *school, *level; enum city_state state; };

static enum hb_code
load_code(struct batch *b, const char *code, struct code *ret_code, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(b->tx, &city_code_get, DB_ARGS(DB_TEXT(code)), b->a, &r, err);
	if (rc != HB_OK)
		return rc;
	if (r.n == 0 || strcmp(db_text(&r, 0, CITY_CODE_GET_SCHOOL), b->school) != 0)
		return hb_fail(err, HB_E_NOTFOUND, "maSo.khongCo", "không có mã này của trường");
	*ret_code = (struct code){ db_id(&r, 0, CITY_CODE_GET_ID), db_text(&r, 0, CITY_CODE_GET_SCHOOL),
		db_text(&r, 0, CITY_CODE_GET_LEVEL), city_state_parse(db_text(&r, 0, CITY_CODE_GET_STATE)) };
	return HB_OK;
}

static enum hb_code
cancel_one(struct batch *b, const char *text, struct hb_err *err)
{
	struct code code;
	enum hb_code rc = load_code(b, text, &code, err);
	if (rc != HB_OK || code.state == CITY_CANCELLED)
		return rc;
	if (code.state != CITY_RESERVED)
		return hb_fail(err, HB_E_RULE, "maSo.daNop", "đã có học bạ nộp theo mã này, không huỷ được");
	const struct city_event e = { CITY_CODE, code.id.s, CITY_CANCELLED, b->actor, b->reason };
	rc = city_event_add(b->tx, &e, err);
	if (rc == HB_OK)
		json_array_append_new(b->done, json_string(text));
	return rc;
}

static json_t *
years_of(const struct db_rows *r)
{
	json_t *years = json_array();
	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(years, json_pack("{s:s, s:I, s:s, s:s}", "year", db_text(r, i, CITY_RECORDS_OF_CODE_YEAR), "version",
		    (json_int_t)db_int(r, i, CITY_RECORDS_OF_CODE_VERSION), "state", db_text(r, i, CITY_RECORDS_OF_CODE_STATE),
		    "fingerprint", db_text(r, i, CITY_RECORDS_OF_CODE_FINGERPRINT)));
	return years;
}

static enum hb_code
check_one(struct batch *b, const char *text, struct hb_err *err)
{
	struct code code;
	struct db_rows r;
	enum hb_code rc = load_code(b, text, &code, err);
	if (rc == HB_OK)
		rc = db_rows(b->tx, &city_records_of_code, DB_ARGS(DB_ID(code.id.s)), b->a, &r, err);
	if (rc == HB_OK)
		json_array_append_new(b->done, json_pack("{s:s, s:s, s:s, s:o}", "code", text, "state", city_state_word(code.state),
		    "level", code.level, "years", years_of(&r)));
	return rc;
}

static enum hb_code
each_code(struct batch *b, const json_t *payload, const char *result, enum hb_code (*one)(struct batch *, const char *, struct hb_err *),
    struct exchange_answer *ans, struct hb_err *err)
{
	json_t *list;
	enum hb_code rc = start(b, payload, "codes", &list, err);
	for (size_t i = 0; rc == HB_OK && i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));
		struct hb_err why = HB_ERR_INIT;
		rc = text == NULL ? hb_fail(err, HB_E_INPUT, "thu.saiDang", "mã số là chuỗi") : one(b, text, &why);
		if (text != NULL && city_item_refusal(rc)) {
			city_item_failed(b->failed, text, &why);
			rc = HB_OK;
		} else if (rc != HB_OK && text != NULL && err != NULL) {
			*err = why;
		}
	}
	finish(b, result, ans);
	return rc;
}

static enum hb_code
cancel(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct batch b = { .tx = tx, .m = m, .a = &a };
	enum hb_code rc = json_get_str(work, "reason", &b.reason, err);
	return rc == HB_OK ? each_code(&b, work, "cancelled", cancel_one, ans, err) : rc;
}
const struct exchange_handler city_codes_cancel = { CITY_FLOW_CODES, "codes-cancel", check_payload, cancel };

static enum hb_code
check(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct batch b = { .tx = tx, .m = m, .a = &a };
	return each_code(&b, work, "codes", check_one, ans, err);
}
const struct exchange_handler city_codes_check = { CITY_FLOW_CODES, "codes-check", check_payload, check };
