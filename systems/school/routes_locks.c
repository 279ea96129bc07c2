/* Routes of locks and correction dockets. */
#include "school/routes.h"

#include "school/locks.h"
#include "school/school_api.h"
#include "school/school_sql.h"

#include <string.h>

enum hb_code
school_locks_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_locks_of_class, DB_ARGS(DB_ID(r->who->school.s), DB_ID(api_param(r, "class"))),
	    &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "subject", db_text(&rows, i, SCHOOL_LOCKS_OF_CLASS_SUBJECT));
		jw_str(&w, "period", db_text(&rows, i, SCHOOL_LOCKS_OF_CLASS_PERIOD));
		jw_str(&w, "column", db_text(&rows, i, SCHOOL_LOCKS_OF_CLASS_COL));
		jw_str(&w, "by", db_text(&rows, i, SCHOOL_LOCKS_OF_CLASS_LOCKED_BY));
		jw_time(&w, "at", db_time(&rows, i, SCHOOL_LOCKS_OF_CLASS_LOCKED_AT));
		jw_str(&w, "reason", db_text(&rows, i, SCHOOL_LOCKS_OF_CLASS_REASON));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

struct working { struct api_req *r; int64_t n; struct hb_id id; struct hb_bytes evidence; };

static enum hb_code
write_lock(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct working     *x = ctx;
	struct school_actor by = routes_actor(x->r);
	struct lock_job     job = { .class_id = api_param(x->r, "class"), .subject = json_opt_str(x->r->body, "subject"),
		    .period = routes_str(x->r->body, "period"), .col = json_opt_str(x->r->body, "column"),
		    .reason = routes_str(x->r->body, "reason"), .lock = json_is_true(json_object_get(x->r->body, "lock")) };
	return locks_write(tx, &by, &job, x->r->a, &x->n, err);
}

enum hb_code
school_lock_write(struct api_req *r, struct hb_err *err)
{
	struct working x = { .r = r };
	enum hb_code   code = db_write(routes_school(r)->db, write_lock, &x, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "n", x.n);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static enum hb_code
ask(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct working       *x = ctx;
	const json_t         *body = x->r->body;
	struct school_actor   by = routes_actor(x->r);
	struct docket_request q = { .at = routes_sheet(x->r), .pupil_id = routes_str(body, "pupil"), .col = routes_str(body, "column"),
		  .text = routes_str(body, "value"), .reason = routes_str(body, "reason"), .evidence_name = routes_str(body, "evidence_name"),
		  .evidence = x->evidence };
	return docket_ask(tx, &by, &q, x->r->a, &x->id, err);
}

enum hb_code
school_docket_ask(struct api_req *r, struct hb_err *err)
{
	struct working x = { .r = r };
	enum hb_code   code = routes_may_write(r, err);
	if (code == HB_OK)
		code = json_get_base64(r->body, "evidence", r->a, &x.evidence, err);
	if (code == HB_OK)
		code = db_write(routes_school(r)->db, ask, &x, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", x.id.s);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static enum hb_code
decide(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct api_req     *r = ctx;
	struct school_actor by = routes_actor(r);
	return docket_decide(tx, &by, api_param(r, "docket"), json_is_true(json_object_get(r->body, "approve")),
	    routes_str(r->body, "note"), r->a, err);
}

enum hb_code
school_docket_decide(struct api_req *r, struct hb_err *err)
{
	return db_write(routes_school(r)->db, decide, r, err);
}

/* A docket shows its values as they are stored: marks in tenths read as marks, counts as counts. */
static const char *
value(const struct db_rows *rows, size_t i, unsigned num, unsigned word, const char *col, struct hb_arena *a)
{
	if (!db_is_null(rows, i, word))
		return db_text(rows, i, word);
	if (db_is_null(rows, i, num))
		return "";
	bool              count = strcmp(col, "NP") == 0 || strcmp(col, "NK") == 0;
	struct mark_value v = { .kind = MARK_NUM, .num = (int)db_int(rows, i, num) };
	return mark_wire(&v, count ? CELL_COUNT : CELL_MARK, a);
}

enum hb_code
school_dockets_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_docket_list, DB_ARGS(DB_ID(r->who->school.s), DB_TEXT(api_param(r, "year"))),
	    &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		const char *col = db_text(&rows, i, SCHOOL_DOCKET_LIST_COL);
		jw_object(&w, NULL);
		jw_str(&w, "id", db_id(&rows, i, SCHOOL_DOCKET_LIST_ID).s);
		jw_str(&w, "class", db_text(&rows, i, SCHOOL_DOCKET_LIST_CLASS_CODE));
		jw_str(&w, "subject", db_text(&rows, i, SCHOOL_DOCKET_LIST_SUBJECT));
		jw_str(&w, "period", db_text(&rows, i, SCHOOL_DOCKET_LIST_PERIOD));
		jw_str(&w, "pupil", db_id(&rows, i, SCHOOL_DOCKET_LIST_PUPIL_ID).s);
		jw_str(&w, "name", db_text(&rows, i, SCHOOL_DOCKET_LIST_FULL_NAME));
		jw_str(&w, "column", col);
		jw_str(&w, "old", value(&rows, i, SCHOOL_DOCKET_LIST_OLD_NUM, SCHOOL_DOCKET_LIST_OLD_WORD, col, r->a));
		jw_str(&w, "new", value(&rows, i, SCHOOL_DOCKET_LIST_NEW_NUM, SCHOOL_DOCKET_LIST_NEW_WORD, col, r->a));
		jw_str(&w, "reason", db_text(&rows, i, SCHOOL_DOCKET_LIST_REASON));
		jw_time(&w, "asked_at", db_time(&rows, i, SCHOOL_DOCKET_LIST_ASKED_AT));
		jw_str(&w, "state", db_text(&rows, i, SCHOOL_DOCKET_LIST_STATE));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
