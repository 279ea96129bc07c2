#include <string.h>

#include "form/sheet.h"

/* Một năm học THCS, THPT: page A results by subject, page B the year as a whole (domain.md §3.1 (3), (4)). */

#define SCALE (BODY_WIDTH / 496)
static const struct style small_bold = { FACE_BOLD, 11, ALIGN_CENTRE };

static const char sign_hint[] = "(Ký và ghi rõ họ tên)";
static const char head_hint[] = "(Ký, ghi rõ họ tên và đóng dấu)";

/* ---- page A ---- */

static void
head_cell(struct table *t, double x, double y, double w, double h, const char *text)
{
	canvas_box(t->c, (struct box){ x, y, w, h }, 0.6);
	canvas_fit(t->c, (struct box){ x + 2, y + 2, w - 4, h - 4 }, small_bold, text);
}

/* Two rows: the three results stand under one heading. */
static void
results_head(struct table *t, void *arg)
{
	const double *w = t->width;
	double x = t->x, y = t->y, upper = 34, lower = 20, results = w[1] + w[2] + w[3];
	(void)arg;
	head_cell(t, x, y, w[0], upper + lower, "Môn học/\nHoạt động giáo dục");
	x += w[0];
	head_cell(t, x, y, results, upper, "Điểm trung bình môn học\nhoặc mức đánh giá");
	head_cell(t, x, y + upper, w[1], lower, "Học kì I");
	head_cell(t, x + w[1], y + upper, w[2], lower, "Học kì II");
	head_cell(t, x + w[1] + w[2], y + upper, w[3], lower, "Cả năm");
	x += results;
	head_cell(t, x, y, w[4], upper + lower, "Điểm hoặc mức đạt được sau kiểm tra lại");
	head_cell(t, x + w[4], y, w[5], upper + lower, "Nhận xét (nếu có); giáo viên môn học ký, ghi rõ họ tên");
	t->y += upper + lower;
}

static const char *
teachers(struct sheet *s, const struct record_year *y, const char *subject)
{
	const char *names = NULL;
	for (size_t i = 0; i < y->n_signers; i++) {
		const struct record_signer *t = &y->signers[i];
		if (t->role != RECORD_GVBM || strcmp(t->subject, subject) != 0)
			continue;
		const char *one = t->stands_in_for == NULL ? t->name : sheet_text(s, "%s (kí thay %s)", t->name, t->stands_in_for);
		names = names == NULL ? one : sheet_text(s, "%s; %s", names, one);
	}
	return names;
}

static const char *
result_word(struct sheet *s, const struct record_result *r, struct record_mark m)
{
	if (m.kind == RECORD_MARK_NONE && r->status == RECORD_EXEMPT)
		return "Miễn";
	if (m.kind == RECORD_MARK_NONE && r->status == RECORD_IEP)
		return "KHGDCN";
	return word_mark(s, m);
}

static void
result_row(struct sheet *s, struct table *t, const struct record_year *y, const struct record_result *r)
{
	const struct cell cells[] = { { word_subject(s, r), FACE_REGULAR, ALIGN_LEFT, NULL },
		{ result_word(s, r, r->term[0]), FACE_REGULAR, ALIGN_CENTRE, NULL },
		{ result_word(s, r, r->term[1]), FACE_REGULAR, ALIGN_CENTRE, NULL },
		{ result_word(s, r, r->year), FACE_BOLD, ALIGN_CENTRE, NULL },
		{ word_mark(s, r->after_retake), FACE_BOLD, ALIGN_CENTRE, NULL },
		{ teachers(s, y, r->code), FACE_REGULAR, ALIGN_LEFT, r->comment } };
	table_row(t, cells);
}

/* The form of THCS keeps a line for Ngoại ngữ 2 whoever learns it; it stands before the local subjects. */
static void
results(struct sheet *s, struct table *t, const struct record_year *y)
{
	static const struct record_result second = { .code = "NN2", .name = "Ngoại ngữ 2 (…………………)" };
	bool has_second = y->level != RECORD_THCS;
	for (size_t i = 0; i < y->n_results; i++) {
		const char *code = y->results[i].code;
		has_second = has_second || strcmp(code, "NN2") == 0;
		if (!has_second && (strcmp(code, "NDDP") == 0 || strcmp(code, "HDTN") == 0 || strcmp(code, "DTTS") == 0)) {
			result_row(s, t, y, &second);
			has_second = true;
		}
		result_row(s, t, y, &y->results[i]);
	}
}

static const char *
joined(struct sheet *s, const struct record_year *y, bool clusters)
{
	const char *names = NULL;
	for (size_t i = 0; i < y->n_results; i++)
		if (clusters ? y->results[i].cluster : y->results[i].chosen)
			names = names == NULL ? y->results[i].name : sheet_text(s, "%s, %s", names, y->results[i].name);
	return names;
}

