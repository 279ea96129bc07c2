/* The services of the test PKI over HTTP on loopback:
 *   POST /tsa   POST /ocsp/NAME   GET /ca/NAME.cer   GET /crl/NAME.crl   (NAME: root, government, public)
 *   POST /fault?service=tsa|ocsp|crl&mode=ok|silent|slow|wrong|refuse|garbage   for scripts */
#include "demo/pki/testpki_int.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 65536, CONNECTIONS_MAX = 128, SLOW_S = 2 };

struct testpki_server {
	struct testpki    *pki;
	struct MHD_Daemon *daemon;
	pthread_mutex_t    lock;
	pthread_cond_t     changed;
	enum testpki_fault faults[TESTPKI_SERVICE__MAX];
	atomic_long        answered[TESTPKI_SERVICE__MAX];
	bool               stopping;
};
struct upload { struct hb_buf body; };

static const char *const service_name[TESTPKI_SERVICE__MAX] = { "ocsp", "tsa", "crl" };
static const char *const fault_name[] = { "ok", "silent", "slow", "wrong", "refuse", "garbage" };

void
testpki_set_fault(struct testpki_server *s, enum testpki_service service, enum testpki_fault fault)
{
	pthread_mutex_lock(&s->lock);
	s->faults[service] = fault;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

long
testpki_answered(const struct testpki_server *s, enum testpki_service service)
{
	return atomic_load(&s->answered[service]);
}

/* Play the waiting faults; the rest is the answer's business. */
static enum testpki_fault
play_fault(struct testpki_server *s, enum testpki_service service)
{
	enum testpki_fault fault;
	struct timespec until;

	pthread_mutex_lock(&s->lock);
	while (s->faults[service] == TESTPKI_SILENT && !s->stopping)
		pthread_cond_wait(&s->changed, &s->lock);
	if (s->faults[service] == TESTPKI_SLOW) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += SLOW_S;
		while (!s->stopping && pthread_cond_timedwait(&s->changed, &s->lock, &until) == 0)
			continue;
	}
	fault = s->faults[service];
	pthread_mutex_unlock(&s->lock);
	atomic_fetch_add(&s->answered[service], 1);
	return fault;
}

static enum MHD_Result
reply(struct MHD_Connection *c, unsigned status, const char *type, struct hb_bytes body)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(body.n, (void *)body.p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (r == NULL)
		return MHD_NO;
	if (type != NULL)
		MHD_add_response_header(r, "Content-Type", type);
	result = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return result;
}

/* NAME of /kind/NAME.suffix; false when it is none of ours. */
static bool
ca_of(const char *path, const char *before, const char *after, enum testpki_ca *ret)
{
	static const char *const names[TESTPKI_CA__MAX] = { "government", "public", "root" };
	char want[64];

	for (int i = 0; i < TESTPKI_CA__MAX; i++) {
		snprintf(want, sizeof want, "%s%s%s", before, names[i], after);
		if (strcmp(want, path) == 0) {
			*ret = (enum testpki_ca)i;
			return true;
		}
	}
	return false;
}

struct answer { enum hb_code code; const char *type; struct hb_bytes body; unsigned status; };

static void
answer_crl(struct testpki_server *s, enum testpki_ca ca, struct hb_arena *a, struct answer *out)
{
	enum testpki_fault fault = play_fault(s, TESTPKI_CRL);

	out->type = "application/pkix-crl";
	if (fault == TESTPKI_REFUSE)
		out->status = MHD_HTTP_NOT_FOUND;
	if (fault == TESTPKI_GARBAGE)
		out->body = HB_STR("garbage");
	else
		out->code = testpki_crl(s->pki, fault == TESTPKI_WRONG ? (ca == TESTPKI_ROOT ? TESTPKI_PUBLIC : TESTPKI_ROOT) : ca, a,
		    &out->body, NULL);
}

