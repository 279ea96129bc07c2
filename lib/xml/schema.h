/* xml/schema.h - does a document have the form its contract states?  (D10.2a: "cấu trúc file XML")
 *
 * libxml2 judges by an XSD of contracts/, without network, files or entities.  Call it only with bytes xml_read() has
 * accepted.  Thread rule: any thread; a schema is compiled at its first use in a thread and kept for that thread. */
#ifndef XML_SCHEMA_H
#define XML_SCHEMA_H
#include "base/buf.h"

#define XML_SCHEMA_KEPT 8            /* schemas one thread keeps */

/* HB_OK when valid; HB_E_INPUT "xml.saiMau" with line, element and what is wrong when not.  name tells schemas apart
 * ("so-theo-doi-1"): the same name is always the same xsd. */
enum hb_code xml_schema_check(const char *name, struct hb_bytes xsd, struct hb_bytes bytes, struct hb_err *err);
#endif
