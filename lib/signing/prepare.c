/* Preparing a batch: what this person may sign now, with this certificate. */
#include "signing/signing_int.h"
#include "json/read.h"

#include <string.h>

enum { KEEP_PREPARED_S = 7 * 86400, SLOT_ARENA = 256 << 20, PREPARED_MAX = 24 << 20 };

struct ready {                                /* one slot, prepared or refused */
	const struct signing_slot *slot;
	struct hb_bytes            prepared, attributes;
	int64_t                    version;
	const char                *key, *text;    /* refused */
};
struct prepare {
	const struct signing_room *room;
	const struct auth_person  *who;
	struct hb_arena           *a;
	struct pki_cert           *cert;
	struct hb_id               batch, certificate;
	struct signing_warnings    warnings;
	struct ready              *items;
	size_t                     n, prepared;   /* prepared: bytes so far */
	bool                       is_silent;     /* a service did not answer: do not wait for it at every slot */
	bool                       more;          /* slots that did not fit: the next batch */
	hb_time                    now;
};

static enum hb_code
prepare_xml(const struct prepare *p, struct ready *r, struct hb_bytes doc, struct hb_arena *a, struct hb_err *err)
{
	struct xmlsig_spec spec = r->slot->xml;

	spec.certificate = p->cert->der;
	spec.signing_time = p->now;
	spec.claimed_role = r->slot->role;
	return xmlsig_prepare(doc, &spec, a, &r->prepared, err);
}

static enum hb_code
prepare_pdf(const struct prepare *p, struct ready *r, struct hb_bytes doc, struct hb_arena *a, struct hb_err *err)
{
	struct pades_field field = r->slot->pdf;
	enum hb_code code;

	field.when = p->now;
	if (field.signer == NULL)
		field.signer = p->cert->name;
	code = pades_prepare(doc, &field, a, &r->prepared, err);
	return code == HB_OK ? pades_attributes(r->prepared, field.name, p->cert->der, a, &r->attributes, err) : code;
}

static enum hb_code
check_slot(const struct prepare *p, const struct signing_slot *slot, struct hb_err *err)
{
	if (p->cert->kind == slot->wants)
		return HB_OK;
	hb_fail(err, HB_E_RULE, "ky.saiLoai", "chỗ ký này cần %s; bạn đang dùng %s", pki_kind_vi(slot->wants), pki_kind_vi(p->cert->kind));
	return hb_clause(err, "D7.2");
}

/* A PDF signature can get its timestamp only while it is the newest; an XML file should have all before its seal. */
static void
fill_timestamps(struct prepare *p, const struct signing_slot *slot)
{
	bool changed;

	if ((slot->is_last || slot->format == SIGNING_PDF) && !p->is_silent)
		p->is_silent = signing_finish(p->room, slot->document, slot->format, false, &changed, NULL) == HB_E_UPSTREAM;
}

/* Bytes of the scratch arena, kept for the batch. */
static bool
keep(struct hb_arena *a, struct hb_bytes *bytes)
{
	if (bytes->n == 0)
		return true;
	bytes->p = hb_memdup(a, bytes->p, bytes->n);
	return bytes->p != NULL;
}

static enum hb_code
prepare_slot(struct prepare *p, struct ready *r, struct hb_err *err)
{
	const struct signing_host *host = p->room->host;
	struct hb_bytes doc;
	HB_SCOPED_ARENA a;
	enum hb_code code = check_slot(p, r->slot, err);

	hb_arena_init(&a, SLOT_ARENA);
	if (code != HB_OK)
		return code;
	fill_timestamps(p, r->slot);
	code = host->load(host->context, r->slot->document, r->slot->format, &a, &doc, &r->version, err);
	if (code == HB_OK)
		code = r->slot->format == SIGNING_XML ? prepare_xml(p, r, doc, &a, err) : prepare_pdf(p, r, doc, &a, err);
	if (code == HB_OK && (!keep(p->a, &r->prepared) || !keep(p->a, &r->attributes)))
		code = hb_full(err);
	return code;
}

static enum hb_code
prepare_slots(struct prepare *p, const struct signing_slot *slots, size_t n, struct hb_err *err)
{
	p->items = HB_NEWN(p->a, struct ready, n + 1);
	if (p->items == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n; i++) {
		struct ready *r = &p->items[p->n];
		struct hb_err why = HB_ERR_INIT;

		if (i == SIGNING_BATCH_MAX || p->prepared > PREPARED_MAX) {
			p->more = true;
			break;
		}
		p->n++;
		r->slot = &slots[i];
		if (prepare_slot(p, r, &why) == HB_OK) {
			p->prepared += r->prepared.n;
			continue;
		}
		if (p->a->full)
			return hb_full(err);
		r->key = why.key;
		r->text = hb_strdup(p->a, why.msg);
	}
	return HB_OK;
}

/* --- storing --- */

