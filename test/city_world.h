/* test/city_world.h - a school's record software, the Sở and the Ministry in one process, joined by the exchange: sending
 * as the school does, records of the invented class 7A signed by everybody, and the certificates that seal them.
 * The receipt of each message is what a test looks at. */
#ifndef CITY_WORLD_H
#define CITY_WORLD_H
#include "net.h"

#include <sqlite3.h>

#include "city/city.h"
#include "city/city_sql.h"
#include "exchange/exchange_sql.h"
#include "ministry/ministry.h"
#include "ministry/ministry_sql.h"
#include "test/signed_book.h"

#define CITY_UNUSED __attribute__((unused))
#define SCHOOL "79-760-03"
#define YEAR "2025-2026"
static struct world w;
static struct city city;
static struct ministry ministry;
static struct net_side *hall, *town, *bureau;
static const struct db_module *const hall_modules[] = { &exchange_sql, NULL }, *const town_modules[] = { &exchange_sql, &city_sql, NULL },
    *const bureau_modules[] = { &exchange_sql, &ministry_sql, NULL };

/* -- messages --------------------------------------------------------------------------------------------- */

struct sending { struct net_side *from; struct exchange_out m; struct hb_id id; enum exchange_state state; struct exchange_receipt r; };

static enum hb_code
send_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct sending *s = ctx;
	return exchange_send(s->from->x, tx, &s->m, &s->id, err);
}

static enum hb_code
sent_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct sending *s = ctx;
	return exchange_sent(s->from->x, tx, s->id.s, &w.a, &s->state, &s->r, err);
}

/* Sends as the school's software does, and waits for the receipt. */
static struct exchange_receipt
ask(int flow, const char *kind, const char *payload)
{
	struct sending s = { .from = hall, .m = { "city", flow, kind, "application/json", HB_STR(payload) } };
	struct hb_err err = HB_ERR_INIT;
	world_must(db_write(hall->db, send_fn, &s, &err) == HB_OK);
	net_deliver();
	world_must(db_read(hall->db, sent_fn, &s, &err) == HB_OK && s.state != EXCHANGE_WAITING);
	return s.r;
}

CITY_UNUSED static const char *
result(const struct exchange_receipt *r, const char *name)
{
	const char *s = json_string_value(json_object_get(r->result, name));
	return s == NULL ? "" : s;
}

CITY_UNUSED static bool
refused_for(const struct exchange_receipt *r, const char *key)
{
	bool found = false;
	for (size_t i = 0; i < json_array_size(r->errors); i++) {
		const char *k = json_string_value(json_object_get(json_array_get(r->errors, i), "key"));
		found = found || (k != NULL && strcmp(k, key) == 0);
	}
	if (r->accepted || !found) {
		char *text = json_dumps(r->errors, 0);
		printf("# %s: wanted %s, got %s\n", r->accepted ? "accepted" : "refused", key, text);
		free(text);
	}
	return !r->accepted && found;
}

CITY_UNUSED static bool
accepted(const struct exchange_receipt *r)
{
	if (!r->accepted) {
		char *text = json_dumps(r->errors, 0);
		printf("# refused: %s\n", text);
		free(text);
	}
	return r->accepted;
}

/* -- records ---------------------------------------------------------------------------------------------- */

struct made { struct hb_bytes xml; const char *code, *fingerprint; struct hb_bytes seal; int revision; };

/* What a record should be; year NULL: YEAR; how NULL: rightly signed, which is checked. */
struct wish { size_t pupil; const char *code, *year; int revision; const char *replaces; bool after_summer; const struct signing *how; };

