/* The folder of the test PKI: keys, certificates, what was issued. */
#include "demo/pki/testpki_int.h"
#include "base/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const testpki_member_name[M__MAX] = { "root", "government", "public", "tsa", "ocsp-government", "ocsp-public" };

static const char *const member_cn[M__MAX] = {
	"Hocba Test Root CA",
	"Test CA chuyên dùng Chính phủ",
	"Test CA công cộng",
	"Dịch vụ cấp dấu thời gian thử nghiệm",
	"OCSP Test CA chuyên dùng Chính phủ",
	"OCSP Test CA công cộng",
};
static const char *const ca_name[TESTPKI_CA__MAX] = { "government", "public", "root" };

enum member
testpki_member_of(enum testpki_ca ca)
{
	return ca == TESTPKI_GOVERNMENT ? M_GOVERNMENT : ca == TESTPKI_PUBLIC ? M_PUBLIC : M_ROOT;
}

static char *
path_of(struct testpki *pki, const char *folder, const char *name, const char *suffix)
{
	return hb_printf(&pki->arena, "%s/%s%s%s", pki->dir, folder, name, suffix);
}

/* --- keys and certificates --- */

static enum hb_code
write_bio(const char *path, BIO *bio, unsigned mode, struct hb_err *err)
{
	char *data;
	long n = BIO_get_mem_data(bio, &data);

	return hb_file_write(path, HB_BYTES(data, (size_t)n), mode, err);
}

static enum hb_code
save_member(struct testpki *pki, enum member m, struct hb_err *err)
{
	BIO *key = BIO_new(BIO_s_mem()), *cert = BIO_new(BIO_s_mem());
	enum hb_code code;

	PEM_write_bio_PrivateKey(key, pki->keys[m], NULL, NULL, 0, NULL, NULL);
	PEM_write_bio_X509(cert, pki->certs[m]->x509);
	code = write_bio(path_of(pki, "keys/", testpki_member_name[m], ".pem"), key, 0600, err);
	if (code == HB_OK)
		code = write_bio(path_of(pki, "", testpki_member_name[m], ".pem"), cert, 0644, err);
	BIO_free(key);
	BIO_free(cert);
	return code;
}

static enum hb_code
make_member(struct testpki *pki, enum member m, struct hb_err *err)
{
	static const struct { enum profile profile; enum member issuer; unsigned bits; } how[M__MAX] = {
		[M_ROOT] = { PROFILE_ROOT, M__MAX, 3072 },
		[M_GOVERNMENT] = { PROFILE_CA, M_ROOT, 2048 },
		[M_PUBLIC] = { PROFILE_CA, M_ROOT, 2048 },
		[M_TSA] = { PROFILE_TSA, M_PUBLIC, 2048 },
		[M_OCSP_GOVERNMENT] = { PROFILE_OCSP, M_GOVERNMENT, 2048 },
		[M_OCSP_PUBLIC] = { PROFILE_OCSP, M_PUBLIC, 2048 },
	};
	struct testpki_subject subject = { .name = member_cn[m], .organisation = "Hocba - chỉ dùng để thử" };
	struct request q = { .profile = how[m].profile, .subject = &subject, .issuer = how[m].issuer };
	enum hb_code code;

	subject.not_before = hb_now() - 86400;
	subject.not_after = hb_now() + (m == M_ROOT ? 20 : m <= M_PUBLIC ? 15 : 10) * (hb_time)366 * 86400;
	q.key = pki->keys[m] = EVP_RSA_gen(how[m].bits);
	if (q.key == NULL)
		return hb_bug(err, "RSA key generation failed");
	code = testpki_make_cert(pki, &q, &pki->arena, &pki->certs[m], err);
	return code == HB_OK ? save_member(pki, m, err) : code;
}

