/* transcript/issue.c - a complete document becomes the record: evidence, last verification, deposit, receipt, recall. */
#include "transcript/issue.h"

#include <stdlib.h>
#include <string.h>

#include "transcript/sources.h"
#include "transcript/transcript_sql.h"

#define DOCUMENT_ARENA ((size_t)96 << 20)

struct files { struct hb_bytes xml, pdf; int64_t xml_version, pdf_version; };
struct issuing {
	struct transcript             *t;
	const struct transcript_actor *by;
	const char                    *id, *reason, *fingerprint;
	struct hb_arena               *a;
	struct transcript_school       school;
	struct transcript_document     doc;
	struct files                   files;
	const char                    *payload;
};

static enum hb_code
read_document(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct issuing *s = ctx;
	enum hb_code    rc = transcript_school_get(tx, s->by->school, NULL, s->a, &s->school, err);
	return rc == HB_OK ? transcript_document_get(tx, s->by->school, s->id, s->a, &s->doc, err) : rc;
}

static enum hb_code
read_files(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct issuing *s = ctx;
	enum hb_code    rc = transcript_file(tx, s->by->school, s->id, SIGNING_XML, s->a, &s->files.xml, &s->files.xml_version, err);
	if (rc == HB_OK)
		rc = transcript_file(tx, s->by->school, s->id, SIGNING_PDF, s->a, &s->files.pdf, &s->files.pdf_version, err);
	return rc;
}

/* ---- the deposit ---- */

/* {"v":1,"code","year","version","xml":b64,"pdf":b64}: contracts/flow-4. */
static enum hb_code
write_payload(struct issuing *s, struct hb_err *err)
{
	const char *xml = hb_base64(s->a, s->files.xml), *pdf = hb_base64(s->a, s->files.pdf);
	if (xml == NULL || pdf == NULL)
		return hb_full(err);
	json_t *payload = json_pack("{s:i,s:s,s:s,s:i,s:s,s:s}", "v", 1, "code", s->doc.record_code, "year", s->doc.year, "version",
	    s->doc.revision, "xml", xml, "pdf", pdf);
	char   *text = payload == NULL ? NULL : json_dumps(payload, JSON_COMPACT);
	json_decref(payload);
	s->payload = text == NULL ? NULL : hb_strdup(s->a, text);
	free(text);
	return s->payload == NULL ? hb_full(err) : HB_OK;
}

static enum hb_code
send_deposit(struct db_tx *tx, struct issuing *s, struct hb_err *err)
{
	struct hb_id        message;
	struct exchange_out m = { .to = s->t->city, .flow = 4, .kind = "deposit", .payload_type = "application/json",
		.payload = HB_STR(s->payload) };
	enum hb_code        rc = exchange_send(s->t->exchange, tx, &m, &message, err);
	if (rc != HB_OK)
		return rc;
	return db_run(tx, &transcript_deposit_add, DB_ARGS(DB_ID(s->by->school), DB_ID(s->id), DB_ID(message.s), DB_TIME(hb_now())),
	    NULL, err);
}

static enum hb_code
audit(struct db_tx *tx, const struct issuing *s, const char *action, struct hb_err *err)
{
	struct audit_entry e = { .school = s->by->school, .actor = s->by->who, .action = action, .object = s->id,
		.request = s->by->request };
	return audit_write(tx, &e, err);
}

/* ---- issuing ---- */

static enum hb_code
same_version(struct db_tx *tx, struct issuing *s, enum signing_format format, int64_t version, struct hb_err *err)
{
	struct hb_bytes now = { 0 };
	int64_t         now_version = 0;
	enum hb_code    rc = transcript_file(tx, s->by->school, s->id, format, s->a, &now, &now_version, err);
	if (rc == HB_OK && now_version != version)
		rc = hb_fail(err, HB_E_CONFLICT, "hocBa.daDoi", "học bạ vừa thay đổi; hãy phát hành lại");
	return rc;
}

static enum hb_code
keep_file(struct db_tx *tx, const struct issuing *s, const char *format, struct hb_bytes bytes, struct hb_err *err)
{
	struct hb_sha256 digest = hb_sha256(bytes);
	const char      *hex = hb_hex(s->a, HB_BYTES(digest.b, sizeof digest.b));
	if (hex == NULL)
		return hb_full(err);
	return db_run(tx, &transcript_issued_add, DB_ARGS(DB_ID(s->by->school), DB_ID(s->id), DB_TEXT(format), DB_BYTES(bytes),
	    DB_TEXT(hex), DB_TIME(hb_now())), NULL, err);
}

