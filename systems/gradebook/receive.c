/* Class files coming in: parsed again, checked, recomputed; they agree cell by cell or are refused with the list. */
#include <stdio.h>
#include <string.h>

#include "gradebook/file.h"
#include "gradebook/gradebook_sql.h"
#include "record/compute.h"
#include "xml/xml.h"

#define ACTOR_LEN 80
#define PLACE_LEN 160

/* ---- Is the document right? ---- */
static size_t
list_faults(const struct record_faults *faults, struct exchange_answer *ans)
{
	for (size_t i = 0; i < faults->n; i++)
		exchange_error(ans, faults->v[i].path, faults->v[i].key, faults->v[i].text);
	return faults->n;
}

static void
place(const char *pupil, const char *subject, char out[PLACE_LEN])
{
	snprintf(out, PLACE_LEN, "%s%s%s", pupil == NULL ? "so" : pupil, subject == NULL ? "" : "/", subject == NULL ? "" : subject);
}

/* What the circulars forbid is refused; what is merely not there yet is counted for the reviewer. */
static size_t
list_gaps(const struct record_gaps *gaps, struct exchange_answer *ans, int *ret_missing)
{
	size_t n = 0;
	char at[PLACE_LEN];
	*ret_missing = 0;
	for (size_t i = 0; i < gaps->n; i++) {
		const struct record_gap *g = &gaps->v[i];
		if (g->key == NULL) {
			++*ret_missing;
			continue;
		}
		place(g->pupil, g->subject, at);
		exchange_error(ans, at, g->key, hb_message(g->key));
		n++;
	}
	return n;
}

static size_t
list_differences(const struct record_differences *d, struct exchange_answer *ans)
{
	char at[PLACE_LEN], text[300];
	for (size_t i = 0; i < d->n; i++) {
		const struct record_difference *x = &d->v[i];
		place(x->pupil, x->subject, at);
		snprintf(text, sizeof text, "%s: sổ ghi \"%s\", tính lại được \"%s\"", x->what, x->left == NULL ? "" : x->left,
		    x->right == NULL ? "" : x->right);
		exchange_error(ans, at, "so.khongKhop", text);
	}
	return d->n;
}

static enum hb_code
recompute(struct gb_incoming *in, struct hb_arena *a, struct exchange_answer *ans, size_t *ret_bad, struct hb_err *err)
{
	struct record_class *computed;
	struct record_gaps gaps;
	struct record_differences d;
	enum hb_code code;
	if ((code = record_class_compute(in->cls, a, &computed, &gaps, err)) != HB_OK
	    || (code = record_class_compare(in->cls, computed, RECORD_DERIVED, a, &d, err)) != HB_OK)
		return code;
	*ret_bad = list_gaps(&gaps, ans, &in->missing) + list_differences(&d, ans);
	return HB_OK;
}

/* Nobody may have signed a file that is only now frozen. */
static enum hb_code
no_signature_yet(struct hb_bytes xml, struct hb_arena *a, struct hb_err *err)
{
	struct xml_doc *doc;
	enum hb_code code = xml_read(xml, 0, a, &doc, err);
	if (code != HB_OK)
		return code;
	const struct xml_node *slots = xml_path(doc, "/SO_THEO_DOI/CHU_KY");
	for (const struct xml_node *s = slots == NULL ? NULL : slots->first; s != NULL; s = s->next) {
		bool teachers = s->type == XML_ELEMENT && strcmp(s->local, "DANH_SACH_GVBM") == 0;
		for (const struct xml_node *c = s->first; c != NULL; c = c->next)
			if (!teachers || c->first != NULL)
				return hb_fail(err, HB_E_RULE, "so.daCoChuKi", "tệp gửi đến đã có nội dung ở chỗ kí");
	}
	return HB_OK;
}

