/* The world around the transcript system for its tests: a gradebook that sends sealed class files, a city that answers
 * by contracts/flow-3 and flow-4, people whose keys stand for their tokens, and a look into the tables. */
#ifndef TRANSCRIPT_WORLD_H
#define TRANSCRIPT_WORLD_H
#include "net.h"

#include "auth/auth.h"
#include "exchange/exchange_sql.h"
#include "json/read.h"
#include "signed_book.h"
#include "signing/signing.h"
#include "transcript/sitting.h"
#include "transcript/transcript.h"
#include "transcript/transcript_sql.h"
#include "xml/xml.h"

enum { PUPILS = 4, PEOPLE_MAX = 40 };

static struct world             world;
static struct net_side         *gradebook, *own, *city;
static struct transcript        t;
static struct hb_id             school;
static struct transcript_actor  by;
static struct { int reserved, deposits, closes, pupils; bool refuse_deposit; struct hb_bytes last; } at_city;

/* ---- the city ---- */

static enum hb_code
city_codes(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)tx, (void)work, (void)ctx, (void)err;
	json_t *body = json_loadb((const char *)m->payload.p, m->payload.n, 0, NULL), *codes = json_array(), *one;
	size_t  i;
	json_array_foreach(json_object_get(body, "pupils"), i, one) {
		json_array_append_new(codes, json_pack("{s:O,s:s}", "ref", json_object_get(one, "ref"), "code", hb_record_code_new().s));
		at_city.reserved++;
	}
	exchange_result(ans, json_pack("{s:o,s:[]}", "codes", codes, "failed"));
	json_decref(body);
	return HB_OK;
}

static enum hb_code
city_deposit(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)tx, (void)work, (void)ctx, (void)err;
	at_city.deposits++;
	at_city.last = HB_BYTES(hb_memdup(&world.a, m->payload.p, m->payload.n), m->payload.n);
	if (at_city.refuse_deposit)
		exchange_error(ans, "HB", "nop.chungThuDonVi", "chứng thư số đơn vị chưa được duyệt");
	return HB_OK;
}

static enum hb_code
city_take(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	(void)tx, (void)work, (void)ctx, (void)err;
	at_city.closes++;
	json_t *body = json_loadb((const char *)m->payload.p, m->payload.n, 0, NULL);
	at_city.pupils = (int)json_integer_value(json_object_get(body, "pupils"));
	json_decref(body);
	exchange_result(ans, json_pack("{s:s}", "state", "LOCKED"));
	return HB_OK;
}

static const struct exchange_handler city_handlers[] = { { 3, "codes-reserve", NULL, city_codes }, { 4, "deposit", NULL, city_deposit },
	{ 4, "close-year", NULL, city_take }, { 4, "recall", NULL, city_take } };

/* ---- people: the key stands for the token ---- */

struct person { struct auth_person who; const struct record_signer *signer; struct pki_cert *cert; EVP_PKEY *key; };
static struct person people[PEOPLE_MAX];
static size_t        people_n;

BOOK_UNUSED static struct person *
person_of(struct record_class *cls, enum record_role role, const char *subject, int ordinal)
{
	for (size_t i = 0; i < cls->n_signers; i++) {
		const struct record_signer *s = &cls->signers[i];
		if (s->role != role || (subject != NULL && (strcmp(s->subject, subject) != 0 || s->ordinal != ordinal)))
			continue;
		for (size_t k = 0; k < people_n; k++)
			if (people[k].signer->person_id == s->person_id || strcmp(people[k].signer->person_id, s->person_id) == 0)
				return &people[k];
	}
	return NULL;
}

static void
add_person(struct record_class *cls, const struct record_signer *s)
{
	struct hb_err err = HB_ERR_INIT;
	bool          unit = s->role == RECORD_DON_VI;
	struct person *p = &people[people_n++];
	*p = (struct person){ .signer = s, .key = world.keys[unit ? 1 : 0] };
	memcpy(p->who.person.s, s->person_id, 37);
	p->who.account = hb_id_new();
	p->who.school = school;
	p->who.name = s->name;
	p->who.roles = unit ? ROLE_BIT(ROLE_CLERK) : s->role == RECORD_CBQL ? ROLE_BIT(ROLE_HEAD) : ROLE_BIT(ROLE_SUBJECT_TEACHER);
	struct testpki_subject subject = { .ca = unit ? TESTPKI_GOVERNMENT : TESTPKI_PUBLIC, .name = s->name, .organisation = cls->school.name,
		.id = hb_printf(&world.a, "%s:%s", unit ? "MST" : "CCCD", unit ? cls->school.tax_code : s->personal_id),
		.not_before = hb_now() - 86400 };
	p->cert = world_cert(&world, p->key, &subject);
	struct hb_id id;
	net_must(signing_register(&t.room, &p->who, school.s, unit ? school.s : s->person_id, p->cert->der, &world.a, &id, &err), &err,
	    "register");
}