/* Issue and outbox row stand or fall together; an extract goes with its holder and is not deposited (D15.2b). */
static enum hb_code
issue_in(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct issuing *s = ctx;
	enum hb_code    rc = same_version(tx, s, SIGNING_XML, s->files.xml_version, err);
	if (rc == HB_OK)
		rc = same_version(tx, s, SIGNING_PDF, s->files.pdf_version, err);
	if (rc == HB_OK)
		rc = transcript_step(tx, s->by, s->id, DOC_ISSUE, NULL, err);
	if (rc == HB_OK)
		rc = db_run(tx, &transcript_document_fingerprint_set, DB_ARGS(DB_TEXT(s->fingerprint), DB_ID(s->by->school), DB_ID(s->id)),
		    NULL, err);
	if (rc == HB_OK)
		rc = keep_file(tx, s, "XML", s->files.xml, err);
	if (rc == HB_OK)
		rc = keep_file(tx, s, "PDF", s->files.pdf, err);
	if (rc == HB_OK)
		rc = db_run(tx, &transcript_drafts_drop, DB_ARGS(DB_ID(s->by->school), DB_ID(s->id)), NULL, err);
	if (rc == HB_OK && strcmp(s->doc.kind, "YEAR") == 0)
		rc = send_deposit(tx, s, err);
	return rc == HB_OK ? audit(tx, s, "document.issue", err) : rc;
}

/* What lacks a token or the evidence gets it now, before the files are judged as finished. */
static enum hb_code
complete_evidence(struct issuing *s, struct hb_err *err)
{
	char name[TRANSCRIPT_NAME_LEN];
	bool changed;
	transcript_name(s->by->school, s->id, name);
	enum hb_code rc = signing_finish(&s->t->room, name, SIGNING_XML, true, &changed, err);
	return rc == HB_OK ? signing_finish(&s->t->room, name, SIGNING_PDF, true, &changed, err) : rc;
}

static enum hb_code
judge(struct issuing *s, struct hb_err *err)
{
	struct verify_report xml = { 0 }, pdf = { 0 };
	enum hb_code         rc = transcript_must_be_valid(s->files.xml, s->t->trust, s->a, &xml, err);
	if (rc == HB_OK)
		rc = transcript_must_be_valid(s->files.pdf, s->t->trust, s->a, &pdf, err);
	if (rc != HB_OK)
		return rc;
	const struct verify_signature *seal = verify_seal(&xml);
	if (seal == NULL)
		return hb_fail(err, HB_E_RULE, "hocBa.chuaDuChuKy", "học bạ chưa có chữ kí của đơn vị");
	s->fingerprint = hb_hex(s->a, HB_BYTES(seal->fingerprint.b, HB_SHA256_LEN));
	return s->fingerprint == NULL ? hb_full(err) : HB_OK;
}

enum hb_code
transcript_issue(struct transcript *t, const struct transcript_actor *by, const char *document, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	struct issuing  s = { .t = t, .by = by, .id = document, .a = &a };
	hb_arena_init(&a, DOCUMENT_ARENA);
	enum hb_code rc = db_read(t->db, read_document, &s, err);
	if (rc == HB_OK && s.doc.state != DOC_SIGNED)
		rc = hb_fail(err, HB_E_CONFLICT, "hocBa.chuaDuChuKy", "học bạ %s, chưa phát hành được", doc_state_vi(s.doc.state));
	if (rc == HB_OK)
		rc = complete_evidence(&s, err);
	if (rc == HB_OK)
		rc = db_read(t->db, read_files, &s, err);
	if (rc == HB_OK)
		rc = judge(&s, err);
	if (rc == HB_OK)
		rc = write_payload(&s, err);
	return rc == HB_OK ? db_write(t->db, issue_in, &s, err) : rc;
}

/* ---- sending again, recalling ---- */

static enum hb_code
redeposit_in(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct issuing *s = ctx;
	enum hb_code    rc = send_deposit(tx, s, err);
	return rc == HB_OK ? audit(tx, s, "document.redeposit", err) : rc;
}

