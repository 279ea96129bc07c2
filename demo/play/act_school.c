/* The school's year: lists in, duties confirmed, marks from the teachers' files, events, computing, locks, reports. */
#include "play.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One period of a level: when it ends, and what is done then. */
struct period { const char *level, *code, *date; };
static const struct period periods[] = {
	{ "TH", "GK1", "2025-11-08" }, { "TH", "CK1", "2026-01-08" }, { "TH", "GK2", "2026-03-14" }, { "TH", "CN", "2026-05-22" },
	{ "TH", "HE", "2026-08-05" },
	{ "THCS", "HK1", "2026-01-08" }, { "THCS", "HK2", "2026-05-22" }, { "THCS", "CN", "2026-05-23" }, { "THCS", "HE", "2026-08-05" },
	{ "THPT", "HK1", "2026-01-08" }, { "THPT", "HK2", "2026-05-22" }, { "THPT", "CN", "2026-05-23" }, { "THPT", "HE", "2026-08-05" },
};

/* Says what an import did; a file that was not applied stops the play with its first fault. */
static enum hb_code
imported(struct play *p, json_t *answer, const char *file, struct hb_err *err)
{
	const json_t *counts = json_object_get(answer, "counts"), *faults = json_object_get(answer, "faults");
	enum hb_code c = HB_OK;
	if (!json_is_true(json_object_get(answer, "applied"))) {
		const json_t *f = json_array_get(faults, 0);
		c = hb_fail(err, HB_E_RULE, "demo.khongNhap", "tệp %s không nhập được: %s %s: %s", file, play_str(f, "sheet"), play_str(f, "cell"),
		    play_str(f, "text"));
	} else {
		char *text = json_dumps(counts, JSON_COMPACT);
		play_say(p, "  %s %s", file, text == NULL ? "" : text);
		for (size_t i = 0; i < json_array_size(faults) && i < 3; i++)
			play_say(p, "    lưu ý %s: %s", play_str(json_array_get(faults, i), "cell"), play_str(json_array_get(faults, i), "text"));
		free(text);
	}
	json_decref(answer);
	return c;
}

static enum hb_code
upload(struct play *p, const struct play_school *s, const struct play_account *who, const char *name, const char *route, struct hb_err *err)
{
	char file[1024];
	json_t *answer = NULL;
	snprintf(file, sizeof file, "%s/%s/%s", p->files, s->folder, name);
	enum hb_code c = play_upload(p, PLAY_SCHOOL, who, file, &answer, err, "/api/school/v1/years/%s%sfile=%s", p->year, route, name);
	return c == HB_OK ? imported(p, answer, name, err) : c;
}

/* ---- August: the year opens ------------------------------------------------------------------------------ */

static enum hb_code
confirm_duties(struct play *p, const struct play_school *s, struct hb_err *err)
{
	const struct play_account *head = people_of(p, s, "HT");
	json_t *duties = NULL, *ids = json_array();
	enum hb_code c = play_get(p, PLAY_SCHOOL, head, &duties, err, "/api/school/v1/years/%s/duties", p->year);
	const json_t *items = json_object_get(duties, "items");
	for (size_t i = 0; i < json_array_size(items); i++)
		if (!json_is_true(json_object_get(json_array_get(items, i), "confirmed")))
			json_array_append_new(ids, json_string(play_str(json_array_get(items, i), "id")));
	if (c == HB_OK && json_array_size(ids) > 0)
		c = play_post(p, PLAY_SCHOOL, head, json_pack("{s:o}", "duties", ids), NULL, err, "/api/school/v1/years/%s/duties/confirm", p->year);
	else
		json_decref(ids);
	json_decref(duties);
	return c;
}

