/* One pupil of THCS or THPT: JSON to rules/tt22.h and back. */
#include "assess.h"

#include <string.h>

#include "rules/tt22.h"

#define TERMS 2
#define SESSIONS_MAX 1000          /* more than any school year has */
#define PERIODS_MAX 1000
#define REGULAR_MAX 64             /* elements read of a list of marks before it is refused */

/* ---- Values ---- */
static int
read_mark(struct assess *as, const json_t *v, struct assess_at at)
{
	if (v == NULL || json_is_null(v))
		return RULES_NO_MARK;
	if (!json_is_string(v)) {
		assess_fault(as, at, "diem.ngoaiThang", "điểm là chuỗi thập phân như \"8.5\"");
		return RULES_NO_MARK;
	}
	int tenths = rules_mark_parse(json_string_value(v));
	if (tenths == RULES_NO_MARK)
		assess_fault(as, at, "diem.ngoaiThang", "điểm \"%s\" không thuộc thang điểm 10, tối đa một chữ số thập phân",
		    json_string_value(v));
	return tenths;
}

static enum rules_level
read_level(struct assess *as, const json_t *v, struct assess_at at, enum rules_level (*parse)(const char *),
    const char *scale)
{
	if (v == NULL || json_is_null(v))
		return RULES_UNKNOWN;
	enum rules_level l = json_is_string(v) ? parse(json_string_value(v)) : RULES_UNKNOWN;
	if (l == RULES_UNKNOWN)
		assess_fault(as, at, "mucDanhGia.ngoaiThang", "mức đánh giá là một trong: %s", scale);
	return l;
}

static enum rules_level
read_comment(struct assess *as, const json_t *v, struct assess_at at)
{
	return read_level(as, v, at, rules_comment_parse, "Đ, CĐ");
}

static enum rules22_status
read_status(struct assess *as, const json_t *object, struct assess_at at)
{
	static const struct { const char *word; enum rules22_status status; } words[] = {
		{ "normal", RULES22_NORMAL }, { "exempt", RULES22_EXEMPT }, { "not_taken", RULES22_NOT_TAKEN },
	};
	const char *s = assess_text(as, object, "status", at);
	for (size_t i = 0; s != NULL && i < sizeof words / sizeof words[0]; i++)
		if (strcmp(s, words[i].word) == 0)
			return words[i].status;
	if (s != NULL)
		assess_fault(as, at, "monHoc.trangThai", "\"%s\" không phải normal, exempt hay not_taken", s);
	return RULES22_NORMAL;
}

/* ---- Terms ---- */
static struct assess_at
member(struct assess_at at, const char *name)
{
	at.member = name;
	return at;
}

static struct assess_at
element(struct assess_at at, const char *name, size_t i)
{
	at.member = name;
	at.index = (int)i;
	return at;
}

static void
read_score_term(struct assess *as, const json_t *term, struct assess_at at, struct rules22_term *t)
{
	const json_t *tx = assess_array(as, term, "tx", member(at, "tx"), REGULAR_MAX);
	for (size_t i = 0; i < json_array_size(tx) && i < REGULAR_MAX; i++) {
		int mark = read_mark(as, json_array_get(tx, i), element(at, "tx", i));
		if (mark == RULES_NO_MARK)
			continue;
		if (t->n_tx < RULES22_TX_MAX)
			t->tx[t->n_tx] = (int16_t)mark;
		t->n_tx++;
	}
	t->gk = (int16_t)read_mark(as, json_object_get(term, "gk"), member(at, "gk"));
	t->ck = (int16_t)read_mark(as, json_object_get(term, "ck"), member(at, "ck"));
	t->cd = (int16_t)read_mark(as, json_object_get(term, "cd"), member(at, "cd"));
}

static void
read_comment_term(struct assess *as, const json_t *term, struct assess_at at, struct rules22_term *t)
{
	const json_t *marks = assess_array(as, term, "marks", member(at, "marks"), REGULAR_MAX);
	for (size_t i = 0; i < json_array_size(marks) && i < REGULAR_MAX; i++) {
		enum rules_level l = read_comment(as, json_array_get(marks, i), element(at, "marks", i));
		if (l == RULES_UNKNOWN)
			continue;
		if (t->n_marks < RULES22_COMMENT_MARKS)
			t->marks[t->n_marks] = l;
		t->n_marks++;
	}
	t->cd_level = read_comment(as, json_object_get(term, "cd"), member(at, "cd"));
}

