/* school/roster.h - class lists from files: read, hold against what is stored, apply whole or not at all.
 *
 * Rows are matched by mã học sinh, then by personal id, then by name and birth date; never by their place.  An empty
 * cell changes nothing.  The plan says for every row: new, changed (field by field), unchanged or wrong, with cell
 * addresses.  roster_apply() computes the plan again inside its transaction and refuses when a row is wrong, or when
 * there are warnings and `accept_warnings` is not set. */
#ifndef SCHOOL_ROSTER_H
#define SCHOOL_ROSTER_H
#include "school/school.h"
#include "school/table.h"

/* In the order of the columns of queries/people.sql, pupil_list. */
enum pupil_field {
	PF_CODE, PF_SECTOR_CODE, PF_PERSONAL_ID, PF_NAME, PF_SEX, PF_BIRTH, PF_BIRTH_PLACE, PF_ETHNIC, PF_NATIONALITY,
	PF_HOME_TOWN, PF_RESIDENCE, PF_FATHER, PF_FATHER_JOB, PF_MOTHER, PF_MOTHER_JOB, PF_GUARDIAN, PF_GUARDIAN_JOB,
	PF_POLICY, PF_DISABILITY, PF_PHONE, PF_REGISTER_NO, PF__MAX
};
extern const char *const pupil_field_names[PF__MAX];     /* "full_name" */

enum { ROSTER_CHOICES_MAX = 16 };
struct roster_row {
	size_t      sheet;
	uint32_t    row;
	const char *class_code;
	int         number;                      /* STT, 0 when not given */
	const char *f[PF__MAX];                  /* NULL where the file says nothing */
	int         col[PF__MAX];                /* of the file, -1 */
	const char *status, *status_date, *note;
	const char *subjects[ROSTER_CHOICES_MAX], *clusters[ROSTER_CHOICES_MAX];
	unsigned    n_subjects, n_clusters;
	unsigned    errors;                      /* faults of this row found so far */
	/* the plan */
	enum roster_state { ROSTER_NEW, ROSTER_CHANGED, ROSTER_UNCHANGED, ROSTER_WRONG, ROSTER_STATE__MAX } state;
	const char *pupil_id;                    /* matched, or NULL */
	const char *old[PF__MAX];                /* stored values of changed fields, NULL elsewhere */
	bool        enrol;                       /* joins the class now */
	int64_t     version;
	const char *class_id;                    /* NULL: the class is made */
};
struct roster {
	const struct xlsx_book *book;
	const char             *year;
	size_t                  n;
	struct roster_row      *rows;
	struct table_faults     faults;          /* their row and col, in the sheet of fault_sheet */
	size_t                 *fault_sheet;
	size_t                  counts[ROSTER_STATE__MAX];
	size_t                  ignored;         /* lines under the table: totals, signatures */
};
const char *roster_state_name(enum roster_state s);     /* "new" … */

/* Read every visible sheet that has a class list.  class_code: for files that name no class, or NULL. */
enum hb_code roster_read(const struct xlsx_book *book, const char *school_code, const char *year, const char *class_code,
    struct hb_arena *a, struct roster *ret_roster, struct hb_err *err);
/* Hold against the database. */
enum hb_code roster_plan(struct db_tx *tx, const struct school_actor *by, struct roster *r, struct hb_arena *a,
    struct hb_err *err);
/* Write a plan without errors. */
enum hb_code roster_write(struct db_tx *tx, const struct school_actor *by, struct roster *r, struct hb_arena *a,
    struct hb_err *err);

struct roster_job {
	struct hb_bytes file;
	const char     *file_name, *year, *class_code;
	bool            dry_run, accept_warnings;
};
/* All of it in one transaction, the audit row too; the answer (JSON) is written in both cases. */
enum hb_code roster_import(struct school *s, const struct school_actor *by, const struct roster_job *job,
    struct hb_arena *a, struct hb_buf *out, struct hb_err *err);
#endif
