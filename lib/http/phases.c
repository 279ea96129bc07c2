/* The phases, in their fixed order.  Session, role and scope are settled on the head alone, before a body is read. */
#include "http/api_int.h"

#include <string.h>
#include <strings.h>

#include "base/codec.h"
#include "base/log.h"
#include "json/read.h"

typedef enum hb_code phase(struct api_req *r, struct hb_err *err);

/* --- parse: the head was taken apart by head_parse(); here the target. */
static enum hb_code
phase_target(struct api_req *r, struct hb_err *err)
{
	if (strnlen(r->p->target, TARGET_MAX) == TARGET_MAX)
		return hb_fail(err, HB_E_TOOBIG, "http.saiDuongDan", "đường dẫn quá dài");
	enum hb_code c = route_find(r, err);
	return c != HB_OK ? c : route_check_params(r, err);
}

/* --- session */
static enum hb_code
phase_session(struct api_req *r, struct hb_err *err)
{
	const char *token;
	enum hb_code c = head_cookie(r, &token, err);
	if (c != HB_OK)
		return c;
	c = head_origin(r, err);
	if (c != HB_OK || token == NULL || token[0] == '\0' || r->host->session == NULL)
		return c;
	struct hb_err why = HB_ERR_INIT;
	c = r->host->session(r->host, token, r->a, &r->who, &why);
	/* A dead session does not bar what anyone may do, such as logging in again. */
	bool open_route = (r->route->roles & (ROLE_BIT(ROLE_PUBLIC) | ROLE_BIT(ROLE_SYSTEM))) != 0;
	if (c == HB_E_AUTH && open_route)
		return HB_OK;
	if (c != HB_OK)
		*err = why;
	return c;
}

/* --- role */
static enum hb_code
phase_role(struct api_req *r, struct hb_err *err)
{
	auth_roles open_roles = ROLE_BIT(ROLE_PUBLIC) | ROLE_BIT(ROLE_SYSTEM);
	auth_roles held = (r->who != NULL ? r->who->roles & ~open_roles : 0) | open_roles;
	r->acting = r->route->roles & held;
	if (r->acting != 0)
		return HB_OK;
	if (r->who == NULL)
		return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "%s", hb_message("phien.chuaDangNhap"));
	hb_fail(err, HB_E_DENIED, "quyen.khongDu", "vai trò của tài khoản này không được làm việc này");
	hb_clause(err, r->route->clause);
	return HB_E_DENIED;
}

/* --- scope: each role that may act must also reach these very rows. */
static enum hb_code
phase_scope(struct api_req *r, struct hb_err *err)
{
	struct hb_err why = HB_ERR_INIT;
	auth_roles passed = 0;
	for (int role = 0; role < ROLE__MAX; role++) {
		if ((r->acting & ROLE_BIT(role)) == 0)
			continue;
		enum api_scope scope = (enum api_scope)r->route->scope[role];
		enum hb_code c = HB_OK;
		if (scope != SCOPE_ANY)
			c = r->host->scope != NULL ? r->host->scope(r, (enum auth_role)role, scope, &why) : HB_E_DENIED;
		if (c == HB_OK)
			passed |= ROLE_BIT(role);
		else if (c != HB_E_DENIED && c != HB_E_NOTFOUND) {
			*err = why;
			return c;
		}
	}
	r->acting = passed;
	if (passed != 0)
		return HB_OK;
	if (why.code != HB_OK)
		*err = why;
	hb_fail(err, HB_E_DENIED, "quyen.ngoaiPhamVi", "%s", hb_message("quyen.ngoaiPhamVi"));
	hb_clause(err, r->route->clause);
	return err->code;
}

static bool
type_is(const char *content_type, const char *wanted, size_t n)
{
	return content_type != NULL && strncasecmp(content_type, wanted, n) == 0
	    && (content_type[n] == '\0' || content_type[n] == ';' || content_type[n] == ' ');
}

static bool
type_listed(const char *content_type, const char *list)
{
	for (const char *p = list; *p != '\0';) {
		size_t n = strcspn(p, " ");
		if (type_is(content_type, p, n))
			return true;
		p += n + (p[n] == ' ' ? 1 : 0);
	}
	return false;
}

static enum hb_code
wrong_type(struct api_req *r, const char *wanted, struct hb_err *err)
{
	r->p->problem_status = 415;
	return hb_fail(err, HB_E_INPUT, "http.saiLoaiDuLieu", "dữ liệu gửi lên phải thuộc loại %s", wanted);
}

