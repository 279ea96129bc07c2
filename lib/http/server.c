#include "http/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "http/api_int.h"

enum { HEADERS_MAX = 64, STOP_WAIT_MS = 20000, LISTEN_BACKLOG = 128 };
/* A refused body up to this size is read and dropped, so that the client gets to see the reply. */
static const size_t DRAIN_MAX = (size_t)1 << 20;

struct api_server {
	const struct api_system *host;
	struct MHD_Daemon       *daemon;
	char                     path[sizeof ((struct sockaddr_un *)0)->sun_path];
	atomic_int               running;                 /* requests in a handler now */
	atomic_ullong            replies[6], busy_us;     /* replies[n]: status n00-n99 */
};

/* One request on its connection's thread. */
struct call {
	struct api_server *server;
	struct hb_arena    a;
	char              *target;
	struct api_req    *r;
	struct hb_err      err;
	struct hb_buf      body;
	struct api_reply   reply;
	int64_t            started;
	bool               begun;
};

static void *
on_uri(void *cls, const char *uri, struct MHD_Connection *c)
{
	(void)c;
	struct call *call = calloc(1, sizeof *call);
	if (call == NULL)
		return NULL;
	call->server = cls;
	call->started = hb_mono_us();
	hb_arena_init(&call->a, HB_ARENA_DEFAULT + API_REPLY_MAX);
	call->target = hb_strdup(&call->a, uri);
	return call;
}

static void
on_completed(void *cls, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode why)
{
	(void)cls;
	(void)c;
	struct call *call = *con_cls;
	if (call == NULL)
		return;
	int64_t us = hb_mono_us() - call->started;
	unsigned family = (unsigned)call->reply.status / 100;
	if (family < 6)
		atomic_fetch_add(&call->server->replies[family], 1);
	atomic_fetch_add(&call->server->busy_us, (unsigned long long)us);
	if (call->r != NULL)
		hb_log(HB_LOG_INFO, "http.request", "\"request\":\"%s\",\"operation\":\"%s\",\"status\":%d,\"us\":%lld%s",
		    call->r->request_id, call->r->route != NULL ? call->r->route->operation : "", call->reply.status,
		    (long long)us, why == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "" : ",\"cut\":true");
	hb_buf_fini(&call->body);
	hb_arena_fini(&call->a);
	free(call);
	*con_cls = NULL;
}

static enum MHD_Result
queue(struct MHD_Connection *c, const struct api_reply *reply)
{
	struct MHD_Response *m = MHD_create_response_from_buffer(reply->body.n, (void *)reply->body.p, MHD_RESPMEM_PERSISTENT);
	if (m == NULL)
		return MHD_NO;
	if (reply->body.n > 0)
		MHD_add_response_header(m, "Content-Type", reply->content_type);
	MHD_add_response_header(m, "Cache-Control", "no-store");
	MHD_add_response_header(m, "X-Content-Type-Options", "nosniff");
	for (unsigned i = 0; i < reply->n_headers; i++)
		MHD_add_response_header(m, reply->headers[i].name, reply->headers[i].value);
	enum MHD_Result done = MHD_queue_response(c, (unsigned)reply->status, m);
	MHD_destroy_response(m);
	return done;
}

struct head_list { struct api_header items[HEADERS_MAX]; unsigned n; size_t length; };

static enum MHD_Result
add_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	struct head_list *list = cls;
	if (strcasecmp(name, "Content-Length") == 0)
		list->length = strtoull(value != NULL ? value : "", NULL, 10);
	if (list->n < HEADERS_MAX && value != NULL)
		list->items[list->n++] = (struct api_header){ name, value };
	return MHD_YES;
}

static void
put_health(struct call *call)
{
	struct jw w = jw_start(&call->body);
	jw_object(&w, NULL);
	jw_str(&w, "system", call->server->host->name);
	jw_str(&w, "status", "ok");
	jw_end(&w);
}

static void
put_metrics(struct call *call)
{
	struct api_server *s = call->server;
	hb_putf(&call->body, "hocba_requests_running %d\nhocba_busy_microseconds %llu\n", (int)s->running,
	    (unsigned long long)s->busy_us);
	for (int i = 2; i < 6; i++)
		hb_putf(&call->body, "hocba_replies{status=\"%dxx\"} %llu\n", i, (unsigned long long)s->replies[i]);
	hb_putf(&call->body, "hocba_replies_off_contract %u\n", api_replies_off_contract());
	if (s->host->metrics != NULL)
		s->host->metrics(s->host->context, &call->body);
}

/* /health and /metrics are the operator's, on the socket only, and outside the table of routes. */
static bool
operator_page(struct call *call, const char *method)
{
	bool health = strcmp(call->target, "/health") == 0;
	if (strcmp(method, "GET") != 0 || (!health && strcmp(call->target, "/metrics") != 0))
		return false;
	hb_buf_init(&call->body, API_BODY_DEFAULT);
	if (health)
		put_health(call);
	else
		put_metrics(call);
	call->reply = (struct api_reply){ .status = 200, .body = hb_buf_bytes(&call->body),
		.content_type = health ? "application/json" : "text/plain; charset=utf-8" };
	return true;
}

