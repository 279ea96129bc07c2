/* Routes of the school itself, its years and its classes. */
#include "school/routes.h"

#include "rules/rules.h"
#include "school/rollover.h"
#include "school/school_api.h"
#include "school/school_sql.h"

#include <string.h>


enum hb_code
school_school_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_school_get, DB_ARGS(DB_ID(r->who->school.s)), &rows, err);
	if (code != HB_OK)
		return code;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "truong.khongCo", "không có trường này");
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", db_id(&rows, 0, SCHOOL_SCHOOL_GET_ID).s);
	jw_str(&w, "code", db_text(&rows, 0, SCHOOL_SCHOOL_GET_CODE));
	jw_str(&w, "name", db_text(&rows, 0, SCHOOL_SCHOOL_GET_NAME));
	jw_str(&w, "levels", db_text(&rows, 0, SCHOOL_SCHOOL_GET_LEVELS));
	jw_str(&w, "commune", db_text(&rows, 0, SCHOOL_SCHOOL_GET_COMMUNE));
	jw_str(&w, "province", db_text(&rows, 0, SCHOOL_SCHOOL_GET_PROVINCE));
	jw_str(&w, "so_code", db_text(&rows, 0, SCHOOL_SCHOOL_GET_SO_CODE));
	jw_str(&w, "tax_code", db_text(&rows, 0, SCHOOL_SCHOOL_GET_TAX_CODE));
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static void
write_year(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_object(w, NULL);
	jw_str(w, "year", db_text(rows, i, SCHOOL_YEAR_LIST_YEAR));
	jw_str(w, "starts", db_text(rows, i, SCHOOL_YEAR_LIST_STARTS));
	jw_str(w, "term2", db_text(rows, i, SCHOOL_YEAR_LIST_TERM2));
	jw_str(w, "ends", db_text(rows, i, SCHOOL_YEAR_LIST_ENDS));
	jw_str(w, "state", db_text(rows, i, SCHOOL_YEAR_LIST_STATE));
	jw_end(w);
}

enum hb_code
school_years_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_year_list, DB_ARGS(DB_ID(r->who->school.s)), &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++)
		write_year(&w, &rows, i);
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

struct year_write { struct api_req *r; struct db_rows rows; };

static enum hb_code
write_one_year(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct year_write  *y = ctx;
	struct api_req     *r = y->r;
	struct school_actor by = routes_actor(r);
	const char         *starts = routes_str(r->body, "starts"), *term2 = routes_str(r->body, "term2");
	const char         *ends = routes_str(r->body, "ends"), *year = api_param(r, "year");
	if (strcmp(starts, term2) >= 0 || strcmp(term2, ends) >= 0 || strncmp(starts, year, 4) != 0)
		return hb_fail(err, HB_E_RULE, "namHoc.mocThoiGian", "khai giảng %s, đầu học kì II %s, bế giảng %s không theo thứ tự", starts,
		    term2, ends);
	enum hb_code code = db_run(tx, &school_year_put,
	    DB_ARGS(DB_ID(by.school), DB_TEXT(year), DB_TEXT(starts), DB_TEXT(term2), DB_TEXT(ends)), NULL, err);
	if (code == HB_OK)
		code = school_audit(tx, &by, "year.write", year, NULL, err);
	return code != HB_OK ? code : db_row(tx, &school_year_get, DB_ARGS(DB_ID(by.school), DB_TEXT(year)), r->a, &y->rows, err);
}

enum hb_code
school_year_write(struct api_req *r, struct hb_err *err)
{
	struct year_write y = { .r = r };
	enum hb_code      code = db_write(routes_school(r)->db, write_one_year, &y, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	write_year(&w, &y.rows, 0);
	return api_json_end(r, &w, err);
}

enum hb_code
school_classes_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_class_list, DB_ARGS(DB_ID(r->who->school.s), DB_TEXT(api_param(r, "year"))),
	    &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "id", db_id(&rows, i, SCHOOL_CLASS_LIST_ID).s);
		jw_str(&w, "code", db_text(&rows, i, SCHOOL_CLASS_LIST_CODE));
		jw_str(&w, "level", db_text(&rows, i, SCHOOL_CLASS_LIST_LEVEL));
		jw_int(&w, "grade", db_int(&rows, i, SCHOOL_CLASS_LIST_GRADE));
		jw_int(&w, "pupils", db_int(&rows, i, SCHOOL_CLASS_LIST_PUPILS));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_class_pupils_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_class_pupils, DB_ARGS(DB_ID(r->who->school.s), DB_ID(api_param(r, "class"))),
	    &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "id", db_id(&rows, i, SCHOOL_CLASS_PUPILS_PUPIL_ID).s);
		jw_str(&w, "code", db_text(&rows, i, SCHOOL_CLASS_PUPILS_CODE));
		jw_int(&w, "number", db_int(&rows, i, SCHOOL_CLASS_PUPILS_NUMBER));
		jw_str(&w, "name", db_text(&rows, i, SCHOOL_CLASS_PUPILS_FULL_NAME));
		jw_str(&w, "sex", db_text(&rows, i, SCHOOL_CLASS_PUPILS_SEX));
		jw_str(&w, "birth_date", db_text(&rows, i, SCHOOL_CLASS_PUPILS_BIRTH_DATE));
		jw_str(&w, "status", db_text(&rows, i, SCHOOL_CLASS_PUPILS_STATUS));
		jw_bool(&w, "has_personal_id", !db_is_null(&rows, i, SCHOOL_CLASS_PUPILS_PERSONAL_ID));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_identities_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_class_pupils, DB_ARGS(DB_ID(r->who->school.s), DB_ID(api_param(r, "class"))),
	    &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "id", db_id(&rows, i, SCHOOL_CLASS_PUPILS_PUPIL_ID).s);
		jw_str(&w, "code", db_text(&rows, i, SCHOOL_CLASS_PUPILS_CODE));
		jw_str(&w, "personal_id", db_text(&rows, i, SCHOOL_CLASS_PUPILS_PERSONAL_ID));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- subjects of a class ---- */

