/* Closing a school's year (chốt): by its head with the list of who is missing, or by the Sở at the deadline (D14.1-14.3). */
#include <stdio.h>
#include <string.h>

#include "city/city_sql.h"
#include "city/messages_in.h"
#include "data/data.h"
#include "json/read.h"

struct closing {
	struct city *c;
	struct db_tx *tx;
	struct hb_arena *a;
	const char *school, *year, *round, *actor;
};

static enum hb_code
closed_at(struct db_tx *tx, const char *school, const char *year, const char *round, struct hb_arena *a, bool *ret_closed,
    struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(tx, &city_closing_get, DB_ARGS(DB_TEXT(school), DB_TEXT(year), DB_TEXT(round)), a, &r, err);
	if (rc == HB_OK)
		*ret_closed = r.n > 0;
	return rc;
}

static enum hb_code
is_missing(struct db_tx *tx, const struct city_pupil *p, bool *ret_missing, struct hb_err *err)
{
	int64_t n = 0;
	enum hb_code rc = db_number(tx, &city_missing_find, DB_ARGS(DB_TEXT(p->school), DB_TEXT(p->year), DB_TEXT("main"),
	    DB_TEXT(p->code), DB_TEXT(p->personal_id)), &n, err);
	*ret_missing = n > 0;
	return rc;
}

static enum hb_code
past(const struct city *c, const char *year, const char *round, bool *ret_past, struct hb_err *err)
{
	hb_time before;
	enum hb_code rc = data_deadline(c->province, year, strcmp(round, "main") == 0 ? "deposit" : "deposit_late", &before, err);
	if (rc == HB_OK)
		*ret_past = hb_business_now() >= before;
	return rc;
}

static enum hb_code
shut(struct hb_err *err, const char *year, const char *why)
{
	enum hb_code bad = hb_fail(err, HB_E_RULE, "nop.daChot", "năm học %s %s", year, why);
	hb_hint(err, "nếu cần chỉnh lí, nhà trường gửi yêu cầu chỉnh lí đến Sở");
	hb_clause(err, "D14.3");
	return bad;
}

/* Before the main lock everyone; between the two who was named missing, or is judged after the summer (D14.2). */
enum hb_code
city_open_for(struct city *c, struct db_tx *tx, const struct city_pupil *p, struct hb_err *err)
{
	bool main_closed = false, late_closed = false, missing = false, main_past = false, late_past = false;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 18);
	enum hb_code rc = closed_at(tx, p->school, p->year, "main", &a, &main_closed, err);
	if (rc == HB_OK)
		rc = closed_at(tx, p->school, p->year, "late", &a, &late_closed, err);
	if (rc == HB_OK)
		rc = is_missing(tx, p, &missing, err);
	if (rc == HB_OK)
		rc = past(c, p->year, "main", &main_past, err);
	if (rc == HB_OK)
		rc = past(c, p->year, "late", &late_past, err);
	if (rc != HB_OK)
		return rc;
	if (late_closed || late_past)
		return shut(err, p->year, "đã chốt đợt sau hè");
	if ((main_closed || main_past) && !missing && !p->after_summer)
		return shut(err, p->year, "đã chốt; học sinh này không có trong danh sách nộp sau hè");
	return HB_OK;
}

/* -- locking ---------------------------------------------------------------------------------------------- */

static enum hb_code
lock_records(const struct closing *k, int64_t *ret_n, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(k->tx, &city_records_in_state,
	    DB_ARGS(DB_TEXT(k->school), DB_TEXT(k->year), DB_TEXT(city_state_word(CITY_DEPOSITED))), k->a, &r, err);
	for (size_t i = 0; rc == HB_OK && i < r.n; i++) {
		struct hb_id id = db_id(&r, i, CITY_RECORDS_IN_STATE_ID);
		const struct city_event e = { CITY_RECORD, id.s, CITY_LOCKED, k->actor, k->round };
		rc = city_event_add(k->tx, &e, err);
	}
	if (rc == HB_OK)
		rc = db_run(k->tx, &city_closing_put, DB_ARGS(DB_TEXT(k->school), DB_TEXT(k->year), DB_TEXT(k->round),
		    DB_TIME(hb_business_now()), DB_TEXT(k->actor), DB_INT((int64_t)r.n)), NULL, err);
	if (rc == HB_OK)
		*ret_n = (int64_t)r.n;
	return rc;
}

static enum hb_code
put_missing(const struct closing *k, int64_t ordinal, const json_t *m, struct hb_err *err)
{
	const char *code = json_opt_str(m, "code"), *personal_id = json_opt_str(m, "personal_id"), *reason;
	enum hb_code rc = json_get_str(m, "reason", &reason, err);
	if (rc == HB_OK && code == NULL && personal_id == NULL)
		rc = hb_fail(err, HB_E_INPUT, "thu.saiDang", "mỗi học sinh còn thiếu phải có mã số hoặc số định danh");
	if (rc == HB_OK)
		rc = db_run(k->tx, &city_missing_put, DB_ARGS(DB_TEXT(k->school), DB_TEXT(k->year), DB_TEXT(k->round), DB_INT(ordinal),
		    DB_TEXT(code), DB_TEXT(personal_id), DB_TEXT(reason)), NULL, err);
	return rc;
}

