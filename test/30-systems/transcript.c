/* systems/transcript from end to end in one process: a sealed class file comes in, codes are asked for, drafts are
 * built, everybody signs XML and PDF in one sitting, records are issued, deposited, locked; a second year follows;
 * extracts, recalls, and what must be refused.  The city is a stub that answers by contracts/flow-3 and flow-4. */
#include "transcript_world.h"

/* ---- cases ---- */

static void
test_states(void)
{
	size_t n;
	const struct doc_transition *table = doc_state_table(&n);
	bool reached[DOC_STATE__MAX] = { [DOC_NONE] = true };
	for (int pass = 0; pass < DOC_STATE__MAX; pass++)
		for (size_t i = 0; i < n; i++)
			reached[table[i].to] |= reached[table[i].from];
	int  twice = 0, out_of_final = 0, back = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k < n; k++)
			twice += table[i].from == table[k].from && table[i].event == table[k].event;
		out_of_final += doc_state_final(table[i].from);
		back += !doc_state_final(table[i].to) && table[i].to < table[i].from;
	}
	for (int s = 0; s < DOC_STATE__MAX; s++) {
		enum doc_state parsed = DOC_NONE;
		ok(reached[s], "state %s can be reached", doc_state_name((enum doc_state)s));
		ok(doc_state_parse(doc_state_name((enum doc_state)s), &parsed) && (int)parsed == s, "and its name reads back");
	}
	ok(twice == 0, "one event from one state has one outcome");
	ok(out_of_final == 0, "final states are final");
	ok(back == 0, "nothing steps back over a signature");
	enum doc_state to;
	ok(doc_state_next(DOC_LOCKED, DOC_RECALL, &to, NULL) == HB_E_CONFLICT, "a locked record is not recalled (D14.3)");
	ok(doc_state_next(DOC_NONE, DOC_BUILD, &to, NULL) == HB_OK && to == DOC_DRAFT, "a build makes a draft");
}

static const char *
test_receive(struct record_class *cls, struct hb_bytes xml)
{
	const char *source = NULL, *again = NULL;
	uint8_t    *broken = hb_memdup(&world.a, xml.p, xml.n);
	char       *mark = memmem(broken, xml.n, "<DDGCK>", 7);
	world_must(mark != NULL);
	mark[7] = mark[7] == '9' ? '8' : '9';
	is(send_class(HB_BYTES(broken, xml.n), NULL), "hocBa.kiemTraHong", "a class file with one mark changed is refused");
	struct record_class *stranger = book(RECORD_CN, "2025-2026");
	stranger->school.code = "79-000-00";
	is(send_class(sealed(stranger), NULL), "hocBa.truongLa", "a school we do not keep");
	is(send_class(xml, &source), "", "a sealed class file is taken");
	is(send_class(xml, &again), "", "and taken again");
	is(again, source, "as the same one");
	(void)cls;
	return source;
}

static void
test_build(const char *source)
{
	struct transcript_built sum = { 0 };
	struct hb_err           err = HB_ERR_INIT;
	net_must(transcript_build(&t, &by, source, &sum, &err), &err, "build");
	ok(sum.built == 0 && sum.failed == PUPILS - 1 && sum.late == 1, "without codes nothing is built; one waits for the summer");
	struct db_rows faults = look(&transcript_faults_of, DB_ARGS(DB_ID(school.s), DB_ID(source)));
	ok(faults.n == PUPILS - 1 && strcmp(db_text(&faults, 0, TRANSCRIPT_FAULTS_OF_KEY), "hocBa.chuaCoMa") == 0, "each says why");
	net_deliver();
	ok(at_city.reserved == PUPILS, "codes were asked for at once, for all");
	net_must(transcript_build(&t, &by, source, &sum, &err), &err, "build");
	for (size_t i = 0; sum.built != PUPILS - 1 && i < (faults = look(&transcript_faults_of, DB_ARGS(DB_ID(school.s), DB_ID(source)))).n; i++)
		printf("# %s\n", db_text(&faults, i, TRANSCRIPT_FAULTS_OF_MESSAGE));
	ok(sum.built == PUPILS - 1 && sum.failed == 0, "then every draft is built");
	faults = look(&transcript_faults_of, DB_ARGS(DB_ID(school.s), DB_ID(source)));
	ok(faults.n == 0, "and no fault is left");
	net_must(transcript_build(&t, &by, source, &sum, &err), &err, "build");
	ok(sum.built == 0 && sum.unchanged == PUPILS - 1, "a second run changes nothing");
	ok(in_state("2025-2026", "DRAFT") == PUPILS - 1, "all are drafts");
}