enum hb_code
transcript_redeposit(struct transcript *t, const struct transcript_actor *by, const char *document, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	struct issuing  s = { .t = t, .by = by, .id = document, .a = &a };
	hb_arena_init(&a, DOCUMENT_ARENA);
	enum hb_code rc = db_read(t->db, read_document, &s, err);
	if (rc == HB_OK && (s.doc.state != DOC_ISSUED || strcmp(s.doc.kind, "YEAR") != 0))
		rc = hb_fail(err, HB_E_CONFLICT, "hocBa.saiTrangThai", "học bạ %s, không gửi lại được", doc_state_vi(s.doc.state));
	if (rc == HB_OK)
		rc = db_read(t->db, read_files, &s, err);
	if (rc == HB_OK)
		rc = write_payload(&s, err);
	return rc == HB_OK ? db_write(t->db, redeposit_in, &s, err) : rc;
}

/* {"v":1,"school","code","year","version","reason"}: the city takes its copy out of use (D14.4). */
static enum hb_code
send_recall(struct db_tx *tx, struct issuing *s, struct hb_err *err)
{
	json_t *payload = json_pack("{s:i,s:s,s:s,s:s,s:i,s:s}", "v", 1, "school", s->school.code, "code", s->doc.record_code, "year",
	    s->doc.year, "version", s->doc.revision, "reason", s->reason);
	char   *text = payload == NULL ? NULL : json_dumps(payload, JSON_COMPACT);
	json_decref(payload);
	if (text == NULL)
		return hb_full(err);
	struct exchange_out m = { .to = s->t->city, .flow = 4, .kind = "recall", .payload_type = "application/json",
		.payload = HB_STR(text) };
	enum hb_code        rc = exchange_send(s->t->exchange, tx, &m, NULL, err);
	free(text);
	return rc;
}

static enum hb_code
recall_in(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct issuing *s = ctx;
	enum hb_code    rc = read_document(tx, s, err);
	if (rc != HB_OK)
		return rc;
	bool sent = (s->doc.state == DOC_ISSUED || s->doc.state == DOC_DEPOSITED) && strcmp(s->doc.kind, "YEAR") == 0;
	rc = transcript_step(tx, s->by, s->id, DOC_RECALL, s->reason, err);
	if (rc == HB_OK && sent)
		rc = send_recall(tx, s, err);
	return rc == HB_OK ? audit(tx, s, "document.recall", err) : rc;
}

enum hb_code
transcript_recall(struct transcript *t, const struct transcript_actor *by, const char *document, const char *reason,
    struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	struct issuing  s = { .t = t, .by = by, .id = document, .a = &a, .reason = reason };
	hb_arena_init(&a, 1 << 20);
	if (reason == NULL || reason[0] == '\0')
		return hb_fail(err, HB_E_INPUT, "hocBa.thieuLyDo", "thu hồi học bạ phải ghi lí do");
	return db_write(t->db, recall_in, &s, err);
}

/* ---- the city's answers ---- */

enum hb_code
transcript_deposit_answered(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err)
{
	HB_SCOPED_ARENA            a;
	struct db_rows             rows;
	struct transcript_document doc;
	(void)ctx;
	hb_arena_init(&a, 1 << 20);
	enum hb_code rc = db_rows(tx, &transcript_deposit_of_message, DB_ARGS(DB_ID(r->in_reply_to.s)), &a, &rows, err);
	if (rc != HB_OK || rows.n == 0)
		return rc;
	struct hb_id            school = db_id(&rows, 0, TRANSCRIPT_DEPOSIT_OF_MESSAGE_SCHOOL_ID);
	struct hb_id            document = db_id(&rows, 0, TRANSCRIPT_DEPOSIT_OF_MESSAGE_DOCUMENT_ID);
	char                   *errors = r->errors == NULL ? NULL : json_dumps(r->errors, JSON_COMPACT);
	struct transcript_actor by = { .school = school.s, .who = "system:city" };
	rc = db_run(tx, &transcript_receipt_add, DB_ARGS(DB_ID(school.s), DB_ID(document.s), DB_ID(r->in_reply_to.s),
	    DB_INT(r->accepted), DB_TEXT(errors == NULL ? "[]" : errors), DB_BYTES(r->signed_bytes), DB_TIME(hb_now())), NULL, err);
	free(errors);
	if (rc == HB_OK)
		rc = transcript_document_get(tx, school.s, document.s, &a, &doc, err);
	/* recalled while the answer was on its way: the receipt is kept, the state stays */
	if (rc == HB_OK && doc.state == DOC_ISSUED)
		rc = transcript_step(tx, &by, document.s, r->accepted ? DOC_ACCEPT : DOC_REFUSE, r->in_reply_to.s, err);
	return rc;
}
