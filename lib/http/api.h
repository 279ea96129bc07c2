/* http/api.h - a request, the table of routes, and the fixed phases every request goes through:
 *
 *     parse → session → role → scope → validate → handler → audit → reply
 *
 * Routes come only from systems/<s>/openapi.yaml through tools/apigen, which writes <s>_api.h with
 * `extern const struct api_table <s>_api` and one prototype per operationId:
 *     enum hb_code school_marks_put(struct api_req *r, struct hb_err *err);
 * There is no other way to reach a handler.  A handler reads api_param(), api_query() and r->body (already
 * validated: types, limits, formats, text in NFC, no unknown members), writes the reply through api_json() or
 * r->out, and returns HB_OK or its failure; the failure becomes a problem document (RFC 9457).
 *
 * A system plugs in through struct api_system: its session resolver, its scope check, its audit queue and its store
 * of idempotent replies.  lib/auth has ready ones (auth/hooks.h).
 * Thread rule: handlers run on the thread of their connection, several at a time; struct api_req is one thread's. */
#ifndef HTTP_API_H
#define HTTP_API_H
#include <jansson.h>

#include "base/buf.h"
#include "http/person.h"
#include "http/schema.h"
#include "json/write.h"

#define API_BODY_DEFAULT ((size_t)1 << 20)      /* JSON bodies, unless the route has x-body-max */
#define API_REPLY_MAX    ((size_t)64 << 20)
#define API_PARAMS_MAX   8
#define API_FIELD_ERRORS_MAX 200                /* listed in one problem document */
#define API_COOKIE "__Host-hocba"

/* Which rows a role may touch on a route; checked by the system's scope hook against path and query. */
enum api_scope {
	SCOPE_ANY, SCOPE_OWN_CHILD, SCOPE_CLASS_SUBJECT, SCOPE_HOMEROOM_CLASS, SCOPE_SCHOOL, SCOPE_UNIT, SCOPE_SELF, SCOPE__MAX
};
/* none; read: one queued row per request; write: the handler writes its row in its own transaction. */
enum api_audit { AUDIT_NONE, AUDIT_READ, AUDIT_WRITE, AUDIT__MAX };
enum api_idempotency { IDEMPOTENCY_NONE, IDEMPOTENCY_KEY };     /* KEY: Idempotency-Key is required */

struct api_req;
typedef enum hb_code api_handler(struct api_req *r, struct hb_err *err);

struct api_param_spec { const char *name; const struct api_schema *schema; bool required; };

struct api_route {
	const char *method, *path;                  /* "/api/school/v1/classes/{class}/marks" */
	const char *operation;                      /* operationId, unique in the system */
	auth_roles  roles;
	uint8_t     scope[ROLE__MAX];               /* enum api_scope for each role listed */
	enum api_audit audit;
	enum api_idempotency idempotency;
	bool        touches_results;                /* learning results: D4.2c6 bars the administrator */
	const char *clause;
	size_t      body_max;
	const struct api_schema *body, *reply;      /* NULL: not JSON, or empty */
	const char *raw_types;                      /* blank-separated media types of a raw body, or NULL */
	bool        body_required;
	const struct api_param_spec *path_params, *query_params;
	unsigned    n_path, n_query;
	int         status;                         /* of success: 200, 201, 202, 204 */
	api_handler *handler;
};
/* routes sorted by (path, method). */
struct api_table { const char *system; const struct api_route *routes; unsigned n; };

struct api_header { const char *name, *value; };

/* One request as it came, transport apart: what api_loopback() and the socket server both make. */
struct api_wire {
	const char *method, *target;                /* target: path?query, still encoded */
	const struct api_header *headers;           /* names outside the allow-list are dropped */
	unsigned    n_headers;
	struct hb_bytes body;
	const char *peer;                           /* address for throttling, "" when unknown */
};
struct api_reply {
	int         status;
	const char *content_type;
	struct hb_bytes body;
	struct api_header headers[8];               /* Set-Cookie, Location, Content-Disposition … */
	unsigned    n_headers;
};

