/* Flow 0 in, flow 1 out: accept, freeze, send on; and what gradebook answered. */
#include "sector/report.h"

#include <stdio.h>
#include <string.h>

#include "sector/sector_sql.h"

#define SYSTEM_ACTOR_LEN 80

/* One acceptance in its transaction. */
struct accept {
	struct sector             *s;
	struct db_tx              *tx;
	const struct exchange_msg *m;
	struct sector_report      *r;
	struct hb_arena           *a;
	struct hb_id               school, id;
	const char                *gradebook;
	char                       actor[SYSTEM_ACTOR_LEN];
};

/* ---- Is it theirs to report, and is it newer? ---- */
static enum hb_code
find_school(struct accept *ac, struct hb_err *err)
{
	const struct record_class *cls = ac->r->cls;
	struct db_rows rows;
	enum hb_code code = db_rows(ac->tx, &sector_school_by_code, DB_ARGS(DB_TEXT(cls->school.code)), ac->a, &rows, err);
	if (code != HB_OK)
		return code;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "baoCao.truongLa", "Sở chưa có trường mang mã %s", cls->school.code);
	if (strcmp(db_text(&rows, 0, SECTOR_SCHOOL_BY_CODE_MEMBER), ac->m->from) != 0)
		return hb_fail(err, HB_E_DENIED, "baoCao.khongPhaiTruong", "hệ thống %s không báo cáo cho trường %s", ac->m->from,
		    cls->school.code);
	ac->school = db_id(&rows, 0, SECTOR_SCHOOL_BY_CODE_ID);
	ac->gradebook = db_text(&rows, 0, SECTOR_SCHOOL_BY_CODE_GRADEBOOK);
	return HB_OK;
}

/* *ret_known: exactly this report is already there. */
static enum hb_code
check_revision(struct accept *ac, bool *ret_known, struct hb_err *err)
{
	const struct record_class *cls = ac->r->cls;
	struct db_rows rows;
	*ret_known = false;
	enum hb_code code = db_rows(ac->tx, &sector_report_newest, DB_ARGS(DB_ID(ac->school.s), DB_TEXT(cls->year),
	    DB_TEXT(record_period_code(cls->period)), DB_TEXT(cls->class_id)), ac->a, &rows, err);
	if (code != HB_OK || rows.n == 0)
		return code;
	int64_t have = db_int(&rows, 0, SECTOR_REPORT_NEWEST_REVISION);
	struct hb_bytes sha = db_bytes(&rows, 0, SECTOR_REPORT_NEWEST_PAYLOAD_SHA256);
	if (have == cls->revision && sha.n == HB_SHA256_LEN && memcmp(sha.p, ac->m->payload_sha256.b, sha.n) == 0) {
		ac->id = db_id(&rows, 0, SECTOR_REPORT_NEWEST_ID);
		*ret_known = true;
		return HB_OK;
	}
	if (cls->revision <= have)
		return hb_fail(err, HB_E_CONFLICT, "baoCao.phienBanCu", "lớp %s đã có báo cáo phiên bản %d, nhận được phiên bản %d",
		    cls->class_name, (int)have, cls->revision);
	return sector_move(ac->tx, ac->school.s, db_id(&rows, 0, SECTOR_REPORT_NEWEST_ID).s, SECTOR_E_REPLACE, ac->actor, NULL,
	    err);
}

/* ---- Rows ---- */
static enum hb_code
put_report(struct accept *ac, struct hb_err *err)
{
	const struct record_class *cls = ac->r->cls;
	return db_run(ac->tx, &sector_report_put, DB_ARGS(DB_ID(ac->school.s), DB_ID(ac->id.s), DB_TEXT(cls->year),
	    DB_TEXT(record_period_code(cls->period)), DB_TEXT(cls->class_id), DB_TEXT(cls->class_name), DB_INT(cls->grade),
	    DB_TEXT(cls->circular), DB_INT(cls->revision), DB_TIME(ac->r->prepared_at), DB_TIME(hb_now()), DB_ID(ac->m->id.s),
	    DB_BYTES(ac->m->payload), DB_BYTES(HB_BYTES(ac->m->payload_sha256.b, HB_SHA256_LEN))), NULL, err);
}

