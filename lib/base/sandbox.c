/* The parent's side: a helper process, a socket to it, and one exchange for each file. */
#include "base/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sandbox_int.h"

const struct sandbox_limits sandbox_limits_default = { .cpu_s = 20, .wall_s = 30, .memory = (size_t)1 << 30 };

struct sandbox { pid_t helper; int control; sem_t slots; pthread_mutex_t sending; struct sandbox_limits limits; };

static sandbox_job *jobs[SANDBOX_JOBS_MAX];
static int n_jobs;

static int
number_of(sandbox_job *job)
{
	for (int i = 0; i < n_jobs; i++)
		if (jobs[i] == job)
			return i;
	return -1;
}

void
sandbox_register(sandbox_job *job)
{
	if (number_of(job) >= 0)
		return;
	if (n_jobs == SANDBOX_JOBS_MAX)
		abort();                          /* a program that registers more is wrong on every start */
	jobs[n_jobs++] = job;
}

sandbox_job *
sandbox_job_of(int number)
{
	return number >= 0 && number < n_jobs ? jobs[number] : NULL;
}

enum hb_code
sandbox_start(const struct sandbox_limits *limits, struct sandbox **ret_sandbox, struct hb_err *err)
{
	int pair[2];
	struct sandbox *s = calloc(1, sizeof *s);
	if (s == NULL)
		return hb_full(err);
	s->limits = limits != NULL ? *limits : sandbox_limits_default;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		free(s);
		return hb_bug(err, "socketpair: %s", strerror(errno));
	}
	s->helper = fork();
	if (s->helper == 0) {
		close(pair[0]);
		sandbox_helper(pair[1], &s->limits);
	}
	close(pair[1]);
	s->control = pair[0];
	if (s->helper < 0) {
		close(pair[0]);
		free(s);
		return hb_bug(err, "fork: %s", strerror(errno));
	}
	sem_init(&s->slots, 0, SANDBOX_AT_ONCE);
	pthread_mutex_init(&s->sending, NULL);
	*ret_sandbox = s;
	return HB_OK;
}

void
sandbox_stop(struct sandbox *s)
{
	if (s == NULL)
		return;
	close(s->control);                        /* the helper reads the end and leaves */
	waitpid(s->helper, NULL, 0);
	sem_destroy(&s->slots);
	pthread_mutex_destroy(&s->sending);
	free(s);
}

/* The input as a sealed file in memory, so that nobody changes it under the child. */
static int
input_file(struct hb_bytes input)
{
	int fd = memfd_create("hocba-input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	while (fd >= 0 && input.n > 0) {
		ssize_t n = write(fd, input.p, input.n);
		if (n < 0) {
			close(fd);
			return -1;
		}
		input.p += n;
		input.n -= (size_t)n;
	}
	if (fd >= 0) {
		lseek(fd, 0, SEEK_SET);
		fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	}
	return fd;
}

static bool
send_order(struct sandbox *s, const struct sandbox_order *order, int input, int answer)
{
	int fds[2] = { input, answer };
	union { char space[CMSG_SPACE(sizeof fds)]; struct cmsghdr align; } control = { .space = { 0 } };
	struct iovec io = { (void *)order, sizeof *order };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(c), fds, sizeof fds);
	pthread_mutex_lock(&s->sending);
	ssize_t n = sendmsg(s->control, &m, MSG_NOSIGNAL);
	pthread_mutex_unlock(&s->sending);
	return n == (ssize_t)sizeof *order;
}

/* Everything the child writes until it ends, at most max bytes before the deadline. */
static bool
read_all(int fd, int64_t deadline_us, struct hb_buf *out)
{
	for (;;) {
		char piece[65536];
		int64_t left = (deadline_us - hb_mono_us()) / 1000;
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return false;
		ssize_t n = read(fd, piece, sizeof piece);
		if (n <= 0)
			return n == 0 && hb_buf_ok(out);
		hb_put(out, piece, (size_t)n);
	}
}

