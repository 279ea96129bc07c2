/* pdf/der.h - write DER: a value is made of finished parts.  Private to lib/pdf.
 * A full arena gives {NULL, 0}, which every later call passes on: one check at the end. */
#ifndef PDF_DER_H
#define PDF_DER_H
#include "base/buf.h"

enum { DER_INTEGER = 0x02, DER_OCTETS = 0x04, DER_NULL = 0x05, DER_OID = 0x06, DER_SEQUENCE = 0x30, DER_SET = 0x31,
	DER_CONTEXT_0 = 0xA0, DER_CONTEXT_1 = 0xA1 };

struct hb_bytes der_tlv(struct hb_arena *a, uint8_t tag, size_t n, const struct hb_bytes *parts);
#define der_of(a, tag, ...) der_tlv((a), (tag), sizeof((struct hb_bytes[]){ __VA_ARGS__ }) / sizeof(struct hb_bytes), \
	(struct hb_bytes[]){ __VA_ARGS__ })
struct hb_bytes der_octets(struct hb_arena *a, struct hb_bytes content);
struct hb_bytes der_oid(struct hb_arena *a, const char *dotted);
struct hb_bytes der_small(struct hb_arena *a, uint8_t number);            /* INTEGER 0..127 */
/* SET OF: parts are sorted as DER wants them. */
struct hb_bytes der_set_of(struct hb_arena *a, size_t n, struct hb_bytes *parts);
#endif
