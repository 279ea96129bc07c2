/* Marks: a block all or nothing, history, stale savers, locks kept by the database, files. */
#include "school_fixture.h"

#include "school/marks_import.h"

#include <pthread.h>
#include <sqlite3.h>

static const char *class_id;
static const char *pupil[40];
static size_t      n_pupils;

static enum hb_code
look_up(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct school_class c;
	struct marks_sheet  s;
	enum hb_code        code = school_class_named(tx, fx_school.s, YEAR, ctx, &fx_arena, &c, err);
	struct marks_at     at = { c.id, SHEET_HOMEROOM, "HK1" };
	if (code == HB_OK)
		code = marks_load(tx, fx_school.s, &at, &fx_arena, &s, err);
	for (n_pupils = 0; code == HB_OK && n_pupils < s.n_pupils && n_pupils < 40; n_pupils++)
		pupil[n_pupils] = s.pupils[n_pupils].id;
	class_id = code == HB_OK ? c.id : NULL;
	return code;
}

struct saving { struct marks_block b; struct marks_saved saved; struct hb_arena *a; };

static enum hb_code
save_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct saving *s = ctx;
	return marks_save(tx, &fx_by, &s->b, s->a, &s->saved, err);
}

static enum hb_code
save(const struct marks_cell *cells, size_t n, int64_t base, const char *key, struct marks_saved *ret, struct hb_err *err)
{
	struct saving s = { .b = { .at = { class_id, "TOAN", "HK1" }, .cells = cells, .n = n, .base = base, .why = "nhập",
		                .key = key }, .a = &fx_arena };
	*err = HB_ERR_INIT;
	enum hb_code code = db_write(fx.db, save_tx, &s, err);
	*ret = s.saved;
	return code;
}

static enum hb_code
load_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct marks_at at = { class_id, "TOAN", "HK1" };
	return marks_load(tx, fx_school.s, &at, &fx_arena, ctx, err);
}

/* The same in an arena of the calling thread. */
struct own_load { struct hb_arena *a; struct marks_sheet s; };

static enum hb_code
own_load_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct own_load *o = ctx;
	struct marks_at  at = { class_id, "TOAN", "HK1" };
	return marks_load(tx, fx_school.s, &at, o->a, &o->s, err);
}

static const char *
value(size_t p, const char *col)
{
	struct marks_sheet s;
	if (db_read(fx.db, load_tx, &s, NULL) != HB_OK)
		return NULL;
	int c = marks_col_index(&s, col);
	return mark_wire(&s.values[p * s.shape.n + (size_t)c], s.shape.cols[c].scale, &fx_arena);
}

/* Every change in order gives the sheet as it is: nothing happened outside the history. */
static enum hb_code
replay_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct marks_sheet s;
	struct db_rows     rows;
	enum hb_code       code = load_tx(tx, &s, err);
	bool               same = code == HB_OK;
	if (code == HB_OK)
		code = db_rows(tx, &school_changes_of_sheet,
		    DB_ARGS(DB_ID(fx_school.s), DB_ID(class_id), DB_TEXT("TOAN"), DB_TEXT("HK1")), &fx_arena, &rows, err);
	if (code != HB_OK)
		return code;
	struct mark_value *now = HB_NEWN(&fx_arena, struct mark_value, s.n_pupils * s.shape.n);
	for (size_t i = 0; i < rows.n; i++) {
		int p = marks_pupil_index(&s, db_id(&rows, i, SCHOOL_CHANGES_OF_SHEET_PUPIL_ID).s);
		int c = marks_col_index(&s, db_text(&rows, i, SCHOOL_CHANGES_OF_SHEET_COL));
		struct mark_value *v = &now[(size_t)p * s.shape.n + (size_t)c], old = { 0 };
		if (!db_is_null(&rows, i, SCHOOL_CHANGES_OF_SHEET_OLD_NUM))
			old = (struct mark_value){ .kind = MARK_NUM, .num = (int)db_int(&rows, i, SCHOOL_CHANGES_OF_SHEET_OLD_NUM) };
		else if (!db_is_null(&rows, i, SCHOOL_CHANGES_OF_SHEET_OLD_WORD))
			old = (struct mark_value){ .kind = MARK_WORD, .word = db_text(&rows, i, SCHOOL_CHANGES_OF_SHEET_OLD_WORD) };
		same &= mark_eq(v, &old);
		*v = (struct mark_value){ 0 };
		if (!db_is_null(&rows, i, SCHOOL_CHANGES_OF_SHEET_NEW_NUM))
			*v = (struct mark_value){ .kind = MARK_NUM, .num = (int)db_int(&rows, i, SCHOOL_CHANGES_OF_SHEET_NEW_NUM) };
		else if (!db_is_null(&rows, i, SCHOOL_CHANGES_OF_SHEET_NEW_WORD))
			*v = (struct mark_value){ .kind = MARK_WORD, .word = db_text(&rows, i, SCHOOL_CHANGES_OF_SHEET_NEW_WORD) };
	}
	for (size_t i = 0; i < s.n_pupils * s.shape.n; i++)
		same &= mark_eq(&now[i], &s.values[i]);
	*(bool *)ctx = same && rows.n > 0;
	return HB_OK;
}

