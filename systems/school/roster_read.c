/* From a file to rows of pupils: columns by heading, values checked one by one. */
#include "school/roster.h"

#include "base/clock.h"
#include "base/text.h"
#include "data/data.h"
#include "rules/rules.h"
#include "school/sheet.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const pupil_field_names[PF__MAX] = { "code", "sector_code", "personal_id", "full_name", "sex", "birth_date",
	"birth_place", "ethnic", "nationality", "home_town", "residence", "father", "father_job", "mother", "mother_job",
	"guardian", "guardian_job", "policy", "disability", "phone", "register_no" };

/* Columns that are no field of the pupil's file. */
enum { COL_STT = PF__MAX, COL_LAST_NAME, COL_FIRST_NAME, COL_FEMALE, COL_CLASS, COL_STATUS, COL_STATUS_DATE, COL_NOTE,
	COL_SUBJECTS, COL_CLUSTERS, COL_SCHOOL };

static const struct { const char *text; int key; } headings[] = {
	{ "stt", COL_STT }, { "tt", COL_STT }, { "so tt", COL_STT },
	{ "ma hoc sinh", PF_CODE }, { "ma hs", PF_CODE }, { "ma so hoc sinh", PF_CODE }, { "mahs", PF_CODE },
	{ "ma moet", PF_SECTOR_CODE }, { "ma dinh danh bo gddt", PF_SECTOR_CODE }, { "ma csdl", PF_SECTOR_CODE },
	{ "so dinh danh ca nhan", PF_PERSONAL_ID }, { "ma dinh danh", PF_PERSONAL_ID }, { "so dinh danh", PF_PERSONAL_ID },
	{ "cccd", PF_PERSONAL_ID }, { "so cccd", PF_PERSONAL_ID }, { "ma dinh danh ca nhan", PF_PERSONAL_ID },
	{ "sddcn", PF_PERSONAL_ID }, { "so dinh danh ca nhan cccd", PF_PERSONAL_ID },
	{ "ho va ten", PF_NAME }, { "ho ten", PF_NAME }, { "ho va ten hoc sinh", PF_NAME }, { "ho ten hoc sinh", PF_NAME },
	{ "ho va ten hs", PF_NAME }, { "ho dem", COL_LAST_NAME }, { "ho va ten dem", COL_LAST_NAME }, { "ho lot", COL_LAST_NAME },
	{ "ho va dem", COL_LAST_NAME }, { "ten", COL_FIRST_NAME },
	{ "ngay sinh", PF_BIRTH }, { "ngay thang nam sinh", PF_BIRTH }, { "sinh ngay", PF_BIRTH }, { "nam sinh", PF_BIRTH },
	{ "gioi tinh", PF_SEX }, { "nam nu", PF_SEX }, { "phai", PF_SEX }, { "nu", COL_FEMALE },
	{ "noi sinh", PF_BIRTH_PLACE }, { "dan toc", PF_ETHNIC }, { "quoc tich", PF_NATIONALITY }, { "que quan", PF_HOME_TOWN },
	{ "cho o hien nay", PF_RESIDENCE }, { "dia chi", PF_RESIDENCE }, { "noi o hien nay", PF_RESIDENCE },
	{ "cho o hien tai", PF_RESIDENCE }, { "ho ten cha", PF_FATHER }, { "ho va ten cha", PF_FATHER },
	{ "cha ho va ten", PF_FATHER }, { "cha ho ten", PF_FATHER }, { "nghe nghiep cha", PF_FATHER_JOB },
	{ "cha nghe nghiep", PF_FATHER_JOB }, { "nghe nghiep cua cha", PF_FATHER_JOB }, { "ho ten me", PF_MOTHER },
	{ "ho va ten me", PF_MOTHER }, { "me ho va ten", PF_MOTHER }, { "me ho ten", PF_MOTHER },
	{ "nghe nghiep me", PF_MOTHER_JOB }, { "me nghe nghiep", PF_MOTHER_JOB }, { "nghe nghiep cua me", PF_MOTHER_JOB },
	{ "nguoi giam ho", PF_GUARDIAN }, { "ho ten nguoi giam ho", PF_GUARDIAN }, { "nghe nghiep nguoi giam ho", PF_GUARDIAN_JOB },
	{ "nguoi giam ho ho va ten", PF_GUARDIAN }, { "nguoi giam ho nghe nghiep", PF_GUARDIAN_JOB },
	{ "doi tuong chinh sach", PF_POLICY }, { "doi tuong uu tien", PF_POLICY }, { "khuyet tat", PF_DISABILITY },
	{ "loai khuyet tat", PF_DISABILITY }, { "dien thoai", PF_PHONE }, { "sdt", PF_PHONE },
	{ "so dien thoai lien lac", PF_PHONE }, { "dien thoai lien lac", PF_PHONE }, { "so dang bo", PF_REGISTER_NO },
	{ "lop", COL_CLASS }, { "ma lop", COL_CLASS }, { "ten lop", COL_CLASS }, { "trang thai", COL_STATUS },
	{ "trang thai hs", COL_STATUS }, { "tinh trang", COL_STATUS }, { "ngay nhap trang thai", COL_STATUS_DATE },
	{ "ngay chuyen den", COL_STATUS_DATE }, { "ghi chu", COL_NOTE }, { "mon lua chon", COL_SUBJECTS },
	{ "mon hoc lua chon", COL_SUBJECTS }, { "chuyen de", COL_CLUSTERS }, { "chuyen de lua chon", COL_CLUSTERS },
	{ "cum chuyen de", COL_CLUSTERS }, { "chuyen de hoc tap", COL_CLUSTERS }, { "ma truong", COL_SCHOOL },
};

