/* Every route of every system × every role, through the real phases: a role reaches a handler exactly where
 * openapi.yaml lists it, and only when the scope holds (seed000-3, D4.2b1).  What is expected comes from the generated list (JSON), what
 * happens from the generated table (C), so that neither can drift alone. */
#include <stdlib.h>

#include "base/file.h"
#include "http/api.h"
#include "json/read.h"
#include "tap.h"

/* Of every system with an openapi.yaml: written by the build. */
extern const struct api_table *const every_api[];

static int reached;
static bool scope_holds;
static const char *said_scope;
static struct hb_arena arena;

static enum hb_code
handler(struct api_req *r, struct hb_err *err)
{
	(void)err;
	reached++;
	r->status = 299;
	return HB_OK;
}

/* The token is the name of a role. */
static enum hb_code
session(const struct api_system *host, const char *token, struct hb_arena *a, const struct auth_person **ret_who,
    struct hb_err *err)
{
	(void)host;
	enum auth_role role;
	struct auth_person *p = HB_NEW(a, struct auth_person);
	if (p == NULL || !auth_role_parse(token, &role))
		return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "không có phiên");
	p->roles = ROLE_BIT(role);
	*ret_who = p;
	return HB_OK;
}

static enum hb_code
scope(struct api_req *r, enum auth_role role, enum api_scope wanted, struct hb_err *err)
{
	static const char *const names[SCOPE__MAX] = { "any", "own_child", "class_subject", "homeroom_class", "school", "unit", "self" };
	(void)r;
	(void)role;
	said_scope = names[wanted];
	return scope_holds ? HB_OK : hb_fail(err, HB_E_DENIED, "quyen.ngoaiPhamVi", "ngoài phạm vi");
}

static enum hb_code
audit(struct api_req *r, enum hb_code code, struct hb_err *err)
{
	(void)r;
	(void)code;
	(void)err;
	return HB_OK;
}

static enum hb_code
begin(struct api_req *r, bool *ret_known, struct api_reply *ret_reply, struct hb_err *err)
{
	(void)r;
	(void)ret_known;
	(void)ret_reply;
	(void)err;
	return HB_OK;
}

static enum hb_code
end(struct api_req *r, const struct api_reply *reply, struct hb_err *err)
{
	(void)r;
	(void)reply;
	(void)err;
	return HB_OK;
}

static void
forget(struct api_req *r)
{
	(void)r;
}

/* A value that fits a schema: enough for paths, queries and the smallest body. */
static const char *
value_of(const json_t *s)
{
	static const struct { const char *format, *value; } samples[] = {
		{ "uuid", "0190a000-0000-7000-8000-000000000001" }, { "date", "2026-09-05" }, { "date-time", "2026-09-05T00:00:00Z" },
		{ "mark", "7.5" }, { "personal-id", "001012345678" }, { "record-code", NULL }, { "school-year", "2026-2027" },
		{ "base64", "AAEC" }, { "base64url", "AAEC" }, { "code", "A1" },
		{ "sha256", "0000000000000000000000000000000000000000000000000000000000000000" },
	};
	const char *format = json_opt_str(s, "format");
	const json_t *one_of = json_object_get(s, "enum");
	if (json_is_array(one_of))
		return json_string_value(json_array_get(one_of, 0));
	if (strcmp(json_opt_str(s, "type"), "integer") == 0)
		return hb_printf(&arena, "%lld", (long long)json_integer_value(json_object_get(s, "minimum")));
	if (strcmp(json_opt_str(s, "type"), "boolean") == 0)
		return "true";
	for (size_t i = 0; format != NULL && i < sizeof samples / sizeof samples[0]; i++)
		if (strcmp(format, samples[i].format) == 0)
			return samples[i].value != NULL ? samples[i].value : hb_strdup(&arena, hb_record_code_new().s);
	return "x";
}

