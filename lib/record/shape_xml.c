#include "record/shape.h"

#include <stdio.h>
#include <string.h>

/* ---- writing ---- */

static void
put_attributes(struct xml_writer *x, const struct shape_walk *w, const struct shape *s, const void *obj)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct shape_field *f = &s->fields[i];
		char text[128];
		if (f->xml == NULL || !(f->flags & SHAPE_ATTR))
			continue;
		if (f->kind != SHAPE_ID)
			xml_put_attr(x, f->xml, shape_value(f, obj, text));
		else if (shape_id(f, obj, w->scope, text, sizeof text))
			xml_put_attr(x, f->xml, text);
	}
}

static void
put_list(struct xml_writer *x, const struct shape_walk *w, const struct shape_field *f, const void *obj)
{
	size_t n;
	const char *items = shape_list(f, obj, &n);
	if (f->xml != NULL)
		xml_open(x, f->xml);
	for (size_t i = 0; i < n; i++)
		shape_xml_put(x, w, f->item, f->of, items + i * f->of->size);
	if (f->xml != NULL)
		xml_close(x);
}

static void
put_marks(struct xml_writer *x, const struct shape_field *f, const void *obj)
{
	const struct record_mark *marks = shape_member(f, obj);
	for (size_t i = 0; i < shape_marks_used(f, marks); i++) {
		char text[RECORD_MARK_LEN];
		record_mark_text(marks[i], text);
		xml_put_leaf(x, f->item, text);
	}
}

static void
put_field(struct xml_writer *x, const struct shape_walk *w, const struct shape_field *f, const void *obj)
{
	char scratch[SHAPE_VALUE_LEN];
	if (f->flags & SHAPE_ATTR || (f->xml == NULL && f->item == NULL) ||
	    (shape_absent(f, obj) && !(f->flags & SHAPE_REQUIRED)))
		return;
	switch (f->kind) {
	case SHAPE_MARKS:
		put_marks(x, f, obj);
		break;
	case SHAPE_LIST:
		put_list(x, w, f, obj);
		break;
	case SHAPE_GROUP:
		shape_xml_put(x, w, f->xml, f->of, obj);
		break;
	case SHAPE_PART:
		shape_xml_put(x, w, f->xml, f->of, shape_member(f, obj));
		break;
	case SHAPE_MAYBE:
		shape_xml_put(x, w, f->xml, f->of, *(void **)shape_member(f, obj));
		break;
	default:
		xml_put_leaf(x, f->xml, shape_value(f, obj, scratch));
	}
}

void
shape_xml_put_fields(struct xml_writer *x, const struct shape_walk *w, const struct shape *s, const void *obj)
{
	for (size_t i = 0; i < s->n; i++)
		put_field(x, w, &s->fields[i], obj);
}

void
shape_xml_put(struct xml_writer *x, const struct shape_walk *w, const char *element, const struct shape *s,
    const void *obj)
{
	xml_open(x, element);
	put_attributes(x, w, s, obj);
	shape_xml_put_fields(x, w, s, obj);
	xml_close(x);
}

/* ---- reading: fields in the order of the table, a cursor over the child elements ---- */

static enum hb_code
get_attributes(struct shape_walk *w, const struct shape *s, const struct xml_node *n, void *obj)
{
	size_t seen = 0, there = 0;
	for (const struct xml_attr *at = n->attrs; at != NULL; at = at->next)
		there++;
	for (size_t i = 0; i < s->n; i++) {
		const struct shape_field *f = &s->fields[i];
		if (f->xml == NULL || !(f->flags & SHAPE_ATTR))
			continue;
		const char *value = xml_attr(n, f->xml);
		seen += value != NULL;
		if (value == NULL && f->flags & SHAPE_REQUIRED)
			return shape_refuse(w, "thiếu thuộc tính %s", f->xml);
		if (value == NULL || f->kind == SHAPE_ID)
			continue;
		enum hb_code c = shape_value_set(w, f, obj, value);
		if (c != HB_OK)
			return c;
	}
	return seen == there ? HB_OK : shape_refuse(w, "có thuộc tính lạ");
}

/* An Id is not data: it must be the one that the data give, or signatures would cover something else. */
static enum hb_code
check_ids(struct shape_walk *w, const struct shape *s, const struct xml_node *n, const void *obj)
{
	char want[128];
	for (size_t i = 0; i < s->n; i++) {
		const struct shape_field *f = &s->fields[i];
		if (f->kind != SHAPE_ID)
			continue;
		const char *got = xml_attr(n, f->xml);
		if (!shape_id(f, obj, w->scope, want, sizeof want) || strcmp(got, want) != 0)
			return shape_refuse(w, "Id phải là “%s”", want);
	}
	return HB_OK;
}

static bool
blank(struct hb_bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (memchr(" \t\r\n", text.p[i], 4) == NULL)
			return false;
	return true;
}

static enum hb_code
leaf_text(struct shape_walk *w, const struct xml_node *n, const char **ret_text)
{
	if (n->attrs != NULL)
		return shape_refuse(w, "có thuộc tính lạ");
	for (const struct xml_node *c = n->first; c != NULL; c = c->next)
		if (c->type != XML_TEXT)
			return shape_refuse(w, "chỉ được có văn bản");
	*ret_text = xml_text(n, w->a);
	return *ret_text != NULL ? HB_OK : hb_full(w->err);
}

static enum hb_code
get_leaf(struct shape_walk *w, const struct shape_field *f, const struct xml_node *n, void *obj)
{
	const char *text;
	enum hb_code c = leaf_text(w, n, &text);
	return c != HB_OK ? c : shape_value_set(w, f, obj, text);
}

