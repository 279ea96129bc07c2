/* The routes of the transcript system, from the front door to the tables: every reply against its schema, signing and
 * issuing as pages and agent do it, and who is turned away. */
#include "transcript_world.h"

#include "http/api.h"
#include "reply_fits.h"
#include "transcript/transcript_api.h"

#define API "/api/transcript/v1"

static struct api_system host;
static struct person     records;

static enum hb_code
session(const struct api_system *system, const char *token, struct hb_arena *a, const struct auth_person **ret_who, struct hb_err *err)
{
	(void)system, (void)a;
	size_t n = strtoul(token, NULL, 10);
	if (strcmp(token, "hv") != 0 && n >= people_n)
		return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "chưa đăng nhập");
	*ret_who = strcmp(token, "hv") == 0 ? &records.who : &people[n].who;
	return HB_OK;
}

static enum hb_code
scope(struct api_req *r, enum auth_role role, enum api_scope of, struct hb_err *err)
{
	(void)r, (void)role;
	return of == SCOPE_SCHOOL || of == SCOPE_ANY || of == SCOPE_CLASS_SUBJECT ? HB_OK : hb_fail(err, HB_E_DENIED, "quyen.khongDu", "ngoài phạm vi");
}

static enum hb_code
audit(struct api_req *r, enum hb_code code, struct hb_err *err)
{
	(void)r, (void)code, (void)err;
	return HB_OK;
}

static enum hb_code
replay_begin(struct api_req *r, bool *ret_known, struct api_reply *ret_reply, struct hb_err *err)
{
	(void)r, (void)ret_reply, (void)err;
	*ret_known = false;
	return HB_OK;
}

static enum hb_code
replay_end(struct api_req *r, const struct api_reply *reply, struct hb_err *err)
{
	(void)r, (void)reply, (void)err;
	return HB_OK;
}

static void
replay_forget(struct api_req *r)
{
	(void)r;
}

static const struct api_replays replays = { replay_begin, replay_end, replay_forget };

/* ---- asking ---- */

struct answer { int status; json_t *body; const char *key; struct hb_bytes bytes; };

static struct answer
ask_as(const char *token, const char *method, const char *target, const char *type, struct hb_bytes body)
{
	static int        n;
	struct api_header h[] = { { "Cookie", hb_printf(&world.a, API_COOKIE "=%s", token) }, { "X-Hocba", "1" },
		{ "Origin", "https://truong.example" }, { "Content-Type", type },
		{ "Idempotency-Key", hb_printf(&world.a, "khoa-lap-%06d", ++n) } };
	struct api_wire   wire = { .method = method, .target = target, .headers = h, .n_headers = 5, .body = body };
	struct api_reply  reply;
	struct answer     out = { 0 };
	api_loopback(&host, &wire, &world.a, &reply);
	out.status = reply.status;
	out.bytes = reply.body;
	if (reply.body.n > 0 && reply.body.p[0] == '{')
		(void)json_read(reply.body, (size_t)64 << 20, &world.a, &out.body, NULL);
	out.key = json_opt_str(out.body, "key");
	bool is_file = reply.body.n > 0 && out.body == NULL;
	if (out.status < 300 && !is_file && !reply_fits(&transcript_api, method, target, out.status, out.body, &world.a))
		ok(false, "the reply of %s %s fits its schema", method, target);
	if (out.status >= 300)
		printf("# %s %s: %d %s %s\n", method, target, out.status, out.key == NULL ? "" : out.key,
		    json_opt_str(out.body, "detail") == NULL ? "" : json_opt_str(out.body, "detail"));
	return out;
}

static struct answer
ask(const struct person *p, const char *method, const char *target, json_t *body)
{
	const char *token = p == &records ? "hv" : hb_printf(&world.a, "%zu", (size_t)(p - people));
	char       *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
	struct answer out = ask_as(token, method, target, "application/json", text == NULL ? HB_BYTES("", 0) : HB_STR(text));
	free(text);
	json_decref(body);
	return out;
}

static json_t *
items(const struct answer *a)
{
	return json_object_get(a->body, "items");
}

/* ---- the year as pages see it ---- */