/* Clauses are few and fixed; a copy of each is kept for the life of the process, since hb_err wants static strings. */
static const char *
clause_of(const char *text)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char known[128][sizeof ((struct sandbox_answer *)0)->clause];
	const char *found = NULL;
	if (text[0] == '\0')
		return NULL;
	pthread_mutex_lock(&lock);
	for (int i = 0; found == NULL && i < 128; i++) {
		if (known[i][0] == '\0')
			memcpy(known[i], text, strnlen(text, sizeof known[i] - 1));
		if (strcmp(known[i], text) == 0)
			found = known[i];
	}
	pthread_mutex_unlock(&lock);
	return found;
}

static enum hb_code
dangerous(struct hb_err *err)
{
	return hb_fail(err, HB_E_INPUT, "tep.nguyHiem", "%s", hb_message("tep.nguyHiem"));
}

/* What came back is judged like any other hostile input. */
static enum hb_code
take_answer(const struct hb_buf *got, struct hb_arena *a, struct hb_bytes *ret_output, struct hb_err *err)
{
	struct sandbox_answer head;
	if (got->len < sizeof head)
		return dangerous(err);
	memcpy(&head, got->p, sizeof head);
	head.key[sizeof head.key - 1] = head.clause[sizeof head.clause - 1] = '\0';
	head.msg[sizeof head.msg - 1] = head.hint[sizeof head.hint - 1] = '\0';
	if (head.magic != SANDBOX_MAGIC || head.code >= HB_CODE__MAX || head.length != got->len - sizeof head)
		return dangerous(err);
	if (head.code == HB_OK) {
		char *p = hb_memdup(a, got->p + sizeof head, head.length);
		if (p == NULL)
			return hb_full(err);
		*ret_output = HB_BYTES(p, head.length);
		return HB_OK;
	}
	const char *key = hb_message_key(head.key), *clause = clause_of(head.clause);
	if (key == NULL)
		return dangerous(err);
	hb_fail(err, (enum hb_code)head.code, key, "%s", head.msg);
	if (clause != NULL)
		hb_clause(err, clause);
	if (head.hint[0] != '\0')
		hb_hint(err, "%s", head.hint);
	return (enum hb_code)head.code;
}

static enum hb_code
in_process(sandbox_job *job, struct hb_bytes input, struct hb_arena *a, struct hb_bytes *ret_output, struct hb_err *err)
{
	HB_SCOPED_BUF out;
	hb_buf_init(&out, SANDBOX_OUTPUT_MAX);
	enum hb_code c = job(input, a, &out, err);
	if (c != HB_OK)
		return c;
	char *p = hb_buf_take(&out, a);
	if (p == NULL)
		return hb_full(err);
	*ret_output = HB_BYTES(p, out.len);
	return HB_OK;
}

static enum hb_code
ask_helper(struct sandbox *s, int number, struct hb_bytes input, struct hb_arena *a, struct hb_bytes *ret_output,
    struct hb_err *err)
{
	int pair[2], file = input_file(input);
	if (file < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		enum hb_code c = hb_bug(err, "sandbox: %s", strerror(errno));
		if (file >= 0)
			close(file);
		return c;
	}
	struct sandbox_order order = { .job = number, .length = input.n };
	bool sent = send_order(s, &order, file, pair[1]);
	close(file);
	close(pair[1]);
	HB_SCOPED_BUF got;
	hb_buf_init(&got, SANDBOX_OUTPUT_MAX + sizeof(struct sandbox_answer));
	/* The child's own alarm comes first; the second on top is for a machine that is busy. */
	int64_t deadline = hb_mono_us() + ((int64_t)s->limits.wall_s + 1) * 1000000;
	bool whole = sent && read_all(pair[0], deadline, &got);
	close(pair[0]);
	if (!sent)
		return hb_bug(err, "the sandbox's helper is gone");
	return whole ? take_answer(&got, a, ret_output, err) : dangerous(err);
}

enum hb_code
sandbox_run(struct sandbox *s, sandbox_job *job, struct hb_bytes input, struct hb_arena *a, struct hb_bytes *ret_output,
    struct hb_err *err)
{
	if (s == NULL)
		return in_process(job, input, a, ret_output, err);
	int number = number_of(job);
	if (number < 0)
		return hb_bug(err, "a job that was not registered before the sandbox started");
	while (sem_wait(&s->slots) != 0)
		continue;
	enum hb_code c = ask_helper(s, number, input, a, ret_output, err);
	sem_post(&s->slots);
	return c;
}
