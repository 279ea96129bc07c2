/* Routes about class files: list, one file, its bytes, review, return; and the door for messages. */
#include <stdlib.h>
#include <string.h>

#include "gradebook/file.h"
#include "gradebook/gradebook_api.h"
#include "gradebook/gradebook_sql.h"
#include "json/read.h"

#define PAGE_DEFAULT 100
#define PAGE_MAX 500

/* ---- Messages ---- */
enum hb_code
gradebook_message_post(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct hb_bytes reply;
	char *body = json_dumps(r->body, JSON_COMPACT);
	if (body == NULL)
		return hb_full(err);
	enum hb_code code = exchange_receive(g->exchange, HB_STR(body), r->a, &reply, err);
	free(body);
	if (code == HB_OK)
		hb_put(r->out, reply.p, reply.n);
	return code;
}

/* ---- The list ---- */
struct listing { struct api_req *r; struct api_page page; struct db_rows rows; };

static enum hb_code
list_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	static const char before_all[] = "00000000-0000-0000-0000-000000000000";
	struct listing *l = ctx;
	const char *period = api_query(l->r, "period");
	return db_rows(tx, &gradebook_file_list, DB_ARGS(DB_ID(l->r->who->school.s), DB_TEXT(api_query(l->r, "year")),
	    DB_ID(hb_id_valid(l->page.after) ? l->page.after : before_all), DB_TEXT(period == NULL ? "" : period),
	    DB_INT(l->page.limit + 1)), l->r->a, &l->rows, err);
}

static void
write_line(struct jw *w, const struct db_rows *r, size_t i)
{
	jw_object(w, NULL);
	jw_str(w, "id", db_id(r, i, GRADEBOOK_FILE_LIST_ID).s);
	jw_str(w, "year", db_text(r, i, GRADEBOOK_FILE_LIST_YEAR));
	jw_str(w, "period", db_text(r, i, GRADEBOOK_FILE_LIST_PERIOD));
	jw_str(w, "class", db_text(r, i, GRADEBOOK_FILE_LIST_CLASS_NAME));
	jw_str(w, "class_id", db_text(r, i, GRADEBOOK_FILE_LIST_CLASS_ID));
	jw_int(w, "grade", db_int(r, i, GRADEBOOK_FILE_LIST_GRADE));
	jw_int(w, "revision", db_int(r, i, GRADEBOOK_FILE_LIST_REVISION));
	jw_str(w, "state", db_text(r, i, GRADEBOOK_FILE_LIST_STATE));
	jw_int(w, "missing", db_int(r, i, GRADEBOOK_FILE_LIST_MISSING));
	jw_int(w, "signed", db_int(r, i, GRADEBOOK_FILE_LIST_SIGNED));
	jw_int(w, "required", db_int(r, i, GRADEBOOK_FILE_LIST_REQUIRED));
	jw_time(w, "created", db_time(r, i, GRADEBOOK_FILE_LIST_CREATED_AT));
	jw_end(w);
}

enum hb_code
gradebook_files_list(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct listing l = { .r = r };
	enum hb_code code = api_page(r, PAGE_DEFAULT, PAGE_MAX, &l.page, err);
	if (code != HB_OK || (code = db_read(g->db, list_fn, &l, err)) != HB_OK)
		return code;
	size_t n = l.rows.n > (size_t)l.page.limit ? (size_t)l.page.limit : l.rows.n;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++)
		write_line(&w, &l.rows, i);
	jw_end(&w);
	struct hb_id last = n > 0 ? db_id(&l.rows, n - 1, GRADEBOOK_FILE_LIST_ID) : (struct hb_id){ "" };
	api_page_next(r, &w, l.rows.n > n ? last.s : NULL);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- One file ---- */
struct looking {
	struct api_req      *r;
	struct gb_file       file;
	struct gb_roll       roll;
	struct db_rows       events, handed;
	struct hb_bytes      body;
	int64_t              seq;
	struct record_counts counts;
};

