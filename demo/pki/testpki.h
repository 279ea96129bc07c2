/* demo/pki/testpki.h - a whole PKI on loopback, for the demo and the tests; no real system trusts it.
 *
 * One root, two issuing CAs (one named like the government's, one like a public CA's), a timestamp service and OCSP
 * responders, kept in one folder; keys never leave that folder (mode 0700).  Addresses in the certificates are
 * http://127.0.0.1:PORT/…, PORT chosen when the folder is made and kept for its life.
 * Several processes may open the folder: issuing and revoking append to issued.tsv, which a server reads again.
 * Thread rule: a testpki and its server may be used by many threads.
 *
 *   root.pem government.pem public.pem tsa.pem ocsp-government.pem ocsp-public.pem   certificates
 *   keys/NAME.pem      port      issued.tsv (serial, CA, revoked at or 0, subject) */
#ifndef DEMO_TESTPKI_H
#define DEMO_TESTPKI_H
#include "sign/pki.h"

struct testpki;
enum testpki_ca { TESTPKI_GOVERNMENT, TESTPKI_PUBLIC, TESTPKI_ROOT, TESTPKI_CA__MAX };

/* Opens the folder, or makes it.  port 0: a free one, when made. */
enum hb_code testpki_open(const char *dir, int port, struct testpki **ret_pki, struct hb_err *err);
void         testpki_close(struct testpki *pki);                    /* NULL is fine */
const char  *testpki_dir(const struct testpki *pki);
const char  *testpki_url(const struct testpki *pki);                /* "http://127.0.0.1:PORT" */
const char  *testpki_tsa_url(const struct testpki *pki);
struct hb_bytes testpki_root_pem(const struct testpki *pki);        /* borrowed */
/* Certificates of the CAs and the TSA, as an operator would have them in its configuration; borrowed. */
struct pki_cert *testpki_ca_cert(const struct testpki *pki, enum testpki_ca ca);
struct pki_cert *testpki_tsa_cert(const struct testpki *pki);

struct testpki_subject {
	enum testpki_ca ca;
	const char *name;               /* CN: "Nguyễn Thị Hòa", "Trường THCS …" */
	const char *organisation;       /* O, or NULL */
	const char *unit;               /* OU, or NULL */
	const char *place;              /* L, or NULL */
	const char *id;                 /* UID: "CCCD:001095012345", "MST:0312345678" */
	hb_time     not_before, not_after;   /* 0: yesterday, in two years */
	bool        usage_encrypt_only;      /* a fault: key usage without signing */
};
/* A certificate for a public key given as SubjectPublicKeyInfo. */
enum hb_code testpki_issue(struct testpki *pki, const struct testpki_subject *s, struct hb_bytes spki, struct hb_arena *a,
    struct pki_cert **ret_cert, struct hb_err *err);
/* The same for a PKCS#10 request, whose signature is checked; the subject is ours, not the request's. */
enum hb_code testpki_issue_csr(struct testpki *pki, const struct testpki_subject *s, struct hb_bytes csr_der, struct hb_arena *a,
    struct pki_cert **ret_cert, struct hb_err *err);
enum hb_code testpki_revoke(struct testpki *pki, const char *serial, hb_time when, struct hb_err *err);

/* --- the services over HTTP --- */
enum testpki_service { TESTPKI_OCSP, TESTPKI_TSA, TESTPKI_CRL, TESTPKI_SERVICE__MAX };
enum testpki_fault {
	TESTPKI_OK = 0,
	TESTPKI_SILENT,                 /* takes the question, never answers (until the fault is lifted) */
	TESTPKI_SLOW,                   /* answers after two seconds */
	TESTPKI_WRONG,                  /* OCSP: another key signs; TSA: another imprint; CRL: another CA's list */
	TESTPKI_REFUSE,                 /* OCSP tryLater; TSA rejection; CRL 404 */
	TESTPKI_GARBAGE                 /* 200 with bytes that are no answer */
};
struct testpki_server;
enum hb_code testpki_serve(struct testpki *pki, struct testpki_server **ret_server, struct hb_err *err);
void         testpki_stop(struct testpki_server *s);                /* NULL is fine */
void         testpki_set_fault(struct testpki_server *s, enum testpki_service service, enum testpki_fault fault);
long         testpki_answered(const struct testpki_server *s, enum testpki_service service);

/* --- a person's token --- */
struct testpki_person {
	struct testpki_subject subject;
	const char *dir;                /* folder of the token: softhsm2.conf and tokens/ are made inside */
	const char *label, *pin;        /* of the token; the key has the same label */
	const char *module;             /* PKCS#11 module; NULL: SoftHSM2 */
	int         rsa_bits;           /* 0: P-256 */
};
/* Makes token, key pair and certificate.  SOFTHSM2_CONF of the process is set meanwhile: one at a time. */
enum hb_code testpki_person(struct testpki *pki, const struct testpki_person *p, struct hb_arena *a,
    struct pki_cert **ret_cert, struct hb_err *err);
#endif
