/* gradebook/file.h - one class file: its rows, bytes, roll and events; private to systems/gradebook.
 *
 * All functions run in the caller's transaction; results live in the arena.  A file is named to the signing room by
 * "SCHOOL/FILE" (two ids), since the room's hooks carry no session. */
#ifndef GRADEBOOK_FILE_H
#define GRADEBOOK_FILE_H
#include "gradebook/gradebook.h"
#include "gradebook/states.h"
#include "record/class.h"

struct gb_file {
	struct hb_id         id;
	const char          *year, *period, *class_id, *class_name, *replaces;
	int                  grade, revision, missing;
	struct hb_bytes      frozen_sha256;
	hb_time              created_at;
	enum gradebook_state state;
	int64_t              event_seq;
	bool                 year_file;
};
/* HB_E_NOTFOUND "so.khongThay". */
enum hb_code gb_file_get(struct db_tx *tx, const char *school, const char *file, struct hb_arena *a,
    struct gb_file *ret_file, struct hb_err *err);

struct gb_signer {
	const char *slot, *role, *subject, *subject_name, *person_id, *personal_id, *name, *duty_from, *duty_to, *stand_in;
	int         ordinal;
	hb_time     signed_at;           /* 0 = not yet */
	const char *certificate, *fingerprint;
};
struct gb_roll { struct gb_signer *v; size_t n; struct gradebook_facts facts; };
enum hb_code gb_roll_get(struct db_tx *tx, const char *school, const struct gb_file *f, struct hb_arena *a,
    struct gb_roll *ret_roll, struct hb_err *err);
enum hb_code gb_roll_put(struct db_tx *tx, const char *school, const char *file, const struct record_class *cls,
    struct hb_err *err);
/* The step in the table that a signature in this slot is. */
enum gradebook_event gb_slot_event(const struct gb_signer *s);
bool gb_is_year_period(const char *period);

enum hb_code gb_body_put(struct db_tx *tx, const char *school, const char *file, int64_t seq, struct hb_bytes bytes,
    struct hb_err *err);
/* Checked against its stored hash; fails as db_unpack() does. */
enum hb_code gb_body_get(struct db_tx *tx, const char *school, const char *file, struct hb_arena *a,
    struct hb_bytes *ret_bytes, int64_t *ret_seq, struct hb_err *err);

/* Who acts; roles as they act now. */
struct gb_actor { const char *who; auth_roles roles; const char *request; };
struct gb_step { enum gradebook_event event; const char *slot, *reason; };
/* Append the event that the table allows, with its audit row. */
enum hb_code gb_move(struct db_tx *tx, const char *school, const struct gb_file *f, const struct gradebook_facts *facts,
    const struct gb_actor *by, const struct gb_step *step, struct hb_err *err);

/* Counts by the names of the contract. */
struct gb_count { const char *what; int n; };
#define GB_COUNTS 14
void gb_counts(const struct record_counts *c, struct gb_count out[GB_COUNTS]);

/* ---- receive.c ---- */
struct gb_incoming { struct record_class *cls; struct hb_bytes xml; struct hb_sha256 sha256; int missing; };
/* Parse, check, recompute; faults and differences go to ans, and *ret_in stays NULL then. */
enum hb_code gb_read_file(struct hb_bytes xml, struct hb_arena *a, struct gb_incoming **ret_in,
    struct exchange_answer *ans, struct hb_err *err);
extern const struct exchange_handler gradebook_class_file, gradebook_class_report;

/* ---- room.c ---- */
extern const struct signing_host gradebook_signing_host;     /* context: struct gradebook */
#define GB_DOCUMENT_LEN 80
void gb_document(const char *school, const char *file, char out[GB_DOCUMENT_LEN]);
enum hb_code gradebook_sealed_receipt(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err);
#endif
