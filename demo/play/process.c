#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/client.h"

enum { POLL_US = 20000, ENV_MAX = 64 };

static void
redirect(const char *path, int flags, int fd)
{
	int f = open(path, flags, 0600);
	if (f < 0)
		_exit(127);
	dup2(f, fd);
	if (f != fd)
		close(f);
}

static enum hb_code
forked(pid_t pid, const char *name, struct hb_err *err)
{
	return pid < 0 ? hb_bug(err, "fork %s: %s", name, strerror(errno)) : HB_OK;
}

enum hb_code
process_start(struct process *p, const char *name, const char *const *argv, const char *log_path, struct hb_err *err)
{
	pid_t parent = getpid(), pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(127);
		redirect("/dev/null", O_RDONLY, STDIN_FILENO);
		redirect(log_path, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
		dup2(STDOUT_FILENO, STDERR_FILENO);
		execv("/proc/self/exe", (char *const *)argv);
		_exit(127);
	}
	*p = (struct process){ pid, name };
	return forked(pid, name, err);
}

static bool
healthy(const char *socket)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	struct api_reply reply;
	struct http_request q = { .to = socket, .method = "GET", .path = "/health", .timeout_ms = 1000 };
	return access(socket, F_OK) == 0 && http_call(&q, &a, &reply, NULL) == HB_OK && reply.status == 200;
}

enum hb_code
process_ready(const struct process *p, const char *socket, const char *log_path, struct hb_err *err)
{
	int64_t until = hb_mono_us() + (int64_t)PROCESS_START_MS * 1000;
	while (hb_mono_us() < until) {
		int status;
		if (healthy(socket))
			return HB_OK;
		if (waitpid(p->pid, &status, WNOHANG) == p->pid)
			break;
		usleep(POLL_US);
	}
	return hb_fail(err, HB_E_UPSTREAM, "demo.khongChay", "hệ thống %s không khởi động được; xem %s", p->name, log_path);
}

void
process_stop(struct process *p)
{
	if (p->pid <= 0)
		return;
	kill(p->pid, SIGTERM);
	int64_t until = hb_mono_us() + (int64_t)PROCESS_STOP_MS * 1000;
	while (waitpid(p->pid, NULL, WNOHANG) == 0) {
		if (hb_mono_us() > until)
			kill(p->pid, SIGKILL);
		usleep(POLL_US);
	}
	*p = (struct process){ 0 };
}

enum hb_code
process_run(const char *const *argv, const char *in_path, const char *out_path, const char *const *env, int *ret_status,
    struct hb_err *err)
{
	pid_t pid = fork();
	if (pid == 0) {
		redirect(in_path == NULL ? "/dev/null" : in_path, O_RDONLY, STDIN_FILENO);
		redirect(out_path, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
		dup2(STDOUT_FILENO, STDERR_FILENO);
		for (; env != NULL && *env != NULL; env++)
			putenv((char *)(uintptr_t)*env);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	enum hb_code c = forked(pid, argv[0], err);
	int status = 0;
	if (c == HB_OK && waitpid(pid, &status, 0) == pid)
		*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return c;
}
