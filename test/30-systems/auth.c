/* lib/auth: entering, second factor, roles that wait for the head, what nobody may do for himself. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "auth/auth_int.h"
#include "auth/replay/replay_sql.h"
#include "tap.h"

static char folder[] = "/tmp/hocba-auth-XXXXXX", path[64];
static struct db *db;
static struct auth *auth;
static struct hb_arena arena;
static struct hb_id unit, head_account, admin_account;
static const char secret_head[] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", secret_admin[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
static const char password_head[] = "Mat-khau-hieu-truong-1", password_admin[] = "Mat-khau-quan-tri-1";

static enum hb_code
found(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	struct auth_founder head = { .unit = unit, .person = hb_id_new(), .login = "hieutruong", .name = "Hiệu trưởng",
		.password = password_head, .keep_password = true, .role = ROLE_HEAD, .decision_no = "12/QĐ", .decision_date = "2026-08-01",
		.from_date = "2026-08-01", .secret = secret_head };
	struct auth_founder admin = { .unit = unit, .person = hb_id_new(), .login = "quantri", .name = "Quản trị",
		.password = password_admin, .keep_password = true, .role = ROLE_ADMIN, .decision_no = "13/QĐ",
		.decision_date = "2026-08-01", .from_date = "2026-08-01", .secret = secret_admin };
	enum hb_code c = auth_found(auth, tx, &head, &head_account, err);
	return c != HB_OK ? c : auth_found(auth, tx, &admin, &admin_account, err);
}

static bool
open_all(void)
{
	static const struct db_module *const modules[] = { &auth_sql, &replay_sql, NULL };
	struct hb_err err = HB_ERR_INIT;
	if (mkdtemp(folder) == NULL)
		return false;
	snprintf(path, sizeof path, "%s/s.db", folder);
	struct db_config cfg = { .system = "school", .path = path };
	struct auth_config config = { .origin = "https://truong.example", .key = "0123456789abcdef0123456789abcde" };
	unit = hb_id_new();
	bool good = db_init(&cfg, modules, &err) == HB_OK && db_open(&cfg, modules, &db, &err) == HB_OK;
	config.db = db;
	good = good && auth_new(&config, &auth, &err) == HB_OK && db_write(db, found, NULL, &err) == HB_OK;
	if (!good)
		printf("# %s %s %s\n", err.key, err.msg, err.log);
	return good;
}

static const char *why;      /* key of the last refusal */

/* Enter; a code of the secret when it is not NULL.  Codes of one secret are used in steps, so each call moves on. */
static const struct auth_person *
enter_full(const char *login, const char *password, const char *secret, int step, const char *new_password, const char *peer,
    const char **ret_token)
{
	char code[7];
	struct hb_err err = HB_ERR_INIT;
	struct auth_entry e = { .who = NULL };
	if (secret != NULL)
		auth_totp(secret, hb_now() + step * 30, code, NULL);
	struct auth_attempt t = { .unit = unit.s, .login = login, .password = password, .code = secret != NULL ? code : NULL,
		.new_password = new_password, .peer = peer };
	enum hb_code c = auth_enter(auth, &t, &arena, &e, &err);
	why = c == HB_OK ? "" : err.key;
	if (c == HB_E_INTERNAL)
		printf("# %s\n", err.log);
	if (ret_token != NULL)
		*ret_token = e.token;
	return c == HB_OK ? e.who : NULL;
}

static const struct auth_person *
enter(const char *login, const char *password)
{
	return enter_full(login, password, NULL, 0, NULL, "", NULL);
}

static const struct auth_person *head, *admin;
static const char *head_token, *admin_token;

