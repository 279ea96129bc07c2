/* Numbers and dates of a spreadsheet as decimal text.  A mark must not pass through binary fractions. */
#include "xlsx_int.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 15, MAX_EXPONENT = 20 };

/* Digits of s without point, leading zeros off; *point is where the decimal point stands among them. */
static bool
scan(const char *s, char digits[64], int *n, int *point)
{
	bool seen_point = false, any = false;
	int  before = 0;
	*n = 0;
	for (; isdigit((unsigned char)*s) || *s == '.'; s++) {
		if (*s == '.') {
			if (seen_point)
				return false;
			seen_point = true;
			continue;
		}
		any = true;
		if (*n == 0 && *s == '0') {
			before -= seen_point;
			continue;
		}
		if (*n < 62)
			digits[(*n)++] = *s;
		before += !seen_point;
	}
	*point = before;
	if (!any)
		return false;
	if (*s == 'e' || *s == 'E') {
		char *end;
		long  e = strtol(s + 1, &end, 10);
		if (end == s + 1 || *end != '\0' || e < -300 || e > 300)
			return false;
		*point += (int)e;
		return true;
	}
	return *s == '\0';
}

static void
round_half_up(char digits[64], int *n, int *point)
{
	if (*n <= DIGITS)
		return;
	bool up = digits[DIGITS] >= '5';
	*n = DIGITS;
	for (int i = DIGITS - 1; up && i >= 0; i--) {
		up = digits[i] == '9';
		digits[i] = up ? '0' : (char)(digits[i] + 1);
	}
	if (up) {
		memmove(digits + 1, digits, (size_t)*n - 1);
		digits[0] = '1';
		(*point)++;
	}
}

bool
number_plain(const char *s, char out[48])
{
	char digits[64];
	int  n, point;
	bool negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if (!scan(s, digits, &n, &point))
		return false;
	round_half_up(digits, &n, &point);
	while (n > 0 && digits[n - 1] == '0')
		n--;
	if (n == 0) {
		memcpy(out, "0", 2);
		return true;
	}
	if (point > MAX_EXPONENT || point < -MAX_EXPONENT)
		return false;
	char *w = out;
	if (negative)
		*w++ = '-';
	if (point <= 0)
		*w++ = '0';
	for (int i = 0; i < point; i++)
		*w++ = i < n ? digits[i] : '0';
	if (n > point) {
		*w++ = '.';
		for (int i = point; i < 0; i++)
			*w++ = '0';
		for (int i = point < 0 ? 0 : point; i < n; i++)
			*w++ = digits[i];
	}
	*w = '\0';
	return true;
}

bool
serial_date(const char *number, bool from_1904, char out[11])
{
	char *end;
	long  serial = strtol(number, &end, 10);
	if (end == number || (*end != '\0' && *end != '.') || serial < 1 || serial > 109574)
		return false;
	/* Excel believes in 29 February 1900: its serials before 61 are one day late. */
	long day = from_1904 ? serial + 1462 : serial;
	long z = day - (day < 61 ? 25568 : 25569);              /* days since 1970-01-01 */
	z += 719468;
	long     era = z / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	unsigned d = doy - (153 * mp + 2) / 5 + 1, m = mp < 10 ? mp + 3 : mp - 9;
	unsigned y = (unsigned)(yoe + era * 400) + (m <= 2);
	if (y < 1900 || y > 2200)
		return false;
	snprintf(out, 11, "%04u-%02u-%02u", y % 10000, m % 100, d % 100);
	return true;
}

bool
builtin_is_date(int id)
{
	return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58);
}

bool
format_is_date(const char *code)
{
	bool day_or_year = false, month = false, clock = false;
	for (const char *p = code; *p != '\0' && *p != ';'; p++) {
		if (*p == '"' || *p == '[') {
			const char *close = strchr(p + 1, *p == '"' ? '"' : ']');
			if (close == NULL)
				break;
			p = close;
			continue;
		}
		if (*p == '\\' || *p == '_' || *p == '*') {
			if (p[1] == '\0')
				break;
			p++;
			continue;
		}
		char c = (char)tolower((unsigned char)*p);
		day_or_year |= c == 'd' || c == 'y';
		month |= c == 'm';
		clock |= c == 'h' || c == 's' || c == '0' || c == '#';
	}
	return day_or_year || (month && !clock);
}
