/* The signing room with a small system behind it: two teachers, a homeroom teacher and the school's seal, XML and PDF. */
#include "sign/xmlsig_facts.h"
#include "signing_room.h"

#include <cairo-pdf.h>
#include <unistd.h>

/* --- slots --- */

static const char *const own_region[] = { "toan", "van" };

static void
offer_xml(const char *role, const char *id, const char *slot, const char *const *regions, size_t n_regions,
    const char *const *earlier, size_t n_earlier, bool is_seal)
{
	offered[0] = (struct signing_slot){ .document = "7A", .kind = "gradebook", .title = "Sổ theo dõi lớp 7A", .role = role,
		.wants = is_seal ? PKI_KIND_UNIT : PKI_KIND_PERSONAL, .is_last = is_seal, .format = SIGNING_XML,
		.xml = { .slot = slot, .id = id, .regions = regions, .n_regions = n_regions, .countersigned = earlier,
		    .n_countersigned = n_earlier } };
	n_offered = 1;
}

static void
offer_teacher(int subject)
{
	offer_xml("GVBM", subject == 0 ? "s-TOAN-1" : "s-VAN-1", subject == 0 ? "/SO/KY/TOAN" : "/SO/KY/VAN", &own_region[subject], 1,
	    NULL, 0, false);
}

static void
offer_homeroom(void)
{
	static const char *const regions[] = { "dl" }, *const earlier[] = { "s-TOAN-1", "s-VAN-1" };

	offer_xml("GVCN", "s-gvcn", "/SO/KY/GVCN", regions, 1, earlier, 2, false);
}

static void
offer_seal(void)
{
	static const char *const regions[] = { "dl" }, *const earlier[] = { "s-gvcn" };

	offer_xml("DON_VI", "s-dv", "/SO/KY/DON_VI", regions, 1, earlier, 1, true);
}

/* How many signatures carry a token; whether the last carries evidence. */
static size_t
count_tokens(bool *ret_evidence, size_t *ret_n)
{
	struct xml_doc *doc;
	struct xmlsig_all facts = { .n = 0 };
	size_t n = 0;

	if (xml_read(documents[SIGNING_XML].bytes, 0, &all, &doc, NULL) != HB_OK || xmlsig_facts_read(doc, &all, &facts, NULL) != HB_OK)
		facts.n = 0;
	*ret_evidence = facts.n > 0 && facts.signatures[facts.n - 1].n_ocsps > 0;
	for (size_t i = 0; i < facts.n; i++)
		n += facts.signatures[i].n_tokens > 0;
	*ret_n = facts.n;
	return n;
}

static void
reset_book(void)
{
	documents[SIGNING_XML] = (struct document){ .version = 1, .bytes = HB_STR("<SO xmlns=\"urn:thu\"><DL Id=\"dl\"><TOAN Id=\"toan\">7,5</TOAN>"
	    "<VAN Id=\"van\">8,0</VAN></DL><KY><TOAN></TOAN><VAN></VAN><GVCN></GVCN><DON_VI></DON_VI></KY></SO>") };
}

/* --- tests --- */

