/* sign/xmlsig_facts.h - what the signatures of an XML document are, without judging them.
 *
 * Every Signature element is taken apart strictly: an unknown child, attribute or algorithm is a fact of its own, never
 * skipped.  Digests and the signature value are computed; chains, times and policy belong to verify.h.  false and
 * zero mean "not shown", so a forgotten fact is never good news.
 * Ownership: everything lives in the arena with the tree, and borrows from it. */
#ifndef SIGN_XMLSIG_FACTS_H
#define SIGN_XMLSIG_FACTS_H
#include "sign/pki.h"
#include "xml/xml.h"

#define XMLSIG_MAX_SIGNATURES 512
#define XMLSIG_MAX_TRANSFORMS 4
#define XMLSIG_KEY_CERTS      8           /* certificates read from one KeyInfo */
#define XMLSIG_REFS_READ      64          /* more references than this are not computed at all */

/* What a Reference selects. */
enum xmlsig_target {
	XMLSIG_NOTHING = 0,           /* no element, several, or a URI we do not follow */
	XMLSIG_REGION,                /* an element outside every Signature */
	XMLSIG_EARLIER,               /* the SignatureValue of another Signature */
	XMLSIG_TIME,                  /* this Signature's properties with SigningTime, or their Object */
	XMLSIG_PROPERTIES,            /* this Signature's XAdES SignedProperties */
	XMLSIG_WHOLE,                 /* URI="": the document */
	XMLSIG_OTHER,                 /* anything else inside a Signature */
};
struct xmlsig_ref {
	const char            *uri;          /* as written; NULL when absent */
	const char            *id;           /* without '#', or "" */
	enum xmlsig_target     target;
	const struct xml_node *node;         /* the one element; the document for URI="" */
	unsigned               matches;      /* elements that carry the Id */
	bool allowed;                        /* transforms and digest method are known */
	bool weak;                           /* SHA-1: known, no longer accepted */
	bool profile;                        /* exactly ours: exclusive C14N alone, SHA-256 */
	bool digest_ok;
};

struct xmlsig_facts {
	const char            *id;           /* of the Signature, "" when absent */
	const struct xml_node *node;
	const struct xml_node *value_node;   /* ds:SignatureValue */
	/* form */
	bool        form_ok;                 /* elements and their order are those of XMLDSig, nothing unknown */
	const char *form_why;                /* Vietnamese, static; NULL when form_ok */
	bool        algorithms_ok;           /* of SignedInfo and all references: known and strong */
	bool        weak;                    /* one of them is SHA-1 or the key is short */
	bool        profile_ok;              /* SignedInfo and references exactly as xmlsig_prepare() writes them */
	/* integrity */
	struct xmlsig_ref *refs;
	size_t             n_refs;
	bool refs_ok;                        /* each resolves to exactly one place we follow */
	bool digests_ok;                     /* each digest is right; false too when there is no reference */
	bool value_ok;                       /* SignatureValue verifies with cert */
	bool value_computed;                 /* it could be tried: a certificate, a known method, a value */
	struct hb_bytes  value;              /* decoded */
	struct hb_sha256 fingerprint;        /* SHA-256 of value: names the record when this is its seal */
	/* key */
	bool             only_x509;          /* KeyInfo is there and holds X509Data alone */
	bool             key_value;          /* a bare key stands in KeyInfo */
	size_t           n_certs;            /* X509Certificate elements */
	struct pki_cert *cert;               /* the signer's: the first; NULL when there is none or it is unreadable */
	struct hb_bytes *key_certs; size_t n_key_certs;      /* the others of X509Data: foreign files carry chains */
	bool             has_subject_name, subject_name_ok;
	bool             has_cert_digest, cert_digest_ok;    /* XAdES SigningCertificate(V2) */
	/* time */
	bool    has_time, time_protected;    /* SigningTime of the signature properties, and a good reference over it */
	hb_time time;
	bool    has_xades_time;
	hb_time xades_time;
	const char *claimed_role;            /* "" when none */
	/* unsigned properties */
	struct hb_bytes *tokens;  size_t n_tokens;           /* SignatureTimeStamp */
	struct hb_bytes  stamped;            /* canonical SignatureValue: what those tokens are over */
	struct hb_bytes *certs;   size_t n_evidence_certs;
	struct hb_bytes *ocsps;   size_t n_ocsps;
	struct hb_bytes *crls;    size_t n_crls;
};
struct xmlsig_all { struct xml_doc *doc; struct xmlsig_facts *signatures; size_t n; };

/* Facts of every Signature of the document, in document order.  Fails only beyond the limits or out of memory. */
enum hb_code xmlsig_facts_read(struct xml_doc *doc, struct hb_arena *a, struct xmlsig_all *ret, struct hb_err *err);
/* Facts of one Signature element. */
enum hb_code xmlsig_facts_of(const struct xml_doc *doc, const struct xml_node *signature, struct hb_arena *a,
    struct xmlsig_facts *ret, struct hb_err *err);
/* The only Signature with this Id, or NULL. */
const struct xml_node *xmlsig_find(const struct xml_doc *doc, const char *id);
#endif
