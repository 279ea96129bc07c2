#include "record/shape.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

size_t
shape_enter(struct shape_walk *w, const char *name, long index)
{
	size_t was = strlen(w->path);
	if (index >= 0)
		snprintf(w->path + was, sizeof w->path - was, "[%ld]", index);
	else if (name != NULL)
		snprintf(w->path + was, sizeof w->path - was, "%s%s", was == 0 ? "" : ".", name);
	return was;
}

void
shape_leave(struct shape_walk *w, size_t length)
{
	w->path[length] = '\0';
}

enum hb_code
shape_refuse(struct shape_walk *w, const char *fmt, ...)
{
	char why[200];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	return hb_fail(w->err, HB_E_INPUT, "banGhi.saiDang", "%.100s: %s", w->path[0] == '\0' ? "gốc" : w->path, why);
}

void *
shape_member(const struct shape_field *f, const void *obj)
{
	return (char *)obj + f->offset;
}

void *
shape_list(const struct shape_field *f, const void *obj, size_t *ret_n)
{
	*ret_n = *(const size_t *)((const char *)obj + f->n_offset);
	return *(void **)shape_member(f, obj);
}

size_t
shape_marks_used(const struct shape_field *f, const struct record_mark *marks)
{
	size_t n = (size_t)f->max;
	while (n > 0 && marks[n - 1].kind == RECORD_MARK_NONE)
		n--;
	return n;
}

bool
shape_absent(const struct shape_field *f, const void *obj)
{
	const void *p = shape_member(f, obj);
	size_t n;
	switch (f->kind) {
	case SHAPE_TEXT: {
		const char *s = *(const char *const *)p;
		return s == NULL || *s == '\0';
	}
	case SHAPE_INT:
	case SHAPE_WORD:
		return *(const int *)p == 0;
	case SHAPE_FLAG:
		return !*(const bool *)p;
	case SHAPE_MARK:
		return ((const struct record_mark *)p)->kind == RECORD_MARK_NONE;
	case SHAPE_MARKS:
		return shape_marks_used(f, p) == 0;
	case SHAPE_MAYBE:
		return *(void *const *)p == NULL;
	case SHAPE_LIST:
		shape_list(f, obj, &n);
		return n == 0;
	case SHAPE_PART:
	case SHAPE_GROUP:
	case SHAPE_ID:
		break;
	}
	return false;
}

static const char *
word_for(const struct shape_word *words, int value)
{
	for (; words->word != NULL; words++)
		if (words->value == value)
			return words->word;
	return NULL;
}

const char *
shape_value(const struct shape_field *f, const void *obj, char scratch[SHAPE_VALUE_LEN])
{
	const void *p = shape_member(f, obj);
	if (shape_absent(f, obj) && !(f->kind == SHAPE_INT && (f->flags & SHAPE_REQUIRED)))
		return NULL;
	switch (f->kind) {
	case SHAPE_TEXT:
		return *(const char *const *)p;
	case SHAPE_INT:
		snprintf(scratch, SHAPE_VALUE_LEN, "%d", *(const int *)p);
		return scratch;
	case SHAPE_FLAG:
		return "true";
	case SHAPE_WORD:
		return word_for(f->words, *(const int *)p);
	case SHAPE_MARK: {
		char mark[RECORD_MARK_LEN];
		record_mark_text(*(const struct record_mark *)p, mark);
		snprintf(scratch, SHAPE_VALUE_LEN, "%s", mark);
		return scratch;
	}
	default:
		return NULL;
	}
}

bool
shape_id(const struct shape_field *f, const void *obj, const char *scope, char *out, size_t size)
{
	size_t n = 0;
	for (const char *p = f->id; *p != '\0'; p++) {
		const char *piece = NULL;
		char one[2] = { *p, '\0' }, number[16];
		if (p[0] == '%' && p[1] == 'y')
			piece = scope;
		else if (p[0] == '%' && p[1] == 'k')
			piece = *(const char *const *)shape_member(f, obj);
		else if (p[0] == '%' && p[1] == 'n')
			piece = number;
		else if (p[0] != '%')
			piece = one;
		if (piece == number)
			snprintf(number, sizeof number, "%d", *(const int *)shape_member(f, obj));
		if (piece == NULL)
			return false;
		p += *p == '%';
		int wrote = snprintf(out + n, size - n, "%s", piece);
		if (wrote < 0 || (size_t)wrote >= size - n)
			return false;
		n += (size_t)wrote;
	}
	return true;
}

