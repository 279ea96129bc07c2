/* hocba SYSTEM init: a configuration when there is none, then keys, database and the first people. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "json/read.h"
#include "json/write.h"
#include "run/backup.h"
#include "system.h"

/* The system's own settings, checked as JSON and put in as they are. */
static enum hb_code
put_settings(struct jw *w, const char *file, struct hb_arena *a, struct hb_err *err)
{
	struct hb_bytes text;
	json_t *v = NULL;
	if (file == NULL)
		return HB_OK;
	enum hb_code c = hb_file_read(file, RUN_CONFIG_MAX, a, &text, err);
	if (c == HB_OK)
		c = json_read(text, RUN_CONFIG_MAX, a, &v, err);
	if (c == HB_OK)
		jw_raw(w, "settings", text);
	return c;
}

static void
put_members(struct jw *w, const struct hb_system *system, const struct sys_options *o, const char *backup_key, struct hb_arena *a)
{
	jw_str(w, "system", system->name);
	jw_str(w, "profile", o->profile);
	jw_str(w, "origin", o->origin != NULL ? o->origin : "http://127.0.0.1:8080");
	jw_str(w, "socket", hb_printf(a, "../run/%s.sock", system->name));
	jw_object(w, "database");
	jw_str(w, "path", "system.db");
	jw_end(w);
	if (!system->keeps_accounts)
		jw_str(w, "accounts", "../run/school.sock");
	if (strcmp(o->profile, "demo") == 0)
		jw_str(w, "clock", "../clock");
	if (backup_key != NULL)
		jw_str(w, "backup_key", backup_key);
}

/* The secret half of the backup key is the head's: init leaves it in the folder above, to be taken away. */
static enum hb_code
write_config(const struct hb_system *system, const struct sys_options *o, struct hb_arena *a, struct hb_err *err)
{
	const char *backup_key = NULL;
	char *folder = hb_printf(a, "%s/%s", o->data, system->name), *secret = hb_printf(a, "%s/%s-backup.secret", o->data, system->name);
	HB_SCOPED_BUF b;
	hb_buf_init(&b, RUN_CONFIG_MAX);
	if (folder == NULL || secret == NULL)
		return hb_full(err);
	enum hb_code c = hb_mkdirs(folder, 0750, err);
	if (c == HB_OK)
		c = backup_key_make(secret, a, &backup_key, err);
	struct jw w = jw_start(&b);
	jw_object(&w, NULL);
	put_members(&w, system, o, backup_key, a);
	if (c == HB_OK)
		c = put_settings(&w, o->settings, a, err);
	jw_end(&w);
	if (c != HB_OK)
		return c;
	if (!jw_done(&w))
		return hb_full(err);
	c = hb_file_write(o->config, hb_buf_bytes(&b), 0640, err);
	if (c == HB_OK)
		fprintf(stderr, "hocba: thủ trưởng đơn vị giữ tệp %s ở nơi khác: không có nó thì không mở được bản sao lưu\n", secret);
	return c;
}

int
sys_init(const struct hb_system *system, const struct sys_options *o)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct run_config config;
	struct hb_err err = HB_ERR_INIT;
	if (!hb_file_exists(o->config)) {
		if (o->data == NULL || o->profile == NULL) {
			fputs("hocba: chưa có tệp cấu hình: cần --data và --profile\n", stderr);
			return HB_EXIT_USAGE;
		}
		if (write_config(system, o, &a, &err) != HB_OK)
			return sys_failed(&err);
	}
	if (!sys_config(o, &a, &config))
		return HB_EXIT_USAGE;
	return runtime_init(system, &config, &a, &err) == HB_OK ? HB_EXIT_OK : sys_failed(&err);
}
