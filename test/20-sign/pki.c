/* Certificates, chains, revocation and timestamps against the test PKI, with every fault of D7 and D10.2. */
#include "demo/pki/testpki.h"
#include "sign/evidence.h"
#include "sign/pki_int.h"
#include "tap.h"

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

static struct hb_arena all;
static struct testpki *pki;
static struct testpki_server *server;
static struct pki_trust *trust;
static struct pki_net *net;
static hb_time now;

static EVP_PKEY *rsa2048;       /* one for all: making it is the slow part */

/* A key and its certificate; bits 0: P-256. */
static struct pki_cert *
issue(struct testpki_subject s, int bits)
{
	struct pki_cert *cert = NULL;
	EVP_PKEY *key;
	unsigned char *der = NULL;
	struct hb_bytes spki;

	if (rsa2048 == NULL)
		rsa2048 = EVP_RSA_gen(2048);
	if (bits == 2048 && EVP_PKEY_up_ref(rsa2048) == 1)
		key = rsa2048;
	else
		key = bits > 0 ? EVP_RSA_gen((unsigned)bits) : EVP_EC_gen("P-256");
	if (pki_take_der(&der, i2d_PUBKEY(key, &der), &all, &spki, NULL) != HB_OK ||
	    testpki_issue(pki, &s, spki, &all, &cert, NULL) != HB_OK)
		cert = NULL;
	EVP_PKEY_free(key);
	return cert;
}

static struct testpki_subject
teacher(void)
{
	return (struct testpki_subject){ .ca = TESTPKI_PUBLIC, .name = "Nguyễn Thị Hòa", .organisation = "Trường THCS Sao Mai",
		.place = "Hà Nội", .id = "CCCD:001185012345" };
}

static struct testpki_subject
school(void)
{
	return (struct testpki_subject){ .ca = TESTPKI_GOVERNMENT, .name = "Trường THCS Sao Mai", .place = "Hà Nội", .id = "MST:0312345678" };
}

static struct pki_chain
chain_of(struct pki_cert *leaf, enum pki_purpose purpose, hb_time at)
{
	struct pki_cert *pool[] = { testpki_ca_cert(pki, TESTPKI_GOVERNMENT), testpki_ca_cert(pki, TESTPKI_PUBLIC) };
	struct pki_chain chain = { .status = PKI_INDETERMINATE };

	if (pki_chain_build(trust, leaf, pool, 2, purpose, at, &all, &chain, NULL) != HB_OK)
		chain.status = PKI_INDETERMINATE;
	return chain;
}

static void
test_certificates(void)
{
	struct pki_cert *person = issue(teacher(), 2048), *unit = issue(school(), 2048), *copy;
	struct hb_err err = HB_ERR_INIT;
	struct testpki_subject both = teacher();

	ok(person->kind == PKI_KIND_PERSONAL && strcmp(person->owner_id, "001185012345") == 0, "CCCD: makes a certificate personal");
	ok(unit->kind == PKI_KIND_UNIT && strcmp(unit->owner_id, "0312345678") == 0, "MST: makes a certificate a unit's");
	both.id = "khác";
	ok(issue(both, 2048)->kind == PKI_KIND_OTHER, "another id is neither");
	is(person->subject, "UID=CCCD:001185012345,CN=Nguyễn Thị Hòa,O=Trường THCS Sao Mai,L=Hà Nội,C=VN", "the subject is RFC 2253 in UTF-8");
	is(person->name, "Nguyễn Thị Hòa", "the name is the CN");
	is(person->issuer_name, "Test CA công cộng", "so is the issuer's");
	ok(person->key == PKI_KEY_RSA && person->key_bits == 2048 && !person->is_ca, "the key is read");
	ok(pki_cert_parse(person->der, &all, &copy, &err) == HB_OK && pki_cert_eq(copy, person), "a certificate reads back");
	ok(pki_cert_parse(HB_BYTES(person->der.p, person->der.n - 1), &all, &copy, &err) == HB_E_INPUT, "a cut one does not");
	ok(pki_subject_is(person, HB_STR(person->subject)), "the subject matches its own text");
	ok(pki_subject_is(person, HB_STR("C=VN, L=Hà Nội, O=Trường THCS Sao Mai, CN=Nguyễn Thị Hòa, OID.0.9.2342.19200300.100.1.1=CCCD:001185012345")),
	    "and the .NET spelling");
	ok(!pki_subject_is(person, HB_STR("UID=CCCD:001185012345,CN=Nguyễn Thị Hoa,O=Trường THCS Sao Mai,L=Hà Nội,C=VN")),
	    "another name does not match");
	ok(!pki_subject_is(person, HB_STR("CN=Nguyễn Thị Hòa")), "nor does a part of it");
	ok(!pki_subject_is(person, HB_STR("")) && !pki_subject_is(person, HB_STR("=,=")) && !pki_subject_is(person, HB_STR("CN=\"a")),
	    "nor nonsense");
}

