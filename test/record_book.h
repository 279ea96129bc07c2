/* test/record_book.h - class books of invented schools, for tests and benches: every shape of lib/record is used.
 *
 * book_lower 8A1 (THCS), book_upper 10A2 (THPT, choices per pupil), book_primary 4B; pupils differ by index, so that
 * marks, names, exemptions and comments vary but are the same on every run.  Derived cells come from lib/rules. */
#ifndef RECORD_BOOK_H
#define RECORD_BOOK_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/compute.h"
#include "record/transcript.h"

#define BOOK_UNUSED __attribute__((unused))

static const char *const book_names[] = { "Nguyễn Văn An", "Trần Thị Bích Ngọc", "Lê Hoàng Đức", "Phạm Quỳnh Chi",
	"Nguyễn Hoàng Phương Thảo Vy", "Đỗ Minh Khôi", "Vũ Thị Ánh Nguyệt", "Hoàng Gia Bảo", "Y Blêr Niê Kđăm",
	"Huỳnh Ngọc Trâm Anh", "Bùi Đăng Khoa", "Lò Thị Mỷ" };
static const char *const book_teachers[] = { "Lê Thị Lan", "Trần Văn Minh", "Nguyễn Thị Thu Hằng", "Phạm Đức Thắng",
	"Hoàng Thị Yến", "Vũ Quốc Huy", "Đặng Thị Mai Phương", "Ngô Bá Khá", "Bùi Thị Xuân", "Trịnh Công Sơn Tùng" };
enum { BOOK_NAMES = 12, BOOK_TEACHERS = 10 };

struct book { struct hb_arena *a; struct record_class *cls; size_t pupils; };

BOOK_UNUSED static void *
book_take(void *p)
{
	if (p == NULL)
		abort();
	return p;
}
#define BOOK_TEXT(b, ...) ((const char *)book_take(hb_printf((b)->a, __VA_ARGS__)))

BOOK_UNUSED static void
book_school(struct book *b, const char *name, const char *code)
{
	b->cls->school = (struct record_school){ .code = code, .name = name, .commune = "Phường Xuân Hòa",
		.province = "Thành phố Hồ Chí Minh", .commune_code = "26740", .province_code = "79", .tax_code = "0301234567",
		.founding_number = "1204/QĐ-UBND", .founding_date = "1998-08-17", .founding_by = "Uỷ ban nhân dân Thành phố" };
}

BOOK_UNUSED static void
book_pupils(struct book *b, int birth_year)
{
	struct record_class *cls = b->cls;
	cls->n_pupils = cls->n_reviews = b->pupils;
	cls->pupils = book_take(HB_NEWN(b->a, struct record_pupil, b->pupils));
	cls->reviews = book_take(HB_NEWN(b->a, struct record_review, b->pupils));
	for (size_t i = 0; i < b->pupils; i++) {
		struct record_pupil *p = &cls->pupils[i];
		struct record_parent *father = book_take(HB_NEW(b->a, struct record_parent));
		struct record_parent *mother = book_take(HB_NEW(b->a, struct record_parent));
		*father = (struct record_parent){ BOOK_TEXT(b, "%s Cha", book_names[i % BOOK_NAMES]), "Công nhân" };
		*mother = (struct record_parent){ BOOK_TEXT(b, "%s Mẹ", book_names[i % BOOK_NAMES]), NULL };
		p->id = BOOK_TEXT(b, "p-%03zu", i + 1);
		p->person = (struct record_person){ .student_code = BOOK_TEXT(b, "79%08zu", i + 17),
			.personal_id = BOOK_TEXT(b, "079%d%02d%06zu", i % 2 == 0 ? 2 : 3, birth_year % 100, i + 101),
			.name = book_names[i % BOOK_NAMES], .birth_date = BOOK_TEXT(b, "%d-%02zu-%02zu", birth_year, i % 12 + 1, i % 28 + 1),
			.sex = i % 2 == 0 ? RECORD_MALE : RECORD_FEMALE, .ethnicity = i == 8 ? "Ê-đê" : "Kinh", .nationality = "Việt Nam",
			.birth_place = "Bệnh viện Từ Dũ, Thành phố Hồ Chí Minh", .home_place = "Xã Cần Giuộc, Tỉnh Tây Ninh",
			.residence = "12/3 đường Lê Văn Sỹ, Phường Xuân Hòa, Thành phố Hồ Chí Minh", .father = father, .mother = mother,
			.register_number = BOOK_TEXT(b, "%zu/2024", i + 401), .joined_on = "2024-09-05",
			.policy = i == 3 ? "Con thương binh" : NULL };
		cls->reviews[i].pupil = p->id;
	}
}

