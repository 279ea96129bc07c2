/* Failures as problem documents (RFC 9457). */
#include "http/api_int.h"

#include <stdio.h>
#include <string.h>

static void
bad_field(void *ctx, const char *pointer, const char *key, const char *text)
{
	api_field_error(ctx, pointer, key, text);
}

struct schema_sink
problem_sink(struct api_req *r)
{
	return (struct schema_sink){ .bad = bad_field, .ctx = r };
}

enum hb_code
problem_fields(struct api_req *r, struct hb_err *err)
{
	if (r->p->n_errors == 0)
		return HB_OK;
	return hb_fail(err, HB_E_INPUT, "duLieu.sai", "%u chỗ trong dữ liệu gửi lên chưa đúng", r->p->n_errors);
}

static void
put_errors(struct jw *w, const struct api_req_private *p)
{
	jw_array(w, "errors");
	for (unsigned i = 0; i < p->n_errors; i++) {
		const struct field_error *e = &p->errors[i];
		jw_object(w, NULL);
		jw_str(w, "pointer", e->pointer);
		jw_str(w, "key", e->key);
		jw_str(w, "text", e->text);
		if (e->yours != NULL || e->stored != NULL) {
			jw_str(w, "yours", e->yours);
			jw_str(w, "stored", e->stored);
		}
		jw_end(w);
	}
	jw_end(w);
}

static void
put_problem(struct jw *w, const struct api_req *r, const struct hb_err *err, int status)
{
	char type[96];
	const char *title = hb_message(err->key);
	snprintf(type, sizeof type, "urn:hocba:loi:%.64s", err->key);
	jw_object(w, NULL);
	jw_str(w, "type", type);
	jw_str(w, "title", title != NULL ? title : err->msg);
	jw_int(w, "status", status);
	jw_str(w, "key", err->key);
	jw_str(w, "detail", err->msg);
	jw_str(w, "hint", err->hint[0] != '\0' ? err->hint : NULL);
	jw_str(w, "clause", err->clause);
	jw_str(w, "request", r->request_id);
	put_errors(w, r->p);
	jw_end(w);
}

void
problem_plain(const struct hb_err *err, struct api_reply *ret_reply)
{
	static const char body[] = "{\"type\":\"urn:hocba:loi:heThong.loi\",\"title\":\"hệ thống gặp lỗi\",\"status\":500,"
	    "\"key\":\"heThong.loi\",\"detail\":\"hệ thống gặp lỗi\",\"hint\":null,\"clause\":null,\"errors\":[]}";
	*ret_reply = (struct api_reply){ .status = err->code == HB_E_TOOBIG ? 413 : 500,
		.content_type = "application/problem+json", .body = HB_STR(body) };
}

void
problem_reply(struct api_req *r, const struct hb_err *err, struct api_reply *ret_reply)
{
	int status = r->p->problem_status != 0 ? r->p->problem_status : hb_http_status(err->code);
	hb_buf_reset(r->out);
	struct jw w = jw_start(r->out);
	put_problem(&w, r, err, status);
	if (!jw_done(&w)) {
		problem_plain(err, ret_reply);
		return;
	}
	*ret_reply = (struct api_reply){ .status = status, .content_type = "application/problem+json",
		.body = hb_buf_bytes(r->out) };
}