static void
test_chains(void)
{
	struct pki_cert *person = issue(teacher(), 2048), *unit = issue(school(), 0), *stranger;
	struct pki_cert *public_ca = testpki_ca_cert(pki, TESTPKI_PUBLIC);
	struct pki_trust *nobody = pki_trust_new();
	struct testpki_subject s;
	struct pki_chain c;

	c = chain_of(person, PKI_FOR_SIGNING, now);
	ok(c.status == PKI_OK && c.n == 3 && c.ca_class == PKI_CA_PUBLIC, "a teacher's chain reaches the root through the public CA");
	c = chain_of(unit, PKI_FOR_SIGNING, now);
	ok(c.status == PKI_OK && c.ca_class == PKI_CA_GOVERNMENT, "a P-256 unit certificate through the government's");
	ok(chain_of(person, PKI_FOR_SIGNING, person->not_after + 1).status == PKI_EXPIRED, "later it has expired");
	ok(chain_of(person, PKI_FOR_SIGNING, person->not_before - 1).status == PKI_NOT_YET_VALID, "earlier it was not yet in force");
	ok(chain_of(person, PKI_FOR_TIMESTAMP, now).status == PKI_BAD_USAGE, "a person is no timestamp service");
	ok(chain_of(person, PKI_FOR_OCSP, now).status == PKI_BAD_USAGE, "nor an OCSP responder");
	ok(chain_of(testpki_tsa_cert(pki), PKI_FOR_SIGNING, now).status == PKI_BAD_USAGE, "a timestamp service does not sign records");
	ok(chain_of(public_ca, PKI_FOR_SIGNING, now).status == PKI_BAD_USAGE, "nor does a CA");
	ok(chain_of(testpki_tsa_cert(pki), PKI_FOR_TIMESTAMP, now).status == PKI_OK, "the timestamp service is one");

	s = teacher();
	s.usage_encrypt_only = true;
	ok(chain_of(issue(s, 2048), PKI_FOR_SIGNING, now).status == PKI_BAD_USAGE, "key usage without signing is refused");
	ok(chain_of(issue(teacher(), 1024), PKI_FOR_SIGNING, now).status == PKI_BAD_ALGORITHM, "RSA 1024 is refused");

	ok(pki_chain_build(nobody, person, &public_ca, 1, PKI_FOR_SIGNING, now, &all, &c, NULL) == HB_OK && c.status == PKI_NO_CHAIN,
	    "without an anchor nobody is trusted, even with the CA in the pool");
	ok(pki_chain_build(trust, person, NULL, 0, PKI_FOR_SIGNING, now, &all, &c, NULL) == HB_OK && c.status == PKI_NO_CHAIN,
	    "without the CA no chain is found");
	stranger = testpki_ca_cert(pki, TESTPKI_ROOT);
	ok(pki_chain_build(nobody, person, (struct pki_cert *[]){ public_ca, stranger }, 2, PKI_FOR_SIGNING, now, &all, &c, NULL) == HB_OK &&
	    c.status == PKI_NO_CHAIN, "a root that came with the file is no anchor");
	pki_trust_free(nobody);
}

