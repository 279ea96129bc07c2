#include <string.h>

#include "form/book.h"

/* Phần ghi điểm, tổng hợp và đánh giá (domain.md §3.3 (4)-(6)). */

static struct cell
centre(const char *text)
{
	return (struct cell){ text, FACE_REGULAR, ALIGN_CENTRE, NULL };
}

static struct cell
strong(const char *text)
{
	return (struct cell){ text, FACE_BOLD, ALIGN_CENTRE, NULL };
}

static struct cell
left(const char *text)
{
	return (struct cell){ text, FACE_REGULAR, ALIGN_LEFT, NULL };
}

static const char *
name_of(const struct book_print *b, const char *pupil)
{
	const struct record_pupil *p = record_class_pupil(b->cls, pupil);
	return p == NULL ? "" : p->person.name;
}

/* A row of bold titles that comes back on every page of its table. */
static void
titles_head(struct table *t, void *arg)
{
	const char *const *titles = arg;
	struct cell cells[TABLE_COLUMNS];
	for (size_t i = 0; i < t->columns; i++)
		cells[i] = strong(titles[i]);
	t->head = NULL;
	table_row(t, cells);
	t->head = titles_head;
}

/* Short marks of a cell: "8,4", "Đ", "CĐ". */
static const char *
mark(struct book_print *b, struct record_mark m)
{
	return m.kind == RECORD_MARK_LEVEL ? record_level_code(m.level) : word_mark(&b->s, m);
}

/* ---- TT22: one table a term, the year beside the last ---- */

enum { TX_SHOWN = 4 };

static bool
shows_year(const struct record_class *cls)
{
	return cls->period == RECORD_CN || cls->period == RECORD_HE;
}

static const char *
status_word(enum record_status s)
{
	return s == RECORD_EXEMPT ? "Miễn" : s == RECORD_IEP ? "KHGDCN" : s == RECORD_NOT_TAKEN ? "Không học" : "";
}

static void
term_row(struct book_print *b, struct table *t, size_t number, const struct record_row *r, int term, bool year)
{
	const struct record_term *x = r->term[term];
	struct cell cells[TABLE_COLUMNS] = { centre(book_number(b, number)), left(name_of(b, r->pupil)) };
	size_t n = 2;
	for (size_t i = 0; i < TX_SHOWN; i++)
		cells[n++] = centre(x == NULL ? "" : mark(b, x->tx[i]));
	cells[n++] = centre(x == NULL ? "" : mark(b, x->cd));
	cells[n++] = centre(x == NULL ? "" : mark(b, x->gk));
	cells[n++] = centre(x == NULL ? "" : mark(b, x->ck));
	cells[n++] = strong(x == NULL ? "" : mark(b, x->average));
	if (year) {
		cells[n++] = strong(mark(b, r->year));
		cells[n++] = strong(mark(b, r->retake));
	}
	const char *note = r->status != RECORD_NORMAL ? status_word(r->status) : x == NULL ? "" : status_word(x->status);
	cells[n++] = left(note);
	table_row(t, cells);
}

static void
term_table(struct book_print *b, const struct record_subject *s, int term, bool year)
{
	static const double plain[] = { 26, 128, 30, 30, 30, 30, 30, 34, 34, 40, 84 };
	static const double whole[] = { 26, 128, 28, 28, 28, 28, 28, 32, 32, 36, 36, 36, 56 };
	const char *const plain_titles[] = { "STT", "Họ và tên", "TX1", "TX2", "TX3", "TX4", "CĐ", "GK", "CK", "Học kì", "Ghi chú" };
	const char *const whole_titles[] = { "STT", "Họ và tên", "TX1", "TX2", "TX3", "TX4", "CĐ", "GK", "CK", "Học kì", "Cả năm", "KT lại", "Ghi chú" };
	const char *title = sheet_text(&b->s, "Môn: %s · %s", s->name, term == 0 ? "Học kì I" : "Học kì II");
	struct table t = book_table(b, book_part(b, title), year ? whole : plain, year ? 13 : 11);
	t.head = titles_head;
	t.arg = (void *)(year ? whole_titles : plain_titles);
	table_start(&t);
	for (size_t i = 0; i < s->n_rows; i++)
		term_row(b, &t, i + 1, &s->rows[i], term, year);
	double y = sheet_room(&b->s, t.y + 8, 40);
	for (size_t i = 0; i < b->cls->n_signers; i++) {
		const struct record_signer *g = &b->cls->signers[i];
		if (g->role == RECORD_GVBM && strcmp(g->subject, s->code) == 0)
			y += canvas_text(&b->s.c, MARGIN_LEFT, y, BODY_WIDTH, (struct style){ FACE_REGULAR, 11, ALIGN_RIGHT },
			    sheet_text(&b->s, "Giáo viên môn học: %s", g->name));
	}
}

