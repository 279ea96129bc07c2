/* pdf/pades.h - PAdES signatures in a PDF we made, by a key that is somewhere else; and the facts of any signed PDF.
 *
 * Signing a field is three calls, with the signer's device between the second and the third:
 *   pades_prepare    appends a revision: field, widget, appearance, ByteRange, an empty place for the signature
 *   pades_attributes computes the digest of that revision and builds the signed attributes: the bytes to sign
 *                    (content-type, message-digest, signing-certificate-v2; no signing-time, EN 319 142-1 6.3)
 *   pades_embed      puts the CMS (signer's certificate, issuing CAs, optional timestamp token) into the place
 * The agent calls pades_attributes itself on the prepared bytes and signs what it computed.
 * A record is signed by GVCN, CBQL, DON_VI in that order, the seal over the left third of the head's image (D9.1a),
 * then pades_add_evidence (DSS) and pades_document_timestamp close it.
 *
 * pades_inspect tells facts only: arithmetic, structure, what later revisions did.  Chains, revocation, trust in
 * times and the verdict belong to lib/sign.
 *
 * Every function takes whole files and gives whole new files in the arena; input bytes are untouched.
 * Fails with the keys of pdf.h, HB_E_INPUT "pdf.chuKy" (no such signature, wrong certificate),
 * HB_E_TOOBIG "pdf.choKy" (the signature does not fit its place). */
#ifndef PDF_PADES_H
#define PDF_PADES_H
#include "base/clock.h"
#include "base/codec.h"
#include "pdf/pdf.h"

#define PADES_CONTENTS_DEFAULT  8192     /* bytes kept for a CMS with two certificates and a small token */
#define PADES_CONTENTS_MAX      65536
#define PADES_TOKEN_DEFAULT     10240    /* bytes kept for a document timestamp with its certificates */
#define PADES_SIGNATURES_MAX    128

struct pades_field {
	const char     *name;            /* field name and signature id: "GVCN", "CBQL", "DON_VI" */
	size_t          page;            /* from 0 */
	struct pdf_rect rect;
	struct hb_bytes look;            /* one-page PDF drawn into rect (pdf/stamp.h); empty: an invisible signature */
	const char     *signer;          /* /Name, UTF-8, or NULL */
	const char     *reason;          /* /Reason, UTF-8, or NULL */
	const char     *location;        /* /Location, UTF-8, or NULL */
	hb_time         when;            /* /M: the claimed signing time */
	int             docmdp;          /* 0: none; 2 or 3: a certification, only as the first signature */
	size_t          contents;        /* bytes to keep for the CMS; 0: PADES_CONTENTS_DEFAULT */
};

/* Where the seal (a square of 36 mm, or larger for a larger image) stands so that it covers the left third of the
 * head's signature image (D9.1a). */
struct pdf_rect pades_seal_rect(struct pdf_rect head_image);

enum hb_code pades_prepare(struct hb_bytes pdf, const struct pades_field *field, struct hb_arena *a,
    struct hb_bytes *ret_prepared, struct hb_err *err);
/* DER of the SET OF signed attributes; the signature is made over exactly these bytes with SHA-256. */
enum hb_code pades_attributes(struct hb_bytes prepared, const char *field, struct hb_bytes signer_cert,
    struct hb_arena *a, struct hb_bytes *ret_attributes, struct hb_err *err);

struct pades_value {
	struct hb_bytes        signer;        /* certificate, DER */
	const struct hb_bytes *issuers;       /* issuing CA certificates, DER, without the root */
	size_t                 issuers_n;
	struct hb_bytes        value;         /* what the key made: RSA PKCS#1 v1.5; ECDSA in DER or as r||s */
	struct hb_bytes        token;         /* RFC 3161 token over `value`, or empty */
};
/* Checks the value under the certificate before embedding it: a wrong one fails with "pdf.chuKy". */
enum hb_code pades_embed(struct hb_bytes prepared, const char *field, const struct pades_value *value,
    struct hb_arena *a, struct hb_bytes *ret_signed, struct hb_err *err);
/* Adds a signature timestamp to the newest signature; refused once a later revision covers it. */
enum hb_code pades_add_timestamp(struct hb_bytes pdf, const char *field, struct hb_bytes token, struct hb_arena *a,
    struct hb_bytes *ret_pdf, struct hb_err *err);
