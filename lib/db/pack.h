/* db/pack.h - files kept whole in a database: zstd of exactly the bytes received, named by their SHA-256.
 *
 * db_unpack() gives back the exact bytes or fails with HB_E_INTERNAL kho.tepHong; a file is never trusted to be what it
 * was.  Results live in the arena.  Pure. */
#ifndef DB_PACK_H
#define DB_PACK_H
#include "base/codec.h"

enum { DB_SHA_LEN = 2 * HB_SHA256_LEN + 1 };
void db_sha_text(struct hb_bytes bytes, char out[DB_SHA_LEN]);           /* lower-case hex */
enum hb_code db_pack(struct hb_bytes bytes, struct hb_arena *a, struct hb_bytes *ret_packed, struct hb_err *err);
enum hb_code db_unpack(struct hb_bytes packed, int64_t size, const char *sha256, struct hb_arena *a, struct hb_bytes *ret_bytes,
    struct hb_err *err);
#endif
