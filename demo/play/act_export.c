/* OUT: what strangers may have.  Issued records as XML and PDF, sealed class files, the root and the issuing CAs; no key. */
#include "play.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

static enum hb_code
fetch(struct play *p, enum play_system system, const struct play_account *who, const char *path, const char *to, struct hb_err *err)
{
	struct hb_bytes b;
	struct play_call call = { .system = system, .who = who, .method = "GET", .path = path };
	enum hb_code c = hb_file_exists(to) ? HB_OK : play_call(p, &call, NULL, &b, err);
	return c == HB_OK && !hb_file_exists(to) ? hb_file_write(to, b, 0644, err) : c;
}

static bool
issued(const char *state)
{
	return strcmp(state, "ISSUED") == 0 || strcmp(state, "DEPOSITED") == 0 || strcmp(state, "LOCKED") == 0;
}

static enum hb_code
records_of(struct play *p, const struct play_school *s, const json_t *class, size_t *ret_n, struct hb_err *err)
{
	const struct play_account *clerk = people_of(p, s, "VT");
	json_t *list = NULL;
	enum hb_code c = play_get(p, PLAY_TRANSCRIPT, clerk, &list, err, "/api/transcript/v1/classes/%s/documents?year=%s", play_str(class, "id"), p->year);
	const json_t *items = json_object_get(list, "items");
	for (size_t i = 0; i < json_array_size(items) && c == HB_OK; i++) {
		const json_t *d = json_array_get(items, i);
		static const char *const kinds[] = { "xml", "pdf" };
		if (!issued(play_str(d, "state")) || strcmp(play_str(d, "kind"), "YEAR") != 0)
			continue;
		for (int k = 0; k < 2 && c == HB_OK; k++) {
			char path[200], to[1200];
			snprintf(path, sizeof path, "/api/transcript/v1/documents/%s/%s", play_str(d, "id"), kinds[k]);
			snprintf(to, sizeof to, "%s/transcripts/%s-%s.%s", p->out, play_str(class, "code"), play_str(d, "code"), kinds[k]);
			c = fetch(p, PLAY_TRANSCRIPT, clerk, path, to, err);
		}
		(*ret_n)++;
	}
	json_decref(list);
	return c;
}

static enum hb_code
books_of(struct play *p, const struct play_school *s, struct hb_err *err)
{
	const struct play_account *clerk = people_of(p, s, "VT");
	json_t *page = NULL;
	enum hb_code c = play_get(p, PLAY_GRADEBOOK, clerk, &page, err, "/api/gradebook/v1/files?year=%s&limit=500", p->year);
	const json_t *items = json_object_get(page, "items");
	for (size_t i = 0; i < json_array_size(items) && c == HB_OK; i++) {
		const json_t *f = json_array_get(items, i);
		char path[200], to[1200];
		if (strcmp(play_str(f, "state"), "SEALED") != 0)
			continue;
		snprintf(path, sizeof path, "/api/gradebook/v1/files/%s/xml", play_str(f, "id"));
		snprintf(to, sizeof to, "%s/gradebooks/%s-%s-%s.xml", p->out, s->code, play_str(f, "class"), play_str(f, "period"));
		c = fetch(p, PLAY_GRADEBOOK, clerk, path, to, err);
	}
	json_decref(page);
	return c;
}

static enum hb_code
certificates(struct play *p, struct hb_err *err)
{
	static const char *const names[] = { "root.pem", "government.pem", "public.pem" };
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < sizeof names / sizeof names[0] && c == HB_OK; i++) {
		struct hb_bytes b;
		char to[1200];
		char *from = play_path(p, "pki/%s", names[i]);
		snprintf(to, sizeof to, "%s/pki/%s", p->out, names[i]);
		c = from == NULL ? hb_full(err) : hb_file_read(from, HB_FILE_MAX, &p->a, &b, err);
		if (c == HB_OK)
			c = hb_file_write(to, b, 0644, err);
	}
	return c;
}

enum hb_code
act_export(struct play *p, size_t *ret_records, struct hb_err *err)
{
	static const char *const folders[] = { "transcripts", "gradebooks", "pki" };
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < sizeof folders / sizeof folders[0] && c == HB_OK; i++) {
		char *path = hb_printf(&p->a, "%s/%s", p->out, folders[i]);
		c = path == NULL ? hb_full(err) : hb_mkdirs(path, 0755, err);
	}
	*ret_records = 0;
	for (size_t i = 0; i < p->n_schools && c == HB_OK; i++) {
		const struct play_school *s = &p->schools[i];
		c = people_enter(p, people_of(p, s, "VT"), err);
		for (size_t k = 0; k < json_array_size(s->classes) && c == HB_OK; k++)
			c = records_of(p, s, json_array_get(s->classes, k), ret_records, err);
		if (c == HB_OK)
			c = books_of(p, s, err);
	}
	return c == HB_OK ? certificates(p, err) : c;
}
