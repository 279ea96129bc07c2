/* json/read.h - JSON from outside, read strictly.
 *
 * json_read() refuses more than `max` bytes, nesting over JSON_DEPTH, duplicate keys, bytes that are not UTF-8, NUL and
 * the characters XML cannot hold, and anything after the document.  The value lives as long as the arena
 * (json_decref is tied to it).  Failures: HB_E_INPUT "json.saiDang", with the place; HB_E_TOOBIG.
 *
 * The getters are for documents without a generated validator (files, envelopes): each fails with HB_E_INPUT
 * "json.thieuTruong" naming the member.  Strings are borrowed from the value. */
#ifndef JSON_READ_H
#define JSON_READ_H
#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"

#define JSON_DEPTH 24

enum hb_code json_read(struct hb_bytes text, size_t max, struct hb_arena *a, json_t **ret_value, struct hb_err *err);
enum hb_code json_get_str(const json_t *object, const char *name, const char **ret_s, struct hb_err *err);
enum hb_code json_get_int(const json_t *object, const char *name, int64_t *ret_v, struct hb_err *err);
enum hb_code json_get_bool(const json_t *object, const char *name, bool *ret_v, struct hb_err *err);
enum hb_code json_get_time(const json_t *object, const char *name, hb_time *ret_t, struct hb_err *err);
enum hb_code json_get_array(const json_t *object, const char *name, json_t **ret_array, struct hb_err *err);
enum hb_code json_get_object(const json_t *object, const char *name, json_t **ret_object, struct hb_err *err);
/* Member of base64 text, decoded into the arena. */
enum hb_code json_get_base64(const json_t *object, const char *name, struct hb_arena *a, struct hb_bytes *ret_bytes,
    struct hb_err *err);
/* The text of an optional member, or NULL when absent, null or not a string. */
const char *json_opt_str(const json_t *object, const char *name);
/* "7.5", "7,5", "10" -> tenths; false when it is not a mark of the ten-point scale (architecture §7). */
bool json_tenths(const char *s, int *ret_tenths);
#endif
