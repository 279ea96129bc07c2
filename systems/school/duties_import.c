#include "people_int.h"

#include "base/text.h"
#include "data/data.h"
#include "rules/rules.h"
#include "school/school_sql.h"

#include <string.h>

enum { D_STT, D_CODE, D_NAME, D_ROLE, D_CLASS, D_SUBJECT, D_STRAND, D_SIGN, D_DECISION, D_DATE, D_FROM, D_TO };
static const struct people_heading headings[] = {
	{ "stt", D_STT }, { "tt", D_STT }, { "ma gv", D_CODE }, { "ma giao vien", D_CODE }, { "ma can bo", D_CODE }, { "ho va ten", D_NAME },
	{ "giao vien", D_NAME }, { "nhiem vu", D_ROLE }, { "lop", D_CLASS }, { "mon", D_SUBJECT }, { "mon hoc", D_SUBJECT },
	{ "phan mon", D_STRAND }, { "mach noi dung", D_STRAND }, { "ki so", D_SIGN }, { "phai ki", D_SIGN }, { "so quyet dinh", D_DECISION },
	{ "quyet dinh so", D_DECISION }, { "ngay quyet dinh", D_DATE }, { "tu ngay", D_FROM }, { "den ngay", D_TO }, { NULL, 0 } };

static const struct { const char *folded, *role; } roles[] = {
	{ "day mon", "SUBJECT" }, { "giang day", "SUBJECT" }, { "bo mon", "SUBJECT" }, { "gvbm", "SUBJECT" }, { "chu nhiem", "HOMEROOM" },
	{ "gvcn", "HOMEROOM" }, { "hieu truong", "HEAD" }, { "pho hieu truong", "DEPUTY" }, { "van thu", "CLERK" }, { "hoc vu", "RECORDS" } };

static enum hb_code
before(struct db_tx *tx, struct people *p, struct hb_err *err)
{
	enum hb_code code = db_rows(tx, &school_staff_list, DB_ARGS(DB_ID(p->by->school)), p->a, &p->staff, err);
	if (code == HB_OK)
		code = db_rows(tx, &school_class_list, DB_ARGS(DB_ID(p->by->school), DB_TEXT(p->job->year)), p->a, &p->classes, err);
	if (code == HB_OK)
		code = db_rows(tx, &school_duty_list, DB_ARGS(DB_ID(p->by->school), DB_TEXT(p->job->year)), p->a, &p->duties, err);
	return code;
}

struct duty {
	const char  *role, *subject, *strand, *decision, *date, *from, *to;
	struct hb_id staff, class_id;                /* class_id.s[0] == 0: of the whole school */
	bool         must_sign;
};

static const char *
read_role(struct people *p, uint32_t at)
{
	const char *folded = hb_fold(p->a, people_text(p, at, D_ROLE));
	for (size_t i = 0; folded != NULL && i < sizeof roles / sizeof *roles; i++)
		if (strcmp(roles[i].folded, folded) == 0)
			return roles[i].role;
	people_fault(p, at, D_ROLE, "phanCong.nhiemVu", "nhiệm vụ “%.40s” phải là Dạy môn, Chủ nhiệm, Hiệu trưởng, Phó hiệu trưởng, Văn thư hoặc Học vụ",
	    people_text(p, at, D_ROLE));
	return NULL;
}

static void
read_people(struct people *p, uint32_t at, struct duty *d)
{
	const char *code = people_text(p, at, D_CODE), *class_code = people_text(p, at, D_CLASS);
	bool        found = false, of_class = strcmp(d->role, "SUBJECT") == 0 || strcmp(d->role, "HOMEROOM") == 0;
	for (size_t i = 0; i < p->staff.n && !found; i++)
		if ((found = strcmp(db_text(&p->staff, i, SCHOOL_STAFF_LIST_CODE), code) == 0))
			d->staff = db_id(&p->staff, i, SCHOOL_STAFF_LIST_ID);
	if (!found)
		people_fault(p, at, D_CODE, "phanCong.giaoVien", "không có giáo viên mã “%.40s”", code);
	if (!of_class)
		return;
	found = false;
	for (size_t i = 0; i < p->classes.n && !found; i++)
		if ((found = strcmp(db_text(&p->classes, i, SCHOOL_CLASS_LIST_CODE), class_code) == 0))
			d->class_id = db_id(&p->classes, i, SCHOOL_CLASS_LIST_ID);
	if (!found)
		people_fault(p, at, D_CLASS, "lop.khongCo", "năm học %.12s không có lớp “%.20s”", p->job->year, class_code);
}

