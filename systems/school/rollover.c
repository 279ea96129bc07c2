#include "school/rollover.h"

#include "school/classes.h"
#include "school/school_sql.h"

#include <stdlib.h>
#include <string.h>

struct moving {
	const struct school_actor *by;
	const struct rollover_job *job;
	struct hb_arena           *a;
	struct db_rows             year, summer, next, enrolled;
	const char                *starts;
	struct rollover_done       done;
};

static const char *
final_promotion(const struct moving *m, const char *pupil, const char *in_year)
{
	for (size_t i = 0; i < m->summer.n; i++)
		if (strcmp(db_id(&m->summer, i, SCHOOL_RESULTS_OF_YEAR_PUPIL_ID).s, pupil) == 0)
			return db_text(&m->summer, i, SCHOOL_RESULTS_OF_YEAR_PROMOTION);
	return in_year;
}

static const char *
next_class(const struct moving *m, const char *from)
{
	for (size_t i = 0; i < m->job->n; i++)
		if (strcmp(m->job->pairs[i].from, from) == 0)
			return m->job->pairs[i].to;
	return NULL;
}

static bool
already_there(const struct moving *m, const char *pupil)
{
	for (size_t i = 0; i < m->enrolled.n; i++)
		if (strcmp(db_id(&m->enrolled, i, SCHOOL_ENROLMENTS_OF_YEAR_PUPIL_ID).s, pupil) == 0)
			return true;
	return false;
}

static enum hb_code
class_id(struct db_tx *tx, struct moving *m, const char *code, const char **ret_id, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   got = db_rows(tx, &school_class_by_code,
	    DB_ARGS(DB_ID(m->by->school), DB_TEXT(m->job->to), DB_TEXT(code)), m->a, &rows, err);
	if (got != HB_OK)
		return got;
	if (rows.n == 0)
		return classes_make(tx, m->by->school, m->job->to, code, ret_id, m->a, err);
	*ret_id = hb_strdup(m->a, db_id(&rows, 0, SCHOOL_CLASS_BY_CODE_ID).s);
	return *ret_id == NULL ? hb_full(err) : HB_OK;
}

static enum hb_code
move_one(struct db_tx *tx, struct moving *m, size_t i, struct hb_err *err)
{
	struct hb_id pupil = db_id(&m->year, i, SCHOOL_RESULTS_OF_YEAR_PUPIL_ID);
	const char  *from = db_text(&m->year, i, SCHOOL_RESULTS_OF_YEAR_CLASS_CODE), *to = next_class(m, from), *id = NULL;
	const char  *how = final_promotion(m, pupil.s, db_text(&m->year, i, SCHOOL_RESULTS_OF_YEAR_PROMOTION));
	if (to == NULL || already_there(m, pupil.s))
		return HB_OK;
	if (strcmp(how, "retained") == 0) {
		m->done.stayed++;
		return HB_OK;
	}
	if (strcmp(how, "promoted") != 0) {
		m->done.waiting++;
		return HB_OK;
	}
	if (strtol(to, NULL, 10) != db_int(&m->year, i, SCHOOL_RESULTS_OF_YEAR_GRADE) + 1)
		return hb_fail(err, HB_E_RULE, "ketChuyen.saiKhoi", "lớp %.12s không thể lên lớp %.12s", from, to);
	enum hb_code code = class_id(tx, m, to, &id, err);
	if (code == HB_OK)
		code = db_run(tx, &school_enrolment_put,
		    DB_ARGS(DB_ID(m->by->school), DB_ID(id), DB_ID(pupil.s), DB_INT(0), DB_TEXT("DANG_HOC"), DB_TEXT(m->starts),
		        DB_TEXT(""), DB_TEXT("")),
		    NULL, err);
	m->done.moved += code == HB_OK;
	return code;
}

static enum hb_code
number_all(struct db_tx *tx, struct moving *m, struct hb_err *err)
{
	enum hb_code code = db_rows(tx, &school_class_list, DB_ARGS(DB_ID(m->by->school), DB_TEXT(m->job->to)), m->a, &m->next, err);
	for (size_t i = 0; i < m->next.n && code == HB_OK; i++)
		code = classes_number(tx, m->by->school, db_id(&m->next, i, SCHOOL_CLASS_LIST_ID).s, m->a, err);
	return code;
}

static enum hb_code
move_all(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct moving *m = ctx;
	struct db_rows open;
	m->done = (struct rollover_done){ 0 };
#define OF_YEAR(p) DB_ARGS(DB_ID(m->by->school), DB_TEXT(m->job->from), DB_TEXT(p))
	enum hb_code code = db_rows(tx, &school_year_get, DB_ARGS(DB_ID(m->by->school), DB_TEXT(m->job->to)), m->a, &open, err);
	if (code == HB_OK && open.n == 0)
		return hb_fail(err, HB_E_RULE, "namHoc.chuaMo", "trường chưa mở năm học %.12s", m->job->to);
	if (code != HB_OK || (code = db_rows(tx, &school_results_of_year, OF_YEAR("CN"), m->a, &m->year, err)) != HB_OK ||
	    (code = db_rows(tx, &school_results_of_year, OF_YEAR("HE"), m->a, &m->summer, err)) != HB_OK ||
	    (code = db_rows(tx, &school_enrolments_of_year, DB_ARGS(DB_ID(m->by->school), DB_TEXT(m->job->to)), m->a,
	         &m->enrolled, err)) != HB_OK)
		return code;
#undef OF_YEAR
	m->starts = db_text(&open, 0, SCHOOL_YEAR_GET_STARTS);
	for (size_t i = 0; i < m->year.n && code == HB_OK; i++)
		code = move_one(tx, m, i, err);
	if (code == HB_OK)
		code = number_all(tx, m, err);
	char *payload = hb_printf(m->a, "{\"moved\":%d,\"stayed\":%d,\"waiting\":%d}", m->done.moved, m->done.stayed, m->done.waiting);
	if (payload == NULL)
		return hb_full(err);
	return code == HB_OK ? school_audit(tx, m->by, "year.rollover", m->job->to, payload, err) : code;
}

enum hb_code
rollover_run(struct school *s, const struct school_actor *by, const struct rollover_job *job, struct hb_arena *a,
    struct rollover_done *ret_done, struct hb_err *err)
{
	struct moving m = { .by = by, .job = job, .a = a };
	enum hb_code  code = db_write(s->db, move_all, &m, err);
	if (code == HB_OK)
		*ret_done = m.done;
	return code;
}
