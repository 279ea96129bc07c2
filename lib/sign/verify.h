/* sign/verify.h - is a signed file good?  Facts first, then the policy table, then views (D7, D9.2, D10.2).
 *
 * verify_file() works offline on any bytes: a class book, a school record, a PDF, a foreign signed XML, or rubbish.  It
 * gathers facts (structure, references, digests, values, certificates, chains, revocation, timestamps, who had to sign),
 * asks every question of policy.h about them, and keeps every finding, not the first.  "Cannot tell" never becomes
 * VALID; without anchors in `trust` nothing is trusted.  A signature is judged at its best proven time: the earliest
 * trusted timestamp over it, else now; today's state of the certificate stands beside it (D7.1, D17.3b).
 * Only regions covered by a valid signature at the place its role may sign count as covered.
 *
 * Ownership: the report and all it points to live in the arena; the bytes need not outlive the call.
 * Failures: only out of memory (HB_E_TOOBIG) or a bug; a bad file is a report, not a failure.
 * Thread rule: any thread; trust is shared read-only. */
#ifndef SIGN_VERIFY_H
#define SIGN_VERIFY_H
#include "sign/pki.h"

enum verify_verdict { VERIFY_INDETERMINATE = 0, VERIFY_VALID, VERIFY_INVALID };
enum verify_kind { VERIFY_UNKNOWN = 0, VERIFY_TRANSCRIPT, VERIFY_GRADEBOOK, VERIFY_PDF, VERIFY_FOREIGN };
enum verify_level { VERIFY_FAIL = 0, VERIFY_WARN, VERIFY_INFO };
enum verify_form { VERIFY_B = 0, VERIFY_T, VERIFY_LT, VERIFY_LTA };      /* what the signature carries */
enum verify_status { VERIFY_STATUS_UNKNOWN = 0, VERIFY_STATUS_GOOD, VERIFY_STATUS_REVOKED, VERIFY_STATUS_EXPIRED };

struct verify_options {
	const struct pki_trust *trust;       /* NULL: nothing is trusted */
	const struct hb_bytes  *crls;        /* DER, besides what the file carries */
	size_t                  n_crls;
	hb_time                 now;         /* 0: hb_now() */
	bool                    unfinished;  /* signatures are still being collected: missing ones are no fault */
	bool                    schema;      /* also judge the XML by its XSD (D10.2a); the strict reader always does */
};

struct verify_signature {
	const char         *id;              /* Signature Id, or the PDF field's name */
	const char         *role;            /* "GVBM" "GVCN" "CBQL" "DON_VI"; a foreign slot's name; "" */
	const char         *signer, *issuer; /* common names in the certificate; "" when there is none */
	const struct pki_cert *certificate;  /* NULL when there is none */
	bool                has_time, time_protected;
	hb_time             signing_time;    /* claimed */
	bool                has_proof;       /* a trusted timestamp: */
	hb_time             proof_time;
	enum verify_form    form;
	enum verify_status  status_at_signing, status_now;
	const char        **covers;          /* "#data-2025-2026", "" for a whole document, "revision:1" */
	size_t              n_covers;
	struct hb_sha256    fingerprint;     /* SHA-256 of the signature value; a seal's names its record */
	enum verify_verdict verdict;
	const char         *indication;      /* "TOTAL_PASSED" "TOTAL_FAILED" "INDETERMINATE" */
	const char         *sub_indication;  /* "HASH_FAILURE" … of ETSI EN 319 102-1, or NULL */
};
struct verify_finding {
	const char       *key, *clause;      /* "chuKy.toanVen", "D10.2a" */
	enum verify_level level;
	const char       *signature;         /* id, or NULL: the file */
	const char       *text;              /* Vietnamese: what, where */
};
struct verify_report {
	enum verify_verdict      verdict;
	enum verify_kind         kind;
	struct verify_signature *signatures; size_t n_signatures;
	struct verify_finding   *findings;   size_t n_findings;
};

enum hb_code verify_file(struct hb_bytes bytes, const struct verify_options *o, struct hb_arena *a,
    struct verify_report *ret, struct hb_err *err);

/* The seal (DON_VI) of the last school year, or of the class book: NULL when it is not there or not valid. */
const struct verify_signature *verify_seal(const struct verify_report *r);
const char *verify_verdict_word(enum verify_verdict v);      /* "VALID" … */
const char *verify_kind_word(enum verify_kind k);            /* "transcript" … */
/* Views.  JSON: one object of the contract's "files" list.  Text: four plain answers, then the table of D10.2. */
enum hb_code verify_json(const struct verify_report *r, const char *file, struct hb_buf *out, struct hb_err *err);
void         verify_text(const struct verify_report *r, const char *file, struct hb_buf *out);
#endif
