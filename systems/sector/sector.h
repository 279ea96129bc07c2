/* sector/sector.h - the sector database of a Sở: takes class reports (flow 0), freezes them as XML, sends them on (flow 1).
 *
 * A report is accepted whole or refused with every reason: its counts must equal what is inside it (D12.2), the member
 * that sends it must be the one that reports for that school, and a correction must be a later revision.  What was
 * accepted is never changed; a newer revision takes its place.  Freezing and the message to gradebook happen in the
 * transaction that accepts the report, so that nothing is accepted and forgotten.
 * Ownership: struct sector owns nothing; its parts outlive it.  Thread rule: any thread. */
#ifndef SECTOR_SECTOR_H
#define SECTOR_SECTOR_H
#include "db/audit.h"
#include "db/db.h"
#include "exchange/exchange.h"
#include "http/api.h"

#define SECTOR_FLOW_REPORT 0
#define SECTOR_FLOW_FILE   1
#define SECTOR_KIND_REPORT "class-report"
#define SECTOR_KIND_FILE   "class-file"

struct sector {
	struct db       *db;
	struct exchange *exchange;
	struct audit    *audit;
};

/* Set the exchange's handlers; before exchange_start(). */
void sector_wire(struct sector *s);
/* Re-parse every report and frozen file, recount, compare with the rows.  HB_E_CONFLICT "baoCao.saiKho" names the first that
 * differs; *ret_n counts what was looked at. */
enum hb_code sector_fsck(struct sector *s, int64_t *ret_n, struct hb_err *err);

/* A school that may report.  id is kept when the code is known. */
struct sector_school { const char *code, *name, *commune, *member, *gradebook; };
enum hb_code sector_school_set(struct db_tx *tx, const struct sector_school *school, const char *actor,
    struct hb_err *err);
/* What `hocba sector …` runs (run/system.h). */
extern const struct hb_system sector_system;
#endif
