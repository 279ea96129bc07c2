#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { VN_OFFSET = 7 * 3600 };

static _Atomic int64_t business_shift;

/* The followed file, and the change of it that business_shift was read from. */
static pthread_mutex_t follow_lock = PTHREAD_MUTEX_INITIALIZER;
static char *_Atomic followed;
static struct timespec followed_change;

hb_time
hb_now(void)
{
	return (hb_time)time(NULL);
}

int64_t
hb_now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
hb_mono_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* A file that is missing or half written leaves the clock as it was. */
static void
read_followed(const char *path)
{
	struct stat st;
	char text[64] = "";
	hb_time instant;
	if (stat(path, &st) != 0 || (st.st_mtim.tv_sec == followed_change.tv_sec && st.st_mtim.tv_nsec == followed_change.tv_nsec))
		return;
	FILE *f = fopen(path, "re");
	if (f == NULL)
		return;
	bool got = fgets(text, sizeof text, f) != NULL;
	fclose(f);
	text[strcspn(text, "\r\n")] = '\0';
	if (!got || hb_rfc3339_parse(text, &instant, NULL) != HB_OK)
		return;
	followed_change = st.st_mtim;
	business_shift = instant - (hb_time)st.st_mtim.tv_sec;
}

void
hb_business_follow(const char *path)
{
	char *kept = strdup(path);
	if (kept == NULL)
		abort();
	pthread_mutex_lock(&follow_lock);
	free(followed);
	followed = kept;
	followed_change = (struct timespec){ 0 };
	pthread_mutex_unlock(&follow_lock);
}

hb_time
hb_business_now(void)
{
	if (followed != NULL) {
		pthread_mutex_lock(&follow_lock);
		read_followed(followed);
		pthread_mutex_unlock(&follow_lock);
	}
	return hb_now() + business_shift;
}

void
hb_business_set(hb_time instant)
{
	business_shift = instant - hb_now();
}

void
hb_rfc3339(hb_time t, char out[HB_RFC3339_LEN])
{
	struct tm g;
	time_t tt = (time_t)t;
	gmtime_r(&tt, &g);
	if (strftime(out, HB_RFC3339_LEN, "%Y-%m-%dT%H:%M:%SZ", &g) == 0)
		memcpy(out, "1970-01-01T00:00:00Z", HB_RFC3339_LEN);
}

static int
days_in_month(int y, int m)
{
	static const int d[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0) ? 29 : d[m - 1];
}

/* n digits at s, or -1. */
static int
digits(const char *s, int n)
{
	int v = 0;
	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

static bool
civil(const char *s, int *y, int *m, int *d)
{
	if (strnlen(s, 10) < 10 || s[4] != '-' || s[7] != '-')
		return false;
	*y = digits(s, 4);
	*m = digits(s + 5, 2);
	*d = digits(s + 8, 2);
	return *y >= 1 && *m >= 1 && *m <= 12 && *d >= 1 && *d <= days_in_month(*y, *m);
}

bool
hb_date_valid(const char *date)
{
	int y, m, d;
	return civil(date, &y, &m, &d) && date[10] == '\0';
}

/* Days since 1970-01-01 (Hinnant's civil algorithm). */
static int64_t
epoch_days(int y, int m, int d)
{
	y -= m <= 2;
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return (int64_t)era * 146097 + doe - 719468;
}

/* Z, or +hh:mm / -hh:mm, ending the text; true and the offset in seconds. */
static bool
zone(const char *p, int *ret_offset)
{
	*ret_offset = 0;
	if ((p[0] == 'Z' || p[0] == 'z') && p[1] == '\0')
		return true;
	if ((p[0] != '+' && p[0] != '-') || strlen(p) != 6 || p[3] != ':')
		return false;
	int oh = digits(p + 1, 2), om = digits(p + 4, 2);
	if (oh < 0 || oh > 23 || om < 0 || om > 59)
		return false;
	*ret_offset = (oh * 60 + om) * (p[0] == '-' ? -60 : 60);
	return true;
}

enum hb_code
hb_rfc3339_parse(const char *s, hb_time *ret_t, struct hb_err *err)
{
	int y, mo, d, off = 0, h = -1, mi = -1, sec = -1;
	bool ok = strnlen(s, 20) >= 20 && civil(s, &y, &mo, &d) && (s[10] == 'T' || s[10] == 't')
	    && s[13] == ':' && s[16] == ':';
	if (ok) {
		h = digits(s + 11, 2);
		mi = digits(s + 14, 2);
		sec = digits(s + 17, 2);
		const char *p = s + 19;
		if (*p == '.')
			for (p++; *p >= '0' && *p <= '9';)
				p++;
		ok = h >= 0 && h < 24 && mi >= 0 && mi < 60 && sec >= 0 && sec < 61 && zone(p, &off);
	}
	if (!ok)
		return hb_fail(err, HB_E_INPUT, "thoiGian.saiDang",
		    "thời điểm \"%.40s\" không đúng dạng 2026-06-20T03:04:05Z", s);
	*ret_t = epoch_days(y, mo, d) * 86400 + h * 3600 + mi * 60 + sec - off;
	return HB_OK;
}

void
hb_vn_date(hb_time t, char out[HB_DATE_LEN])
{
	char full[HB_RFC3339_LEN];
	hb_rfc3339(t + VN_OFFSET, full);
	memcpy(out, full, HB_DATE_LEN - 1);
	out[HB_DATE_LEN - 1] = '\0';
}

enum hb_code
hb_vn_midnight(const char *date, hb_time *ret_t, struct hb_err *err)
{
	int y, m, d;
	if (!civil(date, &y, &m, &d) || date[10] != '\0')
		return hb_fail(err, HB_E_INPUT, "ngay.saiDang", "ngày \"%.40s\" không đúng dạng 2026-06-20", date);
	*ret_t = epoch_days(y, m, d) * 86400 - VN_OFFSET;
	return HB_OK;
}

void
hb_date_vi(const char *date, char out[HB_DATE_LEN])
{
	if (strlen(date) != 10)
		snprintf(out, HB_DATE_LEN, "%.10s", date);
	else
		snprintf(out, HB_DATE_LEN, "%.2s/%.2s/%.4s", date + 8, date + 5, date);
}
