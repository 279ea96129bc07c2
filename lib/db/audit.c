/* Audit entries: written in the caller's transaction, or queued and appended by one thread. */
#include "db/audit.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "db/audit_int.h"
#include "db/db_sql.h"
#include "json/write.h"

enum { SALT_LEN = 16, PAYLOAD_MAX = 4 << 20, FLUSH_ROWS = 512, SEAL_EVERY_MS = 1000 };

/* -- one entry ------------------------------------------------------------------------------------------- */

/* Everything the leaf vouches for, in one text. */
static void
write_payload(struct hb_buf *out, const struct hb_id *id, hb_time made, const struct audit_entry *e)
{
	struct jw w = jw_start(out);
	jw_object(&w, NULL);
	jw_str(&w, "id", id->s);
	jw_time(&w, "made", made);
	jw_str(&w, "school", e->school);
	jw_str(&w, "actor", e->actor);
	jw_str(&w, "action", e->action);
	jw_str(&w, "object", e->object);
	jw_str(&w, "request", e->request);
	if (e->payload == NULL)
		jw_null(&w, "data");
	else
		jw_raw(&w, "data", HB_STR(e->payload));
	jw_end(&w);
	if (!jw_done(&w))
		out->failed = true;
}

static enum hb_code
store(struct db_tx *tx, const struct hb_id *id, hb_time made, const struct audit_entry *e, struct hb_bytes salt,
    struct hb_bytes payload, struct hb_err *err)
{
	struct hb_sha256 leaf = audit_leaf(salt, payload);
	enum hb_code rc = db_run(tx, &db_leaf_put, DB_ARGS(DB_ID(id->s), DB_TIME(made), DB_ID(e->school), DB_TEXT(e->actor),
	    DB_TEXT(e->action), DB_TEXT(e->object), DB_TEXT(e->request), DB_BYTES(HB_BYTES(leaf.b, sizeof leaf.b))), NULL, err);
	if (rc == HB_OK)
		rc = db_run(tx, &db_payload_put,
		    DB_ARGS(DB_ID(id->s), DB_BYTES(salt), DB_TEXT((const char *)payload.p)), NULL, err);
	if (rc == HB_OK)
		rc = db_run(tx, &db_pending_put, DB_ARGS(DB_ID(id->s)), NULL, err);
	return rc;
}

static enum hb_code
put(struct db_tx *tx, hb_time made, const struct audit_entry *e, struct hb_err *err)
{
	uint8_t salt[SALT_LEN];
	struct hb_id id = hb_id_new();
	HB_SCOPED_BUF payload;
	hb_buf_init(&payload, PAYLOAD_MAX);
	if (e->actor == NULL || e->action == NULL || e->object == NULL)
		return hb_bug(err, "an audit entry without actor, action or object");
	hb_random(salt, sizeof salt);
	write_payload(&payload, &id, made, e);
	if (!hb_buf_ok(&payload))
		return hb_full(err);
	return store(tx, &id, made, e, HB_BYTES(salt, sizeof salt), hb_buf_bytes(&payload), err);
}

enum hb_code
audit_write(struct db_tx *tx, const struct audit_entry *e, struct hb_err *err)
{
	return put(tx, hb_now(), e, err);
}

/* -- the queue of reads ---------------------------------------------------------------------------------- */

struct queued { struct audit_entry e; hb_time made; char *text; };

struct audit {
	struct db      *db;
	pthread_t       thread;
	pthread_mutex_t lock;
	pthread_cond_t  wake;
	struct queued   ring[AUDIT_QUEUE_MAX];
	unsigned        first, n;
	bool            stopping;
};

/* All strings of an entry in one block. */
static bool
copy_entry(struct queued *q, const struct audit_entry *e)
{
	const char *from[] = { e->school, e->actor, e->action, e->object, e->request, e->payload };
	const char **to[] = { &q->e.school, &q->e.actor, &q->e.action, &q->e.object, &q->e.request, &q->e.payload };
	size_t total = 0;
	for (size_t i = 0; i < sizeof from / sizeof from[0]; i++)
		total += from[i] == NULL ? 0 : strlen(from[i]) + 1;
	char *p = q->text = malloc(total + 1);
	if (p == NULL)
		return false;
	for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
		*to[i] = from[i] == NULL ? NULL : p;
		if (from[i] != NULL)
			p = stpcpy(p, from[i]) + 1;
	}
	return true;
}

enum hb_code
audit_read(struct audit *au, const struct audit_entry *e, struct hb_err *err)
{
	struct queued q = { .made = hb_now() };
	enum hb_code rc = HB_OK;
	if (!copy_entry(&q, e))
		return hb_full(err);
	pthread_mutex_lock(&au->lock);
	if (au->n == AUDIT_QUEUE_MAX) {
		rc = hb_fail(err, HB_E_LIMIT, "nhatKy.day", "%s", hb_message("nhatKy.day"));
		hb_clause(err, "D13.3");
	} else {
		au->ring[(au->first + au->n++) % AUDIT_QUEUE_MAX] = q;
		if (au->n == FLUSH_ROWS)
			pthread_cond_signal(&au->wake);
	}
	pthread_mutex_unlock(&au->lock);
	if (rc != HB_OK)
		free(q.text);
	return rc;
}

