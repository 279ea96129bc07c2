/* The helper and its children: processes that own nothing. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sandbox_int.h"

enum { KEEP_FDS = 3 };

static void
write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	while (n > 0) {
		ssize_t wrote = write(fd, p, n);
		if (wrote <= 0)
			_exit(1);
		p += wrote;
		n -= (size_t)wrote;
	}
}

static void
copy(char *to, size_t n, const char *from)
{
	if (from != NULL)
		memcpy(to, from, strnlen(from, n - 1));
}

static void
answer(int fd, enum hb_code code, const struct hb_err *err, struct hb_bytes output)
{
	struct sandbox_answer head = { .magic = SANDBOX_MAGIC, .code = (uint32_t)code, .length = code == HB_OK ? output.n : 0 };
	if (code != HB_OK) {
		copy(head.key, sizeof head.key, err->key);
		copy(head.clause, sizeof head.clause, err->clause);
		copy(head.msg, sizeof head.msg, err->msg);
		copy(head.hint, sizeof head.hint, err->hint);
	}
	write_all(fd, &head, sizeof head);
	write_all(fd, output.p, head.length);
}

/* One file.  The mapping is made before confinement; afterwards there is only memory and the answer's descriptor. */
static _Noreturn void
child(const struct sandbox_order *order, int input, int out_fd, const struct sandbox_limits *limits)
{
	struct hb_arena a;
	struct hb_buf out;
	struct hb_err err = HB_ERR_INIT;
	sandbox_job *job = sandbox_job_of(order->job);
	void *bytes = order->length == 0 ? "" : mmap(NULL, order->length, PROT_READ, MAP_PRIVATE, input, 0);
	close(input);
	setenv("TZ", "UTC0", 1);                  /* or localtime() would open files */
	if (job == NULL || bytes == MAP_FAILED || !sandbox_confine(limits))
		_exit(1);
	hb_arena_init(&a, limits->memory);
	hb_buf_init(&out, SANDBOX_OUTPUT_MAX);
	enum hb_code c = job(HB_BYTES(bytes, order->length), &a, &out, &err);
	if (c == HB_OK && !hb_buf_ok(&out))
		c = hb_full(&err);
	answer(out_fd, c, &err, hb_buf_bytes(&out));
	_exit(0);
}

/* The next order with its two descriptors; false when the server is gone. */
static bool
receive(int control, struct sandbox_order *ret_order, int ret_fds[2])
{
	union { char space[CMSG_SPACE(2 * sizeof(int))]; struct cmsghdr align; } space;
	struct iovec io = { ret_order, sizeof *ret_order };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = space.space, .msg_controllen = sizeof space.space };
	ssize_t n;
	do
		n = recvmsg(control, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	const struct cmsghdr *c = n == (ssize_t)sizeof *ret_order ? CMSG_FIRSTHDR(&m) : NULL;
	if (c == NULL || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(2 * sizeof(int)))
		return false;
	memcpy(ret_fds, CMSG_DATA(c), 2 * sizeof(int));
	return true;
}

_Noreturn void
sandbox_helper(int control, const struct sandbox_limits *limits)
{
	struct sandbox_order order;
	int fds[2];
	/* Nothing of the server comes along, and its signals are not ours: the end of the socket is the end. */
	dup2(control, KEEP_FDS);
	close_range(KEEP_FDS + 1, ~0u, 0);
	control = KEEP_FDS;
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);                 /* children are reaped by the kernel */
	prctl(PR_SET_NAME, "hocba-sandbox");
	prctl(PR_SET_DUMPABLE, 0);
	while (receive(control, &order, fds)) {
		if (fork() == 0) {
			close(control);
			child(&order, fds[0], fds[1], limits);
		}
		close(fds[0]);
		close(fds[1]);
	}
	_exit(0);
}
