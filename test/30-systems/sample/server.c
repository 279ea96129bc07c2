/* The socket server and the client: what a loopback cannot show. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "http/client.h"
#include "http/server.h"
#include "sample.h"
#include "tap.h"

static struct sample sample;
static char folder[] = "/tmp/hocba-http-XXXXXX", path[64];

static int
status_of(const char *method, const char *target, const char *session, struct hb_bytes body, const char *type)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct api_reply r;
	struct hb_err err = HB_ERR_INIT;
	struct http_request q = { .to = path, .method = method, .path = target, .session = session, .body = body,
		.content_type = type, .origin = "https://truong.example", .idempotency_key = "server-key-01" };
	if (http_call(&q, &a, &r, &err) != HB_OK) {
		printf("# %s\n", err.msg);
		return -1;
	}
	return r.status;
}
#define NOTHING ((struct hb_bytes){ NULL, 0 })

static void
serves(void)
{
	struct stat st;
	ok(stat(path, &st) == 0 && S_ISSOCK(st.st_mode) && (st.st_mode & 0777) == 0660, "a socket for its group only");
	ok(status_of("GET", "/health", NULL, NOTHING, NULL) == 200, "/health answers on the socket");
	ok(status_of("GET", "/api/sample/v1/classes/6A1/marks", NULL, NOTHING, NULL) == 401, "no session");
	ok(status_of("GET", "/api/sample/v1/classes/6A1/marks", "homeroom:6A1", NOTHING, NULL) == 200, "a session");
	ok(status_of("PUT", "/api/sample/v1/classes/6A1/marks", "subject_teacher:6A1",
	    HB_STR("{\"version\":1,\"marks\":[]}"), NULL) == 200, "a write through the client's cookie, origin and key");
}

static void
limits_hold(void)
{
	size_t n = 5000000;
	char *big = calloc(1, n);
	ok(status_of("POST", "/api/sample/v1/upload", NULL, HB_BYTES(big, 4000000), "application/pdf") == 200, "a body at the limit");
	int status = status_of("POST", "/api/sample/v1/upload", NULL, HB_BYTES(big, 4000001), "application/pdf");
	ok(status == 413 || status == -1, "one byte over: refused (%d)", status);
	ok(status_of("PUT", "/api/sample/v1/classes/6A1/marks", "homeroom:6A1", HB_BYTES(big, 60000), NULL) == 403,
	    "a refused body is drained, so that the refusal is seen");
	struct http_request q = { .to = path, .method = "GET", .path = "/metrics", .max_reply = 10 };
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct api_reply r;
	ok(http_call(&q, &a, &r, NULL) == HB_E_UPSTREAM, "the client refuses a reply over its limit");
	free(big);
}

/* Raw bytes to the socket; the first line of what comes back in line. */
static void
raw(const char *bytes, char line[64])
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	line[0] = '\0';
	if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0 && write(fd, bytes, strlen(bytes)) > 0) {
		ssize_t n = read(fd, line, 63);
		line[n > 0 ? n : 0] = '\0';
		line[strcspn(line, "\r\n")] = '\0';
	}
	close(fd);
}

static void
broken_requests(void)
{
	char line[64];
	raw("GET /api/sample/v1/classes/summary HTTP/1.1\r\nHost: a\r\n\r\n", line);
	ok(strstr(line, "204") != NULL, "a request by hand: %s", line);
	raw("nonsense\r\n\r\n", line);
	ok(strstr(line, "200") == NULL, "no request at all: %s", line);
	raw("POST /api/sample/v1/upload HTTP/1.1\r\nHost: a\r\nContent-Type: application/pdf\r\nContent-Length: -5\r\n\r\n", line);
	ok(strstr(line, "200") == NULL, "a negative length: %s", line);
	raw("POST /api/sample/v1/upload HTTP/1.1\r\nHost: a\r\nContent-Type: application/pdf\r\nContent-Length: 99999999999\r\n\r\nx", line);
	ok(strstr(line, "413") != NULL, "a declared giant is refused before it is sent: %s", line);
	static char many[60000] = "GET /health HTTP/1.1\r\nHost: a\r\nX-Long: ";
	size_t n = strlen(many);
	memset(many + n, 'x', 50000);
	strcpy(many + n + 50000, "\r\n\r\n");
	raw(many, line);
	ok(strstr(line, "200") == NULL, "a head over its limit: %s", line);
	ok(status_of("GET", "/health", NULL, NOTHING, NULL) == 200, "and it still serves");
}

static void *
slow_upload(void *ret)
{
	*(int *)ret = status_of("POST", "/api/sample/v1/upload", NULL, HB_STR("x"), "application/pdf");
	return NULL;
}

static void
stops_cleanly(struct api_server *server, const struct api_system *host)
{
	struct api_server *second = NULL;
	ok(api_server_start(host, path, &second, NULL) == HB_E_CONFLICT, "a second server on the path is refused");
	pthread_t thread;
	int status = 0;
	sample.slow_ms = 400;
	pthread_create(&thread, NULL, slow_upload, &status);
	usleep(150000);
	api_server_stop(server);
	pthread_join(thread, NULL);
	ok(status == 200, "a request under way is answered (%d)", status);
	ok(access(path, F_OK) != 0 && errno == ENOENT, "the socket is gone");
	ok(status_of("GET", "/health", NULL, NOTHING, NULL) == -1, "nobody answers");
	FILE *left = fopen(path, "w");
	fclose(left);
	struct api_server *again = NULL;
	ok(api_server_start(host, path, &again, NULL) == HB_OK, "what a crash left on the path does not stop a start");
	api_server_stop(again);
}

static void
refusals_become_failures(void)
{
	static const char body[] = "{\"key\":\"diem.daKhoa\",\"detail\":\"bảng điểm đã khoá\",\"hint\":\"xin mở khoá\"}";
	struct api_reply r = { .status = 409, .body = HB_STR(body) };
	struct hb_err err = HB_ERR_INIT;
	ok(http_expect(&r, &err) == HB_E_CONFLICT, "409 is a conflict");
	is(err.msg, "bảng điểm đã khoá (diem.daKhoa, mã 409)", "with the other side's words");
	is(err.hint, "xin mở khoá", "and its hint");
	r.status = 503;
	ok(http_expect(&r, NULL) == HB_E_UPSTREAM, "any other 5xx may be tried again");
	r.status = 204;
	ok(http_expect(&r, NULL) == HB_OK, "2xx is success");
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1000);
	is(http_escape(&a, "Lớp 6/1"), "L%E1%BB%9Bp%206%2F1", "escaping for paths");
}

int
main(void)
{
	struct api_system host = sample_system(&sample);
	struct api_server *server = NULL;
	struct hb_err err = HB_ERR_INIT;
	hb_log_setup("sample", HB_LOG_ERROR);
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/sample.sock", folder);
	if (!ok(api_server_start(&host, path, &server, &err) == HB_OK, "starts")) {
		printf("# %s %s\n", err.msg, err.log);
		return tap_done();
	}
	serves();
	limits_hold();
	broken_requests();
	stops_cleanly(server, &host);
	refusals_become_failures();
	rmdir(folder);
	return tap_done();
}
