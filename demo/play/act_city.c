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

/* How many records of the year the city has in a state, all schools together. */
static enum hb_code
records_in(struct play *p, struct play_account *officer, const char *state, json_int_t *ret_n, struct hb_err *err)
{
	json_t *progress = NULL;
	enum hb_code c = play_get(p, PLAY_CITY, officer, &progress, err, "/api/city/v1/years/%s/progress", p->year);
	const json_t *items = json_object_get(progress, "items");
	*ret_n = 0;
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *row = json_array_get(items, i);
		if (strcmp(play_str(row, "state"), state) == 0)
			*ret_n += json_integer_value(json_object_get(row, "records"));
	}
	json_decref(progress);
	return c;
}

/* Until the city says that no deposit is open any more. */
static enum hb_code
wait_locked(struct play *p, struct play_account *officer, struct hb_err *err)
{
	json_int_t open = 0;
	for (int waited = 0; waited < WAIT_MS; waited += POLL_MS) {
		enum hb_code c = records_in(p, officer, "DEPOSITED", &open, err);
		if (c != HB_OK || open == 0)
			return c;
		usleep(POLL_MS * 1000);
	}
	return hb_fail(err, HB_E_UPSTREAM, "demo.choLau", "Sở chưa khoá %lld học bạ năm học %s", (long long)open, p->year);
}

/* Asks for UUIDs, then sends, until the Ministry has confirmed every locked record. */
static enum hb_code
to_ministry(struct play *p, struct play_account *officer, json_int_t *ret_n, struct hb_err *err)
{
	json_int_t open = 0;
	for (int waited = 0; waited < WAIT_MS; waited += POLL_MS) {
		enum hb_code c = play_post(p, PLAY_CITY, officer, NULL, NULL, err, "/api/city/v1/years/%s/report", p->year);
		if (c == HB_OK)
			c = records_in(p, officer, "LOCKED", &open, err);
		if (c == HB_OK && open == 0)
			c = records_in(p, officer, "AT_MINISTRY", ret_n, err);
		if (c != HB_OK || open == 0)
			return c;
		usleep(POLL_MS * 1000);
	}
	return hb_fail(err, HB_E_UPSTREAM, "demo.choLau", "Bộ chưa nhận %lld học bạ năm học %s", (long long)open, p->year);
}

enum hb_code
act_city(struct play *p, const char *round, const char *date, struct hb_err *err)
{
	char *step = hb_printf(&p->a, "city/%s", round);
	struct play_account *officer = people_find(p, journal_get(p, "unit/city"), "chuyenvien.so");
	json_int_t at_ministry = 0;
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
		c = to_ministry(p, officer, &at_ministry, err);
	if (c == HB_OK && at_ministry == 0)
		c = hb_fail(err, HB_E_UPSTREAM, "demo.choLau", "Bộ chưa có học bạ nào của năm học %s", p->year);
	if (c == HB_OK)
		play_say(p, "  Sở đã khoá và báo cáo Bộ: %lld học bạ có UUID của Bộ", (long long)at_ministry);
	return c == HB_OK ? journal_done(p, step, err) : c;
}