static void
second_factor(void)
{
	ok(enter("hieutruong", password_head) == NULL && strcmp(why, "dangNhap.canMaHai") == 0, "a head needs the second factor");
	head = enter_full("hieutruong", password_head, secret_head, -1, NULL, "", &head_token);
	ok(head != NULL && head->assurance == ASSURANCE_SECOND_FACTOR && head->roles == ROLE_BIT(ROLE_HEAD), "and enters with it");
	ok(enter_full("hieutruong", password_head, secret_head, -1, NULL, "", NULL) == NULL && strcmp(why, "dangNhap.sai") == 0,
	    "a code works once");
	admin = enter_full("quantri", password_admin, secret_admin, 0, NULL, "", &admin_token);
	ok(admin != NULL && admin->roles == ROLE_BIT(ROLE_ADMIN), "the administrator enters");
	ok(enter_full("quantri", password_admin, secret_head, 1, NULL, "", NULL) == NULL, "another's code does not help (seed002-9)");
	char code[7];
	/* RFC 6238 appendix B, SHA-1, the last six digits; its 20-byte secret is "12345678901234567890". */
	ok(auth_totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59, code, NULL) == HB_OK && strcmp(code, "287082") == 0, "RFC 6238, 59 s");
	ok(auth_totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1111111109, code, NULL) == HB_OK && strcmp(code, "081804") == 0, "RFC 6238, 2005");
	ok(auth_totp("not base32", 0, code, NULL) == HB_E_INPUT, "a malformed secret");
}

/* A new account with its first password. */
static struct hb_id
create(const char *login, enum auth_kind kind, const struct auth_person *by, const char **ret_password)
{
	struct hb_id id = { "" };
	struct hb_err err = HB_ERR_INIT;
	struct auth_new_account in = { .person = hb_id_new(), .login = login, .name = login, .kind = kind };
	enum hb_code c = auth_account_create(auth, by, &in, NULL, &arena, &id, ret_password, &err);
	why = c == HB_OK ? "" : err.key;
	return id;
}

static enum hb_code
grant(const struct auth_person *by, const char *account, enum auth_role role, struct hb_id *ret_id)
{
	struct hb_err err = HB_ERR_INIT;
	struct auth_grant g = { .account = account, .role = role, .decision_no = "20/QĐ", .decision_date = "2026-08-15",
		.from_date = "2026-08-20", .to_date = "" };
	enum hb_code c = auth_role_grant(auth, by, &g, NULL, ret_id, &err);
	why = c == HB_OK ? "" : err.key;
	return c;
}

static enum hb_code
confirm(const struct auth_person *by, const struct hb_id *id)
{
	struct hb_err err = HB_ERR_INIT;
	enum hb_code c = auth_role_confirm(auth, by, (const char *const[]){ id->s }, 1, NULL, &err);
	why = c == HB_OK ? "" : err.key;
	return c;
}

static struct hb_id teacher, teacher_grant;
static const char teacher_password[] = "Lop-hoc-vui-ve-2026";

static void
roles_wait_for_the_head(void)
{
	const char *first;
	teacher = create("gv.toan", AUTH_STAFF, admin, &first);
	ok(teacher.s[0] != '\0', "the administrator makes a teacher's account");
	ok(enter("gv.toan", first) == NULL && strcmp(why, "matKhau.phaiDoi") == 0, "the first password must be changed");
	ok(enter_full("gv.toan", first, NULL, 0, "short", "", NULL) == NULL && strcmp(why, "matKhau.yeu") == 0, "not to a weak one");
	ok(enter_full("gv.toan", first, NULL, 0, "Co-ten-gv.toan-2026", "", NULL) == NULL && strcmp(why, "matKhau.yeu") == 0,
	    "not to one with the log-in name");
	ok(enter_full("gv.toan", first, NULL, 0, first, "", NULL) == NULL, "not to the same");
	const struct auth_person *who = enter_full("gv.toan", first, NULL, 0, teacher_password, "", NULL);
	ok(who != NULL && who->roles == 0 && who->assurance == ASSURANCE_PASSWORD, "and then opens, without any role");
	ok(grant(admin, teacher.s, ROLE_SUBJECT_TEACHER, &teacher_grant) == HB_OK, "a role is granted by decision");
	who = enter("gv.toan", teacher_password);
	ok(who != NULL && who->roles == 0, "and is not in force before the head confirms (D4.2c)");
	ok(confirm(admin, &teacher_grant) == HB_E_DENIED, "the administrator cannot confirm it");
	ok(confirm(head, &teacher_grant) == HB_OK, "the head can");
	who = enter("gv.toan", teacher_password);
	ok(who != NULL && who->roles == ROLE_BIT(ROLE_SUBJECT_TEACHER), "then it is in force");
	ok(confirm(head, &teacher_grant) == HB_E_CONFLICT, "once");
	struct hb_err err = HB_ERR_INIT;
	struct hb_id id;
	struct auth_grant bad = { .account = teacher.s, .role = ROLE_HOMEROOM, .decision_no = "", .decision_date = "2026-08-15",
		.from_date = "2026-08-20", .to_date = "" };
	ok(auth_role_grant(auth, admin, &bad, NULL, &id, &err) == HB_E_RULE && strcmp(err.clause, "D6") == 0, "no role without a decision (D6)");
	bad.decision_no = "1";
	bad.to_date = "2026-08-19";
	ok(auth_role_grant(auth, admin, &bad, NULL, &id, NULL) == HB_E_RULE, "none that ends before it begins");
	bad.to_date = "2026-08-20";
	ok(auth_role_grant(auth, admin, &bad, NULL, &id, NULL) == HB_OK && confirm(head, &id) == HB_OK, "one for a single day long ago");
	who = enter("gv.toan", teacher_password);
	ok(who != NULL && who->roles == ROLE_BIT(ROLE_SUBJECT_TEACHER), "is over");
}