static bool
read_duty(struct people *p, uint32_t at, struct duty *d)
{
	size_t before_faults = p->faults.errors;
	*d = (struct duty){ .role = read_role(p, at), .subject = "", .strand = people_text(p, at, D_STRAND),
		.decision = people_text(p, at, D_DECISION), .date = people_date(p, at, D_DATE), .from = people_date(p, at, D_FROM),
		.to = people_date(p, at, D_TO) };
	if (d->role == NULL)
		return false;
	read_people(p, at, d);
	const char *subject = people_text(p, at, D_SUBJECT), *sign = hb_fold(p->a, people_text(p, at, D_SIGN));
	if (strcmp(d->role, "SUBJECT") == 0) {
		d->subject = rules_subject_find(subject) != RULES_SUBJECT__MAX ? subject : data_code_of(&data_subject_names, subject, p->a);
		if (d->subject == NULL)
			people_fault(p, at, D_SUBJECT, "mon.khongBiet", "không biết môn “%.40s”", subject);
	}
	d->must_sign = sign == NULL || strcmp(sign, "khong") != 0;
	if (d->decision[0] == '\0' || d->date == NULL || d->date[0] == '\0')
		people_fault(p, at, D_DECISION, "phanCong.quyetDinh", "phân công phải có số và ngày quyết định (D6)");
	if (d->from == NULL || d->from[0] == '\0')
		people_fault(p, at, D_FROM, "phanCong.tuNgay", "phân công phải có ngày bắt đầu");
	return p->faults.errors == before_faults;
}

/* The same duty stored before, or -1. */
static int
find_same(const struct people *p, const struct duty *d)
{
	for (size_t i = 0; i < p->duties.n; i++) {
		bool class_is = db_is_null(&p->duties, i, SCHOOL_DUTY_LIST_CLASS_ID)
		    ? d->class_id.s[0] == '\0' : strcmp(db_id(&p->duties, i, SCHOOL_DUTY_LIST_CLASS_ID).s, d->class_id.s) == 0;
		if (class_is && strcmp(db_text(&p->duties, i, SCHOOL_DUTY_LIST_ROLE), d->role) == 0 &&
		    strcmp(db_text(&p->duties, i, SCHOOL_DUTY_LIST_SUBJECT), d->subject) == 0 &&
		    strcmp(db_id(&p->duties, i, SCHOOL_DUTY_LIST_STAFF_ID).s, d->staff.s) == 0 &&
		    strcmp(db_text(&p->duties, i, SCHOOL_DUTY_LIST_FROM_DATE), d->from) == 0)
			return (int)i;
	}
	return -1;
}

static enum hb_code
row(struct db_tx *tx, struct people *p, uint32_t at, struct hb_err *err)
{
	struct duty d;
	bool        coded = people_text(p, at, D_CODE)[0] != '\0', has_role = people_text(p, at, D_ROLE)[0] != '\0';
	/* Under the table stand signatures; a numbered row that lacks one of the two is a mistake and is told. */
	if (people_text(p, at, D_STT)[0] == '\0' ? !coded || !has_role : !coded && !has_role)
		return HB_OK;
	if (!read_duty(p, at, &d))
		return HB_OK;
	int  have = find_same(p, &d);
	bool ends = have >= 0 && d.to[0] != '\0' && db_text(&p->duties, (size_t)have, SCHOOL_DUTY_LIST_TO_DATE)[0] == '\0';
	p->fresh += have < 0;
	p->changed += ends;
	p->same += have >= 0 && !ends;
	if (!p->write)
		return HB_OK;
	if (ends)
		return db_run(tx, &school_duty_end,
		    DB_ARGS(DB_TEXT(d.to), DB_ID(p->by->school), DB_ID(db_id(&p->duties, (size_t)have, SCHOOL_DUTY_LIST_ID).s)), NULL, err);
	if (have >= 0)
		return HB_OK;
	return db_run(tx, &school_duty_put,
	    DB_ARGS(DB_ID(p->by->school), DB_ID(hb_id_new().s), DB_TEXT(p->job->year), d.class_id.s[0] == '\0' ? DB_NULL() : DB_ID(d.class_id.s),
	        DB_TEXT(d.role), DB_TEXT(d.subject), DB_TEXT(d.strand), DB_ID(d.staff.s), DB_INT(d.must_sign), DB_TEXT(d.decision),
	        DB_TEXT(d.date), DB_TEXT(d.from), DB_TEXT(d.to), DB_NULL()),
	    NULL, err);
}

enum hb_code
duties_import(struct school *s, const struct school_actor *by, const struct people_job *job, struct hb_arena *a,
    struct hb_buf *out, struct hb_err *err)
{
	struct people p = { .by = by, .job = job, .kind = "duties", .headings = headings, .least = 5, .row = row, .before = before, .a = a };
	return people_import(s, &p, out, err);
}
