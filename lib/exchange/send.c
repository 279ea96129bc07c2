/* Sending: staged with the change, delivered oldest first for each receiver, recorded with the receipt. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exchange/exchange_sql.h"
#include "exchange/private.h"

enum { FIRST_PAUSE_S = 1, LONGEST_PAUSE_S = 300, ERROR_MAX = 300 };

/* -- staging --------------------------------------------------------------------------------------------- */

static void
wake(void *p)
{
	struct exchange *x = p;
	pthread_mutex_lock(&x->lock);
	x->work = true;
	pthread_cond_broadcast(&x->wake);
	pthread_mutex_unlock(&x->lock);
}

enum hb_code
exchange_send(struct exchange *x, struct db_tx *tx, const struct exchange_out *m, struct hb_id *ret_id, struct hb_err *err)
{
	struct hb_id id = hb_id_new();
	struct hb_sha256 h = hb_sha256(m->payload);
	if (m->payload.n > EXCHANGE_PAYLOAD_MAX)
		return hb_fail(err, HB_E_TOOBIG, "lienThong.thuQuaLon", "nội dung thư gửi %s quá lớn", m->to);
	if (strlen(m->to) > EXCHANGE_ID_MAX || strlen(m->kind) > EXCHANGE_KIND_MAX || strlen(m->payload_type) > EXCHANGE_TYPE_MAX)
		return hb_bug(err, "message header too long");
	enum hb_code rc = db_run(tx, &exchange_outbox_put, DB_ARGS(DB_ID(id.s), DB_TEXT(m->to), DB_INT(m->flow), DB_TEXT(m->kind),
	    DB_TEXT(m->payload_type), DB_TIME(hb_now()), DB_BYTES(HB_BYTES(h.b, HB_SHA256_LEN)), DB_BYTES(m->payload)), NULL, err);
	if (rc != HB_OK)
		return rc;
	db_on_commit(tx, wake, x);
	if (ret_id != NULL)
		*ret_id = id;
	return HB_OK;
}

/* -- one message ----------------------------------------------------------------------------------------- */

struct settle {
	struct exchange *x;
	const struct exchange_msg *m;
	const struct exchange_receipt *r;
};

static const struct exchange_receipt_slot *
receipt_slot(const struct exchange *x, int flow, const char *kind)
{
	for (unsigned i = 0; i < x->n_receipts; i++)
		if (x->receipts[i].flow == flow && strcmp(x->receipts[i].kind, kind) == 0)
			return &x->receipts[i];
	return NULL;
}

static enum hb_code
settle_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct settle *s = ctx;
	const char *state = s->r->accepted ? "accepted" : "refused";
	int64_t changed = 0;
	enum hb_code rc = db_run(tx, &exchange_outbox_settle, DB_ARGS(DB_TEXT(state), DB_TIME(hb_now()), DB_ID(s->m->id.s)), &changed,
	    err);
	if (rc != HB_OK || changed == 0)
		return rc;                       /* recorded before, by another pass */
	rc = db_run(tx, &exchange_receipt_put, DB_ARGS(DB_ID(s->m->id.s), DB_ID(s->r->id.s), DB_TEXT(state), DB_TIME(hb_now()),
	    DB_BYTES(s->r->signed_bytes)), NULL, err);
	const struct exchange_receipt_slot *slot = receipt_slot(s->x, s->m->flow, s->m->kind);
	if (rc == HB_OK && slot != NULL)
		rc = slot->fn(tx, s->r, slot->ctx, err);
	return rc;
}

struct later { const struct hb_id *id; hb_time next_try; const char *why; };

static enum hb_code
later_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct later *l = ctx;
	return db_run(tx, &exchange_outbox_later, DB_ARGS(DB_TIME(l->next_try), DB_TEXT(l->why), DB_ID(l->id->s)), NULL, err);
}

static hb_time
pause_after(int64_t tries)
{
	hb_time pause = FIRST_PAUSE_S;
	for (int64_t i = 0; i < tries && pause < LONGEST_PAUSE_S; i++)
		pause *= 2;
	return pause < LONGEST_PAUSE_S ? pause : LONGEST_PAUSE_S;
}

static enum hb_code
call(struct exchange *x, const struct exchange_msg *m, struct hb_arena *a, struct exchange_receipt *ret_r, struct hb_err *err)
{
	struct directory *d;
	struct hb_bytes body, reply = { 0 };
	int status = 0;
	enum hb_code rc = exchange_directory(x, &d, err);
	if (rc != HB_OK)
		return rc;
	const struct exchange_member *to = exchange_member_find(exchange_directory_members(d), m->to);
	rc = to == NULL ? hb_fail(err, HB_E_UPSTREAM, "lienThong.laThanhVien", "“%s” không có trong danh bạ thành viên", m->to)
	    : exchange_wrap(x, m, a, &body, err);
	if (rc == HB_OK)
		rc = x->cfg.transport(x->cfg.transport_ctx, to->address, body, a, &status, &reply, err);
	exchange_directory_done(x, d);
	if (rc != HB_OK)
		return rc;
	if (status != 200)
		return hb_fail(err, HB_E_UPSTREAM, "lienThong.khongNhan", "%s trả lời %d: %.*s", m->to, status,
		    (int)(reply.n < 160 ? reply.n : 160), reply.p != NULL ? (const char *)reply.p : "");
	return exchange_receipt_read(x, m, reply, a, ret_r, err);
}

