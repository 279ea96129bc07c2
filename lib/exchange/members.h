/* exchange/members.h - the keys of systems, and the signed directory that says whose they are.
 *
 * A system key is one Ed25519 pair made by `init`, file mode 0600.  It signs envelopes, receipts, day heads and
 * checkpoints, never a học bạ (D7.3).  The directory is one JSON file
 *   {"directory": b64url(D), "signature": base64 of Ed25519 by the authority over the bytes D}
 *   D = {"v":1,"serial","issued","members":[{"id","name","address","keys":[{"public","not_before","not_after"}]}]}
 * in which a rotated key is one more entry with its own dates; a loader refuses a serial lower than it has seen. */
#ifndef EXCHANGE_MEMBERS_H
#define EXCHANGE_MEMBERS_H
#include "base/buf.h"
#include "base/clock.h"

enum { EXCHANGE_PUBLIC_LEN = 32, EXCHANGE_SECRET_LEN = 64, EXCHANGE_SIG_LEN = 64, EXCHANGE_MEMBER_KEYS_MAX = 4,
	EXCHANGE_MEMBERS_MAX = 512 };
struct exchange_public { uint8_t b[EXCHANGE_PUBLIC_LEN]; };
struct exchange_key { struct exchange_public pub; uint8_t secret[EXCHANGE_SECRET_LEN]; };
struct exchange_sig { uint8_t b[EXCHANGE_SIG_LEN]; };

/* Creates the file (mode 0600), refusing one that exists. */
enum hb_code exchange_key_create(const char *path, struct exchange_key *ret_key, struct hb_err *err);
/* Refuses a file that others may read. */
enum hb_code exchange_key_load(const char *path, struct exchange_key *ret_key, struct hb_err *err);
void exchange_key_wipe(struct exchange_key *k);
struct exchange_sig exchange_sign(const struct exchange_key *k, struct hb_bytes m);
bool exchange_sig_ok(const struct exchange_public *pub, struct hb_bytes m, struct hb_bytes sig);

struct exchange_member_key { struct exchange_public pub; hb_time not_before, not_after; };
struct exchange_member {
	const char *id, *name, *address;             /* "city", "Sở GDĐT …", "unix:/…/city.sock" or "https://…" */
	struct exchange_member_key keys[EXCHANGE_MEMBER_KEYS_MAX];
	unsigned n_keys;
};
struct exchange_members { int64_t serial; const struct exchange_member *list; size_t n; };   /* lives in an arena */

/* Sign and write the whole directory; serial must grow. */
enum hb_code exchange_members_write(const char *path, const struct exchange_members *m,
    const struct exchange_key *authority, struct hb_err *err);
enum hb_code exchange_members_load(const char *path, const struct exchange_public *authority, struct hb_arena *a,
    struct exchange_members *ret_m, struct hb_err *err);
const struct exchange_member *exchange_member_find(const struct exchange_members *m, const char *id);  /* or NULL */
/* Did one of the member's keys, valid at that instant, make this signature? */
bool exchange_member_signed(const struct exchange_member *m, hb_time at, struct hb_bytes bytes, struct hb_bytes sig);
#endif
