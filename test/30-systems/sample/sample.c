#include "sample.h"

#include <string.h>
#include <unistd.h>

#include "sample/sample_api.h"

static enum hb_code
session(const struct api_system *host, const char *token, struct hb_arena *a, const struct auth_person **ret_who,
    struct hb_err *err)
{
	(void)host;
	const char *colon = strchr(token, ':');
	struct auth_person *p = HB_NEW(a, struct auth_person);
	if (colon == NULL || p == NULL)
		return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "không có phiên này");
	char names[128];
	snprintf(names, sizeof names, "%.*s", (int)(colon - token), token);
	for (char *save = NULL, *n = strtok_r(names, "+", &save); n != NULL; n = strtok_r(NULL, "+", &save)) {
		enum auth_role role;
		if (auth_role_parse(n, &role))
			p->roles |= ROLE_BIT(role);
	}
	p->assurance = ASSURANCE_PASSWORD;
	p->session = hb_strdup(a, colon + 1);
	*ret_who = p;
	return HB_OK;
}

static enum hb_code
scope(struct api_req *r, enum auth_role role, enum api_scope wanted, struct hb_err *err)
{
	(void)role;
	const char *class = api_param(r, "class");
	if (wanted == SCOPE_SCHOOL || (class != NULL && strcmp(class, r->who->session) == 0))
		return HB_OK;
	return hb_fail(err, HB_E_DENIED, "quyen.ngoaiPhamVi", "lớp này không phải của bạn");
}

static enum hb_code
audit(struct api_req *r, enum hb_code code, struct hb_err *err)
{
	struct sample *s = r->system;
	if (code != HB_OK)
		s->refused++;
	else if (s->audit_full)
		return hb_fail(err, HB_E_LIMIT, "http.quaLon", "hàng đợi nhật ký đầy");
	else
		s->audited++;
	return HB_OK;
}

static enum hb_code
begin(struct api_req *r, bool *ret_known, struct api_reply *ret_reply, struct hb_err *err)
{
	struct sample *s = r->system;
	if (strcmp(s->known_key, r->idempotency_key) != 0) {
		snprintf(s->known_key, sizeof s->known_key, "%s", r->idempotency_key);
		snprintf(s->known_hash, sizeof s->known_hash, "%s", r->request_hash);
		s->known_body[0] = '\0';
		return HB_OK;
	}
	if (strcmp(s->known_hash, r->request_hash) != 0 || s->known_body[0] == '\0')
		return hb_fail(err, HB_E_CONFLICT, "duLieu.cu", "khoá này đã dùng cho yêu cầu khác");
	*ret_known = true;
	*ret_reply = (struct api_reply){ .status = 200, .content_type = "application/json", .body = HB_STR(s->known_body) };
	return HB_OK;
}

static enum hb_code
end(struct api_req *r, const struct api_reply *reply, struct hb_err *err)
{
	struct sample *s = r->system;
	(void)err;
	snprintf(s->known_body, sizeof s->known_body, "%.*s", (int)reply->body.n, (const char *)reply->body.p);
	s->ended++;
	return HB_OK;
}

static void
forget(struct api_req *r)
{
	struct sample *s = r->system;
	s->known_key[0] = '\0';
	s->forgotten++;
}

const struct api_replays sample_replays = { begin, end, forget };

struct api_system
sample_system(struct sample *s)
{
	return (struct api_system){ .name = "sample", .table = &sample_api, .context = s, .origin = "https://truong.example",
		.session = session, .scope = scope, .audit = audit, .replays = &sample_replays };
}

enum hb_code
sample_classes_list(struct api_req *r, struct hb_err *err)
{
	static const char *const names[] = { "6A1", "6A2", "7A1", "8A1" };
	struct api_page page;
	enum hb_code c = api_page(r, 2, 100, &page, err);
	if (c != HB_OK)
		return c;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	const char *last = NULL;
	int n = 0;
	for (size_t i = 0; i < 4 && n < page.limit; i++)
		if (strcmp(names[i], page.after) > 0) {
			jw_str(&w, NULL, last = names[i]);
			n++;
		}
	jw_end(&w);
	api_page_next(r, &w, n == page.limit && strcmp(last, "8A1") != 0 ? last : NULL);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
sample_classes_summary(struct api_req *r, struct hb_err *err)
{
	(void)r;
	(void)err;
	return HB_OK;
}

static enum hb_code
put_marks(struct api_req *r, int version, struct hb_err *err)
{
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, "version", version);
	jw_array(&w, "marks");
	jw_object(&w, NULL);
	jw_str(&w, "pupil", "0190a000-0000-7000-8000-000000000001");
	jw_str(&w, "kind", "gk");
	jw_tenths(&w, "mark", 75);
	jw_end(&w);
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
sample_marks_get(struct api_req *r, struct hb_err *err)
{
	struct sample *s = r->system;
	s->handled++;
	return put_marks(r, 1, err);
}

enum hb_code
sample_marks_put(struct api_req *r, struct hb_err *err)
{
	struct sample *s = r->system;
	s->handled++;
	const char *remark = json_string_value(json_object_get(r->body, "note"));
	if (remark != NULL && strcmp(remark, "no") == 0)
		return hb_fail(err, HB_E_DENIED, "quyen.khongDu", "không được ghi chú thế");
	if (json_integer_value(json_object_get(r->body, "version")) != 1) {
		api_field_conflict(r, "/version", "0", "1");
		return hb_fail(err, HB_E_CONFLICT, "duLieu.cu", "bảng điểm đã được ghi bởi người khác");
	}
	return put_marks(r, 2, err);
}

enum hb_code
sample_session_open(struct api_req *r, struct hb_err *err)
{
	(void)err;
	api_session_cookie(r, hb_printf(r->a, "%s:6A1", json_string_value(json_object_get(r->body, "user"))));
	return HB_OK;
}

enum hb_code
sample_upload(struct api_req *r, struct hb_err *err)
{
	struct sample *s = r->system;
	usleep((unsigned)s->slow_ms * 1000);
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_int(&w, s->careless ? "octets" : "bytes", (int64_t)r->raw.n);
	jw_end(&w);
	return api_json_end(r, &w, err);
}
