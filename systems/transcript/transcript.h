/* transcript/transcript.h - the transcript system: what its handlers, commands and tests share.
 *
 * From a sealed class file (flow 2) each pupil's year is built, rendered, signed through lib/signing, issued, and
 * deposited at the city (flow 4) under a code reserved beforehand (flow 3).  Marks are never typed here: the year is
 * taken from the sealed bytes, and the PDF is drawn from the XML.
 * One struct transcript a process; it owns nothing, its parts outlive it.  school comes from the session, never from the
 * request.  All changes go through db_write() closures with their event and audit row inside; nothing slow (verify,
 * render, timestamps) runs inside one.  Thread rule: any thread. */
#ifndef TRANSCRIPT_TRANSCRIPT_H
#define TRANSCRIPT_TRANSCRIPT_H
#include "db/audit.h"
#include "db/db.h"
#include "exchange/exchange.h"
#include "record/class.h"
#include "record/transcript.h"
#include "signing/signing.h"
#include "transcript/states.h"

#define TRANSCRIPT_CODES_MAX    2000     /* pupils of one message */
#define TRANSCRIPT_IMAGE_MAX    ((size_t)200 << 10)
#define TRANSCRIPT_SECRET_LEN   32

struct transcript {
	struct db              *db;
	struct exchange        *exchange;
	struct audit           *audit;       /* for reads; NULL in tests */
	const char             *city;        /* member id of the city's register */
	const char             *gradebook;   /* member whose class files are taken */
	const char             *portal;      /* what the QR puts before the code: "https://hocba.sgd.vn/tra-cuu/" */
	const struct pki_trust *trust;
	struct signing_room     room;        /* its host is transcript_host with this struct as context */
};

/* Who acts, for which school; borrowed for the length of the call. */
struct transcript_actor {
	const char *school;                  /* internal id */
	const char *who;                     /* internal id of the person, or "system:city" */
	const char *request;                 /* request id, or NULL */
};

struct transcript_school {
	const char *id, *code, *name, *superior, *so_code, *signs_from;
	bool        teachers_sign;
};
/* Adds or renames; by init and by the operator. */
enum hb_code transcript_school_put(struct transcript *t, const struct transcript_school *s, struct hb_err *err);
/* By internal id, or by code; HB_E_NOTFOUND "hocBa.truongLa". */
enum hb_code transcript_school_get(struct db_tx *tx, const char *id, const char *code, struct hb_arena *a,
    struct transcript_school *ret_school, struct hb_err *err);

/* ---- flow 3: record codes, from roster time on (contracts/flow-3) ---- */
struct transcript_pupil { const char *id, *personal_id; };
/* Asks the city for a code for each pupil of a level who has none yet; ret_asked counts them. */
enum hb_code transcript_codes_reserve(struct transcript *t, const struct transcript_actor *by, const char *level,
    const struct transcript_pupil *pupils, size_t n, size_t *ret_asked, struct hb_err *err);
/* Gives back codes that no document carries; HB_E_CONFLICT "hocBa.maDaDung". */
enum hb_code transcript_codes_cancel(struct transcript *t, const struct transcript_actor *by, const char *const *codes,
    size_t n, const char *reason, struct hb_err *err);
/* Asks the city what it knows of them; its answer also locks what the city has locked. */
enum hb_code transcript_codes_check(struct transcript *t, const struct transcript_actor *by, const char *const *codes,
    size_t n, struct hb_id *ret_request, struct hb_err *err);

/* ---- other requests to the city ---- */
/* payload without "v" and "school", which are added; the reference is taken.  The answer comes later into the request's row. */
enum hb_code transcript_request(struct transcript *t, const struct transcript_actor *by, int flow, const char *kind,
    const char *subject, json_t *payload, struct hb_id *ret_request, struct hb_err *err);

/* ---- flow 2: class files, and what is built from them ---- */
struct transcript_built { size_t built, unchanged, late, failed; };
/* Every pupil of a stored class file that can have a year from it: built, or why not (build_fault).  May be repeated.
 * A draft made from an earlier revision of the file is discarded and made anew; a signed one is not touched. */
enum hb_code transcript_build(struct transcript *t, const struct transcript_actor *by, const char *source,
    struct transcript_built *ret_built, struct hb_err *err);
/* The newest class file of a class and year in which this pupil stands, as an extract up to a date (D15.2b, D23.5). */
enum transcript_purpose { TRANSCRIPT_TRANSFER, TRANSCRIPT_COMPETITION };
enum hb_code transcript_extract(struct transcript *t, const struct transcript_actor *by, const char *pupil,
    const char *year, enum transcript_purpose purpose, const char *on, struct hb_id *ret_document, struct hb_err *err);

/* ---- signing and issuing ---- */
extern const struct signing_host transcript_host;
/* Evidence complete? verified? then issued and put into the outbox, in one transaction.  HB_E_CONFLICT
 * "hocBa.chuaDuChuKy"; HB_E_RULE "hocBa.kiemTraHong" with the verifier's first complaint. */
enum hb_code transcript_issue(struct transcript *t, const struct transcript_actor *by, const char *document,
    struct hb_err *err);
/* Before the lock only (seed004-9); the next build makes the next revision. */
enum hb_code transcript_recall(struct transcript *t, const struct transcript_actor *by, const char *document,
    const char *reason, struct hb_err *err);
/* Sends a refused deposit again, the same bytes. */
enum hb_code transcript_redeposit(struct transcript *t, const struct transcript_actor *by, const char *document,
    struct hb_err *err);

/* Puts the handlers of flows 2, 3 and 4 into t->exchange. */
void transcript_connect(struct transcript *t);

/* Receipts: codes-reserve; every other request. */
exchange_receipt_fn transcript_codes_answered, transcript_request_answered;

#define TRANSCRIPT_NAME_LEN 76
/* Name of a document towards the signing room: "school/document". */
void transcript_name(const char *school, const char *document, char out[TRANSCRIPT_NAME_LEN]);

/* ---- checking the stores ---- */
struct transcript_fsck { size_t documents, faults; };
typedef void transcript_fault_fn(void *ctx, const char *document, const char *text);
/* Re-parses and re-verifies every file, rebuilds each year from its class file, compares rows; never re-renders. */
enum hb_code transcript_fsck(struct transcript *t, transcript_fault_fn *fault, void *ctx, struct transcript_fsck *ret_sum,
    struct hb_err *err);

/* ---- shared by the nouns ---- */
struct transcript_document {
	const char *id, *kind, *pupil, *pupil_name, *personal_id, *class_id, *class_name, *level, *year, *year_key;
	const char *record_code, *base, *replaces, *source, *fingerprint;
	int         grade, revision, profile;
	bool        late;
	enum doc_state state;
	struct hb_bytes secret;
	hb_time     effective_at;
};
/* HB_E_NOTFOUND "hocBa.khongThay". */
enum hb_code transcript_document_get(struct db_tx *tx, const char *school, const char *id, struct hb_arena *a,
    struct transcript_document *ret_doc, struct hb_err *err);
/* Moves a document by the table: its state, and the event with who and why. */
enum hb_code transcript_step(struct db_tx *tx, const struct transcript_actor *by, const char *document,
    enum doc_event event, const char *note, struct hb_err *err);
/* Bytes as issued, or as they stand now; version is 0 once issued.  HB_E_NOTFOUND "hocBa.khongThay". */
enum hb_code transcript_file(struct db_tx *tx, const char *school, const char *document, enum signing_format format,
    struct hb_arena *a, struct hb_bytes *ret_bytes, int64_t *ret_version, struct hb_err *err);
#endif
