#include "packet.h"
#include "json/read.h"
#include "json/write.h"

#include <string.h>

static enum hb_code
read_document(const json_t *j, struct hb_arena *a, struct packet_document *d, struct hb_err *err)
{
	const char *format;
	enum hb_code code = json_get_str(j, "id", &d->id, err);

	if (code == HB_OK)
		code = json_get_str(j, "signature", &d->signature, err);
	if (code == HB_OK)
		code = json_get_str(j, "format", &format, err);
	if (code == HB_OK)
		code = json_get_base64(j, "document", a, &d->document, err);
	if (code != HB_OK)
		return code;
	if (strcmp(format, "xml") != 0 && strcmp(format, "pdf") != 0)
		return hb_fail(err, HB_E_INPUT, "goi.saiDang", "tài liệu %s có định dạng lạ: %s", d->id, format);
	d->is_pdf = strcmp(format, "pdf") == 0;
	d->kind = json_opt_str(j, "kind");
	d->title = json_opt_str(j, "title");
	d->role = json_opt_str(j, "role");
	d->changes = json_opt_str(j, "changes");
	if (json_opt_str(j, "attributes") != NULL)
		code = json_get_base64(j, "attributes", a, &d->attributes, err);
	return code;
}

static bool
ids_differ(const struct packet *p, size_t last)
{
	for (size_t i = 0; i < last; i++)
		if (strcmp(p->documents[i].id, p->documents[last].id) == 0)
			return false;
	return true;
}

enum hb_code
packet_read(struct hb_bytes json, struct hb_arena *a, struct packet *ret, struct hb_err *err)
{
	struct packet p = { .n = 0 };
	json_t *root, *list;
	enum hb_code code = json_read(json, PACKET_MAX, a, &root, err);

	if (code == HB_OK)
		code = json_get_str(root, "batch", &p.batch, err);
	if (code == HB_OK)
		code = json_get_array(root, "documents", &list, err);
	if (code == HB_OK && json_opt_str(root, "certificate") != NULL)
		code = json_get_base64(root, "certificate", a, &p.certificate, err);
	if (code != HB_OK)
		return code;
	if (json_array_size(list) > PACKET_DOCUMENTS_MAX)
		return hb_fail(err, HB_E_TOOBIG, "goi.saiDang", "gói ký có hơn %d tài liệu", PACKET_DOCUMENTS_MAX);
	p.documents = HB_NEWN(a, struct packet_document, json_array_size(list) + 1);
	if (p.documents == NULL)
		return hb_full(err);
	for (; p.n < json_array_size(list); p.n++) {
		code = read_document(json_array_get(list, p.n), a, &p.documents[p.n], err);
		if (code != HB_OK)
			return code;
		if (!ids_differ(&p, p.n))
			return hb_fail(err, HB_E_INPUT, "goi.saiDang", "gói ký có hai tài liệu cùng mã %s", p.documents[p.n].id);
	}
	*ret = p;
	return HB_OK;
}

enum hb_code
packet_resume(struct hb_bytes answer, const struct packet *p, struct packet_result *results, struct hb_arena *a,
    struct hb_err *err)
{
	const char *batch, *id, *digest;
	json_t *root, *list, *item;
	size_t at;
	enum hb_code code = json_read(answer, PACKET_MAX, a, &root, err);

	if (code == HB_OK)
		code = json_get_str(root, "batch", &batch, err);
	if (code == HB_OK)
		code = json_get_array(root, "signatures", &list, err);
	if (code != HB_OK)
		return code;
	if (strcmp(batch, p->batch) != 0)
		return hb_fail(err, HB_E_CONFLICT, "goi.khacDot", "tệp kết quả thuộc đợt ký %s, không phải %s", batch, p->batch);
	json_array_foreach (list, at, item) {
		struct hb_bytes value;

		code = json_get_str(item, "id", &id, err);
		if (code == HB_OK)
			code = json_get_str(item, "digest", &digest, err);
		if (code == HB_OK)
			code = json_get_base64(item, "value", a, &value, err);
		if (code != HB_OK)
			return code;
		for (size_t i = 0; i < p->n; i++)
			if (strcmp(p->documents[i].id, id) == 0 && strlen(digest) == 2 * HB_SHA256_LEN) {
				results[i].done = true;
				results[i].value = value;
				memcpy(results[i].digest, digest, 2 * HB_SHA256_LEN + 1);
			}
	}
	return HB_OK;
}

enum hb_code
packet_answer(const struct packet *p, struct hb_bytes certificate, const struct packet_result *results, struct hb_buf *out,
    struct hb_err *err)
{
	struct jw w = jw_start(out);

	jw_object(&w, NULL);
	jw_str(&w, "batch", p->batch);
	jw_base64(&w, "certificate", certificate);
	jw_array(&w, "signatures");
	for (size_t i = 0; i < p->n; i++) {
		if (!results[i].done)
			continue;
		jw_object(&w, NULL);
		jw_str(&w, "id", p->documents[i].id);
		jw_base64(&w, "value", results[i].value);
		jw_str(&w, "digest", results[i].digest);
		jw_end(&w);
	}
	jw_end(&w);
	jw_array(&w, "errors");
	for (size_t i = 0; i < p->n; i++) {
		if (!results[i].failed)
			continue;
		jw_object(&w, NULL);
		jw_str(&w, "id", p->documents[i].id);
		jw_str(&w, "key", results[i].key);
		jw_str(&w, "text", results[i].text);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return jw_done(&w) ? HB_OK : hb_full(err);
}