static bool
replays(void)
{
	bool same = false;
	return db_read(fx.db, replay_tx, &same, NULL) == HB_OK && same;
}

static void
saving(void)
{
	struct marks_saved saved;
	struct hb_err      err;
	struct marks_cell  two[] = { { pupil[0], "TX1", "8,5", false }, { pupil[1], "TX1", "7.25", false } };
	ok(save(two, 2, 0, NULL, &saved, &err) == HB_E_RULE && saved.n_refused == 1, "one bad cell: %s", err.msg);
	is(saved.refused[0].suggestion, "7,3", "what was meant");
	is(value(0, "TX1"), "", "and the good cell is not half-saved");
	two[1].text = "7";
	ok(save(two, 2, 0, "key-1", &saved, &err) == HB_OK && saved.version == 1 && saved.n_changed == 2, "saved: %s (D23.1)", err.msg);
	is(value(0, "TX1"), "8.5", "8,5 is 8.5");
	two[0].text = "9";
	ok(save(two, 2, 1, "key-1", &saved, &err) == HB_OK && saved.version == 1, "the same key answers the first save");
	is(value(0, "TX1"), "8.5", "and writes nothing");
	struct marks_cell mine = { pupil[0], "TX1", "9", false }, theirs = { pupil[0], "TX1", "6", false };
	ok(save(&theirs, 1, 1, NULL, &saved, &err) == HB_OK && saved.version == 2, "a colleague saves first");
	ok(save(&mine, 1, 1, NULL, &saved, &err) == HB_E_CONFLICT && strcmp(err.key, "diem.daDoi") == 0, "then a stale save: %s", err.msg);
	is(saved.refused[0].yours, "9.0", "both values are shown: yours");
	is(saved.refused[0].stored, "6.0", "and the stored one");
	struct marks_cell other = { pupil[1], "TX2", "5", false };
	ok(save(&other, 1, 1, NULL, &saved, &err) == HB_OK, "another cell on the old base is no conflict: %s", err.msg);
	struct marks_cell empty = { pupil[1], "TX2", "", false };
	ok(save(&empty, 1, saved.version, NULL, &saved, &err) == HB_OK, "a cell can be emptied");
	is(value(1, "TX2"), "", "it is empty");
	ok(replays(), "the history replays to the sheet (seed002-3)");
}