/* ---- texts ---- */

static bool
all_of(const char *s, const char *allowed)
{
	return s[strspn(s, allowed)] == '\0';
}

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static bool
digits_at(const char *s, size_t from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[from + i] < '0' || s[from + i] > '9')
			return false;
	return true;
}

static bool
school_year(const char *s)
{
	return strlen(s) == 9 && s[4] == '-' && digits_at(s, 0, 4) && digits_at(s, 5, 4) &&
	    strtol(s + 5, NULL, 10) == strtol(s, NULL, 10) + 1;
}

static bool
birth_date(const char *s)
{
	size_t n = strlen(s);
	char full[HB_DATE_LEN];
	if (n != 4 && n != 7 && n != 10)
		return false;
	snprintf(full, sizeof full, "%s%s", s, &"0000-01-01"[n]);
	return hb_date_valid(full);
}

static bool
instant(const char *s)
{
	hb_time t;
	return strlen(s) == HB_RFC3339_LEN - 1 && s[19] == 'Z' && hb_rfc3339_parse(s, &t, NULL) == HB_OK;
}

/* One form for one text: NFC, no outer blanks, no control characters that XML or a form would change. */
static enum hb_code
prose_check(struct shape_walk *w, const char *s, size_t max, bool lines)
{
	bool ascii = true;
	for (const unsigned char *p = (const unsigned char *)s; *p != '\0'; p++) {
		if ((*p < 0x20 && !(lines && *p == '\n')) || *p == 0x7f)
			return shape_refuse(w, "có kí tự điều khiển");
		ascii = ascii && *p < 0x80;
	}
	size_t n = strlen(s);
	if (s[0] == ' ' || s[0] == '\n' || s[n - 1] == ' ' || s[n - 1] == '\n')
		return shape_refuse(w, "có khoảng trắng ở đầu hoặc cuối");
	if (!ascii) {
		HB_SCOPED_ARENA scratch;
		hb_arena_init(&scratch, 16 * n + 65536);
		const char *nfc = hb_utf8_valid(HB_STR(s)) ? hb_nfc(&scratch, HB_STR(s)) : NULL;
		if (nfc == NULL || strcmp(nfc, s) != 0)
			return shape_refuse(w, "không phải văn bản UTF-8 dựng sẵn (NFC)");
	}
	if (hb_utf8_count(s) > max)
		return shape_refuse(w, "dài hơn %zu kí tự", max);
	return HB_OK;
}

static bool
facet_holds(enum shape_facet facet, const char *s)
{
	size_t n = strlen(s);
	switch (facet) {
	case FACET_CODE:        return n <= 64 && all_of(s, LETTERS DIGITS "._:-");
	case FACET_YEAR:        return school_year(s);
	case FACET_DATE:        return hb_date_valid(s);
	case FACET_BIRTH:       return birth_date(s);
	case FACET_INSTANT:     return instant(s);
	case FACET_PERSONAL_ID: return n == 12 && all_of(s, DIGITS);
	case FACET_SHA256:      return n == 64 && all_of(s, DIGITS "abcdef");
	case FACET_BASE64:      return n <= 512 * 1024 && n % 4 == 0 && all_of(s, LETTERS DIGITS "+/=");
	default:                return false;
	}
}

static const char *const facet_asks[FACET__MAX] = {
	[FACET_CODE] = "mã gồm tối đa 64 chữ cái không dấu, chữ số và . _ : -", [FACET_YEAR] = "năm học như 2025-2026",
	[FACET_DATE] = "ngày như 2026-05-31", [FACET_BIRTH] = "ngày, tháng hoặc năm sinh như 2014-05-20",
	[FACET_INSTANT] = "thời điểm UTC như 2026-05-31T03:04:05Z", [FACET_PERSONAL_ID] = "số định danh 12 chữ số",
	[FACET_SHA256] = "SHA-256 dạng 64 chữ số hex", [FACET_BASE64] = "base64, tối đa 512 KiB",
};