static enum hb_code
open_year(struct play *p, struct play_school *s, struct hb_err *err)
{
	const struct play_account *records = people_of(p, s, "HV");
	char list[60], duties[60];
	snprintf(list, sizeof list, "danh-sach-%s.xlsx", p->year);
	snprintf(duties, sizeof duties, "phan-cong-%s.xlsx", p->year);
	play_say(p, "%s: danh sách lớp và phân công năm học %s", s->name, p->year);
	enum hb_code c = upload(p, s, records, list, "/roster?accept_warnings=true&", err);
	if (c == HB_OK)
		c = upload(p, s, records, duties, "/duties?", err);
	return c == HB_OK ? confirm_duties(p, s, err) : c;
}

/* ---- events of the year that stand in no list -------------------------------------------------------------- */

static const char *
class_id(const struct play_school *s, const char *code)
{
	for (size_t i = 0; i < json_array_size(s->classes); i++)
		if (strcmp(play_str(json_array_get(s->classes, i), "code"), code) == 0)
			return play_str(json_array_get(s->classes, i), "id");
	return "";
}

/* The pupil's id by student code; "" when the class has none. */
static enum hb_code
pupil_id(struct play *p, const struct play_school *s, const char *class, const char *code, char ret_id[37], struct hb_err *err)
{
	json_t *list = NULL;
	enum hb_code c = play_get(p, PLAY_SCHOOL, people_of(p, s, "HV"), &list, err, "/api/school/v1/classes/%s/pupils", class);
	const json_t *items = json_object_get(list, "items");
	ret_id[0] = '\0';
	for (size_t i = 0; i < json_array_size(items); i++)
		if (strcmp(play_str(json_array_get(items, i), "code"), code) == 0)
			snprintf(ret_id, 37, "%s", play_str(json_array_get(items, i), "id"));
	json_decref(list);
	return c;
}

static enum hb_code
exempt(struct play *p, const struct play_school *s, const json_t *e, const char *class, const char *pupil, struct hb_err *err)
{
	json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "pupil", pupil, "subject", play_str(e, "subject"), "period",
	    play_str(e, "period"), "kind", play_str(e, "what"), "reason", play_str(e, "reason"), "decision_no", play_str(e, "decision_no"),
	    "decision_date", play_str(e, "decision_date"));
	return play_post(p, PLAY_SCHOOL, people_of(p, s, "HV"), body, NULL, err, "PUT /api/school/v1/classes/%s/exemptions", class);
}

static enum hb_code
achieve(struct play *p, const struct play_school *s, const json_t *e, const char *class, const char *pupil, struct hb_err *err)
{
	json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "pupil", pupil, "kind", play_str(e, "what"), "title", play_str(e, "title"),
	    "level", play_str(e, "level"), "decision_no", play_str(e, "decision_no"), "decision_date", play_str(e, "decision_date"));
	return play_post(p, PLAY_SCHOOL, people_of(p, s, "HV"), body, NULL, err, "/api/school/v1/classes/%s/achievements", class);
}

static enum hb_code
take_extract(struct play *p, const struct play_school *s, const json_t *e, const char *class, const char *pupil, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	struct hb_bytes file;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	enum hb_code c = extract_make(p, e, &a, &file, err);
	if (c != HB_OK)
		return c;
	json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O}", "pupil", pupil, "from_school", play_str(e, "from"), "number",
	    play_str(e, "number"), "signed_on", play_str(e, "signed_on"), "file", hb_base64(&a, file), "marks", json_object_get(e, "marks"));
	play_say(p, "  nhận kết quả học kì I của em chuyển đến từ %s, theo bản trích đã kí", play_str(e, "from"));
	return play_post(p, PLAY_SCHOOL, people_of(p, s, "HV"), body, NULL, err, "/api/school/v1/classes/%s/extracts", class);
}

static enum hb_code
events(struct play *p, const struct play_school *s, const char *kind,
    enum hb_code (*act)(struct play *, const struct play_school *, const json_t *, const char *, const char *, struct hb_err *),
    struct hb_err *err)
{
	const json_t *list = json_object_get(s->info, "events");
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < json_array_size(list) && c == HB_OK; i++) {
		const json_t *e = json_array_get(list, i);
		char pupil[37];
		if (strcmp(play_str(e, "kind"), kind) != 0)
			continue;
		const char *class = class_id(s, play_str(e, "class"));
		c = pupil_id(p, s, class, play_str(e, "pupil"), pupil, err);
		if (c == HB_OK)
			c = act(p, s, e, class, pupil, err);
	}
	return c;
}

