/* Bytes of a class file at rest: every version whole, compressed, checked by hash when read. */
#include <string.h>
#include <zstd.h>

#include "gradebook/file.h"
#include "gradebook/gradebook_sql.h"

#define COMPRESSION 3                  /* zstd level: signing stores a version per signature, speed counts */

enum hb_code
gb_body_put(struct db_tx *tx, const char *school, const char *file, int64_t seq, struct hb_bytes bytes,
    struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct hb_sha256 sha = hb_sha256(bytes);
	size_t room = ZSTD_compressBound(bytes.n);
	void *packed = hb_alloc(&a, room);
	if (packed == NULL)
		return hb_full(err);
	size_t n = ZSTD_compress(packed, room, bytes.p, bytes.n, COMPRESSION);
	if (ZSTD_isError(n))
		return hb_bug(err, "zstd: %s", ZSTD_getErrorName(n));
	return db_run(tx, &gradebook_body_put, DB_ARGS(DB_ID(school), DB_ID(file), DB_INT(seq), DB_TIME(hb_now()),
	    DB_INT((int64_t)bytes.n), DB_BYTES(HB_BYTES(sha.b, HB_SHA256_LEN)), DB_BYTES(HB_BYTES(packed, n))), NULL, err);
}

enum hb_code
gb_body_get(struct db_tx *tx, const char *school, const char *file, struct hb_arena *a, struct hb_bytes *ret_bytes,
    int64_t *ret_seq, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code code = db_row(tx, &gradebook_body_newest, DB_ARGS(DB_ID(school), DB_ID(file)), a, &r, err);
	if (code != HB_OK)
		return code;
	struct hb_bytes packed = db_bytes(&r, 0, GRADEBOOK_BODY_NEWEST_BODY), sha = db_bytes(&r, 0, GRADEBOOK_BODY_NEWEST_SHA256);
	int64_t size = db_int(&r, 0, GRADEBOOK_BODY_NEWEST_SIZE);
	if (size < 0 || (size_t)size > RECORD_CLASS_MAX_BYTES)
		return hb_fail(err, HB_E_CONFLICT, "so.saiKho", "tệp lưu có cỡ không hợp lệ");
	uint8_t *plain = hb_alloc(a, (size_t)size + 1);
	if (plain == NULL)
		return hb_full(err);
	size_t n = ZSTD_decompress(plain, (size_t)size, packed.p, packed.n);
	struct hb_sha256 now = hb_sha256(HB_BYTES(plain, (size_t)size));
	if (n != (size_t)size || sha.n != HB_SHA256_LEN || memcmp(sha.p, now.b, sha.n) != 0)
		return hb_fail(err, HB_E_CONFLICT, "so.saiKho", "tệp lưu không còn đúng mã băm của nó");
	*ret_bytes = HB_BYTES(plain, n);
	*ret_seq = db_int(&r, 0, GRADEBOOK_BODY_NEWEST_SEQ);
	return HB_OK;
}
