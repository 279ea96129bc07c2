/* test/signed_pdf.h - a throw-away PKI in memory and a PDF signed with it: homeroom, head, seal, evidence, closing
 * timestamp.  For tests of lib/pdf and its bench; needs no network. */
#ifndef TEST_SIGNED_PDF_H
#define TEST_SIGNED_PDF_H
#include "pdf/pades.h"
#include "pdf/stamp.h"
#include <cairo-pdf.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

struct sp_party { EVP_PKEY *key; X509 *cert; };
struct sp_pki { struct sp_party root, ca, gvcn, cbql, dv, tsa; };

#define sp_must(cond) ((cond) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond), abort()))

static inline void
sp_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	sp_must(ext != NULL && X509_add_ext(cert, ext, -1) == 1);
	X509_EXTENSION_free(ext);
}

static inline struct sp_party
sp_party(const char *name, bool elliptic, bool ca, const char *usage, const char *extended, const struct sp_party *issuer)
{
	static long     serial = 1;
	struct sp_party p = { elliptic ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048), X509_new() };
	X509           *issuer_cert = issuer == NULL ? p.cert : issuer->cert;
	sp_must(p.key != NULL && X509_set_version(p.cert, 2) == 1);
	ASN1_INTEGER_set(X509_get_serialNumber(p.cert), serial++);
	X509_gmtime_adj(X509_getm_notBefore(p.cert), -86400);
	X509_gmtime_adj(X509_getm_notAfter(p.cert), 86400L * 700);
	X509_set_pubkey(p.cert, p.key);
	X509_NAME *subject = X509_get_subject_name(p.cert);
	X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_UTF8, (const unsigned char *)"VN", -1, -1, 0);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(p.cert, X509_get_subject_name(issuer_cert));
	sp_extension(p.cert, issuer_cert, NID_basic_constraints, ca ? "critical,CA:TRUE" : "CA:FALSE");
	sp_extension(p.cert, issuer_cert, NID_key_usage, usage);
	sp_extension(p.cert, issuer_cert, NID_subject_key_identifier, "hash");
	if (issuer != NULL)
		sp_extension(p.cert, issuer_cert, NID_authority_key_identifier, "keyid");
	if (extended != NULL)
		sp_extension(p.cert, issuer_cert, NID_ext_key_usage, extended);
	sp_must(X509_sign(p.cert, issuer == NULL ? p.key : issuer->key, EVP_sha256()) > 0);
	return p;
}

static inline struct sp_pki
sp_pki(void)
{
	struct sp_pki k;
	k.root = sp_party("Root thử", false, true, "critical,keyCertSign,cRLSign", NULL, NULL);
	k.ca = sp_party("CA thử", false, true, "critical,keyCertSign,cRLSign", NULL, &k.root);
	k.gvcn = sp_party("Nguyễn Thị Chủ Nhiệm", false, false, "critical,digitalSignature,nonRepudiation", NULL, &k.ca);
	k.cbql = sp_party("Trần Văn Hiệu Trưởng", true, false, "critical,digitalSignature,nonRepudiation", NULL, &k.ca);
	k.dv = sp_party("TRƯỜNG THCS THỬ", false, false, "critical,digitalSignature,nonRepudiation", NULL, &k.ca);
	k.tsa = sp_party("TSA thử", false, false, "critical,digitalSignature", "critical,timeStamping", &k.ca);
	return k;
}

static inline void
sp_party_free(struct sp_party *p)
{
	X509_free(p->cert);
	EVP_PKEY_free(p->key);
}

static inline void
sp_pki_free(struct sp_pki *k)
{
	struct sp_party *all[] = { &k->root, &k->ca, &k->gvcn, &k->cbql, &k->dv, &k->tsa };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		sp_party_free(all[i]);
}

static inline struct hb_bytes
sp_cert(const struct sp_party *p, struct hb_arena *a)
{
	uint8_t *der = NULL;
	int      n = i2d_X509(p->cert, &der);
	void    *copy = hb_memdup(a, der, (size_t)n);
	sp_must(n > 0 && copy != NULL);
	OPENSSL_free(der);
	return HB_BYTES(copy, n);
}

