/* base/clock.h - what time it is, and how times are written.
 *
 * Two clocks (architecture §11): hb_now() is real time, used by cryptography and sessions; hb_business_now()
 * decides deadlines, locks and duties, and tests or the demo may set it.  Times are Unix seconds in UTC;
 * dates are civil dates in Vietnam (+07:00, no summer time) written YYYY-MM-DD.  Pure apart from the clocks. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
#include "base/err.h"

typedef int64_t hb_time;                   /* seconds since 1970-01-01T00:00:00Z */
#define HB_RFC3339_LEN 21                  /* "2026-06-20T03:04:05Z" and NUL */
#define HB_DATE_LEN 11                     /* "2026-06-20" and NUL */

hb_time hb_now(void);
int64_t hb_now_ms(void);                   /* real time in milliseconds */
int64_t hb_mono_us(void);                  /* monotonic, for measuring only */
hb_time hb_business_now(void);             /* hb_now() unless set, then running on from the set instant */
void    hb_business_set(hb_time instant);  /* process-wide; for the demo and tests */
/* Demo only: from now on the business clock is the RFC 3339 instant in this file, running on since the file was
 * written; read again whenever the file changes, so that all systems of a demo share it.  path is copied. */
void    hb_business_follow(const char *path);

void hb_rfc3339(hb_time t, char out[HB_RFC3339_LEN]);
/* RFC 3339 with Z or an offset; whole seconds (a fraction is accepted and dropped). */
enum hb_code hb_rfc3339_parse(const char *s, hb_time *ret_t, struct hb_err *err);
void hb_vn_date(hb_time t, char out[HB_DATE_LEN]);
/* First instant of a Vietnamese date: an exclusive deadline "trước ngày 30/6" is hb_vn_midnight("2026-06-30"). */
enum hb_code hb_vn_midnight(const char *date, hb_time *ret_t, struct hb_err *err);
bool hb_date_valid(const char *date);      /* YYYY-MM-DD that exists in the calendar */
/* dd/mm/yyyy for people. */
void hb_date_vi(const char *date, char out[HB_DATE_LEN]);
#endif