static enum hb_code
get_items(struct shape_walk *w, const struct shape_field *f, const struct xml_node *first, size_t n, void *obj)
{
	char *items = hb_alloc_n(w->a, n, f->of->size);
	if (items == NULL)
		return hb_full(w->err);
	const struct xml_node *one = first;
	for (size_t i = 0; i < n; i++, one = xml_next_element(one)) {
		size_t at = shape_enter(w, f->xml != NULL ? NULL : f->item, -1);
		shape_enter(w, NULL, (long)i);
		enum hb_code c = shape_xml_get(w, f->of, one, items + i * f->of->size);
		if (c != HB_OK)
			return c;
		shape_leave(w, at);
	}
	*(void **)shape_member(f, obj) = items;
	*(size_t *)((char *)obj + f->n_offset) = n;
	return HB_OK;
}

/* How many elements called `name` follow one another from n on; *ret_after is the first other one. */
static size_t
run_of(const struct shape_walk *w, const struct xml_node *n, const char *name, const struct xml_node **ret_after)
{
	size_t count = 0;
	for (; xml_is(n, w->ns, name); n = xml_next_element(n))
		count++;
	*ret_after = n;
	return count;
}

static enum hb_code
get_list(struct shape_walk *w, const struct shape_field *f, const struct xml_node **cursor, void *obj)
{
	const struct xml_node *first = *cursor, *after;
	if (f->xml != NULL) {
		if (first->attrs != NULL)
			return shape_refuse(w, "có thuộc tính lạ");
		*cursor = xml_next_element(first);
		first = xml_first_element(first);
	}
	size_t n = run_of(w, first, f->item, &after);
	if (f->xml == NULL)
		*cursor = after;
	else if (after != NULL)
		return shape_refuse(w, "phần tử lạ “%.40s”", after->local);
	if (n == 0 || n > (size_t)f->max)
		return shape_refuse(w, "phải có từ 1 đến %d phần tử %s", f->max, f->item);
	return get_items(w, f, first, n, obj);
}

static enum hb_code
get_marks(struct shape_walk *w, const struct shape_field *f, const struct xml_node **cursor, void *obj)
{
	struct record_mark *marks = shape_member(f, obj);
	const struct xml_node *after;
	const struct xml_node *one = *cursor;
	size_t n = run_of(w, one, f->item, &after);
	*cursor = after;
	if (n > (size_t)f->max)
		return shape_refuse(w, "có quá %d điểm", f->max);
	for (size_t i = 0; i < n; i++, one = xml_next_element(one)) {
		const char *text;
		enum hb_code c = leaf_text(w, one, &text);
		if (c == HB_OK && *text != '\0')
			c = shape_mark_set(w, &marks[i], text);
		if (c != HB_OK)
			return c;
	}
	return HB_OK;
}

static enum hb_code
get_one(struct shape_walk *w, const struct shape_field *f, const struct xml_node *n, void *obj)
{
	switch (f->kind) {
	case SHAPE_GROUP:
		return shape_xml_get(w, f->of, n, obj);
	case SHAPE_PART:
		return shape_xml_get(w, f->of, n, shape_member(f, obj));
	case SHAPE_MAYBE: {
		void *part = hb_alloc(w->a, f->of->size);
		if (part == NULL)
			return hb_full(w->err);
		*(void **)shape_member(f, obj) = part;
		return shape_xml_get(w, f->of, n, part);
	}
	default:
		return get_leaf(w, f, n, obj);
	}
}

static enum hb_code
get_field(struct shape_walk *w, const struct shape_field *f, const struct xml_node **cursor, void *obj)
{
	const char *name = f->xml != NULL ? f->xml : f->item;
	if (name == NULL || f->flags & SHAPE_ATTR)
		return HB_OK;
	size_t at = shape_enter(w, name, -1);
	if (!xml_is(*cursor, w->ns, name)) {
		if (f->flags & SHAPE_REQUIRED)
			return shape_refuse(w, "thiếu phần tử bắt buộc");
		shape_leave(w, at);
		return HB_OK;
	}
	enum hb_code c;
	if (f->kind == SHAPE_LIST) {
		if (f->xml == NULL)
			shape_leave(w, at);
		c = get_list(w, f, cursor, obj);
	} else if (f->kind == SHAPE_MARKS) {
		c = get_marks(w, f, cursor, obj);
	} else {
		const struct xml_node *n = *cursor;
		*cursor = xml_next_element(n);
		c = get_one(w, f, n, obj);
	}
	if (c == HB_OK)
		shape_leave(w, at);
	return c;
}

enum hb_code
shape_xml_get_fields(struct shape_walk *w, const struct shape *s, const struct xml_node **cursor, void *obj)
{
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < s->n && c == HB_OK; i++)
		c = get_field(w, &s->fields[i], cursor, obj);
	return c;
}

enum hb_code
shape_xml_get(struct shape_walk *w, const struct shape *s, const struct xml_node *n, void *obj)
{
	enum hb_code c = get_attributes(w, s, n, obj);
	for (const struct xml_node *child = n->first; child != NULL && c == HB_OK; child = child->next)
		if (child->type != XML_ELEMENT && !(child->type == XML_TEXT && blank(child->text)))
			c = shape_refuse(w, "có văn bản hoặc chú thích giữa các phần tử");
	const struct xml_node *cursor = xml_first_element(n);
	if (c == HB_OK)
		c = shape_xml_get_fields(w, s, &cursor, obj);
	if (c == HB_OK && cursor != NULL)
		c = shape_refuse(w, "phần tử lạ hoặc sai thứ tự “%.40s”", cursor->local);
	return c == HB_OK ? check_ids(w, s, n, obj) : c;
}
