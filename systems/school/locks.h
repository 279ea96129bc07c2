/* school/locks.h - closing sheets, and the docket that opens one cell once (D11.3, D21.3c, seed002 Đ4-6).
 *
 *     request + evidence        head                     the one save of that cell
 *   nothing ──────────► ASKED ───────► APPROVED (cell open) ───────► DONE (closed again)
 *                         └──────────► REFUSED
 *
 * The database itself refuses a locked mark (schema.sql); a docket puts one row into mark_open, and the save of that
 * cell takes it away in the same transaction (marks.h).  Every step is an insert-only event with its audit row. */
#ifndef SCHOOL_LOCKS_H
#define SCHOOL_LOCKS_H
#include "school/marks.h"

/* subject or col NULL: all of them.  *ret_n: sheets concerned. */
struct lock_job { const char *class_id, *subject, *period, *col, *reason; bool lock; };
enum hb_code locks_write(struct db_tx *tx, const struct school_actor *by, const struct lock_job *job, struct hb_arena *a,
    int64_t *ret_n, struct hb_err *err);

struct docket_request {
	struct marks_at at;
	const char     *pupil_id, *col, *text, *reason, *evidence_name;
	struct hb_bytes evidence;
};
/* HB_E_RULE phieu.chuaKhoa when the cell is not locked, phieu.khongDoi when the value is the same. */
enum hb_code docket_ask(struct db_tx *tx, const struct school_actor *by, const struct docket_request *q,
    struct hb_arena *a, struct hb_id *ret_id, struct hb_err *err);
/* HB_E_CONFLICT phieu.daXuLi when it was decided before; HB_E_DENIED phieu.tuDuyet by the one who asked. */
enum hb_code docket_decide(struct db_tx *tx, const struct school_actor *by, const char *docket, bool approve,
    const char *note, struct hb_arena *a, struct hb_err *err);
#endif
