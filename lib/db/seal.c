/* Sealing the audit: batches, Merkle roots and the chain of heads, and checking them again. */
#include "db/audit.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "db/audit_int.h"
#include "db/db_sql.h"

/* -- hashes ---------------------------------------------------------------------------------------------- */

static struct hb_sha256
hash_parts(const struct hb_bytes *parts, size_t n)
{
	struct hb_sha256 out = { { 0 } };
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool good = c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;
	for (size_t i = 0; i < n && good; i++)
		good = EVP_DigestUpdate(c, parts[i].p, parts[i].n) == 1;
	if (!good || EVP_DigestFinal_ex(c, out.b, NULL) != 1)
		abort();                         /* SHA-256 cannot fail with memory left */
	EVP_MD_CTX_free(c);
	return out;
}

struct hb_sha256
audit_leaf(struct hb_bytes salt, struct hb_bytes payload)
{
	return hash_parts((struct hb_bytes[]){ salt, payload }, 2);
}

/* Pairs level by level; a lone last node moves up unchanged, which is the tree of RFC 9162. */
struct hb_sha256
audit_root(struct hb_sha256 *h, size_t n)
{
	static const uint8_t leaf = 0, node = 1;
	for (size_t i = 0; i < n; i++)
		h[i] = hash_parts((struct hb_bytes[]){ HB_BYTES(&leaf, 1), HB_BYTES(h[i].b, HB_SHA256_LEN) }, 2);
	for (; n > 1; n = (n + 1) / 2)
		for (size_t i = 0; i < n; i += 2)
			h[i / 2] = i + 1 == n ? h[i] : hash_parts((struct hb_bytes[]){ HB_BYTES(&node, 1),
			    HB_BYTES(h[i].b, HB_SHA256_LEN), HB_BYTES(h[i + 1].b, HB_SHA256_LEN) }, 3);
	return h[0];
}

struct hb_sha256
audit_chain(int64_t batch, const struct hb_sha256 *root, const struct hb_sha256 *previous)
{
	uint8_t number[8];
	for (int i = 0; i < 8; i++)
		number[i] = (uint8_t)((uint64_t)batch >> (56 - 8 * i));
	return hash_parts((struct hb_bytes[]){ HB_STR("hocba audit head 1"), HB_BYTES(number, sizeof number),
	    HB_BYTES(root->b, HB_SHA256_LEN), HB_BYTES(previous->b, HB_SHA256_LEN) }, 4);
}

static bool
to_hash(struct hb_bytes b, struct hb_sha256 *ret_h)
{
	if (b.n != HB_SHA256_LEN)
		return false;
	memcpy(ret_h->b, b.p, HB_SHA256_LEN);
	return true;
}

static struct db_val
hash_val(const struct hb_sha256 *h)
{
	return DB_BYTES(HB_BYTES(h->b, HB_SHA256_LEN));
}

/* -- sealing --------------------------------------------------------------------------------------------- */

static enum hb_code
last_head(struct db_tx *tx, struct hb_arena *a, int64_t *ret_batch, struct hb_sha256 *ret_head, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(tx, &db_batch_last, NULL, a, &r, err);
	if (rc != HB_OK)
		return rc;
	*ret_batch = 0;
	*ret_head = (struct hb_sha256){ { 0 } };
	if (r.n == 1) {
		*ret_batch = db_int(&r, 0, DB_BATCH_LAST_BATCH);
		if (!to_hash(db_bytes(&r, 0, DB_BATCH_LAST_HEAD), ret_head))
			return hb_bug(err, "batch %lld has a head of another length", (long long)*ret_batch);
	}
	return HB_OK;
}

static enum hb_code
put_batch(struct db_tx *tx, struct hb_arena *a, const struct db_rows *pending, struct hb_err *err)
{
	int64_t batch;
	struct hb_sha256 previous, *leaves = HB_NEWN(a, struct hb_sha256, pending->n);
	enum hb_code rc = leaves == NULL ? hb_full(err) : last_head(tx, a, &batch, &previous, err);
	if (rc != HB_OK)
		return rc;
	batch++;
	for (size_t i = 0; i < pending->n; i++)
		if (!to_hash(db_bytes(pending, i, DB_PENDING_LIST_LEAF), &leaves[i]))
			return hb_bug(err, "an audit leaf of another length");
	struct hb_sha256 root = audit_root(leaves, pending->n), head = audit_chain(batch, &root, &previous);
	rc = db_run(tx, &db_batch_put, DB_ARGS(DB_INT(batch), DB_TIME(hb_now()), DB_INT((int64_t)pending->n), hash_val(&root),
	    hash_val(&previous), hash_val(&head)), NULL, err);
	for (size_t i = 0; i < pending->n && rc == HB_OK; i++) {
		struct hb_id id = db_id(pending, i, DB_PENDING_LIST_LEAF_ID);
		rc = db_run(tx, &db_member_put, DB_ARGS(DB_INT(batch), DB_INT((int64_t)i), DB_ID(id.s)), NULL, err);
		if (rc == HB_OK)
			rc = db_run(tx, &db_pending_drop, DB_ARGS(DB_ID(id.s)), NULL, err);
	}
	return rc;
}

