/* Files kept whole (db/pack.h). */
#include <string.h>

#include "city/city.h"
#include "city/city_sql.h"

enum hb_code
city_file_store(struct db_tx *tx, struct hb_bytes bytes, char ret_sha256[DB_SHA_LEN], struct hb_err *err)
{
	char sha256[DB_SHA_LEN];
	struct hb_bytes packed, back;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	db_sha_text(bytes, sha256);
	enum hb_code rc = db_pack(bytes, &a, &packed, err);
	if (rc == HB_OK)
		rc = db_run(tx, &city_file_put, DB_ARGS(DB_TEXT(sha256), DB_INT((int64_t)bytes.n), DB_BYTES(packed)), NULL, err);
	if (rc == HB_OK)
		rc = city_file_load(tx, sha256, &a, &back, err);       /* what a later reader will get */
	if (rc == HB_OK)
		memcpy(ret_sha256, sha256, sizeof sha256);
	return rc;
}

enum hb_code
city_file_load(struct db_tx *tx, const char *sha256, struct hb_arena *a, struct hb_bytes *ret_bytes, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_row(tx, &city_file_get, DB_ARGS(DB_TEXT(sha256)), a, &r, err);
	return rc == HB_OK ? db_unpack(db_bytes(&r, 0, CITY_FILE_GET_PACKED), db_int(&r, 0, CITY_FILE_GET_SIZE), sha256, a, ret_bytes, err)
	    : rc;
}