/* --- validate */
static enum hb_code
phase_body(struct api_req *r, struct hb_err *err)
{
	const struct api_route *route = r->route;
	const char *type = r->p->header[HEADER_CONTENT_TYPE];
	if (r->raw.n > route->body_max)
		return hb_fail(err, HB_E_TOOBIG, "http.quaLon", "dữ liệu gửi lên lớn hơn %zu byte", route->body_max);
	if (route->body == NULL && route->raw_types == NULL)
		return r->raw.n == 0 ? HB_OK : hb_fail(err, HB_E_INPUT, "http.thuaDuLieu", "đường dẫn này không nhận dữ liệu");
	if (r->raw.n == 0 && !route->body_required)
		return HB_OK;
	if (route->raw_types != NULL) {
		r->raw_type = type;
		return type_listed(type, route->raw_types) ? HB_OK : wrong_type(r, route->raw_types, err);
	}
	if (!type_is(type, "application/json", strlen("application/json")))
		return wrong_type(r, "application/json", err);
	enum hb_code c = json_read(r->raw, route->body_max, r->a, &r->body, err);
	if (c != HB_OK)
		return c;
	struct schema_sink sink = problem_sink(r);
	if (!schema_check(route->body, r->body, r->a, &sink))
		return problem_fields(r, err);
	return r->a->full ? hb_full(err) : HB_OK;
}

static char *
request_hash(struct api_req *r)
{
	struct hb_sha256 body = hb_sha256(r->raw);
	char *hex = hb_hex(r->a, HB_BYTES(body.b, sizeof body.b));
	char *all = hex != NULL ? hb_printf(r->a, "%s %s\n%s", r->p->method, r->p->target, hex) : NULL;
	if (all == NULL)
		return NULL;
	struct hb_sha256 whole = hb_sha256(HB_STR(all));
	return hb_hex(r->a, HB_BYTES(whole.b, sizeof whole.b));
}

