/* Class lists: every way a school writes one, every way one is wrong, and nothing half-imported. */
#include "school_fixture.h"

#define HEAD "STT;Mã học sinh;Họ và tên;Ngày sinh;Giới tính;Số định danh cá nhân;Lớp\n"

static json_t *
import(const char *text, bool dry, struct hb_err *err)
{
	return fx_roster(text, NULL, dry, false, err);
}

static enum hb_code
count_pupils(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = db_rows(tx, &school_pupil_list, DB_ARGS(DB_ID(fx_school.s)), &fx_arena, &rows, err);
	*(size_t *)ctx = rows.n;
	return code;
}

static size_t
pupils(void)
{
	size_t n = 9999;
	return db_read(fx.db, count_pupils, &n, NULL) == HB_OK ? n : 9999;
}

static void
new_changed_unchanged(void)
{
	struct hb_err err;
	const char   *first = "DANH SÁCH LỚP 6A1;;;;;;\nNăm học 2025-2026;;;;;;\n" HEAD
	                      "1;A1;Nguyễn Văn An;12/03/2014;Nam;079214000011;6A1\n"
	                      "2;A2;Trần Thị Bình;05-09-2014;Nữ;;6A1\n"
	                      "3;;Lê Hoàng Châu;2014;Nữ;;6A1\n"
	                      ";;Tổng cộng: 3 học sinh;;;;\n;;Hiệu trưởng;;;;\n";
	json_t *dry = import(first, true, &err);
	ok(dry != NULL && fx_count(dry, "new") == 3 && pupils() == 0, "a dry run says 3 new and writes nothing: %s (D25.1a)", err.msg);
	ok(!json_is_true(json_object_get(dry, "applied")), "it is not applied");
	json_decref(dry);
	json_t *one = import(first, false, &err);
	ok(one != NULL && json_is_true(json_object_get(one, "applied")) && pupils() == 3, "then they are there: %s", err.msg);
	ok(fx_count(one, "ignored") == 2, "totals and signatures under the table are no pupils");
	json_decref(one);
	json_t *again = import(first, false, &err);
	ok(again != NULL && fx_count(again, "unchanged") == 3 && pupils() == 3, "the same file again changes nothing");
	json_decref(again);
	const char *second = HEAD "1;A2;Trần Thị Bình;05/09/2014;Nữ;079314000022;6A1\n"
	                          "2;;Nguyễn Văn An;12/03/2014;Nam;079214000011;6A1\n"
	                          "3;;Le\xcc\x82 Hoa\xcc\x80ng Cha\xcc\x82u;2014;Nữ;;6A1\n";
	json_t *moved = import(second, true, &err);
	const json_t *row = json_array_get(json_object_get(moved, "rows"), 0);
	const json_t *change = json_array_get(json_object_get(row, "changes"), 0);
	ok(moved != NULL && fx_count(moved, "new") == 0 && fx_count(moved, "changed") >= 1,
	    "rows in another order, without codes, in NFD: the same pupils");
	is(json_string_value(json_object_get(change, "cell")), "F2", "the change names its cell");
	is(json_string_value(json_object_get(change, "field")), "personal_id", "and its field");
	json_decref(moved);
}

struct bad { const char *name, *text, *cell, *key; };
static const struct bad rows_refused[] = {
	{ "no such day", HEAD "1;B1;Phan Văn Ba;31/02/2014;Nam;;6A1\n", "D2", "hocSinh.ngaySinh" },
	{ "birth date missing for a new pupil", HEAD "1;B1;Phan Văn Ba;;Nam;;6A1\n", "D2", "hocSinh.ngaySinh" },
	{ "sex that is none", HEAD "1;B1;Phan Văn Ba;01/02/2014;khác;;6A1\n", "E2", "hocSinh.gioiTinh" },
	{ "eleven digits", HEAD "1;B1;Phan Văn Ba;01/02/2014;Nam;07921400001;6A1\n", "F2", "dinhDanh.saiDang" },
	{ "letters in the number", HEAD "1;B1;Phan Văn Ba;01/02/2014;Nam;07921400001O;6A1\n", "F2", "dinhDanh.saiDang" },
	{ "one word is no full name", HEAD "1;B1;Ba;01/02/2014;Nam;;6A1\n", "C2", "hocSinh.hoTen" },
	{ "class without a grade", HEAD "1;B1;Phan Văn Ba;01/02/2014;Nam;;Lá\n", "G2", "lop.ten" },
	{ "the same code twice", HEAD "1;B1;Phan Văn Ba;01/02/2014;Nam;;6A1\n2;B1;Đỗ Thị Tư;03/02/2014;Nữ;;6A1\n", "B3",
	    "hocSinh.trung" },
	{ "somebody else's number", HEAD "1;B1;Phan Văn Ba;01/02/2014;Nam;079214000011;6A1\n", "F2", "dinhDanh.trung" },
	{ "a shifted row", HEAD "1;A1;Phan Văn Ba;01/02/2014;Nam;;6A1\n", "B2", "hocSinh.lechDong" },
	{ "already in another class", HEAD "1;A1;Nguyễn Văn An;12/03/2014;Nam;;6A2\n", "C2", "hocSinh.lopKhac" },
	{ "another school's pupil", "STT;Họ và tên;Ngày sinh;Giới tính;Lớp;Mã trường\n1;Phan Văn Ba;01/02/2014;Nam;6A1;79000999\n",
	    "F2", "hocSinh.truongKhac" },
	{ "unknown ethnic group", "Họ và tên;Ngày sinh;Giới tính;Lớp;Dân tộc\nPhan Văn Ba;01/02/2014;Nam;6A1;Klingon\n", "E2",
	    "hocSinh.danhMuc" },
	{ "unknown chosen subject", "Họ và tên;Ngày sinh;Giới tính;Lớp;Môn lựa chọn\nPhan Văn Ba;01/02/2010;Nam;10A1;Vật lí, Bơi\n",
	    "E2", "mon.khongBiet" },
};

