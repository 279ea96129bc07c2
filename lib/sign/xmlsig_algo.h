/* sign/xmlsig_algo.h - the algorithms we know by name, and the digests they make.  Private to lib/sign.
 *
 * An allow-list: a name that is not in these tables is no algorithm (no XSLT, XPath, HMAC, retrieval).  Weak ones are
 * known so that an old file can be told apart from a changed one; policy never accepts them. */
#ifndef SIGN_XMLSIG_ALGO_H
#define SIGN_XMLSIG_ALGO_H
#include "sign/pki.h"
#include "xml/xml.h"

#include <openssl/evp.h>

#define XMLSIG_EXC_C14N  "http://www.w3.org/2001/10/xml-exc-c14n#"
#define XMLSIG_C14N      "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define XMLSIG_ENVELOPED "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
#define XMLSIG_SHA256    "http://www.w3.org/2001/04/xmlenc#sha256"
#define XMLSIG_RSA_SHA256   "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#define XMLSIG_ECDSA_SHA256 "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
#define XMLSIG_TYPE_PROPERTIES "http://www.w3.org/2000/09/xmldsig#SignatureProperties"
#define XMLSIG_TYPE_SIGNED  "http://uri.etsi.org/01903#SignedProperties"
#define XMLSIG_TYPE_COUNTER "http://uri.etsi.org/01903#CountersignedSignature"

struct xmlsig_digest_method { const char *uri; const EVP_MD *(*md)(void); bool weak; };
struct xmlsig_value_method  { const char *uri; const EVP_MD *(*md)(void); enum pki_key key; bool weak; };
const struct xmlsig_digest_method *xmlsig_digest_method(const char *uri);     /* NULL: unknown, also for NULL */
const struct xmlsig_value_method  *xmlsig_value_method(const char *uri);
bool xmlsig_c14n_method(const char *uri, enum xml_c14n_method *ret_method);

/* Digest of a canonical subtree, computed on the way; length of out is EVP_MAX_MD_SIZE. */
enum hb_code xmlsig_digest_node(const struct xml_doc *doc, const struct xml_node *apex, const struct xml_c14n_spec *spec,
    const EVP_MD *md, uint8_t *out, unsigned *ret_n, struct hb_err *err);
/* Does value sign data under c?  ECDSA values are r‖s.  Weak methods are computed too. */
bool xmlsig_value_check(const struct pki_cert *c, const struct xmlsig_value_method *m, struct hb_bytes data,
    struct hb_bytes value);
#endif