static enum hb_code
put_item(struct db_tx *tx, const struct prepare *p, const struct ready *r, int64_t place, struct hb_err *err)
{
	const struct signing_slot *s = r->slot;

	return db_run(tx, &signing_item_put, DB_ARGS(DB_ID(p->who->school.s), DB_ID(p->batch.s), DB_INT(place), DB_TEXT(s->document),
	    DB_TEXT(s->format == SIGNING_XML ? "xml" : "pdf"), DB_TEXT(s->kind), DB_TEXT(s->title), DB_TEXT(s->role),
	    DB_TEXT(s->format == SIGNING_XML ? s->xml.id : s->pdf.name), DB_INT(s->is_last), DB_INT(r->version),
	    DB_BYTES(r->prepared)), NULL, err);
}

static enum hb_code
store_batch(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct prepare *p = ctx;
	enum hb_code code = db_run(tx, &signing_items_drop_old,
	    DB_ARGS(DB_ID(p->who->school.s), DB_TIME(p->now - KEEP_PREPARED_S)), NULL, err);

	if (code == HB_OK)
		code = db_run(tx, &signing_batch_put, DB_ARGS(DB_ID(p->who->school.s), DB_ID(p->batch.s), DB_ID(p->who->person.s),
		    DB_ID(p->certificate.s), DB_TIME(p->now)), NULL, err);
	for (size_t i = 0; code == HB_OK && i < p->n; i++)
		if (p->items[i].key == NULL)
			code = put_item(tx, p, &p->items[i], (int64_t)i + 1, err);
	return code;
}

/* --- the packet --- */

static void
write_document(struct jw *w, const struct ready *r, size_t place)
{
	const struct signing_slot *s = r->slot;
	char id[24];

	snprintf(id, sizeof id, "%zu", place);
	jw_object(w, NULL);
	jw_str(w, "id", id);
	jw_str(w, "kind", s->kind);
	jw_str(w, "title", s->title);
	jw_str(w, "role", s->role);
	jw_str(w, "format", s->format == SIGNING_XML ? "xml" : "pdf");
	jw_str(w, "signature", s->format == SIGNING_XML ? s->xml.id : s->pdf.name);
	if (s->changes != NULL)
		jw_str(w, "changes", s->changes);
	jw_base64(w, "document", r->prepared);
	if (s->format == SIGNING_PDF)
		jw_base64(w, "attributes", r->attributes);
	jw_end(w);
}

static void
write_packet(const struct prepare *p, struct jw *w)
{
	jw_object(w, NULL);
	jw_str(w, "batch", p->batch.s);
	jw_base64(w, "certificate", p->cert->der);
	jw_bool(w, "more", p->more);
	jw_array(w, "warnings");
	for (size_t i = 0; i < p->warnings.n; i++)
		jw_str(w, NULL, p->warnings.text[i]);
	jw_end(w);
	jw_array(w, "documents");
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].key == NULL)
			write_document(w, &p->items[i], i + 1);
	jw_end(w);
	jw_array(w, "refused");
	for (size_t i = 0; i < p->n; i++) {
		if (p->items[i].key == NULL)
			continue;
		jw_object(w, NULL);
		jw_str(w, "title", p->items[i].slot->title);
		jw_str(w, "key", p->items[i].key);
		jw_str(w, "text", p->items[i].text);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

static enum hb_code
read_request(struct prepare *p, const json_t *body, struct hb_err *err)
{
	struct hb_bytes der;
	enum hb_code code = json_get_base64(body, "certificate", p->a, &der, err);

	if (code == HB_OK)
		code = pki_cert_parse(der, p->a, &p->cert, err);
	if (code == HB_OK)
		code = signing_find_cert(p->room, p->who, p->cert, p->a, &p->certificate, err);
	return code == HB_OK ? signing_check_cert(p->room, p->cert, p->a, NULL, &p->warnings, err) : code;
}

enum hb_code
signing_prepare(const struct signing_room *room, const struct auth_person *who, const json_t *body, struct hb_arena *a,
    struct jw *w, struct hb_err *err)
{
	struct prepare p = { .room = room, .who = who, .a = a, .batch = hb_id_new(), .now = hb_now() };
	struct signing_slot *slots;
	enum hb_code code = read_request(&p, body, err);
	size_t n = 0;

	if (code == HB_OK)
		code = room->host->slots(room->host->context, who, json_object_get(body, "filter"), a, &slots, &n, err);
	if (code == HB_OK && n == 0)
		code = hb_fail(err, HB_E_NOTFOUND, "ky.khongCoGi", "hiện không có tài liệu nào chờ bạn ký");
	if (code == HB_OK)
		code = prepare_slots(&p, slots, n, err);
	if (code == HB_OK)
		code = db_write(room->db, store_batch, &p, err);
	if (code == HB_OK)
		write_packet(&p, w);
	return code;
}