/* ---- a period: marks, events, computing, locks, report --------------------------------------------------------- */

/* The files a class may have for a period: STEM-CLASS-PERIOD and the ending. */
static const struct { const char *stem, *ending; } file_kinds[] = { { "diem", ".xlsx" }, { "diem", "-GDQP.csv" }, { "ren-luyen", ".xlsx" },
	{ "danh-gia", ".xlsx" } };
enum { FILE_KINDS = sizeof file_kinds / sizeof file_kinds[0] };

static void
file_name(size_t kind, const char *class, const char *period, char out[100])
{
	snprintf(out, 100, "%s-%s-%s%s", file_kinds[kind].stem, class, period, file_kinds[kind].ending);
}

/* A file without a sheet of this teacher's is no failure here: the play sends every file to everyone of the class. */
static enum hb_code
upload_own(struct play *p, const struct play_school *s, const char *code, const char *name, struct hb_err *err)
{
	struct hb_err own = HB_ERR_INIT;
	enum hb_code c = upload(p, s, people_find(p, s->id, code), name, "/marks?", &own);
	if (c == HB_OK || strstr(own.msg, "tep.khacYeuCau") != NULL || strstr(own.msg, "bang.khongThayCot") != NULL)
		return HB_OK;
	*err = own;
	return c;
}

static bool
is_homeroom(const json_t *duties, const char *staff, const char *class)
{
	for (size_t i = 0; i < json_array_size(duties); i++) {
		const json_t *d = json_array_get(duties, i);
		if (strcmp(play_str(d, "role"), "HOMEROOM") == 0 && strcmp(play_str(d, "staff"), staff) == 0 && strcmp(play_str(d, "class"), class) == 0)
			return true;
	}
	return false;
}

/* Each teacher with a duty for the class on that day sends the class's files: only his own sheets are taken. */
static enum hb_code
marks_of(struct play *p, const struct play_school *s, const json_t *class, const struct period *when, struct hb_err *err)
{
	json_t *duties = NULL;
	enum hb_code c = play_get(p, PLAY_SCHOOL, people_of(p, s, "HV"), &duties, err, "/api/school/v1/years/%s/duties", p->year);
	const json_t *items = json_object_get(duties, "items");
	json_t *seen = json_object();
	for (size_t i = 0; i < json_array_size(items) && c == HB_OK; i++) {
		const json_t *d = json_array_get(items, i);
		const char *code = people_code(s, play_str(d, "staff")), *to = play_str(d, "to");
		bool in_force = strcmp(play_str(d, "from"), when->date) <= 0 && (to[0] == '\0' || strcmp(to, when->date) >= 0);
		if (strcmp(play_str(d, "class"), play_str(class, "code")) != 0 || !in_force || json_object_get(seen, code) != NULL)
			continue;
		json_object_set_new(seen, code, json_true());
		for (size_t k = 0; k < FILE_KINDS && c == HB_OK; k++) {
			char name[100], file[1100];
			file_name(k, play_str(class, "code"), when->code, name);
			snprintf(file, sizeof file, "%s/%s/%s", p->files, s->folder, name);
			bool own = strcmp(file_kinds[k].stem, "ren-luyen") != 0 || is_homeroom(items, play_str(d, "staff"), play_str(class, "code"));
			if (own && access(file, R_OK) == 0)
				c = upload_own(p, s, code, name, err);
		}
	}
	json_decref(seen);
	json_decref(duties);
	return c;
}

