#include "auth/auth.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth_int.h"
#include "base/file.h"

const struct auth_policy auth_policy_level3 = {
	.password_min = 8, .password_min_alone = 14, .password_classes_alone = 4, .password_history = 10,
	.failures_max = 5, .lock_seconds = 12 * 3600, .idle_seconds = 15 * 60, .idle_seconds_admin = 5 * 60,
	.session_seconds = 12 * 3600, .session_seconds_admin = 4 * 3600, .sessions_max = 5, .unused_days = 45,
	.password_days_admin = 60,
};

enum hb_code
auth_new(const struct auth_config *cfg, struct auth **ret_auth, struct hb_err *err)
{
	if (sodium_init() < 0)
		return hb_bug(err, "libsodium does not start");
	struct auth *auth = calloc(1, sizeof *auth);
	if (auth == NULL)
		return hb_full(err);
	auth->db = cfg->db;
	auth->policy = cfg->policy != NULL ? cfg->policy : &auth_policy_level3;
	memcpy(auth->key, cfg->key, sizeof auth->key);
	snprintf(auth->origin, sizeof auth->origin, "%s", cfg->origin != NULL ? cfg->origin : "");
	pthread_mutex_init(&auth->throttle.lock, NULL);
	enum hb_code c = password_hash("không tài khoản nào có mật khẩu này", auth->dummy_hash, err);
	if (c != HB_OK) {
		auth_free(auth);
		return c;
	}
	*ret_auth = auth;
	return HB_OK;
}

void
auth_free(struct auth *auth)
{
	if (auth == NULL)
		return;
	pthread_mutex_destroy(&auth->throttle.lock);
	sodium_memzero(auth->key, sizeof auth->key);
	free(auth);
}

enum hb_code
auth_key_make(const char *path, struct hb_err *err)
{
	uint8_t key[AUTH_KEY_LEN];
	if (hb_file_exists(path))
		return hb_fail(err, HB_E_CONFLICT, "khoa.daCo", "đã có khoá ở %s", path);
	hb_random(key, sizeof key);
	return hb_file_write(path, HB_BYTES(key, sizeof key), 0600, err);
}

enum hb_code
auth_key_read(const char *path, uint8_t ret_key[AUTH_KEY_LEN], struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 4096);
	struct hb_bytes key;
	enum hb_code c = hb_file_read(path, AUTH_KEY_LEN, &a, &key, err);
	if (c != HB_OK)
		return c;
	if (key.n != AUTH_KEY_LEN)
		return hb_fail(err, HB_E_INPUT, "khoa.hong", "tệp khoá %s không đủ %d byte", path, AUTH_KEY_LEN);
	memcpy(ret_key, key.p, AUTH_KEY_LEN);
	return HB_OK;
}

/* The three queries have the same columns in the same order; the enum of one names them all. */
void
account_read(const struct db_rows *rows, size_t i, struct account *ret_account)
{
	*ret_account = (struct account){
		.id = db_id(rows, i, AUTH_ACCOUNT_GET_ID), .person = db_id(rows, i, AUTH_ACCOUNT_GET_PERSON_ID),
		.name = db_text(rows, i, AUTH_ACCOUNT_GET_NAME), .kind = db_text(rows, i, AUTH_ACCOUNT_GET_KIND),
		.state = db_text(rows, i, AUTH_ACCOUNT_GET_STATE), .password = db_text(rows, i, AUTH_ACCOUNT_GET_PASSWORD),
		.password_at = db_time(rows, i, AUTH_ACCOUNT_GET_PASSWORD_AT),
		.must_change = db_int(rows, i, AUTH_ACCOUNT_GET_MUST_CHANGE) != 0,
		.is_reset = !db_is_null(rows, i, AUTH_ACCOUNT_GET_RESET_BY), .totp = db_bytes(rows, i, AUTH_ACCOUNT_GET_TOTP),
		.totp_ready = db_int(rows, i, AUTH_ACCOUNT_GET_TOTP_READY) != 0,
		.totp_step = db_int(rows, i, AUTH_ACCOUNT_GET_TOTP_STEP),
		.certificate = db_text(rows, i, AUTH_ACCOUNT_GET_CERTIFICATE),
		.failures = (int)db_int(rows, i, AUTH_ACCOUNT_GET_FAILURES),
		.locked_until = db_time(rows, i, AUTH_ACCOUNT_GET_LOCKED_UNTIL),
		.last_login = db_time(rows, i, AUTH_ACCOUNT_GET_LAST_LOGIN),
		.never_entered = db_is_null(rows, i, AUTH_ACCOUNT_GET_LAST_LOGIN),
		.created_at = db_time(rows, i, AUTH_ACCOUNT_GET_CREATED_AT),
	};
}

enum hb_code
account_load(struct db_tx *tx, const char *unit, const char *id, struct hb_arena *a, struct account *ret_account,
    struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code c = db_rows(tx, &auth_account_get, DB_ARGS(DB_ID(unit), DB_ID(id)), a, &rows, err);
	if (c != HB_OK)
		return c;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "taiKhoan.khongThay", "không có tài khoản này trong đơn vị");
	account_read(&rows, 0, ret_account);
	return HB_OK;
}
