/* The timestamp service of the test PKI. */
#include "demo/pki/testpki_int.h"
#include "base/id.h"
#include "sign/pki_int.h"

#include <openssl/ts.h>
#include <string.h>

/* An object identifier nobody else uses (UUID arc): tokens of this service mean nothing outside tests. */
#define POLICY "2.25.329800735698586629295641978511506172918"

static ASN1_INTEGER *
next_serial(TS_RESP_CTX *ctx, void *unused)
{
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	uint64_t n;

	(void)ctx;
	(void)unused;
	hb_random(&n, sizeof n);
	ASN1_INTEGER_set_uint64(serial, n >> 1);
	return serial;
}

/* The answer to a question that was not asked: TESTPKI_WRONG. */
static void
spoil_imprint(TS_REQ *req)
{
	TS_MSG_IMPRINT *imprint = TS_REQ_get_msg_imprint(req);
	ASN1_OCTET_STRING *bytes = TS_MSG_IMPRINT_get_msg(imprint);
	unsigned char other[EVP_MAX_MD_SIZE];
	int n = ASN1_STRING_length(bytes);

	if (n < 1 || n > EVP_MAX_MD_SIZE)
		return;
	memcpy(other, ASN1_STRING_get0_data(bytes), (size_t)n);
	other[0] ^= 0xff;
	TS_MSG_IMPRINT_set_msg(imprint, other, n);
}

static TS_RESP_CTX *
new_context(struct testpki *pki)
{
	TS_RESP_CTX *ctx = TS_RESP_CTX_new();
	STACK_OF(X509) *chain = sk_X509_new_null();
	ASN1_OBJECT *policy = OBJ_txt2obj(POLICY, 1);
	bool good;

	sk_X509_push(chain, pki->certs[M_PUBLIC]->x509);
	good = ctx != NULL && TS_RESP_CTX_set_signer_cert(ctx, pki->certs[M_TSA]->x509) == 1 &&
	    TS_RESP_CTX_set_signer_key(ctx, pki->keys[M_TSA]) == 1 && TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256()) == 1 &&
	    TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256()) == 1 && TS_RESP_CTX_set_def_policy(ctx, policy) == 1 &&
	    TS_RESP_CTX_add_md(ctx, EVP_sha256()) == 1 && TS_RESP_CTX_add_md(ctx, EVP_sha384()) == 1 &&
	    TS_RESP_CTX_add_md(ctx, EVP_sha512()) == 1 && TS_RESP_CTX_set_certs(ctx, chain) == 1;
	if (good)
		TS_RESP_CTX_set_serial_cb(ctx, next_serial, NULL);
	sk_X509_free(chain);
	ASN1_OBJECT_free(policy);
	if (!good) {
		TS_RESP_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

/* The question as the service will read it, possibly spoiled. */
static BIO *
question(struct hb_bytes request, enum testpki_fault fault)
{
	const unsigned char *p = request.p;
	TS_REQ *req = d2i_TS_REQ(NULL, &p, (long)request.n);
	BIO *bio = BIO_new(BIO_s_mem());

	if (req == NULL || fault == TESTPKI_REFUSE) {
		BIO_write(bio, request.p, fault == TESTPKI_REFUSE ? 0 : (int)request.n);
	} else {
		if (fault == TESTPKI_WRONG)
			spoil_imprint(req);
		i2d_TS_REQ_bio(bio, req);
	}
	TS_REQ_free(req);
	return bio;
}

enum hb_code
testpki_tsa_answer(struct testpki *pki, struct hb_bytes request, enum testpki_fault fault, struct hb_arena *a,
    struct hb_bytes *ret, struct hb_err *err)
{
	TS_RESP_CTX *ctx = new_context(pki);
	BIO *bio = question(request, fault);
	TS_RESP *resp = ctx != NULL ? TS_RESP_create_response(ctx, bio) : NULL;
	unsigned char *der = NULL;
	enum hb_code code;

	BIO_free(bio);
	TS_RESP_CTX_free(ctx);
	if (resp == NULL)
		return hb_bug(err, "a timestamp cannot be made");
	code = pki_take_der(&der, i2d_TS_RESP(resp, &der), a, ret, err);
	TS_RESP_free(resp);
	return code;
}
