/* Writing a plan: pupils, classes, enrolments, choices, with the change of every field kept. */
#include "school/roster.h"

#include "base/text.h"
#include "json/write.h"
#include "school/classes.h"
#include "school/school_sql.h"

#include <stdio.h>
#include <string.h>

/* Values of a new pupil that the file does not give. */
static const char *
initial(enum pupil_field f)
{
	return f == PF_ETHNIC ? "" : f == PF_NATIONALITY ? "VN" : "";
}

static const char *
value_of(const struct roster_row *row, const struct db_rows *have, enum pupil_field f)
{
	if (row->f[f] != NULL)
		return row->f[f];
	const char *s = have == NULL ? initial(f) : db_text(have, 0, SCHOOL_PUPIL_GET_CODE + (unsigned)f);
	return s == NULL ? "" : s;
}

static enum hb_code
put_pupil(struct db_tx *tx, const struct school_actor *by, struct roster_row *row, const struct db_rows *have,
    struct hb_arena *a, struct hb_err *err)
{
	const char *v[PF__MAX];
	for (int f = 0; f < PF__MAX; f++)
		v[f] = value_of(row, have, (enum pupil_field)f);
	const char *key = hb_name_key(a, v[PF_NAME]);
	if (key == NULL)
		return hb_full(err);
	struct db_val personal = v[PF_PERSONAL_ID][0] == '\0' ? DB_NULL() : DB_TEXT(v[PF_PERSONAL_ID]);
	return db_run(tx, &school_pupil_put,
	    DB_ARGS(DB_ID(by->school), DB_ID(row->pupil_id), DB_TEXT(v[PF_CODE]), DB_TEXT(v[PF_SECTOR_CODE]), personal,
	        DB_TEXT(v[PF_NAME]), DB_TEXT(key), DB_TEXT(v[PF_SEX]), DB_TEXT(v[PF_BIRTH]), DB_TEXT(v[PF_BIRTH_PLACE]),
	        DB_TEXT(v[PF_ETHNIC]), DB_TEXT(v[PF_NATIONALITY]), DB_TEXT(v[PF_HOME_TOWN]), DB_TEXT(v[PF_RESIDENCE]),
	        DB_TEXT(v[PF_FATHER]), DB_TEXT(v[PF_FATHER_JOB]), DB_TEXT(v[PF_MOTHER]), DB_TEXT(v[PF_MOTHER_JOB]),
	        DB_TEXT(v[PF_GUARDIAN]), DB_TEXT(v[PF_GUARDIAN_JOB]), DB_TEXT(v[PF_POLICY]), DB_TEXT(v[PF_DISABILITY]),
	        DB_TEXT(v[PF_PHONE]), DB_TEXT(v[PF_REGISTER_NO]), DB_INT(row->version + 1)),
	    NULL, err);
}

/* A code of the school's own for a pupil who came without: entry year and a running number. */
static enum hb_code
give_code(struct db_tx *tx, const struct school_actor *by, struct roster_row *row, const char *year, struct hb_arena *a,
    struct hb_err *err)
{
	struct db_rows all;
	enum hb_code   code = db_rows(tx, &school_pupil_list, DB_ARGS(DB_ID(by->school)), a, &all, err);
	if (code != HB_OK)
		return code;
	for (size_t n = all.n + 1;; n++) {
		char *own = hb_printf(a, "%.2s%06zu", year + 2, n);
		bool  taken = false;
		if (own == NULL)
			return hb_full(err);
		for (size_t i = 0; i < all.n && !taken; i++)
			taken = strcmp(db_text(&all, i, SCHOOL_PUPIL_LIST_CODE), own) == 0;
		row->f[PF_CODE] = own;
		if (!taken)
			return HB_OK;
	}
}

static enum hb_code
write_pupil(struct db_tx *tx, const struct school_actor *by, const struct roster *r, struct roster_row *row,
    struct hb_arena *a, struct hb_err *err)
{
	enum hb_code   code = HB_OK;
	struct db_rows have;
	bool           is_new = row->pupil_id == NULL, changed = is_new;
	for (int f = 0; f < PF__MAX; f++)
		changed |= row->old[f] != NULL;
	if (!changed)
		return HB_OK;
	if (is_new) {
		row->pupil_id = hb_strdup(a, hb_id_new().s);
		row->version = 0;
		if (row->pupil_id == NULL)
			return hb_full(err);
		if (row->f[PF_CODE] == NULL)
			code = give_code(tx, by, row, r->year, a, err);
		return code != HB_OK ? code : put_pupil(tx, by, row, NULL, a, err);
	}
	code = db_row(tx, &school_pupil_get, DB_ARGS(DB_ID(by->school), DB_ID(row->pupil_id)), a, &have, err);
	if (code == HB_OK)
		code = put_pupil(tx, by, row, &have, a, err);
	for (int f = 0; f < PF__MAX && code == HB_OK; f++)
		if (row->old[f] != NULL)
			code = db_run(tx, &school_pupil_change_add,
			    DB_ARGS(DB_ID(by->school), DB_ID(row->pupil_id), DB_INT(row->version + 1), DB_TEXT(pupil_field_names[f]),
			        DB_TEXT(row->old[f]), DB_TEXT(row->f[f]), DB_TEXT(by->who), DB_TIME(hb_business_now()),
			        DB_TEXT("nhập từ tệp")),
			    NULL, err);
	return code;
}