static inline struct hb_bytes
sp_sign(const struct sp_party *p, struct hb_bytes data, struct hb_arena *a)
{
	uint8_t     out[1024];
	size_t      n = sizeof out;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	sp_must(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, p->key) == 1 &&
	    EVP_DigestSign(md, out, &n, data.p, data.n) == 1);
	EVP_MD_CTX_free(md);
	void *copy = hb_memdup(a, out, n);
	sp_must(copy != NULL);
	return HB_BYTES(copy, n);
}

/* ---- a timestamp service without a network ---- */

static inline ASN1_INTEGER *
sp_token_serial(TS_RESP_CTX *ctx, void *data)
{
	static long number = 100;
	ASN1_INTEGER *out = ASN1_INTEGER_new();
	(void)ctx;
	(void)data;
	ASN1_INTEGER_set(out, number++);
	return out;
}

static inline struct hb_bytes
sp_token(const struct sp_pki *k, const struct hb_sha256 *imprint, bool with_certs, struct hb_arena *a)
{
	TS_REQ         *req = TS_REQ_new();
	TS_MSG_IMPRINT *mark = TS_MSG_IMPRINT_new();
	X509_ALGOR     *sha256 = X509_ALGOR_new();
	X509_ALGOR_set0(sha256, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL);
	TS_REQ_set_version(req, 1);
	TS_MSG_IMPRINT_set_algo(mark, sha256);
	TS_MSG_IMPRINT_set_msg(mark, (unsigned char *)imprint->b, sizeof imprint->b);
	TS_REQ_set_msg_imprint(req, mark);
	TS_REQ_set_cert_req(req, with_certs);
	TS_RESP_CTX *ctx = TS_RESP_CTX_new();
	STACK_OF(X509) *chain = sk_X509_new_null();
	ASN1_OBJECT    *policy = OBJ_txt2obj("1.2.3.4.1", 1);
	sk_X509_push(chain, k->ca.cert);
	TS_RESP_CTX_set_signer_cert(ctx, k->tsa.cert);
	TS_RESP_CTX_set_signer_key(ctx, k->tsa.key);
	TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256());
	TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256());
	TS_RESP_CTX_set_certs(ctx, chain);
	TS_RESP_CTX_set_def_policy(ctx, policy);
	TS_RESP_CTX_add_md(ctx, EVP_sha256());
	TS_RESP_CTX_set_serial_cb(ctx, sp_token_serial, NULL);
	BIO *in = BIO_new(BIO_s_mem());
	i2d_TS_REQ_bio(in, req);
	TS_RESP *resp = TS_RESP_create_response(ctx, in);
	sp_must(resp != NULL && TS_RESP_get_token(resp) != NULL);
	uint8_t *der = NULL;
	int      n = i2d_PKCS7(TS_RESP_get_token(resp), &der);
	void    *copy = hb_memdup(a, der, (size_t)n);
	sp_must(n > 0 && copy != NULL);
	OPENSSL_free(der);
	TS_RESP_free(resp);
	BIO_free(in);
	TS_RESP_CTX_free(ctx);
	ASN1_OBJECT_free(policy);
	sk_X509_free(chain);
	X509_ALGOR_free(sha256);
	TS_MSG_IMPRINT_free(mark);
	TS_REQ_free(req);
	return HB_BYTES(copy, n);
}

static inline enum hb_code
sp_token_fn(void *ctx, const struct hb_sha256 *imprint, struct hb_arena *a, struct hb_bytes *ret_token,
    struct hb_err *err)
{
	(void)err;
	*ret_token = sp_token(ctx, imprint, true, a);
	return HB_OK;
}

/* ---- documents ---- */

static inline cairo_status_t
sp_take(void *ctx, const unsigned char *bytes, unsigned n)
{
	hb_put(ctx, bytes, n);
	return CAIRO_STATUS_SUCCESS;
}

