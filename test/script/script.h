/* test/script/script.h - end-to-end tests as scripts of requests (*.http), the same file without sockets and against
 * a running server.  One line, one thing; `#` begins a comment; a line that begins with a blank continues the last.
 *
 *     as gvbm.toan.6a1                       whose cookies the next requests use (a new name has none)
 *     token VALUE                            give that person a session without logging in
 *     header NAME VALUE                      on the next request only
 *     PUT /api/…/marks {"version":1,…}       send; the body is the rest of the line
 *     POST /api/…/import < roster.xlsx application/…      send the bytes of a file beside the script
 *     status == 200                          checks of the last reply, each one TAP line
 *     header Content-Type contains json
 *     body contains TEXT
 *     json key == diem.daKhoa                member names joined by "/"; also !=, contains, count N, absent
 *     keep id = json items/0/id              ${id} in later lines
 *     totp code = BASE32SECRET               the six digits of now, in ${code}
 *
 * Writes carry Origin, X-Hocba and a new Idempotency-Key each, unless a header line says otherwise. */
#ifndef SCRIPT_H
#define SCRIPT_H
#include "http/api.h"

struct script_target {
	const char *origin;
	/* Exactly one: a system in this process, or a socket path or URL. */
	const struct api_system *host;
	const char *to;
};
/* Runs one file, printing TAP through test/tap.h's counters of the caller: returns false when it cannot be read. */
typedef void script_report(bool good, const char *file, int line, const char *what);
bool script_run(const char *path, const struct script_target *target, script_report *report);
#endif