static int
known(const char *text, void *ctx)
{
	(void)ctx;
	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
		if (strcmp(headings[i].text, text) == 0)
			return headings[i].key;
	return -1;
}

struct reading {
	struct roster      *r;
	struct hb_arena    *a;
	const char         *school_code;
	const struct table *t;
	size_t              sheet;
	const char         *sheet_class;         /* class the title or the caller names */
	size_t              cap;
};

/* A fault of the row being read. */
#define FAULT(rd, row_, at, warn, key, ...) \
	(note_sheet(rd), table_fault(&(rd)->r->faults, (row_)->row, (uint32_t)((at) < 0 ? 0 : (at)), warn, key, __VA_ARGS__), \
	    (row_)->errors += (warn) ? 0u : 1u)

/* Which sheet the next fault belongs to; the list grows with the faults. */
static void
note_sheet(struct reading *rd)
{
	struct roster *r = rd->r;
	if (r->faults.n % 64 == 0) {
		size_t *v = HB_NEWN(rd->a, size_t, r->faults.n + 64);
		if (v == NULL)
			return;
		if (r->faults.n > 0)
			memcpy(v, r->fault_sheet, r->faults.n * sizeof *v);
		r->fault_sheet = v;
	}
	r->fault_sheet[r->faults.n] = rd->sheet;
}

static const struct xlsx_cell *
cell(const struct reading *rd, uint32_t row, int key)
{
	int col = table_col(rd->t, key);
	return xlsx_at(rd->t->sheet, row, col < 0 ? XLSX_MAX_COLS : (uint32_t)col);
}

/* Trimmed text of a column, or NULL when empty. */
static const char *
text(const struct reading *rd, uint32_t row, int key)
{
	const char *s = hb_trim(rd->a, cell(rd, row, key)->text);
	return s == NULL || s[0] == '\0' ? NULL : s;
}

/* dd/mm/yyyy, d-m-yyyy, yyyy-mm-dd, mm/yyyy, yyyy, or a date cell.  NULL when it is none of them. */
static const char *
date_of(const char *s, struct hb_arena *a)
{
	unsigned d, m, y;
	char     mark[2], tail;
	char     out[HB_DATE_LEN];
	if (sscanf(s, "%4u-%2u-%2u%c", &y, &m, &d, &tail) == 3 && y > 1900)
		return hb_date_valid(s) ? s : NULL;
	if (sscanf(s, "%2u%1[/.-]%2u%1[/.-]%4u%c", &d, mark, &m, mark, &y, &tail) == 5) {
		if (y < 1900 || y > 2100)
			return NULL;
		snprintf(out, sizeof out, "%04u-%02u-%02u", y % 10000, m % 100, d % 100);
		return hb_date_valid(out) ? hb_strdup(a, out) : NULL;
	}
	if (sscanf(s, "%2u%1[/.-]%4u%c", &m, mark, &y, &tail) == 3 && m >= 1 && m <= 12 && y >= 1900 && y <= 2100)
		return hb_printf(a, "%04u-%02u", y, m);
	if (sscanf(s, "%4u%c", &y, &tail) == 1 && y >= 1900 && y <= 2100)
		return hb_printf(a, "%04u", y);
	return NULL;
}

static void
read_birth(struct reading *rd, struct roster_row *row)
{
	const char *s = row->f[PF_BIRTH];
	if (s == NULL)
		return;
	const char *d = date_of(s, rd->a);
	if (d == NULL)
		FAULT(rd, row, row->col[PF_BIRTH], false, "hocSinh.ngaySinh", "ngày sinh “%.20s” không đúng dạng ngày/tháng/năm", s);
	row->f[PF_BIRTH] = d;
}

