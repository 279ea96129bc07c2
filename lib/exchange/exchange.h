/* exchange/exchange.h - signed messages between systems: stage, deliver, record (D4.1a, D18.2; architecture §1).
 *
 * exchange_send() writes the outbox row in the transaction of the change, so there is never a change that nobody
 * will report.  A worker delivers, oldest first for each receiver, with growing pauses; a message is idempotent by
 * its id and the SHA-256 of its payload: the same bytes again get the same receipt, other bytes under a known id
 * are refused and wait for a person.  The receiver answers with a receipt signed by its system key; the sender
 * stores it in the transaction that marks the message delivered or refused.
 *
 * On the wire: POST /exchange/v1/messages,
 *   {"header": b64url(H), "payload": base64, "signature": base64 of Ed25519 over the bytes H}
 *   H = {"v":1,"id","from","to","flow","kind","created","payload_sha256","payload_type"}
 * answered 200 with {"header": b64url(R), "signature": base64 over R},
 *   R = {"v":1,"id","in_reply_to","from","to","verdict":"accepted|refused","created","payload_sha256",
 *        "errors":[{"subject","key","text"}],"result":…}.
 * A message that is not authentic gets a problem document (401, 403) and no receipt; a busy or broken receiver
 * answers 5xx and the sender tries again.
 *
 * Members stand in a directory file signed by its authority (members.h).  Delivered messages are kept at least
 * EXCHANGE_KEEP_DAYS, so that a neighbour restored from a backup can be refilled.
 * Thread rule: set up handlers before exchange_start(); after that every function is safe from any thread. */
#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H
#include <jansson.h>

#include "base/codec.h"
#include "db/db.h"
#include "exchange/members.h"

enum { EXCHANGE_KEEP_DAYS = 35, EXCHANGE_PAYLOAD_MAX = 24 << 20, EXCHANGE_ERRORS_MAX = 2000 };
extern const struct db_module exchange_sql;      /* for the module list of db_open() */

struct exchange;

/* How bytes reach a member: POST body to address, HTTP status and reply back.  HB_E_UPSTREAM when nobody answered.
 * NULL in the configuration means HTTP (lib/http); tests put another system of the same process here. */
typedef enum hb_code exchange_transport(void *ctx, const char *address, struct hb_bytes body, struct hb_arena *a,
    int *ret_status, struct hb_bytes *ret_reply, struct hb_err *err);

struct exchange_config {
	const char *self;                  /* member id: "city" */
	const char *key_path;              /* exchange_key_create() */
	const char *members_path;          /* re-read when the file changes */
	struct exchange_public authority;  /* whose signature the directory must carry */
	exchange_transport *transport;
	void       *transport_ctx;
};
/* Copies cfg; db must outlive the exchange. */
enum hb_code exchange_open(struct db *db, const struct exchange_config *cfg, struct exchange **ret_x,
    struct hb_err *err);
void exchange_close(struct exchange *x);         /* stops the worker; NULL allowed */

/* -- sending --------------------------------------------------------------------------------------------- */
struct exchange_out { const char *to; int flow; const char *kind, *payload_type; struct hb_bytes payload; };
/* In the caller's transaction; delivery starts after its commit.  ret_id may be NULL. */
enum hb_code exchange_send(struct exchange *x, struct db_tx *tx, const struct exchange_out *m, struct hb_id *ret_id,
    struct hb_err *err);

struct exchange_receipt {
	struct hb_id id, in_reply_to;
	const char *from, *to;
	int flow; const char *kind;                  /* of the message answered */
	bool accepted;
	hb_time created;
	json_t *errors;                              /* array, borrowed for the call */
	json_t *result;                              /* any JSON, or null; borrowed */
	struct hb_bytes signed_bytes;                /* the reply as received: the proof to keep beside a record */
};
/* Runs in the transaction that records the receipt; an error rolls it back and delivery is tried again. */
typedef enum hb_code exchange_receipt_fn(struct db_tx *tx, const struct exchange_receipt *r, void *ctx,
    struct hb_err *err);
void exchange_on_receipt(struct exchange *x, int flow, const char *kind, exchange_receipt_fn *fn, void *ctx);

/* -- receiving ------------------------------------------------------------------------------------------- */
struct exchange_msg {
	struct hb_id id;
	const char *from, *to, *kind, *payload_type;
	int flow;
	hb_time created;
	struct hb_bytes payload;
	struct hb_sha256 payload_sha256;
};
/* What the receipt will say.  Adding an error makes it a refusal. */
struct exchange_answer { json_t *errors, *result; };
void exchange_error(struct exchange_answer *ans, const char *subject, const char *key, const char *text);
/* subject plus key and texts of a failure */
void exchange_error_from(struct exchange_answer *ans, const char *subject, const struct hb_err *e);
void exchange_result(struct exchange_answer *ans, json_t *result);        /* takes the reference */

/* check: parses and verifies outside any transaction (NULL: nothing to prepare); may add errors, and what it
 * leaves in *ret_work goes to apply.  apply: stores, inside the transaction that records message and receipt; it is
 * skipped when check found errors.  Either may return HB_E_INPUT, _RULE, _DENIED, _NOTFOUND, _CONFLICT or _TOOBIG:
 * a refusal, nothing stored but the receipt.  Any other failure is no answer, and the sender will try again. */
struct exchange_handler {
	int flow;
	const char *kind;                            /* static */
	enum hb_code (*check)(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work,
	    struct exchange_answer *ans, struct hb_err *err);
	enum hb_code (*apply)(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx,
	    struct exchange_answer *ans, struct hb_err *err);
};
enum { EXCHANGE_HANDLERS_MAX = 16 };
void exchange_on(struct exchange *x, const struct exchange_handler *h, void *ctx);   /* h is static */

/* The body of POST /exchange/v1/messages; HB_OK gives the 200 reply in a. */
enum hb_code exchange_receive(struct exchange *x, struct hb_bytes body, struct hb_arena *a, struct hb_bytes *ret_reply,
    struct hb_err *err);

/* -- working --------------------------------------------------------------------------------------------- */
enum hb_code exchange_start(struct exchange *x, struct hb_err *err);      /* the worker thread */
/* One pass in the calling thread over everything due at `now`; ret_left: messages still waiting afterwards. */
enum hb_code exchange_deliver(struct exchange *x, hb_time now, int64_t *ret_left, struct hb_err *err);
/* Waits until the outbox is empty (worker running), at most ms; HB_E_UPSTREAM lienThong.conCho otherwise. */
enum hb_code exchange_drain(struct exchange *x, int ms, struct hb_err *err);
/* Deletes payloads of messages that were settled EXCHANGE_KEEP_DAYS or more before now; headers and receipts stay. */
enum hb_code exchange_purge(struct exchange *x, hb_time now, int64_t *ret_purged, struct hb_err *err);

enum exchange_state { EXCHANGE_WAITING, EXCHANGE_ACCEPTED, EXCHANGE_REFUSED, EXCHANGE_UNKNOWN };
/* State of a message sent, with its receipt (errors and result are owned by a) when it has one. */
enum hb_code exchange_sent(struct exchange *x, struct db_tx *tx, const char *id, struct hb_arena *a,
    enum exchange_state *ret_state, struct exchange_receipt *ret_receipt, struct hb_err *err);
#endif
