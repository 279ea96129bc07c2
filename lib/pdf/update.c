/* pdf/update.c - writing one incremental revision. */
#include "pdf/update.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- values as text ---- */

void
pdf_put_name(struct hb_buf *out, struct hb_bytes name)
{
	hb_putc(out, '/');
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];
		if (c <= ' ' || c > '~' || strchr("()<>[]{}/%#", c) != NULL)
			hb_putf(out, "#%02X", c);
		else
			hb_putc(out, (char)c);
	}
}

/* Without exponent and without the locale's comma. */
void
pdf_put_real(struct hb_buf *out, double real)
{
	int64_t millionths = llround(real * 1e6);
	if (millionths < 0)
		hb_putc(out, '-');
	millionths = llabs(millionths);
	hb_putf(out, "%lld", (long long)(millionths / 1000000));
	if (millionths % 1000000 != 0)
		hb_putf(out, ".%06lld", (long long)(millionths % 1000000));
}

static void
put_hex(struct hb_buf *out, struct hb_bytes bytes)
{
	hb_putc(out, '<');
	for (size_t i = 0; i < bytes.n; i++)
		hb_putf(out, "%02X", bytes.p[i]);
	hb_putc(out, '>');
}

static void
put_members(struct hb_buf *out, struct hb_bytes file, const struct pdf_value *v, pdf_renumber_fn *renumber, void *ctx)
{
	hb_puts(out, v->type == PDF_DICT ? "<<" : "[");
	for (uint32_t i = 0; i < v->count; i++) {
		if (v->type == PDF_DICT)
			pdf_put_name(out, v->keys[i]);
		hb_putc(out, ' ');
		pdf_put_value(out, file, &v->items[i], renumber, ctx);
	}
	hb_puts(out, v->type == PDF_DICT ? ">>" : "]");
}

void
pdf_put_value(struct hb_buf *out, struct hb_bytes file, const struct pdf_value *v, pdf_renumber_fn *renumber,
    void *ctx)
{
	if (renumber == NULL && v->end > v->at) {
		hb_put(out, file.p + v->at, v->end - v->at);
		return;
	}
	switch (v->type) {
	case PDF_NULL:
		hb_puts(out, "null");
		break;
	case PDF_BOOL:
		hb_puts(out, v->flag ? "true" : "false");
		break;
	case PDF_INT:
		hb_putf(out, "%lld", (long long)v->integer);
		break;
	case PDF_REAL:
		pdf_put_real(out, v->real);
		break;
	case PDF_STRING:
		put_hex(out, v->text);
		break;
	case PDF_NAME:
		pdf_put_name(out, v->text);
		break;
	case PDF_REF:
		if (renumber != NULL)
			hb_putf(out, "%u 0 R", renumber(ctx, v->ref));
		else
			hb_putf(out, "%u %u R", v->ref.num, v->ref.gen);
		break;
	case PDF_ARRAY:
	case PDF_DICT:
		put_members(out, file, v, renumber, ctx);
		break;
	}
}

/* ---- the revision ---- */

enum hb_code
pdf_update_begin(struct pdf *base, struct hb_arena *a, struct pdf_update *u, struct hb_err *err)
{
	*u = (struct pdf_update){ .base = base, .a = a, .next = pdf_size(base) };
	hb_buf_init(&u->out, PDF_FILE_MAX);
	const struct pdf_value *size = pdf_get(pdf_trailer(base), "Size");
	if (size != NULL && size->type == PDF_INT && size->integer > u->next && size->integer < PDF_OBJECTS_MAX)
		u->next = (uint32_t)size->integer;
	u->entries = HB_NEWN(a, struct pdf_entry, PDF_UPDATE_OBJECTS_MAX);
	if (u->entries == NULL)
		return hb_full(err);
	struct hb_bytes bytes = pdf_bytes(base);
	hb_put(&u->out, bytes.p, bytes.n);
	if (bytes.p[bytes.n - 1] != '\n')
		hb_putc(&u->out, '\n');
	return HB_OK;
}

void
pdf_update_fini(struct pdf_update *u)
{
	hb_buf_fini(&u->out);
}

uint32_t
pdf_update_number(struct pdf_update *u)
{
	return u->next++;
}

void
pdf_update_object(struct pdf_update *u, struct pdf_ref ref)
{
	if (u->entries_n == PDF_UPDATE_OBJECTS_MAX) {
		u->full = true;
		return;
	}
	u->entries[u->entries_n++] = (struct pdf_entry){ .num = ref.num, .gen = ref.gen, .where = PDF_AT_OFFSET,
		.offset = u->out.len };
	hb_putf(&u->out, "%u %u obj\n", ref.num, ref.gen);
}

void
pdf_update_endobj(struct pdf_update *u)
{
	hb_puts(&u->out, "\nendobj\n");
}

void
pdf_update_dict(struct pdf_update *u, const struct pdf_value *dict, const struct pdf_change *changes, size_t n)
{
	hb_puts(&u->out, "<<");
	for (uint32_t i = 0; dict != NULL && i < dict->count; i++) {
		bool changed = false;
		for (size_t k = 0; k < n; k++)
			changed |= strlen(changes[k].key) == dict->keys[i].n &&
			    memcmp(changes[k].key, dict->keys[i].p, dict->keys[i].n) == 0;
		if (changed)
			continue;
		pdf_put_name(&u->out, dict->keys[i]);
		hb_putc(&u->out, ' ');
		pdf_put_value(&u->out, pdf_bytes(u->base), &dict->items[i], NULL, NULL);
		hb_putc(&u->out, '\n');
	}
	for (size_t k = 0; k < n; k++)
		hb_putf(&u->out, "/%s %s\n", changes[k].key, changes[k].text);
	hb_puts(&u->out, ">>");
}

