#include "city/states.h"

#include <string.h>

const struct city_move city_moves[] = {
	{ CITY_RECORD, CITY_NONE, CITY_DEPOSITED, "D18.2(4)" },
	{ CITY_RECORD, CITY_DEPOSITED, CITY_LOCKED, "D14.1" },
	{ CITY_RECORD, CITY_DEPOSITED, CITY_REPLACED, "D14.4" },
	{ CITY_RECORD, CITY_DEPOSITED, CITY_RECALLED, "D14.4" },
	{ CITY_RECORD, CITY_LOCKED, CITY_AT_MINISTRY, "D18.2(5)" },
	{ CITY_RECORD, CITY_LOCKED, CITY_CORRECTED, "D14.6" },
	{ CITY_RECORD, CITY_AT_MINISTRY, CITY_CORRECTED, "D14.6" },
	{ CITY_CODE, CITY_NONE, CITY_RESERVED, "D18.2(3)" },
	{ CITY_CODE, CITY_RESERVED, CITY_USED, "D18.2(4)" },
	{ CITY_CODE, CITY_RESERVED, CITY_CANCELLED, "D18.2(3)" },
	{ CITY_CERTIFICATE, CITY_NONE, CITY_REQUESTED, "D21.8" },
	{ CITY_CERTIFICATE, CITY_REQUESTED, CITY_APPROVED, "D21.8" },
	{ CITY_CERTIFICATE, CITY_REQUESTED, CITY_REJECTED, "D21.8" },
	{ CITY_CERTIFICATE, CITY_REQUESTED, CITY_WITHDRAWN, "D21.8" },
	{ CITY_CERTIFICATE, CITY_APPROVED, CITY_WITHDRAWN, "D21.8" },
	{ CITY_CORRECTION, CITY_NONE, CITY_REQUESTED, "D14.6" },
	{ CITY_CORRECTION, CITY_REQUESTED, CITY_APPROVED, "D14.6" },
	{ CITY_CORRECTION, CITY_REQUESTED, CITY_REJECTED, "D14.6" },
	{ CITY_CORRECTION, CITY_APPROVED, CITY_DONE, "D14.6" },
};
const size_t city_moves_n = sizeof city_moves / sizeof city_moves[0];

static const struct { const char *word, *vi; } names[CITY_STATE__MAX] = {
	[CITY_NONE] = { "", "chưa có" },
	[CITY_DEPOSITED] = { "DEPOSITED", "đã nộp" },
	[CITY_LOCKED] = { "LOCKED", "đã chốt" },
	[CITY_AT_MINISTRY] = { "AT_MINISTRY", "đã về Bộ" },
	[CITY_REPLACED] = { "REPLACED", "đã thay bằng bản mới" },
	[CITY_RECALLED] = { "RECALLED", "trường đã thu hồi" },
	[CITY_CORRECTED] = { "CORRECTED", "đã có bản chỉnh lí" },
	[CITY_RESERVED] = { "RESERVED", "đã cấp, chưa nộp" },
	[CITY_USED] = { "USED", "đang dùng" },
	[CITY_CANCELLED] = { "CANCELLED", "đã huỷ" },
	[CITY_REQUESTED] = { "REQUESTED", "chờ duyệt" },
	[CITY_APPROVED] = { "APPROVED", "đã duyệt" },
	[CITY_REJECTED] = { "REJECTED", "không duyệt" },
	[CITY_WITHDRAWN] = { "WITHDRAWN", "đã rút" },
	[CITY_DONE] = { "DONE", "đã chỉnh lí xong" },
};

const char *
city_state_word(enum city_state s)
{
	return (unsigned)s < CITY_STATE__MAX ? names[s].word : "";
}

const char *
city_state_vi(enum city_state s)
{
	return (unsigned)s < CITY_STATE__MAX ? names[s].vi : "";
}

enum city_state
city_state_parse(const char *word)
{
	int s = 0;
	while (s < CITY_STATE__MAX && strcmp(names[s].word, word) != 0)
		s++;
	return (enum city_state)s;
}

enum hb_code
city_move_check(enum city_object o, enum city_state from, enum city_state to, struct hb_err *err)
{
	for (size_t i = 0; i < city_moves_n; i++)
		if (city_moves[i].object == o && city_moves[i].from == from && city_moves[i].to == to)
			return HB_OK;
	return hb_fail(err, HB_E_CONFLICT, "trangThai.khongDuoc", "đang ở trạng thái “%s”, không chuyển được sang “%s”",
	    city_state_vi(from), city_state_vi(to));
}