struct wrong { const char *col, *text, *key, *suggestion; };
static void
refusals(void)
{
	static const struct wrong cases[] = {
		{ "TX1", "85", "diem.ngoaiThang", "8,5" }, { "GK", "10,5", "diem.ngoaiThang", "" }, { "CK", "-1", "diem.ngoaiThang", "" },
		{ "TX1", "abc", "diem.ngoaiThang", "" }, { "TX1", "8,,5", "diem.ngoaiThang", "8,5" }, { "TX1", "NaN", "diem.ngoaiThang", "" },
		{ "TX1", "1e1", "diem.ngoaiThang", "" }, { "TX1", "Đ", "diem.ngoaiThang", "" }, { "TX9", "8", "cot.khongCo", "" },
		{ "CD", "8", "cot.khongCo", "" }, { "MUC", "T", "cot.khongCo", "" },
	};
	struct marks_saved saved;
	struct hb_err      err;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct marks_cell c = { pupil[2], cases[i].col, cases[i].text, false };
		enum hb_code code = save(&c, 1, 99, NULL, &saved, &err);
		ok(code == HB_E_RULE && saved.n_refused == 1 &&
		        strcmp(saved.refused[0].key, cases[i].key) == 0 && strcmp(saved.refused[0].suggestion, cases[i].suggestion) == 0,
		    "%s = %s: %s", cases[i].col, cases[i].text, saved.n_refused > 0 ? saved.refused[0].text : err.msg);
	}
	struct marks_cell date = { pupil[2], "TX1", "2026-05-08", true };
	enum hb_code dated = save(&date, 1, 99, NULL, &saved, &err);
	ok(dated == HB_E_RULE && strcmp(saved.refused[0].suggestion, "8,5") == 0, "a mark that became a day: %s",
	    saved.refused[0].text);
	struct marks_cell stranger = { hb_id_new().s, "TX1", "8", false };
	ok(save(&stranger, 1, 99, NULL, &saved, &err) == HB_E_RULE && strcmp(saved.refused[0].key, "hocSinh.ngoaiLop") == 0, "unknown pupil");
	struct marks_cell twice[] = { { pupil[2], "TX1", "8", false }, { pupil[2], "TX1", "9", false } };
	ok(save(twice, 2, 99, NULL, &saved, &err) == HB_E_RULE && strcmp(saved.refused[0].key, "cot.lap") == 0, "one cell twice in a block");
}

static enum hb_code
lock_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	return db_run(tx, &school_lock_put,
	    DB_ARGS(DB_ID(fx_school.s), DB_ID(class_id), DB_TEXT("TOAN"), DB_TEXT("HK1"), DB_TEXT("TX1"), DB_TEXT("operator"),
	        DB_TIME(hb_now()), DB_TEXT("hết hạn nhập")),
	    NULL, err);
}

/* Straight to the table, past every check of the code. */
static enum hb_code
force_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	return db_run(tx, &school_mark_put,
	    DB_ARGS(DB_ID(fx_school.s), DB_ID(class_id), DB_TEXT("TOAN"), DB_TEXT("HK1"), DB_ID(pupil[0]), DB_TEXT(ctx),
	        DB_INT(100), DB_NULL(), DB_INT(999)),
	    NULL, err);
}

static void
locks(void)
{
	struct marks_saved saved;
	struct hb_err      err = HB_ERR_INIT;
	ok(db_write(fx.db, lock_tx, NULL, &err) == HB_OK, "TX1 is locked: %s", err.msg);
	struct marks_cell c = { pupil[0], "TX1", "10", false }, d = { pupil[0], "TX3", "10", false };
	ok(save(&c, 1, 99, NULL, &saved, &err) == HB_E_CONFLICT && strcmp(err.key, "diem.daKhoa") == 0, "refused with the reason: %s", err.msg);
	ok(save(&d, 1, 99, NULL, &saved, &err) == HB_OK, "another column is open");
	err = HB_ERR_INIT;
	ok(db_write(fx.db, force_tx, "TX1", &err) == HB_E_CONFLICT && strcmp(err.key, "diem.daKhoa") == 0,
	    "the database refuses too: %s", err.msg);
	is(value(0, "TX1"), "6.0", "the mark is as it was");
}

struct saver { int wins, stale, other; };
static void *
race(void *arg)
{
	struct saver *me = arg;
	for (int i = 0; i < 20; i++) {
		HB_SCOPED_ARENA a;
		hb_arena_init(&a, HB_ARENA_DEFAULT);
		char              text[8];
		snprintf(text, sizeof text, "%d,%d", (int)(hb_mono_us() % 10), i % 10);
		struct marks_cell c = { pupil[5], "TX4", text, false };
		struct saving     s = { .b = { .at = { class_id, "TOAN", "HK1" }, .cells = &c, .n = 1, .base = 1000 + i, .why = "đua" }, .a = &a };
		struct own_load   before = { .a = &a };
		if (db_read(fx.db, own_load_tx, &before, NULL) == HB_OK)
			s.b.base = before.s.version;
		struct hb_err err = HB_ERR_INIT;
		enum hb_code  code = db_write(fx.db, save_tx, &s, &err);
		*(code == HB_OK ? &me->wins : code == HB_E_CONFLICT ? &me->stale : &me->other) += 1;
	}
	return NULL;
}