/* A certificate signed by a person's key, as if he were a CA. */
static void
test_false_ca(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct pki_cert *false_ca, *pool[2], *leaf;
	struct pki_chain c;
	struct hb_bytes spki;
	unsigned char *der = NULL;
	struct testpki_subject s = teacher();
	X509 *x;

	pki_take_der(&der, i2d_PUBKEY(key, &der), &all, &spki, NULL);
	testpki_issue(pki, &s, spki, &all, &false_ca, NULL);
	x = X509_dup(false_ca->x509);
	X509_set_issuer_name(x, X509_get_subject_name(false_ca->x509));
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "OU", MBSTRING_ASC, (const unsigned char *)"x", -1, -1, 0);
	X509_EXTENSION_free(X509_delete_ext(x, X509_get_ext_by_NID(x, NID_authority_key_identifier, -1)));
	X509_sign(x, key, EVP_sha256());
	pki_cert_wrap(x, &all, &leaf, NULL);
	pool[0] = false_ca;
	pool[1] = testpki_ca_cert(pki, TESTPKI_PUBLIC);
	ok(pki_chain_build(trust, leaf, pool, 2, PKI_FOR_SIGNING, now, &all, &c, NULL) == HB_OK && c.status != PKI_OK,
	    "a person cannot issue certificates (%s)", pki_status_vi(c.status));
	X509_free(x);
	EVP_PKEY_free(key);
}

static struct pki_revocation
ask_ocsp(struct pki_cert *c, enum testpki_ca ca, hb_time at)
{
	struct pki_revocation r = { .why = "no answer" };
	struct hb_err err = HB_ERR_INIT;
	struct hb_bytes der;

	if (pki_ocsp_fetch(net, c, testpki_ca_cert(pki, ca), hb_now() + 1, &all, &der, &err) == HB_OK)
		pki_ocsp_check(der, c, testpki_ca_cert(pki, ca), NULL, 0, at, &all, &r);
	return r;
}

static void
test_ocsp(void)
{
	struct pki_cert *person = issue(teacher(), 2048), *other = issue(teacher(), 2048), *ca = testpki_ca_cert(pki, TESTPKI_PUBLIC);
	struct pki_revocation r = ask_ocsp(person, TESTPKI_PUBLIC, now);
	struct hb_err err = HB_ERR_INIT;
	struct hb_bytes der;

	ok(r.state == PKI_REV_GOOD && !r.is_crl, "OCSP says good");
	ok(pki_ocsp_fetch(net, person, ca, 0, &all, &der, &err) == HB_OK, "an answer is fetched");
	pki_ocsp_check(der, other, ca, NULL, 0, now, &all, &r);
	ok(r.state == PKI_REV_UNKNOWN && r.why != NULL, "an answer about one certificate says nothing of another");
	pki_ocsp_check(der, person, testpki_ca_cert(pki, TESTPKI_GOVERNMENT), NULL, 0, now, &all, &r);
	ok(r.state == PKI_REV_UNKNOWN, "nor under another issuer");
	pki_ocsp_check(der, person, ca, NULL, 0, now - 86400, &all, &r);
	ok(r.state == PKI_REV_GOOD, "an answer made later speaks for an earlier time");
	pki_ocsp_check(der, person, ca, NULL, 0, now + 30 * 86400, &all, &r);
	ok(r.state == PKI_REV_UNKNOWN, "but not for a time after it ran out");

	testpki_revoke(pki, person->serial, now - 3600, NULL);
	r = ask_ocsp(person, TESTPKI_PUBLIC, now);
	ok(r.state == PKI_REV_REVOKED && r.revoked_at == now - 3600, "a revoked certificate is revoked now");
	r = ask_ocsp(person, TESTPKI_PUBLIC, now - 7200);
	ok(r.state == PKI_REV_GOOD && r.ever_revoked, "and was good before");

	testpki_set_fault(server, TESTPKI_OCSP, TESTPKI_WRONG);
	r = ask_ocsp(other, TESTPKI_PUBLIC, now);
	ok(r.state == PKI_REV_UNKNOWN, "an answer by a key the CA did not name is no answer (%s)", r.why);
	testpki_set_fault(server, TESTPKI_OCSP, TESTPKI_REFUSE);
	ok(ask_ocsp(other, TESTPKI_PUBLIC, now).state == PKI_REV_UNKNOWN, "a refusal is unknown");
	testpki_set_fault(server, TESTPKI_OCSP, TESTPKI_GARBAGE);
	ok(ask_ocsp(other, TESTPKI_PUBLIC, now).state == PKI_REV_UNKNOWN, "garbage is unknown");
	testpki_set_fault(server, TESTPKI_OCSP, TESTPKI_SILENT);
	ok(pki_ocsp_fetch(net, other, ca, hb_now() + 1, &all, &der, &err) == HB_E_UPSTREAM && strcmp(err.key, "pki.imLang") == 0,
	    "a silent responder is said to be silent: %s", err.msg);
	testpki_set_fault(server, TESTPKI_OCSP, TESTPKI_OK);
	ok(ask_ocsp(other, TESTPKI_PUBLIC, now).state == PKI_REV_GOOD, "afterwards all is well");
}

