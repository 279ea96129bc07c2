#include "school/operator.h"

#include "http/api.h"
#include "json/read.h"
#include "school/marks_import.h"
#include "school/roster.h"
#include "school/routes.h"
#include "school/school_api.h"
#include "school/school_sql.h"

#include <sodium.h>
#include <string.h>

enum hb_code
operator_mac(const struct operator_job *job, const uint8_t key[AUTH_KEY_LEN], struct hb_arena *a,
    uint8_t ret_mac[OPERATOR_MAC_LEN], struct hb_err *err)
{
	struct hb_sha256 sum = hb_sha256(job->file);
	const char      *hex = hb_hex(a, HB_BYTES(sum.b, HB_SHA256_LEN));
	/* Lengths before values: no field can pretend to be two. */
	const char *text = hex == NULL ? NULL : hb_printf(a, "hocba-operator-1 %s %s %zu:%s %zu:%s %zu:%s %d %d %s", job->made,
	    job->kind, strlen(job->school_code), job->school_code, strlen(job->year), job->year, strlen(job->file_name),
	    job->file_name, job->dry_run, job->accept_warnings, hex);
	if (text == NULL)
		return hb_full(err);
	crypto_auth_hmacsha256_state state;
	crypto_auth_hmacsha256_init(&state, key, AUTH_KEY_LEN);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, ret_mac);
	return HB_OK;
}

struct finding { const char *code; struct hb_arena *a; struct hb_id id; };

static enum hb_code
find_school(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct finding *f = ctx;
	struct db_rows  rows;
	enum hb_code    code = db_rows(tx, &school_school_by_code, DB_ARGS(DB_TEXT(f->code)), f->a, &rows, err);
	if (code == HB_OK && rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "truong.khongCo", "không có trường mã “%.40s”", f->code);
	if (code == HB_OK)
		f->id = db_id(&rows, 0, SCHOOL_SCHOOL_BY_CODE_ID);
	return code;
}

enum hb_code
operator_import(struct school *s, const struct operator_job *job, struct hb_arena *a, struct hb_buf *out, struct hb_err *err)
{
	struct finding f = { .code = job->school_code, .a = a };
	enum hb_code   code = db_read(s->db, find_school, &f, err);
	if (code != HB_OK)
		return code;
	struct school_actor by = { .school = f.id.s, .who = "operator" };
	if (strcmp(job->kind, "roster") == 0) {
		struct roster_job r = { .file = job->file, .file_name = job->file_name, .year = job->year, .dry_run = job->dry_run,
			.accept_warnings = job->accept_warnings };
		return roster_import(s, &by, &r, a, out, err);
	}
	struct marks_job m = { .file = job->file, .file_name = job->file_name, .year = job->year, .dry_run = job->dry_run };
	return marks_import(s, &by, &m, a, out, err);
}

static enum hb_code
check_proof(const struct school *s, const struct operator_job *job, const json_t *body, struct hb_arena *a, struct hb_err *err)
{
	struct hb_bytes given;
	uint8_t         want[OPERATOR_MAC_LEN];
	hb_time         made;
	enum hb_code    code = json_get_base64(body, "mac", a, &given, err);
	if (code == HB_OK)
		code = hb_rfc3339_parse(job->made, &made, err);
	if (code == HB_OK)
		code = operator_mac(job, s->operator_key, a, want, err);
	if (code != HB_OK)
		return code;
	hb_time age = hb_now() - made;
	bool    same = s->has_operator_key && given.n == OPERATOR_MAC_LEN && sodium_memcmp(given.p, want, OPERATOR_MAC_LEN) == 0;
	if (!same || age > OPERATOR_WINDOW_S || age < -OPERATOR_WINDOW_S)
		return hb_fail(err, HB_E_AUTH, "dieuHanh.khongChungMinh", "lệnh không do người vận hành máy này đưa");
	return HB_OK;
}

enum hb_code
school_operator_import(struct api_req *r, struct hb_err *err)
{
	struct operator_job job = { .made = routes_str(r->body, "made"), .kind = routes_str(r->body, "kind"),
		.school_code = routes_str(r->body, "school"), .year = routes_str(r->body, "year"), .file_name = routes_str(r->body, "file_name"),
		.dry_run = json_is_true(json_object_get(r->body, "dry_run")),
		.accept_warnings = json_is_true(json_object_get(r->body, "accept_warnings")) };
	enum hb_code code = json_get_base64(r->body, "file", r->a, &job.file, err);
	if (code == HB_OK)
		code = check_proof(routes_school(r), &job, r->body, r->a, err);
	if (code != HB_OK)
		return code;
	r->content_type = "application/json";
	return operator_import(routes_school(r), &job, r->a, r->out, err);
}
