/* record/disclose.h - a salted hash tree over the fields of one school year, so that a part can be shown later.
 *
 * Every field of the data region (without the root itself) is a leaf: SHA-256(0x00 ‖ salt ‖ path ‖ 0x00 ‖ value), where
 * salt = SHA-256(secret ‖ path); inner nodes are SHA-256(0x01 ‖ left ‖ right), an odd node moves up as it is
 * (RFC 6962 shape).  The root stands in the signed region; the secret travels with the holder's copy alone, so that
 * nobody can guess a hidden mark from the tree (architecture §6).
 * A proof holds for one path and value; checking needs the signed root only. */
#ifndef RECORD_DISCLOSE_H
#define RECORD_DISCLOSE_H
#include "base/codec.h"
#include "record/transcript.h"

#define RECORD_PROOF_DEPTH 16
#define RECORD_SECRET_MIN  16          /* bytes */

struct record_proof {
	const char      *path, *value;         /* "DIEM_TONG_KET[0].CA_NAM", "8.4" */
	struct hb_sha256 salt;
	size_t           index, leaves;        /* place of the leaf and number of leaves */
	struct hb_sha256 hashes[RECORD_PROOF_DEPTH];
	size_t           n_hashes;
};
enum hb_code record_hash_root(const struct record_year *year, struct hb_bytes secret, struct hb_arena *a,
    struct hb_sha256 *ret_root, struct hb_err *err);
/* HB_E_NOTFOUND "hocBa.khongCoTruong" when the year has no such field. */
enum hb_code record_prove(const struct record_year *year, struct hb_bytes secret, const char *path, struct hb_arena *a,
    struct record_proof *ret_proof, struct hb_err *err);
bool record_proof_holds(const struct record_proof *proof, const struct hb_sha256 *root);
#endif