static void
nobody_for_himself(void)
{
	struct hb_id id;
	const char *first;
	ok(grant(admin, admin_account.s, ROLE_WEB_EDITOR, &id) == HB_E_CONFLICT, "nobody grants to himself: the database says so");
	struct auth_new_account second = { .person = admin->person, .login = "quantri.gv", .name = "x", .kind = AUTH_STAFF };
	struct hb_id other;
	ok(auth_account_create(auth, admin, &second, NULL, &arena, &other, &first, NULL) == HB_OK, "one person, two accounts");
	ok(grant(admin, other.s, ROLE_SUBJECT_TEACHER, &id) == HB_E_CONFLICT && strcmp(why, "quyen.tuCap") == 0,
	    "nor to his other account");
	ok(grant(admin, teacher.s, ROLE_ADMIN, &id) == HB_E_DENIED, "an administrator appoints no administrator (D21.2)");
	ok(grant(head, teacher.s, ROLE_ADMIN, &id) == HB_E_CONFLICT && strcmp(why, "quyen.taiKhoanRieng") == 0,
	    "a working account never becomes an administrator's");
	create("quantri2", AUTH_ADMIN, admin, &first);
	ok(strcmp(why, "quyen.khongDu") == 0, "an administrator makes no administrator's account");
	struct hb_id second_admin = create("quantri2", AUTH_ADMIN, head, &first);
	ok(grant(head, second_admin.s, ROLE_ADMIN, &id) == HB_OK, "the head does (D4.2c1)");
	ok(grant(head, second_admin.s, ROLE_SUBJECT_TEACHER, &id) == HB_E_DENIED, "the head grants no working role");
	ok(grant(admin, second_admin.s, ROLE_RECORDS, &id) == HB_E_CONFLICT && strcmp(why, "quyen.taiKhoanRieng") == 0,
	    "an administrator's account holds nothing that touches results");
	ok(grant(admin, head_account.s, ROLE_HEAD, &id) == HB_OK && confirm(head, &id) == HB_E_CONFLICT
	    && strcmp(why, "quyen.tuXacNhan") == 0, "nobody confirms a role of his own");
	ok(auth_account_enable(auth, admin, admin_account.s, false, NULL, NULL) == HB_E_DENIED, "nor closes his own account");
}

