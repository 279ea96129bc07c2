/* hocba demo: the acts in order, told line by line. */
#include "play.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "hocba/cmd.h"

#ifndef HOCBA_DEMO_FILES
#error "the build says where demo/ stands"
#endif

char *
play_path(struct play *p, const char *fmt, ...)
{
	char rest[PATH_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(rest, sizeof rest, fmt, ap);
	va_end(ap);
	return hb_printf(&p->a, "%s/%s", p->data, rest);
}

void
play_say(struct play *p, const char *fmt, ...)
{
	long ms = (long)((hb_mono_us() - p->started_us) / 1000);
	va_list ap;
	printf("[%3ld,%ld] ", ms / 1000, ms % 1000 / 100);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* ---- the plan --------------------------------------------------------------------------------------------- */

static enum hb_code
read_plan(struct play *p, struct hb_err *err)
{
	struct hb_bytes b;
	char *path = hb_printf(&p->a, "%s/schools.json", p->files);
	enum hb_code c = path == NULL ? hb_full(err) : hb_file_read(path, HB_FILE_MAX, &p->a, &b, err);
	if (c != HB_OK)
		return c;
	p->plan = json_loadb((const char *)b.p, b.n, 0, NULL);
	p->year = play_str(p->plan, "year");
	json_t *list = json_object_get(p->plan, "schools");
	for (size_t i = 0; i < json_array_size(list) && i < sizeof p->schools / sizeof p->schools[0]; i++) {
		json_t *s = json_array_get(list, i);
		p->schools[p->n_schools++] = (struct play_school){ .info = s, .code = play_str(s, "code"), .folder = play_str(s, "folder"),
			.name = play_str(s, "name") };
	}
	return p->n_schools > 0 ? HB_OK : hb_fail(err, HB_E_INPUT, "demo.keHoach", "tệp %s không có trường nào", path);
}

/* ---- the year -------------------------------------------------------------------------------------------------- */

static enum hb_code
offices(struct play *p, struct hb_err *err)
{
	const char *city = journal_get(p, "unit/city"), *ministry = journal_get(p, "unit/ministry");
	enum hb_code c = people_add(p, PLAY_CITY, city, NULL, "chuyenvien.so", play_founder_secret, err);
	if (c == HB_OK)
		c = people_add(p, PLAY_CITY, city, NULL, "giamdoc.so", play_founder_secret, err);
	return c == HB_OK ? people_add(p, PLAY_MINISTRY, ministry, NULL, "chuyenvien.bo", play_founder_secret, err) : c;
}

static enum hb_code
each_school(struct play *p, enum hb_code (*act)(struct play *, struct play_school *, struct hb_err *), struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < p->n_schools && c == HB_OK; i++)
		c = act(p, &p->schools[i], err);
	return c;
}

static enum hb_code
main_round(struct play *p, struct play_school *s, struct hb_err *err)
{
	return act_transcripts(p, s, "CN", json_array_size(s->classes), err);
}

static enum hb_code
late_round(struct play *p, struct play_school *s, struct hb_err *err)
{
	return act_transcripts(p, s, "HE", act_summer_classes(p, s), err);
}

static enum hb_code
year(struct play *p, struct hb_err *err)
{
	enum hb_code c = offices(p, err);
	if (c == HB_OK)
		c = each_school(p, act_open, err);
	if (c == HB_OK)
		c = each_school(p, act_codes, err);
	if (c == HB_OK)
		c = each_school(p, act_school_year, err);
	if (c == HB_OK)
		c = world_clock(p, "2026-06-05", err);
	if (c == HB_OK)
		c = each_school(p, main_round, err);
	if (c == HB_OK)
		c = act_city(p, "main", "2026-06-25", err);
	if (c == HB_OK)
		c = each_school(p, act_summer, err);
	if (c == HB_OK)
		c = each_school(p, late_round, err);
	if (c == HB_OK)
		c = act_city(p, "late", "2026-08-12", err);
	return c == HB_OK ? each_school(p, act_next_year, err) : c;
}

static enum hb_code
play_all(struct play *p, struct hb_err *err)
{
	size_t records = 0;
	enum hb_code c = read_plan(p, err);
	if (c == HB_OK)
		c = world_make(p, err);
	if (c == HB_OK) {
		play_say(p, "Khởi động sáu hệ thống và dịch vụ chứng thực thử nghiệm trên máy này");
		c = world_start(p, err);
	}
	if (c == HB_OK)
		c = year(p, err);
	if (c == HB_OK)
		c = act_export(p, &records, err);
	if (c == HB_OK) {
		play_say(p, "Xong: %zu học bạ số đã phát hành, %ld chữ kí của người trong lần chạy này. Kết quả ở %s", records, p->signatures, p->out);
		play_say(p, "Ai cũng kiểm được: hocba verify --trust %s/pki/root.pem %s/transcripts/*", p->out, p->out);
	}
	return c;
}

/* ---- the command -------------------------------------------------------------------------------------------------- */

/* DATA and OUT as absolute paths: children have the same folder, but the papers in them outlive it. */
static const char *
absolute(struct play *p, const char *path)
{
	char here[PATH_MAX];
	if (path[0] == '/' || getcwd(here, sizeof here) == NULL)
		return path;
	return hb_printf(&p->a, "%s/%s", here, path);
}

static const char *
agent_path(struct play *p)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (n <= 0)
		return "hocba-sign";
	self[n] = '\0';
	char *slash = strrchr(self, '/');
	if (slash != NULL)
		*slash = '\0';
	return hb_printf(&p->a, "%s/hocba-sign", self);
}

static bool
options(struct play *p, int argc, char **argv)
{
	p->data = "demo-data";
	p->out = "out";
	p->files = getenv("HOCBA_DEMO_FILES") != NULL ? getenv("HOCBA_DEMO_FILES") : HOCBA_DEMO_FILES;
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 >= argc)
			return false;
		if (strcmp(argv[i], "--data") == 0)
			p->data = argv[i + 1];
		else if (strcmp(argv[i], "--out") == 0)
			p->out = argv[i + 1];
		else
			return false;
	}
	p->data = absolute(p, p->data);
	p->out = absolute(p, p->out);
	p->agent = agent_path(p);
	for (int s = 0; s < PLAY_SYSTEM__MAX; s++)
		p->sockets[s] = play_path(p, "run/%s.sock", play_system_names[s]);
	return true;
}

int
cmd_demo(int argc, char **argv)
{
	struct play *p = calloc(1, sizeof *p);
	struct hb_err err = HB_ERR_INIT;
	if (p == NULL)
		return HB_EXIT_BAD;
	hb_arena_init(&p->a, (size_t)1 << 31);
	p->started_us = hb_mono_us();
	if (!options(p, argc, argv)) {
		fputs("Cách dùng: hocba demo [--data THƯ-MỤC] [--out THƯ-MỤC]\n", stderr);
		return HB_EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	enum hb_code c = play_all(p, &err);
	world_stop(p);
	if (c != HB_OK)
		fprintf(stderr, "hocba demo: %s\n%s%s%s", err.msg, err.hint, err.hint[0] != '\0' ? "\n" : "", err.log);
	json_decref(p->plan);
	json_decref(p->journal);
	hb_arena_fini(&p->a);
	free(p);
	return c == HB_OK ? HB_EXIT_OK : HB_EXIT_BAD;
}
