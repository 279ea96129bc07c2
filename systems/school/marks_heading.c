/* What the headings and titles of mark sheets say. */
#include "school/marks_import.h"

#include "base/text.h"
#include "data/data.h"
#include "rules/tt27.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct { const char *text; int key; } own[] = {
	{ "stt", MARKS_COL_STT }, { "tt", MARKS_COL_STT }, { "so tt", MARKS_COL_STT }, { "ma hoc sinh", MARKS_COL_CODE },
	{ "ma hs", MARKS_COL_CODE }, { "mahs", MARKS_COL_CODE }, { "ho va ten", MARKS_COL_NAME }, { "ho ten", MARKS_COL_NAME },
	{ "ho va ten hoc sinh", MARKS_COL_NAME }, { "ho ten hoc sinh", MARKS_COL_NAME }, { "ho dem", MARKS_COL_LAST },
	{ "ho va ten dem", MARKS_COL_LAST }, { "ho lot", MARKS_COL_LAST }, { "ten", MARKS_COL_FIRST },
	{ "ngay sinh", MARKS_COL_BIRTH }, { "dtb", MARKS_COL_IGNORED }, { "dtbmhk", MARKS_COL_IGNORED },
	{ "dtbm", MARKS_COL_IGNORED }, { "tbm", MARKS_COL_IGNORED }, { "dtb mon", MARKS_COL_IGNORED },
};

static const struct { const char *text, *col; } words[] = {
	{ "ddggk", "GK" }, { "gk", "GK" }, { "ddg gk", "GK" }, { "giua ki", "GK" }, { "giua ky", "GK" }, { "diem giua ki", "GK" },
	{ "danh gia giua ki", "GK" }, { "kt giua ki", "GK" }, { "ddgck", "CK" }, { "ck", "CK" }, { "ddg ck", "CK" },
	{ "cuoi ki", "CK" }, { "cuoi ky", "CK" }, { "diem cuoi ki", "CK" }, { "danh gia cuoi ki", "CK" }, { "kt cuoi ki", "CK" },
	{ "cd", "CD" }, { "chuyen de", "CD" }, { "cum chuyen de", "CD" }, { "nhan xet", "NX" },
	{ "nhan xet cua giao vien", "NX" }, { "nhan xet cua gvcn", "NX" }, { "nhan xet cua giao vien chu nhiem", "NX" },
	{ "danh gia lai", "TL" }, { "kiem tra lai", "TL" }, { "diem kiem tra lai", "TL" }, { "thi lai", "TL" },
	{ "ren luyen", "RL" }, { "ket qua ren luyen", "RL" }, { "kqrl", "RL" }, { "co phep", "NP" }, { "nghi co phep", "NP" },
	{ "so buoi nghi co phep", "NP" }, { "so ngay nghi co phep", "NP" }, { "so buoi nghi co phep p", "NP" },
	{ "nghi p", "NP" }, { "khong phep", "NK" }, { "nghi khong phep", "NK" }, { "so buoi nghi khong phep", "NK" },
	{ "so ngay nghi khong phep", "NK" }, { "nghi k", "NK" }, { "muc", "MUC" }, { "muc dat duoc", "MUC" }, { "diem", "KT" },
	{ "ktdk", "KT" }, { "diem ktdk", "KT" }, { "chieu cao", "CAO" }, { "chieu cao cm", "CAO" }, { "can nang", "NANG" },
	{ "can nang kg", "NANG" }, { "tap the lop cong nhan", "TB" }, { "lop cong nhan", "TB" },
	{ "nhan xet pham chat", "NXPC" }, { "nhan xet nang luc chung", "NXNL" }, { "nhan xet nang luc dac thu", "NXDT" },
};

static const char *const regular[] = { "ddgtx", "tx", "ddg tx", "dg tx", "thuong xuyen", "danh gia thuong xuyen",
	"diem thuong xuyen", "kttx", "diem danh gia thuong xuyen" };

static int
target(struct marks_headings *h, const char *subject, const char *col)
{
	for (unsigned i = 0; i < h->n; i++) {
		const struct marks_target *t = &h->targets[i];
		bool same = subject == NULL ? t->subject == NULL : t->subject != NULL && strcmp(t->subject, subject) == 0;
		if (same && strcmp(t->col, col) == 0)
			return MARKS_COL_TARGET + (int)i;
	}
	if (h->n == sizeof h->targets / sizeof *h->targets)
		return -1;
	struct marks_target *t = &h->targets[h->n];
	t->subject = subject;
	snprintf(t->col, sizeof t->col, "%s", col);
	return MARKS_COL_TARGET + (int)h->n++;
}

/* "ddgtx 2", "tx3", "thuong xuyen lan 1", or "ddgtx" alone: the next one. */
static int
regular_mark(struct marks_headings *h, const char *text)
{
	for (size_t i = 0; i < sizeof regular / sizeof *regular; i++) {
		size_t n = strlen(regular[i]);
		char   col[SHEET_COL_LEN];
		if (strncmp(text, regular[i], n) != 0)
			continue;
		const char *rest = text + n + (text[n] == ' ');
		if (strncmp(rest, "lan ", 4) == 0)
			rest += 4;
		if (*rest == '\0') {
			snprintf(col, sizeof col, "TX%d", ++h->regular % 10);
			return target(h, NULL, col);
		}
		if (*rest >= '1' && *rest <= '9' && rest[1] == '\0') {
			snprintf(col, sizeof col, "TX%c", *rest);
			return target(h, NULL, col);
		}
	}
	return -1;
}

