/* systems/gradebook: a class file from the sector's message to the seal, over the routes that pages use, with a real
 * PKI on loopback; and everything that must not happen on the way. */
#include "signed_book.h"

#include "exchange/exchange_sql.h"
#include "gradebook/file.h"
#include "gradebook/gradebook_api.h"
#include "gradebook/gradebook_sql.h"
#include "json/read.h"
#include "net.h"
#include "reply_fits.h"

#define SCHOOL "01890000-0000-7000-8000-000000000001"
#define FILES "/api/gradebook/v1/files"
#define BATCHES "/api/gradebook/v1/signing/batches"
#define DAY_ON_DUTY "2026-05-30T03:00:00Z"
enum { PEOPLE_MAX = 24, PUPILS = 3 };

static struct world w;
static struct gradebook g;
static struct api_system host;
static struct net_side *sector, *book, *transcript;
static struct { int sealed; struct hb_bytes xml; } received;

/* ---- People ---- */
struct person { struct auth_person who; const struct record_signer *signer; struct pki_cert *cert; EVP_PKEY *key; char token[8]; };
static struct person people[PEOPLE_MAX];
static int n_people;

static struct hb_id
person_id(size_t i)
{
	struct hb_id id;
	snprintf(id.s, sizeof id.s, "01890000-0000-7000-8000-0000000001%02u", (unsigned)i % 100);
	return id;
}

/* Ids of the account system, as a real roll has them. */
static void
name_people(struct record_class *cls)
{
	for (size_t i = 0; i < cls->n_signers; i++)
		cls->signers[i].person_id = hb_strdup(&w.a, person_id(i).s);
}

static auth_roles
roles_of(const struct record_signer *s)
{
	static const enum auth_role roles[] = { [RECORD_GVBM] = ROLE_SUBJECT_TEACHER, [RECORD_GVCN] = ROLE_HOMEROOM,
		[RECORD_CBQL] = ROLE_HEAD, [RECORD_DON_VI] = ROLE_CLERK };
	return s->stands_in_for != NULL ? ROLE_BIT(ROLE_HEAD) : ROLE_BIT(roles[s->role]);
}

static struct pki_cert *
certificate(const struct record_signer *s, bool unit, EVP_PKEY **ret_key)
{
	struct testpki_subject subject = { .ca = unit ? TESTPKI_GOVERNMENT : TESTPKI_PUBLIC, .name = s->name,
		.organisation = "Trường thử nghiệm",
		.id = hb_printf(&w.a, "%s:%s", unit ? "MST" : "CCCD", unit ? "0301234567" : s->personal_id == NULL ? "079180099999" : s->personal_id) };
	*ret_key = w.keys[unit ? 1 : 0];
	return world_cert(&w, *ret_key, &subject);
}

static void
meet_people(const struct record_class *cls)
{
	for (size_t i = 0; i < cls->n_signers; i++) {
		struct person *p = &people[n_people++];
		const struct record_signer *s = &cls->signers[i];
		p->signer = s;
		p->who = (struct auth_person){ .account = person_id(i), .person = person_id(i), .name = s->name, .roles = roles_of(s) };
		snprintf(p->who.school.s, sizeof p->who.school.s, "%s", SCHOOL);
		snprintf(p->token, sizeof p->token, "p%u", (unsigned)i % 1000);
		p->cert = certificate(s, s->role == RECORD_DON_VI, &p->key);
	}
	struct person *records = &people[n_people++];
	*records = (struct person){ .who = { .account = person_id(90), .person = person_id(90), .name = "Học vụ",
		.roles = ROLE_BIT(ROLE_RECORDS) }, .token = "hv" };
	snprintf(records->who.school.s, sizeof records->who.school.s, "%s", SCHOOL);
}

static struct person *
person(enum record_role role, int nth)
{
	for (int i = 0; i < n_people; i++)
		if (people[i].signer != NULL && people[i].signer->role == role && nth-- == 0)
			return &people[i];
	abort();
}

