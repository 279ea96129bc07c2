/* Routes of staff, duties and what concerns one pupil in a class. */
#include "school/routes.h"

#include "school/school_api.h"
#include "school/school_sql.h"

#include <stdlib.h>
#include <string.h>

enum hb_code
school_staff_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_staff_list, DB_ARGS(DB_ID(r->who->school.s)), &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "id", db_id(&rows, i, SCHOOL_STAFF_LIST_ID).s);
		jw_str(&w, "code", db_text(&rows, i, SCHOOL_STAFF_LIST_CODE));
		jw_str(&w, "name", db_text(&rows, i, SCHOOL_STAFF_LIST_FULL_NAME));
		jw_str(&w, "position", db_text(&rows, i, SCHOOL_STAFF_LIST_POSITION));
		jw_str(&w, "personal_id", db_text(&rows, i, SCHOOL_STAFF_LIST_PERSONAL_ID));
		jw_str(&w, "email", db_text(&rows, i, SCHOOL_STAFF_LIST_EMAIL));
		jw_str(&w, "from", db_text(&rows, i, SCHOOL_STAFF_LIST_FROM_DATE));
		jw_str(&w, "to", db_text(&rows, i, SCHOOL_STAFF_LIST_TO_DATE));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static void
write_duty(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_object(w, NULL);
	jw_str(w, "id", db_id(rows, i, SCHOOL_DUTY_LIST_ID).s);
	jw_str(w, "class", db_text(rows, i, SCHOOL_DUTY_LIST_CLASS_CODE));
	jw_str(w, "role", db_text(rows, i, SCHOOL_DUTY_LIST_ROLE));
	jw_str(w, "subject", db_text(rows, i, SCHOOL_DUTY_LIST_SUBJECT));
	jw_str(w, "strand", db_text(rows, i, SCHOOL_DUTY_LIST_STRAND));
	jw_str(w, "staff", db_id(rows, i, SCHOOL_DUTY_LIST_STAFF_ID).s);
	jw_str(w, "name", db_text(rows, i, SCHOOL_DUTY_LIST_FULL_NAME));
	jw_bool(w, "must_sign", db_int(rows, i, SCHOOL_DUTY_LIST_MUST_SIGN) != 0);
	jw_str(w, "decision_no", db_text(rows, i, SCHOOL_DUTY_LIST_DECISION_NO));
	jw_str(w, "decision_date", db_text(rows, i, SCHOOL_DUTY_LIST_DECISION_DATE));
	jw_str(w, "from", db_text(rows, i, SCHOOL_DUTY_LIST_FROM_DATE));
	jw_str(w, "to", db_text(rows, i, SCHOOL_DUTY_LIST_TO_DATE));
	jw_bool(w, "confirmed", !db_is_null(rows, i, SCHOOL_DUTY_LIST_CONFIRMED_AT));
	jw_end(w);
}

enum hb_code
school_duties_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_duty_list, DB_ARGS(DB_ID(r->who->school.s), DB_TEXT(api_param(r, "year"))),
	    &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++)
		write_duty(&w, &rows, i);
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

struct confirming { struct api_req *r; int64_t n; };

static enum hb_code
confirm_all(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct confirming  *c = ctx;
	struct school_actor by = routes_actor(c->r);
	const json_t       *list = json_object_get(c->r->body, "duties");
	enum hb_code        code = HB_OK;
	c->n = 0;
	for (size_t i = 0; i < json_array_size(list) && code == HB_OK; i++) {
		int64_t changed = 0;
		code = db_run(tx, &school_duty_confirm,
		    DB_ARGS(DB_TEXT(by.who), DB_TIME(hb_business_now()), DB_ID(by.school), DB_ID(json_string_value(json_array_get(list, i)))),
		    &changed, err);
		c->n += changed;
	}
	char *payload = json_dumps(c->r->body, JSON_COMPACT);
	if (code == HB_OK)
		code = payload == NULL ? hb_full(err) : school_audit(tx, &by, "duties.confirm", api_param(c->r, "year"), payload, err);
	free(payload);
	return code;
}