/* What is here and who is missing must make up all pupils of the school (D14.1: "tất cả học sinh"). */
static enum hb_code
check_counts(const struct closing *k, int64_t pupils, size_t missing, struct hb_err *err)
{
	int64_t here = 0;
	enum hb_code rc = db_number(k->tx, &city_current_count, DB_ARGS(DB_TEXT(k->school), DB_TEXT(k->year)), &here, err);
	if (rc == HB_OK && here + (int64_t)missing != pupils) {
		rc = hb_fail(err, HB_E_RULE, "chot.lechSo", "trường báo %lld học sinh; Sở đang giữ %lld học bạ và danh sách thiếu có %zu",
		    (long long)pupils, (long long)here, missing);
		hb_hint(err, "nộp nốt, hoặc ghi tên và lí do những em còn thiếu");
		hb_clause(err, "D14.1");
	}
	return rc;
}

static enum hb_code
check_round(const struct closing *k, struct hb_err *err)
{
	bool main_closed = false, closed = false;
	bool late = strcmp(k->round, "late") == 0;
	if (!late && strcmp(k->round, "main") != 0)
		return hb_fail(err, HB_E_INPUT, "thu.saiDang", "đợt chốt là main hoặc late");
	enum hb_code rc = closed_at(k->tx, k->school, k->year, k->round, k->a, &closed, err);
	if (rc == HB_OK)
		rc = closed_at(k->tx, k->school, k->year, "main", k->a, &main_closed, err);
	if (rc == HB_OK && closed)
		rc = hb_fail(err, HB_E_CONFLICT, "chot.daChot", "trường đã chốt đợt này của năm học %s", k->year);
	else if (rc == HB_OK && late && !main_closed)
		rc = hb_fail(err, HB_E_CONFLICT, "chot.chuaDotChinh", "chưa chốt đợt chính của năm học %s", k->year);
	return rc;
}

/* -- the message ------------------------------------------------------------------------------------------ */

static enum hb_code
apply(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)work;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	char actor[CITY_ACTOR_LEN], at[HB_RFC3339_LEN];
	struct closing k = { .c = ctx, .tx = tx, .a = &a, .actor = actor };
	json_t *payload, *missing = NULL;
	int64_t locked = 0, pupils = 0;
	city_actor(m, actor);
	enum hb_code rc = city_payload(m, &a, &payload, err);
	if (rc == HB_OK)
		rc = city_payload_school(tx, m, payload, &k.school, err);
	if (rc == HB_OK)
		rc = json_get_str(payload, "year", &k.year, err);
	if (rc == HB_OK)
		rc = json_get_str(payload, "round", &k.round, err);
	if (rc == HB_OK)
		rc = json_get_int(payload, "pupils", &pupils, err);
	if (rc == HB_OK)
		rc = json_get_array(payload, "missing", &missing, err);
	if (rc == HB_OK)
		rc = check_round(&k, err);
	if (rc == HB_OK)
		rc = check_counts(&k, pupils, json_array_size(missing), err);
	if (rc == HB_OK)
		rc = lock_records(&k, &locked, err);
	for (size_t i = 0; rc == HB_OK && i < json_array_size(missing); i++)
		rc = put_missing(&k, (int64_t)i + 1, json_array_get(missing, i), err);
	hb_rfc3339(hb_business_now(), at);
	if (rc == HB_OK)
		exchange_result(ans, json_pack("{s:s, s:I, s:I, s:s}", "state", city_state_word(CITY_LOCKED), "locked", (json_int_t)locked,
		    "missing", (json_int_t)json_array_size(missing), "at", at));
	return rc;
}
const struct exchange_handler city_close_year = { CITY_FLOW_DEPOSIT, "close-year", NULL, apply };

/* -- the Sở at the deadline ------------------------------------------------------------------------------- */

struct due { struct city *c; const char *year, *round, *actor; int64_t locked; };

static enum hb_code
lock_due_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct due *d = ctx;
	struct db_rows r;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	d->locked = 0;
	enum hb_code rc = db_rows(tx, &city_schools_to_close, DB_ARGS(DB_TEXT(d->year), DB_TEXT(d->round)), &a, &r, err);
	for (size_t i = 0; rc == HB_OK && i < r.n; i++) {
		struct closing k = { d->c, tx, &a, db_text(&r, i, CITY_SCHOOLS_TO_CLOSE_SCHOOL), d->year, d->round, d->actor };
		int64_t locked = 0;
		rc = lock_records(&k, &locked, err);
		d->locked += locked;
	}
	return rc;
}

enum hb_code
city_lock_due(struct city *c, const char *year, const char *actor, int64_t *ret_locked, struct hb_err *err)
{
	static const char *const rounds[] = { "main", "late" };
	int64_t total = 0;
	enum hb_code rc = HB_OK;
	for (int i = 0; i < 2 && rc == HB_OK; i++) {
		struct due d = { c, year, rounds[i], actor, 0 };
		bool is_past = false;
		rc = past(c, year, rounds[i], &is_past, err);
		if (rc == HB_OK && is_past)
			rc = db_write(c->db, lock_due_fn, &d, err);
		total += d.locked;
	}
	if (rc == HB_OK && ret_locked != NULL)
		*ret_locked = total;
	return rc;
}
