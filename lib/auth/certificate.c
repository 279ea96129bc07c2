/* Log-in by certificate (D8b): the person signs a fresh text that names this system and nothing else. */
#include <string.h>

#include "auth/auth_int.h"
#include "sign/pki.h"

enum { CHALLENGE_SECONDS = 180 };

/* Says what it is in its first line, so that it can never pass for a document, nor for another system's challenge. */
static char *
text_of(const struct auth *auth, const char *unit, const char *id, struct hb_arena *a)
{
	return hb_printf(a, "hocba đăng nhập v1\n%s\n%s\n%s\n", auth->origin, unit, id);
}

static char *
fingerprint(struct hb_bytes der, struct hb_arena *a)
{
	struct hb_sha256 h = hb_sha256(der);
	return hb_hex(a, HB_BYTES(h.b, sizeof h.b));
}

struct challenging { const char *unit; struct hb_id id; };

static enum hb_code
put_challenge(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct challenging *k = ctx;
	enum hb_code c = db_run(tx, &auth_challenge_sweep, DB_ARGS(DB_ID(k->unit), DB_TIME(hb_now())), NULL, err);
	return c != HB_OK ? c : db_run(tx, &auth_challenge_put, DB_ARGS(DB_ID(k->unit), DB_ID(k->id.s),
	    DB_TIME(hb_now() + CHALLENGE_SECONDS)), NULL, err);
}

enum hb_code
auth_challenge(struct auth *auth, const char *unit, struct hb_arena *a, const char **ret_id, const char **ret_text,
    struct hb_err *err)
{
	struct challenging k = { unit, hb_id_new() };
	char *id = hb_strdup(a, k.id.s), *text = text_of(auth, unit, k.id.s, a);
	if (id == NULL || text == NULL)
		return hb_full(err);
	enum hb_code c = db_write(auth->db, put_challenge, &k, err);
	if (c == HB_OK) {
		*ret_id = id;
		*ret_text = text;
	}
	return c;
}

struct entering {
	struct auth     *auth;
	struct hb_arena *a;
	const char      *unit, *challenge, *fingerprint, *request, *token;
};

static enum hb_code
wrong(struct hb_err *err)
{
	return hb_fail(err, HB_E_AUTH, "dangNhap.saiChungThu", "%s", hb_message("dangNhap.saiChungThu"));
}

/* A challenge is taken whatever comes after, so that it cannot be tried again. */
static enum hb_code
take_challenge(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct entering *e = ctx;
	int64_t taken = 0;
	enum hb_code c = db_run(tx, &auth_challenge_take, DB_ARGS(DB_ID(e->unit), DB_ID(e->challenge), DB_TIME(hb_now())),
	    &taken, err);
	return c == HB_OK && taken == 0 ? wrong(err) : c;
}

static enum hb_code
record_entry(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct entering *e = ctx;
	struct db_rows rows;
	struct account account;
	enum hb_code c = db_rows(tx, &auth_account_by_certificate, DB_ARGS(DB_ID(e->unit), DB_TEXT(e->fingerprint)), e->a,
	    &rows, err);
	if (c != HB_OK)
		return c;
	if (rows.n == 0)
		return wrong(err);
	account_read(&rows, 0, &account);
	if (strcmp(account.state, "ACTIVE") != 0)
		return wrong(err);
	c = db_run(tx, &auth_account_entered, DB_ARGS(DB_TIME(hb_now()), DB_INT(account.totp_step), DB_INT(1), DB_ID(e->unit),
	    DB_ID(account.id.s)), NULL, err);
	struct opening o = { .unit = e->unit, .account = account.id, .assurance = ASSURANCE_CERTIFICATE,
		.admin = strcmp(account.kind, "ADMIN") == 0 };
	if (c == HB_OK)
		c = session_open(e->auth, tx, &o, e->a, &e->token, err);
	return c != HB_OK ? c : note(tx, e->unit, account.id.s, "session.certificate", account.id.s, e->request, NULL, err);
}

enum hb_code
auth_enter_certificate(struct auth *auth, const char *unit, const char *challenge_id, struct hb_bytes der,
    struct hb_bytes signature, const char *peer, const char *request, struct hb_arena *a, struct auth_entry *ret_entry,
    struct hb_err *err)
{
	if (throttle_blocked(&auth->throttle, peer, hb_now()))
		return hb_fail(err, HB_E_LIMIT, "dangNhap.quaNhieu", "%s", hb_message("dangNhap.quaNhieu"));
	struct pki_cert *cert;
	char *text = text_of(auth, unit, challenge_id, a), *print = fingerprint(der, a);
	if (text == NULL || print == NULL)
		return hb_full(err);
	struct entering e = { .auth = auth, .a = a, .unit = unit, .challenge = challenge_id, .fingerprint = print,
		.request = request };
	enum hb_code c = db_write(auth->db, take_challenge, &e, err);
	if (c != HB_OK)
		return c;
	bool good = pki_cert_parse(der, a, &cert, NULL) == HB_OK && hb_now() >= cert->not_before && hb_now() < cert->not_after
	    && pki_verify(cert, PKI_SHA256, HB_STR(text), signature, PKI_VALUE_RAW);
	if (!good) {
		throttle_failed(&auth->throttle, peer, hb_now());
		return wrong(err);
	}
	c = db_write(auth->db, record_entry, &e, err);
	if (c == HB_OK)
		c = auth_session(auth, e.token, a, &ret_entry->who, err);
	if (c == HB_OK)
		ret_entry->token = e.token;
	return c;
}

struct setting { const struct auth_person *by; const char *account, *fingerprint, *request; };

static enum hb_code
set(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct setting *k = ctx;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct account account;
	enum hb_code c = account_load(tx, k->by->school.s, k->account, &a, &account, err);
	if (c == HB_OK)
		c = db_run(tx, &auth_account_certificate, DB_ARGS(DB_TEXT(k->fingerprint), DB_ID(k->by->school.s), DB_ID(k->account)),
		    NULL, err);
	return c != HB_OK ? c : note(tx, k->by->school.s, k->by->account.s, "certificate.set", k->account, k->request, NULL, err);
}

enum hb_code
auth_certificate_set(struct auth *auth, const struct auth_person *by, const char *account, struct hb_bytes der,
    const char *owner_id, const char *request, struct hb_err *err)
{
	bool self = strcmp(by->account.s, account) == 0;
	if (!self && (by->roles & ROLE_BIT(ROLE_ADMIN)) == 0)
		return denied(err, "đăng kí chứng thư cho người khác");
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct setting k = { .by = by, .account = account, .request = request };
	if (der.n > 0) {
		struct pki_cert *cert;
		enum hb_code c = pki_cert_parse(der, &a, &cert, err);
		if (c != HB_OK)
			return c;
		/* Otherwise whoever knows a password could bind a certificate of his own to it. */
		if (cert->kind != PKI_KIND_PERSONAL || owner_id == NULL || owner_id[0] == '\0' || strcmp(cert->owner_id, owner_id) != 0) {
			hb_fail(err, HB_E_RULE, "dangNhap.chungThuNguoiKhac", "%s", hb_message("dangNhap.chungThuNguoiKhac"));
			hb_clause(err, "D8b");
			return HB_E_RULE;
		}
		k.fingerprint = fingerprint(der, &a);
	}
	return db_write(auth->db, set, &k, err);
}
