/* Bytes of a class file at rest: every version whole, compressed, checked by hash when read. */
#include "db/pack.h"
#include "gradebook/file.h"
#include "gradebook/gradebook_sql.h"

enum hb_code
gb_body_put(struct db_tx *tx, const char *school, const char *file, int64_t seq, struct hb_bytes bytes,
    struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	char sha256[DB_SHA_LEN];
	struct hb_bytes packed;
	enum hb_code code = db_pack(bytes, &a, &packed, err);
	if (code != HB_OK)
		return code;
	db_sha_text(bytes, sha256);
	return db_run(tx, &gradebook_body_put, DB_ARGS(DB_ID(school), DB_ID(file), DB_INT(seq), DB_TIME(hb_now()),
	    DB_INT((int64_t)bytes.n), DB_TEXT(sha256), DB_BYTES(packed)), NULL, err);
}

enum hb_code
gb_body_get(struct db_tx *tx, const char *school, const char *file, struct hb_arena *a, struct hb_bytes *ret_bytes,
    int64_t *ret_seq, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code code = db_row(tx, &gradebook_body_newest, DB_ARGS(DB_ID(school), DB_ID(file)), a, &r, err);
	if (code != HB_OK)
		return code;
	int64_t seq = db_int(&r, 0, GRADEBOOK_BODY_NEWEST_SEQ);
	code = db_unpack(db_bytes(&r, 0, GRADEBOOK_BODY_NEWEST_BODY), db_int(&r, 0, GRADEBOOK_BODY_NEWEST_SIZE),
	    db_text(&r, 0, GRADEBOOK_BODY_NEWEST_SHA256), a, ret_bytes, err);
	if (code == HB_OK)
		*ret_seq = seq;
	return code;
}
