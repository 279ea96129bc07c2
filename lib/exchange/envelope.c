/* Envelopes and receipts: JSON headers as signed bytes. */
#include <inttypes.h>
#include <string.h>

#include "exchange/private.h"
#include "json/flat.h"
#include "json/read.h"
#include "json/write.h"

enum { HEADER_MAX = 16 << 10, RECEIPT_MAX = 4 << 20 };

/* -- writing --------------------------------------------------------------------------------------------- */

/* {"header": …, "payload": …, "signature": …}; no payload member when payload is NULL. */
static enum hb_code
sign_and_pack(const struct exchange *x, struct hb_bytes header, const struct hb_bytes *payload, struct hb_arena *a,
    struct hb_bytes *ret_body, struct hb_err *err)
{
	struct exchange_sig sig = exchange_sign(&x->key, header);
	HB_SCOPED_BUF out;
	hb_buf_init(&out, EXCHANGE_WIRE_MAX);
	struct jw w = jw_start(&out);
	jw_object(&w, NULL);
	jw_str(&w, "header", hb_base64url(a, header));
	if (payload != NULL)
		jw_base64(&w, "payload", *payload);
	jw_base64(&w, "signature", HB_BYTES(sig.b, sizeof sig.b));
	jw_end(&w);
	char *copy = jw_done(&w) ? hb_buf_take(&out, a) : NULL;
	if (copy == NULL)
		return hb_full(err);
	*ret_body = HB_BYTES(copy, out.len);
	return HB_OK;
}

enum hb_code
exchange_wrap(const struct exchange *x, const struct exchange_msg *m, struct hb_arena *a, struct hb_bytes *ret_body,
    struct hb_err *err)
{
	HB_SCOPED_BUF header;
	hb_buf_init(&header, HEADER_MAX);
	struct jw w = jw_start(&header);
	jw_object(&w, NULL);
	jw_int(&w, "v", EXCHANGE_VERSION);
	jw_str(&w, "id", m->id.s);
	jw_str(&w, "from", m->from);
	jw_str(&w, "to", m->to);
	jw_int(&w, "flow", m->flow);
	jw_str(&w, "kind", m->kind);
	jw_time(&w, "created", m->created);
	jw_str(&w, "payload_sha256", hb_hex(a, HB_BYTES(m->payload_sha256.b, HB_SHA256_LEN)));
	jw_str(&w, "payload_type", m->payload_type);
	jw_end(&w);
	if (!jw_done(&w))
		return hb_full(err);
	return sign_and_pack(x, hb_buf_bytes(&header), &m->payload, a, ret_body, err);
}

/* The text of a JSON value, or "null". */
static char *
dump(const json_t *v)
{
	return json_dumps(v != NULL ? v : json_null(), JSON_COMPACT | JSON_ENCODE_ANY);
}

enum hb_code
exchange_receipt_write(const struct exchange *x, const struct exchange_msg *m, const struct exchange_said *said,
    struct hb_arena *a, struct hb_bytes *ret_reply, struct hb_err *err)
{
	HB_SCOPED_BUF header;
	hb_buf_init(&header, RECEIPT_MAX);
	char *errors = dump(said->errors), *result = dump(said->result);
	struct jw w = jw_start(&header);
	jw_object(&w, NULL);
	jw_int(&w, "v", EXCHANGE_VERSION);
	jw_str(&w, "id", said->id.s);
	jw_str(&w, "in_reply_to", m->id.s);
	jw_str(&w, "from", x->cfg.self);
	jw_str(&w, "to", m->from);
	jw_int(&w, "flow", m->flow);
	jw_str(&w, "kind", m->kind);
	jw_str(&w, "verdict", said->accepted ? "accepted" : "refused");
	jw_time(&w, "created", hb_now());
	jw_str(&w, "payload_sha256", hb_hex(a, HB_BYTES(m->payload_sha256.b, HB_SHA256_LEN)));
	jw_raw(&w, "errors", HB_STR(errors != NULL ? errors : "[]"));
	jw_raw(&w, "result", HB_STR(result != NULL ? result : "null"));
	jw_end(&w);
	bool good = jw_done(&w) && errors != NULL && result != NULL;
	free(errors);
	free(result);
	return good ? sign_and_pack(x, hb_buf_bytes(&header), NULL, a, ret_reply, err) : hb_full(err);
}

