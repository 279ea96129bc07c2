#include "transcript/states.h"

#include <string.h>

static const struct doc_transition transitions[] = {
	{ DOC_NONE, DOC_BUILD, DOC_DRAFT, "records", "D18.2(2)" },
	{ DOC_DRAFT, DOC_DISCARD, DOC_DISCARDED, "records", "seed004-9" },
	{ DOC_DRAFT, DOC_SIGN, DOC_SIGNING, "subject_teacher, homeroom, head", "D14.5, D23.5" },
	{ DOC_SIGNING, DOC_SIGN, DOC_SIGNING, "subject_teacher, homeroom, head, clerk", "D14.5, D23.5" },
	{ DOC_SIGNING, DOC_COMPLETE, DOC_SIGNED, "clerk", "D9.1, D14" },
	{ DOC_SIGNING, DOC_RECALL, DOC_RECALLED, "head", "seed004-9, D14.4" },
	{ DOC_SIGNED, DOC_ISSUE, DOC_ISSUED, "clerk", "D2.2, D14" },
	{ DOC_SIGNED, DOC_RECALL, DOC_RECALLED, "head", "seed004-9, D14.4" },
	{ DOC_ISSUED, DOC_ACCEPT, DOC_DEPOSITED, "city", "D18.2(4)" },
	{ DOC_ISSUED, DOC_REFUSE, DOC_ISSUED, "city", "D18.2(4)" },
	{ DOC_ISSUED, DOC_RECALL, DOC_RECALLED, "head", "seed004-9, D14.4" },
	{ DOC_DEPOSITED, DOC_RECALL, DOC_RECALLED, "head", "seed004-9, D14.4" },
	{ DOC_DEPOSITED, DOC_LOCK, DOC_LOCKED, "city", "D14.3, seed004-10" },
};

static const struct { const char *name, *vi; } states[DOC_STATE__MAX] = {
	[DOC_NONE] = { "NONE", "chưa lập" },
	[DOC_DRAFT] = { "DRAFT", "bản thảo" },
	[DOC_SIGNING] = { "SIGNING", "đang kí" },
	[DOC_SIGNED] = { "SIGNED", "đã đủ chữ kí" },
	[DOC_ISSUED] = { "ISSUED", "đã phát hành, chờ Sở nhận" },
	[DOC_DEPOSITED] = { "DEPOSITED", "Sở đã nhận" },
	[DOC_LOCKED] = { "LOCKED", "đã khoá" },
	[DOC_DISCARDED] = { "DISCARDED", "đã bỏ bản thảo" },
	[DOC_RECALLED] = { "RECALLED", "đã thu hồi" },
};

static const char *const events[DOC_EVENT__MAX] = {
	[DOC_BUILD] = "BUILD", [DOC_SIGN] = "SIGN", [DOC_COMPLETE] = "COMPLETE", [DOC_ISSUE] = "ISSUE",
	[DOC_ACCEPT] = "ACCEPT", [DOC_REFUSE] = "REFUSE", [DOC_LOCK] = "LOCK", [DOC_DISCARD] = "DISCARD",
	[DOC_RECALL] = "RECALL",
};

const struct doc_transition *
doc_state_table(size_t *ret_n)
{
	*ret_n = sizeof transitions / sizeof *transitions;
	return transitions;
}

enum hb_code
doc_state_next(enum doc_state from, enum doc_event event, enum doc_state *ret_to, struct hb_err *err)
{
	for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
		if (transitions[i].from == from && transitions[i].event == event) {
			*ret_to = transitions[i].to;
			return HB_OK;
		}
	return hb_fail(err, HB_E_CONFLICT, "hocBa.saiTrangThai", "học bạ %s, không làm được việc này", doc_state_vi(from));
}

bool
doc_state_final(enum doc_state s)
{
	return s == DOC_LOCKED || s == DOC_DISCARDED || s == DOC_RECALLED;
}

const char *
doc_state_name(enum doc_state s)
{
	return states[s].name;
}

const char *
doc_state_event_name(enum doc_event e)
{
	return events[e];
}

const char *
doc_state_vi(enum doc_state s)
{
	return states[s].vi;
}

bool
doc_state_parse(const char *name, enum doc_state *ret_s)
{
	for (int i = 0; i < DOC_STATE__MAX; i++)
		if (strcmp(name, states[i].name) == 0) {
			*ret_s = (enum doc_state)i;
			return true;
		}
	return false;
}