/* ---- The front door without a socket ---- */
static enum hb_code
session(const struct api_system *system, const char *token, struct hb_arena *a, const struct auth_person **ret_who, struct hb_err *err)
{
	(void)system, (void)a;
	for (int i = 0; i < n_people; i++)
		if (strcmp(people[i].token, token) == 0) {
			*ret_who = &people[i].who;
			return HB_OK;
		}
	return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "chưa đăng nhập");
}

static enum hb_code
scope(struct api_req *r, enum auth_role role, enum api_scope of, struct hb_err *err)
{
	(void)r, (void)role;
	return of == SCOPE_SCHOOL || of == SCOPE_ANY || of == SCOPE_CLASS_SUBJECT || of == SCOPE_HOMEROOM_CLASS ? HB_OK : hb_fail(err, HB_E_DENIED, "quyen.khongDu", "ngoài phạm vi");
}

static enum hb_code audit(struct api_req *r, enum hb_code code, struct hb_err *err) { (void)r, (void)code, (void)err; return HB_OK; }

static enum hb_code
replay_begin(struct api_req *r, bool *ret_known, struct api_reply *ret_reply, struct hb_err *err)
{
	(void)r, (void)ret_reply, (void)err;
	*ret_known = false;
	return HB_OK;
}
static enum hb_code replay_end(struct api_req *r, const struct api_reply *p, struct hb_err *err) { (void)r, (void)p, (void)err; return HB_OK; }
static void replay_forget(struct api_req *r) { (void)r; }
static const struct api_replays replays = { replay_begin, replay_end, replay_forget };

struct answer { int status; json_t *body; const char *key; };

static struct answer
ask(const struct person *p, const char *method, const char *target, json_t *body)
{
	static int n;
	char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
	struct api_header h[] = { { "Cookie", hb_printf(&w.a, API_COOKIE "=%s", p->token) }, { "X-Hocba", "1" },
		{ "Origin", "https://truong.example" }, { "Content-Type", "application/json" },
		{ "Idempotency-Key", hb_printf(&w.a, "khoa-lap-%06d", ++n) } };
	struct api_wire wire = { .method = method, .target = target, .headers = h, .n_headers = 5,
		.body = text == NULL ? HB_BYTES("", 0) : HB_STR(text) };
	struct api_reply reply;
	struct answer a = { 0 };
	api_loopback(&host, &wire, &w.a, &reply);
	a.status = reply.status;
	if (reply.body.n > 0 && reply.body.p[0] == '{' && json_read(reply.body, 1 << 26, &w.a, &a.body, NULL) != HB_OK)
		a.body = NULL;
	a.key = json_opt_str(a.body, "key");
	if (a.status < 300 && !reply_fits(&gradebook_api, method, target, a.status, a.body, &w.a))
		ok(false, "the reply of %s %s fits its schema", method, target);
	free(text);
	json_decref(body);
	return a;
}

/* ---- Signing as the agent does ---- */
static json_t *
sign_packet(const json_t *packet, EVP_PKEY *key)
{
	json_t *list = json_array();
	const json_t *documents = json_object_get(packet, "documents");
	for (size_t i = 0; i < json_array_size(documents); i++) {
		const json_t *d = json_array_get(documents, i);
		struct hb_bytes doc;
		struct xmlsig_tbs tbs;
		world_must(json_get_base64(d, "document", &w.a, &doc, NULL) == HB_OK);
		world_must(xmlsig_tbs(doc, json_opt_str(d, "signature"), &w.a, &tbs, NULL) == HB_OK);
		struct hb_bytes value = world_sign(key, tbs.signed_info, &w.a);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "id", json_opt_str(d, "id"), "value",
		    hb_base64(&w.a, value), "digest", hb_hex(&w.a, HB_BYTES(tbs.digest.b, HB_SHA256_LEN))));
	}
	return json_pack("{s:s, s:s, s:o, s:[]}", "batch", json_opt_str(packet, "batch"), "certificate",
	    json_opt_str(packet, "certificate"), "signatures", list, "errors");
}