static enum hb_code
compute(struct play *p, const struct play_school *s, const char *class, const char *period, struct hb_err *err)
{
	json_t *done = NULL;
	enum hb_code c = play_post(p, PLAY_SCHOOL, people_of(p, s, "HV"), NULL, &done, err, "/api/school/v1/classes/%s/results/%s", class,
	    period);
	char *text = done == NULL ? NULL : json_dumps(done, JSON_COMPACT);
	if (c == HB_OK)
		play_say(p, "    tính kết quả %s %.160s", period, text == NULL ? "" : text);
	free(text);
	json_decref(done);
	return c;
}

static enum hb_code
lock(struct play *p, const struct play_school *s, const char *class, const char *period, struct hb_err *err)
{
	return play_post(p, PLAY_SCHOOL, people_of(p, s, "HT"), json_pack("{s:b, s:s, s:s}", "lock", 1, "period", period, "reason",
	    "Hết thời hạn nhập điểm"), NULL, err, "/api/school/v1/classes/%s/locks", class);
}

/* A wrong mark found after the lock: the teacher asks with evidence, the head approves, that one cell opens for one save (D11.3). */
static enum hb_code
docket(struct play *p, const struct play_school *s, const json_t *e, const char *class, const char *pupil, struct hb_err *err)
{
	struct play_account *teacher = people_find(p, s->id, play_str(e, "teacher"));
	const char *subject = play_str(e, "subject"), *period = play_str(e, "period");
	json_t *asked = NULL, *sheet = NULL;
	json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "pupil", pupil, "column", play_str(e, "column"), "value", play_str(e, "value"), "reason",
	    play_str(e, "reason"), "evidence_name", "bai-kiem-tra.txt", "evidence", "QsOgaSBraeG7g20gdHJhIGdp4buvYSBrw6w6IDgsNQ==");
	enum hb_code c = play_post(p, PLAY_SCHOOL, teacher, body, &asked, err, "/api/school/v1/classes/%s/sheets/%s/%s/dockets", class, subject, period);
	if (c == HB_OK)
		c = play_post(p, PLAY_SCHOOL, people_of(p, s, "HT"), json_pack("{s:b, s:s}", "approve", 1, "note", "Đã đối chiếu bài kiểm tra"), NULL, err,
		    "/api/school/v1/dockets/%s/decision", play_str(asked, "id"));
	if (c == HB_OK)
		c = play_get(p, PLAY_SCHOOL, teacher, &sheet, err, "/api/school/v1/classes/%s/sheets/%s/%s", class, subject, period);
	if (c == HB_OK)
		c = play_post(p, PLAY_SCHOOL, teacher, json_pack("{s:I, s:[{s:s, s:s, s:s}]}", "base", json_integer_value(json_object_get(sheet, "version")),
		    "cells", "pupil", pupil, "column", play_str(e, "column"), "value", play_str(e, "value")), NULL, err,
		    "PUT /api/school/v1/classes/%s/sheets/%s/%s", class, subject, period);
	if (c == HB_OK)
		play_say(p, "    sửa một ô điểm sau khoá theo phiếu đề nghị, hiệu trưởng duyệt");
	json_decref(asked);
	json_decref(sheet);
	return c == HB_OK ? compute(p, s, class, period, err) : c;
}

static enum hb_code
dockets_of(struct play *p, const struct play_school *s, const json_t *class, const char *period, struct hb_err *err)
{
	const json_t *list = json_object_get(s->info, "events");
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < json_array_size(list) && c == HB_OK; i++) {
		const json_t *e = json_array_get(list, i);
		char pupil[37];
		if (strcmp(play_str(e, "kind"), "docket") != 0 || strcmp(play_str(e, "period"), period) != 0
		    || strcmp(play_str(e, "class"), play_str(class, "code")) != 0)
			continue;
		c = pupil_id(p, s, play_str(class, "id"), play_str(e, "pupil"), pupil, err);
		if (c == HB_OK)
			c = docket(p, s, e, play_str(class, "id"), pupil, err);
	}
	return c;
}

