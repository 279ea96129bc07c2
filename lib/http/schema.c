/* Checks a value against a schema table; every fault goes to the sink, none stops the walk. */
#include "http/schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct walk { struct hb_arena *a; const struct schema_sink *sink; bool good; };

static const char *const type_text[SCHEMA__MAX] = {
	[SCHEMA_OBJECT] = "đối tượng", [SCHEMA_ARRAY] = "mảng", [SCHEMA_STRING] = "chuỗi",
	[SCHEMA_INTEGER] = "số nguyên", [SCHEMA_BOOLEAN] = "true hoặc false",
};
static const char *const format_text[FORMAT__MAX] = {
	[FORMAT_NONE] = "", [FORMAT_UUID] = "mã định danh UUID", [FORMAT_DATE] = "ngày dạng năm-tháng-ngày",
	[FORMAT_DATE_TIME] = "thời điểm RFC 3339", [FORMAT_MARK] = "điểm từ 0 đến 10, nhiều nhất một chữ số thập phân",
	[FORMAT_PERSONAL_ID] = "số định danh cá nhân 12 chữ số", [FORMAT_RECORD_CODE] = "mã tra cứu học bạ",
	[FORMAT_SCHOOL_YEAR] = "năm học dạng 2026-2027", [FORMAT_BASE64] = "base64", [FORMAT_BASE64URL] = "base64url",
	[FORMAT_SHA256] = "SHA-256 viết 64 chữ số hex", [FORMAT_CODE] = "mã chỉ gồm chữ, số, dấu chấm và gạch",
};

static void
bad(struct walk *w, const char *pointer, const char *key, const char *text)
{
	w->good = false;
	w->sink->bad(w->sink->ctx, pointer, key, text);
}

static const char *
below(struct walk *w, const char *pointer, const char *name)
{
	/* RFC 6901: ~ and / in a member name are escaped. */
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 4096);
	hb_puts(&b, pointer);
	hb_putc(&b, '/');
	for (const char *p = name; *p != '\0'; p++)
		if (*p == '~')
			hb_puts(&b, "~0");
		else if (*p == '/')
			hb_puts(&b, "~1");
		else
			hb_putc(&b, *p);
	char *full = hb_buf_take(&b, w->a);
	return full != NULL ? full : pointer;
}

/* Text from the arena, or a plain one when the arena is full. */
static const char *
say(const char *text)
{
	return text != NULL ? text : "dữ liệu không đúng";
}

static bool
has_type(enum schema_type type, const json_t *v)
{
	switch (type) {
	case SCHEMA_OBJECT:  return json_is_object(v);
	case SCHEMA_ARRAY:   return json_is_array(v);
	case SCHEMA_STRING:  return json_is_string(v);
	case SCHEMA_INTEGER: return json_is_integer(v);
	case SCHEMA_BOOLEAN: return json_is_boolean(v);
	case SCHEMA__MAX:    break;
	}
	return false;
}

static void check(struct walk *w, const struct api_schema *s, json_t *v, const char *pointer);

