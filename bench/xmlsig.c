/* One signature over an XML of about 60 KB: verifying and signing on one core, beside libxmlsec1 in process and beside
 * what nobody can avoid, SHA-256 and RSA on the same bytes. */
#include "bench.h"

#include <openssl/evp.h>
#include <xmlsec/crypto.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>
#include <libxml/parser.h>

#include "20-sign/throwaway.h"
#include "sign/xmlsig.h"
#include "sign/xmlsig_facts.h"

enum { ROWS = 560 };                 /* makes about 60 KB */
static const double ROUND_SECONDS = 0.1;

struct work {
	struct hb_arena a;
	struct throwaway root, signer;
	struct hb_bytes plain, prepared, signed_doc, region, info, value;
	xmlSecKeyPtr xmlsec_key;
};

#define must(cond) ((cond) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond), abort()))

static const char *const regions[] = { "dl" };

static void
build(struct work *w)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 1 << 20);
	hb_puts(&b, "<SO_THEO_DOI xmlns=\"urn:hocba:so:1\" PhienBan=\"1\"><DU_LIEU Id=\"dl\">");
	for (int i = 0; i < ROWS; i++)
		hb_putf(&b, "<DONG HocSinh=\"p-%03d\"><TX><D>8.5</D><D>7.%d</D></TX><GK>8</GK><CK>9.%d</CK><NHAN_XET>Nắm vững kiến thức</NHAN_XET></DONG>",
		    i, i % 10, i % 7);
	hb_puts(&b, "</DU_LIEU><CHU_KY><GVCN></GVCN></CHU_KY></SO_THEO_DOI>");
	w->plain = HB_BYTES(hb_buf_take(&b, &w->a), b.len);
}

static void
prepare(struct work *w)
{
	struct xmlsig_spec s = { .slot = "/SO_THEO_DOI/CHU_KY/GVCN", .id = "s-gvcn", .regions = regions, .n_regions = 1,
		.certificate = w->signer.der, .signing_time = hb_now(), .claimed_role = "GVCN" };
	struct xmlsig_tbs tbs;
	struct xml_doc *d;
	struct xml_c14n_spec exclusive = { XML_C14N_EXCLUSIVE, NULL, NULL };
	must(xmlsig_prepare(w->plain, &s, &w->a, &w->prepared, NULL) == HB_OK);
	must(xmlsig_tbs(w->prepared, s.id, &w->a, &tbs, NULL) == HB_OK);
	w->info = tbs.signed_info;
	w->value = throwaway_sign(&w->signer, w->info, &w->a);
	must(xmlsig_embed(w->plain, w->prepared, s.id, w->value, &w->a, &w->signed_doc, NULL) == HB_OK);
	must(xml_read(w->plain, 0, &w->a, &d, NULL) == HB_OK);
	must(xml_c14n_bytes(d, xml_by_id(d, "dl", NULL), &exclusive, &w->a, &w->region, NULL) == HB_OK);
}

/* ---- ours ------------------------------------------------------------------------------------------------- */

static void
ours_verify(void *arg)
{
	struct work *w = arg;
	HB_SCOPED_ARENA a;
	struct xml_doc *d;
	struct xmlsig_all all;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	must(xml_read(w->signed_doc, 0, &a, &d, NULL) == HB_OK && xmlsig_facts_read(d, &a, &all, NULL) == HB_OK);
	must(all.n == 1 && all.signatures[0].digests_ok && all.signatures[0].value_ok);
}

static void
ours_read(void *arg)
{
	struct work *w = arg;
	HB_SCOPED_ARENA a;
	struct xml_doc *d;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	must(xml_read(w->signed_doc, 0, &a, &d, NULL) == HB_OK);
}

/* What runs at the signer: recompute every digest, then the key. */
static void
ours_agent(void *arg)
{
	struct work *w = arg;
	HB_SCOPED_ARENA a;
	struct xmlsig_tbs tbs;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	must(xmlsig_tbs(w->prepared, "s-gvcn", &a, &tbs, NULL) == HB_OK);
	throwaway_sign(&w->signer, tbs.signed_info, &a);
}

/* What runs at the server around it: prepare, check the value, embed, verify again. */
static void
ours_server(void *arg)
{
	struct work *w = arg;
	HB_SCOPED_ARENA a;
	struct hb_bytes out;
	struct xmlsig_spec s = { .slot = "/SO_THEO_DOI/CHU_KY/GVCN", .id = "s-gvcn", .regions = regions, .n_regions = 1,
		.certificate = w->signer.der, .signing_time = hb_now(), .claimed_role = "GVCN" };
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	must(xmlsig_prepare(w->plain, &s, &a, &out, NULL) == HB_OK);
	must(xmlsig_embed(w->plain, w->prepared, s.id, w->value, &a, &out, NULL) == HB_OK);
}

/* ---- the limit -------------------------------------------------------------------------------------------- */

static void
raw_verify(void *arg)
{
	struct work *w = arg;
	hb_sha256(w->region);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	must(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, w->signer.key) == 1);
	must(EVP_DigestVerify(ctx, w->value.p, w->value.n, w->info.p, w->info.n) == 1);
	EVP_MD_CTX_free(ctx);
}

static void
raw_sign(void *arg)
{
	struct work *w = arg;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	throwaway_sign(&w->signer, w->info, &a);
}