static void
read_sex(struct reading *rd, struct roster_row *row)
{
	const char *s = row->f[PF_SEX], *x = text(rd, row->row, COL_FEMALE);
	if (s != NULL) {
		const char *f = hb_fold(rd->a, s);
		bool        male = strcmp(f, "nam") == 0, female = strcmp(f, "nu") == 0;
		if (!male && !female)
			FAULT(rd, row, row->col[PF_SEX], false, "hocSinh.gioiTinh", "giới tính “%.20s” phải là Nam hoặc Nữ", s);
		row->f[PF_SEX] = male ? "M" : female ? "F" : NULL;
	} else if (table_col(rd->t, COL_FEMALE) >= 0) {
		row->f[PF_SEX] = x != NULL ? "F" : "M";
		row->col[PF_SEX] = table_col(rd->t, COL_FEMALE);
	}
}

/* A field that is a name of a code list. */
static void
read_listed(struct reading *rd, struct roster_row *row, enum pupil_field f, const struct data_table *list, const char *what)
{
	const char *s = row->f[f];
	if (s == NULL)
		return;
	bool        is_code = data_find(list, 0, "code", s) >= 0;
	const char *code = is_code ? s : data_code_of(list, s, rd->a);
	if (code == NULL)
		FAULT(rd, row, row->col[f], false, "hocSinh.danhMuc", "%s “%.40s” không có trong danh mục", what, s);
	row->f[f] = code;
}

/* A number cell loses the leading zeros of an identity number. */
static void
read_personal_id(struct reading *rd, struct roster_row *row)
{
	const char *s = row->f[PF_PERSONAL_ID];
	size_t      n = s == NULL ? 0 : strlen(s);
	if (s == NULL)
		return;
	if (cell(rd, row->row, PF_PERSONAL_ID)->type == XLSX_NUMBER && n >= 8 && n < 12)
		s = hb_printf(rd->a, "%.*s%s", (int)(12 - n), "0000", s);
	if (s == NULL || strlen(s) != 12 || strspn(s, "0123456789") != 12) {
		FAULT(rd, row, row->col[PF_PERSONAL_ID], false, "dinhDanh.saiDang", "số định danh “%.20s” phải có 12 chữ số",
		    row->f[PF_PERSONAL_ID]);
		s = NULL;
	}
	row->f[PF_PERSONAL_ID] = s;
}

/* PPP C YY: where, century and sex, year (domain facts §5.2).  Only warnings: civil status can change lawfully. */
static void
check_personal_id(struct reading *rd, struct roster_row *row)
{
	const char *id = row->f[PF_PERSONAL_ID], *birth = row->f[PF_BIRTH], *sex = row->f[PF_SEX];
	int         col = row->col[PF_PERSONAL_ID];
	if (id == NULL)
		return;
	char place[4] = { id[0], id[1], id[2], '\0' };
	bool vietnamese = row->f[PF_NATIONALITY] == NULL || strcmp(row->f[PF_NATIONALITY], "VN") == 0;
	if (vietnamese && data_find(&data_birth_codes, 0, "code", place) < 0 && data_find(&data_provinces, 0, "code", place + 1) < 0)
		FAULT(rd, row, col, true, "dinhDanh.tinh", "ba số đầu %s của số định danh không phải mã tỉnh", place);
	int century = id[3] - '0';
	if (sex != NULL && (century % 2 == 1) != (sex[0] == 'F'))
		FAULT(rd, row, col, true, "dinhDanh.gioiTinh", "số định danh ghi giới tính %s, danh sách ghi %s",
		    century % 2 == 1 ? "nữ" : "nam", sex[0] == 'F' ? "nữ" : "nam");
	if (birth != NULL) {
		int year = (int)strtol(birth, NULL, 10), own = 1900 + century / 2 * 100 + (id[4] - '0') * 10 + (id[5] - '0');
		if (year != own)
			FAULT(rd, row, col, true, "dinhDanh.namSinh", "số định danh ghi năm sinh %d, danh sách ghi %d", own, year);
	}
}

static void
check_age(struct reading *rd, struct roster_row *row)
{
	if (row->f[PF_BIRTH] == NULL || row->class_code == NULL)
		return;
	int grade = (int)strtol(row->class_code, NULL, 10), born = (int)strtol(row->f[PF_BIRTH], NULL, 10);
	int age = (int)strtol(rd->r->year, NULL, 10) - born;
	if (grade >= 1 && grade <= 12 && (age < grade + 4 || age > grade + 15))
		FAULT(rd, row, row->col[PF_BIRTH], true, "hocSinh.tuoi", "%d tuổi học lớp %d", age, grade);
}

