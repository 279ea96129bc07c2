/* Flow 4: a verified deposit against the register, and into it (D14, D18.2(4), D21.8). */
#include "city/deposit.h"

#include <stdio.h>
#include <string.h>

#include "city/city_sql.h"

/* One row of the pupil's records, as far as deciding needs it. */
struct held { struct hb_id id; const char *code, *year, *fingerprint, *xml, *pdf; int64_t version; enum city_state state; };
struct filing {
	struct city *c;
	struct db_tx *tx;
	const struct city_deposit *d;
	struct exchange_answer *ans;
	struct hb_arena *a;
	char actor[CITY_ACTOR_LEN];
	struct hb_id code_id;
	enum city_state code_state;
	bool held_by_nobody;
	struct held *held; size_t n_held;
	const struct held *current;              /* the version of this year that counts now, or NULL */
	const struct held *same;                 /* the very same deposit, already here */
	char xml_sha[DB_SHA_LEN], pdf_sha[DB_SHA_LEN];
};

static void
no(struct filing *f, const char *key, const char *text)
{
	exchange_error(f->ans, f->d->code, key, text != NULL ? text : hb_message(key));
}

static bool
refused(const struct filing *f)
{
	return json_array_size(f->ans->errors) > 0;
}

static bool
counts(enum city_state s)
{
	return s == CITY_DEPOSITED || s == CITY_LOCKED || s == CITY_AT_MINISTRY;
}

/* -- whose record --------------------------------------------------------------------------------------- */

static enum hb_code
check_code(struct filing *f, struct hb_err *err)
{
	const struct city_deposit *d = f->d;
	struct db_rows r;
	enum hb_code rc = db_rows(f->tx, &city_code_get, DB_ARGS(DB_TEXT(d->code)), f->a, &r, err);
	if (rc != HB_OK)
		return rc;
	if (r.n == 0 || city_state_parse(db_text(&r, 0, CITY_CODE_GET_STATE)) == CITY_CANCELLED) {
		no(f, "nop.maLa", NULL);
		return HB_OK;
	}
	f->code_id = db_id(&r, 0, CITY_CODE_GET_ID);
	f->code_state = city_state_parse(db_text(&r, 0, CITY_CODE_GET_STATE));
	if (strcmp(db_text(&r, 0, CITY_CODE_GET_SCHOOL), d->school) != 0)
		no(f, "nop.maTruongKhac", NULL);
	const char *holder = db_text(&r, 0, CITY_CODE_GET_PERSONAL_ID);
	f->held_by_nobody = holder == NULL;
	if ((holder != NULL && strcmp(holder, d->personal_id) != 0)
	    || strcmp(db_text(&r, 0, CITY_CODE_GET_LEVEL), record_school_level_code(d->record->level)) != 0)
		no(f, "nop.saiDinhDanh", NULL);
	return HB_OK;
}

static enum hb_code
check_certificate(struct filing *f, struct hb_err *err)
{
	struct hb_err why = HB_ERR_INIT;
	const struct city_deposit *d = f->d;
	enum hb_code rc = city_certificate_valid(f->tx, d->school, d->seal_certificate != NULL ? d->seal_certificate : "", d->sealed,
	    &why);
	if (rc == HB_E_RULE)
		exchange_error_from(f->ans, d->code, &why);
	else if (rc != HB_OK && err != NULL)
		*err = why;
	return rc == HB_E_RULE ? HB_OK : rc;
}

/* One code a pupil and level: the one held, if the pupil has another. */
static enum hb_code
check_holder(struct filing *f, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(f->tx, &city_code_of_pupil, DB_ARGS(DB_TEXT(f->d->personal_id),
	    DB_TEXT(record_school_level_code(f->d->record->level))), f->a, &r, err);
	if (rc == HB_OK && r.n == 1 && strcmp(db_text(&r, 0, CITY_CODE_OF_PUPIL_CODE), f->d->code) != 0)
		no(f, "nop.haiMa", NULL);
	return rc;
}

/* -- what is here already --------------------------------------------------------------------------------- */

