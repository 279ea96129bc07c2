/* One import of a class list, from the bytes of a file to the answer. */
#include "school/roster.h"

#include "base/codec.h"
#include "school/import_json.h"
#include "school/school_sql.h"

#include <string.h>

void
import_faults(struct jw *w, const struct xlsx_book *book, const struct table_faults *faults, const size_t *sheet_of)
{
	char at[XLSX_ADDR_LEN];
	jw_array(w, "faults");
	for (size_t i = 0; i < faults->n; i++) {
		const struct table_fault *f = &faults->v[i];
		jw_object(w, NULL);
		jw_str(w, "sheet", book->sheets[sheet_of[i]].name);
		jw_str(w, "cell", xlsx_addr(f->row, f->col, at));
		jw_str(w, "level", f->warning ? "warning" : "error");
		jw_str(w, "key", f->key);
		jw_str(w, "text", f->text);
		jw_str(w, "suggestion", f->suggestion);
		jw_end(w);
	}
	jw_end(w);
}

static void
write_row(struct jw *w, const struct roster *r, const struct roster_row *row)
{
	char at[XLSX_ADDR_LEN];
	jw_object(w, NULL);
	jw_str(w, "sheet", r->book->sheets[row->sheet].name);
	jw_int(w, "row", row->row + 1);
	jw_str(w, "class", row->class_code);
	jw_str(w, "code", row->f[PF_CODE]);
	jw_str(w, "name", row->f[PF_NAME]);
	jw_str(w, "state", roster_state_name(row->state));
	jw_array(w, "changes");
	for (int f = 0; f < PF__MAX; f++)
		if (row->old[f] != NULL) {
			jw_object(w, NULL);
			jw_str(w, "field", pupil_field_names[f]);
			jw_str(w, "cell", row->col[f] < 0 ? "" : xlsx_addr(row->row, (uint32_t)row->col[f], at));
			jw_str(w, "old", row->old[f]);
			jw_str(w, "new", row->f[f]);
			jw_end(w);
		}
	jw_end(w);
	jw_end(w);
}

static enum hb_code
answer(const struct roster *r, const struct roster_job *job, bool applied, struct hb_buf *out, struct hb_err *err)
{
	struct jw w = jw_start(out);
	jw_object(&w, NULL);
	jw_str(&w, "kind", "roster");
	jw_str(&w, "file", job->file_name);
	jw_str(&w, "year", r->year);
	jw_bool(&w, "dry_run", job->dry_run);
	jw_bool(&w, "applied", applied);
	jw_object(&w, "counts");
	for (int s = 0; s < ROSTER_STATE__MAX; s++)
		jw_int(&w, roster_state_name((enum roster_state)s), (int64_t)r->counts[s]);
	jw_int(&w, "warnings", (int64_t)(r->faults.n - r->faults.errors));
	jw_int(&w, "ignored", (int64_t)r->ignored);
	jw_end(&w);
	import_faults(&w, r->book, &r->faults, r->fault_sheet);
	jw_array(&w, "rows");
	for (size_t i = 0; i < r->n; i++)
		write_row(&w, r, &r->rows[i]);
	jw_end(&w);
	jw_end(&w);
	return jw_done(&w) ? HB_OK : hb_full(err);
}

struct importing {
	const struct school_actor *by;
	const struct roster_job   *job;
	struct hb_arena           *a;
	struct xlsx_book           book;
	struct roster              r;
	bool                       applied;
};

/* Ids and counts only: the audit holds no names (architecture §5). */
static enum hb_code
audit(struct db_tx *tx, struct importing *im, struct hb_err *err)
{
	char *sum = hb_hex(im->a, HB_BYTES(hb_sha256(im->job->file).b, HB_SHA256_LEN));
	char *payload = hb_printf(im->a, "{\"sha256\":\"%s\",\"year\":\"%s\",\"new\":%zu,\"changed\":%zu,\"unchanged\":%zu}",
	    sum == NULL ? "" : sum, im->r.year, im->r.counts[ROSTER_NEW], im->r.counts[ROSTER_CHANGED],
	    im->r.counts[ROSTER_UNCHANGED]);
	return payload == NULL ? hb_full(err) : school_audit(tx, im->by, "roster.import", "school/roster", payload, err);
}

static enum hb_code
apply(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct importing *im = ctx;
	struct db_rows    school;
	im->applied = false;
	enum hb_code code = db_row(tx, &school_school_get, DB_ARGS(DB_ID(im->by->school)), im->a, &school, err);
	if (code == HB_OK)
		code = roster_read(&im->book, db_text(&school, 0, SCHOOL_SCHOOL_GET_CODE), im->job->year, im->job->class_code,
		    im->a, &im->r, err);
	if (code == HB_OK)
		code = roster_plan(tx, im->by, &im->r, im->a, err);
	if (code != HB_OK || im->job->dry_run || im->r.faults.errors > 0 ||
	    (im->r.faults.n > 0 && !im->job->accept_warnings))
		return code;
	if (im->r.counts[ROSTER_NEW] + im->r.counts[ROSTER_CHANGED] > 0) {
		if ((code = roster_write(tx, im->by, &im->r, im->a, err)) == HB_OK)
			code = audit(tx, im, err);
	}
	im->applied = code == HB_OK;
	return code;
}

enum hb_code
roster_import(struct school *s, const struct school_actor *by, const struct roster_job *job, struct hb_arena *a,
    struct hb_buf *out, struct hb_err *err)
{
	struct importing im = { .by = by, .job = job, .a = a };
	enum hb_code     code = xlsx_read_apart(s->sandbox, job->file, a, &im.book, err);
	if (code == HB_OK)
		code = job->dry_run ? db_read(s->db, apply, &im, err) : db_write(s->db, apply, &im, err);
	return code == HB_OK ? answer(&im.r, job, im.applied, out, err) : code;
}
