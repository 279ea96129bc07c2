/* base/log.h - one JSON line per event on stderr, for the operator.
 *
 * Never personal data, marks, names, ids of persons or passwords: only keys, request ids, counts, times
 * (architecture §11).  Library code returns errors and does not log; servers and commands log once, at the top.
 * Thread rule: any thread; one write(2) a line. */
#ifndef BASE_LOG_H
#define BASE_LOG_H
#include "base/err.h"

enum hb_log_level { HB_LOG_ERROR, HB_LOG_WARN, HB_LOG_INFO, HB_LOG_DEBUG };
void hb_log_setup(const char *system, enum hb_log_level up_to);      /* system: static string */
/* event: "http.request"; fields: printf of JSON members without braces, e.g. "\"ms\":%d", or "". */
void hb_log(enum hb_log_level level, const char *event, const char *fields, ...)
    __attribute__((format(printf, 3, 4)));
void hb_log_err(const char *event, const char *request_id, const struct hb_err *err);
#endif