BOOK_UNUSED static struct record_signer *
book_signer(struct book *b, enum record_role role, const char *subject, int ordinal, const char *name, const char *position)
{
	struct record_signer *s = &b->cls->signers[b->cls->n_signers++];
	*s = (struct record_signer){ .role = role, .subject = subject, .ordinal = ordinal,
		.person_id = BOOK_TEXT(b, "t-%zu", b->cls->n_signers), .personal_id = role == RECORD_DON_VI ? NULL : BOOK_TEXT(b, "0791800%05zu", b->cls->n_signers),
		.name = name, .position = position, .decision_number = "15/QĐ-NT", .decision_date = "2025-08-28",
		.duty_from = "2025-09-05", .duty_to = "2026-05-31" };
	return s;
}

/* Roll: one teacher a subject, two for the second one; homeroom; head and unit where the period has them. */
BOOK_UNUSED static void
book_roll(struct book *b)
{
	struct record_class *cls = b->cls;
	cls->signers = book_take(HB_NEWN(b->a, struct record_signer, cls->n_subjects + 4));
	for (size_t s = 0; s < cls->n_subjects && cls->level != RECORD_TH; s++) {
		book_signer(b, RECORD_GVBM, cls->subjects[s].code, 1, book_teachers[s % BOOK_TEACHERS], "Giáo viên");
		if (s == 1)
			book_signer(b, RECORD_GVBM, cls->subjects[s].code, 2, "Cao Bá Quát", "Giáo viên");
	}
	if (cls->level == RECORD_THCS) {
		struct record_signer *s = &cls->signers[0];
		s->stands_in_for = "Đinh Thị Nghỉ Việc";
		s->stand_in_reason = "Giáo viên chuyển công tác từ 01/3/2026 (Quyết định 20/QĐ-NT)";
	}
	book_signer(b, RECORD_GVCN, NULL, 0, "Lê Thị Lan", "Giáo viên chủ nhiệm");
	if (cls->period == RECORD_CN || cls->period == RECORD_HE) {
		book_signer(b, RECORD_CBQL, NULL, 0, "Trần Văn Bình", "Hiệu trưởng");
		book_signer(b, RECORD_DON_VI, NULL, 0, cls->school.name, NULL);
	}
}

BOOK_UNUSED static struct record_class *
book_start(struct book *b, struct hb_arena *a, size_t pupils, enum record_period period, int grade, const char *name)
{
	struct record_class *cls = book_take(HB_NEW(a, struct record_class));
	*b = (struct book){ a, cls, pupils };
	*cls = (struct record_class){ .version = RECORD_CLASS_VERSION, .year = "2025-2026", .period = period,
		.class_id = BOOK_TEXT(b, "lop-%s", name), .class_name = name, .grade = grade, .revision = 1,
		.level = grade <= 5 ? RECORD_TH : grade <= 9 ? RECORD_THCS : RECORD_THPT,
		.circular = grade <= 5 ? "tt27-2020" : "tt22-2021", .prepared_at = "2026-05-28T02:00:00Z" };
	return cls;
}

