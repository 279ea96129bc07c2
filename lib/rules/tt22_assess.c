/* One pupil's year: levels, conduct, promotion, award (TT22/2021 Đ8, Đ9.2-3, Đ12-Đ15). */
#include "rules/tt22_subject.h"
#include "base/text.h"

#include <stdio.h>

enum part { PART_TERM1, PART_TERM2, PART_YEAR, PART_AFTER, PART__MAX };
static const struct { const char *what, *name; } parts[PART__MAX] = {
	{ "academic.term1", "học kì 1" }, { "academic.term2", "học kì 2" }, { "academic.year", "cả năm" },
	{ "academic.after_retake", "sau kiểm tra lại" },
};

/* ---- Academic level ---- */
static bool
counts(const struct rules22_subject *s, enum part part)
{
	if (s->not_counted)
		return false;
	if (part == PART_TERM1 || part == PART_TERM2)
		return tt22_status(s, part == PART_TERM1 ? 0 : 1) == RULES22_NORMAL;
	return tt22_status(s, 0) == RULES22_NORMAL || tt22_status(s, 1) == RULES22_NORMAL;
}

static struct rules22_value
value_in(const struct rules22_subject_result *r, enum part part)
{
	if (part == PART_AFTER)
		return tt22_known(r->after_retake) ? r->after_retake : r->year;
	return part == PART_YEAR ? r->year : r->term[part == PART_TERM1 ? 0 : 1];
}

struct counted { struct rules22_value v[RULES_SUBJECT__MAX]; int index[RULES_SUBJECT__MAX]; int n; };

static void
note_counts(struct rules_notes *notes, enum part part, const struct counted *c, enum rules_level base)
{
	int failed = 0, scores = 0, many[TT22_LEVELS] = { 0 }, lowest = RULES_MARK_MAX;
	for (int i = 0; i < c->n; i++) {
		if (c->v[i].level != RULES_UNKNOWN) {
			failed += c->v[i].level == RULES_CD;
			continue;
		}
		scores++;
		lowest = c->v[i].tenths < lowest ? c->v[i].tenths : lowest;
		for (int r = 0; r < TT22_LEVELS; r++)
			many[r] += c->v[i].tenths >= tt22.levels[r].many_at_least;
	}
	enum rules_clause clause = RULES_C_22_FAIL;
	for (int r = 0; r < TT22_LEVELS; r++)
		if (tt22.levels[r].level == base)
			clause = tt22.levels[r].clause;
	char low[8];
	hb_tenths_vi(lowest, low);
	rules_say(notes, clause, parts[part].what,
	    "Học tập %s: %d môn nhận xét Chưa đạt; %d môn tính điểm, thấp nhất %s; %d môn từ 8,0, %d môn từ 6,5, "
	    "%d môn từ 5,0: mức %s.", parts[part].name, failed, scores, scores == 0 ? "không có" : low, many[0], many[1],
	    many[2], rules_level_name(base));
}

static void
note_level(struct rules_notes *notes, const struct rules22_pupil *p, enum part part, const struct counted *c,
    const struct rules22_judgement *j)
{
	if (notes == NULL || j->level == RULES_UNKNOWN)
		return;
	note_counts(notes, part, c, j->base);
	if (j->which < 0)
		return;
	rules_say(notes, RULES_C_22_ADJUST, parts[part].what,
	    "Mức %s bị thấp xuống từ hai mức trở lên chỉ do môn %s: điều chỉnh lên mức liền kề %s.%s", rules_level_name(j->base),
	    rules_subject(p->subjects[c->index[j->which]].code)->name, rules_level_name(j->level),
	    j->disputed ? " Các môn còn lại chưa tự đủ số môn của mức: trường hợp cần hội đồng xem xét." : "");
}

static enum rules_level
academic(const struct rules22_pupil *p, const struct rules22_result *r, enum part part, struct rules_notes *notes)
{
	struct counted c;
	c.n = 0;
	for (int i = 0; i < p->n_subjects; i++) {
		if (!counts(&p->subjects[i], part))
			continue;
		c.v[c.n] = value_in(&r->subjects[i], part);
		c.index[c.n++] = i;
	}
	struct rules22_judgement j = rules22_level(c.v, c.n);
	note_level(notes, p, part, &c, &j);
	return j.level;
}