static void
page_a(struct sheet *s, const struct record_year *y)
{
	static const double widths[] = { 122, 46, 46, 46, 66, 170 };
	canvas_new_page(&s->c);
	double at = sheet_year_line(s, MARGIN_TOP, y);
	if (y->level == RECORD_THPT) {
		at += canvas_field(&s->c, MARGIN_LEFT, at, BODY_WIDTH, "Môn học lựa chọn:", joined(s, y, false));
		at += canvas_field(&s->c, MARGIN_LEFT, at, BODY_WIDTH, "Chuyên đề học tập lựa chọn:", joined(s, y, true));
	}
	struct table t = { .c = &s->c, .x = MARGIN_LEFT, .y = at + 2, .columns = 6, .size = 11.5, .least = y->level == RECORD_THCS ? 33 : 31,
		.bottom = BODY_BOTTOM, .head = results_head };
	for (size_t i = 0; i < t.columns; i++)
		t.width[i] = widths[i] * SCALE;
	table_start(&t);
	results(s, &t, y);
	t.head = NULL;
	table_room(&t, 150);
	const char *corrected = y->revision > 1 ? sheet_text(s, "Bản chỉnh lí lần %d, thay thế bản trước theo quy định.", y->revision - 1)
	                                        : "Trong bảng này có sửa chữa ở: 0 chỗ, thuộc các môn học: không.";
	at = t.y + 8 + canvas_text(&s->c, MARGIN_LEFT, t.y + 8, BODY_WIDTH, (struct style){ FACE_REGULAR, 12, ALIGN_LEFT }, corrected);
	double half = BODY_WIDTH / 2;
	sheet_signature(s, (struct box){ MARGIN_LEFT, at + 6, half, 0 }, y, RECORD_GVCN, "GIÁO VIÊN CHỦ NHIỆM", sign_hint, false);
	sheet_signature(s, (struct box){ MARGIN_LEFT + half, at + 6, half, 0 }, y, RECORD_CBQL, word_head(y), head_hint, false);
}

/* ---- page B ---- */

static double
levels_head(struct table *t)
{
	const double *w = t->width;
	double x = t->x, y = t->y, upper = 50, lower = 34;
	head_cell(t, x, y, w[0], upper + lower, "Học kì");
	x += w[0];
	head_cell(t, x, y, w[1] + w[2], upper, "Mức đánh giá");
	head_cell(t, x, y + upper, w[1], lower, "Kết quả rèn luyện");
	head_cell(t, x + w[1], y + upper, w[2], lower, "Kết quả học tập");
	x += w[1] + w[2];
	head_cell(t, x, y, w[3], upper + lower, "Tổng số buổi nghỉ học cả năm");
	x += w[3];
	head_cell(t, x, y, w[4] + w[5], upper, "Mức đánh giá sau kiểm tra lại môn học hoặc rèn luyện trong kì nghỉ hè");
	head_cell(t, x, y + upper, w[4], lower, "Kết quả rèn luyện");
	head_cell(t, x + w[4], y + upper, w[5], lower, "Kết quả học tập");
	x += w[4] + w[5];
	head_cell(t, x, y, w[6], upper + lower, "Được lên lớp/\nKhông được lên lớp");
	return upper + lower;
}

static const char *
sessions(struct sheet *s, const struct record_review *v)
{
	return v->absences_year == NULL ? "" : sheet_text(s, "%d", v->absences_year->permitted + v->absences_year->unpermitted);
}

static const char *
final_word(const struct record_year *y)
{
	const struct record_review *v = &y->review;
	enum record_promotion p = v->promotion_after_summer != RECORD_PROMOTION_NONE ? v->promotion_after_summer : v->promotion;
	return p == RECORD_PROMOTED ? "Được lên lớp" : word_promotion(y, p);
}

/* Three rows; what is told once for the year spans them. */
static double
levels_table(struct sheet *s, const struct record_year *y, double at)
{
	static const double widths[] = { 62, 66, 66, 66, 66, 66, 104 };
	const struct record_review *v = &y->review;
	struct table t = { .c = &s->c, .x = MARGIN_LEFT, .y = at, .columns = 7 };
	for (size_t i = 0; i < t.columns; i++)
		t.width[i] = widths[i] * SCALE;
	double row = 26, top = at + levels_head(&t);
	const char *names[] = { "Học kì I", "Học kì II", "Cả năm" };
	const enum record_level conduct[] = { v->conduct_term[0], v->conduct_term[1], v->conduct_year };
	const enum record_level academic[] = { v->academic_term[0], v->academic_term[1], v->academic_year };
	struct style plain = { FACE_REGULAR, 12, ALIGN_CENTRE }, bold = { FACE_BOLD, 12, ALIGN_CENTRE };
	for (int i = 0; i < 3; i++) {
		const char *cells[] = { names[i], word_level(conduct[i]), word_level(academic[i]) };
		double x = t.x;
		for (int k = 0; k < 3; x += t.width[k++]) {
			canvas_box(&s->c, (struct box){ x, top + i * row, t.width[k], row }, 0.6);
			canvas_fit(&s->c, (struct box){ x + 2, top + i * row, t.width[k] - 4, row }, i == 2 ? bold : plain, cells[k]);
		}
	}
	const char *whole[] = { sessions(s, v), word_level(v->conduct_after_summer), word_level(v->academic_after_retake), final_word(y) };
	double x = t.x + t.width[0] + t.width[1] + t.width[2];
	for (int k = 0; k < 4; x += t.width[3 + k++]) {
		canvas_box(&s->c, (struct box){ x, top, t.width[3 + k], 3 * row }, 0.6);
		canvas_fit(&s->c, (struct box){ x + 3, top, t.width[3 + k] - 6, 3 * row }, bold, whole[k]);
	}
	return top + 3 * row;
}

