/* sign/xmlsig.h - make the XML signatures of a gradebook or school record, in two phases.
 *
 * Server: xmlsig_prepare() puts a Signature with every digest filled and an empty SignatureValue into a slot.
 * Signer's agent: xmlsig_tbs() recomputes every digest from the regions it can show, and returns the exact bytes
 * to sign.  Server: xmlsig_embed() checks the value against the certificate and moves that one Signature into
 * the current document (others may have signed meanwhile).  Then xmlsig_add_timestamp() and, on the last
 * signature of a finished file, xmlsig_add_evidence() add unsigned properties.
 *
 * Profile (one signature valid as plain XMLDSig and as XAdES baseline): exclusive C14N, SHA-256, rsa-sha256 or
 * ecdsa-sha256 by the certificate's key; references only to data regions and to earlier SignatureValues, at most
 * XMLSIG_MAX_REFS with its own two; Ids r0-S… , sv-S, tm-S, xp-S for signature S; KeyInfo holds X509SubjectName and
 * the signer's certificate only (D9.2).  All results live in `a`.  Documents must pass xml_read(). */
#ifndef SIGN_XMLSIG_H
#define SIGN_XMLSIG_H
#include "base/clock.h"
#include "base/codec.h"

#define XMLSIG_MAX_REFS   30        /* what widely used verifiers accept */
#define XMLSIG_NS         "http://www.w3.org/2000/09/xmldsig#"
#define XMLSIG_XADES_NS   "http://uri.etsi.org/01903/v1.3.2#"
#define XMLSIG_XADES141_NS "http://uri.etsi.org/01903/v1.4.1#"
#define XMLSIG_TIME_NS    "urn:hocba:signature-properties:1"

struct xmlsig_spec {
	const char        *slot;         /* xml_path() of the slot element, e.g. "/SO_THEO_DOI/CHU_KY/GVCN" */
	const char        *id;           /* S: unique in the document, an NCName: "s-TOAN-1" */
	const char *const *regions;      /* Ids of data regions: "ttc", "bd-TOAN" */
	size_t             n_regions;
	const char *const *countersigned;/* Ids of earlier signatures (S, not sv-S) */
	size_t             n_countersigned;
	struct hb_bytes    certificate;  /* signer's certificate, DER */
	hb_time            signing_time;
	const char        *claimed_role; /* "GVBM" …, or NULL */
};
enum hb_code xmlsig_prepare(struct hb_bytes doc, const struct xmlsig_spec *spec, struct hb_arena *a,
    struct hb_bytes *ret_prepared, struct hb_err *err);

enum xmlsig_key { XMLSIG_RSA, XMLSIG_ECDSA };
struct xmlsig_region { const char *id; const char *element; };     /* what is signed: "bd-TOAN", "BANG_DIEM" */
struct xmlsig_tbs {
	struct hb_bytes       signed_info;   /* canonical SignedInfo: sign SHA-256 of these bytes */
	struct hb_sha256      digest;        /* that SHA-256 */
	enum xmlsig_key       key;
	struct hb_bytes       certificate;   /* the certificate the document names as signer's: compare with your own */
	hb_time               signing_time;
	const char           *role;          /* claimed role, or "" */
	struct xmlsig_region *regions;       /* data regions, without the signature's own properties */
	size_t                n_regions;
};
/* Fails (HB_E_INPUT "chuKy.khongKhop") when a digest in the document is not that of its region. */
enum hb_code xmlsig_tbs(struct hb_bytes prepared, const char *id, struct hb_arena *a, struct xmlsig_tbs *ret_tbs,
    struct hb_err *err);

/* value: RSA PKCS#1 v1.5 signature, or ECDSA as DER or as r‖s.  Refused (HB_E_RULE "chuKy.saiGiaTri") when it does
 * not verify with the certificate; refused (HB_E_CONFLICT "chuKy.daCo") when the slot already has a signature of
 * this Id, and (HB_E_CONFLICT "chuKy.duLieuDaDoi") when a region changed in the current document. */
enum hb_code xmlsig_embed(struct hb_bytes current, struct hb_bytes prepared, const char *id, struct hb_bytes value,
    struct hb_arena *a, struct hb_bytes *ret_doc, struct hb_err *err);

/* SHA-256 to put into the timestamp request: over the canonical ds:SignatureValue. */
enum hb_code xmlsig_timestamp_digest(struct hb_bytes doc, const char *id, struct hb_arena *a,
    struct hb_sha256 *ret_digest, struct hb_err *err);
enum hb_code xmlsig_add_timestamp(struct hb_bytes doc, const char *id, struct hb_bytes token, struct hb_arena *a,
    struct hb_bytes *ret_doc, struct hb_err *err);

struct xmlsig_evidence {                 /* DER; each list without duplicates is the caller's care */
	const struct hb_bytes *certs;     size_t n_certs;       /* issuing CAs, OCSP responders */
	const struct hb_bytes *ocsps;     size_t n_ocsps;       /* OCSPResponse, whole */
	const struct hb_bytes *crls;      size_t n_crls;
	const struct hb_bytes *tsa_certs; size_t n_tsa_certs;   /* the timestamps' signer and its chain */
	const struct hb_bytes *tsa_ocsps; size_t n_tsa_ocsps;
	const struct hb_bytes *tsa_crls;  size_t n_tsa_crls;
};
enum hb_code xmlsig_add_evidence(struct hb_bytes doc, const char *id, const struct xmlsig_evidence *e,
    struct hb_arena *a, struct hb_bytes *ret_doc, struct hb_err *err);
#endif