/* -- reading --------------------------------------------------------------------------------------------- */

static enum hb_code
malformed(struct hb_err *err, const char *why)
{
	return hb_fail(err, HB_E_INPUT, "lienThong.thuSaiDang", "thư liên thông không đúng dạng: %s", why);
}

static enum hb_code
get_id(const json_t *o, const char *name, struct hb_id *ret_id, struct hb_err *err)
{
	const char *s;
	enum hb_code rc = json_get_str(o, name, &s, err);
	if (rc != HB_OK)
		return rc;
	if (!hb_id_valid(s))
		return malformed(err, name);
	memcpy(ret_id->s, s, sizeof ret_id->s);
	return HB_OK;
}

static enum hb_code
get_word(const json_t *o, const char *name, size_t max, const char **ret_s, struct hb_err *err)
{
	enum hb_code rc = json_get_str(o, name, ret_s, err);
	if (rc == HB_OK && (**ret_s == '\0' || strlen(*ret_s) > max))
		rc = malformed(err, name);
	return rc;
}

static enum hb_code
get_hash(const json_t *o, struct hb_arena *a, struct hb_sha256 *ret_h, struct hb_err *err)
{
	const char *s;
	struct hb_bytes raw;
	enum hb_code rc = json_get_str(o, "payload_sha256", &s, err);
	if (rc == HB_OK)
		rc = hb_unhex(s, a, &raw, err);
	if (rc != HB_OK)
		return rc;
	if (raw.n != HB_SHA256_LEN)
		return malformed(err, "payload_sha256");
	memcpy(ret_h->b, raw.p, HB_SHA256_LEN);
	return HB_OK;
}

static enum hb_code
get_flow(const json_t *o, int *ret_flow, struct hb_err *err)
{
	int64_t flow;
	enum hb_code rc = json_get_int(o, "flow", &flow, err);
	if (rc != HB_OK)
		return rc;
	if (flow < 0 || flow > 9)
		return malformed(err, "flow");
	*ret_flow = (int)flow;
	return HB_OK;
}

static enum hb_code
check_version(const json_t *o, struct hb_err *err)
{
	int64_t v;
	enum hb_code rc = json_get_int(o, "v", &v, err);
	return rc == HB_OK && v != EXCHANGE_VERSION ? malformed(err, "phiên bản không nhận được") : rc;
}

static enum hb_code
read_header(const json_t *o, struct hb_arena *a, struct exchange_msg *m, struct hb_err *err)
{
	enum hb_code rc = check_version(o, err);
	if (rc == HB_OK)
		rc = get_id(o, "id", &m->id, err);
	if (rc == HB_OK)
		rc = get_word(o, "from", EXCHANGE_ID_MAX, &m->from, err);
	if (rc == HB_OK)
		rc = get_word(o, "to", EXCHANGE_ID_MAX, &m->to, err);
	if (rc == HB_OK)
		rc = get_flow(o, &m->flow, err);
	if (rc == HB_OK)
		rc = get_word(o, "kind", EXCHANGE_KIND_MAX, &m->kind, err);
	if (rc == HB_OK)
		rc = json_get_time(o, "created", &m->created, err);
	if (rc == HB_OK)
		rc = get_hash(o, a, &m->payload_sha256, err);
	return rc == HB_OK ? get_word(o, "payload_type", EXCHANGE_TYPE_MAX, &m->payload_type, err) : rc;
}

/* What a body holds, decoded. */
struct parts { struct hb_bytes header, signature, payload; json_t *json; };