/* One code path for the first try and for every later one, after a crash too.  *ret_settled false: it must wait. */
static enum hb_code
deliver_one(struct exchange *x, const struct exchange_msg *m, int64_t tries, hb_time now, struct hb_arena *a,
    bool *ret_settled, struct hb_err *err)
{
	struct exchange_receipt r;
	struct hb_err why = HB_ERR_INIT;
	struct settle s = { x, m, &r };
	enum hb_code rc = call(x, m, a, &r, &why);
	if (rc == HB_OK)
		rc = db_write(x->db, settle_fn, &s, &why);
	*ret_settled = rc == HB_OK;
	if (rc == HB_OK)
		return HB_OK;
	char text[ERROR_MAX];
	snprintf(text, sizeof text, "%s: %.*s", why.key != NULL ? why.key : "", ERROR_MAX / 2, why.msg);
	struct later l = { &m->id, now + pause_after(tries), hb_utf8_valid(HB_STR(text)) ? text : why.key };
	return db_write(x->db, later_fn, &l, err);
}

/* -- a pass ---------------------------------------------------------------------------------------------- */

struct next { const char *receiver; struct hb_arena *a; struct db_rows rows; };

static enum hb_code
receivers_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct next *n = ctx;
	return db_rows(tx, &exchange_outbox_receivers, NULL, n->a, &n->rows, err);
}

static enum hb_code
next_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct next *n = ctx;
	return db_rows(tx, &exchange_outbox_next, DB_ARGS(DB_TEXT(n->receiver)), n->a, &n->rows, err);
}

static struct exchange_msg
message(const struct exchange *x, const char *receiver, const struct db_rows *r)
{
	struct exchange_msg m = { .id = db_id(r, 0, EXCHANGE_OUTBOX_NEXT_ID), .from = x->cfg.self, .to = receiver,
		.flow = (int)db_int(r, 0, EXCHANGE_OUTBOX_NEXT_FLOW), .kind = db_text(r, 0, EXCHANGE_OUTBOX_NEXT_KIND),
		.payload_type = db_text(r, 0, EXCHANGE_OUTBOX_NEXT_PAYLOAD_TYPE),
		.created = db_time(r, 0, EXCHANGE_OUTBOX_NEXT_CREATED), .payload = db_bytes(r, 0, EXCHANGE_OUTBOX_NEXT_PAYLOAD) };
	struct hb_bytes h = db_bytes(r, 0, EXCHANGE_OUTBOX_NEXT_PAYLOAD_SHA256);
	memcpy(m.payload_sha256.b, h.p, h.n < HB_SHA256_LEN ? h.n : HB_SHA256_LEN);
	return m;
}

static bool
stopping(struct exchange *x)
{
	pthread_mutex_lock(&x->lock);
	bool stop = x->stopping;
	pthread_mutex_unlock(&x->lock);
	return stop;
}

/* Everything due for one receiver; a message that must wait holds up those behind it, so that order is kept. */
static enum hb_code
deliver_to(struct exchange *x, const char *receiver, hb_time now, struct hb_err *err)
{
	bool settled = true;
	enum hb_code rc = HB_OK;
	while (rc == HB_OK && settled && !stopping(x)) {
		HB_SCOPED_ARENA a;
		hb_arena_init(&a, (size_t)EXCHANGE_WIRE_MAX * 6);
		struct next n = { receiver, &a, { 0 } };
		rc = db_read(x->db, next_fn, &n, err);
		if (rc != HB_OK || n.rows.n == 0 || db_time(&n.rows, 0, EXCHANGE_OUTBOX_NEXT_NEXT_TRY) > now)
			return rc;
		struct exchange_msg m = message(x, receiver, &n.rows);
		rc = deliver_one(x, &m, db_int(&n.rows, 0, EXCHANGE_OUTBOX_NEXT_TRIES), now, &a, &settled, err);
	}
	return rc;
}

static enum hb_code
waiting_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	return db_number(tx, &exchange_outbox_waiting, NULL, ctx, err);
}

enum hb_code
exchange_deliver(struct exchange *x, hb_time now, int64_t *ret_left, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct next all = { NULL, &a, { 0 } };
	pthread_mutex_lock(&x->delivering);
	enum hb_code rc = db_read(x->db, receivers_fn, &all, err);
	for (size_t i = 0; rc == HB_OK && i < all.rows.n; i++)
		rc = deliver_to(x, db_text(&all.rows, i, EXCHANGE_OUTBOX_RECEIVERS_RECEIVER), now, err);
	pthread_mutex_unlock(&x->delivering);
	if (rc == HB_OK && ret_left != NULL)
		rc = db_read(x->db, waiting_fn, ret_left, err);
	return rc;
}

/* -- what became of it ----------------------------------------------------------------------------------- */

enum hb_code
exchange_sent(struct exchange *x, struct db_tx *tx, const char *id, struct hb_arena *a, enum exchange_state *ret_state,
    struct exchange_receipt *ret_receipt, struct hb_err *err)
{
	(void)x;
	struct db_rows r;
	enum hb_code rc = db_rows(tx, &exchange_outbox_get, DB_ARGS(DB_ID(id)), a, &r, err);
	if (rc != HB_OK)
		return rc;
	if (r.n == 0) {
		*ret_state = EXCHANGE_UNKNOWN;
		return HB_OK;
	}
	const char *state = db_text(&r, 0, EXCHANGE_OUTBOX_GET_STATE);
	if (strcmp(state, "waiting") == 0) {
		*ret_state = EXCHANGE_WAITING;
		return HB_OK;
	}
	rc = exchange_receipt_parse(db_bytes(&r, 0, EXCHANGE_OUTBOX_GET_REPLY), a, ret_receipt, err);
	if (rc == HB_OK)
		*ret_state = strcmp(state, "accepted") == 0 ? EXCHANGE_ACCEPTED : EXCHANGE_REFUSED;
	return rc;
}
