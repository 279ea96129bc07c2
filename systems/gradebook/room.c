/* What the signing room asks of this system: who may sign what, the bytes, the judgement, the storing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradebook/file.h"
#include "gradebook/gradebook_sql.h"
#include "sign/roll.h"
#include "sign/verify.h"
#include "sign/xmlsig_facts.h"

#define ID_LEN 36
#define SEAL_SLOT "s-dv"

/* ---- Names ---- */
void
gb_document(const char *school, const char *file, char out[GB_DOCUMENT_LEN])
{
	snprintf(out, GB_DOCUMENT_LEN, "%s/%s", school, file);
}

struct document { struct hb_id school, file; };

static enum hb_code
parse_document(const char *name, struct document *ret_d, struct hb_err *err)
{
	struct document d;
	if (strlen(name) != 2 * ID_LEN + 1 || name[ID_LEN] != '/')
		return hb_bug(err, "document name of %zu bytes", strlen(name));
	memcpy(d.school.s, name, ID_LEN);
	d.school.s[ID_LEN] = '\0';
	memcpy(d.file.s, name + ID_LEN + 1, ID_LEN + 1);
	*ret_d = d;
	return HB_OK;
}

/* ---- What one signature covers: as the document itself says, so that the verifier asks for the same ---- */
static const char **
copy_ids(const char **ids, size_t n, struct hb_arena *a)
{
	const char **out = HB_NEWN(a, const char *, n + 1);
	for (size_t i = 0; out != NULL && i < n; i++)
		if ((out[i] = hb_strdup(a, ids[i])) == NULL)
			return NULL;
	return out;
}

static enum hb_code
xml_spec(const struct roll *roll, const struct gb_signer *s, struct hb_arena *a, struct xmlsig_spec *ret_spec,
    struct hb_err *err)
{
	size_t i = 0;
	while (i < roll->n && strcmp(roll->slots[i].id, s->slot) != 0)
		i++;
	if (i == roll->n)
		return hb_fail(err, HB_E_CONFLICT, "so.saiKho", "tệp không có chỗ kí %s", s->slot);
	const struct slot *slot = &roll->slots[i];
	struct xmlsig_spec spec = { .slot = hb_strdup(a, slot->path), .id = s->slot, .claimed_role = s->role,
		.regions = copy_ids(slot->regions, slot->n_regions, a), .n_regions = slot->n_regions,
		.countersigned = copy_ids(slot->before, slot->n_before, a), .n_countersigned = slot->n_before };
	if (spec.slot == NULL || spec.regions == NULL || spec.countersigned == NULL)
		return hb_full(err);
	*ret_spec = spec;
	return HB_OK;
}

/* ---- Slots of a person ---- */
struct asking {
	struct gradebook          *g;
	const struct auth_person  *who;
	const json_t              *filter;
	struct hb_arena           *a;
	char                       today[HB_DATE_LEN];
	struct signing_slot       *v;
	size_t                     n;
};

/* D6: nobody signs without a duty in force. */
static bool
on_duty(const struct gb_signer *s, const char *today)
{
	return (s->duty_from == NULL || strcmp(s->duty_from, today) <= 0)
	    && (s->duty_to == NULL || strcmp(today, s->duty_to) <= 0);
}

static bool
wanted(const json_t *filter, const char *file)
{
	const json_t *files = json_object_get(filter, "files");
	if (!json_is_array(files))
		return true;
	for (size_t i = 0; i < json_array_size(files); i++) {
		const char *id = json_string_value(json_array_get(files, i));
		if (id != NULL && strcmp(id, file) == 0)
			return true;
	}
	return false;
}

static const char *
title(const struct gb_file *f, const struct gb_signer *s, struct hb_arena *a)
{
	static const struct { const char *period, *name; } names[] = { { "HK1", "học kì 1" }, { "HK2", "học kì 2" },
		{ "GK1", "giữa học kì 1" }, { "CK1", "cuối học kì 1" }, { "GK2", "giữa học kì 2" }, { "CN", "cả năm" },
		{ "HE", "sau hè" } };
	const char *period = "";
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i].period, f->period) == 0)
			period = names[i].name;
	return hb_printf(a, "Sổ theo dõi lớp %s, %s, năm học %s%s%s", f->class_name, period, f->year,
	    s->subject_name == NULL ? "" : ": ", s->subject_name == NULL ? "" : s->subject_name);
}

static const char *
changes(const struct gb_file *f, const struct gb_signer *s, struct hb_arena *a)
{
	if (s->stand_in != NULL)
		return hb_printf(a, "Kí thay theo D12.6: %s", s->stand_in);
	return f->revision == 1 ? NULL : hb_printf(a, "Bản sửa lần %d, thay bản trước", f->revision);
}

/* One file of a person: its rows, and the roll inside its bytes. */
struct asked_file { struct gb_file f; struct gb_roll roll; struct roll inside; };

