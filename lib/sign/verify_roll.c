/* Who had to sign, where, over what, after whom: our own XML against the roll that it carries. */
#include "sign/verify_int.h"

#include <string.h>

static struct subject *
subject_of(struct verification *v, const char *id)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->subjects[i].slot != NULL && strcmp(v->subjects[i].slot->id, id) == 0)
			return &v->subjects[i];
	return NULL;
}

/* Put each signature to the slot it stands in; its Id must be that slot's. */
static void
place(struct verification *v, const struct xml_doc *doc, const struct roll *roll)
{
	for (size_t i = 0; i < roll->n; i++) {
		const struct xml_node *slot = xml_path(doc, roll->slots[i].path);
		for (size_t k = 0; slot != NULL && k < v->n; k++) {
			struct subject *s = &v->subjects[k];
			if (s->xml->node->parent == slot && s->slot == NULL && strcmp(s->xml->id, roll->slots[i].id) == 0) {
				s->slot = &roll->slots[i];
				s->out->role = record_role_code(roll->slots[i].role);
			}
		}
	}
}

static bool
refers_to(const struct xmlsig_facts *f, enum xmlsig_target target, const char *prefix, const char *id)
{
	size_t n = strlen(prefix);
	for (size_t i = 0; i < f->n_refs; i++)
		if (f->refs[i].target == target && strncmp(f->refs[i].id, prefix, n) == 0 && strcmp(f->refs[i].id + n, id) == 0)
			return true;
	return false;
}

/* Each referenced region stands where the schema puts it (against wrapping), and none is foreign to the profile. */
static const char *
misplaced(const struct xmlsig_facts *f)
{
	for (size_t i = 0; i < f->n_refs; i++) {
		const struct xmlsig_ref *r = &f->refs[i];
		bool good = r->target == XMLSIG_REGION ? roll_region_place(r->node, r->id)
		    : r->target == XMLSIG_EARLIER || r->target == XMLSIG_TIME || r->target == XMLSIG_PROPERTIES;
		if (!good)
			return r->uri == NULL ? "(không có URI)" : r->uri;
	}
	return NULL;
}

static void
answer_places(struct verification *v, struct subject *s)
{
	struct answers *n = &s->answers;
	const char *wrong = misplaced(s->xml);
	if (s->slot == NULL) {
		answer(n, Q_POSITION, ANSWER_NO, "chữ ký không ở chỗ ký nào của tệp, hoặc mang mã của chỗ khác");
		answer(n, Q_SCOPE, ANSWER_NOT_ASKED, NULL);
		answer(n, Q_COUNTERSIGNS, ANSWER_NOT_ASKED, NULL);
		return;
	}
	answer(n, Q_POSITION, ANSWER(wrong == NULL), wrong);
	answer(n, Q_SCOPE, ANSWER_YES, NULL);
	for (size_t i = 0; i < s->slot->n_regions; i++)
		if (!refers_to(s->xml, XMLSIG_REGION, "", s->slot->regions[i]))
			answer(n, Q_SCOPE, ANSWER_NO, hb_printf(v->a, "#%s", s->slot->regions[i]));
	answer(n, Q_COUNTERSIGNS, ANSWER_YES, NULL);
	for (size_t i = 0; i < s->slot->n_before; i++)
		if (!refers_to(s->xml, XMLSIG_EARLIER, "sv-", s->slot->before[i]))
			answer(n, Q_COUNTERSIGNS, ANSWER_NO, s->slot->before[i]);
}

/* ---- the file -------------------------------------------------------------------------------------------- */

static void
answer_complete(struct verification *v, const struct roll *roll)
{
	HB_SCOPED_BUF missing;
	hb_buf_init(&missing, 4096);
	unsigned n = 0;
	for (size_t i = 0; i < roll->n; i++)
		if (subject_of(v, roll->slots[i].id) == NULL)
			hb_putf(&missing, "%s%s (%s)", n++ == 0 ? "" : ", ", roll->slots[i].label, roll->slots[i].id);
	answer(&v->file, Q_ROLL, ANSWER(roll->missing == NULL), roll->missing);
	answer(&v->file, Q_COMPLETE, v->o->unfinished ? ANSWER_NOT_ASKED : ANSWER(n == 0),
	    n == 0 ? NULL : hb_strdup(v->a, hb_buf_ok(&missing) ? missing.p : "nhiều chữ ký"));
}

/* GVBM ≤ GVCN ≤ head ≤ seal, by protected times; and no signature before those it confirms, over the years too. */
static void
answer_order(struct verification *v)
{
	answer(&v->file, Q_ORDER, ANSWER_YES, NULL);
	for (size_t i = 0; i < v->n; i++) {
		const struct subject *s = &v->subjects[i];
		for (size_t k = 0; s->slot != NULL && k < v->n; k++) {
			const struct subject *e = &v->subjects[k];
			if (e->slot == NULL || e == s || !s->out->time_protected || !e->out->time_protected)
				continue;
			bool after = e->slot->group == s->slot->group && e->slot->role < s->slot->role;
			for (size_t b = 0; b < s->slot->n_before; b++)
				after |= strcmp(s->slot->before[b], e->slot->id) == 0;
			if (after && s->out->signing_time < e->out->signing_time)
				answer(&v->file, Q_ORDER, ANSWER_NO, hb_printf(v->a, "%s ký trước %s", s->slot->id, e->slot->id));
		}
	}
}

enum hb_code
verify_against_roll(struct verification *v, const struct xml_doc *doc, const struct roll *roll)
{
	place(v, doc, roll);
	for (size_t i = 0; i < v->n; i++)
		answer_places(v, &v->subjects[i]);
	answer_complete(v, roll);
	answer_order(v);
	return v->a->full ? hb_full(v->err) : HB_OK;
}
