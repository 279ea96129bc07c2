/* Locks and dockets: a closed sheet stays closed, an approved docket opens one cell for one save; progress counts what
 * is missing; the next year takes the promoted. */
#include "school_fixture.h"

#include "school/locks.h"
#include "school/progress.h"
#include "school/rollover.h"

static const char         *class_id, *pupil[2];
static const char          teacher[] = "0193e2a0-0000-7000-8000-000000000001", head[] = "0193e2a0-0000-7000-8000-000000000002";
static struct school_actor as_teacher, as_head;

/* One step in a transaction of its own. */
struct step {
	enum { SAVE, LOCK, OPEN, ASK, DECIDE, PROGRESS, RESULT } what;
	struct school_actor by;
	const char         *text, *reason;
	bool                approve;
	struct hb_id        docket;
	struct marks_saved  saved;
	struct progress     progress;
};

static enum hb_code
result(struct db_tx *tx, const char *promotion, const char *who, struct hb_err *err)
{
	return db_run(tx, &school_result_put,
	    DB_ARGS(DB_ID(fx_school.s), DB_ID(class_id), DB_TEXT("CN"), DB_ID(who), DB_TEXT("T"), DB_TEXT("T"), DB_TEXT(promotion), DB_TEXT(""),
	        DB_INT(1), DB_TEXT("{}"), DB_TIME(hb_now())),
	    NULL, err);
}

static enum hb_code
run(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct step          *s = ctx;
	int64_t               n;
	struct marks_cell     cell = { pupil[0], "GK", s->text, false };
	struct marks_block    block = { .at = { class_id, "TOAN", "HK1" }, .cells = &cell, .n = 1, .base = MARKS_ANY_BASE, .why = "nhập" };
	struct lock_job       lock = { .class_id = class_id, .period = "HK1", .reason = "hết hạn nhập", .lock = s->what == LOCK };
	struct docket_request ask = { .at = { class_id, "TOAN", "HK1" }, .pupil_id = pupil[0], .col = "GK", .text = s->text,
		  .reason = s->reason, .evidence_name = "bai.jpg", .evidence = HB_STR(s->reason) };
	switch (s->what) {
	case SAVE: return marks_save(tx, &s->by, &block, &fx_arena, &s->saved, err);
	case LOCK:
	case OPEN: return locks_write(tx, &s->by, &lock, &fx_arena, &n, err);
	case ASK: return docket_ask(tx, &s->by, &ask, &fx_arena, &s->docket, err);
	case DECIDE: return docket_decide(tx, &s->by, s->docket.s, s->approve, "đã đối chiếu", &fx_arena, err);
	case PROGRESS: return progress_of(tx, fx_school.s, YEAR, "HK1", &fx_arena, &s->progress, err);
	case RESULT: return result(tx, "promoted", pupil[0], err) == HB_OK ? result(tx, "retained", pupil[1], err) : HB_E_INTERNAL;
	}
	return HB_E_INTERNAL;
}

static enum hb_code
step(struct step *s, struct hb_err *err)
{
	*err = HB_ERR_INIT;
	return db_write(fx.db, run, s, err);
}

static bool
refused(struct step s, enum hb_code code, const char *key, const char *name)
{
	struct hb_err err;
	enum hb_code  got = step(&s, &err);
	return ok(got == code && err.key != NULL && strcmp(err.key, key) == 0, "%s: %s", name, err.msg);
}

static bool
done(struct step *s, const char *name)
{
	struct hb_err err;
	return ok(step(s, &err) == HB_OK, "%s %s", name, err.msg);
}

static void
dockets(void)
{
	struct step save = { .what = SAVE, .by = as_teacher, .text = "7", .reason = "" };
	done(&save, "a mark is entered");
	refused((struct step){ .what = ASK, .by = as_teacher, .text = "8", .reason = "cộng sót" }, HB_E_RULE, "phieu.chuaKhoa", "no docket for an open cell");
	struct step lock = { .what = LOCK, .by = as_head, .reason = "" };
	done(&lock, "the head locks the term");
	save.text = "8";
	refused(save, HB_E_CONFLICT, "diem.daKhoa", "the locked cell (seed000-15)");
	refused((struct step){ .what = ASK, .by = as_teacher, .text = "8", .reason = "" }, HB_E_RULE, "phieu.minhChung", "a docket without evidence");
	refused((struct step){ .what = ASK, .by = as_teacher, .text = "7", .reason = "x" }, HB_E_RULE, "phieu.khongDoi", "a docket that changes nothing");
	refused((struct step){ .what = ASK, .by = as_teacher, .text = "88", .reason = "x" }, HB_E_RULE, "diem.khongNhan", "a docket for no mark");
	struct step ask = { .what = ASK, .by = as_teacher, .text = "8", .reason = "cộng sót câu 4" };
	done(&ask, "a docket is asked");
	refused((struct step){ .what = DECIDE, .by = as_teacher, .docket = ask.docket, .approve = true, .reason = "" }, HB_E_DENIED, "phieu.tuDuyet",
	    "nobody approves his own (seed002-5.1b)");
	struct step decide = { .what = DECIDE, .by = as_head, .docket = ask.docket, .approve = true, .reason = "" };
	done(&decide, "the head approves (D11.3)");
	refused(decide, HB_E_CONFLICT, "phieu.daXuLi", "not twice");
	done(&save, "the open cell is written once");
	save.text = "9";
	refused(save, HB_E_CONFLICT, "diem.daKhoa", "and is closed again");
}