static void
test_register(void)
{
	struct hb_err err;
	struct testpki_subject s = { .ca = TESTPKI_PUBLIC, .name = "Thử", .id = "CCCD:9" };
	struct signer other = maths;
	struct pki_cert *bad;
	struct signing_cert *list;
	struct hb_id id;
	size_t n;

	ok(enrol(&maths, maths.who.person.s, maths.cert, &err) == HB_OK, "a teacher registers his certificate %s", err.msg);
	ok(enrol(&maths, maths.who.person.s, maths.cert, &err) == HB_OK, "twice is once");
	ok(enrol(&literature, literature.who.person.s, literature.cert, &err) == HB_OK && enrol(&homeroom, homeroom.who.person.s, homeroom.cert, &err) == HB_OK &&
	    enrol(&clerk, school.s, clerk.cert, &err) == HB_OK, "so do the others, and the school its own");
	ok(refused(&literature, literature.who.person.s, maths.cert, "ky.daDangKy"), "one person's certificate is not another's");
	ok(refused(&clerk, school.s, maths.cert, "ky.saiLoai"), "a personal certificate is no unit's (D3.1a)");
	ok(refused(&maths, maths.who.person.s, clerk.cert, "ky.saiLoai"), "a unit's is nobody's own");
	s.not_before = hb_now() - 86400 * 30;
	s.not_after = hb_now() - 86400;
	ok(refused(&maths, maths.who.person.s, certify(pki, maths.key, s), "ky.hetHan"), "an expired one is refused");
	s.not_before = hb_now() + 86400;
	s.not_after = hb_now() + 86400 * 30;
	ok(refused(&maths, maths.who.person.s, certify(pki, maths.key, s), "ky.chuaHieuLuc"), "one not yet in force too");
	s.not_before = s.not_after = 0;
	bad = certify(pki, maths.key, s);
	testpki_revoke(pki, bad->serial, hb_now() - 60, NULL);
	ok(refused(&maths, maths.who.person.s, bad, "ky.daThuHoi"), "a revoked one");
	ok(refused(&maths, maths.who.person.s, certify(foreign, maths.key, s), "ky.caLa"), "one of a CA nobody trusts");
	s.usage_encrypt_only = true;
	ok(refused(&maths, maths.who.person.s, certify(pki, maths.key, s), "ky.khongDung"), "one that may not sign");
	s.usage_encrypt_only = false;
	bad = certify(pki, maths.key, s);
	ok(signing_register(&room, &maths.who, school.s, maths.who.person.s, bad->der, &all, &id, &err) == HB_OK &&
	    signing_withdraw(&room, &maths.who, school.s, id.s, "mất thiết bị", &err) == HB_OK, "one is withdrawn");
	ok(signing_certs(&room, school.s, maths.who.person.s, &all, &list, &n, &err) == HB_OK && n == 2 &&
	    (list[0].withdrawn != 0) + (list[1].withdrawn != 0) == 1, "the register remembers both");
	offer_teacher(0);
	other.cert = bad;
	ok(prepare(&other, &err) == NULL && strcmp(err.key, "ky.chuaDangKy") == 0, "the withdrawn one signs nothing");
	other.cert = literature.cert;
	ok(prepare(&other, &err) == NULL && strcmp(err.key, "ky.khongPhaiCuaBan") == 0, "another's neither");
}

/* D7: what the token did not sign stays unsigned, and can be signed later. */
static void
test_token_pulled(void)
{
	struct hb_err err;
	json_t *packet, *answer, *list, *reply;
	const json_t *second;
	bool evidence;
	size_t n;

	offer_teacher(1);
	offered[1] = offered[0];
	offer_teacher(0);
	n_offered = 2;
	packet = prepare(&maths, &err);
	answer = answer_of(&maths, packet, false);
	list = json_object_get(answer, "signatures");
	ok(json_array_size(list) == 2, "a batch of two");
	json_object_set_new(answer, "errors", json_pack("[{s:O,s:s,s:s}]", "id", json_object_get(json_array_get(list, 1), "id"), "key", "token.thaoRoi",
	    "text", "thiết bị ký đã bị tháo ra"));
	json_array_remove(list, 1);
	reply = complete(&maths, answer, &err);
	second = json_array_get(json_object_get(reply, "results"), 1);
	/* What failed is told first. */
	ok(first_is(reply, "failed") && strcmp(json_opt_str(first_result(reply), "key"), "token.thaoRoi") == 0 && strcmp(json_opt_str(second, "state"), "done") == 0,
	    "the token is pulled out midway: one is done, the other told as failed");
	(void)count_tokens(&evidence, &n);
	ok(documents[SIGNING_XML].version == 2 && n == 1, "and only the one is stored");
	offered[0] = offered[1];
	n_offered = 1;
	ok(first_is(sign_now(&maths), "done") && count_tokens(&evidence, &n) == 2 && n == 2, "with the token back the other is signed");
	reset_book();
}