/* ---- libxmlsec1 ------------------------------------------------------------------------------------------- */

static void
register_ids(xmlDocPtr d, xmlNodePtr n)
{
	for (; n != NULL; n = n->next) {
		if (n->type != XML_ELEMENT_NODE)
			continue;
		xmlAttrPtr at = xmlHasProp(n, (const xmlChar *)"Id");
		if (at != NULL && at->children != NULL)
			xmlAddID(NULL, d, at->children->content, at);
		register_ids(d, n->children);
	}
}

static void
theirs_verify(void *arg)
{
	struct work *w = arg;
	xmlDocPtr d = xmlReadMemory((const char *)w->signed_doc.p, (int)w->signed_doc.n, NULL, NULL, XML_PARSE_NONET);
	xmlSecDSigCtxPtr ctx = xmlSecDSigCtxCreate(NULL);
	register_ids(d, xmlDocGetRootElement(d));
	ctx->signKey = xmlSecKeyDuplicate(w->xmlsec_key);
	must(xmlSecDSigCtxVerify(ctx, xmlSecFindNode(xmlDocGetRootElement(d), xmlSecNodeSignature, xmlSecDSigNs)) == 0);
	must(ctx->status == xmlSecDSigStatusSucceeded);
	xmlSecDSigCtxDestroy(ctx);
	xmlFreeDoc(d);
}

static void
theirs_sign(void *arg)
{
	struct work *w = arg;
	xmlDocPtr d = xmlReadMemory((const char *)w->prepared.p, (int)w->prepared.n, NULL, NULL, XML_PARSE_NONET);
	xmlSecDSigCtxPtr ctx = xmlSecDSigCtxCreate(NULL);
	register_ids(d, xmlDocGetRootElement(d));
	ctx->signKey = xmlSecKeyDuplicate(w->xmlsec_key);
	must(xmlSecDSigCtxSign(ctx, xmlSecFindNode(xmlDocGetRootElement(d), xmlSecNodeSignature, xmlSecDSigNs)) == 0);
	xmlSecDSigCtxDestroy(ctx);
	xmlFreeDoc(d);
}

static void
open_xmlsec(struct work *w)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem;
	PEM_write_bio_PrivateKey(bio, w->signer.key, NULL, NULL, 0, NULL, NULL);
	long n = BIO_get_mem_data(bio, &pem);
	xmlInitParser();
	must(xmlSecInit() == 0 && xmlSecCryptoAppInit(NULL) == 0 && xmlSecCryptoInit() == 0);
	w->xmlsec_key = xmlSecCryptoAppKeyLoadMemory((xmlSecByte *)pem, (xmlSecSize)n, xmlSecKeyDataFormatPem, NULL, NULL, NULL);
	must(w->xmlsec_key != NULL);
	BIO_free(bio);
}

int
main(void)
{
	static struct work w;
	const double per_second = 1;
	hb_arena_init(&w.a, (size_t)256 << 20);
	hb_time now = hb_now();
	w.root = throwaway_make(&w.a, "Gốc", NULL, 2048, NULL, now - 86400, now + 86400);
	w.signer = throwaway_make(&w.a, "Người kí", "CCCD:001095012345", 2048, &w.root, now - 86400, now + 86400);
	build(&w);
	prepare(&w);
	open_xmlsec(&w);
	double raw = bench_median(CLOCK_PROCESS_CPUTIME_ID, ROUND_SECONDS, raw_verify, &w);
	double mine = bench_median(CLOCK_PROCESS_CPUTIME_ID, ROUND_SECONDS, ours_verify, &w);
	double theirs = bench_median(CLOCK_PROCESS_CPUTIME_ID, ROUND_SECONDS, theirs_verify, &w);
	double reading = bench_median(CLOCK_PROCESS_CPUTIME_ID, ROUND_SECONDS, ours_read, &w);
	bench_row("verify one XML signature", per_second / mine, "/s", "SHA-256 + RSA verify", per_second / raw);
	bench_row("verify one XML signature", per_second / mine, "/s", "libxmlsec1 in process", per_second / theirs);
	bench_row("read 60 KB of XML", (double)w.signed_doc.n / reading / 1e6, "MB/s", "part of the verification", 0);
	raw = bench_median(CLOCK_PROCESS_CPUTIME_ID, ROUND_SECONDS, raw_sign, &w);
	mine = bench_median(CLOCK_PROCESS_CPUTIME_ID, ROUND_SECONDS, ours_agent, &w);
	theirs = bench_median(CLOCK_PROCESS_CPUTIME_ID, ROUND_SECONDS, theirs_sign, &w);
	double server = bench_median(CLOCK_PROCESS_CPUTIME_ID, ROUND_SECONDS, ours_server, &w);
	bench_row("sign one XML, at the signer", per_second / mine, "/s", "RSA sign", per_second / raw);
	bench_row("sign one XML, at the signer", per_second / mine, "/s", "libxmlsec1 in process", per_second / theirs);
	bench_row("sign one XML, server's part", per_second / server, "/s", "prepare, check, embed, verify again", 0);
	xmlSecKeyDestroy(w.xmlsec_key);
	throwaway_free(&w.root);
	throwaway_free(&w.signer);
	hb_arena_fini(&w.a);
	return 0;
}
