/* signing/signing_int.h - shared by the files of the signing room only. */
#ifndef SIGNING_SIGNING_INT_H
#define SIGNING_SIGNING_INT_H
#include "signing/signing.h"
#include "signing_sql.h"

enum { SIGNING_CAS_MAX = 64, SIGNING_TRIES = 5, SIGNING_WARNINGS_MAX = 4 };

struct signing_warnings { const char *text[SIGNING_WARNINGS_MAX]; size_t n; };

/* register.c: may this certificate sign now?  In force, chained to an issuer of D7.2, not revoked as far as OCSP answers.
 * warnings may be NULL. */
enum hb_code signing_check_cert(const struct signing_room *room, struct pki_cert *cert, struct hb_arena *a,
    struct pki_chain *ret_chain, struct signing_warnings *warnings, struct hb_err *err);
/* The registration of a certificate that `who` may use: his own, or the unit's. */
enum hb_code signing_find_cert(const struct signing_room *room, const struct auth_person *who, const struct pki_cert *cert,
    struct hb_arena *a, struct hb_id *ret_id, struct hb_err *err);

/* finish.c: a token over a digest, whose own signature was checked with the service's certificate. */
enum hb_code signing_stamp(const struct signing_room *room, const struct hb_sha256 *digest, struct hb_arena *a,
    struct hb_bytes *ret_token, struct hb_err *err);

/* One row of signing_item. */
struct signing_item {
	struct signing_slot slot;            /* xml.id or pdf.name filled; the rest of the specifications is not kept */
	const char         *signature;
	int64_t             place, version;
	struct hb_bytes     prepared;
	bool                done;
};
struct signing_batch {
	const char      *id;
	struct hb_id     certificate;
	struct pki_cert *cert;
};
/* reply.c */
enum hb_code signing_load_batch(const struct signing_room *room, const struct auth_person *who, const char *batch,
    struct hb_arena *a, struct signing_batch *ret, struct hb_err *err);
enum hb_code signing_load_item(const struct signing_room *room, const struct auth_person *who, const char *batch, int64_t place,
    struct hb_arena *a, struct signing_item *ret, struct hb_err *err);
enum hb_code signing_mark_failed(const struct signing_room *room, const struct auth_person *who, const char *batch,
    int64_t place, const char *key, const char *text, struct hb_err *err);
#endif
