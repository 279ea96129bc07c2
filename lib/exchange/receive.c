/* Receiving: authentic, not seen before, checked, then stored together with its receipt. */
#include <stdio.h>
#include <string.h>

#include "exchange/exchange_sql.h"
#include "exchange/private.h"

/* -- answers --------------------------------------------------------------------------------------------- */

void
exchange_error(struct exchange_answer *ans, const char *subject, const char *key, const char *text)
{
	if (json_array_size(ans->errors) < EXCHANGE_ERRORS_MAX)
		json_array_append_new(ans->errors, json_pack("{s:s?, s:s, s:s}", "subject", subject, "key", key, "text", text));
}

void
exchange_error_from(struct exchange_answer *ans, const char *subject, const struct hb_err *e)
{
	char text[640];
	snprintf(text, sizeof text, "%s%s%s", e->msg, e->hint[0] != '\0' ? " — " : "", e->hint);
	exchange_error(ans, subject, e->key != NULL ? e->key : "heThong.loi", text);
}

void
exchange_result(struct exchange_answer *ans, json_t *result)
{
	json_decref(ans->result);
	ans->result = result;
}

static bool
refusal(enum hb_code rc)
{
	return rc == HB_E_INPUT || rc == HB_E_RULE || rc == HB_E_DENIED || rc == HB_E_NOTFOUND || rc == HB_E_CONFLICT
	    || rc == HB_E_TOOBIG;
}

/* -- one message on its way in --------------------------------------------------------------------------- */

struct incoming {
	struct exchange *x;
	const struct envelope *e;
	const struct exchange_handler_slot *slot;
	void *work;
	struct exchange_answer ans;
	struct hb_arena *a;
	bool seen, same;                             /* known id; with the same bytes */
	struct hb_bytes reply;
};

static enum hb_code
look_up(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct incoming *in = ctx;
	struct db_rows r;
	const struct exchange_msg *m = &in->e->m;
	enum hb_code rc = db_rows(tx, &exchange_inbox_get, DB_ARGS(DB_TEXT(m->from), DB_ID(m->id.s)), in->a, &r, err);
	if (rc != HB_OK || !(in->seen = r.n == 1))
		return rc;
	struct hb_bytes h = db_bytes(&r, 0, EXCHANGE_INBOX_GET_PAYLOAD_SHA256);
	in->same = h.n == HB_SHA256_LEN && memcmp(h.p, m->payload_sha256.b, HB_SHA256_LEN) == 0;
	in->reply = db_bytes(&r, 0, EXCHANGE_INBOX_GET_REPLY);
	return HB_OK;
}

static enum hb_code
record(struct db_tx *tx, struct incoming *in, struct hb_err *err)
{
	const struct exchange_msg *m = &in->e->m;
	struct exchange_said said = { hb_id_new(), json_array_size(in->ans.errors) == 0, in->ans.errors, in->ans.result };
	hb_time now = hb_now();
	enum hb_code rc = exchange_receipt_write(in->x, m, &said, in->a, &in->reply, err);
	if (rc == HB_OK)
		rc = db_run(tx, &exchange_inbox_put, DB_ARGS(DB_TEXT(m->from), DB_ID(m->id.s), DB_INT(m->flow), DB_TEXT(m->kind),
		    DB_TIME(m->created), DB_TIME(now), DB_BYTES(HB_BYTES(m->payload_sha256.b, HB_SHA256_LEN)),
		    DB_BYTES(in->e->header), DB_BYTES(in->e->signature), DB_TEXT(said.accepted ? "accepted" : "refused"),
		    DB_BYTES(in->reply)), NULL, err);
	if (rc == HB_OK)
		rc = db_run(tx, &exchange_inbox_payload_put, DB_ARGS(DB_TEXT(m->from), DB_ID(m->id.s), DB_TIME(now),
		    DB_BYTES(m->payload)), NULL, err);
	return rc;
}

/* Accepts: change, message and receipt in one transaction. */
static enum hb_code
accept_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct incoming *in = ctx;
	json_array_clear(in->ans.errors);
	exchange_result(&in->ans, NULL);             /* an earlier run of this closure may have filled both */
	enum hb_code rc = look_up(tx, in, err);
	if (rc != HB_OK || in->seen)
		return rc;
	rc = in->slot->h->apply(tx, &in->e->m, in->work, in->slot->ctx, &in->ans, err);
	if (rc == HB_OK && json_array_size(in->ans.errors) > 0)
		rc = hb_fail(err, HB_E_RULE, "lienThong.tuChoi", "thư bị từ chối");
	return rc == HB_OK ? record(tx, in, err) : rc;
}

