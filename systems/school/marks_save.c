/* Saving a block of cells: check all, then write all with their history. */
#include "school/marks.h"

#include "data/data.h"
#include "json/write.h"
#include "school/school_sql.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One cell of the block after the checks. */
struct change { size_t cell, pupil; unsigned col; struct mark_value now; const char *docket; };

struct saving {
	struct db_tx              *tx;
	const struct school_actor *by;
	const struct marks_block  *b;
	struct hb_arena           *a;
	struct marks_sheet         sheet;
	struct db_rows             opens;
	struct change             *changes;
	size_t                     n_changes;
	struct marks_refusal      *refused;
	size_t                     n_refused;
	bool                       stale, locked;
};

__attribute__((format(printf, 4, 5))) static struct marks_refusal *
refuse(struct saving *s, size_t cell, const char *key, const char *fmt, ...)
{
	char    text[320];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	const char *own = hb_strdup(s->a, text);
	struct marks_refusal *r = &s->refused[s->n_refused++];
	*r = (struct marks_refusal){ .cell = cell, .key = key, .text = own == NULL ? "" : own, .suggestion = "" };
	return r;
}

static const struct marks_lock *
lock_on(const struct marks_sheet *s, const char *col)
{
	for (size_t i = 0; i < s->n_locks; i++)
		if (s->locks[i].col[0] == '\0' || strcmp(s->locks[i].col, col) == 0)
			return &s->locks[i];
	return NULL;
}

/* The docket that has opened this cell, or NULL. */
static const char *
opened_by(struct saving *s, const char *pupil_id, const char *col)
{
	for (size_t i = 0; i < s->opens.n; i++)
		if (strcmp(db_id(&s->opens, i, SCHOOL_OPENS_OF_SHEET_PUPIL_ID).s, pupil_id) == 0 &&
		    strcmp(db_text(&s->opens, i, SCHOOL_OPENS_OF_SHEET_COL), col) == 0)
			return hb_strdup(s->a, db_id(&s->opens, i, SCHOOL_OPENS_OF_SHEET_DOCKET_ID).s);
	return NULL;
}

/* A pupil who left keeps old marks and takes no new ones. */
static bool
sits_in_class(const struct marks_pupil *p)
{
	const char *in = data_look_up(&data_pupil_statuses, "code", p->status, "in_class");
	return in == NULL || strcmp(in, "1") == 0;
}

