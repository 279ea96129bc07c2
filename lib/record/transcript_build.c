#include <stdio.h>
#include <string.h>

#include "record/disclose.h"

static enum hb_code
no_pupil(const struct record_class *cls, struct hb_err *err)
{
	return hb_fail(err, HB_E_NOTFOUND, "hocBa.khongCoHocSinh", "học sinh không có trong sổ lớp %s", cls->class_name);
}

enum hb_code
record_profile_build(const struct record_class *cls, const char *pupil, struct hb_arena *a,
    struct record_profile *ret_profile, struct hb_err *err)
{
	const struct record_pupil *p = record_class_pupil(cls, pupil);
	(void)a;
	if (p == NULL)
		return no_pupil(cls, err);
	*ret_profile = (struct record_profile){ .ordinal = 1, .person = p->person, .history = p->history,
		.n_history = p->n_history };
	return HB_OK;
}

/* ---- the pupil's subjects, in the order of the printed form (domain.md §3.1, §3.2) ---- */

static const char form_order_th[] = " TV TOAN NN1 LSDL KH TNXH DD TIN CN THCN GDTC AN MT NT HDTN DTTS ";
static const char form_order_thcs[] = " TOAN LSDL KHTN TIN VAN NN1 GDCD CN GDTC NT AN MT NN2 DTTS NDDP HDTN ";
static const char form_order_thpt[] = " TOAN VL HH SH TIN VAN LS DL NN1 GDKTPL CN GDQP GDTC AN MT NN2 DTTS HDTN NDDP ";

static size_t
place(const char *order, const char *code)
{
	char word[70];
	snprintf(word, sizeof word, " %.64s ", code);
	const char *found = strstr(order, word);
	return found == NULL ? strlen(order) : (size_t)(found - order);
}

static struct record_result
result_of(const struct record_subject *s, const struct record_row *r)
{
	struct record_result out = { .code = s->code, .name = s->name, .language = s->language, .kind = s->kind,
		.chosen = s->chosen, .cluster = r->cluster, .status = r->status, .status_reason = r->status_reason,
		.status_decision = r->status_decision, .year = r->year, .retake = r->retake,
		.after_retake = r->after_retake, .level = r->level, .test = r->test, .comment = r->comment };
	for (size_t t = 0; t < RECORD_TERMS; t++)
		if (r->term[t] != NULL)
			out.term[t] = r->term[t]->average;
	/* The form has one comment a subject: of the year, or else the latest one. */
	for (size_t t = RECORD_TERMS; t-- > 0 && out.comment == NULL;)
		if (r->term[t] != NULL)
			out.comment = r->term[t]->comment;
	return out;
}

static enum hb_code
build_results(const struct record_class *cls, const char *pupil, struct hb_arena *a, struct record_year *y,
    struct hb_err *err)
{
	const char *order = cls->level == RECORD_TH ? form_order_th : cls->level == RECORD_THCS ? form_order_thcs : form_order_thpt;
	y->results = HB_NEWN(a, struct record_result, cls->n_subjects == 0 ? 1 : cls->n_subjects);
	if (y->results == NULL)
		return hb_full(err);
	for (size_t i = 0; i < cls->n_subjects; i++) {
		const struct record_row *row = record_subject_row(&cls->subjects[i], pupil);
		if (row == NULL)
			continue;
		struct record_result one = result_of(&cls->subjects[i], row);
		size_t at = y->n_results++;
		for (; at > 0 && place(order, y->results[at - 1].code) > place(order, one.code); at--)
			y->results[at] = y->results[at - 1];
		y->results[at] = one;
	}
	return HB_OK;
}

/* ---- who signs (D14.5) ---- */

static const struct record_result *
result(const struct record_year *y, const char *code)
{
	for (size_t i = 0; i < y->n_results; i++)
		if (strcmp(y->results[i].code, code) == 0)
			return &y->results[i];
	return NULL;
}

static enum hb_code
build_roll(const struct record_class *cls, const struct record_year_spec *spec, struct hb_arena *a, struct record_year *y,
    struct hb_err *err)
{
	bool teachers = spec->subject_teachers_sign || cls->level != RECORD_TH;
	y->signers = HB_NEWN(a, struct record_signer, cls->n_signers == 0 ? 1 : cls->n_signers);
	if (y->signers == NULL)
		return hb_full(err);
	for (size_t i = 0; i < cls->n_signers; i++) {
		const struct record_signer *s = &cls->signers[i];
		if (s->role != RECORD_GVBM || (teachers && result(y, s->subject) != NULL))
			y->signers[y->n_signers++] = *s;
	}
	return HB_OK;
}

static enum hb_code
build_root(const struct record_year_spec *spec, struct hb_arena *a, struct record_year *y, struct hb_err *err)
{
	struct hb_sha256 root;
	if (spec->salt.n == 0)
		return HB_OK;
	enum hb_code c = record_hash_root(y, spec->salt, a, &root, err);
	if (c != HB_OK)
		return c;
	y->hash_root = hb_hex(a, HB_BYTES(root.b, sizeof root.b));
	return y->hash_root == NULL ? hb_full(err) : HB_OK;
}

static enum hb_code
check_source(const struct record_class *cls, const struct record_pupil *p, const struct record_year_spec *spec,
    struct hb_err *err)
{
	if (p == NULL)
		return no_pupil(cls, err);
	if (p->person.personal_id == NULL) {
		hb_fail(err, HB_E_RULE, "hocBa.chuaCoSoDinhDanh", "%s chưa có số định danh cá nhân", p->person.name);
		return hb_clause(err, "D2.6");
	}
	if (spec->extract_on == NULL && cls->period != RECORD_CN && cls->period != RECORD_HE)
		return hb_fail(err, HB_E_RULE, "hocBa.saiKi", "sổ kì %s chưa phải sổ cả năm", record_period_code(cls->period));
	return HB_OK;
}

enum hb_code
record_year_build(const struct record_class *cls, const char *pupil, const struct record_year_spec *spec,
    struct hb_arena *a, struct record_year *ret_year, struct hb_err *err)
{
	const struct record_pupil *p = record_class_pupil(cls, pupil);
	const struct record_review *v = record_class_review(cls, pupil);
	enum hb_code c = check_source(cls, p, spec, err);
	if (c != HB_OK)
		return c;
	struct record_year y = { .year = cls->year, .extract_on = spec->extract_on, .record_code = spec->record_code,
		.personal_id = p->person.personal_id, .effective_at = spec->effective_at,
		.revision = spec->revision == 0 ? 1 : spec->revision, .replaces = spec->replaces,
		.class_file = spec->class_file, .prepared_at = spec->prepared_at,
		.profile = spec->profile == 0 ? 1 : spec->profile, .school = cls->school, .class_id = cls->class_id,
		.class_name = cls->class_name, .grade = cls->grade, .level = cls->level, .circular = cls->circular,
		.after_summer = cls->period == RECORD_HE };
	if (v != NULL)
		y.review = *v;
	y.review.pupil = NULL;
	c = build_results(cls, pupil, a, &y, err);
	if (c == HB_OK)
		c = build_roll(cls, spec, a, &y, err);
	if (c == HB_OK)
		c = build_root(spec, a, &y, err);
	if (c == HB_OK)
		*ret_year = y;
	return c;
}
