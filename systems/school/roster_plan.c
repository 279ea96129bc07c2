/* Holding the rows of a file against what the school has. */
#include "school/roster.h"

#include "base/text.h"
#include "school/school_sql.h"
#include "school/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[ROSTER_STATE__MAX] = { "new", "changed", "unchanged", "wrong" };

const char *
roster_state_name(enum roster_state s)
{
	return state_names[s];
}

struct planning {
	const char      *school, *levels;
	struct roster   *r;
	struct hb_arena *a;
	struct db_rows   pupils, enrolments, classes;
	const char     **name_keys;              /* "folded name|birth" of each stored pupil */
};

/* The same list of faults, and the sheet each belongs to, as the reader keeps. */
static void
fault(struct planning *p, struct roster_row *row, int col, bool warning, const char *key, const char *text)
{
	struct roster *r = p->r;
	size_t        *v = HB_NEWN(p->a, size_t, r->faults.n + 1);
	if (v != NULL) {
		if (r->faults.n > 0)
			memcpy(v, r->fault_sheet, r->faults.n * sizeof *v);
		v[r->faults.n] = row->sheet;
		r->fault_sheet = v;
	}
	table_fault(&r->faults, row->row, (uint32_t)(col < 0 ? 0 : col), warning, key, "%s", text);
	row->errors += !warning;
}

static const char *
stored(const struct planning *p, size_t i, enum pupil_field f)
{
	const char *s = db_text(&p->pupils, i, SCHOOL_PUPIL_LIST_CODE + (unsigned)f);
	return s == NULL ? "" : s;
}

static const char *
name_key(struct planning *p, const char *name, const char *birth)
{
	const char *folded = hb_fold(p->a, name), *key = folded == NULL ? NULL : hb_printf(p->a, "%s|%s", folded, birth);
	return key == NULL ? "" : key;
}

static int
by_field(const struct planning *p, enum pupil_field f, const char *value)
{
	for (size_t i = 0; value != NULL && i < p->pupils.n; i++)
		if (strcmp(stored(p, i, f), value) == 0)
			return (int)i;
	return -1;
}

/* Mã học sinh, then personal id, then name and birth date: the only one that fits. */
static int
match(struct planning *p, struct roster_row *row)
{
	int found = by_field(p, PF_CODE, row->f[PF_CODE]);
	if (found < 0)
		found = by_field(p, PF_PERSONAL_ID, row->f[PF_PERSONAL_ID]);
	if (found >= 0 || row->f[PF_NAME] == NULL || row->f[PF_BIRTH] == NULL)
		return found;
	const char *key = name_key(p, row->f[PF_NAME], row->f[PF_BIRTH]);
	int         twins = 0;
	for (size_t i = 0; i < p->pupils.n; i++)
		if (strcmp(p->name_keys[i], key) == 0) {
			/* Another code or number in the file says: another child of the same name and day. */
			bool other = (row->f[PF_CODE] != NULL && strcmp(row->f[PF_CODE], stored(p, i, PF_CODE)) != 0) ||
			    (row->f[PF_PERSONAL_ID] != NULL && stored(p, i, PF_PERSONAL_ID)[0] != '\0');
			if (!other) {
				found = (int)i;
				twins++;
			}
		}
	if (twins > 1) {
		fault(p, row, row->col[PF_NAME], false, "hocSinh.trungTen", "có hai em cùng họ tên và ngày sinh: cần mã học sinh");
		return -1;
	}
	return found;
}

