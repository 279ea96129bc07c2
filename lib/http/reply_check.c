/* Replies against what was promised.  A difference is our bug, but the work is done: the reply goes out, and the
 * difference is told. */
#include <stdatomic.h>

#include "base/log.h"
#include "http/api_int.h"
#include "json/read.h"

static atomic_uint off_contract;

unsigned
api_replies_off_contract(void)
{
	return off_contract;
}

/* A signing packet of many megabytes is checked by its agent; reading it twice here would be half of its cost. */
#define REPLY_CHECK_MAX ((size_t)1 << 20)

static void
tell_difference(void *ctx, const char *pointer, const char *key, const char *text)
{
	const struct api_req *r = ctx;
	(void)text;
	hb_log(HB_LOG_ERROR, "http.offContract", "\"request\":\"%s\",\"operation\":\"%s\",\"pointer\":\"%.100s\",\"key\":\"%s\"",
	    r->request_id, r->route->operation, pointer, key);
}

void
reply_check(struct api_req *r)
{
	json_t *v = NULL;
	struct schema_sink sink = { .bad = tell_difference, .ctx = r };
	if (!r->host->check_replies || r->route->reply == NULL || r->p->replayed != NULL || r->out->len > REPLY_CHECK_MAX)
		return;
	if (json_read(hb_buf_bytes(r->out), API_REPLY_MAX, r->a, &v, NULL) != HB_OK)
		tell_difference(r, "", "json.saiDang", "");
	else if (schema_check(r->route->reply, v, r->a, &sink))
		return;
	atomic_fetch_add(&off_contract, 1);
}
