/* Hostile files in the sandbox: whatever the parser is made to do, the server gets an answer or a plain refusal. */
#include "base/sandbox.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static enum hb_code
reverse(struct hb_bytes in, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	(void)a;
	(void)err;
	for (size_t i = in.n; i-- > 0;)
		hb_putc(out, (char)in.p[i]);
	return HB_OK;
}

static enum hb_code
refuse(struct hb_bytes in, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	(void)in;
	(void)a;
	hb_puts(out, "half");
	hb_fail(err, HB_E_TOOBIG, "gioiHan.tep", "dòng 7 dài quá");
	hb_clause(err, "D13.1");
	return hb_hint(err, "tách tệp");
}

static enum hb_code
die(struct hb_bytes in, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	(void)in;
	(void)a;
	(void)out;
	(void)err;
	raise(SIGSEGV);
	return HB_OK;
}

static enum hb_code
hang(struct hb_bytes in, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	(void)a;
	(void)out;
	(void)err;
	for (volatile size_t i = 0; in.n != 12345; i++)
		continue;
	return HB_OK;
}

/* What the child managed to do, one letter each; the parent expects none. */
static enum hb_code
escape(struct hb_bytes in, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	(void)a;
	(void)err;
	int fd = -1;
	switch (in.p[0]) {
	case 'o': fd = open("/etc/passwd", O_RDONLY); break;
	case 'w': fd = open("/tmp/hocba-escaped", O_WRONLY | O_CREAT, 0600); break;
	case 's': fd = socket(AF_INET, SOCK_STREAM, 0); break;
	case 'f': fd = fork(); break;
	case 'k': fd = kill(getppid(), 0) == 0 ? 1 : -1; break;
	case 'x': fd = execl("/bin/true", "true", NULL); break;
	case 't': fd = (int)time(NULL) > 0 && localtime(&(time_t){ 0 }) != NULL ? 1 : -1; break;
	}
	if (fd >= 0)
		hb_putc(out, '!');
	return HB_OK;
}

static enum hb_code
fill(struct hb_bytes in, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	(void)out;
	size_t n = (size_t)in.p[0] << 20;
	volatile char *p = hb_alloc(a, n);
	if (p == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i += 4096)
		p[i] = 1;
	return HB_OK;
}

static enum hb_code
flood(struct hb_bytes in, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	(void)in;
	(void)a;
	(void)err;
	static char block[1 << 20];
	for (int i = 0; i < 70; i++)
		hb_put(out, block, sizeof block);
	return HB_OK;
}

static struct sandbox *box;
static struct hb_arena arena;

static enum hb_code
run(sandbox_job *job, const char *input, const char **ret_text, struct hb_err *err)
{
	struct hb_bytes out = { NULL, 0 };
	*err = HB_ERR_INIT;
	enum hb_code c = sandbox_run(box, job, HB_STR(input), &arena, &out, err);
	*ret_text = c == HB_OK ? hb_strndup(&arena, (const char *)out.p, out.n) : "";
	return c;
}

static void
answers(void)
{
	const char *text;
	struct hb_err err;
	ok(run(reverse, "abc", &text, &err) == HB_OK && strcmp(text, "cba") == 0, "output comes back");
	ok(run(reverse, "", &text, &err) == HB_OK && text[0] == '\0', "of an empty file too");
	char *big = malloc(3000001);
	memset(big, 'x', 3000000);
	big[0] = 'y';
	big[3000000] = '\0';
	ok(run(reverse, big, &text, &err) == HB_OK && strlen(text) == 3000000 && text[2999999] == 'y', "and of a big one");
	free(big);
	ok(run(refuse, "x", &text, &err) == HB_E_TOOBIG, "a refusal comes back");
	is(err.key, "gioiHan.tep", "with its key");
	is(err.msg, "dòng 7 dài quá", "its text");
	is(err.clause, "D13.1", "its clause");
	is(err.hint, "tách tệp", "and what to do");
}

static void
deaths(void)
{
	const char *text;
	struct hb_err err;
	ok(run(die, "x", &text, &err) == HB_E_INPUT && strcmp(err.key, "tep.nguyHiem") == 0, "a parser that dies is a bad file");
	ok(run(hang, "x", &text, &err) == HB_E_INPUT, "so is one that does not end");
	ok(run(flood, "x", &text, &err) == HB_E_TOOBIG, "one that writes without end is cut");
	ok(run(fill, "\x10", &text, &err) == HB_OK, "16 MiB are there to use");
	ok(run(fill, "\x7f", &text, &err) != HB_OK, "127 MiB are over the limit");
	ok(run(reverse, "abc", &text, &err) == HB_OK && strcmp(text, "cba") == 0, "after all that the next file is read");
}

static void
escapes(void)
{
	static const struct { const char *what, *letter; } tries[] = {
		{ "read a file", "o" }, { "write a file", "w" }, { "open a connection", "s" }, { "make a process", "f" },
		{ "signal the server", "k" }, { "run a program", "x" },
	};
	const char *text;
	struct hb_err err;
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		run(escape, tries[i].letter, &text, &err);
		ok(strchr(text, '!') == NULL, "it cannot %s", tries[i].what);
	}
	ok(access("/tmp/hocba-escaped", F_OK) != 0, "nothing was written (seed000-10)");
	ok(run(escape, "t", &text, &err) == HB_OK && strcmp(text, "!") == 0, "the time of day is still told");
}

static void *
many(void *ret)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	int good = 0;
	for (int i = 0; i < 20; i++) {
		struct hb_bytes out;
		good += sandbox_run(box, reverse, HB_STR("12"), &a, &out, NULL) == HB_OK && out.n == 2 && out.p[0] == '2';
	}
	*(int *)ret = good;
	return NULL;
}

int
main(void)
{
	hb_arena_init(&arena, HB_ARENA_DEFAULT);
	sandbox_job *const jobs[] = { reverse, refuse, die, hang, escape, fill, flood };
	for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
		sandbox_register(jobs[i]);
	struct sandbox_limits limits = { .cpu_s = 1, .wall_s = 2, .memory = (size_t)120 << 20 };
	if (!ok(sandbox_start(&limits, &box, NULL) == HB_OK, "starts"))
		return tap_done();
	answers();
	deaths();
	escapes();
	pthread_t threads[12];
	int good[12], all = 0;
	for (int i = 0; i < 12; i++)
		pthread_create(&threads[i], NULL, many, &good[i]);
	for (int i = 0; i < 12; i++) {
		pthread_join(threads[i], NULL);
		all += good[i];
	}
	ok(all == 240, "many at a time, each its own answer (%d)", all);
	sandbox_stop(box);
	box = NULL;
	struct hb_bytes out;
	ok(sandbox_run(NULL, reverse, HB_STR("ab"), &arena, &out, NULL) == HB_OK && out.n == 2 && out.p[0] == 'b',
	    "without a sandbox the job runs in the process");
	hb_arena_fini(&arena);
	return tap_done();
}
