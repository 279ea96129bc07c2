/* transcript/build.c - from a stored class file to one draft a pupil; each pupil succeeds or fails alone. */
#include "transcript/build.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "transcript/transcript_sql.h"

#define PUPIL_ARENA ((size_t)64 << 20)

/* ---- what is there already ---- */

static enum hb_code
read_existing(struct db_tx *tx, struct building *b, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = db_rows(tx, &transcript_documents_of_year, DB_ARGS(DB_ID(b->by->school), DB_ID(b->pupil),
	      DB_TEXT(b->year_key)), b->a, &rows, err);
	if (rc != HB_OK || rows.n == 0)
		return rc;
	b->last = hb_strdup(b->a, db_id(&rows, 0, TRANSCRIPT_DOCUMENTS_OF_YEAR_ID).s);
	b->last_revision = (int)db_int(&rows, 0, TRANSCRIPT_DOCUMENTS_OF_YEAR_REVISION);
	for (size_t i = 0; i < rows.n && (b->last_fingerprint == NULL || b->last_fingerprint[0] == '\0'); i++)
		b->last_fingerprint = db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_YEAR_FINGERPRINT);
	b->last_is_of_source = strcmp(db_id(&rows, 0, TRANSCRIPT_DOCUMENTS_OF_YEAR_SOURCE_ID).s, b->source->id) == 0;
	if (b->last == NULL)
		return hb_full(err);
	if (!doc_state_parse(db_text(&rows, 0, TRANSCRIPT_DOCUMENTS_OF_YEAR_STATE), &b->last_state))
		return hb_bug(err, "unknown state of a document");
	return HB_OK;
}

/* The issued year before this one, whose bytes the new one continues. */
static enum hb_code
read_base(struct db_tx *tx, struct building *b, struct hb_err *err)
{
	struct db_rows rows;
	int64_t        version;
	enum hb_code   rc = db_rows(tx, &transcript_documents_issued, DB_ARGS(DB_ID(b->by->school), DB_ID(b->pupil)), b->a, &rows,
	      err);
	for (size_t i = 0; rc == HB_OK && b->base == NULL && i < rows.n; i++) {
		if (strcmp(db_text(&rows, i, TRANSCRIPT_DOCUMENTS_ISSUED_YEAR), b->source->cls->year) >= 0)
			continue;
		b->base = hb_strdup(b->a, db_id(&rows, i, TRANSCRIPT_DOCUMENTS_ISSUED_ID).s);
		if (b->base == NULL)
			return hb_full(err);
		rc = transcript_file(tx, b->by->school, b->base, SIGNING_XML, b->a, &b->base_xml, &version, err);
	}
	return rc;
}

/* One code a pupil and level (seed004), given by the city beforehand. */
static enum hb_code
read_code(struct db_tx *tx, struct building *b, struct hb_err *err)
{
	struct db_rows rows;
	const char    *level = record_school_level_code(b->source->cls->level);
	enum hb_code   rc = db_rows(tx, &transcript_code_of_pupil, DB_ARGS(DB_ID(b->by->school), DB_ID(b->pupil), DB_TEXT(level)),
	      b->a, &rows, err);
	if (rc != HB_OK)
		return rc;
	if (rows.n == 1 && strcmp(db_text(&rows, 0, TRANSCRIPT_CODE_OF_PUPIL_STATE), "RESERVED") == 0) {
		b->code = db_text(&rows, 0, TRANSCRIPT_CODE_OF_PUPIL_CODE);
		return HB_OK;
	}
	hb_fail(err, HB_E_CONFLICT, "hocBa.chuaCoMa", "học sinh chưa có mã học bạ cấp %s: %.150s", level,
	    rows.n == 1 ? db_text(&rows, 0, TRANSCRIPT_CODE_OF_PUPIL_NOTE) : "chưa xin");
	return hb_hint(err, "Mã đã được xin; lập lại khi Sở trả lời.");
}

static enum hb_code
gather(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct building *b = ctx;
	enum hb_code     rc = read_existing(tx, b, err);
	if (rc == HB_OK)
		rc = read_base(tx, b, err);
	return rc == HB_OK ? read_code(tx, b, err) : rc;
}

/* ---- storing ---- */

static const struct form_place *
place_of(const struct form_pdf *pdf, enum record_role role)
{
	for (size_t i = 0; i < pdf->n_places; i++)
		if (pdf->places[i].role == role)
			return &pdf->places[i];
	return NULL;
}

static int64_t
thousandths(double points)
{
	return llround(points * 1000);
}