struct flush { struct audit *au; unsigned n; };

static enum hb_code
flush_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct flush *f = ctx;
	enum hb_code rc = HB_OK;
	for (unsigned i = 0; i < f->n && rc == HB_OK; i++) {
		/* Only this thread takes entries out, so the first n stay where they are. */
		const struct queued *q = &f->au->ring[(f->au->first + i) % AUDIT_QUEUE_MAX];
		rc = put(tx, q->made, &q->e, err);
	}
	return rc;
}

static unsigned
waiting(struct audit *au)
{
	pthread_mutex_lock(&au->lock);
	unsigned n = au->n;
	pthread_mutex_unlock(&au->lock);
	return n;
}

/* False when the database refused: the entries stay queued, and a queue that fills refuses reads. */
static bool
flush(struct audit *au)
{
	struct flush f = { au, waiting(au) };
	struct hb_err err = HB_ERR_INIT;
	if (f.n == 0)
		return true;
	f.n = f.n < FLUSH_ROWS ? f.n : FLUSH_ROWS;
	if (db_write(au->db, flush_fn, &f, &err) != HB_OK) {
		hb_log_err("audit.flush", NULL, &err);
		return false;
	}
	pthread_mutex_lock(&au->lock);
	for (unsigned i = 0; i < f.n; i++)
		free(au->ring[(au->first + i) % AUDIT_QUEUE_MAX].text);
	au->first = (au->first + f.n) % AUDIT_QUEUE_MAX;
	au->n -= f.n;
	pthread_mutex_unlock(&au->lock);
	return true;
}

static void
seal(struct audit *au)
{
	struct hb_err err = HB_ERR_INIT;
	if (audit_seal(au->db, NULL, &err) != HB_OK)
		hb_log_err("audit.seal", NULL, &err);
}

/* Sleeps AUDIT_FLUSH_MS, or less when the queue fills up or the end comes; true at the end. */
static bool
sleep_until_due(struct audit *au)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += (long)AUDIT_FLUSH_MS * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&au->lock);
	int rc = 0;
	while (!au->stopping && au->n < FLUSH_ROWS && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&au->wake, &au->lock, &until);
	bool stopping = au->stopping;
	pthread_mutex_unlock(&au->lock);
	return stopping;
}

static void *
work(void *p)
{
	struct audit *au = p;
	int64_t sealed = 0;
	bool stopping = false;
	while (!stopping) {
		stopping = sleep_until_due(au);
		bool good = flush(au);
		while (stopping && good && waiting(au) > 0)
			good = flush(au);
		if (stopping || hb_mono_us() - sealed >= (int64_t)SEAL_EVERY_MS * 1000) {
			seal(au);
			sealed = hb_mono_us();
		}
		if (!good && !stopping)
			nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);   /* a full queue would spin */
	}
	return NULL;
}

enum hb_code
audit_start(struct db *db, struct audit **ret_au, struct hb_err *err)
{
	struct audit *au = calloc(1, sizeof *au);
	if (au == NULL)
		return hb_full(err);
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&au->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&au->lock, NULL);
	au->db = db;
	if (pthread_create(&au->thread, NULL, work, au) != 0) {
		free(au);
		return hb_bug(err, "no thread for the audit");
	}
	*ret_au = au;
	return HB_OK;
}

void
audit_stop(struct audit *au)
{
	if (au == NULL)
		return;
	pthread_mutex_lock(&au->lock);
	au->stopping = true;
	pthread_cond_signal(&au->wake);
	pthread_mutex_unlock(&au->lock);
	pthread_join(au->thread, NULL);
	for (unsigned i = 0; i < au->n; i++)
		free(au->ring[(au->first + i) % AUDIT_QUEUE_MAX].text);
	pthread_mutex_destroy(&au->lock);
	pthread_cond_destroy(&au->wake);
	free(au);
}

/* -- reading --------------------------------------------------------------------------------------------- */

enum hb_code
audit_list(struct db_tx *tx, const char *object, unsigned limit, struct hb_arena *a, const struct audit_row **ret_rows,
    size_t *ret_n, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(tx, &db_entries_of_object, DB_ARGS(DB_TEXT(object), DB_INT(limit)), a, &r, err);
	if (rc != HB_OK)
		return rc;
	struct audit_row *rows = HB_NEWN(a, struct audit_row, r.n + 1);
	if (rows == NULL)
		return hb_full(err);
	for (size_t i = 0; i < r.n; i++)
		rows[i] = (struct audit_row){ db_id(&r, i, DB_ENTRIES_OF_OBJECT_ID), db_time(&r, i, DB_ENTRIES_OF_OBJECT_MADE),
			db_text(&r, i, DB_ENTRIES_OF_OBJECT_ACTOR), db_text(&r, i, DB_ENTRIES_OF_OBJECT_ACTION),
			db_text(&r, i, DB_ENTRIES_OF_OBJECT_OBJECT), db_text(&r, i, DB_ENTRIES_OF_OBJECT_PAYLOAD) };
	*ret_rows = rows;
	*ret_n = r.n;
	return HB_OK;
}
