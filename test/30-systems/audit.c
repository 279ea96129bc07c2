/* lib/db audit: with the save or not at all, reads a second late, and a seal that shows every change. */
#include "tap.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "db/audit.h"
#include "db/audit_int.h"

static char folder[] = "/tmp/hocba-audit-XXXXXX";
static char path[64];
static const struct db_module *const no_modules[] = { NULL };
static const struct audit_entry entry = { NULL, "0190d1a0-0000-7000-8000-000000000001", "marks.put", "class/6A", "r-1",
	"{\"cells\":[{\"old\":\"7.0\",\"new\":\"7.5\"}]}" };

static enum hb_code
save(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	enum hb_code rc = audit_write(tx, &entry, err);
	return rc == HB_OK && *(bool *)ctx ? hb_fail(err, HB_E_RULE, "duLieu.saiMien", "không ghi") : rc;
}

static int64_t
raw(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int64_t n = -1;
	sqlite3_open(path, &db);
	sqlite3_busy_timeout(db, 2000);
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK) {
		int rc = sqlite3_step(q);
		n = rc == SQLITE_ROW ? sqlite3_column_int64(q, 0) : rc == SQLITE_DONE ? 0 : -1;
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

struct listed { struct hb_arena *a; const struct audit_row *rows; size_t n; };

static enum hb_code
list(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct listed *l = ctx;
	return audit_list(tx, "class/6A", 10, l->a, &l->rows, &l->n, err);
}

static void
writes(struct db *db)
{
	bool fails = false;
	ok(db_write(db, save, &fails, NULL) == HB_OK && raw("SELECT count(*) FROM audit_leaf") == 1, "one entry with the save");
	fails = true;
	ok(db_write(db, save, &fails, NULL) == HB_E_RULE && raw("SELECT count(*) FROM audit_leaf") == 1, "and none without it");
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	struct listed l = { .a = &a };
	ok(db_read(db, list, &l, NULL) == HB_OK && l.n == 1 && strstr(l.rows[0].payload, "\"new\":\"7.5\"") != NULL
	    && !strcmp(l.rows[0].action, "marks.put"), "it can be read by its object");
	ok(db_write(db, save, &(bool){ false }, NULL) == HB_OK, "a second one");
}

static void
reads(struct db *db)
{
	struct audit *au = NULL;
	ok(audit_start(db, &au, NULL) == HB_OK, "the audit thread starts");
	int64_t before = raw("SELECT count(*) FROM audit_leaf");
	for (int i = 0; i < 20; i++)
		if (audit_read(au, &entry, NULL) != HB_OK)
			ok(false, "a read is queued");
	int64_t started = hb_mono_us();
	while (raw("SELECT count(*) FROM audit_leaf") < before + 20 && hb_mono_us() - started < 3000000)
		usleep(20000);
	ok(hb_mono_us() - started < 1500000, "reads are appended within about a second: %lld ms",
	    (long long)(hb_mono_us() - started) / 1000);
	while (raw("SELECT count(*) FROM audit_pending") > 0 && hb_mono_us() - started < 5000000)
		usleep(20000);
	ok(raw("SELECT count(*) FROM audit_pending") == 0 && raw("SELECT count(*) FROM audit_batch") >= 1, "and sealed");
	ok(audit_read(au, &entry, NULL) == HB_OK, "one more");
	audit_stop(au);
	ok(raw("SELECT count(*) FROM audit_leaf") == before + 21 && raw("SELECT count(*) FROM audit_pending") == 0,
	    "stopping loses nothing");
}

/* The queue cannot be emptied while another connection holds the write lock. */
static void
full_queue(struct db *db)
{
	struct audit *au = NULL;
	sqlite3 *lock = NULL;
	enum hb_code rc = HB_OK;
	struct hb_err err = HB_ERR_INIT;
	int64_t before = raw("SELECT count(*) FROM audit_leaf"), n = 0;
	sqlite3_open(path, &lock);
	sqlite3_exec(lock, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	ok(audit_start(db, &au, NULL) == HB_OK, "the audit thread starts again");
	for (; n <= AUDIT_QUEUE_MAX && (rc = audit_read(au, &entry, &err)) == HB_OK; n++)
		;
	ok(rc == HB_E_LIMIT && !strcmp(err.key, "nhatKy.day") && n == AUDIT_QUEUE_MAX, "a full queue refuses the read after %lld", (long long)n);
	sqlite3_exec(lock, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(lock);
	audit_stop(au);
	ok(raw("SELECT count(*) FROM audit_leaf") == before + n, "all that were accepted are there");
}

static void
trees(void)
{
	struct hb_sha256 h[7], again[7];
	for (int i = 0; i < 7; i++)
		h[i] = again[i] = hb_sha256(HB_BYTES(&i, sizeof i));
	/* Root of 7 by the definition of RFC 9162: the largest power of two to the left. */
	struct hb_sha256 left[4] = { h[0], h[1], h[2], h[3] }, right[3] = { h[4], h[5], h[6] };
	struct hb_sha256 l = audit_root(left, 4), r = audit_root(right, 3), root = audit_root(again, 7);
	uint8_t joined[65] = { 1 };
	memcpy(joined + 1, l.b, 32);
	memcpy(joined + 33, r.b, 32);
	struct hb_sha256 want = hb_sha256(HB_BYTES(joined, 65));
	ok(hb_sha256_eq(&want, &root), "the tree is that of RFC 9162");
}

static bool
tampered(struct db *db, const char *change, const char *undo)
{
	static const char *const quiet[] = { "audit_leaf_keep_update", "audit_leaf_keep_delete", "audit_batch_keep_update",
		"audit_batch_keep_delete", "audit_member_keep_update", "audit_member_keep_delete" };
	char sql[200];
	struct hb_err err = HB_ERR_INIT;
	for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
		snprintf(sql, sizeof sql, "DROP TRIGGER IF EXISTS %s", quiet[i]);
		raw(sql);                        /* whoever owns the file can do this */
	}
	bool changed = raw(change) == 0;
	bool seen = audit_verify(db, NULL, &err) == HB_E_CONFLICT && !strcmp(err.key, "nhatKy.saiChuoi");
	raw(undo);
	return changed && seen && audit_verify(db, NULL, NULL) == HB_OK;
}

static void
seals(struct db *db)
{
	int64_t n = -1, batches = 0, batch = 0;
	struct hb_sha256 head;
	ok(audit_seal(db, &n, NULL) == HB_OK && n == 0, "nothing is left to seal");
	ok(db_write(db, save, &(bool){ false }, NULL) == HB_OK && audit_seal(db, &n, NULL) == HB_OK && n == 1, "one more batch");
	ok(audit_verify(db, &batches, NULL) == HB_OK && batches > 4, "all batches verify");
	ok(audit_head(db, &batch, &head, NULL) == HB_OK && batch == batches, "the head is the last one's");
	raw("CREATE TABLE kept AS SELECT leaf FROM audit_leaf WHERE id = (SELECT leaf_id FROM audit_member WHERE batch = 3 AND place = 0)");
	ok(tampered(db, "UPDATE audit_payload SET payload = payload || ' ' WHERE leaf_id = (SELECT leaf_id FROM audit_member WHERE batch = 1 AND place = 0)",
	    "UPDATE audit_payload SET payload = rtrim(payload) WHERE leaf_id = (SELECT leaf_id FROM audit_member WHERE batch = 1 AND place = 0)"),
	    "a changed payload shows");
	ok(tampered(db, "UPDATE audit_batch SET entries = entries + 1 WHERE batch = 2", "UPDATE audit_batch SET entries = entries - 1 WHERE batch = 2"),
	    "a changed batch shows");
	ok(tampered(db, "UPDATE audit_leaf SET leaf = zeroblob(32) WHERE id = (SELECT leaf_id FROM audit_member WHERE batch = 3 AND place = 0)",
	    "UPDATE audit_leaf SET leaf = (SELECT leaf FROM kept) WHERE id = (SELECT leaf_id FROM audit_member WHERE batch = 3 AND place = 0)"),
	    "a changed leaf shows");
	ok(raw("DELETE FROM audit_payload WHERE leaf_id = (SELECT leaf_id FROM audit_member WHERE batch = 1 AND place = 0)") == 0
	    && audit_verify(db, NULL, NULL) == HB_OK, "lawful erasure keeps the chain");
}

int
main(void)
{
	struct db *db = NULL;
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/audit.db", folder);
	struct db_config cfg = { .system = "sample", .path = path };
	ok(db_init(&cfg, no_modules, NULL) == HB_OK && db_open(&cfg, no_modules, &db, NULL) == HB_OK, "a database");
	writes(db);
	reads(db);
	full_queue(db);
	trees();
	seals(db);
	db_close(db);
	return tap_done();
}
