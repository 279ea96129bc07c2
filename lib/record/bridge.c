#include "record/compute.h"

#include <string.h>

#include "record/bridge.h"

enum rules_level
record_to_rules(enum record_level l)
{
	switch (l) {
	case RECORD_T:  return RULES_T;
	case RECORD_K:  return RULES_K;
	case RECORD_D:  return RULES_D;
	case RECORD_CD: return RULES_CD;
	default:        return RULES_UNKNOWN;
	}
}

enum record_level
record_from_rules(enum rules_level l)
{
	static const enum record_level back[RULES_LEVEL__MAX] = { [RULES_CD] = RECORD_CD, [RULES_D] = RECORD_D,
		[RULES_K] = RECORD_K, [RULES_T] = RECORD_T };
	return back[l];
}

static enum rules27_level
to_rules27(enum record_level l)
{
	switch (l) {
	case RECORD_T: return RULES27_TOP;
	case RECORD_H:
	case RECORD_D: return RULES27_MID;
	case RECORD_C: return RULES27_LOW;
	default:       return RULES27_UNKNOWN;
	}
}

static enum rules22_status
to_status(enum record_status s)
{
	switch (s) {
	case RECORD_EXEMPT:    return RULES22_EXEMPT;
	case RECORD_NOT_TAKEN: return RULES22_NOT_TAKEN;
	case RECORD_IEP:       return RULES22_PLAN;
	default:               return RULES22_NORMAL;     /* the practical part alone exempt: still assessed (Đ10) */
	}
}

static int16_t
score(struct record_mark m)
{
	return m.kind == RECORD_MARK_SCORE ? (int16_t)m.tenths : (int16_t)RULES_NO_MARK;
}

static enum rules_level
level(struct record_mark m)
{
	return m.kind == RECORD_MARK_LEVEL ? record_to_rules(m.level) : RULES_UNKNOWN;
}

/* A hole between regular marks is no mark: lib/rules counts how many are there. */
static void
fill_scores(struct rules22_term *out, const struct record_term *t)
{
	for (size_t i = 0; i < RECORD_TX_MAX; i++) {
		if (t->tx[i].kind != RECORD_MARK_SCORE)
			continue;
		if (out->n_tx < RULES22_TX_MAX)
			out->tx[out->n_tx] = (int16_t)t->tx[i].tenths;
		out->n_tx++;
	}
	out->gk = score(t->gk);
	out->ck = score(t->ck);
	out->cd = score(t->cd);
}

static void
fill_levels(struct rules22_term *out, const struct record_term *t)
{
	struct record_mark all[RECORD_TX_MAX + 2];
	memcpy(all, t->tx, sizeof t->tx);
	all[RECORD_TX_MAX] = t->gk;
	all[RECORD_TX_MAX + 1] = t->ck;
	for (size_t i = 0; i < RECORD_TX_MAX + 2; i++) {
		if (all[i].kind != RECORD_MARK_LEVEL)
			continue;
		if (out->n_marks < RULES22_COMMENT_MARKS)
			out->marks[out->n_marks] = level(all[i]);
		out->n_marks++;
	}
	out->cd_level = level(t->cd);
}

struct rules22_subject
bridge_subject22(const struct record_subject *s, const struct record_row *r, bool summer)
{
	struct rules22_subject out = rules22_subject_blank(rules_subject_find(s->code));
	out.status = to_status(r->status);
	out.periods = s->periods;
	out.not_counted = s->uncounted;
	if (summer) {
		out.retake = score(r->retake);
		out.retake_level = level(r->retake);
	}
	for (size_t t = 0; t < RECORD_TERMS; t++) {
		struct rules22_term *term = &out.term[t];
		if (r->term[t] == NULL) {
			term->status = RULES22_NOT_TAKEN;
			continue;
		}
		term->status = to_status(r->term[t]->status);
		if (s->kind == RECORD_COMMENTED)
			fill_levels(term, r->term[t]);
		else
			fill_scores(term, r->term[t]);
	}
	return out;
}

static int
sessions(const struct record_review *v)
{
	const struct record_absences *y = v->absences_year;
	if (y != NULL)
		return y->permitted + y->unpermitted;
	if (v->absences_term[0] == NULL || v->absences_term[1] == NULL)
		return -1;
	return v->absences_term[0]->permitted + v->absences_term[0]->unpermitted + v->absences_term[1]->permitted +
	    v->absences_term[1]->unpermitted;
}

struct rules22_pupil
bridge_pupil22(const struct record_class *cls, const struct record_pupil *p, const struct record_review *v, bool summer)
{
	struct rules22_pupil out = { .grade = cls->grade, .absent_sessions = -1 };
	static const enum rules22_plan plans[] = { [RECORD_PLAN_NONE] = RULES22_NO_PLAN,
		[RECORD_PLAN_UNDECIDED] = RULES22_PLAN_UNDECIDED, [RECORD_PLAN_PROMOTED] = RULES22_PLAN_PROMOTED,
		[RECORD_PLAN_RETAINED] = RULES22_PLAN_RETAINED };
	out.plan = plans[p->plan];
	if (v == NULL)
		return out;
	out.conduct[0] = record_to_rules(v->conduct_term[0]);
	out.conduct[1] = record_to_rules(v->conduct_term[1]);
	out.conduct_after_summer = summer ? record_to_rules(v->conduct_after_summer) : RULES_UNKNOWN;
	out.absent_sessions = sessions(v);
	return out;
}

struct rules27_subject
bridge_subject27(const struct record_subject *s, const struct record_row *r)
{
	return (struct rules27_subject){ .code = rules_subject_find(s->code), .level = to_rules27(r->level),
		.test = r->test.kind == RECORD_MARK_SCORE ? r->test.tenths / 10 : RULES27_NO_TEST,
		.not_assessed = r->status != RECORD_NORMAL };
}

static enum rules27_level
trait(const struct record_trait *v, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].code, code) == 0)
			return to_rules27(v[i].level);
	return RULES27_UNKNOWN;
}

struct rules27_pupil
bridge_pupil27(const struct record_class *cls, const struct record_review *v)
{
	struct rules27_pupil out = { .grade = cls->grade };
	if (v == NULL)
		return out;
	for (size_t i = 0; i < RULES27_QUALITIES; i++)
		out.qualities[i] = trait(v->qualities, v->n_qualities, rules27_qualities[i].code);
	for (size_t i = 0; i < RULES27_COMPETENCES; i++)
		out.competences[i] = trait(v->competences, v->n_competences, rules27_competences[i].code);
	out.class_recognised = v->class_recognised;
	return out;
}
