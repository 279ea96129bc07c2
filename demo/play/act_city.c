/* The head closes the year, the city locks it and reports to the ministry (D14.1, D14.2, D18.2(5)). */
#include "play.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 120000, POLL_MS = 200 };

static enum hb_code
close_year(struct play *p, struct play_school *s, const char *round, struct hb_err *err)
{
	json_t *missing = NULL, *list = json_array();
	enum hb_code c = play_get(p, PLAY_TRANSCRIPT, people_of(p, s, "HT"), &missing, err, "/api/transcript/v1/years/%s/missing", p->year);
	const json_t *items = json_object_get(missing, "items");
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *m = json_array_get(items, i);
		const char *note = play_str(m, "note");
		if (json_is_string(json_object_get(m, "code")))
			json_array_append_new(list, json_pack("{s:s, s:s}", "code", play_str(m, "code"), "reason",
			    note[0] != '\0' ? note : strcmp(round, "main") == 0 ? "Đánh giá bổ sung sau hè" : "Chưa đủ điều kiện lập học bạ"));
	}
	size_t n = json_array_size(list);
	if (c == HB_OK)
		c = play_post(p, PLAY_TRANSCRIPT, people_of(p, s, "HT"), json_pack("{s:s, s:o}", "round", round, "missing", list), NULL, err,
		    "/api/transcript/v1/years/%s/close", p->year);
	if (c == HB_OK)
		play_say(p, "  %s: hiệu trưởng chốt năm học (%s), %zu em chưa nộp có lí do", s->name, strcmp(round, "main") == 0 ? "trước 30/6" : "trước 15/8",
		    n);
	json_decref(missing);
	return c;
}

/* Until the city says that every school's deposits are locked. */
static enum hb_code
wait_locked(struct play *p, struct play_account *officer, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (int waited = 0; c == HB_OK && waited < WAIT_MS; waited += POLL_MS) {
		json_t *progress = NULL;
		c = play_get(p, PLAY_CITY, officer, &progress, err, "/api/city/v1/years/%s/progress", p->year);
		const json_t *items = json_object_get(progress, "items");
		json_int_t open = 0;
		for (size_t i = 0; i < json_array_size(items); i++)
			open += json_integer_value(json_object_get(json_array_get(items, i), "deposited"));
		json_decref(progress);
		if (open == 0)
			return c;
		usleep(POLL_MS * 1000);
	}
	return c != HB_OK ? c : hb_fail(err, HB_E_UPSTREAM, "demo.choLau", "Sở chưa khoá xong học bạ năm học %s", p->year);
}

static enum hb_code
to_ministry(struct play *p, struct play_account *officer, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (int waited = 0; c == HB_OK && waited < WAIT_MS; waited += POLL_MS) {
		json_t *late = NULL;
		c = play_post(p, PLAY_CITY, officer, NULL, NULL, err, "/api/city/v1/years/%s/report", p->year);
		if (c == HB_OK)
			c = play_get(p, PLAY_CITY, officer, &late, err, "/api/city/v1/years/%s/report", p->year);
		size_t n = json_array_size(json_object_get(late, "items"));
		json_decref(late);
		if (c == HB_OK && n == 0)
			return c;
		usleep(POLL_MS * 1000);
	}
	return c != HB_OK ? c : hb_fail(err, HB_E_UPSTREAM, "demo.choLau", "Bộ chưa nhận hết học bạ năm học %s", p->year);
}

enum hb_code
act_city(struct play *p, const char *round, const char *date, struct hb_err *err)
{
	char *step = hb_printf(&p->a, "city/%s", round);
	struct play_account *officer = people_find(p, journal_get(p, "unit/city"), "chuyenvien.so");
	enum hb_code c = step == NULL ? hb_full(err) : HB_OK;
	if (c != HB_OK || journal_has(p, step))
		return c;
	play_say(p, "Chốt và khoá dữ liệu năm học %s", p->year);
	c = world_clock(p, date, err);
	for (size_t i = 0; i < p->n_schools && c == HB_OK; i++)
		c = close_year(p, &p->schools[i], round, err);
	if (c == HB_OK)
		c = people_enter(p, officer, err);
	if (c == HB_OK)
		c = wait_locked(p, officer, err);
	if (c == HB_OK)
		c = to_ministry(p, officer, err);
	if (c == HB_OK)
		play_say(p, "  Sở đã khoá và báo cáo Bộ; mỗi học bạ có UUID của Bộ");
	return c == HB_OK ? journal_done(p, step, err) : c;
}
