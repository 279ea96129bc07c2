/* One cell: from what a person typed to a value, with a reason and a guess when it cannot be. */
#include "school/sheet.h"

#include "base/text.h"
#include "rules/rules.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = 400, MEASURE_MAX = 2500 };

__attribute__((format(printf, 3, 4))) static bool
wrong(struct cell_problem *p, const char *key, const char *fmt, ...)
{
	va_list ap;
	p->key = key;
	va_start(ap, fmt);
	vsnprintf(p->text, sizeof p->text, fmt, ap);
	va_end(ap);
	return false;
}

/* "8,50" is "8,5": spreadsheets show as many places as their format says. */
static bool
tenths_of(const char *s, int *ret_tenths)
{
	char   shorter[16];
	size_t n = strlen(s);
	if (n >= sizeof shorter)
		return false;
	memcpy(shorter, s, n + 1);
	if (strpbrk(shorter, ",.") != NULL)
		while (n > 0 && shorter[n - 1] == '0' && n > strcspn(shorter, ",.") + 2)
			shorter[--n] = '\0';
	int t = rules_mark_parse(shorter);
	if (t == RULES_NO_MARK)
		return false;
	*ret_tenths = t;
	return true;
}

/* What was meant: a forgotten comma, two decimals, or a mark that became a day and a month. */
static void
guess_mark(const char *s, bool date, char out[16])
{
	unsigned y, m, d;
	size_t   n = strlen(s), mark = strcspn(s, ",.");
	if (date && sscanf(s, "%4u-%2u-%2u", &y, &m, &d) == 3 && d <= 10 && m <= 9 && (d < 10 || m == 0)) {
		snprintf(out, 16, "%u,%u", d, m);
	} else if (n == 2 && isdigit((unsigned char)s[0]) && isdigit((unsigned char)s[1])) {
		snprintf(out, 16, "%c,%c", s[0], s[1]);
	} else if (n == 4 && (s[1] == ',' || s[1] == '.') && s[1] == s[2]) {
		snprintf(out, 16, "%c,%c", s[0], s[3]);
	} else if (n - mark == 3 && mark <= 2 && mark > 0) {
		char digits[8];
		int  k = 0;
		for (size_t i = 0; i < n; i++)
			if (i != mark && isdigit((unsigned char)s[i]))
				digits[k++] = s[i];
		digits[k] = '\0';
		int hundredths = k == (int)n - 1 ? (int)strtol(digits, NULL, 10) : 9999;
		int t = rules_round(hundredths, 10);
		if (t <= RULES_MARK_MAX)
			hb_tenths_vi(t, out);
	}
}

static bool
parse_mark(const char *s, bool date, struct mark_value *v, struct cell_problem *p)
{
	int t;
	if (!date && tenths_of(s, &t)) {
		*v = (struct mark_value){ .kind = MARK_NUM, .num = t };
		return true;
	}
	guess_mark(s, date, p->suggestion);
	if (date)
		return wrong(p, "diem.laNgay", "ô đang là ngày %s, không phải điểm%s%s%s", s,
		    p->suggestion[0] != '\0' ? "; sửa thành " : "", p->suggestion, p->suggestion[0] != '\0' ? "?" : "");
	if (p->suggestion[0] != '\0')
		return wrong(p, "diem.ngoaiThang", "%.20s? Sửa thành %s", s, p->suggestion);
	return wrong(p, "diem.ngoaiThang", "“%.20s” không phải điểm từ 0 đến 10 có một chữ số thập phân", s);
}

static bool
parse_test(const char *s, bool date, struct mark_value *v, struct cell_problem *p)
{
	if (!parse_mark(s, date, v, p))
		return false;
	if (v->num % 10 == 0)
		return true;
	char shown[8];
	hb_tenths_vi(v->num, shown);
	snprintf(p->suggestion, sizeof p->suggestion, "%d", rules_round(v->num, 10));
	return wrong(p, "diem.khongNguyen", "%s? Điểm kiểm tra định kì tiểu học là số nguyên", shown);
}

struct word { const char *code, *folded; };
static const struct word pass_words[] = { { "Đ", "d" }, { "Đ", "dat" }, { "CĐ", "cd" }, { "CĐ", "chua dat" }, { 0 } };
static const struct word conduct_words[] = { { "T", "t" }, { "T", "tot" }, { "K", "k" }, { "K", "kha" }, { "Đ", "d" },
	{ "Đ", "dat" }, { "CĐ", "cd" }, { "CĐ", "chua dat" }, { 0 } };
static const struct word result_words[] = { { "T", "t" }, { "T", "hoan thanh tot" }, { "T", "htt" }, { "H", "h" },
	{ "H", "hoan thanh" }, { "H", "ht" }, { "C", "c" }, { "C", "chua hoan thanh" }, { "C", "cht" }, { 0 } };
static const struct word trait_words[] = { { "T", "t" }, { "T", "tot" }, { "Đ", "d" }, { "Đ", "dat" }, { "C", "c" },
	{ "C", "can co gang" }, { "C", "ccg" }, { 0 } };
