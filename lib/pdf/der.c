#include "pdf/der.h"
#include <openssl/objects.h>
#include <stdlib.h>
#include <string.h>

static size_t
put_length(uint8_t out[5], size_t n)
{
	if (n < 128) {
		out[0] = (uint8_t)n;
		return 1;
	}
	size_t bytes = n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x1000000 ? 3 : 4;
	out[0] = (uint8_t)(0x80 | bytes);
	for (size_t i = 0; i < bytes; i++)
		out[1 + i] = (uint8_t)(n >> 8 * (bytes - 1 - i));
	return 1 + bytes;
}

struct hb_bytes
der_tlv(struct hb_arena *a, uint8_t tag, size_t n, const struct hb_bytes *parts)
{
	size_t  content = 0;
	uint8_t length[5];
	for (size_t i = 0; i < n; i++) {
		if (parts[i].p == NULL)
			return (struct hb_bytes){ 0 };
		content += parts[i].n;
	}
	size_t   head = 1 + put_length(length, content);
	uint8_t *out = hb_alloc(a, head + content);
	if (out == NULL)
		return (struct hb_bytes){ 0 };
	out[0] = tag;
	memcpy(out + 1, length, head - 1);
	uint8_t *at = out + head;
	for (size_t i = 0; i < n; i++) {
		memcpy(at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	return HB_BYTES(out, head + content);
}

struct hb_bytes
der_octets(struct hb_arena *a, struct hb_bytes content)
{
	return der_tlv(a, DER_OCTETS, 1, &content);
}

struct hb_bytes
der_oid(struct hb_arena *a, const char *dotted)
{
	struct hb_bytes out = { 0 };
	ASN1_OBJECT    *oid = OBJ_txt2obj(dotted, 1);
	if (oid == NULL)
		return out;
	struct hb_bytes content = HB_BYTES(OBJ_get0_data(oid), OBJ_length(oid));
	out = der_tlv(a, DER_OID, 1, &content);
	ASN1_OBJECT_free(oid);
	return out;
}

struct hb_bytes
der_small(struct hb_arena *a, uint8_t number)
{
	return der_of(a, DER_INTEGER, HB_BYTES(&number, 1));
}

static int
by_bytes(const void *pa, const void *pb)
{
	const struct hb_bytes *a = pa, *b = pb;
	size_t n = a->n < b->n ? a->n : b->n;
	int    d = memcmp(a->p, b->p, n);
	return d != 0 ? d : (a->n > b->n) - (a->n < b->n);
}

struct hb_bytes
der_set_of(struct hb_arena *a, size_t n, struct hb_bytes *parts)
{
	for (size_t i = 0; i < n; i++)
		if (parts[i].p == NULL)
			return (struct hb_bytes){ 0 };
	qsort(parts, n, sizeof *parts, by_bytes);
	return der_tlv(a, DER_SET, n, parts);
}