static void
test_crl(void)
{
	struct pki_cert *unit = issue(school(), 2048), *ca = testpki_ca_cert(pki, TESTPKI_GOVERNMENT), *root = testpki_ca_cert(pki, TESTPKI_ROOT);
	struct hb_err err = HB_ERR_INIT;
	struct pki_revocation r;
	struct hb_bytes crl, other;

	ok(pki_crl_fetch(net, unit, 0, &all, &crl, &err) == HB_OK, "a CRL is fetched");
	pki_crl_check(crl, unit, ca, now, &r);
	ok(r.state == PKI_REV_GOOD && r.is_crl, "the CRL does not list the unit");
	pki_crl_check(crl, unit, root, now, &r);
	ok(r.state == PKI_REV_UNKNOWN, "a CRL of another issuer says nothing");
	testpki_revoke(pki, unit->serial, now - 60, NULL);
	pki_crl_fetch(net, unit, hb_now() + 1, &all, &crl, &err);
	pki_crl_check(crl, unit, ca, now, &r);
	ok(r.state == PKI_REV_REVOKED && r.revoked_at == now - 60, "then it does");
	testpki_set_fault(server, TESTPKI_CRL, TESTPKI_WRONG);
	pki_crl_fetch(net, unit, hb_now() + 1, &all, &other, &err);
	pki_crl_check(other, unit, ca, now, &r);
	ok(r.state == PKI_REV_UNKNOWN, "another CA's list says nothing");
	testpki_set_fault(server, TESTPKI_CRL, TESTPKI_OK);
	ok(pki_crl_fetch(net, ca, 0, &all, &crl, &err) == HB_OK, "the root has a list for its CAs");
	pki_crl_check(crl, ca, root, now, &r);
	ok(r.state == PKI_REV_GOOD, "no CA is revoked");
}

/* The CA's list again, as a part: the extension says which. */
static struct hb_bytes
part_of_list(struct hb_bytes crl, const char *which)
{
	const unsigned char *p = crl.p;
	X509_CRL *list = d2i_X509_CRL(NULL, &p, (long)crl.n);
	BIO *pem = BIO_new_file(hb_printf(&all, "%s/keys/government.pem", testpki_dir(pki)), "r");
	EVP_PKEY *key = PEM_read_bio_PrivateKey(pem, NULL, NULL, NULL);
	struct hb_bytes out = HB_BYTES("", 0);
	X509_EXTENSION *extension;
	unsigned char *der = NULL;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, NULL, NULL, NULL, list, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, NID_issuing_distribution_point, which);
	X509_CRL_add_ext(list, extension, -1);
	if (extension != NULL && X509_CRL_sign(list, key, EVP_sha256()) > 0)
		(void)!pki_take_der(&der, i2d_X509_CRL(list, &der), &all, &out, NULL);
	X509_EXTENSION_free(extension);
	EVP_PKEY_free(key);
	BIO_free(pem);
	X509_CRL_free(list);
	return out;
}

