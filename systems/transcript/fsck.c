/* transcript/fsck.c - the stores against the truth: signed bytes, class files, the circulars' shapes.
 *
 * For every document: its rows name a legal state and repeat the last event; its files have the hash beside them and
 * verify; the year inside the XML is the one that the class file gives, field by field (nothing is rendered again). */
#include <string.h>

#include "record/disclose.h"
#include "transcript/sources.h"
#include "transcript/transcript_sql.h"

#define DOCUMENT_ARENA ((size_t)192 << 20)

struct checking {
	struct transcript             *t;
	transcript_fault_fn           *fault;
	void                          *fault_ctx;
	struct transcript_fsck         sum;
	const char                    *school, *id;
	struct hb_arena               *a;
	struct transcript_document     doc;
	struct transcript_source       source;
	struct db_rows                 events;
	struct hb_bytes                xml, pdf;
	bool                           has_files, bad;
};

static void
fault(struct checking *c, const char *text)
{
	c->bad = true;
	c->fault(c->fault_ctx, c->id, text);
}

static enum hb_code
read_document(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct checking *c = ctx;
	int64_t          version;
	enum hb_code     rc = transcript_document_get(tx, c->school, c->id, c->a, &c->doc, err);
	if (rc == HB_OK)
		rc = transcript_source_get(tx, c->school, c->doc.source, c->a, &c->source, err);
	if (rc == HB_OK)
		rc = db_rows(tx, &transcript_events_of, DB_ARGS(DB_ID(c->school), DB_ID(c->id)), c->a, &c->events, err);
	if (rc != HB_OK || c->doc.state == DOC_DISCARDED)
		return rc;
	c->has_files = true;
	rc = transcript_file(tx, c->school, c->id, SIGNING_XML, c->a, &c->xml, &version, err);
	return rc == HB_OK ? transcript_file(tx, c->school, c->id, SIGNING_PDF, c->a, &c->pdf, &version, err) : rc;
}

static void
check_state(struct checking *c)
{
	if (c->events.n == 0 ||
	    strcmp(db_text(&c->events, c->events.n - 1, TRANSCRIPT_EVENTS_OF_STATE), doc_state_name(c->doc.state)) != 0)
		fault(c, "trạng thái khác sự kiện cuối");
}

static const struct record_year *
year_of(const struct record_transcript *t, const char *key)
{
	char own[RECORD_KEY_LEN];
	for (size_t i = 0; i < t->n_years; i++) {
		record_year_key(&t->years[i], own);
		if (strcmp(own, key) == 0)
			return &t->years[i];
	}
	return NULL;
}

static bool
same_result(const struct record_result *a, const struct record_result *b)
{
	return strcmp(a->code, b->code) == 0 && a->status == b->status && a->level == b->level &&
	    record_mark_eq(a->term[0], b->term[0]) && record_mark_eq(a->term[1], b->term[1]) && record_mark_eq(a->year, b->year) &&
	    record_mark_eq(a->retake, b->retake) && record_mark_eq(a->after_retake, b->after_retake) && record_mark_eq(a->test, b->test);
}

/* The marks of the signed year against the class file it was taken from, and the tree over its fields. */
static void
check_year(struct checking *c, const struct record_year *y)
{
	struct record_year      fresh = { 0 };
	struct record_year_spec spec = { .record_code = c->doc.record_code, .extract_on = y->extract_on, .revision = y->revision,
		.profile = y->profile, .effective_at = y->effective_at, .class_file = c->source.fingerprint,
		.prepared_at = y->prepared_at, .replaces = y->replaces, .subject_teachers_sign = true };
	struct hb_sha256        root;
	if (record_year_build(c->source.cls, c->doc.pupil, &spec, c->a, &fresh, NULL) != HB_OK) {
		fault(c, "không lập lại được năm học từ sổ theo dõi");
		return;
	}
	bool same = fresh.n_results == y->n_results && fresh.review.promotion == y->review.promotion &&
	    fresh.review.academic_year == y->review.academic_year && fresh.review.conduct_year == y->review.conduct_year;
	for (size_t i = 0; same && i < y->n_results; i++)
		same = same_result(&fresh.results[i], &y->results[i]);
	if (!same)
		fault(c, "kết quả trong học bạ khác sổ theo dõi đã kí");
	if (strcmp(y->record_code, c->doc.record_code) != 0 || strcmp(y->class_file, c->source.fingerprint) != 0 ||
	    y->revision != c->doc.revision)
		fault(c, "mã, sổ nguồn hoặc phiên bản khác sổ sách");
	if (record_hash_root(y, c->doc.secret, c->a, &root, NULL) != HB_OK || y->hash_root == NULL ||
	    strcmp(y->hash_root, hb_hex(c->a, HB_BYTES(root.b, sizeof root.b))) != 0)
		fault(c, "gốc cây băm khác dữ liệu");
}