/* A code with another name and another birthday is a shifted row, not a correction. */
static void
check_identity(struct planning *p, struct roster_row *row, size_t i)
{
	const char *name = hb_fold(p->a, stored(p, i, PF_NAME)), *own = row->f[PF_NAME] == NULL ? name : hb_fold(p->a, row->f[PF_NAME]);
	bool other_name = name != NULL && own != NULL && strcmp(name, own) != 0;
	bool other_birth = row->f[PF_BIRTH] != NULL && strcmp(row->f[PF_BIRTH], stored(p, i, PF_BIRTH)) != 0;
	char text[400];
	if (other_name && other_birth) {
		bool by_code = row->f[PF_CODE] != NULL && strcmp(row->f[PF_CODE], stored(p, i, PF_CODE)) == 0;
		snprintf(text, sizeof text, "%s này là của em %.80s (%.10s): dòng có thể bị lệch", by_code ? "mã" : "số định danh",
		    stored(p, i, PF_NAME), stored(p, i, PF_BIRTH));
		if (by_code)
			fault(p, row, row->col[PF_CODE], false, "hocSinh.lechDong", text);
		else
			fault(p, row, row->col[PF_PERSONAL_ID], false, "dinhDanh.trung", text);
	}
	if (row->f[PF_PERSONAL_ID] != NULL) {
		int holder = by_field(p, PF_PERSONAL_ID, row->f[PF_PERSONAL_ID]);
		if (holder >= 0 && (size_t)holder != i) {
			snprintf(text, sizeof text, "số định danh đã thuộc về em %.80s", stored(p, (size_t)holder, PF_NAME));
			fault(p, row, row->col[PF_PERSONAL_ID], false, "dinhDanh.trung", text);
		}
	}
}

static void
check_twice(struct planning *p, struct roster_row *row)
{
	static const enum pupil_field unique[] = { PF_CODE, PF_PERSONAL_ID };
	char                          text[120], at[XLSX_ADDR_LEN];
	for (struct roster_row *q = p->r->rows; q < row; q++) {
		for (size_t k = 0; k < 2; k++) {
			enum pupil_field f = unique[k];
			if (row->f[f] == NULL || q->f[f] == NULL || strcmp(row->f[f], q->f[f]) != 0)
				continue;
			snprintf(text, sizeof text, "trùng với ô %s", xlsx_addr(q->row, (uint32_t)q->col[f], at));
			fault(p, row, row->col[f], false, "hocSinh.trung", text);
			return;
		}
		if (row->pupil_id != NULL && q->pupil_id != NULL && strcmp(row->pupil_id, q->pupil_id) == 0) {
			snprintf(text, sizeof text, "em này đã có ở dòng %u", q->row + 1);
			fault(p, row, row->col[PF_NAME], false, "hocSinh.trung", text);
			return;
		}
	}
}

static void
find_class(struct planning *p, struct roster_row *row)
{
	if (row->class_code == NULL)
		return;
	for (size_t i = 0; i < p->classes.n; i++)
		if (strcmp(db_text(&p->classes, i, SCHOOL_CLASS_LIST_CODE), row->class_code) == 0)
			row->class_id = hb_strdup(p->a, db_id(&p->classes, i, SCHOOL_CLASS_LIST_ID).s);
	enum sheet_level level = sheet_level_of((int)strtol(row->class_code, NULL, 10));
	const char      *have = strstr(p->levels, sheet_level_code(level));
	/* THCS and THPT share their first letters with TH. */
	size_t n = strlen(sheet_level_code(level));
	while (have != NULL && have[n] != ' ' && have[n] != '\0')
		have = strstr(have + 1, sheet_level_code(level));
	if (row->class_id == NULL && have == NULL)
		fault(p, row, 0, false, "lop.saiCap", "trường không có cấp học của lớp này");
}

/* Already in a class this year? */
static void
find_enrolment(struct planning *p, struct roster_row *row)
{
	row->enrol = true;
	for (size_t i = 0; i < p->enrolments.n && row->pupil_id != NULL; i++) {
		if (strcmp(db_id(&p->enrolments, i, SCHOOL_ENROLMENTS_OF_YEAR_PUPIL_ID).s, row->pupil_id) != 0 ||
		    db_text(&p->enrolments, i, SCHOOL_ENROLMENTS_OF_YEAR_TO_DATE)[0] != '\0')
			continue;
		row->enrol = false;
		struct hb_id other = db_id(&p->enrolments, i, SCHOOL_ENROLMENTS_OF_YEAR_CLASS_ID);
		bool same = row->class_id != NULL && strcmp(other.s, row->class_id) == 0;
		if (!same)
			fault(p, row, row->col[PF_NAME], false, "hocSinh.lopKhac", "em đang học lớp khác trong năm học này");
		else if (row->number > 0 && row->number != db_int(&p->enrolments, i, SCHOOL_ENROLMENTS_OF_YEAR_NUMBER))
			row->enrol = true;
		else if (row->status != NULL &&
		    strcmp(row->status, db_text(&p->enrolments, i, SCHOOL_ENROLMENTS_OF_YEAR_STATUS)) != 0)
			row->enrol = true;
	}
}

