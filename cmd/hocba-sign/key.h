/* hocba-sign/key.h - the signer's key, in a token (PKCS#11) or, for trials, in a PKCS#12 file.
 *
 * Whatever the source, it signs a SHA-256 digest that this program computed itself.  ECDSA values are r‖s.
 * One source, one thread. */
#ifndef AGENT_KEY_H
#define AGENT_KEY_H
#include "sign/p11.h"

struct key_options {
	const char *module;            /* PKCS#11 module; NULL: P11_MODULE_DEFAULT */
	const char *token;             /* label; NULL: the only one */
	const char *p12;               /* a PKCS#12 file instead of a token */
	const char *pin;               /* or passphrase of the file; NULL: certificates only */
};
struct key_source;

enum hb_code key_open(const struct key_options *o, struct key_source **ret_source, struct hb_err *err);
void         key_close(struct key_source *s);                     /* NULL is fine */
/* Certificates whose key is here (all of them without PIN); borrowed from the source. */
struct pki_cert *const *key_certs(const struct key_source *s, size_t *ret_n);
/* Which key signs from now on: the one of this certificate. */
enum hb_code key_choose(struct key_source *s, const struct pki_cert *cert, struct hb_err *err);
enum hb_code key_sign(struct key_source *s, const struct hb_sha256 *digest, struct hb_arena *a, struct hb_bytes *ret_value,
    struct hb_err *err);
#endif
