#include "school/template.h"

#include "rules/rules.h"
#include "xlsx/xlsx.h"

#include <string.h>

enum { HEAD_ROW = 3, FIRST_MARK = 4 };

static const char *
subject_name(const char *subject)
{
	enum rules_subject s = rules_subject_find(subject);
	if (strcmp(subject, SHEET_HOMEROOM) == 0)
		return "Đánh giá chung";
	return s == RULES_SUBJECT__MAX ? subject : rules_subject(s)->name;
}

static bool
is_number(enum cell_scale scale)
{
	return scale == CELL_MARK || scale == CELL_TEST || scale == CELL_COUNT || scale == CELL_MEASURE;
}

/* A locked column is grey and protected; so are pupils who do not take the subject. */
static bool
closed(const struct marks_sheet *s, size_t pupil, unsigned col)
{
	bool shut = !s->pupils[pupil].takes;
	for (size_t i = 0; i < s->n_locks; i++)
		shut |= s->locks[i].col[0] == '\0' || strcmp(s->locks[i].col, s->shape.cols[col].code) == 0;
	return shut;
}

static size_t
put_row(const struct marks_sheet *s, size_t p, struct xlsx_put *out, struct hb_arena *a)
{
	uint32_t    row = (uint32_t)(HEAD_ROW + 1 + p);
	const char *number = hb_printf(a, "%d", s->pupils[p].number);
	size_t      n = 0;
	out[n++] = (struct xlsx_put){ .row = row, .col = 0, .look = XLSX_CLOSED, .number = true, .text = number == NULL ? "0" : number };
	out[n++] = (struct xlsx_put){ .row = row, .col = 1, .look = XLSX_CLOSED, .text = s->pupils[p].code };
	out[n++] = (struct xlsx_put){ .row = row, .col = 2, .look = XLSX_CLOSED, .text = s->pupils[p].name };
	out[n++] = (struct xlsx_put){ .row = row, .col = 3, .look = XLSX_CLOSED, .text = s->pupils[p].birth_date };
	for (unsigned c = 0; c < s->shape.n; c++) {
		const char *value = mark_wire(&s->values[p * s->shape.n + c], s->shape.cols[c].scale, a);
		out[n++] = (struct xlsx_put){ .row = row, .col = FIRST_MARK + c, .look = closed(s, p, c) ? XLSX_CLOSED : XLSX_OPEN,
			.number = is_number(s->shape.cols[c].scale) && value[0] != '\0', .text = value };
	}
	return n;
}

enum hb_code
template_sheet(const struct marks_sheet *s, const char *subject, const char *period, struct hb_arena *a,
    struct hb_bytes *ret_file, struct hb_err *err)
{
	static const char *const heads[FIRST_MARK] = { "STT", "Mã học sinh", "Họ và tên", "Ngày sinh" };
	uint32_t                 width = FIRST_MARK + s->shape.n;
	struct xlsx_put         *cells = HB_NEWN(a, struct xlsx_put, (s->n_pupils + 2) * width + 4);
	int                     *widths = HB_NEWN(a, int, width);
	char *title = hb_printf(a, "Môn: %s - Lớp %s - %s - Năm học %s", subject_name(subject), s->cls.code,
	    sheet_period_name(period), s->cls.year);
	if (cells == NULL || widths == NULL || title == NULL)
		return hb_full(err);
	size_t n = 0;
	cells[n++] = (struct xlsx_put){ .row = 0, .look = XLSX_TITLE, .text = "SỔ THEO DÕI VÀ ĐÁNH GIÁ HỌC SINH" };
	cells[n++] = (struct xlsx_put){ .row = 1, .look = XLSX_TITLE, .text = title };
	for (uint32_t c = 0; c < width; c++) {
		bool mark = c >= FIRST_MARK;
		cells[n++] = (struct xlsx_put){ .row = HEAD_ROW, .col = c, .look = XLSX_HEAD,
			.text = mark ? s->shape.cols[c - FIRST_MARK].title : heads[c] };
		widths[c] = c == 0 ? 5 : c == 2 ? 28 : mark && s->shape.cols[c - FIRST_MARK].scale == CELL_TEXT ? 50 : 13;
	}
	for (size_t p = 0; p < s->n_pupils; p++)
		n += put_row(s, p, cells + n, a);
	struct xlsx_page page = { .name = subject, .n = n, .cells = cells, .width = width, .col_width = widths,
		.frozen_rows = HEAD_ROW + 1, .frozen_cols = 3, .locked = true };
	return xlsx_write(&page, 1, a, ret_file, err);
}
