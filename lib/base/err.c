#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "messages.gen.h"

static bool
first(struct hb_err *e, enum hb_code code, const char *key, const char *file, int line)
{
	if (e == NULL || e->code != HB_OK)
		return false;
	e->code = code;
	e->key = key;
	e->file = file;
	e->line = line;
	return true;
}

enum hb_code
hb_fail_(struct hb_err *e, const char *file, int line, enum hb_code code, const char *key,
    const char *fmt, ...)
{
	if (first(e, code, key, file, line)) {
		va_list ap;
		va_start(ap, fmt);
		vsnprintf(e->msg, sizeof e->msg, fmt, ap);
		va_end(ap);
	}
	return code;
}

enum hb_code
hb_bug_(struct hb_err *e, const char *file, int line, const char *fmt, ...)
{
	if (first(e, HB_E_INTERNAL, "heThong.loi", file, line)) {
		va_list ap;
		va_start(ap, fmt);
		vsnprintf(e->log, sizeof e->log, fmt, ap);
		va_end(ap);
		snprintf(e->msg, sizeof e->msg, "%s", hb_message("heThong.loi"));
	}
	return HB_E_INTERNAL;
}

enum hb_code
hb_hint(struct hb_err *e, const char *fmt, ...)
{
	if (e == NULL)
		return HB_E_INTERNAL;        /* `return hb_hint(...)` after hb_fail() must not turn into success */
	if (e->code == HB_OK)
		return HB_OK;
	if (e->hint[0] == '\0') {
		va_list ap;
		va_start(ap, fmt);
		vsnprintf(e->hint, sizeof e->hint, fmt, ap);
		va_end(ap);
	}
	return e->code;
}

enum hb_code
hb_clause(struct hb_err *e, const char *clause)
{
	if (e == NULL)
		return HB_E_INTERNAL;        /* `return hb_hint(...)` after hb_fail() must not turn into success */
	if (e->code == HB_OK)
		return HB_OK;
	if (e->clause == NULL)
		e->clause = clause;
	return e->code;
}

int
hb_http_status(enum hb_code c)
{
	static const int status[HB_CODE__MAX] = {
		[HB_OK] = 200, [HB_E_INPUT] = 400, [HB_E_AUTH] = 401, [HB_E_RULE] = 422,
		[HB_E_DENIED] = 403, [HB_E_NOTFOUND] = 404, [HB_E_CONFLICT] = 409,
		[HB_E_TOOBIG] = 413, [HB_E_LIMIT] = 429, [HB_E_UPSTREAM] = 502, [HB_E_INTERNAL] = 500,
	};
	return (unsigned)c < HB_CODE__MAX ? status[c] : 500;
}

/* Place of a key in the sorted catalogue, or -1. */
static int
place(const char *key)
{
	int lo = 0, hi = (int)(sizeof messages / sizeof messages[0]) - 1;
	while (lo <= hi) {
		int mid = (lo + hi) / 2, c = strcmp(key, messages[mid].key);
		if (c == 0)
			return mid;
		if (c < 0)
			hi = mid - 1;
		else
			lo = mid + 1;
	}
	return -1;
}

const char *
hb_message(const char *key)
{
	int at = place(key);
	return at < 0 ? NULL : messages[at].text;
}

const char *
hb_message_key(const char *key)
{
	int at = place(key);
	return at < 0 ? NULL : messages[at].key;
}
