/* base/codec.h - bytes as text: hex, base64, base64url, and SHA-256.
 *
 * Decoders are strict: base64 skips XML white space only, refuses anything else, and wants right padding;
 * base64url has no padding; hex takes both cases.  Results live in the arena.  They fail with HB_E_INPUT,
 * key "ma.saiDang", and leave ret_ untouched. */
#ifndef BASE_CODEC_H
#define BASE_CODEC_H
#include "base/buf.h"

#define HB_SHA256_LEN 32
struct hb_sha256 { uint8_t b[HB_SHA256_LEN]; };

struct hb_sha256 hb_sha256(struct hb_bytes in);
bool  hb_sha256_eq(const struct hb_sha256 *a, const struct hb_sha256 *b);
char *hb_hex(struct hb_arena *a, struct hb_bytes in) HB_MUST_CHECK;              /* lower case */
char *hb_base64(struct hb_arena *a, struct hb_bytes in) HB_MUST_CHECK;           /* one line, padded */
char *hb_base64url(struct hb_arena *a, struct hb_bytes in) HB_MUST_CHECK;
enum hb_code hb_unhex(const char *s, struct hb_arena *a, struct hb_bytes *ret_out, struct hb_err *err);
enum hb_code hb_unbase64(struct hb_bytes s, struct hb_arena *a, struct hb_bytes *ret_out, struct hb_err *err);
enum hb_code hb_unbase64url(const char *s, struct hb_arena *a, struct hb_bytes *ret_out, struct hb_err *err);
#endif