static enum hb_code
decode(struct hb_bytes header, struct hb_bytes signature, struct hb_arena *a, struct parts *p, struct hb_err *err)
{
	char *text = hb_strndup(a, (const char *)header.p, header.n);
	if (text == NULL)
		return hb_full(err);
	enum hb_code rc = hb_unbase64url(text, a, &p->header, err);
	if (rc == HB_OK)
		rc = hb_unbase64(signature, a, &p->signature, err);
	return rc == HB_OK ? json_read(p->header, RECEIPT_MAX, a, &p->json, err) : rc;
}

/* Members by the general reader: whatever is wrong with the text is told here. */
static enum hb_code
read_slowly(struct hb_bytes body, bool with_payload, struct hb_arena *a, struct parts *p, struct hb_err *err)
{
	json_t *outer;
	const char *header, *signature, *payload;
	enum hb_code rc = json_read(body, EXCHANGE_WIRE_MAX, a, &outer, err);
	if (rc == HB_OK)
		rc = json_get_str(outer, "header", &header, err);
	if (rc == HB_OK)
		rc = json_get_str(outer, "signature", &signature, err);
	if (rc == HB_OK)
		rc = decode(HB_STR(header), HB_STR(signature), a, p, err);
	if (rc == HB_OK && with_payload)
		rc = json_get_str(outer, "payload", &payload, err);
	return rc == HB_OK && with_payload ? hb_unbase64(HB_STR(payload), a, &p->payload, err) : rc;
}

static enum hb_code
read_signed(struct hb_bytes body, bool with_payload, struct hb_arena *a, struct parts *p, struct hb_err *err)
{
	struct json_flat f;
	struct hb_bytes header, signature, payload;
	if (body.n > EXCHANGE_WIRE_MAX || !json_flat(body, &f) || !json_flat_str(&f, "header", &header)
	    || !json_flat_str(&f, "signature", &signature) || (with_payload && !json_flat_str(&f, "payload", &payload)))
		return read_slowly(body, with_payload, a, p, err);
	enum hb_code rc = decode(header, signature, a, p, err);
	return rc == HB_OK && with_payload ? hb_unbase64(payload, a, &p->payload, err) : rc;
}

static enum hb_code
check_signer(struct exchange *x, const char *from, hb_time created, struct hb_bytes bytes, struct hb_bytes sig,
    struct hb_err *err)
{
	struct directory *d;
	hb_time now = hb_now();
	enum hb_code rc = exchange_directory(x, &d, err);
	if (rc != HB_OK)
		return rc;
	const struct exchange_member *m = exchange_member_find(exchange_directory_members(d), from);
	if (m == NULL)
		rc = hb_fail(err, HB_E_DENIED, "lienThong.laThanhVien", "“%s” không có trong danh bạ thành viên", from);
	else if (!exchange_member_signed(m, created, bytes, sig) || !exchange_member_signed(m, now, bytes, sig))
		rc = hb_fail(err, HB_E_AUTH, "lienThong.saiChuKy",
		    "thư mang tên %s nhưng không do khoá còn hiệu lực của hệ thống ấy kí", from);
	else if (created > now + EXCHANGE_SKEW_S)
		rc = hb_fail(err, HB_E_AUTH, "lienThong.lechGio", "thư ghi giờ gửi sau giờ của máy này");
	exchange_directory_done(x, d);
	return rc;
}