static enum hb_code
write_choices(struct db_tx *tx, const struct school_actor *by, const struct roster_row *row, struct hb_err *err)
{
	enum hb_code code = HB_OK;
	if (row->n_subjects + row->n_clusters == 0)
		return HB_OK;
	code = db_run(tx, &school_choice_clear, DB_ARGS(DB_ID(by->school), DB_ID(row->class_id), DB_ID(row->pupil_id)), NULL, err);
	for (unsigned i = 0; i < row->n_subjects + row->n_clusters && code == HB_OK; i++) {
		bool        cluster = i >= row->n_subjects;
		const char *subject = cluster ? row->clusters[i - row->n_subjects] : row->subjects[i];
		code = db_run(tx, &school_choice_put,
		    DB_ARGS(DB_ID(by->school), DB_ID(row->class_id), DB_ID(row->pupil_id), DB_TEXT(cluster ? "CLUSTER" : "SUBJECT"),
		        DB_TEXT(subject)),
		    NULL, err);
	}
	return code;
}

static enum hb_code
write_enrolment(struct db_tx *tx, const struct school_actor *by, const struct roster_row *row, const char *starts,
    struct hb_err *err)
{
	if (!row->enrol)
		return HB_OK;
	const char *status = row->status == NULL ? "DANG_HOC" : row->status;
	return db_run(tx, &school_enrolment_put,
	    DB_ARGS(DB_ID(by->school), DB_ID(row->class_id), DB_ID(row->pupil_id), DB_INT(row->number), DB_TEXT(status),
	        DB_TEXT(row->status_date == NULL ? starts : row->status_date), DB_TEXT(""),
	        DB_TEXT(row->note == NULL ? "" : row->note)),
	    NULL, err);
}

/* The class of a row, made on the first row that names it. */
static enum hb_code
class_of(struct db_tx *tx, const struct school_actor *by, struct roster *r, struct roster_row *row, struct hb_arena *a,
    struct hb_err *err)
{
	if (row->class_id != NULL)
		return HB_OK;
	enum hb_code code = classes_make(tx, by->school, r->year, row->class_code, &row->class_id, a, err);
	for (struct roster_row *q = row + 1; code == HB_OK && q < r->rows + r->n; q++)
		if (q->class_code != NULL && strcmp(q->class_code, row->class_code) == 0)
			q->class_id = row->class_id;
	return code;
}

static enum hb_code
number_classes(struct db_tx *tx, const struct school_actor *by, const struct roster *r, struct hb_arena *a,
    struct hb_err *err)
{
	enum hb_code code = HB_OK;
	for (size_t i = 0; i < r->n && code == HB_OK; i++) {
		bool seen = false;
		for (size_t j = 0; j < i && !seen; j++)
			seen = strcmp(r->rows[j].class_id, r->rows[i].class_id) == 0;
		if (!seen)
			code = classes_number(tx, by->school, r->rows[i].class_id, a, err);
	}
	return code;
}

enum hb_code
roster_write(struct db_tx *tx, const struct school_actor *by, struct roster *r, struct hb_arena *a, struct hb_err *err)
{
	struct db_rows year;
	enum hb_code   code = db_row(tx, &school_year_get, DB_ARGS(DB_ID(by->school), DB_TEXT(r->year)), a, &year, err);
	for (size_t i = 0; i < r->n && code == HB_OK; i++) {
		struct roster_row *row = &r->rows[i];
		if ((code = class_of(tx, by, r, row, a, err)) == HB_OK &&
		    (code = write_pupil(tx, by, r, row, a, err)) == HB_OK &&
		    (code = write_enrolment(tx, by, row, db_text(&year, 0, SCHOOL_YEAR_GET_STARTS), err)) == HB_OK)
			code = write_choices(tx, by, row, err);
	}
	return code == HB_OK ? number_classes(tx, by, r, a, err) : code;
}