static enum hb_code
store_signers(struct db_tx *tx, const struct building *b, const char *id, struct hb_err *err)
{
	const struct record_year *y = &b->made.year;
	enum hb_code              rc = HB_OK;
	for (size_t i = 0; rc == HB_OK && i < y->n_signers; i++) {
		const struct record_signer *s = &y->signers[i];
		const struct form_place    *place = place_of(&b->made.pdf, s->role);
		struct form_place           none = { 0 };
		char                        slot[RECORD_SLOT_LEN];
		bool                        in_pdf = s->role != RECORD_GVBM && b->made.policy.in_pdf[s->role];
		if (in_pdf && place == NULL)
			return hb_bug(err, "the form has no place for %s", record_role_code(s->role));
		place = in_pdf ? place : &none;
		record_year_slot(y, s, slot);
		rc = db_run(tx, &transcript_signer_add, DB_ARGS(DB_ID(b->by->school), DB_ID(id), DB_INT((int64_t)i + 1), DB_TEXT(slot),
		    DB_TEXT(record_role_code(s->role)), DB_TEXT(s->subject == NULL ? "" : s->subject), DB_ID(s->person_id),
		    DB_TEXT(s->name), DB_INT(in_pdf), DB_INT((int64_t)place->page), DB_INT(thousandths(place->rect.x0)),
		    DB_INT(thousandths(place->rect.y0)), DB_INT(thousandths(place->rect.x1)), DB_INT(thousandths(place->rect.y1))),
		    NULL, err);
	}
	return rc;
}

static enum hb_code
store_file(struct db_tx *tx, const struct building *b, const char *id, const char *format, struct hb_bytes bytes,
    struct hb_err *err)
{
	struct hb_sha256 digest = hb_sha256(bytes);
	HB_SCOPED_ARENA  a;
	hb_arena_init(&a, 4096);
	const char *hex = hb_hex(&a, HB_BYTES(digest.b, sizeof digest.b));
	if (hex == NULL)
		return hb_full(err);
	return db_run(tx, &transcript_draft_add, DB_ARGS(DB_ID(b->by->school), DB_ID(id), DB_TEXT(format), DB_BYTES(bytes),
	    DB_TEXT(hex)), NULL, err);
}

static enum hb_code
store_row(struct db_tx *tx, const struct building *b, const char *id, struct hb_err *err)
{
	const struct record_class *c = b->source->cls;
	const struct record_pupil *p = record_class_pupil(c, b->pupil);
	HB_SCOPED_ARENA            a;
	hb_arena_init(&a, 1 << 16);
	char *name_key = hb_name_key(&a, p->person.name);
	if (name_key == NULL)
		return hb_full(err);
	return db_run(tx, &transcript_document_add, DB_ARGS(DB_ID(b->by->school), DB_ID(id), DB_TEXT(b->on == NULL ? "YEAR" : "EXTRACT"),
	    DB_ID(b->pupil), DB_TEXT(p->person.name), DB_TEXT(name_key), DB_TEXT(p->person.personal_id), DB_ID(c->class_id),
	    DB_TEXT(c->class_name), DB_TEXT(record_school_level_code(c->level)), DB_INT(c->grade), DB_TEXT(c->year),
	    DB_TEXT(b->year_key), DB_TEXT(b->code), DB_INT(b->last_revision + 1), DB_ID(b->base), DB_ID(b->last), DB_ID(b->source->id),
	    DB_INT(b->made.year.profile), DB_BYTES(b->secret), DB_TIME(b->made.effective_at), DB_INT(b->made.late), DB_TEXT(doc_state_name(DOC_DRAFT)),
	    DB_TIME(hb_now())), NULL, err);
}

static enum hb_code
store(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct building   *b = ctx;
	struct audit_entry e = { .school = b->by->school, .actor = b->by->who, .action = "document.build", .object = b->id.s,
		.request = b->by->request };
	enum hb_code       rc = HB_OK;
	if (b->last != NULL && b->last_state == DOC_DRAFT)
		rc = transcript_step(tx, b->by, b->last, DOC_DISCARD, "lập lại từ sổ mới", err);
	if (rc == HB_OK && b->last != NULL && b->last_state == DOC_DRAFT)
		rc = db_run(tx, &transcript_drafts_drop, DB_ARGS(DB_ID(b->by->school), DB_ID(b->last)), NULL, err);
	if (rc == HB_OK)
		rc = store_row(tx, b, b->id.s, err);
	if (rc == HB_OK)
		rc = store_file(tx, b, b->id.s, "XML", b->made.xml, err);
	if (rc == HB_OK)
		rc = store_file(tx, b, b->id.s, "PDF", b->made.pdf.bytes, err);
	if (rc == HB_OK)
		rc = store_signers(tx, b, b->id.s, err);
	if (rc == HB_OK)
		rc = transcript_step(tx, b->by, b->id.s, DOC_BUILD, NULL, err);
	if (rc == HB_OK)
		rc = db_run(tx, &transcript_fault_drop, DB_ARGS(DB_ID(b->by->school), DB_ID(b->source->id), DB_ID(b->pupil)), NULL, err);
	return rc == HB_OK ? audit_write(tx, &e, err) : rc;
}

