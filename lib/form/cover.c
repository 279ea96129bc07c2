#include "form/sheet.h"

/* Trang bìa (domain.md §3.1 (1), §3.2 (1)); places since 1/7/2025 are commune and province only. */

static void
frame(struct canvas *c)
{
	struct box b = { 40, 40, PAGE_WIDTH - 80, BODY_BOTTOM - 40 };
	canvas_box(c, b, 2.4);
	canvas_box(c, (struct box){ b.x + 6, b.y + 6, b.w - 12, b.h - 12 }, 0.7);
	for (int i = 0; i < 4; i++) {
		double x = i % 2 == 0 ? b.x + 6 : b.x + b.w - 6 - 22, y = i < 2 ? b.y + 6 : b.y + b.h - 6 - 22;
		canvas_box(c, (struct box){ x, y, 22, 22 }, 0.7);
		canvas_box(c, (struct box){ x + 4, y + 4, 14, 14 }, 0.7);
	}
}

void
sheet_cover(struct sheet *s)
{
	const struct record_year *y = sheet_newest(s);
	const struct record_person *p = &s->profile->person;
	const double x = 86, w = PAGE_WIDTH - 172;
	frame(&s->c);
	sheet_heading(s, 84, 15, "BỘ GIÁO DỤC VÀ ĐÀO TẠO");
	canvas_line(&s->c, PAGE_WIDTH / 2 - 50, 108, PAGE_WIDTH / 2 + 50, 108, 0.8);
	double at = sheet_heading(s, 210, 46, "HỌC BẠ");
	at = sheet_heading(s, at + 4, 24, word_school_level(y->level));
	at += 120;
	at += canvas_field(&s->c, x, at, w, "Họ và tên học sinh:", p->name) + 6;
	at += canvas_field(&s->c, x, at, w, "Trường:", y->school.name) + 6;
	at += canvas_field(&s->c, x, at, w, "Xã (Phường, Đặc khu):", y->school.commune) + 6;
	at += canvas_field(&s->c, x, at, w, "Tỉnh (Thành phố):", y->school.province) + 6;
	const char *number = p->register_number == NULL ? NULL
	    : sheet_text(s, "%s/%s", p->register_number, record_school_level_code(y->level));
	if (y->level != RECORD_TH)
		canvas_field(&s->c, PAGE_WIDTH / 2 - 100, 690, 200, "Số:", number);
}
