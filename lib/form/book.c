#include "form/book.h"

#include <string.h>

/* Bìa, danh sách người dạy, sơ yếu lí lịch: the layout of domain.md §3.3. */

bool
book_is_primary(const struct record_class *cls)
{
	return cls->level == RECORD_TH;
}

struct table
book_table(struct book_print *b, double y, const double *shares, size_t columns)
{
	struct table t = { .c = &b->s.c, .x = MARGIN_LEFT, .y = y, .columns = columns, .size = 9, .least = 13.2, .bottom = BODY_BOTTOM };
	double sum = 0;
	for (size_t i = 0; i < columns; i++)
		sum += shares[i];
	for (size_t i = 0; i < columns; i++)
		t.width[i] = shares[i] * BODY_WIDTH / sum;
	return t;
}

static const char *
period_name(const struct record_class *cls)
{
	static const char *const names[] = { [RECORD_HK1] = "Học kì I", [RECORD_HK2] = "Học kì II", [RECORD_GK1] = "Giữa học kì I",
		[RECORD_CK1] = "Cuối học kì I", [RECORD_GK2] = "Giữa học kì II", [RECORD_CN] = "Cả năm", [RECORD_HE] = "Sau hè" };
	return names[cls->period];
}

double
book_part(struct book_print *b, const char *title)
{
	const struct record_class *cls = b->cls;
	canvas_new_page(&b->s.c);
	double y = sheet_heading(&b->s, MARGIN_TOP, 13, title);
	const char *line = sheet_text(&b->s, "Lớp %s · %s · Năm học %s", cls->class_name, period_name(cls), cls->year);
	return y + canvas_text(&b->s.c, MARGIN_LEFT, y, BODY_WIDTH, (struct style){ FACE_ITALIC, 11, ALIGN_CENTRE }, line) + 6;
}

const char *
book_number(struct book_print *b, size_t n)
{
	return sheet_text(&b->s, "%zu", n);
}

static void
cover(struct book_print *b)
{
	const struct record_class *cls = b->cls;
	const double x = 86, w = PAGE_WIDTH - 172;
	canvas_box(&b->s.c, (struct box){ 40, 40, PAGE_WIDTH - 80, BODY_BOTTOM - 40 }, 2.4);
	canvas_box(&b->s.c, (struct box){ 46, 46, PAGE_WIDTH - 92, BODY_BOTTOM - 52 }, 0.7);
	sheet_heading(&b->s, 84, 15, "BỘ GIÁO DỤC VÀ ĐÀO TẠO");
	double y = sheet_heading(&b->s, 230, 26, book_is_primary(cls) ? "BẢNG TỔNG HỢP\nKẾT QUẢ ĐÁNH GIÁ GIÁO DỤC\nCỦA LỚP"
	                                                              : "SỔ THEO DÕI\nVÀ ĐÁNH GIÁ HỌC SINH");
	if (!book_is_primary(cls))
		y = sheet_heading(&b->s, y + 4, 16, "(Theo lớp học)");
	y += 90;
	y += canvas_field(&b->s.c, x, y, w, "Trường:", cls->school.name) + 6;
	y += canvas_field(&b->s.c, x, y, w, "Xã (Phường, Đặc khu):", cls->school.commune) + 6;
	y += canvas_field(&b->s.c, x, y, w, "Tỉnh (Thành phố):", cls->school.province) + 6;
	y += canvas_field(&b->s.c, x, y, w, "Lớp:", cls->class_name) + 6;
	y += canvas_field(&b->s.c, x, y, w, "Năm học:", cls->year) + 6;
	y += canvas_field(&b->s.c, x, y, w, "Kì:", period_name(cls)) + 6;
	canvas_field(&b->s.c, x, y, w, "Số học sinh:", book_number(b, cls->n_pupils));
}

static const struct cell heads_roll[] = { { "STT", FACE_BOLD, ALIGN_CENTRE, NULL }, { "Môn học, nhiệm vụ", FACE_BOLD, ALIGN_CENTRE, NULL },
	{ "Họ và tên", FACE_BOLD, ALIGN_CENTRE, NULL }, { "Quyết định phân công", FACE_BOLD, ALIGN_CENTRE, NULL } };

static const char *
duty(struct book_print *b, const struct record_signer *s)
{
	const struct record_subject *subject = s->subject == NULL ? NULL : record_class_subject(b->cls, s->subject);
	switch (s->role) {
	case RECORD_GVBM:
		return subject == NULL ? s->subject : subject->name;
	case RECORD_GVCN:
		return "Chủ nhiệm lớp";
	case RECORD_CBQL:
		return s->position != NULL ? s->position : "Hiệu trưởng";
	default:
		return "Đóng dấu của đơn vị";
	}
}