static inline struct hb_bytes
sp_pages(int pages, struct hb_arena *a)
{
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(sp_take, &out, 595, 842);
	cairo_t         *cr = cairo_create(surface);
	cairo_select_font_face(cr, "Liberation Serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(cr, 16);
	for (int i = 0; i < pages; i++) {
		cairo_move_to(cr, 60, 100);
		cairo_show_text(cr, "HỌC BẠ · Nguyễn Thị Ước · Toán 8,4");
		cairo_show_page(cr);
	}
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	char *bytes = hb_buf_take(&out, a);
	sp_must(bytes != NULL);
	return HB_BYTES(bytes, out.len);
}

static inline const char *
sp_name(const struct sp_party *p, char out[128])
{
	uint8_t *utf8 = NULL;
	int      at = X509_NAME_get_index_by_NID(X509_get_subject_name(p->cert), NID_commonName, -1);
	int      n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(
						    X509_get_subject_name(p->cert), at)));
	snprintf(out, 128, "%.*s", n, utf8);
	OPENSSL_free(utf8);
	return out;
}

static inline struct hb_bytes
sp_sign_field(struct hb_bytes pdf, struct pades_field *f, const struct sp_party *p, const struct sp_pki *k, bool stamped,
    struct hb_arena *a)
{
	struct hb_err   err = HB_ERR_INIT;
	char            name[128];
	struct hb_bytes prepared = { 0 }, attributes = { 0 }, out = { 0 }, cert = sp_cert(p, a), ca = sp_cert(&k->ca, a);
	f->signer = sp_name(p, name);
	f->when = hb_now();
	enum hb_code rc = pades_prepare(pdf, f, a, &prepared, &err);
	if (rc == HB_OK)
		rc = pades_attributes(prepared, f->name, cert, a, &attributes, &err);
	if (rc != HB_OK)
		return out;
	struct pades_value v = { .signer = cert, .issuers = &ca, .issuers_n = 1, .value = sp_sign(p, attributes, a) };
	if (stamped) {
		struct hb_sha256 imprint = hb_sha256(v.value);
		v.token = sp_token(k, &imprint, false, a);
	}
	rc = pades_embed(prepared, f->name, &v, a, &out, &err);
	if (rc != HB_OK)
		fprintf(stderr, "# %s %s\n", err.msg, err.log);
	return out;
}

/* Homeroom, head, seal over the left third of the head's image; every signature timestamped. */
static inline struct hb_bytes
sp_three(struct hb_bytes pdf, const struct sp_pki *k, struct hb_arena *a)
{
	struct hb_bytes    hand1 = { 0 }, hand2 = { 0 }, seal = { 0 };
	struct pades_field gvcn = { .name = "GVCN", .rect = { 60, 90, 200, 150 }, .reason = "Giáo viên chủ nhiệm ký học bạ" };
	struct pades_field cbql = { .name = "CBQL", .rect = { 340, 90, 500, 150 }, .reason = "Hiệu trưởng ký học bạ" };
	struct pades_field dv = { .name = "DON_VI", .rect = pades_seal_rect(cbql.rect), .reason = "Phát hành học bạ" };
	sp_must(stamp_hand("Nguyễn Thị Chủ Nhiệm", 140, 60, a, &hand1, NULL) == HB_OK);
	sp_must(stamp_hand("Trần Văn Hiệu Trưởng", 160, 60, a, &hand2, NULL) == HB_OK);
	sp_must(stamp_seal("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG THCS THỬ", 102, 102, a, &seal, NULL) == HB_OK);
	gvcn.look = hand1;
	cbql.look = hand2;
	dv.look = seal;
	pdf = sp_sign_field(pdf, &gvcn, &k->gvcn, k, true, a);
	pdf = sp_sign_field(pdf, &cbql, &k->cbql, k, true, a);
	return sp_sign_field(pdf, &dv, &k->dv, k, true, a);
}

/* Then the evidence and the closing timestamp. */
static inline struct hb_bytes
sp_close(struct hb_bytes pdf, const struct sp_pki *k, struct hb_arena *a)
{
	struct hb_bytes       out = { 0 };
	struct hb_err         err = HB_ERR_INIT;
	const struct hb_bytes certs[] = { sp_cert(&k->ca, a), sp_cert(&k->tsa, a) };
	struct pades_evidence e = { .certs = certs, .certs_n = 2 };
	if (pades_add_evidence(pdf, &e, a, &out, &err) != HB_OK ||
	    pades_document_timestamp(out, "DAU_THOI_GIAN", sp_token_fn, (void *)k, a, &out, &err) != HB_OK)
		fprintf(stderr, "# %s %s\n", err.msg, err.log);
	return out;
}
#endif