static void
answer_post(struct testpki_server *s, const char *path, struct hb_bytes in, struct hb_arena *a, struct answer *out)
{
	enum testpki_fault fault;
	enum testpki_ca ca;

	if (strcmp(path, "/tsa") == 0) {
		fault = play_fault(s, TESTPKI_TSA);
		out->type = "application/timestamp-reply";
		out->body = HB_STR("garbage");
		if (fault != TESTPKI_GARBAGE)
			out->code = testpki_tsa_answer(s->pki, in, fault, a, &out->body, NULL);
	} else if (ca_of(path, "/ocsp/", "", &ca)) {
		fault = play_fault(s, TESTPKI_OCSP);
		out->type = "application/ocsp-response";
		out->body = HB_STR("garbage");
		if (fault != TESTPKI_GARBAGE)
			out->code = testpki_ocsp_answer(s->pki, ca, in, fault, a, &out->body, NULL);
	} else {
		out->status = MHD_HTTP_NOT_FOUND;
	}
}

static bool
answer_fault(struct testpki_server *s, struct MHD_Connection *c)
{
	const char *service = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "service");
	const char *mode = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "mode");

	for (int i = 0; service != NULL && mode != NULL && i < TESTPKI_SERVICE__MAX; i++)
		for (size_t k = 0; k < sizeof fault_name / sizeof fault_name[0]; k++)
			if (strcmp(service, service_name[i]) == 0 && strcmp(mode, fault_name[k]) == 0) {
				testpki_set_fault(s, (enum testpki_service)i, (enum testpki_fault)k);
				return true;
			}
	return false;
}

static enum MHD_Result
dispatch(struct testpki_server *s, struct MHD_Connection *c, const char *method, const char *path, struct hb_bytes in)
{
	struct answer out = { .code = HB_OK, .status = MHD_HTTP_OK, .body = HB_STR("") };
	enum testpki_ca ca;
	HB_SCOPED_ARENA a;

	hb_arena_init(&a, (size_t)4 << 20);
	if (strcmp(path, "/fault") == 0) {
		out.status = answer_fault(s, c) ? MHD_HTTP_OK : MHD_HTTP_BAD_REQUEST;
	} else if (strcmp(method, "POST") == 0) {
		answer_post(s, path, in, &a, &out);
	} else if (ca_of(path, "/ca/", ".cer", &ca)) {
		out.type = "application/pkix-cert";
		out.body = testpki_ca_cert(s->pki, ca)->der;
	} else if (ca_of(path, "/crl/", ".crl", &ca)) {
		answer_crl(s, ca, &a, &out);
	} else {
		out.status = MHD_HTTP_NOT_FOUND;
	}
	return reply(c, out.code == HB_OK ? out.status : MHD_HTTP_INTERNAL_SERVER_ERROR, out.type, out.body);
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *path, const char *method, const char *version, const char *data,
    size_t *n, void **state)
{
	struct upload *u = *state;

	(void)version;
	if (u == NULL) {
		*state = u = calloc(1, sizeof *u);
		if (u == NULL)
			return MHD_NO;
		hb_buf_init(&u->body, BODY_MAX);
		return MHD_YES;
	}
	if (*n > 0) {
		hb_put(&u->body, data, *n);
		*n = 0;
		return MHD_YES;
	}
	if (!hb_buf_ok(&u->body))
		return reply(c, MHD_HTTP_CONTENT_TOO_LARGE, NULL, HB_STR(""));
	return dispatch(arg, c, method, path, hb_buf_bytes(&u->body));
}

static void
on_done(void *arg, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	struct upload *u = *state;

	(void)arg;
	(void)c;
	(void)why;
	if (u != NULL)
		hb_buf_fini(&u->body);
	free(u);
}

enum hb_code
testpki_serve(struct testpki *pki, struct testpki_server **ret_server, struct hb_err *err)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)pki->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct testpki_server *s = calloc(1, sizeof *s);

	if (s == NULL)
		return hb_full(err);
	s->pki = pki;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	s->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, 0, NULL, NULL,
	    on_request, s, MHD_OPTION_SOCK_ADDR, &in, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_END);
	if (s->daemon == NULL) {
		testpki_stop(s);
		return hb_fail(err, HB_E_INTERNAL, "pki.imLang", "không mở được cổng 127.0.0.1:%d cho PKI thử nghiệm", pki->port);
	}
	*ret_server = s;
	return HB_OK;
}

void
testpki_stop(struct testpki_server *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
	if (s->daemon != NULL)
		MHD_stop_daemon(s->daemon);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