struct api_system;
struct api_req {
	struct hb_arena          *a;                /* of this request */
	void                     *system;           /* the system's own context: api_system.context */
	const struct api_system  *host;
	const struct api_route   *route;
	const struct auth_person *who;              /* NULL on a public route without a session */
	auth_roles                acting;           /* roles of who that this route lists and whose scope holds */
	json_t                   *body;             /* validated; NULL when the route takes none */
	struct hb_bytes           raw;              /* body of a route with raw_types; its type in raw_type */
	const char               *raw_type;
	struct hb_buf            *out;              /* reply body */
	int                       status;           /* route->status unless the handler sets it */
	const char               *content_type;     /* default application/json when out is not empty */
	const char               *idempotency_key;  /* NULL when the route takes none */
	const char               *request_hash;     /* of method, target and body, with idempotency_key */
	const char               *request_id;
	const char               *peer;
	struct api_req_private   *p;
};

/* What a system gives the front door.  Hooks may be NULL only where said. */
struct api_system {
	const char *name;                            /* "school" */
	const struct api_table *table;
	void       *context;
	void       *hooks;                           /* the hooks' own state (auth/hooks.h) */
	const char *origin;                          /* "https://…": required on writes with a cookie; NULL refuses all */
	/* The person of a session token; HB_E_AUTH when unknown or expired.  NULL: only public and system routes. */
	enum hb_code (*session)(const struct api_system *host, const char *token, struct hb_arena *a,
	    const struct auth_person **ret_who, struct hb_err *err);
	/* HB_OK when `role` of r->who may touch what path and query name.  NULL: only SCOPE_ANY passes. */
	enum hb_code (*scope)(struct api_req *r, enum auth_role role, enum api_scope scope, struct hb_err *err);
	/* Append one audit row (AUDIT_READ, or a refusal when code != HB_OK); a failure refuses the request.
	 * NULL: routes with audit: read are refused at start. */
	enum hb_code (*audit)(struct api_req *r, enum hb_code code, struct hb_err *err);
	const struct api_replays *replays;           /* NULL: routes with idempotency keys are refused at start */
	bool        check_replies;                   /* hold every JSON reply against its schema: the demo and tests */
	/* One more line for /health and /metrics; may be NULL. */
	void (*metrics)(void *context, struct hb_buf *out);
};

/* Stored replies of writes, by (account, key).  begin: *ret_known true and the reply when finished before with the
 * same r->request_hash; HB_E_CONFLICT with another hash, or when the first try has not ended.  end: what to replay. */
struct api_replays {
	enum hb_code (*begin)(struct api_req *r, bool *ret_known, struct api_reply *ret_reply, struct hb_err *err);
	enum hb_code (*end)(struct api_req *r, const struct api_reply *reply, struct hb_err *err);
	void (*forget)(struct api_req *r);           /* the handler failed: the key may be used again */
};

const char *api_param(const struct api_req *r, const char *name);     /* never NULL for a declared path parameter */
const char *api_query(const struct api_req *r, const char *name);     /* NULL when absent */
const char *api_header(const struct api_req *r, const char *name);    /* of the allow-list; NULL when absent */
struct jw   api_json(struct api_req *r);                              /* start a JSON reply in r->out */
enum hb_code api_json_end(struct api_req *r, const struct jw *w, struct hb_err *err);
void api_reply_header(struct api_req *r, const char *name, const char *value);   /* value: arena or static */
void api_session_cookie(struct api_req *r, const char *token);        /* token NULL: clear it */
/* Name one bad field for the problem document; the handler still returns hb_fail(...). */
void api_field_error(struct api_req *r, const char *pointer, const char *key, const char *text);
/* Both values of a stale write (409), then return HB_E_CONFLICT's failure. */
void api_field_conflict(struct api_req *r, const char *pointer, const char *yours, const char *stored);

/* Lists page by cursor: ?limit=&after=.  `after` is the sort key the last page ended with, "" at first. */
struct api_page { int limit; const char *after; };
enum hb_code api_page(const struct api_req *r, int limit_default, int limit_max, struct api_page *ret_page, struct hb_err *err);
void api_page_next(struct api_req *r, struct jw *w, const char *last_key);   /* "next": cursor, or null for last_key NULL */

/* The whole request without a socket: phases, handler, reply.  Never fails: failures are replies. */
void api_loopback(const struct api_system *host, const struct api_wire *in, struct hb_arena *a, struct api_reply *ret_reply);
/* Replies that differed from their schema since the start of the process (check_replies); each is also logged. */
unsigned api_replies_off_contract(void);
/* Refuses a table whose needs the hooks do not meet. */
enum hb_code api_system_check(const struct api_system *host, struct hb_err *err);
#endif