static void
read_term(struct assess *as, const json_t *term, size_t i, int t, struct rules22_subject *s)
{
	const struct assess_at at = { NULL, NULL, (int)i, t, ASSESS_NONE };
	if (json_is_null(term)) {               /* a term not taught */
		s->term[t].status = RULES22_NOT_TAKEN;
		return;
	}
	if (!json_is_object(term)) {
		assess_fault(as, at, "danhGia.saiKieu", "mỗi học kì là một đối tượng hoặc null");
		return;
	}
	s->term[t].status = read_status(as, term, member(at, "status"));
	if (rules_subject(s->code)->comment)
		read_comment_term(as, term, at, &s->term[t]);
	else
		read_score_term(as, term, at, &s->term[t]);
}

/* ---- Subjects ---- */
static void
read_kind(struct assess *as, const json_t *subject, size_t i, enum rules_subject code)
{
	const struct assess_at at = ASSESS_SUBJECT(i, "kind");
	const char *kind = assess_text(as, subject, "kind", at);
	const struct rules_subject_info *info = rules_subject(code);
	const char *want = info->comment ? "comment" : "score";
	if (kind != NULL && strcmp(kind, want) != 0)
		assess_fault(as, at, "monHoc.saiKieu", "theo %s môn %s là \"%s\", không phải \"%s\"",
		    rules_clause(RULES_C_22_SUBJECTS), info->name, want, kind);
}

static void
read_periods(struct assess *as, const json_t *subject, size_t i, struct rules22_subject *s)
{
	const struct assess_at at = ASSESS_SUBJECT(i, "periods");
	size_t before = as->n_faults;
	int n = assess_int(as, subject, "periods", at, PERIODS_MAX, "monHoc.soTiet");
	s->periods = n > 0 ? n : 0;
	if (as->n_faults != before || rules_subject(s->code)->comment)
		return;
	if (n == 0 || (n < 0 && rules_subject(s->code)->periods[as->grade] == 0))
		assess_fault(as, at, "monHoc.soTiet", NULL);
}

static void
read_retake(struct assess *as, const json_t *subject, size_t i, struct rules22_subject *s)
{
	const json_t *v = json_object_get(subject, "retake");
	const struct assess_at at = ASSESS_SUBJECT(i, "retake");
	if (rules_subject(s->code)->comment)
		s->retake_level = read_comment(as, v, at);
	else
		s->retake = (int16_t)read_mark(as, v, at);
}

static bool
read_subject(struct assess *as, const json_t *subject, size_t i, bool seen[RULES_SUBJECT__MAX],
    struct rules22_subject *ret_subject)
{
	enum rules_subject code;
	if (!assess_subject(as, subject, i, RULES_TT22, seen, &code))
		return false;
	struct rules22_subject s = rules22_subject_blank(code);
	read_kind(as, subject, i, code);
	read_periods(as, subject, i, &s);
	s.status = read_status(as, subject, ASSESS_SUBJECT(i, "status"));
	const json_t *terms = assess_array(as, subject, "terms", ASSESS_SUBJECT(i, "terms"), TERMS);
	for (int t = 0; t < TERMS && (size_t)t < json_array_size(terms); t++)
		read_term(as, json_array_get(terms, (size_t)t), i, t, &s);
	read_retake(as, subject, i, &s);
	*ret_subject = s;
	return true;
}

static int
read_subjects(struct assess *as, const json_t *pupil, struct rules22_subject subjects[RULES_SUBJECT__MAX],
    int at[RULES_SUBJECT__MAX])
{
	bool seen[RULES_SUBJECT__MAX] = { false };
	int n = 0;
	size_t before = as->n_faults;
	const json_t *list = assess_array(as, pupil, "subjects", ASSESS_MEMBER("subjects"), SIZE_MAX);
	if (list == NULL && as->n_faults == before)
		assess_fault(as, ASSESS_MEMBER("subjects"), "danhGia.thieu", NULL);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (read_subject(as, json_array_get(list, i), i, seen, &subjects[n == RULES_SUBJECT__MAX ? 0 : n]))
			at[n++] = (int)i;
	return n;
}

