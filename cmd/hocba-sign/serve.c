/* hocba-sign serve: the agent for a page in the browser, on 127.0.0.1 only.
 *
 *   GET  /v1/hello          is the agent there
 *   GET  /v1/certificates   certificates of the token
 *   POST /v1/sign           a packet; the answer comes back when the person has agreed
 *
 * Any page of the world can send requests to loopback, so three things must fit: the Host is ours (a rebound name is
 * not), the Origin is exactly the one given at start, and X-Hocba-Pair holds the code shown on this terminal. */
#include "agent.h"
#include "base/id.h"
#include "batch.h"
#include "json/write.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_DIGITS = 8, WRONG_CODES_MAX = 5 };

struct server {
	const struct agent_options *o;
	struct key_source *key;
	char               code[CODE_DIGITS + 1];
	unsigned           wrong;
};

static enum MHD_Result
reply(struct server *s, struct MHD_Connection *c, unsigned status, struct hb_bytes body, bool allowed)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(body.n, (void *)body.p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (r == NULL)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", "application/json");
	MHD_add_response_header(r, "Cache-Control", "no-store");
	if (allowed) {
		MHD_add_response_header(r, "Access-Control-Allow-Origin", s->o->origin);
		MHD_add_response_header(r, "Access-Control-Allow-Headers", "content-type, x-hocba-pair");
		MHD_add_response_header(r, "Access-Control-Allow-Methods", "GET, POST");
		MHD_add_response_header(r, "Access-Control-Allow-Private-Network", "true");
		MHD_add_response_header(r, "Vary", "Origin");
	}
	result = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result
refuse(struct server *s, struct MHD_Connection *c, unsigned status, const char *key, bool allowed)
{
	char text[128];

	snprintf(text, sizeof text, "{\"key\":\"%s\"}", key);
	return reply(s, c, status, HB_STR(text), allowed);
}

static bool
host_is_ours(const struct server *s, struct MHD_Connection *c)
{
	const char *host = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host");
	char want[2][32];

	snprintf(want[0], sizeof want[0], "127.0.0.1:%d", s->o->port);
	snprintf(want[1], sizeof want[1], "localhost:%d", s->o->port);
	return host != NULL && (strcmp(host, want[0]) == 0 || strcmp(host, want[1]) == 0);
}

static bool
origin_fits(const struct server *s, struct MHD_Connection *c)
{
	const char *origin = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Origin");

	return origin != NULL && strcmp(origin, s->o->origin) == 0;
}

/* After WRONG_CODES_MAX wrong codes nobody is let in until the agent is started again. */
static bool
is_paired(struct server *s, struct MHD_Connection *c)
{
	const char *code = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Hocba-Pair");

	if (s->wrong >= WRONG_CODES_MAX || code == NULL)
		return false;
	if (strlen(code) == CODE_DIGITS && sodium_memcmp(code, s->code, CODE_DIGITS) == 0) {
		s->wrong = 0;
		return true;
	}
	s->wrong++;
	return false;
}

static bool
consent(void *context, const char *text)
{
	const struct server *s = context;

	fputs(text, stderr);
	return s->o->yes || pin_confirm("Ký những tài liệu trên?");
}

static enum MHD_Result
answer_sign(struct server *s, struct MHD_Connection *c, const struct hb_buf *body)
{
	struct batch_hooks hooks = { .context = s, .consent = consent };
	struct batch_outcome done = { .done = 0 };
	struct hb_err err = HB_ERR_INIT;
	HB_SCOPED_BUF answer;

	hb_buf_init(&answer, PACKET_MAX);
	if (!hb_buf_ok(body))
		return refuse(s, c, MHD_HTTP_CONTENT_TOO_LARGE, "goi.saiDang", true);
	if (batch_run(hb_buf_bytes(body), HB_BYTES("", 0), s->key, &hooks, &answer, &done, &err) != HB_OK) {
		agent_tell(&err);
		return refuse(s, c, (unsigned)hb_http_status(err.code), err.key, true);
	}
	if (done.refused)
		return refuse(s, c, MHD_HTTP_FORBIDDEN, "goi.khongDongY", true);
	fprintf(stderr, "Đã ký %zu/%zu tài liệu\n", done.done, done.total);
	return reply(s, c, MHD_HTTP_OK, hb_buf_bytes(&answer), true);
}

static enum MHD_Result
answer_certificates(struct server *s, struct MHD_Connection *c)
{
	size_t n;
	struct pki_cert *const *certs = key_certs(s->key, &n);
	HB_SCOPED_BUF out;
	struct jw w;

	hb_buf_init(&out, HB_BUF_MAX);
	w = jw_start(&out);
	jw_object(&w, NULL);
	jw_array(&w, "certificates");
	for (size_t i = 0; i < n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "name", certs[i]->name);
		jw_str(&w, "issuer", certs[i]->issuer_name);
		jw_time(&w, "not_after", certs[i]->not_after);
		jw_base64(&w, "certificate", certs[i]->der);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return jw_done(&w) ? reply(s, c, MHD_HTTP_OK, hb_buf_bytes(&out), true) : MHD_NO;
}

static enum MHD_Result
dispatch(struct server *s, struct MHD_Connection *c, const char *method, const char *path, const struct hb_buf *body)
{
	if (!host_is_ours(s, c) || !origin_fits(s, c))
		return refuse(s, c, MHD_HTTP_FORBIDDEN, "goi.nguonLa", false);
	if (strcmp(method, "OPTIONS") == 0)
		return reply(s, c, MHD_HTTP_NO_CONTENT, HB_STR(""), true);
	if (strcmp(method, "GET") == 0 && strcmp(path, "/v1/hello") == 0)
		return reply(s, c, MHD_HTTP_OK, HB_STR("{\"agent\":\"hocba-sign\",\"version\":1}"), true);
	if (!is_paired(s, c))
		return refuse(s, c, MHD_HTTP_UNAUTHORIZED, "goi.chuaGhep", true);
	if (strcmp(method, "GET") == 0 && strcmp(path, "/v1/certificates") == 0)
		return answer_certificates(s, c);
	if (strcmp(method, "POST") == 0 && strcmp(path, "/v1/sign") == 0)
		return answer_sign(s, c, body);
	return refuse(s, c, MHD_HTTP_NOT_FOUND, "goi.saiDang", true);
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *path, const char *method, const char *version, const char *data,
    size_t *n, void **state)
{
	struct server *s = arg;
	struct hb_buf *body = *state;

	(void)version;
	if (body == NULL) {
		*state = body = calloc(1, sizeof *body);
		if (body == NULL)
			return MHD_NO;
		hb_buf_init(body, PACKET_MAX);
		/* A stranger's body is not even kept. */
		return host_is_ours(s, c) && origin_fits(s, c) ? MHD_YES : dispatch(s, c, method, path, body);
	}
	if (*n > 0) {
		hb_put(body, data, *n);
		*n = 0;
		return MHD_YES;
	}
	return dispatch(s, c, method, path, body);
}

static void
on_done(void *arg, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	struct hb_buf *body = *state;

	(void)arg;
	(void)c;
	(void)why;
	if (body != NULL)
		hb_buf_fini(body);
	free(body);
}

static void
make_code(struct server *s)
{
	uint32_t n;

	hb_random(&n, sizeof n);
	snprintf(s->code, sizeof s->code, "%08u", (unsigned)(n % 100000000u));
}

static int
run(struct server *s)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)s->o->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct MHD_Daemon *daemon;
	sigset_t stop;
	int signal_no;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	/* One thread: requests to the token never meet. */
	daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR, &in,
	    MHD_OPTION_CONNECTION_LIMIT, 8u, MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL,
	    MHD_OPTION_END);
	if (daemon == NULL) {
		fprintf(stderr, "hocba-sign: không mở được cổng 127.0.0.1:%d\n", s->o->port);
		return AGENT_USAGE;
	}
	fprintf(stderr, "Đang chờ trang %s tại http://127.0.0.1:%d\nMã ghép: %s\n", s->o->origin, s->o->port, s->code);
	sigwait(&stop, &signal_no);
	MHD_stop_daemon(daemon);
	return AGENT_OK;
}

int
agent_serve(const struct agent_options *o)
{
	struct server s = { .o = o };
	int status;

	if (agent_open_key(o, &s.key) != HB_OK)
		return AGENT_USAGE;
	make_code(&s);
	status = run(&s);
	sodium_memzero(s.code, sizeof s.code);
	key_close(s.key);
	return status;
}