/* ---- Conduct ---- */
static void
conduct(const struct rules22_pupil *p, struct rules22_result *r, struct rules_notes *notes)
{
	for (int t = 0; t < 2; t++)
		if (p->conduct[t] == RULES_UNKNOWN)
			tt22_gap(r, -1, t + 1, RULES_F_CONDUCT);
	r->conduct_year = rules22_conduct_year(p->conduct[0], p->conduct[1]);
	r->conduct_final = r->conduct_year;
	if (r->conduct_year == RULES_UNKNOWN)
		return;
	rules_say(notes, RULES_C_22_CONDUCT, "conduct.year", "Rèn luyện học kì 1 %s, học kì 2 %s: cả năm %s.",
	    rules_level_name(p->conduct[0]), rules_level_name(p->conduct[1]), rules_level_name(r->conduct_year));
	if (r->conduct_year >= tt22.promote_at_least || p->conduct_after_summer == RULES_UNKNOWN)
		return;
	r->conduct_final = p->conduct_after_summer;
	rules_say(notes, RULES_C_22_SUMMER, "conduct.after_summer", "Rèn luyện trong kì nghỉ hè: đánh giá lại mức %s.",
	    rules_level_name(r->conduct_final));
}

/* ---- Promotion ---- */
static bool
any_retaken(const struct rules22_pupil *p, const struct rules22_result *r)
{
	for (int i = 0; i < p->n_subjects; i++)
		if (tt22_known(r->subjects[i].after_retake))
			return true;
	return false;
}

static void
say_promotion(struct rules_notes *notes, const struct rules22_pupil *p, const struct rules22_result *r)
{
	if (r->promotion == RULES22_INCOMPLETE)
		rules_say(notes, RULES_C_22_PROMOTE, "promotion", "Còn thiếu %d dữ liệu: chưa xét lên lớp.", r->n_gaps);
	else if (r->promotion == RULES22_HEAD_DECIDES)
		rules_say(notes, RULES_C_22_PLAN, "promotion",
		    "Học theo kế hoạch giáo dục cá nhân: hiệu trưởng xét lên lớp theo kết quả thực hiện kế hoạch.");
	else if (p->absent_sessions > tt22.absent_max)
		rules_say(notes, RULES_C_22_ABSENT, "promotion", "Nghỉ học %d buổi, quá %d buổi trong năm học: không được lên lớp.",
		    p->absent_sessions, tt22.absent_max);
	else
		rules_say(notes, RULES_C_22_PROMOTE, "promotion", "Rèn luyện %s, học tập %s, nghỉ học %d buổi (tối đa %d): %s.",
		    rules_level_name(r->conduct_final), rules_level_name(r->academic_final), p->absent_sessions, tt22.absent_max,
		    r->promotion == RULES22_PROMOTED ? "được lên lớp"
		        : r->promotion == RULES22_RETAINED ? "không được lên lớp" : "chưa được lên lớp");
}

static enum rules22_promotion
by_plan(enum rules22_plan plan)
{
	return plan == RULES22_PLAN_PROMOTED ? RULES22_PROMOTED
	    : plan == RULES22_PLAN_RETAINED ? RULES22_RETAINED : RULES22_HEAD_DECIDES;
}

/* Which remedy is still open, or how the year ended. */
static enum rules22_promotion
promotion(const struct rules22_pupil *p, const struct rules22_result *r, bool retaken)
{
	if (p->absent_sessions > tt22.absent_max)       /* Đ12.1c: no remedy in the summer */
		return RULES22_RETAINED;
	bool retake_open = r->year < tt22.promote_at_least && !retaken;
	bool summer_open = r->conduct_year < tt22.promote_at_least && p->conduct_after_summer == RULES_UNKNOWN;
	if (retake_open && summer_open)
		return RULES22_RETAKE_AND_SUMMER;
	if (retake_open)
		return RULES22_RETAKE;
	if (summer_open)
		return RULES22_SUMMER_CONDUCT;
	return r->academic_final >= tt22.promote_at_least && r->conduct_final >= tt22.promote_at_least
	    ? RULES22_PROMOTED : RULES22_RETAINED;
}