/* The head has come: settle who may what before a byte of the body is taken. */
static enum MHD_Result
begin(struct call *call, struct MHD_Connection *c, const char *method)
{
	struct head_list list = { .n = 0 };
	call->begun = true;
	if (operator_page(call, method))
		return queue(c, &call->reply);
	MHD_get_connection_values(c, MHD_HEADER_KIND, add_header, &list);
	struct api_wire head = { .method = method, .target = call->target, .headers = list.items, .n_headers = list.n,
		.peer = "" };
	call->r = api_open(call->server->host, &head, &call->a, &call->err);
	if (call->r == NULL) {
		problem_plain(&call->err, &call->reply);
		return queue(c, &call->reply);
	}
	size_t max = call->r->route != NULL ? call->r->route->body_max : 0;
	if (list.length > max && call->err.code == HB_OK)
		hb_fail(&call->err, HB_E_TOOBIG, "http.quaLon", "dữ liệu gửi lên lớn hơn %zu byte", max);
	hb_buf_init(&call->body, call->err.code == HB_OK ? max : 0);
	if (call->err.code == HB_OK || list.length <= DRAIN_MAX)
		return MHD_YES;
	api_run(call->r, HB_BYTES("", 0), &call->err, &call->reply);
	return queue(c, &call->reply);
}

static enum MHD_Result
finish(struct call *call, struct MHD_Connection *c)
{
	if (!hb_buf_ok(&call->body) && call->err.code == HB_OK)
		hb_fail(&call->err, HB_E_TOOBIG, "http.quaLon", "dữ liệu gửi lên lớn hơn %zu byte", call->body.max);
	atomic_fetch_add(&call->server->running, 1);
	api_run(call->r, hb_buf_bytes(&call->body), &call->err, &call->reply);
	atomic_fetch_sub(&call->server->running, 1);
	return queue(c, &call->reply);
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
    const char *data, size_t *size, void **con_cls)
{
	(void)cls;
	(void)url;
	(void)version;
	struct call *call = *con_cls;
	if (call == NULL || call->target == NULL)
		return MHD_NO;
	if (!call->begun)
		return begin(call, c, method);
	if (*size > 0) {
		hb_put(&call->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	return finish(call, c);
}

/* Another server alive on the path, rather than a socket left behind by a crash. */
static bool
answers(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool alive = fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof *at) == 0;
	if (fd >= 0)
		close(fd);
	return alive;
}

static enum hb_code
listen_on(const char *path, int *ret_fd, struct hb_err *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof at.sun_path)
		return hb_fail(err, HB_E_INPUT, "http.oCam", "đường dẫn socket dài quá %zu byte: %s", sizeof at.sun_path - 1, path);
	memcpy(at.sun_path, path, strlen(path) + 1);
	if (answers(&at))
		return hb_fail(err, HB_E_CONFLICT, "http.oCam", "đã có hệ thống đang chạy ở %s", path);
	unlink(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return hb_bug(err, "socket: %s", strerror(errno));
	mode_t before = umask(0777 & ~API_SOCKET_MODE);
	bool ok = bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, LISTEN_BACKLOG) == 0;
	umask(before);
	if (!ok) {
		hb_fail(err, HB_E_INTERNAL, "http.oCam", "không mở được socket %s: %s", path, strerror(errno));
		close(fd);
		return HB_E_INTERNAL;
	}
	*ret_fd = fd;
	return HB_OK;
}

static struct MHD_Daemon *
start_daemon(struct api_server *s, int fd)
{
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD;
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)API_CONNECTIONS,
	    MHD_OPTION_THREAD_STACK_SIZE, API_STACK_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)API_IDLE_SECONDS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, API_HEAD_MAX,
	    MHD_OPTION_URI_LOG_CALLBACK, on_uri, s,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
	    MHD_OPTION_END);
}

enum hb_code
api_server_start(const struct api_system *host, const char *socket_path, struct api_server **ret_server,
    struct hb_err *err)
{
	enum hb_code c = api_system_check(host, err);
	if (c != HB_OK)
		return c;
	int fd = -1;
	c = listen_on(socket_path, &fd, err);
	if (c != HB_OK)
		return c;
	struct api_server *s = calloc(1, sizeof *s);
	if (s == NULL) {
		close(fd);
		return hb_full(err);
	}
	s->host = host;
	memcpy(s->path, socket_path, strlen(socket_path) + 1);
	s->daemon = start_daemon(s, fd);
	if (s->daemon == NULL) {
		close(fd);
		free(s);
		return hb_bug(err, "the HTTP daemon does not start");
	}
	*ret_server = s;
	return HB_OK;
}

void
api_server_stop(struct api_server *s)
{
	if (s == NULL)
		return;
	MHD_socket fd = MHD_quiesce_daemon(s->daemon);
	unlink(s->path);
	for (int waited = 0; s->running > 0 && waited < STOP_WAIT_MS; waited += 10)
		usleep(10000);
	MHD_stop_daemon(s->daemon);
	if (fd != MHD_INVALID_SOCKET)
		close(fd);
	free(s);
}

enum hb_code
api_serve(const struct api_system *host, const char *socket_path, struct hb_err *err)
{
	/* Blocked before any thread starts, so that only sigwait() below sees them. */
	sigset_t stop;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
	struct api_server *s;
	enum hb_code c = api_server_start(host, socket_path, &s, err);
	if (c != HB_OK)
		return c;
	hb_log(HB_LOG_INFO, "http.ready", "\"connections\":%d", API_CONNECTIONS);
	int got;
	sigwait(&stop, &got);
	hb_log(HB_LOG_INFO, "http.stopping", "\"signal\":%d", got);
	api_server_stop(s);
	return HB_OK;
}
