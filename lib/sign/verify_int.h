/* sign/verify_int.h - what the parts of a verification hand to each other.  Private to lib/sign. */
#ifndef SIGN_VERIFY_INT_H
#define SIGN_VERIFY_INT_H
#include "pdf/pades.h"
#include "sign/policy.h"
#include "sign/revocation.h"
#include "sign/roll.h"
#include "sign/timestamp.h"
#include "sign/xmlsig_facts.h"

#define VERIFY_POOL_MAX 4096             /* items of evidence of each kind that are looked at; the rest proves nothing */
#define VERIFY_SKEW 300                  /* seconds by which honest clocks may differ */

/* One signature while it is judged. */
struct subject {
	struct verify_signature   *out;      /* in the report */
	const struct xmlsig_facts *xml;      /* or NULL */
	const struct pades_signature *pdf;   /* or NULL */
	const struct slot         *slot;     /* whose place it stands in, or NULL */
	struct pki_cert           *cert;     /* or NULL */
	struct hb_bytes           *tokens;   /* timestamps over `stamped` */
	size_t                     n_tokens;
	struct hb_bytes            stamped;
	struct answers             answers;
};
/* A timestamp service found trustworthy at two times is so between them: validity and "not revoked" are intervals. */
struct known_tsa { const struct pki_cert *cert; hb_time from, to; };
#define VERIFY_TSAS 8

struct verification {
	const struct verify_options *o;
	hb_time                now;
	const struct pki_trust *trust;
	struct hb_arena       *a;
	struct hb_err         *err;
	struct pki_pool        pool;         /* evidence of the file and of the caller */
	struct known_tsa       tsas[VERIFY_TSAS];
	size_t                 n_tsas;
	struct subject        *subjects;
	size_t                 n;
	enum policy_column     column;
	struct answers         file;
	struct verify_report  *report;
};

/* verify_xml.c, verify_pdf.c: gather.  A file that cannot be read is an answer, not a failure. */
enum hb_code verify_gather_xml(struct verification *v, struct hb_bytes bytes);
enum hb_code verify_gather_pdf(struct verification *v, struct hb_bytes bytes);
/* verify_trust.c: timestamps, chain, validity, revocation of one signature; proofs must be known for all first. */
enum hb_code verify_prove_time(struct verification *v, struct subject *s);
enum hb_code verify_judge_certificate(struct verification *v, struct subject *s);
/* An earlier proof, such as a document timestamp over it. */
void verify_add_proof(struct verification *v, struct subject *s, hb_time t);
/* verify_roll.c: who had to sign, where, in which order (XML). */
enum hb_code verify_against_roll(struct verification *v, const struct xml_doc *doc, const struct roll *roll);
enum hb_code verify_subjects(struct verification *v, size_t n);           /* room for n signatures */
enum hb_code verify_pool_add(struct verification *v, const struct hb_bytes *certs, size_t n_certs,
    const struct hb_bytes *ocsps, size_t n_ocsps, const struct hb_bytes *crls, size_t n_crls);
#endif