static void
given_passwords_wait(void)
{
	const char *given;
	struct hb_err err = HB_ERR_INIT;
	ok(auth_password_reset(auth, admin, teacher.s, NULL, &arena, &given, &err) == HB_OK, "the administrator gives a new password");
	ok(enter("gv.toan", teacher_password) == NULL, "the old one is dead");
	ok(enter_full("gv.toan", given, NULL, 0, "Mot-mat-khau-khac-9", "", NULL) == NULL && strcmp(why, "dangNhap.choXacNhan") == 0,
	    "the new one waits for the head: no way in as somebody else (seed000-12)");
	ok(auth_reset_confirm(auth, admin, teacher.s, NULL, NULL) == HB_E_DENIED, "the administrator cannot confirm");
	ok(auth_reset_confirm(auth, head, teacher.s, NULL, NULL) == HB_OK, "the head can");
	ok(enter_full("gv.toan", given, NULL, 0, teacher_password, "", NULL) == NULL && strcmp(why, "matKhau.dungLai") == 0,
	    "an earlier password does not come back");
	ok(enter_full("gv.toan", given, NULL, 0, "Mot-mat-khau-khac-9", "", NULL) != NULL, "a fresh one opens");
	ok(auth_password_reset(auth, head, teacher.s, NULL, &arena, &given, NULL) == HB_E_DENIED, "the head gives no passwords to teachers");
}

static void
guessing(void)
{
	for (int i = 0; i < 5; i++)
		enter("gv.toan", "guess");
	ok(strcmp(why, "dangNhap.sai") == 0, "a guess is just wrong");
	ok(enter("gv.toan", "Mot-mat-khau-khac-9") == NULL && strcmp(why, "dangNhap.khoa") == 0, "after five the account is locked (seed000-11)");
	ok(enter("nobody", "guess") == NULL && strcmp(why, "dangNhap.sai") == 0, "an unknown name is told nothing else");
	ok(auth_account_unlock(auth, admin, teacher.s, NULL, NULL) == HB_OK && enter("gv.toan", "Mot-mat-khau-khac-9") != NULL,
	    "the administrator unlocks");
	for (int i = 0; i < 5; i++)
		enter_full("hieutruong", "guess", secret_head, 1, NULL, "", NULL);
	ok(enter_full("hieutruong", password_head, secret_head, 1, NULL, "", &head_token) != NULL,
	    "who holds both factors opens a locked account himself");
	for (int i = 0; i < THROTTLE_FAILURES; i++)
		enter_full("nobody", "guess", NULL, 0, NULL, "203.0.113.9", NULL);
	ok(enter_full("gv.toan", "Mot-mat-khau-khac-9", NULL, 0, NULL, "203.0.113.9", NULL) == NULL
	    && strcmp(why, "dangNhap.quaNhieu") == 0, "an address that guesses is stopped");
	ok(enter_full("gv.toan", "Mot-mat-khau-khac-9", NULL, 0, NULL, "203.0.113.10", NULL) != NULL, "another is not");
	ok(enter("gv.toan", "Mot-mat-khau-khac-9") != NULL, "and the account was not locked by it");
	char wrong_unit[] = "00000000-0000-7000-8000-000000000000";
	struct auth_attempt t = { .unit = wrong_unit, .login = "gv.toan", .password = "Mot-mat-khau-khac-9", .peer = "" };
	struct auth_entry e;
	ok(auth_enter(auth, &t, &arena, &e, NULL) == HB_E_AUTH, "another unit does not know the account");
}

/* Sets the idle clock of a session back, as the years do. */
struct aging { const char *token; hb_time seen; };

static enum hb_code
age(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct aging *g = ctx;
	return db_run(tx, &auth_session_seen, DB_ARGS(DB_TIME(g->seen), DB_ID(unit.s), DB_TEXT(g->token)), NULL, err);
}

static bool
lives(const char *token)
{
	const struct auth_person *who;
	return auth_session(auth, token, &arena, &who, NULL) == HB_OK;
}

static const char *
aged(const char *login, const char *password, const char *secret, int step, int seconds)
{
	const char *token = NULL;
	const struct auth_person *who = enter_full(login, password, secret, step, NULL, "", &token);
	if (who == NULL)
		return NULL;
	struct aging g = { who->session, hb_now() - seconds };
	return db_write(db, age, &g, NULL) == HB_OK ? token : NULL;
}

