/* sign/p11.h - keys that live in a token: PKCS#11 through a module given by path (D7.3).
 *
 * The private key never leaves the token; we hand it the DigestInfo of a digest (RSA) or the digest (ECDSA) and take
 * the value.  One login serves a batch; the PIN is kept only for tokens that want it at each signature, locked in
 * memory and wiped by p11_logout().
 * Thread rule: one session, one thread.  One module open at a time in a process (a limit of PKCS#11 itself).
 * Failures: HB_E_NOTFOUND "token.khongThay" (no such module, token or certificate), HB_E_DENIED "token.saiPin",
 * "token.khoaPin"; HB_E_UPSTREAM "token.thaoRoi" when the token went away: open it again and go on;
 * HB_E_INTERNAL "token.loi" with the return value of the module. */
#ifndef SIGN_P11_H
#define SIGN_P11_H
#include "sign/pki.h"

#define P11_MODULE_DEFAULT "/usr/lib/softhsm/libsofthsm2.so"
#define P11_PIN_MAX 64
#define P11_SIGNATURE_MAX 512           /* RSA-4096 */

struct p11_module;
struct p11_session;
struct p11_token { const char *label, *serial, *manufacturer; unsigned long slot; };
struct p11_key {
	struct pki_cert *cert;
	const char      *label;
	unsigned long    handle;
	bool             each_time;         /* the token asks for the PIN at each signature */
};

enum hb_code p11_open(const char *module_path, struct p11_module **ret_module, struct hb_err *err);
void         p11_close(struct p11_module *m);                    /* NULL is fine */
/* Initialised tokens that are plugged in. */
enum hb_code p11_tokens(struct p11_module *m, struct hb_arena *a, struct p11_token **ret_tokens, size_t *ret_n,
    struct hb_err *err);
/* label NULL: the only token there is.  pin NULL: no login, certificates only. */
enum hb_code p11_login(struct p11_module *m, const char *label, const char *pin, struct p11_session **ret_session,
    struct hb_err *err);
void         p11_logout(struct p11_session *s);                  /* NULL is fine */
/* Private keys that have a certificate beside them (same CKA_ID); without login: the certificates, handle 0. */
enum hb_code p11_keys(struct p11_session *s, struct hb_arena *a, struct p11_key **ret_keys, size_t *ret_n, struct hb_err *err);
/* RSA: PKCS#1 v1.5 over SHA-256; EC: r‖s. */
enum hb_code p11_sign(struct p11_session *s, const struct p11_key *key, const struct hb_sha256 *digest, struct hb_arena *a,
    struct hb_bytes *ret_value, struct hb_err *err);

/* --- making a token: enrolment and the demo --- */
enum hb_code p11_init_token(struct p11_module *m, const char *label, const char *so_pin, const char *pin, struct hb_err *err);
/* A new pair under `label`; ret_spki is its SubjectPublicKeyInfo, DER.  rsa_bits 0: P-256. */
enum hb_code p11_generate(struct p11_session *s, const char *label, int rsa_bits, struct hb_arena *a,
    struct hb_bytes *ret_spki, struct hb_err *err);
/* Store the certificate issued for the pair of that label. */
enum hb_code p11_store_cert(struct p11_session *s, const char *label, const struct pki_cert *cert, struct hb_err *err);
#endif