static enum hb_code
load_member(struct testpki *pki, enum member m, struct hb_err *err)
{
	struct hb_bytes pem;
	struct pki_cert **certs;
	size_t n;
	BIO *bio;
	enum hb_code code = hb_file_read(path_of(pki, "", testpki_member_name[m], ".pem"), HB_FILE_MAX, &pki->arena, &pem, err);

	if (code == HB_OK)
		code = pki_certs_of_pem(pem, &pki->arena, &certs, &n, err);
	if (code != HB_OK)
		return code;
	pki->certs[m] = certs[0];
	if (m == M_ROOT)
		pki->root_pem = pem;
	code = hb_file_read(path_of(pki, "keys/", testpki_member_name[m], ".pem"), HB_FILE_MAX, &pki->arena, &pem, err);
	if (code != HB_OK)
		return code;
	bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	pki->keys[m] = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	return pki->keys[m] != NULL ? HB_OK : hb_fail(err, HB_E_INPUT, "pki.saiDang", "khóa %s không đọc được", testpki_member_name[m]);
}

/* --- the port --- */

static int
free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;

	if (fd >= 0 && bind(fd, (struct sockaddr *)&in, sizeof in) == 0 && getsockname(fd, (struct sockaddr *)&in, &n) == 0)
		port = ntohs(in.sin_port);
	if (fd >= 0)
		close(fd);
	return port;
}

static enum hb_code
settle_port(struct testpki *pki, int wanted, struct hb_err *err)
{
	char *path = path_of(pki, "", "port", "");
	struct hb_bytes text;
	char line[16];

	if (hb_file_exists(path)) {
		enum hb_code code = hb_file_read(path, 16, &pki->arena, &text, err);

		if (code != HB_OK)
			return code;
		snprintf(line, sizeof line, "%.*s", (int)text.n, (const char *)text.p);
		pki->port = (int)strtol(line, NULL, 10);
		return HB_OK;
	}
	pki->port = wanted != 0 ? wanted : free_port();
	snprintf(line, sizeof line, "%d\n", pki->port);
	return hb_file_write(path, HB_STR(line), 0644, err);
}

/* --- what was issued --- */

static void
put_issued(struct testpki *pki, const struct issued *row)
{
	for (size_t i = 0; i < pki->n_issued; i++)
		if (strcmp(pki->issued[i].serial, row->serial) == 0 && pki->issued[i].ca == row->ca) {
			pki->issued[i] = *row;
			return;
		}
	if (pki->n_issued == pki->cap_issued) {
		size_t cap = pki->cap_issued == 0 ? 256 : pki->cap_issued * 2;
		struct issued *more = realloc(pki->issued, cap * sizeof *more);

		if (more == NULL)
			return;
		pki->issued = more;
		pki->cap_issued = cap;
	}
	pki->issued[pki->n_issued++] = *row;
}

/* Another process may have issued or revoked: read the file again when it changed. */
static void
refresh(struct testpki *pki)
{
	char path[4096], line[1024], ca[16];
	struct issued row;
	struct stat st;
	long long revoked;
	FILE *f;

	snprintf(path, sizeof path, "%s/issued.tsv", pki->dir);
	if (stat(path, &st) != 0 || (st.st_size == pki->seen.st_size && st.st_ino == pki->seen.st_ino) ||
	    (f = fopen(path, "re")) == NULL)
		return;
	pki->seen = st;
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%47s\t%15s\t%lld", row.serial, ca, &revoked) != 3)
			continue;
		row.revoked = revoked;
		row.ca = strcmp(ca, "government") == 0 ? TESTPKI_GOVERNMENT : strcmp(ca, "public") == 0 ? TESTPKI_PUBLIC : TESTPKI_ROOT;
		put_issued(pki, &row);
	}
	fclose(f);
}

bool
testpki_find(struct testpki *pki, enum testpki_ca ca, const char *serial, hb_time *ret_revoked)
{
	bool found = false;

	pthread_mutex_lock(&pki->lock);
	refresh(pki);
	for (size_t i = 0; !found && i < pki->n_issued; i++)
		if (pki->issued[i].ca == ca && strcmp(pki->issued[i].serial, serial) == 0) {
			found = true;
			*ret_revoked = pki->issued[i].revoked;
		}
	pthread_mutex_unlock(&pki->lock);
	return found;
}