static enum hb_code
refuse_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct incoming *in = ctx;
	enum hb_code rc = look_up(tx, in, err);
	return rc == HB_OK && !in->seen ? record(tx, in, err) : rc;
}

static enum hb_code
refuse(struct incoming *in, const struct hb_err *why, struct hb_err *err)
{
	if (json_array_size(in->ans.errors) == 0)
		exchange_error_from(&in->ans, NULL, why);
	exchange_result(&in->ans, NULL);
	return db_write(in->x->db, refuse_fn, in, err);
}

/* Runs check, then apply; a failure that is no refusal goes back to the sender as "try again". */
static enum hb_code
handle(struct incoming *in, struct hb_err *err)
{
	struct hb_err why = HB_ERR_INIT;
	const struct exchange_handler *h = in->slot->h;
	enum hb_code rc = h->check == NULL ? HB_OK : h->check(&in->e->m, in->slot->ctx, in->a, &in->work, &in->ans, &why);
	if (rc == HB_OK && json_array_size(in->ans.errors) > 0)
		rc = hb_fail(&why, HB_E_RULE, "lienThong.tuChoi", "thư bị từ chối");
	if (rc == HB_OK)
		rc = db_write(in->x->db, accept_fn, in, &why);
	if (rc == HB_OK)
		return HB_OK;
	if (refusal(rc))
		return refuse(in, &why, err);
	if (err != NULL && err->code == HB_OK)
		*err = why;
	return rc;
}

struct dispute { struct incoming *in; struct hb_id id; };

static enum hb_code
dispute_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct dispute *d = ctx;
	const struct envelope *e = d->in->e;
	return db_run(tx, &exchange_dispute_put, DB_ARGS(DB_ID(d->id.s), DB_TEXT(e->m.from), DB_ID(e->m.id.s), DB_TIME(hb_now()),
	    DB_BYTES(e->header), DB_BYTES(e->signature)), NULL, err);
}

/* A known id with other bytes: refused, recorded apart, and the receipt of the first bytes stays what it was. */
static enum hb_code
dispute(struct incoming *in, struct hb_err *err)
{
	struct dispute d = { in, hb_id_new() };
	struct exchange_said said = { hb_id_new(), false, in->ans.errors, NULL };
	exchange_error(&in->ans, in->e->m.id.s, "lienThong.khacNoiDung", hb_message("lienThong.khacNoiDung"));
	enum hb_code rc = db_write(in->x->db, dispute_fn, &d, err);
	return rc == HB_OK ? exchange_receipt_write(in->x, &in->e->m, &said, in->a, &in->reply, err) : rc;
}

static const struct exchange_handler_slot *
handler_slot(const struct exchange *x, int flow, const char *kind)
{
	for (unsigned i = 0; i < x->n_handlers; i++)
		if (x->handlers[i].h->flow == flow && strcmp(x->handlers[i].h->kind, kind) == 0)
			return &x->handlers[i];
	return NULL;
}

static enum hb_code
answer(struct incoming *in, struct hb_err *err)
{
	enum hb_code rc = db_read(in->x->db, look_up, in, err);
	if (rc == HB_OK && !in->seen) {
		in->slot = handler_slot(in->x, in->e->m.flow, in->e->m.kind);
		if (in->slot == NULL) {
			struct hb_err why = HB_ERR_INIT;
			hb_fail(&why, HB_E_NOTFOUND, "lienThong.khongPhucVu", "hệ thống %s không nhận loại thư %s của luồng %d",
			    in->x->cfg.self, in->e->m.kind, in->e->m.flow);
			rc = refuse(in, &why, err);
		} else {
			rc = handle(in, err);
		}
	}
	if (rc == HB_OK && in->seen && !in->same)
		rc = dispute(in, err);
	return rc;
}

enum hb_code
exchange_receive(struct exchange *x, struct hb_bytes body, struct hb_arena *a, struct hb_bytes *ret_reply, struct hb_err *err)
{
	struct envelope e;
	enum hb_code rc = exchange_unwrap(x, body, a, &e, err);
	if (rc != HB_OK)
		return rc;
	struct incoming in = { .x = x, .e = &e, .a = a, .ans = { json_array(), NULL } };
	if (in.ans.errors == NULL)
		return hb_full(err);
	rc = answer(&in, err);
	json_decref(in.ans.errors);
	json_decref(in.ans.result);
	if (rc == HB_OK)
		*ret_reply = in.reply;
	return rc;
}