static const struct word yes_words[] = { { "x", "x" }, { "x", "co" }, { "x", "true" }, { "x", "1" }, { 0 } };

static bool
parse_word(const char *s, const struct word *words, const char *scale, struct hb_arena *a, struct mark_value *v,
    struct cell_problem *p)
{
	const char *folded = hb_fold(a, s);
	for (const struct word *w = words; folded != NULL && w->code != NULL; w++)
		if (strcmp(w->folded, folded) == 0) {
			*v = (struct mark_value){ .kind = MARK_WORD, .word = w->code };
			return true;
		}
	return wrong(p, "muc.ngoaiThang", "“%.20s” không phải một trong các mức %s", s, scale);
}

static bool
parse_number(const char *s, int max, bool tenths, struct mark_value *v, struct cell_problem *p)
{
	char *end;
	long  whole = strtol(s, &end, 10), part = 0;
	if (tenths && end != s && (*end == ',' || *end == '.') && isdigit((unsigned char)end[1]) && end[2] == '\0') {
		part = end[1] - '0';
		end += 2;
	}
	long value = tenths ? whole * 10 + part : whole;
	if (end == s || *end != '\0' || whole < 0 || value > max)
		return wrong(p, "so.khongDung", "“%.20s” không phải số từ 0 đến %d", s, tenths ? max / 10 : max);
	*v = (struct mark_value){ .kind = MARK_NUM, .num = (int)value };
	return true;
}

static bool
parse_text(const char *s, struct hb_arena *a, struct mark_value *v, struct cell_problem *p)
{
	if (hb_utf8_count(s) > SHEET_TEXT_MAX)
		return wrong(p, "nhanXet.quaDai", "nhận xét dài hơn %d chữ", SHEET_TEXT_MAX);
	const char *own = hb_nfc(a, HB_STR(s));
	if (own == NULL)
		return wrong(p, "nhanXet.quaDai", "nhận xét quá dài");
	*v = (struct mark_value){ .kind = MARK_WORD, .word = own };
	return true;
}

bool
sheet_parse(const struct sheet_column *col, const char *text, bool date, struct hb_arena *a,
    struct mark_value *ret_value, struct cell_problem *ret_problem)
{
	struct mark_value   v = { 0 };
	struct cell_problem problem = { 0 };
	const char         *s = hb_trim(a, text);
	bool                good = s != NULL;
	if (!good)
		wrong(&problem, "nhanXet.quaDai", "ô có quá nhiều chữ hoặc kí tự không hợp lệ");
	else if (s[0] != '\0')
		switch (col->scale) {
		case CELL_MARK: good = parse_mark(s, date, &v, &problem); break;
		case CELL_TEST: good = parse_test(s, date, &v, &problem); break;
		case CELL_PASS: good = parse_word(s, pass_words, "Đ, CĐ", a, &v, &problem); break;
		case CELL_CONDUCT: good = parse_word(s, conduct_words, "T, K, Đ, CĐ", a, &v, &problem); break;
		case CELL_RESULT: good = parse_word(s, result_words, "T, H, C", a, &v, &problem); break;
		case CELL_TRAIT: good = parse_word(s, trait_words, "T, Đ, C", a, &v, &problem); break;
		case CELL_YES: good = parse_word(s, yes_words, "x hoặc để trống", a, &v, &problem); break;
		case CELL_COUNT: good = parse_number(s, COUNT_MAX, false, &v, &problem); break;
		case CELL_MEASURE: good = parse_number(s, MEASURE_MAX, true, &v, &problem); break;
		case CELL_TEXT: good = parse_text(s, a, &v, &problem); break;
		}
	if (good)
		*ret_value = v;
	else
		*ret_problem = problem;
	return good;
}

bool
mark_eq(const struct mark_value *x, const struct mark_value *y)
{
	if (x->kind != y->kind)
		return false;
	return x->kind == MARK_NONE || (x->kind == MARK_NUM ? x->num == y->num : strcmp(x->word, y->word) == 0);
}

static const char *
written(const struct mark_value *v, enum cell_scale scale, char mark, struct hb_arena *a)
{
	if (v->kind == MARK_NONE)
		return "";
	if (v->kind == MARK_WORD)
		return v->word;
	bool        whole = scale == CELL_COUNT || (v->num % 10 == 0 && (scale == CELL_TEST || v->num == RULES_MARK_MAX));
	const char *s;
	if (whole)
		s = hb_printf(a, "%d", scale == CELL_COUNT ? v->num : v->num / 10);
	else
		s = hb_printf(a, "%d%c%d", v->num / 10, mark, v->num % 10);
	return s == NULL ? "" : s;
}

const char *
mark_show(const struct mark_value *v, enum cell_scale scale, struct hb_arena *a)
{
	return written(v, scale, ',', a);
}

const char *
mark_wire(const struct mark_value *v, enum cell_scale scale, struct hb_arena *a)
{
	return written(v, scale, '.', a);
}
