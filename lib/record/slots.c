#include "record/slots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t
count_role(struct slots_roll roll, enum record_role role)
{
	size_t n = 0;
	for (size_t i = 0; i < roll.n; i++)
		n += roll.v[i].role == role;
	return n;
}

static bool
same_place(const struct record_signer *a, const struct record_signer *b)
{
	return a->role == b->role && a->ordinal == b->ordinal && (a->role != RECORD_GVBM || strcmp(a->subject, b->subject) == 0);
}

enum hb_code
slots_check_roll(struct shape_walk *w, struct slots_roll roll)
{
	size_t at = shape_enter(w, "signers", -1);
	for (size_t i = 0; i < roll.n; i++) {
		bool teacher = roll.v[i].role == RECORD_GVBM;
		if (teacher != (roll.v[i].subject != NULL) || teacher != (roll.v[i].ordinal > 0))
			return shape_refuse(w, "người kí thứ %zu: môn và số thứ tự là của giáo viên bộ môn", i + 1);
		for (size_t j = 0; j < i; j++)
			if (same_place(&roll.v[j], &roll.v[i]))
				return shape_refuse(w, "người kí thứ %zu và thứ %zu cùng một chỗ", j + 1, i + 1);
	}
	shape_leave(w, at);
	return HB_OK;
}

void
slots_put_teachers(struct xml_writer *x, struct slots_roll roll)
{
	xml_open(x, "DANH_SACH_GVBM");
	for (size_t i = 0; i < roll.n; i++) {
		char number[16];
		if (roll.v[i].role != RECORD_GVBM)
			continue;
		snprintf(number, sizeof number, "%d", roll.v[i].ordinal);
		xml_open(x, "GVBM");
		xml_put_attr(x, "Mon", roll.v[i].subject);
		xml_put_attr(x, "So", number);
		xml_close(x);
	}
	xml_close(x);
}

void
slots_put_role(struct xml_writer *x, struct slots_roll roll, enum record_role role, const char *name)
{
	if (count_role(roll, role) == 0)
		return;
	xml_open(x, name);
	xml_close(x);
}

enum hb_code
slots_check_content(struct shape_walk *w, const struct xml_node *slot, size_t attributes)
{
	size_t n = 0, signatures = 0;
	for (const struct xml_attr *at = slot->attrs; at != NULL; at = at->next)
		n++;
	if (n != attributes)
		return shape_refuse(w, "chỗ kí %s có thuộc tính lạ", slot->local);
	for (const struct xml_node *c = slot->first; c != NULL; signatures += c->type == XML_ELEMENT, c = c->next)
		if (c->type == XML_ELEMENT ? !xml_is(c, RECORD_DSIG_NS, "Signature") : c->type != XML_TEXT)
			return shape_refuse(w, "chỗ kí %s chứa nội dung không phải chữ kí", slot->local);
	if (signatures > 1)
		return shape_refuse(w, "chỗ kí %s có %zu chữ kí", slot->local, signatures);
	return HB_OK;
}

static bool
is_slot_of(const struct xml_node *n, const struct record_signer *s)
{
	const char *subject = xml_attr(n, "Mon"), *ordinal = xml_attr(n, "So");
	return subject != NULL && ordinal != NULL && strcmp(subject, s->subject) == 0 &&
	    strtol(ordinal, NULL, 10) == s->ordinal;
}

enum hb_code
slots_check_teachers(struct shape_walk *w, struct slots_roll roll, const struct xml_node **cursor)
{
	const struct xml_node *list = *cursor;
	if (!xml_is(list, w->ns, "DANH_SACH_GVBM") || list->attrs != NULL)
		return shape_refuse(w, "thiếu DANH_SACH_GVBM");
	const struct xml_node *slot = xml_first_element(list);
	for (size_t i = 0; i < roll.n; i++) {
		if (roll.v[i].role != RECORD_GVBM)
			continue;
		if (!xml_is(slot, w->ns, "GVBM") || roll.v[i].subject == NULL || !is_slot_of(slot, &roll.v[i]))
			return shape_refuse(w, "chỗ kí GVBM không khớp danh sách người kí");
		enum hb_code c = slots_check_content(w, slot, 2);
		if (c != HB_OK)
			return c;
		slot = xml_next_element(slot);
	}
	if (slot != NULL)
		return shape_refuse(w, "thừa chỗ kí GVBM");
	*cursor = xml_next_element(list);
	return HB_OK;
}

enum hb_code
slots_check_role(struct shape_walk *w, struct slots_roll roll, enum record_role role, const char *name,
    const struct xml_node **cursor)
{
	if (count_role(roll, role) == 0)
		return HB_OK;
	if (!xml_is(*cursor, w->ns, name))
		return shape_refuse(w, "thiếu chỗ kí %s", name);
	enum hb_code c = slots_check_content(w, *cursor, 0);
	*cursor = xml_next_element(*cursor);
	return c;
}
