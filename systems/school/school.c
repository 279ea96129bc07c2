#include "school/school.h"

#include "school/school_sql.h"

enum hb_code
school_audit(struct db_tx *tx, const struct school_actor *by, const char *action, const char *object,
    const char *payload, struct hb_err *err)
{
	struct audit_entry e = { .school = by->school, .actor = by->who, .action = action, .object = object,
		.request = by->request, .payload = payload };
	return audit_write(tx, &e, err);
}

static void
class_of(const struct db_rows *rows, struct school_class *c, const char *id)
{
	*c = (struct school_class){
		.id = id,
		.year = db_text(rows, 0, SCHOOL_CLASS_GET_YEAR),
		.code = db_text(rows, 0, SCHOOL_CLASS_GET_CODE),
		.level = db_text(rows, 0, SCHOOL_CLASS_GET_LEVEL),
		.grade = (int)db_int(rows, 0, SCHOOL_CLASS_GET_GRADE),
	};
}

enum hb_code
school_class_by_id(struct db_tx *tx, const char *school, const char *class_id, struct hb_arena *a,
    struct school_class *ret_class, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = db_rows(tx, &school_class_get, DB_ARGS(DB_ID(school), DB_ID(class_id)), a, &rows, err);
	if (code != HB_OK)
		return code;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "lop.khongCo", "trường không có lớp này");
	class_of(&rows, ret_class, class_id);
	return HB_OK;
}

enum hb_code
school_class_named(struct db_tx *tx, const char *school, const char *year, const char *code, struct hb_arena *a,
    struct school_class *ret_class, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   got =
	    db_rows(tx, &school_class_by_code, DB_ARGS(DB_ID(school), DB_TEXT(year), DB_TEXT(code)), a, &rows, err);
	if (got != HB_OK)
		return got;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "lop.khongCo", "năm học %s trường không có lớp %.20s", year, code);
	char *id = hb_strdup(a, db_id(&rows, 0, SCHOOL_CLASS_BY_CODE_ID).s);
	if (id == NULL)
		return hb_full(err);
	class_of(&rows, ret_class, id);
	return HB_OK;
}
