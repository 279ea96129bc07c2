/* signing/signing.h - the server's side of the signing room, shared by gradebook and transcript.
 *
 * A person asks for a batch: the system says which slots he may sign (from the frozen document's roll), the room
 * checks his registered certificate, prepares one signature for each slot and hands out a packet for his agent.  The
 * agent's values come back: each is embedded into the current document, timestamped, verified as a whole, and stored
 * by the system.  Batches are resumable and every call may be repeated; each item has its own result, failures first.
 * Nothing slow happens inside a transaction: timestamps and OCSP are asked before it.
 *
 * A silent TSA does not stop signing: what lacks a token gets it before the seal, or from signing_finish().  The last
 * signature of a file (slot.is_last) makes it LT; with silent services the file stays signed and signing_finish()
 * completes it later.
 *
 * The room owns the tables of schema.sql (module signing_sql): list it among the modules of the system's database.
 * Thread rule: a room may be used by many threads.
 * Failures besides those of the database: HB_E_RULE "ky.saiLoai", "ky.hetHan", "ky.chuaHieuLuc", "ky.daThuHoi",
 * "ky.caLa", "ky.khongDung"; HB_E_DENIED "ky.chuaDangKy", "ky.khongPhaiCuaBan"; HB_E_NOTFOUND "ky.khongCoGi", "ky.khongThay". */
#ifndef SIGNING_SIGNING_H
#define SIGNING_SIGNING_H
#include <jansson.h>

#include "db/db.h"
#include "http/person.h"
#include "json/write.h"
#include "pdf/pades.h"
#include "sign/evidence.h"
#include "sign/xmlsig.h"

enum { SIGNING_BATCH_MAX = 200, SIGNING_WARN_DAYS = 30 };

/* --- what a system gives --- */
enum signing_format { SIGNING_XML, SIGNING_PDF };
/* One signature that a person may make now. */
struct signing_slot {
	const char *document;            /* the system's own name of the document; opaque, ≤ 200 bytes */
	const char *kind;                /* "gradebook", "transcript": for the signer's eyes and the audit */
	const char *title;               /* "Sổ theo dõi lớp 7A, học kì 1: Toán" */
	const char *changes;             /* what differs from what he last signed, or NULL */
	const char *role;                /* GVBM GVCN CBQL DON_VI … */
	enum pki_kind  wants;            /* PKI_KIND_PERSONAL, or PKI_KIND_UNIT for the seal */
	bool           is_last;          /* the file is complete after this one: timestamps are filled and it becomes LT */
	enum signing_format format;
	struct xmlsig_spec  xml;         /* SIGNING_XML: without certificate, signing_time, claimed_role (= role) */
	struct pades_field  pdf;         /* SIGNING_PDF: without when; name is the field */
};
struct signing_host {
	void *context;                   /* handed to every hook */
	/* Slots of this person now, in the order to sign; filter is the body of the request, may be NULL.  At most
	 * SIGNING_BATCH_MAX are taken.  Slots for which the duty, the order or the state does not allow it are left out. */
	enum hb_code (*slots)(void *context, const struct auth_person *who, const json_t *filter, struct hb_arena *a,
	    struct signing_slot **ret_slots, size_t *ret_n, struct hb_err *err);
	/* Current bytes of a document and the version they have. */
	enum hb_code (*load)(void *context, const char *document, enum signing_format format, struct hb_arena *a,
	    struct hb_bytes *ret_doc, int64_t *ret_version, struct hb_err *err);
	/* The whole document through the verifier, before it is stored.  Its complaint becomes the item's result. */
	enum hb_code (*verify)(void *context, const struct signing_slot *slot, struct hb_bytes doc, struct hb_arena *a,
	    struct hb_err *err);
	/* Inside the room's transaction: still `version`?  else HB_E_CONFLICT.  Store the new bytes, write the state
	 * event and the audit row.  slot NULL: only evidence was added. */
	enum hb_code (*store)(struct db_tx *tx, void *context, const char *document, enum signing_format format,
	    const struct signing_slot *slot, const struct auth_person *who, int64_t version, struct hb_bytes doc,
	    struct hb_err *err);
};
struct signing_room {
	struct db                 *db;
	const struct signing_host *host;
	const struct pki_trust    *trust;
	struct pki_net            *net;
	struct pki_cert *const    *cas;  /* CA and TSA certificates of the operator's configuration; may be empty */
	size_t                     n_cas;
};
extern const struct db_module signing_sql;

/* --- the register of certificates (D7, D8, requirements 19) --- */
struct signing_cert {
	struct hb_id     id;
	struct hb_id     owner;          /* person; for the unit's certificate the school */
	struct pki_cert *cert;
	hb_time          registered;
	hb_time          withdrawn;      /* 0: in use */
};
/* owner == school registers the unit's certificate, which must be a unit's; a person's must be personal. */
enum hb_code signing_register(const struct signing_room *room, const struct auth_person *by, const char *school,
    const char *owner, struct hb_bytes der, struct hb_arena *a, struct hb_id *ret_id, struct hb_err *err);
enum hb_code signing_withdraw(const struct signing_room *room, const struct auth_person *by, const char *school,
    const char *id, const char *reason, struct hb_err *err);
/* owner NULL: all of the school. */
enum hb_code signing_certs(const struct signing_room *room, const char *school, const char *owner, struct hb_arena *a,
    struct signing_cert **ret_certs, size_t *ret_n, struct hb_err *err);

/* --- a batch --- */
/* Request body: {"certificate": b64 DER, "filter": {…}}.  Writes the packet for the agent; `more` says that slots were
 * left for the next batch (SIGNING_BATCH_MAX signatures, or some 24 MiB of documents):
 *   {"batch","certificate","more":bool,"warnings":[…],"documents":[{"id","kind","title","role","format":"xml|pdf","signature",
 *    "changes","document":b64,"attributes":b64 (pdf)}],"refused":[{"title","key","text"}]} */
enum hb_code signing_prepare(const struct signing_room *room, const struct auth_person *who, const json_t *body,
    struct hb_arena *a, struct jw *w, struct hb_err *err);
/* Request body: the agent's reply {"batch","signatures":[{"id","value":b64}],"errors":[…]}.  Writes
 *   {"batch","done":n,"total":n,"results":[{"id","title","state":"failed|waiting|done","timestamp":bool,"key","text"}]} */
enum hb_code signing_complete(const struct signing_room *room, const struct auth_person *who, const json_t *body,
    struct hb_arena *a, struct jw *w, struct hb_err *err);
/* The same reply for a batch as it stands. */
enum hb_code signing_status(const struct signing_room *room, const struct auth_person *who, const char *batch,
    struct hb_arena *a, struct jw *w, struct hb_err *err);

/* Add what is missing: a token to each signature that lacks one and, when the file is complete (`is_complete`), the LT
 * evidence (and the closing timestamp of a PDF).  HB_OK also when nothing was missing; *ret_changed says. */
enum hb_code signing_finish(const struct signing_room *room, const char *document, enum signing_format format, bool is_complete,
    bool *ret_changed, struct hb_err *err);
#endif
