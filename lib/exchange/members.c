/* The signed directory of members: written by the authority, read by everyone. */
#include <string.h>

#include "base/codec.h"
#include "base/file.h"
#include "exchange/members.h"
#include "json/read.h"
#include "json/write.h"

enum { DIRECTORY_MAX = 4 << 20, DIRECTORY_VERSION = 1, DIRECTORY_MODE = 0644 };

/* -- writing --------------------------------------------------------------------------------------------- */

static void
put_member(struct jw *w, const struct exchange_member *m, struct hb_arena *a)
{
	jw_object(w, NULL);
	jw_str(w, "id", m->id);
	jw_str(w, "name", m->name);
	jw_str(w, "address", m->address);
	jw_array(w, "keys");
	for (unsigned i = 0; i < m->n_keys; i++) {
		jw_object(w, NULL);
		jw_str(w, "public", hb_base64url(a, HB_BYTES(m->keys[i].pub.b, EXCHANGE_PUBLIC_LEN)));
		jw_time(w, "not_before", m->keys[i].not_before);
		jw_time(w, "not_after", m->keys[i].not_after);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

static void
put_directory(struct hb_buf *out, const struct exchange_members *m, struct hb_arena *a)
{
	struct jw w = jw_start(out);
	jw_object(&w, NULL);
	jw_int(&w, "v", DIRECTORY_VERSION);
	jw_int(&w, "serial", m->serial);
	jw_time(&w, "issued", hb_now());
	jw_array(&w, "members");
	for (size_t i = 0; i < m->n; i++)
		put_member(&w, &m->list[i], a);
	jw_end(&w);
	jw_end(&w);
	if (!jw_done(&w))
		out->failed = true;
}

enum hb_code
exchange_members_write(const char *path, const struct exchange_members *m, const struct exchange_key *authority,
    struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	HB_SCOPED_BUF inner, file;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	hb_buf_init(&inner, DIRECTORY_MAX);
	hb_buf_init(&file, DIRECTORY_MAX);
	if (hb_file_exists(path)) {
		struct exchange_members old;
		enum hb_code rc = exchange_members_load(path, &authority->pub, &a, &old, err);
		if (rc != HB_OK)
			return rc;
		if (old.serial >= m->serial)
			return hb_fail(err, HB_E_CONFLICT, "lienThong.danhBaCu", "danh bạ đang có số %lld, không ghi số %lld",
			    (long long)old.serial, (long long)m->serial);
	}
	put_directory(&inner, m, &a);
	struct exchange_sig sig = exchange_sign(authority, hb_buf_bytes(&inner));
	struct jw w = jw_start(&file);
	jw_object(&w, NULL);
	jw_str(&w, "directory", hb_base64url(&a, hb_buf_bytes(&inner)));
	jw_base64(&w, "signature", HB_BYTES(sig.b, sizeof sig.b));
	jw_end(&w);
	if (!hb_buf_ok(&inner) || a.full || !jw_done(&w))
		return hb_full(err);
	return hb_file_write(path, hb_buf_bytes(&file), DIRECTORY_MODE, err);
}

/* -- reading --------------------------------------------------------------------------------------------- */

static enum hb_code
bad_directory(struct hb_err *err, const char *why)
{
	return hb_fail(err, HB_E_INPUT, "lienThong.danhBaHong", "danh bạ thành viên không dùng được: %s", why);
}

static enum hb_code
get_key(const json_t *o, struct hb_arena *a, struct exchange_member_key *ret_key, struct hb_err *err)
{
	const char *text;
	struct hb_bytes pub;
	struct exchange_member_key k;
	enum hb_code rc = json_get_str(o, "public", &text, err);
	if (rc == HB_OK)
		rc = hb_unbase64url(text, a, &pub, err);
	if (rc == HB_OK)
		rc = json_get_time(o, "not_before", &k.not_before, err);
	if (rc == HB_OK)
		rc = json_get_time(o, "not_after", &k.not_after, err);
	if (rc != HB_OK)
		return rc;
	if (pub.n != EXCHANGE_PUBLIC_LEN)
		return bad_directory(err, "khoá công khai sai độ dài");
	memcpy(k.pub.b, pub.p, pub.n);
	*ret_key = k;
	return HB_OK;
}

static enum hb_code
get_member(const json_t *o, struct hb_arena *a, struct exchange_member *m, struct hb_err *err)
{
	json_t *keys;
	enum hb_code rc = json_get_str(o, "id", &m->id, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "name", &m->name, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "address", &m->address, err);
	if (rc == HB_OK)
		rc = json_get_array(o, "keys", &keys, err);
	if (rc != HB_OK)
		return rc;
	if (json_array_size(keys) == 0 || json_array_size(keys) > EXCHANGE_MEMBER_KEYS_MAX)
		return bad_directory(err, "số khoá của một thành viên");
	for (; m->n_keys < json_array_size(keys) && rc == HB_OK; m->n_keys++)
		rc = get_key(json_array_get(keys, m->n_keys), a, &m->keys[m->n_keys], err);
	return rc;
}

static enum hb_code
get_members(const json_t *d, struct hb_arena *a, struct exchange_members *ret_m, struct hb_err *err)
{
	int64_t v, serial;
	json_t *list;
	enum hb_code rc = json_get_int(d, "v", &v, err);
	if (rc == HB_OK)
		rc = json_get_int(d, "serial", &serial, err);
	if (rc == HB_OK)
		rc = json_get_array(d, "members", &list, err);
	if (rc != HB_OK)
		return rc;
	size_t n = json_array_size(list);
	if (v != DIRECTORY_VERSION || serial < 1 || n > EXCHANGE_MEMBERS_MAX)
		return bad_directory(err, "phiên bản, số thứ tự hoặc số thành viên");
	struct exchange_member *m = HB_NEWN(a, struct exchange_member, n + 1);
	if (m == NULL)
		return hb_full(err);
	for (size_t i = 0; i < n && rc == HB_OK; i++)
		rc = get_member(json_array_get(list, i), a, &m[i], err);
	if (rc == HB_OK)
		*ret_m = (struct exchange_members){ serial, m, n };
	return rc;
}

/* Strings of the result are borrowed from the parsed JSON, whose life is tied to the arena. */
enum hb_code
exchange_members_load(const char *path, const struct exchange_public *authority, struct hb_arena *a,
    struct exchange_members *ret_m, struct hb_err *err)
{
	struct hb_bytes file, inner, sig;
	json_t *o, *d;
	const char *text;
	enum hb_code rc = hb_file_read(path, DIRECTORY_MAX, a, &file, err);
	if (rc == HB_OK)
		rc = json_read(file, DIRECTORY_MAX, a, &o, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "directory", &text, err);
	if (rc == HB_OK)
		rc = hb_unbase64url(text, a, &inner, err);
	if (rc == HB_OK)
		rc = json_get_base64(o, "signature", a, &sig, err);
	if (rc != HB_OK)
		return rc;
	if (!exchange_sig_ok(authority, inner, sig))
		return bad_directory(err, "chữ ký không phải của nơi quản lí danh bạ");
	rc = json_read(inner, DIRECTORY_MAX, a, &d, err);
	return rc == HB_OK ? get_members(d, a, ret_m, err) : rc;
}

const struct exchange_member *
exchange_member_find(const struct exchange_members *m, const char *id)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].id, id) == 0)
			return &m->list[i];
	return NULL;
}

bool
exchange_member_signed(const struct exchange_member *m, hb_time at, struct hb_bytes bytes, struct hb_bytes sig)
{
	for (unsigned i = 0; i < m->n_keys; i++)
		if (at >= m->keys[i].not_before && at < m->keys[i].not_after && exchange_sig_ok(&m->keys[i].pub, bytes, sig))
			return true;
	return false;
}