enum hb_code
gb_read_file(struct hb_bytes xml, struct hb_arena *a, struct gb_incoming **ret_in, struct exchange_answer *ans,
    struct hb_err *err)
{
	struct gb_incoming *in = HB_NEW(a, struct gb_incoming);
	struct record_faults faults;
	size_t bad;
	enum hb_code code;
	if (in == NULL)
		return hb_full(err);
	in->xml = xml;
	in->sha256 = hb_sha256(xml);
	if ((code = no_signature_yet(xml, a, err)) != HB_OK
	    || (code = record_class_from_xml(xml, a, &in->cls, err)) != HB_OK
	    || (code = record_class_check(in->cls, a, &faults, err)) != HB_OK)
		return code;
	if (list_faults(&faults, ans) > 0)
		return HB_OK;
	code = recompute(in, a, ans, &bad, err);
	if (code == HB_OK && bad == 0)
		*ret_in = in;
	return code;
}

/* ---- Does it fit what is there? ---- */
struct arrival {
	struct gradebook          *g;
	struct db_tx              *tx;
	const struct exchange_msg *m;
	struct gb_incoming        *in;
	struct hb_arena           *a;
	struct hb_id               school, id;
	struct gb_actor            by;
	char                       actor[ACTOR_LEN];
};

static enum hb_code
find_school(struct arrival *ar, struct hb_err *err)
{
	struct db_rows r;
	const char *code = ar->in->cls->school.code;
	enum hb_code got = db_rows(ar->tx, &gradebook_school_by_code, DB_ARGS(DB_TEXT(code)), ar->a, &r, err);
	if (got != HB_OK)
		return got;
	if (r.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "so.truongLa", "hệ thống này không giữ sổ của trường %s", code);
	if (strcmp(db_text(&r, 0, GRADEBOOK_SCHOOL_BY_CODE_REPORTS_FROM), ar->m->from) != 0)
		return hb_fail(err, HB_E_DENIED, "so.nguonLa", "hệ thống %s không chuyển sổ của trường %s", ar->m->from, code);
	ar->school = db_id(&r, 0, GRADEBOOK_SCHOOL_BY_CODE_ID);
	return HB_OK;
}

static const char *
last_fingerprint(const struct gb_roll *roll)
{
	return roll->n == 0 ? NULL : roll->v[roll->n - 1].fingerprint;
}

/* A newer revision takes the place of an unfinished file; a finished one stays, and must be named. */
static enum hb_code
replace(struct arrival *ar, const char *old_id, struct hb_err *err)
{
	struct gb_file old;
	struct gb_roll roll;
	enum hb_code code;
	if ((code = gb_file_get(ar->tx, ar->school.s, old_id, ar->a, &old, err)) != HB_OK
	    || (code = gb_roll_get(ar->tx, ar->school.s, &old, ar->a, &roll, err)) != HB_OK)
		return code;
	if (old.state == GRADEBOOK_RETURNED || old.state == GRADEBOOK_REPLACED)
		return HB_OK;
	if (!gradebook_is_final(old.state, &roll.facts))
		return gb_move(ar->tx, ar->school.s, &old, &roll.facts, &ar->by, &(struct gb_step){ GRADEBOOK_E_REPLACE, NULL, NULL },
		    err);
	const char *print = last_fingerprint(&roll);
	if (print == NULL || ar->in->cls->replaces == NULL || strcmp(print, ar->in->cls->replaces) != 0)
		return hb_fail(err, HB_E_CONFLICT, "so.daXong", "sổ lớp %s đã kí xong; bản sửa phải nêu dấu vân của bản được thay",
		    old.class_name);
	return HB_OK;
}

static enum hb_code
check_revision(struct arrival *ar, bool *ret_known, struct hb_err *err)
{
	const struct record_class *cls = ar->in->cls;
	struct db_rows r;
	*ret_known = false;
	enum hb_code code = db_rows(ar->tx, &gradebook_file_newest, DB_ARGS(DB_ID(ar->school.s), DB_TEXT(cls->year),
	    DB_TEXT(record_period_code(cls->period)), DB_TEXT(cls->class_id)), ar->a, &r, err);
	if (code != HB_OK || r.n == 0)
		return code;
	int64_t have = db_int(&r, 0, GRADEBOOK_FILE_NEWEST_REVISION);
	struct hb_bytes sha = db_bytes(&r, 0, GRADEBOOK_FILE_NEWEST_FROZEN_SHA256);
	struct hb_id old = db_id(&r, 0, GRADEBOOK_FILE_NEWEST_ID);
	if (have == cls->revision && sha.n == HB_SHA256_LEN && memcmp(sha.p, ar->in->sha256.b, sha.n) == 0) {
		ar->id = old;
		*ret_known = true;
		return HB_OK;
	}
	if (cls->revision <= have)
		return hb_fail(err, HB_E_CONFLICT, "so.phienBanCu", "sổ lớp %s đã có bản %d, nhận được bản %d", cls->class_name,
		    (int)have, cls->revision);
	return replace(ar, old.s, err);
}

