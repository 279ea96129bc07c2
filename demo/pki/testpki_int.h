/* demo/pki/testpki_int.h - the opened folder; shared by the files of the test PKI. */
#ifndef DEMO_TESTPKI_INT_H
#define DEMO_TESTPKI_INT_H
#include "demo/pki/testpki.h"

#include <openssl/x509.h>
#include <pthread.h>
#include <sys/stat.h>

/* Everything that has a key, in the order of making. */
enum member { M_ROOT, M_GOVERNMENT, M_PUBLIC, M_TSA, M_OCSP_GOVERNMENT, M_OCSP_PUBLIC, M__MAX };
extern const char *const testpki_member_name[M__MAX];

struct issued { char serial[48]; enum testpki_ca ca; hb_time revoked; };
struct testpki {
	struct hb_arena  arena;
	const char      *dir, *url, *tsa_url;
	int              port;
	struct hb_bytes  root_pem;
	struct pki_cert *certs[M__MAX];
	EVP_PKEY        *keys[M__MAX];
	pthread_mutex_t  lock;               /* over what follows */
	struct issued   *issued;
	size_t           n_issued, cap_issued;
	struct stat      seen;               /* of issued.tsv when last read */
};

enum member testpki_member_of(enum testpki_ca ca);
/* Status of a serial: false when this CA never issued it. */
bool testpki_find(struct testpki *pki, enum testpki_ca ca, const char *serial, hb_time *ret_revoked);
enum hb_code testpki_append(struct testpki *pki, const char *serial, enum testpki_ca ca, hb_time revoked, const char *subject,
    struct hb_err *err);

/* issue.c */
enum profile { PROFILE_ROOT, PROFILE_CA, PROFILE_TSA, PROFILE_OCSP, PROFILE_PERSON };
struct request {
	enum profile profile;
	const struct testpki_subject *subject;
	EVP_PKEY    *key;
	enum member  issuer;                 /* M__MAX: itself */
};
enum hb_code testpki_make_cert(struct testpki *pki, const struct request *q, struct hb_arena *a, struct pki_cert **ret_cert,
    struct hb_err *err);

/* Answers, DER; the services of server.c. */
enum hb_code testpki_ocsp_answer(struct testpki *pki, enum testpki_ca ca, struct hb_bytes request, enum testpki_fault fault,
    struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err);
enum hb_code testpki_crl(struct testpki *pki, enum testpki_ca ca, struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err);
enum hb_code testpki_tsa_answer(struct testpki *pki, struct hb_bytes request, enum testpki_fault fault, struct hb_arena *a,
    struct hb_bytes *ret, struct hb_err *err);
#endif