static void
sessions(void)
{
	const char *token = NULL, *again = NULL;
	const struct auth_person *who = enter_full("gv.toan", "Mot-mat-khau-khac-9", NULL, 0, NULL, "", &token);
	ok(lives(token), "a session lives");
	ok(!lives("") && !lives(unit.s) && !lives(hb_printf(&arena, "%s.x", unit.s)), "made-up tokens do not");
	char *other = hb_strdup(&arena, token);
	other[0] = other[0] == '0' ? '1' : '0';
	ok(!lives(other), "nor a token moved to another unit");
	enter_full("gv.toan", "Mot-mat-khau-khac-9", NULL, 0, NULL, "", &again);
	ok(strcmp(token, again) != 0, "every entry has a new token");
	ok(auth_leave(auth, who, NULL) == HB_OK && !lives(token) && lives(again), "leaving ends that session, and no other");
	const char *quarter = aged("gv.toan", "Mot-mat-khau-khac-9", NULL, 0, 15 * 60 - 5);
	ok(quarter != NULL && lives(quarter), "idle for less than 15 minutes");
	ok(!lives(aged("gv.toan", "Mot-mat-khau-khac-9", NULL, 0, 15 * 60 + 5)), "idle for more");
	ok(!lives(aged("quantri", password_admin, secret_admin, 1, 5 * 60 + 5)), "an administrator's idles five minutes only");
	const char *many[7];
	for (int i = 0; i < 7; i++)
		enter_full("gv.toan", "Mot-mat-khau-khac-9", NULL, 0, NULL, "", &many[i]);
	int alive = 0;
	for (int i = 0; i < 7; i++)
		alive += lives(many[i]);
	ok(alive <= 5 && lives(many[6]), "at most five sessions of an account, the newest among them (%d)", alive);
	ok(auth_role_end(auth, head, teacher_grant.s, NULL, NULL) == HB_OK && !lives(many[6]), "a role taken away ends the sessions");
	who = enter_full("gv.toan", "Mot-mat-khau-khac-9", NULL, 0, NULL, "", &token);
	ok(who != NULL && who->roles == 0, "and is gone at the next entry");
	ok(auth_account_enable(auth, head, teacher.s, false, NULL, NULL) == HB_OK && !lives(token)
	    && enter("gv.toan", "Mot-mat-khau-khac-9") == NULL, "a closed account is out at once");
	ok(auth_account_enable(auth, admin, teacher.s, true, NULL, NULL) == HB_OK && enter("gv.toan", "Mot-mat-khau-khac-9") != NULL,
	    "and can be opened again");
}

static void
first_second_factor(void)
{
	const char *first, *secret = NULL;
	struct hb_id clerk = create("vanthu", AUTH_STAFF, admin, &first), id;
	ok(grant(admin, clerk.s, ROLE_CLERK, &id) == HB_OK && confirm(head, &id) == HB_OK, "a clerk");
	ok(enter("vanthu", first) == NULL && strcmp(why, "dangNhap.caiMaHai") == 0, "is told to set up the second factor");
	struct auth_attempt t = { .unit = unit.s, .login = "vanthu", .password = "guess", .peer = "" };
	ok(auth_second_factor_new(auth, &t, &arena, &secret, NULL) == HB_E_AUTH && secret == NULL, "not by guessing");
	t.password = first;
	ok(auth_second_factor_new(auth, &t, &arena, &secret, NULL) == HB_OK && strlen(secret) == 32, "by the first password");
	ok(enter_full("vanthu", first, secret, 0, "Vt-2026-x", "", NULL) != NULL, "and enters with a code and a shorter password");
	ok(auth_second_factor_new(auth, &t, &arena, &secret, NULL) != HB_OK, "a factor in use is not replaced by a password");
	t.password = "Vt-2026-x";
	ok(auth_second_factor_new(auth, &t, &arena, &secret, NULL) != HB_OK, "nor by the right one");
}

/* --- certificate log-in --------------------------------------------------------------------------------------- */
static EVP_PKEY *key;

