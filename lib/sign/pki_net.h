/* sign/pki_net.h - the services behind a PKI, over HTTP: OCSP, TSA, CRL, issuing CAs.
 *
 * Addresses come from the configuration, else from the certificate (AIA, CRL distribution points), and are only
 * asked for certificates that already chain to an anchor or are about to be checked by the caller.  http and https
 * only, no redirects, named limits, timeouts; connections are kept alive.  Answers are cached for
 * cache_s seconds.  Nothing here judges an answer beyond its outer form: revocation.h and timestamp.h do.
 * Thread rule: one pki_net may be used by many threads.  Never call it inside a database transaction.
 * Failures: HB_E_UPSTREAM, key "pki.imLang" (no answer in time), "pki.traLoiSai" (an answer of the wrong form),
 * "pki.khongDiaChi" (no address to ask); all retryable. */
#ifndef SIGN_PKI_NET_H
#define SIGN_PKI_NET_H
#include "sign/timestamp.h"

struct pki_net_config {
	const char *tsa_url;         /* required for pki_tsa_fetch */
	const char *ocsp_url;        /* overrides AIA when set */
	int         connect_ms, total_ms;    /* 0: 3000, 10000 */
	int         cache_s;         /* 0: 300 */
};
struct pki_net;
struct pki_net *pki_net_new(const struct pki_net_config *cfg);   /* copies cfg; NULL when out of memory */
void            pki_net_free(struct pki_net *net);

/* not_before: a cached answer that was fetched earlier is asked for again; 0 takes any. */
enum hb_code pki_ocsp_fetch(struct pki_net *net, const struct pki_cert *c, const struct pki_cert *issuer, hb_time not_before,
    struct hb_arena *a, struct hb_bytes *ret_der, struct hb_err *err);
enum hb_code pki_crl_fetch(struct pki_net *net, const struct pki_cert *c, hb_time not_before, struct hb_arena *a,
    struct hb_bytes *ret_der, struct hb_err *err);
enum hb_code pki_issuer_fetch(struct pki_net *net, const struct pki_cert *c, struct hb_arena *a, struct pki_cert **ret_issuer,
    struct hb_err *err);
/* A token over a SHA-256 digest; the caller still judges it with pki_tst_judge().  with_certs: only for the document
 * timestamp that closes a PDF; signature timestamps go without. */
enum hb_code pki_tsa_fetch(struct pki_net *net, const struct hb_sha256 *digest, bool with_certs, struct hb_arena *a,
    struct hb_bytes *ret_token, struct hb_err *err);
/* The TSA's certificate and what it sends along, asked once with certReq true and kept. */
enum hb_code pki_tsa_certs(struct pki_net *net, struct hb_arena *a, struct pki_cert ***ret_certs, size_t *ret_n,
    struct hb_err *err);
#endif