/* ---- TT27: one table a subject ---- */

static void
level_table(struct book_print *b, const struct record_subject *s)
{
	static const double shares[] = { 26, 130, 50, 50, 240 };
	const char *const titles[] = { "STT", "Họ và tên", "Mức đạt được", "Điểm KTĐK", "Nhận xét" };
	struct table t = book_table(b, book_part(b, sheet_text(&b->s, "Môn: %s", s->name)), shares, 5);
	t.head = titles_head;
	t.arg = (void *)titles;
	table_start(&t);
	for (size_t i = 0; i < s->n_rows; i++) {
		const struct record_row *r = &s->rows[i];
		const char *test = r->test.kind == RECORD_MARK_SCORE ? book_number(b, (size_t)r->test.tenths / 10) : "";
		const struct cell cells[] = { centre(book_number(b, i + 1)), left(name_of(b, r->pupil)),
			strong(r->level != RECORD_LEVEL_NONE ? record_level_code(r->level) : status_word(r->status)), centre(test), left(r->comment) };
		table_row(&t, cells);
	}
}

void
book_subject(struct book_print *b, const struct record_subject *subject)
{
	if (book_is_primary(b->cls)) {
		level_table(b, subject);
		return;
	}
	bool year = shows_year(b->cls);
	for (int term = 0; term < RECORD_TERMS; term++)
		if (year || (int)b->cls->period == term + 1)
			term_table(b, subject, term, year && term == RECORD_TERMS - 1);
}

/* ---- tổng hợp: every subject in a narrow column under an upright name ---- */

enum { UPRIGHT = 96 };

static void
summary_head(struct table *t, void *arg)
{
	struct book_print *b = arg;
	double x = t->x;
	for (size_t i = 0; i < t->columns; x += t->width[i++]) {
		struct box box = { x, t->y, t->width[i], UPRIGHT };
		size_t subject = i - 2;
		struct style style = { FACE_BOLD, 8.5, ALIGN_CENTRE };
		canvas_box(t->c, box, 0.6);
		const char *title = i == 0 ? "STT" : i == 1 ? "Họ và tên" : subject < b->cls->n_subjects ? b->cls->subjects[subject].name
		    : book_is_primary(b->cls) ? "Kết quả giáo dục" : subject == b->cls->n_subjects ? "Kết quả học tập" : "Kết quả rèn luyện";
		if (i == 1)
			canvas_fit(t->c, box, style, title);
		else
			canvas_fit_upwards(t->c, (struct box){ box.x + 1, box.y + 2, box.w - 2, box.h - 4 }, style, title);
	}
	t->y += UPRIGHT;
}

static const char *
summary_mark(struct book_print *b, const struct record_row *r)
{
	if (r == NULL)
		return "";
	if (book_is_primary(b->cls))
		return record_level_code(r->level);
	if (r->status != RECORD_NORMAL)
		return r->status == RECORD_EXEMPT ? "M" : "";
	if (shows_year(b->cls))
		return mark(b, r->after_retake.kind != RECORD_MARK_NONE ? r->after_retake : r->year);
	const struct record_term *t = r->term[b->cls->period == RECORD_HK1 ? 0 : 1];
	return t == NULL ? "" : mark(b, t->average);
}

static enum record_level
of_period(const struct record_class *cls, const enum record_level term[RECORD_TERMS], enum record_level year, enum record_level later)
{
	if (cls->period == RECORD_HK1 || cls->period == RECORD_HK2)
		return term[cls->period == RECORD_HK1 ? 0 : 1];
	return cls->period == RECORD_HE && later != RECORD_LEVEL_NONE ? later : year;
}

