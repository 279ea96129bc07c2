#include "record/shape.h"

#include <stdio.h>
#include <string.h>

/* ---- a struct made in memory is held to what the readers accept ---- */

static enum hb_code
check_scalar(struct shape_walk *w, const struct shape_field *f, const void *obj)
{
	char scratch[SHAPE_VALUE_LEN];
	const char *text = shape_value(f, obj, scratch);
	if (text == NULL)
		return f->flags & SHAPE_REQUIRED || !shape_absent(f, obj) ? shape_refuse(w, "thiếu hoặc không có trong danh mục")
		                                                          : HB_OK;
	if (f->kind == SHAPE_TEXT)
		return shape_text_check(w, f->facet, text);
	if (f->kind != SHAPE_INT)
		return HB_OK;
	int v = *(const int *)shape_member(f, obj);
	return v >= f->min && v <= f->max ? HB_OK : shape_refuse(w, "%d nằm ngoài %d đến %d", v, f->min, f->max);
}

static enum hb_code
check_mark(struct shape_walk *w, const struct record_mark *m)
{
	bool good = m->kind == RECORD_MARK_NONE ||
	    (m->kind == RECORD_MARK_SCORE && m->tenths >= 0 && m->tenths <= 100) ||
	    (m->kind == RECORD_MARK_LEVEL && m->level > RECORD_LEVEL_NONE && m->level <= RECORD_C);
	return good ? HB_OK : shape_refuse(w, "điểm ngoài thang");
}

static enum hb_code
check_list(struct shape_walk *w, const struct shape_field *f, const void *obj)
{
	size_t n;
	const char *items = shape_list(f, obj, &n);
	if (n > (size_t)f->max || (n == 0 && f->flags & SHAPE_REQUIRED))
		return shape_refuse(w, "phải có tối đa %d phần tử, đang có %zu", f->max, n);
	for (size_t i = 0; i < n; i++) {
		size_t at = shape_enter(w, NULL, (long)i);
		enum hb_code c = shape_check(w, f->of, items + i * f->of->size);
		if (c != HB_OK)
			return c;
		shape_leave(w, at);
	}
	return HB_OK;
}

static enum hb_code
check_field(struct shape_walk *w, const struct shape_field *f, const void *obj)
{
	const void *member = shape_member(f, obj);
	enum hb_code c = HB_OK;
	switch (f->kind) {
	case SHAPE_ID:
		return HB_OK;
	case SHAPE_GROUP:
		return shape_check(w, f->of, obj);
	case SHAPE_PART:
		return shape_check(w, f->of, member);
	case SHAPE_MAYBE:
		return shape_absent(f, obj) ? HB_OK : shape_check(w, f->of, *(void *const *)member);
	case SHAPE_LIST:
		return check_list(w, f, obj);
	case SHAPE_MARK:
		return check_mark(w, member);
	case SHAPE_MARKS:
		for (int i = 0; i < f->max && c == HB_OK; i++)
			c = check_mark(w, (const struct record_mark *)member + i);
		return c;
	default:
		return check_scalar(w, f, obj);
	}
}

enum hb_code
shape_check(struct shape_walk *w, const struct shape *s, const void *obj)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct shape_field *f = &s->fields[i];
		size_t at = shape_enter(w, f->kind == SHAPE_GROUP ? NULL : f->json != NULL ? f->json : f->xml, -1);
		enum hb_code c = check_field(w, f, obj);
		if (c != HB_OK)
			return c;
		shape_leave(w, at);
	}
	return HB_OK;
}

/* ---- every scalar with its place ---- */

static enum hb_code
visit_list(struct shape_walk *w, const struct shape_field *f, const void *obj, shape_visit_fn *fn, void *ctx)
{
	size_t n;
	const char *items = shape_list(f, obj, &n);
	for (size_t i = 0; i < n; i++) {
		size_t at = shape_enter(w, NULL, (long)i);
		enum hb_code c = shape_visit(w, f->of, items + i * f->of->size, fn, ctx);
		if (c != HB_OK)
			return c;
		shape_leave(w, at);
	}
	return HB_OK;
}

static enum hb_code
visit_marks(struct shape_walk *w, const struct shape_field *f, const void *obj, shape_visit_fn *fn, void *ctx)
{
	const struct record_mark *marks = shape_member(f, obj);
	for (size_t i = 0; i < shape_marks_used(f, marks); i++) {
		char text[RECORD_MARK_LEN];
		record_mark_text(marks[i], text);
		size_t at = shape_enter(w, NULL, (long)i);
		enum hb_code c = text[0] == '\0' ? HB_OK : fn(ctx, w->path, text);
		if (c != HB_OK)
			return c;
		shape_leave(w, at);
	}
	return HB_OK;
}

static enum hb_code
visit_field(struct shape_walk *w, const struct shape_field *f, const void *obj, shape_visit_fn *fn, void *ctx)
{
	char scratch[SHAPE_VALUE_LEN];
	const char *text;
	switch (f->kind) {
	case SHAPE_ID:
		return HB_OK;
	case SHAPE_GROUP:
		return shape_visit(w, f->of, obj, fn, ctx);
	case SHAPE_PART:
		return shape_visit(w, f->of, shape_member(f, obj), fn, ctx);
	case SHAPE_MAYBE:
		return shape_absent(f, obj) ? HB_OK : shape_visit(w, f->of, *(void **)shape_member(f, obj), fn, ctx);
	case SHAPE_LIST:
		return visit_list(w, f, obj, fn, ctx);
	case SHAPE_MARKS:
		return visit_marks(w, f, obj, fn, ctx);
	default:
		text = shape_value(f, obj, scratch);
		return text == NULL ? HB_OK : fn(ctx, w->path, text);
	}
}

enum hb_code
shape_visit(struct shape_walk *w, const struct shape *s, const void *obj, shape_visit_fn *fn, void *ctx)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct shape_field *f = &s->fields[i];
		const char *element = f->xml != NULL ? f->xml : f->item;
		size_t at = shape_enter(w, w->json_names ? f->json : element, -1);
		enum hb_code c = visit_field(w, f, obj, fn, ctx);
		if (c != HB_OK)
			return c;
		shape_leave(w, at);
	}
	return HB_OK;
}
