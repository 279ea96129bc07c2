#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "form/sheet.h"

/* Forms by level and school year.  A new circular is a new row, and a new layout when the paper changes. */
static const struct form_row rows[] = {
	{ RECORD_TH, "tt27-2020", 2020, 0, "TT 27/2020/TT-BGDĐT, mẫu học bạ tiểu học; địa danh hai cấp từ 1/7/2025" },
	{ RECORD_THCS, "tt22-2021", 2021, 0, "TT 22/2021/TT-BGDĐT, mẫu học bạ THCS; địa danh hai cấp từ 1/7/2025" },
	{ RECORD_THPT, "tt22-2021", 2022, 0, "TT 22/2021/TT-BGDĐT, mẫu học bạ THPT; địa danh hai cấp từ 1/7/2025" },
};

const struct form_row *
form_rows(size_t *ret_n)
{
	*ret_n = sizeof rows / sizeof rows[0];
	return rows;
}

const struct form_row *
form_for(enum record_school_level level, const char *circular, int year)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].level == level && strcmp(rows[i].circular, circular) == 0 && year >= rows[i].first_year &&
		    (rows[i].last_year == 0 || year <= rows[i].last_year))
			return &rows[i];
	return NULL;
}

/* The facts that the paper never had (seed004), on every page. */
static void
foot(struct canvas *c, void *arg)
{
	struct sheet *s = arg;
	const struct record_year *y = sheet_newest(s);
	struct style small = { FACE_REGULAR, 8.5, ALIGN_LEFT }, right = { FACE_REGULAR, 8.5, ALIGN_RIGHT };
	hb_time effective = 0;
	char date[HB_DATE_LEN], vi[HB_DATE_LEN];
	double at = BODY_BOTTOM + 8;
	if (hb_rfc3339_parse(y->effective_at, &effective, NULL) != HB_OK)
		c->failed = true;
	hb_vn_date(effective, date);
	hb_date_vi(date, vi);
	canvas_line(c, MARGIN_LEFT, at, PAGE_WIDTH - MARGIN_RIGHT, at, 0.4);
	const char *line = sheet_text(s, "Mã số tra cứu: %s   ·   Số định danh cá nhân: %s   ·   Ngày hiệu lực: %s", y->record_code,
	    y->personal_id, vi);
	double h = canvas_text(c, MARGIN_LEFT, at + 3, BODY_WIDTH - 50, small, line);
	canvas_text(c, PAGE_WIDTH - MARGIN_RIGHT - 60, at + 3, 60, right, sheet_text(s, "Trang %zu", c->page + 1));
	canvas_text(c, MARGIN_LEFT, at + 3 + h, BODY_WIDTH, (struct style){ FACE_ITALIC, 7.5, ALIGN_LEFT },
	    y->level == RECORD_TH ? "Học bạ số: tệp PDF và tệp XML cùng mã số tra cứu có giá trị như nhau."
	                          : "Học bạ số: tệp PDF và tệp XML cùng mã số tra cứu có giá trị như nhau; giáo viên môn học kí số trong tệp XML.");
}

static void
digest_line(struct sheet *s)
{
	if (s->spec->digest == NULL)
		return;
	const char *line = sheet_text(s, "SHA-256 vùng dữ liệu năm học %s: %s", sheet_newest(s)->year, s->spec->digest);
	canvas_text(&s->c, MARGIN_LEFT, BODY_BOTTOM - 4, BODY_WIDTH, (struct style){ FACE_REGULAR, 6.5, ALIGN_LEFT }, line);
}

static enum hb_code
choose(const struct record_transcript *t, struct sheet *s, struct hb_err *err)
{
	for (size_t i = 0; i < t->n_years; i++) {
		const struct record_year *y = &t->years[i];
		if (y->level != s->spec->level)
			continue;
		if (form_for(y->level, y->circular, (int)strtol(y->year, NULL, 10)) == NULL)
			return hb_fail(err, HB_E_RULE, "mauIn.chuaCoMau", "chưa có mẫu học bạ cho năm học %s theo %s", y->year, y->circular);
		s->years[s->n_years++] = y;
	}
	if (s->n_years == 0 || t->n_profiles == 0)
		return hb_fail(err, HB_E_NOTFOUND, "mauIn.khongCoNam", "học bạ không có năm học nào của cấp %s",
		    record_school_level_code(s->spec->level));
	s->profile = &t->profiles[t->n_profiles - 1];
	return HB_OK;
}

static int
by_role(const void *a, const void *b)
{
	return (int)((const struct form_place *)a)->role - (int)((const struct form_place *)b)->role;
}

static bool
draw(struct sheet *s)
{
	sheet_cover(s);
	sheet_person(s);
	for (size_t i = 0; i < s->n_years; i++)
		if (s->spec->level == RECORD_TH)
			sheet_primary_year(s, s->years[i]);
		else
			sheet_secondary_year(s, s->years[i]);
	digest_line(s);
	s->out->pages = s->c.page + 1;
	qsort(s->out->places, s->out->n_places, sizeof s->out->places[0], by_role);
	return canvas_finish(&s->c);
}

enum hb_code
form_render(const struct record_transcript *t, const struct form_spec *spec, struct hb_arena *a, struct form_pdf *ret_pdf,
    struct hb_err *err)
{
	struct form_pdf pdf = { .n_places = 0 };
	struct sheet s = { .a = a, .spec = spec, .out = &pdf };
	enum hb_code c = choose(t, &s, err);
	if (c != HB_OK)
		return c;
	HB_SCOPED_BUF out;
	hb_buf_init(&out, PDF_FILE_MAX);
	const char *heading = sheet_text(&s, "Học bạ %s", s.profile->person.name);
	bool good = canvas_init(&s.c, &out, heading, sheet_newest(&s)->school.name, sheet_newest(&s)->prepared_at);
	s.c.foot = foot;
	s.c.foot_arg = &s;
	good = good && draw(&s);
	canvas_fini(&s.c);
	if (!good)
		return hb_bug(err, "the form of a transcript could not be drawn");
	char *bytes = hb_buf_take(&out, a);
	if (bytes == NULL)
		return hb_full(err);
	pdf.bytes = HB_BYTES(bytes, out.len);
	*ret_pdf = pdf;
	return HB_OK;
}
