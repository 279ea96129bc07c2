/* Marks from a file: find what each sheet is about, gather its cells, save all sheets in one transaction. */
#include "school/marks_import.h"

#include "base/codec.h"
#include "base/text.h"
#include "school/import_json.h"
#include "school/school_sql.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MAX = 600 };

/* The cells of one mark sheet that the file holds, and where each stands in it. */
struct block {
	struct school_class  cls;
	const char          *subject, *period;
	struct marks_cell   *cells;
	size_t              *sheet, n, cap;
	uint32_t            *row, *col;
	const char         **pupil;              /* names, for the answer */
	struct marks_saved   saved;
};

struct importing {
	const struct school_actor *by;
	const struct marks_job    *job;
	struct hb_arena           *a;
	struct xlsx_book           book;
	struct table_faults        faults;
	size_t                    *fault_sheet;
	struct block              *blocks;
	size_t                     n_blocks, n_cells, skipped;
	struct db_rows             duties;       /* of job->staff */
	const char                *class_code, *year;
	struct hb_err              other;        /* why the first sheet was passed over */
	bool                       applied;
	/* the sheet being read */
	size_t                     sheet;
	struct table               t;
	struct marks_headings     *heads;
	struct marks_names         names;
	struct school_class        cls;
	const char                *subject, *period;
	struct marks_sheet         list;         /* for its pupils */
};

static void
fault(struct importing *im, size_t sheet, uint32_t row, uint32_t col, const char *key, const char *text,
    const char *suggestion)
{
	size_t *v = HB_NEWN(im->a, size_t, im->faults.n + 1);
	if (v != NULL) {
		if (im->faults.n > 0)
			memcpy(v, im->fault_sheet, im->faults.n * sizeof *v);
		v[im->faults.n] = sheet;
		im->fault_sheet = v;
	}
	size_t before = im->faults.n;
	table_fault(&im->faults, row, col, false, key, "%s", text);
	if (im->faults.n > before)
		im->faults.v[before].suggestion = suggestion;
}

/* ---- what the sheet is about ---- */

/* Two sources: the caller and the file.  A sheet about something else than asked is passed over (HB_E_RULE
 * tep.khacYeuCau): a workbook holds many. */
static enum hb_code
agree(const char *asked, const char *written, const char *what, const char *sheet, const char **ret, struct hb_err *err)
{
	if (asked != NULL && written != NULL && strcmp(asked, written) != 0)
		return hb_fail(err, HB_E_RULE, "tep.khacYeuCau", "trang “%.60s” ghi %s %s, đang nhập cho %s", sheet, what, written, asked);
	*ret = asked != NULL ? asked : written;
	if (*ret == NULL) {
		hb_fail(err, HB_E_RULE, "tep.khongRo", "trang “%.60s” không ghi %s", sheet, what);
		return hb_hint(err, "Ghi rõ lớp, môn, học kì ở tiêu đề hoặc tên trang, hoặc chọn khi tải lên.");
	}
	return HB_OK;
}

static enum hb_code
identify(struct db_tx *tx, struct importing *im, bool *ret_primary, struct hb_err *err)
{
	const struct marks_job *job = im->job;
	const char             *name = im->t.sheet->name, *year = table_year(&im->t, im->a), *class_code;
	if (year != NULL && strcmp(year, im->year) != 0)
		return hb_fail(err, HB_E_RULE, "namHoc.khac", "trang “%.60s” ghi năm học %s, đang nhập cho năm học %s", name, year,
		    im->year);
	enum hb_code code = agree(im->class_code, table_class(&im->t, im->a), "lớp", name, &class_code, err);
	if (code == HB_OK)
		code = school_class_named(tx, im->by->school, im->year, class_code, im->a, &im->cls, err);
	if (code != HB_OK)
		return code;
	*ret_primary = strcmp(im->cls.level, "TH") == 0;
	return agree(job->period, marks_title_period(im->t.title, *ret_primary), "kì đánh giá", name, &im->period, err);
}

/* ---- rows ---- */

static const char *
text_at(struct importing *im, uint32_t row, int key)
{
	int         col = table_col(&im->t, key);
	const char *s = col < 0 ? NULL : hb_trim(im->a, xlsx_at(im->t.sheet, row, (uint32_t)col)->text);
	return s == NULL || s[0] == '\0' ? NULL : s;
}

