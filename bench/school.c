/* The school's two writes that people wait for, each against its floor: saving 270 marks with checks, history, audit
 * and fsync against the same 270 rows in one transaction; the import of a class of 45 against reading its file. */
#include "bench.h"
#include "school_fixture.h"

#include "school/marks.h"
#include "school/school_sql.h"

enum { PUPILS = 45, COLS = 6 };
static const char *const  cols[COLS] = { "TX1", "TX2", "TX3", "TX4", "GK", "CK" };
static struct marks_cell  cells[PUPILS * COLS];
static char               texts[2][PUPILS * COLS][8];
static const char        *class_id;
static int                turn;
static struct hb_bytes    list;

static enum hb_code
look_up(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct school_class c;
	struct marks_sheet  s;
	(void)ctx;
	enum hb_code    code = school_class_named(tx, fx_school.s, YEAR, "6A1", &fx_arena, &c, err);
	struct marks_at at = { c.id, "TOAN", "HK1" };
	if (code == HB_OK)
		code = marks_load(tx, fx_school.s, &at, &fx_arena, &s, err);
	for (size_t i = 0; code == HB_OK && i < PUPILS * COLS; i++)
		cells[i] = (struct marks_cell){ s.pupils[i / COLS].id, cols[i % COLS], texts[0][i], false };
	class_id = c.id;
	return code;
}

struct one_save { struct hb_arena *a; };

static enum hb_code
save_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct one_save   *s = ctx;
	struct marks_saved saved;
	struct marks_block b = { .at = { class_id, "TOAN", "HK1" }, .cells = cells, .n = PUPILS * COLS, .base = MARKS_ANY_BASE, .why = "nhập" };
	return marks_save(tx, &fx_by, &b, s->a, &saved, err);
}

/* Every cell changes every time. */
static void
save(void *arg)
{
	HB_SCOPED_ARENA a;
	struct one_save s = { &a };
	(void)arg;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	turn ^= 1;
	for (size_t i = 0; i < PUPILS * COLS; i++)
		cells[i].text = texts[turn][i];
	if (db_write(fx.db, save_tx, &s, NULL) != HB_OK)
		abort();
}

static enum hb_code
plain_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	enum hb_code code = HB_OK;
	(void)ctx;
	for (size_t i = 0; i < PUPILS * COLS && code == HB_OK; i++)
		code = db_run(tx, &school_mark_put,
		    DB_ARGS(DB_ID(fx_school.s), DB_ID(class_id), DB_TEXT("VAN"), DB_TEXT("HK1"), DB_ID(cells[i].pupil_id), DB_TEXT(cells[i].col),
		        DB_INT(turn ? 70 : 80), DB_NULL(), DB_INT(1)),
		    NULL, err);
	return code;
}

static void
plain(void *arg)
{
	(void)arg;
	turn ^= 1;
	if (db_write(fx.db, plain_tx, NULL, NULL) != HB_OK)
		abort();
}

static void
read_list(void *arg)
{
	HB_SCOPED_ARENA  a;
	struct xlsx_book book;
	(void)arg;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	if (xlsx_read(list, &a, &book, NULL) != HB_OK)
		abort();
}

static void
import_list(void *arg)
{
	HB_SCOPED_ARENA a;
	HB_SCOPED_BUF   out;
	(void)arg;
	hb_arena_init(&a, (size_t)256 << 20);
	hb_buf_init(&out, HB_BUF_MAX);
	struct roster_job job = { .file = list, .file_name = "b.xlsx", .year = YEAR, .dry_run = true };
	if (roster_import(&fx, &fx_by, &job, &a, &out, NULL) != HB_OK)
		abort();
}

/* A class list as the demo's schools have it: 45 rows, 12 columns. */
static bool
make_list(void)
{
	static const char *const heads[] = { "STT", "Mã học sinh", "Họ và tên", "Ngày sinh", "Giới tính", "Dân tộc", "Nơi sinh", "Quê quán",
		"Họ tên cha", "Họ tên mẹ", "Điện thoại", "Lớp" };
	static struct xlsx_put puts[12 * (PUPILS + 1)];
	size_t                 n = 0;
	for (uint32_t c = 0; c < 12; c++)
		puts[n++] = (struct xlsx_put){ .row = 0, .col = c, .look = XLSX_HEAD, .text = heads[c] };
	for (uint32_t i = 1; i <= PUPILS; i++) {
		const char *row[12] = { hb_printf(&fx_arena, "%u", i), hb_printf(&fx_arena, "P%03u", i), hb_printf(&fx_arena, "Học Sinh Số %u", i),
			"01/02/2014", "Nam", "Kinh", "Huế", "Huế", "Nguyễn Văn Cha", "Trần Thị Mẹ", "0900000000", "6A1" };
		for (uint32_t c = 0; c < 12; c++)
			puts[n++] = (struct xlsx_put){ .row = i, .col = c, .look = XLSX_OPEN, .text = row[c] };
	}
	struct xlsx_page page = { .name = "6A1", .n = n, .cells = puts, .width = 12 };
	return xlsx_write(&page, 1, &fx_arena, &list, NULL) == HB_OK;
}

int
main(void)
{
	HB_SCOPED_BUF     out;
	struct hb_err     err = HB_ERR_INIT;
	hb_buf_init(&out, HB_BUF_MAX);
	if (!fx_open() || !make_list())
		return 1;
	struct roster_job job = { .file = list, .file_name = "b.xlsx", .year = YEAR };
	if (roster_import(&fx, &fx_by, &job, &fx_arena, &out, &err) != HB_OK)
		return 1;
	for (size_t i = 0; i < PUPILS * COLS; i++) {
		snprintf(texts[0][i], sizeof texts[0][i], "%d,5", (int)(5 + i % 5));
		snprintf(texts[1][i], sizeof texts[1][i], "%d", (int)(5 + i % 5));
	}
	if (db_read(fx.db, look_up, NULL, &err) != HB_OK)
		return 1;
	double floor_wall = bench_median(CLOCK_MONOTONIC, 0.1, plain, NULL), wall = bench_median(CLOCK_MONOTONIC, 0.1, save, NULL);
	bench_row("lưu 270 điểm: kiểm tra, lịch sử, nhật kí, fsync", wall * 1e3, "ms", "270 dòng trong một giao dịch", floor_wall * 1e3);
	double floor_cpu = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, plain, NULL), cpu = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, save, NULL);
	bench_row("lưu 270 điểm, CPU", cpu * 1e3, "ms", "270 dòng trong một giao dịch", floor_cpu * 1e3);
	double read = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, read_list, NULL), import = bench_median(CLOCK_PROCESS_CPUTIME_ID, 0.1, import_list, NULL);
	bench_row("thử nhập một lớp 45 em từ xlsx, CPU", import * 1e3, "ms", "đọc tệp xlsx ấy", read * 1e3);
	fx_close();
	return 0;
}
