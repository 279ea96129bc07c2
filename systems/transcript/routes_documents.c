/* transcript/routes_documents.c - documents: lists, one with all about it, its files, issue, recall, extract. */
#include <string.h>

#include "transcript/routes.h"
#include "transcript/transcript_sql.h"

enum hb_code
transcript_documents_list(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = transcript_rows(r, &transcript_documents_of_class, DB_ARGS(DB_ID(transcript_school_of(r)), DB_ID(api_param(r, "class")),
	      DB_TEXT(api_query(r, "year"))), &rows, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "id", db_id(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID).s);
		jw_str(&w, "kind", db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_KIND));
		jw_str(&w, "pupil", db_id(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_PUPIL_ID).s);
		jw_str(&w, "name", db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_PUPIL_NAME));
		jw_str(&w, "code", db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_RECORD_CODE));
		jw_int(&w, "version", db_int(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_REVISION));
		jw_bool(&w, "late", db_int(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_LATE) != 0);
		jw_str(&w, "state", db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_STATE));
		jw_str(&w, "fingerprint", db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_FINGERPRINT));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- one document ---- */

struct whole { struct api_req *r; struct transcript_document doc; struct db_rows signers, events, receipts; };

static enum hb_code
read_whole(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct whole *o = ctx;
	const char   *school = transcript_school_of(o->r), *id = api_param(o->r, "document");
	enum hb_code  rc = transcript_document_get(tx, school, id, o->r->a, &o->doc, err);
	if (rc == HB_OK)
		rc = db_rows(tx, &transcript_signers_of, DB_ARGS(DB_ID(school), DB_ID(id)), o->r->a, &o->signers, err);
	if (rc == HB_OK)
		rc = db_rows(tx, &transcript_events_of, DB_ARGS(DB_ID(school), DB_ID(id)), o->r->a, &o->events, err);
	if (rc == HB_OK)
		rc = db_rows(tx, &transcript_receipts_of, DB_ARGS(DB_ID(school), DB_ID(id)), o->r->a, &o->receipts, err);
	return rc;
}

static void
write_head(struct jw *w, const struct transcript_document *d)
{
	jw_str(w, "id", d->id);
	jw_str(w, "kind", d->kind);
	jw_str(w, "pupil", d->pupil);
	jw_str(w, "name", d->pupil_name);
	jw_str(w, "class", d->class_id);
	jw_str(w, "class_name", d->class_name);
	jw_str(w, "level", d->level);
	jw_int(w, "grade", d->grade);
	jw_str(w, "year", d->year);
	jw_str(w, "code", d->record_code);
	jw_int(w, "version", d->revision);
	jw_bool(w, "late", d->late);
	jw_str(w, "state", doc_state_name(d->state));
	jw_str(w, "fingerprint", d->fingerprint);
	jw_time(w, "effective", d->effective_at);
}

static void
write_time_or_null(struct jw *w, const char *name, const struct db_rows *rows, size_t i, unsigned col)
{
	if (db_is_null(rows, i, col))
		jw_null(w, name);
	else
		jw_time(w, name, db_time(rows, i, col));
}

static void
write_signers(struct jw *w, const struct db_rows *rows)
{
	jw_array(w, "signers");
	for (size_t i = 0; i < rows->n; i++) {
		jw_object(w, NULL);
		jw_str(w, "role", db_text(rows, i, TRANSCRIPT_SIGNERS_OF_ROLE));
		jw_str(w, "subject", db_text(rows, i, TRANSCRIPT_SIGNERS_OF_SUBJECT));
		jw_str(w, "name", db_text(rows, i, TRANSCRIPT_SIGNERS_OF_NAME));
		write_time_or_null(w, "xml_at", rows, i, TRANSCRIPT_SIGNERS_OF_XML_AT);
		write_time_or_null(w, "pdf_at", rows, i, TRANSCRIPT_SIGNERS_OF_PDF_AT);
		jw_bool(w, "in_pdf", db_int(rows, i, TRANSCRIPT_SIGNERS_OF_IN_PDF) != 0);
		jw_end(w);
	}
	jw_end(w);
}

