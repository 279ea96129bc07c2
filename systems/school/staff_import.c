#include "people_int.h"

#include "base/text.h"
#include "data/data.h"
#include "school/school_sql.h"

#include <string.h>

enum { S_CODE, S_NAME, S_SEX, S_BIRTH, S_PERSONAL_ID, S_POSITION, S_EMAIL, S_PHONE, S_FROM, S_TO, S_STT };
static const struct people_heading headings[] = {
	{ "stt", S_STT }, { "tt", S_STT }, { "ma gv", S_CODE }, { "ma giao vien", S_CODE }, { "ma can bo", S_CODE }, { "ma cb", S_CODE },
	{ "ho va ten", S_NAME }, { "ho ten", S_NAME }, { "gioi tinh", S_SEX }, { "ngay sinh", S_BIRTH },
	{ "so dinh danh ca nhan", S_PERSONAL_ID }, { "cccd", S_PERSONAL_ID }, { "so cccd", S_PERSONAL_ID },
	{ "chuc vu", S_POSITION }, { "email", S_EMAIL }, { "thu dien tu", S_EMAIL }, { "dien thoai", S_PHONE },
	{ "ngay vao truong", S_FROM }, { "tu ngay", S_FROM }, { "ngay nghi", S_TO }, { "den ngay", S_TO }, { NULL, 0 } };

static enum hb_code
before(struct db_tx *tx, struct people *p, struct hb_err *err)
{
	size_t rows = 0;
	for (size_t i = 0; i < p->book.n_sheets; i++)
		rows += p->book.sheets[i].rows;
	p->n_seen = 0;
	p->seen = HB_NEWN(p->a, struct people_seen, rows + 1);
	if (p->seen == NULL)
		return hb_full(err);
	return db_rows(tx, &school_staff_list, DB_ARGS(DB_ID(p->by->school)), p->a, &p->staff, err);
}

static int
find_staff(const struct people *p, const char *code)
{
	for (size_t i = 0; i < p->staff.n; i++)
		if (strcmp(db_text(&p->staff, i, SCHOOL_STAFF_LIST_CODE), code) == 0)
			return (int)i;
	return -1;
}

static bool
differs(const struct people *p, size_t i, unsigned col, const char *now)
{
	const char *have = db_text(&p->staff, i, col);
	return strcmp(have == NULL ? "" : have, now) != 0;
}

/* A code names one person, a personal id too: in the file, and beside those already here. */
static void
check_once(struct people *p, uint32_t at, const char *code, const char *id)
{
	for (size_t i = 0; i < p->n_seen; i++) {
		if (code[0] != '\0' && strcmp(p->seen[i].code, code) == 0)
			people_fault(p, at, S_CODE, "canBo.trung", "mã “%.20s” đã ở một dòng trên", code);
		else if (id[0] != '\0' && strcmp(p->seen[i].personal_id, id) == 0)
			people_fault(p, at, S_PERSONAL_ID, "canBo.trung", "số định danh này đã ở một dòng trên");
	}
	for (size_t i = 0; i < p->staff.n && id[0] != '\0'; i++)
		if (!differs(p, i, SCHOOL_STAFF_LIST_PERSONAL_ID, id) && differs(p, i, SCHOOL_STAFF_LIST_CODE, code))
			people_fault(p, at, S_PERSONAL_ID, "canBo.trung", "số định danh này là của người có mã “%.20s”",
			    db_text(&p->staff, i, SCHOOL_STAFF_LIST_CODE));
	p->seen[p->n_seen++] = (struct people_seen){ code, id };
}

static enum hb_code
row(struct db_tx *tx, struct people *p, uint32_t at, struct hb_err *err)
{
	const char *code = people_text(p, at, S_CODE), *name = people_text(p, at, S_NAME), *sex = hb_fold(p->a, people_text(p, at, S_SEX));
	if (name[0] == '\0' || (code[0] == '\0' && people_text(p, at, S_STT)[0] == '\0'))
		return HB_OK;
	const char *birth = people_date(p, at, S_BIRTH), *from = people_date(p, at, S_FROM), *to = people_date(p, at, S_TO);
	const char *id = people_text(p, at, S_PERSONAL_ID), *position_text = people_text(p, at, S_POSITION);
	const char *position = position_text[0] == '\0' ? "GV" : data_find(&data_positions, 0, "code", position_text) >= 0
	    ? position_text : data_code_of(&data_positions, position_text, p->a);
	const char *key = hb_name_key(p->a, name), *sex_code = sex == NULL ? "" : strcmp(sex, "nu") == 0 ? "F" : strcmp(sex, "nam") == 0 ? "M" : "";
	if (code[0] == '\0')
		people_fault(p, at, S_CODE, "canBo.thieuMa", "%.60s chưa có mã", name);
	if (position == NULL)
		people_fault(p, at, S_POSITION, "canBo.chucVu", "chức vụ “%.40s” không có trong danh mục", position_text);
	if (id[0] != '\0' && (strlen(id) != 12 || strspn(id, "0123456789") != 12))
		people_fault(p, at, S_PERSONAL_ID, "dinhDanh.saiDang", "số định danh “%.20s” phải có 12 chữ số", id);
	if (!p->write)
		check_once(p, at, code, id);
	int have = find_staff(p, code);
	bool changed = have >= 0 &&
	    (differs(p, (size_t)have, SCHOOL_STAFF_LIST_FULL_NAME, name) || differs(p, (size_t)have, SCHOOL_STAFF_LIST_POSITION, position == NULL ? "" : position) ||
	        differs(p, (size_t)have, SCHOOL_STAFF_LIST_PERSONAL_ID, id) || differs(p, (size_t)have, SCHOOL_STAFF_LIST_EMAIL, people_text(p, at, S_EMAIL)) ||
	        differs(p, (size_t)have, SCHOOL_STAFF_LIST_TO_DATE, to == NULL ? "" : to));
	p->fresh += have < 0;
	p->changed += changed;
	p->same += have >= 0 && !changed;
	if (!p->write || (have >= 0 && !changed))
		return HB_OK;
	struct hb_id own = have >= 0 ? db_id(&p->staff, (size_t)have, SCHOOL_STAFF_LIST_ID) : hb_id_new();
	return db_run(tx, &school_staff_put,
	    DB_ARGS(DB_ID(p->by->school), DB_ID(own.s), DB_TEXT(code), DB_TEXT(name), DB_TEXT(key), DB_TEXT(sex_code), DB_TEXT(birth),
	        id[0] == '\0' ? DB_NULL() : DB_TEXT(id), DB_TEXT(position), DB_TEXT(people_text(p, at, S_EMAIL)),
	        DB_TEXT(people_text(p, at, S_PHONE)), DB_TEXT(from), DB_TEXT(to)),
	    NULL, err);
}

enum hb_code
staff_import(struct school *s, const struct school_actor *by, const struct people_job *job, struct hb_arena *a,
    struct hb_buf *out, struct hb_err *err)
{
	struct people p = { .by = by, .job = job, .kind = "staff", .headings = headings, .least = 3, .row = row, .before = before, .a = a };
	return people_import(s, &p, out, err);
}
