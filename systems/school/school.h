/* school/school.h - the school system: what its handlers, commands and jobs share.
 *
 * One struct school a process.  school_id never comes from a request: struct school_actor is filled from the session
 * (or by the operator's command line).  All changes go through db_write() closures with their audit row inside.
 * Ownership: struct school owns nothing; its parts outlive it.  Thread rule: any thread. */
#ifndef SCHOOL_SCHOOL_H
#define SCHOOL_SCHOOL_H
#include "db/audit.h"
#include "db/db.h"
#include "exchange/exchange.h"

struct pki_trust;
struct sandbox;
struct school {
	struct db       *db;
	struct exchange *exchange;       /* NULL: nothing is reported (a school whose Sở runs other software) */
	const char      *sector;         /* member id of the sector database: "sector" */
	struct sandbox  *sandbox;        /* where uploads are parsed; NULL: in this process */
	const struct pki_trust *trust;   /* anchors that extracts of other schools are judged by; NULL: none are trusted */
	bool             has_operator_key;
	uint8_t          operator_key[32];   /* DATA/school/auth.key: what proves the operator (operator.h) */
};

/* Who acts, for which school; borrowed for the length of the call. */
struct school_actor {
	const char *school;              /* internal id */
	const char *who;                 /* internal id of the person, or "operator" */
	const char *request;             /* request id, or NULL */
};
/* One audit row of a save, in its transaction. */
enum hb_code school_audit(struct db_tx *tx, const struct school_actor *by, const char *action, const char *object,
    const char *payload, struct hb_err *err);

/* Every mark sheet against its history; how many were looked at.  HB_E_CONFLICT diem.saiLichSu names the first wrong one. */
enum hb_code school_fsck(struct school *s, int64_t *ret_n, struct hb_err *err);

struct school_class {
	const char *id, *year, *code;
	const char *level;               /* TH THCS THPT */
	int         grade;
};
/* By internal id; HB_E_NOTFOUND lop.khongCo. */
enum hb_code school_class_by_id(struct db_tx *tx, const char *school, const char *class_id, struct hb_arena *a,
    struct school_class *ret_class, struct hb_err *err);
/* By code within a year. */
enum hb_code school_class_named(struct db_tx *tx, const char *school, const char *year, const char *code,
    struct hb_arena *a, struct school_class *ret_class, struct hb_err *err);
#endif
