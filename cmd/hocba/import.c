/* hocba import roster|marks FILE --data DIR --school CODE --year Y [--dry-run] [--accept-warnings] [--json]: a class list
 * or marks into the school system: through its socket when it runs, else into its database. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "http/client.h"
#include "json/write.h"
#include "school/operator.h"
#include "school/system.h"
#include "system.h"
#include "xlsx/xlsx.h"

struct options { const char *kind, *path, *data, *school, *year; bool dry_run, accept_warnings, json; };

static int
usage(void)
{
	fputs("Cách dùng: hocba import roster|marks TỆP.xlsx|TỆP.csv --data THƯ-MỤC --school MÃ --year NĂM-HỌC\n"
	      "                        [--dry-run] [--accept-warnings] [--json]\n", stderr);
	return HB_EXIT_USAGE;
}

static bool
read_options(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i++) {
		const char **value = strcmp(argv[i], "--data") == 0 ? &o->data : strcmp(argv[i], "--school") == 0 ? &o->school :
		    strcmp(argv[i], "--year") == 0 ? &o->year : NULL;
		if (value != NULL) {
			if (++i == argc)
				return false;
			*value = argv[i];
		} else if (strcmp(argv[i], "--dry-run") == 0) {
			o->dry_run = true;
		} else if (strcmp(argv[i], "--accept-warnings") == 0) {
			o->accept_warnings = true;
		} else if (strcmp(argv[i], "--json") == 0) {
			o->json = true;
		} else if (argv[i][0] == '-') {
			return false;
		} else if (o->kind == NULL) {
			o->kind = argv[i];
		} else if (o->path == NULL) {
			o->path = argv[i];
		} else {
			return false;
		}
	}
	return o->path != NULL && o->data != NULL && o->school != NULL && o->year != NULL &&
	    (strcmp(o->kind, "roster") == 0 || strcmp(o->kind, "marks") == 0);
}

/* The running system is asked over its socket, with the proof that this is its operator. */
static enum hb_code
ask(const struct run_config *config, const struct operator_job *job, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	uint8_t          key[AUTH_KEY_LEN], mac[OPERATOR_MAC_LEN];
	char            *key_path = run_config_file(config, "auth.key", a);
	struct api_reply reply;
	HB_SCOPED_BUF    body;
	hb_buf_init(&body, 2 * XLSX_MAX_FILE);
	enum hb_code code = key_path == NULL ? hb_full(err) : auth_key_read(key_path, key, err);
	if (code == HB_OK)
		code = operator_mac(job, key, a, mac, err);
	if (code != HB_OK)
		return code;
	struct jw w = jw_start(&body);
	jw_object(&w, NULL);
	jw_str(&w, "made", job->made);
	jw_str(&w, "kind", job->kind);
	jw_str(&w, "school", job->school_code);
	jw_str(&w, "year", job->year);
	jw_str(&w, "file_name", job->file_name);
	jw_bool(&w, "dry_run", job->dry_run);
	jw_bool(&w, "accept_warnings", job->accept_warnings);
	jw_base64(&w, "file", job->file);
	jw_base64(&w, "mac", HB_BYTES(mac, OPERATOR_MAC_LEN));
	jw_end(&w);
	if (!jw_done(&w))
		return hb_full(err);
	struct http_request q = { .to = config->socket, .method = "POST", .path = "/operator/v1/import", .body = hb_buf_bytes(&body),
		.timeout_ms = 120000 };
	if ((code = http_call(&q, a, &reply, err)) != HB_OK || (code = http_expect(&reply, err)) != HB_OK)
		return code;
	hb_put(out, reply.body.p, reply.body.n);
	return HB_OK;
}

static enum hb_code
run(const struct run_config *config, const struct operator_job *job, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	struct runtime rt = { .system = &school_system };
	struct hb_err  why = HB_ERR_INIT;
	enum hb_code   code = runtime_open(&school_system, config, true, a, &rt, &why);
	if (code == HB_E_CONFLICT && strcmp(why.key, "csdl.dangPhucVu") == 0)
		return ask(config, job, a, out, err);
	if (code != HB_OK) {
		*err = why;
		return code;
	}
	code = operator_import(rt.context, job, a, out, err);
	runtime_close(&rt);
	return code;
}

static void
say(const json_t *answer)
{
	const json_t *counts = json_object_get(answer, "counts"), *f;
	size_t        i;
	printf("%s%s: %lld mới, %lld đổi, %lld giữ nguyên, %lld sai\n", json_string_value(json_object_get(answer, "file")),
	    json_is_true(json_object_get(answer, "applied")) ? "" : json_is_true(json_object_get(answer, "dry_run"))
	        ? " (thử, chưa ghi)" : " (chưa ghi gì)",
	    (long long)json_integer_value(json_object_get(counts, "new")), (long long)json_integer_value(json_object_get(counts, "changed")),
	    (long long)json_integer_value(json_object_get(counts, "unchanged")), (long long)json_integer_value(json_object_get(counts, "wrong")));
	json_array_foreach(json_object_get(answer, "faults"), i, f)
		printf("  %s, ô %s: %s%s\n", json_string_value(json_object_get(f, "sheet")), json_string_value(json_object_get(f, "cell")),
		    json_string_value(json_object_get(f, "text")),
		    strcmp(json_string_value(json_object_get(f, "level")), "warning") == 0 ? " (lưu ý)" : "");
}

/* 1 when a row or cell is wrong, or when warnings kept the file out. */
static int
finish(const struct hb_buf *out, bool json)
{
	json_t *answer = json_loads(out->p, 0, NULL);
	bool    wrong = json_integer_value(json_object_get(json_object_get(answer, "counts"), "wrong")) > 0;
	bool    applied = json_is_true(json_object_get(answer, "applied")), dry = json_is_true(json_object_get(answer, "dry_run"));
	if (json)
		puts(out->p);
	else
		say(answer);
	json_decref(answer);
	return wrong || (!applied && !dry) ? HB_EXIT_BAD : HB_EXIT_OK;
}

int
cmd_import(int argc, char **argv)
{
	HB_SCOPED_ARENA   a;
	HB_SCOPED_BUF     out;
	struct options    o = { 0 };
	struct run_config config;
	struct hb_bytes   file;
	struct hb_err     err = HB_ERR_INIT;
	char              made[HB_RFC3339_LEN];
	hb_arena_init(&a, (size_t)1 << 30);
	hb_buf_init(&out, HB_BUF_MAX);
	if (!read_options(argc, argv, &o))
		return usage();
	struct sys_options so = { .data = o.data, .config = hb_printf(&a, "%s/school/config.json", o.data) };
	if (so.config == NULL || !sys_config(&so, &a, &config))
		return HB_EXIT_USAGE;
	if (hb_file_read(o.path, XLSX_MAX_FILE, &a, &file, &err) != HB_OK) {
		sys_failed(&err);
		return HB_EXIT_USAGE;
	}
	hb_rfc3339(hb_now(), made);
	const char         *slash = strrchr(o.path, '/');
	struct operator_job job = { .made = made, .kind = o.kind, .school_code = o.school, .year = o.year, .file = file,
		.file_name = slash == NULL ? o.path : slash + 1, .dry_run = o.dry_run, .accept_warnings = o.accept_warnings };
	if (run(&config, &job, &a, &out, &err) == HB_OK)
		return finish(&out, o.json);
	if (o.json)
		printf("{\"errors\":[{\"key\":\"%s\"}]}\n", err.key);
	sys_failed(&err);
	return HB_EXIT_BAD;
}