static enum hb_code
load_held(struct filing *f, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(f->tx, &city_records_of_pupil, DB_ARGS(DB_TEXT(f->d->personal_id)), f->a, &r, err);
	if (rc != HB_OK)
		return rc;
	f->held = HB_NEWN(f->a, struct held, r.n + 1);
	if (f->held == NULL)
		return hb_full(err);
	for (f->n_held = 0; f->n_held < r.n; f->n_held++)
		f->held[f->n_held] = (struct held){ db_id(&r, f->n_held, CITY_RECORDS_OF_PUPIL_ID),
			db_text(&r, f->n_held, CITY_RECORDS_OF_PUPIL_CODE), db_text(&r, f->n_held, CITY_RECORDS_OF_PUPIL_YEAR),
			db_text(&r, f->n_held, CITY_RECORDS_OF_PUPIL_FINGERPRINT), db_text(&r, f->n_held, CITY_RECORDS_OF_PUPIL_XML),
			db_text(&r, f->n_held, CITY_RECORDS_OF_PUPIL_PDF), db_int(&r, f->n_held, CITY_RECORDS_OF_PUPIL_VERSION),
			city_state_parse(db_text(&r, f->n_held, CITY_RECORDS_OF_PUPIL_STATE)) };
	return HB_OK;
}

static const char *
seal_in_file(const struct city_deposit *d, const char *year)
{
	for (size_t i = 0; i < d->n_seals; i++)
		if (strcmp(d->seals[i].key, year) == 0)
			return d->seals[i].fingerprint;
	return NULL;
}

/* Data once written stands (D14.3): every other year held here must be in the new file, under the same seal. */
static void
check_other_years(struct filing *f)
{
	char text[160];
	for (size_t i = 0; i < f->n_held; i++) {
		const struct held *h = &f->held[i];
		if (!counts(h->state) || strcmp(h->year, f->d->year) == 0)
			continue;
		const char *seal = seal_in_file(f->d, h->year);
		if (seal != NULL && strcmp(seal, h->fingerprint) == 0)
			continue;
		snprintf(text, sizeof text, "năm học %s: %s", h->year, hb_message(seal == NULL ? "nop.thieuNamTruoc" : "nop.khacNamTruoc"));
		no(f, seal == NULL ? "nop.thieuNamTruoc" : "nop.khacNamTruoc", text);
	}
}

static void
find_same_year(struct filing *f)
{
	const struct city_deposit *d = f->d;
	int64_t newest = 0;
	for (size_t i = 0; i < f->n_held; i++) {
		const struct held *h = &f->held[i];
		if (strcmp(h->year, d->year) != 0 || strcmp(h->code, d->code) != 0)
			continue;
		newest = h->version > newest ? h->version : newest;
		if (!counts(h->state))
			continue;
		f->current = h;
		if (h->version == d->version && strcmp(h->xml, f->xml_sha) == 0 && strcmp(h->pdf, f->pdf_sha) == 0)
			f->same = h;
	}
	if (f->same == NULL && d->version <= newest)
		no(f, "nop.banCu", NULL);
	if (f->same == NULL && f->current != NULL
	    && (d->record->replaces == NULL || strcmp(d->record->replaces, f->current->fingerprint) != 0))
		no(f, "nop.khongThayThe", NULL);
}

/* -- taking the place of a version ------------------------------------------------------------------------ */

static enum hb_code
move(struct filing *f, enum city_object o, const char *subject, enum city_state to, const char *reason, struct hb_err *err)
{
	const struct city_event e = { o, subject, to, f->actor, reason };
	return city_event_add(f->tx, &e, err);
}

/* After the lock only an approved request opens one version (D14.6). */
static enum hb_code
correct(struct filing *f, struct hb_err *err)
{
	struct db_rows r;
	enum hb_code rc = db_rows(f->tx, &city_correction_of_record, DB_ARGS(DB_ID(f->current->id.s)), f->a, &r, err);
	if (rc != HB_OK)
		return rc;
	if (r.n == 0 || city_state_parse(db_text(&r, 0, CITY_CORRECTION_OF_RECORD_STATE)) != CITY_APPROVED) {
		no(f, "nop.daChot", NULL);
		return HB_OK;
	}
	struct hb_id request = db_id(&r, 0, CITY_CORRECTION_OF_RECORD_ID);
	rc = move(f, CITY_RECORD, f->current->id.s, CITY_CORRECTED, request.s, err);
	return rc == HB_OK ? move(f, CITY_CORRECTION, request.s, CITY_DONE, "", err) : rc;
}

static enum hb_code
make_room(struct filing *f, struct hb_err *err)
{
	if (f->current != NULL && f->current->state != CITY_DEPOSITED)
		return correct(f, err);
	struct hb_err why = HB_ERR_INIT;
	const struct city_pupil who = { f->d->school, f->d->year, f->d->code, f->d->personal_id, f->d->record->after_summer };
	enum hb_code rc = city_open_for(f->c, f->tx, &who, &why);
	if (rc == HB_E_RULE) {
		exchange_error_from(f->ans, f->d->code, &why);
		return HB_OK;
	}
	if (rc != HB_OK) {
		if (err != NULL)
			*err = why;
		return rc;
	}
	return f->current == NULL ? HB_OK : move(f, CITY_RECORD, f->current->id.s, CITY_REPLACED, "", err);
}