static enum hb_code
put_counts(struct accept *ac, struct hb_err *err)
{
	struct sector_count counts[SECTOR_COUNTS];
	enum hb_code code = HB_OK;
	sector_counts(&ac->r->cls->counts, counts);
	for (int i = 0; i < SECTOR_COUNTS && code == HB_OK; i++)
		code = db_run(ac->tx, &sector_report_count_put,
		    DB_ARGS(DB_ID(ac->school.s), DB_ID(ac->id.s), DB_TEXT(counts[i].what), DB_INT(counts[i].n)), NULL, err);
	return code;
}

static enum hb_code
put_pupils(struct accept *ac, struct hb_err *err)
{
	static const char *const standings[] = { [RECORD_STUDYING] = "studying", [RECORD_JOINED] = "joined",
		[RECORD_LEFT] = "left" };
	const struct record_class *cls = ac->r->cls;
	enum hb_code code = HB_OK;
	for (size_t i = 0; i < cls->n_pupils && code == HB_OK; i++) {
		const struct record_pupil *p = &cls->pupils[i];
		struct sector_pupil_result res = sector_pupil_result(cls, record_class_review(cls, p->id));
		code = db_run(ac->tx, &sector_report_pupil_put, DB_ARGS(DB_ID(ac->school.s), DB_ID(ac->id.s), DB_TEXT(p->id),
		    DB_TEXT(p->person.personal_id), DB_TEXT(standings[p->standing]), DB_TEXT(res.academic), DB_TEXT(res.conduct),
		    DB_TEXT(res.education), DB_TEXT(res.promotion), DB_TEXT(res.award)), NULL, err);
	}
	return code;
}

/* The frozen file and the message that carries it leave in the same transaction. */
static enum hb_code
freeze(struct accept *ac, struct hb_err *err)
{
	struct hb_id message = { "" };
	enum hb_code code = HB_OK;
	if (ac->gradebook[0] != '\0')
		code = exchange_send(ac->s->exchange, ac->tx, &(struct exchange_out){ .to = ac->gradebook, .flow = SECTOR_FLOW_FILE,
		    .kind = SECTOR_KIND_FILE, .payload_type = "application/xml", .payload = ac->r->xml }, &message, err);
	if (code != HB_OK)
		return code;
	code = db_run(ac->tx, &sector_frozen_put, DB_ARGS(DB_ID(ac->school.s), DB_ID(ac->id.s), DB_TIME(hb_now()),
	    DB_BYTES(ac->r->xml), DB_BYTES(HB_BYTES(ac->r->xml_sha256.b, HB_SHA256_LEN)), DB_ID(message.s)), NULL, err);
	if (code != HB_OK)
		return code;
	return sector_move(ac->tx, ac->school.s, ac->id.s, SECTOR_E_FREEZE, ac->actor, NULL, err);
}

static enum hb_code
note(struct accept *ac, struct hb_err *err)
{
	char object[128];
	snprintf(object, sizeof object, "report/%s", ac->id.s);
	return audit_write(ac->tx, &(struct audit_entry){ .school = ac->school.s, .actor = ac->actor, .action = "report.accept",
	    .object = object }, err);
}

static enum hb_code
store(struct accept *ac, struct hb_err *err)
{
	static enum hb_code (*const steps[])(struct accept *, struct hb_err *) = { put_report, put_counts, put_pupils };
	enum hb_code code = HB_OK;
	ac->id = hb_id_new();
	for (size_t i = 0; i < sizeof steps / sizeof steps[0] && code == HB_OK; i++)
		code = steps[i](ac, err);
	if (code == HB_OK)
		code = sector_move(ac->tx, ac->school.s, ac->id.s, SECTOR_E_REPORT, ac->actor, NULL, err);
	if (code == HB_OK)
		code = freeze(ac, err);
	return code == HB_OK ? note(ac, err) : code;
}