static void
compare(struct planning *p, struct roster_row *row, size_t i)
{
	bool changed = false;
	row->version = db_int(&p->pupils, i, SCHOOL_PUPIL_LIST_VERSION);
	for (int f = 0; f < PF__MAX; f++) {
		const char *have = stored(p, i, (enum pupil_field)f);
		if (row->f[f] != NULL && strcmp(row->f[f], have) != 0) {
			row->old[f] = have;
			changed = true;
		}
	}
	row->state = changed || row->enrol ? ROSTER_CHANGED : ROSTER_UNCHANGED;
}

static void
plan_row(struct planning *p, struct roster_row *row)
{
	int i = match(p, row);
	if (i >= 0) {
		row->pupil_id = hb_strdup(p->a, db_id(&p->pupils, (size_t)i, SCHOOL_PUPIL_LIST_ID).s);
		check_identity(p, row, (size_t)i);
	} else if (row->f[PF_BIRTH] == NULL && row->errors == 0) {
		fault(p, row, row->col[PF_BIRTH], false, "hocSinh.ngaySinh", "học sinh mới phải có ngày sinh (hoặc tháng, năm sinh)");
	} else if (row->f[PF_SEX] == NULL && row->errors == 0) {
		fault(p, row, row->col[PF_SEX], false, "hocSinh.gioiTinh", "học sinh mới phải có giới tính");
	}
	check_twice(p, row);
	find_class(p, row);
	find_enrolment(p, row);
	row->state = ROSTER_NEW;
	if (i >= 0)
		compare(p, row, (size_t)i);
	if (row->errors > 0)
		row->state = ROSTER_WRONG;
	p->r->counts[row->state]++;
}

enum hb_code
roster_plan(struct db_tx *tx, const struct school_actor *by, struct roster *r, struct hb_arena *a, struct hb_err *err)
{
	struct planning p = { .school = by->school, .r = r, .a = a };
	struct db_rows  school, year;
	enum hb_code    code = db_row(tx, &school_school_get, DB_ARGS(DB_ID(by->school)), a, &school, err);
	if (code == HB_OK)
		code = db_rows(tx, &school_year_get, DB_ARGS(DB_ID(by->school), DB_TEXT(r->year)), a, &year, err);
	if (code != HB_OK)
		return code;
	if (year.n == 0)
		return hb_fail(err, HB_E_RULE, "namHoc.chuaMo", "trường chưa mở năm học %.12s", r->year);
	if (strcmp(db_text(&year, 0, SCHOOL_YEAR_GET_STATE), "OPEN") != 0)
		return hb_fail(err, HB_E_CONFLICT, "namHoc.daChot", "năm học %.12s đã chốt", r->year);
	p.levels = db_text(&school, 0, SCHOOL_SCHOOL_GET_LEVELS);
	if ((code = db_rows(tx, &school_pupil_list, DB_ARGS(DB_ID(by->school)), a, &p.pupils, err)) != HB_OK ||
	    (code = db_rows(tx, &school_class_list, DB_ARGS(DB_ID(by->school), DB_TEXT(r->year)), a, &p.classes, err)) != HB_OK ||
	    (code = db_rows(tx, &school_enrolments_of_year, DB_ARGS(DB_ID(by->school), DB_TEXT(r->year)), a, &p.enrolments,
	         err)) != HB_OK)
		return code;
	p.name_keys = HB_NEWN(a, const char *, p.pupils.n + 1);
	if (p.name_keys == NULL)
		return hb_full(err);
	for (size_t i = 0; i < p.pupils.n; i++)
		p.name_keys[i] = name_key(&p, stored(&p, i, PF_NAME), stored(&p, i, PF_BIRTH));
	memset(r->counts, 0, sizeof r->counts);
	for (size_t i = 0; i < r->n; i++)
		plan_row(&p, &r->rows[i]);
	return HB_OK;
}
