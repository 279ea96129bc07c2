#include "record/disclose.h"

#include <string.h>

#include "record/shapes.h"

enum { LEAVES_MAX = 1 << RECORD_PROOF_DEPTH };
struct leaf { const char *path, *value; struct hb_sha256 hash; };
struct leaves { struct hb_arena *a; struct hb_bytes secret; struct leaf *v; size_t n, room; };

static struct hb_sha256
hash_parts(const struct hb_bytes *parts, size_t n)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, HB_BUF_MAX);
	for (size_t i = 0; i < n; i++)
		hb_put(&b, parts[i].p, parts[i].n);
	return hb_sha256(hb_buf_bytes(&b));
}

static struct hb_sha256
salt_of(struct hb_bytes secret, const char *path)
{
	return hash_parts((struct hb_bytes[]){ secret, HB_STR(path) }, 2);
}

static struct hb_sha256
leaf_hash(const struct hb_sha256 *salt, const char *path, const char *value)
{
	return hash_parts((struct hb_bytes[]){ HB_BYTES("\0", 1), HB_BYTES(salt->b, HB_SHA256_LEN), HB_STR(path),
	    HB_BYTES("\0", 1), HB_STR(value) }, 5);
}

static struct hb_sha256
node_hash(const struct hb_sha256 *left, const struct hb_sha256 *right)
{
	return hash_parts((struct hb_bytes[]){ HB_BYTES("\1", 1), HB_BYTES(left->b, HB_SHA256_LEN),
	    HB_BYTES(right->b, HB_SHA256_LEN) }, 3);
}

static enum hb_code
keep_leaf(void *ctx, const char *path, const char *value)
{
	struct leaves *l = ctx;
	if (strcmp(path, "THONG_TIN_HOC_BA.GOC_BAM") == 0)
		return HB_OK;
	if (l->n == l->room) {
		size_t room = l->room == 0 ? 256 : 2 * l->room;
		struct leaf *v = room > LEAVES_MAX ? NULL : HB_NEWN(l->a, struct leaf, room);
		if (v == NULL)
			return HB_E_TOOBIG;
		if (l->n > 0)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
		l->room = room;
	}
	struct leaf *one = &l->v[l->n++];
	struct hb_sha256 salt = salt_of(l->secret, path);
	*one = (struct leaf){ hb_strdup(l->a, path), hb_strdup(l->a, value), leaf_hash(&salt, path, value) };
	return one->path == NULL || one->value == NULL ? HB_E_TOOBIG : HB_OK;
}

static enum hb_code
collect(const struct record_year *year, struct hb_bytes secret, struct hb_arena *a, struct leaves *l, struct hb_err *err)
{
	struct shape_walk w = { .a = a, .err = err };
	*l = (struct leaves){ .a = a, .secret = secret };
	if (secret.n < RECORD_SECRET_MIN)
		return hb_bug(err, "secret of a hash tree has %zu bytes", secret.n);
	return shape_visit(&w, &record_shape_year_data, year, keep_leaf, l) == HB_OK ? HB_OK : hb_full(err);
}

/* One level up, in place; gives the number of nodes there. */
static size_t
reduce(struct hb_sha256 *v, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		v[i / 2] = node_hash(&v[i], &v[i + 1]);
	if (n % 2 == 1)
		v[n / 2] = v[n - 1];
	return (n + 1) / 2;
}

static struct hb_sha256 *
level_of(struct hb_arena *a, const struct leaves *l)
{
	struct hb_sha256 *v = HB_NEWN(a, struct hb_sha256, l->n);
	for (size_t i = 0; v != NULL && i < l->n; i++)
		v[i] = l->v[i].hash;
	return v;
}

enum hb_code
record_hash_root(const struct record_year *year, struct hb_bytes secret, struct hb_arena *a, struct hb_sha256 *ret_root,
    struct hb_err *err)
{
	struct leaves l;
	enum hb_code c = collect(year, secret, a, &l, err);
	if (c != HB_OK)
		return c;
	struct hb_sha256 *v = level_of(a, &l);
	if (v == NULL)
		return hb_full(err);
	for (size_t n = l.n; n > 1;)
		n = reduce(v, n);
	*ret_root = v[0];
	return HB_OK;
}

enum hb_code
record_prove(const struct record_year *year, struct hb_bytes secret, const char *path, struct hb_arena *a,
    struct record_proof *ret_proof, struct hb_err *err)
{
	struct leaves l;
	enum hb_code c = collect(year, secret, a, &l, err);
	if (c != HB_OK)
		return c;
	size_t at = 0;
	while (at < l.n && strcmp(l.v[at].path, path) != 0)
		at++;
	if (at == l.n)
		return hb_fail(err, HB_E_NOTFOUND, "hocBa.khongCoTruong", "năm học %s không có trường %.80s", year->year, path);
	struct hb_sha256 *v = level_of(a, &l);
	if (v == NULL)
		return hb_full(err);
	struct record_proof p = { .path = l.v[at].path, .value = l.v[at].value, .salt = salt_of(secret, path),
		.index = at, .leaves = l.n };
	for (size_t n = l.n; n > 1; at /= 2) {
		if ((at ^ 1) < n)
			p.hashes[p.n_hashes++] = v[at ^ 1];
		n = reduce(v, n);
	}
	*ret_proof = p;
	return HB_OK;
}

bool
record_proof_holds(const struct record_proof *proof, const struct hb_sha256 *root)
{
	struct hb_sha256 h = leaf_hash(&proof->salt, proof->path, proof->value);
	size_t at = proof->index, used = 0;
	if (at >= proof->leaves || proof->leaves > LEAVES_MAX)
		return false;
	for (size_t n = proof->leaves; n > 1; n = (n + 1) / 2, at /= 2) {
		if ((at ^ 1) >= n)
			continue;
		if (used == proof->n_hashes || used == RECORD_PROOF_DEPTH)
			return false;
		const struct hb_sha256 *other = &proof->hashes[used++];
		h = at % 2 == 0 ? node_hash(&h, other) : node_hash(other, &h);
	}
	return used == proof->n_hashes && hb_sha256_eq(&h, root);
}
