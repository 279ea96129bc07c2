/* Passwords: what is accepted, and how they are kept. */
#include <ctype.h>
#include <semaphore.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "auth/auth_int.h"
#include "base/text.h"

/* Each hash takes 19 MiB; this many at a time bound the memory that entering can take. */
enum { HASHES_AT_ONCE = 4, PASSWORD_MAX = 256, RANDOM_GROUPS = 4 };
static const size_t HASH_MEMORY = (size_t)19 << 20;
static const unsigned long long HASH_PASSES = 2;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t slots;

static void
prepare(void)
{
	sem_init(&slots, 0, HASHES_AT_ONCE);
}

static void
enter(void)
{
	pthread_once(&once, prepare);
	while (sem_wait(&slots) != 0)
		continue;
}

enum hb_code
password_hash(const char *password, char out[128], struct hb_err *err)
{
	_Static_assert(crypto_pwhash_STRBYTES <= 128, "room for the hash");
	enter();
	int rc = crypto_pwhash_str_alg(out, password, strlen(password), HASH_PASSES, HASH_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
	sem_post(&slots);
	return rc == 0 ? HB_OK : hb_bug(err, "argon2id: out of memory");
}

bool
password_verify(const char *hash, const char *password)
{
	if (hash[0] == '\0' || strlen(password) > PASSWORD_MAX * 4)
		return false;
	enter();
	int rc = crypto_pwhash_str_verify(hash, password, strlen(password));
	sem_post(&slots);
	return rc == 0;
}

bool
password_used(const struct db_rows *old, const char *current_hash, const char *password)
{
	if (password_verify(current_hash, password))
		return true;
	for (size_t i = 0; i < old->n; i++)
		if (password_verify(db_text(old, i, AUTH_PASSWORD_OLD_LIST_PASSWORD), password))
			return true;
	return false;
}

static int
classes(const char *s)
{
	bool lower = false, upper = false, digit = false, other = false;
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		lower |= islower(c) != 0;
		upper |= isupper(c) != 0;
		digit |= isdigit(c) != 0;
		other |= !isalnum(c);
	}
	return lower + upper + digit + other;
}

enum hb_code
password_check(const struct auth_policy *p, const char *login, const char *password, bool second_factor,
    struct hb_err *err)
{
	if (!hb_utf8_valid(HB_STR(password)) || hb_utf8_count(password) > PASSWORD_MAX)
		return hb_fail(err, HB_E_RULE, "matKhau.yeu", "mật khẩu dài nhất %d kí tự", PASSWORD_MAX);
	size_t min = (size_t)(second_factor ? p->password_min : p->password_min_alone);
	if (hb_utf8_count(password) < min)
		return hb_fail(err, HB_E_RULE, "matKhau.yeu", "mật khẩu phải dài ít nhất %zu kí tự", min);
	if (!second_factor && classes(password) < p->password_classes_alone)
		return hb_fail(err, HB_E_RULE, "matKhau.yeu", "mật khẩu phải có chữ thường, chữ hoa, chữ số và kí tự khác");
	if (strlen(login) >= 4 && strcasestr(password, login) != NULL)
		return hb_fail(err, HB_E_RULE, "matKhau.yeu", "mật khẩu không được chứa tên đăng nhập");
	return HB_OK;
}

/* 80 random bits a person can read out: no letter that looks like another. */
const char *
password_random(struct hb_arena *a)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	char *s = hb_alloc(a, RANDOM_GROUPS * 5);
	if (s == NULL)
		return NULL;
	for (int i = 0; i < RANDOM_GROUPS * 5 - 1; i++)
		s[i] = i % 5 == 4 ? '-' : letters[randombytes_uniform(sizeof letters - 1)];
	return s;
}
