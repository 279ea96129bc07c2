/* http/client.h - one HTTP call to another system (Unix socket) or to a service (URL).
 *
 * No redirects, no proxies, no compression; time and reply size are limited.  A reply of any status is HB_OK here:
 * only a call without a reply fails, with HB_E_UPSTREAM "http.khongTraLoi".  http_expect() turns a reply outside 2xx
 * into the failure its problem document tells.  Reply bytes live in the arena.
 * Thread rule: any thread; calls share nothing. */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H
#include "http/api.h"

#define HTTP_TIMEOUT_MS 15000
#define HTTP_REPLY_MAX  ((size_t)64 << 20)

struct http_request {
	const char *to;                     /* "/run/…/school.sock", or "http://host:port" */
	const char *method, *path;          /* path with query, encoded */
	const char *content_type;           /* of body; NULL: application/json */
	struct hb_bytes body;
	const struct api_header *headers;   /* further headers */
	unsigned    n_headers;
	const char *session;                /* token: sent as the cookie, with Origin and X-Hocba; or NULL */
	const char *origin;                 /* with session */
	const char *idempotency_key;        /* or NULL */
	int         timeout_ms;             /* 0: HTTP_TIMEOUT_MS */
	size_t      max_reply;              /* 0: HTTP_REPLY_MAX */
};
enum hb_code http_call(const struct http_request *q, struct hb_arena *a, struct api_reply *ret_reply, struct hb_err *err);
/* HB_OK for 2xx. */
enum hb_code http_expect(const struct api_reply *reply, struct hb_err *err);
/* Value of a reply header, or NULL; of the cookie a reply sets, or NULL ("" when it clears it). */
const char *http_reply_header(const struct api_reply *reply, const char *name);
const char *http_reply_cookie(const struct api_reply *reply, struct hb_arena *a);
/* s percent-encoded for a path segment or query value. */
char *http_escape(struct hb_arena *a, const char *s);
#endif