/* The signature value of a field: what a signature timestamp token is asked for. */
enum hb_code pades_signature_value(struct hb_bytes pdf, const char *field, struct hb_arena *a,
    struct hb_bytes *ret_value, struct hb_err *err);

struct pades_evidence {                       /* DER each */
	const struct hb_bytes *certs, *ocsps, *crls;
	size_t                 certs_n, ocsps_n, crls_n;
};
/* A revision with the DSS dictionary; what the file already has stays and is not repeated. */
enum hb_code pades_add_evidence(struct hb_bytes pdf, const struct pades_evidence *evidence, struct hb_arena *a,
    struct hb_bytes *ret_pdf, struct hb_err *err);

/* Gives an RFC 3161 token (DER, with certificates) for a SHA-256 imprint. */
typedef enum hb_code pades_token_fn(void *ctx, const struct hb_sha256 *imprint, struct hb_arena *a,
    struct hb_bytes *ret_token, struct hb_err *err);
enum hb_code pades_document_timestamp(struct hb_bytes pdf, const char *field, pades_token_fn *token, void *ctx,
    struct hb_arena *a, struct hb_bytes *ret_pdf, struct hb_err *err);

/* ---- facts of a signed PDF ---- */

enum pades_kind { PADES_SIGNATURE, PADES_DOCUMENT_TIMESTAMP };
struct pades_signature {
	const char     *field;
	enum pades_kind kind;
	const char     *subfilter;           /* ETSI.CAdES.detached, adbe.pkcs7.detached, ETSI.RFC3161, or foreign */
	const char     *signer, *reason;     /* what the dictionary claims, UTF-8, or "" */
	hb_time         claimed_time;        /* /M; 0 when absent or unreadable */
	hb_time         attribute_time;      /* signing-time attribute of foreign files; a document timestamp's own time; else 0 */
	int             docmdp;              /* 0 when none */
	size_t          page;
	struct pdf_rect rect;                /* all 0 for an invisible signature */
	size_t          revision;            /* from 1: the revision it covers */
	size_t          covers_end;          /* ByteRange covers [0, hole_at) and [hole_end, covers_end) */
	size_t          hole_at, hole_end;
	/* Each false until proven. */
	bool            range_ok;            /* ByteRange covers its whole revision but its own Contents */
	bool            digest_ok;           /* message-digest, or the token's imprint */
	bool            signature_ok;        /* CMS signature under the signer's certificate in the file */
	bool            certificate_bound;   /* signing-certificate(-v2) names that certificate */
	bool            algorithms_ok;       /* SHA-256/384/512 with RSA >= 2048 or ECDSA >= 256 */
	bool            later_ok;            /* later revisions changed only what they may */
	struct hb_bytes cms;                 /* DER without padding */
	struct hb_bytes signer_cert;         /* DER; empty when the CMS does not hold it */
	struct hb_bytes *certs;              /* all certificates in the CMS */
	size_t          certs_n;
	struct hb_bytes value;               /* signature value: what `token` stamps */
	struct hb_bytes token;               /* signature timestamp (RFC 3161), or empty; not checked here */
	struct hb_sha256 digest;             /* SHA-256 of the covered bytes */
};
struct pades_finding {
	const char *key;                     /* see messages.vi.txt: "pdf.thayDoi", "pdf.vungKy", ... */
	const char *field;                   /* or NULL: the whole file */
	size_t      revision;                /* from 1; 0 when it is about no revision */
	const char *text;                    /* Vietnamese, what and where */
};
struct pades_facts {
	struct pades_signature *signatures;  /* in the order of the revisions they cover */
	size_t                  signatures_n;
	size_t                  revisions_n;
	struct pades_finding   *findings;    /* every one means: not as signed */
	size_t                  findings_n;
	struct pades_evidence   evidence;    /* of the DSS dictionary */
	size_t                  pages;
};
/* HB_E_INPUT when it is no PDF that can be read; a PDF without signatures has signatures_n 0. */
enum hb_code pades_inspect(struct hb_bytes pdf, struct hb_arena *a, struct pades_facts *ret_facts, struct hb_err *err);
/* The covered bytes joined, for checking a document timestamp's imprint under another digest. */
enum hb_code pades_covered(struct hb_bytes pdf, const struct pades_signature *signature, struct hb_arena *a,
    struct hb_bytes *ret_bytes, struct hb_err *err);
#endif