static enum hb_code
store(struct arrival *ar, struct hb_err *err)
{
	const struct record_class *cls = ar->in->cls;
	const char *period = record_period_code(cls->period);
	struct gradebook_facts facts = { .year_file = gb_is_year_period(period) };
	enum hb_code code;
	ar->id = hb_id_new();
	struct gb_file f = { .id = ar->id, .state = GRADEBOOK_NONE };
	if ((code = db_run(ar->tx, &gradebook_file_put, DB_ARGS(DB_ID(ar->school.s), DB_ID(ar->id.s), DB_TEXT(cls->year),
	         DB_TEXT(period), DB_TEXT(cls->class_id), DB_TEXT(cls->class_name), DB_INT(cls->grade), DB_INT(cls->revision),
	         DB_TEXT(cls->replaces), DB_INT(ar->in->missing), DB_BYTES(HB_BYTES(ar->in->sha256.b, HB_SHA256_LEN)),
	         DB_TIME(hb_now()), DB_ID(ar->m->id.s)), NULL, err)) != HB_OK
	    || (code = gb_body_put(ar->tx, ar->school.s, ar->id.s, 1, ar->in->xml, err)) != HB_OK
	    || (code = gb_roll_put(ar->tx, ar->school.s, ar->id.s, cls, err)) != HB_OK)
		return code;
	return gb_move(ar->tx, ar->school.s, &f, &facts, &ar->by, &(struct gb_step){ GRADEBOOK_E_FREEZE, NULL, NULL }, err);
}

/* ---- Handlers ---- */
static enum hb_code
check_file(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work, struct exchange_answer *ans,
    struct hb_err *err)
{
	(void)ctx;
	struct gb_incoming *in = NULL;
	enum hb_code code = gb_read_file(m->payload, a, &in, ans, err);
	if (code == HB_OK)
		*ret_work = in;
	return code;
}

/* The school's own report, where no sector database answers: frozen here. */
static enum hb_code
check_report(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work, struct exchange_answer *ans,
    struct hb_err *err)
{
	(void)ctx;
	struct record_class *cls;
	struct hb_bytes xml;
	struct gb_incoming *in = NULL;
	enum hb_code code;
	if ((code = record_class_from_json(m->payload, a, &cls, err)) != HB_OK
	    || (code = record_class_to_xml(cls, a, &xml, err)) != HB_OK
	    || (code = gb_read_file(xml, a, &in, ans, err)) != HB_OK)
		return code;
	*ret_work = in;
	return HB_OK;
}

static enum hb_code
apply(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans,
    struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct arrival ar = { .g = ctx, .tx = tx, .m = m, .in = work, .a = &a };
	bool known;
	enum hb_code code;
	snprintf(ar.actor, sizeof ar.actor, "system:%s", m->from);
	ar.by = (struct gb_actor){ ar.actor, ROLE_BIT(ROLE_SYSTEM), NULL };
	if ((code = find_school(&ar, err)) != HB_OK || (code = check_revision(&ar, &known, err)) != HB_OK)
		return code;
	if (!known && (code = store(&ar, err)) != HB_OK)
		return code;
	exchange_result(ans, json_pack("{s:s, s:i, s:i}", "file", ar.id.s, "revision", ar.in->cls->revision, "missing",
	    ar.in->missing));
	return HB_OK;
}

const struct exchange_handler gradebook_class_file = { GRADEBOOK_FLOW_FILE, GRADEBOOK_KIND_FILE, check_file, apply };
const struct exchange_handler gradebook_class_report = { GRADEBOOK_FLOW_REPORT, GRADEBOOK_KIND_REPORT, check_report, apply };