static const char *
name_at(struct importing *im, uint32_t row)
{
	const char *name = text_at(im, row, MARKS_COL_NAME), *last = text_at(im, row, MARKS_COL_LAST);
	const char *first = text_at(im, row, MARKS_COL_FIRST);
	return name == NULL && last != NULL && first != NULL ? hb_printf(im->a, "%s %s", last, first) : name;
}

/* "05/09/2014" and "2014-09-05" are the same day. */
static bool
same_birth(const char *file, const char *stored)
{
	char vi[HB_DATE_LEN] = "";
	if (strlen(stored) == 10)
		hb_date_vi(stored, vi);
	return strcmp(file, stored) == 0 || strcmp(file, vi) == 0 || strlen(stored) < 10;
}

/* By code; else the only one of this name (and birth date, when the file has it). */
static int
find_pupil(struct importing *im, uint32_t row, const char *code, const char *name)
{
	const char *folded = name == NULL ? NULL : hb_fold(im->a, name), *birth = text_at(im, row, MARKS_COL_BIRTH);
	int         found = -1, many = 0;
	int         code_col = table_col(&im->t, MARKS_COL_CODE), name_col = table_col(&im->t, MARKS_COL_NAME);
	uint32_t    at = (uint32_t)(code != NULL ? code_col : name_col < 0 ? 0 : name_col);
	for (size_t i = 0; i < im->list.n_pupils; i++) {
		const struct marks_pupil *p = &im->list.pupils[i];
		const char               *theirs = hb_fold(im->a, p->name);
		bool same_name = folded == NULL || (theirs != NULL && strcmp(folded, theirs) == 0);
		if (code != NULL && strcmp(p->code, code) == 0) {
			if (same_name)
				return (int)i;
			fault(im, im->sheet, row, at, "hocSinh.lechDong", hb_printf(im->a, "mã này là của em %s: dòng có thể bị lệch", p->name), "");
			return -1;
		}
		if (code == NULL && folded != NULL && same_name && (birth == NULL || same_birth(birth, p->birth_date))) {
			found = (int)i;
			many++;
		}
	}
	if (many == 1)
		return found;
	const char *why = many > 1 ? hb_printf(im->a, "lớp %s có %d em cùng tên: cần mã học sinh", im->cls.code, many)
	                           : hb_printf(im->a, "lớp %s không có học sinh %s", im->cls.code, code != NULL ? code : name);
	fault(im, im->sheet, row, at, many > 1 ? "hocSinh.trungTen" : "hocSinh.ngoaiLop", why == NULL ? "" : why, "");
	return -1;
}

/* Assigned today, by a duty the head has confirmed: the subject in the class, or its homeroom sheet. */
static bool
assigned(const struct importing *im, const char *subject)
{
	const char *role = strcmp(subject, SHEET_HOMEROOM) == 0 ? "HOMEROOM" : "SUBJECT";
	for (size_t i = 0; i < im->duties.n; i++)
		if (strcmp(db_text(&im->duties, i, SCHOOL_DUTIES_OF_STAFF_ROLE), role) == 0 &&
		    !db_is_null(&im->duties, i, SCHOOL_DUTIES_OF_STAFF_CLASS_ID) &&
		    strcmp(db_id(&im->duties, i, SCHOOL_DUTIES_OF_STAFF_CLASS_ID).s, im->cls.id) == 0 &&
		    (role[0] == 'H' || strcmp(db_text(&im->duties, i, SCHOOL_DUTIES_OF_STAFF_SUBJECT), subject) == 0))
			return true;
	return im->job->staff == NULL;
}

/* Only what was asked for, and only what the sender may write. */
static bool
wanted(const struct importing *im, const char *subject)
{
	return (im->job->subject == NULL || strcmp(im->job->subject, subject) == 0) && assigned(im, subject);
}

static struct block *
block_for(struct importing *im, const char *subject)
{
	for (size_t i = 0; i < im->n_blocks; i++)
		if (strcmp(im->blocks[i].cls.id, im->cls.id) == 0 && strcmp(im->blocks[i].subject, subject) == 0 &&
		    strcmp(im->blocks[i].period, im->period) == 0)
			return &im->blocks[i];
	if (im->n_blocks == BLOCKS_MAX)
		return NULL;
	struct block *b = &im->blocks[im->n_blocks++];
	*b = (struct block){ .cls = im->cls, .subject = subject, .period = im->period };
	return b;
}