static void
test_order(struct record_class *cls)
{
	struct person *homeroom = person_of(cls, RECORD_GVCN, NULL, 0), *head = person_of(cls, RECORD_CBQL, NULL, 0);
	ok(sit_down(head, NULL) == 0, "the head cannot sign before the homeroom teacher");
	ok(sit_down(homeroom, NULL) == 0, "nor he before the subject teachers (D14.5, seed002-8.3)");
	struct hb_err  err = HB_ERR_INIT;
	struct db_rows rows = documents("2025-2026");
	char           id[37];
	memcpy(id, db_id(&rows, 0, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID).s, 37);
	ok(transcript_issue(&t, &by, id, &err) == HB_E_CONFLICT && strcmp(err.key, "hocBa.chuaDuChuKy") == 0, "nothing unsigned is issued");
}

static void
test_sign_and_issue(const char *year)
{
	struct hb_err err = HB_ERR_INIT;
	size_t        drafts = in_state(year, "DRAFT"), issued = 0;
	everybody_signs(RECORD_GVCN, NULL);
	ok(in_state(year, "SIGNING") == drafts, "signatures of teachers and homeroom collected");
	everybody_signs(RECORD_DON_VI, NULL);
	ok(in_state(year, "SIGNED") == drafts, "%zu of %zu complete", in_state(year, "SIGNED"), drafts);
	struct db_rows rows = documents(year);
	for (size_t i = 0; i < rows.n; i++) {
		if (strcmp(db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_STATE), "SIGNED") != 0)
			continue;
		struct hb_id id = db_id(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID);
		err = HB_ERR_INIT;
		if (transcript_issue(&t, &by, id.s, &err) == HB_OK)
			issued++;
		else
			printf("# issue: %s %s %s\n", err.key, err.msg, err.log);
	}
	ok(issued == drafts, "all are issued");
}

/* Three signatures in order, each timestamped, then the closing document timestamp. */
static bool
is_closed(struct hb_bytes pdf)
{
	static const char *const order[] = { "GVCN", "CBQL", "DON_VI" };
	struct pades_facts f = { 0 };
	bool good = pades_inspect(pdf, &world.a, &f, NULL) == HB_OK && f.signatures_n == 4 && f.findings_n == 0 &&
	    f.signatures[3].kind == PADES_DOCUMENT_TIMESTAMP && f.evidence.certs_n > 0;
	for (int i = 0; good && i < 3; i++)
		good = strcmp(f.signatures[i].field, order[i]) == 0 && f.signatures[i].token.n > 0;
	return good;
}

static void
test_files(const char *year)
{
	struct db_rows rows = documents(year);
	size_t         good_xml = 0, good_pdf = 0, n = 0;
	for (size_t i = 0; i < rows.n; i++) {
		struct hb_id id = db_id(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID);
		if (strcmp(db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_KIND), "YEAR") != 0)
			continue;
		struct verify_report x = world_verify(&world, file_of(id.s, SIGNING_XML), 0), p = world_verify(&world, file_of(id.s, SIGNING_PDF), 0);
		if (x.verdict != VERIFY_VALID)
			world_show(&x);
		if (p.verdict != VERIFY_VALID)
			world_show(&p);
		good_xml += x.verdict == VERIFY_VALID && x.signatures[x.n_signatures - 1].form >= VERIFY_LT;
		good_pdf += p.verdict == VERIFY_VALID && is_closed(file_of(id.s, SIGNING_PDF));
		n++;
	}
	ok(good_xml == n, "every XML is VALID, its last signature LT");
	ok(good_pdf == n, "every PDF is VALID: three signatures and the closing timestamp");
}