static enum hb_code
add_slot(struct asking *q, const struct asked_file *af, const struct gb_signer *s, struct hb_err *err)
{
	const struct gb_file *f = &af->f;
	struct signing_slot *slot = &q->v[q->n];
	char name[GB_DOCUMENT_LEN];
	gb_document(q->who->school.s, f->id.s, name);
	*slot = (struct signing_slot){ .document = hb_strdup(q->a, name), .kind = "gradebook", .title = title(f, s, q->a),
		.changes = changes(f, s, q->a), .role = s->role, .format = SIGNING_XML,
		.wants = strcmp(s->role, "DON_VI") == 0 ? PKI_KIND_UNIT : PKI_KIND_PERSONAL,
		.is_last = s == &af->roll.v[af->roll.n - 1] };
	if (slot->document == NULL || slot->title == NULL)
		return hb_full(err);
	enum hb_code code = xml_spec(&af->inside, s, q->a, &slot->xml, err);
	q->n += code == HB_OK;
	return code;
}

static bool
may_sign(const struct asking *q, const struct asked_file *af, const struct gb_signer *s)
{
	enum gradebook_state to;
	return strcmp(s->person_id, q->who->person.s) == 0 && s->signed_at == 0 && on_duty(s, q->today)
	    && gradebook_step(af->f.state, gb_slot_event(s), q->who->roles, &af->roll.facts, &to, NULL) == HB_OK;
}

static enum hb_code
slots_of_file(struct asking *q, struct db_tx *tx, const char *file, struct hb_err *err)
{
	HB_SCOPED_ARENA reading;               /* the tree of each file goes before the next is read */
	hb_arena_init(&reading, HB_ARENA_DEFAULT);
	struct asked_file af;
	struct hb_bytes body = { 0 };
	int64_t seq;
	enum hb_code code;
	if ((code = gb_file_get(tx, q->who->school.s, file, q->a, &af.f, err)) != HB_OK
	    || (code = gb_roll_get(tx, q->who->school.s, &af.f, q->a, &af.roll, err)) != HB_OK)
		return code;
	for (size_t i = 0; i < af.roll.n && q->n < SIGNING_BATCH_MAX && code == HB_OK; i++) {
		if (!may_sign(q, &af, &af.roll.v[i]))
			continue;
		if (body.n == 0 && ((code = gb_body_get(tx, q->who->school.s, file, &reading, &body, &seq, err)) != HB_OK
		    || (code = roll_of_class(body, &reading, &af.inside, err)) != HB_OK))
			return code;
		code = add_slot(q, &af, &af.roll.v[i], err);
	}
	return code;
}

static enum hb_code
slots_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct asking *q = ctx;
	struct db_rows files;
	enum hb_code code = db_rows(tx, &gradebook_signer_files, DB_ARGS(DB_ID(q->who->school.s), DB_TEXT(q->who->person.s)),
	    q->a, &files, err);
	q->n = 0;
	for (size_t i = 0; i < files.n && q->n < SIGNING_BATCH_MAX && code == HB_OK; i++) {
		struct hb_id file = db_id(&files, i, GRADEBOOK_SIGNER_FILES_ID);
		if (wanted(q->filter, file.s))
			code = slots_of_file(q, tx, file.s, err);
	}
	return code;
}

static enum hb_code
slots(void *context, const struct auth_person *who, const json_t *filter, struct hb_arena *a,
    struct signing_slot **ret_slots, size_t *ret_n, struct hb_err *err)
{
	struct gradebook *g = context;
	struct asking q = { .g = g, .who = who, .filter = filter, .a = a, .v = HB_NEWN(a, struct signing_slot, SIGNING_BATCH_MAX) };
	if (q.v == NULL)
		return hb_full(err);
	hb_vn_date(hb_business_now(), q.today);
	enum hb_code code = db_read(g->db, slots_fn, &q, err);
	if (code == HB_OK) {
		*ret_slots = q.v;
		*ret_n = q.n;
	}
	return code;
}

/* ---- Bytes ---- */
struct loading { struct document d; struct hb_arena *a; struct hb_bytes bytes; int64_t seq; };

static enum hb_code
load_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct loading *l = ctx;
	return gb_body_get(tx, l->d.school.s, l->d.file.s, l->a, &l->bytes, &l->seq, err);
}

static enum hb_code
load(void *context, const char *document, enum signing_format format, struct hb_arena *a, struct hb_bytes *ret_doc,
    int64_t *ret_version, struct hb_err *err)
{
	(void)format;
	struct gradebook *g = context;
	struct loading l = { .a = a };
	enum hb_code code;
	if ((code = parse_document(document, &l.d, err)) != HB_OK || (code = db_read(g->db, load_fn, &l, err)) != HB_OK)
		return code;
	*ret_doc = l.bytes;
	*ret_version = l.seq;
	return HB_OK;
}

