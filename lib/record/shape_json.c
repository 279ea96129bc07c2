#include "record/shape.h"

#include <stdio.h>
#include <string.h>

/* ---- writing ---- */

static void put_fields(struct jw *j, const struct shape *s, const void *obj);

static void
put_marks(struct jw *j, const struct shape_field *f, const void *obj)
{
	const struct record_mark *marks = shape_member(f, obj);
	jw_array(j, f->json);
	for (size_t i = 0; i < shape_marks_used(f, marks); i++) {
		char text[RECORD_MARK_LEN];
		record_mark_text(marks[i], text);
		jw_str(j, NULL, text[0] == '\0' ? NULL : text);
	}
	jw_end(j);
}

static void
put_list(struct jw *j, const struct shape_field *f, const void *obj)
{
	size_t n;
	const char *items = shape_list(f, obj, &n);
	jw_array(j, f->json);
	for (size_t i = 0; i < n; i++)
		shape_json_put(j, NULL, f->of, items + i * f->of->size);
	jw_end(j);
}

static void
put_scalar(struct jw *j, const struct shape_field *f, const void *obj)
{
	char scratch[SHAPE_VALUE_LEN];
	const char *text = shape_value(f, obj, scratch);
	if (text == NULL)
		return;
	if (f->kind == SHAPE_INT)
		jw_int(j, f->json, *(const int *)shape_member(f, obj));
	else if (f->kind == SHAPE_FLAG)
		jw_bool(j, f->json, true);
	else
		jw_str(j, f->json, text);
}

static void
put_field(struct jw *j, const struct shape_field *f, const void *obj)
{
	if (f->kind == SHAPE_GROUP) {
		put_fields(j, f->of, obj);
		return;
	}
	if (f->json == NULL || (shape_absent(f, obj) && !(f->flags & SHAPE_REQUIRED)))
		return;
	switch (f->kind) {
	case SHAPE_MARKS:
		put_marks(j, f, obj);
		break;
	case SHAPE_LIST:
		put_list(j, f, obj);
		break;
	case SHAPE_PART:
		shape_json_put(j, f->json, f->of, shape_member(f, obj));
		break;
	case SHAPE_MAYBE:
		shape_json_put(j, f->json, f->of, *(void **)shape_member(f, obj));
		break;
	default:
		put_scalar(j, f, obj);
	}
}

static void
put_fields(struct jw *j, const struct shape *s, const void *obj)
{
	for (size_t i = 0; i < s->n; i++)
		put_field(j, &s->fields[i], obj);
}

void
shape_json_put(struct jw *j, const char *name, const struct shape *s, const void *obj)
{
	jw_object(j, name);
	put_fields(j, s, obj);
	jw_end(j);
}

/* ---- reading ---- */

static enum hb_code get_fields(struct shape_walk *w, const struct shape *s, const json_t *value, void *obj, size_t *used);

static enum hb_code
get_marks(struct shape_walk *w, const struct shape_field *f, const json_t *value, void *obj)
{
	struct record_mark *marks = shape_member(f, obj);
	if (!json_is_array(value) || json_array_size(value) > (size_t)f->max)
		return shape_refuse(w, "phải là mảng có tối đa %d điểm", f->max);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *one = json_array_get(value, i);
		if (json_is_null(one))
			continue;
		size_t at = shape_enter(w, NULL, (long)i);
		enum hb_code c = json_is_string(one) ? shape_mark_set(w, &marks[i], json_string_value(one))
		                                     : shape_refuse(w, "điểm phải là chuỗi như \"7.5\" hoặc null");
		if (c != HB_OK)
			return c;
		shape_leave(w, at);
	}
	return HB_OK;
}

static enum hb_code
get_list(struct shape_walk *w, const struct shape_field *f, const json_t *value, void *obj)
{
	if (!json_is_array(value) || json_array_size(value) > (size_t)f->max)
		return shape_refuse(w, "phải là mảng có tối đa %d phần tử", f->max);
	size_t n = json_array_size(value);
	char *items = hb_alloc_n(w->a, n == 0 ? 1 : n, f->of->size);
	if (items == NULL)
		return hb_full(w->err);
	for (size_t i = 0; i < n; i++) {
		size_t at = shape_enter(w, NULL, (long)i);
		enum hb_code c = shape_json_get(w, f->of, json_array_get(value, i), items + i * f->of->size);
		if (c != HB_OK)
			return c;
		shape_leave(w, at);
	}
	*(void **)shape_member(f, obj) = n == 0 ? NULL : items;
	*(size_t *)((char *)obj + f->n_offset) = n;
	return HB_OK;
}