static void
progress(void)
{
	struct step p = { .what = PROGRESS, .reason = "" };
	done(&p, "progress of the term");
	int toan = 0;
	for (size_t i = 0; i < p.progress.n; i++)
		if (strcmp(p.progress.lines[i].subject, "TOAN") == 0)
			toan = p.progress.lines[i].filled * 100 + p.progress.lines[i].cells;
	ok(toan == 112, "Toán: 1 of 12 needed cells of two pupils is there (%d)", toan);
	ok(p.progress.n == 13, "12 subjects and the homeroom sheet: %zu lines", p.progress.n);
}

static enum hb_code
next_year_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	return db_run(tx, &school_year_put,
	    DB_ARGS(DB_ID(fx_school.s), DB_TEXT("2026-2027"), DB_TEXT("2026-09-05"), DB_TEXT("2027-01-18"), DB_TEXT("2027-05-31")), NULL, err);
}

static void
next_year(void)
{
	static const struct rollover_pair right = { "6A1", "7A1" }, wrong = { "6A1", "9A1" };
	struct rollover_job  job = { .from = YEAR, .to = "2026-2027", .pairs = &right, .n = 1 };
	struct rollover_done moved;
	struct hb_err        err = HB_ERR_INIT;
	struct step          results = { .what = RESULT, .reason = "" };
	done(&results, "one promoted, one retained");
	ok(rollover_run(&fx, &as_head, &job, &fx_arena, &moved, &err) == HB_E_RULE && strcmp(err.key, "namHoc.chuaMo") == 0, "the new year must be open");
	ok(db_write(fx.db, next_year_tx, NULL, NULL) == HB_OK, "it is opened");
	job.pairs = &wrong;
	err = HB_ERR_INIT;
	ok(rollover_run(&fx, &as_head, &job, &fx_arena, &moved, &err) == HB_E_RULE, "nobody jumps from 6 to 9: %s", err.msg);
	job.pairs = &right;
	err = HB_ERR_INIT;
	ok(rollover_run(&fx, &as_head, &job, &fx_arena, &moved, &err) == HB_OK && moved.moved == 1 && moved.stayed == 1, "%d moved, %d stayed %s",
	    moved.moved, moved.stayed, err.msg);
	ok(rollover_run(&fx, &as_head, &job, &fx_arena, &moved, &err) == HB_OK && moved.moved == 0, "again moves nobody twice");
}

static enum hb_code
look_up(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct school_class c;
	struct marks_sheet  s;
	(void)ctx;
	enum hb_code    code = school_class_named(tx, fx_school.s, YEAR, "6A1", &fx_arena, &c, err);
	struct marks_at at = { c.id, "TOAN", "HK1" };
	if (code == HB_OK)
		code = marks_load(tx, fx_school.s, &at, &fx_arena, &s, err);
	if (code != HB_OK)
		return code;
	class_id = c.id;
	pupil[0] = s.pupils[0].id;
	pupil[1] = s.pupils[1].id;
	return HB_OK;
}

int
main(void)
{
	struct hb_err err;
	if (fx_open()) {
		as_teacher = (struct school_actor){ .school = fx_school.s, .who = teacher };
		as_head = (struct school_actor){ .school = fx_school.s, .who = head };
		json_decref(fx_roster("STT;Mã HS;Họ và tên;Ngày sinh;Giới tính;Lớp\n1;A1;Lê Văn An;01/02/2014;Nam;6A1\n2;A2;Lê Thị Bé;03/02/2014;Nữ;6A1\n",
		    NULL, false, false, &err));
		if (ok(db_read(fx.db, look_up, NULL, &err) == HB_OK, "a class of two %s", err.msg)) {
			dockets();
			progress();
			next_year();
		}
		fx_close();
	}
	return tap_done();
}