static void
check_cell(struct saving *s, size_t i)
{
	const struct marks_cell *cell = &s->b->cells[i];
	int                      p = marks_pupil_index(&s->sheet, cell->pupil_id);
	int                      c = marks_col_index(&s->sheet, cell->col);
	if (p < 0) {
		refuse(s, i, "hocSinh.ngoaiLop", "học sinh không thuộc lớp %s", s->sheet.cls.code);
		return;
	}
	const struct marks_pupil *pupil = &s->sheet.pupils[p];
	if (c < 0) {
		refuse(s, i, "cot.khongCo", "bảng này không có cột “%.8s”", cell->col);
		return;
	}
	const struct sheet_column *col = &s->sheet.shape.cols[c];
	struct mark_value          now = { 0 };
	struct cell_problem        problem;
	if (!sheet_parse(col, cell->text, cell->date, s->a, &now, &problem)) {
		struct marks_refusal *r = refuse(s, i, problem.key, "%s, cột %s: %s", pupil->name, col->title, problem.text);
		const char *hint = hb_strdup(s->a, problem.suggestion);
		r->suggestion = hint == NULL ? "" : hint;
		return;
	}
	size_t                   at = (size_t)p * s->sheet.shape.n + (size_t)c;
	const struct mark_value *old = &s->sheet.values[at];
	if (mark_eq(old, &now))
		return;
	for (size_t j = 0; j < s->n_changes; j++)
		if (s->changes[j].pupil == (size_t)p && s->changes[j].col == (unsigned)c) {
			refuse(s, i, "cot.lap", "%s, cột %s đứng hai lần trong một lần lưu", pupil->name, col->title);
			return;
		}
	if (!pupil->takes || !sits_in_class(pupil)) {
		refuse(s, i, "hocSinh.khongHoc", "%s không học môn này trong lớp %s", pupil->name, s->sheet.cls.code);
		return;
	}
	const struct marks_lock *lock = lock_on(&s->sheet, col->code);
	const char              *docket = lock == NULL ? NULL : opened_by(s, pupil->id, col->code);
	if (lock != NULL && docket == NULL) {
		s->locked = true;
		refuse(s, i, "diem.daKhoa", "%s, cột %s đã khoá: %s", pupil->name, col->title, lock->reason);
		return;
	}
	if (s->sheet.versions[at] > s->b->base) {
		s->stale = true;
		struct marks_refusal *r = refuse(s, i, "diem.daDoi", "%s, cột %s: người khác vừa ghi “%s”", pupil->name,
		    col->title, mark_show(old, col->scale, s->a));
		r->yours = mark_wire(&now, col->scale, s->a);
		r->stored = mark_wire(old, col->scale, s->a);
		return;
	}
	s->changes[s->n_changes++] = (struct change){ .cell = i, .pupil = (size_t)p, .col = (unsigned)c, .now = now, .docket = docket };
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

/* The cell an approved docket opened is written once: the docket is done and the opening gone with it. */
static enum hb_code
close_docket(struct saving *s, const char *docket, struct hb_err *err)
{
	struct db_rows last;
	enum hb_code   code = db_row(s->tx, &school_docket_state, DB_ARGS(DB_ID(s->by->school), DB_ID(docket)), s->a, &last, err);
	if (code != HB_OK)
		return code;
	code = db_run(s->tx, &school_docket_event_add,
	    DB_ARGS(DB_ID(s->by->school), DB_ID(docket), DB_INT(db_int(&last, 0, SCHOOL_DOCKET_STATE_ORD) + 1), DB_TEXT("DONE"),
	        DB_TEXT(s->by->who), DB_TIME(hb_business_now()), DB_TEXT("đã ghi ô, khoá lại")),
	    NULL, err);
	if (code != HB_OK)
		return code;
	return db_run(s->tx, &school_open_drop, DB_ARGS(DB_ID(s->by->school), DB_ID(docket)), NULL, err);
}

static enum hb_code
write_change(struct saving *s, const struct change *c, int64_t version, struct hb_err *err)
{
	const struct marks_at    *at = &s->b->at;
	const struct marks_pupil *p = &s->sheet.pupils[c->pupil];
	const char               *col = s->sheet.shape.cols[c->col].code;
	const struct mark_value  *old = &s->sheet.values[c->pupil * s->sheet.shape.n + c->col];
	enum hb_code code = db_run(s->tx, &school_mark_put,
	    DB_ARGS(DB_ID(s->by->school), DB_ID(at->class_id), DB_TEXT(at->subject), DB_TEXT(at->period), DB_ID(p->id),
	        DB_TEXT(col), num_of(&c->now), word_of(&c->now), DB_INT(version)),
	    NULL, err);
	if (code != HB_OK)
		return code;
	code = db_run(s->tx, &school_mark_change_add,
	    DB_ARGS(DB_ID(s->by->school), DB_ID(at->class_id), DB_TEXT(at->subject), DB_TEXT(at->period), DB_INT(version),
	        DB_ID(p->id), DB_TEXT(col), num_of(old), word_of(old), num_of(&c->now), word_of(&c->now)),
	    NULL, err);
	if (code == HB_OK && c->docket != NULL)
		code = close_docket(s, c->docket, err);
	return code;
}

/* {"sheet":…,"version":n,"cells":[[pupil,col,old,new],…]} */
static enum hb_code
audit_changes(struct saving *s, int64_t version, struct hb_err *err)
{
	const struct marks_at *at = &s->b->at;
	HB_SCOPED_BUF          out;
	hb_buf_init(&out, (size_t)4 << 20);
	struct jw w = jw_start(&out);
	jw_object(&w, NULL);
	jw_int(&w, "version", version);
	jw_str(&w, "why", s->b->why);
	jw_array(&w, "cells");
	for (size_t i = 0; i < s->n_changes; i++) {
		const struct change       *c = &s->changes[i];
		const struct sheet_column *col = &s->sheet.shape.cols[c->col];
		jw_array(&w, NULL);
		jw_str(&w, NULL, s->sheet.pupils[c->pupil].id);
		jw_str(&w, NULL, col->code);
		jw_str(&w, NULL, mark_wire(&s->sheet.values[c->pupil * s->sheet.shape.n + c->col], col->scale, s->a));
		jw_str(&w, NULL, mark_wire(&c->now, col->scale, s->a));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	char *object = hb_printf(s->a, "class/%s/%s/%s", at->class_id, at->subject, at->period);
	if (!jw_done(&w) || object == NULL)
		return hb_full(err);
	return school_audit(s->tx, s->by, "marks.put", object, out.p, err);
}

static enum hb_code
write_all(struct saving *s, struct marks_saved *ret, struct hb_err *err)
{
	const struct marks_at *at = &s->b->at;
	int64_t                version = s->sheet.version + 1;
	enum hb_code           code = HB_OK;
#define SHEET DB_ID(s->by->school), DB_ID(at->class_id), DB_TEXT(at->subject), DB_TEXT(at->period)
	code = db_run(s->tx, &school_sheet_open, DB_ARGS(SHEET), NULL, err);
	if (code == HB_OK)
		code = db_run(s->tx, &school_sheet_step, DB_ARGS(SHEET), NULL, err);
	if (code == HB_OK)
		code = db_run(s->tx, &school_mark_save_add,
		    DB_ARGS(SHEET, DB_INT(version), DB_TEXT(s->by->who), DB_TIME(hb_business_now()), DB_TEXT(s->b->why),
		        DB_TEXT(s->b->key)),
		    NULL, err);
#undef SHEET
	for (size_t i = 0; i < s->n_changes && code == HB_OK; i++)
		code = write_change(s, &s->changes[i], version, err);
	if (code == HB_OK)
		code = audit_changes(s, version, err);
	if (code == HB_OK)
		ret->version = version;
	return code;
}

/* The same key again: the first save's answer, unless it was for another sheet. */
static enum hb_code
known_key(struct saving *s, bool *ret_known, struct marks_saved *ret, struct hb_err *err)
{
	const struct marks_at *at = &s->b->at;
	struct db_rows         rows;
	*ret_known = false;
	if (s->b->key == NULL)
		return HB_OK;
	enum hb_code code =
	    db_rows(s->tx, &school_mark_save_by_key, DB_ARGS(DB_ID(s->by->school), DB_TEXT(s->b->key)), s->a, &rows, err);
	if (code != HB_OK || rows.n == 0)
		return code;
	if (strcmp(db_id(&rows, 0, SCHOOL_MARK_SAVE_BY_KEY_CLASS_ID).s, at->class_id) != 0 ||
	    strcmp(db_text(&rows, 0, SCHOOL_MARK_SAVE_BY_KEY_SUBJECT), at->subject) != 0 ||
	    strcmp(db_text(&rows, 0, SCHOOL_MARK_SAVE_BY_KEY_PERIOD), at->period) != 0)
		return hb_fail(err, HB_E_CONFLICT, "luu.trungKhoa", "mã lần lưu này đã dùng cho bảng khác");
	*ret_known = true;
	ret->version = db_int(&rows, 0, SCHOOL_MARK_SAVE_BY_KEY_VERSION);
	return HB_OK;
}

static enum hb_code
verdict(const struct saving *s, struct hb_err *err)
{
	const char *first = s->refused[0].text;
	if (s->stale)
		return hb_fail(err, HB_E_CONFLICT, "diem.daDoi", "%zu ô chưa lưu; %s", s->n_refused, first);
	if (s->locked)
		return hb_fail(err, HB_E_CONFLICT, "diem.daKhoa", "%zu ô chưa lưu; %s", s->n_refused, first);
	return hb_fail(err, HB_E_RULE, "diem.khongNhan", "%zu ô chưa lưu; %s", s->n_refused, first);
}

static enum hb_code
tell_changes(struct saving *s, struct marks_saved *ret, struct hb_err *err)
{
	struct marks_change *v = HB_NEWN(s->a, struct marks_change, s->n_changes + 1);
	if (v == NULL)
		return hb_full(err);
	for (size_t i = 0; i < s->n_changes; i++) {
		const struct change *c = &s->changes[i];
		enum cell_scale      scale = s->sheet.shape.cols[c->col].scale;
		v[i] = (struct marks_change){ .cell = c->cell,
			.old = mark_wire(&s->sheet.values[c->pupil * s->sheet.shape.n + c->col], scale, s->a),
			.now = mark_wire(&c->now, scale, s->a) };
	}
	*ret = (struct marks_saved){ .version = s->sheet.version, .n_changed = s->n_changes, .changed = v,
		.n_refused = s->n_refused, .refused = s->refused };
	return HB_OK;
}

enum hb_code
marks_save(struct db_tx *tx, const struct school_actor *by, const struct marks_block *b, struct hb_arena *a,
    struct marks_saved *ret_saved, struct hb_err *err)
{
	struct saving s = { .tx = tx, .by = by, .b = b, .a = a };
	bool          known;
	*ret_saved = (struct marks_saved){ 0 };
	enum hb_code code = known_key(&s, &known, ret_saved, err);
	if (code != HB_OK || known)
		return code;
	if ((code = marks_load(tx, by->school, &b->at, a, &s.sheet, err)) != HB_OK)
		return code;
	if (s.sheet.n_locks > 0)
		code = db_rows(tx, &school_opens_of_sheet,
		    DB_ARGS(DB_ID(by->school), DB_ID(b->at.class_id), DB_TEXT(b->at.subject), DB_TEXT(b->at.period)), a,
		    &s.opens, err);
	if (code != HB_OK)
		return code;
	s.changes = HB_NEWN(a, struct change, b->n + 1);
	s.refused = HB_NEWN(a, struct marks_refusal, b->n + 1);
	if (s.changes == NULL || s.refused == NULL)
		return hb_full(err);
	for (size_t i = 0; i < b->n; i++)
		check_cell(&s, i);
	if ((code = tell_changes(&s, ret_saved, err)) != HB_OK)
		return code;
	if (s.n_refused > 0)
		return verdict(&s, err);
	if (s.n_changes == 0 || b->dry_run)
		return HB_OK;
	return write_all(&s, ret_saved, err);
}
