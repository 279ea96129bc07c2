/* Routes of one mark sheet: the grid, a save, a cell's history, the paper totals, the template, an extract. */
#include "school/routes.h"

#include "base/codec.h"
#include "school/extract.h"
#include "school/school_api.h"
#include "school/school_sql.h"
#include "school/template.h"

#include <stdio.h>
#include <string.h>

static const char *const scale_names[] = { "mark", "test", "pass", "conduct", "result", "trait", "count", "measure", "yes", "text" };

struct showing { struct api_req *r; struct marks_sheet s; struct marks_total totals[SHEET_COLS_MAX]; };

static enum hb_code
load(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct showing *x = ctx;
	struct marks_at at = routes_sheet(x->r);
	enum hb_code    code = marks_load(tx, x->r->who->school.s, &at, x->r->a, &x->s, err);
	return code == HB_OK ? marks_totals(tx, x->r->who->school.s, &x->s, &at, x->r->a, x->totals, err) : code;
}

static void
write_columns(struct jw *w, const struct marks_sheet *s)
{
	jw_array(w, "columns");
	for (unsigned c = 0; c < s->shape.n; c++) {
		jw_object(w, NULL);
		jw_str(w, "code", s->shape.cols[c].code);
		jw_str(w, "title", s->shape.cols[c].title);
		jw_str(w, "scale", scale_names[s->shape.cols[c].scale]);
		jw_bool(w, "needed", s->shape.cols[c].needed);
		jw_end(w);
	}
	jw_end(w);
}

