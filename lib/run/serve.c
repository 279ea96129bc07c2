/* hocba SYSTEM serve: start in a fixed order, stop in the reverse one. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/file.h"
#include "http/server.h"
#include "run/system.h"

/* Before any thread, so that only sigwait() of the server sees the signals. */
static void
settle_process(void)
{
	sigset_t stop;
	struct rlimit none = { 0, 0 };
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
	umask(0027);
	setrlimit(RLIMIT_CORE, &none);            /* a core would hold keys and people */
}

static enum hb_code
start_sandbox(const struct hb_system *system, struct sandbox **ret_sandbox, struct hb_err *err)
{
	if (system->jobs == NULL)
		return HB_OK;
	for (sandbox_job *const *j = system->jobs; *j != NULL; j++)
		sandbox_register(*j);
	return sandbox_start(NULL, ret_sandbox, err);
}

static enum hb_code
make_socket_folder(const char *socket, struct hb_arena *a, struct hb_err *err)
{
	char *folder = hb_strdup(a, socket);
	if (folder == NULL)
		return hb_full(err);
	*strrchr(folder, '/') = '\0';
	return hb_mkdirs(folder, 0755, err);
}

static enum hb_code
serve(struct runtime *rt, struct hb_err *err)
{
	struct auth_hooks hooks;
	struct api_system host;
	enum hb_code c = make_socket_folder(rt->config->socket, rt->a, err);
	if (c != HB_OK)
		return c;
	runtime_host(rt, &host, &hooks);
	if (rt->exchange != NULL)
		c = exchange_start(rt->exchange, err);
	return c != HB_OK ? c : api_serve(&host, rt->config->socket, err);
}

enum hb_code
runtime_serve(const struct hb_system *system, const struct run_config *config, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct runtime rt = { .system = system };
	struct sandbox *sandbox = NULL;
	settle_process();
	hb_log_setup(system->name, config->log);
	enum hb_code c = start_sandbox(system, &sandbox, err);
	if (c != HB_OK)
		return c;
	rt.sandbox = sandbox;
	if (config->clock != NULL)
		hb_business_follow(config->clock);
	c = runtime_open(system, config, true, &a, &rt, err);
	if (c == HB_OK) {
		c = serve(&rt, err);
		runtime_close(&rt);
	}
	sandbox_stop(sandbox);
	return c;
}