static struct answer
prepare_with(const struct person *p, const struct pki_cert *cert)
{
	return ask(p, "POST", BATCHES, json_pack("{s:s}", "certificate", hb_base64(&w.a, cert->der)));
}

/* How many signatures were made; -1 and a comment when a step was refused. */
static int
sign_all(const struct person *p)
{
	struct answer a = prepare_with(p, p->cert);
	if (a.status != 200)
		return a.key != NULL && strcmp(a.key, "ky.khongCoGi") == 0 ? 0 : (printf("# prepare: %d %s\n", a.status, a.key), -1);
	json_t *reply = sign_packet(a.body, p->key);
	a = ask(p, "POST", hb_printf(&w.a, BATCHES "/%s/signatures", json_opt_str(reply, "batch")), reply);
	if (a.status != 200) {
		printf("# complete: %d %s\n", a.status, a.key);
		return -1;
	}
	const json_t *results = json_object_get(a.body, "results");
	for (size_t i = 0; i < json_array_size(results); i++) {
		const char *key = json_opt_str(json_array_get(results, i), "key");
		if (key != NULL)
			printf("# %s: %s\n", key, json_opt_str(json_array_get(results, i), "text"));
	}
	return (int)json_integer_value(json_object_get(a.body, "done"));
}

static void
register_certificate(const struct person *p, const struct pki_cert *cert, int want, const char *name)
{
	const char *owner = cert->kind == PKI_KIND_UNIT ? SCHOOL : p->who.person.s;
	struct answer a = ask(person(RECORD_CBQL, 0), "POST", "/api/gradebook/v1/certificates",
	    json_pack("{s:s, s:s}", "owner", owner, "certificate", hb_base64(&w.a, cert->der)));
	if (!ok(a.status == want, "%s", name))
		printf("# %d %s\n", a.status, a.key);
}

/* ---- Files ---- */
static struct record_class *
a_book(enum record_period period, int revision, const char *replaces)
{
	struct record_class *cls = book_lower(&w.a, period, PUPILS);
	name_people(cls);
	cls->revision = revision;
	cls->replaces = replaces;
	return cls;
}

static const char *
send(struct net_side *from, struct record_class *cls)
{
	struct hb_bytes xml;
	struct hb_err err = HB_ERR_INIT;
	net_must(record_class_to_xml(cls, &w.a, &xml, &err), &err, "xml");
	struct net_letter l = { .from = from, .a = &w.a, .out = { "gradebook", GRADEBOOK_FLOW_FILE, GRADEBOOK_KIND_FILE,
		"application/xml", xml } };
	return net_answer(&l);
}

/* The newest file of a period in the list. */
static const json_t *
listed(const char *period)
{
	struct answer a = ask(person(RECORD_GVCN, 0), "GET", hb_printf(&w.a, FILES "?year=2025-2026&period=%s", period), NULL);
	const json_t *items = json_object_get(a.body, "items");
	return json_array_get(items, json_array_size(items) - 1);
}

static const char *file_of(const char *period) { return json_opt_str(listed(period), "id"); }

static void
state_is(const char *period, const char *state, const char *why)
{
	is(json_opt_str(listed(period), "state"), state, why);
}

static struct answer
review(const char *file, int add)
{
	struct answer a = ask(&people[n_people - 1], "GET", hb_printf(&w.a, FILES "/%s", file), NULL);
	json_t *counts = json_deep_copy(json_object_get(a.body, "counts"));
	json_object_set_new(counts, "score_sum", json_integer(json_integer_value(json_object_get(counts, "score_sum")) + add));
	return ask(&people[n_people - 1], "POST", hb_printf(&w.a, FILES "/%s/review", file), json_pack("{s:o}", "counts", counts));
}