static void
put_body(struct jw *w, const char *name, const json_t *s)
{
	const char *type = json_opt_str(s, "type");
	if (strcmp(type, "object") == 0) {
		size_t i;
		json_t *required;
		jw_object(w, name);
		json_array_foreach(json_object_get(s, "required"), i, required) {
			const char *member = json_string_value(required);
			put_body(w, member, json_object_get(json_object_get(s, "properties"), member));
		}
		jw_end(w);
	} else if (strcmp(type, "array") == 0) {
		jw_array(w, name);
		jw_end(w);
	} else if (strcmp(type, "string") == 0) {
		jw_str(w, name, value_of(s));
	} else {
		jw_raw(w, name, HB_STR(value_of(s)));
	}
}

/* Path with its parameters, and the query parameters that are required. */
static char *
target_of(const json_t *route)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 4096);
	size_t i = 0;
	for (const char *p = json_opt_str(route, "path"); *p != '\0'; p++) {
		if (*p != '{') {
			hb_putc(&b, *p);
			continue;
		}
		hb_puts(&b, value_of(json_object_get(json_array_get(json_object_get(route, "path_params"), i++), "schema")));
		p = strchr(p, '}');
	}
	json_t *q;
	char join = '?';
	json_array_foreach(json_object_get(route, "query_params"), i, q)
		if (json_is_true(json_object_get(q, "required"))) {
			hb_putf(&b, "%c%s=%s", join, json_opt_str(q, "name"), value_of(json_object_get(q, "schema")));
			join = '&';
		}
	return hb_buf_take(&b, &arena);
}

static int
ask(const struct api_system *host, const json_t *route, const char *role)
{
	HB_SCOPED_BUF body;
	hb_buf_init(&body, 1 << 16);
	const char *raw = json_opt_str(route, "raw_types"), *type = "application/json";
	if (raw != NULL) {
		hb_puts(&body, "x");
		type = hb_strndup(&arena, raw, strcspn(raw, " "));
	} else if (json_is_object(json_object_get(route, "body"))) {
		struct jw w = jw_start(&body);
		put_body(&w, NULL, json_object_get(route, "body"));
	}
	struct api_header h[] = { { "Cookie", hb_printf(&arena, API_COOKIE "=%s", role) }, { "X-Hocba", "1" },
		{ "Origin", "https://a" }, { "Idempotency-Key", "matrix-0001" }, { "Content-Type", type } };
	struct api_wire wire = { .method = json_opt_str(route, "method"), .target = target_of(route), .headers = h, .n_headers = 5,
		.body = hb_buf_bytes(&body) };
	struct api_reply reply;
	api_loopback(host, &wire, &arena, &reply);
	if (reply.status == 400)
		printf("# %.*s\n", (int)reply.body.n, (const char *)reply.body.p);
	return reply.status;
}

static bool
lists(const json_t *route, const char *role)
{
	size_t i;
	json_t *r;
	json_array_foreach(json_object_get(route, "roles"), i, r)
		if (strcmp(json_string_value(r), role) == 0 || strcmp(json_string_value(r), "public") == 0
		    || strcmp(json_string_value(r), "system") == 0)
			return true;
	return false;
}

/* One route, one role, with the scope holding and not; true when both went as the contract says. */
static bool
cell(const struct api_system *host, const json_t *route, const char *role)
{
	const char *wanted = json_opt_str(json_object_get(route, "scope"), role);
	bool listed = lists(route, role), any = wanted == NULL || strcmp(wanted, "any") == 0;
	reached = 0;
	scope_holds = true;
	said_scope = NULL;
	int with = ask(host, route, role);
	bool good = listed ? with == 299 && reached == 1 : with == 403 && reached == 0;
	if (listed && !any)
		good = good && said_scope != NULL && strcmp(said_scope, wanted) == 0;
	reached = 0;
	scope_holds = false;
	int without = ask(host, route, role);
	good = good && (listed && any ? reached == 1 : without == 403 && reached == 0);
	if (!good)
		printf("# %s %s as %s: %d in scope, %d outside\n", json_opt_str(route, "method"), json_opt_str(route, "path"), role, with,
		    without);
	return good;
}

