/* Deposits at the city: signed messages in, verified XML, register, files, receipt signed, commit with fsync (architecture §10).
 * The PDF here is a word that is taken as verified: its price is that of bench/pdf. */
#include "bench.h"

#include <pthread.h>
#include <stdatomic.h>

#include "city/city.h"
#include "city/city_sql.h"
#include "exchange/exchange_sql.h"
#include "exchange/private.h"
#include "net.h"
#include "signed_book.h"

enum { RECORDS = 24, THREADS = 2 };
#define SCHOOL "79-760-03"
static struct world w;
static struct city city;
static struct net_side *hall, *town;
static struct record {
	struct hb_record_code code;
	struct hb_bytes xml, pdf, body;
	struct verify_report report;
	const char *seal;
} records[RECORDS];
static bool remember;                  /* verdicts known before: what is left is the register */
static atomic_int next;

static enum hb_code
verify(struct hb_bytes bytes, const struct verify_options *o, struct hb_arena *a, struct verify_report *ret, struct hb_err *err)
{
	if (bytes.n > 4 && memcmp(bytes.p, "%PDF", 4) != 0) {
		for (int i = 0; remember && i < RECORDS; i++)
			if (records[i].xml.n == bytes.n && memcmp(records[i].xml.p, bytes.p, bytes.n) == 0) {
				*ret = records[i].report;
				return HB_OK;
			}
		return verify_file(bytes, o, a, ret, err);
	}
	struct verify_signature *s = HB_NEW(a, struct verify_signature);
	struct pki_cert *cert;
	world_must(s != NULL && pki_cert_parse(HB_BYTES(bytes.p + 4, bytes.n - 4), a, &cert, err) == HB_OK);
	*s = (struct verify_signature){ .id = "DON_VI", .role = "DON_VI", .signer = "", .issuer = "", .certificate = cert, .verdict = VERIFY_VALID };
	*ret = (struct verify_report){ VERIFY_VALID, VERIFY_PDF, s, 1, NULL, 0 };
	return HB_OK;
}

static enum hb_code
found_school(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	return city_school_set(tx, &(struct city_school){ SCHOOL, "Trường", "transcript" }, "so", err);
}

/* The world makes a certificate for every signature, so every record's seal is approved on its own. */
static enum hb_code
found_seals(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	enum hb_code rc = HB_OK;
	for (int i = 0; rc == HB_OK && i < RECORDS; i++) {
		struct hb_id id = hb_id_new();
		const struct city_event asked = { CITY_CERTIFICATE, id.s, CITY_REQUESTED, "so", "" },
		    approved = { CITY_CERTIFICATE, id.s, CITY_APPROVED, "so", "" };
		rc = db_run(tx, &city_certificate_put, DB_ARGS(DB_TEXT(SCHOOL), DB_ID(id.s), DB_TEXT(records[i].seal), DB_BYTES(HB_STR("x")),
		    DB_TEXT(""), DB_TEXT(""), DB_TEXT(""), DB_TIME(0), DB_TIME(0), DB_TEXT("2020-01-01"), DB_TEXT("2040-01-01"), DB_TEXT(""),
		    DB_TEXT(""), DB_TEXT("")), NULL, err);
		if (rc == HB_OK)
			rc = city_event_add(tx, &asked, err);
		if (rc == HB_OK)
			rc = city_event_add(tx, &approved, err);
	}
	return rc;
}

