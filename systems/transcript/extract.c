/* transcript/extract.c - a signed extract of one pupil's year up to a date, outside the yearly run: for a transfer, a
 * contest, on leaving (D15.2b, D23.5, seed002 Đ7).  Head and unit come from the register of officers when the class
 * file is of a term and names neither. */
#include <string.h>

#include "transcript/build.h"
#include "transcript/transcript_sql.h"

struct search { struct building *b; const char *year; struct db_rows sources; };

static enum hb_code
read_officer(struct db_tx *tx, struct building *b, enum record_role role, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = db_rows(tx, &transcript_officer_get, DB_ARGS(DB_ID(b->by->school), DB_TEXT(record_role_code(role))), b->a,
	      &rows, err);
	if (rc != HB_OK || rows.n == 0)
		return rc;
	char *person = hb_strdup(b->a, db_id(&rows, 0, TRANSCRIPT_OFFICER_GET_PERSON_ID).s);
	if (person == NULL)
		return hb_full(err);
	b->officers[b->officers_n++] = (struct record_signer){
		.role = role,
		.person_id = person,
		.personal_id = role == RECORD_DON_VI ? NULL : db_text(&rows, 0, TRANSCRIPT_OFFICER_GET_PERSONAL_ID),
		.name = db_text(&rows, 0, TRANSCRIPT_OFFICER_GET_NAME),
		.position = role == RECORD_DON_VI ? NULL : db_text(&rows, 0, TRANSCRIPT_OFFICER_GET_POSITION),
		.decision_number = db_text(&rows, 0, TRANSCRIPT_OFFICER_GET_DECISION_NUMBER),
		.decision_date = db_text(&rows, 0, TRANSCRIPT_OFFICER_GET_DECISION_DATE),
		.duty_from = db_text(&rows, 0, TRANSCRIPT_OFFICER_GET_FROM_DATE),
		.duty_to = db_text(&rows, 0, TRANSCRIPT_OFFICER_GET_TO_DATE),
	};
	return HB_OK;
}

/* The newest class file of the year in which the pupil stands. */
static enum hb_code
find_source(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct search   *s = ctx;
	struct building *b = s->b;
	enum hb_code     rc = transcript_school_get(tx, b->by->school, NULL, b->a, b->school, err);
	b->officers_n = 0;
	if (rc == HB_OK)
		rc = read_officer(tx, b, RECORD_CBQL, err);
	if (rc == HB_OK)
		rc = read_officer(tx, b, RECORD_DON_VI, err);
	if (rc == HB_OK)
		rc = db_rows(tx, &transcript_sources_newest, DB_ARGS(DB_ID(b->by->school), DB_TEXT(s->year)), b->a, &s->sources, err);
	for (size_t i = 0; rc == HB_OK && i < s->sources.n; i++) {
		const char *id = hb_strdup(b->a, db_id(&s->sources, i, TRANSCRIPT_SOURCES_NEWEST_ID).s);
		rc = id == NULL ? hb_full(err) : transcript_source_get(tx, b->by->school, id, b->a, b->source, err);
		if (rc == HB_OK && record_class_pupil(b->source->cls, b->pupil) != NULL)
			return HB_OK;
	}
	if (rc == HB_OK)
		rc = hb_fail(err, HB_E_NOTFOUND, "hocBa.khongCoSo", "chưa có sổ theo dõi nào năm %s có học sinh này", s->year);
	return rc;
}

enum hb_code
transcript_extract(struct transcript *t, const struct transcript_actor *by, const char *pupil, const char *year,
    enum transcript_purpose purpose, const char *on, struct hb_id *ret_document, struct hb_err *err)
{
	HB_SCOPED_ARENA          a;
	struct transcript_school school;
	struct transcript_source source;
	struct building          b = { .t = t, .by = by, .a = &a, .school = &school, .source = &source, .pupil = pupil, .on = on,
		.document = purpose == TRANSCRIPT_TRANSFER ? "TRANSFER" : "COMPETITION" };
	struct search            s = { .b = &b, .year = year };
	hb_arena_init(&a, (size_t)256 << 20);
	enum hb_code rc = db_read(t->db, find_source, &s, err);
	if (rc == HB_OK)
		rc = transcript_build_document(&b, err);
	if (rc == HB_OK && b.unchanged)
		rc = hb_fail(err, HB_E_CONFLICT, "hocBa.daCoTrich", "học sinh đang có một bản trích chưa xong của năm này");
	if (rc == HB_OK)
		*ret_document = b.id;
	return rc;
}
