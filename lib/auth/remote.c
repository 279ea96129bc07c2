/* Sessions of another system's accounts, asked over its socket and kept for a moment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/hooks.h"
#include "http/client.h"
#include "json/read.h"

enum { REMOTE_SLOTS = 512, REMOTE_TIMEOUT_MS = 5000, REMOTE_REPLY_MAX = 64 << 10, REMOTE_JSON_MAX = 2000 };

/* Kept as text, so that a copy needs no bookkeeping of members. */
struct kept { struct hb_sha256 token; hb_time until; char json[REMOTE_JSON_MAX]; };

struct auth_remote {
	pthread_mutex_t lock;
	char            to[300], path[200];
	struct kept     slots[REMOTE_SLOTS];
};

struct auth_remote *
auth_remote_new(const char *socket_or_url, const char *path)
{
	struct auth_remote *remote = calloc(1, sizeof *remote);
	if (remote == NULL)
		return NULL;
	pthread_mutex_init(&remote->lock, NULL);
	snprintf(remote->to, sizeof remote->to, "%s", socket_or_url);
	snprintf(remote->path, sizeof remote->path, "%s", path);
	return remote;
}

void
auth_remote_free(struct auth_remote *remote)
{
	if (remote == NULL)
		return;
	pthread_mutex_destroy(&remote->lock);
	free(remote);
}

static struct kept *
place(struct auth_remote *remote, const struct hb_sha256 *token)
{
	return &remote->slots[(token->b[0] | token->b[1] << 8) % REMOTE_SLOTS];
}

static char *
recall(struct auth_remote *remote, const struct hb_sha256 *token, struct hb_arena *a)
{
	char *json = NULL;
	pthread_mutex_lock(&remote->lock);
	const struct kept *k = place(remote, token);
	if (k->until > hb_now() && hb_sha256_eq(&k->token, token))
		json = hb_strdup(a, k->json);
	pthread_mutex_unlock(&remote->lock);
	return json;
}

static void
remember(struct auth_remote *remote, const struct hb_sha256 *token, struct hb_bytes json)
{
	if (json.n >= REMOTE_JSON_MAX)
		return;
	pthread_mutex_lock(&remote->lock);
	struct kept *k = place(remote, token);
	k->token = *token;
	k->until = hb_now() + REMOTE_KEEP_S;
	memcpy(k->json, json.p, json.n);
	k->json[json.n] = '\0';
	pthread_mutex_unlock(&remote->lock);
}

static enum hb_code
fetch(struct auth_remote *remote, const char *token, struct hb_arena *a, struct hb_bytes *ret_json, struct hb_err *err)
{
	struct http_request q = { .to = remote->to, .method = "GET", .path = remote->path, .session = token,
		.timeout_ms = REMOTE_TIMEOUT_MS, .max_reply = REMOTE_REPLY_MAX };
	struct api_reply reply;
	enum hb_code c = http_call(&q, a, &reply, err);
	if (c != HB_OK)
		return c;
	if (reply.status == 401 || reply.status == 403)
		return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "%s", hb_message("phien.chuaDangNhap"));
	if (reply.status != 200)
		return hb_fail(err, HB_E_UPSTREAM, "http.khongTraLoi", "hệ thống tài khoản trả lời mã %d", reply.status);
	*ret_json = reply.body;
	return HB_OK;
}

enum hb_code
auth_remote_session(struct auth_remote *remote, const char *token, struct hb_arena *a, const struct auth_person **ret_who,
    struct hb_err *err)
{
	/* The token goes into a header of ours: what is not of its shape goes nowhere. */
	if (strlen(token) >= AUTH_TOKEN_LEN
	    || strspn(token, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.") != strlen(token))
		return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "%s", hb_message("phien.chuaDangNhap"));
	struct hb_sha256 hash = hb_sha256(HB_STR(token));
	char *kept = recall(remote, &hash, a);
	struct hb_bytes json = kept != NULL ? HB_STR(kept) : HB_BYTES("", 0);
	enum hb_code c = kept != NULL ? HB_OK : fetch(remote, token, a, &json, err);
	json_t *v = NULL;
	struct auth_person *who = HB_NEW(a, struct auth_person);
	if (c == HB_OK && who == NULL)
		c = hb_full(err);
	if (c == HB_OK)
		c = json_read(json, REMOTE_REPLY_MAX, a, &v, err);
	if (c == HB_OK)
		c = auth_person_read(v, a, who, err);
	if (c != HB_OK)
		return c;
	if (who->expires <= hb_now())
		return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "%s", hb_message("phien.chuaDangNhap"));
	if (kept == NULL)
		remember(remote, &hash, json);
	char *session = hb_hex(a, HB_BYTES(hash.b, sizeof hash.b));
	if (session == NULL)
		return hb_full(err);
	who->session = session;
	*ret_who = who;
	return HB_OK;
}
