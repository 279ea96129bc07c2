/* Signing through a token against the bare RSA operation; what the test PKI's services give a second; judging. */
#include "bench.h"

#include "demo/pki/testpki.h"
#include "sign/p11.h"
#include "sign/pki_int.h"
#include "sign/pki_net.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

enum { CLIENTS = 4, CALLS = 300 };
#define PIN "1234"

struct bench {
	struct hb_arena     a;
	struct testpki     *pki;
	struct pki_net     *net;
	struct pki_trust   *trust;
	struct pki_cert    *cert, *ca, *pool[2];
	struct p11_session *session;
	struct p11_key     *keys;
	EVP_PKEY           *rsa;
	struct hb_sha256    digest;
	struct hb_bytes     token, ocsp, crl;
};

static void
sign_in_token(void *arg)
{
	struct bench *b = arg;
	struct hb_bytes value;
	HB_SCOPED_ARENA a;

	hb_arena_init(&a, 65536);
	if (p11_sign(b->session, &b->keys[0], &b->digest, &a, &value, NULL) != HB_OK)
		abort();
}

static void
sign_bare(void *arg)
{
	struct bench *b = arg;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(b->rsa, NULL);
	unsigned char out[512];
	size_t n = sizeof out;

	EVP_PKEY_sign_init(ctx);
	EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256());
	if (EVP_PKEY_sign(ctx, out, &n, b->digest.b, HB_SHA256_LEN) != 1)
		abort();
	EVP_PKEY_CTX_free(ctx);
}

static void
judge_certificate(void *arg)
{
	struct bench *b = arg;
	struct pki_pool pool = { .certs = b->pool, .n_certs = 2, .ocsps = &b->ocsp, .n_ocsps = 1, .crls = &b->crl, .n_crls = 1 };
	struct pki_judgement j;
	HB_SCOPED_ARENA a;

	hb_arena_init(&a, (size_t)1 << 20);
	if (pki_judge(b->trust, b->cert, &pool, PKI_FOR_SIGNING, hb_now(), &a, &j, NULL) != HB_OK || j.leaf.state != PKI_REV_GOOD)
		abort();
}

static void
read_token(void *arg)
{
	struct bench *b = arg;
	struct pki_token t;
	HB_SCOPED_ARENA a;

	hb_arena_init(&a, (size_t)1 << 20);
	if (pki_tst_read(b->token, b->pool, 2, &a, &t, NULL) != HB_OK || !t.signature_ok)
		abort();
}

static void *
ask_tsa(void *arg)
{
	struct bench *b = arg;

	for (int i = 0; i < CALLS; i++) {
		struct hb_bytes token;
		HB_SCOPED_ARENA a;

		hb_arena_init(&a, (size_t)1 << 20);
		if (pki_tsa_fetch(b->net, &b->digest, false, &a, &token, NULL) != HB_OK)
			abort();
	}
	return NULL;
}

static void *
ask_ocsp(void *arg)
{
	struct bench *b = arg;

	for (int i = 0; i < CALLS; i++) {
		struct hb_bytes der;
		HB_SCOPED_ARENA a;

		hb_arena_init(&a, (size_t)1 << 20);
		if (pki_ocsp_fetch(b->net, b->cert, b->ca, hb_now() + 1, &a, &der, NULL) != HB_OK)
			abort();
	}
	return NULL;
}

/* Client and service share the machine: wall time of all clients together. */
static double
calls_a_second(struct bench *b, void *(*fn)(void *))
{
	pthread_t clients[CLIENTS];
	double start = bench_clock(CLOCK_MONOTONIC);

	for (int i = 0; i < CLIENTS; i++)
		pthread_create(&clients[i], NULL, fn, b);
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(clients[i], NULL);
	return CLIENTS * CALLS / (bench_clock(CLOCK_MONOTONIC) - start);
}

static bool
open_token(struct bench *b, const char *dir, struct hb_err *err)
{
	char path[256];
	struct testpki_person p = { .subject = { .ca = TESTPKI_PUBLIC, .name = "Người đo", .id = "CCCD:0" }, .dir = path, .label = "bench",
		.pin = PIN, .rsa_bits = 2048 };
	struct p11_module *m;
	size_t n;

	snprintf(path, sizeof path, "%s/token", dir);
	if (testpki_person(b->pki, &p, &b->a, &b->cert, err) != HB_OK)
		return false;
	snprintf(path, sizeof path, "%s/token/softhsm2.conf", dir);
	setenv("SOFTHSM2_CONF", path, 1);
	return p11_open(P11_MODULE_DEFAULT, &m, err) == HB_OK && p11_login(m, "bench", PIN, &b->session, err) == HB_OK &&
	    p11_keys(b->session, &b->a, &b->keys, &n, err) == HB_OK && n == 1;
}

static bool
fetch_evidence(struct bench *b, struct hb_err *err)
{
	b->trust = pki_trust_new();
	b->ca = b->pool[0] = testpki_ca_cert(b->pki, TESTPKI_PUBLIC);
	b->pool[1] = testpki_tsa_cert(b->pki);
	b->digest = hb_sha256(HB_STR("bench"));
	b->rsa = EVP_RSA_gen(2048);
	b->net = pki_net_new(&(struct pki_net_config){ .tsa_url = testpki_tsa_url(b->pki) });
	return pki_trust_add_pem(b->trust, testpki_root_pem(b->pki), err) == HB_OK &&
	    pki_tsa_fetch(b->net, &b->digest, false, &b->a, &b->token, err) == HB_OK &&
	    pki_ocsp_fetch(b->net, b->cert, b->ca, 0, &b->a, &b->ocsp, err) == HB_OK &&
	    pki_crl_fetch(b->net, b->ca, 0, &b->a, &b->crl, err) == HB_OK;
}

int
main(void)
{
	char dir[] = "/tmp/hocba-bench-XXXXXX", clear[64];
	struct hb_err err = HB_ERR_INIT;
	struct bench b = { .pki = NULL };
	struct testpki_server *server;
	double raw, token;

	hb_arena_init(&b.a, HB_ARENA_DEFAULT);
	if (mkdtemp(dir) == NULL || testpki_open(dir, 0, &b.pki, &err) != HB_OK || testpki_serve(b.pki, &server, &err) != HB_OK ||
	    !open_token(&b, dir, &err) || !fetch_evidence(&b, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	raw = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, sign_bare, &b);
	token = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, sign_in_token, &b);
	bench_row("signatures through PKCS#11, SoftHSM2, RSA-2048", 1 / token, "/s", "EVP_PKEY_sign", 1 / raw);
	bench_row("certificate judged again: chain, OCSP, CRL remembered", 1 / bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, judge_certificate, &b), "/s", "", 0);
	bench_row("timestamp token read and its signature checked", 1 / bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, read_token, &b), "/s",
	    "", 0);
	bench_row("timestamps from the test service, with its client", calls_a_second(&b, ask_tsa), "/s", "EVP_PKEY_sign", 1 / raw);
	bench_row("OCSP answers from the test service, with its client", calls_a_second(&b, ask_ocsp), "/s", "EVP_PKEY_sign", 1 / raw);
	testpki_stop(server);
	snprintf(clear, sizeof clear, "rm -rf %s", dir);
	return system(clear) == 0 ? 0 : 1;
}
