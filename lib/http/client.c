#include "http/client.h"

#include <ctype.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "json/read.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
global_init(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* What is under way of one call; freed with it. */
struct transfer {
	CURL              *curl;
	struct curl_slist *headers;
	struct hb_buf      body;
	struct hb_arena   *a;
	struct api_reply   reply;
};

static void
transfer_fini(struct transfer *t)
{
	curl_slist_free_all(t->headers);
	if (t->curl != NULL)
		curl_easy_cleanup(t->curl);
	hb_buf_fini(&t->body);
}
#define SCOPED_TRANSFER __attribute__((cleanup(transfer_fini))) struct transfer

static size_t
on_body(char *p, size_t size, size_t n, void *cls)
{
	struct transfer *t = cls;
	hb_put(&t->body, p, size * n);
	return hb_buf_ok(&t->body) ? size * n : 0;
}

static const char *
kept_name(const char *line, size_t n)
{
	static const char *const names[] = { "Content-Disposition", "Content-Type", "Location", "Retry-After", "Set-Cookie",
		"X-Request-Id" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strlen(names[i]) == n && strncasecmp(line, names[i], n) == 0)
			return names[i];
	return NULL;
}

static size_t
on_header(char *line, size_t size, size_t count, void *cls)
{
	struct transfer *t = cls;
	size_t n = size * count;
	const char *colon = memchr(line, ':', n);
	const char *name = colon != NULL ? kept_name(line, (size_t)(colon - line)) : NULL;
	if (name == NULL || t->reply.n_headers == sizeof t->reply.headers / sizeof t->reply.headers[0])
		return n;
	const char *from = colon + 1, *end = line + n;
	while (from < end && isspace((unsigned char)*from))
		from++;
	while (end > from && isspace((unsigned char)end[-1]))
		end--;
	char *value = hb_strndup(t->a, from, (size_t)(end - from));
	if (value == NULL)
		return 0;
	t->reply.headers[t->reply.n_headers++] = (struct api_header){ name, value };
	return n;
}

static bool
add_header(struct transfer *t, const char *name, const char *value)
{
	char *line = hb_printf(t->a, "%s: %s", name, value);
	struct curl_slist *more = line != NULL && strpbrk(line, "\r\n") == NULL ? curl_slist_append(t->headers, line) : NULL;
	if (more != NULL)
		t->headers = more;
	return more != NULL;
}

static bool
add_headers(struct transfer *t, const struct http_request *q)
{
	bool ok = add_header(t, "Expect", "");
	if (q->body.p != NULL)
		ok = ok && add_header(t, "Content-Type", q->content_type != NULL ? q->content_type : "application/json");
	if (q->session != NULL) {
		const char *cookie = hb_printf(t->a, API_COOKIE "=%s", q->session);
		ok = ok && cookie != NULL && add_header(t, "Cookie", cookie) && add_header(t, "X-Hocba", "1");
		if (q->origin != NULL)
			ok = ok && add_header(t, "Origin", q->origin);
	}
	if (q->idempotency_key != NULL)
		ok = ok && add_header(t, "Idempotency-Key", q->idempotency_key);
	for (unsigned i = 0; i < q->n_headers; i++)
		ok = ok && add_header(t, q->headers[i].name, q->headers[i].value);
	return ok;
}

static bool
set_up(struct transfer *t, const struct http_request *q)
{
	bool is_socket = q->to[0] == '/';
	char *url = hb_printf(t->a, "%s%s", is_socket ? "http://hocba" : q->to, q->path);
	if (url == NULL || !add_headers(t, q))
		return false;
	CURL *c = t->curl;
	if (is_socket)
		curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, q->to);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers);
	if (q->body.p != NULL) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)q->body.p);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
	}
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(q->timeout_ms > 0 ? q->timeout_ms : HTTP_TIMEOUT_MS));
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	return true;
}

enum hb_code
http_call(const struct http_request *q, struct hb_arena *a, struct api_reply *ret_reply, struct hb_err *err)
{
	pthread_once(&once, global_init);
	SCOPED_TRANSFER t = { .a = a, .curl = curl_easy_init() };
	hb_buf_init(&t.body, q->max_reply > 0 ? q->max_reply : HTTP_REPLY_MAX);
	if (t.curl == NULL || !set_up(&t, q))
		return hb_full(err);
	CURLcode rc = curl_easy_perform(t.curl);
	if (rc != CURLE_OK)
		return hb_fail(err, HB_E_UPSTREAM, "http.khongTraLoi", "%.120s không trả lời: %s", q->to,
		    !hb_buf_ok(&t.body) ? "câu trả lời quá lớn" : curl_easy_strerror(rc));
	long status = 0;
	curl_easy_getinfo(t.curl, CURLINFO_RESPONSE_CODE, &status);
	char *body = hb_buf_take(&t.body, a);
	if (body == NULL)
		return hb_full(err);
	t.reply.status = (int)status;
	t.reply.body = HB_BYTES(body, t.body.len);
	t.reply.content_type = http_reply_header(&t.reply, "Content-Type");
	*ret_reply = t.reply;
	return HB_OK;
}

static enum hb_code
code_of(int status)
{
	for (int c = HB_E_INPUT; c < HB_CODE__MAX; c++)
		if (hb_http_status((enum hb_code)c) == status)
			return (enum hb_code)c;
	return status >= 500 ? HB_E_UPSTREAM : HB_E_INPUT;
}

enum hb_code
http_expect(const struct api_reply *reply, struct hb_err *err)
{
	if (reply->status >= 200 && reply->status < 300)
		return HB_OK;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	json_t *problem = NULL;
	json_read(reply->body, HB_ARENA_DEFAULT, &a, &problem, NULL);
	const char *detail = json_opt_str(problem, "detail"), *hint = json_opt_str(problem, "hint");
	const char *key = json_opt_str(problem, "key");
	enum hb_code c = hb_fail(err, code_of(reply->status), "http.tuChoi", "%s (%s, mã %d)",
	    detail != NULL ? detail : "bên kia từ chối", key != NULL ? key : "không có khoá", reply->status);
	if (hint != NULL)
		hb_hint(err, "%s", hint);
	return c;
}

const char *
http_reply_header(const struct api_reply *reply, const char *name)
{
	for (unsigned i = 0; i < reply->n_headers; i++)
		if (strcasecmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	/* A loopback reply has it in its own member only. */
	return strcasecmp(name, "Content-Type") == 0 ? reply->content_type : NULL;
}

const char *
http_reply_cookie(const struct api_reply *reply, struct hb_arena *a)
{
	static const char name[] = API_COOKIE "=";
	const char *set = http_reply_header(reply, "Set-Cookie");
	if (set == NULL || strncmp(set, name, sizeof name - 1) != 0)
		return NULL;
	set += sizeof name - 1;
	return hb_strndup(a, set, strcspn(set, ";"));
}

char *
http_escape(struct hb_arena *a, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	char *out = hb_alloc_n(a, strlen(s) + 1, 3), *w = out;
	if (out == NULL)
		return NULL;
	for (; *s != '\0'; s++) {
		uint8_t c = (uint8_t)*s;
		if (isalnum(c) || strchr("-._~", c) != NULL) {
			*w++ = (char)c;
		} else {
			*w++ = '%';
			*w++ = hex[c >> 4];
			*w++ = hex[c & 15];
		}
	}
	*w = '\0';
	return out;
}
