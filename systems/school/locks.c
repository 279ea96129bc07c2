#include "school/locks.h"

#include "base/codec.h"
#include "school/school_sql.h"

#include <string.h>

#define SHEET_OF(job, subject_) DB_ID(by->school), DB_ID((job)->class_id), DB_TEXT(subject_), DB_TEXT((job)->period)

static enum hb_code
lock_one(struct db_tx *tx, const struct school_actor *by, const struct lock_job *job, const char *subject, struct hb_err *err)
{
	const char *col = job->col == NULL ? "" : job->col;
	int64_t     changed = 0;
	enum hb_code code = job->lock
	    ? db_run(tx, &school_lock_put, DB_ARGS(SHEET_OF(job, subject), DB_TEXT(col), DB_TEXT(by->who), DB_TIME(hb_business_now()), DB_TEXT(job->reason)), &changed, err)
	    : db_run(tx, &school_lock_drop, DB_ARGS(SHEET_OF(job, subject), DB_TEXT(col)), &changed, err);
	if (code != HB_OK || changed == 0)
		return code;
	return db_run(tx, &school_lock_event_add,
	    DB_ARGS(DB_ID(by->school), DB_ID(hb_id_new().s), DB_ID(job->class_id), DB_TEXT(subject), DB_TEXT(job->period),
	        DB_TEXT(col), DB_TEXT(job->lock ? "LOCK" : "OPEN"), DB_TEXT(by->who), DB_TIME(hb_business_now()), DB_TEXT(job->reason)),
	    NULL, err);
}

enum hb_code
locks_write(struct db_tx *tx, const struct school_actor *by, const struct lock_job *job, struct hb_arena *a,
    int64_t *ret_n, struct hb_err *err)
{
	struct school_class c;
	struct db_rows      rows;
	enum hb_code        code = school_class_by_id(tx, by->school, job->class_id, a, &c, err);
	if (code == HB_OK)
		code = db_rows(tx, &school_class_subjects, DB_ARGS(DB_ID(by->school), DB_ID(job->class_id)), a, &rows, err);
	if (code != HB_OK)
		return code;
	int64_t n = 0;
	for (size_t i = 0; i <= rows.n && code == HB_OK; i++) {
		const char *subject = i < rows.n ? db_text(&rows, i, SCHOOL_CLASS_SUBJECTS_SUBJECT) : SHEET_HOMEROOM;
		if (job->subject != NULL && strcmp(job->subject, subject) != 0)
			continue;
		code = lock_one(tx, by, job, subject, err);
		n++;
	}
	char *object = hb_printf(a, "class/%s/%s/%s", job->class_id, job->subject == NULL ? "*" : job->subject, job->period);
	if (object == NULL)
		return hb_full(err);
	*ret_n = n;
	return code == HB_OK ? school_audit(tx, by, job->lock ? "sheet.lock" : "sheet.open", object, NULL, err) : code;
}

/* ---- dockets ---- */

static bool
is_locked(const struct marks_sheet *s, const char *col)
{
	for (size_t i = 0; i < s->n_locks; i++)
		if (s->locks[i].col[0] == '\0' || strcmp(s->locks[i].col, col) == 0)
			return true;
	return false;
}

static enum hb_code
add_event(struct db_tx *tx, const struct school_actor *by, const char *docket, int64_t ord, const char *state, const char *note,
    struct hb_err *err)
{
	return db_run(tx, &school_docket_event_add,
	    DB_ARGS(DB_ID(by->school), DB_ID(docket), DB_INT(ord), DB_TEXT(state), DB_TEXT(by->who), DB_TIME(hb_business_now()),
	        DB_TEXT(note)),
	    NULL, err);
}

static struct db_val
num_of(const struct mark_value *v)
{
	return v->kind == MARK_NUM ? DB_INT(v->num) : DB_NULL();
}

static struct db_val
word_of(const struct mark_value *v)
{
	return v->kind == MARK_WORD ? DB_TEXT(v->word) : DB_NULL();
}