/* Marks of one pupil and term: good pupils, ordinary ones, and the third who fails two subjects. */
BOOK_UNUSED static struct record_term *
book_term(struct book *b, const struct record_subject *s, size_t pupil, size_t subject, int term)
{
	struct record_term *t = book_take(HB_NEW(b->a, struct record_term));
	int base = pupil % 12 == 2 && subject < 2 ? 30 : 60 + (int)((pupil * 7 + subject * 3) % 4) * 10;
	int needed = s->kind == RECORD_COMMENTED ? 2 : rules22_tx_needed(s->periods);
	for (int i = 0; i < needed; i++)
		t->tx[i] = s->kind == RECORD_COMMENTED ? RECORD_MARK_OF(RECORD_D) : RECORD_SCORE(base + (i * 5 + term * 5) % 20 - 5);
	t->gk = s->kind == RECORD_COMMENTED ? RECORD_MARK_OF(RECORD_D) : RECORD_SCORE(base + 3);
	t->ck = s->kind == RECORD_COMMENTED ? RECORD_MARK_OF(RECORD_D) : RECORD_SCORE(base + 5);
	t->comment = subject == 0 ? "Nắm vững kiến thức; cần trình bày bài rõ hơn & cẩn thận khi tính “nhẩm”." : NULL;
	return t;
}

BOOK_UNUSED static void
book_subject(struct book *b, size_t at, const char *code, bool chosen)
{
	const struct rules_subject_info *info = rules_subject(rules_subject_find(code));
	struct record_subject *s = &b->cls->subjects[at];
	*s = (struct record_subject){ .code = info->code, .name = info->name, .periods = info->periods[b->cls->grade], .chosen = chosen,
		.kind = b->cls->level == RECORD_TH ? RECORD_LEVELLED : info->comment ? RECORD_COMMENTED : RECORD_SCORED,
		.language = strcmp(code, "NN1") == 0 ? "Tiếng Anh" : NULL };
	s->rows = book_take(HB_NEWN(b->a, struct record_row, b->pupils));
	for (size_t p = 0; p < b->pupils; p++) {
		if (chosen && (p + at) % 2 == 0)
			continue;
		struct record_row *r = &s->rows[s->n_rows++];
		r->pupil = b->cls->pupils[p].id;
		if (strcmp(code, "GDTC") == 0 && p == 5) {
			r->status = RECORD_EXEMPT;
			r->status_reason = "Bệnh tim bẩm sinh";
			r->status_decision = "31/QĐ-NT";
			continue;
		}
		for (int t = 0; t < RECORD_TERMS; t++)
			if (b->cls->period == RECORD_CN || b->cls->period == RECORD_HE || (int)b->cls->period == t + 1)
				r->term[t] = book_term(b, s, p, at, t);
		if (chosen && at % 2 == 0) {
			r->cluster = true;
			for (int t = 0; t < RECORD_TERMS; t++)
				if (r->term[t] != NULL)
					r->term[t]->cd = s->kind == RECORD_COMMENTED ? RECORD_MARK_OF(RECORD_D) : RECORD_SCORE(80);
		}
	}
}

BOOK_UNUSED static void
book_subjects(struct book *b, const char *const *codes, const char *const *chosen)
{
	size_t n = 0, m = 0;
	while (codes[n] != NULL)
		n++;
	while (chosen != NULL && chosen[m] != NULL)
		m++;
	b->cls->subjects = book_take(HB_NEWN(b->a, struct record_subject, n + m));
	b->cls->n_subjects = n + m;
	for (size_t i = 0; i < n; i++)
		book_subject(b, i, codes[i], false);
	for (size_t i = 0; i < m; i++)
		book_subject(b, n + i, chosen[i], true);
}

BOOK_UNUSED static void
book_review22(struct book *b, size_t i)
{
	struct record_review *v = &b->cls->reviews[i];
	bool one = b->cls->period != RECORD_HK2, two = b->cls->period != RECORD_HK1;
	struct record_absences *x = book_take(HB_NEW(b->a, struct record_absences));
	*x = (struct record_absences){ (int)(i % 5), (int)(i % 3) };
	v->conduct_term[0] = one ? RECORD_T : RECORD_LEVEL_NONE;
	v->conduct_term[1] = two ? (i % 4 == 3 ? RECORD_K : RECORD_T) : RECORD_LEVEL_NONE;
	v->absences_term[0] = one ? x : NULL;
	v->absences_term[1] = two ? x : NULL;
	if (one && two) {
		v->absences_year = book_take(HB_NEW(b->a, struct record_absences));
		*v->absences_year = (struct record_absences){ 2 * x->permitted, 2 * x->unpermitted };
	}
	v->comment = "Ngoan, lễ phép, hoà đồng với bạn bè; tích cực tham gia các hoạt động của lớp. Cần mạnh dạn phát biểu hơn.";
}