/* ---- one pupil ---- */

enum hb_code
transcript_build_document(struct building *b, struct hb_err *err)
{
	struct record_year  named = { .year = b->source->cls->year, .extract_on = b->on };
	char                key[RECORD_KEY_LEN];
	uint8_t             secret[TRANSCRIPT_SECRET_LEN];
	record_year_key(&named, key);
	b->year_key = hb_strdup(b->a, key);
	if (b->year_key == NULL)
		return hb_full(err);
	enum hb_code rc = db_read(b->t->db, gather, b, err);
	if (rc != HB_OK)
		return rc;
	bool done = b->on != NULL && b->last_state == DOC_ISSUED;          /* an extract ends with its issue */
	bool open = b->last != NULL && !doc_state_final(b->last_state) && !done;
	if (open && (b->last_is_of_source || b->last_state != DOC_DRAFT)) {
		b->unchanged = true;           /* what is signed changes only by recall (seed004-9) */
		return HB_OK;
	}
	if (b->last != NULL && b->last_state == DOC_LOCKED && b->on == NULL)
		return hb_fail(err, HB_E_CONFLICT, "hocBa.daKhoa", "học bạ năm %s đã khoá; sửa phải qua Sở", b->source->cls->year);
	hb_random(secret, sizeof secret);
	b->secret = HB_BYTES(hb_memdup(b->a, secret, sizeof secret), sizeof secret);
	if (b->secret.p == NULL)
		return hb_full(err);
	bool replaces = b->last_fingerprint != NULL && b->last_fingerprint[0] != '\0';
	struct compose_spec spec = { .school = b->school, .cls = b->source->cls, .class_file = b->source->fingerprint,
		.pupil = b->pupil, .record_code = b->code, .base = b->on == NULL ? b->base_xml : (struct hb_bytes){ 0 },
		.revision = b->last_revision + 1, .replaces = replaces ? b->last_fingerprint : NULL, .document = b->document,
		.extract_on = b->on, .officers = b->officers, .officers_n = b->officers_n, .secret = b->secret,
		.portal = b->t->portal, .now = hb_now() };
	rc = transcript_compose(&spec, b->a, &b->made, err);
	if (rc != HB_OK)
		return rc;
	b->id = hb_id_new();
	return db_write(b->t->db, store, b, err);
}

/* ---- a class ---- */

/* A pupil who still may retake or train in summer has no result of the year yet: the third file brings it (D14.2). */
static bool
waits_for_summer(const struct record_class *c, const char *pupil)
{
	const struct record_review *v = record_class_review(c, pupil);
	if (c->period != RECORD_CN || v == NULL)
		return false;
	switch (v->promotion) {
	case RECORD_RETAKE:
	case RECORD_SUMMER_CONDUCT:
	case RECORD_RETAKE_AND_SUMMER:
	case RECORD_PENDING:
	case RECORD_INCOMPLETE:
		return true;
	default:
		return false;
	}
}

struct fault { const struct transcript_actor *by; const char *source; const struct record_pupil *pupil; const struct hb_err *why; };

static enum hb_code
store_fault(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct fault *f = ctx;
	return db_run(tx, &transcript_fault_put, DB_ARGS(DB_ID(f->by->school), DB_ID(f->source), DB_ID(f->pupil->id),
	    DB_TEXT(f->pupil->person.name), DB_TEXT(f->why->key == NULL ? "heThong.loi" : f->why->key), DB_TEXT(f->why->msg),
	    DB_TIME(hb_now())), NULL, err);
}

static enum hb_code
build_pupil(struct building *whole, const struct record_pupil *p, struct transcript_built *sum, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	struct building b = *whole;
	struct hb_err   why = HB_ERR_INIT;
	hb_arena_init(&a, PUPIL_ARENA);
	b.a = &a;
	b.pupil = p->id;
	enum hb_code rc = transcript_build_document(&b, &why);
	if (rc == HB_OK) {
		sum->built += !b.unchanged;
		sum->unchanged += b.unchanged;
		return HB_OK;
	}
	sum->failed++;
	struct fault f = { whole->by, whole->source->id, p, &why };
	return db_write(whole->t->db, store_fault, &f, err);
}

