/* Routes of results: compute, show with reasons, lists of the year, progress, reports to the sector. */
#include "school/routes.h"

#include "school/book.h"
#include "school/progress.h"
#include "school/school_api.h"
#include "school/school_sql.h"

#include <stdlib.h>
#include <string.h>

/* ---- compute and report ---- */

struct working { struct api_req *r; size_t pupils, incomplete; struct book_report report; };

static enum hb_code
compute(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct working     *x = ctx;
	struct school_actor by = routes_actor(x->r);
	struct book         b;
	enum hb_code code = book_build(tx, by.school, api_param(x->r, "class"), api_param(x->r, "period"), x->r->a, &b, err);
	if (code == HB_OK)
		code = book_store(tx, &by, &b, x->r->a, &x->incomplete, err);
	if (code == HB_OK)
		x->pupils = b.record->n_reviews;
	return code;
}

enum hb_code
school_results_compute(struct api_req *r, struct hb_err *err)
{
	struct working x = { .r = r };
	enum hb_code   code = db_write(routes_school(r)->db, compute, &x, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "pupils", (int64_t)x.pupils);
	jw_int(&w, "incomplete", (int64_t)x.incomplete);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* What is reported is what was just computed: both in one transaction. */
static enum hb_code
report(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct working     *x = ctx;
	struct school_actor by = routes_actor(x->r);
	struct book         b;
	enum hb_code code = book_build(tx, by.school, api_param(x->r, "class"), api_param(x->r, "period"), x->r->a, &b, err);
	if (code == HB_OK)
		code = book_store(tx, &by, &b, x->r->a, &x->incomplete, err);
	return code == HB_OK ? book_report(tx, routes_school(x->r), &by, &b, x->r->a, &x->report, err) : code;
}

enum hb_code
school_report_send(struct api_req *r, struct hb_err *err)
{
	struct working x = { .r = r };
	enum hb_code   code = db_write(routes_school(r)->db, report, &x, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "version", x.report.version);
	jw_str(&w, "message", x.report.message.s);
	jw_bool(&w, "sent", x.report.sent);
	jw_int(&w, "pupils", x.report.pupils);
	jw_int(&w, "marks", x.report.marks);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
school_reports_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_report_list, DB_ARGS(DB_ID(r->who->school.s), DB_TEXT(api_param(r, "year"))),
	    &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "class", db_text(&rows, i, SCHOOL_REPORT_LIST_CLASS_CODE));
		jw_str(&w, "period", db_text(&rows, i, SCHOOL_REPORT_LIST_PERIOD));
		jw_int(&w, "version", db_int(&rows, i, SCHOOL_REPORT_LIST_VERSION));
		jw_str(&w, "message", db_id(&rows, i, SCHOOL_REPORT_LIST_MESSAGE_ID).s);
		jw_str(&w, "sha256", db_text(&rows, i, SCHOOL_REPORT_LIST_SHA256));
		jw_int(&w, "pupils", db_int(&rows, i, SCHOOL_REPORT_LIST_PUPILS));
		jw_int(&w, "marks", db_int(&rows, i, SCHOOL_REPORT_LIST_MARKS));
		jw_time(&w, "sent_at", db_time(&rows, i, SCHOOL_REPORT_LIST_SENT_AT));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- show ---- */

/* The stored document is ours: its members stand beside the columns. */
static void
write_document(struct jw *w, const char *document)
{
	json_t     *doc = json_loads(document, 0, NULL), *value;
	const char *key;
	json_object_foreach(doc, key, value) {
		char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		if (text != NULL)
			jw_raw(w, key, HB_STR(text));
		free(text);
	}
	json_decref(doc);
}

enum hb_code
school_results_get(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_results_of_class,
	    DB_ARGS(DB_ID(r->who->school.s), DB_ID(api_param(r, "class")), DB_TEXT(api_param(r, "period"))), &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "pupil", db_id(&rows, i, SCHOOL_RESULTS_OF_CLASS_PUPIL_ID).s);
		jw_int(&w, "number", db_int(&rows, i, SCHOOL_RESULTS_OF_CLASS_NUMBER));
		jw_str(&w, "name", db_text(&rows, i, SCHOOL_RESULTS_OF_CLASS_FULL_NAME));
		jw_str(&w, "academic", db_text(&rows, i, SCHOOL_RESULTS_OF_CLASS_ACADEMIC));
		jw_str(&w, "conduct", db_text(&rows, i, SCHOOL_RESULTS_OF_CLASS_CONDUCT));
		jw_str(&w, "promotion", db_text(&rows, i, SCHOOL_RESULTS_OF_CLASS_PROMOTION));
		jw_str(&w, "award", db_text(&rows, i, SCHOOL_RESULTS_OF_CLASS_AWARD));
		jw_bool(&w, "complete", db_int(&rows, i, SCHOOL_RESULTS_OF_CLASS_COMPLETE) != 0);
		write_document(&w, db_text(&rows, i, SCHOOL_RESULTS_OF_CLASS_DOCUMENT));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

static bool
asked(const char *query, const char *value)
{
	return query == NULL || strcmp(query, value) == 0;
}

enum hb_code
school_results_of_year_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = routes_rows(r, &school_results_of_year,
	    DB_ARGS(DB_ID(r->who->school.s), DB_TEXT(api_param(r, "year")), DB_TEXT(api_query(r, "period"))), &rows, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		const char *promotion = db_text(&rows, i, SCHOOL_RESULTS_OF_YEAR_PROMOTION), *award = db_text(&rows, i, SCHOOL_RESULTS_OF_YEAR_AWARD);
		if (!asked(api_query(r, "promotion"), promotion) || !asked(api_query(r, "award"), award))
			continue;
		jw_object(&w, NULL);
		jw_str(&w, "pupil", db_id(&rows, i, SCHOOL_RESULTS_OF_YEAR_PUPIL_ID).s);
		jw_str(&w, "class", db_text(&rows, i, SCHOOL_RESULTS_OF_YEAR_CLASS_CODE));
		jw_str(&w, "name", db_text(&rows, i, SCHOOL_RESULTS_OF_YEAR_FULL_NAME));
		jw_str(&w, "academic", db_text(&rows, i, SCHOOL_RESULTS_OF_YEAR_ACADEMIC));
		jw_str(&w, "conduct", db_text(&rows, i, SCHOOL_RESULTS_OF_YEAR_CONDUCT));
		jw_str(&w, "promotion", promotion);
		jw_str(&w, "award", award);
		jw_bool(&w, "complete", db_int(&rows, i, SCHOOL_RESULTS_OF_YEAR_COMPLETE) != 0);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- progress ---- */

struct progressing { struct api_req *r; struct progress p; };

static enum hb_code
count_progress(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct progressing *x = ctx;
	return progress_of(tx, x->r->who->school.s, api_param(x->r, "year"), api_query(x->r, "period"), x->r->a, &x->p, err);
}

enum hb_code
school_progress_get(struct api_req *r, struct hb_err *err)
{
	struct progressing x = { .r = r };
	enum hb_code       code = db_read(routes_school(r)->db, count_progress, &x, err);
	if (code != HB_OK)
		return code;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < x.p.n; i++) {
		const struct progress_line *l = &x.p.lines[i];
		jw_object(&w, NULL);
		jw_str(&w, "class", l->class_code);
		jw_str(&w, "subject", l->subject);
		jw_int(&w, "pupils", l->pupils);
		jw_int(&w, "cells", l->cells);
		jw_int(&w, "filled", l->filled);
		jw_array(&w, "teachers");
		for (unsigned t = 0; t < l->n_teachers; t++)
			jw_str(&w, NULL, l->teachers[t]);
		jw_end(&w);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
