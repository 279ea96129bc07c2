/* json/flat.h - the fast way into a JSON object of one level whose values are plain strings and whole numbers.
 *
 * Envelopes and deposits carry files as base64: half a megabyte in which no character needs an escape.  json_flat()
 * finds the members without copying, or answers false for anything else (escapes, nesting, other bytes than printable
 * ASCII, a name twice, more than JSON_FLAT_MAX members): then json_read() decides what the text is.
 * Values are borrowed from the text and not NUL-terminated.  Pure. */
#ifndef JSON_FLAT_H
#define JSON_FLAT_H
#include "base/buf.h"

enum { JSON_FLAT_MAX = 16 };
struct json_flat_member { struct hb_bytes name, value; bool is_string; };
struct json_flat { struct json_flat_member members[JSON_FLAT_MAX]; unsigned n; };

bool json_flat(struct hb_bytes text, struct json_flat *ret_flat);
/* The string member of that name; false when there is none. */
bool json_flat_str(const struct json_flat *f, const char *name, struct hb_bytes *ret_value);
/* The whole number of that name. */
bool json_flat_int(const struct json_flat *f, const char *name, int64_t *ret_v);
#endif
