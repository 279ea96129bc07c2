/* The phases of lib/http on a loopback: who gets in, what is refused, what a failure says. */
#include <stdlib.h>

#include "sample.h"
#include "json/read.h"
#include "tap.h"

static struct sample sample;
static struct api_system host;
static struct hb_arena arena;

struct ask { const char *method, *target, *token, *body, *key, *origin, *type; bool no_header; };

static struct api_reply
asked(struct ask q)
{
	struct api_header h[8];
	unsigned n = 0;
	struct api_reply reply;
	if (q.token != NULL)
		h[n++] = (struct api_header){ "cookie", hb_printf(&arena, "a=b; " API_COOKIE "=%s", q.token) };
	if (!q.no_header)
		h[n++] = (struct api_header){ "X-HOCBA", "1" };
	if (q.origin == NULL || q.origin[0] != '\0')
		h[n++] = (struct api_header){ "Origin", q.origin != NULL ? q.origin : "https://truong.example" };
	if (q.key != NULL)
		h[n++] = (struct api_header){ "Idempotency-Key", q.key };
	h[n++] = (struct api_header){ "Content-Type", q.type != NULL ? q.type : "application/json; charset=utf-8" };
	struct api_wire wire = { .method = q.method, .target = q.target, .headers = h, .n_headers = n,
		.body = q.body != NULL ? HB_STR(q.body) : HB_BYTES("", 0) };
	api_loopback(&host, &wire, &arena, &reply);
	return reply;
}
#define ASK(...) asked((struct ask){ __VA_ARGS__ })

/* Text of a member of the problem document, or of its n-th field error. */
static const char *
problem(struct api_reply reply, int field, const char *member)
{
	json_t *v = NULL;
	if (json_read(reply.body, 1 << 20, &arena, &v, NULL) != HB_OK)
		return NULL;
	return json_opt_str(field < 0 ? v : json_array_get(json_object_get(v, "errors"), (size_t)field), member);
}

#define MARKS "/api/sample/v1/classes/6A1/marks"
#define GOOD_BODY "{\"version\":1,\"marks\":[]}"

static void
routes_are_found(void)
{
	ok(ASK("GET", "/api/sample/v1/classes/summary").status == 204, "a literal segment wins over a parameter");
	ok(ASK("GET", "/api/sample/v1/none").status == 404, "an unknown path");
	ok(ASK("DELETE", MARKS).status == 405, "a known path, another method");
	ok(ASK("GET", "/api/sample/v1/classes/6A1/marks/").status == 404, "a trailing slash is another path");
	ok(ASK("GET", "/api/sample/v1/classes//marks").status == 404, "an empty parameter is no match");
	ok(ASK("GET", "/api/sample/v1/classes/6A1%2f7/marks", "homeroom:6A1").status == 400, "a slash hidden in a parameter");
	ok(ASK("GET", "/api/sample/v1/classes/%00/marks", "homeroom:6A1").status == 400, "NUL in a parameter");
	ok(ASK("GET", "/api/sample/v1/classes/%c3%28/marks", "homeroom:6A1").status == 400, "bytes that are not UTF-8");
	struct api_reply r = ASK("GET", "/api/sample/v1/classes/a%20b/marks", "homeroom:6A1");
	ok(r.status == 400, "a parameter outside its format");
	is(problem(r, 0, "pointer"), "class", "names the parameter");
	ok(ASK("GET", "/api/sample/v1/classes?limit=0", "head:x").status == 400, "a query value out of range");
	ok(ASK("GET", "/api/sample/v1/classes?other=1", "head:x").status == 400, "an unknown query name");
	ok(ASK("GET", "/api/sample/v1/classes?limit=1&limit=2", "head:x").status == 400, "a query name twice");
}

static void
sessions_roles_and_scopes(void)
{
	struct api_reply r = ASK("GET", MARKS);
	ok(r.status == 401, "no session");
	is(problem(r, -1, "key"), "phien.chuaDangNhap", "says so");
	ok(ASK("GET", MARKS, "nonsense").status == 401, "an unknown token");
	r = ASK("GET", MARKS, "admin:6A1");
	ok(r.status == 403, "a role that is not listed");
	is(problem(r, -1, "clause"), "D4.2c2", "gives the clause of the route");
	int before = sample.handled;
	ok(ASK("GET", MARKS, "homeroom:7A1").status == 403, "a listed role, another class");
	ok(sample.handled == before, "no refused request reaches the handler");
	ok(ASK("GET", MARKS, "homeroom:6A1").status == 200 && sample.handled == before + 1, "a listed role, its own class");
	ok(ASK("GET", MARKS, "admin+homeroom:6A1").status == 200, "one of several roles suffices");
	ok(sample.refused == 2, "refusals of known people are audited (%d)", sample.refused);
	struct ask q = { "PUT", MARKS, "subject_teacher:6A1", "{\"version\":1,\"note\":\"no\",\"marks\":[]}", "key-refused-1", NULL, NULL, false };
	ok(asked(q).status == 403 && sample.refused == 3, "a refusal by the handler too, once");
	ok(ASK("GET", "/api/sample/v1/classes/summary", "nonsense").status == 204, "a dead session does not bar public routes");
	char twice[] = "x; " API_COOKIE "=homeroom:6A1";
	ok(ASK("GET", MARKS, twice).status == 400, "two session cookies");
}

