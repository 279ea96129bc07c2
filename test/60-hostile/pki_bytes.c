/* Certificates, OCSP answers, lists and tokens with bytes changed, cut and repeated: nothing crashes, and whatever is
 * still believed says exactly what the true one said. */
#include "demo/pki/testpki.h"
#include "sign/pki_int.h"
#include "sign/timestamp.h"
#include "sign/pki_net.h"
#include "tap.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROUNDS = 2000 };

static struct hb_arena all;
static struct testpki *pki;
static struct pki_cert *person, *ca, *tsa;
static struct pki_trust *trust;
static struct hb_bytes ocsp, crl, token, response;
static struct hb_sha256 digest;
static uint64_t nonce;
static hb_time now;

static unsigned seed = 20261121;

/* One to four small accidents: a bit, a byte, a length, a cut, a doubled stretch. */
static struct hb_bytes
damaged(struct hb_bytes in, struct hb_arena *a)
{
	size_t cap = in.n * 2 + 16, n = in.n;
	uint8_t *p = hb_alloc(a, cap);
	int accidents = 1 + (int)(rand_r(&seed) % 4);

	memcpy(p, in.p, in.n);
	for (int i = 0; i < accidents && n > 8; i++) {
		size_t at = (size_t)rand_r(&seed) % n, len = (size_t)rand_r(&seed) % 16;

		switch (rand_r(&seed) % 5) {
		case 0: p[at] ^= (uint8_t)(1u << (rand_r(&seed) % 8)); break;
		case 1: p[at] = (uint8_t)rand_r(&seed); break;
		case 2: p[at] = (uint8_t)(rand_r(&seed) % 2 ? 0x84 : 0xff); break;
		case 3: n = at; break;
		default:
			if (at + len < n && n + len < cap) {
				memmove(p + at + len, p + at, n - at);
				n += len;
			}
		}
	}
	return HB_BYTES(p, n);
}

static bool
same(struct hb_bytes x, struct hb_bytes y)
{
	return x.n == y.n && memcmp(x.p, y.p, x.n) == 0;
}

static bool
try_cert(struct hb_arena *a)
{
	struct hb_bytes bytes = damaged(person->der, a);
	struct pki_chain chain;
	struct pki_cert *c;

	if (pki_cert_parse(bytes, a, &c, NULL) != HB_OK)
		return true;
	if (pki_chain_build(trust, c, &ca, 1, PKI_FOR_SIGNING, now, a, &chain, NULL) != HB_OK)
		return false;
	(void)pki_subject_is(c, HB_STR(person->subject));
	return chain.status != PKI_OK || same(bytes, person->der);
}

/* What is signed must be what was signed; parts outside the signature (a certificate's order) may differ. */
static bool
try_ocsp(struct hb_arena *a)
{
	struct hb_bytes bytes = damaged(ocsp, a);
	struct pki_revocation truth, r;

	pki_ocsp_check(ocsp, person, ca, NULL, 0, now, a, &truth);
	pki_ocsp_check(bytes, person, ca, NULL, 0, now, a, &r);
	return r.state == PKI_REV_UNKNOWN ? r.why != NULL :
	    truth.state == r.state && truth.this_update == r.this_update && truth.next_update == r.next_update;
}

static bool
try_crl(struct hb_arena *a)
{
	struct hb_bytes bytes = damaged(crl, a);
	struct pki_revocation truth, r;

	pki_crl_check(crl, person, ca, now, &truth);
	pki_crl_check(bytes, person, ca, now, &r);
	return r.state == PKI_REV_UNKNOWN ? r.why != NULL : truth.state == r.state && truth.this_update == r.this_update;
}

static bool
try_token(struct hb_arena *a)
{
	struct hb_bytes bytes = damaged(token, a);
	struct pki_token truth, t;

	if (pki_tst_read(token, &tsa, 1, a, &truth, NULL) != HB_OK || !truth.signature_ok)
		return false;
	if (pki_tst_read(bytes, &tsa, 1, a, &t, NULL) != HB_OK || !t.signature_ok)
		return true;
	return t.time == truth.time && same(t.imprint, truth.imprint) && strcmp(t.serial, truth.serial) == 0;
}

static bool
try_response(struct hb_arena *a)
{
	struct hb_bytes bytes = damaged(response, a), got;
	struct pki_cert **certs;
	struct pki_token t;
	size_t n;

	if (pki_tst_of_response(bytes, &digest, nonce, a, &got, NULL) != HB_OK)
		return true;
	(void)pki_tst_certs(got, a, &certs, &n, NULL);
	return pki_tst_read(got, &tsa, 1, a, &t, NULL) != HB_OK || !t.signature_ok ||
	    (t.imprint.n == HB_SHA256_LEN && memcmp(t.imprint.p, digest.b, HB_SHA256_LEN) == 0);
}

