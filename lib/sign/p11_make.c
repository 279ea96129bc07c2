/* Making a token, a key pair in it, and storing the certificate. */
#include "sign/p11_int.h"
#include "sign/pki_int.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

enum { ID_LEN = 20, SLOTS_MAX = 64 };

enum hb_code
p11_init_token(struct p11_module *m, const char *label, const char *so_pin, const char *pin, struct hb_err *err)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG n = SLOTS_MAX;
	CK_SESSION_HANDLE session;
	CK_UTF8CHAR padded[32];
	CK_TOKEN_INFO info;
	CK_RV rv = m->f->C_GetSlotList(CK_TRUE, slots, &n);

	if (strlen(label) > sizeof padded)
		return hb_fail(err, HB_E_INPUT, "token.loi", "tên thiết bị ký dài quá %zu byte", sizeof padded);
	memset(padded, ' ', sizeof padded);
	memcpy(padded, label, strlen(label));
	/* SoftHSM always shows one empty token after the made ones. */
	if (rv == CKR_OK)
		rv = n > 0 ? m->f->C_GetTokenInfo(slots[n - 1], &info) : CKR_TOKEN_NOT_PRESENT;
	if (rv == CKR_OK && (info.flags & CKF_TOKEN_INITIALIZED) != 0)
		return hb_fail(err, HB_E_CONFLICT, "token.loi", "không có thiết bị ký trống để khởi tạo");
	if (rv == CKR_OK)
		rv = m->f->C_InitToken(slots[n - 1], (CK_UTF8CHAR_PTR)so_pin, strlen(so_pin), padded);
	if (rv == CKR_OK)
		rv = m->f->C_OpenSession(slots[n - 1], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session);
	if (rv != CKR_OK)
		return p11_fail(rv, "khởi tạo thiết bị", err);
	rv = m->f->C_Login(session, CKU_SO, (CK_UTF8CHAR_PTR)so_pin, strlen(so_pin));
	if (rv == CKR_OK)
		rv = m->f->C_InitPIN(session, (CK_UTF8CHAR_PTR)pin, strlen(pin));
	m->f->C_Logout(session);
	m->f->C_CloseSession(session);
	return rv == CKR_OK ? HB_OK : p11_fail(rv, "đặt mã PIN", err);
}

/* SubjectPublicKeyInfo from what the token says of its public key. */
static enum hb_code
encode_key(const char *type, OSSL_PARAM_BLD *bld, struct hb_arena *a, struct hb_bytes *ret_spki, struct hb_err *err)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;
	unsigned char *der = NULL;
	enum hb_code code;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		code = hb_fail(err, HB_E_INTERNAL, "token.loi", "thiết bị ký trả về khóa công khai không đọc được");
	else
		code = pki_take_der(&der, i2d_PUBKEY(key, &der), a, ret_spki, err);
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return code;
}

static enum hb_code
rsa_spki(struct p11_session *s, CK_OBJECT_HANDLE pub, struct hb_arena *a, struct hb_bytes *ret_spki, struct hb_err *err)
{
	struct hb_bytes n, e;
	enum hb_code code = p11_attribute(s, pub, CKA_MODULUS, a, &n, err);
	OSSL_PARAM_BLD *bld;
	BIGNUM *bn, *be;

	if (code == HB_OK)
		code = p11_attribute(s, pub, CKA_PUBLIC_EXPONENT, a, &e, err);
	if (code != HB_OK)
		return code;
	bld = OSSL_PARAM_BLD_new();
	bn = BN_bin2bn(n.p, (int)n.n, NULL);
	be = BN_bin2bn(e.p, (int)e.n, NULL);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, bn);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, be);
	code = encode_key("RSA", bld, a, ret_spki, err);
	OSSL_PARAM_BLD_free(bld);
	BN_free(bn);
	BN_free(be);
	return code;
}

static enum hb_code
ec_spki(struct p11_session *s, CK_OBJECT_HANDLE pub, struct hb_arena *a, struct hb_bytes *ret_spki, struct hb_err *err)
{
	struct hb_bytes point;
	enum hb_code code = p11_attribute(s, pub, CKA_EC_POINT, a, &point, err);
	OSSL_PARAM_BLD *bld;

	if (code != HB_OK)
		return code;
	/* A DER OCTET STRING around 04 ‖ x ‖ y. */
	if (point.n != 67 || point.p[0] != 0x04 || point.p[1] != 65)
		return hb_fail(err, HB_E_INTERNAL, "token.loi", "thiết bị ký trả về khóa ECDSA không đúng P-256");
	bld = OSSL_PARAM_BLD_new();
	OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
	OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point.p + 2, 65);
	code = encode_key("EC", bld, a, ret_spki, err);
	OSSL_PARAM_BLD_free(bld);
	return code;
}

