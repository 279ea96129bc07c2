/* The common way of staff and duty lists: find the table, check every row, then write every row. */
#include "people_int.h"

#include "base/clock.h"
#include "base/text.h"
#include "school/import_json.h"
#include "school/school_sql.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int
known(const char *text, void *ctx)
{
	for (const struct people_heading *h = ctx; h->text != NULL; h++)
		if (strcmp(h->text, text) == 0)
			return h->key;
	return -1;
}

const char *
people_text(struct people *p, uint32_t row, int key)
{
	int         col = table_col(&p->t, key);
	const char *s = col < 0 ? NULL : hb_trim(p->a, xlsx_at(p->t.sheet, row, (uint32_t)col)->text);
	return s == NULL ? "" : s;
}

const char *
people_date(struct people *p, uint32_t row, int key)
{
	const char *s = people_text(p, row, key);
	char        iso[HB_DATE_LEN];
	unsigned    d, m, y;
	if (s[0] == '\0')
		return "";
	if (sscanf(s, "%2u/%2u/%4u", &d, &m, &y) == 3 && y < 10000) {
		snprintf(iso, sizeof iso, "%04u-%02u-%02u", y % 10000, m % 100, d % 100);
		s = hb_strdup(p->a, iso);
	}
	if (s != NULL && hb_date_valid(s))
		return s;
	people_fault(p, row, key, "ngay.saiDang", "ngày “%.20s” không đúng dạng ngày/tháng/năm", people_text(p, row, key));
	return NULL;
}

void
people_fault(struct people *p, uint32_t row, int key, const char *fault_key, const char *fmt, ...)
{
	char    text[300];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	size_t *v = HB_NEWN(p->a, size_t, p->faults.n + 1);
	if (v != NULL) {
		if (p->faults.n > 0)
			memcpy(v, p->fault_sheet, p->faults.n * sizeof *v);
		v[p->faults.n] = p->sheet;
		p->fault_sheet = v;
	}
	int col = table_col(&p->t, key);
	table_fault(&p->faults, row, (uint32_t)(col < 0 ? 0 : col), false, fault_key, "%s", text);
}

static enum hb_code
pass(struct db_tx *tx, struct people *p, bool write, struct hb_err *err)
{
	bool         any = false;
	enum hb_code code = HB_OK;
	p->write = write;
	p->fresh = p->changed = p->same = 0;
	for (p->sheet = 0; p->sheet < p->book.n_sheets && code == HB_OK; p->sheet++) {
		const struct xlsx_sheet *s = &p->book.sheets[p->sheet];
		if (s->hidden || !table_find(s, known, (void *)p->headings, p->least, p->a, &p->t))
			continue;
		any = true;
		const char *year = table_year(&p->t, p->a);
		if (year != NULL && strcmp(year, p->job->year) != 0)
			return hb_fail(err, HB_E_RULE, "namHoc.khac", "tệp ghi năm học %s, đang nhập cho năm học %s", year, p->job->year);
		for (uint32_t row = p->t.first; row < s->rows && code == HB_OK; row++)
			code = p->row(tx, p, row, err);
	}
	if (code == HB_OK && !any)
		code = hb_fail(err, HB_E_INPUT, "bang.khongThayCot", "không tìm thấy dòng tiêu đề của danh sách");
	return code;
}

static enum hb_code
apply(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct people *p = ctx;
	p->faults = (struct table_faults){ .a = p->a };
	p->applied = false;
	enum hb_code code = p->before(tx, p, err);
	if (code == HB_OK)
		code = pass(tx, p, false, err);
	if (code != HB_OK || p->job->dry_run || p->faults.errors > 0)
		return code;
	if ((code = pass(tx, p, true, err)) != HB_OK)
		return code;
	p->applied = true;
	char *payload = hb_printf(p->a, "{\"new\":%zu,\"changed\":%zu,\"unchanged\":%zu}", p->fresh, p->changed, p->same);
	char *action = hb_printf(p->a, "%s.import", p->kind);
	return payload == NULL || action == NULL ? hb_full(err) : school_audit(tx, p->by, action, p->job->year, payload, err);
}

static enum hb_code
answer(const struct people *p, struct hb_buf *out, struct hb_err *err)
{
	struct jw w = jw_start(out);
	jw_object(&w, NULL);
	jw_str(&w, "kind", p->kind);
	jw_str(&w, "file", p->job->file_name);
	jw_bool(&w, "dry_run", p->job->dry_run);
	jw_bool(&w, "applied", p->applied);
	jw_object(&w, "counts");
	jw_int(&w, "new", (int64_t)p->fresh);
	jw_int(&w, "changed", (int64_t)p->changed);
	jw_int(&w, "unchanged", (int64_t)p->same);
	jw_int(&w, "wrong", (int64_t)p->faults.errors);
	jw_end(&w);
	import_faults(&w, &p->book, &p->faults, p->fault_sheet);
	jw_end(&w);
	return jw_done(&w) ? HB_OK : hb_full(err);
}

enum hb_code
people_import(struct school *s, struct people *p, struct hb_buf *out, struct hb_err *err)
{
	enum hb_code code = xlsx_read_apart(s->sandbox, p->job->file, p->a, &p->book, err);
	if (code == HB_OK)
		code = p->job->dry_run ? db_read(s->db, apply, p, err) : db_write(s->db, apply, p, err);
	return code == HB_OK ? answer(p, out, err) : code;
}