static void
write_pupils(struct jw *w, const struct marks_sheet *s, struct hb_arena *a)
{
	jw_array(w, "pupils");
	for (size_t p = 0; p < s->n_pupils; p++) {
		jw_object(w, NULL);
		jw_str(w, "id", s->pupils[p].id);
		jw_str(w, "code", s->pupils[p].code);
		jw_int(w, "number", s->pupils[p].number);
		jw_str(w, "name", s->pupils[p].name);
		jw_str(w, "status", s->pupils[p].status);
		jw_bool(w, "takes", s->pupils[p].takes);
		jw_array(w, "values");
		for (unsigned c = 0; c < s->shape.n; c++)
			jw_str(w, NULL, mark_wire(&s->values[p * s->shape.n + c], s->shape.cols[c].scale, a));
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

static void
sum_text(int64_t tenths, char out[24])
{
	snprintf(out, 24, "%lld.%d", (long long)(tenths / 10), (int)(tenths % 10));
}

static void
write_totals(struct jw *w, const struct showing *x)
{
	char sum[24];
	jw_array(w, "totals");
	for (unsigned c = 0; c < x->s.shape.n; c++) {
		const struct marks_total *t = &x->totals[c];
		jw_object(w, NULL);
		jw_str(w, "column", t->col);
		jw_int(w, "filled", t->filled);
		sum_text(t->sum, sum);
		jw_str(w, "sum", sum);
		if (t->has_paper) {
			jw_int(w, "papers", t->papers);
			sum_text(t->paper_sum, sum);
			jw_str(w, "paper_sum", sum);
		} else {
			jw_null(w, "papers");
			jw_null(w, "paper_sum");
		}
		jw_end(w);
	}
	jw_end(w);
}

enum hb_code
school_sheet_get(struct api_req *r, struct hb_err *err)
{
	struct showing *x = HB_NEW(r->a, struct showing);
	if (x == NULL)
		return hb_full(err);
	x->r = r;
	enum hb_code code = db_read(routes_school(r)->db, load, x, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "class", x->s.cls.code);
	jw_str(&w, "year", x->s.cls.year);
	jw_str(&w, "subject", api_param(r, "subject"));
	jw_str(&w, "period", api_param(r, "period"));
	jw_str(&w, "kind", x->s.kind);
	jw_int(&w, "version", x->s.version);
	write_columns(&w, &x->s);
	write_pupils(&w, &x->s, r->a);
	jw_array(&w, "locks");
	for (size_t i = 0; i < x->s.n_locks; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "subject", api_param(r, "subject"));
		jw_str(&w, "period", api_param(r, "period"));
		jw_str(&w, "column", x->s.locks[i].col);
		jw_str(&w, "by", x->s.locks[i].by);
		jw_time(&w, "at", x->s.locks[i].at);
		jw_str(&w, "reason", x->s.locks[i].reason);
		jw_end(&w);
	}
	jw_end(&w);
	write_totals(&w, x);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_sheet_template(struct api_req *r, struct hb_err *err)
{
	struct showing *x = HB_NEW(r->a, struct showing);
	struct hb_bytes file;
	if (x == NULL)
		return hb_full(err);
	x->r = r;
	enum hb_code code = db_read(routes_school(r)->db, load, x, err);
	if (code == HB_OK)
		code = template_sheet(&x->s, api_param(r, "subject"), api_param(r, "period"), r->a, &file, err);
	if (code != HB_OK)
		return code;
	r->content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
	api_reply_header(r, "Content-Disposition", "attachment; filename=\"bang-diem.xlsx\"");
	hb_put(r->out, file.p, file.n);
	return hb_buf_ok(r->out) ? HB_OK : hb_full(err);
}

/* ---- saving ---- */

struct saving { struct api_req *r; struct marks_block b; struct marks_saved saved; };

static enum hb_code
save(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct saving      *s = ctx;
	struct school_actor by = routes_actor(s->r);
	return marks_save(tx, &by, &s->b, s->r->a, &s->saved, err);
}

static void
name_refusals(const struct saving *s)
{
	for (size_t i = 0; i < s->saved.n_refused; i++) {
		const struct marks_refusal *x = &s->saved.refused[i];
		char pointer[64];
		snprintf(pointer, sizeof pointer, "/cells/%zu/value", x->cell);
		const char *own = hb_strdup(s->r->a, pointer);
		if (own == NULL)
			return;
		if (x->stored != NULL)
			api_field_conflict(s->r, own, x->yours, x->stored);
		else
			api_field_error(s->r, own, x->key, x->text);
	}
}

static enum hb_code
answer_saved(struct api_req *r, int64_t version, size_t changed, struct hb_err *err)
{
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "version", version);
	jw_int(&w, "changed", (int64_t)changed);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_marks_put(struct api_req *r, struct hb_err *err)
{
	const json_t      *list = json_object_get(r->body, "cells");
	size_t             n = json_array_size(list);
	struct marks_cell *cells = HB_NEWN(r->a, struct marks_cell, n + 1);
	enum hb_code       code = routes_may_write(r, err);
	if (code != HB_OK)
		return code;
	if (cells == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i++) {
		const json_t *c = json_array_get(list, i);
		cells[i] = (struct marks_cell){ routes_str(c, "pupil"), routes_str(c, "column"), routes_str(c, "value"), false };
	}
	struct saving s = { .r = r, .b = { .at = routes_sheet(r), .cells = cells, .n = n, .why = "nhập",
		                    .base = json_integer_value(json_object_get(r->body, "base")), .key = r->idempotency_key } };
	code = db_write(routes_school(r)->db, save, &s, err);
	if (code != HB_OK) {
		name_refusals(&s);
		return code;
	}
	return answer_saved(r, s.saved.version, s.saved.n_changed, err);
}

/* ---- paper totals ---- */

static enum hb_code
write_control(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct api_req     *r = ctx;
	struct school_actor by = routes_actor(r);
	struct marks_at     at = routes_sheet(r);
	const char         *sum = routes_str(r->body, "sum");
	long                whole = 0, part = 0;
	char                mark[2], tail;
	int got = sscanf(sum, "%6ld%1[.,]%1ld%c", &whole, mark, &part, &tail);
	if ((got != 1 && got != 3) || whole < 0)
		return hb_fail(err, HB_E_INPUT, "diem.tong", "tổng điểm “%.10s” phải là số có một chữ số thập phân", sum);
	enum hb_code code = db_run(tx, &school_control_put,
	    DB_ARGS(DB_ID(by.school), DB_ID(at.class_id), DB_TEXT(at.subject), DB_TEXT(at.period), DB_TEXT(routes_str(r->body, "column")),
	        DB_INT(json_integer_value(json_object_get(r->body, "papers"))), DB_INT(whole * 10 + part), DB_TEXT(by.who),
	        DB_TIME(hb_business_now())),
	    NULL, err);
	char *object = hb_printf(r->a, "class/%s/%s/%s", at.class_id, at.subject, at.period);
	if (object == NULL)
		return hb_full(err);
	return code == HB_OK ? school_audit(tx, &by, "control.write", object, NULL, err) : code;
}

enum hb_code
school_control_write(struct api_req *r, struct hb_err *err)
{
	enum hb_code code = routes_may_write(r, err);
	return code != HB_OK ? code : db_write(routes_school(r)->db, write_control, r, err);
}

/* ---- history of one cell ---- */

static const char *
stored(const struct db_rows *rows, size_t i, unsigned num, unsigned word, enum cell_scale scale, struct hb_arena *a)
{
	struct mark_value v = { 0 };
	if (!db_is_null(rows, i, num))
		v = (struct mark_value){ .kind = MARK_NUM, .num = (int)db_int(rows, i, num) };
	else if (!db_is_null(rows, i, word))
		v = (struct mark_value){ .kind = MARK_WORD, .word = db_text(rows, i, word) };
	return mark_wire(&v, scale, a);
}

enum hb_code
school_cell_history_show(struct api_req *r, struct hb_err *err)
{
	struct marks_at at = routes_sheet(r);
	struct showing *x = HB_NEW(r->a, struct showing);
	struct db_rows  rows;
	if (x == NULL)
		return hb_full(err);
	x->r = r;
	enum hb_code code = db_read(routes_school(r)->db, load, x, err);
	if (code == HB_OK)
		code = routes_rows(r, &school_cell_history,
		    DB_ARGS(DB_ID(r->who->school.s), DB_ID(at.class_id), DB_TEXT(at.subject), DB_TEXT(at.period),
		        DB_ID(api_query(r, "pupil")), DB_TEXT(api_query(r, "column"))),
		    &rows, err);
	if (code != HB_OK)
		return code;
	const struct sheet_column *col = sheet_column(&x->s.shape, api_query(r, "column"));
	enum cell_scale            scale = col == NULL ? CELL_TEXT : col->scale;
	struct jw                  w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_int(&w, "version", db_int(&rows, i, SCHOOL_CELL_HISTORY_VERSION));
		jw_time(&w, "at", db_time(&rows, i, SCHOOL_CELL_HISTORY_SAVED_AT));
		jw_str(&w, "by", db_text(&rows, i, SCHOOL_CELL_HISTORY_SAVED_BY));
		jw_str(&w, "why", db_text(&rows, i, SCHOOL_CELL_HISTORY_WHY));
		jw_str(&w, "old", stored(&rows, i, SCHOOL_CELL_HISTORY_OLD_NUM, SCHOOL_CELL_HISTORY_OLD_WORD, scale, r->a));
		jw_str(&w, "new", stored(&rows, i, SCHOOL_CELL_HISTORY_NEW_NUM, SCHOOL_CELL_HISTORY_NEW_WORD, scale, r->a));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- marks of the first term from another school (D15.2b) ---- */

struct taking { struct api_req *r; struct hb_bytes file; const char *verdict; size_t changed; };

static enum hb_code
take_subject(struct db_tx *tx, struct taking *t, const json_t *subject, const char *why, struct hb_err *err)
{
	struct school_actor by = routes_actor(t->r);
	const json_t       *list = json_object_get(subject, "cells");
	size_t              n = json_array_size(list);
	struct marks_cell  *cells = HB_NEWN(t->r->a, struct marks_cell, n + 1);
	struct marks_saved  saved;
	if (cells == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i++) {
		const json_t *c = json_array_get(list, i);
		cells[i] = (struct marks_cell){ routes_str(t->r->body, "pupil"), routes_str(c, "column"), routes_str(c, "value"), false };
	}
	struct marks_block b = { .at = { api_param(t->r, "class"), routes_str(subject, "subject"), "HK1" }, .cells = cells, .n = n,
		.base = MARKS_ANY_BASE, .why = why };
	enum hb_code code = marks_save(tx, &by, &b, t->r->a, &saved, err);
	t->changed += saved.n_changed;
	return code;
}

static enum hb_code
take(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct taking      *t = ctx;
	struct api_req     *r = t->r;
	struct school_actor by = routes_actor(r);
	struct school_class c;
	const json_t       *marks = json_object_get(r->body, "marks");
	struct hb_sha256    sum = hb_sha256(t->file);
	const char         *hex = hb_hex(r->a, HB_BYTES(sum.b, HB_SHA256_LEN));
	const char         *why = hb_printf(r->a, "tiếp nhận theo bản trích số %s của %s", routes_str(r->body, "number"), routes_str(r->body, "from_school"));
	t->changed = 0;
	if (hex == NULL || why == NULL)
		return hb_full(err);
	enum hb_code code = school_class_by_id(tx, by.school, api_param(r, "class"), r->a, &c, err);
	if (code == HB_OK)
		code = db_run(tx, &school_extract_add,
		    DB_ARGS(DB_ID(by.school), DB_ID(routes_str(r->body, "pupil")), DB_TEXT(c.year), DB_TEXT(routes_str(r->body, "from_school")),
		        DB_TEXT(routes_str(r->body, "number")), DB_TEXT(routes_str(r->body, "signed_on")), DB_TEXT(hex), DB_TEXT(t->verdict), DB_BYTES(t->file),
		        DB_TEXT(by.who), DB_TIME(hb_business_now())),
		    NULL, err);
	for (size_t i = 0; i < json_array_size(marks) && code == HB_OK; i++)
		code = take_subject(tx, t, json_array_get(marks, i), why, err);
	return code;
}

enum hb_code
school_extract_take(struct api_req *r, struct hb_err *err)
{
	struct taking t = { .r = r };
	enum hb_code  code = json_get_base64(r->body, "file", r->a, &t.file, err);
	if (code == HB_OK)
		code = extract_judge(t.file, routes_school(r)->trust, r->a, &t.verdict, err);
	if (code == HB_OK)
		code = db_write(routes_school(r)->db, take, &t, err);
	return code == HB_OK ? answer_saved(r, 1, t.changed, err) : code;
}
