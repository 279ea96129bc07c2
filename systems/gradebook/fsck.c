/* Every file parsed, recomputed and verified again; rows must be what the newest bytes say.  Nothing is re-rendered. */
#include "gradebook/file.h"

#include <string.h>

#include "gradebook/gradebook_sql.h"
#include "record/compute.h"
#include "sign/verify.h"
#include "sign/xmlsig_facts.h"
#include "xml/xml.h"

struct fsck { struct gradebook *g; struct hb_arena *a; int64_t n; };
struct checked {
	struct gradebook *g;
	struct db_tx     *tx;
	struct hb_arena  *a;
	struct hb_id      school;
	struct gb_file    file;
	struct gb_roll    roll;
	struct hb_bytes   body;
};

static enum hb_code
differs(const struct checked *c, const char *what, struct hb_err *err)
{
	return hb_fail(err, HB_E_CONFLICT, "so.saiKho", "sổ lớp %s %s %s (%s): %s", c->file.class_name, c->file.period,
	    c->file.year, c->file.id.s, what);
}

/* ---- The book inside ---- */
static enum hb_code
check_book(const struct checked *c, struct hb_err *err)
{
	struct record_class *cls, *computed;
	struct record_gaps gaps;
	struct record_differences d;
	enum hb_code code;
	if ((code = record_class_from_xml(c->body, c->a, &cls, err)) != HB_OK
	    || (code = record_class_compute(cls, c->a, &computed, &gaps, err)) != HB_OK
	    || (code = record_class_compare(cls, computed, RECORD_DERIVED, c->a, &d, err)) != HB_OK)
		return code;
	if (d.n > 0)
		return differs(c, "kết quả không khớp khi tính lại", err);
	if (strcmp(cls->class_id, c->file.class_id) != 0 || strcmp(cls->year, c->file.year) != 0
	    || strcmp(record_period_code(cls->period), c->file.period) != 0 || cls->revision != c->file.revision
	    || cls->n_signers != c->roll.n)
		return differs(c, "dòng dữ liệu không khớp với tệp", err);
	return HB_OK;
}

/* ---- The signatures on it ---- */
static enum hb_code
check_one_signature(const struct checked *c, const struct xml_doc *doc, const struct gb_signer *s, struct hb_err *err)
{
	const struct xml_node *node = xmlsig_find(doc, s->slot);
	struct xmlsig_facts facts;
	if ((node != NULL) != (s->signed_at != 0))
		return differs(c, "chữ kí trong tệp và trong dữ liệu không như nhau", err);
	if (node == NULL)
		return HB_OK;
	enum hb_code code = xmlsig_facts_of(doc, node, c->a, &facts, err);
	if (code != HB_OK)
		return code;
	const char *print = hb_hex(c->a, HB_BYTES(facts.fingerprint.b, HB_SHA256_LEN));
	if (print == NULL)
		return hb_full(err);
	return strcmp(print, s->fingerprint) == 0 ? HB_OK : differs(c, "dấu vân của chữ kí không khớp", err);
}

static enum hb_code
check_signatures(const struct checked *c, struct hb_err *err)
{
	struct xml_doc *doc;
	struct verify_report report;
	struct verify_options o = { .trust = c->g->room.trust,
		.unfinished = !gradebook_is_final(c->file.state, &c->roll.facts) || c->file.state == GRADEBOOK_REPLACED
		    || c->file.state == GRADEBOOK_RETURNED };
	enum hb_code code = xml_read(c->body, 0, c->a, &doc, err);
	for (size_t i = 0; i < c->roll.n && code == HB_OK; i++)
		code = check_one_signature(c, doc, &c->roll.v[i], err);
	if (code != HB_OK || (code = verify_file(c->body, &o, c->a, &report, err)) != HB_OK)
		return code;
	return report.verdict == VERIFY_INVALID && report.n_signatures > 0 ? differs(c, "chữ kí không xác thực được", err) : HB_OK;
}

static enum hb_code
check_file(struct db_tx *tx, struct gradebook *g, const char *school, const char *file, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)256 << 20);
	struct checked c = { .g = g, .tx = tx, .a = &a };
	int64_t seq;
	enum hb_code code;
	if ((code = gb_file_get(tx, school, file, &a, &c.file, err)) != HB_OK
	    || (code = gb_roll_get(tx, school, &c.file, &a, &c.roll, err)) != HB_OK
	    || (code = gb_body_get(tx, school, file, &a, &c.body, &seq, err)) != HB_OK
	    || (code = check_book(&c, err)) != HB_OK)
		return code;
	return check_signatures(&c, err);
}

static enum hb_code
check_all(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct fsck *f = ctx;
	struct db_rows rows;
	enum hb_code code = db_rows(tx, &gradebook_file_ids, NULL, f->a, &rows, err);
	f->n = 0;
	for (size_t i = 0; i < rows.n && code == HB_OK; i++) {
		code = check_file(tx, f->g, db_id(&rows, i, GRADEBOOK_FILE_IDS_SCHOOL_ID).s, db_id(&rows, i, GRADEBOOK_FILE_IDS_ID).s,
		    err);
		f->n += code == HB_OK;
	}
	return code;
}

enum hb_code
gradebook_fsck(struct gradebook *g, int64_t *ret_n, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct fsck f = { .g = g, .a = &a };
	enum hb_code code = db_read(g->db, check_all, &f, err);
	if (code == HB_OK)
		*ret_n = f.n;
	return code;
}
