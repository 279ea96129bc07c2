#include <stdio.h>
#include <string.h>

#include "record/shapes.h"
#include "record/slots.h"

void
record_class_slot(const struct record_signer *s, char out[RECORD_SLOT_LEN])
{
	static const char *const fixed[] = { [RECORD_GVCN] = "s-gvcn", [RECORD_CBQL] = "s-cbql", [RECORD_DON_VI] = "s-dv" };
	if (s->role == RECORD_GVBM)
		snprintf(out, RECORD_SLOT_LEN, "s-%.32s-%d", s->subject, s->ordinal);
	else
		snprintf(out, RECORD_SLOT_LEN, "%s", fixed[s->role]);
}

size_t
record_class_regions(const struct record_signer *s, char out[RECORD_REGIONS_MAX][RECORD_SLOT_LEN])
{
	snprintf(out[0], RECORD_SLOT_LEN, "ttc");
	if (s->role == RECORD_GVBM)
		snprintf(out[1], RECORD_SLOT_LEN, "bd-%.32s", s->subject);
	else
		snprintf(out[1], RECORD_SLOT_LEN, "dl");
	return 2;
}

enum hb_code
record_class_to_xml(const struct record_class *cls, struct hb_arena *a, struct hb_bytes *ret_xml, struct hb_err *err)
{
	struct shape_walk w = { .a = a, .err = err, .ns = RECORD_CLASS_NS };
	struct slots_roll roll = { cls->signers, cls->n_signers };
	enum hb_code c = shape_check(&w, &record_shape_class, cls);
	if (c == HB_OK)
		c = slots_check_roll(&w, roll);
	if (c != HB_OK)
		return c;
	HB_SCOPED_BUF out;
	hb_buf_init(&out, RECORD_CLASS_MAX_BYTES);
	struct xml_writer x;
	xml_writer_init(&x, &out);
	xml_open(&x, "SO_THEO_DOI");
	xml_put_attr(&x, "xmlns", RECORD_CLASS_NS);
	xml_put_attr(&x, "PhienBan", "1");
	shape_xml_put_fields(&x, &w, &record_shape_class, cls);
	xml_open(&x, "CHU_KY");
	slots_put_teachers(&x, roll);
	slots_put_role(&x, roll, RECORD_GVCN, "GVCN");
	slots_put_role(&x, roll, RECORD_CBQL, "CBQL");
	slots_put_role(&x, roll, RECORD_DON_VI, "DON_VI");
	xml_close(&x);
	xml_close(&x);
	char *text = xml_writer_ok(&x) ? hb_buf_take(&out, a) : NULL;
	if (text == NULL)
		return hb_full(err);
	*ret_xml = HB_BYTES(text, out.len);
	return HB_OK;
}

static enum hb_code
check_slots(struct shape_walk *w, const struct record_class *cls, const struct xml_node *signatures)
{
	struct slots_roll roll = { cls->signers, cls->n_signers };
	enum hb_code c = slots_check_roll(w, roll);
	if (c != HB_OK)
		return c;
	shape_enter(w, "CHU_KY", -1);
	if (!xml_is(signatures, w->ns, "CHU_KY") || signatures->attrs != NULL)
		return shape_refuse(w, "thiếu phần tử bắt buộc");
	const struct xml_node *cursor = xml_first_element(signatures);
	c = slots_check_teachers(w, roll, &cursor);
	if (c == HB_OK)
		c = slots_check_role(w, roll, RECORD_GVCN, "GVCN", &cursor);
	if (c == HB_OK)
		c = slots_check_role(w, roll, RECORD_CBQL, "CBQL", &cursor);
	if (c == HB_OK)
		c = slots_check_role(w, roll, RECORD_DON_VI, "DON_VI", &cursor);
	if (c == HB_OK && (cursor != NULL || xml_next_element(signatures) != NULL))
		c = shape_refuse(w, "có chỗ kí lạ");
	return c;
}

enum hb_code
record_class_from_xml(struct hb_bytes xml, struct hb_arena *a, struct record_class **ret_cls, struct hb_err *err)
{
	struct xml_doc *doc;
	struct shape_walk w = { .a = a, .err = err, .ns = RECORD_CLASS_NS };
	struct record_class *cls = HB_NEW(a, struct record_class);
	if (cls == NULL)
		return hb_full(err);
	if (xml.n > RECORD_CLASS_MAX_BYTES)
		return hb_fail(err, HB_E_TOOBIG, "gioiHan.tep", "sổ theo dõi dài %zu byte, quá %zu", xml.n, RECORD_CLASS_MAX_BYTES);
	enum hb_code c = xml_read(xml, 0, a, &doc, err);
	if (c != HB_OK)
		return c;
	const char *version = xml_attr(doc->root, "PhienBan");
	if (!xml_is(doc->root, RECORD_CLASS_NS, "SO_THEO_DOI") || version == NULL || strcmp(version, "1") != 0)
		return shape_refuse(&w, "không phải SO_THEO_DOI phiên bản 1");
	cls->version = RECORD_CLASS_VERSION;
	const struct xml_node *cursor = xml_first_element(doc->root);
	c = shape_xml_get_fields(&w, &record_shape_class, &cursor, cls);
	if (c == HB_OK)
		c = check_slots(&w, cls, cursor);
	if (c == HB_OK)
		*ret_cls = cls;
	return c;
}
