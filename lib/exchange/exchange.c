/* The exchange of one system: opening, handlers, the worker, purging. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "exchange/exchange_sql.h"
#include "exchange/private.h"

enum { WORKER_PERIOD_MS = 1000, DRAIN_POLL_US = 5000 };

enum hb_code
exchange_open(struct db *db, const struct exchange_config *cfg, struct exchange **ret_x, struct hb_err *err)
{
	struct directory *d;
	struct exchange *x = calloc(1, sizeof *x);
	if (x == NULL)
		return hb_full(err);
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&x->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&x->lock, NULL);
	pthread_mutex_init(&x->delivering, NULL);
	pthread_mutex_init(&x->directory_lock, NULL);
	x->db = db;
	x->cfg = *cfg;
	x->cfg.self = strdup(cfg->self);
	x->cfg.key_path = strdup(cfg->key_path);
	x->cfg.members_path = strdup(cfg->members_path);
	if (x->cfg.transport == NULL)
		x->cfg.transport = exchange_http;
	enum hb_code rc = exchange_key_load(cfg->key_path, &x->key, err);
	if (rc == HB_OK)
		rc = exchange_directory(x, &d, err);
	if (rc == HB_OK) {
		exchange_directory_done(x, d);
		*ret_x = x;
	} else {
		exchange_close(x);
	}
	return rc;
}

static void
stop_worker(struct exchange *x)
{
	pthread_mutex_lock(&x->lock);
	bool running = x->running;
	x->stopping = true;
	x->running = false;
	pthread_cond_broadcast(&x->wake);
	pthread_mutex_unlock(&x->lock);
	if (running)
		pthread_join(x->thread, NULL);
}

void
exchange_close(struct exchange *x)
{
	if (x == NULL)
		return;
	stop_worker(x);
	if (x->directory != NULL)
		exchange_directory_done(x, x->directory);
	exchange_key_wipe(&x->key);
	pthread_mutex_destroy(&x->lock);
	pthread_mutex_destroy(&x->delivering);
	pthread_mutex_destroy(&x->directory_lock);
	pthread_cond_destroy(&x->wake);
	free((char *)x->cfg.self);
	free((char *)x->cfg.key_path);
	free((char *)x->cfg.members_path);
	free(x);
}

void
exchange_on(struct exchange *x, const struct exchange_handler *h, void *ctx)
{
	if (x->n_handlers == EXCHANGE_HANDLERS_MAX)
		abort();                         /* a fixed number of callers exists in the code */
	x->handlers[x->n_handlers++] = (struct exchange_handler_slot){ h, ctx };
}

void
exchange_on_receipt(struct exchange *x, int flow, const char *kind, exchange_receipt_fn *fn, void *ctx)
{
	if (x->n_receipts == EXCHANGE_HANDLERS_MAX)
		abort();
	x->receipts[x->n_receipts++] = (struct exchange_receipt_slot){ flow, kind, fn, ctx };
}

/* -- the worker ------------------------------------------------------------------------------------------ */

/* True when it is time to end. */
static bool
sleep_until_work(struct exchange *x)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WORKER_PERIOD_MS / 1000;
	pthread_mutex_lock(&x->lock);
	int rc = 0;
	while (!x->stopping && !x->work && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&x->wake, &x->lock, &until);
	bool stop = x->stopping;
	x->work = false;
	pthread_mutex_unlock(&x->lock);
	return stop;
}

static void *
work(void *p)
{
	struct exchange *x = p;
	do {
		struct hb_err err = HB_ERR_INIT;
		if (exchange_deliver(x, hb_now(), NULL, &err) != HB_OK)
			hb_log_err("exchange.deliver", NULL, &err);
	} while (!sleep_until_work(x));
	return NULL;
}

enum hb_code
exchange_start(struct exchange *x, struct hb_err *err)
{
	if (pthread_create(&x->thread, NULL, work, x) != 0)
		return hb_bug(err, "no thread for the exchange");
	pthread_mutex_lock(&x->lock);
	x->running = true;
	pthread_mutex_unlock(&x->lock);
	return HB_OK;
}

static enum hb_code
waiting_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	return db_number(tx, &exchange_outbox_waiting, NULL, ctx, err);
}

enum hb_code
exchange_drain(struct exchange *x, int ms, struct hb_err *err)
{
	int64_t left = 0, until = hb_mono_us() + (int64_t)ms * 1000;
	for (;;) {
		enum hb_code rc = db_read(x->db, waiting_fn, &left, err);
		if (rc != HB_OK || left == 0)
			return rc;
		if (hb_mono_us() > until)
			return hb_fail(err, HB_E_UPSTREAM, "lienThong.conCho", "còn %lld thư chưa gửi được", (long long)left);
		usleep(DRAIN_POLL_US);
	}
}

/* -- keeping --------------------------------------------------------------------------------------------- */

struct purge { hb_time before; int64_t purged; };

static enum hb_code
purge_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct purge *p = ctx;
	int64_t sent = 0, received = 0;
	enum hb_code rc = db_run(tx, &exchange_outbox_purge, DB_ARGS(DB_TIME(p->before)), &sent, err);
	if (rc == HB_OK)
		rc = db_run(tx, &exchange_inbox_payload_purge, DB_ARGS(DB_TIME(p->before)), &received, err);
	p->purged = sent + received;
	return rc;
}

enum hb_code
exchange_purge(struct exchange *x, hb_time now, int64_t *ret_purged, struct hb_err *err)
{
	struct purge p = { now - (hb_time)EXCHANGE_KEEP_DAYS * 86400, 0 };
	enum hb_code rc = db_write(x->db, purge_fn, &p, err);
	if (rc == HB_OK && ret_purged != NULL)
		*ret_purged = p.purged;
	return rc;
}