/* Derived cells and counts. */
BOOK_UNUSED static struct record_class *
book_finish(struct book *b)
{
	struct record_class *out;
	struct record_gaps gaps;
	struct hb_err err = HB_ERR_INIT;
	book_roll(b);
	record_class_count(b->cls, &b->cls->counts);
	if (record_class_compute(b->cls, b->a, &out, &gaps, &err) != HB_OK) {
		printf("# %s %s\n", err.msg, err.log);
		abort();
	}
	return out;
}

BOOK_UNUSED static struct record_class *
book_lower(struct hb_arena *a, enum record_period period, size_t pupils)
{
	static const char *const codes[] = { "TOAN", "LSDL", "KHTN", "TIN", "VAN", "NN1", "GDCD", "CN", "GDTC", "NT", "NDDP",
		"HDTN", NULL };
	static struct record_strand strands[] = { { "AN", "Âm nhạc" }, { "MT", "Mĩ thuật" } };
	static struct record_achievement prize[] = { { RECORD_PRIZE, "Giải Nhì học sinh giỏi môn Toán", "thành phố",
	    "Sở Giáo dục và Đào tạo Thành phố Hồ Chí Minh", "412/QĐ-SGDĐT", "2026-04-02" },
		{ RECORD_CERTIFICATE, "Chứng chỉ nghề Làm vườn, loại Giỏi", NULL, NULL, "77/CN-2026", "2026-05-10" } };
	static struct record_history before[] = { { "2024-2025", "7A1", "Trường THCS Võ Thị Sáu", "Xã Cần Giuộc", "Tỉnh Tây Ninh",
	    "118/2023", "2023-09-05" } };
	struct book b;
	struct record_class *cls = book_start(&b, a, pupils, period, 8, "8A1");
	book_school(&b, "Trường THCS và THPT Nguyễn Trãi", "79-760-03");
	book_pupils(&b, 2012);
	cls->pupils[0].history = before;
	cls->pupils[0].n_history = 1;
	if (pupils > 1) {
		cls->pupils[1].standing = RECORD_JOINED;
		cls->pupils[1].standing_on = "2026-01-12";
		cls->pupils[1].standing_note = "Từ Trường THCS Võ Thị Sáu, Tỉnh Tây Ninh";
	}
	book_subjects(&b, codes, NULL);
	cls->subjects[9].strands = strands;
	cls->subjects[9].n_strands = 2;
	for (size_t i = 0; i < pupils; i++)
		book_review22(&b, i);
	cls->reviews[0].achievements = prize;
	cls->reviews[0].n_achievements = 2;
	return book_finish(&b);
}

BOOK_UNUSED static struct record_class *
book_upper(struct hb_arena *a, enum record_period period, size_t pupils)
{
	static const char *const codes[] = { "TOAN", "VAN", "NN1", "LS", "GDTC", "GDQP", "HDTN", "NDDP", NULL };
	static const char *const chosen[] = { "DL", "GDKTPL", "VL", "HH", "SH", "CN", "TIN", "AN", NULL };
	struct book b;
	book_start(&b, a, pupils, period, 10, "10A2");
	book_school(&b, "Trường THCS và THPT Nguyễn Trãi", "79-760-03");
	book_pupils(&b, 2010);
	book_subjects(&b, codes, chosen);
	for (size_t i = 0; i < pupils; i++)
		book_review22(&b, i);
	return book_finish(&b);
}