/* CKA_ID from the label: the pair and its certificate find each other by it. */
static void
id_of(const char *label, uint8_t id[ID_LEN])
{
	struct hb_sha256 h = hb_sha256(HB_STR(label));

	memcpy(id, h.b, ID_LEN);
}

enum hb_code
p11_generate(struct p11_session *s, const char *label, int rsa_bits, struct hb_arena *a, struct hb_bytes *ret_spki,
    struct hb_err *err)
{
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_ULONG bits = (CK_ULONG)rsa_bits;
	uint8_t exponent[] = { 1, 0, 1 }, p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 }, id[ID_LEN];
	CK_ATTRIBUTE rsa[] = { { CKA_MODULUS_BITS, &bits, sizeof bits }, { CKA_PUBLIC_EXPONENT, exponent, sizeof exponent },
		{ CKA_TOKEN, &yes, 1 }, { CKA_VERIFY, &yes, 1 }, { CKA_LABEL, (void *)label, strlen(label) }, { CKA_ID, id, ID_LEN } };
	CK_ATTRIBUTE ec[] = { { CKA_EC_PARAMS, p256, sizeof p256 }, { CKA_TOKEN, &yes, 1 }, { CKA_VERIFY, &yes, 1 },
		{ CKA_LABEL, (void *)label, strlen(label) }, { CKA_ID, id, ID_LEN } };
	CK_ATTRIBUTE priv[] = { { CKA_TOKEN, &yes, 1 }, { CKA_PRIVATE, &yes, 1 }, { CKA_SENSITIVE, &yes, 1 },
		{ CKA_EXTRACTABLE, &no, 1 }, { CKA_SIGN, &yes, 1 }, { CKA_LABEL, (void *)label, strlen(label) }, { CKA_ID, id, ID_LEN } };
	CK_MECHANISM how = { rsa_bits > 0 ? CKM_RSA_PKCS_KEY_PAIR_GEN : CKM_EC_KEY_PAIR_GEN, NULL, 0 };
	CK_OBJECT_HANDLE pub, key;
	CK_RV rv;

	id_of(label, id);
	rv = rsa_bits > 0 ? s->f->C_GenerateKeyPair(s->handle, &how, rsa, 6, priv, 7, &pub, &key)
			  : s->f->C_GenerateKeyPair(s->handle, &how, ec, 5, priv, 7, &pub, &key);
	if (rv != CKR_OK)
		return p11_fail(rv, "sinh khóa", err);
	return rsa_bits > 0 ? rsa_spki(s, pub, a, ret_spki, err) : ec_spki(s, pub, a, ret_spki, err);
}

enum hb_code
p11_store_cert(struct p11_session *s, const char *label, const struct pki_cert *cert, struct hb_err *err)
{
	CK_OBJECT_CLASS cls = CKO_CERTIFICATE;
	CK_CERTIFICATE_TYPE type = CKC_X_509;
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	X509_NAME *subject = X509_get_subject_name(cert->x509);
	const unsigned char *name;
	size_t n_name;
	uint8_t id[ID_LEN];
	CK_OBJECT_HANDLE object;
	CK_RV rv;

	id_of(label, id);
	if (X509_NAME_get0_der(subject, &name, &n_name) != 1)
		return hb_bug(err, "X509_NAME_get0_der failed");
	CK_ATTRIBUTE at[] = { { CKA_CLASS, &cls, sizeof cls }, { CKA_CERTIFICATE_TYPE, &type, sizeof type },
		{ CKA_TOKEN, &yes, 1 }, { CKA_PRIVATE, &no, 1 }, { CKA_LABEL, (void *)label, strlen(label) },
		{ CKA_ID, id, ID_LEN }, { CKA_SUBJECT, (void *)name, n_name }, { CKA_VALUE, (void *)cert->der.p, cert->der.n } };
	rv = s->f->C_CreateObject(s->handle, at, sizeof at / sizeof at[0], &object);
	return rv == CKR_OK ? HB_OK : p11_fail(rv, "ghi chứng thư số vào thiết bị", err);
}