static enum pki_rev_state
state_by_part(struct hb_bytes crl, struct pki_cert *c, const char *which)
{
	struct hb_bytes part = part_of_list(crl, which);
	struct pki_revocation r;

	pki_crl_check(part, c, testpki_ca_cert(pki, TESTPKI_GOVERNMENT), now, &r);
	return part.n == 0 ? PKI_REV_REVOKED : r.state;
}

static void
test_parts(void)
{
	struct pki_cert *unit = issue(school(), 2048);
	const char *own = hb_printf(&all, "critical,fullname:URI:%s/crl/government.crl", testpki_url(pki));
	struct hb_bytes crl;

	pki_crl_fetch(net, unit, hb_now() + 1, &all, &crl, NULL);
	ok(state_by_part(crl, unit, own) == PKI_REV_GOOD, "the part at the certificate's own address speaks for it");
	ok(state_by_part(crl, unit, "critical,fullname:URI:http://127.0.0.1/other.crl") == PKI_REV_UNKNOWN, "another part does not");
	ok(state_by_part(crl, unit, "critical,onlyuser:TRUE") == PKI_REV_GOOD, "a list of end certificates does");
	ok(state_by_part(crl, unit, "critical,onlyCA:TRUE") == PKI_REV_UNKNOWN, "a list of CAs does not");
	ok(state_by_part(crl, unit, "critical,onlysomereasons:keyCompromise") == PKI_REV_UNKNOWN, "nor one for some reasons only");
}

static void
test_judgement(void)
{
	struct pki_cert *person = issue(teacher(), 2048), *certs[] = { testpki_ca_cert(pki, TESTPKI_PUBLIC) };
	struct hb_bytes ocsp, crl;
	struct pki_pool pool = { .certs = certs, .n_certs = 1 };
	struct pki_judgement j;

	ok(pki_judge(trust, person, &pool, PKI_FOR_SIGNING, now, &all, &j, NULL) == HB_OK, "a certificate is judged");
	ok(j.chain.status == PKI_OK && j.leaf.state == PKI_REV_UNKNOWN && j.leaf.why != NULL, "without evidence revocation is unknown: %s", j.leaf.why);
	pki_ocsp_fetch(net, person, certs[0], 0, &all, &ocsp, NULL);
	pki_crl_fetch(net, certs[0], 0, &all, &crl, NULL);
	pool.ocsps = &ocsp;
	pool.n_ocsps = 1;
	pool.crls = &crl;
	pool.n_crls = 1;
	ok(pki_judge(trust, person, &pool, PKI_FOR_SIGNING, now, &all, &j, NULL) == HB_OK && j.leaf.state == PKI_REV_GOOD &&
	    j.cas.state == PKI_REV_GOOD, "with OCSP and the root's list all is good");
}

