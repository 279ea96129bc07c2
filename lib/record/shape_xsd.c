#include "record/shape.h"

#include <string.h>

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const struct { const char *name, *base, *facet; } facet_types[FACET__MAX] = {
	[FACET_NAME] = { "TEN", "xs:string", "<xs:minLength value=\"1\"/><xs:maxLength value=\"150\"/>" },
	[FACET_LINE] = { "DONG", "xs:string", "<xs:minLength value=\"1\"/><xs:maxLength value=\"500\"/>" },
	[FACET_LONG] = { "VAN_BAN", "xs:string", "<xs:minLength value=\"1\"/><xs:maxLength value=\"2000\"/>" },
	[FACET_CODE] = { "MA", "xs:string", "<xs:pattern value=\"[A-Za-z0-9._:\\-]{1,64}\"/>" },
	[FACET_YEAR] = { "NAM_HOC", "xs:string", "<xs:pattern value=\"[0-9]{4}-[0-9]{4}\"/>" },
	[FACET_DATE] = { "NGAY", "xs:date", "<xs:pattern value=\"[0-9]{4}-[0-9]{2}-[0-9]{2}\"/>" },
	[FACET_BIRTH] = { "NGAY_SINH", "xs:string", "<xs:pattern value=\"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?\"/>" },
	[FACET_INSTANT] = { "THOI_DIEM", "xs:dateTime", "<xs:pattern value=\"[0-9T:\\-]{19}Z\"/>" },
	[FACET_PERSONAL_ID] = { "SO_DINH_DANH", "xs:string", "<xs:pattern value=\"[0-9]{12}\"/>" },
	[FACET_SHA256] = { "SHA256", "xs:string", "<xs:pattern value=\"[0-9a-f]{64}\"/>" },
	[FACET_BASE64] = { "BASE64", "xs:base64Binary", "<xs:maxLength value=\"393216\"/>" },
};
#define MARK_PATTERN "10\\.0|[0-9]\\.[0-9]|T|K|Đ|CĐ|H|C"

void
shape_xsd_values(struct hb_buf *out)
{
	for (size_t i = 0; i < FACET__MAX; i++)
		hb_putf(out, "  <xs:simpleType name=\"kieu_%s\"><xs:restriction base=\"%s\">%s</xs:restriction></xs:simpleType>\n",
		    facet_types[i].name, facet_types[i].base, facet_types[i].facet);
	hb_puts(out, "  <!-- điểm một chữ số thập phân, hoặc mức; cột bỏ trống giữa các điểm thường xuyên là phần tử rỗng -->\n");
	hb_puts(out, "  <xs:simpleType name=\"kieu_DIEM\"><xs:restriction base=\"xs:string\"><xs:pattern value=\"" MARK_PATTERN
		     "\"/></xs:restriction></xs:simpleType>\n");
	hb_puts(out, "  <xs:simpleType name=\"kieu_COT_DIEM\"><xs:restriction base=\"xs:string\"><xs:pattern value=\"(" MARK_PATTERN
		     ")?\"/></xs:restriction></xs:simpleType>\n");
}

static void
put_inline_type(struct hb_buf *out, const struct shape_field *f)
{
	hb_puts(out, "<xs:simpleType>");
	if (f->kind == SHAPE_INT) {
		int least = f->min == 0 && !(f->flags & SHAPE_REQUIRED) ? 1 : f->min;
		hb_putf(out, "<xs:restriction base=\"xs:int\"><xs:minInclusive value=\"%d\"/><xs:maxInclusive value=\"%d\"/></xs:restriction>",
		    least, f->max);
	} else {
		hb_puts(out, "<xs:restriction base=\"xs:string\">");
		for (const struct shape_word *w = f->words; w->word != NULL; w++)
			hb_putf(out, "<xs:enumeration value=\"%s\"/>", w->word);
		hb_puts(out, "</xs:restriction>");
	}
	hb_puts(out, "</xs:simpleType>");
}

static bool
has_inline_type(const struct shape_field *f)
{
	return f->kind == SHAPE_INT || f->kind == SHAPE_WORD;
}

static const char *
named_type(const struct shape_field *f)
{
	return f->kind == SHAPE_TEXT ? facet_types[f->facet].name : "DIEM";
}

