#include "school/routes.h"

#include <string.h>

struct school *
routes_school(const struct api_req *r)
{
	return r->system;
}

struct school_actor
routes_actor(const struct api_req *r)
{
	return (struct school_actor){ .school = r->who->school.s, .who = r->who->person.s, .request = r->request_id };
}

struct query { const struct db_stmt *q; const struct db_val *args; struct hb_arena *a; struct db_rows rows; };

static enum hb_code
run_query(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;
	return db_rows(tx, q->q, q->args, q->a, &q->rows, err);
}

enum hb_code
routes_rows(struct api_req *r, const struct db_stmt *q, const struct db_val *args, struct db_rows *ret_rows,
    struct hb_err *err)
{
	struct query one = { q, args, r->a, { 0 } };
	enum hb_code code = db_read(routes_school(r)->db, run_query, &one, err);
	if (code == HB_OK)
		*ret_rows = one.rows;
	return code;
}

bool
routes_flag(const struct api_req *r, const char *name)
{
	const char *s = api_query(r, name);
	return s != NULL && strcmp(s, "true") == 0;
}

struct marks_at
routes_sheet(const struct api_req *r)
{
	return (struct marks_at){ api_param(r, "class"), api_param(r, "subject"), api_param(r, "period") };
}

enum hb_code
routes_may_write(const struct api_req *r, struct hb_err *err)
{
	bool homeroom = strcmp(api_param(r, "subject"), SHEET_HOMEROOM) == 0;
	if ((r->acting & ROLE_BIT(ROLE_SUBJECT_TEACHER)) != 0 || (homeroom && (r->acting & ROLE_BIT(ROLE_HOMEROOM)) != 0))
		return HB_OK;
	hb_fail(err, HB_E_DENIED, "quyen.bangKhac", "giáo viên chủ nhiệm chỉ ghi bảng của mình, không ghi điểm bộ môn");
	return hb_clause(err, "D11.2");
}

const char *
routes_str(const json_t *object, const char *name)
{
	const char *s = json_opt_str(object, name);
	return s == NULL ? "" : s;
}
