#include "form/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "pdf/pades.h"

const struct record_year *
sheet_newest(const struct sheet *s)
{
	return s->years[s->n_years - 1];
}

const char *
sheet_text(struct sheet *s, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	char *text = n < 0 ? NULL : hb_alloc(s->a, (size_t)n + 1);
	if (text != NULL) {
		va_start(ap, fmt);
		vsnprintf(text, (size_t)n + 1, fmt, ap);
		va_end(ap);
		return text;
	}
	s->c.failed = true;
	return "";
}

double
sheet_heading(struct sheet *s, double y, double size, const char *text)
{
	struct style style = { FACE_BOLD, size, ALIGN_CENTRE };
	return y + canvas_text(&s->c, MARGIN_LEFT, y, BODY_WIDTH, style, text);
}

double
sheet_room(struct sheet *s, double y, double h)
{
	if (y + h <= BODY_BOTTOM)
		return y;
	canvas_new_page(&s->c);
	return MARGIN_TOP;
}

double
sheet_field(struct sheet *s, double y, const char *label, const char *value)
{
	struct style regular = { FACE_REGULAR, 13, ALIGN_LEFT }, bold = { FACE_BOLD, 13, ALIGN_LEFT };
	double beside = BODY_WIDTH - canvas_width(&s->c, regular, label) - 5;
	double h = value == NULL ? 0 : canvas_height(&s->c, beside, bold, value);
	bool short_value = h < 8 * bold.size;
	y = sheet_room(s, y, short_value && h > 20 ? h : 40);
	if (short_value)
		return y + canvas_field(&s->c, MARGIN_LEFT, y, BODY_WIDTH, label, value);
	y += canvas_text(&s->c, MARGIN_LEFT, y, BODY_WIDTH, regular, label);
	return canvas_flow(&s->c, MARGIN_LEFT, y, BODY_WIDTH, BODY_BOTTOM, bold, value) + 8;
}

double
sheet_year_line(struct sheet *s, double y, const struct record_year *of)
{
	const char *name = s->profile->person.name;
	if (of->extract_on != NULL) {
		char date[HB_DATE_LEN];
		hb_date_vi(of->extract_on, date);
		y = sheet_heading(s, y, 13, sheet_text(s, "BẢN TRÍCH KẾT QUẢ HỌC TẬP VÀ RÈN LUYỆN ĐẾN NGÀY %s", date)) + 6;
	}
	double wide = BODY_WIDTH * 0.58;
	double h = canvas_field(&s->c, MARGIN_LEFT, y, wide - 8, "Họ và tên học sinh:", name);
	canvas_field(&s->c, MARGIN_LEFT + wide, y, BODY_WIDTH * 0.16 - 8, "Lớp:", of->class_name);
	canvas_field(&s->c, MARGIN_LEFT + BODY_WIDTH * 0.74, y, BODY_WIDTH * 0.26, "Năm học:", of->year);
	return y + h;
}

/* The Vietnamese date of an instant, as three numbers. */
static void
civil_date(const char *instant, int *day, int *month, int *year)
{
	hb_time t = 0;
	char date[HB_DATE_LEN] = "0000-00-00";
	if (hb_rfc3339_parse(instant, &t, NULL) == HB_OK)
		hb_vn_date(t, date);
	sscanf(date, "%d-%d-%d", year, month, day);
}

double
sheet_date_line(struct sheet *s, double x, double y, double w, const struct record_year *of)
{
	int day = 0, month = 0, year = 0;
	const char *place = of->school.place != NULL ? of->school.place : of->school.commune;
	struct style style = { FACE_ITALIC, 13, ALIGN_CENTRE };
	civil_date(of->prepared_at, &day, &month, &year);
	/* NĐ 30/2020: days under 10 and months 1 and 2 are written with a leading zero. */
	const char *line = month < 3 ? sheet_text(s, "%s, ngày %02d tháng %02d năm %d", place, day, month, year)
	                             : sheet_text(s, "%s, ngày %02d tháng %d năm %d", place, day, month, year);
	/* One line where it fits in a smaller letter: a date that breaks before its year is easily misread. */
	while (style.size > 10 && canvas_width(&s->c, style, line) > w)
		style.size--;
	return y + canvas_text(&s->c, x, y, w, style, line);
}

const struct record_signer *
sheet_signer(const struct record_year *y, enum record_role role)
{
	for (size_t i = 0; i < y->n_signers; i++)
		if (y->signers[i].role == role)
			return &y->signers[i];
	return NULL;
}

/* Points: a name of two lines; the image of a signature; around it room for the seal, which is higher. */
enum { NAME_ROOM = 32, IMAGE_HEIGHT = 56, SIGNED_ROOM = 86, ELSEWHERE_ROOM = 56 };

static struct pdf_rect
on_page(struct box b)
{
	return (struct pdf_rect){ b.x, PAGE_HEIGHT - b.y - b.h, b.x + b.w, PAGE_HEIGHT - b.y };
}

static void
keep_place(struct sheet *s, enum record_role role, struct pdf_rect rect, const struct record_signer *signer)
{
	if (signer == NULL || s->out->n_places == FORM_PLACES_MAX)
		return;
	s->out->places[s->out->n_places++] = (struct form_place){ role, s->c.page, rect, signer->name };
}

double
sheet_signature(struct sheet *s, struct box at, const struct record_year *of, enum record_role role, const char *title,
    const char *hint, bool place)
{
	const struct record_signer *signer = sheet_signer(of, role);
	double y = at.y + canvas_text(&s->c, at.x, at.y, at.w, (struct style){ FACE_BOLD, 13, ALIGN_CENTRE }, title);
	y += canvas_text(&s->c, at.x, y, at.w, (struct style){ FACE_ITALIC, 11, ALIGN_CENTRE }, hint);
	bool here = place && of == sheet_newest(s);
	double height = here ? SIGNED_ROOM : ELSEWHERE_ROOM;
	struct box room = { at.x + at.w / 2 - 75, y + (height - IMAGE_HEIGHT) / 2, 150, IMAGE_HEIGHT };
	if (here) {
		keep_place(s, role, on_page(room), signer);
		if (role == RECORD_CBQL)
			keep_place(s, RECORD_DON_VI, pades_seal_rect(on_page(room)), sheet_signer(of, RECORD_DON_VI));
	} else {
		const char *where = sheet_text(s, "(kí số cùng kết quả năm học %s)", of->year);
		canvas_fit(&s->c, (struct box){ at.x, y, at.w, height }, (struct style){ FACE_ITALIC, 10, ALIGN_CENTRE }, where);
	}
	y += height;
	if (signer == NULL)
		return y;
	struct style name = { FACE_BOLD, 13, ALIGN_CENTRE };
	while (name.size > 7 && canvas_height(&s->c, at.w, name, signer->name) > NAME_ROOM)
		name.size -= 0.5;
	y += canvas_text(&s->c, at.x, y, at.w, name, signer->name);
	if (signer->stands_in_for != NULL)
		y += canvas_text(&s->c, at.x, y, at.w, (struct style){ FACE_ITALIC, 10, ALIGN_CENTRE },
		    sheet_text(s, "kí thay %s: %s", signer->stands_in_for, signer->stand_in_reason));
	return y;
}