static void
test_timestamps(void)
{
	struct hb_bytes data = HB_STR("giá trị chữ ký"), token, other = HB_STR("giá trị khác"), ocsp, crl;
	struct hb_sha256 digest = hb_sha256(data);
	struct pki_cert *certs[] = { testpki_ca_cert(pki, TESTPKI_PUBLIC), testpki_tsa_cert(pki) }, **tsa;
	struct pki_pool pool = { .certs = certs, .n_certs = 2, .ocsps = &ocsp, .crls = &crl };
	struct pki_tst_judgement j;
	struct hb_err err = HB_ERR_INIT;
	struct pki_token t;
	size_t n;

	ok(pki_tsa_fetch(net, &digest, false, &all, &token, &err) == HB_OK, "a timestamp is had %s", err.msg);
	ok(token.n > 0 && token.n < 1500, "without certificates it is small: %zu bytes", token.n);
	ok(pki_tst_certs(token, &all, &tsa, &n, &err) == HB_OK && n == 0, "it carries no certificate");
	ok(pki_tst_read(token, NULL, 0, &all, &t, &err) == HB_OK && !t.signature_ok && t.signer == NULL, "its signer is then unknown");
	ok(pki_tst_read(token, certs, 2, &all, &t, &err) == HB_OK && t.signature_ok && llabs((long long)(t.time - hb_now())) < 5,
	    "with the service's certificate its signature holds");
	ok(pki_tst_covers(&t, data) && !pki_tst_covers(&t, other), "it covers its data and no other");
	ok(pki_tsa_certs(net, &all, &tsa, &n, &err) == HB_OK && n == 2, "the service tells its certificates when asked");
	ok(pki_tst_judge(trust, token, data, &pool, 0, &all, &j, &err) == HB_OK, "a token is judged");
	ok(j.status == PKI_INDETERMINATE && j.why != NULL,
	    "without revocation it cannot be told: %s", j.why);
	pki_ocsp_fetch(net, certs[1], certs[0], 0, &all, &ocsp, NULL);
	pki_crl_fetch(net, certs[0], 0, &all, &crl, NULL);
	pool.n_ocsps = pool.n_crls = 1;
	ok(pki_tst_judge(trust, token, data, &pool, 0, &all, &j, &err) == HB_OK && j.status == PKI_OK, "with it, it holds");
	ok(pki_tst_judge(trust, token, other, &pool, 0, &all, &j, &err) == HB_OK && j.status == PKI_BAD_SIGNATURE, "not for other data");

	testpki_set_fault(server, TESTPKI_TSA, TESTPKI_WRONG);
	ok(pki_tsa_fetch(net, &digest, false, &all, &token, &err) == HB_E_UPSTREAM, "a token over something else is refused: %s", err.msg);
	testpki_set_fault(server, TESTPKI_TSA, TESTPKI_REFUSE);
	err = HB_ERR_INIT;
	ok(pki_tsa_fetch(net, &digest, false, &all, &token, &err) == HB_E_UPSTREAM && strcmp(err.key, "pki.tsaTuChoi") == 0,
	    "a refusal is said: %s", err.msg);
	testpki_set_fault(server, TESTPKI_TSA, TESTPKI_GARBAGE);
	ok(pki_tsa_fetch(net, &digest, false, &all, &token, NULL) == HB_E_UPSTREAM, "garbage is refused");
	testpki_set_fault(server, TESTPKI_TSA, TESTPKI_SILENT);
	err = HB_ERR_INIT;
	ok(pki_tsa_fetch(net, &digest, false, &all, &token, &err) == HB_E_UPSTREAM && strcmp(err.key, "pki.imLang") == 0 && err.hint[0] != '\0',
	    "silence is said: %s %s", err.msg, err.hint);
	testpki_set_fault(server, TESTPKI_TSA, TESTPKI_OK);
}

/* A token as a service would make it, but by a certificate that is not for timestamps. */
static struct hb_bytes
false_token(struct hb_bytes token, struct pki_cert *cert)
{
	const unsigned char *p = token.p;
	CMS_ContentInfo *real = d2i_CMS_ContentInfo(NULL, &p, (long)token.n);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
	ASN1_OCTET_STRING **content = CMS_get0_content(real);
	BIO *info = BIO_new_mem_buf(ASN1_STRING_get0_data(*content), ASN1_STRING_length(*content));
	struct hb_bytes out = HB_BYTES("", 0);
	unsigned char *der = NULL;

	if (CMS_set1_eContentType(cms, OBJ_nid2obj(NID_id_smime_ct_TSTInfo)) == 1 &&
	    CMS_add1_signer(cms, cert->x509, rsa2048, EVP_sha256(), CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP) != NULL &&
	    CMS_final(cms, info, NULL, CMS_BINARY) == 1)
		(void)!pki_take_der(&der, i2d_CMS_ContentInfo(cms, &der), &all, &out, NULL);
	BIO_free(info);
	CMS_ContentInfo_free(real);
	CMS_ContentInfo_free(cms);
	return out;
}