static void
test_expired_meanwhile(void)
{
	struct hb_err err;
	struct signer other = maths;
	hb_time until = hb_now() + 4;
	struct testpki_subject s = { .ca = TESTPKI_PUBLIC, .name = "Thử", .id = "CCCD:9", .not_before = hb_now() - 86400, .not_after = until };
	json_t *packet;

	other.cert = certify(pki, maths.key, s);
	ok(enrol(&other, other.who.person.s, other.cert, &err) == HB_OK, "a certificate about to expire is registered %s", err.msg);
	offer_teacher(0);
	packet = prepare(&other, &err);
	while (hb_now() <= until)
		usleep(100000);
	ok(packet != NULL && complete(&other, answer_of(&other, packet, false), &err) == NULL && strcmp(err.key, "ky.hetHan") == 0,
	    "it expires between preparing and signing: %s", err.msg);
	ok(prepare(&other, &err) == NULL && strcmp(err.key, "ky.hetHan") == 0 && documents[SIGNING_XML].version == 1, "it signs nothing");
}

static void
test_teachers(void)
{
	struct hb_err err;
	json_t *one, *two, *reply, *answer;

	n_offered = 0;
	ok(prepare(&maths, &err) == NULL && strcmp(err.key, "ky.khongCoGi") == 0, "nothing to sign is said");
	offer_teacher(0);
	one = prepare(&maths, &err);
	offer_teacher(1);
	two = prepare(&literature, &err);
	ok(one != NULL && two != NULL, "two teachers prepare side by side");
	reply = complete(&maths, answer_of(&maths, one, true), &err);
	ok(first_is(reply, "failed") && json_opt_str(first_result(reply), "text") != NULL, "a value that does not fit fails its item");
	reply = complete(&maths, answer_of(&maths, one, false), &err);
	ok(first_is(reply, "done") && has_timestamp(reply), "the right one is embedded and timestamped");
	answer = answer_of(&literature, two, false);
	stale_stores = 2;
	reply = complete(&literature, json_incref(answer), &err);
	ok(first_is(reply, "done") && stale_stores == 0, "the other goes into the current document, also when it moved twice");
	ok(documents[SIGNING_XML].version == 3, "two versions were stored");
	reply = complete(&literature, answer, &err);
	ok(first_is(reply, "done") && documents[SIGNING_XML].version == 3, "sending the answer again changes nothing");
	ok(complete(&maths, answer_of(&literature, two, false), &err) == NULL && strcmp(err.key, "ky.khongThay") == 0,
	    "another's batch is not his");
	ok(verified >= 2, "everything was verified before it was stored");
}

static void
test_seal(void)
{
	struct hb_err err;
	json_t *packet, *reply;
	bool evidence, changed;
	size_t n;

	testpki_set_fault(server, TESTPKI_TSA, TESTPKI_SILENT);
	offer_homeroom();
	reply = sign_now(&homeroom);
	ok(first_is(reply, "done") && !has_timestamp(reply), "a silent timestamp service does not stop the homeroom teacher");
	testpki_set_fault(server, TESTPKI_TSA, TESTPKI_OK);

	offer_homeroom();
	offered[0].wants = PKI_KIND_PERSONAL;
	packet = prepare(&clerk, &err);
	ok(packet != NULL && json_array_size(json_object_get(packet, "documents")) == 0 &&
	    strcmp(json_opt_str(json_array_get(json_object_get(packet, "refused"), 0), "key"), "ky.saiLoai") == 0,
	    "the unit's certificate does not sign for a teacher");
	offer_seal();
	packet = prepare(&homeroom, &err);
	ok(packet != NULL && json_array_size(json_object_get(packet, "documents")) == 0 &&
	    strcmp(json_opt_str(json_array_get(json_object_get(packet, "refused"), 0), "key"), "ky.saiLoai") == 0,
	    "a person's does not seal");

	testpki_set_fault(server, TESTPKI_OCSP, TESTPKI_REFUSE);
	testpki_set_fault(server, TESTPKI_CRL, TESTPKI_REFUSE);
	packet = prepare(&clerk, &err);
	ok(packet != NULL && json_array_size(json_object_get(packet, "warnings")) == 0, "a recent answer on the seal is known");
	reply = complete(&clerk, answer_of(&clerk, packet, false), &err);
	ok(first_is(reply, "done") && has_timestamp(reply), "the seal is set though OCSP is silent");
	ok(count_tokens(&evidence, &n) == 4 && n == 4 && !evidence, "the missing timestamp was added before; evidence waits");
	ok(signing_finish(&room, "7A", SIGNING_XML, true, &changed, &err) == HB_E_UPSTREAM && strstr(err.msg, "trả lời") != NULL,
	    "finishing says what is missing: %s", err.msg);
	testpki_set_fault(server, TESTPKI_OCSP, TESTPKI_OK);
	testpki_set_fault(server, TESTPKI_CRL, TESTPKI_OK);
	ok(signing_finish(&room, "7A", SIGNING_XML, true, &changed, &err) == HB_OK && changed, "with the services back it is finished");
	ok(count_tokens(&evidence, &n) == 4 && evidence, "the file is LT");
	ok(signing_finish(&room, "7A", SIGNING_XML, true, &changed, &err) == HB_OK && !changed, "once");
}