/* ---- a class file with the ids a school system gives ---- */

static struct hb_id ids[PEOPLE_MAX + PUPILS + 1];

static const char *
replaced(const char *text, const char *from, const char *to)
{
	HB_SCOPED_BUF out;
	const char   *at;
	hb_buf_init(&out, HB_BUF_MAX);
	while ((at = strstr(text, from)) != NULL) {
		hb_put(&out, text, (size_t)(at - text));
		hb_puts(&out, to);
		text = at + strlen(from);
	}
	hb_puts(&out, text);
	return hb_buf_take(&out, &world.a);
}

static struct record_class *
book(enum record_period period, const char *year)
{
	struct record_class *cls = book_lower(&world.a, period, PUPILS), *out = NULL;
	struct hb_bytes      json = { 0 };
	struct hb_err        err = HB_ERR_INIT;
	cls->year = year;
	net_must(record_class_to_json(cls, &world.a, &json, &err), &err, "json");
	const char *text = hb_strndup(&world.a, (const char *)json.p, json.n);
	for (int i = 0; i < PEOPLE_MAX; i++)
		text = replaced(text, hb_printf(&world.a, "\"t-%d\"", i + 1), hb_printf(&world.a, "\"%s\"", ids[i].s));
	for (int i = 0; i < PUPILS; i++)
		text = replaced(text, hb_printf(&world.a, "\"p-%03d\"", i + 1), hb_printf(&world.a, "\"%s\"", ids[PEOPLE_MAX + i].s));
	text = replaced(text, "\"lop-8A1\"", hb_printf(&world.a, "\"%s\"", ids[PEOPLE_MAX + PUPILS].s));
	net_must(record_class_from_json(HB_STR(text), &world.a, &out, &err), &err, "class");
	return out;
}

static struct hb_bytes
sealed(struct record_class *cls)
{
	struct hb_bytes xml = { 0 };
	struct roll     roll;
	struct hb_err   err = HB_ERR_INIT;
	net_must(record_class_to_xml(cls, &world.a, &xml, &err), &err, "xml");
	net_must(roll_of_class(xml, &world.a, &roll, &err), &err, "roll");
	return world_sign_all(&world, xml, &roll, 0, NULL);
}

static const char *
send_class(struct hb_bytes xml, const char **ret_source)
{
	struct net_letter l = { .from = gradebook, .a = &world.a, .out = { "transcript", 2, "sealed-class", "application/xml", xml } };
	const char *key = net_answer(&l);
	if (ret_source != NULL)
		*ret_source = json_string_value(json_object_get(l.receipt.result, "source"));
	return key;
}

/* ---- looking into the system ---- */

struct look { const struct db_stmt *stmt; const struct db_val *args; struct db_rows rows; };

static enum hb_code
look_in(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct look *l = ctx;
	return db_rows(tx, l->stmt, l->args, &world.a, &l->rows, err);
}

static struct db_rows
look(const struct db_stmt *stmt, const struct db_val *args)
{
	struct look   l = { stmt, args, { 0 } };
	struct hb_err err = HB_ERR_INIT;
	net_must(db_read(t.db, look_in, &l, &err), &err, "look");
	return l.rows;
}

BOOK_UNUSED static struct db_rows
documents(const char *year)
{
	return look(&transcript_documents_of_class, DB_ARGS(DB_ID(school.s), DB_ID(ids[PEOPLE_MAX + PUPILS].s), DB_TEXT(year)));
}

BOOK_UNUSED static size_t
in_state(const char *year, const char *state)
{
	struct db_rows rows = documents(year);
	size_t         n = 0;
	for (size_t i = 0; i < rows.n; i++)
		n += strcmp(db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_STATE), state) == 0;
	return n;
}

struct file { const char *id; enum signing_format format; struct hb_bytes bytes; int64_t version; };

static enum hb_code
file_in(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct file *f = ctx;
	return transcript_file(tx, school.s, f->id, f->format, &world.a, &f->bytes, &f->version, err);
}

BOOK_UNUSED static struct hb_bytes
file_of(const char *id, enum signing_format format)
{
	struct file   f = { .id = id, .format = format };
	struct hb_err err = HB_ERR_INIT;
	net_must(db_read(t.db, file_in, &f, &err), &err, "file");
	return f.bytes;
}

/* ---- signing, as a page and an agent would ---- */