static enum hb_code
report(struct play *p, const struct play_school *s, const char *class, const char *period, struct hb_err *err)
{
	return play_post(p, PLAY_SCHOOL, people_of(p, s, "HV"), NULL, NULL, err, "/api/school/v1/classes/%s/reports/%s", class, period);
}

static bool
has_files(const struct play *p, const struct play_school *s, const char *class, const char *period)
{
	for (size_t k = 0; k < FILE_KINDS; k++) {
		char name[100], file[1100];
		file_name(k, class, period, name);
		snprintf(file, sizeof file, "%s/%s/%s", p->files, s->folder, name);
		if (access(file, R_OK) == 0)
			return true;
	}
	return strcmp(period, "CN") == 0;
}

static enum hb_code
class_period(struct play *p, struct play_school *s, const json_t *class, const struct period *when, struct hb_err *err)
{
	const char *id = play_str(class, "id");
	char *step = hb_printf(&p->a, "%s/%s/%s", s->code, play_str(class, "code"), when->code);
	if (step == NULL || journal_has(p, step) || !has_files(p, s, play_str(class, "code"), when->code))
		return step == NULL ? hb_full(err) : HB_OK;
	play_say(p, "  lớp %s, %s", play_str(class, "code"), when->code);
	enum hb_code c = marks_of(p, s, class, when, err);
	if (c == HB_OK)
		c = compute(p, s, id, when->code, err);
	if (c == HB_OK)
		c = lock(p, s, id, when->code, err);
	if (c == HB_OK)
		c = dockets_of(p, s, class, when->code, err);
	if (c == HB_OK)
		c = report(p, s, id, when->code, err);
	return c == HB_OK ? journal_done(p, step, err) : c;
}

/* ---- the whole year, with the gradebook after each period ------------------------------------------------------ */

/* The pupil who came in January brings the first term; the head corrects one cell by docket. */
static enum hb_code
between(struct play *p, struct play_school *s, size_t i, struct hb_err *err)
{
	char *step = hb_printf(&p->a, "%s/extracts", s->code);
	if (step == NULL || strcmp(periods[i].code, "HK1") != 0 || journal_has(p, step))
		return step == NULL ? hb_full(err) : HB_OK;
	enum hb_code c = events(p, s, "extract", take_extract, err);
	return c == HB_OK ? journal_done(p, step, err) : c;
}

/* The classes of a level in one period, then their class files; *ret_n counts those that reported. */
static enum hb_code
period_of(struct play *p, struct play_school *s, size_t i, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	size_t n = 0;
	for (size_t k = 0; k < json_array_size(s->classes) && c == HB_OK; k++) {
		const json_t *class = json_array_get(s->classes, k);
		if (strcmp(play_str(class, "level"), periods[i].level) != 0 || !has_files(p, s, play_str(class, "code"), periods[i].code))
			continue;
		if (n++ == 0)
			c = world_clock(p, periods[i].date, err);
		if (c == HB_OK)
			c = between(p, s, i, err);
		if (c == HB_OK)
			c = class_period(p, s, class, &periods[i], err);
	}
	return c;
}

static bool
is_summer(size_t i)
{
	return strcmp(periods[i].code, "HE") == 0;
}

static size_t
reported(struct play *p, const struct play_school *s, const char *period)
{
	size_t n = 0;
	for (size_t k = 0; k < json_array_size(s->classes); k++)
		n += journal_has(p, hb_printf(&p->a, "%s/%s/%s", s->code, play_str(json_array_get(s->classes, k), "code"), period));
	return n;
}

static enum hb_code
periods_of(struct play *p, struct play_school *s, bool summer, struct hb_err *err)
{
	static const char *const order[] = { "GK1", "CK1", "HK1", "GK2", "HK2", "CN", "HE" };
	enum hb_code c = HB_OK;
	for (size_t o = 0; o < sizeof order / sizeof order[0] && c == HB_OK; o++) {
		if ((strcmp(order[o], "HE") == 0) != summer)
			continue;
		for (size_t i = 0; i < sizeof periods / sizeof periods[0] && c == HB_OK; i++)
			if (strcmp(periods[i].code, order[o]) == 0 && is_summer(i) == summer)
				c = period_of(p, s, i, err);
		size_t n = reported(p, s, order[o]);
		if (c == HB_OK && n > 0)
			c = act_gradebooks(p, s, order[o], n, err);
	}
	return c;
}

