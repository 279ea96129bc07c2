#include "record/parts.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "json/read.h"

static const char *const level_codes[] = { "", "T", "K", "Đ", "CĐ", "H", "C" };

const char *
record_level_code(enum record_level l)
{
	return level_codes[l];
}

enum record_level
record_level_parse(const char *code)
{
	for (int l = RECORD_T; l <= RECORD_C; l++)
		if (strcmp(code, level_codes[l]) == 0)
			return (enum record_level)l;
	return RECORD_LEVEL_NONE;
}

bool
record_mark_eq(struct record_mark a, struct record_mark b)
{
	return a.kind == b.kind && (a.kind != RECORD_MARK_SCORE || a.tenths == b.tenths) &&
	    (a.kind != RECORD_MARK_LEVEL || a.level == b.level);
}

void
record_mark_text(struct record_mark m, char out[RECORD_MARK_LEN])
{
	out[0] = '\0';
	if (m.kind == RECORD_MARK_SCORE)
		hb_tenths(m.tenths, out);
	else if (m.kind == RECORD_MARK_LEVEL)
		snprintf(out, RECORD_MARK_LEN, "%s", record_level_code(m.level));
}

enum hb_code
record_mark_parse(const char *s, struct record_mark *ret_mark, struct hb_err *err)
{
	int tenths;
	if (json_tenths(s, &tenths)) {
		*ret_mark = RECORD_SCORE(tenths);
		return HB_OK;
	}
	enum record_level level = record_level_parse(s);
	if (level == RECORD_LEVEL_NONE)
		return hb_fail(err, HB_E_INPUT, "diem.saiDang", "“%.20s” không phải điểm từ 0 đến 10 hay mức T K Đ CĐ H C", s);
	*ret_mark = RECORD_MARK_OF(level);
	return HB_OK;
}