static json_t *
sign_packet(const struct person *p, const json_t *packet)
{
	json_t *values = json_array(), *doc;
	size_t  i;
	json_array_foreach(json_object_get(packet, "documents"), i, doc) {
		struct hb_bytes bytes = { 0 }, tbs = { 0 };
		struct hb_err   err = HB_ERR_INIT;
		const char     *signature = json_string_value(json_object_get(doc, "signature"));
		struct xmlsig_tbs x;
		net_must(json_get_base64(doc, "document", &world.a, &bytes, &err), &err, "document");
		if (strcmp(json_string_value(json_object_get(doc, "format")), "xml") == 0) {
			net_must(xmlsig_tbs(bytes, signature, &world.a, &x, &err), &err, "tbs");
			tbs = x.signed_info;
		} else {
			net_must(pades_attributes(bytes, signature, p->cert->der, &world.a, &tbs, &err), &err, "attributes");
		}
		json_array_append_new(values, json_pack("{s:O,s:s}", "id", json_object_get(doc, "id"), "value",
		    hb_base64(&world.a, world_sign(p->key, tbs, &world.a))));
	}
	return json_pack("{s:O,s:o}", "batch", json_object_get(packet, "batch"), "signatures", values);
}

/* How many of the person's signatures were made; failures are shown. */
BOOK_UNUSED static int
sit_down(struct person *p, const char *document)
{
	struct hb_err err = HB_ERR_INIT;
	HB_SCOPED_BUF out;
	hb_buf_init(&out, (size_t)64 << 20);
	json_t *body = json_pack("{s:s}", "certificate", hb_base64(&world.a, p->cert->der));
	if (document != NULL)
		json_object_set_new(body, "filter", json_pack("{s:s}", "document", document));
	struct jw    w = jw_start(&out);
	enum hb_code rc = signing_prepare(&t.room, &p->who, body, &world.a, &w, &err);
	json_decref(body);
	if (rc != HB_OK) {
		if (strcmp(err.key, "ky.khongCoGi") != 0)
			printf("# prepare: %s %s %s\n", err.key, err.msg, err.log);
		return 0;
	}
	json_t *packet = json_loadb(out.p, out.len, 0, NULL), *answer = sign_packet(p, packet);
	hb_buf_reset(&out);
	w = jw_start(&out);
	rc = signing_complete(&t.room, &p->who, answer, &world.a, &w, &err);
	if (rc != HB_OK)
		printf("# complete: %s %s %s\n", err.key, err.msg, err.log);
	json_t *reply = json_loadb(out.p, out.len, 0, NULL), *one;
	size_t  i;
	json_array_foreach(json_object_get(reply, "results"), i, one)
		if (strcmp(json_string_value(json_object_get(one, "state")), "done") != 0)
			printf("# %s: %s\n", json_string_value(json_object_get(one, "title")), json_string_value(json_object_get(one, "text")));
	int done = (int)json_integer_value(json_object_get(reply, "done"));
	json_decref(packet);
	json_decref(answer);
	json_decref(reply);
	return done;
}

BOOK_UNUSED static void
everybody_signs(enum record_role upto, const char *document)
{
	for (int role = RECORD_GVBM; role <= (int)upto; role++)
		for (size_t i = 0; i < people_n; i++)
			if ((int)people[i].signer->role == role)
				sit_down(&people[i], document);
}

/* ---- opening ---- */

/* The system with one school, its gradebook and its city. */
static void
open_system(void)
{
	static const struct db_module *const modules[] = { &transcript_sql, &signing_sql, &exchange_sql, NULL };
	static const struct db_module *const none[] = { &exchange_sql, NULL };
	static struct signing_host host;
	static struct pki_cert    *cas[3];
	struct hb_err err = HB_ERR_INIT;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		ids[i] = hb_id_new();
	school = hb_id_new();
	gradebook = net_side("gradebook", none);
	own = net_side("transcript", modules);
	city = net_side("city", none);
	net_members();
	net_open(gradebook);
	net_open(own);
	net_open(city);
	for (size_t i = 0; i < sizeof city_handlers / sizeof *city_handlers; i++)
		exchange_on(city->x, &city_handlers[i], NULL);
	cas[0] = testpki_ca_cert(world.pki, TESTPKI_GOVERNMENT);
	cas[1] = testpki_ca_cert(world.pki, TESTPKI_PUBLIC);
	cas[2] = testpki_tsa_cert(world.pki);
	host = transcript_host;
	host.context = &t;
	t = (struct transcript){ .db = own->db, .exchange = own->x, .city = "city", .gradebook = "gradebook",
		.portal = "https://hocba.example.vn/tra-cuu/", .trust = world.trust,
		.room = { .db = own->db, .host = &host, .trust = world.trust, .net = world.net, .cas = cas, .n_cas = 3 } };
	transcript_connect(&t);
	struct transcript_school s = { .id = school.s, .code = "79-760-03", .name = "Trường THCS và THPT Nguyễn Trãi",
		.superior = "SỞ GIÁO DỤC VÀ ĐÀO TẠO", .so_code = "79", .signs_from = "2024-2025" };
	net_must(transcript_school_put(&t, &s, &err), &err, "school");
	by = (struct transcript_actor){ .school = school.s, .who = school.s };
}
#endif