/* -- into the register ------------------------------------------------------------------------------------ */

static enum hb_code
put(struct filing *f, struct hb_id *ret_id, struct hb_err *err)
{
	const struct city_deposit *d = f->d;
	struct hb_id id = hb_id_new();
	enum hb_code rc = city_file_store(f->tx, d->xml, f->xml_sha, err);
	if (rc == HB_OK)
		rc = city_file_store(f->tx, d->pdf, f->pdf_sha, err);
	if (rc == HB_OK)
		rc = db_run(f->tx, &city_record_put, DB_ARGS(DB_ID(id.s), DB_ID(f->code_id.s), DB_TEXT(d->year), DB_INT(d->version),
		    DB_TEXT(d->school), DB_TEXT(d->fingerprint), DB_TEXT(d->record->replaces), DB_TEXT(f->xml_sha), DB_TEXT(f->pdf_sha),
		    DB_TEXT(d->seal_certificate), DB_TIME(d->sealed), DB_TIME(hb_business_now())), NULL, err);
	if (rc == HB_OK)
		rc = move(f, CITY_RECORD, id.s, CITY_DEPOSITED, "", err);
	if (rc == HB_OK && f->held_by_nobody)
		rc = city_code_hold(f->tx, f->code_id.s, d->personal_id, record_school_level_code(d->record->level), err);
	if (rc == HB_OK && f->code_state == CITY_RESERVED)
		rc = move(f, CITY_CODE, f->code_id.s, CITY_USED, "", err);
	/* A correction of a locked year is locked at once. */
	if (rc == HB_OK && f->current != NULL && f->current->state != CITY_DEPOSITED)
		rc = move(f, CITY_RECORD, id.s, CITY_LOCKED, "", err);
	if (rc == HB_OK)
		*ret_id = id;
	return rc;
}

static void
answer(const struct filing *f, const struct hb_id *id, bool known)
{
	char received[HB_RFC3339_LEN];
	enum city_state s = CITY_DEPOSITED;
	hb_rfc3339(hb_business_now(), received);
	if (known)
		s = f->same->state;
	else if (f->current != NULL && f->current->state != CITY_DEPOSITED)
		s = CITY_LOCKED;
	exchange_result(f->ans, json_pack("{s:s, s:s, s:s, s:s, s:b}", "deposit", id->s, "state", city_state_word(s), "fingerprint",
	    f->d->fingerprint, "received", received, "known", known));
}

/* Everything that can be told at once is told at once; the first step that changes something comes after. */
static enum hb_code
examine(struct filing *f, struct hb_err *err)
{
	enum hb_code rc = check_code(f, err);
	if (rc == HB_OK)
		rc = check_holder(f, err);
	if (rc == HB_OK)
		rc = check_certificate(f, err);
	if (rc == HB_OK)
		rc = load_held(f, err);
	if (rc != HB_OK)
		return rc;
	db_sha_text(f->d->xml, f->xml_sha);
	db_sha_text(f->d->pdf, f->pdf_sha);
	check_other_years(f);
	find_same_year(f);
	return HB_OK;
}

enum hb_code
city_deposit_store(struct city *c, struct db_tx *tx, const struct city_deposit *d, const char *member, struct exchange_answer *ans,
    struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct filing f = { .c = c, .tx = tx, .d = d, .ans = ans, .a = &a };
	struct hb_id id;
	snprintf(f.actor, sizeof f.actor, "system:%.60s", member);
	enum hb_code rc = city_speaks_for(tx, member, d->school, err);
	if (rc == HB_OK)
		rc = examine(&f, err);
	if (rc != HB_OK || refused(&f))
		return rc;
	if (f.same != NULL) {
		answer(&f, &f.same->id, true);
		return HB_OK;
	}
	rc = make_room(&f, err);
	if (rc == HB_OK && !refused(&f))
		rc = put(&f, &id, err);
	if (rc == HB_OK && !refused(&f))
		answer(&f, &id, false);
	return rc;
}

/* -- the message ------------------------------------------------------------------------------------------ */

static enum hb_code
check(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work, struct exchange_answer *ans, struct hb_err *err)
{
	struct city_deposit *d = HB_NEW(a, struct city_deposit);
	if (d == NULL)
		return hb_full(err);
	*ret_work = d;
	return city_deposit_read(ctx, m, a, d, ans, err);
}

static enum hb_code
apply(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	return city_deposit_store(ctx, tx, work, m->from, ans, err);
}
const struct exchange_handler city_deposit = { CITY_FLOW_DEPOSIT, "deposit", check, apply };