static bool
key_ok(const char *key)
{
	size_t n = key == NULL ? 0 : strlen(key);
	return n >= 8 && n <= 64 && strspn(key, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == n;
}

/* A repeated write gets the first reply instead of a second effect. */
static enum hb_code
phase_replay(struct api_req *r, struct hb_err *err)
{
	if (r->route->idempotency == IDEMPOTENCY_NONE)
		return HB_OK;
	const char *key = r->p->header[HEADER_IDEMPOTENCY_KEY];
	if (!key_ok(key))
		return hb_fail(err, HB_E_INPUT, "http.thieuKhoaLap", "yêu cầu ghi cần đầu mục Idempotency-Key từ 8 đến 64 chữ, số");
	r->idempotency_key = key;
	r->request_hash = request_hash(r);
	struct api_reply *known = HB_NEW(r->a, struct api_reply);
	if (r->request_hash == NULL || known == NULL)
		return hb_full(err);
	bool is_known = false;
	enum hb_code c = r->host->replays->begin(r, &is_known, known, err);
	if (c == HB_OK && is_known)
		r->p->replayed = known;
	r->p->replay_open = c == HB_OK && !is_known;
	return c;
}

/* --- handler */
static enum hb_code
phase_handler(struct api_req *r, struct hb_err *err)
{
	if (r->p->replayed != NULL)
		return HB_OK;
	enum hb_code c = r->route->handler(r, err);
	if (c == HB_OK && !hb_buf_ok(r->out))
		return hb_bug(err, "%s: reply too big", r->route->operation);
	if (c == HB_OK)
		reply_check(r);
	return c;
}

/* --- audit: a read whose row cannot be queued is not answered (D13.3b). */
static enum hb_code
phase_audit(struct api_req *r, struct hb_err *err)
{
	return r->route->audit == AUDIT_READ ? r->host->audit(r, HB_OK, err) : HB_OK;
}

static enum hb_code
run_phases(phase *const *phases, struct api_req *r, struct hb_err *err)
{
	for (; *phases != NULL; phases++) {
		enum hb_code c = (*phases)(r, err);
		if (c == HB_OK)
			continue;
		if (err->code == HB_OK)
			hb_bug(err, "a phase failed with %d and no reason", c);
		return c;
	}
	return HB_OK;
}

static void
drop_buffer(void *buffer)
{
	hb_buf_fini(buffer);
}

static struct api_req *
request_new(const struct api_system *host, const struct api_wire *head, struct hb_arena *a)
{
	struct api_req *r = HB_NEW(a, struct api_req);
	struct api_req_private *p = HB_NEW(a, struct api_req_private);
	if (r == NULL || p == NULL)
		return NULL;
	hb_buf_init(&p->out, API_REPLY_MAX);
	hb_arena_on_free(a, drop_buffer, &p->out);
	p->method = hb_strdup(a, head->method);
	p->target = hb_strdup(a, head->target);
	struct hb_id id = hb_id_new();
	*r = (struct api_req){ .a = a, .system = host->context, .host = host, .out = &p->out, .p = p, .status = 200,
		.request_id = hb_strdup(a, id.s), .peer = head->peer != NULL ? head->peer : "" };
	return p->method != NULL && p->target != NULL && r->request_id != NULL ? r : NULL;
}

/* Someone known who was told no leaves a row (D13.3c); it is refused either way, so a full queue is only logged. */
static void
note_refusal(struct api_req *r, enum hb_code c)
{
	struct hb_err why = HB_ERR_INIT;
	if ((c != HB_E_DENIED && c != HB_E_AUTH) || r->who == NULL || r->host->audit == NULL)
		return;
	if (r->host->audit(r, c, &why) != HB_OK)
		hb_log_err("audit.refusal", r->request_id, &why);
}

struct api_req *
api_open(const struct api_system *host, const struct api_wire *head, struct hb_arena *a, struct hb_err *err)
{
	static phase *const phases[] = { phase_target, phase_session, phase_role, phase_scope, NULL };
	struct api_req *r = request_new(host, head, a);
	if (r == NULL) {
		hb_full(err);
		return NULL;
	}
	if (head_parse(r, head, err) != HB_OK)
		return r;
	note_refusal(r, run_phases(phases, r, err));
	return r;
}

static void
add_headers(const struct api_req *r, struct api_reply *reply)
{
	for (unsigned i = 0; i < r->p->n_reply_headers; i++)
		reply->headers[reply->n_headers++] = r->p->reply_headers[i];
	reply->headers[reply->n_headers++] = (struct api_header){ "X-Request-Id", r->request_id };
}

/* The handler has committed: a reply that cannot be stored must not undo what the person is told. */
static void
close_replay(struct api_req *r, enum hb_code c, const struct api_reply *reply)
{
	if (!r->p->replay_open)
		return;
	struct hb_err why = HB_ERR_INIT;
	if (c != HB_OK)
		r->host->replays->forget(r);
	else if (r->host->replays->end(r, reply, &why) != HB_OK)
		hb_log_err("http.replay", r->request_id, &why);
}

void
api_run(struct api_req *r, struct hb_bytes body, struct hb_err *err, struct api_reply *ret_reply)
{
	static phase *const phases[] = { phase_body, phase_replay, phase_handler, phase_audit, NULL };
	r->raw = body;
	enum hb_code c = err->code;
	if (c == HB_OK) {
		c = run_phases(phases, r, err);
		note_refusal(r, c);
	}
	if (c != HB_OK)
		problem_reply(r, err, ret_reply);
	else if (r->p->replayed != NULL)
		*ret_reply = *r->p->replayed;
	else
		*ret_reply = (struct api_reply){ .status = r->status, .body = hb_buf_bytes(r->out),
			.content_type = r->content_type != NULL ? r->content_type : "application/json" };
	close_replay(r, c, ret_reply);
	add_headers(r, ret_reply);
	if (err->code == HB_E_INTERNAL)
		hb_log_err("http.bug", r->request_id, err);
}

void
api_loopback(const struct api_system *host, const struct api_wire *in, struct hb_arena *a, struct api_reply *ret_reply)
{
	struct hb_err err = HB_ERR_INIT;
	struct api_req *r = api_open(host, in, a, &err);
	if (r == NULL)
		problem_plain(&err, ret_reply);
	else
		api_run(r, in->body, &err, ret_reply);
}

enum hb_code
api_system_check(const struct api_system *host, struct hb_err *err)
{
	auth_roles open_roles = ROLE_BIT(ROLE_PUBLIC) | ROLE_BIT(ROLE_SYSTEM);
	for (unsigned i = 0; i < host->table->n; i++) {
		const struct api_route *t = &host->table->routes[i];
		if (t->audit == AUDIT_READ && host->audit == NULL)
			return hb_bug(err, "%s: no audit hook", t->operation);
		if (t->idempotency == IDEMPOTENCY_KEY && host->replays == NULL)
			return hb_bug(err, "%s: no store of replies", t->operation);
		if ((t->roles & ~open_roles) != 0 && host->session == NULL)
			return hb_bug(err, "%s: no session resolver", t->operation);
	}
	return HB_OK;
}