static void
test_deposit(void)
{
	struct hb_err err = HB_ERR_INIT;
	at_city.refuse_deposit = true;
	net_deliver();
	ok(in_state("2025-2026", "ISSUED") == PUPILS - 1, "a refused deposit stays issued");
	struct db_rows rows = documents("2025-2026");
	struct hb_id   id = db_id(&rows, 0, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID);
	struct db_rows receipts = look(&transcript_receipts_of, DB_ARGS(DB_ID(school.s), DB_ID(id.s)));
	ok(receipts.n == 1 && db_int(&receipts, 0, TRANSCRIPT_RECEIPTS_OF_ACCEPTED) == 0 &&
	    strstr(db_text(&receipts, 0, TRANSCRIPT_RECEIPTS_OF_ERRORS), "nop.chungThuDonVi") != NULL, "with the city's reasons");
	at_city.refuse_deposit = false;
	for (size_t i = 0; i < rows.n; i++) {
		id = db_id(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID);
		net_must(transcript_redeposit(&t, &by, id.s, &err), &err, "again");
	}
	net_deliver();
	ok(in_state("2025-2026", "DEPOSITED") == PUPILS - 1, "sent again, and received");
	json_t *payload = json_loadb((const char *)at_city.last.p, at_city.last.n, 0, NULL);
	ok(json_is_string(json_object_get(payload, "xml")) && json_is_string(json_object_get(payload, "pdf")) &&
	    json_integer_value(json_object_get(payload, "version")) == 1, "XML and PDF in one message (D17.3a)");
	json_decref(payload);
}

/* D14.4: before the lock a record is recalled, and the next one names the seal it replaces. */
static void
test_recall(const char *source)
{
	struct hb_err           err = HB_ERR_INIT;
	struct db_rows          rows = documents("2025-2026");
	struct hb_id            id = db_id(&rows, 0, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID);
	struct transcript_built sum = { 0 };
	const char             *old = db_text(&rows, 0, TRANSCRIPT_DOCUMENTS_OF_CLASS_FINGERPRINT);
	ok(transcript_recall(&t, &by, id.s, "", &err) == HB_E_INPUT, "a recall needs its reason");
	net_must(transcript_recall(&t, &by, id.s, "sai tên", &err), &err, "recall");
	net_must(transcript_build(&t, &by, source, &sum, &err), &err, "build");
	ok(sum.built == 1 && sum.unchanged == PUPILS - 2, "only the recalled one is built again");
	test_sign_and_issue("2025-2026");
	net_deliver();
	rows = documents("2025-2026");
	size_t at = 0;
	while (at < rows.n && db_int(&rows, at, TRANSCRIPT_DOCUMENTS_OF_CLASS_REVISION) != 2)
		at++;
	ok(at < rows.n && strcmp(db_text(&rows, at, TRANSCRIPT_DOCUMENTS_OF_CLASS_STATE), "DEPOSITED") == 0, "as revision 2, deposited");
	struct hb_bytes xml = file_of(db_id(&rows, at, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID).s, SIGNING_XML);
	ok(memmem(xml.p, xml.n, old, 64) != NULL, "it names the seal it replaces");
}

static void
test_close(void)
{
	struct hb_err err = HB_ERR_INIT;
	net_must(transcript_request(&t, &by, 4, "close-year", "2025-2026",
	    json_pack("{s:s,s:s,s:[]}", "year", "2025-2026", "round", "main", "missing"), NULL, &err), &err, "close");
	net_deliver();
	ok(in_state("2025-2026", "LOCKED") == PUPILS - 1, "the closed year is locked (D14.3)");
	struct db_rows rows = documents("2025-2026");
	for (size_t i = 0; i < rows.n; i++) {
		struct hb_id id = db_id(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID);
		if (strcmp(db_text(&rows, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_STATE), "LOCKED") == 0)
			ok(transcript_recall(&t, &by, id.s, "muộn", &err) == HB_E_CONFLICT, "a locked record is not recalled (D2.2)");
	}
}

