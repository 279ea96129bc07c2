/* Taking the agent's values: embed, timestamp, verify, store; one result an item. */
#include "signing/signing_int.h"
#include "json/read.h"

#include <stdlib.h>
#include <string.h>

enum { ITEM_ARENA = 256 << 20 };

struct complete {
	const struct signing_room *room;
	const struct auth_person  *who;
	struct signing_batch       batch;
	struct pki_chain           chain;      /* of the batch's certificate: its CAs go into PDFs */
	bool                       tsa_silent; /* asked once in vain: do not wait for it again in this call */
	bool                       no_evidence;/* the same for OCSP and CRL */
};
struct store {
	struct complete           *c;
	const struct signing_item *item;
	struct hb_bytes            doc;
	int64_t                    version;
	bool                       stamped;
};

static enum hb_code
pass_on(const struct hb_err *why, struct hb_err *err)
{
	if (err != NULL)
		*err = *why;
	return why->code;
}

static enum hb_code
store_item(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct store *s = ctx;
	const struct signing_host *host = s->c->room->host;
	const struct signing_slot *slot = &s->item->slot;
	enum hb_code code = host->store(tx, host->context, slot->document, slot->format, slot, s->c->who, s->version, s->doc, err);

	return code == HB_OK ? db_run(tx, &signing_item_done, DB_ARGS(DB_INT(s->stamped), DB_ID(s->c->who->school.s),
	    DB_ID(s->c->batch.id), DB_INT(s->item->place)), NULL, err) : code;
}

static enum hb_code
verify_and_store(struct complete *c, const struct signing_item *item, struct hb_bytes doc, int64_t version, bool stamped,
    struct hb_arena *a, struct hb_err *err)
{
	const struct signing_host *host = c->room->host;
	struct store s = { .c = c, .item = item, .doc = doc, .version = version, .stamped = stamped };
	enum hb_code code = host->verify(host->context, &item->slot, doc, a, err);

	return code == HB_OK ? db_write(c->room->db, store_item, &s, err) : code;
}

/* A token, or nothing when the service is silent: signing goes on, the token is added later. */
static struct hb_bytes
try_stamp(struct complete *c, const struct hb_sha256 *digest, struct hb_arena *a)
{
	struct hb_bytes token = HB_BYTES("", 0);

	if (!c->tsa_silent && signing_stamp(c->room, digest, a, &token, NULL) != HB_OK)
		c->tsa_silent = true;
	return token;
}

/* Others may have signed meanwhile: embed into what is current, and once more if it moved under us. */
static enum hb_code
complete_xml(struct complete *c, const struct signing_item *item, struct hb_bytes value, struct hb_arena *a, struct hb_err *err)
{
	const struct signing_host *host = c->room->host;
	struct hb_bytes doc, token = HB_BYTES("", 0);
	struct hb_sha256 digest;
	struct hb_err last;
	enum hb_code code;
	int64_t version;

	for (int i = 0;; i++) {
		last = HB_ERR_INIT;
		code = host->load(host->context, item->slot.document, SIGNING_XML, a, &doc, &version, &last);
		if (code == HB_OK)
			code = xmlsig_embed(doc, item->prepared, item->signature, value, a, &doc, &last);
		if (code == HB_OK && token.n == 0) {
			code = xmlsig_timestamp_digest(doc, item->signature, a, &digest, &last);
			if (code == HB_OK)
				token = try_stamp(c, &digest, a);
		}
		if (code == HB_OK && token.n != 0)
			code = xmlsig_add_timestamp(doc, item->signature, token, a, &doc, &last);
		if (code != HB_OK)
			break;
		code = verify_and_store(c, item, doc, version, token.n != 0, a, &last);
		if (code != HB_E_CONFLICT || i + 1 == SIGNING_TRIES)
			break;
	}
	return code == HB_OK ? HB_OK : pass_on(&last, err);
}

