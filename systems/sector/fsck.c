/* Every stored report read again, counted again, frozen again: rows and files must be what the payload says. */
#include "record/compute.h"
#include "sector/report.h"

#include <string.h>

#include "sector/sector_sql.h"

struct fsck { struct sector *s; struct hb_arena *a; int64_t n; };

static enum hb_code
differs(const char *what, const char *report, struct hb_err *err)
{
	return hb_fail(err, HB_E_CONFLICT, "baoCao.saiKho", "báo cáo %s: %s không khớp với nội dung đã nhận", report, what);
}

static bool
same_sha(struct hb_bytes stored, struct hb_bytes bytes)
{
	struct hb_sha256 now = hb_sha256(bytes);
	return stored.n == HB_SHA256_LEN && memcmp(stored.p, now.b, stored.n) == 0;
}

static enum hb_code
check_counts(struct db_tx *tx, const char *school, const char *report, const struct record_class *cls, struct hb_arena *a,
    struct hb_err *err)
{
	struct record_counts counted;
	struct sector_count want[SECTOR_COUNTS];
	struct db_rows rows;
	size_t found = 0;
	enum hb_code code = db_rows(tx, &sector_report_counts, DB_ARGS(DB_ID(school), DB_ID(report)), a, &rows, err);
	if (code != HB_OK)
		return code;
	record_class_count(cls, &counted);
	sector_counts(&counted, want);
	for (size_t i = 0; i < rows.n; i++)
		for (int k = 0; k < SECTOR_COUNTS; k++)
			found += strcmp(db_text(&rows, i, SECTOR_REPORT_COUNTS_WHAT), want[k].what) == 0
			    && db_int(&rows, i, SECTOR_REPORT_COUNTS_N) == want[k].n;
	return found == SECTOR_COUNTS ? HB_OK : differs("số liệu đối chiếu", report, err);
}

/* By cells, not by bytes: a later writer may lay the same content out otherwise. */
static enum hb_code
check_frozen(struct hb_bytes xml, const struct record_class *cls, const char *report, struct hb_arena *a,
    struct hb_err *err)
{
	struct record_class *frozen;
	struct record_differences diff;
	enum hb_code code;
	if ((code = record_class_from_xml(xml, a, &frozen, err)) != HB_OK
	    || (code = record_class_compare(cls, frozen, RECORD_ALL_CELLS, a, &diff, err)) != HB_OK)
		return code;
	return diff.n == 0 ? HB_OK : differs("tệp đã đóng băng", report, err);
}

static enum hb_code
check_one(struct db_tx *tx, const char *school, const char *report, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct db_rows row, frozen;
	struct record_class *cls;
	enum hb_code code;
	if ((code = db_row(tx, &sector_report_get, DB_ARGS(DB_ID(school), DB_ID(report)), &a, &row, err)) != HB_OK
	    || (code = db_row(tx, &sector_frozen_get, DB_ARGS(DB_ID(school), DB_ID(report)), &a, &frozen, err)) != HB_OK)
		return code;
	struct hb_bytes payload = db_bytes(&row, 0, SECTOR_REPORT_GET_PAYLOAD);
	if (!same_sha(db_bytes(&row, 0, SECTOR_REPORT_GET_PAYLOAD_SHA256), payload))
		return differs("nội dung", report, err);
	if ((code = record_class_from_json(payload, &a, &cls, err)) != HB_OK)
		return code;
	if ((code = check_counts(tx, school, report, cls, &a, err)) != HB_OK)
		return code;
	if (!same_sha(db_bytes(&frozen, 0, SECTOR_FROZEN_GET_XML_SHA256), db_bytes(&frozen, 0, SECTOR_FROZEN_GET_XML)))
		return differs("tệp đã đóng băng", report, err);
	return check_frozen(db_bytes(&frozen, 0, SECTOR_FROZEN_GET_XML), cls, report, &a, err);
}

static enum hb_code
check_all(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct fsck *f = ctx;
	struct db_rows rows;
	enum hb_code code = db_rows(tx, &sector_report_ids, NULL, f->a, &rows, err);
	f->n = 0;
	for (size_t i = 0; i < rows.n && code == HB_OK; i++) {
		code = check_one(tx, db_id(&rows, i, SECTOR_REPORT_IDS_SCHOOL_ID).s, db_id(&rows, i, SECTOR_REPORT_IDS_ID).s, err);
		f->n += code == HB_OK;
	}
	return code;
}

enum hb_code
sector_fsck(struct sector *s, int64_t *ret_n, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct fsck f = { .s = s, .a = &a };
	enum hb_code code = db_read(s->db, check_all, &f, err);
	if (code == HB_OK)
		*ret_n = f.n;
	return code;
}