static struct hb_bytes
certificate(const char *uid)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_NAME_add_entry_by_txt(name, "C", MBSTRING_UTF8, (const uint8_t *)"VN", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)"Nguyễn Văn A", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "UID", MBSTRING_UTF8, (const uint8_t *)uid, -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, key);
	X509_sign(x, key, EVP_sha256());
	uint8_t *der = NULL;
	int n = i2d_X509(x, &der);
	struct hb_bytes kept = HB_BYTES(hb_memdup(&arena, der, (size_t)n), (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
	return kept;
}

static struct hb_bytes
sign(const char *text)
{
	size_t n = 512;
	uint8_t *value = hb_alloc(&arena, n);
	EVP_MD_CTX *m = EVP_MD_CTX_new();
	EVP_DigestSignInit(m, NULL, EVP_sha256(), NULL, key);
	EVP_DigestSign(m, value, &n, (const uint8_t *)text, strlen(text));
	EVP_MD_CTX_free(m);
	return HB_BYTES(value, n);
}

static enum hb_code
enter_by(struct hb_bytes der, const char *id, struct hb_bytes value, struct auth_entry *ret)
{
	return auth_enter_certificate(auth, unit.s, id, der, value, "", NULL, &arena, ret, NULL);
}

static void
certificates(void)
{
	const char *id, *text, *id2, *text2;
	struct auth_entry e;
	key = EVP_RSA_gen(2048);
	struct hb_bytes mine = certificate("CCCD:001095012345"), unit_cert = certificate("MST:0101234567");
	struct hb_err err = HB_ERR_INIT;
	ok(auth_certificate_set(auth, head, head->account.s, mine, "001095012346", NULL, &err) == HB_E_RULE
	    && strcmp(err.clause, "D8b") == 0, "another person's certificate is not registered (D8b)");
	ok(auth_certificate_set(auth, head, head->account.s, unit_cert, "0101234567", NULL, NULL) == HB_E_RULE, "nor the unit's");
	ok(auth_certificate_set(auth, head, teacher.s, mine, "001095012345", NULL, NULL) == HB_E_DENIED, "nor one for somebody else");
	ok(auth_certificate_set(auth, head, head->account.s, mine, "001095012345", NULL, NULL) == HB_OK, "one's own is");
	auth_challenge(auth, unit.s, &arena, &id, &text, NULL);
	ok(strstr(text, "https://truong.example") != NULL && strstr(text, id) != NULL, "the text names this system and this moment");
	ok(enter_by(mine, id, sign(text), &e) == HB_OK && e.who->assurance == ASSURANCE_CERTIFICATE
	    && e.who->roles == ROLE_BIT(ROLE_HEAD), "its signature enters, with the roles of the account");
	ok(enter_by(mine, id, sign(text), &e) == HB_E_AUTH, "a challenge works once");
	auth_challenge(auth, unit.s, &arena, &id, &text, NULL);
	auth_challenge(auth, unit.s, &arena, &id2, &text2, NULL);
	ok(enter_by(mine, id2, sign(text), &e) == HB_E_AUTH, "a signature over another challenge");
	ok(enter_by(unit_cert, id, sign(text), &e) == HB_E_AUTH, "a certificate nobody registered");
	EVP_PKEY_free(key);
}

static void
policy(void)
{
	const struct auth_policy *p = &auth_policy_level3;
	static const struct { const char *password; bool factor, good; } cases[] = {
		{ "1234567", true, false }, { "12345678", true, true }, { "Abcdefgh1234!", false, false }, { "Abcdefghi1234!", false, true },
		{ "abcdefghi1234!", false, false }, { "Abcdefghijklm!", false, false }, { "Abcdefghi12345", false, false },
		{ "Trường-em-2026", false, true }, { "\xc3\x28zzzzzzzzzzzzzzzA1!", false, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ok((password_check(p, "gv", cases[i].password, cases[i].factor, NULL) == HB_OK) == cases[i].good, "password %zu %s", i,
		    cases[i].good ? "is accepted" : "is refused");
}

int
main(void)
{
	hb_arena_init(&arena, HB_ARENA_DEFAULT);
	if (!ok(open_all(), "a unit is founded with its head and administrator"))
		return tap_done();
	policy();
	second_factor();
	if (ok(head != NULL && admin != NULL, "both are in")) {
		roles_wait_for_the_head();
		nobody_for_himself();
		given_passwords_wait();
		guessing();
		sessions();
		first_second_factor();
		certificates();
		struct hb_err err = HB_ERR_INIT;
		ok(db_write(db, found, NULL, &err) != HB_OK, "a unit in use cannot be founded again");
	}
	auth_free(auth);
	db_close(db);
	hb_arena_fini(&arena);
	char command[128];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return tap_done() + (system(command) != 0);
}
