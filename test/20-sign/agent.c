/* hocba-sign as a program, with SoftHSM2 tokens: it signs what it computed, refuses the rest, and loses nothing. */
#include "base/file.h"
#include "demo/pki/testpki.h"
#include "json/read.h"
#include "json/write.h"
#include "pdf/pades.h"
#include "sign/xmlsig.h"
#include "tap.h"

#include <cairo-pdf.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DOCUMENTS = 20 };
#define PIN "matkhau-19"

static struct hb_arena all;
static const char *dir, *agent, *shim;
static struct testpki *pki;
static struct pki_cert *teacher, *homeroom;      /* RSA, P-256 */
static struct hb_bytes originals[DOCUMENTS], prepared[DOCUMENTS];

static const char *
path(const char *name)
{
	return hb_printf(&all, "%s/%s", dir, name);
}

static int
run(const char *who, const char *options)
{
	char command[2048];
	int status;

	snprintf(command, sizeof command, "SOFTHSM2_CONF=%s/%s/softhsm2.conf setsid -w %s %s >%s 2>%s", dir, who, agent, options, path("stdout"),
	    path("stderr"));
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *
text_of(const char *name)
{
	struct hb_bytes b = HB_BYTES("", 0);

	if (hb_file_read(path(name), HB_FILE_MAX, &all, &b, NULL) != HB_OK)
		return "";
	return hb_strndup(&all, (const char *)b.p, b.n);
}

static struct pki_cert *
make_person(const char *name, const char *id, int rsa_bits)
{
	struct testpki_person p = { .subject = { .ca = TESTPKI_PUBLIC, .name = name, .id = id }, .dir = path(id), .label = id,
		.pin = PIN, .rsa_bits = rsa_bits };
	struct pki_cert *cert = NULL;
	struct hb_err err = HB_ERR_INIT;

	ok(testpki_person(pki, &p, &all, &cert, &err) == HB_OK, "a token is made for %s %s", name, err.msg);
	return cert;
}

/* Class books with one signature of the homeroom teacher prepared in each. */
static void
prepare_all(const struct pki_cert *signer)
{
	static const char *const regions[] = { "ttc", "dl" };
	struct xmlsig_spec spec = { .slot = "/SO_THEO_DOI/CHU_KY/GVCN", .id = "s-gvcn", .regions = regions, .n_regions = 2,
		.certificate = signer->der, .signing_time = hb_now(), .claimed_role = "GVCN" };

	for (int i = 0; i < DOCUMENTS; i++) {
		char *doc = hb_printf(&all, "<SO_THEO_DOI xmlns=\"urn:hocba:so:1\" PhienBan=\"1\"><THONG_TIN_CHUNG Id=\"ttc\"><TEN_LOP>7A</TEN_LOP>"
		    "</THONG_TIN_CHUNG><DU_LIEU Id=\"dl\"><DTB>%d</DTB></DU_LIEU><CHU_KY><GVCN></GVCN></CHU_KY></SO_THEO_DOI>", i);

		originals[i] = HB_STR(doc);
		if (xmlsig_prepare(originals[i], &spec, &all, &prepared[i], NULL) != HB_OK)
			prepared[i] = HB_BYTES("", 0);
	}
}

static void
put_document(struct jw *w, int i, const char *format, const char *signature, struct hb_bytes bytes)
{
	char id[16];

	snprintf(id, sizeof id, "%d", i + 1);
	jw_object(w, NULL);
	jw_str(w, "id", id);
	jw_str(w, "title", "Sổ theo dõi lớp 7A");
	jw_str(w, "format", format);
	jw_str(w, "signature", signature);
	jw_base64(w, "document", bytes);
	jw_end(w);
}

static void
write_packet(const char *batch, const struct pki_cert *signer, const struct hb_bytes *documents, int n, const char *format,
    const char *signature)
{
	HB_SCOPED_BUF out;
	struct jw w;

	hb_buf_init(&out, HB_BUF_MAX);
	w = jw_start(&out);
	jw_object(&w, NULL);
	jw_str(&w, "batch", batch);
	jw_base64(&w, "certificate", signer->der);
	jw_array(&w, "documents");
	for (int i = 0; i < n; i++)
		put_document(&w, i, format, signature, documents[i]);
	jw_end(&w);
	jw_end(&w);
	if (!jw_done(&w) || hb_file_write(path("packet.json"), hb_buf_bytes(&out), 0600, NULL) != HB_OK)
		ok(false, "the packet is written");
}

/* Values of the answer by document number; how many errors it names. */
static size_t
read_answer(struct hb_bytes values[DOCUMENTS], size_t *ret_errors, const char **ret_key)
{
	struct hb_bytes bytes;
	json_t *root, *item;
	size_t n = 0, at;

	memset(values, 0, DOCUMENTS * sizeof *values);
	*ret_errors = 0;
	*ret_key = "";
	if (hb_file_read(path("answer.json"), HB_FILE_MAX, &all, &bytes, NULL) != HB_OK || json_read(bytes, HB_FILE_MAX, &all, &root, NULL) != HB_OK)
		return 0;
	json_array_foreach (json_object_get(root, "signatures"), at, item) {
		long id = strtol(json_opt_str(item, "id"), NULL, 10);

		if (id >= 1 && id <= DOCUMENTS && json_get_base64(item, "value", &all, &values[id - 1], NULL) == HB_OK)
			n++;
	}
	*ret_errors = json_array_size(json_object_get(root, "errors"));
	if (*ret_errors > 0)
		*ret_key = json_opt_str(json_array_get(json_object_get(root, "errors"), 0), "key");
	return n;
}

static int
embedded(const struct hb_bytes values[DOCUMENTS])
{
	int good = 0;

	for (int i = 0; i < DOCUMENTS; i++) {
		struct hb_bytes out;

		good += values[i].n != 0 && xmlsig_embed(originals[i], prepared[i], "s-gvcn", values[i], &all, &out, NULL) == HB_OK;
	}
	return good;
}

#define SIGN "sign --pin-file %s --in %s --out %s --yes %s"
static const char *
sign_options(const char *more)
{
	return hb_printf(&all, SIGN, path("pin"), path("packet.json"), path("answer.json"), more);
}

static void
test_list(void)
{
	ok(run("CCCD:001", "list --json") == 0 && strstr(text_of("stdout"), teacher->serial) != NULL, "list shows the certificate");
	ok(run("CCCD:001", "list") == 0 && strstr(text_of("stdout"), "Nguyễn Thị Hòa") != NULL, "and its owner, for people");
	ok(run("CCCD:001", "list --token nobody") == 3, "a token that is not there is status 3");
	ok(run("CCCD:001", "list --module /nonexistent.so") == 3, "so is a module");
	ok(run("CCCD:001", "frobnicate") == 3, "and an unknown command");
}

static void
test_batch(const char *who, const struct pki_cert *signer)
{
	struct hb_bytes values[DOCUMENTS];
	const char *key;
	size_t errors;

	prepare_all(signer);
	write_packet("b1", signer, prepared, DOCUMENTS, "xml", "s-gvcn");
	unlink(path("answer.json"));
	ok(run(who, sign_options("")) == 0, "%s signs a batch with one PIN", signer->name);
	ok(read_answer(values, &errors, &key) == DOCUMENTS && errors == 0, "the answer has all values");
	ok(embedded(values) == DOCUMENTS, "all fit their documents (D7.3)");
	ok(strstr(text_of("stderr"), "20 sổ theo dõi và đánh giá học sinh, lớp 7A, vai trò giáo viên chủ nhiệm") != NULL,
	    "kind, class, role and count were shown");
}

static void
test_refusals(void)
{
	struct hb_bytes mixed[DOCUMENTS], values[DOCUMENTS];
	const char *key;
	size_t errors;
	char *altered;

	prepare_all(teacher);
	memcpy(mixed, prepared, sizeof mixed);
	altered = hb_memdup(&all, mixed[3].p, mixed[3].n);
	memcpy(memmem(altered, mixed[3].n, "<DTB>3", 6), "<DTB>9", 6);
	mixed[3].p = (uint8_t *)altered;
	write_packet("b2", teacher, mixed, DOCUMENTS, "xml", "s-gvcn");
	unlink(path("answer.json"));
	ok(run("CCCD:001", sign_options("")) == 1, "a packet with one altered document ends with 1");
	ok(read_answer(values, &errors, &key) == DOCUMENTS - 1 && errors == 1 && strcmp(key, "chuKy.khongKhop") == 0,
	    "the altered one is not signed, the others are");

	prepare_all(homeroom);
	write_packet("b3", teacher, prepared, DOCUMENTS, "xml", "s-gvcn");
	unlink(path("answer.json"));
	ok(run("CCCD:001", sign_options("")) == 1 && read_answer(values, &errors, &key) == 0 && errors == DOCUMENTS &&
	    strcmp(key, "goi.chungThuKhac") == 0, "a signature prepared in another's name is refused");
	write_packet("b3", homeroom, prepared, DOCUMENTS, "xml", "s-gvcn");
	unlink(path("answer.json"));
	ok(run("CCCD:001", sign_options("")) == 3, "a packet for a certificate that is not here is status 3");
	hb_file_write(path("pin"), HB_STR("sai\n"), 0600, NULL);
	ok(run("CCCD:001", sign_options("")) == 3 && strstr(text_of("stderr"), "PIN") != NULL, "a wrong PIN is status 3 and says so");
	hb_file_write(path("pin"), HB_STR(PIN "\n"), 0600, NULL);
	ok(run("CCCD:001", hb_printf(&all, "sign --pin-file %s --in %s </dev/null", path("pin"), path("packet.json"))) != 0,
	    "without a terminal and without --yes nothing is signed");
}

static long
count_lines(const char *name)
{
	long n = 0;

	for (const char *p = text_of(name); *p != '\0'; p++)
		n += *p == '\n';
	return n;
}

static void
test_interruption(void)
{
	struct hb_bytes first[DOCUMENTS], second[DOCUMENTS];
	const char *key, *module = hb_printf(&all, "--module %s", shim);
	size_t errors;
	int kept = 0;

	prepare_all(homeroom);
	write_packet("b4", homeroom, prepared, DOCUMENTS, "xml", "s-gvcn");
	unlink(path("answer.json"));
	setenv("HOCBA_TEST_COUNT", path("count"), 1);
	setenv("HOCBA_TEST_PULL_AFTER", "7", 1);
	ok(run("CCCD:002", sign_options(module)) == 1, "the token is pulled out midway: status 1");
	ok(read_answer(first, &errors, &key) == 7 && errors == 13 && strcmp(key, "token.thaoRoi") == 0,
	    "the seven done are in the answer, the rest say why");
	unsetenv("HOCBA_TEST_PULL_AFTER");
	ok(run("CCCD:002", sign_options(module)) == 0 && read_answer(second, &errors, &key) == DOCUMENTS && errors == 0,
	    "put back in, the batch is finished");
	ok(count_lines("count") == DOCUMENTS, "nothing was signed twice");
	for (int i = 0; i < 7; i++)
		kept += first[i].n == second[i].n && memcmp(first[i].p, second[i].p, first[i].n) == 0;
	ok(kept == 7 && embedded(second) == DOCUMENTS, "the first values were kept, all fit");
	unsetenv("HOCBA_TEST_COUNT");

	write_packet("b5", homeroom, prepared, DOCUMENTS, "xml", "s-gvcn");
	ok(run("CCCD:002", sign_options("")) == 3, "an answer of another batch is not overwritten");
}

static void
test_pkcs12(void)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	struct testpki_subject s = { .ca = TESTPKI_PUBLIC, .name = "Lê Văn Thử", .id = "CCCD:003" };
	struct hb_bytes values[DOCUMENTS];
	struct pki_cert *cert = NULL;
	const char *why;
	size_t errors;
	PKCS12 *p12;
	FILE *f;

	testpki_issue(pki, &s, HB_BYTES(der, (size_t)n), &all, &cert, NULL);
	p12 = PKCS12_create(PIN, "thử", key, cert->x509, NULL, 0, 0, 0, 0, 0);
	f = fopen(path("trial.p12"), "w");
	i2d_PKCS12_fp(f, p12);
	fclose(f);
	PKCS12_free(p12);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	prepare_all(cert);
	write_packet("b6", cert, prepared, DOCUMENTS, "xml", "s-gvcn");
	unlink(path("answer.json"));
	ok(run("CCCD:001", sign_options(hb_printf(&all, "--p12 %s", path("trial.p12")))) == 0 &&
	    read_answer(values, &errors, &why) == DOCUMENTS && embedded(values) == DOCUMENTS, "a PKCS#12 file signs for trials");
}