void
book_summary(struct book_print *b)
{
	static const struct record_review none;
	const struct record_class *cls = b->cls;
	double shares[TABLE_COLUMNS] = { 18, 118 };
	size_t results = book_is_primary(cls) ? 1 : 2, columns = 2 + cls->n_subjects + results;
	for (size_t i = 2; i < columns; i++)
		shares[i] = 360.0 / (double)(columns - 2);
	struct table t = book_table(b, book_part(b, "TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ"), shares, columns);
	t.size = columns > 16 ? 7.5 : 8;
	t.head = summary_head;
	t.arg = b;
	table_start(&t);
	for (size_t p = 0; p < cls->n_pupils; p++) {
		const char *id = cls->pupils[p].id;
		const struct record_review *v = record_class_review(cls, id);
		struct cell cells[TABLE_COLUMNS] = { centre(book_number(b, p + 1)), left(cls->pupils[p].person.name) };
		size_t n = 2;
		v = v == NULL ? &none : v;
		for (size_t s = 0; s < cls->n_subjects; s++)
			cells[n++] = centre(summary_mark(b, record_subject_row(&cls->subjects[s], id)));
		if (book_is_primary(cls)) {
			cells[n++] = strong(record_education_code(v->education));
		} else {
			cells[n++] = strong(record_level_code(of_period(cls, v->academic_term, v->academic_year, v->academic_after_retake)));
			cells[n++] = strong(record_level_code(of_period(cls, v->conduct_term, v->conduct_year, v->conduct_after_summer)));
		}
		table_row(&t, cells);
	}
}

/* ---- đánh giá cả năm, with the counts of the class ---- */

static enum record_promotion
last_word(const struct record_review *v)
{
	return v->promotion_after_summer != RECORD_PROMOTION_NONE ? v->promotion_after_summer : v->promotion;
}

static void
count_lines(struct book_print *b, double y)
{
	size_t promoted = 0, later = 0, not_promoted = 0;
	for (size_t i = 0; i < b->cls->n_reviews; i++) {
		const struct record_review *v = &b->cls->reviews[i];
		promoted += last_word(v) == RECORD_PROMOTED;
		later += v->promotion_after_summer == RECORD_PROMOTED;
		not_promoted += last_word(v) == RECORD_RETAINED;
	}
	y = sheet_room(&b->s, y + 10, 30);
	canvas_text(&b->s.c, MARGIN_LEFT, y, BODY_WIDTH, (struct style){ FACE_REGULAR, 12, ALIGN_LEFT },
	    sheet_text(&b->s, "Tổng hợp chung: tổng số học sinh %zu; được lên lớp %zu, trong đó sau kiểm tra lại, rèn luyện hè %zu; không được lên lớp %zu.",
	        b->cls->n_pupils, promoted, later, not_promoted));
}

static const char *
absent(struct book_print *b, const struct record_absences *x)
{
	return x == NULL ? "" : book_number(b, (size_t)(x->permitted + x->unpermitted));
}

void
book_outcome(struct book_print *b)
{
	static const double shares[] = { 26, 124, 46, 46, 46, 46, 40, 70, 62 };
	const char *const titles[] = { "STT", "Họ và tên", "Rèn luyện", "Học tập", "Sau hè: rèn luyện", "Sau hè: học tập", "Số buổi nghỉ",
		"Lên lớp", "Khen thưởng" };
	if (!shows_year(b->cls))
		return;
	struct table t = book_table(b, book_part(b, "ĐÁNH GIÁ CẢ NĂM"), shares, 9);
	t.head = titles_head;
	t.arg = (void *)titles;
	t.size = 8.5;
	table_start(&t);
	for (size_t i = 0; i < b->cls->n_reviews; i++) {
		const struct record_review *v = &b->cls->reviews[i];
		struct record_year grade = { .grade = b->cls->grade };
		bool primary = book_is_primary(b->cls);
		const struct cell cells[] = { centre(book_number(b, i + 1)), left(name_of(b, v->pupil)), centre(primary ? "" : word_level(v->conduct_year)),
			centre(primary ? word_education(v->education) : word_level(v->academic_year)), centre(word_level(v->conduct_after_summer)),
			centre(word_level(v->academic_after_retake)), centre(absent(b, v->absences_year)),
			centre(last_word(v) == RECORD_PROMOTED ? "Được lên lớp" : word_promotion(&grade, last_word(v))), centre(word_award(v->award)) };
		table_row(&t, cells);
	}
	count_lines(b, t.y);
}