static const char *
test_codes_and_build(const struct record_class *cls)
{
	json_t *pupils = json_array();
	for (size_t i = 0; i < cls->n_pupils; i++)
		json_array_append_new(pupils, json_pack("{s:s,s:s}", "id", cls->pupils[i].id, "personal_id", cls->pupils[i].person.personal_id));
	struct answer a = ask(&records, "POST", API "/codes", json_pack("{s:s,s:o}", "level", "THCS", "pupils", pupils));
	ok(a.status == 200 && json_integer_value(json_object_get(a.body, "asked")) == PUPILS, "codes are asked for");
	net_deliver();
	a = ask(&records, "GET", API "/codes", NULL);
	ok(json_array_size(items(&a)) == PUPILS, "and listed");
	a = ask(&records, "GET", API "/sources?year=2025-2026", NULL);
	ok(a.status == 200 && json_array_size(items(&a)) == 1, "one class file");
	const char *source = json_opt_str(json_array_get(items(&a), 0), "id");
	a = ask(&records, "POST", hb_printf(&world.a, API "/sources/%s/build", source), NULL);
	ok(a.status == 200 && json_integer_value(json_object_get(a.body, "built")) == PUPILS - 1, "drafts are built");
	a = ask(&records, "GET", hb_printf(&world.a, API "/sources/%s/faults", source), NULL);
	ok(a.status == 200 && json_array_size(items(&a)) == 0, "no faults");
	a = ask(person_of((struct record_class *)cls, RECORD_CBQL, NULL, 0), "POST", hb_printf(&world.a, API "/sources/%s/build", source), NULL);
	ok(a.status == 403, "the head does not build: that is học vụ's");
	return source;
}

static void
sign_by_routes(const struct person *p)
{
	struct answer a = ask(p, "POST", API "/signing/batches", json_pack("{s:s}", "certificate", hb_base64(&world.a, p->cert->der)));
	if (a.status != 200)
		return;
	json_t     *reply = sign_packet(p, a.body);
	const char *batch = json_opt_str(a.body, "batch");
	a = ask(p, "POST", hb_printf(&world.a, API "/signing/batches/%s/signatures", batch), reply);
	ok(a.status == 200 && json_integer_value(json_object_get(a.body, "done")) == json_integer_value(json_object_get(a.body, "total")),
	    "%s signs %d", p->signer->name, (int)json_integer_value(json_object_get(a.body, "done")));
	a = ask(p, "GET", hb_printf(&world.a, API "/signing/batches/%s", batch), NULL);
	ok(a.status == 200, "and the batch reads back");
}

static void
test_signing(const struct record_class *cls)
{
	const char   *class_id = ids[PEOPLE_MAX + PUPILS].s;
	struct answer a = ask(&records, "GET", hb_printf(&world.a, API "/classes/%s/missing?year=2025-2026", class_id), NULL);
	ok(a.status == 200 && json_array_size(items(&a)) == cls->n_signers, "everybody is missing at first (D22.9)");
	for (int role = RECORD_GVBM; role <= RECORD_DON_VI; role++)
		for (size_t i = 0; i < people_n; i++)
			if ((int)people[i].signer->role == role)
				sign_by_routes(&people[i]);
	a = ask(&records, "GET", hb_printf(&world.a, API "/classes/%s/missing?year=2025-2026", class_id), NULL);
	ok(a.status == 200 && json_array_size(items(&a)) == 0, "nobody at last");
	a = ask(&records, "GET", API "/progress?year=2025-2026", NULL);
	ok(json_array_size(items(&a)) == 1 && strcmp(json_opt_str(json_array_get(items(&a), 0), "state"), "ISSUED") == 0,
	    "the seal issued every record in the same sitting");
	net_deliver();
}