/* Folded once for a whole file: it is asked for every heading of every row tried. */
static const char *const *
folded_names(struct marks_names *names, struct hb_arena *a)
{
	if (names->subjects != NULL)
		return names->subjects;
	const char **v = HB_NEWN(a, const char *, data_subject_names.n_rows);
	for (unsigned i = 0; v != NULL && i < data_subject_names.n_rows; i++) {
		v[i] = hb_fold(a, data_cell(&data_subject_names, i, "name"));
		if (v[i] == NULL)
			v[i] = "";
	}
	names->subjects = v;
	return v;
}

static int
trait(struct marks_headings *h, const char *text)
{
	const struct rules27_trait *lists[] = { rules27_qualities, rules27_competences };
	const int                   sizes[] = { RULES27_QUALITIES, RULES27_COMPETENCES };
	for (int l = 0; l < 2; l++)
		for (int i = 0; i < sizes[l]; i++) {
			const char *name = hb_fold(h->a, lists[l][i].name);
			size_t      n = name == NULL ? 0 : strlen(name), have = strlen(text);
			/* "Phẩm chất | Yêu nước": the group may stand in front. */
			if (n > 0 && have >= n && strcmp(text + have - n, name) == 0 && (have == n || text[have - n - 1] == ' '))
				return target(h, SHEET_HOMEROOM, lists[l][i].code);
		}
	return -1;
}

/* "toan muc", "tieng viet diem ktdk", "dao duc": a subject of primary school, alone meaning its level. */
static int
wide(struct marks_headings *h, const char *text)
{
	const char *const *names = folded_names(h->names, h->a);
	for (unsigned i = 0; names != NULL && i < data_subject_names.n_rows; i++) {
		const char *name = names[i];
		size_t      n = strlen(name);
		if (n < 2 || strncmp(text, name, n) != 0 || (text[n] != '\0' && text[n] != ' '))
			continue;
		const char *code = data_cell(&data_subject_names, i, "code"), *rest = text + n + (text[n] == ' ');
		if (*rest == '\0')
			return target(h, code, "MUC");
		for (size_t w = 0; w < sizeof words / sizeof *words; w++)
			if (strcmp(words[w].text, rest) == 0)
				return target(h, code, words[w].col);
	}
	return -1;
}

int
marks_heading(const char *text, void *headings)
{
	struct marks_headings *h = headings;
	int                    key;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strcmp(own[i].text, text) == 0)
			return own[i].key;
	if (h->traits && (key = trait(h, text)) >= 0)
		return key;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].text, text) == 0)
			return target(h, h->traits ? SHEET_HOMEROOM : NULL, words[i].col);
	if (h->primary && !h->traits && (key = wide(h, text)) >= 0)
		return key;
	return h->primary ? -1 : regular_mark(h, text);
}

/* Is the word there, with blanks or ends around it? */
static bool
says(const char *title, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = title; (p = strstr(p, word)) != NULL; p++)
		if ((p == title || p[-1] == ' ') && (p[n] == '\0' || p[n] == ' '))
			return true;
	return false;
}

static bool
says_any(const char *title, const char *const *list)
{
	for (; *list != NULL; list++)
		if (says(title, *list))
			return true;
	return false;
}

const char *
marks_title_period(const char *title, bool primary)
{
	static const char *const summer[] = { "sau he", "kiem tra lai", "danh gia lai", "ren luyen trong he", "trong he", NULL };
	static const char *const second[] = { "hoc ki ii", "hoc ky ii", "hoc ki 2", "hoc ky 2", "hk2", "hkii", "hk ii", "hk 2", NULL };
	static const char *const first[] = { "hoc ki i", "hoc ky i", "hoc ki 1", "hoc ky 1", "hk1", "hki", "hk i", "hk 1", NULL };
	static const char *const middle[] = { "giua", "gk1", "gk2", "ghk1", "ghk2", NULL };
	static const char *const year[] = { "cuoi nam", "ca nam", "cuoi nam hoc", NULL };
	if (says_any(title, summer))
		return "HE";
	if (says_any(title, year))
		return "CN";
	bool two = says_any(title, second) || says(title, "gk2") || says(title, "ghk2");
	bool one = says_any(title, first) || says(title, "gk1") || says(title, "ghk1") || says(title, "ck1");
	if (!primary)
		return two ? "HK2" : one ? "HK1" : NULL;
	if (says_any(title, middle))
		return two ? "GK2" : one ? "GK1" : NULL;
	return two ? "CN" : one ? "CK1" : NULL;
}

const char *
marks_title_subject(const char *sheet_name, const char *title, struct marks_names *cache, struct hb_arena *a)
{
	const char *const *names = folded_names(cache, a);
	const char *tab = hb_fold(a, sheet_name), *found = NULL;
	size_t      best = 0;
	for (unsigned i = 0; i < data_subject_names.n_rows && tab != NULL && names != NULL; i++) {
		const char *name = names[i];
		size_t      n = strlen(name);
		if (n <= best)
			continue;
		const char *named = hb_printf(a, "mon %s", name);
		if (named == NULL)
			return NULL;
		bool on_tab = strncmp(tab, name, n) == 0 && (tab[n] == '\0' || tab[n] == ' ');
		if (on_tab || says(title, named)) {
			best = n;
			found = data_cell(&data_subject_names, i, "code");
		}
	}
	return found;
}
