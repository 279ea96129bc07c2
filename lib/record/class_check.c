#include "record/class.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/shapes.h"
#include "rules/rules.h"

/* One pass over the book; every fault is kept, so that a clerk sees the whole list at once (D12.2). */
enum { FAULTS_MAX = 500 };
struct check {
	const struct record_class *cls;
	struct hb_arena           *a;
	struct record_fault       *v;
	size_t                     n;
	bool                       full;
	char                       path[160];
};

static void
fault(struct check *k, const char *key, const char *fmt, ...)
{
	char text[300];
	va_list ap;
	if (k->n == FAULTS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct record_fault f = { hb_strdup(k->a, k->path), key, hb_strdup(k->a, text) };
	if (f.path == NULL || f.text == NULL)
		k->full = true;
	else
		k->v[k->n++] = f;
}

static void
at(struct check *k, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(k->path, sizeof k->path, fmt, ap);
	va_end(ap);
}

static bool
primary(const struct record_class *cls)
{
	return strcmp(cls->circular, "tt27-2020") == 0;
}

/* ---- the head of the book ---- */

static void
check_head(struct check *k)
{
	const struct record_class *cls = k->cls;
	at(k, "circular");
	enum rules_circular circular = rules_circular_find(cls->circular);
	if (!rules_covers(circular, cls->grade))
		fault(k, "banGhi.saiThongTu", "thông tư %s không đánh giá lớp %d", cls->circular, cls->grade);
	enum record_school_level level = cls->grade <= 5 ? RECORD_TH : cls->grade <= 9 ? RECORD_THCS : RECORD_THPT;
	at(k, "level");
	if (cls->level != level)
		fault(k, "banGhi.saiCap", "lớp %d thuộc cấp %s, không phải %s", cls->grade, record_school_level_code(level),
		    record_school_level_code(cls->level));
	bool fits = cls->period == RECORD_CN || cls->period == RECORD_HE ||
	    primary(cls) == (cls->period == RECORD_GK1 || cls->period == RECORD_CK1 || cls->period == RECORD_GK2);
	at(k, "period");
	if (!fits)
		fault(k, "banGhi.saiKi", "kì %s không có ở cấp này", record_period_code(cls->period));
}

/* ---- the roll (D12.3-12.7) ---- */

static void
check_signer(struct check *k, size_t i)
{
	const struct record_signer *s = &k->cls->signers[i];
	at(k, "signers[%zu]", i);
	if (s->role == RECORD_GVBM) {
		if (s->subject == NULL || record_class_subject(k->cls, s->subject) == NULL)
			fault(k, "banGhi.nguoiKiSaiMon", "giáo viên %s không gắn với môn nào của lớp", s->name);
		if (s->ordinal < 1)
			fault(k, "banGhi.nguoiKiSaiSo", "giáo viên %s chưa có số thứ tự trong môn", s->name);
	} else if (s->subject != NULL || s->ordinal != 0) {
		fault(k, "banGhi.nguoiKiSaiMon", "%s không kí theo môn", record_role_code(s->role));
	}
	if (s->decision_number == NULL && s->role != RECORD_DON_VI)
		fault(k, "banGhi.thieuQuyetDinh", "%s chưa có quyết định phân công (Điều 6)", s->name);
	if ((s->stands_in_for == NULL) != (s->stand_in_reason == NULL))
		fault(k, "banGhi.kiThayThieuLiDo", "kí thay phải nêu người được thay và lí do (Điều 12.6)");
	for (size_t j = 0; j < i; j++) {
		const struct record_signer *o = &k->cls->signers[j];
		bool same_subject = s->role != RECORD_GVBM ||
		    (o->subject != NULL && s->subject != NULL && strcmp(o->subject, s->subject) == 0);
		if (o->role == s->role && o->ordinal == s->ordinal && same_subject)
			fault(k, "banGhi.nguoiKiTrung", "hai người cùng một chỗ kí %s", record_role_code(s->role));
	}
}

static size_t
signers_of(const struct record_class *cls, enum record_role role, const char *subject)
{
	size_t n = 0;
	for (size_t i = 0; i < cls->n_signers; i++) {
		const struct record_signer *s = &cls->signers[i];
		n += s->role == role && (subject == NULL || (s->subject != NULL && strcmp(s->subject, subject) == 0));
	}
	return n;
}

/* Primary subject teachers sign only where the school's rule asks (seed002 Đ7); after the summer those who retested. */
bool
record_subject_needs_teacher(const struct record_class *cls, const struct record_subject *s)
{
	if (primary(cls))
		return false;
	bool must = cls->period != RECORD_HE;
	for (size_t r = 0; r < s->n_rows; r++)
		must = must || s->rows[r].retake.kind != RECORD_MARK_NONE;
	return must;
}

static void
check_roll(struct check *k)
{
	const struct record_class *cls = k->cls;
	for (size_t i = 0; i < cls->n_signers; i++)
		check_signer(k, i);
	at(k, "signers");
	bool whole_year = cls->period == RECORD_CN || cls->period == RECORD_HE;
	if (signers_of(cls, RECORD_GVCN, NULL) != 1)
		fault(k, "banGhi.thieuNguoiKi", "phải có đúng một giáo viên chủ nhiệm kí");
	if (signers_of(cls, RECORD_CBQL, NULL) != whole_year || signers_of(cls, RECORD_DON_VI, NULL) != whole_year)
		fault(k, "banGhi.thieuNguoiKi", "%s", whole_year ? "sổ cả năm và sau hè phải có hiệu trưởng kí và đơn vị đóng dấu"
		                                                 : "sổ học kì kết thúc ở chữ kí giáo viên chủ nhiệm");
	for (size_t s = 0; s < cls->n_subjects; s++)
		if (record_subject_needs_teacher(cls, &cls->subjects[s]) && signers_of(cls, RECORD_GVBM, cls->subjects[s].code) == 0)
			fault(k, "banGhi.thieuNguoiKi", "môn %s chưa có giáo viên bộ môn kí", cls->subjects[s].name);
}

/* ---- subjects and rows ---- */

static bool
on_scale(const struct record_subject *s, struct record_mark m)
{
	if (m.kind == RECORD_MARK_NONE)
		return true;
	if (s->kind == RECORD_SCORED)
		return m.kind == RECORD_MARK_SCORE;
	return s->kind == RECORD_COMMENTED && m.kind == RECORD_MARK_LEVEL && (m.level == RECORD_D || m.level == RECORD_CD);
}

static void
check_mark(struct check *k, const struct record_subject *s, struct record_mark m, const char *what)
{
	char text[RECORD_MARK_LEN];
	if (on_scale(s, m))
		return;
	record_mark_text(m, text);
	fault(k, "banGhi.saiThangDiem", "%s “%s” không thuộc thang của môn %s", what, text, s->name);
}

static void
check_term(struct check *k, const struct record_subject *s, const struct record_term *t)
{
	for (size_t i = 0; i < RECORD_TX_MAX; i++)
		check_mark(k, s, t->tx[i], "điểm thường xuyên");
	check_mark(k, s, t->gk, "điểm giữa kì");
	check_mark(k, s, t->ck, "điểm cuối kì");
	check_mark(k, s, t->cd, "điểm chuyên đề");
	check_mark(k, s, t->average, "kết quả học kì");
}

static void
check_row_secondary(struct check *k, const struct record_subject *s, const struct record_row *r)
{
	enum record_period p = k->cls->period;
	if ((p == RECORD_HK1 && r->term[1] != NULL) || (p == RECORD_HK2 && r->term[0] != NULL))
		fault(k, "banGhi.saiKi", "sổ %s chứa điểm của học kì khác", record_period_code(p));
	for (size_t t = 0; t < RECORD_TERMS; t++)
		if (r->term[t] != NULL)
			check_term(k, s, r->term[t]);
	check_mark(k, s, r->year, "kết quả cả năm");
	check_mark(k, s, r->retake, "kết quả kiểm tra lại");
	check_mark(k, s, r->after_retake, "kết quả sau kiểm tra lại");
	if (p != RECORD_HE && (r->retake.kind != RECORD_MARK_NONE || r->after_retake.kind != RECORD_MARK_NONE))
		fault(k, "banGhi.saiKi", "kết quả kiểm tra lại chỉ có ở sổ sau hè");
	if (r->level != RECORD_LEVEL_NONE || r->test.kind != RECORD_MARK_NONE)
		fault(k, "banGhi.saiThangDiem", "mức T H C và điểm kiểm tra định kì là của tiểu học");
}

static void
check_row_primary(struct check *k, const struct record_row *r)
{
	if (r->level == RECORD_K || r->level == RECORD_D || r->level == RECORD_CD)
		fault(k, "banGhi.saiThangDiem", "mức của môn học phải là T, H hoặc C (TT27/2020 Đ6)");
	if (r->test.kind == RECORD_MARK_LEVEL || r->test.tenths % 10 != 0)
		fault(k, "banGhi.saiThangDiem", "điểm kiểm tra định kì phải là số nguyên (TT27/2020 Đ7)");
	if (r->term[0] != NULL || r->term[1] != NULL || r->year.kind != RECORD_MARK_NONE ||
	    r->retake.kind != RECORD_MARK_NONE || r->after_retake.kind != RECORD_MARK_NONE)
		fault(k, "banGhi.saiThangDiem", "tiểu học không có điểm trung bình hay kiểm tra lại");
}

static void
check_subject(struct check *k, size_t i)
{
	const struct record_class *cls = k->cls;
	const struct record_subject *s = &cls->subjects[i];
	enum rules_subject code = rules_subject_find(s->code);
	at(k, "subjects[%zu]", i);
	if (code == RULES_SUBJECT__MAX)
		fault(k, "banGhi.saiMon", "môn %s không có trong danh mục", s->code);
	else if (primary(cls) ? s->kind != RECORD_LEVELLED
	                      : s->kind != (rules_subject(code)->comment ? RECORD_COMMENTED : RECORD_SCORED))
		fault(k, "banGhi.saiMon", "môn %s không được đánh giá theo kiểu này", s->name);
	if (record_class_subject(cls, s->code) != s)
		fault(k, "banGhi.saiMon", "môn %s có hai bảng điểm", s->name);
	for (size_t r = 0; r < s->n_rows; r++) {
		at(k, "subjects[%zu].rows[%zu]", i, r);
		if (record_class_pupil(cls, s->rows[r].pupil) == NULL)
			fault(k, "banGhi.hocSinhLa", "có điểm của học sinh không thuộc danh sách lớp");
		else if (record_subject_row(s, s->rows[r].pupil) != &s->rows[r])
			fault(k, "banGhi.hocSinhTrung", "một học sinh có hai dòng ở môn %s", s->name);
		if (primary(cls))
			check_row_primary(k, &s->rows[r]);
		else
			check_row_secondary(k, s, &s->rows[r]);
	}
}

/* ---- pupils and the homeroom teacher's part ---- */

static void
check_traits(struct check *k, const struct record_trait *v, size_t n, const char *known)
{
	for (size_t i = 0; i < n; i++) {
		char word[80];
		snprintf(word, sizeof word, " %s ", v[i].code);
		if (strstr(known, word) == NULL)
			fault(k, "banGhi.saiPhamChat", "“%s” không phải phẩm chất, năng lực của chương trình", v[i].code);
		if (v[i].level != RECORD_T && v[i].level != RECORD_D && v[i].level != RECORD_C)
			fault(k, "banGhi.saiThangDiem", "mức của %s phải là T, Đ hoặc C (TT27/2020 Đ6)", v[i].code);
	}
}

static bool
tt22_level(enum record_level l)
{
	return l != RECORD_H && l != RECORD_C;
}

static void
check_review(struct check *k, size_t i)
{
	const struct record_review *r = &k->cls->reviews[i];
	at(k, "reviews[%zu]", i);
	if (record_class_pupil(k->cls, r->pupil) == NULL)
		fault(k, "banGhi.hocSinhLa", "có đánh giá của học sinh không thuộc danh sách lớp");
	else if (record_class_review(k->cls, r->pupil) != r)
		fault(k, "banGhi.hocSinhTrung", "một học sinh có hai dòng đánh giá chung");
	check_traits(k, r->qualities, r->n_qualities, " YN NA CC TT TN ");
	check_traits(k, r->competences, r->n_competences, " TCTH GTHT GQVD NN TTO KH CN TH TM TC ");
	bool good = tt22_level(r->conduct_term[0]) && tt22_level(r->conduct_term[1]) && tt22_level(r->conduct_year) &&
	    tt22_level(r->conduct_after_summer) && tt22_level(r->academic_term[0]) && tt22_level(r->academic_term[1]) &&
	    tt22_level(r->academic_year) && tt22_level(r->academic_after_retake);
	if (!good)
		fault(k, "banGhi.saiThangDiem", "kết quả rèn luyện, học tập phải là T, K, Đ hoặc CĐ (TT22/2021 Đ8, Đ9)");
}

static void
check_pupils(struct check *k)
{
	const struct record_class *cls = k->cls;
	for (size_t i = 0; i < cls->n_pupils; i++) {
		at(k, "pupils[%zu]", i);
		if (record_class_pupil(cls, cls->pupils[i].id) != &cls->pupils[i])
			fault(k, "banGhi.hocSinhTrung", "%s có hai dòng trong danh sách lớp", cls->pupils[i].person.name);
		if (cls->pupils[i].standing != RECORD_LEFT && record_class_review(cls, cls->pupils[i].id) == NULL)
			fault(k, "banGhi.thieuDanhGia", "%s chưa có dòng đánh giá của giáo viên chủ nhiệm", cls->pupils[i].person.name);
	}
}

static void
check_counts(struct check *k)
{
	struct record_counts counted;
	record_class_count(k->cls, &counted);
	for (size_t i = 0; i < record_shape_counts.n; i++) {
		const struct shape_field *f = &record_shape_counts.fields[i];
		int said = *(int *)shape_member(f, &k->cls->counts), there = *(int *)shape_member(f, &counted);
		at(k, "counts.%s", f->json);
		if (said != there)
			fault(k, "banGhi.saiSoLieu", "khai %d nhưng đếm được %d", said, there);
	}
}

enum hb_code
record_class_check(const struct record_class *cls, struct hb_arena *a, struct record_faults *ret_faults,
    struct hb_err *err)
{
	struct check k = { .cls = cls, .a = a, .v = HB_NEWN(a, struct record_fault, FAULTS_MAX) };
	if (k.v == NULL)
		return hb_full(err);
	check_head(&k);
	check_roll(&k);
	check_pupils(&k);
	for (size_t i = 0; i < cls->n_subjects; i++)
		check_subject(&k, i);
	for (size_t i = 0; i < cls->n_reviews; i++)
		check_review(&k, i);
	check_counts(&k);
	if (k.full)
		return hb_full(err);
	*ret_faults = (struct record_faults){ k.v, k.n };
	return HB_OK;
}
