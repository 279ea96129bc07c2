#include "db/pack.h"

#include <stdio.h>
#include <string.h>
#include <zstd.h>

enum { LEVEL = 3, SIZE_MAX_BYTES = 64 << 20 };

void
db_sha_text(struct hb_bytes bytes, char out[DB_SHA_LEN])
{
	struct hb_sha256 h = hb_sha256(bytes);
	for (int i = 0; i < HB_SHA256_LEN; i++)
		snprintf(out + 2 * i, 3, "%02x", h.b[i]);
}

enum hb_code
db_pack(struct hb_bytes bytes, struct hb_arena *a, struct hb_bytes *ret_packed, struct hb_err *err)
{
	size_t cap = ZSTD_compressBound(bytes.n);
	void *packed = bytes.n <= SIZE_MAX_BYTES ? hb_alloc(a, cap) : NULL;
	if (packed == NULL)
		return hb_full(err);
	size_t n = ZSTD_compress(packed, cap, bytes.p, bytes.n, LEVEL);
	if (ZSTD_isError(n))
		return hb_bug(err, "zstd: %s", ZSTD_getErrorName(n));
	*ret_packed = HB_BYTES(packed, n);
	return HB_OK;
}

enum hb_code
db_unpack(struct hb_bytes packed, int64_t size, const char *sha256, struct hb_arena *a, struct hb_bytes *ret_bytes,
    struct hb_err *err)
{
	char again[DB_SHA_LEN] = "";
	void *out = size >= 0 && size <= SIZE_MAX_BYTES ? hb_alloc(a, (size_t)size + 1) : NULL;
	if (out == NULL)
		return hb_full(err);
	size_t n = ZSTD_decompress(out, (size_t)size, packed.p, packed.n);
	if (!ZSTD_isError(n) && n == (size_t)size)
		db_sha_text(HB_BYTES(out, n), again);
	if (strcmp(again, sha256) != 0)
		return hb_fail(err, HB_E_INTERNAL, "kho.tepHong", "tệp %s trong kho không còn nguyên vẹn", sha256);
	*ret_bytes = HB_BYTES(out, n);
	return HB_OK;
}