static bool
try_pem(struct hb_arena *a)
{
	struct hb_bytes bytes = damaged(testpki_root_pem(pki), a);
	struct pki_cert **certs;
	size_t n;

	(void)pki_certs_of_pem(bytes, a, &certs, &n, NULL);
	return true;
}

static bool
try_subject(struct hb_arena *a)
{
	struct hb_bytes bytes = damaged(HB_STR(person->subject), a);

	return !pki_subject_is(person, bytes) || bytes.n >= strlen(person->subject);
}

static bool
try_ecdsa(struct hb_arena *a)
{
	static const uint8_t der[] = { 0x30, 0x0a, 0x02, 0x03, 1, 2, 3, 0x02, 0x03, 4, 5, 6 };
	struct hb_bytes raw, back;

	return pki_ecdsa_to_raw(damaged(HB_BYTES(der, sizeof der), a), 32, a, &raw, NULL) != HB_OK ||
	    pki_ecdsa_to_der(raw, a, &back, NULL) == HB_OK;
}

static void
hammer(const char *what, bool (*fn)(struct hb_arena *a))
{
	int good = 0;

	for (int i = 0; i < ROUNDS; i++) {
		HB_SCOPED_ARENA a;

		hb_arena_init(&a, (size_t)32 << 20);
		good += fn(&a);
	}
	ok(good == ROUNDS, "%d damaged %s: none crashes, none is believed wrongly", ROUNDS, what);
}

static bool
make_truth(struct hb_err *err)
{
	struct testpki_subject s = { .ca = TESTPKI_PUBLIC, .name = "Nguyễn Thị Hòa", .id = "CCCD:001" };
	struct testpki_server *server = NULL;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	unsigned char *der = NULL;
	struct pki_net *net;
	struct hb_bytes spki, request;
	bool good;

	digest = hb_sha256(HB_STR("x"));
	good = testpki_serve(pki, &server, err) == HB_OK && pki_take_der(&der, i2d_PUBKEY(key, &der), &all, &spki, err) == HB_OK &&
	    testpki_issue(pki, &s, spki, &all, &person, err) == HB_OK;
	EVP_PKEY_free(key);
	net = pki_net_new(&(struct pki_net_config){ .tsa_url = testpki_tsa_url(pki) });
	ca = testpki_ca_cert(pki, TESTPKI_PUBLIC);
	tsa = testpki_tsa_cert(pki);
	good = good && pki_ocsp_fetch(net, person, ca, 0, &all, &ocsp, err) == HB_OK && pki_crl_fetch(net, person, 0, &all, &crl, err) == HB_OK &&
	    pki_tsa_fetch(net, &digest, false, &all, &token, err) == HB_OK &&
	    pki_tst_request(&digest, true, &all, &request, &nonce, err) == HB_OK;
	pki_net_free(net);
	testpki_stop(server);
	/* The response of a service, wrapped by hand: status granted, then a token. */
	if (good) {
		uint8_t *p = hb_alloc(&all, token.n + 16);
		size_t n = token.n + 5;

		memcpy(p, (uint8_t[]){ 0x30, 0x82, (uint8_t)(n >> 8), (uint8_t)n, 0x30, 0x03, 0x02, 0x01, 0x00 }, 9);
		memcpy(p + 9, token.p, token.n);
		response = HB_BYTES(p, token.n + 9);
	}
	return good;
}

int
main(void)
{
	char dir[] = "/tmp/hocba-bytes-XXXXXX";
	struct hb_err err = HB_ERR_INIT;

	hb_arena_init(&all, HB_ARENA_DEFAULT);
	now = hb_now();
	if (mkdtemp(dir) == NULL || testpki_open(dir, 0, &pki, &err) != HB_OK || !make_truth(&err)) {
		printf("Bail out! %s\n", err.msg);
		return 1;
	}
	trust = pki_trust_new();
	ok(pki_trust_add_pem(trust, testpki_root_pem(pki), &err) == HB_OK, "the root is trusted");
	hammer("certificates", try_cert);
	hammer("OCSP answers", try_ocsp);
	hammer("revocation lists", try_crl);
	hammer("timestamp tokens", try_token);
	hammer("timestamp responses", try_response);
	hammer("PEM files", try_pem);
	hammer("subject names", try_subject);
	hammer("ECDSA values", try_ecdsa);
	pki_trust_free(trust);
	testpki_close(pki);
	ok(system(hb_printf(&all, "rm -rf %s", dir)) == 0, "the folder is cleared");
	hb_arena_fini(&all);
	return tap_done();
}