/* "Vật lí, Hóa học; Tin học" */
static void
read_choices(struct reading *rd, struct roster_row *row, int key, const char *out[ROSTER_CHOICES_MAX], unsigned *ret_n)
{
	const char *s = text(rd, row->row, key);
	while (s != NULL && *s != '\0') {
		size_t n = strcspn(s, ",;+/\n");
		char  *one = hb_strndup(rd->a, s, n), *name = one == NULL ? NULL : hb_trim(rd->a, one);
		s += n + (s[n] != '\0');
		if (name == NULL || name[0] == '\0')
			continue;
		const char *code = rules_subject_find(name) != RULES_SUBJECT__MAX ? name
		                                                                  : data_code_of(&data_subject_names, name, rd->a);
		if (code == NULL || *ret_n == ROSTER_CHOICES_MAX)
			FAULT(rd, row, table_col(rd->t, key), false, "mon.khongBiet", "không biết môn “%.40s”", name);
		else
			out[(*ret_n)++] = code;
	}
}

static void
read_status(struct reading *rd, struct roster_row *row)
{
	const char *s = text(rd, row->row, COL_STATUS), *d = text(rd, row->row, COL_STATUS_DATE);
	row->status = s == NULL ? NULL : data_code_of(&data_pupil_statuses, s, rd->a);
	if (s != NULL && row->status == NULL)
		FAULT(rd, row, table_col(rd->t, COL_STATUS), false, "hocSinh.danhMuc", "trạng thái “%.40s” không có trong danh mục", s);
	row->status_date = d == NULL ? NULL : date_of(d, rd->a);
	if (d != NULL && row->status_date == NULL)
		FAULT(rd, row, table_col(rd->t, COL_STATUS_DATE), false, "hocSinh.ngayTrangThai", "ngày “%.20s” không đúng dạng", d);
	row->note = text(rd, row->row, COL_NOTE);
}

static void
read_name(struct reading *rd, struct roster_row *row)
{
	const char *last = text(rd, row->row, COL_LAST_NAME), *first = text(rd, row->row, COL_FIRST_NAME);
	if (row->f[PF_NAME] == NULL && last != NULL && first != NULL) {
		row->f[PF_NAME] = hb_printf(rd->a, "%s %s", last, first);
		row->col[PF_NAME] = table_col(rd->t, COL_LAST_NAME);
	}
	if (row->f[PF_NAME] == NULL || strlen(row->f[PF_NAME]) > 300 || strchr(row->f[PF_NAME], ' ') == NULL)
		FAULT(rd, row, row->col[PF_NAME], false, "hocSinh.hoTen", "họ và tên “%.60s” chưa đủ họ và tên",
		    row->f[PF_NAME] == NULL ? "" : row->f[PF_NAME]);
}

static void
read_class(struct reading *rd, struct roster_row *row)
{
	const char *own = text(rd, row->row, COL_CLASS);
	row->class_code = own != NULL ? own : rd->sheet_class;
	const char *school = text(rd, row->row, COL_SCHOOL);
	if (school != NULL && strcmp(school, rd->school_code) != 0)
		FAULT(rd, row, table_col(rd->t, COL_SCHOOL), false, "hocSinh.truongKhac", "học sinh của trường khác (mã %.20s)", school);
	if (row->class_code == NULL) {
		FAULT(rd, row, 0, false, "lop.khongRo", "không rõ học sinh thuộc lớp nào");
		return;
	}
	int grade = (int)strtol(row->class_code, NULL, 10);
	if (grade < 1 || grade > 12 || strlen(row->class_code) > 12)
		FAULT(rd, row, table_col(rd->t, COL_CLASS), false, "lop.ten", "tên lớp “%.20s” phải bắt đầu bằng khối 1-12", row->class_code);
}

/* Total lines and signatures under the table have no number, code or birth date. */
static bool
is_pupil(const struct reading *rd, uint32_t row)
{
	const char *stt = text(rd, row, COL_STT), *name = text(rd, row, PF_NAME);
	if (name == NULL)
		name = text(rd, row, COL_LAST_NAME);
	bool numbered = stt != NULL && isdigit((unsigned char)stt[0]);
	return name != NULL && (numbered || text(rd, row, PF_CODE) != NULL || text(rd, row, PF_BIRTH) != NULL) &&
	    known(hb_fold(rd->a, name), NULL) < 0;
}

