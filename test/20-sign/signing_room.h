/* A small system behind the signing room for tests: documents in memory, signers whose keys stand for their tokens,
 * and the calls a page and an agent would make. */
#ifndef TEST_SIGNING_ROOM_H
#define TEST_SIGNING_ROOM_H
#include "demo/pki/testpki.h"
#include "json/read.h"
#include "sign/pki_int.h"
#include "sign/verify.h"
#include "signing/signing.h"
#include "tap.h"

#include <openssl/evp.h>
#include <stdlib.h>

static struct hb_arena all;
static struct testpki *pki, *foreign;
static struct testpki_server *server;
static struct signing_room room;
static struct hb_id school;

/* A signer: the key stands for his token. */
struct signer { struct auth_person who; EVP_PKEY *key; struct pki_cert *cert; };
static struct signer maths, literature, homeroom, clerk;

/* --- the system: one XML and one PDF, versions in memory --- */

struct document { struct hb_bytes bytes; int64_t version; };
static struct document documents[2];         /* by format */
static struct signing_slot offered[8];
static size_t n_offered;
static int stale_stores;                     /* refuse so many stores as if another had been first */
static unsigned verified;

static enum hb_code
host_slots(void *context, const struct auth_person *who, const json_t *filter, struct hb_arena *a, struct signing_slot **ret_slots,
    size_t *ret_n, struct hb_err *err)
{
	(void)context;
	(void)who;
	(void)filter;
	(void)a;
	(void)err;
	*ret_slots = offered;
	*ret_n = n_offered;
	return HB_OK;
}

static enum hb_code
host_load(void *context, const char *document, enum signing_format format, struct hb_arena *a, struct hb_bytes *ret_doc,
    int64_t *ret_version, struct hb_err *err)
{
	(void)context;
	if (strcmp(document, "7A") != 0)
		return hb_fail(err, HB_E_NOTFOUND, "ky.khongThay", "không có tài liệu %s", document);
	*ret_doc = HB_BYTES(hb_memdup(a, documents[format].bytes.p, documents[format].bytes.n), documents[format].bytes.n);
	*ret_version = documents[format].version;
	return HB_OK;
}

static enum hb_code
host_verify(void *context, const struct signing_slot *slot, struct hb_bytes doc, struct hb_arena *a, struct hb_err *err)
{
	struct verify_options o = { .trust = room.trust, .unfinished = true };
	struct verify_report report;
	enum hb_code code = verify_file(doc, &o, a, &report, err);

	(void)context;
	(void)slot;
	verified++;
	if (code == HB_OK && report.verdict == VERIFY_INVALID)
		return hb_fail(err, HB_E_INTERNAL, "ky.khongDung", "tài liệu sau khi ký không hợp lệ: %s",
		    report.n_findings > 0 ? report.findings[0].text : "");
	return code;
}

static enum hb_code
host_store(struct db_tx *tx, void *context, const char *document, enum signing_format format, const struct signing_slot *slot,
    const struct auth_person *who, int64_t version, struct hb_bytes doc, struct hb_err *err)
{
	(void)tx;
	(void)context;
	(void)document;
	(void)slot;
	(void)who;
	if (stale_stores > 0) {
		stale_stores--;
		return hb_fail(err, HB_E_CONFLICT, "duLieu.trung", "có người vừa ký trước");
	}
	if (documents[format].version != version)
		return hb_fail(err, HB_E_CONFLICT, "duLieu.trung", "tài liệu đã đổi");
	documents[format].bytes = HB_BYTES(hb_memdup(&all, doc.p, doc.n), doc.n);
	documents[format].version++;
	return HB_OK;
}

static const struct signing_host host = { .slots = host_slots, .load = host_load, .verify = host_verify, .store = host_store };

/* --- signers --- */

static struct hb_bytes
spki_of(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	struct hb_bytes spki = HB_BYTES("", 0);

	(void)!pki_take_der(&der, i2d_PUBKEY(key, &der), &all, &spki, NULL);
	return spki;
}

static struct pki_cert *
certify(struct testpki *from, EVP_PKEY *key, struct testpki_subject s)
{
	struct pki_cert *cert = NULL;

	return testpki_issue(from, &s, spki_of(key), &all, &cert, NULL) == HB_OK ? cert : NULL;
}