static void
wrong_rows(void)
{
	size_t before = pupils();
	for (size_t i = 0; i < sizeof rows_refused / sizeof *rows_refused; i++) {
		const struct bad *b = &rows_refused[i];
		struct hb_err     err;
		json_t           *answer = import(b->text, false, &err);
		const json_t     *fault = json_array_get(json_object_get(answer, "faults"), 0);
		const char *cell = json_string_value(json_object_get(fault, "cell")), *key = json_string_value(json_object_get(fault, "key"));
		ok(answer != NULL && cell != NULL && strcmp(cell, b->cell) == 0 && strcmp(key, b->key) == 0, "%s: %s %s (got %s %s %s)",
		    b->name, b->cell, b->key, cell == NULL ? "-" : cell, key == NULL ? "-" : key, err.msg);
		ok(!json_is_true(json_object_get(answer, "applied")), "%s: not applied", b->name);
		json_decref(answer);
	}
	ok(pupils() == before, "not one row of the wrong files came in");
	struct hb_err err;
	json_t *mixed = import(HEAD "1;C1;Phan Văn Ba;01/02/2014;Nam;;6A1\n2;C2;Đỗ Thị Tư;30/02/2014;Nữ;;6A1\n", false, &err);
	ok(fx_count(mixed, "new") == 1 && fx_count(mixed, "wrong") == 1 && pupils() == before, "a good row waits for the wrong one");
	json_decref(mixed);
}

static const struct bad files_refused[] = {
	{ "wrong school year", "Năm học 2024 - 2025;;;;;;\n" HEAD "1;B1;Phan Văn Ba;01/02/2014;Nam;;6A1\n", NULL, "namHoc.khac" },
	{ "no heading", "a;b;c\n1;2;3\n", NULL, "bang.khongThayCot" },
	{ "a quote never closed", HEAD "1;B1;\"Phan Văn Ba;01/02/2014;Nam;;6A1\n", NULL, "csv.nhay" },
};

static void
wrong_files(void)
{
	for (size_t i = 0; i < sizeof files_refused / sizeof *files_refused; i++) {
		struct hb_err err;
		json_t       *answer = import(files_refused[i].text, false, &err);
		ok(answer == NULL && strcmp(err.key, files_refused[i].key) == 0, "%s: %s", files_refused[i].name, err.msg);
	}
}

static void
warnings(void)
{
	static const char *const texts[] = {
		HEAD "1;D1;Phan Văn Ba;01/02/2014;Nam;079314000077;6A1\n",      /* sex */
		HEAD "1;D1;Phan Văn Ba;01/02/2014;Nam;079213000077;6A1\n",      /* year */
		HEAD "1;D1;Phan Văn Ba;01/02/2014;Nam;999214000077;6A1\n",      /* province */
		HEAD "1;D1;Phan Văn Ba;01/02/2001;Nam;;6A1\n",                  /* age */
	};
	struct hb_err err;
	size_t        before = pupils();
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		json_t *answer = import(texts[i], false, &err);
		ok(fx_count(answer, "warnings") == 1 && !json_is_true(json_object_get(answer, "applied")), "warned, and waits: %s",
		    json_string_value(json_object_get(json_array_get(json_object_get(answer, "faults"), 0), "text")));
		json_decref(answer);
	}
	json_t *accepted = fx_roster(texts[0], NULL, false, true, &err);
	ok(json_is_true(json_object_get(accepted, "applied")) && pupils() == before + 1, "a person may accept the warning");
	json_decref(accepted);
}

int
main(void)
{
	if (fx_open()) {
		new_changed_unchanged();
		wrong_rows();
		wrong_files();
		warnings();
		fx_close();
	}
	return tap_done();
}