enum hb_code
exchange_unwrap(struct exchange *x, struct hb_bytes body, struct hb_arena *a, struct envelope *ret_e, struct hb_err *err)
{
	struct envelope e = { 0 };
	struct parts p = { 0 };
	enum hb_code rc = read_signed(body, true, a, &p, err);
	if (rc == HB_OK)
		rc = read_header(p.json, a, &e.m, err);
	if (rc != HB_OK)
		return rc;
	e.header = p.header;
	e.signature = p.signature;
	e.m.payload = p.payload;
	if (strcmp(e.m.to, x->cfg.self) != 0)
		return hb_fail(err, HB_E_DENIED, "lienThong.saiNoiNhan", "thư gửi cho %s, không phải cho %s", e.m.to, x->cfg.self);
	rc = check_signer(x, e.m.from, e.m.created, e.header, e.signature, err);
	if (rc != HB_OK)
		return rc;
	struct hb_sha256 h = hb_sha256(e.m.payload);
	if (!hb_sha256_eq(&h, &e.m.payload_sha256))
		return hb_fail(err, HB_E_AUTH, "lienThong.saiMaBam", "nội dung thư không khớp mã băm đã kí");
	if (e.m.payload.n > EXCHANGE_PAYLOAD_MAX)
		return hb_fail(err, HB_E_TOOBIG, "lienThong.thuQuaLon", "nội dung thư quá lớn");
	*ret_e = e;
	return HB_OK;
}

static enum hb_code
read_receipt(const json_t *o, struct exchange_receipt *r, struct hb_err *err)
{
	const char *verdict;
	enum hb_code rc = check_version(o, err);
	if (rc == HB_OK)
		rc = get_id(o, "id", &r->id, err);
	if (rc == HB_OK)
		rc = get_id(o, "in_reply_to", &r->in_reply_to, err);
	if (rc == HB_OK)
		rc = get_word(o, "from", EXCHANGE_ID_MAX, &r->from, err);
	if (rc == HB_OK)
		rc = get_word(o, "to", EXCHANGE_ID_MAX, &r->to, err);
	if (rc == HB_OK)
		rc = get_flow(o, &r->flow, err);
	if (rc == HB_OK)
		rc = get_word(o, "kind", EXCHANGE_KIND_MAX, &r->kind, err);
	if (rc == HB_OK)
		rc = json_get_time(o, "created", &r->created, err);
	if (rc == HB_OK)
		rc = json_get_array(o, "errors", &r->errors, err);
	if (rc == HB_OK)
		rc = json_get_str(o, "verdict", &verdict, err);
	if (rc != HB_OK)
		return rc;
	r->accepted = strcmp(verdict, "accepted") == 0;
	r->result = json_object_get(o, "result");
	return r->accepted || strcmp(verdict, "refused") == 0 ? HB_OK : malformed(err, "verdict");
}

enum hb_code
exchange_receipt_parse(struct hb_bytes reply, struct hb_arena *a, struct exchange_receipt *ret_r, struct hb_err *err)
{
	struct exchange_receipt r = { .signed_bytes = reply };
	struct parts p = { 0 };
	enum hb_code rc = read_signed(reply, false, a, &p, err);
	if (rc == HB_OK)
		rc = read_receipt(p.json, &r, err);
	if (rc == HB_OK)
		*ret_r = r;
	return rc;
}

enum hb_code
exchange_receipt_read(struct exchange *x, const struct exchange_msg *m, struct hb_bytes reply, struct hb_arena *a,
    struct exchange_receipt *ret_r, struct hb_err *err)
{
	struct exchange_receipt r = { .signed_bytes = reply };
	struct parts p = { 0 };
	struct hb_sha256 h;
	enum hb_code rc = read_signed(reply, false, a, &p, err);
	if (rc == HB_OK)
		rc = read_receipt(p.json, &r, err);
	if (rc == HB_OK)
		rc = get_hash(p.json, a, &h, err);
	if (rc == HB_OK)
		rc = check_signer(x, m->to, r.created, p.header, p.signature, err);
	if (rc != HB_OK)
		return rc;
	if (strcmp(r.from, m->to) != 0 || strcmp(r.to, m->from) != 0 || strcmp(r.in_reply_to.s, m->id.s) != 0
	    || r.flow != m->flow || strcmp(r.kind, m->kind) != 0 || !hb_sha256_eq(&h, &m->payload_sha256))
		return hb_fail(err, HB_E_AUTH, "lienThong.bienNhanLac", "biên nhận của %s không trả lời thư này", m->to);
	*ret_r = r;
	return HB_OK;
}