enum hb_code
school_class_subjects_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_class_subjects, DB_ARGS(DB_ID(r->who->school.s), DB_ID(api_param(r, "class"))),
	    &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		const char        *subject = db_text(&rows, i, SCHOOL_CLASS_SUBJECTS_SUBJECT);
		enum rules_subject s = rules_subject_find(subject);
		jw_object(&w, NULL);
		jw_str(&w, "subject", subject);
		jw_str(&w, "name", s == RULES_SUBJECT__MAX ? subject : rules_subject(s)->name);
		jw_str(&w, "kind", db_text(&rows, i, SCHOOL_CLASS_SUBJECTS_KIND));
		jw_int(&w, "periods", db_int(&rows, i, SCHOOL_CLASS_SUBJECTS_PERIODS));
		jw_bool(&w, "by_choice", db_int(&rows, i, SCHOOL_CLASS_SUBJECTS_BY_CHOICE) != 0);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* Kind is the circular's, not the request's: a comment subject never gets marks (TT22 Đ5). */
static enum hb_code
write_subject(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct api_req     *r = ctx;
	struct school_actor by = routes_actor(r);
	struct school_class c;
	const char         *code = routes_str(r->body, "subject");
	enum rules_subject  s = rules_subject_find(code);
	enum hb_code        got = school_class_by_id(tx, by.school, api_param(r, "class"), r->a, &c, err);
	if (got != HB_OK)
		return got;
	if (s == RULES_SUBJECT__MAX)
		return hb_fail(err, HB_E_RULE, "mon.khongBiet", "không biết môn “%.20s”", code);
	const char *kind = strcmp(c.level, "TH") == 0 ? "LEVEL" : rules_subject(s)->comment ? "COMMENT" : "SCORE";
	got = db_run(tx, &school_class_subject_put,
	    DB_ARGS(DB_ID(by.school), DB_ID(c.id), DB_TEXT(code), DB_TEXT(kind),
	        DB_INT(json_integer_value(json_object_get(r->body, "periods"))), DB_INT(90 + (int)s),
	        DB_INT(json_is_true(json_object_get(r->body, "by_choice")))),
	    NULL, err);
	char *object = hb_printf(r->a, "class/%s/%s", c.id, code);
	if (object == NULL)
		return hb_full(err);
	return got == HB_OK ? school_audit(tx, &by, "class.subject", object, NULL, err) : got;
}

enum hb_code
school_class_subject_write(struct api_req *r, struct hb_err *err)
{
	return db_write(routes_school(r)->db, write_subject, r, err);
}

/* ---- the next year ---- */

enum hb_code
school_rollover(struct api_req *r, struct hb_err *err)
{
	struct school_actor  by = routes_actor(r);
	const json_t        *list = json_object_get(r->body, "classes");
	size_t               n = json_array_size(list);
	struct rollover_pair *pairs = HB_NEWN(r->a, struct rollover_pair, n + 1);
	if (pairs == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i++)
		pairs[i] = (struct rollover_pair){ routes_str(json_array_get(list, i), "from"), routes_str(json_array_get(list, i), "to") };
	struct rollover_job job = { .from = api_param(r, "year"), .to = routes_str(r->body, "to"), .pairs = pairs, .n = n };
	struct rollover_done done;
	enum hb_code code = rollover_run(routes_school(r), &by, &job, r->a, &done, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "moved", done.moved);
	jw_int(&w, "stayed", done.stayed);
	jw_int(&w, "waiting", done.waiting);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
