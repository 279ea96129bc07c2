/* db/audit_int.h - hashes of the sealed audit, shared by audit.c and seal.c.
 *
 * leaf = SHA-256(salt || payload); the tree is that of RFC 9162 §2.1 over the leaves (prefixes 0 and 1 keep leaves
 * and nodes apart); head = SHA-256("hocba audit head 1" || batch || root || previous head), batch as 8 bytes, high first. */
#ifndef DB_AUDIT_INT_H
#define DB_AUDIT_INT_H
#include "base/codec.h"

struct hb_sha256 audit_leaf(struct hb_bytes salt, struct hb_bytes payload);
/* n >= 1; overwrites leaves. */
struct hb_sha256 audit_root(struct hb_sha256 *leaves, size_t n);
struct hb_sha256 audit_chain(int64_t batch, const struct hb_sha256 *root, const struct hb_sha256 *previous);
#endif
