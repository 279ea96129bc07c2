#include "key.h"
#include "base/file.h"
#include "sign/pki_int.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <stdlib.h>

struct key_source {
	struct hb_arena     arena;
	struct p11_module  *module;          /* a token */
	struct p11_session *session;
	struct p11_key     *keys;
	EVP_PKEY           *pkey;            /* a PKCS#12 file */
	struct pki_cert   **certs;
	size_t              n, chosen;
};

static enum hb_code
open_token(struct key_source *s, const struct key_options *o, struct hb_err *err)
{
	enum hb_code code = p11_open(o->module != NULL ? o->module : P11_MODULE_DEFAULT, &s->module, err);

	if (code == HB_OK)
		code = p11_login(s->module, o->token, o->pin, &s->session, err);
	if (code == HB_OK)
		code = p11_keys(s->session, &s->arena, &s->keys, &s->n, err);
	if (code != HB_OK)
		return code;
	s->certs = HB_NEWN(&s->arena, struct pki_cert *, s->n + 1);
	if (s->certs == NULL)
		return hb_full(err);
	for (size_t i = 0; i < s->n; i++)
		s->certs[i] = s->keys[i].cert;
	return HB_OK;
}

static enum hb_code
open_file(struct key_source *s, const struct key_options *o, struct hb_err *err)
{
	struct hb_bytes bytes;
	const unsigned char *p;
	X509 *x509 = NULL;
	PKCS12 *p12;
	enum hb_code code = hb_file_read(o->p12, (size_t)1 << 20, &s->arena, &bytes, err);

	if (code != HB_OK)
		return code;
	p = bytes.p;
	p12 = d2i_PKCS12(NULL, &p, (long)bytes.n);
	if (p12 == NULL)
		return hb_fail(err, HB_E_INPUT, "token.khongThay", "%s không phải tệp PKCS#12", o->p12);
	if (PKCS12_parse(p12, o->pin != NULL ? o->pin : "", &s->pkey, &x509, NULL) != 1 || x509 == NULL)
		code = hb_fail(err, HB_E_DENIED, "token.saiPin", "mật khẩu của tệp %s không đúng", o->p12);
	PKCS12_free(p12);
	ERR_clear_error();
	s->certs = HB_NEWN(&s->arena, struct pki_cert *, 1);
	if (code == HB_OK)
		code = s->certs != NULL ? pki_cert_wrap(x509, &s->arena, &s->certs[0], err) : hb_full(err);
	X509_free(x509);
	s->n = 1;
	return code;
}

enum hb_code
key_open(const struct key_options *o, struct key_source **ret_source, struct hb_err *err)
{
	struct key_source *s = calloc(1, sizeof *s);
	enum hb_code code;

	if (s == NULL)
		return hb_full(err);
	hb_arena_init(&s->arena, HB_ARENA_DEFAULT);
	code = o->p12 != NULL ? open_file(s, o, err) : open_token(s, o, err);
	if (code != HB_OK) {
		key_close(s);
		return code;
	}
	*ret_source = s;
	return HB_OK;
}

void
key_close(struct key_source *s)
{
	if (s == NULL)
		return;
	p11_logout(s->session);
	p11_close(s->module);
	EVP_PKEY_free(s->pkey);
	hb_arena_fini(&s->arena);
	free(s);
}

struct pki_cert *const *
key_certs(const struct key_source *s, size_t *ret_n)
{
	*ret_n = s->n;
	return s->certs;
}

enum hb_code
key_choose(struct key_source *s, const struct pki_cert *cert, struct hb_err *err)
{
	for (size_t i = 0; i < s->n; i++)
		if (pki_cert_eq(s->certs[i], cert)) {
			s->chosen = i;
			return HB_OK;
		}
	return hb_fail(err, HB_E_NOTFOUND, "token.khongThay", "thiết bị ký này không có chứng thư số của %s, số %s", cert->name,
	    cert->serial);
}

static enum hb_code
sign_with_file(struct key_source *s, const struct hb_sha256 *digest, struct hb_arena *a, struct hb_bytes *ret_value,
    struct hb_err *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(s->pkey, NULL);
	uint8_t *out = hb_alloc(a, P11_SIGNATURE_MAX);
	size_t n = P11_SIGNATURE_MAX;
	bool good = out != NULL && ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 && EVP_PKEY_sign(ctx, out, &n, digest->b, HB_SHA256_LEN) == 1;

	EVP_PKEY_CTX_free(ctx);
	if (!good)
		return hb_fail(err, HB_E_INTERNAL, "token.loi", "không ký được bằng khóa trong tệp");
	*ret_value = HB_BYTES(out, n);
	if (s->certs[0]->key == PKI_KEY_EC)
		return pki_ecdsa_to_raw(*ret_value, ((size_t)s->certs[0]->key_bits + 7) / 8, a, ret_value, err);
	return HB_OK;
}

enum hb_code
key_sign(struct key_source *s, const struct hb_sha256 *digest, struct hb_arena *a, struct hb_bytes *ret_value, struct hb_err *err)
{
	if (s->pkey != NULL)
		return sign_with_file(s, digest, a, ret_value, err);
	return p11_sign(s->session, &s->keys[s->chosen], digest, a, ret_value, err);
}
