#include "transcript/transcript.h"
#include "transcript/transcript_sql.h"

struct put { const struct transcript_school *school; };

static enum hb_code
put_school(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct transcript_school *s = ((struct put *)ctx)->school;
	struct audit_entry e = { .school = s->id, .actor = "operator", .action = "school.put", .object = s->code };
	enum hb_code rc = db_run(tx, &transcript_school_put_sql, DB_ARGS(DB_ID(s->id), DB_TEXT(s->code), DB_TEXT(s->name),
	    DB_TEXT(s->superior), DB_TEXT(s->so_code), DB_INT(s->teachers_sign), DB_TEXT(s->signs_from)), NULL, err);
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}

enum hb_code
transcript_school_put(struct transcript *t, const struct transcript_school *s, struct hb_err *err)
{
	struct put put = { s };
	return db_write(t->db, put_school, &put, err);
}

enum hb_code
transcript_school_get(struct db_tx *tx, const char *id, const char *code, struct hb_arena *a,
    struct transcript_school *ret_school, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = id != NULL ? db_rows(tx, &transcript_school_by_id, DB_ARGS(DB_ID(id)), a, &rows, err)
				       : db_rows(tx, &transcript_school_by_code, DB_ARGS(DB_TEXT(code)), a, &rows, err);
	if (rc != HB_OK)
		return rc;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "hocBa.truongLa", "hệ thống học bạ không quản lí trường %.40s",
		    code == NULL ? "này" : code);
	char *own_id = hb_strdup(a, db_id(&rows, 0, TRANSCRIPT_SCHOOL_BY_ID_ID).s);
	if (own_id == NULL)
		return hb_full(err);
	*ret_school = (struct transcript_school){
		.id = own_id,
		.code = db_text(&rows, 0, TRANSCRIPT_SCHOOL_BY_ID_CODE),
		.name = db_text(&rows, 0, TRANSCRIPT_SCHOOL_BY_ID_NAME),
		.superior = db_text(&rows, 0, TRANSCRIPT_SCHOOL_BY_ID_SUPERIOR),
		.so_code = db_text(&rows, 0, TRANSCRIPT_SCHOOL_BY_ID_SO_CODE),
		.teachers_sign = db_int(&rows, 0, TRANSCRIPT_SCHOOL_BY_ID_TEACHERS_SIGN) != 0,
		.signs_from = db_text(&rows, 0, TRANSCRIPT_SCHOOL_BY_ID_SIGNS_FROM),
	};
	return HB_OK;
}