static struct made
make_wished(const struct wish *x)
{
	struct roll roll;
	struct hb_bytes xml;
	struct hb_err err = HB_ERR_INIT;
	struct record_class *cls = book_lower(&w.a, RECORD_CN, 4);
	struct record_transcript *t = book_transcript(&w.a, cls, x->pupil);
	struct record_year_spec spec = { .record_code = x->code, .effective_at = "2026-06-29T17:00:00Z", .prepared_at = "2026-06-02T02:00:00Z",
		.subject_teachers_sign = true, .revision = x->revision, .replaces = x->replaces, .salt = HB_BYTES(book_secret, 32),
		.class_file = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9" };
	world_must(record_year_build(cls, cls->pupils[x->pupil].id, &spec, &w.a, t->years, &err) == HB_OK);
	t->years->after_summer = x->after_summer;
	if (x->year != NULL)
		t->years->year = x->year;
	world_must(record_transcript_to_xml(t, &w.a, &xml, &err) == HB_OK && roll_of_transcript(xml, &w.a, &roll, &err) == HB_OK);
	xml = world_sign_all(&w, xml, &roll, 0, x->how);
	struct verify_report r = world_verify(&w, xml, 0);
	if (r.verdict != VERIFY_VALID && x->how == NULL)
		world_show(&r);
	const struct verify_signature *seal = verify_seal(&r);
	world_must(seal != NULL || x->how != NULL);
	if (seal == NULL)
		return (struct made){ xml, x->code, "", testpki_ca_cert(w.pki, TESTPKI_PUBLIC)->der, x->revision };
	return (struct made){ xml, x->code, hb_hex(&w.a, HB_BYTES(seal->fingerprint.b, 32)), seal->certificate->der, x->revision };
}

CITY_UNUSED static struct made
make_record(size_t pupil, const char *code, int revision, const char *replaces, bool after_summer)
{
	return make_wished(&(struct wish){ .pupil = pupil, .code = code, .revision = revision, .replaces = replaces, .after_summer = after_summer });
}

/* The PDF of these tests is a word and the certificate that sealed it; its own verification is tested elsewhere. */
static enum hb_code
verify(struct hb_bytes bytes, const struct verify_options *o, struct hb_arena *a, struct verify_report *ret, struct hb_err *err)
{
	if (bytes.n < 5 || memcmp(bytes.p, "%PDF", 4) != 0)
		return verify_file(bytes, o, a, ret, err);
	struct verify_signature *s = HB_NEW(a, struct verify_signature);
	struct pki_cert *cert;
	world_must(s != NULL && pki_cert_parse(HB_BYTES(bytes.p + 5, bytes.n - 5), a, &cert, err) == HB_OK);
	*s = (struct verify_signature){ .id = "DON_VI", .role = "DON_VI", .signer = "", .issuer = "", .certificate = cert, .verdict = VERIFY_VALID };
	*ret = (struct verify_report){ bytes.p[4] == '+' ? VERIFY_VALID : VERIFY_INVALID, VERIFY_PDF, s, 1, NULL, 0 };
	return HB_OK;
}

static struct hb_bytes
pdf_of(const struct made *m, char good)
{
	uint8_t *p = hb_alloc(&w.a, m->seal.n + 5);
	memcpy(p, "%PDF", 4);
	p[4] = (uint8_t)good;
	memcpy(p + 5, m->seal.p, m->seal.n);
	return HB_BYTES(p, m->seal.n + 5);
}

static struct exchange_receipt
deposit_files(const struct made *m, const char *code, int version, struct hb_bytes xml, struct hb_bytes pdf)
{
	return ask(4, "deposit", hb_printf(&w.a, "{\"v\":1,\"code\":\"%s\",\"year\":\"" YEAR "\",\"version\":%d,\"xml\":\"%s\",\"pdf\":\"%s\"}",
	    code == NULL ? m->code : code, version == 0 ? m->revision : version, hb_base64(&w.a, xml), hb_base64(&w.a, pdf)));
}

CITY_UNUSED static struct exchange_receipt
deposit(const struct made *m)
{
	return deposit_files(m, NULL, 0, m->xml, pdf_of(m, '+'));
}

/* -- certificates ------------------------------------------------------------------------------------------ */

static struct exchange_receipt
register_certificate(struct hb_bytes der)
{
	return ask(3, "unit-certificate", hb_printf(&w.a, "{\"v\":1,\"school\":\"" SCHOOL "\",\"certificate\":\"%s\",\"from\":\"2025-08-01\","
	    "\"to\":\"2030-08-01\",\"decision\":{\"number\":\"12/QĐ-UBND\",\"date\":\"2010-06-01\",\"by\":\"UBND\"}}", hb_base64(&w.a, der)));
}

struct decision { const char *id; enum city_state to; bool correction; };

static enum hb_code
decide_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct decision *d = ctx;
	return d->correction ? city_correction_decide(tx, d->id, d->to, "lanh-dao-so", "đủ hồ sơ", err)
	    : city_certificate_decide(tx, d->id, d->to, "lanh-dao-so", "đủ hồ sơ", err);
}

static enum hb_code
decide(const char *id, enum city_state to, bool correction)
{
	struct decision d = { id, to, correction };
	return db_write(town->db, decide_fn, &d, NULL);
}

CITY_UNUSED static void
approve(struct hb_bytes der)
{
	struct exchange_receipt r = register_certificate(der);
	world_must(accepted(&r) && decide(result(&r, "id"), CITY_APPROVED, false) == HB_OK);
}

/* -- a look into the tables ------------------------------------------------------------------------------- */

CITY_UNUSED static int64_t
raw(const struct net_side *s, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int64_t n = -1;
	sqlite3_open(s->db_path, &db);
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK) {
		int rc = sqlite3_step(q);
		n = rc == SQLITE_ROW ? sqlite3_column_int64(q, 0) : rc == SQLITE_DONE ? 0 : -1;
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

/* -- all of it -------------------------------------------------------------------------------------------- */

static enum hb_code
found_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	return city_school_set(tx, &(struct city_school){ SCHOOL, "Trường THCS và THPT Nguyễn Trãi", "transcript" }, "so", err);
}

static enum hb_code
city_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	return ministry_city_set(tx, "city", "Sở GDĐT", "bo", err);
}

static void
city_world_open(void)
{
	hb_time june;
	world_open(&w);
	world_must(hb_vn_midnight("2026-06-10", &june, NULL) == HB_OK);
	hb_business_set(june);
	hall = net_side("transcript", hall_modules);
	town = net_side("city", town_modules);
	bureau = net_side("ministry", bureau_modules);
	net_members();
	net_open(hall);
	net_open(town);
	net_open(bureau);
	static struct pki_cert *cas[2];
	cas[0] = testpki_ca_cert(w.pki, TESTPKI_GOVERNMENT);
	cas[1] = testpki_ca_cert(w.pki, TESTPKI_PUBLIC);
	city = (struct city){ .db = town->db, .exchange = town->x, .trust = w.trust, .cas = cas, .n_cas = 2, .province = "79", .ministry = "ministry", .verify = verify };
	ministry = (struct ministry){ .db = bureau->db, .exchange = bureau->x, .trust = w.trust, .verify = verify };
	city_wire(&city);
	ministry_wire(&ministry);
	world_must(db_write(town->db, found_fn, NULL, NULL) == HB_OK && db_write(bureau->db, city_fn, NULL, NULL) == HB_OK);
}

static void
city_world_close(void)
{
	net_close();
	world_close(&w);
}
#endif
