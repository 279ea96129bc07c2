/* sign/revocation.h - was a certificate revoked at a time?  OCSP (RFC 6960) and CRL (RFC 5280), offline.
 *
 * Answers are evidence: bytes that came over the network or out of a file, checked here against the issuer.
 * A good answer speaks for time T when it was fresh at T (thisUpdate ≤ T ≤ nextUpdate) or was made after T while
 * the certificate was still in force; a revocation later than T leaves the certificate good at T and says when.
 * Unknown is never good; `why` then tells the person what is missing.
 * Failures: HB_E_INPUT only for building requests; a bad answer is PKI_REV_UNKNOWN with its why. */
#ifndef SIGN_REVOCATION_H
#define SIGN_REVOCATION_H
#include "sign/pki.h"

#define PKI_OCSP_MAX ((size_t)32 << 10)
#define PKI_CRL_MAX ((size_t)16 << 20)
#define PKI_SKEW 300                     /* seconds two honest clocks may differ */

enum pki_rev_state { PKI_REV_UNKNOWN = 0, PKI_REV_GOOD, PKI_REV_REVOKED };
struct pki_revocation {
	enum pki_rev_state state;        /* at the time asked */
	bool               is_crl;       /* else OCSP */
	bool               ever_revoked; /* this evidence knows a revocation, before or after the time asked */
	hb_time            revoked_at;   /* when ever_revoked */
	hb_time            this_update, next_update;   /* next_update 0: none given */
	const char        *why;          /* Vietnamese, static; NULL unless PKI_REV_UNKNOWN */
};
/* A pile of evidence: what a file carries, plus what the caller brings.  All untrusted. */
struct pki_pool {
	struct pki_cert **certs; size_t n_certs;
	struct hb_bytes  *ocsps; size_t n_ocsps;
	struct hb_bytes  *crls;  size_t n_crls;
};

/* DER of an OCSPRequest for one certificate (SHA-1 CertID, as responders expect; no nonce: answers are stored). */
enum hb_code pki_ocsp_request(const struct pki_cert *c, const struct pki_cert *issuer, struct hb_arena *a,
    struct hb_bytes *ret_der, struct hb_err *err);
/* Is the answer by the issuer, or by a responder it named (OCSPSigning, nocheck), about c, and what did it say at `at`? */
void pki_ocsp_check(struct hb_bytes der, const struct pki_cert *c, struct pki_cert *issuer, struct pki_cert *const *pool,
    size_t n_pool, hb_time at, struct hb_arena *a, struct pki_revocation *ret);
void pki_crl_check(struct hb_bytes der, const struct pki_cert *c, struct pki_cert *issuer, hb_time at,
    struct pki_revocation *ret);
/* The best that the pile says about c: revoked beats good beats unknown. */
void pki_revocation_find(const struct pki_pool *pool, const struct pki_cert *c, struct pki_cert *issuer, hb_time at,
    struct hb_arena *a, struct pki_revocation *ret);

/* Chain and revocation of one certificate at one time, for a verifier. */
struct pki_judgement {
	struct pki_chain      chain;
	struct pki_revocation leaf;      /* of the certificate itself */
	struct pki_revocation cas;       /* the worst of the intermediate CAs; GOOD when there are none */
};
enum hb_code pki_judge(const struct pki_trust *t, struct pki_cert *leaf, const struct pki_pool *pool,
    enum pki_purpose purpose, hb_time at, struct hb_arena *a, struct pki_judgement *ret, struct hb_err *err);
#endif
