#include "json/read.h"

#include <string.h>

#include "base/codec.h"
#include "base/text.h"

static void
drop(void *value)
{
	json_decref(value);
}

/* Nesting is measured before parsing, so that the parser's own recursion stays shallow. */
static bool
too_deep(struct hb_bytes text)
{
	int depth = 0;
	bool in_string = false;
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];
		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH)
				return true;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

/* Escapes may hide what hb_utf8_valid() refuses in the raw bytes: control characters and non-characters. */
static bool
clean_strings(const json_t *v)
{
	if (json_is_string(v))
		return hb_utf8_valid(HB_BYTES(json_string_value(v), json_string_length(v)));
	if (json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v); i++)
			if (!clean_strings(json_array_get(v, i)))
				return false;
	} else if (json_is_object(v)) {
		const char *name;
		json_t *member;
		json_object_foreach((json_t *)v, name, member)
			if (!hb_utf8_valid(HB_STR(name)) || !clean_strings(member))
				return false;
	}
	return true;
}

enum hb_code
json_read(struct hb_bytes text, size_t max, struct hb_arena *a, json_t **ret_value, struct hb_err *err)
{
	if (text.n > max)
		return hb_fail(err, HB_E_TOOBIG, "gioiHan.json", "dữ liệu JSON %zu byte, giới hạn %zu byte", text.n, max);
	if (too_deep(text))
		return hb_fail(err, HB_E_INPUT, "json.saiDang", "JSON lồng quá %d lớp", JSON_DEPTH);
	json_error_t why;
	json_t *v = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (v == NULL) {
		bool duplicate = json_error_code(&why) == json_error_duplicate_key;
		return hb_fail(err, HB_E_INPUT, "json.saiDang", "JSON %s ở dòng %d, cột %d",
		    duplicate ? "có trường lặp lại" : "không đúng dạng", why.line, why.column);
	}
	hb_arena_on_free(a, drop, v);
	if (!clean_strings(v))
		return hb_fail(err, HB_E_INPUT, "json.saiDang", "JSON chứa kí tự không được phép");
	*ret_value = v;
	return HB_OK;
}

static enum hb_code
missing(const char *name, const char *what, struct hb_err *err)
{
	return hb_fail(err, HB_E_INPUT, "json.thieuTruong", "thiếu trường \"%s\" hoặc không phải %s", name, what);
}

enum hb_code
json_get_str(const json_t *object, const char *name, const char **ret_s, struct hb_err *err)
{
	const char *s = json_string_value(json_object_get(object, name));
	if (s == NULL)
		return missing(name, "chuỗi", err);
	*ret_s = s;
	return HB_OK;
}

enum hb_code
json_get_int(const json_t *object, const char *name, int64_t *ret_v, struct hb_err *err)
{
	const json_t *v = json_object_get(object, name);
	if (!json_is_integer(v))
		return missing(name, "số nguyên", err);
	*ret_v = json_integer_value(v);
	return HB_OK;
}

enum hb_code
json_get_bool(const json_t *object, const char *name, bool *ret_v, struct hb_err *err)
{
	const json_t *v = json_object_get(object, name);
	if (!json_is_boolean(v))
		return missing(name, "true hoặc false", err);
	*ret_v = json_is_true(v);
	return HB_OK;
}

enum hb_code
json_get_time(const json_t *object, const char *name, hb_time *ret_t, struct hb_err *err)
{
	const char *s = json_opt_str(object, name);
	if (s == NULL)
		return missing(name, "thời điểm", err);
	return hb_rfc3339_parse(s, ret_t, err);
}

enum hb_code
json_get_array(const json_t *object, const char *name, json_t **ret_array, struct hb_err *err)
{
	json_t *v = json_object_get(object, name);
	if (!json_is_array(v))
		return missing(name, "mảng", err);
	*ret_array = v;
	return HB_OK;
}

enum hb_code
json_get_object(const json_t *object, const char *name, json_t **ret_object, struct hb_err *err)
{
	json_t *v = json_object_get(object, name);
	if (!json_is_object(v))
		return missing(name, "đối tượng", err);
	*ret_object = v;
	return HB_OK;
}

enum hb_code
json_get_base64(const json_t *object, const char *name, struct hb_arena *a, struct hb_bytes *ret_bytes,
    struct hb_err *err)
{
	const char *s = json_opt_str(object, name);
	if (s == NULL)
		return missing(name, "chuỗi base64", err);
	return hb_unbase64(HB_STR(s), a, ret_bytes, err);
}

const char *
json_opt_str(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* ^(10([.,]0)?|[0-9]([.,][0-9])?)$ */
bool
json_tenths(const char *s, int *ret_tenths)
{
	int whole;
	if (s[0] == '1' && s[1] == '0') {
		whole = 10;
		s += 2;
	} else if (s[0] >= '0' && s[0] <= '9') {
		whole = s[0] - '0';
		s++;
	} else {
		return false;
	}
	int part = 0;
	if (s[0] == '.' || s[0] == ',') {
		if (s[1] < '0' || s[1] > '9' || (whole == 10 && s[1] != '0'))
			return false;
		part = s[1] - '0';
		s += 2;
	}
	if (s[0] != '\0')
		return false;
	*ret_tenths = whole * 10 + part;
	return true;
}
