/* sector/report.h - one class report: from the bytes of a message to what is stored; private to systems/sector. */
#ifndef SECTOR_REPORT_H
#define SECTOR_REPORT_H
#include "record/class.h"
#include "sector/sector.h"
#include "sector/states.h"

/* What check leaves for apply. */
struct sector_report { struct record_class *cls; struct hb_bytes xml; struct hb_sha256 xml_sha256; hb_time prepared_at; };

extern const struct exchange_handler sector_class_report;
enum hb_code sector_class_file_receipt(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err);

/* Parse, check and freeze; faults go to ans. */
enum hb_code sector_read_report(struct hb_bytes payload, struct hb_arena *a, struct sector_report **ret_report,
    struct exchange_answer *ans, struct hb_err *err);
/* The row of one pupil in report_pupil: results of the report's period. */
struct sector_pupil_result { const char *academic, *conduct, *education, *promotion, *award; };
struct sector_pupil_result sector_pupil_result(const struct record_class *cls, const struct record_review *review);
/* Counts by the names of the message; n of them. */
struct sector_count { const char *what; int n; };
#define SECTOR_COUNTS 14
void sector_counts(const struct record_counts *c, struct sector_count out[SECTOR_COUNTS]);
/* Append an event when the table allows it from the newest state. */
enum hb_code sector_move(struct db_tx *tx, const char *school, const char *report, enum sector_event event,
    const char *actor, const char *detail, struct hb_err *err);
#endif
