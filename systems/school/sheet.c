#include "school/sheet.h"

#include "rules/tt22.h"
#include "rules/tt27.h"

#include <stdio.h>
#include <string.h>

static const char *const level_codes[LEVEL__MAX] = { "TH", "THCS", "THPT" };
static const char *const secondary[] = { "HK1", "HK2", "CN", "HE", NULL };
static const char *const primary[] = { "GK1", "CK1", "GK2", "CN", "HE", NULL };
static const struct { const char *code, *name; } period_names[] = {
	{ "HK1", "Học kì I" }, { "HK2", "Học kì II" }, { "CN", "Cả năm" }, { "HE", "Sau hè" },
	{ "GK1", "Giữa học kì I" }, { "CK1", "Cuối học kì I" }, { "GK2", "Giữa học kì II" },
};

const char *
sheet_level_code(enum sheet_level l)
{
	return level_codes[l];
}

bool
sheet_level_parse(const char *code, enum sheet_level *ret_level)
{
	for (int i = 0; i < LEVEL__MAX; i++)
		if (strcmp(level_codes[i], code) == 0) {
			*ret_level = (enum sheet_level)i;
			return true;
		}
	return false;
}

enum sheet_level
sheet_level_of(int grade)
{
	return grade <= 5 ? LEVEL_TH : grade <= 9 ? LEVEL_THCS : LEVEL_THPT;
}

const char *const *
sheet_periods(enum sheet_level level)
{
	return level == LEVEL_TH ? primary : secondary;
}

const char *
sheet_period_name(const char *period)
{
	for (size_t i = 0; i < sizeof period_names / sizeof *period_names; i++)
		if (strcmp(period_names[i].code, period) == 0)
			return period_names[i].name;
	return "";
}

const struct sheet_column *
sheet_column(const struct sheet_shape *s, const char *code)
{
	for (unsigned i = 0; i < s->n; i++)
		if (strcmp(s->cols[i].code, code) == 0)
			return &s->cols[i];
	return NULL;
}

static void
add(struct sheet_shape *s, const char *code, const char *title, enum cell_scale scale, bool needed)
{
	struct sheet_column *c = &s->cols[s->n++];
	*c = (struct sheet_column){ .title = title, .scale = scale, .needed = needed };
	snprintf(c->code, sizeof c->code, "%s", code);
}

/* TT22/2021 Đ6: 2, 3 or 4 regular marks; a comment subject has two.  Đ7: one mid-term, one at the end. */
static void
secondary_subject(const struct sheet_of *of, struct sheet_shape *s)
{
	static const char *const codes[] = { "TX1", "TX2", "TX3", "TX4" };
	static const char *const titles[] = { "ĐĐGtx 1", "ĐĐGtx 2", "ĐĐGtx 3", "ĐĐGtx 4" };
	bool                     comment = strcmp(of->kind, "COMMENT") == 0;
	enum cell_scale          scale = comment ? CELL_PASS : CELL_MARK;
	enum rules_subject       code = rules_subject_find(of->subject);
	if (strcmp(of->period, "HE") == 0) {
		add(s, "TL", "Đánh giá lại", scale, false);
		return;
	}
	int n = comment ? RULES22_COMMENT_MARKS - 2 : rules22_tx_needed(of->periods);
	for (int i = 0; i < n; i++)
		add(s, codes[i], titles[i], scale, true);
	if (of->level == LEVEL_THPT && code != RULES_SUBJECT__MAX && rules_subject(code)->cluster)
		add(s, "CD", "Chuyên đề", scale, false);
	add(s, "GK", "ĐĐGgk", scale, true);
	add(s, "CK", "ĐĐGck", scale, true);
	add(s, "NX", "Nhận xét", CELL_TEXT, false);
}

static enum rules27_period
period27(const char *period)
{
	for (int i = 0; primary[i] != NULL; i++)
		if (strcmp(primary[i], period) == 0)
			return (enum rules27_period)i;
	return RULES27_CN;
}

