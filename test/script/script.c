#include "script.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/file.h"
#include "http/client.h"
#include "json/read.h"

enum { PEOPLE_MAX = 64, KEPT_MAX = 64, HEADERS_MAX = 8 };

struct pair { char *name, *value; };

struct run {
	struct hb_arena             a;
	const char                 *path;
	int                         line;
	const struct script_target *target;
	script_report              *report;
	struct pair                 people[PEOPLE_MAX], kept[KEPT_MAX];
	unsigned                    n_people, n_kept, who;
	struct api_header           headers[HEADERS_MAX];
	unsigned                    n_headers;
	unsigned                    sent;
	struct api_reply            reply;
};

static void
say(struct run *r, bool good, const char *what)
{
	r->report(good, r->path, r->line, what);
}

/* The first word of *p, moved past; NULL at the end. */
static char *
word(struct run *r, const char **p)
{
	*p += strspn(*p, " \t");
	size_t n = strcspn(*p, " \t");
	if (n == 0)
		return NULL;
	char *w = hb_strndup(&r->a, *p, n);
	*p += n;
	*p += strspn(*p, " \t");
	return w;
}

static char *
kept(struct run *r, const char *name, size_t n)
{
	for (unsigned i = r->n_kept; i-- > 0;)
		if (strlen(r->kept[i].name) == n && memcmp(r->kept[i].name, name, n) == 0)
			return r->kept[i].value;
	return NULL;
}

/* ${name} replaced by what was kept; an unknown name fails the script. */
static char *
expand(struct run *r, const char *s)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, HB_BUF_MAX);
	while (*s != '\0') {
		const char *end = s[0] == '$' && s[1] == '{' ? strchr(s, '}') : NULL;
		if (end == NULL) {
			hb_putc(&b, *s++);
			continue;
		}
		char *value = kept(r, s + 2, (size_t)(end - s - 2));
		if (value == NULL)
			say(r, false, "a name that was not kept");
		else
			hb_puts(&b, value);
		s = end + 1;
	}
	return hb_buf_take(&b, &r->a);
}

static void
become(struct run *r, const char *name)
{
	for (r->who = 0; r->who < r->n_people; r->who++)
		if (strcmp(r->people[r->who].name, name) == 0)
			return;
	if (r->n_people == PEOPLE_MAX) {
		say(r, false, "too many people");
		r->who = 0;
		return;
	}
	r->people[r->n_people++] = (struct pair){ hb_strdup(&r->a, name), NULL };
}

static bool
has_header(const struct run *r, const char *name)
{
	for (unsigned i = 0; i < r->n_headers; i++)
		if (strcmp(r->headers[i].name, name) == 0)
			return true;
	return false;
}

static void
add_header(struct run *r, const char *name, const char *value)
{
	if (r->n_headers < HEADERS_MAX && !has_header(r, name))
		r->headers[r->n_headers++] = (struct api_header){ name, value };
}

/* "< FILE TYPE" beside the script, or the text itself. */
static struct hb_bytes
body_of(struct run *r, const char *rest, const char **ret_type)
{
	*ret_type = "application/json";
	if (*rest != '<')
		return *rest != '\0' ? HB_STR(rest) : (struct hb_bytes){ NULL, 0 };
	rest++;
	char *name = word(r, &rest), *type = word(r, &rest);
	const char *slash = strrchr(r->path, '/');
	char *full = hb_printf(&r->a, "%.*s%s", slash != NULL ? (int)(slash + 1 - r->path) : 0, r->path, name);
	struct hb_bytes bytes = { NULL, 0 };
	if (hb_file_read(full, HB_FILE_MAX, &r->a, &bytes, NULL) != HB_OK)
		say(r, false, "the file of a body cannot be read");
	if (type != NULL)
		*ret_type = type;
	return bytes;
}