static struct signer
make_signer(const char *name, const char *id, bool rsa, bool is_unit)
{
	struct signer s = { .key = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256") };
	struct testpki_subject subject = { .ca = is_unit ? TESTPKI_GOVERNMENT : TESTPKI_PUBLIC, .name = name, .id = id };

	s.cert = certify(pki, s.key, subject);
	s.who = (struct auth_person){ .account = hb_id_new(), .person = hb_id_new(), .school = school, .name = name };
	return s;
}

static enum hb_code
enrol(const struct signer *s, const char *owner, struct pki_cert *cert, struct hb_err *err)
{
	struct hb_id id;

	*err = HB_ERR_INIT;
	return signing_register(&room, &s->who, school.s, owner, cert->der, &all, &id, err);
}

static bool
refused(const struct signer *s, const char *owner, struct pki_cert *cert, const char *key)
{
	struct hb_err err;

	return enrol(s, owner, cert, &err) != HB_OK && strcmp(err.key, key) == 0;
}

/* --- calls --- */

static json_t *
as_json(struct hb_buf *out)
{
	struct hb_err err = HB_ERR_INIT;
	json_t *j = NULL;

	if (json_read(hb_buf_bytes(out), HB_BUF_MAX, &all, &j, &err) != HB_OK)
		printf("# %s\n", err.msg);
	return j;
}

static json_t *
prepare(const struct signer *s, struct hb_err *err)
{
	json_t *body = json_pack("{s:s}", "certificate", hb_base64(&all, s->cert->der)), *packet = NULL;
	HB_SCOPED_BUF out;
	struct jw w;

	*err = HB_ERR_INIT;
	hb_buf_init(&out, HB_BUF_MAX);
	w = jw_start(&out);
	if (signing_prepare(&room, &s->who, body, &all, &w, err) == HB_OK && jw_done(&w))
		packet = as_json(&out);
	json_decref(body);
	return packet;
}

/* What the agent does: compute the digest, sign it. */
static struct hb_bytes
sign_document(const struct signer *s, const json_t *d)
{
	struct hb_bytes doc, attributes, value = HB_BYTES("", 0);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(s->key, NULL);
	struct xmlsig_tbs tbs;
	struct hb_sha256 digest = { { 0 } };
	uint8_t *out = hb_alloc(&all, 512);
	size_t n = 512;

	(void)!json_get_base64(d, "document", &all, &doc, NULL);
	if (strcmp(json_opt_str(d, "format"), "xml") == 0 && xmlsig_tbs(doc, json_opt_str(d, "signature"), &all, &tbs, NULL) == HB_OK)
		digest = tbs.digest;
	else if (pades_attributes(doc, json_opt_str(d, "signature"), s->cert->der, &all, &attributes, NULL) == HB_OK)
		digest = hb_sha256(attributes);
	EVP_PKEY_sign_init(ctx);
	EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256());
	EVP_PKEY_sign(ctx, out, &n, digest.b, HB_SHA256_LEN);
	EVP_PKEY_CTX_free(ctx);
	value = HB_BYTES(out, n);
	if (s->cert->key == PKI_KEY_EC)
		(void)!pki_ecdsa_to_raw(value, 32, &all, &value, NULL);
	return value;
}

static json_t *
answer_of(const struct signer *s, const json_t *packet, bool spoil)
{
	json_t *signatures = json_array(), *d;
	size_t at;

	json_array_foreach (json_object_get(packet, "documents"), at, d) {
		struct hb_bytes value = sign_document(s, d);

		if (spoil)
			((uint8_t *)value.p)[value.n - 1] ^= 1;
		json_array_append_new(signatures, json_pack("{s:s,s:s}", "id", json_opt_str(d, "id"), "value", hb_base64(&all, value)));
	}
	return json_pack("{s:s,s:o}", "batch", json_opt_str(packet, "batch"), "signatures", signatures);
}

static json_t *
complete(const struct signer *s, json_t *answer, struct hb_err *err)
{
	json_t *result = NULL;
	HB_SCOPED_BUF out;
	struct jw w;

	*err = HB_ERR_INIT;
	hb_buf_init(&out, HB_BUF_MAX);
	w = jw_start(&out);
	if (signing_complete(&room, &s->who, answer, &all, &w, err) == HB_OK && jw_done(&w))
		result = as_json(&out);
	json_decref(answer);
	return result;
}

static const json_t *
first_result(const json_t *reply)
{
	return json_array_get(json_object_get(reply, "results"), 0);
}

static bool
first_is(const json_t *reply, const char *state)
{
	const char *s = json_opt_str(first_result(reply), "state");

	return s != NULL && strcmp(s, state) == 0;
}

static bool
has_timestamp(const json_t *reply)
{
	return json_is_true(json_object_get(first_result(reply), "timestamp"));
}

/* Prepare, sign and complete; the reply. */
static json_t *
sign_now(const struct signer *s)
{
	struct hb_err err;
	json_t *packet = prepare(s, &err), *reply = packet != NULL ? complete(s, answer_of(s, packet, false), &err) : NULL;

	if (err.code != HB_OK)
		printf("# %s\n", err.msg);
	return reply;
}
#endif
