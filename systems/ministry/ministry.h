/* ministry/ministry.h - the Ministry's system: UUIDs for records, and the locked records that the Sở report (flow 5).
 *
 * UUIDs are given once and given again on asking again.  A record is verified before it is kept, must be what its message
 * says, and is never changed; a correction is a higher version of the year (contracts/flow-5).
 * Ownership: struct ministry owns nothing; its parts outlive it.  Thread rule: any thread. */
#ifndef MINISTRY_MINISTRY_H
#define MINISTRY_MINISTRY_H
#include "auth/auth.h"
#include "db/audit.h"
#include "db/db.h"
#include "exchange/exchange.h"
#include "sign/verify.h"

enum { MINISTRY_FLOW = 5, MINISTRY_UUIDS_MAX = 500, MINISTRY_FILE_MAX = 8 << 20 };

struct ministry {
	struct db       *db;
	struct exchange *exchange;
	struct audit    *audit;
	struct auth     *auth;               /* accounts of officers; NULL without a front door */
	struct hb_id     unit;
	const struct pki_trust *trust;
	/* verify_file(); a test may put its own verdicts here, a system never does. */
	enum hb_code (*verify)(struct hb_bytes bytes, const struct verify_options *o, struct hb_arena *a,
	    struct verify_report *ret, struct hb_err *err);
};
/* Handlers of flow 5; before exchange_start(). */
void ministry_wire(struct ministry *m);
/* A Sở that may report. */
enum hb_code ministry_city_set(struct db_tx *tx, const char *member, const char *name, const char *actor, struct hb_err *err);

/* What the files of a record say of one year; sealed false: no valid seal of that year under that code. */
struct ministry_facts { bool valid, sealed; char fingerprint[65]; int64_t version; const char *why; };
enum hb_code ministry_judge(const struct ministry *m, struct hb_bytes xml, struct hb_bytes pdf, const char *code, const char *year,
    struct hb_arena *a, struct ministry_facts *ret, struct hb_err *err);

/* Every record again: files exact, verifying, saying what the rows say.  HB_E_CONFLICT bo.saiLech. */
enum hb_code ministry_fsck(struct ministry *m, int64_t *ret_n, struct hb_err *err);
#endif