static void
test_offline(void)
{
	struct verify_options o = { .trust = room.trust };
	struct verify_report report;

	ok(verify_file(documents[SIGNING_XML].bytes, &o, &all, &report, NULL) == HB_OK && report.n_signatures == 4, "four signatures are read");
	for (size_t i = 0; i < report.n_signatures; i++)
		ok(report.signatures[i].verdict == VERIFY_VALID && report.signatures[i].has_proof, "%s is valid offline with only the root",
		    report.signatures[i].id);
	o.now = hb_now() + (hb_time)5 * 366 * 86400;
	verify_file(documents[SIGNING_XML].bytes, &o, &all, &report, NULL);
	for (size_t i = 0; i < report.n_signatures; i++)
		ok(report.signatures[i].verdict == VERIFY_VALID, "and years after the certificates expired");
}

/* --- PDF --- */

static cairo_status_t
take(void *buf, const unsigned char *p, unsigned n)
{
	hb_put(buf, p, n);
	return CAIRO_STATUS_SUCCESS;
}

static struct hb_bytes
blank_pdf(void)
{
	cairo_surface_t *surface;
	struct hb_bytes pdf;
	struct hb_buf out;

	hb_buf_init(&out, HB_BUF_MAX);
	surface = cairo_pdf_surface_create_for_stream(take, &out, 595, 842);
	cairo_surface_show_page(surface);
	cairo_surface_destroy(surface);
	pdf = HB_BYTES(hb_buf_take(&out, &all), out.len);
	hb_buf_fini(&out);
	return pdf;
}

static void
offer_pdf(const char *field, double x, bool is_seal)
{
	offered[0] = (struct signing_slot){ .document = "7A", .kind = "transcript", .title = "Học bạ", .role = field,
		.wants = is_seal ? PKI_KIND_UNIT : PKI_KIND_PERSONAL, .is_last = is_seal, .format = SIGNING_PDF,
		.pdf = { .name = field, .rect = { x, 100, x + 100, 150 } } };
	n_offered = 1;
}

static void
test_pdf(void)
{
	struct verify_options o = { .trust = room.trust };
	struct verify_report report;
	struct pades_facts facts = { .signatures_n = 0 };
	struct hb_err err;
	json_t *stale, *reply;

	documents[SIGNING_PDF] = (struct document){ blank_pdf(), 1 };
	offer_pdf("GVCN", 50, false);
	stale = prepare(&homeroom, &err);
	ok(first_is(sign_now(&homeroom), "done"), "the homeroom teacher signs the PDF");
	reply = complete(&homeroom, answer_of(&homeroom, stale, false), &err);
	ok(first_is(reply, "failed"), "a signature over an older revision is not taken");
	testpki_set_fault(server, TESTPKI_TSA, TESTPKI_SILENT);
	offer_pdf("CBQL", 200, false);
	reply = sign_now(&maths);
	ok(first_is(reply, "done") && !has_timestamp(reply), "the head signs while the timestamp service is silent");
	testpki_set_fault(server, TESTPKI_TSA, TESTPKI_OK);
	offer_pdf("DON_VI", 350, true);
	ok(first_is(sign_now(&clerk), "done"), "the seal closes it");
	ok(pades_inspect(documents[SIGNING_PDF].bytes, &all, &facts, &err) == HB_OK && facts.signatures_n == 4 && facts.findings_n == 0 &&
	    facts.signatures[3].kind == PADES_DOCUMENT_TIMESTAMP, "three signatures and a closing timestamp");
	for (size_t i = 0; i < 3; i++)
		ok(facts.signatures_n == 4 && facts.signatures[i].token.n != 0 && facts.signatures[i].signature_ok, "signature %zu has its timestamp", i + 1);
	ok(facts.evidence.certs_n > 0 && facts.evidence.ocsps_n > 0, "the file carries its evidence");
	ok(verify_file(documents[SIGNING_PDF].bytes, &o, &all, &report, &err) == HB_OK && report.verdict == VERIFY_VALID, "it verifies offline");
}