static void
test_false_service(void)
{
	struct pki_cert *person = issue(teacher(), 2048), *certs[] = { testpki_ca_cert(pki, TESTPKI_PUBLIC), person, testpki_tsa_cert(pki) };
	struct pki_pool pool = { .certs = certs, .n_certs = 3 };
	struct hb_bytes data = HB_STR("x"), token, made, ocsp;
	struct hb_sha256 digest = hb_sha256(data);
	struct pki_tst_judgement j;
	struct hb_err err = HB_ERR_INIT;

	pki_tsa_fetch(net, &digest, false, &all, &token, &err);
	made = false_token(token, person);
	ok(made.n > 0 && pki_tst_judge(trust, made, data, &pool, 0, &all, &j, &err) == HB_OK, "a person makes a timestamp");
	ok(j.token.signature_ok && j.covers && j.status == PKI_BAD_USAGE, "whose signature holds, but he is no timestamp service: %s", j.why);

	testpki_revoke(pki, certs[2]->serial, now - 60, NULL);
	pki_ocsp_fetch(net, certs[2], certs[0], hb_now() + 1, &all, &ocsp, &err);
	pool.ocsps = &ocsp;
	pool.n_ocsps = 1;
	ok(pki_tst_judge(trust, token, data, &pool, 0, &all, &j, &err) == HB_OK && j.status == PKI_REVOKED, "a revoked service is told");
}

static struct hb_bytes
request_of(bool spoil)
{
	X509_REQ *req = X509_REQ_new();
	unsigned char *der = NULL;
	struct hb_bytes out = HB_BYTES("", 0);

	X509_REQ_set_pubkey(req, rsa2048);
	X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN", MBSTRING_ASC, (const unsigned char *)"Kẻ khác", -1, -1, 0);
	X509_REQ_sign(req, rsa2048, EVP_sha256());
	(void)!pki_take_der(&der, i2d_X509_REQ(req, &der), &all, &out, NULL);
	if (spoil)
		((uint8_t *)out.p)[out.n - 1] ^= 1;
	X509_REQ_free(req);
	return out;
}

static void
test_requests(void)
{
	struct testpki_subject s = teacher();
	struct hb_err err = HB_ERR_INIT;
	struct pki_cert *c = NULL;

	ok(testpki_issue_csr(pki, &s, request_of(false), &all, &c, &err) == HB_OK && strcmp(c->name, "Nguyễn Thị Hòa") == 0,
	    "a request gets a certificate in the name the CA knows, not the one it asks for");
	ok(testpki_issue_csr(pki, &s, request_of(true), &all, &c, &err) == HB_E_INPUT, "one whose own signature fails gets none");
	ok(testpki_revoke(pki, "00", now, &err) == HB_E_NOTFOUND, "what was never issued cannot be revoked");
}

static void
test_evidence(void)
{
	struct pki_cert *signers[] = { issue(teacher(), 2048), issue(school(), 2048) };
	struct evidence_signer list[] = { { signers[0]->der, hb_now() }, { signers[1]->der, hb_now() } };
	struct hb_sha256 digest = hb_sha256(HB_STR("x"));
	struct hb_err err = HB_ERR_INIT;
	struct hb_bytes token;
	struct evidence e;

	pki_tsa_fetch(net, &digest, false, &all, &token, NULL);
	if (!ok(evidence_gather(trust, net, NULL, 0, list, 2, &token, 1, &all, &e, &err) == HB_OK, "evidence is gathered from addresses alone"))
		return;
	ok(e.n_certs == 2 && e.n_ocsps == 2 && e.n_crls == 1 && e.n_tsa_certs == 2 && e.n_tsa_ocsps == 1 && e.n_tsa_crls == 0,
	    "each item once: %zu CA, %zu OCSP, %zu CRL, %zu TSA, %zu TSA OCSP", e.n_certs, e.n_ocsps, e.n_crls, e.n_tsa_certs, e.n_tsa_ocsps);

	testpki_set_fault(server, TESTPKI_OCSP, TESTPKI_REFUSE);
	ok(evidence_gather(trust, net, NULL, 0, list, 2, NULL, 0, &all, &e, &err) == HB_OK && e.n_ocsps == 2,
	    "a recent answer is taken again while the responder refuses");
	list[0].cert = issue(teacher(), 2048)->der;
	ok(evidence_gather(trust, net, NULL, 0, list, 1, NULL, 0, &all, &e, &err) == HB_OK && e.n_ocsps == 0 && e.n_crls == 2,
	    "where no responder answers the CRL does");
	testpki_set_fault(server, TESTPKI_CRL, TESTPKI_REFUSE);
	list[0].cert = issue(teacher(), 2048)->der;
	list[0].time = hb_now() + 2;      /* later than anything cached */
	err = HB_ERR_INIT;
	ok(evidence_gather(trust, net, NULL, 0, list, 1, NULL, 0, &all, &e, &err) == HB_E_UPSTREAM && strcmp(err.key, "pki.chuaRoThuHoi") == 0,
	    "with neither it waits: %s", err.msg);
	testpki_set_fault(server, TESTPKI_CRL, TESTPKI_OK);
	testpki_set_fault(server, TESTPKI_OCSP, TESTPKI_OK);
	testpki_revoke(pki, signers[0]->serial, now - 60, NULL);
	list[0] = (struct evidence_signer){ signers[0]->der, hb_now() + 2 };
	err = HB_ERR_INIT;
	ok(evidence_gather(trust, net, NULL, 0, list, 1, NULL, 0, &all, &e, &err) == HB_E_RULE && strcmp(err.key, "pki.daThuHoi") == 0,
	    "a revoked signer is refused: %s", err.msg);
}