static bool
grow(struct block *b, struct hb_arena *a)
{
	size_t cap = b->cap == 0 ? 128 : b->cap * 2;
#define GROWN(field, T) \
	do { \
		T *v = HB_NEWN(a, T, cap); \
		if (v == NULL) \
			cap = 0; \
		else if (b->n > 0) \
			memcpy(v, b->field, b->n * sizeof *v); \
		b->field = v == NULL ? b->field : v; \
	} while (0)
	GROWN(cells, struct marks_cell);
	GROWN(sheet, size_t);
	GROWN(row, uint32_t);
	GROWN(col, uint32_t);
	GROWN(pupil, const char *);
#undef GROWN
	b->cap = cap == 0 ? b->cap : cap;
	return cap != 0;
}

static enum hb_code
add_cell(struct importing *im, struct block *b, const struct marks_pupil *p, const char *col, const struct xlsx_cell *c,
    struct hb_err *err)
{
	const char *own = hb_strdup(im->a, col);       /* the headings are those of one sheet only */
	if (own == NULL || (b->n == b->cap && !grow(b, im->a)))
		return hb_full(err);
	b->cells[b->n] = (struct marks_cell){ .pupil_id = p->id, .col = own, .text = c->text, .date = c->type == XLSX_DATE };
	b->sheet[b->n] = im->sheet;
	b->row[b->n] = c->row;
	b->col[b->n] = c->col;
	b->pupil[b->n++] = p->name;
	im->n_cells++;
	return HB_OK;
}

static enum hb_code
read_row(struct importing *im, uint32_t row, struct hb_err *err)
{
	const char *stt = text_at(im, row, MARKS_COL_STT), *code = text_at(im, row, MARKS_COL_CODE), *name = name_at(im, row);
	bool        numbered = stt != NULL && isdigit((unsigned char)stt[0]);
	const char *folded = name == NULL ? NULL : hb_fold(im->a, name);
	if ((!numbered && code == NULL) || name == NULL || (folded != NULL && strncmp(folded, "ho va ten", 9) == 0))
		return HB_OK;                           /* a line under the table, or the second row of the heading */
	int p = find_pupil(im, row, code, name);
	for (uint32_t c = 0; c < im->t.n_cols && p >= 0; c++) {
		const struct xlsx_cell *cell = xlsx_at(im->t.sheet, row, c);
		if (im->t.key[c] < MARKS_COL_TARGET || cell->text[0] == '\0')
			continue;
		if (cell->type == XLSX_FORMULA || cell->type == XLSX_FAULT) {
			fault(im, im->sheet, row, c, "o.congThuc", "ô là công thức chưa có giá trị hoặc bị lỗi", "");
			continue;
		}
		const struct marks_target *t = &im->heads->targets[im->t.key[c] - MARKS_COL_TARGET];
		const char                *subject = t->subject != NULL ? t->subject : im->subject;
		if (!wanted(im, subject))
			continue;
		struct block              *b = block_for(im, subject);
		if (b == NULL)
			return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp có hơn %d bảng điểm", BLOCKS_MAX);
		enum hb_code got = add_cell(im, b, &im->list.pupils[p], t->col, cell, err);
		if (got != HB_OK)
			return got;
	}
	return HB_OK;
}

/* Does the table have a column of the sheet's own subject (not "Toán | Mức")? */
static bool
needs_subject(const struct importing *im)
{
	for (uint32_t c = 0; c < im->t.n_cols; c++)
		if (im->t.key[c] >= MARKS_COL_TARGET && im->heads->targets[im->t.key[c] - MARKS_COL_TARGET].subject == NULL)
			return true;
	return false;
}

static bool
find_table(struct importing *im, size_t i, bool primary, bool traits)
{
	*im->heads = (struct marks_headings){ .a = im->a, .names = &im->names, .primary = primary, .traits = traits };
	if (!table_find(&im->book.sheets[i], marks_heading, im->heads, 3, im->a, &im->t))
		return false;
	/* Unnumbered columns were counted over every row tried: count again on the row that was chosen. */
	im->heads->regular = 0;
	bool marks = false;
	for (uint32_t c = 0; c < im->t.n_cols; c++) {
		im->t.key[c] = im->t.heading[c][0] == '\0' ? -1 : marks_heading(im->t.heading[c], im->heads);
		marks |= im->t.key[c] >= MARKS_COL_TARGET;
	}
	return marks && (table_col(&im->t, MARKS_COL_NAME) >= 0 || table_col(&im->t, MARKS_COL_LAST) >= 0);
}