static void
test_revoked_meanwhile(void)
{
	struct hb_err err;
	json_t *packet;

	offer_pdf("CBQL2", 50, false);
	documents[SIGNING_PDF] = (struct document){ blank_pdf(), 1 };
	packet = prepare(&literature, &err);
	testpki_revoke(pki, literature.cert->serial, hb_now() - 1, NULL);
	pki_net_free(room.net);
	room.net = pki_net_new(&(struct pki_net_config){ .tsa_url = testpki_tsa_url(pki), .total_ms = 800 });
	ok(packet != NULL && complete(&literature, answer_of(&literature, packet, false), &err) == NULL && strcmp(err.key, "ky.daThuHoi") == 0,
	    "a certificate revoked between preparing and signing is refused");
}

static bool
open_all(const char *dir, struct hb_err *err)
{
	const struct db_module *modules[] = { &signing_sql, NULL };
	struct db_config cfg = { .system = "gradebook", .path = hb_printf(&all, "%s/system.db", dir) };
	struct pki_trust *trust = pki_trust_new();
	static struct pki_cert *cas[2];

	if (testpki_open(hb_printf(&all, "%s/pki", dir), 0, &pki, err) != HB_OK || testpki_serve(pki, &server, err) != HB_OK ||
	    testpki_open(hb_printf(&all, "%s/foreign", dir), 0, &foreign, err) != HB_OK ||
	    pki_trust_add_pem(trust, testpki_root_pem(pki), err) != HB_OK || db_init(&cfg, modules, err) != HB_OK)
		return false;
	cas[0] = testpki_ca_cert(pki, TESTPKI_GOVERNMENT);
	cas[1] = testpki_ca_cert(pki, TESTPKI_PUBLIC);
	room = (struct signing_room){ .host = &host, .trust = trust, .cas = cas, .n_cas = 2,
		.net = pki_net_new(&(struct pki_net_config){ .tsa_url = testpki_tsa_url(pki), .total_ms = 800 }) };
	return db_open(&cfg, modules, &room.db, err) == HB_OK;
}

static void
close_all(void)
{
	struct signer *signers[] = { &maths, &literature, &homeroom, &clerk };

	for (size_t i = 0; i < 4; i++)
		EVP_PKEY_free(signers[i]->key);
	db_close(room.db);
	pki_net_free(room.net);
	pki_trust_free((struct pki_trust *)room.trust);
	testpki_stop(server);
	testpki_close(pki);
	testpki_close(foreign);
}

int
main(void)
{
	char dir[] = "/tmp/hocba-signing-XXXXXX";
	struct hb_err err = HB_ERR_INIT;

	hb_arena_init(&all, (size_t)1 << 30);
	if (mkdtemp(dir) == NULL || !open_all(dir, &err)) {
		printf("Bail out! %s\n", err.msg);
		return 1;
	}
	school = hb_id_new();
	maths = make_signer("Nguyễn Văn Toán", "CCCD:001", true, false);
	literature = make_signer("Trần Thị Văn", "CCCD:002", false, false);
	homeroom = make_signer("Lê Thị Chủ Nhiệm", "CCCD:003", false, false);
	clerk = make_signer("Trường THCS Sao Mai", "MST:0312345678", true, true);
	reset_book();
	test_register();
	test_token_pulled();
	test_expired_meanwhile();
	test_teachers();
	test_seal();
	test_offline();
	test_pdf();
	test_revoked_meanwhile();
	close_all();
	ok(system(hb_printf(&all, "rm -rf %s", dir)) == 0, "the folder is cleared");
	hb_arena_fini(&all);
	return tap_done();
}
