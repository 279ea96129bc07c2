/* One pupil of a primary school: JSON to rules/tt27.h and back. */
#include "assess.h"

#include <string.h>

#include "rules/tt27.h"

#define TEST_MAX 10

static enum rules27_level
read_level(struct assess *as, const json_t *v, struct assess_at at, enum rules27_level (*parse)(const char *),
    const char *scale)
{
	if (v == NULL || json_is_null(v))
		return RULES27_UNKNOWN;
	enum rules27_level l = json_is_string(v) ? parse(json_string_value(v)) : RULES27_UNKNOWN;
	if (l == RULES27_UNKNOWN)
		assess_fault(as, at, "mucDanhGia.ngoaiThang", "mức đánh giá là một trong: %s", scale);
	return l;
}

static int
read_subjects(struct assess *as, const json_t *pupil, struct rules27_subject subjects[RULES_SUBJECT__MAX])
{
	bool seen[RULES_SUBJECT__MAX] = { false };
	int n = 0;
	size_t before = as->n_faults;
	const json_t *list = assess_array(as, pupil, "subjects", ASSESS_MEMBER("subjects"), SIZE_MAX);
	if (list == NULL && as->n_faults == before)
		assess_fault(as, ASSESS_MEMBER("subjects"), "danhGia.thieu", NULL);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *subject = json_array_get(list, i);
		enum rules_subject code;
		if (!assess_subject(as, subject, i, RULES_TT27, seen, &code))
			continue;
		subjects[n].code = code;
		subjects[n].not_assessed = false;
		subjects[n].level = read_level(as, json_object_get(subject, "level"),
		    ASSESS_SUBJECT(i, "level"), rules27_subject_parse, "T, H, C");
		subjects[n].test = assess_int(as, subject, "test", ASSESS_SUBJECT(i, "test"), TEST_MAX,
		    "diem.ngoaiThang");
		n++;
	}
	return n;
}

static int
find_trait(const struct rules27_trait *traits, int n, const char *code)
{
	for (int i = 0; i < n; i++)
		if (strcmp(traits[i].code, code) == 0)
			return i;
	return -1;
}

static void
read_traits(struct assess *as, const json_t *pupil, const char *name, const struct rules27_trait *traits, int n,
    enum rules27_level *levels)
{
	json_t *object = json_object_get(pupil, name), *v;
	const char *code;
	if (object == NULL || json_is_null(object))
		return;
	if (!json_is_object(object)) {
		assess_fault(as, ASSESS_MEMBER(name), "danhGia.saiKieu", "cần một đối tượng mã và mức");
		return;
	}
	json_object_foreach(object, code, v) {
		int i = find_trait(traits, n, code);
		const struct assess_at at = { name, code, ASSESS_NONE, ASSESS_NONE, ASSESS_NONE };
		if (i < 0)
			assess_fault(as, at, "phamChat.khongCo", NULL);
		else
			levels[i] = read_level(as, v, at, rules27_quality_parse, "T, Đ, C");
	}
}

static bool
read_recognised(struct assess *as, const json_t *pupil)
{
	const json_t *v = json_object_get(pupil, "class_recognised");
	if (v != NULL && !json_is_null(v) && !json_is_boolean(v))
		assess_fault(as, ASSESS_MEMBER("class_recognised"), "danhGia.saiKieu", "cần true hoặc false");
	return json_is_true(v);
}

static void
list_faults(struct assess *as, const struct rules27_result *r)
{
	for (int i = 0; i < r->n_faults; i++) {
		const struct rules_fault *f = &r->faults[i];
		bool quality = f->field == RULES_F_QUALITY;
		const struct assess_at at = { quality ? "qualities" : "competences",
			quality ? rules27_qualities[f->subject].code : rules27_competences[f->subject].code, ASSESS_NONE, ASSESS_NONE,
			ASSESS_NONE };
		assess_fault(as, at, f->key, NULL);
	}
}

static const char *
gap_subject(const struct rules27_pupil *p, const struct rules_gap *g)
{
	if (g->field == RULES_F_QUALITY)
		return rules27_qualities[g->subject].code;
	if (g->field == RULES_F_COMPETENCE)
		return rules27_competences[g->subject].code;
	return rules_subject(p->subjects[g->subject].code)->code;
}

static void
write_pupil(struct assess *as, const struct rules27_pupil *p, const struct rules27_result *r,
    const struct rules_notes *notes)
{
	struct jw *w = &as->out;
	jw_object(w, NULL);
	jw_str(w, "id", as->student);
	jw_str(w, "education", rules27_education_code(r->education));
	jw_str(w, "promotion", rules27_promotion_code(r->promotion));
	jw_str(w, "award", rules27_award_code(r->award));
	jw_array(w, "missing");
	for (int i = 0; i < r->n_gaps; i++)
		assess_missing(as, gap_subject(p, &r->gaps[i]), 0, rules_field_name((enum rules_field)r->gaps[i].field));
	jw_end(w);
	assess_explain(as, notes);
	jw_end(w);
}

void
assess_tt27(struct assess *as, const json_t *pupil, struct hb_arena *a)
{
	struct rules27_subject subjects[RULES_SUBJECT__MAX];
	struct rules27_pupil p = { .grade = as->grade, .subjects = subjects };
	struct rules27_result r;
	struct rules_notes notes = { .a = a };
	p.n_subjects = read_subjects(as, pupil, subjects);
	read_traits(as, pupil, "qualities", rules27_qualities, RULES27_QUALITIES, p.qualities);
	read_traits(as, pupil, "competences", rules27_competences, RULES27_COMPETENCES, p.competences);
	p.class_recognised = read_recognised(as, pupil);
	rules27_assess(&p, &r, as->explain ? &notes : NULL);
	list_faults(as, &r);
	if (as->n_faults == 0)
		write_pupil(as, &p, &r, &notes);
}
