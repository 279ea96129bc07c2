/* city/city.h - the register of a Sở: unit certificates, record codes, deposits, locks, corrections, report to the Ministry.
 *
 * Schools speak through the exchange (flows 3 and 4, contracts/flow-3, flow-4), officers through the routes; both end in
 * the same functions.  Files are verified before anything is stored; what is stored is never changed, and the latest
 * event of a thing is its state (states.h).  Deadlines are data and are decided by the business clock.
 * Ownership: struct city owns nothing; its parts outlive it.  Thread rule: any thread. */
#ifndef CITY_CITY_H
#define CITY_CITY_H
#include "city/states.h"
#include "auth/auth.h"
#include "db/audit.h"
#include "db/db.h"
#include "db/pack.h"
#include "exchange/exchange.h"
#include "sign/verify.h"

enum { CITY_FLOW_CODES = 3, CITY_FLOW_DEPOSIT = 4, CITY_FLOW_MINISTRY = 5 };
enum { CITY_CODES_MAX = 2000, CITY_UUIDS_MAX = 500, CITY_XML_MAX = 8 << 20, CITY_PDF_MAX = 8 << 20 };

struct city {
	struct db       *db;
	struct exchange *exchange;
	struct audit    *audit;
	const struct pki_trust *trust;       /* anchors of the operator */
	struct pki_cert *const *cas;         /* issuing CAs it knows; may be empty */
	size_t           n_cas;
	const char      *province;           /* code of the Sở in data/deadlines.tsv: "79" */
	const char      *ministry;           /* member id: "ministry" */
	struct auth     *auth;               /* accounts of the Sở's officers; NULL without a front door */
	struct hb_id     unit;               /* their office */
	/* verify_file(); a test may put its own verdicts here, a system never does. */
	enum hb_code (*verify)(struct hb_bytes bytes, const struct verify_options *o, struct hb_arena *a,
	    struct verify_report *ret, struct hb_err *err);
};

/* Handlers of flows 3 and 4 and receipts of flow 5; before exchange_start(). */
void city_wire(struct city *c);

/* -- schools.c ------------------------------------------------------------------------------------------- */
struct city_school { const char *code, *name, *member; };
enum hb_code city_school_set(struct db_tx *tx, const struct city_school *s, const char *actor, struct hb_err *err);
/* HB_E_DENIED truong.khongDaiDien unless that member speaks for the school. */
enum hb_code city_speaks_for(struct db_tx *tx, const char *member, const char *school, struct hb_err *err);

/* -- events.c -------------------------------------------------------------------------------------------- */
struct city_event { enum city_object object; const char *subject; enum city_state to; const char *actor, *reason; };
/* The next event, if the table of states allows it; its audit row too. */
enum hb_code city_event_add(struct db_tx *tx, const struct city_event *e, struct hb_err *err);
enum hb_code city_state_of(struct db_tx *tx, const char *subject, enum city_state *ret_state, struct hb_err *err);

/* -- certificates.c (D21.8) ------------------------------------------------------------------------------ */
/* Officer's decision: to is CITY_APPROVED, CITY_REJECTED or CITY_WITHDRAWN. */
enum hb_code city_certificate_decide(struct db_tx *tx, const char *id, enum city_state to, const char *actor,
    const char *reason, struct hb_err *err);
/* Was this certificate approved for the school, and in its dates, at that time?  HB_E_RULE nop.chungThuDonVi. */
enum hb_code city_certificate_valid(struct db_tx *tx, const char *school, const char *fingerprint, hb_time at,
    struct hb_err *err);

/* -- codes.c (D18.2(3)) ---------------------------------------------------------------------------------- */
/* From now on the code is this pupil's; HB_E_CONFLICT when the pupil has another of that level. */
enum hb_code city_code_hold(struct db_tx *tx, const char *code_id, const char *personal_id, const char *level, struct hb_err *err);

/* -- closing.c (D14.1, D14.2) ---------------------------------------------------------------------------- */
/* Locks every school whose deadline for a round of the year has passed by the business clock. */
enum hb_code city_lock_due(struct city *c, const char *year, const char *actor, int64_t *ret_locked, struct hb_err *err);
/* May this pupil's year still come in?  HB_E_RULE nop.daChot. */
struct city_pupil { const char *school, *year, *code, *personal_id; bool after_summer; };
enum hb_code city_open_for(struct city *c, struct db_tx *tx, const struct city_pupil *p, struct hb_err *err);

/* -- corrections.c (D14.6) ------------------------------------------------------------------------------- */
enum hb_code city_correction_decide(struct db_tx *tx, const char *id, enum city_state to, const char *actor,
    const char *reason, struct hb_err *err);

/* -- report.c: flow 5 (D18.2(5)) ------------------------------------------------------------------------- */
struct city_report { int64_t locked, at_ministry, asked, sent; };
/* Asks for UUIDs that are missing, sends locked records that have one; may be repeated at any time. */
enum hb_code city_report_year(struct city *c, const char *year, const char *actor, struct city_report *ret_report,
    struct hb_err *err);

/* -- files.c --------------------------------------------------------------------------------------------- */
/* Reads the bytes back and compares before it returns. */
enum hb_code city_file_store(struct db_tx *tx, struct hb_bytes bytes, char ret_sha256[DB_SHA_LEN], struct hb_err *err);
enum hb_code city_file_load(struct db_tx *tx, const char *sha256, struct hb_arena *a, struct hb_bytes *ret_bytes,
    struct hb_err *err);

/* -- fsck.c ---------------------------------------------------------------------------------------------- */
/* Every record again: files exact, verifying, saying what the rows say, seal approved; chains of states; the audit.
 * HB_E_CONFLICT kho.saiLech names the first that differs. */
enum hb_code city_fsck(struct city *c, int64_t *ret_n, struct hb_err *err);
#endif