enum hb_code
testpki_append(struct testpki *pki, const char *serial, enum testpki_ca ca, hb_time revoked, const char *subject, struct hb_err *err)
{
	char path[4096];
	HB_SCOPED_BUF line;
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof path, "%s/issued.tsv", pki->dir);
	hb_buf_init(&line, 4096);
	hb_putf(&line, "%s\t%s\t%lld\t%s\n", serial, ca_name[ca], (long long)revoked, subject);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd >= 0) {
		n = write(fd, line.p, line.len);
		close(fd);
	}
	if (n != (ssize_t)line.len)
		return hb_fail(err, HB_E_INTERNAL, "tep.khongDoc", "không ghi được %s: %s", path, strerror(errno));
	return HB_OK;
}

enum hb_code
testpki_revoke(struct testpki *pki, const char *serial, hb_time when, struct hb_err *err)
{
	hb_time revoked;

	for (int ca = 0; ca < TESTPKI_CA__MAX; ca++)
		if (testpki_find(pki, (enum testpki_ca)ca, serial, &revoked))
			return testpki_append(pki, serial, (enum testpki_ca)ca, when, "revoked", err);
	return hb_fail(err, HB_E_NOTFOUND, "pki.khongHopLe", "không có chứng thư số nào mang số %s", serial);
}

/* --- opening --- */

static enum hb_code
open_folder(struct testpki *pki, int port, struct hb_err *err)
{
	bool made = hb_file_exists(path_of(pki, "", "issued.tsv", ""));
	enum hb_code code = hb_mkdirs(pki->dir, 0755, err);

	if (code == HB_OK)
		code = hb_mkdirs(path_of(pki, "keys", "", ""), 0700, err);
	if (code == HB_OK)
		code = settle_port(pki, port, err);
	pki->url = hb_printf(&pki->arena, "http://127.0.0.1:%d", pki->port);
	pki->tsa_url = hb_printf(&pki->arena, "http://127.0.0.1:%d/tsa", pki->port);
	for (int m = 0; code == HB_OK && m < M__MAX; m++)
		code = made ? load_member(pki, (enum member)m, err) : make_member(pki, (enum member)m, err);
	if (code == HB_OK && pki->root_pem.n == 0)
		code = hb_file_read(path_of(pki, "", "root", ".pem"), HB_FILE_MAX, &pki->arena, &pki->root_pem, err);
	return code;
}

enum hb_code
testpki_open(const char *dir, int port, struct testpki **ret_pki, struct hb_err *err)
{
	struct testpki *pki = calloc(1, sizeof *pki);
	enum hb_code code;

	if (pki == NULL)
		return hb_full(err);
	hb_arena_init(&pki->arena, HB_ARENA_DEFAULT);
	pthread_mutex_init(&pki->lock, NULL);
	pki->dir = hb_strdup(&pki->arena, dir);
	code = open_folder(pki, port, err);
	if (code != HB_OK) {
		testpki_close(pki);
		return code;
	}
	*ret_pki = pki;
	return HB_OK;
}

void
testpki_close(struct testpki *pki)
{
	if (pki == NULL)
		return;
	for (int m = 0; m < M__MAX; m++)
		EVP_PKEY_free(pki->keys[m]);
	hb_arena_fini(&pki->arena);
	pthread_mutex_destroy(&pki->lock);
	free(pki->issued);
	free(pki);
}

const char *
testpki_dir(const struct testpki *pki)
{
	return pki->dir;
}

const char *
testpki_url(const struct testpki *pki)
{
	return pki->url;
}

const char *
testpki_tsa_url(const struct testpki *pki)
{
	return pki->tsa_url;
}

struct hb_bytes
testpki_root_pem(const struct testpki *pki)
{
	return pki->root_pem;
}

struct pki_cert *
testpki_ca_cert(const struct testpki *pki, enum testpki_ca ca)
{
	return pki->certs[testpki_member_of(ca)];
}

struct pki_cert *
testpki_tsa_cert(const struct testpki *pki)
{
	return pki->certs[M_TSA];
}