/* ---- Judgement: the whole file, every signature, before anything is stored ---- */
static enum hb_code
verify(void *context, const struct signing_slot *slot, struct hb_bytes doc, struct hb_arena *a, struct hb_err *err)
{
	struct gradebook *g = context;
	struct verify_report report;
	struct verify_options o = { .trust = g->room.trust, .unfinished = slot == NULL || !slot->is_last };
	enum hb_code code = verify_file(doc, &o, a, &report, err);
	if (code != HB_OK)
		return code;
	for (size_t i = 0; i < report.n_findings; i++)
		if (report.findings[i].level == VERIFY_FAIL && report.verdict == VERIFY_INVALID) {
			hb_fail(err, HB_E_RULE, "so.chuKiHong", "%s", report.findings[i].text);
			return hb_clause(err, report.findings[i].clause);
		}
	if (report.verdict == VERIFY_INVALID || report.kind != VERIFY_GRADEBOOK)
		return hb_fail(err, HB_E_RULE, "so.chuKiHong", "tệp sau khi kí không xác thực được");
	return HB_OK;
}

/* ---- Storing, inside the room's transaction ---- */
struct storing {
	struct gradebook          *g;
	struct db_tx              *tx;
	struct document            d;
	const struct signing_slot *slot;
	const struct auth_person  *who;
	struct hb_bytes            doc;
	struct hb_arena           *a;
	int64_t                    seq;
	struct gb_file             file;
	struct gb_roll             roll;
};

static const struct gb_signer *
signer_of_slot(const struct storing *st)
{
	for (size_t i = 0; i < st->roll.n; i++)
		if (strcmp(st->roll.v[i].slot, st->slot->xml.id) == 0)
			return &st->roll.v[i];
	return NULL;
}

static enum hb_code
put_signature(struct storing *st, const struct gb_signer *s, struct hb_err *err)
{
	struct xml_doc *doc;
	struct xmlsig_facts facts;
	enum hb_code code = xml_read(st->doc, 0, st->a, &doc, err);
	if (code != HB_OK)
		return code;
	const struct xml_node *node = xmlsig_find(doc, s->slot);
	if (node == NULL)
		return hb_bug(err, "no signature %s in the document to store", s->slot);
	if ((code = xmlsig_facts_of(doc, node, st->a, &facts, err)) != HB_OK)
		return code;
	const char *print = hb_hex(st->a, HB_BYTES(facts.fingerprint.b, HB_SHA256_LEN));
	if (print == NULL)
		return hb_full(err);
	return db_run(st->tx, &gradebook_signature_put, DB_ARGS(DB_ID(st->d.school.s), DB_ID(st->d.file.s), DB_TEXT(s->slot),
	    DB_TIME(hb_now()), DB_TEXT(st->who->person.s), DB_TEXT(facts.cert == NULL ? "" : facts.cert->serial),
	    DB_TEXT(print), DB_INT(st->seq)), NULL, err);
}

/* Does the seal carry the evidence that lets the file stand alone? */
static enum hb_code
seal_is_complete(struct storing *st, bool *ret_complete, struct hb_err *err)
{
	struct xml_doc *doc;
	struct xmlsig_facts facts;
	*ret_complete = false;
	enum hb_code code = xml_read(st->doc, 0, st->a, &doc, err);
	const struct xml_node *seal = code == HB_OK ? xmlsig_find(doc, SEAL_SLOT) : NULL;
	if (seal == NULL || (code = xmlsig_facts_of(doc, seal, st->a, &facts, err)) != HB_OK)
		return code;
	*ret_complete = facts.n_ocsps + facts.n_crls > 0;
	return HB_OK;
}

/* Flow 2 leaves once, in the transaction that completes the sealed file with its evidence (D18.2(2)). */
static enum hb_code
hand_over(struct storing *st, struct hb_err *err)
{
	struct db_rows r, before;
	struct hb_id message;
	bool complete;
	enum hb_code code = db_rows(st->tx, &gradebook_hand_over_list, DB_ARGS(DB_ID(st->d.school.s), DB_ID(st->d.file.s)), st->a,
	    &before, err);
	if (code != HB_OK || before.n > 0)
		return code;
	if ((code = seal_is_complete(st, &complete, err)) != HB_OK || !complete)
		return code;
	if ((code = db_row(st->tx, &gradebook_school_get, DB_ARGS(DB_ID(st->d.school.s)), st->a, &r, err)) != HB_OK)
		return code;
	const char *to = db_text(&r, 0, GRADEBOOK_SCHOOL_GET_TRANSCRIPT);
	if (to[0] == '\0')
		return HB_OK;
	code = exchange_send(st->g->exchange, st->tx, &(struct exchange_out){ .to = to, .flow = GRADEBOOK_FLOW_SEALED,
	    .kind = GRADEBOOK_KIND_SEALED, .payload_type = "application/xml", .payload = st->doc }, &message, err);
	if (code != HB_OK)
		return code;
	return db_run(st->tx, &gradebook_hand_over_put, DB_ARGS(DB_ID(st->d.school.s), DB_ID(st->d.file.s), DB_ID(message.s),
	    DB_TIME(hb_now())), NULL, err);
}