/* ---- The table of states ---- */
static void
states(void)
{
	size_t n;
	const struct gradebook_move *m = gradebook_moves(&n);
	bool reached[GRADEBOOK_STATE__MAX] = { [GRADEBOOK_NONE] = true };
	int back = 0, twice = 0;
	for (int pass = 0; pass < GRADEBOOK_STATE__MAX; pass++)
		for (size_t i = 0; i < n; i++)
			reached[m[i].to] |= reached[m[i].from];
	for (int s = 0; s < GRADEBOOK_STATE__MAX; s++)
		ok(reached[s], "state %s can be reached", gradebook_state_code((enum gradebook_state)s));
	for (size_t i = 0; i < n; i++) {
		bool signs = m[i].from >= GRADEBOOK_TEACHERS && m[i].from <= GRADEBOOK_SEALED;
		back += signs && m[i].to < m[i].from;
		for (size_t k = i + 1; k < n; k++)
			twice += m[i].from == m[k].from && m[i].event == m[k].event;
	}
	ok(back == 0, "no step goes back over a signature");
	ok(twice == 0, "one event from one state has one outcome");
	struct gradebook_facts term = { false, 0 }, year = { true, 0 };
	ok(gradebook_is_final(GRADEBOOK_SEALED, &year) && gradebook_is_final(GRADEBOOK_RETURNED, &year)
	    && gradebook_is_final(GRADEBOOK_REPLACED, &year), "sealed, returned and replaced are final");
	ok(gradebook_is_final(GRADEBOOK_HOMEROOM, &term) && !gradebook_is_final(GRADEBOOK_HOMEROOM, &year),
	    "a term file ends at the homeroom teacher, a year file does not");
	for (size_t i = 0; i < n; i++)
		ok((m[i].who & ROLE_BIT(ROLE_ADMIN)) == 0, "the administrator has no step %zu (D4.2c6)", i);
}

/* ---- Coming in ---- */
static void
comes_in(void)
{
	struct record_class *cls = a_book(RECORD_CN, 1, NULL);
	cls->reviews[0].award = RECORD_AWARD_EXCELLENT;
	cls->subjects[0].rows[1].year = RECORD_SCORE(99);
	is(send(sector, cls), "so.khongKhop", "results that do not agree when recomputed are refused");
	cls = a_book(RECORD_CN, 1, NULL);
	cls->school.code = "79-760-99";
	is(send(sector, cls), "so.truongLa", "a school this system does not hold");
	is(send(transcript, a_book(RECORD_CN, 1, NULL)), "so.nguonLa", "a member that does not report for it");
	struct roll roll;
	struct hb_bytes xml = world_book(&w, RECORD_CN, PUPILS, &roll);
	struct net_letter l = { .from = sector, .a = &w.a, .out = { "gradebook", GRADEBOOK_FLOW_FILE, GRADEBOOK_KIND_FILE,
		"application/xml", world_sign_all(&w, xml, &roll, 0, &(struct signing){ .no_stamps = true, .no_evidence = true }) } };
	is(net_answer(&l), "so.daCoChuKi", "a file that is signed already");
	is(send(sector, a_book(RECORD_CN, 1, NULL)), "", "a good year file is taken");
	is(send(sector, a_book(RECORD_CN, 1, NULL)), "", "the same again is the same");
	state_is("CN", "FROZEN", "it is frozen");
	ok(json_integer_value(json_object_get(listed("CN"), "missing")) == 0, "nothing is missing in it");
}

static void
reviewed(void)
{
	const char *file = file_of("CN");
	ok(sign_all(person(RECORD_GVBM, 1)) == 0, "nobody signs before the review");
	struct answer a = review(file, 5);
	ok(a.status == 409 && strcmp(a.key, "so.saiSoLieu") == 0, "a count that differs stops the review (D12.2)");
	ok(json_array_size(json_object_get(a.body, "errors")) == 1, "and is named with both values");
	a = ask(person(RECORD_GVCN, 0), "POST", hb_printf(&w.a, FILES "/%s/review", file), NULL);
	ok(a.status == 403, "only học vụ reviews (D4.2c4)");
	a = review(file, 0);
	if (!ok(a.status == 200, "the review agrees count by count"))
		printf("# %d %s\n", a.status, a.key);
	state_is("CN", "REVIEWED", "it is reviewed");
	a = ask(&people[n_people - 1], "POST", hb_printf(&w.a, FILES "/%s/return", file), json_pack("{s:s}", "reason", "sai"));
	ok(a.status == 409, "what is reviewed is not returned any more");
}

