#include <string.h>

#include "base/text.h"
#include "form/sheet.h"

/* Một năm học tiểu học theo TT27/2020 (domain.md §3.2 (3)): subjects, qualities, competences, results. */

#define SCALE (BODY_WIDTH / 496)

static void
put_head(struct table *t, const char *const *titles)
{
	struct cell cells[TABLE_COLUMNS] = { { 0 } };
	void (*again)(struct table *, void *) = t->head;
	for (size_t i = 0; i < t->columns; i++)
		cells[i] = (struct cell){ titles[i], FACE_BOLD, ALIGN_CENTRE, NULL };
	t->head = NULL;
	table_row(t, cells);
	t->head = again;
}

static void
subjects_head(struct table *t, void *arg)
{
	static const char *const titles[] = { "Môn học và hoạt động giáo dục", "Mức đạt được", "Điểm KTĐK", "Nhận xét" };
	(void)arg;
	put_head(t, titles);
}

static void
traits_head(struct table *t, void *arg)
{
	const char *titles[] = { arg, "Mức đạt được", "Nhận xét" };
	put_head(t, titles);
}

static struct table
table_at(struct sheet *s, double y, const double *widths, size_t columns)
{
	struct table t = { .c = &s->c, .x = MARGIN_LEFT, .y = y, .columns = columns, .size = 12, .least = 22, .bottom = BODY_BOTTOM };
	for (size_t i = 0; i < columns; i++)
		t.width[i] = widths[i] * SCALE;
	return t;
}

static double
title(struct sheet *s, double y, const char *text)
{
	return y + canvas_text(&s->c, MARGIN_LEFT, y, BODY_WIDTH, (struct style){ FACE_BOLD, 13, ALIGN_LEFT }, text) + 3;
}

static const char *
test_word(struct sheet *s, struct record_mark m)
{
	return m.kind == RECORD_MARK_SCORE ? sheet_text(s, "%d", m.tenths / 10) : "";
}

static double
subjects(struct sheet *s, const struct record_year *y, double at)
{
	static const double widths[] = { 150, 60, 56, 230 };
	struct table t = table_at(s, title(s, at, "1. Các môn học và hoạt động giáo dục"), widths, 4);
	t.head = subjects_head;
	table_start(&t);
	for (size_t i = 0; i < y->n_results; i++) {
		const struct record_result *r = &y->results[i];
		const char *level = r->level != RECORD_LEVEL_NONE ? record_level_code(r->level)
		    : r->status == RECORD_EXEMPT ? "Miễn" : r->status == RECORD_IEP ? "KHGDCN" : "";
		const struct cell cells[] = { { word_subject(s, r), FACE_REGULAR, ALIGN_LEFT, NULL }, { level, FACE_BOLD, ALIGN_CENTRE, NULL },
			{ test_word(s, r->test), FACE_BOLD, ALIGN_CENTRE, NULL }, { r->comment, FACE_REGULAR, ALIGN_LEFT, NULL } };
		table_row(&t, cells);
	}
	return t.y;
}

/* Qualities, general or specific competences (general: -1, 1, 0), with the one comment that stands beside them all. */
struct group { const char *title, *heading; const struct record_trait *v; size_t n; int general; const char *comment; };

static bool
belongs(const struct group *g, const char *code)
{
	return g->general < 0 || word_competence_is_general(code) == (g->general == 1);
}

static void
trait_rows(struct table *t, const struct group *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const char *code = g->v[i].code;
		if (!belongs(g, code))
			continue;
		const struct cell cells[] = { { g->general < 0 ? word_quality(code) : word_competence(code), FACE_REGULAR, ALIGN_LEFT, NULL },
			{ record_level_code(g->v[i].level), FACE_BOLD, ALIGN_CENTRE, NULL } };
		table_row(t, cells);
	}
}

/* Title and table stay on one page; the cell of the comment spans the rows. */
static double
traits(struct sheet *s, double at, const struct group *g)
{
	static const double widths[] = { 180, 66, 250 };
	struct table t = table_at(s, at, widths, 3);
	struct style body = { FACE_REGULAR, 12, ALIGN_LEFT };
	double beside = t.width[2] - 8, w = t.width[0] + t.width[1], row = t.least;
	double text = g->comment == NULL ? 0 : canvas_height(&s->c, beside, body, g->comment) + 8;
	size_t rows = 0;
	for (size_t i = 0; i < g->n; i++)
		rows += belongs(g, g->v[i].code);
	if (rows > 0 && text > (double)rows * row)
		row = text / (double)rows;
	table_room(&t, row * (double)rows + 75);
	t.y = title(s, t.y, g->title);
	t.head = traits_head;
	t.arg = (void *)g->heading;
	table_start(&t);
	double top = t.y;
	t.columns = 2;
	t.least = row;
	t.head = NULL;
	trait_rows(&t, g);
	canvas_box(&s->c, (struct box){ t.x + w, top, t.width[2], t.y - top }, 0.6);
	if (g->comment != NULL)
		canvas_text(&s->c, t.x + w + 4, top + 4, beside, body, g->comment);
	return t.y;
}

