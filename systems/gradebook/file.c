/* Rows of a class file: the file itself, its roll, its events. */
#include "gradebook/file.h"

#include <stdio.h>
#include <string.h>

#include "gradebook/gradebook_sql.h"

bool
gb_is_year_period(const char *period)
{
	return strcmp(period, "CN") == 0 || strcmp(period, "HE") == 0;
}

void
gb_counts(const struct record_counts *c, struct gb_count out[GB_COUNTS])
{
	const struct gb_count all[GB_COUNTS] = {
		{ "pupils", c->pupils }, { "signers", c->signers }, { "subjects", c->subjects }, { "rows", c->rows },
		{ "tx", c->tx }, { "gk", c->gk }, { "ck", c->ck }, { "cd", c->cd }, { "tests", c->tests },
		{ "averages", c->averages }, { "levels", c->levels }, { "comments", c->comments },
		{ "score_sum", c->score_sum }, { "absences", c->absences },
	};
	memcpy(out, all, sizeof all);
}

enum hb_code
gb_file_get(struct db_tx *tx, const char *school, const char *file, struct hb_arena *a, struct gb_file *ret_file,
    struct hb_err *err)
{
	struct db_rows r;
	enum hb_code code = db_rows(tx, &gradebook_file_get, DB_ARGS(DB_ID(school), DB_ID(file)), a, &r, err);
	if (code != HB_OK)
		return code;
	if (r.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "so.khongThay", "trường không có sổ này");
	*ret_file = (struct gb_file){
		.id = db_id(&r, 0, GRADEBOOK_FILE_GET_ID),
		.year = db_text(&r, 0, GRADEBOOK_FILE_GET_YEAR),
		.period = db_text(&r, 0, GRADEBOOK_FILE_GET_PERIOD),
		.class_id = db_text(&r, 0, GRADEBOOK_FILE_GET_CLASS_ID),
		.class_name = db_text(&r, 0, GRADEBOOK_FILE_GET_CLASS_NAME),
		.replaces = db_text(&r, 0, GRADEBOOK_FILE_GET_REPLACES),
		.grade = (int)db_int(&r, 0, GRADEBOOK_FILE_GET_GRADE),
		.revision = (int)db_int(&r, 0, GRADEBOOK_FILE_GET_REVISION),
		.missing = (int)db_int(&r, 0, GRADEBOOK_FILE_GET_MISSING),
		.frozen_sha256 = db_bytes(&r, 0, GRADEBOOK_FILE_GET_FROZEN_SHA256),
		.created_at = db_time(&r, 0, GRADEBOOK_FILE_GET_CREATED_AT),
		.state = gradebook_state_parse(db_text(&r, 0, GRADEBOOK_FILE_GET_STATE)),
		.event_seq = db_int(&r, 0, GRADEBOOK_FILE_GET_EVENT_SEQ),
	};
	ret_file->year_file = gb_is_year_period(ret_file->period);
	return HB_OK;
}

/* ---- The roll ---- */
static struct gb_signer
signer_of(const struct db_rows *r, size_t i)
{
	return (struct gb_signer){
		.slot = db_text(r, i, GRADEBOOK_SIGNER_LIST_SLOT),
		.role = db_text(r, i, GRADEBOOK_SIGNER_LIST_ROLE),
		.subject = db_text(r, i, GRADEBOOK_SIGNER_LIST_SUBJECT),
		.subject_name = db_text(r, i, GRADEBOOK_SIGNER_LIST_SUBJECT_NAME),
		.ordinal = (int)db_int(r, i, GRADEBOOK_SIGNER_LIST_ORDINAL),
		.person_id = db_text(r, i, GRADEBOOK_SIGNER_LIST_PERSON_ID),
		.personal_id = db_text(r, i, GRADEBOOK_SIGNER_LIST_PERSONAL_ID),
		.name = db_text(r, i, GRADEBOOK_SIGNER_LIST_NAME),
		.duty_from = db_text(r, i, GRADEBOOK_SIGNER_LIST_DUTY_FROM),
		.duty_to = db_text(r, i, GRADEBOOK_SIGNER_LIST_DUTY_TO),
		.stand_in = db_text(r, i, GRADEBOOK_SIGNER_LIST_STAND_IN),
		.signed_at = db_time(r, i, GRADEBOOK_SIGNER_LIST_SIGNED_AT),
		.certificate = db_text(r, i, GRADEBOOK_SIGNER_LIST_CERTIFICATE),
		.fingerprint = db_text(r, i, GRADEBOOK_SIGNER_LIST_FINGERPRINT),
	};
}