static enum hb_code
read_sheet(struct db_tx *tx, struct importing *im, size_t i, struct hb_err *err)
{
	bool primary = false;
	im->sheet = i;
	im->subject = NULL;
	if (im->book.sheets[i].hidden || (!find_table(im, i, false, false) && !find_table(im, i, true, false) &&
	                                     !find_table(im, i, true, true)))
		return HB_OK;
	enum hb_code code = identify(tx, im, &primary, err);
	if (code != HB_OK)
		return code;
	const char *traits_subject = SHEET_HOMEROOM;
	bool traits = primary && (strstr(im->t.title, "pham chat") != NULL || strstr(im->t.title, "nang luc") != NULL);
	if (!find_table(im, i, primary, traits))
		return HB_OK;
	if (traits && !wanted(im, traits_subject))
		return hb_fail(err, HB_E_RULE, "tep.khacYeuCau", "trang “%.60s” là của giáo viên chủ nhiệm", im->t.sheet->name);
	const char *named = marks_title_subject(im->t.sheet->name, im->t.title, &im->names, im->a);
	if (needs_subject(im))
		code = agree(im->job->subject, named, "môn", im->t.sheet->name, &im->subject, err);
	if (code == HB_OK && im->subject != NULL && !wanted(im, im->subject))
		return hb_fail(err, HB_E_RULE, "tep.khacYeuCau", "trang “%.60s”: môn không được phân công hoặc không được chọn",
		    im->t.sheet->name);
	struct marks_at at = { im->cls.id, SHEET_HOMEROOM, primary ? "CN" : "HK1" };
	if (code == HB_OK)
		code = marks_load(tx, im->by->school, &at, im->a, &im->list, err);
	for (uint32_t row = im->t.first; row < im->t.sheet->rows && code == HB_OK; row++)
		code = read_row(im, row, err);
	return code;
}

/* ---- saving ---- */

static enum hb_code
save_block(struct db_tx *tx, struct importing *im, struct block *b, bool dry, struct hb_err *err)
{
	struct hb_err      refusal = HB_ERR_INIT;
	struct marks_block mb = { .at = { b->cls.id, b->subject, b->period }, .cells = b->cells, .n = b->n,
		.base = MARKS_ANY_BASE, .why = "nhập từ tệp", .dry_run = dry };
	enum hb_code       code = marks_save(tx, im->by, &mb, im->a, &b->saved, &refusal);
	if (code != HB_OK && b->saved.n_refused == 0) {
		if (err != NULL)
			*err = refusal;
		return code;
	}
	for (size_t i = 0; i < b->saved.n_refused; i++) {
		const struct marks_refusal *r = &b->saved.refused[i];
		fault(im, b->sheet[r->cell], b->row[r->cell], b->col[r->cell], r->key, r->text, r->suggestion);
	}
	return HB_OK;
}

/* A class asked for by its id says its code and year; a person sends what he is assigned today. */
static enum hb_code
resolve_class(struct db_tx *tx, struct importing *im, struct hb_err *err)
{
	struct school_class c;
	im->class_code = im->job->class_code;
	im->year = im->job->year;
	char         today[HB_DATE_LEN];
	enum hb_code code = HB_OK;
	hb_vn_date(hb_business_now(), today);
	if (im->job->staff != NULL)
		code = db_rows(tx, &school_duties_of_staff, DB_ARGS(DB_ID(im->by->school), DB_ID(im->job->staff), DB_TEXT(today)),
		    im->a, &im->duties, err);
	if (code != HB_OK || im->job->class_id == NULL)
		return code;
	code = school_class_by_id(tx, im->by->school, im->job->class_id, im->a, &c, err);
	if (code == HB_OK) {
		im->class_code = c.code;
		im->year = c.year;
	}
	return code;
}