enum hb_code
school_duties_confirm(struct api_req *r, struct hb_err *err)
{
	struct confirming c = { .r = r };
	enum hb_code      code = db_write(routes_school(r)->db, confirm_all, &c, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "n", c.n);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- one pupil in a class ---- */

static enum hb_code
audit_pupil(struct db_tx *tx, struct api_req *r, const char *action, const char *pupil, struct hb_err *err)
{
	struct school_actor by = routes_actor(r);
	char               *object = hb_printf(r->a, "pupil/%s", pupil);
	char               *payload = json_dumps(r->body, JSON_COMPACT);
	enum hb_code        code = object == NULL || payload == NULL ? hb_full(err) : school_audit(tx, &by, action, object, payload, err);
	free(payload);
	return code;
}

#define BODY(name) DB_TEXT(routes_str(r->body, name))

static enum hb_code
write_exemption(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct api_req *r = ctx;
	const char     *pupil = routes_str(r->body, "pupil");
	enum hb_code    code = db_run(tx, &school_exemption_put,
	    DB_ARGS(DB_ID(r->who->school.s), DB_ID(api_param(r, "class")), DB_ID(pupil), BODY("subject"), BODY("period"), BODY("kind"),
	        BODY("reason"), BODY("decision_no"), BODY("decision_date")),
	    NULL, err);
	return code == HB_OK ? audit_pupil(tx, r, "exemption.write", pupil, err) : code;
}

enum hb_code
school_exemption_write(struct api_req *r, struct hb_err *err)
{
	return db_write(routes_school(r)->db, write_exemption, r, err);
}

struct adding { struct api_req *r; struct hb_id id; };

static enum hb_code
add_achievement(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct adding      *x = ctx;
	struct api_req     *r = x->r;
	struct school_class c;
	const char         *pupil = routes_str(r->body, "pupil");
	enum hb_code        code = school_class_by_id(tx, r->who->school.s, api_param(r, "class"), r->a, &c, err);
	if (code == HB_OK)
		code = db_run(tx, &school_achievement_put,
		    DB_ARGS(DB_ID(r->who->school.s), DB_ID(pupil), DB_ID(x->id.s), DB_TEXT(c.year), BODY("kind"), BODY("title"),
		        BODY("level"), BODY("decision_no"), BODY("decision_date")),
		    NULL, err);
	return code == HB_OK ? audit_pupil(tx, r, "achievement.add", pupil, err) : code;
}

enum hb_code
school_achievement_add(struct api_req *r, struct hb_err *err)
{
	struct adding x = { .r = r, .id = hb_id_new() };
	enum hb_code  code = db_write(routes_school(r)->db, add_achievement, &x, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", x.id.s);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static enum hb_code
write_departure(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct api_req *r = ctx;
	const char     *pupil = routes_str(r->body, "pupil");
	struct db_rows  rows;
	enum hb_code    code = db_rows(tx, &school_class_pupils, DB_ARGS(DB_ID(r->who->school.s), DB_ID(api_param(r, "class"))), r->a,
	    &rows, err);
	for (size_t i = 0; i < rows.n && code == HB_OK; i++) {
		if (strcmp(db_id(&rows, i, SCHOOL_CLASS_PUPILS_PUPIL_ID).s, pupil) != 0)
			continue;
		code = db_run(tx, &school_enrolment_put,
		    DB_ARGS(DB_ID(r->who->school.s), DB_ID(api_param(r, "class")), DB_ID(pupil),
		        DB_INT(db_int(&rows, i, SCHOOL_CLASS_PUPILS_NUMBER)), BODY("status"),
		        DB_TEXT(db_text(&rows, i, SCHOOL_CLASS_PUPILS_FROM_DATE)), BODY("date"), BODY("note")),
		    NULL, err);
		return code == HB_OK ? audit_pupil(tx, r, "pupil.depart", pupil, err) : code;
	}
	return code != HB_OK ? code : hb_fail(err, HB_E_NOTFOUND, "hocSinh.ngoaiLop", "học sinh không thuộc lớp này");
}

enum hb_code
school_departure_write(struct api_req *r, struct hb_err *err)
{
	return db_write(routes_school(r)->db, write_departure, r, err);
}