static enum hb_code
seal_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	int64_t *sealed = ctx;
	struct db_rows pending;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	*sealed = 0;
	enum hb_code rc = db_rows(tx, &db_pending_list, DB_ARGS(DB_INT(AUDIT_BATCH_MAX)), &a, &pending, err);
	if (rc != HB_OK || pending.n == 0)
		return rc;
	*sealed = (int64_t)pending.n;
	return put_batch(tx, &a, &pending, err);
}

static enum hb_code
any_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct db_rows pending;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	enum hb_code rc = db_rows(tx, &db_pending_list, DB_ARGS(DB_INT(1)), &a, &pending, err);
	*(bool *)ctx = rc == HB_OK && pending.n > 0;
	return rc;
}

enum hb_code
audit_seal(struct db *db, int64_t *ret_sealed, struct hb_err *err)
{
	int64_t n = 0, total = 0;
	bool any = false;
	enum hb_code rc = db_read(db, any_fn, &any, err);      /* an idle system writes nothing */
	while (rc == HB_OK && any) {
		rc = db_write(db, seal_fn, &n, err);
		total += n;
		any = n == AUDIT_BATCH_MAX;
	}
	if (rc == HB_OK && ret_sealed != NULL)
		*ret_sealed = total;
	return rc;
}

/* -- checking -------------------------------------------------------------------------------------------- */

struct verify { int64_t batch; bool found; struct hb_sha256 head; };

static enum hb_code
broken(int64_t batch, struct hb_err *err)
{
	enum hb_code bad = hb_fail(err, HB_E_CONFLICT, "nhatKy.saiChuoi", "nhật ký đã bị sửa: lô %lld không khớp niêm phong",
	    (long long)batch);
	hb_hint(err, "đối chiếu với đầu chuỗi mà cấp trên đã ghi nhận và với bản sao lưu");
	return bad;
}

static enum hb_code
verify_leaves(const struct db_rows *r, int64_t batch, struct hb_sha256 *leaves, struct hb_err *err)
{
	for (size_t i = 0; i < r->n; i++) {
		if (!to_hash(db_bytes(r, i, DB_BATCH_LEAVES_LEAF), &leaves[i]))
			return broken(batch, err);
		if (db_is_null(r, i, DB_BATCH_LEAVES_PAYLOAD))
			continue;                /* erased by law: the leaf stands for it */
		struct hb_sha256 again = audit_leaf(db_bytes(r, i, DB_BATCH_LEAVES_SALT), HB_STR(db_text(r, i, DB_BATCH_LEAVES_PAYLOAD)));
		if (!hb_sha256_eq(&again, &leaves[i]))
			return broken(batch, err);
	}
	return HB_OK;
}

static enum hb_code
verify_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct verify *v = ctx;
	struct db_rows b, r;
	struct hb_sha256 root, previous, head;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	enum hb_code rc = db_rows(tx, &db_batch_get, DB_ARGS(DB_INT(v->batch)), &a, &b, err);
	if (rc != HB_OK || !(v->found = b.n == 1))
		return rc;
	rc = db_rows(tx, &db_batch_leaves, DB_ARGS(DB_INT(v->batch)), &a, &r, err);
	if (rc != HB_OK)
		return rc;
	struct hb_sha256 *leaves = HB_NEWN(&a, struct hb_sha256, r.n + 1);
	if (leaves == NULL)
		return hb_full(err);
	if (r.n == 0 || (int64_t)r.n != db_int(&b, 0, DB_BATCH_GET_ENTRIES) || !to_hash(db_bytes(&b, 0, DB_BATCH_GET_ROOT), &root)
	    || !to_hash(db_bytes(&b, 0, DB_BATCH_GET_PREVIOUS), &previous) || !to_hash(db_bytes(&b, 0, DB_BATCH_GET_HEAD), &head))
		return broken(v->batch, err);
	rc = verify_leaves(&r, v->batch, leaves, err);
	if (rc != HB_OK)
		return rc;
	struct hb_sha256 root2 = audit_root(leaves, r.n), head2 = audit_chain(v->batch, &root, &v->head);
	if (!hb_sha256_eq(&root, &root2) || !hb_sha256_eq(&previous, &v->head) || !hb_sha256_eq(&head, &head2))
		return broken(v->batch, err);
	v->head = head;
	return HB_OK;
}

enum hb_code
audit_verify(struct db *db, int64_t *ret_batches, struct hb_err *err)
{
	struct verify v = { .batch = 1 };
	int64_t last = 0;
	struct hb_sha256 head;
	enum hb_code rc = audit_head(db, &last, &head, err);
	for (; rc == HB_OK && v.batch <= last; v.batch++) {
		struct verify before = v;
		rc = db_read(db, verify_fn, &v, err);
		if (rc == HB_OK && !v.found)
			rc = broken(before.batch, err);
	}
	if (rc == HB_OK && ret_batches != NULL)
		*ret_batches = last;
	return rc;
}

struct head { int64_t batch; struct hb_sha256 hash; };

static enum hb_code
head_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct head *h = ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	return last_head(tx, &a, &h->batch, &h->hash, err);
}

enum hb_code
audit_head(struct db *db, int64_t *ret_batch, struct hb_sha256 *ret_head, struct hb_err *err)
{
	struct head h = { 0 };
	enum hb_code rc = db_read(db, head_fn, &h, err);
	if (rc != HB_OK)
		return rc;
	*ret_batch = h.batch;
	*ret_head = h.hash;
	return HB_OK;
}