static enum hb_code
apply(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct importing *im = ctx;
	enum hb_code      code = HB_OK;
	im->faults = (struct table_faults){ .a = im->a };
	im->n_blocks = im->n_cells = im->skipped = 0;
	im->applied = false;
	im->other = HB_ERR_INIT;
	code = resolve_class(tx, im, err);
	for (size_t i = 0; i < im->book.n_sheets && code == HB_OK; i++) {
		struct hb_err why = HB_ERR_INIT;
		code = read_sheet(tx, im, i, &why);
		if (code == HB_E_RULE && strcmp(why.key, "tep.khacYeuCau") == 0) {
			code = HB_OK;
			im->other = im->skipped++ == 0 ? why : im->other;
		} else if (code != HB_OK && err != NULL) {
			*err = why;
		}
	}
	if (code == HB_OK && im->n_blocks == 0 && im->faults.n == 0 && im->skipped > 0) {
		if (err != NULL)
			*err = im->other;
		return im->other.code;
	}
	if (code == HB_OK && im->n_blocks == 0 && im->faults.n == 0) {
		hb_fail(err, HB_E_INPUT, "bang.khongThayCot", "không tìm thấy bảng điểm: thiếu dòng tiêu đề có “Họ và tên” và cột điểm");
		return hb_hint(err, "Tải mẫu của lớp rồi chép điểm vào.");
	}
	for (size_t i = 0; i < im->n_blocks && code == HB_OK; i++)
		code = save_block(tx, im, &im->blocks[i], true, err);
	if (code != HB_OK || im->job->dry_run || im->faults.errors > 0)
		return code;
	for (size_t i = 0; i < im->n_blocks && code == HB_OK; i++)
		code = save_block(tx, im, &im->blocks[i], false, err);
	im->applied = code == HB_OK;
	return code;
}

/* ---- the answer ---- */

static void
write_changes(struct jw *w, const struct importing *im, const struct block *b)
{
	char at[XLSX_ADDR_LEN];
	for (size_t i = 0; i < b->saved.n_changed; i++) {
		const struct marks_change *c = &b->saved.changed[i];
		jw_object(w, NULL);
		jw_str(w, "sheet", im->book.sheets[b->sheet[c->cell]].name);
		jw_str(w, "cell", xlsx_addr(b->row[c->cell], b->col[c->cell], at));
		jw_str(w, "class", b->cls.code);
		jw_str(w, "subject", b->subject);
		jw_str(w, "period", b->period);
		jw_str(w, "name", b->pupil[c->cell]);
		jw_str(w, "column", b->cells[c->cell].col);
		jw_str(w, "old", c->old);
		jw_str(w, "new", c->now);
		jw_end(w);
	}
}

static enum hb_code
answer(const struct importing *im, struct hb_buf *out, struct hb_err *err)
{
	size_t fresh = 0, changed = 0;
	for (size_t i = 0; i < im->n_blocks; i++)
		for (size_t j = 0; j < im->blocks[i].saved.n_changed; j++)
			*(im->blocks[i].saved.changed[j].old[0] == '\0' ? &fresh : &changed) += 1;
	struct jw w = jw_start(out);
	jw_object(&w, NULL);
	jw_str(&w, "kind", "marks");
	jw_str(&w, "file", im->job->file_name);
	jw_str(&w, "year", im->year);
	jw_bool(&w, "dry_run", im->job->dry_run);
	jw_bool(&w, "applied", im->applied);
	jw_object(&w, "counts");
	jw_int(&w, "sheets", (int64_t)im->n_blocks);
	jw_int(&w, "cells", (int64_t)im->n_cells);
	jw_int(&w, "new", (int64_t)fresh);
	jw_int(&w, "changed", (int64_t)changed);
	jw_int(&w, "wrong", (int64_t)im->faults.errors);
	int64_t same = (int64_t)im->n_cells - (int64_t)(fresh + changed + im->faults.errors);
	jw_int(&w, "unchanged", same < 0 ? 0 : same);
	jw_int(&w, "skipped", (int64_t)im->skipped);
	jw_end(&w);
	import_faults(&w, &im->book, &im->faults, im->fault_sheet);
	jw_array(&w, "rows");
	for (size_t i = 0; i < im->n_blocks; i++)
		write_changes(&w, im, &im->blocks[i]);
	jw_end(&w);
	jw_end(&w);
	return jw_done(&w) ? HB_OK : hb_full(err);
}

enum hb_code
marks_import(struct school *s, const struct school_actor *by, const struct marks_job *job, struct hb_arena *a,
    struct hb_buf *out, struct hb_err *err)
{
	struct importing im = { .by = by, .job = job, .a = a };
	im.blocks = HB_NEWN(a, struct block, BLOCKS_MAX);
	im.heads = HB_NEW(a, struct marks_headings);
	if (im.blocks == NULL || im.heads == NULL)
		return hb_full(err);
	enum hb_code code = xlsx_read_apart(s->sandbox, job->file, a, &im.book, err);
	if (code == HB_OK)
		code = job->dry_run ? db_read(s->db, apply, &im, err) : db_write(s->db, apply, &im, err);
	return code == HB_OK ? answer(&im, out, err) : code;
}