enum hb_code
act_school_year(struct play *p, struct play_school *s, struct hb_err *err)
{
	play_say(p, "%s: năm học %s", s->name, p->year);
	return periods_of(p, s, false, err);
}

enum hb_code
act_summer(struct play *p, struct play_school *s, struct hb_err *err)
{
	play_say(p, "%s: kiểm tra lại, rèn luyện trong hè", s->name);
	return periods_of(p, s, true, err);
}

size_t
act_summer_classes(struct play *p, const struct play_school *s)
{
	return reported(p, s, "HE");
}

/* ---- August: the year opens, and the next one ------------------------------------------------------------------- */

static enum hb_code
enter_board(struct play *p, struct play_school *s, struct hb_err *err)
{
	static const char *const positions[] = { "HT", "HV", "QTV", "VT" };
	enum hb_code c = people_founders(p, s, err);
	for (size_t i = 0; i < sizeof positions / sizeof positions[0] && c == HB_OK; i++)
		c = people_enter(p, people_of(p, s, positions[i]), err);
	return c;
}

static enum hb_code
enter_teachers(struct play *p, struct play_school *s, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < json_array_size(s->staff) && c == HB_OK; i++) {
		const json_t *who = json_array_get(s->staff, i);
		if (strcmp(play_str(who, "position"), "GV") == 0)
			c = people_enter(p, people_find(p, s->id, play_str(who, "code")), err);
	}
	return c;
}

static enum hb_code
first_time(struct play *p, struct play_school *s, struct hb_err *err)
{
	enum hb_code c = world_clock(p, "2025-09-06", err);
	if (c == HB_OK)
		c = upload(p, s, people_of(p, s, "QTV"), "can-bo.xlsx", "/staff?", err);
	if (c == HB_OK)
		c = open_year(p, s, err);
	if (c == HB_OK)
		c = people_load(p, s, err);
	if (c == HB_OK)
		c = people_make(p, s, err);
	if (c == HB_OK)
		c = events(p, s, "exemption", exempt, err);
	return c == HB_OK ? events(p, s, "achievement", achieve, err) : c;
}

enum hb_code
act_open(struct play *p, struct play_school *s, struct hb_err *err)
{
	char *step = hb_printf(&p->a, "%s/opened", s->code);
	enum hb_code c = step == NULL ? hb_full(err) : enter_board(p, s, err);
	if (c == HB_OK && !journal_has(p, step)) {
		c = first_time(p, s, err);
		if (c == HB_OK)
			c = journal_done(p, step, err);
	}
	if (c == HB_OK)
		c = people_load(p, s, err);
	if (c == HB_OK && !journal_has(p, "city/late"))
		c = enter_teachers(p, s, err);
	return c == HB_OK ? tokens_make(p, s, err) : c;
}

enum hb_code
act_next_year(struct play *p, struct play_school *s, struct hb_err *err)
{
	const char *this_year = p->year, *next = play_str(p->plan, "next");
	char list[60];
	char *step = hb_printf(&p->a, "%s/%s", s->code, next);
	if (step == NULL || journal_has(p, step))
		return step == NULL ? hb_full(err) : HB_OK;
	play_say(p, "%s: bắt đầu năm học %s", s->name, next);
	snprintf(list, sizeof list, "danh-sach-%s.xlsx", next);
	enum hb_code c = world_clock(p, "2026-09-06", err);
	p->year = next;
	if (c == HB_OK)
		c = upload(p, s, people_of(p, s, "HV"), list, "/roster?accept_warnings=true&", err);
	p->year = this_year;
	return c == HB_OK ? journal_done(p, step, err) : c;
}