static void
test_documents(void)
{
	struct person *clerk = &people[people_n - 1];
	struct answer  a = ask(&records, "GET", hb_printf(&world.a, API "/classes/%s/documents?year=2025-2026", ids[PEOPLE_MAX + PUPILS].s), NULL);
	ok(json_array_size(items(&a)) == PUPILS - 1, "documents of the class");
	const char *id = json_opt_str(json_array_get(items(&a), 0), "id");
	a = ask(&records, "GET", hb_printf(&world.a, API "/documents/%s", id), NULL);
	ok(a.status == 200 && strcmp(json_opt_str(a.body, "state"), "DEPOSITED") == 0 &&
	    json_array_size(json_object_get(a.body, "receipts")) == 1, "one document with its receipt");
	a = ask(&records, "GET", hb_printf(&world.a, API "/documents/%s/pdf", id), NULL);
	ok(a.status == 200 && a.bytes.n > 1000 && memcmp(a.bytes.p, "%PDF-", 5) == 0, "its PDF");
	a = ask(&records, "GET", hb_printf(&world.a, API "/documents/%s/xml", id), NULL);
	ok(a.status == 200 && world_verify(&world, a.bytes, 0).verdict == VERIFY_VALID, "its XML, VALID");
	a = ask(clerk, "POST", hb_printf(&world.a, API "/documents/%s/issue", id), NULL);
	ok(a.status == 409, "what is issued is not issued again");
	a = ask(&records, "GET", hb_printf(&world.a, API "/documents/%s", hb_id_new().s), NULL);
	ok(a.status == 404, "another school's or nobody's document is not there (seed000-9)");
	a = ask_as("999", "GET", hb_printf(&world.a, API "/documents/%s", id), "application/json", HB_BYTES("", 0));
	ok(a.status == 401, "nor for who has no session");
}

static void
test_city_requests(const struct record_class *cls)
{
	struct person *head = person_of((struct record_class *)cls, RECORD_CBQL, NULL, 0);
	struct answer  a = ask(head, "GET", API "/years/2025-2026/missing", NULL);
	ok(a.status == 200 && json_array_size(items(&a)) == 1, "one pupil of the year is missing: the late one");
	const char *code = json_opt_str(json_array_get(items(&a), 0), "code");
	a = ask(head, "POST", API "/years/2025-2026/close", json_pack("{s:s,s:[{s:s,s:s}]}", "round", "main", "missing", "code", code,
	    "reason", "thi lại"));
	ok(a.status == 202, "the head closes the year with him named (D14.1)");
	const char *request = json_opt_str(a.body, "request");
	net_deliver();
	a = ask(head, "GET", hb_printf(&world.a, API "/requests/%s", request), NULL);
	ok(a.status == 200 && strcmp(json_opt_str(a.body, "state"), "ACCEPTED") == 0, "and the answer is kept");
	ok(at_city.pupils == PUPILS, "the city is told how many pupils the year has");
	a = ask(head, "GET", API "/requests", NULL);
	ok(a.status == 200 && json_array_size(items(&a)) == 1, "with the other requests");
	a = ask(&records, "GET", API "/progress?year=2025-2026", NULL);
	ok(strcmp(json_opt_str(json_array_get(items(&a), 0), "state"), "LOCKED") == 0, "the year is locked");
	a = ask(head, "GET", API "/certificates", NULL);
	ok(a.status == 200 && json_array_size(items(&a)) == people_n, "certificates are listed");
	a = ask(&people[0], "POST", API "/certificates", json_pack("{s:s,s:b}", "certificate", hb_base64(&world.a, people[0].cert->der),
	    "unit", true));
	ok(a.status == 403, "a teacher registers no certificate of the unit");
	a = ask(head, "POST", API "/signing/completion", NULL);
	ok(a.status == 200 && json_integer_value(json_object_get(a.body, "waiting")) == 0, "nothing waits for evidence");
	a = ask(head, "PUT", API "/officers/CBQL", json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "person", head->signer->person_id, "name",
	    head->signer->name, "position", "Hiệu trưởng", "decision_number", "15/QĐ", "decision_date", "2025-08-28", "from",
	    "2025-09-05", "to", "2026-05-31"));
	ok(a.status == 204, "the head is named for extracts");
	a = ask_as("0", "PUT", API "/image", "image/png", HB_STR("không phải ảnh"));
	ok(a.status == 400, "an image must be a PNG");
}

int
main(void)
{
	world_open(&world);
	open_system();
	host = (struct api_system){ .name = "transcript", .table = &transcript_api, .context = &t, .origin = "https://truong.example",
		.session = session, .scope = scope, .audit = audit, .replays = &replays };
	records.who = (struct auth_person){ .account = hb_id_new(), .person = hb_id_new(), .school = school, .name = "Học vụ",
		.roles = ROLE_BIT(ROLE_RECORDS) };
	struct record_class *cls = book(RECORD_CN, "2025-2026");
	for (size_t i = 0; i < cls->n_signers; i++)
		add_person(cls, &cls->signers[i]);
	is(send_class(sealed(cls), NULL), "", "the class file is taken");
	test_codes_and_build(cls);
	test_signing(cls);
	test_documents();
	test_city_requests(cls);
	net_close();
	world_close(&world);
	return tap_done();
}
