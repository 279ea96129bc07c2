/* demo/play/process.h - the systems of the demo as child processes of one parent.
 *
 * Each child is this same binary (`hocba SYSTEM serve …`), writes its log to its own file, and dies with its parent.
 * A child counts as started when it answers GET /health on its socket.  Thread rule: one thread starts and stops. */
#ifndef DEMO_PLAY_PROCESS_H
#define DEMO_PLAY_PROCESS_H
#include <sys/types.h>

#include "base/arena.h"

enum { PROCESS_START_MS = 20000, PROCESS_STOP_MS = 10000 };

struct process { pid_t pid; const char *name; };

/* argv: NULL-terminated, argv[0] is replaced by this binary.  Returns at once. */
enum hb_code process_start(struct process *p, const char *name, const char *const *argv, const char *log_path,
    struct hb_err *err);
/* Until socket answers; HB_E_UPSTREAM names the log when the child died or stayed silent. */
enum hb_code process_ready(const struct process *p, const char *socket, const char *log_path, struct hb_err *err);
/* SIGTERM, then SIGKILL after PROCESS_STOP_MS.  A zeroed process is fine. */
void process_stop(struct process *p);
/* Runs to its end with `in` (a path, or NULL for no input) and its output appended to out_path; *ret_status is its exit status. */
enum hb_code process_run(const char *const *argv, const char *in_path, const char *out_path, const char *const *env,
    int *ret_status, struct hb_err *err);
#endif
