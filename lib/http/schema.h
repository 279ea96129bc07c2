/* http/schema.h - the small JSON schema of our contracts, as constant tables written by tools/apigen.
 *
 * Keywords: type (with "null"), properties, required, items, enum, minimum, maximum, maxLength, maxItems, format,
 * $ref; unknown members are refused (architecture §8).  schema_check() reports every fault, with its JSON pointer
 * and Vietnamese text, to the sink; it also turns strings into NFC, in place, so that handlers see one form. */
#ifndef HTTP_SCHEMA_H
#define HTTP_SCHEMA_H
#include <jansson.h>

#include "base/buf.h"

enum schema_type { SCHEMA_OBJECT, SCHEMA_ARRAY, SCHEMA_STRING, SCHEMA_INTEGER, SCHEMA_BOOLEAN, SCHEMA__MAX };
enum schema_format {
	FORMAT_NONE, FORMAT_UUID, FORMAT_DATE, FORMAT_DATE_TIME, FORMAT_MARK, FORMAT_PERSONAL_ID, FORMAT_RECORD_CODE,
	FORMAT_SCHOOL_YEAR, FORMAT_BASE64, FORMAT_BASE64URL, FORMAT_SHA256, FORMAT_CODE, FORMAT__MAX
};
struct api_schema;
struct schema_field { const char *name; const struct api_schema *schema; bool required; };
struct api_schema {
	enum schema_type   type;
	enum schema_format format;
	bool               nullable;
	int64_t            minimum, maximum;
	uint32_t           max_length, max_items;       /* code points; items */
	const char *const *one_of;                      /* enum, NULL-terminated, or NULL */
	const struct schema_field *fields;              /* sorted by name */
	unsigned           n_fields;
	const struct api_schema *items;
};
#define SCHEMA_MAX_LENGTH 4000                      /* of a string without maxLength */
#define SCHEMA_MAX_ITEMS  10000

struct schema_sink { void (*bad)(void *ctx, const char *pointer, const char *key, const char *text); void *ctx; };

/* True when value fits. */
bool schema_check(const struct api_schema *s, json_t *value, struct hb_arena *a, const struct schema_sink *sink);
/* A path or query value: text that must read as the schema's type. */
bool schema_check_text(const struct api_schema *s, const char *name, const char *text, struct hb_arena *a,
    const struct schema_sink *sink);
bool schema_format_ok(enum schema_format format, const char *s);
#endif
