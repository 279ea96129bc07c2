/* exchange/private.h - what the files of lib/exchange share: the open exchange, envelopes and receipts as structs. */
#ifndef EXCHANGE_PRIVATE_H
#define EXCHANGE_PRIVATE_H
#include <pthread.h>

#include "exchange/exchange.h"

enum { EXCHANGE_VERSION = 1, EXCHANGE_ID_MAX = 64, EXCHANGE_KIND_MAX = 40, EXCHANGE_TYPE_MAX = 80,
	EXCHANGE_SKEW_S = 300, EXCHANGE_WIRE_MAX = EXCHANGE_PAYLOAD_MAX / 3 * 4 + (64 << 10) };

struct exchange_handler_slot { const struct exchange_handler *h; void *ctx; };
struct exchange_receipt_slot { int flow; const char *kind; exchange_receipt_fn *fn; void *ctx; };
struct directory;                                    /* a loaded member file, counted (directory.c) */

struct exchange {
	struct db *db;
	struct exchange_config cfg;                  /* strings owned */
	struct exchange_key key;
	struct exchange_handler_slot handlers[EXCHANGE_HANDLERS_MAX];
	unsigned n_handlers;
	struct exchange_receipt_slot receipts[EXCHANGE_HANDLERS_MAX];
	unsigned n_receipts;

	pthread_mutex_t directory_lock;
	struct directory *directory;

	pthread_mutex_t delivering;                  /* one pass over the outbox at a time keeps the order */
	pthread_mutex_t lock;                        /* of what follows */
	pthread_cond_t  wake;
	bool running, stopping, work;
	pthread_t thread;
};

/* -- directory.c: the member file as it is now; borrow and give back ------------------------------------- */
enum hb_code exchange_directory(struct exchange *x, struct directory **ret_d, struct hb_err *err);
const struct exchange_members *exchange_directory_members(const struct directory *d);
void exchange_directory_done(struct exchange *x, struct directory *d);

/* -- envelope.c ------------------------------------------------------------------------------------------ */
struct envelope { struct exchange_msg m; struct hb_bytes header, signature; };
/* The signed body of a message, in a. */
enum hb_code exchange_wrap(const struct exchange *x, const struct exchange_msg *m, struct hb_arena *a, struct hb_bytes *ret_body,
    struct hb_err *err);
/* Opens and judges: well-formed, for us, by a member whose key was valid, payload as signed.  HB_E_INPUT, HB_E_AUTH,
 * HB_E_DENIED. */
enum hb_code exchange_unwrap(struct exchange *x, struct hb_bytes body, struct hb_arena *a, struct envelope *ret_e,
    struct hb_err *err);
struct exchange_said { struct hb_id id; bool accepted; json_t *errors, *result; };
enum hb_code exchange_receipt_write(const struct exchange *x, const struct exchange_msg *m, const struct exchange_said *said,
    struct hb_arena *a, struct hb_bytes *ret_reply, struct hb_err *err);
/* The receipt a reply holds, if it answers m and its sender signed it. */
enum hb_code exchange_receipt_read(struct exchange *x, const struct exchange_msg *m, struct hb_bytes reply, struct hb_arena *a,
    struct exchange_receipt *ret_r, struct hb_err *err);
/* The same bytes read back from our own log: no signature check. */
enum hb_code exchange_receipt_parse(struct hb_bytes reply, struct hb_arena *a, struct exchange_receipt *ret_r, struct hb_err *err);

/* -- http.c ---------------------------------------------------------------------------------------------- */
enum hb_code exchange_http(void *ctx, const char *address, struct hb_bytes body, struct hb_arena *a, int *ret_status,
    struct hb_bytes *ret_reply, struct hb_err *err);
#endif