static void
default_headers(struct run *r, bool writes)
{
	const char *token = r->n_people > 0 ? r->people[r->who].value : NULL;
	if (token != NULL)
		add_header(r, "Cookie", hb_printf(&r->a, API_COOKIE "=%s", token));
	if (!writes)
		return;
	add_header(r, "Origin", r->target->origin);
	add_header(r, "X-Hocba", "1");
	add_header(r, "Idempotency-Key", hb_strdup(&r->a, hb_id_new().s));
}

static void
send_request(struct run *r, const char *method, const char *rest)
{
	const char *type;
	char *path = word(r, &rest);
	struct hb_bytes body = body_of(r, rest, &type);
	default_headers(r, strcmp(method, "GET") != 0);
	r->reply = (struct api_reply){ .status = 0 };
	struct hb_err err = HB_ERR_INIT;
	if (r->target->host != NULL) {
		if (body.p != NULL)
			add_header(r, "Content-Type", type);
		struct api_wire wire = { .method = method, .target = path, .headers = r->headers, .n_headers = r->n_headers,
			.body = body.p != NULL ? body : HB_BYTES("", 0) };
		api_loopback(r->target->host, &wire, &r->a, &r->reply);
	} else {
		struct http_request q = { .to = r->target->to, .method = method, .path = path, .content_type = type, .body = body,
			.headers = r->headers, .n_headers = r->n_headers };
		if (http_call(&q, &r->a, &r->reply, &err) != HB_OK)
			say(r, false, err.msg);
	}
	r->n_headers = 0;
	r->sent++;
	const char *cookie = http_reply_cookie(&r->reply, &r->a);
	if (cookie != NULL && r->n_people > 0)
		r->people[r->who].value = cookie[0] != '\0' ? hb_strdup(&r->a, cookie) : NULL;
}

/* Member names and array indexes joined by "/"; NULL when there is none. */
static const json_t *
at(const json_t *v, const char *path)
{
	while (*path != '\0' && v != NULL) {
		size_t n = strcspn(path, "/");
		char name[256];
		snprintf(name, sizeof name, "%.*s", (int)n, path);
		v = json_is_array(v) ? json_array_get(v, strtoul(name, NULL, 10)) : json_object_get(v, name);
		path += n + (path[n] == '/' ? 1 : 0);
	}
	return v;
}

static const json_t *
reply_at(struct run *r, const char *path)
{
	json_t *v = NULL;
	return json_read(r->reply.body, HB_BUF_MAX, &r->a, &v, NULL) == HB_OK ? at(v, path) : NULL;
}

/* A scalar as the script writes it. */
static char *
text_of(struct run *r, const json_t *v)
{
	if (json_is_string(v))
		return hb_strdup(&r->a, json_string_value(v));
	char *dumped = v != NULL ? json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	char *s = dumped != NULL ? hb_strdup(&r->a, dumped) : NULL;
	free(dumped);
	return s;
}

static bool
compare(const char *got, const char *how, const char *want)
{
	if (got == NULL)
		return false;
	if (strcmp(how, "==") == 0)
		return strcmp(got, want) == 0;
	if (strcmp(how, "!=") == 0)
		return strcmp(got, want) != 0;
	return strcmp(how, "contains") == 0 && strstr(got, want) != NULL;
}

static void
check(struct run *r, const char *line, const char *got, const char *how, const char *want)
{
	bool good = how != NULL && compare(got, how, want);
	say(r, good, line);
	if (!good)
		printf("# got  %s\n# reply %d %.*s\n", got != NULL ? got : "(nothing)", r->reply.status,
		    r->reply.body.n > 600 ? 600 : (int)r->reply.body.n, (const char *)r->reply.body.p);
}

static void
check_json(struct run *r, const char *line, const char *rest)
{
	char *path = word(r, &rest), *how = word(r, &rest);
	const json_t *v = path != NULL ? reply_at(r, path) : NULL;
	if (how != NULL && strcmp(how, "absent") == 0)
		say(r, v == NULL && r->reply.body.n > 0, line);
	else if (how != NULL && strcmp(how, "count") == 0)
		check(r, line, hb_printf(&r->a, "%zu", json_array_size(v)), "==", rest);
	else
		check(r, line, text_of(r, v), how, rest);
}

