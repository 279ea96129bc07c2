/* The usual transport: POST over HTTP, to a Unix socket or to a URL. */
#include <string.h>

#include "exchange/private.h"
#include "http/client.h"

#define PATH "/exchange/v1/messages"

enum hb_code
exchange_http(void *ctx, const char *address, struct hb_bytes body, struct hb_arena *a, int *ret_status,
    struct hb_bytes *ret_reply, struct hb_err *err)
{
	(void)ctx;
	struct api_reply reply;
	const struct http_request q = {
		.to = strncmp(address, "unix:", 5) == 0 ? address + 5 : address,
		.method = "POST", .path = PATH, .body = body, .max_reply = EXCHANGE_WIRE_MAX,
	};
	enum hb_code rc = http_call(&q, a, &reply, err);
	if (rc == HB_OK) {
		*ret_status = reply.status;
		*ret_reply = reply.body;
	}
	return rc;
}
