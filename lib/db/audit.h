/* db/audit.h - who did what, in the same database as the thing done (architecture §5; D4.2, D13.3).
 *
 * A write is one entry a save, written in the transaction of the save: no entry, no save.  A read of results is
 * one entry a request, queued and appended at most a second later; a full queue refuses the read.  About once a
 * second the entries not yet sealed become a batch: leaves SHA-256(salt || payload), their Merkle root, and a
 * head over the root and the previous head, so that a later change of any entry shows.  Lawful erasure deletes
 * payload and salt and keeps the leaf.
 * People are named by internal id only; payload is JSON of ids, keys and values changed. */
#ifndef DB_AUDIT_H
#define DB_AUDIT_H
#include "base/codec.h"
#include "db/db.h"

struct audit_entry {
	const char *school;     /* internal id of the school, or NULL */
	const char *actor;      /* internal id of the person, or "system:city" */
	const char *action;     /* "marks.put": the operation of the route */
	const char *object;     /* "class/ID/subject/TOAN" */
	const char *request;    /* request id, or NULL */
	const char *payload;    /* JSON object, or NULL */
};
enum { AUDIT_QUEUE_MAX = 4096, AUDIT_FLUSH_MS = 500, AUDIT_BATCH_MAX = 1024 };

enum hb_code audit_write(struct db_tx *tx, const struct audit_entry *e, struct hb_err *err);

/* The thread that appends reads and seals.  One a process and database; stop flushes and joins. */
struct audit;
enum hb_code audit_start(struct db *db, struct audit **ret_audit, struct hb_err *err);
void         audit_stop(struct audit *audit);
/* Copies the entry.  HB_E_LIMIT nhatKy.day when the queue is full: the read must then be refused. */
enum hb_code audit_read(struct audit *audit, const struct audit_entry *e, struct hb_err *err);

/* Seal everything pending now, in batches of AUDIT_BATCH_MAX.  ret_sealed may be NULL. */
enum hb_code audit_seal(struct db *db, int64_t *ret_sealed, struct hb_err *err);
/* Recompute every leaf that still has its payload, every root and the chain; HB_E_CONFLICT nhatKy.saiChuoi names
 * the first batch that differs. */
enum hb_code audit_verify(struct db *db, int64_t *ret_batches, struct hb_err *err);
/* The newest head, for the next level to witness; all zero when nothing is sealed. */
enum hb_code audit_head(struct db *db, int64_t *ret_batch, struct hb_sha256 *ret_head, struct hb_err *err);
/* Entries about an object, newest first, at most limit: "parents see who looked". */
struct audit_row { struct hb_id id; hb_time at; const char *actor, *action, *object, *payload; };
enum hb_code audit_list(struct db_tx *tx, const char *object, unsigned limit, struct hb_arena *a,
    const struct audit_row **ret_rows, size_t *ret_n, struct hb_err *err);
#endif