BOOK_UNUSED static void
book_review27(struct book *b, size_t i)
{
	struct record_review *v = &b->cls->reviews[i];
	v->qualities = book_take(HB_NEWN(b->a, struct record_trait, RULES27_QUALITIES));
	v->competences = book_take(HB_NEWN(b->a, struct record_trait, RULES27_COMPETENCES));
	for (size_t k = 0; k < RULES27_QUALITIES; k++)
		v->qualities[v->n_qualities++] = (struct record_trait){ rules27_qualities[k].code, i % 3 == 0 || k < 3 ? RECORD_T : RECORD_D };
	for (size_t k = 0; k < RULES27_COMPETENCES; k++)
		if (rules27_competences[k].first_grade <= b->cls->grade)
			v->competences[v->n_competences++] = (struct record_trait){ rules27_competences[k].code, i % 3 == 0 || k < 6 ? RECORD_T : RECORD_D };
	v->qualities_comment = "Biết yêu quý bạn bè, chăm chỉ học tập, trung thực trong học tập và cuộc sống.";
	v->general_comment = "Tự giác học tập; mạnh dạn khi giao tiếp.";
	v->specific_comment = "Sử dụng ngôn ngữ lưu loát, tính toán nhanh, có năng khiếu vẽ.";
	v->absences_year = book_take(HB_NEW(b->a, struct record_absences));
	*v->absences_year = (struct record_absences){ (int)(i % 4), 0 };
	v->height_cm = 128 + (int)(i % 10);
	v->weight_kg_tenths = 265 + (int)(i % 40);
	v->class_recognised = i % 2 == 0;
}

BOOK_UNUSED static struct record_class *
book_primary(struct hb_arena *a, enum record_period period, size_t pupils)
{
	static const char *const codes[] = { "TV", "TOAN", "NN1", "LSDL", "KH", "DD", "THCN", "GDTC", "AN", "MT", "HDTN", NULL };
	struct book b;
	struct record_class *cls = book_start(&b, a, pupils, period, 4, "4B");
	book_school(&b, "Trường Tiểu học Đình Xuyên", "01-020-01");
	cls->school.commune = "Xã Phù Đổng";
	cls->school.province = "Thành phố Hà Nội";
	book_pupils(&b, 2016);
	book_subjects(&b, codes, NULL);
	for (size_t s = 0; s < cls->n_subjects; s++)
		for (size_t p = 0; p < cls->subjects[s].n_rows; p++) {
			struct record_row *r = &cls->subjects[s].rows[p];
			r->term[0] = r->term[1] = NULL;
			r->level = r->status != RECORD_NORMAL ? RECORD_LEVEL_NONE : p % 3 == 0 ? RECORD_T : RECORD_H;
			if (rules27_has_test(rules_subject_find(cls->subjects[s].code), 4, period == RECORD_GK1 ? RULES27_GK1 : RULES27_CN))
				r->test = RECORD_SCORE(p % 3 == 0 ? 90 + (int)(s % 2) * 10 : 70);
			r->comment = r->status == RECORD_NORMAL ? "Hoàn thành tốt nội dung môn học, tích cực phát biểu xây dựng bài." : NULL;
		}
	for (size_t i = 0; i < pupils; i++)
		book_review27(&b, i);
	return book_finish(&b);
}

static const char book_secret[] = "0123456789abcdef0123456789abcdef";

/* A pupil's year out of a year file, as transcript makes it. */
BOOK_UNUSED static struct record_year *
book_year(struct hb_arena *a, const struct record_class *cls, size_t pupil)
{
	struct record_year *y = book_take(HB_NEW(a, struct record_year));
	struct hb_err err = HB_ERR_INIT;
	struct record_year_spec spec = { .record_code = "HB-7K2M-9QXT-4HDA-Z8WB-3", .effective_at = "2026-06-29T17:00:00Z",
		.class_file = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9", .prepared_at = "2026-06-02T02:00:00Z",
		.salt = HB_BYTES(book_secret, 32) };
	if (record_year_build(cls, cls->pupils[pupil].id, &spec, a, y, &err) != HB_OK) {
		printf("# %s %s\n", err.msg, err.log);
		abort();
	}
	return y;
}

BOOK_UNUSED static struct record_transcript *
book_transcript(struct hb_arena *a, const struct record_class *cls, size_t pupil)
{
	struct record_transcript *t = book_take(HB_NEW(a, struct record_transcript));
	t->profiles = book_take(HB_NEW(a, struct record_profile));
	t->n_profiles = t->n_years = 1;
	if (record_profile_build(cls, cls->pupils[pupil].id, a, t->profiles, NULL) != HB_OK)
		abort();
	t->years = book_year(a, cls, pupil);
	return t;
}
#endif
