/* xml/schema.h - does a document have the form its contract states?  (D10.2a: "cấu trúc file XML")
 *
 * The schemas of contracts/ are compiled into the program (tools/xsdgen); libxml2 judges, without network, files
 * or entities.  Call it only with bytes xml_read() has accepted.  Thread rule: any thread; schemas are compiled
 * once per thread and kept. */
#ifndef XML_SCHEMA_H
#define XML_SCHEMA_H
#include "base/buf.h"

/* The schema for a root element and version, such as ("urn:hocba:so:1"), or NULL: the name to give below. */
bool xml_schema_known(const char *ns);
/* HB_OK when valid; HB_E_INPUT "xml.saiMau" with line, element and what is wrong when not; HB_E_NOTFOUND
 * "xml.khongCoMau" when no schema is known for ns. */
enum hb_code xml_schema_check(const char *ns, struct hb_bytes bytes, struct hb_err *err);
#endif