static void
reads_are_audited(void)
{
	int before = sample.audited;
	ok(ASK("GET", MARKS, "homeroom:6A1").status == 200 && sample.audited == before + 1, "one row a read (D13.3b)");
	sample.audit_full = true;
	struct api_reply r = ASK("GET", MARKS, "homeroom:6A1");
	ok(r.status == 429 && strstr((const char *)r.body.p, "7.5") == NULL, "a full queue refuses the read, without the marks");
	sample.audit_full = false;
}

static void
writes_come_from_our_pages(void)
{
	struct ask q = { "PUT", MARKS, "subject_teacher:6A1", GOOD_BODY, "key-origin-1", NULL, NULL, false };
	ok(asked(q).status == 200, "our origin and our header");
	q.key = "key-origin-2";
	q.origin = "https://evil.example";
	ok(asked(q).status == 403, "another origin");
	q.origin = "";
	ok(asked(q).status == 403, "no origin");
	q.origin = NULL;
	q.no_header = true;
	ok(asked(q).status == 403, "no header of ours");
	ok(ASK("POST", "/api/sample/v1/session", NULL, "{\"user\":\"head\"}", NULL, "https://evil.example").status == 403,
	    "another site cannot log a browser in");
}

static void
bodies_are_validated(void)
{
	struct ask q = { "PUT", MARKS, "subject_teacher:6A1", NULL, "key-body-0001", NULL, NULL, false };
	q.body = "{\"version\":-1,\"x\":1,\"marks\":[{\"pupil\":\"p\",\"kind\":\"hk\",\"mark\":\"10.5\",\"locked\":1},{\"mark\":7}]}";
	struct api_reply r = asked(q);
	ok(r.status == 400, "a body with many faults");
	static const struct { const char *pointer, *key; } want[] = {
		{ "/version", "truong.ngoaiKhoang" }, { "/x", "truong.la" }, { "/marks/0/pupil", "truong.saiDang" },
		{ "/marks/0/kind", "truong.ngoaiDanhMuc" }, { "/marks/0/mark", "truong.saiDang" },
		{ "/marks/0/locked", "truong.saiKieu" }, { "/marks/1/kind", "truong.thieu" }, { "/marks/1/pupil", "truong.thieu" },
		{ "/marks/1/mark", "truong.saiKieu" },
	};
	size_t n = sizeof want / sizeof want[0], hits = 0;
	for (size_t i = 0; i < n; i++)
		for (int e = 0; e < (int)n; e++)
			if (strcmp(problem(r, e, "pointer"), want[i].pointer) == 0 && strcmp(problem(r, e, "key"), want[i].key) == 0)
				hits++;
	ok(hits == n && problem(r, (int)n, "key") == NULL, "every fault is listed once, with its pointer (%zu of %zu)", hits, n);
	q.body = "{\"version\":1,\"marks\":[],\"marks\":[]}";
	ok(asked(q).status == 400, "a duplicate member");
	q.body = "{\"version\":1.0,\"marks\":[]}";
	ok(asked(q).status == 400, "a real number where an integer belongs");
	q.body = "{\"version\":1,\"note\":\"123456789012345678901\",\"marks\":[]}";
	ok(asked(q).status == 400, "a string one too long");
	q.body = "{\"version\":1,\"note\":\"Nguye\xcc\x82\xcc\x83n Thi\xcc\xa3 Thu\xcc\x80y Duon\",\"marks\":[]}";
	ok(asked(q).status == 200, "length is counted in characters, after composing");
	q.key = "key-body-0002";
	q.body = "";
	ok(asked(q).status == 415 || asked(q).status == 400, "a required body that is missing");
	q.body = GOOD_BODY;
	q.type = "text/plain";
	ok(asked(q).status == 415, "another media type");
	ok(ASK("GET", MARKS, "homeroom:6A1", "{}").status == 400, "a body where none belongs");
	char *big = hb_alloc(&arena, 70000);
	memset(big, ' ', 69999);
	q.type = NULL;
	q.body = big;
	ok(asked(q).status == 413, "a body over the limit of its route");
}