/* The program of another house must agree with our services. */
static void
test_openssl(const char *dir)
{
	struct pki_cert *person = issue(teacher(), 2048);
	char command[2048];
	BIO *bio = BIO_new_file(hb_printf(&all, "%s/person.pem", dir), "w");
	FILE *f;

	PEM_write_bio_X509(bio, person->x509);
	BIO_free(bio);
	snprintf(command, sizeof command,
	    "cd %s && openssl ocsp -issuer public.pem -cert person.pem -CAfile root.pem -verify_other public.pem -url %s/ocsp/public 2>&1 "
	    "| tr '\\n' ' ' | grep -q 'Response verify OK.*person.pem: good'", dir, testpki_url(pki));
	f = popen(command, "r");
	ok(pclose(f) == 0, "openssl ocsp agrees");
	snprintf(command, sizeof command,
	    "cd %s && echo data >data && openssl ts -query -data data -sha256 -cert -out q.tsq 2>/dev/null && "
	    "curl -s --noproxy '*' -H 'Content-Type: application/timestamp-query' --data-binary @q.tsq %s -o r.tsr && "
	    "openssl ts -verify -in r.tsr -queryfile q.tsq -CAfile root.pem 2>&1 | grep -q 'Verification: OK'", dir, testpki_tsa_url(pki));
	f = popen(command, "r");
	ok(pclose(f) == 0, "openssl ts agrees");
	snprintf(command, sizeof command, "cd %s && openssl verify -CAfile root.pem -untrusted public.pem person.pem >/dev/null", dir);
	f = popen(command, "r");
	ok(pclose(f) == 0, "openssl verify agrees");
}

int
main(void)
{
	char dir[] = "/tmp/hocba-pki-XXXXXX", command[64];
	struct hb_err err = HB_ERR_INIT;

	hb_arena_init(&all, HB_ARENA_DEFAULT);
	now = hb_now();
	if (mkdtemp(dir) == NULL || testpki_open(dir, 0, &pki, &err) != HB_OK || testpki_serve(pki, &server, &err) != HB_OK) {
		printf("Bail out! %s\n", err.msg);
		return 1;
	}
	trust = pki_trust_new();
	ok(pki_trust_add_pem(trust, testpki_root_pem(pki), &err) == HB_OK && pki_trust_count(trust) == 1, "the root is trusted");
	net = pki_net_new(&(struct pki_net_config){ .tsa_url = testpki_tsa_url(pki), .total_ms = 800 });
	test_certificates();
	test_chains();
	test_false_ca();
	test_ocsp();
	test_crl();
	test_parts();
	test_judgement();
	test_timestamps();
	test_evidence();
	test_openssl(dir);
	test_requests();
	test_false_service();
	pki_net_free(net);
	pki_trust_free(trust);
	testpki_stop(server);
	testpki_close(pki);
	ok(testpki_open(dir, 0, &pki, &err) == HB_OK, "the folder opens again");
	testpki_close(pki);
	EVP_PKEY_free(rsa2048);
	hb_arena_fini(&all);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	pclose(popen(command, "r"));
	return tap_done();
}