static cairo_status_t
take(void *buf, const unsigned char *p, unsigned n)
{
	hb_put(buf, p, n);
	return CAIRO_STATUS_SUCCESS;
}

static struct hb_bytes
blank_pdf(void)
{
	struct hb_buf out;
	cairo_surface_t *surface;
	struct hb_bytes pdf;

	hb_buf_init(&out, HB_BUF_MAX);
	surface = cairo_pdf_surface_create_for_stream(take, &out, 595, 842);
	cairo_surface_show_page(surface);
	cairo_surface_destroy(surface);
	pdf = HB_BYTES(hb_buf_take(&out, &all), out.len);
	hb_buf_fini(&out);
	return pdf;
}

static void
test_pdf(const char *who, const struct pki_cert *signer)
{
	struct pades_field field = { .name = "GVCN", .rect = { 100, 100, 250, 150 }, .signer = signer->name, .when = hb_now() };
	struct hb_bytes values[DOCUMENTS], pdf[1], out;
	struct pades_value value = { .signer = signer->der };
	struct hb_err err = HB_ERR_INIT;
	const char *key;
	size_t errors;

	ok(pades_prepare(blank_pdf(), &field, &all, &pdf[0], &err) == HB_OK, "a PDF is prepared %s", err.msg);
	write_packet("b7", signer, pdf, 1, "pdf", "GVCN");
	unlink(path("answer.json"));
	ok(run(who, sign_options("")) == 0 && read_answer(values, &errors, &key) == 1, "%s signs a PDF", signer->name);
	value.value = values[0];
	if (signer->key == PKI_KEY_EC)
		ok(pki_ecdsa_to_der(values[0], &all, &value.value, &err) == HB_OK, "an ECDSA value comes as r‖s");
	ok(pades_embed(pdf[0], "GVCN", &value, &all, &out, &err) == HB_OK, "the value fits the PDF %s", err.msg);
}