enum hb_code
gb_roll_get(struct db_tx *tx, const char *school, const struct gb_file *f, struct hb_arena *a, struct gb_roll *ret_roll,
    struct hb_err *err)
{
	struct db_rows r;
	enum hb_code code = db_rows(tx, &gradebook_signer_list, DB_ARGS(DB_ID(school), DB_ID(f->id.s)), a, &r, err);
	if (code != HB_OK)
		return code;
	struct gb_roll roll = { .v = HB_NEWN(a, struct gb_signer, r.n + 1), .facts.year_file = f->year_file };
	if (roll.v == NULL)
		return hb_full(err);
	for (; roll.n < r.n; roll.n++) {
		roll.v[roll.n] = signer_of(&r, roll.n);
		roll.facts.teachers_left += strcmp(roll.v[roll.n].role, "GVBM") == 0 && roll.v[roll.n].signed_at == 0;
	}
	*ret_roll = roll;
	return HB_OK;
}

static enum hb_code
put_signer(struct db_tx *tx, const char *school, const char *file, const struct record_class *cls,
    const struct record_signer *s, int ord, struct hb_err *err)
{
	char slot[RECORD_SLOT_LEN];
	const struct record_subject *subject = s->subject == NULL ? NULL : record_class_subject(cls, s->subject);
	record_class_slot(s, slot);
	return db_run(tx, &gradebook_signer_put, DB_ARGS(DB_ID(school), DB_ID(file), DB_TEXT(slot), DB_INT(ord),
	    DB_TEXT(record_role_code(s->role)), DB_TEXT(s->subject), DB_TEXT(subject == NULL ? NULL : subject->name),
	    DB_INT(s->ordinal), DB_TEXT(s->person_id), DB_TEXT(s->personal_id), DB_TEXT(s->name), DB_TEXT(s->duty_from),
	    DB_TEXT(s->duty_to), DB_TEXT(s->stand_in_reason)), NULL, err);
}

/* In the order of signing: teachers, homeroom, head, seal. */
enum hb_code
gb_roll_put(struct db_tx *tx, const char *school, const char *file, const struct record_class *cls, struct hb_err *err)
{
	int ord = 0;
	enum hb_code code = HB_OK;
	for (int role = RECORD_GVBM; role <= RECORD_DON_VI; role++)
		for (size_t i = 0; i < cls->n_signers && code == HB_OK; i++)
			if ((int)cls->signers[i].role == role)
				code = put_signer(tx, school, file, cls, &cls->signers[i], ++ord, err);
	return code;
}

enum gradebook_event
gb_slot_event(const struct gb_signer *s)
{
	if (strcmp(s->role, "GVBM") == 0)
		return GRADEBOOK_E_SIGN_TEACHER;
	if (strcmp(s->role, "GVCN") == 0)
		return GRADEBOOK_E_SIGN_HOMEROOM;
	return strcmp(s->role, "CBQL") == 0 ? GRADEBOOK_E_SIGN_HEAD : GRADEBOOK_E_SEAL;
}

/* ---- Events ---- */
enum hb_code
gb_move(struct db_tx *tx, const char *school, const struct gb_file *f, const struct gradebook_facts *facts,
    const struct gb_actor *by, const struct gb_step *step, struct hb_err *err)
{
	static const char *const actions[GRADEBOOK_EVENT__MAX] = { "file.freeze", "file.review", "file.return",
		"file.sign.teacher", "file.sign.homeroom", "file.sign.head", "file.seal", "file.replace" };
	enum gradebook_state to;
	char object[64];
	enum hb_code code = gradebook_step(f->state, step->event, by->roles, facts, &to, err);
	if (code != HB_OK)
		return code;
	code = db_run(tx, &gradebook_event_put, DB_ARGS(DB_ID(school), DB_ID(f->id.s), DB_INT(f->event_seq + 1), DB_TIME(hb_now()),
	    DB_TEXT(gradebook_state_code(to)), DB_TEXT(by->who), DB_TEXT(step->slot), DB_TEXT(step->reason)), NULL, err);
	if (code != HB_OK)
		return code;
	snprintf(object, sizeof object, "file/%s", f->id.s);
	return audit_write(tx, &(struct audit_entry){ .school = school, .actor = by->who, .action = actions[step->event],
	    .object = object, .request = by->request }, err);
}