static void
write_events(struct jw *w, const struct db_rows *rows)
{
	jw_array(w, "events");
	for (size_t i = 0; i < rows->n; i++) {
		jw_object(w, NULL);
		jw_str(w, "event", db_text(rows, i, TRANSCRIPT_EVENTS_OF_EVENT));
		jw_str(w, "state", db_text(rows, i, TRANSCRIPT_EVENTS_OF_STATE));
		jw_str(w, "actor", db_text(rows, i, TRANSCRIPT_EVENTS_OF_ACTOR));
		jw_str(w, "note", db_text(rows, i, TRANSCRIPT_EVENTS_OF_NOTE));
		jw_time(w, "at", db_time(rows, i, TRANSCRIPT_EVENTS_OF_AT));
		jw_end(w);
	}
	jw_end(w);
}

static void
write_receipts(struct jw *w, const struct db_rows *rows)
{
	jw_array(w, "receipts");
	for (size_t i = 0; i < rows->n; i++) {
		jw_object(w, NULL);
		jw_str(w, "message", db_id(rows, i, TRANSCRIPT_RECEIPTS_OF_MESSAGE_ID).s);
		jw_bool(w, "accepted", db_int(rows, i, TRANSCRIPT_RECEIPTS_OF_ACCEPTED) != 0);
		jw_raw(w, "errors", HB_STR(db_text(rows, i, TRANSCRIPT_RECEIPTS_OF_ERRORS)));
		jw_time(w, "at", db_time(rows, i, TRANSCRIPT_RECEIPTS_OF_AT));
		jw_end(w);
	}
	jw_end(w);
}

enum hb_code
transcript_document_show(struct api_req *r, struct hb_err *err)
{
	struct transcript *t = r->system;
	struct whole       o = { .r = r };
	enum hb_code       rc = db_read(t->db, read_whole, &o, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	write_head(&w, &o.doc);
	write_signers(&w, &o.signers);
	write_events(&w, &o.events);
	write_receipts(&w, &o.receipts);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* ---- files ---- */

struct reading { struct api_req *r; enum signing_format format; struct hb_bytes bytes; int64_t version; };

static enum hb_code
read_file(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct reading *f = ctx;
	return transcript_file(tx, transcript_school_of(f->r), api_param(f->r, "document"), f->format, f->r->a, &f->bytes, &f->version, err);
}

static enum hb_code
reply_file(struct api_req *r, enum signing_format format, struct hb_err *err)
{
	struct transcript *t = r->system;
	struct reading     f = { .r = r, .format = format };
	enum hb_code       rc = db_read(t->db, read_file, &f, err);
	if (rc != HB_OK)
		return rc;
	hb_put(r->out, f.bytes.p, f.bytes.n);
	r->content_type = format == SIGNING_XML ? "application/xml" : "application/pdf";
	api_reply_header(r, "Content-Disposition", "attachment");
	return HB_OK;
}

enum hb_code
transcript_document_xml(struct api_req *r, struct hb_err *err)
{
	return reply_file(r, SIGNING_XML, err);
}

enum hb_code
transcript_document_pdf(struct api_req *r, struct hb_err *err)
{
	return reply_file(r, SIGNING_PDF, err);
}

/* ---- acts ---- */

enum hb_code
transcript_document_issue(struct api_req *r, struct hb_err *err)
{
	struct transcript_actor by = transcript_actor(r);
	return transcript_issue(r->system, &by, api_param(r, "document"), err);
}

enum hb_code
transcript_document_recall(struct api_req *r, struct hb_err *err)
{
	struct transcript_actor by = transcript_actor(r);
	return transcript_recall(r->system, &by, api_param(r, "document"), json_string_value(json_object_get(r->body, "reason")), err);
}

enum hb_code
transcript_document_redeposit(struct api_req *r, struct hb_err *err)
{
	struct transcript_actor by = transcript_actor(r);
	return transcript_redeposit(r->system, &by, api_param(r, "document"), err);
}

enum hb_code
transcript_extract_add(struct api_req *r, struct hb_err *err)
{
	struct transcript_actor by = transcript_actor(r);
	struct hb_id            id = { 0 };
	const char             *purpose = json_string_value(json_object_get(r->body, "purpose"));
	enum hb_code            rc = transcript_extract(r->system, &by, json_string_value(json_object_get(r->body, "pupil")),
	      json_string_value(json_object_get(r->body, "year")),
	      strcmp(purpose, "TRANSFER") == 0 ? TRANSCRIPT_TRANSFER : TRANSCRIPT_COMPETITION,
	      json_string_value(json_object_get(r->body, "until")), &id, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "document", id.s);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
