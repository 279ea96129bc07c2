/* One request as someone: the same routes, sessions and phases as the pages use. */
#include "play.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

enum { CALL_TIMEOUT_MS = 600000, CALL_PATH_MAX = 600 };
#define CALL_ORIGIN "http://127.0.0.1:8080"

const char *
play_str(const json_t *o, const char *member)
{
	const char *s = json_string_value(json_object_get(o, member));
	return s == NULL ? "" : s;
}

/* Who refused what: the reply's own words, with the route. */
static enum hb_code
refused(const struct play_call *c, const struct api_reply *reply, struct hb_err *err)
{
	struct hb_err own = HB_ERR_INIT;
	enum hb_code code = http_expect(reply, &own);
	if (code == HB_OK)
		return HB_OK;
	return hb_fail(err, code, "demo.biTuChoi", "%s %s %s: %d %.160s %.600s", play_system_names[c->system], c->method, c->path,
	    reply->status, own.msg, reply->body.n > 0 ? (const char *)reply->body.p : "");
}

enum hb_code
play_call(struct play *p, const struct play_call *c, json_t **ret_json, struct hb_bytes *ret_body, struct hb_err *err)
{
	HB_SCOPED_ARENA own;
	hb_arena_init(&own, PLAY_REPLY_MAX * 2);
	struct hb_arena *a = ret_body != NULL ? &p->a : &own;
	struct hb_id key = hb_id_new();
	char *text = c->json == NULL ? NULL : json_dumps(c->json, JSON_COMPACT);
	struct http_request q = { .to = p->sockets[c->system], .method = c->method, .path = c->path, .content_type = c->content_type,
		.body = text != NULL ? HB_STR(text) : c->body, .session = c->who == NULL ? NULL : c->who->token, .origin = CALL_ORIGIN,
		.idempotency_key = strcmp(c->method, "GET") == 0 ? NULL : key.s, .timeout_ms = CALL_TIMEOUT_MS, .max_reply = PLAY_REPLY_MAX };
	struct api_reply reply;
	enum hb_code code = http_call(&q, a, &reply, err);
	free(text);
	if (code == HB_OK)
		code = refused(c, &reply, err);
	if (code == HB_OK && ret_json != NULL)
		*ret_json = json_loadb((const char *)reply.body.p, reply.body.n, 0, NULL);
	if (code == HB_OK && ret_body != NULL)
		*ret_body = reply.body;
	if (c->json != NULL)
		json_decref(c->json);
	return code;
}

enum hb_code
play_get(struct play *p, enum play_system s, const struct play_account *who, json_t **ret, struct hb_err *err, const char *fmt, ...)
{
	char path[CALL_PATH_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(path, sizeof path, fmt, ap);
	va_end(ap);
	return play_call(p, &(struct play_call){ .system = s, .who = who, .method = "GET", .path = path }, ret, NULL, err);
}

enum hb_code
play_post(struct play *p, enum play_system s, const struct play_account *who, json_t *body, json_t **ret, struct hb_err *err,
    const char *fmt, ...)
{
	char path[CALL_PATH_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(path, sizeof path, fmt, ap);
	va_end(ap);
	/* "PUT /path" says another method. */
	bool put = strncmp(path, "PUT ", 4) == 0;
	return play_call(p, &(struct play_call){ .system = s, .who = who, .method = put ? "PUT" : "POST", .path = path + (put ? 4 : 0),
	    .json = body }, ret, NULL, err);
}

enum hb_code
play_upload(struct play *p, enum play_system s, const struct play_account *who, const char *file, json_t **ret, struct hb_err *err,
    const char *fmt, ...)
{
	char path[CALL_PATH_MAX];
	struct hb_bytes b;
	const char *ending = strrchr(file, '.');
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(path, sizeof path, fmt, ap);
	va_end(ap);
	enum hb_code c = hb_file_read(file, HB_FILE_MAX, &a, &b, err);
	if (c != HB_OK)
		return c;
	bool csv = ending != NULL && strcmp(ending, ".csv") == 0;
	return play_call(p, &(struct play_call){ .system = s, .who = who, .method = "POST", .path = path, .body = b,
	    .content_type = csv ? "text/csv" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" }, ret, NULL, err);
}
