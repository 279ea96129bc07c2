/* The named formats of the contracts. */
#include "http/schema.h"

#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "json/read.h"

/* n characters of the class, then the end. */
static bool
only(const char *s, const char *allowed, size_t n)
{
	return strspn(s, allowed) == n && s[n] == '\0';
}

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static bool
date_time(const char *s)
{
	hb_time t;
	return hb_rfc3339_parse(s, &t, NULL) == HB_OK;
}

static bool
mark(const char *s)
{
	int tenths;
	return json_tenths(s, &tenths);
}

/* 2026-2027: the second year follows the first. */
static bool
school_year(const char *s)
{
	if (strlen(s) != 9 || strspn(s, DIGITS) != 4 || s[4] != '-' || strspn(s + 5, DIGITS) != 4)
		return false;
	int from = 0, to = 0;
	for (int i = 0; i < 4; i++) {
		from = from * 10 + (s[i] - '0');
		to = to * 10 + (s[5 + i] - '0');
	}
	return to == from + 1;
}

static bool
base64(const char *s)
{
	size_t n = strspn(s, LETTERS DIGITS "+/");
	size_t pads = strspn(s + n, "=");
	return pads <= 2 && s[n + pads] == '\0' && (n + pads) % 4 == 0;
}

static bool
base64url(const char *s)
{
	size_t n = strspn(s, LETTERS DIGITS "-_");
	return s[n] == '\0' && n % 4 != 1;
}

/* Codes of schools, classes, subjects, pupils: safe in a path, a file name and a log. */
static bool
code(const char *s)
{
	size_t n = strlen(s);
	return n > 0 && n <= 64 && s[0] != '.' && only(s, LETTERS DIGITS "._-", n);
}

bool
schema_format_ok(enum schema_format format, const char *s)
{
	switch (format) {
	case FORMAT_NONE:        return true;
	case FORMAT_UUID:        return hb_id_valid(s);
	case FORMAT_DATE:        return hb_date_valid(s);
	case FORMAT_DATE_TIME:   return date_time(s);
	case FORMAT_MARK:        return mark(s);
	case FORMAT_PERSONAL_ID: return only(s, DIGITS, 12);
	case FORMAT_RECORD_CODE: return hb_record_code_valid(s);
	case FORMAT_SCHOOL_YEAR: return school_year(s);
	case FORMAT_BASE64:      return base64(s);
	case FORMAT_BASE64URL:   return base64url(s);
	case FORMAT_SHA256:      return only(s, DIGITS "abcdef", 64);
	case FORMAT_CODE:        return code(s);
	case FORMAT__MAX:        break;
	}
	return false;
}