/* ---- Signing ---- */
static void
certificates(void)
{
	const struct person *first = person(RECORD_GVBM, 1);
	struct testpki_subject s = { .ca = TESTPKI_PUBLIC, .name = first->signer->name,
		.id = hb_printf(&w.a, "CCCD:%s", first->signer->personal_id), .not_before = hb_now() - 86400 * 30, .not_after = hb_now() - 86400 };
	ok(prepare_with(first, first->cert).status == 403, "a certificate must be registered first");
	for (int i = 0; i < n_people; i++)
		if (people[i].signer != NULL)
			register_certificate(&people[i], people[i].cert, 201, hb_printf(&w.a, "certificate of %s", people[i].signer->name));
	register_certificate(first, world_cert(&w, w.keys[0], &s), 422, "an expired certificate is not registered");
}

static void
teachers_sign(void)
{
	const struct person *first = person(RECORD_GVBM, 1), *other = person(RECORD_GVBM, 2);
	ok(sign_all(person(RECORD_GVCN, 0)) == 0, "the homeroom teacher waits for all subject teachers");
	struct answer a = prepare_with(first, other->cert);
	ok(a.status == 403, "with another's certificate: %s", a.key == NULL ? "?" : a.key);
	hb_time day;
	world_must(hb_rfc3339_parse("2026-06-01T03:00:00Z", &day, NULL) == HB_OK);
	hb_business_set(day);
	ok(sign_all(first) == 0, "nobody signs after his duty has ended (D4.2c0, D6c)");
	world_must(hb_rfc3339_parse(DAY_ON_DUTY, &day, NULL) == HB_OK);
	hb_business_set(day);
	int signatures = 0, teachers = 0;
	for (int i = 0; i < n_people; i++)
		if (people[i].signer != NULL && people[i].signer->role == RECORD_GVBM) {
			teachers++;
			signatures += sign_all(&people[i]);
		}
	ok(signatures == teachers, "all %d subject teachers sign, the head for the one who left (D12.6)", teachers);
	ok(sign_all(first) == 0, "nobody signs twice");
	state_is("CN", "TEACHERS", "all teachers have signed");
}

static void
ends_sign(void)
{
	struct person *clerk = person(RECORD_DON_VI, 0);
	EVP_PKEY *key;
	ok(sign_all(person(RECORD_CBQL, 0)) == 0, "the head waits for the homeroom teacher");
	ok(sign_all(person(RECORD_GVCN, 0)) == 1, "the homeroom teacher signs");
	state_is("CN", "HOMEROOM", "homeroom");
	ok(sign_all(clerk) == 0, "the seal waits for the head");
	ok(sign_all(person(RECORD_CBQL, 0)) == 1, "the head signs (D4.2c1, D12.5)");
	struct pki_cert *personal = certificate(clerk->signer, false, &key);
	register_certificate(clerk, personal, 201, "the clerk has a personal certificate too");
	struct answer a = prepare_with(clerk, personal);
	const json_t *refused = json_array_get(json_object_get(a.body, "refused"), 0);
	is(json_opt_str(refused, "key"), "ky.saiLoai", "a personal certificate makes no seal");
	testpki_set_fault(w.server, TESTPKI_TSA, TESTPKI_REFUSE);
	ok(sign_all(clerk) == 1, "the clerk seals while the timestamp service is down (D4.2c5, D12.7)");
	testpki_set_fault(w.server, TESTPKI_TSA, TESTPKI_OK);
	state_is("CN", "SEALED", "sealed");
	net_deliver();
	ok(received.sealed == 0, "a file without its evidence does not leave");
	a = ask(clerk, "POST", "/api/gradebook/v1/signing/completion", NULL);
	ok(a.status == 200 && json_integer_value(json_object_get(a.body, "completed")) == 1, "evidence is added afterwards");
	net_deliver();
	ok(received.sealed == 1, "then the sealed file goes to transcript");
	struct verify_report r = world_verify(&w, received.xml, 0);
	if (!ok(r.verdict == VERIFY_VALID && verify_seal(&r) != NULL && verify_seal(&r)->form == VERIFY_LT,
	        "it verifies offline with the root alone, LT (D4.1dd)"))
		world_show(&r);
	a = ask(&people[n_people - 1], "GET", hb_printf(&w.a, FILES "/%s", file_of("CN")), NULL);
	ok(json_is_true(json_object_get(json_array_get(json_object_get(a.body, "handed_over"), 0), "accepted")),
	    "transcript's receipt stands beside it");
}

