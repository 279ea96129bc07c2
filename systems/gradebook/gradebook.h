/* gradebook/gradebook.h - the signed class files of schools: frozen, reviewed, signed in order, sealed (D9, D12, D13).
 *
 * A class file comes in by flow 1 from the sector database, or by flow 0 from the school itself where no sector answers.
 * It is parsed again, checked, and recomputed by the circulars: it must agree cell by cell, else it is refused with
 * the list.  Then: review count by count (D12.2), every required subject teacher, homeroom teacher, head, seal.  Term
 * files end at the homeroom teacher.  A sealed file leaves by flow 2 in the transaction of the seal.
 * Signing itself is lib/signing's room; this system says who may sign what, checks the whole file before it is stored,
 * and keeps every version.  A correction is a new revision; after the end it must name the fingerprint it replaces.
 * Ownership: struct gradebook owns nothing; its parts outlive it.  Thread rule: any thread. */
#ifndef GRADEBOOK_GRADEBOOK_H
#define GRADEBOOK_GRADEBOOK_H
#include "db/audit.h"
#include "exchange/exchange.h"
#include "http/api.h"
#include "signing/signing.h"

#define GRADEBOOK_FLOW_REPORT 0
#define GRADEBOOK_FLOW_FILE   1
#define GRADEBOOK_FLOW_SEALED 2
#define GRADEBOOK_KIND_REPORT "class-report"
#define GRADEBOOK_KIND_FILE   "class-file"
#define GRADEBOOK_KIND_SEALED "sealed-class"      /* payload: the sealed XML as it is */

struct gradebook {
	struct db          *db;
	struct exchange    *exchange;
	struct audit       *audit;
	struct signing_host host;              /* filled by gradebook_wire() */
	struct signing_room room;              /* gradebook_wire() fills db and host; the caller trust, net, cas */
};

/* Handlers of the exchange and hooks of the signing room; before exchange_start(). */
void gradebook_wire(struct gradebook *g);
/* Parse, recompute and verify every file again and compare with the rows.  HB_E_CONFLICT "so.saiKho" names the first
 * that differs; *ret_n counts files. */
enum hb_code gradebook_fsck(struct gradebook *g, int64_t *ret_n, struct hb_err *err);

/* id: the account system's id of the school. */
struct gradebook_school { const char *id, *code, *name, *reports_from, *transcript; };
enum hb_code gradebook_school_set(struct db_tx *tx, const struct gradebook_school *school, const char *actor,
    struct hb_err *err);
/* What `hocba gradebook …` runs (run/system.h). */
extern const struct hb_system gradebook_system;
#endif