/* ---- Handlers ---- */
static enum hb_code
check(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work, struct exchange_answer *ans,
    struct hb_err *err)
{
	(void)ctx;
	struct sector_report *r = NULL;
	enum hb_code code = sector_read_report(m->payload, a, &r, ans, err);
	if (code == HB_OK)
		*ret_work = r;
	return code;
}

static enum hb_code
apply(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans,
    struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct accept ac = { .s = ctx, .tx = tx, .m = m, .r = work, .a = &a };
	bool known;
	enum hb_code code;
	snprintf(ac.actor, sizeof ac.actor, "system:%s", m->from);
	if ((code = find_school(&ac, err)) != HB_OK || (code = check_revision(&ac, &known, err)) != HB_OK)
		return code;
	if (!known && (code = store(&ac, err)) != HB_OK)
		return code;
	exchange_result(ans, json_pack("{s:s, s:i, s:i, s:i}", "report", ac.id.s, "revision", ac.r->cls->revision, "pupils",
	    ac.r->cls->counts.pupils, "score_sum", ac.r->cls->counts.score_sum));
	return HB_OK;
}

const struct exchange_handler sector_class_report = { SECTOR_FLOW_REPORT, SECTOR_KIND_REPORT, check, apply };

enum hb_code
sector_class_file_receipt(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err)
{
	(void)ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct db_rows rows, state;
	char actor[SYSTEM_ACTOR_LEN];
	enum hb_code code = db_rows(tx, &sector_frozen_by_message, DB_ARGS(DB_ID(r->in_reply_to.s)), &a, &rows, err);
	if (code != HB_OK || rows.n == 0)
		return code;
	struct hb_id school = db_id(&rows, 0, SECTOR_FROZEN_BY_MESSAGE_SCHOOL_ID);
	struct hb_id report = db_id(&rows, 0, SECTOR_FROZEN_BY_MESSAGE_REPORT_ID);
	code = db_row(tx, &sector_report_state, DB_ARGS(DB_ID(school.s), DB_ID(report.s)), &a, &state, err);
	if (code != HB_OK)
		return code;
	if (sector_state_parse(db_text(&state, 0, SECTOR_REPORT_STATE_STATE)) != SECTOR_FROZEN)
		return HB_OK;           /* replaced by a newer revision while this one was on its way */
	snprintf(actor, sizeof actor, "system:%s", r->from);
	char *detail = r->accepted ? NULL : json_dumps(r->errors, JSON_COMPACT);
	code = sector_move(tx, school.s, report.s, r->accepted ? SECTOR_E_TAKE : SECTOR_E_RETURN, actor, detail, err);
	free(detail);
	return code;
}

enum hb_code
sector_move(struct db_tx *tx, const char *school, const char *report, enum sector_event event, const char *actor,
    const char *detail, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	struct db_rows rows;
	enum sector_state from = SECTOR_NONE, to;
	int64_t seq = 0;
	enum hb_code code = db_rows(tx, &sector_report_state, DB_ARGS(DB_ID(school), DB_ID(report)), &a, &rows, err);
	if (code != HB_OK)
		return code;
	if (rows.n > 0) {
		from = sector_state_parse(db_text(&rows, 0, SECTOR_REPORT_STATE_STATE));
		seq = db_int(&rows, 0, SECTOR_REPORT_STATE_SEQ);
	}
	if ((code = sector_step(from, event, &to, err)) != HB_OK)
		return code;
	return db_run(tx, &sector_report_event_put, DB_ARGS(DB_ID(school), DB_ID(report), DB_INT(seq + 1), DB_TIME(hb_now()),
	    DB_TEXT(sector_state_code(to)), DB_TEXT(actor), DB_TEXT(detail)), NULL, err);
}