static enum hb_code
get_maybe(struct shape_walk *w, const struct shape_field *f, const json_t *value, void *obj)
{
	void *part = hb_alloc(w->a, f->of->size);
	if (part == NULL)
		return hb_full(w->err);
	*(void **)shape_member(f, obj) = part;
	return shape_json_get(w, f->of, value, part);
}

static enum hb_code
get_scalar(struct shape_walk *w, const struct shape_field *f, const json_t *value, void *obj)
{
	char digits[32];
	if (f->kind == SHAPE_INT) {
		if (!json_is_integer(value))
			return shape_refuse(w, "phải là số nguyên");
		snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value));
		return shape_value_set(w, f, obj, digits);
	}
	if (f->kind == SHAPE_FLAG) {
		if (!json_is_boolean(value))
			return shape_refuse(w, "phải là true hoặc false");
		*(bool *)shape_member(f, obj) = json_is_true(value);
		return HB_OK;
	}
	if (!json_is_string(value))
		return shape_refuse(w, "phải là chuỗi");
	return shape_value_set(w, f, obj, json_string_value(value));
}

static enum hb_code
get_present(struct shape_walk *w, const struct shape_field *f, const json_t *value, void *obj)
{
	switch (f->kind) {
	case SHAPE_MARKS:
		return get_marks(w, f, value, obj);
	case SHAPE_LIST:
		return get_list(w, f, value, obj);
	case SHAPE_PART:
		return shape_json_get(w, f->of, value, shape_member(f, obj));
	case SHAPE_MAYBE:
		return get_maybe(w, f, value, obj);
	default:
		return get_scalar(w, f, value, obj);
	}
}

static enum hb_code
get_field(struct shape_walk *w, const struct shape_field *f, const json_t *object, void *obj, size_t *used)
{
	if (f->kind == SHAPE_GROUP)
		return get_fields(w, f->of, object, obj, used);
	if (f->json == NULL)
		return HB_OK;
	const json_t *value = json_object_get(object, f->json);
	*used += value != NULL;
	size_t at = shape_enter(w, f->json, -1);
	if (value == NULL || json_is_null(value)) {
		if (f->flags & SHAPE_REQUIRED)
			return shape_refuse(w, "thiếu trường bắt buộc");
	} else {
		enum hb_code c = get_present(w, f, value, obj);
		if (c != HB_OK)
			return c;
	}
	shape_leave(w, at);
	return HB_OK;
}

static enum hb_code
get_fields(struct shape_walk *w, const struct shape *s, const json_t *value, void *obj, size_t *used)
{
	for (size_t i = 0; i < s->n; i++) {
		enum hb_code c = get_field(w, &s->fields[i], value, obj, used);
		if (c != HB_OK)
			return c;
	}
	return HB_OK;
}

static bool
names(const struct shape *s, const char *member)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].kind == SHAPE_GROUP ? names(s->fields[i].of, member)
		                                     : s->fields[i].json != NULL && strcmp(s->fields[i].json, member) == 0)
			return true;
	return false;
}

enum hb_code
shape_json_get(struct shape_walk *w, const struct shape *s, const json_t *value, void *obj)
{
	if (!json_is_object(value))
		return shape_refuse(w, "phải là đối tượng JSON");
	size_t used = 0;
	enum hb_code c = get_fields(w, s, value, obj, &used);
	if (c != HB_OK || used == json_object_size(value))
		return c;
	const char *member;
	json_t *ignored;
	json_object_foreach((json_t *)value, member, ignored)
		if (!names(s, member))
			return shape_refuse(w, "trường lạ “%.40s”", member);
	return hb_bug(w->err, "JSON members of %s counted wrong", s->type);
}