static void
primary_subject(const struct sheet_of *of, struct sheet_shape *s)
{
	enum rules_subject code = rules_subject_find(of->subject);
	bool               summer = strcmp(of->period, "HE") == 0;
	enum rules27_period p = summer ? RULES27_CN : period27(of->period);
	add(s, "MUC", "Mức đạt được", CELL_RESULT, !summer);
	if (code != RULES_SUBJECT__MAX && rules27_has_test(code, of->grade, p))
		add(s, "KT", "Điểm KTĐK", CELL_TEST, !summer);
	add(s, "NX", "Nhận xét", CELL_TEXT, false);
}

static void
secondary_homeroom(const struct sheet_of *of, struct sheet_shape *s)
{
	bool term = of->period[0] == 'H' && of->period[1] == 'K';
	if (strcmp(of->period, "CN") != 0)
		add(s, "RL", "Kết quả rèn luyện", CELL_CONDUCT, term);
	if (term) {
		add(s, "NP", "Nghỉ có phép", CELL_COUNT, true);
		add(s, "NK", "Nghỉ không phép", CELL_COUNT, true);
	}
	add(s, "NX", "Nhận xét của giáo viên chủ nhiệm", CELL_TEXT, false);
}

static void
primary_homeroom(const struct sheet_of *of, struct sheet_shape *s)
{
	bool summer = strcmp(of->period, "HE") == 0, year = strcmp(of->period, "CN") == 0;
	for (int i = 0; i < RULES27_QUALITIES; i++)
		add(s, rules27_qualities[i].code, rules27_qualities[i].name, CELL_TRAIT, !summer);
	for (int i = 0; i < RULES27_COMPETENCES; i++)
		if (rules27_competences[i].first_grade <= of->grade)
			add(s, rules27_competences[i].code, rules27_competences[i].name, CELL_TRAIT, !summer);
	add(s, "NXPC", "Nhận xét phẩm chất", CELL_TEXT, false);
	add(s, "NXNL", "Nhận xét năng lực chung", CELL_TEXT, false);
	add(s, "NXDT", "Nhận xét năng lực đặc thù", CELL_TEXT, false);
	if (summer)
		return;
	add(s, "NP", "Số ngày nghỉ có phép", CELL_COUNT, year);
	add(s, "NK", "Số ngày nghỉ không phép", CELL_COUNT, year);
	add(s, "CAO", "Chiều cao (cm)", CELL_MEASURE, false);
	add(s, "NANG", "Cân nặng (kg)", CELL_MEASURE, false);
	if (year)
		add(s, "TB", "Tập thể lớp công nhận", CELL_YES, false);
}

enum hb_code
sheet_shape(const struct sheet_of *of, struct sheet_shape *ret_shape, struct hb_err *err)
{
	bool               known = false, homeroom = strcmp(of->subject, SHEET_HOMEROOM) == 0;
	struct sheet_shape s = { 0 };
	for (const char *const *p = sheet_periods(of->level); *p != NULL; p++)
		known |= strcmp(*p, of->period) == 0;
	if (!known)
		return hb_fail(err, HB_E_INPUT, "kiDanhGia.khongCo", "cấp %s không có kì đánh giá “%s”",
		    sheet_level_code(of->level), of->period);
	if (of->level != LEVEL_TH && !homeroom && strcmp(of->period, "CN") == 0)
		return hb_fail(err, HB_E_INPUT, "kiDanhGia.khongCo", "điểm cả năm được tính, không nhập");
	if (homeroom && of->level == LEVEL_TH)
		primary_homeroom(of, &s);
	else if (homeroom)
		secondary_homeroom(of, &s);
	else if (of->level == LEVEL_TH)
		primary_subject(of, &s);
	else
		secondary_subject(of, &s);
	*ret_shape = s;
	return HB_OK;
}
