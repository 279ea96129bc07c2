/* transcript/documents.c - rows of documents: reading one, moving it, its bytes. */
#include "transcript/transcript.h"
#include "transcript/transcript_sql.h"

#include <string.h>

/* NULL stays NULL, so that "no such document" is not "a document named ''". */
static const char *
id_text(const struct db_rows *rows, unsigned col, struct hb_arena *a)
{
	return db_is_null(rows, 0, col) ? NULL : hb_strdup(a, db_id(rows, 0, col).s);
}

enum hb_code
transcript_document_get(struct db_tx *tx, const char *school, const char *id, struct hb_arena *a,
    struct transcript_document *ret_doc, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = db_rows(tx, &transcript_document_row, DB_ARGS(DB_ID(school), DB_ID(id)), a, &rows, err);
	if (rc != HB_OK)
		return rc;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "hocBa.khongThay", "không có học bạ này");
	struct transcript_document d = {
		.id = id_text(&rows, TRANSCRIPT_DOCUMENT_ROW_ID, a),
		.kind = db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_KIND),
		.pupil = id_text(&rows, TRANSCRIPT_DOCUMENT_ROW_PUPIL_ID, a),
		.pupil_name = db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_PUPIL_NAME),
		.personal_id = db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_PERSONAL_ID),
		.class_id = id_text(&rows, TRANSCRIPT_DOCUMENT_ROW_CLASS_ID, a),
		.class_name = db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_CLASS_NAME),
		.level = db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_LEVEL),
		.grade = (int)db_int(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_GRADE),
		.year = db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_YEAR),
		.year_key = db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_YEAR_KEY),
		.record_code = db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_RECORD_CODE),
		.revision = (int)db_int(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_REVISION),
		.base = id_text(&rows, TRANSCRIPT_DOCUMENT_ROW_BASE_ID, a),
		.replaces = id_text(&rows, TRANSCRIPT_DOCUMENT_ROW_REPLACES_ID, a),
		.source = id_text(&rows, TRANSCRIPT_DOCUMENT_ROW_SOURCE_ID, a),
		.profile = (int)db_int(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_PROFILE),
		.secret = db_bytes(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_SECRET),
		.effective_at = db_time(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_EFFECTIVE_AT),
		.late = db_int(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_LATE) != 0,
		.fingerprint = db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_FINGERPRINT),
	};
	if (a->full)
		return hb_full(err);
	if (!doc_state_parse(db_text(&rows, 0, TRANSCRIPT_DOCUMENT_ROW_STATE), &d.state))
		return hb_bug(err, "unknown state of document %s", id);
	*ret_doc = d;
	return HB_OK;
}

enum hb_code
transcript_step(struct db_tx *tx, const struct transcript_actor *by, const char *document, enum doc_event event,
    const char *note, struct hb_err *err)
{
	HB_SCOPED_ARENA            a;
	struct transcript_document d;
	enum doc_state             to = DOC_NONE;
	int64_t                    last = 0;
	hb_arena_init(&a, 1 << 20);
	enum hb_code rc = transcript_document_get(tx, by->school, document, &a, &d, err);
	if (rc == HB_OK)
		rc = doc_state_next(event == DOC_BUILD ? DOC_NONE : d.state, event, &to, err);
	if (rc == HB_OK)
		rc = db_number(tx, &transcript_event_last, DB_ARGS(DB_ID(by->school), DB_ID(document)), &last, err);
	if (rc == HB_OK)
		rc = db_run(tx, &transcript_document_state_set, DB_ARGS(DB_TEXT(doc_state_name(to)), DB_ID(by->school), DB_ID(document)),
		    NULL, err);
	if (rc == HB_OK)
		rc = db_run(tx, &transcript_event_add, DB_ARGS(DB_ID(by->school), DB_ID(document), DB_INT(last + 1),
		    DB_TEXT(doc_state_event_name(event)), DB_TEXT(doc_state_name(to)), DB_TEXT(by->who), DB_TEXT(note == NULL ? "" : note),
		    DB_TIME(hb_now())), NULL, err);
	return rc;
}

enum hb_code
transcript_file(struct db_tx *tx, const char *school, const char *document, enum signing_format format,
    struct hb_arena *a, struct hb_bytes *ret_bytes, int64_t *ret_version, struct hb_err *err)
{
	struct db_rows rows;
	const char    *name = format == SIGNING_XML ? "XML" : "PDF";
	enum hb_code   rc = db_rows(tx, &transcript_issued_get, DB_ARGS(DB_ID(school), DB_ID(document), DB_TEXT(name)), a, &rows,
	      err);
	if (rc == HB_OK && rows.n == 1) {
		*ret_bytes = db_bytes(&rows, 0, TRANSCRIPT_ISSUED_GET_BYTES);
		*ret_version = 0;
		return HB_OK;
	}
	if (rc == HB_OK)
		rc = db_rows(tx, &transcript_draft_get, DB_ARGS(DB_ID(school), DB_ID(document), DB_TEXT(name)), a, &rows, err);
	if (rc != HB_OK)
		return rc;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "hocBa.khongThay", "học bạ này không có tệp %s", name);
	*ret_bytes = db_bytes(&rows, 0, TRANSCRIPT_DRAFT_GET_BYTES);
	*ret_version = db_int(&rows, 0, TRANSCRIPT_DRAFT_GET_VERSION);
	return HB_OK;
}
