/* hocba-sign/packet.h - what the server asks to sign, and the answer (lib/signing/signing.h writes and reads them).
 *
 * Packet: {"batch","certificate":b64,"documents":[{"id","kind","title","role","format":"xml|pdf","signature",
 *          "document":b64,"attributes":b64,"changes"}]}
 * Answer: {"batch","certificate":b64,"signatures":[{"id","value":b64,"digest":hex}],"errors":[{"id","key","text"}]}
 * Everything in a packet is the server's word; check.h computes what is really signed. */
#ifndef AGENT_PACKET_H
#define AGENT_PACKET_H
#include "base/codec.h"

#define PACKET_MAX ((size_t)256 << 20)
#define PACKET_DOCUMENTS_MAX 1000

struct packet_document {
	const char     *id, *kind, *title, *role, *signature, *changes;     /* changes may be NULL */
	bool            is_pdf;
	struct hb_bytes document, attributes;
};
struct packet {
	const char             *batch;
	struct hb_bytes         certificate;     /* DER, empty when the packet names none */
	struct packet_document *documents;
	size_t                  n;
};
enum hb_code packet_read(struct hb_bytes json, struct hb_arena *a, struct packet *ret, struct hb_err *err);

/* The result of one document, at the index of its document. */
struct packet_result {
	bool            done, failed;
	struct hb_bytes value;
	char            digest[2 * HB_SHA256_LEN + 1];
	const char     *key, *text;              /* when failed */
};
/* Results of an earlier run on the same batch that are still good for these digests are kept: done is set, the digest
 * is to be compared by the caller before it skips the document.  A file of another batch is HB_E_CONFLICT. */
enum hb_code packet_resume(struct hb_bytes answer, const struct packet *p, struct packet_result *results, struct hb_arena *a,
    struct hb_err *err);
enum hb_code packet_answer(const struct packet *p, struct hb_bytes certificate, const struct packet_result *results,
    struct hb_buf *out, struct hb_err *err);
#endif