/* ---- Terms, corrections ---- */
static void
term_ends_at_homeroom(void)
{
	is(send(sector, a_book(RECORD_HK1, 1, NULL)), "", "a term file");
	ok(review(file_of("HK1"), 0).status == 200, "reviewed");
	int signatures = 0;
	for (int i = 0; i < n_people; i++)
		if (people[i].signer != NULL && people[i].signer->role == RECORD_GVBM)
			signatures += sign_all(&people[i]);
	ok(signatures > 0 && sign_all(person(RECORD_GVCN, 0)) == 1, "teachers and homeroom teacher sign (D12.3)");
	state_is("HK1", "HOMEROOM", "which ends it");
	ok(sign_all(person(RECORD_CBQL, 0)) == 0, "the head has nothing to sign in a term file");
	is(send(sector, a_book(RECORD_HK1, 2, NULL)), "so.daXong", "and it is not replaced without its name");
}

/* Where no sector answers the school's own report is frozen here; primary school needs no subject teachers. */
static void
primary_and_summer(void)
{
	struct record_class *cls = book_primary(&w.a, RECORD_GK1, PUPILS);
	struct hb_bytes json;
	struct hb_err err = HB_ERR_INIT;
	cls->school.code = "79-760-03";
	name_people(cls);
	net_must(record_class_to_json(cls, &w.a, &json, &err), &err, "json");
	struct net_letter l = { .from = sector, .a = &w.a, .out = { "gradebook", GRADEBOOK_FLOW_REPORT, GRADEBOOK_KIND_REPORT,
		"application/json", json } };
	is(net_answer(&l), "", "a report is frozen here");
	ok(review(file_of("GK1"), 0).status == 200 && sign_all(&people[0]) == 1, "reviewed, then the homeroom teacher signs at once");
	state_is("GK1", "HOMEROOM", "which ends a primary period");
	is(send(sector, a_book(RECORD_HE, 1, NULL)), "", "the third file, after the summer (D22.5)");
	struct answer a = ask(&people[n_people - 1], "GET", hb_printf(&w.a, FILES "/%s", file_of("HE")), NULL);
	size_t n = json_array_size(json_object_get(a.body, "signers"));
	is(json_opt_str(json_array_get(json_object_get(a.body, "signers"), n - 1), "role"), "DON_VI", "it is sealed like a year's");
}

static void
corrections(void)
{
	is(send(sector, a_book(RECORD_CN, 2, NULL)), "so.daXong", "a sealed file is not replaced without naming it");
	struct verify_report r = world_verify(&w, received.xml, 0);
	const char *print = hb_hex(&w.a, HB_BYTES(verify_seal(&r)->fingerprint.b, HB_SHA256_LEN));
	is(send(sector, a_book(RECORD_CN, 2, print)), "", "a correction that names the seal is taken");
	is(send(sector, a_book(RECORD_CN, 1, NULL)), "so.phienBanCu", "an older revision is refused");
	state_is("CN", "FROZEN", "the correction begins anew");
	is(send(sector, a_book(RECORD_CN, 3, print)), "", "a newer revision before it is signed");
	struct answer a = ask(person(RECORD_GVCN, 0), "GET", FILES "?year=2025-2026&period=CN", NULL);
	const json_t *items = json_object_get(a.body, "items");
	is(json_opt_str(json_array_get(items, 0), "state"), "SEALED", "the sealed file stays for ever");
	is(json_opt_str(json_array_get(items, 1), "state"), "REPLACED", "the unfinished one is replaced");
	a = ask(&people[n_people - 1], "POST", hb_printf(&w.a, FILES "/%s/return", file_of("CN")),
	    json_pack("{s:s}", "reason", "thiếu nhận xét"));
	ok(a.status == 200, "học vụ returns a wrong file with the reason");
	state_is("CN", "RETURNED", "returned");
}