static const char *
achievements(struct sheet *s, const struct record_review *v, enum record_achievement_kind kind)
{
	const char *all = NULL;
	for (size_t i = 0; i < v->n_achievements; i++) {
		const struct record_achievement *x = &v->achievements[i];
		if (x->kind != kind)
			continue;
		const char *one = x->level == NULL ? x->title : sheet_text(s, "%s, cấp %s", x->title, x->level);
		if (x->decision_number != NULL)
			one = sheet_text(s, "%s (Quyết định %s)", one, x->decision_number);
		all = all == NULL ? one : sheet_text(s, "%s; %s", all, one);
	}
	return all;
}

static const char *
awards(struct sheet *s, const struct record_review *v)
{
	const char *other = achievements(s, v, RECORD_COMMENDATION), *award = word_award(v->award);
	return award == NULL ? other : other == NULL ? award : sheet_text(s, "%s; %s", award, other);
}

static double
outcome_lines(struct sheet *s, const struct record_year *y, double at)
{
	const struct record_review *v = &y->review;
	bool last = y->grade == 9 || y->grade == 12;
	enum record_promotion p = v->promotion_after_summer != RECORD_PROMOTION_NONE ? v->promotion_after_summer : v->promotion;
	const char *title = y->grade == 9 ? "- Hoàn thành chương trình giáo dục THCS:" : "- Hoàn thành chương trình giáo dục phổ thông:";
	if (last)
		at = sheet_field(s, at, title, p == RECORD_PROMOTED ? "Đạt" : "Chưa");
	at = sheet_field(s, at, "- Chứng chỉ (nếu có):", achievements(s, v, RECORD_CERTIFICATE));
	at = sheet_field(s, at, "- Kết quả tham gia các cuộc thi (nếu có):", achievements(s, v, RECORD_PRIZE));
	at = sheet_field(s, at, "- Hoạt động giáo dục khác (nếu có):", achievements(s, v, RECORD_ACTIVITY));
	return sheet_field(s, at, "- Khen thưởng (nếu có):", awards(s, v));
}

static double
homeroom_comment(struct sheet *s, const struct record_year *y, double at)
{
	struct style body = { FACE_REGULAR, 13, ALIGN_LEFT };
	double least = 102, used = y->review.comment == NULL ? 0 : canvas_height(&s->c, BODY_WIDTH, body, y->review.comment);
	at = sheet_room(s, at, 40 + least);
	at = sheet_heading(s, at + 6, 13, "NHẬN XÉT CỦA GIÁO VIÊN CHỦ NHIỆM") + 6;
	for (double line = used + 16; line <= least; line += 18)
		canvas_dots(&s->c, MARGIN_LEFT, MARGIN_LEFT + BODY_WIDTH, at + line);
	double end = y->review.comment == NULL ? at : canvas_flow(&s->c, MARGIN_LEFT, at, BODY_WIDTH, BODY_BOTTOM - 10, body, y->review.comment);
	return used > least ? end : at + least;
}

static void
page_b(struct sheet *s, const struct record_year *y)
{
	canvas_new_page(&s->c);
	double half = BODY_WIDTH / 2;
	double at = sheet_year_line(s, MARGIN_TOP, y);
	at += canvas_field(&s->c, MARGIN_LEFT, at, BODY_WIDTH, "Trường:", y->school.name);
	at += canvas_fields(&s->c, at, 0.5, "Xã (Phường, Đặc khu):", y->school.commune, "Tỉnh (Thành phố):", y->school.province);
	at = levels_table(s, y, at + 2) + 10;
	at = outcome_lines(s, y, at);
	at = homeroom_comment(s, y, at) + 8;
	at = sheet_room(s, at, SIGNATURE_BLOCK);
	double below = sheet_date_line(s, MARGIN_LEFT + half, at, half, y) + 2;
	sheet_signature(s, (struct box){ MARGIN_LEFT, below, half, 0 }, y, RECORD_GVCN, "GIÁO VIÊN CHỦ NHIỆM", sign_hint, true);
	sheet_signature(s, (struct box){ MARGIN_LEFT + half, below, half, 0 }, y, RECORD_CBQL,
	    sheet_text(s, "PHÊ DUYỆT CỦA HIỆU TRƯỞNG%s", strchr(word_head(y), '\n') == NULL ? "" : "\nKT. HIỆU TRƯỞNG, PHÓ HIỆU TRƯỞNG"), head_hint, true);
}

void
sheet_secondary_year(struct sheet *s, const struct record_year *y)
{
	page_a(s, y);
	page_b(s, y);
}
