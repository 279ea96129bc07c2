/* sign/pki.h - certificates, whom we trust, and the chain between them (D6, D7, D8).
 *
 * Certificates are facts until a chain to a given anchor is built; anchors come only from a pki_trust that the
 * operator (or --trust) filled, never from the document under judgement.  Zero in every status means "cannot
 * tell", so a forgotten field is never good news.
 * Ownership: pki_cert lives in its arena, with the OpenSSL object it wraps; it borrows nothing from its input.
 * pki_trust is heap, immutable once filled, and may then be shared by threads.
 * Failures: HB_E_INPUT for bytes that are no certificate.  A bad chain is not a failure but a status. */
#ifndef SIGN_PKI_H
#define SIGN_PKI_H
#include "base/buf.h"
#include "base/clock.h"
#include "base/codec.h"

#define PKI_DER_MAX ((size_t)64 << 10)         /* one certificate */
#define PKI_CHAIN_MAX 6                        /* certificates from the signer to the anchor, both included */

/* Whose certificate it is, by the table of subject attributes in pki_policy.c. */
enum pki_kind { PKI_KIND_OTHER = 0, PKI_KIND_PERSONAL, PKI_KIND_UNIT };
/* The four kinds of issuers that D7.2 accepts, by the table of CA names in pki_policy.c. */
enum pki_ca_class { PKI_CA_UNKNOWN = 0, PKI_CA_NATIONAL, PKI_CA_GOVERNMENT, PKI_CA_PUBLIC, PKI_CA_SPECIALISED };
enum pki_key { PKI_KEY_OTHER = 0, PKI_KEY_RSA, PKI_KEY_EC };

struct pki_cert {
	struct hb_bytes  der;
	const char      *subject, *issuer;     /* RFC 2253, UTF-8 unescaped */
	const char      *name;                 /* CN of the subject, "" if none */
	const char      *issuer_name;          /* CN of the issuer, "" if none */
	const char      *organisation;         /* O of the subject, "" if none */
	const char      *owner_id;             /* "001095012345" of UID=CCCD:001095012345; tax code of a unit; or "" */
	const char      *serial;               /* hex, lower case */
	hb_time          not_before, not_after;
	enum pki_kind    kind;
	enum pki_key     key;
	int              key_bits;
	bool             is_ca;
	struct hb_sha256 fingerprint;          /* of the DER */
	struct x509_st  *x509;                 /* owned by the arena */
};

enum hb_code pki_cert_parse(struct hb_bytes der, struct hb_arena *a, struct pki_cert **ret_cert, struct hb_err *err);
/* Every certificate of a PEM text, in order; HB_E_INPUT when there is none or one is broken. */
enum hb_code pki_certs_of_pem(struct hb_bytes pem, struct hb_arena *a, struct pki_cert ***ret_certs, size_t *ret_n,
    struct hb_err *err);
bool pki_cert_eq(const struct pki_cert *a, const struct pki_cert *b);
/* Is X509SubjectName `text` the subject of c?  Compares attributes and values in order, tolerant of the spellings
 * RFC 2253, RFC 4514 and .NET (S= for ST=, OID.x.y, "; " separators). */
bool pki_subject_is(const struct pki_cert *c, struct hb_bytes text);

/* --- whom we trust --- */
struct pki_trust;
struct pki_trust *pki_trust_new(void);                 /* empty: trusts nobody; NULL when out of memory */
void              pki_trust_free(struct pki_trust *t); /* NULL is fine */
enum hb_code      pki_trust_add_pem(struct pki_trust *t, struct hb_bytes pem, struct hb_err *err);
enum hb_code      pki_trust_add_file(struct pki_trust *t, const char *path, struct hb_err *err);
size_t            pki_trust_count(const struct pki_trust *t);

/* --- the chain --- */
enum pki_purpose { PKI_FOR_SIGNING = 0, PKI_FOR_TIMESTAMP, PKI_FOR_OCSP, PKI_FOR_CA };
enum pki_status {
	PKI_INDETERMINATE = 0,
	PKI_OK,
	PKI_NO_CHAIN,            /* no path to an anchor: unknown issuer */
	PKI_EXPIRED,             /* some certificate of the path had expired at that time */
	PKI_NOT_YET_VALID,
	PKI_BAD_SIGNATURE,       /* a certificate of the path is not signed by the next */
	PKI_BAD_ALGORITHM,       /* below RSA 2048, P-256/P-384, SHA-256 */
	PKI_BAD_CA,              /* basic constraints or path length */
	PKI_BAD_USAGE,           /* key usage or extended key usage does not allow this purpose */
	PKI_BAD_EXTENSION,       /* an unknown critical extension, or another fault of form */
	PKI_REVOKED,             /* never from a chain alone: by the judgements of revocation.h and timestamp.h */
	PKI_STATUS__MAX
};
struct pki_chain {
	enum pki_status   status;
	struct pki_cert **certs;   /* signer first, anchor last; only the part that was found when not PKI_OK */
	size_t            n;
	size_t            at;      /* index of the certificate the status speaks of */
	enum pki_ca_class ca_class;
};
/* Build the path of `leaf` at time `at`, through `pool` (any certificates, untrusted), to an anchor of t.
 * HB_OK with ret_chain->status; fails only when out of memory. */
enum hb_code pki_chain_build(const struct pki_trust *t, struct pki_cert *leaf, struct pki_cert *const *pool, size_t n_pool,
    enum pki_purpose purpose, hb_time at, struct hb_arena *a, struct pki_chain *ret_chain, struct hb_err *err);
const char *pki_status_vi(enum pki_status s);          /* one clause, e.g. "chứng thư số đã hết hạn" */
const char *pki_ca_class_vi(enum pki_ca_class c);      /* with its point of D7.2 */
const char *pki_kind_vi(enum pki_kind k);

/* --- arithmetic --- */
enum pki_hash { PKI_SHA256 = 0, PKI_SHA384, PKI_SHA512 };
enum pki_value { PKI_VALUE_RAW = 0, PKI_VALUE_DER };   /* ECDSA only: r‖s (XMLDSig, PKCS#11) or SEQUENCE (CMS, X.509) */
/* Does `value` sign `data` under the certificate's key?  RSA is PKCS#1 v1.5.  False also for refused algorithms. */
bool pki_verify(const struct pki_cert *c, enum pki_hash hash, struct hb_bytes data, struct hb_bytes value,
    enum pki_value form);
/* r‖s <-> SEQUENCE { r, s }; coord is the length of one coordinate (32 for P-256). */
enum hb_code pki_ecdsa_to_der(struct hb_bytes raw, struct hb_arena *a, struct hb_bytes *ret_der, struct hb_err *err);
enum hb_code pki_ecdsa_to_raw(struct hb_bytes der, size_t coord, struct hb_arena *a, struct hb_bytes *ret_raw,
    struct hb_err *err);
#endif
