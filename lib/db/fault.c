/* What an engine's refusal is called in our terms. */
#include "db/engine.h"

#include <string.h>

static const struct { const char *key, *text; } faults[] = {
	[DB_FAULT_UNIQUE] = { "duLieu.trung", "đã có dữ liệu này" },
	[DB_FAULT_REFERENCE] = { "duLieu.thamChieu", "dữ liệu được nhắc tới không có, hoặc còn chỗ khác dùng" },
	[DB_FAULT_CHECK] = { "duLieu.saiMien", "giá trị nằm ngoài khoảng cho phép" },
};
#define INSERT_ONLY "insert-only "

static enum hb_code
rule(struct hb_err *err, const struct db_module *m, const char *text)
{
	if (strncmp(text, INSERT_ONLY, strlen(INSERT_ONLY)) == 0)
		return hb_fail(err, HB_E_CONFLICT, "duLieu.chiThem", "dữ liệu đã ghi không được sửa hoặc xoá: %s",
		    text + strlen(INSERT_ONLY));
	for (unsigned i = 0; m != NULL && m->refusals[i] != NULL; i++)
		if (strcmp(m->refusals[i], text) == 0) {
			const char *said = hb_message(m->refusals[i]);
			return hb_fail(err, HB_E_CONFLICT, m->refusals[i], "%s", said != NULL ? said : text);
		}
	return hb_fail(err, HB_E_CONFLICT, "duLieu.chiThem", "cơ sở dữ liệu không cho ghi: %s", text);
}

enum hb_code
db_conflict(struct hb_err *err, const struct db_module *m, enum db_fault fault, const char *what)
{
	if (fault == DB_FAULT_RULE)
		return rule(err, m, what);
	return hb_fail(err, HB_E_CONFLICT, faults[fault].key, "%s (%s)", faults[fault].text, what);
}

enum hb_code
db_disk_full(struct hb_err *err)
{
	enum hb_code bad = hb_fail(err, HB_E_INTERNAL, "csdl.diaDay", "đĩa đầy: việc này chưa được ghi");
	hb_hint(err, "giải phóng hoặc thêm dung lượng cho ổ đĩa của cơ sở dữ liệu, rồi làm lại");
	return bad;
}

enum hb_code
db_busy(struct hb_err *err)
{
	enum hb_code bad = hb_fail(err, HB_E_LIMIT, "csdl.ban", "cơ sở dữ liệu đang bận với một việc khác");
	hb_hint(err, "thử lại sau ít giây");
	return bad;
}

enum hb_code
db_foreign(struct hb_err *err, const char *what)
{
	return hb_fail(err, HB_E_CONFLICT, "csdl.khacHeThong", "%s", what);
}