static enum hb_code
count_body(struct looking *l, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct record_class *cls;
	enum hb_code code = record_class_from_xml(l->body, &a, &cls, err);
	if (code == HB_OK)
		record_class_count(cls, &l->counts);
	return code;
}

static enum hb_code
look_in(struct db_tx *tx, struct looking *l, struct hb_err *err)
{
	struct api_req *r = l->r;
	const char *school = r->who->school.s, *file = api_param(r, "file");
	enum hb_code code;
	if ((code = gb_file_get(tx, school, file, r->a, &l->file, err)) != HB_OK
	    || (code = gb_roll_get(tx, school, &l->file, r->a, &l->roll, err)) != HB_OK
	    || (code = db_rows(tx, &gradebook_event_list, DB_ARGS(DB_ID(school), DB_ID(file)), r->a, &l->events, err)) != HB_OK
	    || (code = db_rows(tx, &gradebook_hand_over_list, DB_ARGS(DB_ID(school), DB_ID(file)), r->a, &l->handed, err))
	        != HB_OK)
		return code;
	return gb_body_get(tx, school, file, r->a, &l->body, &l->seq, err);
}

static enum hb_code
look_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	return look_in(tx, ctx, err);
}

static void
write_counts(struct jw *w, const struct looking *l)
{
	struct gb_count counts[GB_COUNTS];
	gb_counts(&l->counts, counts);
	jw_object(w, "counts");
	for (int i = 0; i < GB_COUNTS; i++)
		jw_int(w, counts[i].what, counts[i].n);
	jw_int(w, "missing", l->file.missing);
	jw_end(w);
}

static void
write_signers(struct jw *w, const struct gb_roll *roll)
{
	jw_array(w, "signers");
	for (size_t i = 0; i < roll->n; i++) {
		const struct gb_signer *s = &roll->v[i];
		jw_object(w, NULL);
		jw_str(w, "slot", s->slot);
		jw_str(w, "role", s->role);
		jw_str(w, "subject", s->subject_name);
		jw_str(w, "name", s->name);
		jw_str(w, "person", s->person_id);
		jw_str(w, "stand_in", s->stand_in);
		if (s->signed_at == 0)
			jw_null(w, "signed");
		else
			jw_time(w, "signed", s->signed_at);
		jw_end(w);
	}
	jw_end(w);
}

static void
write_history(struct jw *w, const struct looking *l)
{
	jw_array(w, "events");
	for (size_t i = 0; i < l->events.n; i++) {
		jw_object(w, NULL);
		jw_time(w, "at", db_time(&l->events, i, GRADEBOOK_EVENT_LIST_AT));
		jw_str(w, "state", db_text(&l->events, i, GRADEBOOK_EVENT_LIST_STATE));
		jw_str(w, "actor", db_text(&l->events, i, GRADEBOOK_EVENT_LIST_ACTOR));
		jw_str(w, "slot", db_text(&l->events, i, GRADEBOOK_EVENT_LIST_SLOT));
		jw_str(w, "reason", db_text(&l->events, i, GRADEBOOK_EVENT_LIST_REASON));
		jw_end(w);
	}
	jw_end(w);
	jw_array(w, "handed_over");
	for (size_t i = 0; i < l->handed.n; i++) {
		jw_object(w, NULL);
		jw_time(w, "at", db_time(&l->handed, i, GRADEBOOK_HAND_OVER_LIST_AT));
		if (db_is_null(&l->handed, i, GRADEBOOK_HAND_OVER_LIST_ACCEPTED))
			jw_null(w, "accepted");
		else
			jw_bool(w, "accepted", db_int(&l->handed, i, GRADEBOOK_HAND_OVER_LIST_ACCEPTED) != 0);
		jw_end(w);
	}
	jw_end(w);
}

