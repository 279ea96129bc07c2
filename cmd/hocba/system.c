/* hocba SYSTEM VERB: options, then the row of the verb. */
#include "system.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

static const struct sys_verb verbs[] = {
	{ "backup", sys_backup, "--to TỆP                sao lưu có mã hoá, cả khi đang chạy" },
	{ "fsck", sys_fsck, "[--json]                kiểm tra cơ sở dữ liệu, nhật kí và hồ sơ" },
	{ "init", sys_init, "--profile P [--origin URL] [--settings TỆP]    tạo dữ liệu mới" },
	{ "migrate", sys_migrate, "                        nâng cơ sở dữ liệu lên phiên bản của chương trình" },
	{ "restore", sys_restore, "--from TỆP --key TỆP    khôi phục vào thư mục trống" },
	{ "serve", sys_serve, "                        phục vụ đến khi nhận SIGTERM" },
};
enum { VERBS = sizeof verbs / sizeof verbs[0] };

int
sys_failed(const struct hb_err *err)
{
	fprintf(stderr, "hocba: %s\n", err->msg);
	if (err->hint[0] != '\0')
		fprintf(stderr, "       %s\n", err->hint);
	if (err->log[0] != '\0')
		fprintf(stderr, "       (%s:%d %s)\n", err->file, err->line, err->log);
	bool arguments = err->code == HB_E_NOTFOUND && strcmp(err->key, "tep.khongDoc") == 0;
	return arguments ? HB_EXIT_USAGE : HB_EXIT_BAD;
}

bool
sys_config(const struct sys_options *o, struct hb_arena *a, struct run_config *ret_config)
{
	struct hb_err err = HB_ERR_INIT;
	if (run_config_read(o->config, a, ret_config, &err) == HB_OK)
		return true;
	sys_failed(&err);
	return false;
}

static int
usage(const char *system)
{
	fprintf(stderr, "Cách dùng: hocba %s VIỆC --config TỆP | --data THƯ-MỤC [tuỳ chọn]\n\n", system);
	for (int i = 0; i < VERBS; i++)
		fprintf(stderr, "  %-8s %s\n", verbs[i].name, verbs[i].help);
	return HB_EXIT_USAGE;
}

static bool
read_options(int argc, char **argv, struct sys_options *o)
{
	struct { const char *name; const char **value; } const known[] = {
		{ "--config", &o->config }, { "--data", &o->data }, { "--profile", &o->profile }, { "--origin", &o->origin },
		{ "--settings", &o->settings }, { "--to", &o->to }, { "--from", &o->from }, { "--key", &o->key },
	};
	for (int i = 0; i < argc; i++) {
		bool found = strcmp(argv[i], "--json") == 0;
		o->json |= found;
		for (size_t k = 0; !found && k < sizeof known / sizeof known[0]; k++)
			if (strcmp(argv[i], known[k].name) == 0 && i + 1 < argc) {
				*known[k].value = argv[++i];
				found = true;
			}
		if (!found)
			return false;
	}
	return o->config != NULL || o->data != NULL;
}

static const struct hb_system *
system_named(const char *name)
{
	for (const struct hb_system *const *s = systems; *s != NULL; s++)
		if (strcmp((*s)->name, name) == 0)
			return *s;
	return NULL;
}

static const struct sys_verb *
verb_named(const char *name)
{
	for (int i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

int
cmd_system(int argc, char **argv)
{
	struct sys_options o = { .profile = NULL };
	const struct hb_system *system = system_named(argv[0]);
	const struct sys_verb *verb = argc >= 2 ? verb_named(argv[1]) : NULL;
	if (system == NULL || verb == NULL || !read_options(argc - 2, argv + 2, &o))
		return usage(argv[0]);
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	if (o.config == NULL)
		o.config = hb_printf(&a, "%s/%s/config.json", o.data, system->name);
	return o.config != NULL ? verb->run(system, &o) : HB_EXIT_BAD;
}