enum hb_code
docket_ask(struct db_tx *tx, const struct school_actor *by, const struct docket_request *q, struct hb_arena *a,
    struct hb_id *ret_id, struct hb_err *err)
{
	struct marks_sheet  s;
	struct mark_value   now;
	struct cell_problem problem;
	enum hb_code        code = marks_load(tx, by->school, &q->at, a, &s, err);
	if (code != HB_OK)
		return code;
	int p = marks_pupil_index(&s, q->pupil_id), c = marks_col_index(&s, q->col);
	if (p < 0)
		return hb_fail(err, HB_E_RULE, "hocSinh.ngoaiLop", "học sinh không thuộc lớp %s", s.cls.code);
	if (c < 0)
		return hb_fail(err, HB_E_RULE, "cot.khongCo", "bảng này không có cột “%.8s”", q->col);
	if (!sheet_parse(&s.shape.cols[c], q->text, false, a, &now, &problem))
		return hb_fail(err, HB_E_RULE, "diem.khongNhan", "%s", problem.text);
	const struct mark_value *old = &s.values[(size_t)p * s.shape.n + (size_t)c];
	if (!is_locked(&s, q->col))
		return hb_fail(err, HB_E_RULE, "phieu.chuaKhoa", "cột %s chưa khoá: sửa thẳng trong bảng", s.shape.cols[c].title);
	if (mark_eq(old, &now))
		return hb_fail(err, HB_E_RULE, "phieu.khongDoi", "giá trị đề nghị giống giá trị đang có");
	if (q->evidence.n == 0 || q->reason[0] == '\0') {
		hb_fail(err, HB_E_RULE, "phieu.minhChung", "phiếu phải có lí do và minh chứng");
		return hb_clause(err, "seed002 Đ5");
	}
	struct hb_id id = hb_id_new();
	code = db_run(tx, &school_docket_add,
	    DB_ARGS(DB_ID(by->school), DB_ID(id.s), DB_ID(q->at.class_id), DB_TEXT(q->at.subject), DB_TEXT(q->at.period), DB_ID(q->pupil_id),
	        DB_TEXT(q->col), num_of(old), word_of(old), num_of(&now), word_of(&now), DB_TEXT(q->reason), DB_TEXT(q->evidence_name),
	        DB_BYTES(q->evidence), DB_TEXT(by->who), DB_TIME(hb_business_now())),
	    NULL, err);
	if (code == HB_OK)
		code = add_event(tx, by, id.s, 1, "ASKED", q->reason, err);
	char *object = hb_printf(a, "docket/%s", id.s);
	if (object == NULL)
		return hb_full(err);
	*ret_id = id;
	return code == HB_OK ? school_audit(tx, by, "docket.ask", object, NULL, err) : code;
}

enum hb_code
docket_decide(struct db_tx *tx, const struct school_actor *by, const char *docket, bool approve, const char *note,
    struct hb_arena *a, struct hb_err *err)
{
	struct db_rows state, what;
	enum hb_code   code = db_rows(tx, &school_docket_state, DB_ARGS(DB_ID(by->school), DB_ID(docket)), a, &state, err);
	if (code == HB_OK)
		code = db_rows(tx, &school_docket_get, DB_ARGS(DB_ID(by->school), DB_ID(docket)), a, &what, err);
	if (code != HB_OK)
		return code;
	if (what.n == 0 || state.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "phieu.khongCo", "không có phiếu này");
	if (strcmp(db_text(&state, 0, SCHOOL_DOCKET_STATE_STATE), "ASKED") != 0)
		return hb_fail(err, HB_E_CONFLICT, "phieu.daXuLi", "phiếu đã được xử lí");
	if (strcmp(db_text(&what, 0, SCHOOL_DOCKET_GET_ASKED_BY), by->who) == 0)
		return hb_fail(err, HB_E_DENIED, "phieu.tuDuyet", "người đề nghị không tự duyệt phiếu của mình");
	code = add_event(tx, by, docket, 2, approve ? "APPROVED" : "REFUSED", note, err);
	if (code == HB_OK && approve)
		code = db_run(tx, &school_open_put,
		    DB_ARGS(DB_ID(by->school), DB_ID(db_id(&what, 0, SCHOOL_DOCKET_GET_CLASS_ID).s), DB_TEXT(db_text(&what, 0, SCHOOL_DOCKET_GET_SUBJECT)),
		        DB_TEXT(db_text(&what, 0, SCHOOL_DOCKET_GET_PERIOD)), DB_ID(db_id(&what, 0, SCHOOL_DOCKET_GET_PUPIL_ID).s),
		        DB_TEXT(db_text(&what, 0, SCHOOL_DOCKET_GET_COL)), DB_ID(docket)),
		    NULL, err);
	char *object = hb_printf(a, "docket/%s", docket);
	if (object == NULL)
		return hb_full(err);
	return code == HB_OK ? school_audit(tx, by, approve ? "docket.approve" : "docket.refuse", object, NULL, err) : code;
}
