#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

static const char *system_name = "hocba";
static enum hb_log_level threshold = HB_LOG_INFO;

void
hb_log_setup(const char *system, enum hb_log_level up_to)
{
	system_name = system;
	threshold = up_to;
}

void
hb_log(enum hb_log_level level, const char *event, const char *fields, ...)
{
	static const char *name[] = { "error", "warn", "info", "debug" };
	if (level > threshold)
		return;
	char when[HB_RFC3339_LEN], line[2048], rest[1536];
	hb_rfc3339(hb_now(), when);
	va_list ap;
	va_start(ap, fields);
	vsnprintf(rest, sizeof rest, fields, ap);
	va_end(ap);
	int n = snprintf(line, sizeof line, "{\"time\":\"%s\",\"level\":\"%s\",\"system\":\"%s\",\"event\":\"%s\"%s%s}\n",
	    when, name[level], system_name, event, rest[0] != '\0' ? "," : "", rest);
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1) < 0)
		return;                  /* nobody left to tell */
}

/* JSON string body: the log text is ours, but file names and engine messages pass through it. */
static void
escaped(const char *s, char *out, size_t size)
{
	size_t w = 0;
	for (; *s != '\0' && w + 7 < size; s++) {
		if (*s == '"' || *s == '\\')
			out[w++] = '\\';
		if ((unsigned char)*s < 0x20)
			w += (size_t)snprintf(out + w, size - w, "\\u%04x", *s);
		else
			out[w++] = *s;
	}
	out[w] = '\0';
}

void
hb_log_err(const char *event, const char *request_id, const struct hb_err *err)
{
	char log[700];
	escaped(err->log, log, sizeof log);
	hb_log(err->code == HB_E_INTERNAL ? HB_LOG_ERROR : HB_LOG_INFO, event,
	    "\"request\":\"%s\",\"key\":\"%s\",\"at\":\"%s:%d\",\"log\":\"%s\"", request_id,
	    err->key == NULL ? "" : err->key, err->file == NULL ? "" : err->file, err->line, log);
}
