/* http/api_int.h - what the phases share and handlers do not see. */
#ifndef HTTP_API_INT_H
#define HTTP_API_INT_H
#include "http/api.h"

enum { QUERY_MAX = 32, TARGET_MAX = 4096, HEADER_VALUE_MAX = 8192 };

/* Headers the front door lets through; the rest is dropped unseen. */
enum header {
	HEADER_ACCEPT, HEADER_CONTENT_TYPE, HEADER_COOKIE, HEADER_HOST, HEADER_IDEMPOTENCY_KEY, HEADER_IF_MATCH,
	HEADER_ORIGIN, HEADER_X_HOCBA, HEADER_X_REAL_IP, HEADER_X_REQUEST_ID, HEADER__MAX
};

struct named { const char *name, *value; };
struct field_error { const char *pointer, *key, *text, *yours, *stored; };

struct api_req_private {
	const char        *method;
	const char        *header[HEADER__MAX];
	struct named       path[API_PARAMS_MAX], query[QUERY_MAX];
	unsigned           n_path, n_query;
	const char        *target;
	struct field_error errors[API_FIELD_ERRORS_MAX];
	unsigned           n_errors;
	struct api_header  reply_headers[6];
	unsigned           n_reply_headers;
	bool               has_cookie;
	bool               replay_open;             /* a begun idempotency key waits for its reply */
	const struct api_reply *replayed;
	int                problem_status;          /* overrides the status of the failure's code */
	struct hb_buf      out;
};

/* Everything up to scope, from the head alone.  NULL only when the arena is full; otherwise err tells. */
struct api_req *api_open(const struct api_system *host, const struct api_wire *head, struct hb_arena *a, struct hb_err *err);
/* The rest: validate, handler, audit, and the reply (also of a failure already in err). */
void api_run(struct api_req *r, struct hb_bytes body, struct hb_err *err, struct api_reply *ret_reply);

/* route.c */
enum hb_code route_find(struct api_req *r, struct hb_err *err);          /* sets r->route and the parameters */
enum hb_code route_check_params(struct api_req *r, struct hb_err *err);
/* head.c */
enum hb_code head_parse(struct api_req *r, const struct api_wire *head, struct hb_err *err);
enum hb_code head_cookie(struct api_req *r, const char **ret_token, struct hb_err *err);
enum hb_code head_origin(struct api_req *r, struct hb_err *err);
bool         method_writes(const char *method);
/* reply_check.c */
void reply_check(struct api_req *r);
/* problem.c */
void problem_reply(struct api_req *r, const struct hb_err *err, struct api_reply *ret_reply);
void problem_plain(const struct hb_err *err, struct api_reply *ret_reply);  /* without a request: fixed bytes */
enum hb_code problem_fields(struct api_req *r, struct hb_err *err);          /* HB_E_INPUT when any field error stands */
struct schema_sink problem_sink(struct api_req *r);
#endif