static void
read_row(struct reading *rd, struct roster_row *row)
{
	const char *stt = text(rd, row->row, COL_STT);
	row->number = stt == NULL ? 0 : (int)strtol(stt, NULL, 10);
	for (int f = 0; f < PF__MAX; f++) {
		row->col[f] = table_col(rd->t, f);
		row->f[f] = row->col[f] < 0 ? NULL : text(rd, row->row, f);
		if (row->f[f] != NULL && (cell(rd, row->row, f)->type == XLSX_FORMULA || cell(rd, row->row, f)->type == XLSX_FAULT))
			FAULT(rd, row, row->col[f], false, "o.congThuc", "ô là công thức chưa có giá trị hoặc bị lỗi (%.20s)", row->f[f]);
	}
	read_name(rd, row);
	read_class(rd, row);
	read_birth(rd, row);
	read_sex(rd, row);
	read_listed(rd, row, PF_ETHNIC, &data_ethnic_groups, "dân tộc");
	read_listed(rd, row, PF_NATIONALITY, &data_nationalities, "quốc tịch");
	read_personal_id(rd, row);
	check_personal_id(rd, row);
	check_age(rd, row);
	read_status(rd, row);
	read_choices(rd, row, COL_SUBJECTS, row->subjects, &row->n_subjects);
	read_choices(rd, row, COL_CLUSTERS, row->clusters, &row->n_clusters);
}

/* A zeroed row at the end of the list, or NULL when memory is full. */
static struct roster_row *
add_row(struct reading *rd)
{
	struct roster *r = rd->r;
	if (r->n == rd->cap) {
		size_t             cap = rd->cap == 0 ? 64 : rd->cap * 2;
		struct roster_row *v = HB_NEWN(rd->a, struct roster_row, cap);
		if (v == NULL)
			return NULL;
		if (r->n > 0)
			memcpy(v, r->rows, r->n * sizeof *v);
		r->rows = v;
		rd->cap = cap;
	}
	return &r->rows[r->n++];
}

static enum hb_code
read_sheet(struct reading *rd, const char *class_code, struct hb_err *err)
{
	const char *year = table_year(rd->t, rd->a);
	if (year != NULL && strcmp(year, rd->r->year) != 0) {
		hb_fail(err, HB_E_RULE, "namHoc.khac", "tệp ghi năm học %s, đang nhập cho năm học %s", year, rd->r->year);
		return hb_hint(err, "Chọn đúng năm học, hoặc sửa tiêu đề của tệp nếu tiêu đề sai.");
	}
	const char *titled = table_class(rd->t, rd->a);
	rd->sheet_class = titled != NULL ? titled : class_code;
	if (titled != NULL && class_code != NULL && strcmp(titled, class_code) != 0)
		return hb_fail(err, HB_E_RULE, "lop.khac", "tệp ghi lớp %s, đang nhập cho lớp %s", titled, class_code);
	for (uint32_t row = rd->t->first; row < rd->t->sheet->rows; row++) {
		if (!is_pupil(rd, row)) {
			rd->r->ignored += text(rd, row, PF_NAME) != NULL;
			continue;
		}
		struct roster_row *one = add_row(rd);
		if (one == NULL)
			return hb_full(err);
		*one = (struct roster_row){ .sheet = rd->sheet, .row = row };
		read_row(rd, one);
	}
	return HB_OK;
}

enum hb_code
roster_read(const struct xlsx_book *book, const char *school_code, const char *year, const char *class_code,
    struct hb_arena *a, struct roster *ret_roster, struct hb_err *err)
{
	enum hb_code   code = HB_OK;
	struct roster  r = { .book = book, .year = year, .faults = { .a = a } };
	struct reading rd = { .r = &r, .a = a, .school_code = school_code };
	for (size_t i = 0; i < book->n_sheets && code == HB_OK; i++) {
		struct table t;
		if (book->sheets[i].hidden || !table_find(&book->sheets[i], known, NULL, 3, a, &t) ||
		    (table_col(&t, PF_NAME) < 0 && table_col(&t, COL_LAST_NAME) < 0))
			continue;
		rd.t = &t;
		rd.sheet = i;
		code = read_sheet(&rd, class_code, err);
	}
	if (code != HB_OK)
		return code;
	if (r.n == 0) {
		hb_fail(err, HB_E_INPUT, "bang.khongThayCot", "không tìm thấy danh sách học sinh: thiếu dòng tiêu đề có “Họ và tên”, “Ngày sinh”");
		return hb_hint(err, "Tải mẫu danh sách lớp rồi chép dữ liệu vào.");
	}
	*ret_roster = r;
	return HB_OK;
}
