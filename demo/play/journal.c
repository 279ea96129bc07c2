/* What has been done stands in DATA/demo/journal.json, so that a second call continues after it. */
#include "play.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { JOURNAL_MAX = 8 << 20 };

enum hb_code
journal_open(struct play *p, struct hb_err *err)
{
	struct hb_bytes b;
	char *path = play_path(p, "demo/journal.json");
	if (path == NULL)
		return hb_full(err);
	if (!hb_file_exists(path)) {
		p->journal = json_object();
		return p->journal == NULL ? hb_full(err) : HB_OK;
	}
	enum hb_code c = hb_file_read(path, JOURNAL_MAX, &p->a, &b, err);
	if (c != HB_OK)
		return c;
	p->journal = json_loadb((const char *)b.p, b.n, 0, NULL);
	return json_is_object(p->journal) ? HB_OK
	    : hb_fail(err, HB_E_INPUT, "demo.nhatKi", "tệp %s hỏng: xoá thư mục dữ liệu demo rồi chạy lại", path);
}

const char *
journal_get(const struct play *p, const char *key)
{
	return json_string_value(json_object_get(p->journal, key));
}

bool
journal_has(const struct play *p, const char *step)
{
	return journal_get(p, step) != NULL;
}

enum hb_code
journal_put(struct play *p, const char *key, const char *value, struct hb_err *err)
{
	char *path = play_path(p, "demo/journal.json");
	if (path == NULL || json_object_set_new(p->journal, key, json_string(value)) != 0)
		return hb_full(err);
	char *text = json_dumps(p->journal, JSON_INDENT(1) | JSON_SORT_KEYS);
	if (text == NULL)
		return hb_full(err);
	enum hb_code c = hb_file_write(path, HB_STR(text), 0600, err);
	free(text);
	return c;
}

enum hb_code
journal_done(struct play *p, const char *step, struct hb_err *err)
{
	return journal_put(p, step, "xong", err);
}