static void
two_savers(void)
{
	pthread_t    others[2];
	struct saver one = { 0 }, two = { 0 };
	pthread_create(&others[0], NULL, race, &one);
	pthread_create(&others[1], NULL, race, &two);
	pthread_join(others[0], NULL);
	pthread_join(others[1], NULL);
	ok(one.wins > 0 && two.wins > 0 && one.other + two.other == 0, "two teachers at one cell: %d and %d saves, %d and %d stale", one.wins,
	    two.wins, one.stale, two.stale);
	ok(replays(), "the history still replays to the sheet");
}

static json_t *
import(const char *text, bool dry, struct hb_err *err)
{
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	*err = HB_ERR_INIT;
	struct marks_job job = { .file = HB_STR(text), .file_name = "m.csv", .year = YEAR, .dry_run = dry };
	return marks_import(&fx, &fx_by, &job, &fx_arena, &out, err) == HB_OK ? json_loads(out.p, 0, NULL) : NULL;
}

#define TITLE "SỔ ĐIỂM MÔN TOÁN;;;;;;;;;\nLớp 6A1 - Học kì I - Năm học 2025-2026;;;;;;;;;\n"
#define HEADING "STT;Mã HS;Họ và tên;ĐĐGtx 1;ĐĐGtx 2;ĐĐGtx 3;ĐĐGtx 4;ĐĐGgk;ĐĐGck;ĐTBmhk\n"

struct bad { const char *name, *text, *cell, *key; };
static void
files(void)
{
	static const struct bad bad_cells[] = {
		{ "85", TITLE HEADING "1;A1;Nguyễn Văn An;6;85;7;8;7,5;8;7,9\n", "E4", "diem.ngoaiThang" },
		{ "a mark out of scale", TITLE HEADING "1;A1;Nguyễn Văn An;6;7;7;8;11,5;8;\n", "H4", "diem.ngoaiThang" },
		{ "unknown pupil", TITLE HEADING "1;Z9;Nguyễn Văn Không;6;7;7;8;7;8;\n", "B4", "hocSinh.ngoaiLop" },
		{ "a shifted row", TITLE HEADING "1;A1;Trần Thị Bình;6;7;7;8;7;8;\n", "B4", "hocSinh.lechDong" },
		{ "a locked column", TITLE HEADING "1;A1;Nguyễn Văn An;10;7;7;8;7;8;\n", "D4", "diem.daKhoa" },
	};
	static const struct bad bad_files[] = {
		{ "wrong year", "MÔN TOÁN;Lớp 6A1 Học kì I Năm học 2023-2024\n" HEADING "1;A1;Nguyễn Văn An;6;7;7;8;7;8;\n", NULL, "namHoc.khac" },
		{ "no such class", "MÔN TOÁN;Lớp 6A9 Học kì I\n" HEADING "1;A1;Nguyễn Văn An;6;7;7;8;7;8;\n", NULL, "lop.khongCo" },
		{ "no term", "MÔN TOÁN;Lớp 6A1\n" HEADING "1;A1;Nguyễn Văn An;6;7;7;8;7;8;\n", NULL, "tep.khongRo" },
		{ "no subject", "Lớp 6A1 Học kì I\n" HEADING "1;A1;Nguyễn Văn An;6;7;7;8;7;8;\n", NULL, "tep.khongRo" },
		{ "subject not learnt", "MÔN VẬT LÍ;Lớp 6A1 Học kì I\n" HEADING "1;A1;Nguyễn Văn An;6;7;7;8;7;8;\n", NULL, "mon.khongCo" },
		{ "no table", "a,b\n1,2\n", NULL, "bang.khongThayCot" },
	};
	struct hb_err err;
	for (size_t i = 0; i < sizeof bad_cells / sizeof *bad_cells; i++) {
		json_t       *answer = import(bad_cells[i].text, false, &err);
		const json_t *f = json_array_get(json_object_get(answer, "faults"), 0);
		const char   *cell = json_string_value(json_object_get(f, "cell")), *key = json_string_value(json_object_get(f, "key"));
		ok(answer != NULL && cell != NULL && strcmp(cell, bad_cells[i].cell) == 0 && strcmp(key, bad_cells[i].key) == 0 &&
		        !json_is_true(json_object_get(answer, "applied")),
		    "%s: %s %s (got %s %s %s)", bad_cells[i].name, bad_cells[i].cell, bad_cells[i].key, cell == NULL ? "-" : cell,
		    key == NULL ? "-" : key, err.msg);
		json_decref(answer);
	}
	is(value(0, "CK"), "", "nothing of the wrong files came in");
	for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++) {
		json_t *answer = import(bad_files[i].text, false, &err);
		ok(answer == NULL && strcmp(err.key, bad_files[i].key) == 0, "%s: %s", bad_files[i].name, err.msg);
		json_decref(answer);
	}
	const char *good = TITLE HEADING "1;A1;Nguyễn Văn An;6;7;7,5;8.0;7,5;8;7,9\n2;A2;Trần Thị Bình;;9;;;;10;\n;;Người lập;;;;;;;\n";
	json_t *dry = import(good, true, &err);
	ok(dry != NULL && fx_count(dry, "new") + fx_count(dry, "changed") == 7 && !json_is_true(json_object_get(dry, "applied")),
	    "dry run: %d new, %d changed, %d same %s", fx_count(dry, "new"), fx_count(dry, "changed"), fx_count(dry, "unchanged"), err.msg);
	is(value(0, "CK"), "", "it wrote nothing");
	json_decref(dry);
	json_t *done = import(good, false, &err);
	ok(done != NULL && json_is_true(json_object_get(done, "applied")), "imported: %s", err.msg);
	is(value(0, "TX4"), "8.0", "8.0 and 7,5 are both marks");
	is(value(1, "CK"), "10", "ten is 10");
	json_decref(done);
	json_t *again = import(good, false, &err);
	ok(fx_count(again, "unchanged") == 8 && fx_count(again, "new") + fx_count(again, "changed") == 0, "again: unchanged");
	json_decref(again);
	ok(replays(), "imports stand in the history too");
}