static void
keep(struct run *r, const char *rest)
{
	char *name = word(r, &rest), *equals = word(r, &rest), *json = word(r, &rest), *path = word(r, &rest);
	bool whole = path != NULL && strcmp(equals, "=") == 0 && strcmp(json, "json") == 0 && r->n_kept < KEPT_MAX;
	char *value = whole ? text_of(r, reply_at(r, path)) : NULL;
	if (value == NULL)
		say(r, false, "keep: nothing there");
	else
		r->kept[r->n_kept++] = (struct pair){ name, value };
}

static void
totp(struct run *r, const char *rest)
{
	char code[7], *name = word(r, &rest), *equals = word(r, &rest);
	if (equals == NULL || r->n_kept == KEPT_MAX || auth_totp(rest, hb_now(), code, NULL) != HB_OK)
		say(r, false, "totp: want a name and a secret");
	else
		r->kept[r->n_kept++] = (struct pair){ name, hb_strdup(&r->a, code) };
}

/* `header NAME VALUE` before a request sets one, `header NAME == VALUE` after it checks one. */
static void
header(struct run *r, const char *line, const char *rest)
{
	char *name = word(r, &rest);
	const char *after = rest;
	char *how = word(r, &after);
	if (how != NULL && (strcmp(how, "==") == 0 || strcmp(how, "contains") == 0 || strcmp(how, "!=") == 0))
		check(r, line, http_reply_header(&r->reply, name), how, after);
	else
		add_header(r, name, hb_strdup(&r->a, rest));
}

static bool
is_method(const char *w)
{
	for (const char *p = w; *p != '\0'; p++)
		if (!isupper((unsigned char)*p))
			return false;
	return true;
}

static void
step(struct run *r, const char *line)
{
	const char *rest = line;
	char *verb = word(r, &rest);
	if (verb == NULL || verb[0] == '#')
		return;
	if (strcmp(verb, "as") == 0)
		become(r, rest);
	else if (strcmp(verb, "token") == 0 && r->n_people > 0)
		r->people[r->who].value = hb_strdup(&r->a, rest);
	else if (strcmp(verb, "header") == 0)
		header(r, line, rest);
	else if (strcmp(verb, "status") == 0) {
		char *how = word(r, &rest);
		check(r, line, hb_printf(&r->a, "%d", r->reply.status), how, rest);
	} else if (strcmp(verb, "body") == 0) {
		char *how = word(r, &rest);
		check(r, line, hb_strndup(&r->a, (const char *)r->reply.body.p, r->reply.body.n), how, rest);
	} else if (strcmp(verb, "json") == 0)
		check_json(r, line, rest);
	else if (strcmp(verb, "keep") == 0)
		keep(r, rest);
	else if (strcmp(verb, "totp") == 0)
		totp(r, rest);
	else if (is_method(verb))
		send_request(r, verb, rest);
	else
		say(r, false, line);
}

bool
script_run(const char *path, const struct script_target *target, script_report *report)
{
	struct run r = { .path = path, .target = target, .report = report };
	hb_arena_init(&r.a, (size_t)1 << 30);
	struct hb_bytes text;
	if (hb_file_read(path, HB_FILE_MAX, &r.a, &text, NULL) != HB_OK) {
		hb_arena_fini(&r.a);
		return false;
	}
	HB_SCOPED_BUF line;
	hb_buf_init(&line, HB_BUF_MAX);
	int number = 0;
	for (const char *p = (const char *)text.p; *p != '\0';) {
		size_t n = strcspn(p, "\n");
		hb_put(&line, p, n);
		number++;
		if (line.len == n)
			r.line = number;
		p += n + (p[n] == '\n' ? 1 : 0);
		if (*p == ' ' || *p == '\t')
			continue;
		if (line.len > 0)
			step(&r, expand(&r, line.p));
		hb_buf_reset(&line);
	}
	hb_arena_fini(&r.a);
	return r.sent > 0;
}