/* A stranger gets in only where the route is open. */
static bool
stranger(const struct api_system *host, const json_t *route)
{
	reached = 0;
	scope_holds = true;
	int status = ask(host, route, "nobody");
	return lists(route, "nobody") ? reached == 1 : status == 401 && reached == 0;
}

/* A copy of the table whose handlers only count. */
static const struct api_table *
counting(const struct api_table *t)
{
	struct api_route *routes = hb_memdup(&arena, t->routes, t->n * sizeof *routes);
	struct api_table *copy = HB_NEW(&arena, struct api_table);
	for (unsigned i = 0; i < t->n; i++)
		routes[i].handler = handler;
	*copy = (struct api_table){ t->system, routes, t->n };
	return copy;
}

static const struct api_table *
table_named(const char *system)
{
	for (const struct api_table *const *t = every_api; *t != NULL; t++)
		if (strcmp((*t)->system, system) == 0)
			return *t;
	return NULL;
}

static void
walk(const char *path)
{
	static const struct api_replays replays = { begin, end, forget };
	struct hb_bytes text;
	json_t *list = NULL;
	const struct api_table *table = NULL;
	if (hb_file_read(path, HB_FILE_MAX, &arena, &text, NULL) == HB_OK)
		json_read(text, HB_FILE_MAX, &arena, &list, NULL);
	const char *system = json_opt_str(list, "system");
	table = system != NULL ? table_named(system) : NULL;
	json_t *routes = json_object_get(list, "routes"), *route;
	if (!ok(table != NULL && json_array_size(routes) == table->n, "%s has its table here, route by route", path))
		return;
	struct api_system host = { .name = system, .table = counting(table), .origin = "https://a", .session = session,
		.scope = scope, .audit = audit, .replays = &replays };
	size_t i;
	json_array_foreach(routes, i, route) {
		int wrong = 0;
		for (int role = 0; role < ROLE_PUBLIC; role++)
			wrong += !cell(&host, route, auth_role_name((enum auth_role)role));
		ok(wrong == 0 && stranger(&host, route), "%s %s: %d roles, and a stranger", json_opt_str(route, "method"),
		    json_opt_str(route, "path"), ROLE_PUBLIC);
	}
}

/* The matrix must notice a table that is wider than its list. */
static void
notices(void)
{
	struct api_table *t = hb_memdup(&arena, counting(table_named("sample")), sizeof *t);
	struct api_route *marks = (struct api_route *)&t->routes[2];
	struct api_system host = { .name = "sample", .table = t, .origin = "https://a", .session = session, .scope = scope,
		.audit = audit };
	static const char listed[] = "{\"method\":\"GET\",\"path\":\"/api/sample/v1/classes/{class}/marks\",\"roles\":[\"homeroom\"],"
	    "\"scope\":{\"homeroom\":\"homeroom_class\"},\"path_params\":[{\"name\":\"class\",\"schema\":{\"type\":\"string\",\"format\":\"code\"}}],"
	    "\"query_params\":[]}";
	json_t *route = NULL;
	json_read(HB_STR(listed), 4096, &arena, &route, NULL);
	ok(cell(&host, route, "homeroom") && cell(&host, route, "admin"), "the cells hold as the table stands");
	marks->roles |= ROLE_BIT(ROLE_ADMIN);
	ok(!cell(&host, route, "admin"), "and notice a role too many");
	marks->scope[ROLE_HOMEROOM] = SCOPE_ANY;
	ok(!cell(&host, route, "homeroom"), "and a scope too wide");
}

int
main(int argc, char **argv)
{
	hb_arena_init(&arena, (size_t)1 << 30);
	ok(argc > 2, "there are systems to walk");
	for (int i = 1; i < argc; i++)
		walk(argv[i]);
	notices();
	hb_arena_fini(&arena);
	return tap_done();
}
