/* One primary pupil's year (TT27/2020 Đ7, Đ9, Đ11, Đ13). */
#include "rules/tt27_table.h"

#include <stdio.h>
#include <string.h>

/* ---- Names ---- */
static const char *const subject_codes[] = { NULL, "C", "H", "T" };
static const char *const quality_codes[] = { NULL, "C", "Đ", "T" };
static const struct { const char *code, *name; } educations[] = {
	[RULES27_NO_RESULT] = { NULL, "chưa có" }, [RULES27_CHT] = { "CHT", "Chưa hoàn thành" },
	[RULES27_HT] = { "HT", "Hoàn thành" }, [RULES27_HTT] = { "HTT", "Hoàn thành tốt" },
	[RULES27_HTXS] = { "HTXS", "Hoàn thành xuất sắc" },
};

const char *rules27_subject_code(enum rules27_level l) { return subject_codes[l]; }
const char *rules27_quality_code(enum rules27_level l) { return quality_codes[l]; }
const char *rules27_education_code(enum rules27_education e) { return educations[e].code; }
const char *rules27_education_name(enum rules27_education e) { return educations[e].name; }

const char *
rules27_promotion_code(enum rules27_promotion p)
{
	static const char *const codes[] = { "incomplete", "promoted", "pending" };
	return codes[p];
}

const char *
rules27_award_code(enum rules27_award a)
{
	static const char *const codes[] = { NULL, "typical", "excellent" };
	return codes[a];
}

static enum rules27_level
parse(const char *const codes[4], const char *s)
{
	for (int l = RULES27_LOW; l <= RULES27_TOP; l++)
		if (strcmp(codes[l], s) == 0)
			return (enum rules27_level)l;
	return RULES27_UNKNOWN;
}
enum rules27_level rules27_subject_parse(const char *s) { return parse(subject_codes, s); }
enum rules27_level rules27_quality_parse(const char *s) { return parse(quality_codes, s); }

bool
rules27_has_test(enum rules_subject s, int grade, enum rules27_period p)
{
	for (int i = 0; i < tt27_n_tests; i++)
		if (tt27_tests[i].subject == s)
			return (tt27_tests[i].grades[p] >> grade & 1) != 0;
	return false;
}

/* ---- The year: the lowest of each kind decides ---- */
struct lowest { enum rules27_level subject, trait; int test, tests, subjects; };

static void
gap(struct rules27_result *r, int index, enum rules_field f)
{
	r->gaps[r->n_gaps++] = (struct rules_gap){ (int16_t)index, 0, (int8_t)f };
}

static void
fault(struct rules27_result *r, int index, enum rules_field f, const char *key)
{
	r->faults[r->n_faults++] = (struct rules_fault){ (int16_t)index, 0, (int8_t)f, key };
}

static void
take_test(const struct rules27_pupil *p, int i, struct lowest *low, struct rules27_result *r)
{
	const struct rules27_subject *s = &p->subjects[i];
	if (!rules27_has_test(s->code, p->grade, RULES27_CN))
		return;
	if (s->test == RULES27_NO_TEST) {
		gap(r, i, RULES_F_TEST);
		return;
	}
	low->tests++;
	low->test = s->test < low->test ? s->test : low->test;
}

static void
take_subject(const struct rules27_pupil *p, int i, struct lowest *low, struct rules27_result *r,
    struct rules_notes *notes)
{
	const struct rules27_subject *s = &p->subjects[i];
	if (s->not_assessed) {
		char what[48];
		snprintf(what, sizeof what, "subject.%s", rules_subject(s->code)->code);
		rules_say(notes, RULES_C_27_PLAN, what, "Môn %s không đánh giá theo kế hoạch giáo dục cá nhân: không tính vào kết quả.",
		    rules_subject(s->code)->name);
		return;
	}
	low->subjects++;
	if (s->level == RULES27_UNKNOWN)
		gap(r, i, RULES_F_LEVEL);
	else if (s->level < low->subject)
		low->subject = s->level;
	take_test(p, i, low, r);
}

static void
take_traits(const struct rules27_pupil *p, const struct rules27_trait *traits, const enum rules27_level *levels, int n,
    enum rules_field f, struct lowest *low, struct rules27_result *r)
{
	for (int i = 0; i < n; i++) {
		if (p->grade < traits[i].first_grade) {
			if (levels[i] != RULES27_UNKNOWN)
				fault(r, i, f, "nangLuc.khongCoOLop");
		} else if (levels[i] == RULES27_UNKNOWN) {
			gap(r, i, f);
		} else if (levels[i] < low->trait) {
			low->trait = levels[i];
		}
	}
}