/* Codes are asked at roster time; whoever came later is asked for now, so that a second run finds them. */
static enum hb_code
ask_for_codes(struct building *b, struct hb_err *err)
{
	const struct record_class *c = b->source->cls;
	struct transcript_pupil   *pupils = HB_NEWN(b->a, struct transcript_pupil, c->n_pupils + 1);
	size_t                     n = 0;
	if (pupils == NULL)
		return hb_full(err);
	for (size_t i = 0; i < c->n_pupils; i++)
		if (c->pupils[i].standing != RECORD_LEFT && c->pupils[i].person.personal_id != NULL)
			pupils[n++] = (struct transcript_pupil){ c->pupils[i].id, c->pupils[i].person.personal_id };
	return n == 0 ? HB_OK : transcript_codes_reserve(b->t, b->by, record_school_level_code(c->level), pupils, n, NULL, err);
}

static bool
signs_subject(const struct record_class *c, const char *subject)
{
	for (size_t i = 0; i < c->n_signers; i++)
		if (c->signers[i].role == RECORD_GVBM && strcmp(c->signers[i].subject, subject) == 0)
			return true;
	return false;
}

/* The summer's file is signed by the teachers of what was tested again; the other subjects of a late pupil's year are
 * signed by those who stand in the year's file (D14.5, D22.5). */
static enum hb_code
roll_of_year(struct db_tx *tx, struct building *b, struct hb_err *err)
{
	struct record_class     *late = b->source->cls;
	struct transcript_source whole;
	struct db_rows           rows;
	enum hb_code rc = db_rows(tx, &transcript_source_of_year, DB_ARGS(DB_ID(b->by->school), DB_ID(late->class_id), DB_TEXT(late->year)), b->a,
	    &rows, err);
	if (rc != HB_OK || rows.n == 0)
		return rc;
	rc = transcript_source_get(tx, b->by->school, db_id(&rows, 0, TRANSCRIPT_SOURCE_OF_YEAR_ID).s, b->a, &whole, err);
	if (rc != HB_OK)
		return rc;
	struct record_signer *roll = HB_NEWN(b->a, struct record_signer, late->n_signers + whole.cls->n_signers);
	size_t                n = 0;
	if (roll == NULL)
		return hb_full(err);
	for (size_t i = 0; i < whole.cls->n_signers; i++)
		if (whole.cls->signers[i].role == RECORD_GVBM && !signs_subject(late, whole.cls->signers[i].subject))
			roll[n++] = whole.cls->signers[i];
	memcpy(roll + n, late->signers, late->n_signers * sizeof *roll);
	late->signers = roll;
	late->n_signers += n;
	return HB_OK;
}

struct opening { struct building *b; const char *source; };

static enum hb_code
open_source(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct opening *o = ctx;
	enum hb_code    rc = transcript_school_get(tx, o->b->by->school, NULL, o->b->a, o->b->school, err);
	if (rc == HB_OK)
		rc = transcript_source_get(tx, o->b->by->school, o->source, o->b->a, o->b->source, err);
	return rc == HB_OK && o->b->source->cls->period == RECORD_HE ? roll_of_year(tx, o->b, err) : rc;
}

enum hb_code
transcript_build(struct transcript *t, const struct transcript_actor *by, const char *source,
    struct transcript_built *ret_built, struct hb_err *err)
{
	HB_SCOPED_ARENA          a;
	struct transcript_school school;
	struct transcript_source stored;
	struct transcript_built  sum = { 0 };
	struct building          b = { .t = t, .by = by, .a = &a, .school = &school, .source = &stored, .document = "YEAR" };
	struct opening           o = { &b, source };
	hb_arena_init(&a, PUPIL_ARENA);
	enum hb_code rc = db_read(t->db, open_source, &o, err);
	if (rc != HB_OK)
		return rc;
	if (stored.cls->period != RECORD_CN && stored.cls->period != RECORD_HE)
		return hb_fail(err, HB_E_RULE, "hocBa.saiKi", "sổ kì %s chưa phải sổ cả năm", stored.period);
	if (strcmp(stored.cls->year, school.signs_from) < 0)
		return hb_fail(err, HB_E_RULE, "hocBa.chuaDenNam", "trường dùng học bạ số từ năm học %s", school.signs_from);
	rc = ask_for_codes(&b, err);
	for (size_t i = 0; rc == HB_OK && i < stored.cls->n_pupils; i++) {
		const struct record_pupil *p = &stored.cls->pupils[i];
		if (p->standing == RECORD_LEFT)
			continue;
		if (waits_for_summer(stored.cls, p->id))
			sum.late++;
		else
			rc = build_pupil(&b, p, &sum, err);
	}
	if (rc == HB_OK)
		*ret_built = sum;
	return rc;
}
