/* http/server.h - one system on one Unix socket: libmicrohttpd, a thread per connection.
 *
 * The front door (nginx) speaks TLS and limits rates; here the limits are: connections, head and body sizes (body per
 * route), and time.  Session, role and scope are decided before a body is read.  /health and /metrics answer here
 * only, since the front door forwards /api and /exchange alone.  api_server_stop() takes no new connection, lets
 * running handlers end, and removes the socket. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H
#include "http/api.h"

#define API_CONNECTIONS   64
#define API_STACK_BYTES   ((size_t)256 << 10)
#define API_IDLE_SECONDS  30
#define API_HEAD_MAX      ((size_t)32 << 10)
#define API_SOCKET_MODE   0660u

struct api_server;
/* socket_path: made anew, a stale one is removed; HB_E_CONFLICT when another server answers on it. */
enum hb_code api_server_start(const struct api_system *host, const char *socket_path, struct api_server **ret_server,
    struct hb_err *err);
void api_server_stop(struct api_server *server);
/* Start, serve until SIGTERM or SIGINT, stop cleanly. */
enum hb_code api_serve(const struct api_system *host, const char *socket_path, struct hb_err *err);
#endif