static void
note_tests(const struct rules27_pupil *p, struct rules_notes *notes)
{
	char list[300] = "";
	int at = 0;
	for (int i = 0; i < p->n_subjects; i++)
		if (rules27_has_test(p->subjects[i].code, p->grade, RULES27_CN) && !p->subjects[i].not_assessed
		    && p->subjects[i].test != RULES27_NO_TEST && at < (int)sizeof list - 60)
			at += snprintf(list + at, sizeof list - (size_t)at, "%s%s %d", at == 0 ? "" : ", ",
			    rules_subject(p->subjects[i].code)->name, p->subjects[i].test);
	if (at > 0)
		rules_say(notes, RULES_C_27_TEST, "tests", "Bài kiểm tra định kì cuối năm của lớp %d: %s.", p->grade, list);
}

static enum rules_clause
educate(const struct lowest *low, struct rules27_result *r)
{
	for (int i = 0; i < TT27_RESULTS; i++) {
		const struct tt27_result_row *row = &tt27_results[i];
		if (low->subject < row->subjects_at_least || low->trait < row->traits_at_least
		    || (low->tests > 0 && low->test < row->tests_at_least))
			continue;
		r->education = row->education;
		return row->clause;
	}
	r->education = RULES27_CHT;
	return RULES_C_27_NOT;
}

static void
say_education(const struct lowest *low, const struct rules27_result *r, enum rules_clause clause,
    struct rules_notes *notes)
{
	char test[40] = "không có bài kiểm tra";
	if (low->tests > 0)
		snprintf(test, sizeof test, "bài kiểm tra thấp nhất %d", low->test);
	rules_say(notes, clause, "education", "%d môn học, mức thấp nhất %s; phẩm chất, năng lực mức thấp nhất %s; %s: %s.",
	    low->subjects, subject_codes[low->subject], quality_codes[low->trait], test, educations[r->education].name);
}

static void
promote(struct rules27_result *r, struct rules_notes *notes)
{
	r->promotion = r->education == RULES27_CHT ? RULES27_PENDING : RULES27_PROMOTED;
	if (r->promotion == RULES27_PROMOTED)
		rules_say(notes, RULES_C_27_PROMOTE, "promotion", "%s: hoàn thành chương trình lớp học.",
		    educations[r->education].name);
	else
		rules_say(notes, RULES_C_27_PENDING, "promotion",
		    "Chưa hoàn thành: giáo viên hướng dẫn, giúp đỡ rồi đánh giá bổ sung; nếu vẫn chưa hoàn thành, hiệu trưởng xét.");
}

static void
award(const struct rules27_pupil *p, struct rules27_result *r, struct rules_notes *notes)
{
	if (r->education == RULES27_HTXS) {
		r->award = RULES27_EXCELLENT;
		rules_say(notes, RULES_C_27_AWARD_BEST, "award", "Hoàn thành xuất sắc: Học sinh Xuất sắc.");
	} else if (r->education == RULES27_HTT && p->class_recognised) {
		r->award = RULES27_TYPICAL;
		rules_say(notes, RULES_C_27_AWARD_GOOD, "award", "Hoàn thành tốt và được tập thể lớp công nhận: Học sinh Tiêu biểu "
		    "hoàn thành tốt trong học tập và rèn luyện.");
	}
}

void
rules27_assess(const struct rules27_pupil *p, struct rules27_result *ret_result, struct rules_notes *notes)
{
	struct rules27_result *r = ret_result;
	struct lowest low = { RULES27_TOP, RULES27_TOP, 10, 0, 0 };
	r->education = RULES27_NO_RESULT;
	r->promotion = RULES27_INCOMPLETE;
	r->award = RULES27_NO_AWARD;
	r->n_gaps = r->n_faults = 0;
	for (int i = 0; i < p->n_subjects; i++)
		take_subject(p, i, &low, r, notes);
	take_traits(p, rules27_qualities, p->qualities, RULES27_QUALITIES, RULES_F_QUALITY, &low, r);
	take_traits(p, rules27_competences, p->competences, RULES27_COMPETENCES, RULES_F_COMPETENCE, &low, r);
	if (notes != NULL)
		note_tests(p, notes);
	if (r->n_gaps > 0 || low.subjects == 0) {
		rules_say(notes, RULES_C_27_DONE, "promotion", "Còn thiếu %d dữ liệu: chưa xét kết quả giáo dục.", r->n_gaps);
		return;
	}
	enum rules_clause clause = educate(&low, r);
	if (notes != NULL)
		say_education(&low, r, clause, notes);
	promote(r, notes);
	award(p, r, notes);
}