enum hb_code
shape_text_check(struct shape_walk *w, enum shape_facet facet, const char *s)
{
	if (*s == '\0')
		return shape_refuse(w, "để trống; nếu không có thì bỏ trường này");
	if (facet == FACET_NAME)
		return prose_check(w, s, RECORD_NAME_MAX, false);
	if (facet == FACET_LINE)
		return prose_check(w, s, 500, false);
	if (facet == FACET_LONG)
		return prose_check(w, s, RECORD_TEXT_MAX, true);
	return facet_holds(facet, s) ? HB_OK : shape_refuse(w, "“%.40s” không phải %s", s, facet_asks[facet]);
}

/* ---- a value from its text ---- */

static enum hb_code
set_text(struct shape_walk *w, const struct shape_field *f, void *obj, const char *text)
{
	enum hb_code c = shape_text_check(w, f->facet, text);
	if (c != HB_OK)
		return c;
	char *copy = hb_strdup(w->a, text);
	if (copy == NULL)
		return hb_full(w->err);
	*(const char **)shape_member(f, obj) = copy;
	return HB_OK;
}

static enum hb_code
set_int(struct shape_walk *w, const struct shape_field *f, void *obj, const char *text)
{
	size_t n = strlen(text);
	if (n == 0 || n > 9 || !all_of(text, DIGITS) || (n > 1 && text[0] == '0'))
		return shape_refuse(w, "“%.20s” không phải số nguyên", text);
	long v = strtol(text, NULL, 10);
	if (v < f->min || v > f->max)
		return shape_refuse(w, "%ld nằm ngoài %d đến %d", v, f->min, f->max);
	if (v == 0 && !(f->flags & SHAPE_REQUIRED))
		return shape_refuse(w, "0 nghĩa là không có; bỏ trường này");
	*(int *)shape_member(f, obj) = (int)v;
	return HB_OK;
}

static enum hb_code
set_word(struct shape_walk *w, const struct shape_field *f, void *obj, const char *text)
{
	for (const struct shape_word *word = f->words; word->word != NULL; word++)
		if (strcmp(word->word, text) == 0) {
			*(int *)shape_member(f, obj) = word->value;
			return HB_OK;
		}
	return shape_refuse(w, "“%.30s” không có trong danh mục", text);
}

/* One form for one mark: "8.0", never "8", so that equal marks are equal bytes in what is signed. */
enum hb_code
shape_mark_set(struct shape_walk *w, struct record_mark *m, const char *text)
{
	struct record_mark read;
	char again[RECORD_MARK_LEN];
	if (record_mark_parse(text, &read, NULL) != HB_OK)
		return shape_refuse(w, "“%.20s” không phải điểm từ 0.0 đến 10.0 hay mức T K Đ CĐ H C", text);
	record_mark_text(read, again);
	if (strcmp(again, text) != 0)
		return shape_refuse(w, "điểm “%.20s” phải ghi là %s", text, again);
	*m = read;
	return HB_OK;
}

enum hb_code
shape_value_set(struct shape_walk *w, const struct shape_field *f, void *obj, const char *text)
{
	switch (f->kind) {
	case SHAPE_TEXT:
		return set_text(w, f, obj, text);
	case SHAPE_INT:
		return set_int(w, f, obj, text);
	case SHAPE_WORD:
		return set_word(w, f, obj, text);
	case SHAPE_MARK:
		return shape_mark_set(w, shape_member(f, obj), text);
	case SHAPE_FLAG:
		if (strcmp(text, "true") != 0)
			return shape_refuse(w, "phải là true, hoặc bỏ trường này");
		*(bool *)shape_member(f, obj) = true;
		return HB_OK;
	default:
		return hb_bug(w->err, "shape_value_set on a structure");
	}
}
