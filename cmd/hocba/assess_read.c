/* Members that both circulars share. */
#include "assess.h"

#include <string.h>

static const char *
type_name(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT: return "đối tượng";
	case JSON_ARRAY: return "danh sách";
	case JSON_STRING: return "chuỗi";
	case JSON_INTEGER:
	case JSON_REAL: return "số";
	case JSON_TRUE:
	case JSON_FALSE: return "đúng/sai";
	default: return "null";
	}
}

static void
wrong_type(struct assess *as, struct assess_at at, const char *want, const json_t *got)
{
	assess_fault(as, at, "danhGia.saiKieu", "cần %s, nhận được %s", want, type_name(got));
}

const char *
assess_text(struct assess *as, const json_t *object, const char *name, struct assess_at at)
{
	const json_t *v = json_object_get(object, name);
	if (v == NULL || json_is_null(v))
		return NULL;
	if (!json_is_string(v)) {
		wrong_type(as, at, "chuỗi", v);
		return NULL;
	}
	return json_string_value(v);
}

const json_t *
assess_array(struct assess *as, const json_t *object, const char *name, struct assess_at at, size_t max)
{
	const json_t *v = json_object_get(object, name);
	if (v == NULL || json_is_null(v))
		return NULL;
	if (!json_is_array(v)) {
		wrong_type(as, at, "danh sách", v);
		return NULL;
	}
	if (json_array_size(v) > max)
		assess_fault(as, at, "danhGia.thuaPhanTu", "có %zu phần tử, tối đa %zu", json_array_size(v), max);
	return v;
}

int
assess_int(struct assess *as, const json_t *object, const char *name, struct assess_at at, int max, const char *key)
{
	const json_t *v = json_object_get(object, name);
	if (v == NULL || json_is_null(v))
		return -1;
	if (!json_is_integer(v)) {
		wrong_type(as, at, "số nguyên", v);
		return -1;
	}
	json_int_t n = json_integer_value(v);
	if (n < 0 || n > max) {
		assess_fault(as, at, key, "%" JSON_INTEGER_FORMAT " không nằm trong 0-%d", n, max);
		return -1;
	}
	return (int)n;
}

bool
assess_subject(struct assess *as, const json_t *subject, size_t i, enum rules_circular c,
    bool seen[RULES_SUBJECT__MAX], enum rules_subject *ret_subject)
{
	const struct assess_at at = ASSESS_SUBJECT(i, "code");
	if (!json_is_object(subject)) {
		wrong_type(as, ASSESS_SUBJECT(i, NULL), "đối tượng", subject);
		return false;
	}
	size_t before = as->n_faults;
	const char *code = assess_text(as, subject, "code", at);
	if (code == NULL) {
		if (as->n_faults == before)
			assess_fault(as, at, "monHoc.khongCo", "thiếu mã môn học");
		return false;
	}
	enum rules_subject s = rules_subject_find(code);
	if (s == RULES_SUBJECT__MAX || !rules_knows(c, s)) {
		assess_fault(as, at, "monHoc.khongCo", "không có môn %s trong chương trình đang xét", code);
		return false;
	}
	if (seen[s]) {
		assess_fault(as, at, "monHoc.trung", "môn %s đã có ở trên", code);
		return false;
	}
	seen[s] = true;
	*ret_subject = s;
	return true;
}

void
assess_missing(struct assess *as, const char *subject, int term, const char *what)
{
	jw_object(&as->out, NULL);
	jw_str(&as->out, "subject", subject);
	if (term > 0)
		jw_int(&as->out, "term", term);
	else
		jw_null(&as->out, "term");
	jw_str(&as->out, "what", what);
	jw_end(&as->out);
}

void
assess_explain(struct assess *as, const struct rules_notes *notes)
{
	jw_array(&as->out, "explain");
	for (size_t i = 0; i < notes->n; i++) {
		jw_object(&as->out, NULL);
		jw_str(&as->out, "what", notes->v[i].what);
		jw_str(&as->out, "clause", notes->v[i].clause);
		jw_str(&as->out, "text", notes->v[i].text);
		jw_end(&as->out);
	}
	jw_end(&as->out);
}