static void
others(void)
{
	struct person stranger = people[n_people - 1];
	snprintf(stranger.who.school.s, sizeof stranger.who.school.s, "01890000-0000-7000-8000-000000000002");
	snprintf(stranger.token, sizeof stranger.token, "la");
	const char *file = file_of("HK1");
	people[n_people++] = stranger;
	struct answer a = ask(&people[n_people - 1], "GET", hb_printf(&w.a, FILES "/%s", file), NULL);
	ok(a.status == 404, "another school's people do not see the file");
	n_people--;
	int64_t n;
	struct hb_err err = HB_ERR_INIT;
	enum hb_code code = gradebook_fsck(&g, &n, &err);
	ok(code == HB_OK && n == 6, "fsck parses, recomputes and verifies %d files %s", (int)n, err.msg);
}

/* ---- A transcript that only takes ---- */
static enum hb_code
take(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans,
    struct hb_err *err)
{
	(void)tx, (void)work, (void)ctx, (void)ans, (void)err;
	received.sealed++;
	received.xml = HB_BYTES(hb_memdup(&w.a, m->payload.p, m->payload.n), m->payload.n);
	return HB_OK;
}
static const struct exchange_handler take_sealed = { GRADEBOOK_FLOW_SEALED, GRADEBOOK_KIND_SEALED, NULL, take };

static enum hb_code
schools(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	return gradebook_school_set(tx, &(struct gradebook_school){ SCHOOL, "79-760-03", "Trường THCS và THPT Nguyễn Trãi", "sector",
	    "transcript" }, "test", err);
}

static void
open_all(void)
{
	static const struct db_module *const own[] = { &gradebook_sql, &signing_sql, &exchange_sql, NULL };
	static const struct db_module *const none[] = { &exchange_sql, NULL };
	static struct pki_cert *cas[3];
	struct hb_err err = HB_ERR_INIT;
	sector = net_side("sector", none);
	book = net_side("gradebook", own);
	transcript = net_side("transcript", none);
	net_members();
	net_open(sector);
	net_open(book);
	net_open(transcript);
	cas[0] = testpki_ca_cert(w.pki, TESTPKI_GOVERNMENT);
	cas[1] = testpki_ca_cert(w.pki, TESTPKI_PUBLIC);
	cas[2] = testpki_tsa_cert(w.pki);
	g = (struct gradebook){ .db = book->db, .exchange = book->x,
		.room = { .trust = w.trust, .net = w.net, .cas = cas, .n_cas = 3 } };
	gradebook_wire(&g);
	exchange_on(transcript->x, &take_sealed, NULL);
	net_must(db_write(g.db, schools, NULL, &err), &err, "schools");
	host = (struct api_system){ .name = "gradebook", .table = &gradebook_api, .context = &g,
		.origin = "https://truong.example", .session = session, .scope = scope, .audit = audit, .replays = &replays };
	net_must(api_system_check(&host, &err), &err, "host");
	hb_time day;
	world_must(hb_rfc3339_parse(DAY_ON_DUTY, &day, &err) == HB_OK);
	hb_business_set(day);
}

int
main(void)
{
	states();
	world_open(&w);
	open_all();
	meet_people(a_book(RECORD_CN, 1, NULL));
	certificates();
	comes_in();
	reviewed();
	teachers_sign();
	ends_sign();
	term_ends_at_homeroom();
	primary_and_summer();
	corrections();
	others();
	net_close();
	world_close(&w);
	return tap_done();
}