static void
put_attribute(struct hb_buf *out, const struct shape_field *f)
{
	hb_putf(out, "    <xs:attribute name=\"%s\" use=\"%s\"", f->xml, f->flags & SHAPE_REQUIRED ? "required" : "optional");
	if (f->kind == SHAPE_ID && strchr(f->id, '%') == NULL)
		hb_putf(out, " type=\"xs:NCName\" fixed=\"%s\"/>\n", f->id);
	else if (f->kind == SHAPE_ID)
		hb_puts(out, " type=\"xs:NCName\"/>\n");
	else if (has_inline_type(f)) {
		hb_puts(out, ">");
		put_inline_type(out, f);
		hb_puts(out, "</xs:attribute>\n");
	} else {
		hb_putf(out, " type=\"kieu_%s\"/>\n", named_type(f));
	}
}

static void
put_list(struct hb_buf *out, const struct shape_field *f)
{
	if (f->xml == NULL) {
		hb_putf(out, "      <xs:element name=\"%s\" type=\"%s\" minOccurs=\"0\" maxOccurs=\"%d\"/>\n", f->item, f->of->type, f->max);
		return;
	}
	hb_putf(out, "      <xs:element name=\"%s\" minOccurs=\"%d\"><xs:complexType><xs:sequence>\n", f->xml,
	    f->flags & SHAPE_REQUIRED ? 1 : 0);
	hb_putf(out, "        <xs:element name=\"%s\" type=\"%s\" maxOccurs=\"%d\"/>\n", f->item, f->of->type, f->max);
	hb_puts(out, "      </xs:sequence></xs:complexType></xs:element>\n");
}

static void
put_element(struct hb_buf *out, const struct shape_field *f)
{
	const char *optional = f->flags & SHAPE_REQUIRED ? "" : " minOccurs=\"0\"";
	switch (f->kind) {
	case SHAPE_LIST:
		put_list(out, f);
		break;
	case SHAPE_MARKS:
		hb_putf(out, "      <xs:element name=\"%s\" type=\"kieu_COT_DIEM\" minOccurs=\"0\" maxOccurs=\"%d\"/>\n", f->item, f->max);
		break;
	case SHAPE_PART:
	case SHAPE_MAYBE:
	case SHAPE_GROUP:
		hb_putf(out, "      <xs:element name=\"%s\" type=\"%s\"%s/>\n", f->xml, f->of->type, optional);
		break;
	case SHAPE_FLAG:
		hb_putf(out, "      <xs:element name=\"%s\" type=\"xs:string\" fixed=\"true\"%s/>\n", f->xml, optional);
		break;
	default:
		hb_putf(out, "      <xs:element name=\"%s\"", f->xml);
		if (has_inline_type(f)) {
			hb_putf(out, "%s>", optional);
			put_inline_type(out, f);
			hb_puts(out, "</xs:element>\n");
		} else {
			hb_putf(out, " type=\"kieu_%s\"%s/>\n", named_type(f), optional);
		}
	}
}

static void
put_type(struct hb_buf *out, const struct shape *s)
{
	hb_putf(out, "  <xs:complexType name=\"%s\">\n    <xs:sequence>\n", s->type);
	for (size_t i = 0; i < s->n; i++)
		if (!(s->fields[i].flags & SHAPE_ATTR) && (s->fields[i].xml != NULL || s->fields[i].item != NULL))
			put_element(out, &s->fields[i]);
	hb_puts(out, "    </xs:sequence>\n");
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].flags & SHAPE_ATTR)
			put_attribute(out, &s->fields[i]);
	hb_puts(out, "  </xs:complexType>\n");
}

enum { TYPES_MAX = 64 };
struct types { const struct shape *v[TYPES_MAX]; size_t n; };

static void
gather(struct types *t, const struct shape *s)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i] == s)
			return;
	if (t->n < TYPES_MAX)
		t->v[t->n++] = s;
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].of != NULL)
			gather(t, s->fields[i].of);
}

void
shape_xsd_types(struct hb_buf *out, const struct shape *const *tops, size_t n)
{
	struct types t = { .n = 0 };
	for (size_t i = 0; i < n; i++)
		gather(&t, tops[i]);
	for (size_t i = 0; i < t.n; i++)
		put_type(out, t.v[i]);
}

/* ---- JSON Schema: the same rows ---- */

static void
put_json_marks(struct jw *j)
{
	jw_str(j, "type", "string");
	jw_str(j, "pattern", "^(" MARK_PATTERN ")$");
}

static void
put_json_mark_or_hole(struct jw *j)
{
	jw_array(j, "anyOf");
	jw_object(j, NULL);
	jw_str(j, "type", "null");
	jw_end(j);
	jw_object(j, NULL);
	put_json_marks(j);
	jw_end(j);
	jw_end(j);
}

