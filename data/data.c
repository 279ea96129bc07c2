#include "data/data.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static unsigned
column_of(const struct data_table *t, const char *column)
{
	for (unsigned i = 0; i < t->n_cols; i++)
		if (strcmp(t->columns[i], column) == 0)
			return i;
	abort();
}

const char *
data_cell(const struct data_table *t, unsigned row, const char *column)
{
	if (row >= t->n_rows)
		abort();
	return t->cells[row * t->n_cols + column_of(t, column)];
}

int
data_find(const struct data_table *t, unsigned start, const char *column, const char *value)
{
	unsigned c = column_of(t, column);
	for (unsigned i = start; i < t->n_rows; i++)
		if (strcmp(t->cells[i * t->n_cols + c], value) == 0)
			return (int)i;
	return -1;
}

const char *
data_look_up(const struct data_table *t, const char *key_column, const char *key, const char *column)
{
	int row = data_find(t, 0, key_column, key);
	return row < 0 ? NULL : data_cell(t, (unsigned)row, column);
}

/* Is the folded name one of the names in a list separated by ';'? */
static bool
one_of(const char *names, const char *folded, struct hb_arena *a)
{
	while (*names != '\0') {
		size_t n = strcspn(names, ";");
		char  *one = hb_strndup(a, names, n), *key = one == NULL ? NULL : hb_fold(a, one);
		if (key != NULL && strcmp(key, folded) == 0)
			return true;
		names += n + (names[n] == ';');
	}
	return false;
}

static bool
has_column(const struct data_table *t, const char *column)
{
	for (unsigned i = 0; i < t->n_cols; i++)
		if (strcmp(t->columns[i], column) == 0)
			return true;
	return false;
}

const char *
data_code_of(const struct data_table *t, const char *name, struct hb_arena *a)
{
	char *folded = hb_fold(a, name);
	if (folded == NULL || folded[0] == '\0')
		return NULL;
	bool others = has_column(t, "other");
	for (unsigned i = 0; i < t->n_rows; i++)
		if (one_of(data_cell(t, i, "name"), folded, a) || (others && one_of(data_cell(t, i, "other"), folded, a)))
			return data_cell(t, i, "code");
	return NULL;
}

/* "Thành phố Hồ Chí Minh", "TP. Hồ Chí Minh", "Tỉnh Tây Ninh" -> the bare name, folded. */
static const char *
bare_province(const char *name, struct hb_arena *a)
{
	static const char *const titles[] = { "thanh pho ", "tinh ", "tp " };
	const char              *f = hb_fold(a, name);
	for (size_t i = 0; f != NULL && i < sizeof titles / sizeof *titles; i++)
		if (strncmp(f, titles[i], strlen(titles[i])) == 0)
			return f + strlen(titles[i]);
	return f;
}

const char *
data_province_code(const char *name, const char *date, struct hb_arena *a)
{
	const char *want = bare_province(name, a);
	if (want == NULL)
		return NULL;
	bool                     now = strcmp(date, "2025-07-01") >= 0;
	const struct data_table *t = now ? &data_provinces : &data_old_provinces;
	for (unsigned i = 0; i < t->n_rows; i++) {
		if (now && (strcmp(date, data_cell(t, i, "from")) < 0 ||
		               (data_cell(t, i, "to")[0] != '\0' && strcmp(date, data_cell(t, i, "to")) > 0)))
			continue;
		const char *have = hb_fold(a, data_cell(t, i, "name"));
		if (have != NULL && strcmp(have, want) == 0)
			return data_cell(t, i, "code");
	}
	return NULL;
}

enum hb_code
data_deadline(const char *so, const char *year, const char *what, hb_time *ret_before, struct hb_err *err)
{
	const struct data_table *t = &data_deadlines;
	int                      found = -1;
	for (unsigned i = 0; i < t->n_rows; i++) {
		bool own = strcmp(data_cell(t, i, "so"), so) == 0, any = strcmp(data_cell(t, i, "so"), "*") == 0;
		if ((own || (any && found < 0)) && strcmp(data_cell(t, i, "year"), year) == 0 &&
		    strcmp(data_cell(t, i, "what"), what) == 0)
			found = (int)i;
	}
	if (found < 0)
		return hb_fail(err, HB_E_NOTFOUND, "han.chuaCo", "chưa có hạn “%s” cho năm học %s", what, year);
	return hb_vn_midnight(data_cell(t, (unsigned)found, "before"), ret_before, err);
}
