/* Staff and duties from files: every way a row or a file is wrong, named by its cell, and nothing half-imported. */
#include "school_fixture.h"

#include "school/people_import.h"

#define STAFF "STT;Mã GV;Họ và tên;Giới tính;Ngày sinh;Số CCCD;Chức vụ;Từ ngày\n"
#define DUTIES "STT;Mã GV;Giáo viên;Nhiệm vụ;Lớp;Môn;Số quyết định;Ngày quyết định;Từ ngày;Đến ngày\n"

typedef enum hb_code importer(struct school *s, const struct school_actor *by, const struct people_job *job, struct hb_arena *a,
    struct hb_buf *out, struct hb_err *err);

static json_t *
import(importer *how, const char *text, bool dry, struct hb_err *err)
{
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	*err = HB_ERR_INIT;
	struct people_job job = { .file = HB_STR(text), .file_name = "p.csv", .year = YEAR, .dry_run = dry };
	return how(&fx, &fx_by, &job, &fx_arena, &out, err) == HB_OK ? json_loads(out.p, 0, NULL) : NULL;
}

static enum hb_code
count_tx(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct db_rows staff, duties;
	enum hb_code   code = db_rows(tx, &school_staff_list, DB_ARGS(DB_ID(fx_school.s)), &fx_arena, &staff, err);
	if (code == HB_OK)
		code = db_rows(tx, &school_duty_list, DB_ARGS(DB_ID(fx_school.s), DB_TEXT(YEAR)), &fx_arena, &duties, err);
	if (code == HB_OK)
		*(size_t *)ctx = staff.n * 1000 + duties.n;
	return code;
}

/* Teachers × 1000 + duties. */
static size_t
stored(void)
{
	size_t n = 0;
	return db_read(fx.db, count_tx, &n, NULL) == HB_OK ? n : 0;
}

static bool
applied(const json_t *answer)
{
	return json_is_true(json_object_get(answer, "applied"));
}

static void
good_files(void)
{
	const char *staff = "DANH SÁCH GIÁO VIÊN\n" STAFF "1;GV01;Phạm Thị Hoa;Nữ;02/03/1985;079185000011;Giáo viên;01/08/2025\n"
	                    "2;GV02;Trần Văn Bình;Nam;1980-05-06;;;01/08/2025\n;;Hiệu trưởng;;;;;\n";
	const char *duties = DUTIES "1;GV01;Phạm Thị Hoa;Dạy môn;6A1;Toán;12/QĐ;01/08/2025;01/09/2025;\n"
	                     "2;GV02;Trần Văn Bình;Chủ nhiệm;6A1;;12/QĐ;01/08/2025;01/09/2025;\n";
	struct hb_err err;
	json_t       *answer = import(staff_import, staff, true, &err);
	ok(fx_count(answer, "new") == 2 && !applied(answer) && stored() == 0, "a dry run writes no teacher: %s", err.msg);
	json_decref(answer);
	answer = import(staff_import, staff, false, &err);
	ok(applied(answer) && stored() == 2000, "two teachers: %s", err.msg);
	json_decref(answer);
	answer = import(staff_import, staff, false, &err);
	ok(fx_count(answer, "unchanged") == 2 && stored() == 2000, "the same list again changes nothing");
	json_decref(answer);
	answer = import(duties_import, duties, false, &err);
	ok(applied(answer) && stored() == 2002, "their duties: %s", err.msg);
	json_decref(answer);
	answer = import(duties_import, DUTIES "1;GV01;Phạm Thị Hoa;Dạy môn;6A1;Toán;12/QĐ;01/08/2025;01/09/2025;31/12/2025\n", false, &err);
	ok(applied(answer) && fx_count(answer, "changed") == 1 && stored() == 2002, "a last day ends one, and makes no other");
	json_decref(answer);
}