/* --- serve --- */

#define ORIGIN "https://truong.example"

static pid_t
start_server(int port, const char *who)
{
	pid_t pid = fork();

	if (pid == 0) {
		char port_text[16];

		snprintf(port_text, sizeof port_text, "%d", port);
		setenv("SOFTHSM2_CONF", hb_printf(&all, "%s/%s/softhsm2.conf", dir, who), 1);
		if (freopen(path("serve.log"), "w", stderr) != NULL)
			execl(agent, agent, "serve", "--origin", ORIGIN, "--port", port_text, "--pin-file", path("pin"), "--yes", (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 100 && strstr(text_of("serve.log"), "Mã ghép: ") == NULL; i++)
		usleep(50000);
	return pid;
}

/* HTTP status of a request with curl; its body in the file "body". */
static long
ask(int port, const char *options, const char *what)
{
	const char *command = hb_printf(&all, "curl -s --noproxy '*' -o %s -w '%%{http_code}' %s http://127.0.0.1:%d%s >%s", path("body"), options,
	    port, what, path("status"));

	return system(command) == 0 ? strtol(text_of("status"), NULL, 10) : -1;
}

static void
test_serve(void)
{
	int port = 20000 + (int)(getpid() % 20000);
	pid_t pid;
	const char *code, *good, *wrong;

	prepare_all(teacher);
	write_packet("b8", teacher, prepared, 2, "xml", "s-gvcn");
	pid = start_server(port, "CCCD:001");
	code = strstr(text_of("serve.log"), "Mã ghép: ");
	if (!ok(code != NULL, "the agent waits for a page and shows a pairing code"))
		return;
	good = hb_printf(&all, "-H 'Origin: " ORIGIN "' -H 'X-Hocba-Pair: %.8s'", code + strlen("Mã ghép: "));
	wrong = "-H 'Origin: " ORIGIN "' -H 'X-Hocba-Pair: 00000000'";
	ok(ask(port, "", "/v1/hello") == 403, "a request without Origin is refused");
	ok(ask(port, "-H 'Origin: https://ke-xau.example'", "/v1/hello") == 403, "another page too");
	ok(ask(port, "-H 'Origin: " ORIGIN "' -H 'Host: ke-xau.example'", "/v1/hello") == 403, "and a rebound name");
	ok(ask(port, "-H 'Origin: " ORIGIN "'", "/v1/hello") == 200, "its own page finds it");
	ok(ask(port, "-X OPTIONS -H 'Origin: " ORIGIN "'", "/v1/sign") == 204, "and may ask first");
	ok(ask(port, "-H 'Origin: " ORIGIN "'", "/v1/certificates") == 401, "without the code it learns no certificate");
	ok(ask(port, good, "/v1/certificates") == 200 && strstr(text_of("body"), "Nguyễn Thị Hòa") != NULL, "with it, it does");
	ok(ask(port, hb_printf(&all, "%s --data-binary @%s", good, path("packet.json")), "/v1/sign") == 200 &&
	    strstr(text_of("body"), "\"value\"") != NULL, "a packet is signed");
	for (int i = 0; i < 5; i++)
		ask(port, wrong, "/v1/certificates");
	ok(ask(port, good, "/v1/certificates") == 401, "after five wrong codes nobody is let in");
	kill(pid, SIGTERM);
	ok(waitpid(pid, NULL, 0) == pid, "it stops when told");
}

/* Bytes that are no packet, or nearly one. */
static void
test_hostile(void)
{
	static const char *const packets[] = { "", "{", "[]", "{\"batch\":\"x\"}", "{\"batch\":\"x\",\"documents\":[{}]}",
		"{\"batch\":\"x\",\"documents\":[{\"id\":\"1\",\"signature\":\"s\",\"format\":\"doc\",\"document\":\"\"}]}",
		"{\"batch\":\"x\",\"documents\":[{\"id\":\"1\",\"signature\":\"s\",\"format\":\"xml\",\"document\":\"!!\"}]}",
		"{\"batch\":\"x\",\"documents\":[{\"id\":\"1\",\"signature\":\"s\",\"format\":\"xml\",\"document\":\"PGE+\"}]}",
		"{\"batch\":\"x\",\"documents\":[{\"id\":\"1\",\"signature\":\"s\",\"format\":\"pdf\",\"document\":\"JVBERi0=\"}]}" };
	int refused = 0, n = (int)(sizeof packets / sizeof packets[0]);

	for (int i = 0; i < n; i++) {
		int status;

		hb_file_write(path("packet.json"), HB_STR(packets[i]), 0600, NULL);
		unlink(path("answer.json"));
		status = run("CCCD:001", sign_options(""));
		refused += status == 1 || status == 3;
	}
	ok(refused == n, "%d of %d hostile packets are refused in order", refused, n);
}

int
main(int argc, char **argv)
{
	char made[] = "/tmp/hocba-agent-XXXXXX";
	struct hb_err err = HB_ERR_INIT;

	if (argc != 3) {
		puts("Bail out! usage: agent HOCBA-SIGN MODULE");
		return 1;
	}
	agent = argv[1];
	shim = argv[2];
	hb_arena_init(&all, (size_t)1 << 30);
	dir = mkdtemp(made);
	if (dir == NULL || testpki_open(path("pki"), 0, &pki, &err) != HB_OK) {
		printf("Bail out! %s\n", err.msg);
		return 1;
	}
	hb_file_write(path("pin"), HB_STR(PIN "\n"), 0600, NULL);
	teacher = make_person("Nguyễn Thị Hòa", "CCCD:001", 2048);
	homeroom = make_person("Trần Văn Nam", "CCCD:002", 0);
	if (teacher == NULL || homeroom == NULL)
		return tap_done();
	test_list();
	test_batch("CCCD:001", teacher);
	test_batch("CCCD:002", homeroom);
	test_refusals();
	test_interruption();
	test_pkcs12();
	test_pdf("CCCD:001", teacher);
	test_pdf("CCCD:002", homeroom);
	test_serve();
	test_hostile();
	testpki_close(pki);
	ok(system(hb_printf(&all, "rm -rf %s", dir)) == 0, "the folder is cleared");
	hb_arena_fini(&all);
	return tap_done();
}
