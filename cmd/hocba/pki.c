/* hocba pki: the test PKI by hand, for trials and for scripts.  No real system trusts what it issues. */
#include "cmd.h"
#include "base/file.h"
#include "demo/pki/testpki.h"

#include <getopt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct args {
	const char *dir, *csr, *token, *pin, *label, *out, *serial;
	struct testpki_subject subject;
	int         port;
};

static int
usage(void)
{
	fputs("Cách dùng (PKI thử nghiệm; không hệ thống thật nào tin):\n"
	    "  hocba pki init   --dir THƯ-MỤC [--port N]\n"
	    "  hocba pki serve  --dir THƯ-MỤC        OCSP, CRL, dấu thời gian trên 127.0.0.1\n"
	    "  hocba pki issue  --dir THƯ-MỤC --ca government|public --name TÊN --id CCCD:…|MST:… [--org ĐƠN-VỊ]\n"
	    "                   [--from RFC3339] [--to RFC3339] --csr YÊU-CẦU.pem --out CHỨNG-THƯ.pem\n"
	    "  hocba pki person … như issue, thay --csr bằng --token THƯ-MỤC --label NHÃN --pin MÃ: tạo thiết bị SoftHSM2\n"
	    "  hocba pki revoke --dir THƯ-MỤC --serial SỐ\n", stderr);
	return HB_EXIT_USAGE;
}

static int
told(const struct hb_err *err)
{
	fprintf(stderr, "hocba pki: %s\n", err->msg);
	return HB_EXIT_USAGE;
}

static bool
read_time(const char *text, hb_time *ret)
{
	struct hb_err err = HB_ERR_INIT;

	if (hb_rfc3339_parse(text, ret, &err) == HB_OK)
		return true;
	told(&err);
	return false;
}

static bool
read_ca(const char *text, enum testpki_ca *ret)
{
	*ret = strcmp(text, "government") == 0 ? TESTPKI_GOVERNMENT : TESTPKI_PUBLIC;
	return *ret == TESTPKI_GOVERNMENT || strcmp(text, "public") == 0;
}

static bool
read_args(int argc, char **argv, struct args *o)
{
	enum { DIR = 1, PORT, CA, NAME, ID, ORG, FROM, TO, CSR, OUT, TOKEN, LABEL, PIN, SERIAL };
	static const struct option names[] = {
		{ "dir", required_argument, NULL, DIR }, { "port", required_argument, NULL, PORT }, { "ca", required_argument, NULL, CA },
		{ "name", required_argument, NULL, NAME }, { "id", required_argument, NULL, ID }, { "org", required_argument, NULL, ORG },
		{ "from", required_argument, NULL, FROM }, { "to", required_argument, NULL, TO }, { "csr", required_argument, NULL, CSR },
		{ "out", required_argument, NULL, OUT }, { "token", required_argument, NULL, TOKEN },
		{ "label", required_argument, NULL, LABEL }, { "pin", required_argument, NULL, PIN },
		{ "serial", required_argument, NULL, SERIAL }, { NULL, 0, NULL, 0 },
	};
	bool good = true;
	int c;

	while (good && (c = getopt_long(argc, argv, "", names, NULL)) != -1)
		switch (c) {
		case DIR: o->dir = optarg; break;
		case PORT: o->port = (int)strtol(optarg, NULL, 10); break;
		case CA: good = read_ca(optarg, &o->subject.ca); break;
		case NAME: o->subject.name = optarg; break;
		case ID: o->subject.id = optarg; break;
		case ORG: o->subject.organisation = optarg; break;
		case FROM: good = read_time(optarg, &o->subject.not_before); break;
		case TO: good = read_time(optarg, &o->subject.not_after); break;
		case CSR: o->csr = optarg; break;
		case OUT: o->out = optarg; break;
		case TOKEN: o->token = optarg; break;
		case LABEL: o->label = optarg; break;
		case PIN: o->pin = optarg; break;
		case SERIAL: o->serial = optarg; break;
		default: good = false;
		}
	return good && optind == argc && o->dir != NULL;
}