static const struct bad { const char *name; importer *how; const char *text, *cell, *key; } rows[] = {
	{ "a teacher without a code", staff_import, STAFF "1;;Đỗ Thị Tư;Nữ;02/03/1985;;;\n", "B2", "canBo.thieuMa" },
	{ "a position nobody knows", staff_import, STAFF "1;GV03;Đỗ Thị Tư;Nữ;02/03/1985;;Phi công;\n", "G2", "canBo.chucVu" },
	{ "eleven digits", staff_import, STAFF "1;GV03;Đỗ Thị Tư;Nữ;02/03/1985;07918500001;;\n", "F2", "dinhDanh.saiDang" },
	{ "no such day, after a good row", staff_import, STAFF "1;GV03;Đỗ Thị Tư;Nữ;02/03/1985;;;\n2;GV04;Lê Văn Năm;Nam;31/02/1985;;;\n", "E3",
	    "ngay.saiDang" },
	{ "one code twice", staff_import, STAFF "1;GV03;Đỗ Thị Tư;Nữ;02/03/1985;;;\n2;GV03;Lê Văn Năm;Nam;01/02/1985;;;\n", "B3", "canBo.trung" },
	{ "one personal id twice", staff_import, STAFF "1;GV03;Đỗ Thị Tư;Nữ;;079185000033;;\n2;GV04;Lê Văn Năm;Nam;;079185000033;;\n", "F3",
	    "canBo.trung" },
	{ "a colleague's personal id", staff_import, STAFF "1;GV03;Đỗ Thị Tư;Nữ;;079185000011;;\n", "F2", "canBo.trung" },
	{ "a teacher nobody knows, after a good row", duties_import, DUTIES "1;GV02;;Dạy môn;6A1;Ngữ văn;12/QĐ;01/08/2025;01/09/2025;\n"
	    "2;GV09;;Dạy môn;6A1;Toán;12/QĐ;01/08/2025;01/09/2025;\n", "B3", "phanCong.giaoVien" },
	{ "no teacher", duties_import, DUTIES "1;;Ai đó;Dạy môn;6A1;Toán;12/QĐ;01/08/2025;01/09/2025;\n", "B2", "phanCong.giaoVien" },
	{ "no duty", duties_import, DUTIES "1;GV01;;;6A1;Toán;12/QĐ;01/08/2025;01/09/2025;\n", "D2", "phanCong.nhiemVu" },
	{ "a duty nobody knows", duties_import, DUTIES "1;GV01;;Lái xe;6A1;Toán;12/QĐ;01/08/2025;01/09/2025;\n", "D2", "phanCong.nhiemVu" },
	{ "a class that is not there", duties_import, DUTIES "1;GV01;;Dạy môn;9A9;Toán;12/QĐ;01/08/2025;01/09/2025;\n", "E2", "lop.khongCo" },
	{ "a subject nobody knows", duties_import, DUTIES "1;GV01;;Dạy môn;6A1;Bơi lội;12/QĐ;01/08/2025;01/09/2025;\n", "F2", "mon.khongBiet" },
	{ "no decision (D6)", duties_import, DUTIES "1;GV01;;Dạy môn;6A1;Toán;;01/08/2025;01/09/2025;\n", "G2", "phanCong.quyetDinh" },
	{ "no first day", duties_import, DUTIES "1;GV01;;Dạy môn;6A1;Toán;12/QĐ;01/08/2025;;\n", "I2", "phanCong.tuNgay" },
	{ "a last day that is none", duties_import, DUTIES "1;GV01;;Dạy môn;6A1;Toán;12/QĐ;01/08/2025;01/09/2025;40/09/2025\n", "J2", "ngay.saiDang" },
};

static void
wrong_rows(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct bad *b = &rows[i];
		struct hb_err     err;
		json_t           *answer = import(b->how, b->text, false, &err);
		const json_t     *fault = json_array_get(json_object_get(answer, "faults"), 0);
		const char *cell = json_string_value(json_object_get(fault, "cell")), *key = json_string_value(json_object_get(fault, "key"));
		ok(cell != NULL && strcmp(cell, b->cell) == 0 && strcmp(key, b->key) == 0 && !applied(answer) && stored() == 2002,
		    "%s: %s %s (got %s %s %s)", b->name, b->cell, b->key, cell == NULL ? "-" : cell, key == NULL ? "-" : key, err.msg);
		json_decref(answer);
	}
}

static void
wrong_files(void)
{
	static const struct bad files[] = {
		{ "teachers of another year", staff_import, "Năm học 2024 - 2025;;\n" STAFF "1;GV03;Đỗ Thị Tư;Nữ;02/03/1985;;;\n", NULL, "namHoc.khac" },
		{ "duties of another year", duties_import, "Năm học 2024 - 2025;;\n" DUTIES "1;GV01;;Dạy môn;6A1;Toán;1;01/08/2024;01/09/2024;\n", NULL,
		    "namHoc.khac" },
		{ "no table", staff_import, "a;b;c\n1;2;3\n", NULL, "bang.khongThayCot" },
		{ "a class list for duties", duties_import, "STT;Mã học sinh;Họ và tên;Ngày sinh\n1;A1;Lê Văn Năm;01/02/2014\n", NULL, "bang.khongThayCot" },
		{ "a quote never closed", duties_import, DUTIES "1;GV01;\"Hoa;Dạy môn\n", NULL, "csv.nhay" },
		{ "a workbook cut short", staff_import, "PK\3\4", NULL, "bang.hong" },
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct hb_err err;
		json_t       *answer = import(files[i].how, files[i].text, false, &err);
		ok(answer == NULL && strcmp(err.key, files[i].key) == 0 && stored() == 2002, "%s: %s %s", files[i].name, files[i].key, err.msg);
		json_decref(answer);
	}
}

int
main(void)
{
	struct hb_err err;
	if (fx_open()) {
		json_decref(fx_roster("STT;Mã học sinh;Họ và tên;Ngày sinh;Giới tính;Lớp\n1;A1;Nguyễn Văn An;12/03/2014;Nam;6A1\n", NULL, false, false, &err));
		good_files();
		wrong_rows();
		wrong_files();
		fx_close();
	}
	return tap_done();
}
