/* transcript/sitting.c - what the signing room asks of this system: whose turn it is, the bytes, the storing.
 *
 * XML and PDF of a document are signed in one sitting: a person gets both slots together.  Order within a document
 * (D9.1, D14.5): subject teachers in any order, homeroom, head, seal. */
#include "transcript/sitting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign/verify.h"
#include "transcript/transcript_sql.h"

void
transcript_name(const char *school, const char *document, char out[TRANSCRIPT_NAME_LEN])
{
	snprintf(out, TRANSCRIPT_NAME_LEN, "%.36s/%.36s", school, document);
}

/* The two ids of a name; false when it is none of ours. */
static bool
split_name(const char *name, struct hb_id *ret_school, struct hb_id *ret_document)
{
	if (strlen(name) != 73 || name[36] != '/')
		return false;
	memcpy(ret_school->s, name, 36);
	ret_school->s[36] = '\0';
	memcpy(ret_document->s, name + 37, 37);
	return hb_id_valid(ret_school->s) && hb_id_valid(ret_document->s);
}

/* ---- load ---- */

struct loading { const char *document; enum signing_format format; struct hb_arena *a; struct hb_bytes *bytes; int64_t *version; };

static enum hb_code
load_in(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct loading *l = ctx;
	struct hb_id    school, document;
	if (!split_name(l->document, &school, &document))
		return hb_fail(err, HB_E_NOTFOUND, "hocBa.khongThay", "không có học bạ này");
	return transcript_file(tx, school.s, document.s, l->format, l->a, l->bytes, l->version, err);
}

static enum hb_code
load(void *context, const char *document, enum signing_format format, struct hb_arena *a, struct hb_bytes *ret_doc,
    int64_t *ret_version, struct hb_err *err)
{
	struct transcript *t = context;
	struct loading     l = { document, format, a, ret_doc, ret_version };
	return db_read(t->db, load_in, &l, err);
}

/* ---- verify ---- */

/* While signatures are collected, missing evidence is no fault; a wrong one is.  The finished file is judged
 * without that leniency when it is issued. */
static enum hb_code
verify(void *context, const struct signing_slot *slot, struct hb_bytes doc, struct hb_arena *a, struct hb_err *err)
{
	struct transcript    *t = context;
	struct verify_options o = { .trust = t->trust, .unfinished = true };
	struct verify_report  r = { 0 };
	enum hb_code          rc = verify_file(doc, &o, a, &r, err);
	if (rc != HB_OK || r.verdict != VERIFY_INVALID)
		return rc;
	const char *text = "";
	for (size_t i = r.n_findings; i-- > 0;)
		if (r.findings[i].level == VERIFY_FAIL)
			text = r.findings[i].text;
	hb_fail(err, HB_E_RULE, "hocBa.kiemTraHong", "%.120s: %.180s", slot == NULL ? "học bạ" : slot->title, text);
	return hb_clause(err, "D10.2");
}

/* ---- store ---- */

static enum hb_code
mark_signed(struct db_tx *tx, const char *school, const char *document, enum signing_format format,
    const struct signing_slot *slot, struct hb_err *err)
{
	int64_t      changed = 0;
	enum hb_code rc = format == SIGNING_XML
	    ? db_run(tx, &transcript_signed_xml, DB_ARGS(DB_TIME(hb_now()), DB_ID(school), DB_ID(document), DB_TEXT(slot->xml.id)),
		  &changed, err)
	    : db_run(tx, &transcript_signed_pdf, DB_ARGS(DB_TIME(hb_now()), DB_ID(school), DB_ID(document), DB_TEXT(slot->role)),
		  &changed, err);
	if (rc == HB_OK && changed != 1)
		rc = hb_fail(err, HB_E_CONFLICT, "hocBa.daKy", "chỗ kí này đã có chữ kí");
	return rc;
}

static enum hb_code
move_on(struct db_tx *tx, const struct transcript_actor *by, const char *document, enum signing_format format,
    const struct signing_slot *slot, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	int64_t         missing = 0;
	hb_arena_init(&a, 4096);
	const char  *note = hb_printf(&a, "%s %s", format == SIGNING_XML ? "XML" : "PDF",
	     format == SIGNING_XML ? slot->xml.id : slot->pdf.name);
	enum hb_code rc = transcript_step(tx, by, document, DOC_SIGN, note, err);
	if (rc == HB_OK)
		rc = db_number(tx, &transcript_signatures_missing, DB_ARGS(DB_ID(by->school), DB_ID(document)), &missing, err);
	if (rc == HB_OK && missing == 0)
		rc = transcript_step(tx, by, document, DOC_COMPLETE, NULL, err);
	struct audit_entry e = { .school = by->school, .actor = by->who, .action = "document.sign", .object = document };
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}

static enum hb_code
store(struct db_tx *tx, void *context, const char *document, enum signing_format format,
    const struct signing_slot *slot, const struct auth_person *who, int64_t version, struct hb_bytes doc,
    struct hb_err *err)
{
	struct hb_id     school, id;
	struct hb_sha256 digest = hb_sha256(doc);
	HB_SCOPED_ARENA  a;
	int64_t          changed = 0;
	(void)context;
	hb_arena_init(&a, 4096);
	const char *hex = hb_hex(&a, HB_BYTES(digest.b, sizeof digest.b));
	if (hex == NULL)
		return hb_full(err);
	if (!split_name(document, &school, &id))
		return hb_fail(err, HB_E_NOTFOUND, "hocBa.khongThay", "không có học bạ này");
	enum hb_code rc = db_run(tx, &transcript_draft_put, DB_ARGS(DB_BYTES(doc), DB_TEXT(hex), DB_ID(school.s), DB_ID(id.s),
	    DB_TEXT(format == SIGNING_XML ? "XML" : "PDF"), DB_INT(version)), &changed, err);
	if (rc == HB_OK && changed != 1)
		rc = hb_fail(err, HB_E_CONFLICT, "hocBa.daDoi", "học bạ vừa thay đổi; hãy lấy lại để kí");
	if (rc != HB_OK || slot == NULL)
		return rc;
	struct transcript_actor by = { .school = school.s, .who = who->account.s };
	rc = mark_signed(tx, school.s, id.s, format, slot, err);
	return rc == HB_OK ? move_on(tx, &by, id.s, format, slot, err) : rc;
}

const struct signing_host transcript_host = { .slots = transcript_slots, .load = load, .verify = verify,
	.store = store };
