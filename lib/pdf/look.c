/* pdf/look.c - the page of one PDF as a form XObject of another: how signature images come in.
 * Only what the page draws with is copied: its resources and what they refer to. */
#include "pdf/reader.h"
#include "pdf/update.h"

#define LOOK_OBJECTS_MAX 1024

struct copy {
	struct pdf_update *u;
	struct pdf        *from;
	struct pdf_ref     old[LOOK_OBJECTS_MAX];        /* in the order met; those from `done` on are still to copy */
	uint32_t           new[LOOK_OBJECTS_MAX];
	size_t             n, done;
	bool               full;
};

static uint32_t
renumber(void *ctx, struct pdf_ref ref)
{
	struct copy *c = ctx;
	for (size_t i = 0; i < c->n; i++)
		if (c->old[i].num == ref.num)
			return c->new[i];
	if (c->n == LOOK_OBJECTS_MAX) {
		c->full = true;
		return 0;
	}
	c->old[c->n] = ref;
	c->new[c->n] = pdf_update_number(c->u);
	return c->new[c->n++];
}

static void
put_member(struct copy *c, const char *key, const struct pdf_value *value)
{
	if (value == NULL)
		return;
	hb_putf(&c->u->out, "/%s ", key);
	pdf_put_value(&c->u->out, pdf_bytes(c->from), value, renumber, c);
	hb_putc(&c->u->out, '\n');
}

static void
put_stream_data(struct copy *c, const struct pdf_value *stream)
{
	hb_putf(&c->u->out, "/Length %zu>>\nstream\n", stream->stream.n);
	hb_put(&c->u->out, stream->stream.p, stream->stream.n);
	hb_puts(&c->u->out, "\nendstream");
}

static enum hb_code
copy_objects(struct copy *c, struct hb_err *err)
{
	for (; c->done < c->n; c->done++) {
		const struct pdf_value *value;
		enum hb_code            rc = pdf_object(c->from, c->old[c->done], &value, err);
		if (rc != HB_OK)
			return rc;
		pdf_update_object(c->u, (struct pdf_ref){ c->new[c->done], 0 });
		if (value->type == PDF_DICT && value->has_stream) {
			hb_puts(&c->u->out, "<<");
			for (uint32_t i = 0; i < value->count; i++) {
				if (value->keys[i].n == 6 && pdf_get(value, "Length") == &value->items[i])
					continue;
				pdf_put_name(&c->u->out, value->keys[i]);
				hb_putc(&c->u->out, ' ');
				pdf_put_value(&c->u->out, pdf_bytes(c->from), &value->items[i], renumber, c);
			}
			put_stream_data(c, value);
		} else {
			pdf_put_value(&c->u->out, pdf_bytes(c->from), value, renumber, c);
		}
		pdf_update_endobj(c->u);
	}
	if (c->full)
		return hb_fail(err, HB_E_TOOBIG, "pdf.quaLon", "hình chữ ký có quá nhiều đối tượng");
	return HB_OK;
}

enum hb_code
pdf_update_look(struct pdf_update *u, struct hb_bytes look, uint32_t *ret_num, struct hb_err *err)
{
	struct copy            *c = HB_NEW(u->a, struct copy);
	struct pdf_ref          ref;
	const struct pdf_value *page, *content;
	if (c == NULL)
		return hb_full(err);
	enum hb_code rc = pdf_open(look, u->a, &c->from, err);
	if (rc == HB_OK)
		rc = pdf_page(c->from, 0, &ref, &page, err);
	if (rc == HB_OK)
		rc = pdf_lookup(c->from, page, "Contents", &content, err);
	if (rc != HB_OK)
		return rc;
	if (content->type != PDF_DICT || !content->has_stream || pdf_get(page, "MediaBox") == NULL)
		return pdf_bad(err, "hình chữ ký không phải PDF một trang đơn giản");
	c->u = u;
	uint32_t num = pdf_update_number(u);
	pdf_update_object(u, (struct pdf_ref){ num, 0 });
	hb_puts(&u->out, "<</Type/XObject/Subtype/Form\n");
	put_member(c, "BBox", pdf_get(page, "MediaBox"));
	put_member(c, "Resources", pdf_get(page, "Resources"));
	put_member(c, "Group", pdf_get(page, "Group"));
	put_member(c, "Filter", pdf_get(content, "Filter"));
	put_member(c, "DecodeParms", pdf_get(content, "DecodeParms"));
	put_stream_data(c, content);
	pdf_update_endobj(u);
	rc = copy_objects(c, err);
	if (rc == HB_OK)
		*ret_num = num;
	return rc;
}