static const char *
absences(struct sheet *s, const struct record_absences *x, bool permitted)
{
	return x == NULL ? NULL : sheet_text(s, "%d", permitted ? x->permitted : x->unpermitted);
}

static double
body_line(struct sheet *s, const struct record_year *y, double at)
{
	const struct record_review *v = &y->review;
	double w = BODY_WIDTH / 4;
	char weight[8];
	hb_tenths_vi(v->weight_kg_tenths, weight);
	const char *height = v->height_cm == 0 ? NULL : sheet_text(s, "%d cm", v->height_cm);
	const char *kilograms = v->weight_kg_tenths == 0 ? NULL : sheet_text(s, "%s kg", weight);
	const char *all = v->absences_year == NULL ? NULL : sheet_text(s, "%d", v->absences_year->permitted + v->absences_year->unpermitted);
	at += canvas_fields(&s->c, at, 0.5, "Chiều cao:", height, "Cân nặng:", kilograms);
	double h = canvas_field(&s->c, MARGIN_LEFT, at, 1.3 * w - 8, "Số ngày nghỉ:", all);
	canvas_field(&s->c, MARGIN_LEFT + 1.3 * w, at, 1.25 * w - 8, "Có phép:", absences(s, v->absences_year, true));
	canvas_field(&s->c, MARGIN_LEFT + 2.55 * w, at, 1.45 * w, "Không phép:", absences(s, v->absences_year, false));
	return at + h;
}

static const char *
commendations(struct sheet *s, const struct record_review *v)
{
	const char *all = word_award(v->award);
	for (size_t i = 0; i < v->n_achievements; i++)
		all = all == NULL ? v->achievements[i].title : sheet_text(s, "%s; %s", all, v->achievements[i].title);
	return all;
}

static void
closing(struct sheet *s, const struct record_year *y, double at)
{
	const struct record_review *v = &y->review;
	double half = BODY_WIDTH / 2;
	enum record_promotion p = v->promotion_after_summer != RECORD_PROMOTION_NONE ? v->promotion_after_summer : v->promotion;
	at = sheet_room(s, at, 250);
	at = sheet_field(s, at, "4. Đánh giá kết quả giáo dục:", word_education(v->education));
	at = sheet_field(s, at, "5. Khen thưởng:", commendations(s, v));
	const char *done = p == RECORD_PROMOTED && y->grade < 5 ? sheet_text(s, "Hoàn thành chương trình lớp %d. Được lên lớp %d", y->grade, y->grade + 1)
	                                                        : word_promotion(y, p);
	at = sheet_field(s, at, "6. Hoàn thành chương trình lớp học/chương trình tiểu học:", done);
	at = sheet_room(s, at, SIGNATURE_BLOCK);
	double below = sheet_date_line(s, MARGIN_LEFT + half, at + 4, half, y) + 2;
	sheet_signature(s, (struct box){ MARGIN_LEFT, below, half, 0 }, y, RECORD_CBQL,
	    strchr(word_head(y), '\n') == NULL ? "XÁC NHẬN CỦA HIỆU TRƯỞNG" : "XÁC NHẬN CỦA HIỆU TRƯỞNG\nKT. HIỆU TRƯỞNG, PHÓ HIỆU TRƯỞNG",
	    "(Ký, ghi rõ họ tên và đóng dấu)", true);
	sheet_signature(s, (struct box){ MARGIN_LEFT + half, below, half, 0 }, y, RECORD_GVCN, "GIÁO VIÊN CHỦ NHIỆM",
	    "(Ký và ghi rõ họ tên)", true);
}

void
sheet_primary_year(struct sheet *s, const struct record_year *y)
{
	const struct record_review *v = &y->review;
	canvas_new_page(&s->c);
	double at = sheet_year_line(s, MARGIN_TOP, y);
	at = body_line(s, y, at) + 2;
	at = subjects(s, y, at) + 10;
	const struct group groups[] = {
		{ "2. Những phẩm chất chủ yếu", "Phẩm chất", v->qualities, v->n_qualities, -1, v->qualities_comment },
		{ "3. Những năng lực cốt lõi\n3.1. Những năng lực chung", "Năng lực chung", v->competences, v->n_competences, 1, v->general_comment },
		{ "3.2. Những năng lực đặc thù", "Năng lực đặc thù", v->competences, v->n_competences, 0, v->specific_comment },
	};
	for (size_t i = 0; i < 3; i++)
		at = traits(s, at, &groups[i]) + 10;
	closing(s, y, at);
}
