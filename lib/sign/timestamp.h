/* sign/timestamp.h - RFC 3161 timestamps: ask for one, read one, believe one.
 *
 * A token is the DER of the CMS ContentInfo (not the TimeStampResp around it).  Ours are asked for without
 * certificates (certReq false): the TSA's certificate stands once in the evidence of the last signature, so
 * every check is given the candidates.  Imprints are SHA-256 (384 and 512 are read too). */
#ifndef SIGN_TIMESTAMP_H
#define SIGN_TIMESTAMP_H
#include "sign/revocation.h"

#define PKI_TOKEN_MAX ((size_t)32 << 10)

struct pki_token {
	hb_time          time;           /* genTime */
	enum pki_hash    hash;
	struct hb_bytes  imprint;
	const char      *serial;         /* of the token, hex */
	struct pki_cert *signer;         /* found inside or among the candidates, or NULL */
	bool             signature_ok;   /* by signer, which the token's ESSCertID names */
	const char      *why;            /* Vietnamese, when signature_ok is false */
};
/* A TimeStampReq over a digest, and the nonce that the answer must repeat.  with_certs only to learn the TSA's own. */
enum hb_code pki_tst_request(const struct hb_sha256 *digest, bool with_certs, struct hb_arena *a, struct hb_bytes *ret_der,
    uint64_t *ret_nonce, struct hb_err *err);
/* The token out of a TimeStampResp; HB_E_UPSTREAM with the TSA's reason when it refused, or another nonce or digest. */
enum hb_code pki_tst_of_response(struct hb_bytes der, const struct hb_sha256 *digest, uint64_t nonce, struct hb_arena *a,
    struct hb_bytes *ret_token, struct hb_err *err);
/* The certificates inside a token (none in ours); HB_E_INPUT when it is no token. */
enum hb_code pki_tst_certs(struct hb_bytes token, struct hb_arena *a, struct pki_cert ***ret_certs, size_t *ret_n,
    struct hb_err *err);
/* Read a token and check its own signature.  HB_E_INPUT when it is no token. */
enum hb_code pki_tst_read(struct hb_bytes token, struct pki_cert *const *pool, size_t n_pool, struct hb_arena *a,
    struct pki_token *ret, struct hb_err *err);
/* Does the imprint fit these bytes? */
bool pki_tst_covers(const struct pki_token *t, struct hb_bytes data);

/* Everything about a token: signature, imprint over data, TSA chain with its extended key usage, revocation.
 * `at`: when the TSA itself is judged: its own genTime, or a later proof of existence; 0 means genTime. */
struct pki_tst_judgement {
	struct pki_token     token;
	bool                 covers;
	struct pki_judgement tsa;
	enum pki_status      status;     /* PKI_OK only when all of it holds; revocation unknown leaves INDETERMINATE */
	const char          *why;        /* Vietnamese, when not PKI_OK */
};
enum hb_code pki_tst_judge(const struct pki_trust *t, struct hb_bytes token, struct hb_bytes data,
    const struct pki_pool *pool, hb_time at, struct hb_arena *a, struct pki_tst_judgement *ret, struct hb_err *err);
#endif
