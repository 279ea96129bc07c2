/* Marks, levels and rounding: how they are written and read. */
#include "rules/rules.h"

#include <string.h>

static const struct { const char *code, *name; } levels[RULES_LEVEL__MAX] = {
	[RULES_UNKNOWN] = { NULL, "chưa có" }, [RULES_CD] = { "CĐ", "Chưa đạt" }, [RULES_D] = { "Đ", "Đạt" },
	[RULES_K] = { "K", "Khá" }, [RULES_T] = { "T", "Tốt" },
};
static const char *const fields[RULES_F__MAX] = {
	[RULES_F_TX] = "tx", [RULES_F_GK] = "gk", [RULES_F_CK] = "ck", [RULES_F_CD] = "cd", [RULES_F_MARKS] = "marks",
	[RULES_F_RETAKE] = "retake", [RULES_F_CONDUCT] = "conduct", [RULES_F_ABSENT] = "absent_sessions",
	[RULES_F_LEVEL] = "level", [RULES_F_TEST] = "test", [RULES_F_QUALITY] = "quality",
	[RULES_F_COMPETENCE] = "competence",
};

const char *rules_level_code(enum rules_level l) { return levels[l].code; }
const char *rules_level_name(enum rules_level l) { return levels[l].name; }
const char *rules_field_name(enum rules_field f) { return fields[f]; }

enum rules_level
rules_level_parse(const char *s)
{
	for (int l = RULES_CD; l < RULES_LEVEL__MAX; l++)
		if (strcmp(s, levels[l].code) == 0)
			return (enum rules_level)l;
	return RULES_UNKNOWN;
}

enum rules_level
rules_comment_parse(const char *s)
{
	enum rules_level l = rules_level_parse(s);
	return l == RULES_CD || l == RULES_D ? l : RULES_UNKNOWN;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

int
rules_mark_parse(const char *s)
{
	int whole = 0, tenth = 0;
	if (s[0] == '1' && s[1] == '0') {
		whole = 10;
		s += 2;
	} else if (is_digit(s[0])) {
		whole = *s++ - '0';
	} else {
		return RULES_NO_MARK;
	}
	if (*s == '.' || *s == ',') {
		if (!is_digit(s[1]))
			return RULES_NO_MARK;
		tenth = s[1] - '0';
		s += 2;
	}
	int tenths = whole * 10 + tenth;
	return *s == '\0' && tenths <= RULES_MARK_MAX ? tenths : RULES_NO_MARK;
}

int rules_round(int num, int den) { return (2 * num + den) / (2 * den); }
