/* The words that explain one subject: the sum, the divisor, the rounded value. */
#include "rules/tt22_subject.h"
#include "base/text.h"

#include <stdio.h>

#define WHAT_LEN 48
static void
name_term(char what[WHAT_LEN], const struct rules22_subject *s, int t)
{
	snprintf(what, WHAT_LEN, "subject.%s.term%d", rules_subject(s->code)->code, t + 1);
}

static void
name_part(char what[WHAT_LEN], const struct rules22_subject *s, const char *part)
{
	snprintf(what, WHAT_LEN, "subject.%s.%s", rules_subject(s->code)->code, part);
}

static void
value_text(struct rules22_value v, char out[16])
{
	if (v.level != RULES_UNKNOWN)
		snprintf(out, 16, "%s", rules_level_name(v.level));
	else if (v.tenths >= 0)
		hb_tenths_vi(v.tenths, out);
	else
		snprintf(out, 16, "chưa có");
}

static void
note_not_judged(struct rules_notes *notes, const struct rules22_subject *s, int t)
{
	char what[WHAT_LEN];
	name_term(what, s, t);
	if (tt22_status(s, t) == RULES22_EXEMPT)
		rules_say(notes, RULES_C_22_EXEMPT, what, "Được miễn môn %s học kì %d: không có kết quả, không tính vào mức.",
		    rules_subject(s->code)->name, t + 1);
	else
		rules_say(notes, RULES_C_22_YEAR, what, "Không học môn %s ở học kì %d: kết quả học kì còn lại là kết quả cả năm.",
		    rules_subject(s->code)->name, t + 1);
}

/* "8,0 + 9,0 + 7,0 + 8,5 + 2×7,5 + 3×8,0", and what it comes to. */
static void
note_average(struct rules_notes *notes, const char *what, const struct rules22_subject *s, int t, int average)
{
	const struct rules22_term *term = &s->term[t];
	char sum[120] = "", a[8], b[8], total[8], whole[16];
	int at = 0, tenths = tt22.weight_gk * term->gk + tt22.weight_ck * term->ck, n = term->n_tx;
	for (int i = 0; i < n; i++) {
		hb_tenths_vi(term->tx[i], a);
		at += snprintf(sum + at, sizeof sum - (size_t)at, "%s + ", a);
		tenths += tt22.weight_tx * term->tx[i];
	}
	if (term->cd >= 0) {
		hb_tenths_vi(term->cd, a);
		at += snprintf(sum + at, sizeof sum - (size_t)at, "%s (chuyên đề) + ", a);
		tenths += tt22.weight_tx * term->cd;
		n++;
	}
	hb_tenths_vi(term->gk, a);
	hb_tenths_vi(term->ck, b);
	hb_tenths_vi(average, total);
	snprintf(whole, sizeof whole, "%d,%d", tenths / 10, tenths % 10);
	rules_say(notes, term->cd >= 0 ? RULES_C_22_CLUSTER : RULES_C_22_TERM, what,
	    "ĐTBmhk môn %s học kì %d = (%s%d×%s + %d×%s) / %d = %s / %d, làm tròn được %s.", rules_subject(s->code)->name, t + 1,
	    sum, tt22.weight_gk, a, tt22.weight_ck, b, n + tt22.weight_gk + tt22.weight_ck, whole,
	    n + tt22.weight_gk + tt22.weight_ck, total);
}

static void
note_comment(struct rules_notes *notes, const char *what, const struct rules22_subject *s, int t, enum rules_level l)
{
	const struct rules22_term *term = &s->term[t];
	int passed = 0;
	for (int i = 0; i < term->n_marks && i < RULES22_COMMENT_MARKS; i++)
		passed += term->marks[i] == RULES_D;
	rules_say(notes, RULES_C_22_COMMENT, what, "Môn %s học kì %d: %d/%d lần đánh giá mức Đạt%s, kết quả %s.",
	    rules_subject(s->code)->name, t + 1, passed, RULES22_COMMENT_MARKS,
	    term->cd_level == RULES_CD ? ", cụm chuyên đề Chưa đạt" : "", rules_level_name(l));
}

static void
note_gap(struct rules_notes *notes, const char *what, const struct rules22_subject *s, int t)
{
	bool comment = rules_subject(s->code)->comment;
	const struct rules22_term *term = &s->term[t];
	bool periodic = !comment && (term->gk < 0 || term->ck < 0);
	rules_say(notes, periodic ? RULES_C_22_PERIODIC : RULES_C_22_REGULAR, what,
	    "Môn %s học kì %d chưa đủ %s: chưa tính kết quả học kì.", rules_subject(s->code)->name, t + 1,
	    comment ? "số lần đánh giá" : periodic ? "điểm giữa kì, cuối kì" : "điểm thường xuyên");
}

void
tt22_note_term(struct rules_notes *notes, const struct rules22_subject *s, int t, struct rules22_value v)
{
	char what[WHAT_LEN];
	enum rules22_status st = tt22_status(s, t);
	if (notes == NULL)
		return;
	name_term(what, s, t);
	if (st == RULES22_EXEMPT || st == RULES22_NOT_TAKEN)
		note_not_judged(notes, s, t);
	else if (st == RULES22_PLAN)
		rules_say(notes, RULES_C_22_PLAN, what, "Môn %s học kì %d đánh giá theo kế hoạch giáo dục cá nhân: không tính vào mức.",
		    rules_subject(s->code)->name, t + 1);
	else if (v.level != RULES_UNKNOWN)
		note_comment(notes, what, s, t, v.level);
	else if (v.tenths >= 0)
		note_average(notes, what, s, t, v.tenths);
	else
		note_gap(notes, what, s, t);
}

void
tt22_note_year(struct rules_notes *notes, const struct rules22_subject *s, const struct rules22_subject_result *r)
{
	char what[WHAT_LEN], a[16], b[16], year[16];
	if (notes == NULL || !tt22_known(r->year))
		return;
	name_part(what, s, "year");
	value_text(r->term[0], a);
	value_text(r->term[1], b);
	value_text(r->year, year);
	if (r->year.level != RULES_UNKNOWN)
		rules_say(notes, RULES_C_22_COMMENT, what, "Môn %s cả năm lấy kết quả học kì %d: %s.", rules_subject(s->code)->name,
		    tt22_known(r->term[1]) ? 2 : 1, year);
	else if (tt22_known(r->term[0]) && tt22_known(r->term[1]))
		rules_say(notes, RULES_C_22_YEAR, what, "ĐTBmcn môn %s = (%s + %d×%s) / %d, làm tròn được %s.",
		    rules_subject(s->code)->name, a, tt22.weight_term[1], b, tt22.weight_term[0] + tt22.weight_term[1], year);
	else
		rules_say(notes, RULES_C_22_YEAR, what, "ĐTBmcn môn %s là ĐTBmhk của học kì được học: %s.",
		    rules_subject(s->code)->name, year);
}

void
tt22_note_retake(struct rules_notes *notes, const struct rules22_subject *s, const struct rules22_subject_result *r)
{
	char what[WHAT_LEN], before[16], after[16];
	if (notes == NULL)
		return;
	name_part(what, s, "after_retake");
	value_text(r->year, before);
	value_text(r->after_retake, after);
	rules_say(notes, RULES_C_22_RETAKE, what, "Kiểm tra lại môn %s: kết quả %s thay cho %s của cả năm.",
	    rules_subject(s->code)->name, after, before);
}