static void
sign(int i, struct record_class *cls)
{
	struct record *m = &records[i];
	struct roll roll;
	struct hb_err err = HB_ERR_INIT;
	m->code = hb_record_code_new();
	struct record_transcript *t = book_transcript(&w.a, cls, (size_t)i);
	struct record_year_spec spec = { .record_code = m->code.s, .effective_at = "2026-06-29T17:00:00Z", .prepared_at = "2026-06-02T02:00:00Z",
		.subject_teachers_sign = true, .salt = HB_BYTES(book_secret, 32),
		.class_file = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9" };
	world_must(record_year_build(cls, cls->pupils[i].id, &spec, &w.a, t->years, &err) == HB_OK);
	world_must(record_transcript_to_xml(t, &w.a, &m->xml, &err) == HB_OK && roll_of_transcript(m->xml, &w.a, &roll, &err) == HB_OK);
	m->xml = world_sign_all(&w, m->xml, &roll, 0, NULL);
	m->report = world_verify(&w, m->xml, 0);
	const struct verify_signature *seal = verify_seal(&m->report);
	world_must(seal != NULL);
	m->seal = hb_hex(&w.a, HB_BYTES(seal->certificate->fingerprint.b, 32));
	uint8_t *pdf = hb_alloc(&w.a, seal->certificate->der.n + 4);
	memcpy(pdf, "%PDF", 4);
	memcpy(pdf + 4, seal->certificate->der.p, seal->certificate->der.n);
	m->pdf = HB_BYTES(pdf, seal->certificate->der.n + 4);
}

/* Into envelopes of this round's school, after reserving the code. */
static void
post(struct record *m)
{
	struct hb_err err = HB_ERR_INIT;
	char *payload = hb_printf(&w.a, "{\"v\":1,\"code\":\"%s\",\"year\":\"2025-2026\",\"version\":1,\"xml\":\"%s\",\"pdf\":\"%s\"}", m->code.s,
	    hb_base64(&w.a, m->xml), hb_base64(&w.a, m->pdf));
	struct exchange_msg letter = { .id = hb_id_new(), .from = "transcript", .to = "city", .flow = 4, .kind = "deposit",
		.payload_type = "application/json", .created = hb_now(), .payload = HB_STR(payload), .payload_sha256 = hb_sha256(HB_STR(payload)) };
	world_must(exchange_wrap(hall->x, &letter, &w.a, &m->body, &err) == HB_OK);
	char *codes = hb_printf(&w.a, "{\"v\":1,\"school\":\"" SCHOOL "\",\"level\":\"THCS\",\"codes\":[\"%s\"]}", m->code.s);
	struct exchange_msg reserve = { .id = hb_id_new(), .from = "transcript", .to = "city", .flow = 3, .kind = "codes-reserve",
		.payload_type = "application/json", .created = hb_now(), .payload = HB_STR(codes), .payload_sha256 = hb_sha256(HB_STR(codes)) };
	struct hb_bytes body, reply;
	world_must(exchange_wrap(hall->x, &reserve, &w.a, &body, &err) == HB_OK && exchange_receive(town->x, body, &w.a, &reply, &err) == HB_OK);
}

static void *
receive(void *unused)
{
	(void)unused;
	for (int i; (i = atomic_fetch_add(&next, 1)) < RECORDS; ) {
		HB_SCOPED_ARENA a;
		struct hb_bytes reply;
		struct exchange_receipt r;
		struct hb_err err = HB_ERR_INIT;
		hb_arena_init(&a, HB_ARENA_DEFAULT * 4);
		world_must(exchange_receive(town->x, records[i].body, &a, &reply, &err) == HB_OK);
		world_must(exchange_receipt_parse(reply, &a, &r, &err) == HB_OK && r.accepted);
	}
	return NULL;
}

/* CPU or wall seconds for all of them, into an empty register. */
static double
all_in(clockid_t clock, int threads)
{
	pthread_t t[THREADS];
	double start = bench_clock(clock);
	atomic_store(&next, 0);
	for (int i = 1; i < threads; i++)
		pthread_create(&t[i], NULL, receive, NULL);
	receive(NULL);
	for (int i = 1; i < threads; i++)
		pthread_join(t[i], NULL);
	return bench_clock(clock) - start;
}

/* A fresh city, with what the schools asked for before. */
static double
round_of(bool remembered, clockid_t clock, int threads)
{
	static const struct db_module *const hall_modules[] = { &exchange_sql, NULL }, *const town_modules[] = { &exchange_sql, &city_sql, NULL };
	struct hb_err err = HB_ERR_INIT;
	net.n = 0;
	hall = net_side("transcript", hall_modules);
	town = net_side("city", town_modules);
	net_members();
	net_open(hall);
	net_open(town);
	city.db = town->db;
	city.exchange = town->x;
	city_wire(&city);
	world_must(db_write(town->db, found_school, NULL, &err) == HB_OK);
	for (int i = 0; i < RECORDS; i++)
		post(&records[i]);
	world_must(db_write(town->db, found_seals, NULL, &err) == HB_OK);
	remember = remembered;
	double spent = all_in(clock, threads);
	net_close();
	return spent;
}

static void
verify_one(void *unused)
{
	static int i;
	HB_SCOPED_ARENA a;
	struct verify_report r;
	struct verify_options o = { .trust = w.trust, .schema = true };
	(void)unused;
	hb_arena_init(&a, HB_ARENA_DEFAULT * 4);
	world_must(verify_file(records[i++ % RECORDS].xml, &o, &a, &r, NULL) == HB_OK && r.verdict == VERIFY_VALID);
}

int
main(void)
{
	hb_time june;
	world_open(&w);
	world_must(hb_vn_midnight("2026-06-10", &june, NULL) == HB_OK);
	hb_business_set(june);
	city = (struct city){ .trust = w.trust, .province = "79", .ministry = "ministry", .verify = verify };
	struct record_class *cls = book_lower(&w.a, RECORD_CN, RECORDS);
	for (int i = 0; i < RECORDS; i++)
		sign(i, cls);
	double whole = round_of(false, CLOCK_PROCESS_CPUTIME_ID, THREADS), apart = round_of(true, CLOCK_PROCESS_CPUTIME_ID, 1),
	    wall = round_of(true, CLOCK_MONOTONIC, THREADS);
	double one = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.2, verify_one, NULL);
	bench_row("deposit: verify the XML, register, store, receipt; per core", RECORDS / whole, "/s", "verifying the XML alone", 1 / one);
	bench_row("deposit: register, store, receipt; per core", RECORDS / apart, "/s", "half the aim of architecture §10", 500);
	bench_row("deposit: register, store, receipt, fsync; wall, 2 threads", RECORDS / wall, "/s", "aim of architecture §10", 1000);
	world_close(&w);
	return 0;
}
