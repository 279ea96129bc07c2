/* A signed extract as another province's software makes it: its own layout, signed by that school's head and seal (D15.2b). */
#include "play.h"

#include <stdio.h>
#include <string.h>

#include "json/read.h"
#include "sign/xmlsig.h"

static void
put_text(struct hb_buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '&' || *s == '<' || *s == '>')
			hb_puts(b, *s == '&' ? "&amp;" : *s == '<' ? "&lt;" : "&gt;");
		else
			hb_putc(b, *s);
}

static void
write_results(struct hb_buf *b, const json_t *e)
{
	const json_t *marks = json_object_get(e, "marks");
	hb_puts(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TRICH_KET_QUA xmlns=\"urn:binh-minh:trich:1\"><DU_LIEU Id=\"dl\"><TRUONG>");
	put_text(b, play_str(e, "from"));
	hb_puts(b, "</TRUONG><HO_TEN>");
	put_text(b, play_str(e, "name"));
	hb_puts(b, "</HO_TEN>");
	for (size_t i = 0; i < json_array_size(marks); i++) {
		const json_t *m = json_array_get(marks, i), *cells = json_object_get(m, "cells");
		hb_putf(b, "<MON Ma=\"%s\">", play_str(m, "subject"));
		for (size_t k = 0; k < json_array_size(cells); k++) {
			hb_putf(b, "<DIEM Cot=\"%s\">", play_str(json_array_get(cells, k), "column"));
			put_text(b, play_str(json_array_get(cells, k), "value"));
			hb_puts(b, "</DIEM>");
		}
		hb_puts(b, "</MON>");
	}
	hb_puts(b, "</DU_LIEU><CHU_KY><CBQL></CBQL><DON_VI></DON_VI></CHU_KY></TRICH_KET_QUA>\n");
}

static enum hb_code
sign_slot(struct play *p, const char *slot, const char *id, const char *code, struct hb_bytes doc, struct hb_arena *a, struct hb_bytes *ret_doc,
    struct hb_err *err)
{
	struct play_signer *with = tokens_find(p, code);
	const char *regions[] = { "dl" };
	struct xmlsig_spec spec = { .slot = slot, .id = id, .regions = regions, .n_regions = 1, .certificate = with->cert, .signing_time = hb_now() };
	struct hb_bytes prepared, value;
	json_t *answer = NULL;
	enum hb_code c = xmlsig_prepare(doc, &spec, a, &prepared, err);
	if (c != HB_OK)
		return c;
	json_t *packet = json_pack("{s:s, s:s, s:[], s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:s}]}", "batch", hb_id_new().s, "certificate",
	    hb_base64(a, with->cert), "warnings", "documents", "id", id, "kind", "extract", "title", "Kết quả học kì I của học sinh chuyển đi", "role", "",
	    "format", "xml", "signature", id, "document", hb_base64(a, prepared));
	c = sign_packet(p, with, packet, &answer, err);
	json_decref(packet);
	const char *text = play_str(json_array_get(json_object_get(answer, "signatures"), 0), "value");
	if (c == HB_OK)
		c = hb_unbase64(HB_STR(text), a, &value, err);
	if (c == HB_OK)
		c = xmlsig_embed(doc, prepared, id, value, a, ret_doc, err);
	json_decref(answer);
	return c;
}

enum hb_code
extract_make(struct play *p, const json_t *event, struct hb_arena *a, struct hb_bytes *ret_file, struct hb_err *err)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 1 << 20);
	struct hb_bytes signed_by_head;
	write_results(&b, event);
	struct hb_bytes doc = HB_BYTES(hb_buf_take(&b, a), b.len);
	enum hb_code c = tokens_foreign(p, event, err);
	if (c == HB_OK)
		c = sign_slot(p, "/TRICH_KET_QUA/CHU_KY/CBQL", "s-cbql", "truong-khac-hieu-truong", doc, a, &signed_by_head, err);
	if (c == HB_OK)
		c = sign_slot(p, "/TRICH_KET_QUA/CHU_KY/DON_VI", "s-dv", "truong-khac-don-vi", signed_by_head, a, ret_file, err);
	return c;
}
