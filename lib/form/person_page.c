#include "base/clock.h"
#include "form/sheet.h"

/* Trang thông tin and quá trình học tập (domain.md §3.1 (2), §3.2 (2)). */

enum { PHOTO_W = 85, PHOTO_H = 113, QR_SIDE = 84 };

static void
header(struct sheet *s)
{
	const struct record_year *y = sheet_newest(s);
	struct box photo = { MARGIN_LEFT, 112, PHOTO_W, PHOTO_H };
	struct box qr = { PAGE_WIDTH - MARGIN_RIGHT - QR_SIDE, 112, QR_SIDE, QR_SIDE };
	double at = sheet_heading(s, MARGIN_TOP, 13, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
	at = sheet_heading(s, at, 14, "Độc lập - Tự do - Hạnh phúc");
	canvas_line(&s->c, PAGE_WIDTH / 2 - 83, at + 3, PAGE_WIDTH / 2 + 97, at + 3, 0.8);
	at = sheet_heading(s, 128, 30, "HỌC BẠ");
	sheet_heading(s, at, 16, word_school_level(y->level));
	canvas_box(&s->c, photo, 0.6);
	if (!photo_draw(s, photo, s->profile->person.photo))
		canvas_fit(&s->c, photo, (struct style){ FACE_ITALIC, 11, ALIGN_CENTRE }, "Ảnh\n3 cm × 4 cm");
	qr_draw(&s->c, qr, sheet_text(s, "%s%s", s->spec->portal, y->record_code));
	canvas_text(&s->c, qr.x - 20, qr.y + qr.h + 3, qr.w + 40, (struct style){ FACE_REGULAR, 7.5, ALIGN_CENTRE },
	    "Quét để tra cứu, xác thực");
}

static double
parent_line(struct sheet *s, double y, const char *label, const struct record_parent *p)
{
	return y + canvas_fields(&s->c, y, 0.62, label, p == NULL ? NULL : p->name, "Nghề nghiệp:", p == NULL ? NULL : p->job);
}

static double
particulars(struct sheet *s, double at)
{
	const struct record_person *p = &s->profile->person;
	bool primary = sheet_newest(s)->level == RECORD_TH;
	char birth[RECORD_BIRTH_LEN];
	const char *sex = p->sex == RECORD_FEMALE ? "Nữ" : "Nam";
	record_birth_vi(p->birth_date, birth);
	at += canvas_fields(&s->c, at, 0.7, "Họ và tên học sinh:", p->name, "Giới tính:", sex);
	if (primary) {
		double h = canvas_field(&s->c, MARGIN_LEFT, at, BODY_WIDTH * 0.46 - 8, "Ngày, tháng, năm sinh:", sheet_text(s, "%s", birth));
		canvas_field(&s->c, MARGIN_LEFT + BODY_WIDTH * 0.46, at, BODY_WIDTH * 0.25 - 8, "Dân tộc:", p->ethnicity);
		canvas_field(&s->c, MARGIN_LEFT + BODY_WIDTH * 0.71, at, BODY_WIDTH * 0.29, "Quốc tịch:", p->nationality);
		at += h;
	} else {
		at += canvas_fields(&s->c, at, 0.55, "Ngày, tháng, năm sinh:", sheet_text(s, "%s", birth), "Dân tộc:", p->ethnicity);
	}
	at += canvas_field(&s->c, MARGIN_LEFT, at, BODY_WIDTH, "Nơi sinh:", p->birth_place);
	if (primary)
		at += canvas_field(&s->c, MARGIN_LEFT, at, BODY_WIDTH, "Quê quán:", p->home_place);
	else
		at += canvas_field(&s->c, MARGIN_LEFT, at, BODY_WIDTH, "Đối tượng chính sách:", p->policy);
	at += canvas_field(&s->c, MARGIN_LEFT, at, BODY_WIDTH, "Nơi ở hiện nay:", p->residence);
	at = parent_line(s, at, "Họ và tên cha:", p->father);
	at = parent_line(s, at, "Họ và tên mẹ:", p->mother);
	return parent_line(s, at, "Họ và tên người giám hộ:", p->guardian);
}

static void
history_head(struct table *t, void *arg)
{
	struct sheet *s = arg;
	const struct cell secondary[] = { { "Năm học", FACE_BOLD, ALIGN_CENTRE, NULL }, { "Lớp", FACE_BOLD, ALIGN_CENTRE, NULL },
		{ "Tên trường, xã (phường, đặc khu), tỉnh (thành phố)", FACE_BOLD, ALIGN_CENTRE, NULL } };
	const struct cell primary[] = { secondary[0], secondary[1], secondary[2], { "Số đăng bộ", FACE_BOLD, ALIGN_CENTRE, NULL },
		{ "Ngày nhập học/ chuyển đến", FACE_BOLD, ALIGN_CENTRE, NULL } };
	void (*again)(struct table *, void *) = t->head;
	t->y = sheet_heading(s, t->y, 13, "QUÁ TRÌNH HỌC TẬP") + 5;
	t->head = NULL;
	table_row(t, t->columns == 5 ? primary : secondary);
	t->head = again;
}

static void
history_row(struct sheet *s, struct table *t, const struct record_history *h)
{
	char joined[HB_DATE_LEN] = "";
	if (h->joined_on != NULL)
		hb_date_vi(h->joined_on, joined);
	const char *place = h->commune == NULL ? h->school
	    : sheet_text(s, "%s, %s%s%s", h->school, h->commune, h->province == NULL ? "" : ", ", h->province == NULL ? "" : h->province);
	const struct cell cells[] = { { h->year, FACE_REGULAR, ALIGN_CENTRE, NULL }, { h->class_name, FACE_REGULAR, ALIGN_CENTRE, NULL },
		{ place, FACE_REGULAR, ALIGN_LEFT, NULL }, { h->register_number, FACE_REGULAR, ALIGN_CENTRE, NULL },
		{ sheet_text(s, "%s", joined), FACE_REGULAR, ALIGN_CENTRE, NULL } };
	table_row(t, cells);
}

/* Years elsewhere as the profile tells them, then the years of this record. */
static void
schooling(struct sheet *s, double y)
{
	static const struct record_history blank;
	bool primary = sheet_newest(s)->level == RECORD_TH;
	struct table t = { .c = &s->c, .x = MARGIN_LEFT, .y = y, .size = 12, .least = 22, .bottom = BODY_BOTTOM,
		.head = history_head, .arg = s, .columns = primary ? 5 : 3 };
	static const double narrow[] = { 76, 52, 368 }, wide[] = { 70, 44, 226, 72, 84 };
	for (size_t i = 0; i < t.columns; i++)
		t.width[i] = (primary ? wide : narrow)[i] * BODY_WIDTH / 496;
	table_start(&t);
	for (size_t i = 0; i < s->profile->n_history; i++)
		history_row(s, &t, &s->profile->history[i]);
	size_t rows = s->profile->n_history + s->n_years, usual = primary ? 5 : sheet_newest(s)->level == RECORD_THCS ? 4 : 3;
	for (size_t i = 0; i < s->n_years; i++) {
		const struct record_year *of = s->years[i];
		history_row(s, &t, &(struct record_history){ of->year, of->class_name, of->school.name, of->school.commune,
		    of->school.province, s->profile->person.register_number, s->profile->person.joined_on });
	}
	for (; rows < usual; rows++)
		history_row(s, &t, &blank);
}

void
sheet_person(struct sheet *s)
{
	const struct record_year *y = sheet_newest(s);
	struct box right = { MARGIN_LEFT + BODY_WIDTH * 0.42, 0, BODY_WIDTH * 0.58, 0 };
	canvas_new_page(&s->c);
	header(s);
	double at = sheet_room(s, particulars(s, 246) + 4, 150);
	right.y = sheet_date_line(s, right.x, at, right.w, y) + 1;
	at = sheet_signature(s, right, y, RECORD_CBQL, word_head(y), "(Ký, ghi rõ họ tên và đóng dấu)", false);
	schooling(s, sheet_room(s, at + 14, 110));
}