static void
read_pupil(struct assess *as, const json_t *pupil, struct rules22_pupil *p)
{
	const json_t *conduct = assess_array(as, pupil, "conduct", ASSESS_MEMBER("conduct"), TERMS);
	for (size_t t = 0; t < TERMS; t++)
		p->conduct[t] = read_level(as, json_array_get(conduct, t), element(ASSESS_MEMBER(NULL), "conduct", t),
		    rules_level_parse, "T, K, Đ, CĐ");
	p->conduct_after_summer = read_level(as, json_object_get(pupil, "conduct_after_summer"), ASSESS_MEMBER("conduct_after_summer"),
	    rules_level_parse, "T, K, Đ, CĐ");
	p->absent_sessions = assess_int(as, pupil, "absent_sessions", ASSESS_MEMBER("absent_sessions"), SESSIONS_MAX, "nghiHoc.soBuoi");
}

/* ---- Results ---- */
static void
list_faults(struct assess *as, const struct rules22_result *r, const int at_of[RULES_SUBJECT__MAX])
{
	for (int i = 0; i < r->n_faults; i++) {
		const struct rules_fault *f = &r->faults[i];
		const struct assess_at at = { rules_field_name((enum rules_field)f->field), NULL, at_of[f->subject],
			f->term > 0 ? f->term - 1 : ASSESS_NONE, ASSESS_NONE };
		assess_fault(as, at, f->key, NULL);
	}
}

static void
write_value(struct jw *w, const char *name, struct rules22_value v)
{
	if (v.tenths >= 0)
		jw_tenths(w, name, v.tenths);
	else
		jw_str(w, name, rules_level_code(v.level));
}

static void
write_subjects(struct jw *w, const struct rules22_pupil *p, const struct rules22_result *r)
{
	jw_array(w, "subjects");
	for (int i = 0; i < p->n_subjects; i++) {
		const struct rules22_subject_result *s = &r->subjects[i];
		jw_object(w, NULL);
		jw_str(w, "code", rules_subject(p->subjects[i].code)->code);
		jw_array(w, "term");
		for (int t = 0; t < TERMS; t++)
			write_value(w, NULL, s->term[t]);
		jw_end(w);
		write_value(w, "year", s->year);
		write_value(w, "after_retake", s->after_retake);
		jw_end(w);
	}
	jw_end(w);
}

static void
write_levels(struct jw *w, const struct rules22_result *r)
{
	jw_object(w, "academic");
	jw_array(w, "term");
	for (int t = 0; t < TERMS; t++)
		jw_str(w, NULL, rules_level_code(r->term[t]));
	jw_end(w);
	jw_str(w, "year", rules_level_code(r->year));
	jw_str(w, "after_retake", rules_level_code(r->after_retake));
	jw_end(w);
	jw_object(w, "conduct");
	jw_str(w, "year", rules_level_code(r->conduct_year));
	jw_end(w);
	jw_str(w, "promotion", rules22_promotion_code(r->promotion));
	jw_str(w, "award", rules22_award_code(r->award));
}

static void
write_pupil(struct assess *as, const struct rules22_pupil *p, const struct rules22_result *r,
    const struct rules_notes *notes)
{
	struct jw *w = &as->out;
	jw_object(w, NULL);
	jw_str(w, "id", as->student);
	write_subjects(w, p, r);
	write_levels(w, r);
	jw_array(w, "missing");
	for (int i = 0; i < r->n_gaps; i++) {
		const struct rules_gap *g = &r->gaps[i];
		assess_missing(as, g->subject < 0 ? NULL : rules_subject(p->subjects[g->subject].code)->code, g->term,
		    rules_field_name((enum rules_field)g->field));
	}
	jw_end(w);
	assess_explain(as, notes);
	jw_end(w);
}

void
assess_tt22(struct assess *as, const json_t *pupil, struct hb_arena *a)
{
	struct rules22_subject subjects[RULES_SUBJECT__MAX];
	struct rules22_pupil p = { .grade = as->grade, .subjects = subjects };
	struct rules22_result r;
	struct rules_notes notes = { .a = a };
	int at[RULES_SUBJECT__MAX];             /* place of each subject in the document */
	p.n_subjects = read_subjects(as, pupil, subjects, at);
	read_pupil(as, pupil, &p);
	rules22_assess(&p, &r, as->explain ? &notes : NULL);
	list_faults(as, &r, at);
	if (as->n_faults == 0)
		write_pupil(as, &p, &r, &notes);
}