/* A PDF signature is made over one revision: if the file moved on, it must be prepared again. */
static enum hb_code
complete_pdf(struct complete *c, const struct signing_item *item, struct hb_bytes value, struct hb_arena *a, struct hb_err *err)
{
	struct hb_bytes issuers[PKI_CHAIN_MAX], doc;
	struct pades_value v = { .signer = c->batch.cert->der, .issuers = issuers, .value = value };
	struct hb_sha256 digest;
	enum hb_code code = HB_OK;

	for (size_t i = 1; i + 1 < c->chain.n; i++)
		issuers[v.issuers_n++] = c->chain.certs[i]->der;
	if (c->batch.cert->key == PKI_KEY_EC)
		code = pki_ecdsa_to_der(value, a, &v.value, err);
	if (code != HB_OK)
		return code;
	digest = hb_sha256(v.value);
	v.token = try_stamp(c, &digest, a);
	code = pades_embed(item->prepared, item->signature, &v, a, &doc, err);
	return code == HB_OK ? verify_and_store(c, item, doc, item->version, v.token.n != 0, a, err) : code;
}

static enum hb_code
complete_item(struct complete *c, int64_t place, struct hb_bytes value, struct hb_err *err)
{
	struct hb_err why = HB_ERR_INIT;
	struct signing_item item;
	HB_SCOPED_ARENA a;
	enum hb_code code;
	bool changed;

	hb_arena_init(&a, ITEM_ARENA);
	code = signing_load_item(c->room, c->who, c->batch.id, place, &a, &item, &why);
	/* An item that was cleared away, or never was, has no result to keep. */
	if (code == HB_E_NOTFOUND || (code == HB_OK && item.done))
		return HB_OK;
	if (code != HB_OK)
		return pass_on(&why, err);
	code = item.slot.format == SIGNING_XML ? complete_xml(c, &item, value, &a, &why) : complete_pdf(c, &item, value, &a, &why);
	if (code != HB_OK)
		return signing_mark_failed(c->room, c->who, c->batch.id, place, why.key, why.msg, err);
	/* Evidence may have to wait for its services; the signature itself is done. */
	if (item.slot.is_last && !c->tsa_silent && !c->no_evidence)
		c->no_evidence = signing_finish(c->room, item.slot.document, item.slot.format, true, &changed, NULL) == HB_E_UPSTREAM;
	return HB_OK;
}

static int64_t
place_of(const json_t *item)
{
	const char *id = json_opt_str(item, "id");

	return id != NULL ? strtoll(id, NULL, 10) : 0;
}

static enum hb_code
take_values(struct complete *c, const json_t *body, struct hb_arena *a, struct hb_err *err)
{
	json_t *list, *item;
	enum hb_code code = json_get_array(body, "signatures", &list, err);
	size_t at;

	if (code != HB_OK)
		return code;
	json_array_foreach (list, at, item) {
		struct hb_bytes value;

		code = json_get_base64(item, "value", a, &value, err);
		if (code == HB_OK)
			code = complete_item(c, place_of(item), value, err);
		if (code != HB_OK)
			return code;
	}
	return HB_OK;
}

/* What the agent could not sign, in its own words (they are shown to the person who ran it). */
static enum hb_code
take_errors(struct complete *c, const json_t *body, struct hb_err *err)
{
	const json_t *list = json_object_get(body, "errors");
	json_t *item;
	enum hb_code code = HB_OK;
	size_t at;

	json_array_foreach (list, at, item) {
		const char *key = json_opt_str(item, "key"), *text = json_opt_str(item, "text");

		if (key != NULL && text != NULL && code == HB_OK)
			code = signing_mark_failed(c->room, c->who, c->batch.id, place_of(item), key, text, err);
	}
	return code;
}

enum hb_code
signing_complete(const struct signing_room *room, const struct auth_person *who, const json_t *body, struct hb_arena *a,
    struct jw *w, struct hb_err *err)
{
	struct complete c = { .room = room, .who = who };
	struct hb_id registered;
	const char *batch;
	enum hb_code code = json_get_str(body, "batch", &batch, err);

	if (code == HB_OK)
		code = signing_load_batch(room, who, batch, a, &c.batch, err);
	/* The certificate may have been withdrawn or revoked since the batch was made. */
	if (code == HB_OK)
		code = signing_find_cert(room, who, c.batch.cert, a, &registered, err);
	if (code == HB_OK)
		code = signing_check_cert(room, c.batch.cert, a, &c.chain, NULL, err);
	if (code == HB_OK)
		code = take_errors(&c, body, err);
	if (code == HB_OK)
		code = take_values(&c, body, a, err);
	return code == HB_OK ? signing_status(room, who, batch, a, w, err) : code;
}