/* D14.2: the pupil who retakes gets his year from the third class file. */
static void
test_summer(void)
{
	struct record_class *cls = book(RECORD_HE, "2025-2026");
	const char          *source = NULL;
	struct hb_err        err = HB_ERR_INIT;
	struct transcript_built sum = { 0 };
	/* the class file after the summer holds the late pupils alone */
	cls->revision = 1;
	is(send_class(sealed(cls), &source), "", "the class file after the summer is taken");
	if (source == NULL)
		return;
	net_must(transcript_build(&t, &by, source, &sum, &err), &err, "build");
	ok(sum.built >= 1, "the late pupil's year is built from it");
}

static void
test_second_year(void)
{
	struct record_class    *cls = book(RECORD_CN, "2026-2027");
	const char             *source = NULL;
	struct transcript_built sum = { 0 };
	struct hb_err           err = HB_ERR_INIT;
	struct db_rows          first = documents("2025-2026");
	is(send_class(sealed(cls), &source), "", "next year's class file is taken");
	net_must(transcript_build(&t, &by, source, &sum, &err), &err, "build");
	ok(sum.built == PUPILS - 1, "next year's drafts are built");
	test_sign_and_issue("2026-2027");
	test_files("2026-2027");
	struct db_rows second = documents("2026-2027");
	size_t         kept = 0;
	for (size_t i = 0; i < second.n; i++)
		for (size_t k = 0; k < first.n; k++) {
			if (strcmp(db_id(&second, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_PUPIL_ID).s, db_id(&first, k, TRANSCRIPT_DOCUMENTS_OF_CLASS_PUPIL_ID).s) != 0 ||
			    strcmp(db_text(&first, k, TRANSCRIPT_DOCUMENTS_OF_CLASS_STATE), "LOCKED") != 0)
				continue;
			struct hb_bytes was = file_of(db_id(&first, k, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID).s, SIGNING_XML);
			struct hb_bytes now = file_of(db_id(&second, i, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID).s, SIGNING_XML);
			kept += now.n > was.n && memcmp(was.p, now.p, was.n - strlen("</HOC_BA>")) == 0;
		}
	ok(kept == PUPILS - 1, "every byte of the first year stands before the second");
}

static enum hb_code
put_officers(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct record_class *cls = ctx;
	enum hb_code rc = HB_OK;
	for (size_t i = 0; rc == HB_OK && i < cls->n_signers; i++) {
		const struct record_signer *s = &cls->signers[i];
		if (s->role != RECORD_CBQL && s->role != RECORD_DON_VI)
			continue;
		rc = db_run(tx, &transcript_officer_put, DB_ARGS(DB_ID(school.s), DB_TEXT(record_role_code(s->role)), DB_ID(s->person_id),
		    DB_TEXT(s->personal_id), DB_TEXT(s->name), DB_TEXT(s->position == NULL ? "" : s->position), DB_TEXT("15/QĐ-NT"),
		    DB_TEXT("2026-08-28"), DB_TEXT("2026-09-05"), DB_TEXT("2027-05-31")), NULL, err);
	}
	return rc;
}

