/* The head of a request: allowed headers, the session cookie, and the check against forged cross-site writes. */
#include "http/api_int.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char *const header_names[HEADER__MAX] = {
	[HEADER_ACCEPT] = "Accept", [HEADER_CONTENT_TYPE] = "Content-Type", [HEADER_COOKIE] = "Cookie",
	[HEADER_HOST] = "Host", [HEADER_IDEMPOTENCY_KEY] = "Idempotency-Key", [HEADER_IF_MATCH] = "If-Match",
	[HEADER_ORIGIN] = "Origin", [HEADER_X_HOCBA] = "X-Hocba", [HEADER_X_REAL_IP] = "X-Real-IP",
	[HEADER_X_REQUEST_ID] = "X-Request-Id",
};

bool
method_writes(const char *method)
{
	return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0;
}

const char *
api_header(const struct api_req *r, const char *name)
{
	for (int h = 0; h < HEADER__MAX; h++)
		if (strcasecmp(name, header_names[h]) == 0)
			return r->p->header[h];
	return NULL;
}

static enum hb_code
keep_header(struct api_req *r, const struct api_header *in, struct hb_err *err)
{
	for (int h = 0; h < HEADER__MAX; h++) {
		if (strcasecmp(in->name, header_names[h]) != 0)
			continue;
		if (r->p->header[h] != NULL)
			return hb_fail(err, HB_E_INPUT, "http.saiDauMuc", "đầu mục %s có hai lần", header_names[h]);
		if (strnlen(in->value, HEADER_VALUE_MAX) == HEADER_VALUE_MAX || !hb_utf8_valid(HB_STR(in->value)))
			return hb_fail(err, HB_E_INPUT, "http.saiDauMuc", "đầu mục %s không đúng dạng", header_names[h]);
		r->p->header[h] = hb_strdup(r->a, in->value);
		return r->p->header[h] != NULL ? HB_OK : hb_full(err);
	}
	return HB_OK;
}

static bool
request_id_ok(const char *s)
{
	size_t n = s == NULL ? 0 : strlen(s);
	return n >= 8 && n <= 64 && strspn(s, "0123456789abcdefABCDEF-") == n;
}

enum hb_code
head_parse(struct api_req *r, const struct api_wire *head, struct hb_err *err)
{
	for (unsigned i = 0; i < head->n_headers; i++) {
		enum hb_code c = keep_header(r, &head->headers[i], err);
		if (c != HB_OK)
			return c;
	}
	/* The front door overwrites both forwarded headers, so they may be believed. */
	if (request_id_ok(r->p->header[HEADER_X_REQUEST_ID]))
		r->request_id = r->p->header[HEADER_X_REQUEST_ID];
	if (r->p->header[HEADER_X_REAL_IP] != NULL)
		r->peer = r->p->header[HEADER_X_REAL_IP];
	return HB_OK;
}

/* The session token, or NULL.  Two cookies of the name are refused: one of them was planted. */
enum hb_code
head_cookie(struct api_req *r, const char **ret_token, struct hb_err *err)
{
	static const char name[] = API_COOKIE "=";
	const char *p = r->p->header[HEADER_COOKIE], *token = NULL;
	while (p != NULL && *p != '\0') {
		p += strspn(p, " ;");
		size_t n = strcspn(p, ";");
		if (strncmp(p, name, sizeof name - 1) == 0) {
			if (token != NULL)
				return hb_fail(err, HB_E_INPUT, "http.saiDauMuc", "cookie phiên có hai lần");
			token = hb_strndup(r->a, p + sizeof name - 1, n - (sizeof name - 1));
			if (token == NULL)
				return hb_full(err);
		}
		p += n;
	}
	r->p->has_cookie = token != NULL;
	*ret_token = token;
	return HB_OK;
}

/* A page of another site can send our cookie but neither our Origin nor, without our consent, our own header. */
enum hb_code
head_origin(struct api_req *r, struct hb_err *err)
{
	const char *origin = r->p->header[HEADER_ORIGIN];
	if (!method_writes(r->p->method) || (r->route->roles & ROLE_BIT(ROLE_SYSTEM)) != 0)
		return HB_OK;
	bool ours = origin != NULL && r->host->origin != NULL && strcmp(origin, r->host->origin) == 0;
	if (origin != NULL && !ours)
		return hb_fail(err, HB_E_DENIED, "http.saiNguon", "yêu cầu ghi đến từ trang khác");
	if (r->p->has_cookie && (!ours || r->p->header[HEADER_X_HOCBA] == NULL))
		return hb_fail(err, HB_E_DENIED, "http.saiNguon", "yêu cầu ghi thiếu Origin hoặc X-Hocba của trang này");
	return HB_OK;
}
