/* sign/evidence.h - what makes a finished file stand alone (LT): gathered once, put on its last signature.
 *
 * For every signer: the CAs between him and the root, and an OCSP answer (a CRL where no responder answers); for every
 * intermediate CA its CRL or OCSP; for every timestamp token the TSA's certificate, CAs and revocation.  Each item once.
 * The root itself is left out: whoever verifies must have it.
 * Gathering is all or nothing: a silent service fails with HB_E_UPSTREAM and the file simply waits for its LT step;
 * a revoked or expired signer fails with HB_E_RULE ("pki.daThuHoi", "pki.hetHan").
 * Never inside a database transaction: it asks the network.  Results live in the arena. */
#ifndef SIGN_EVIDENCE_H
#define SIGN_EVIDENCE_H
#include "sign/pki_net.h"

struct evidence_signer {
	struct hb_bytes cert;        /* DER */
	hb_time         time;        /* when it signed: best known, the token's time */
};
struct evidence {
	struct hb_bytes *certs;     size_t n_certs;       /* DER: issuing CAs of the signers */
	struct hb_bytes *ocsps;     size_t n_ocsps;       /* DER OCSPResponse */
	struct hb_bytes *crls;      size_t n_crls;        /* DER CertificateList */
	struct hb_bytes *tsa_certs; size_t n_tsa_certs;   /* DER: TSAs and their CAs */
	struct hb_bytes *tsa_ocsps; size_t n_tsa_ocsps;   /* for them; an item of ocsps or crls is not repeated here */
	struct hb_bytes *tsa_crls;  size_t n_tsa_crls;
};
/* cas: CA and TSA certificates the operator knows (configuration); AIA is asked for what is missing.
 * tokens may be empty. */
enum hb_code evidence_gather(const struct pki_trust *trust, struct pki_net *net, struct pki_cert *const *cas, size_t n_cas,
    const struct evidence_signer *signers, size_t n_signers, const struct hb_bytes *tokens, size_t n_tokens,
    struct hb_arena *a, struct evidence *ret, struct hb_err *err);
/* The path of a certificate through `pool`, which grows (at most to max) by issuers asked for at the addresses in the
 * certificates.  HB_OK with chain->status, as pki_chain_build(). */
enum hb_code evidence_chain(const struct pki_trust *trust, struct pki_net *net, struct pki_cert *leaf, struct pki_cert **pool,
    size_t *n_pool, size_t max, enum pki_purpose purpose, hb_time at, struct hb_arena *a, struct pki_chain *ret_chain,
    struct hb_err *err);
#endif