static void
say_remedies(struct rules_notes *notes, const struct rules22_pupil *p, const struct rules22_result *r)
{
	bool retake = r->promotion == RULES22_RETAKE || r->promotion == RULES22_RETAKE_AND_SUMMER;
	bool summer = r->promotion == RULES22_SUMMER_CONDUCT || r->promotion == RULES22_RETAKE_AND_SUMMER;
	char list[300] = "";
	int at = 0;
	for (int i = 0; retake && i < p->n_subjects; i++)
		if (tt22_may_retake(&p->subjects[i], r->subjects[i].year) && at < (int)sizeof list - 60)
			at += snprintf(list + at, sizeof list - (size_t)at, "%s%s", at == 0 ? "" : ", ",
			    rules_subject(p->subjects[i].code)->name);
	if (retake)
		rules_say(notes, RULES_C_22_RETAKE, "promotion", "Học tập cả năm Chưa đạt: được chọn môn để kiểm tra lại trong: %s.",
		    at == 0 ? "không có môn nào dưới 5,0 hoặc Chưa đạt" : list);
	if (summer)
		rules_say(notes, RULES_C_22_SUMMER, "promotion", "Rèn luyện cả năm Chưa đạt: phải rèn luyện trong kì nghỉ hè.");
}

static void
promote(const struct rules22_pupil *p, struct rules22_result *r, bool retaken, struct rules_notes *notes)
{
	if (p->absent_sessions < 0)
		tt22_gap(r, -1, 0, RULES_F_ABSENT);
	if (p->plan != RULES22_NO_PLAN)
		r->promotion = by_plan(p->plan);
	else if (r->n_gaps > 0 || r->year == RULES_UNKNOWN || r->conduct_year == RULES_UNKNOWN)
		r->promotion = RULES22_INCOMPLETE;
	else
		r->promotion = promotion(p, r, retaken);
	if (notes == NULL)
		return;
	say_promotion(notes, p, r);
	say_remedies(notes, p, r);
}

/* ---- Award ---- */
static void
award(const struct rules22_pupil *p, struct rules22_result *r, struct rules_notes *notes)
{
	int best = 0;
	if (r->year != RULES_T || r->conduct_year != RULES_T)
		return;
	for (int i = 0; i < p->n_subjects; i++)
		best += counts(&p->subjects[i], PART_YEAR) && r->subjects[i].year.tenths >= tt22.best_at_least;
	r->award = best >= tt22.best_many ? RULES22_EXCELLENT : RULES22_GOOD;
	rules_say(notes, r->award == RULES22_EXCELLENT ? RULES_C_22_AWARD_BEST : RULES_C_22_AWARD_GOOD, "award",
	    "Rèn luyện và học tập cả năm Tốt, %d môn có ĐTBmcn từ 9,0 (cần %d để xuất sắc): Học sinh %s.", best, tt22.best_many,
	    r->award == RULES22_EXCELLENT ? "Xuất sắc" : "Giỏi");
}

void
rules22_assess(const struct rules22_pupil *p, struct rules22_result *ret_result, struct rules_notes *notes)
{
	struct rules22_result *r = ret_result;
	r->n_gaps = r->n_faults = 0;
	r->after_retake = RULES_UNKNOWN;
	r->award = RULES22_NO_AWARD;
	for (int i = 0; i < p->n_subjects; i++)
		tt22_subject_year(p, i, r, notes);
	for (int t = 0; t < 2; t++)
		r->term[t] = academic(p, r, (enum part)t, notes);
	r->year = academic(p, r, PART_YEAR, notes);
	for (int i = 0; i < p->n_subjects; i++)
		tt22_subject_retake(p, i, r, notes);
	bool retaken = any_retaken(p, r);
	if (retaken)
		r->after_retake = academic(p, r, PART_AFTER, notes);
	r->academic_final = retaken ? r->after_retake : r->year;
	conduct(p, r, notes);
	promote(p, r, retaken, notes);
	award(p, r, notes);
}
