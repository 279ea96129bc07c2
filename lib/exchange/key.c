/* Ed25519 keys of systems and of the directory's authority, one file each. */
#include <fcntl.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/file.h"
#include "exchange/members.h"

#define KEY_HEAD "hocba system key 1\n"
enum { KEY_FILE_MAX = 256 };
_Static_assert(EXCHANGE_PUBLIC_LEN == crypto_sign_PUBLICKEYBYTES && EXCHANGE_SECRET_LEN == crypto_sign_SECRETKEYBYTES
    && EXCHANGE_SIG_LEN == crypto_sign_BYTES, "libsodium's Ed25519");

static enum hb_code
write_new(const char *path, const char *text, struct hb_err *err)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return hb_fail(err, errno == EEXIST ? HB_E_CONFLICT : HB_E_INTERNAL, "lienThong.khoaDaCo",
		    "không tạo được tệp khoá %s: %s", path, strerror(errno));
	size_t n = strlen(text);
	bool good = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
	close(fd);
	if (!good) {
		unlink(path);
		return hb_bug(err, "%s: %s", path, strerror(errno));
	}
	return HB_OK;
}

enum hb_code
exchange_key_create(const char *path, struct exchange_key *ret_key, struct hb_err *err)
{
	struct exchange_key k;
	char text[KEY_FILE_MAX], hex[2 * EXCHANGE_SECRET_LEN + 1];
	if (sodium_init() < 0)
		return hb_bug(err, "libsodium does not start");
	crypto_sign_keypair(k.pub.b, k.secret);
	sodium_bin2hex(hex, sizeof hex, k.secret, sizeof k.secret);
	snprintf(text, sizeof text, "%s%s\n", KEY_HEAD, hex);
	enum hb_code rc = write_new(path, text, err);
	if (rc == HB_OK)
		*ret_key = k;
	sodium_memzero(text, sizeof text);
	sodium_memzero(hex, sizeof hex);
	exchange_key_wipe(&k);
	return rc;
}

static enum hb_code
parse(const char *path, const char *text, struct exchange_key *ret_key, struct hb_err *err)
{
	struct exchange_key k;
	size_t n = 0;
	bool good = strncmp(text, KEY_HEAD, strlen(KEY_HEAD)) == 0
	    && sodium_hex2bin(k.secret, sizeof k.secret, text + strlen(KEY_HEAD), strcspn(text + strlen(KEY_HEAD), "\n"), NULL, &n,
	        NULL) == 0 && n == sizeof k.secret && crypto_sign_ed25519_sk_to_pk(k.pub.b, k.secret) == 0;
	if (good)
		*ret_key = k;
	exchange_key_wipe(&k);
	return good ? HB_OK : hb_fail(err, HB_E_INPUT, "lienThong.khoaHong", "tệp khoá %s không đúng dạng", path);
}

enum hb_code
exchange_key_load(const char *path, struct exchange_key *ret_key, struct hb_err *err)
{
	struct stat st;
	struct hb_bytes text;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	if (sodium_init() < 0)
		return hb_bug(err, "libsodium does not start");
	if (stat(path, &st) == 0 && (st.st_mode & 077) != 0) {
		enum hb_code bad = hb_fail(err, HB_E_DENIED, "lienThong.khoaHo", "tệp khoá %s cho người khác đọc được", path);
		hb_hint(err, "chmod 600 tệp ấy; nếu đã lộ thì thay khoá mới trong danh bạ");
		return bad;
	}
	enum hb_code rc = hb_file_read(path, KEY_FILE_MAX, &a, &text, err);
	if (rc != HB_OK)
		return rc;
	char *copy = hb_strndup(&a, (const char *)text.p, text.n);
	if (copy == NULL)
		return hb_full(err);
	rc = parse(path, copy, ret_key, err);
	sodium_memzero(copy, text.n);
	sodium_memzero((void *)text.p, text.n);
	return rc;
}

void
exchange_key_wipe(struct exchange_key *k)
{
	sodium_memzero(k, sizeof *k);
}

struct exchange_sig
exchange_sign(const struct exchange_key *k, struct hb_bytes m)
{
	struct exchange_sig sig;
	crypto_sign_detached(sig.b, NULL, m.p, m.n, k->secret);
	return sig;
}

bool
exchange_sig_ok(const struct exchange_public *pub, struct hb_bytes m, struct hb_bytes sig)
{
	return sig.n == EXCHANGE_SIG_LEN && crypto_sign_verify_detached(sig.p, m.p, m.n, pub->b) == 0;
}
