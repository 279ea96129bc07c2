/* Batches as they stand: loading their rows, and the reply that shows them. */
#include "signing/signing_int.h"

#include <stdlib.h>
#include <string.h>

struct query {
	const char      *school, *batch, *key, *text;
	int64_t          place;
	struct hb_arena *a;
	struct db_rows   rows, cert;
};

static enum hb_code
no_batch(struct hb_err *err)
{
	return hb_fail(err, HB_E_NOTFOUND, "ky.khongThay", "không có đợt ký này, hoặc đợt ký của người khác");
}

static enum hb_code
read_batch(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;
	enum hb_code code = db_rows(tx, &signing_batch_get, DB_ARGS(DB_ID(q->school), DB_ID(q->batch)), q->a, &q->rows, err);
	struct hb_id cert;

	if (code != HB_OK || q->rows.n != 1)
		return code;
	cert = db_id(&q->rows, 0, SIGNING_BATCH_GET_CERTIFICATE);
	return db_row(tx, &signing_certificate_get, DB_ARGS(DB_ID(q->school), DB_ID(cert.s)), q->a, &q->cert, err);
}

enum hb_code
signing_load_batch(const struct signing_room *room, const struct auth_person *who, const char *batch, struct hb_arena *a,
    struct signing_batch *ret, struct hb_err *err)
{
	struct query q = { .school = who->school.s, .batch = batch, .a = a };
	struct signing_batch b = { .id = batch };
	enum hb_code code;

	if (!hb_id_valid(batch))
		return no_batch(err);
	code = db_read(room->db, read_batch, &q, err);
	if (code != HB_OK)
		return code;
	if (q.rows.n != 1 || strcmp(db_id(&q.rows, 0, SIGNING_BATCH_GET_PERSON).s, who->person.s) != 0)
		return no_batch(err);
	b.certificate = db_id(&q.rows, 0, SIGNING_BATCH_GET_CERTIFICATE);
	code = pki_cert_parse(db_bytes(&q.cert, 0, SIGNING_CERTIFICATE_GET_DER), a, &b.cert, err);
	if (code == HB_OK)
		*ret = b;
	return code;
}

static enum hb_code
read_item(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;

	return db_rows(tx, &signing_item_get, DB_ARGS(DB_ID(q->school), DB_ID(q->batch), DB_INT(q->place)), q->a, &q->rows, err);
}

enum hb_code
signing_load_item(const struct signing_room *room, const struct auth_person *who, const char *batch, int64_t place,
    struct hb_arena *a, struct signing_item *ret, struct hb_err *err)
{
	struct query q = { .school = who->school.s, .batch = batch, .place = place, .a = a };
	struct signing_item item = { .place = place };
	enum hb_code code = db_read(room->db, read_item, &q, err);
	bool is_pdf;

	if (code != HB_OK)
		return code;
	if (q.rows.n != 1)
		return hb_fail(err, HB_E_NOTFOUND, "ky.khongThay", "đợt ký không có mục số %lld", (long long)place);
	is_pdf = strcmp(db_text(&q.rows, 0, SIGNING_ITEM_GET_FORMAT), "pdf") == 0;
	item.signature = db_text(&q.rows, 0, SIGNING_ITEM_GET_SIGNATURE);
	item.slot = (struct signing_slot){ .document = db_text(&q.rows, 0, SIGNING_ITEM_GET_DOCUMENT),
		.kind = db_text(&q.rows, 0, SIGNING_ITEM_GET_KIND), .title = db_text(&q.rows, 0, SIGNING_ITEM_GET_TITLE),
		.role = db_text(&q.rows, 0, SIGNING_ITEM_GET_ROLE), .is_last = db_int(&q.rows, 0, SIGNING_ITEM_GET_IS_LAST) != 0,
		.format = is_pdf ? SIGNING_PDF : SIGNING_XML };
	item.slot.xml.id = is_pdf ? NULL : item.signature;
	item.slot.pdf.name = is_pdf ? item.signature : NULL;
	item.version = db_int(&q.rows, 0, SIGNING_ITEM_GET_VERSION);
	item.prepared = db_bytes(&q.rows, 0, SIGNING_ITEM_GET_PREPARED);
	item.done = strcmp(db_text(&q.rows, 0, SIGNING_ITEM_GET_STATE), "done") == 0;
	*ret = item;
	return HB_OK;
}

static enum hb_code
write_failed(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;

	return db_run(tx, &signing_item_failed, DB_ARGS(DB_TEXT(q->key), DB_TEXT(q->text), DB_ID(q->school), DB_ID(q->batch),
	    DB_INT(q->place)), NULL, err);
}

enum hb_code
signing_mark_failed(const struct signing_room *room, const struct auth_person *who, const char *batch, int64_t place,
    const char *key, const char *text, struct hb_err *err)
{
	struct query q = { .school = who->school.s, .batch = batch, .place = place, .key = key, .text = text };

	return db_write(room->db, write_failed, &q, err);
}

/* --- the reply --- */

static void
write_results(struct jw *w, const struct db_rows *rows, const char *state)
{
	for (size_t i = 0; i < rows->n; i++) {
		char id[24];

		if (strcmp(db_text(rows, i, SIGNING_ITEM_LIST_STATE), state) != 0)
			continue;
		snprintf(id, sizeof id, "%lld", (long long)db_int(rows, i, SIGNING_ITEM_LIST_PLACE));
		jw_object(w, NULL);
		jw_str(w, "id", id);
		jw_str(w, "title", db_text(rows, i, SIGNING_ITEM_LIST_TITLE));
		jw_str(w, "state", state);
		jw_bool(w, "timestamp", db_int(rows, i, SIGNING_ITEM_LIST_STAMPED) != 0);
		if (!db_is_null(rows, i, SIGNING_ITEM_LIST_ERROR_KEY)) {
			jw_str(w, "key", db_text(rows, i, SIGNING_ITEM_LIST_ERROR_KEY));
			jw_str(w, "text", db_text(rows, i, SIGNING_ITEM_LIST_ERROR_TEXT));
		}
		jw_end(w);
	}
}

static enum hb_code
read_items(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;

	return db_rows(tx, &signing_item_list, DB_ARGS(DB_ID(q->school), DB_ID(q->batch)), q->a, &q->rows, err);
}

enum hb_code
signing_status(const struct signing_room *room, const struct auth_person *who, const char *batch, struct hb_arena *a,
    struct jw *w, struct hb_err *err)
{
	struct query q = { .school = who->school.s, .batch = batch, .a = a };
	struct signing_batch b;
	enum hb_code code = signing_load_batch(room, who, batch, a, &b, err);
	int64_t done = 0;

	if (code == HB_OK)
		code = db_read(room->db, read_items, &q, err);
	if (code != HB_OK)
		return code;
	for (size_t i = 0; i < q.rows.n; i++)
		done += strcmp(db_text(&q.rows, i, SIGNING_ITEM_LIST_STATE), "done") == 0;
	jw_object(w, NULL);
	jw_str(w, "batch", batch);
	jw_int(w, "done", done);
	jw_int(w, "total", (int64_t)q.rows.n);
	jw_array(w, "results");
	write_results(w, &q.rows, "failed");
	write_results(w, &q.rows, "waiting");
	write_results(w, &q.rows, "done");
	jw_end(w);
	jw_end(w);
	return HB_OK;
}