static void
roll(struct book_print *b)
{
	static const double shares[] = { 30, 164, 170, 132 };
	struct table t = book_table(b, book_part(b, "DANH SÁCH GIÁO VIÊN VÀ NGƯỜI KÍ"), shares, 4);
	t.size = 11;
	t.least = 20;
	table_row(&t, heads_roll);
	for (size_t i = 0; i < b->cls->n_signers; i++) {
		const struct record_signer *s = &b->cls->signers[i];
		const char *name = s->stands_in_for == NULL ? s->name
		    : sheet_text(&b->s, "%s (kí thay %s: %s)", s->name, s->stands_in_for, s->stand_in_reason);
		const struct cell cells[] = { { book_number(b, i + 1), FACE_REGULAR, ALIGN_CENTRE, NULL }, { duty(b, s), FACE_REGULAR, ALIGN_LEFT, NULL },
			{ name, FACE_REGULAR, ALIGN_LEFT, NULL }, { s->decision_number, FACE_REGULAR, ALIGN_LEFT, NULL } };
		table_row(&t, cells);
	}
}

static void
pupils_head(struct table *t, void *arg)
{
	static const char *const titles[] = { "STT", "Họ và tên", "Ngày sinh", "Nam/ Nữ", "Dân tộc", "Nơi ở hiện nay", "Cha", "Mẹ" };
	struct cell cells[8];
	(void)arg;
	for (size_t i = 0; i < 8; i++)
		cells[i] = (struct cell){ titles[i], FACE_BOLD, ALIGN_CENTRE, NULL };
	t->head = NULL;
	table_row(t, cells);
	t->head = pupils_head;
}

static void
pupils(struct book_print *b)
{
	static const double shares[] = { 26, 96, 50, 28, 40, 126, 66, 66 };
	struct table t = book_table(b, book_part(b, "SƠ YẾU LÍ LỊCH HỌC SINH"), shares, 8);
	t.head = pupils_head;
	table_start(&t);
	for (size_t i = 0; i < b->cls->n_pupils; i++) {
		const struct record_person *p = &b->cls->pupils[i].person;
		char birth[RECORD_BIRTH_LEN];
		record_birth_vi(p->birth_date, birth);
		const struct cell cells[] = { { book_number(b, i + 1), FACE_REGULAR, ALIGN_CENTRE, NULL }, { p->name, FACE_REGULAR, ALIGN_LEFT, NULL },
			{ birth, FACE_REGULAR, ALIGN_CENTRE, NULL }, { p->sex == RECORD_FEMALE ? "Nữ" : "Nam", FACE_REGULAR, ALIGN_CENTRE, NULL },
			{ p->ethnicity, FACE_REGULAR, ALIGN_CENTRE, NULL }, { p->residence, FACE_REGULAR, ALIGN_LEFT, NULL },
			{ p->father == NULL ? NULL : p->father->name, FACE_REGULAR, ALIGN_LEFT, NULL },
			{ p->mother == NULL ? NULL : p->mother->name, FACE_REGULAR, ALIGN_LEFT, NULL } };
		table_row(&t, cells);
	}
}

static void
foot(struct canvas *c, void *arg)
{
	struct book_print *b = arg;
	double y = BODY_BOTTOM + 8;
	struct style small = { FACE_REGULAR, 8.5, ALIGN_LEFT }, right = { FACE_REGULAR, 8.5, ALIGN_RIGHT };
	canvas_line(c, MARGIN_LEFT, y, PAGE_WIDTH - MARGIN_RIGHT, y, 0.4);
	canvas_text(c, MARGIN_LEFT, y + 3, BODY_WIDTH - 60, small,
	    sheet_text(&b->s, "%s · Lớp %s · Năm học %s · lần %d", b->cls->school.name, b->cls->class_name, b->cls->year, b->cls->revision));
	canvas_text(c, PAGE_WIDTH - MARGIN_RIGHT - 60, y + 3, 60, right, sheet_text(&b->s, "Trang %zu", c->page + 1));
	canvas_text(c, MARGIN_LEFT, y + 14, BODY_WIDTH, (struct style){ FACE_ITALIC, 7.5, ALIGN_LEFT },
	    "Bản in để đọc. Bản có giá trị là tệp XML của sổ theo dõi đã được kí số.");
}

static bool
draw(struct book_print *b)
{
	cover(b);
	roll(b);
	pupils(b);
	for (size_t i = 0; i < b->cls->n_subjects; i++)
		book_subject(b, &b->cls->subjects[i]);
	book_summary(b);
	book_outcome(b);
	return canvas_finish(&b->s.c);
}

enum hb_code
form_class_render(const struct record_class *cls, struct hb_arena *a, struct form_pdf *ret_pdf, struct hb_err *err)
{
	struct form_spec spec = { .level = cls->level };
	struct book_print b = { .s = { .a = a, .spec = &spec }, .cls = cls };
	HB_SCOPED_BUF out;
	hb_buf_init(&out, PDF_FILE_MAX);
	const char *title = sheet_text(&b.s, "Sổ theo dõi và đánh giá học sinh, lớp %s, năm học %s", cls->class_name, cls->year);
	bool good = canvas_init(&b.s.c, &out, title, cls->school.name, cls->prepared_at);
	b.s.c.foot = foot;
	b.s.c.foot_arg = &b;
	good = good && draw(&b);
	size_t pages = b.s.c.page + 1;
	canvas_fini(&b.s.c);
	if (!good)
		return hb_bug(err, "the print of a class book could not be drawn");
	char *bytes = hb_buf_take(&out, a);
	if (bytes == NULL)
		return hb_full(err);
	*ret_pdf = (struct form_pdf){ .bytes = HB_BYTES(bytes, out.len), .pages = pages };
	return HB_OK;
}