/* What the table allows is asked again here: between asking for the batch and now the file may have moved. */
static enum hb_code
store_signature(struct storing *st, struct hb_err *err)
{
	const struct gb_signer *s = signer_of_slot(st);
	char today[HB_DATE_LEN];
	enum hb_code code;
	if (s == NULL)
		return hb_bug(err, "no signer %s on the roll", st->slot->xml.id);
	if (strcmp(s->person_id, st->who->person.s) != 0)
		return hb_fail(err, HB_E_DENIED, "so.khongPhaiBan", "chỗ kí này là của %s", s->name);
	hb_vn_date(hb_business_now(), today);
	if (!on_duty(s, today)) {
		hb_fail(err, HB_E_DENIED, "so.hetNhiemVu", "phân công của %s không có hiệu lực ngày %s", s->name, today);
		return hb_clause(err, "D6");
	}
	struct gb_actor by = { st->who->person.s, st->who->roles, NULL };
	struct gb_step step = { gb_slot_event(s), s->slot, s->stand_in };
	if ((code = gb_move(st->tx, st->d.school.s, &st->file, &st->roll.facts, &by, &step, err)) != HB_OK)
		return code;
	return put_signature(st, s, err);
}

static enum hb_code
note_evidence(struct storing *st, struct hb_err *err)
{
	char object[64];
	snprintf(object, sizeof object, "file/%s", st->d.file.s);
	return audit_write(st->tx, &(struct audit_entry){ .school = st->d.school.s, .actor = "system:gradebook",
	    .action = "file.evidence", .object = object }, err);
}

static enum hb_code
store_in(struct storing *st, int64_t version, struct hb_err *err)
{
	int64_t now;
	enum hb_code code;
	if ((code = gb_file_get(st->tx, st->d.school.s, st->d.file.s, st->a, &st->file, err)) != HB_OK
	    || (code = gb_roll_get(st->tx, st->d.school.s, &st->file, st->a, &st->roll, err)) != HB_OK
	    || (code = db_number(st->tx, &gradebook_body_seq, DB_ARGS(DB_ID(st->d.school.s), DB_ID(st->d.file.s)), &now, err))
	        != HB_OK)
		return code;
	if (now != version)
		return hb_fail(err, HB_E_CONFLICT, "so.daDoi", "sổ lớp %s đã có chữ kí mới", st->file.class_name);
	st->seq = now + 1;
	if ((code = gb_body_put(st->tx, st->d.school.s, st->d.file.s, st->seq, st->doc, err)) != HB_OK)
		return code;
	if (st->slot != NULL)
		return store_signature(st, err);
	if ((code = note_evidence(st, err)) != HB_OK)
		return code;
	return st->file.state == GRADEBOOK_SEALED ? hand_over(st, err) : HB_OK;
}

static enum hb_code
store(struct db_tx *tx, void *context, const char *document, enum signing_format format, const struct signing_slot *slot,
    const struct auth_person *who, int64_t version, struct hb_bytes doc, struct hb_err *err)
{
	(void)format;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct storing st = { .g = context, .tx = tx, .slot = slot, .who = who, .doc = doc, .a = &a };
	enum hb_code code = parse_document(document, &st.d, err);
	return code == HB_OK ? store_in(&st, version, err) : code;
}

const struct signing_host gradebook_signing_host = { .slots = slots, .load = load, .verify = verify, .store = store };

/* ---- What transcript answered ---- */
enum hb_code
gradebook_sealed_receipt(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err)
{
	(void)ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct db_rows rows;
	enum hb_code code = db_rows(tx, &gradebook_hand_over_by_message, DB_ARGS(DB_ID(r->in_reply_to.s)), &a, &rows, err);
	if (code != HB_OK || rows.n == 0)
		return code;
	struct hb_id school = db_id(&rows, 0, GRADEBOOK_HAND_OVER_BY_MESSAGE_SCHOOL_ID);
	char *errors = r->errors == NULL ? NULL : json_dumps(r->errors, JSON_COMPACT);
	code = db_run(tx, &gradebook_hand_over_answer_put, DB_ARGS(DB_ID(school.s), DB_ID(r->in_reply_to.s), DB_TIME(hb_now()),
	    DB_INT(r->accepted), DB_TEXT(errors == NULL ? "[]" : errors)), NULL, err);
	free(errors);
	return code;
}