static int
serve(struct testpki *pki)
{
	struct testpki_server *server;
	struct hb_err err = HB_ERR_INIT;
	sigset_t stop;
	int which;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	if (testpki_serve(pki, &server, &err) != HB_OK)
		return told(&err);
	printf("%s\n", testpki_url(pki));
	fflush(stdout);
	sigwait(&stop, &which);
	testpki_stop(server);
	return HB_EXIT_OK;
}

static enum hb_code
issue_from_csr(struct testpki *pki, const struct args *o, struct hb_arena *a, struct pki_cert **ret, struct hb_err *err)
{
	struct hb_bytes pem, der;
	unsigned char *bytes = NULL;
	X509_REQ *csr;
	BIO *bio;
	int n;
	enum hb_code code = hb_file_read(o->csr, (size_t)1 << 20, a, &pem, err);

	if (code != HB_OK)
		return code;
	bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	csr = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
	BIO_free(bio);
	n = csr != NULL ? i2d_X509_REQ(csr, &bytes) : 0;
	X509_REQ_free(csr);
	der = HB_BYTES(bytes, n > 0 ? (size_t)n : 0);
	code = testpki_issue_csr(pki, &o->subject, der, a, ret, err);
	OPENSSL_free(bytes);
	return code;
}

static enum hb_code
write_cert(const struct pki_cert *cert, const char *path, struct hb_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	enum hb_code code;
	char *data;
	long n;

	PEM_write_bio_X509(bio, cert->x509);
	n = BIO_get_mem_data(bio, &data);
	code = hb_file_write(path, HB_BYTES(data, (size_t)n), 0644, err);
	BIO_free(bio);
	return code;
}

static int
issue(struct testpki *pki, const struct args *o, bool in_token)
{
	struct testpki_person p = { .subject = o->subject, .dir = o->token, .label = o->label, .pin = o->pin, .rsa_bits = 2048 };
	struct hb_err err = HB_ERR_INIT;
	struct pki_cert *cert = NULL;
	HB_SCOPED_ARENA a;
	enum hb_code code;

	hb_arena_init(&a, HB_ARENA_DEFAULT);
	if (o->subject.name == NULL || o->subject.id == NULL || (in_token ? o->token == NULL || o->label == NULL || o->pin == NULL
	    : o->csr == NULL || o->out == NULL))
		return usage();
	code = in_token ? testpki_person(pki, &p, &a, &cert, &err) : issue_from_csr(pki, o, &a, &cert, &err);
	if (code == HB_OK && o->out != NULL)
		code = write_cert(cert, o->out, &err);
	if (code != HB_OK)
		return told(&err);
	printf("%s\n", cert->serial);
	return HB_EXIT_OK;
}

static int
run(const char *what, struct testpki *pki, const struct args *o)
{
	struct hb_err err = HB_ERR_INIT;

	if (strcmp(what, "init") == 0) {
		printf("%s\n", testpki_url(pki));
		return HB_EXIT_OK;
	}
	if (strcmp(what, "serve") == 0)
		return serve(pki);
	if (strcmp(what, "issue") == 0 || strcmp(what, "person") == 0)
		return issue(pki, o, strcmp(what, "person") == 0);
	if (strcmp(what, "revoke") == 0 && o->serial != NULL)
		return testpki_revoke(pki, o->serial, hb_now(), &err) == HB_OK ? HB_EXIT_OK : told(&err);
	return usage();
}

int
cmd_pki(int argc, char **argv)
{
	struct args o = { .subject.ca = TESTPKI_PUBLIC };
	struct hb_err err = HB_ERR_INIT;
	struct testpki *pki;
	int status;

	if (argc < 2 || !read_args(argc - 1, argv + 1, &o))
		return usage();
	if (testpki_open(o.dir, o.port, &pki, &err) != HB_OK)
		return told(&err);
	status = run(argv[1], pki, &o);
	testpki_close(pki);
	return status;
}