static const struct schema_field *
field_of(const struct api_schema *s, const char *name)
{
	size_t lo = 0, hi = s->n_fields;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = strcmp(name, s->fields[mid].name);
		if (c == 0)
			return &s->fields[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static void
check_object(struct walk *w, const struct api_schema *s, json_t *v, const char *pointer)
{
	for (unsigned i = 0; i < s->n_fields; i++)
		if (s->fields[i].required && json_object_get(v, s->fields[i].name) == NULL)
			bad(w, below(w, pointer, s->fields[i].name), "truong.thieu", "thiếu trường bắt buộc");
	const char *name;
	json_t *member;
	json_object_foreach(v, name, member) {
		const struct schema_field *f = field_of(s, name);
		if (f == NULL)
			bad(w, below(w, pointer, name), "truong.la", "trường này không có trong hợp đồng dữ liệu");
		else
			check(w, f->schema, member, below(w, pointer, name));
	}
}

static void
check_array(struct walk *w, const struct api_schema *s, json_t *v, const char *pointer)
{
	size_t n = json_array_size(v), max = s->max_items;
	if (n > max) {
		bad(w, pointer, "truong.quaNhieu", say(hb_printf(w->a, "có %zu mục, nhiều nhất %zu", n, max)));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const char *at = hb_printf(w->a, "%s/%zu", pointer, i);
		check(w, s->items, json_array_get(v, i), at != NULL ? at : pointer);
	}
}

static void
check_string(struct walk *w, const struct api_schema *s, const char *text, const char *pointer)
{
	size_t n = hb_utf8_count(text), max = s->max_length;
	if (n > max)
		bad(w, pointer, "truong.quaDai", say(hb_printf(w->a, "dài %zu kí tự, nhiều nhất %zu", n, max)));
	else if (!schema_format_ok(s->format, text))
		bad(w, pointer, "truong.saiDang", say(hb_printf(w->a, "phải là %s", format_text[s->format])));
	else if (s->one_of != NULL) {
		for (const char *const *e = s->one_of; *e != NULL; e++)
			if (strcmp(*e, text) == 0)
				return;
		bad(w, pointer, "truong.ngoaiDanhMuc", say(hb_printf(w->a, "giá trị \"%.60s\" không có trong danh mục", text)));
	}
}

static void
check_integer(struct walk *w, const struct api_schema *s, int64_t v, const char *pointer)
{
	if (v < s->minimum)
		bad(w, pointer, "truong.ngoaiKhoang", say(hb_printf(w->a, "nhỏ nhất là %lld", (long long)s->minimum)));
	else if (v > s->maximum)
		bad(w, pointer, "truong.ngoaiKhoang", say(hb_printf(w->a, "lớn nhất là %lld", (long long)s->maximum)));
}

/* Input may be NFD; everything stored is NFC (architecture: base/text.h). */
static bool
normalise(struct walk *w, json_t *v)
{
	const char *p = json_string_value(v);
	size_t n = json_string_length(v), i = 0;
	while (i < n && (uint8_t)p[i] < 0x80)
		i++;
	if (i == n)
		return true;
	char *nfc = hb_nfc(w->a, HB_BYTES(p, n));
	if (nfc == NULL)
		return false;
	return strcmp(nfc, p) == 0 || json_string_set_nocheck(v, nfc) == 0;
}

static void
check(struct walk *w, const struct api_schema *s, json_t *v, const char *pointer)
{
	if (json_is_null(v) && s->nullable)
		return;
	if (!has_type(s->type, v)) {
		bad(w, pointer, "truong.saiKieu", say(hb_printf(w->a, "phải là %s", type_text[s->type])));
		return;
	}
	switch (s->type) {
	case SCHEMA_OBJECT:
		check_object(w, s, v, pointer);
		break;
	case SCHEMA_ARRAY:
		check_array(w, s, v, pointer);
		break;
	case SCHEMA_STRING:
		if (!normalise(w, v))
			bad(w, pointer, "truong.saiDang", "chuỗi không phải UTF-8 đúng dạng");
		else
			check_string(w, s, json_string_value(v), pointer);
		break;
	case SCHEMA_INTEGER:
		check_integer(w, s, json_integer_value(v), pointer);
		break;
	case SCHEMA_BOOLEAN:
	case SCHEMA__MAX:
		break;
	}
}

bool
schema_check(const struct api_schema *s, json_t *value, struct hb_arena *a, const struct schema_sink *sink)
{
	struct walk w = { .a = a, .sink = sink, .good = true };
	check(&w, s, value, "");
	return w.good;
}

bool
schema_check_text(const struct api_schema *s, const char *name, const char *text, struct hb_arena *a,
    const struct schema_sink *sink)
{
	struct walk w = { .a = a, .sink = sink, .good = true };
	if (s->type == SCHEMA_STRING) {
		check_string(&w, s, text, name);
	} else if (s->type == SCHEMA_INTEGER) {
		char *end;
		errno = 0;
		long long v = strtoll(text, &end, 10);
		if (errno != 0 || end == text || *end != '\0' || *text == ' ' || *text == '+')
			bad(&w, name, "truong.saiKieu", "phải là số nguyên");
		else
			check_integer(&w, s, v, name);
	} else if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
		bad(&w, name, "truong.saiKieu", "phải là true hoặc false");
	}
	return w.good;
}