/* D15.2b: head and seal alone, from a term file; D23.5: with the teachers, for a contest. */
static void
test_extract(void)
{
	struct hb_err        err = HB_ERR_INIT;
	struct record_class *cls = book(RECORD_HK1, "2026-2027");
	struct hb_id         id = { 0 };
	is(send_class(sealed(cls), NULL), "", "the first term's class file is taken");
	ok(transcript_extract(&t, &by, cls->pupils[1].id, "2026-2027", TRANSCRIPT_TRANSFER, "2027-01-20", &id, &err) == HB_E_RULE &&
	    strcmp(err.key, "hocBa.thieuNguoiKy") == 0, "a term file names no head: without officers there is no extract");
	err = HB_ERR_INIT;
	net_must(db_write(t.db, put_officers, book(RECORD_CN, "2026-2027"), &err), &err, "officers");
	ok(transcript_extract(&t, &by, cls->pupils[1].id, "2026-2027", TRANSCRIPT_COMPETITION, "2027-01-20", &id, &err) == HB_OK,
	    "an extract is built %s %s", err.msg, err.log);
	if (id.s[0] == '\0')
		return;
	everybody_signs(RECORD_DON_VI, id.s);
	err = HB_ERR_INIT;
	ok(transcript_issue(&t, &by, id.s, &err) == HB_OK, "signed and issued %s %s", err.msg, err.log);
	struct verify_report r = world_verify(&world, file_of(id.s, SIGNING_XML), 0);
	ok(r.verdict == VERIFY_VALID, "and VALID");
	int deposits = at_city.deposits;
	net_deliver();
	ok(at_city.deposits >= deposits, "an extract goes with its holder");
}

static void
say_fault(void *ctx, const char *document, const char *text)
{
	(void)ctx;
	printf("# %s %s\n", document, text);
}

static void
count_fault(void *ctx, const char *document, const char *text)
{
	(void)document;
	*(size_t *)ctx += strstr(text, "dấu vân tay") != NULL || strstr(text, "trạng thái") != NULL;
}

struct spoiling { const char *id, *state, *fingerprint; };

static enum hb_code
spoil(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct spoiling *s = ctx;
	enum hb_code rc = db_run(tx, &transcript_document_state_set, DB_ARGS(DB_TEXT(s->state), DB_ID(school.s), DB_ID(s->id)), NULL, err);
	if (rc != HB_OK)
		return rc;
	return db_run(tx, &transcript_document_fingerprint_set, DB_ARGS(DB_TEXT(s->fingerprint), DB_ID(school.s), DB_ID(s->id)), NULL, err);
}

static void
test_fsck(void)
{
	struct transcript_fsck sum = { 0 };
	struct hb_err          err = HB_ERR_INIT;
	size_t                 found = 0;
	net_must(transcript_fsck(&t, say_fault, NULL, &sum, &err), &err, "fsck");
	ok(sum.documents > 2 * (PUPILS - 1) && sum.faults == 0, "fsck agrees with all %zu documents", sum.documents);
	struct db_rows rows = documents("2025-2026");
	size_t         at = 0;
	while (at < rows.n && strcmp(db_text(&rows, at, TRANSCRIPT_DOCUMENTS_OF_CLASS_STATE), "LOCKED") != 0)
		at++;
	struct hb_id    id = db_id(&rows, at, TRANSCRIPT_DOCUMENTS_OF_CLASS_ID);
	struct spoiling s = { id.s, "ISSUED", "00" };
	net_must(db_write(t.db, spoil, &s, &err), &err, "spoil");
	net_must(transcript_fsck(&t, count_fault, &found, &sum, &err), &err, "fsck");
	ok(sum.faults == 1 && found == 2, "a row that somebody changed is found: its state and its fingerprint");
}

int
main(void)
{
	world_open(&world);
	test_states();
	open_system();
	struct record_class *cls = book(RECORD_CN, "2025-2026");
	for (size_t i = 0; i < cls->n_signers; i++)
		add_person(cls, &cls->signers[i]);
	struct hb_bytes xml = sealed(cls);
	const char     *source = test_receive(cls, xml);
	if (source != NULL) {
		test_build(source);
		test_order(cls);
		test_sign_and_issue("2025-2026");
		test_files("2025-2026");
		test_deposit();
		test_recall(source);
		test_close();
		test_second_year();
		test_extract();
		test_summer();
		test_fsck();
	}
	net_close();
	world_close(&world);
	return tap_done();
}
