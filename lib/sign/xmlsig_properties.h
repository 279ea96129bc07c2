/* sign/xmlsig_properties.h - the properties inside a Signature: its times, certificate digest, role, evidence.
 * Private to lib/sign. */
#ifndef SIGN_XMLSIG_PROPERTIES_H
#define SIGN_XMLSIG_PROPERTIES_H
#include "sign/xmlsig_facts.h"

/* Is n a SignatureProperty, SignatureProperties or Object with a SigningTime outside XAdES? */
bool xmlsig_holds_time(const struct xml_node *n);
/* Needs f->node, refs and cert; fills times, certificate digest, role, evidence, stamped. */
enum hb_code xmlsig_read_properties(const struct xml_doc *doc, struct xmlsig_facts *f, struct hb_arena *a,
    struct hb_err *err);
#endif