/* Straight into the file, past the program: what an administrator of the database could do. */
static bool
raw(const char *sql)
{
	sqlite3 *db = NULL;
	bool     good = sqlite3_open(fx_path, &db) == SQLITE_OK && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK && sqlite3_changes(db) > 0;
	sqlite3_close(db);
	return good;
}

static void
fsck(void)
{
	static const struct { const char *name, *wrong, *right; } t[] = {
		{ "a mark changed by hand", "UPDATE mark SET num = num - 1 WHERE col = 'TX4' AND num > 0", "UPDATE mark SET num = num + 1 WHERE col = 'TX4'" },
		{ "a mark under another save", "UPDATE mark SET version = version + 1 WHERE col = 'CK'", "UPDATE mark SET version = version - 1 WHERE col = 'CK'" },
		{ "a sheet that steps without a save", "UPDATE mark_sheet SET version = version + 1", "UPDATE mark_sheet SET version = version - 1" },
	};
	struct hb_err err = HB_ERR_INIT;
	int64_t       n = 0;
	ok(school_fsck(&fx, &n, &err) == HB_OK && n == 1, "fsck agrees with the sheet: %s %s", err.msg, err.log);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		err = HB_ERR_INIT;
		bool done = raw(t[i].wrong);
		ok(done && school_fsck(&fx, &n, &err) == HB_E_CONFLICT && strcmp(err.key, "diem.saiLichSu") == 0, "%s: %s", t[i].name, err.msg);
		ok(raw(t[i].right) && school_fsck(&fx, &n, &err) == HB_OK, "and put back");
	}
}

int
main(void)
{
	struct hb_err err;
	HB_SCOPED_BUF list;
	hb_buf_init(&list, 65536);
	hb_puts(&list, "STT;Mã học sinh;Họ và tên;Ngày sinh;Giới tính;Lớp\n1;A1;Nguyễn Văn An;12/03/2014;Nam;6A1\n"
	               "2;A2;Trần Thị Bình;05/09/2014;Nữ;6A1\n");
	for (int i = 3; i <= 12; i++)
		hb_putf(&list, "%d;A%d;Học Sinh Số %d;01/01/2014;Nam;6A1\n", i, i, i);
	if (fx_open()) {
		json_decref(fx_roster(list.p, NULL, false, false, &err));
		if (ok(db_read(fx.db, look_up, "6A1", &err) == HB_OK && n_pupils == 12, "a class of 12: %s", err.msg)) {
			saving();
			refusals();
			locks();
			two_savers();
			files();
			fsck();
		}
		fx_close();
	}
	return tap_done();
}