static enum hb_code
write_file(struct looking *l, struct hb_err *err)
{
	enum hb_code code = count_body(l, err);
	if (code != HB_OK)
		return code;
	const struct gb_file *f = &l->file;
	struct jw w = api_json(l->r);
	jw_object(&w, NULL);
	jw_str(&w, "id", f->id.s);
	jw_str(&w, "year", f->year);
	jw_str(&w, "period", f->period);
	jw_str(&w, "class", f->class_name);
	jw_str(&w, "class_id", f->class_id);
	jw_int(&w, "grade", f->grade);
	jw_int(&w, "revision", f->revision);
	jw_str(&w, "state", gradebook_state_code(f->state));
	jw_str(&w, "state_name", gradebook_state_name(f->state));
	jw_int(&w, "missing", f->missing);
	write_counts(&w, l);
	write_signers(&w, &l->roll);
	write_history(&w, l);
	jw_end(&w);
	return api_json_end(l->r, &w, err);
}

enum hb_code
gradebook_file_read(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct looking l = { .r = r };
	enum hb_code code = db_read(g->db, look_fn, &l, err);
	return code == HB_OK ? write_file(&l, err) : code;
}

enum hb_code
gradebook_file_xml(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct looking l = { .r = r };
	enum hb_code code = db_read(g->db, look_fn, &l, err);
	if (code != HB_OK)
		return code;
	r->content_type = "application/xml";
	api_reply_header(r, "Content-Disposition", "attachment; filename=\"so-theo-doi.xml\"");
	hb_put(r->out, l.body.p, l.body.n);
	return HB_OK;
}

/* ---- Review and return (D12.2) ---- */
/* Every count as the reviewer has it from the school's own records; each that differs is named with both values. */
static enum hb_code
compare_counts(struct looking *l, struct hb_err *err)
{
	const json_t *mine = json_object_get(l->r->body, "counts");
	struct gb_count counts[GB_COUNTS + 1];
	int different = 0;
	gb_counts(&l->counts, counts);
	counts[GB_COUNTS] = (struct gb_count){ "missing", l->file.missing };
	for (int i = 0; i <= GB_COUNTS; i++) {
		json_int_t said = json_integer_value(json_object_get(mine, counts[i].what));
		if (said == counts[i].n)
			continue;
		different++;
		api_field_conflict(l->r, hb_printf(l->r->a, "/counts/%s", counts[i].what), hb_printf(l->r->a, "%d", (int)said),
		    hb_printf(l->r->a, "%d", counts[i].n));
	}
	if (different == 0)
		return HB_OK;
	hb_fail(err, HB_E_CONFLICT, "so.saiSoLieu", "%d số liệu không khớp với sổ", different);
	return hb_clause(err, "D12.2");
}

static enum hb_code
step_in(struct db_tx *tx, struct looking *l, const struct gb_step *step, struct hb_err *err)
{
	struct gb_actor by = { l->r->who->person.s, l->r->acting, l->r->request_id };
	enum hb_code code = look_in(tx, l, err);
	if (code != HB_OK || (code = count_body(l, err)) != HB_OK)
		return code;
	if (step->event == GRADEBOOK_E_REVIEW && (code = compare_counts(l, err)) != HB_OK)
		return code;
	if ((code = gb_move(tx, l->r->who->school.s, &l->file, &l->roll.facts, &by, step, err)) != HB_OK)
		return code;
	return look_in(tx, l, err);
}

static enum hb_code
review_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	return step_in(tx, ctx, &(struct gb_step){ GRADEBOOK_E_REVIEW, NULL, NULL }, err);
}

static enum hb_code
return_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct looking *l = ctx;
	return step_in(tx, l, &(struct gb_step){ GRADEBOOK_E_RETURN, NULL, json_opt_str(l->r->body, "reason") }, err);
}

enum hb_code
gradebook_file_review(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct looking l = { .r = r };
	enum hb_code code = db_write(g->db, review_fn, &l, err);
	return code == HB_OK ? write_file(&l, err) : code;
}

enum hb_code
gradebook_file_return(struct api_req *r, struct hb_err *err)
{
	struct gradebook *g = r->system;
	struct looking l = { .r = r };
	enum hb_code code = db_write(g->db, return_fn, &l, err);
	return code == HB_OK ? write_file(&l, err) : code;
}