static void
writes_are_not_repeated(void)
{
	struct ask q = { "PUT", MARKS, "subject_teacher:6A1", GOOD_BODY, "key-replay-01", NULL, NULL, false };
	int before = sample.handled, ended = sample.ended;
	struct api_reply first = asked(q), again = asked(q);
	ok(first.status == 200 && sample.handled == before + 1 && sample.ended == ended + 1, "the same write runs once");
	ok(again.status == 200 && again.body.n == first.body.n && memcmp(again.body.p, first.body.p, first.body.n) == 0,
	    "and its reply is given again");
	q.body = "{\"version\":1,\"marks\":[],\"note\":\"a\"}";
	ok(asked(q).status == 409, "the same key with another body");
	q.key = NULL;
	ok(asked(q).status == 400, "a write without a key");
	q.key = "short";
	ok(asked(q).status == 400, "a key too short");
	q.key = "key-replay-02";
	q.body = "{\"version\":0,\"marks\":[]}";
	int forgotten = sample.forgotten;
	struct api_reply stale = asked(q);
	ok(stale.status == 409 && sample.forgotten == forgotten + 1, "a stale write is a conflict, and frees its key");
	is(problem(stale, 0, "yours"), "0", "with the value it was based on");
	is(problem(stale, 0, "stored"), "1", "and the stored one");
}

static void
replies_and_pages(void)
{
	struct api_reply r = ASK("GET", "/api/sample/v1/classes", "head:x");
	ok(r.status == 200, "first page");
	json_t *v = NULL;
	json_read(r.body, 1000, &arena, &v, NULL);
	ok(json_array_size(json_object_get(v, "items")) == 2, "has the default size");
	const char *next = json_opt_str(v, "next");
	r = ASK("GET", hb_printf(&arena, "/api/sample/v1/classes?limit=10&after=%s", next), "head:x");
	is((const char *)r.body.p, "{\"items\":[\"7A1\",\"8A1\"],\"next\":null}", "the cursor goes on where it ended");
	ok(ASK("GET", "/api/sample/v1/classes?after=%21", "head:x").status == 400, "a made-up cursor");
	r = ASK("POST", "/api/sample/v1/session", NULL, "{\"user\":\"head\"}");
	const char *cookie = NULL;
	for (unsigned i = 0; i < r.n_headers; i++)
		if (strcmp(r.headers[i].name, "Set-Cookie") == 0)
			cookie = r.headers[i].value;
	is(cookie, "__Host-hocba=head:6A1; Path=/; Secure; HttpOnly; SameSite=Strict", "the session cookie is closed to all but us");
	r = ASK("POST", "/api/sample/v1/upload", NULL, "%PDF", NULL, NULL, "application/pdf");
	is((const char *)r.body.p, "{\"bytes\":4}", "raw bytes come through");
	ok(ASK("POST", "/api/sample/v1/upload", NULL, "x", NULL, NULL, "text/html").status == 415, "of the listed types only");
}

static void
replies_keep_the_contract(void)
{
	host.check_replies = true;
	struct ask q = { "POST", "/api/sample/v1/upload", NULL, "%PDF", NULL, NULL, "application/pdf", false };
	unsigned before = api_replies_off_contract();
	ok(asked(q).status == 200 && api_replies_off_contract() == before, "a reply by its schema");
	sample.careless = true;
	ok(asked(q).status == 200 && api_replies_off_contract() == before + 1, "a reply that differs is counted");
	sample.careless = false;
	ok(ASK("GET", MARKS, "homeroom:6A1").status == 200 && ASK("GET", "/api/sample/v1/classes", "head:x").status == 200
	    && api_replies_off_contract() == before + 1, "the other replies hold");
	host.check_replies = false;
}

int
main(void)
{
	hb_arena_init(&arena, HB_ARENA_DEFAULT);
	host = sample_system(&sample);
	ok(api_system_check(&host, NULL) == HB_OK, "the sample system is whole");
	struct api_system lame = host;
	lame.audit = NULL;
	ok(api_system_check(&lame, NULL) != HB_OK, "audited routes need an audit hook");
	lame = host;
	lame.replays = NULL;
	ok(api_system_check(&lame, NULL) != HB_OK, "idempotent routes need a store of replies");
	lame = host;
	lame.session = NULL;
	ok(api_system_check(&lame, NULL) != HB_OK, "routes of people need a session resolver");
	routes_are_found();
	sessions_roles_and_scopes();
	reads_are_audited();
	writes_come_from_our_pages();
	bodies_are_validated();
	writes_are_not_repeated();
	replies_and_pages();
	replies_keep_the_contract();
	hb_arena_fini(&arena);
	return tap_done();
}
