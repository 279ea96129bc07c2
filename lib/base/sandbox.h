/* base/sandbox.h - hostile bytes are parsed by a process that owns nothing (architecture §4, style 14).
 *
 * sandbox_start() forks a helper before keys and databases are opened.  Each sandbox_run() has the helper fork a child
 * for one input; the child limits itself (memory, time, no files, no new processes, no network: rlimits, seccomp, and
 * Landlock where the kernel has it), runs the job over the input bytes and writes its output or failure back.
 * A child that dies, hangs or is killed by its limits is HB_E_INPUT "tep.nguyHiem": the file, not the server, is bad.
 *
 * Jobs are registered before sandbox_start(): the child has the same code, and a number travels, not a pointer.
 * A job sees only its input and the arena; its output is bytes (canonical, checked again by the caller) and, on
 * failure, an hb_err whose key and clause the parent looks up by text.  No sandbox (NULL): the job runs in the
 * process, for commands of the operator and for tests of the job itself.
 * Thread rule: any thread may call sandbox_run(); calls run side by side. */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H
#include "base/buf.h"

enum { SANDBOX_JOBS_MAX = 16, SANDBOX_AT_ONCE = 8 };      /* children at a time; more wait */
#define SANDBOX_OUTPUT_MAX ((size_t)64 << 20)
struct sandbox_limits { unsigned cpu_s, wall_s; size_t memory; };    /* memory: address space of a child */
extern const struct sandbox_limits sandbox_limits_default;

typedef enum hb_code sandbox_job(struct hb_bytes input, struct hb_arena *a, struct hb_buf *out, struct hb_err *err);
struct sandbox;
/* Before sandbox_start(), from one thread; the same job twice counts once. */
void sandbox_register(sandbox_job *job);
enum hb_code sandbox_start(const struct sandbox_limits *limits, struct sandbox **ret_sandbox, struct hb_err *err);
void         sandbox_stop(struct sandbox *sandbox);        /* NULL is fine */
/* Output lives in a. */
enum hb_code sandbox_run(struct sandbox *sandbox, sandbox_job *job, struct hb_bytes input, struct hb_arena *a,
    struct hb_bytes *ret_output, struct hb_err *err);
#endif
