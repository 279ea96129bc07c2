#include "json/read.h"
#include "record/shapes.h"

enum hb_code
record_class_to_json(const struct record_class *cls, struct hb_arena *a, struct hb_bytes *ret_json, struct hb_err *err)
{
	struct shape_walk w = { .a = a, .err = err };
	enum hb_code c = shape_check(&w, &record_shape_class, cls);
	if (c != HB_OK)
		return c;
	HB_SCOPED_BUF out;
	hb_buf_init(&out, RECORD_CLASS_MAX_BYTES);
	struct jw j = jw_start(&out);
	shape_json_put(&j, NULL, &record_shape_class, cls);
	char *text = jw_done(&j) ? hb_buf_take(&out, a) : NULL;
	if (text == NULL)
		return hb_full(err);
	*ret_json = HB_BYTES(text, out.len);
	return HB_OK;
}

enum hb_code
record_class_from_json(struct hb_bytes json, struct hb_arena *a, struct record_class **ret_cls, struct hb_err *err)
{
	json_t *value;
	struct shape_walk w = { .a = a, .err = err };
	struct record_class *cls = HB_NEW(a, struct record_class);
	if (cls == NULL)
		return hb_full(err);
	enum hb_code c = json_read(json, RECORD_CLASS_MAX_BYTES, a, &value, err);
	if (c == HB_OK)
		c = shape_json_get(&w, &record_shape_class, value, cls);
	if (c == HB_OK)
		*ret_cls = cls;
	return c;
}