/* Next code point of valid UTF-8. */
static uint32_t
next_code(const uint8_t **p)
{
	uint32_t c = *(*p)++;
	int      more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
	if (more > 0)
		c &= 0x3Fu >> more;
	for (; more > 0 && (**p & 0xC0) == 0x80; more--)
		c = c << 6 | (*(*p)++ & 0x3F);
	return c;
}

static void
put_utf16(struct hb_buf *out, const char *utf8)
{
	hb_puts(out, "<FEFF");
	for (const uint8_t *p = (const uint8_t *)utf8; *p != 0;) {
		uint32_t c = next_code(&p);
		if (c >= 0x10000) {
			hb_putf(out, "%04X", 0xD800 + ((c - 0x10000) >> 10));
			c = 0xDC00 + ((c - 0x10000) & 0x3FF);
		}
		hb_putf(out, "%04X", c);
	}
	hb_putc(out, '>');
}

void
pdf_update_text(struct pdf_update *u, const char *key, const char *utf8)
{
	bool ascii = true;
	if (utf8 == NULL)
		return;
	for (const char *p = utf8; *p != '\0'; p++)
		ascii &= *p >= ' ' && *p <= '~';
	hb_putf(&u->out, "/%s ", key);
	if (!ascii) {
		put_utf16(&u->out, utf8);
	} else {
		hb_putc(&u->out, '(');
		for (const char *p = utf8; *p != '\0'; p++) {
			if (strchr("()\\", *p) != NULL)
				hb_putc(&u->out, '\\');
			hb_putc(&u->out, *p);
		}
		hb_putc(&u->out, ')');
	}
	hb_putc(&u->out, '\n');
}

/* ---- the section that closes it ---- */

static int
by_num(const void *pa, const void *pb)
{
	const struct pdf_entry *a = pa, *b = pb;
	return (a->num > b->num) - (a->num < b->num);
}

static size_t
run_length(const struct pdf_update *u, size_t from)
{
	size_t n = 1;
	while (from + n < u->entries_n && u->entries[from + n].num == u->entries[from].num + n)
		n++;
	return n;
}

static void
put_trailer_members(struct pdf_update *u, size_t previous)
{
	static const char *const kept[] = { "Root", "Info", "ID" };
	const struct pdf_value  *old = pdf_trailer(u->base);
	hb_putf(&u->out, "/Size %u /Prev %zu", u->next, previous);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		const struct pdf_value *value = pdf_get(old, kept[i]);
		if (value == NULL)
			continue;
		hb_putf(&u->out, " /%s ", kept[i]);
		pdf_put_value(&u->out, pdf_bytes(u->base), value, NULL, NULL);
	}
}

static void
put_table(struct pdf_update *u, size_t previous)
{
	hb_puts(&u->out, "xref\n");
	for (size_t i = 0; i < u->entries_n;) {
		size_t n = run_length(u, i);
		hb_putf(&u->out, "%u %zu\n", u->entries[i].num, n);
		for (; n > 0; n--, i++)
			hb_putf(&u->out, "%010zu %05u n \n", u->entries[i].offset, u->entries[i].gen);
	}
	hb_puts(&u->out, "trailer\n<<");
	put_trailer_members(u, previous);
	hb_puts(&u->out, ">>\n");
}

static void
put_stream(struct pdf_update *u, size_t previous)
{
	pdf_update_object(u, (struct pdf_ref){ pdf_update_number(u), 0 });      /* the section lists itself */
	hb_puts(&u->out, "<</Type/XRef /W[1 4 2] /Index[");
	for (size_t i = 0; i < u->entries_n; i += run_length(u, i))
		hb_putf(&u->out, "%u %zu ", u->entries[i].num, run_length(u, i));
	hb_putf(&u->out, "] /Length %zu ", u->entries_n * 7);
	put_trailer_members(u, previous);
	hb_puts(&u->out, ">>\nstream\n");
	for (size_t i = 0; i < u->entries_n; i++) {
		size_t  at = u->entries[i].offset;
		uint8_t line[7] = { 1, (uint8_t)(at >> 24), (uint8_t)(at >> 16), (uint8_t)(at >> 8), (uint8_t)at,
			(uint8_t)(u->entries[i].gen >> 8), (uint8_t)u->entries[i].gen };
		hb_put(&u->out, line, sizeof line);
	}
	hb_puts(&u->out, "\nendstream\nendobj\n");
}

enum hb_code
pdf_update_finish(struct pdf_update *u, struct hb_bytes *ret_file, struct hb_err *err)
{
	size_t n;
	const struct pdf_revision *revisions = pdf_revisions(u->base, &n);
	size_t previous = revisions[n - 1].xref;
	qsort(u->entries, u->entries_n, sizeof *u->entries, by_num);
	size_t at = u->out.len;
	if (revisions[n - 1].trailer->has_stream)
		put_stream(u, previous);
	else
		put_table(u, previous);
	hb_putf(&u->out, "startxref\n%zu\n%%%%EOF\n", at);
	if (u->full)
		return hb_fail(err, HB_E_TOOBIG, "pdf.quaLon", "một lần cập nhật PDF có quá nhiều đối tượng");
	char *bytes = hb_buf_take(&u->out, u->a);
	if (bytes == NULL)
		return hb_full(err);
	*ret_file = HB_BYTES(bytes, u->out.len);
	return HB_OK;
}