static void
put_json_text(struct jw *j, enum shape_facet facet)
{
	static const char *const patterns[FACET__MAX] = { [FACET_CODE] = "^[A-Za-z0-9._:-]{1,64}$",
		[FACET_YEAR] = "^[0-9]{4}-[0-9]{4}$", [FACET_DATE] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
		[FACET_BIRTH] = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", [FACET_INSTANT] = "^[0-9T:-]{19}Z$",
		[FACET_PERSONAL_ID] = "^[0-9]{12}$", [FACET_SHA256] = "^[0-9a-f]{64}$", [FACET_BASE64] = "^[A-Za-z0-9+/]*={0,2}$" };
	jw_str(j, "type", "string");
	if (patterns[facet] != NULL) {
		jw_str(j, "pattern", patterns[facet]);
		return;
	}
	jw_int(j, "minLength", 1);
	jw_int(j, "maxLength", facet == FACET_NAME ? RECORD_NAME_MAX : facet == FACET_LINE ? 500 : RECORD_TEXT_MAX);
}

static void
put_json_ref(struct jw *j, const struct shape *s)
{
	char ref[80] = "#/$defs/";
	strncat(ref, s->type, sizeof ref - strlen(ref) - 1);
	jw_str(j, "$ref", ref);
}

static void
put_json_value(struct jw *j, const struct shape_field *f)
{
	switch (f->kind) {
	case SHAPE_TEXT:
		put_json_text(j, f->facet);
		break;
	case SHAPE_INT:
		jw_str(j, "type", "integer");
		jw_int(j, "minimum", f->min == 0 && !(f->flags & SHAPE_REQUIRED) ? 1 : f->min);
		jw_int(j, "maximum", f->max);
		break;
	case SHAPE_FLAG:
		jw_str(j, "type", "boolean");
		break;
	case SHAPE_WORD:
		jw_array(j, "enum");
		for (const struct shape_word *w = f->words; w->word != NULL; w++)
			jw_str(j, NULL, w->word);
		jw_end(j);
		break;
	case SHAPE_MARK:
		put_json_marks(j);
		break;
	case SHAPE_MARKS:
	case SHAPE_LIST:
		jw_str(j, "type", "array");
		jw_int(j, "maxItems", f->max);
		jw_object(j, "items");
		if (f->kind == SHAPE_LIST)
			put_json_ref(j, f->of);
		else
			put_json_mark_or_hole(j);
		jw_end(j);
		break;
	default:
		put_json_ref(j, f->of);
	}
}

static void
put_json_members(struct jw *j, const struct shape *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct shape_field *f = &s->fields[i];
		if (f->kind == SHAPE_GROUP) {
			put_json_members(j, f->of);
		} else if (f->json != NULL) {
			jw_object(j, f->json);
			put_json_value(j, f);
			jw_end(j);
		}
	}
}

static void
put_json_required(struct jw *j, const struct shape *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].kind == SHAPE_GROUP)
			put_json_required(j, s->fields[i].of);
		else if (s->fields[i].json != NULL && s->fields[i].flags & SHAPE_REQUIRED)
			jw_str(j, NULL, s->fields[i].json);
}

static void
put_json_object(struct jw *j, const struct shape *s)
{
	jw_str(j, "type", "object");
	jw_bool(j, "additionalProperties", false);
	jw_array(j, "required");
	put_json_required(j, s);
	jw_end(j);
	jw_object(j, "properties");
	put_json_members(j, s);
	jw_end(j);
}

static bool
is_group_of(const struct types *t, const struct shape *s)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < t->v[i]->n; k++)
			if (t->v[i]->fields[k].kind == SHAPE_GROUP && t->v[i]->fields[k].of == s)
				return true;
	return false;
}

void
shape_json_schema(struct hb_buf *out, const char *id, const char *title, const struct shape *top)
{
	struct types t = { .n = 0 };
	struct jw j = jw_start(out);
	gather(&t, top);
	jw_object(&j, NULL);
	jw_str(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_str(&j, "$id", id);
	jw_str(&j, "title", title);
	put_json_object(&j, top);
	jw_object(&j, "$defs");
	for (size_t i = 1; i < t.n; i++) {
		if (is_group_of(&t, t.v[i]))
			continue;
		jw_object(&j, t.v[i]->type);
		put_json_object(&j, t.v[i]);
		jw_end(&j);
	}
	jw_end(&j);
	jw_end(&j);
}
