/* What handlers call: parameters in, reply out. */
#include "http/api_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"

static const char *
find(const struct named *list, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return list[i].value;
	return NULL;
}

const char *
api_param(const struct api_req *r, const char *name)
{
	return find(r->p->path, r->p->n_path, name);
}

const char *
api_query(const struct api_req *r, const char *name)
{
	return find(r->p->query, r->p->n_query, name);
}

struct jw
api_json(struct api_req *r)
{
	hb_buf_reset(r->out);
	r->content_type = "application/json";
	return jw_start(r->out);
}

enum hb_code
api_json_end(struct api_req *r, const struct jw *w, struct hb_err *err)
{
	if (jw_done(w))
		return HB_OK;
	return hb_bug(err, "%s: reply unbalanced or too big", r->route->operation);
}

void
api_reply_header(struct api_req *r, const char *name, const char *value)
{
	struct api_req_private *p = r->p;
	if (p->n_reply_headers < sizeof p->reply_headers / sizeof p->reply_headers[0])
		p->reply_headers[p->n_reply_headers++] = (struct api_header){ name, value };
}

void
api_session_cookie(struct api_req *r, const char *token)
{
	const char *attributes = "; Path=/; Secure; HttpOnly; SameSite=Strict";
	const char *value = token != NULL ? hb_printf(r->a, API_COOKIE "=%s%s", token, attributes)
	    : hb_printf(r->a, API_COOKIE "=; Max-Age=0%s", attributes);
	if (value != NULL)
		api_reply_header(r, "Set-Cookie", value);
}

static void
add_error(struct api_req *r, struct field_error e)
{
	struct api_req_private *p = r->p;
	if (p->n_errors < API_FIELD_ERRORS_MAX)
		p->errors[p->n_errors++] = e;
}

void
api_field_error(struct api_req *r, const char *pointer, const char *key, const char *text)
{
	add_error(r, (struct field_error){ .pointer = pointer, .key = key, .text = text });
}

void
api_field_conflict(struct api_req *r, const char *pointer, const char *yours, const char *stored)
{
	add_error(r, (struct field_error){ .pointer = pointer, .key = "duLieu.cu", .yours = yours, .stored = stored,
	    .text = hb_message("duLieu.cu") });
}

/* A cursor is the last sort key, base64url so that it travels whole; it grants nothing, so it is not sealed. */
enum hb_code
api_page(const struct api_req *r, int limit_default, int limit_max, struct api_page *ret_page, struct hb_err *err)
{
	struct api_page page = { .limit = limit_default, .after = "" };
	const char *limit = api_query(r, "limit"), *after = api_query(r, "after");
	if (limit != NULL) {
		long n = strtol(limit, NULL, 10);
		page.limit = n < 1 ? 1 : n > limit_max ? limit_max : (int)n;
	}
	if (after != NULL) {
		struct hb_bytes key;
		if (hb_unbase64url(after, r->a, &key, NULL) != HB_OK || memchr(key.p, '\0', key.n) != NULL)
			return hb_fail(err, HB_E_INPUT, "http.saiTrang", "dấu trang \"after\" không đúng");
		page.after = hb_strndup(r->a, (const char *)key.p, key.n);
		if (page.after == NULL)
			return hb_full(err);
	}
	*ret_page = page;
	return HB_OK;
}

void
api_page_next(struct api_req *r, struct jw *w, const char *last_key)
{
	char *cursor = last_key != NULL ? hb_base64url(r->a, HB_STR(last_key)) : NULL;
	if (last_key != NULL && cursor == NULL)
		w->out->failed = true;
	jw_str(w, "next", cursor);
}