static void
check_content(struct checking *c)
{
	struct record_transcript *t = NULL;
	if (record_transcript_from_xml(c->xml, c->a, &t, NULL) != HB_OK) {
		fault(c, "tệp XML không đọc được");
		return;
	}
	const struct record_year *y = year_of(t, c->doc.year_key);
	if (y == NULL)
		fault(c, "tệp XML không có năm học này");
	else
		check_year(c, y);
}

static void
check_signatures(struct checking *c, struct hb_bytes file, const char *name)
{
	struct verify_report  r = { 0 };
	bool                  finished = c->doc.fingerprint[0] != '\0';
	struct verify_options o = { .trust = c->t->trust, .unfinished = !finished };
	if (verify_file(file, &o, c->a, &r, NULL) != HB_OK || r.verdict == VERIFY_INVALID ||
	    (finished && r.verdict != VERIFY_VALID)) {
		fault(c, hb_printf(c->a, "chữ kí trong tệp %s không còn đúng", name));
		return;
	}
	const struct verify_signature *seal = finished && r.kind == VERIFY_TRANSCRIPT ? verify_seal(&r) : NULL;
	if (seal != NULL && strcmp(hb_hex(c->a, HB_BYTES(seal->fingerprint.b, HB_SHA256_LEN)), c->doc.fingerprint) != 0)
		fault(c, "dấu vân tay khác con dấu trong tệp");
}

static enum hb_code
check_document(struct checking *c, struct hb_err *err)
{
	enum hb_code rc = db_read(c->t->db, read_document, c, err);
	if (rc == HB_E_NOTFOUND) {
		fault(c, "thiếu tệp hoặc thiếu sổ nguồn");
		return HB_OK;
	}
	if (rc != HB_OK)
		return rc;
	check_state(c);
	if (c->has_files) {
		check_content(c);
		if (c->doc.state != DOC_DRAFT)          /* a draft carries no signature yet */
			check_signatures(c, c->xml, "XML");
		if (c->doc.state != DOC_DRAFT && c->doc.state != DOC_SIGNING)
			check_signatures(c, c->pdf, "PDF");
	}
	return HB_OK;
}

struct listing { const struct db_stmt *stmt; const char *school; struct hb_arena *a; struct db_rows rows; };

static enum hb_code
list(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct listing *l = ctx;
	return db_rows(tx, l->stmt, l->school == NULL ? NULL : DB_ARGS(DB_ID(l->school)), l->a, &l->rows, err);
}

static enum hb_code
check_school(struct checking *c, struct hb_arena *outer, struct hb_err *err)
{
	struct listing l = { &transcript_documents_all, c->school, outer, { 0 } };
	enum hb_code   rc = db_read(c->t->db, list, &l, err);
	for (size_t i = 0; rc == HB_OK && i < l.rows.n; i++) {
		HB_SCOPED_ARENA a;
		struct hb_id    id = db_id(&l.rows, i, TRANSCRIPT_DOCUMENTS_ALL_ID);
		struct checking one = { .t = c->t, .fault = c->fault, .fault_ctx = c->fault_ctx, .school = c->school, .id = id.s, .a = &a };
		hb_arena_init(&a, DOCUMENT_ARENA);
		rc = check_document(&one, err);
		c->sum.documents++;
		c->sum.faults += one.bad;
	}
	return rc;
}

enum hb_code
transcript_fsck(struct transcript *t, transcript_fault_fn *fault_fn, void *ctx, struct transcript_fsck *ret_sum,
    struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	struct checking c = { .t = t, .fault = fault_fn, .fault_ctx = ctx };
	struct listing  schools = { .stmt = &transcript_schools_all, .a = &a };
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	enum hb_code rc = db_read(t->db, list, &schools, err);
	for (size_t i = 0; rc == HB_OK && i < schools.rows.n; i++) {
		struct hb_id id = db_id(&schools.rows, i, TRANSCRIPT_SCHOOLS_ALL_ID);
		c.school = id.s;
		rc = check_school(&c, &a, err);
	}
	if (rc == HB_OK)
		*ret_sum = c.sum;
	return rc;
}
