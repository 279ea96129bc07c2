#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/shapes.h"
#include "record/slots.h"

/* ---- names ---- */

void
record_year_key(const struct record_year *y, char out[RECORD_KEY_LEN])
{
	snprintf(out, RECORD_KEY_LEN, "%.9s%s", y->year, y->extract_on == NULL ? "" : "-t");
}

void
record_year_slot(const struct record_year *y, const struct record_signer *s, char out[RECORD_SLOT_LEN])
{
	static const char *const fixed[] = { [RECORD_GVCN] = "gvcn", [RECORD_CBQL] = "cbql", [RECORD_DON_VI] = "dv" };
	char key[RECORD_KEY_LEN];
	record_year_key(y, key);
	if (s->role == RECORD_GVBM)
		snprintf(out, RECORD_SLOT_LEN, "s-%s-%.20s-%d", key, s->subject, s->ordinal);
	else
		snprintf(out, RECORD_SLOT_LEN, "s-%s-%s", key, fixed[s->role]);
}

size_t
record_year_regions(const struct record_year *y, const struct record_signer *s,
    char out[RECORD_REGIONS_MAX][RECORD_SLOT_LEN])
{
	char key[RECORD_KEY_LEN];
	size_t n = 0;
	record_year_key(y, key);
	if (s->role == RECORD_GVBM) {
		snprintf(out[n++], RECORD_SLOT_LEN, "tt-%s", key);
		snprintf(out[n++], RECORD_SLOT_LEN, "dtk-%s-%.20s", key, s->subject);
		return n;
	}
	if (s->role != RECORD_GVCN)
		snprintf(out[n++], RECORD_SLOT_LEN, "ll-%d", y->profile);
	snprintf(out[n++], RECORD_SLOT_LEN, "data-%s", key);
	return n;
}

/* ---- writing ---- */

static void
put_profile(struct xml_writer *x, const struct record_profile *p)
{
	struct shape_walk w = { .ns = RECORD_TRANSCRIPT_NS };
	char number[16];
	shape_xml_put(x, &w, "LY_LICH", &record_shape_profile, p);
	if (p->ordinal == 1)
		return;
	/* A change of civil status is signed by head and seal outside any year (D14.7). */
	snprintf(number, sizeof number, "%d", p->ordinal);
	xml_open(x, "XAC_NHAN_LY_LICH");
	xml_put_attr(x, "So", number);
	xml_put_raw(x, HB_STR("<CBQL></CBQL><KY_PHAT_HANH></KY_PHAT_HANH>"));
	xml_close(x);
}

static void
put_year(struct xml_writer *x, const struct record_year *y)
{
	char key[RECORD_KEY_LEN];
	record_year_key(y, key);
	struct shape_walk w = { .ns = RECORD_TRANSCRIPT_NS, .scope = key };
	struct slots_roll roll = { y->signers, y->n_signers };
	xml_open(x, "NAM_HOC");
	xml_put_attr(x, "Nam", key);
	shape_xml_put(x, &w, "DU_LIEU_HOC_BA", &record_shape_year_data, y);
	xml_open(x, "DANH_SACH_THONG_TIN_KY");
	slots_put_teachers(x, roll);
	slots_put_role(x, roll, RECORD_GVCN, "GVCN");
	xml_close(x);
	xml_open(x, "PHAT_HANH_HOC_BA");
	slots_put_role(x, roll, RECORD_CBQL, "CBQL");
	slots_put_role(x, roll, RECORD_DON_VI, "KY_PHAT_HANH");
	xml_close(x);
	xml_close(x);
}

static enum hb_code
check_profile(struct hb_arena *a, const struct record_profile *p, struct hb_err *err)
{
	struct shape_walk w = { .a = a, .err = err };
	shape_enter(&w, "LY_LICH", -1);
	return shape_check(&w, &record_shape_profile, p);
}

static enum hb_code
check_year(struct hb_arena *a, const struct record_year *y, struct hb_err *err)
{
	struct shape_walk w = { .a = a, .err = err };
	shape_enter(&w, "NAM_HOC", -1);
	enum hb_code c = shape_check(&w, &record_shape_year_data, y);
	return c == HB_OK ? slots_check_roll(&w, (struct slots_roll){ y->signers, y->n_signers }) : c;
}

static enum hb_code
finish(struct xml_writer *x, struct hb_arena *a, struct hb_bytes *ret_xml, struct hb_err *err)
{
	char *text = xml_writer_ok(x) ? hb_buf_take(x->out, a) : NULL;
	if (text == NULL)
		return hb_full(err);
	*ret_xml = HB_BYTES(text, x->out->len);
	return HB_OK;
}

enum hb_code
record_transcript_to_xml(const struct record_transcript *t, struct hb_arena *a, struct hb_bytes *ret_xml, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < t->n_profiles && c == HB_OK; i++)
		c = check_profile(a, &t->profiles[i], err);
	for (size_t i = 0; i < t->n_years && c == HB_OK; i++)
		c = check_year(a, &t->years[i], err);
	if (c != HB_OK)
		return c;
	HB_SCOPED_BUF out;
	hb_buf_init(&out, RECORD_TRANSCRIPT_MAX_BYTES);
	struct xml_writer x;
	xml_writer_init(&x, &out);
	xml_open(&x, "HOC_BA");
	xml_put_attr(&x, "xmlns", RECORD_TRANSCRIPT_NS);
	xml_put_attr(&x, "PhienBan", "1");
	for (size_t i = 0; i < t->n_profiles; i++)
		put_profile(&x, &t->profiles[i]);
	for (size_t i = 0; i < t->n_years; i++)
		put_year(&x, &t->years[i]);
	xml_close(&x);
	return finish(&x, a, ret_xml, err);
}

/* ---- reading ---- */

static enum hb_code
get_year_slots(struct shape_walk *w, const struct record_year *y, const struct xml_node *cursor)
{
	struct slots_roll roll = { y->signers, y->n_signers };
	enum hb_code c = slots_check_roll(w, roll);
	if (c != HB_OK)
		return c;
	if (!xml_is(cursor, w->ns, "DANH_SACH_THONG_TIN_KY"))
		return shape_refuse(w, "thiếu DANH_SACH_THONG_TIN_KY");
	const struct xml_node *slot = xml_first_element(cursor);
	c = slots_check_teachers(w, roll, &slot);
	if (c == HB_OK)
		c = slots_check_role(w, roll, RECORD_GVCN, "GVCN", &slot);
	if (c == HB_OK && slot != NULL)
		c = shape_refuse(w, "có chỗ kí lạ");
	cursor = xml_next_element(cursor);
	if (c == HB_OK && !xml_is(cursor, w->ns, "PHAT_HANH_HOC_BA"))
		c = shape_refuse(w, "thiếu PHAT_HANH_HOC_BA");
	if (c != HB_OK)
		return c;
	slot = xml_first_element(cursor);
	c = slots_check_role(w, roll, RECORD_CBQL, "CBQL", &slot);
	if (c == HB_OK)
		c = slots_check_role(w, roll, RECORD_DON_VI, "KY_PHAT_HANH", &slot);
	if (c == HB_OK && (slot != NULL || xml_next_element(cursor) != NULL))
		c = shape_refuse(w, "có chỗ kí lạ");
	return c;
}

static enum hb_code
get_year(struct shape_walk *w, const struct xml_node *n, struct record_year *y)
{
	char key[RECORD_KEY_LEN];
	const char *name = xml_attr(n, "Nam");
	if (name == NULL || strlen(name) >= RECORD_KEY_LEN || xml_is(xml_first_element(n), w->ns, "DU_LIEU_HOC_BA") == false)
		return shape_refuse(w, "thiếu Nam hoặc DU_LIEU_HOC_BA");
	w->scope = name;
	shape_enter(w, "DU_LIEU_HOC_BA", -1);
	const struct xml_node *data = xml_first_element(n);
	enum hb_code c = shape_xml_get(w, &record_shape_year_data, data, y);
	if (c != HB_OK)
		return c;
	record_year_key(y, key);
	if (strcmp(key, name) != 0)
		return shape_refuse(w, "NAM_HOC ghi %s nhưng dữ liệu là %s", name, key);
	return get_year_slots(w, y, xml_next_element(data));
}

/* The confirmation of a later profile: two slots beside it. */
static enum hb_code
get_confirmation(struct shape_walk *w, const struct xml_node *n, int ordinal)
{
	const char *number = n == NULL ? NULL : xml_attr(n, "So");
	if (!xml_is(n, w->ns, "XAC_NHAN_LY_LICH") || number == NULL || strtol(number, NULL, 10) != ordinal)
		return shape_refuse(w, "thiếu XAC_NHAN_LY_LICH số %d", ordinal);
	const struct xml_node *head = xml_first_element(n), *seal = head == NULL ? NULL : xml_next_element(head);
	if (!xml_is(head, w->ns, "CBQL") || !xml_is(seal, w->ns, "KY_PHAT_HANH") || xml_next_element(seal) != NULL)
		return shape_refuse(w, "XAC_NHAN_LY_LICH phải có CBQL và KY_PHAT_HANH");
	enum hb_code c = slots_check_content(w, head, 0);
	return c == HB_OK ? slots_check_content(w, seal, 0) : c;
}

static enum hb_code
get_profile(struct shape_walk *w, const struct xml_node **cursor, struct record_transcript *t)
{
	struct record_profile *p = &t->profiles[t->n_profiles++];
	shape_enter(w, "LY_LICH", -1);
	enum hb_code c = shape_xml_get(w, &record_shape_profile, *cursor, p);
	if (c == HB_OK && p->ordinal != (int)t->n_profiles)
		c = shape_refuse(w, "LY_LICH phải đánh số liên tiếp từ 1");
	if (c == HB_OK && p->ordinal > 1) {
		*cursor = xml_next_element(*cursor);
		c = get_confirmation(w, *cursor, p->ordinal);
	}
	return c;
}

/* Years follow one another, each with a profile that stands before it. */
static enum hb_code
check_order(struct shape_walk *w, const struct record_transcript *t)
{
	const struct record_year *y = &t->years[t->n_years - 1];
	if (y->profile > (int)t->n_profiles)
		return shape_refuse(w, "năm học dùng LY_LICH %d chưa có", y->profile);
	if (t->n_years > 1 && strcmp(y[-1].year, y->year) >= 0)
		return shape_refuse(w, "các năm học phải theo thứ tự thời gian");
	return HB_OK;
}

static enum hb_code
get_parts(struct shape_walk *w, const struct xml_node *root, struct record_transcript *t)
{
	for (const struct xml_node *n = xml_first_element(root); n != NULL; n = xml_next_element(n)) {
		enum hb_code c;
		w->path[0] = '\0';
		if (xml_is(n, w->ns, "LY_LICH") && t->n_profiles < RECORD_YEARS_MAX) {
			c = get_profile(w, &n, t);
		} else if (xml_is(n, w->ns, "NAM_HOC") && t->n_years < RECORD_YEARS_MAX) {
			shape_enter(w, "NAM_HOC", -1);
			shape_enter(w, NULL, (long)t->n_years);
			c = get_year(w, n, &t->years[t->n_years++]);
			if (c == HB_OK)
				c = check_order(w, t);
		} else {
			c = shape_refuse(w, "phần tử lạ “%.40s” hoặc quá nhiều năm", n->local);
		}
		if (c != HB_OK)
			return c;
	}
	w->path[0] = '\0';
	return t->n_profiles > 0 ? HB_OK : shape_refuse(w, "thiếu LY_LICH");
}

static enum hb_code
read_transcript(struct hb_bytes xml, struct hb_arena *a, struct xml_doc **ret_doc, struct record_transcript **ret_t,
    struct hb_err *err)
{
	struct shape_walk w = { .a = a, .err = err, .ns = RECORD_TRANSCRIPT_NS };
	struct record_transcript *t = HB_NEW(a, struct record_transcript);
	if (t == NULL || (t->profiles = HB_NEWN(a, struct record_profile, RECORD_YEARS_MAX)) == NULL ||
	    (t->years = HB_NEWN(a, struct record_year, RECORD_YEARS_MAX)) == NULL)
		return hb_full(err);
	if (xml.n > RECORD_TRANSCRIPT_MAX_BYTES)
		return hb_fail(err, HB_E_TOOBIG, "gioiHan.tep", "học bạ dài %zu byte, quá %zu", xml.n, RECORD_TRANSCRIPT_MAX_BYTES);
	enum hb_code c = xml_read(xml, 0, a, ret_doc, err);
	if (c != HB_OK)
		return c;
	const struct xml_node *root = (*ret_doc)->root;
	const char *version = xml_attr(root, "PhienBan");
	if (!xml_is(root, RECORD_TRANSCRIPT_NS, "HOC_BA") || version == NULL || strcmp(version, "1") != 0)
		return shape_refuse(&w, "không phải HOC_BA phiên bản 1");
	c = get_parts(&w, root, t);
	if (c == HB_OK)
		*ret_t = t;
	return c;
}

enum hb_code
record_transcript_from_xml(struct hb_bytes xml, struct hb_arena *a, struct record_transcript **ret_t, struct hb_err *err)
{
	struct xml_doc *doc;
	return read_transcript(xml, a, &doc, ret_t, err);
}

/* ---- growing: earlier bytes stay as they were signed ---- */

static enum hb_code
append(struct hb_bytes xml, struct xml_writer *x, struct hb_arena *a, struct xml_doc *doc, struct hb_bytes *ret_xml,
    struct hb_err *err)
{
	struct hb_bytes grown;
	struct xml_doc *ignored;
	struct record_transcript *again;
	/* The new part is written without prefix: the root's default namespace must be the one it belongs to. */
	if (doc->root->prefix[0] != '\0')
		return hb_fail(err, HB_E_INPUT, "banGhi.saiDang", "HOC_BA dùng tiền tố không gian tên “%.20s”", doc->root->prefix);
	if (!xml_writer_ok(x))
		return hb_full(err);
	enum hb_code c = xml_splice(xml, doc->root->inner_end, doc->root->inner_end, hb_buf_bytes(x->out), a, &grown, err);
	if (c == HB_OK)
		c = read_transcript(grown, a, &ignored, &again, err);
	if (c == HB_OK)
		*ret_xml = grown;
	return c;
}

enum hb_code
record_transcript_append_year(struct hb_bytes xml, const struct record_year *year, struct hb_arena *a,
    struct hb_bytes *ret_xml, struct hb_err *err)
{
	struct xml_doc *doc;
	struct record_transcript *t;
	enum hb_code c = check_year(a, year, err);
	if (c == HB_OK)
		c = read_transcript(xml, a, &doc, &t, err);
	for (size_t i = 0; c == HB_OK && i < t->n_years; i++)
		if (strcmp(t->years[i].year, year->year) == 0)
			c = hb_fail(err, HB_E_CONFLICT, "hocBa.daCo", "học bạ đã có năm học %s", year->year);
	if (c != HB_OK)
		return c;
	HB_SCOPED_BUF out;
	hb_buf_init(&out, RECORD_TRANSCRIPT_MAX_BYTES);
	struct xml_writer x;
	xml_writer_init(&x, &out);
	put_year(&x, year);
	return append(xml, &x, a, doc, ret_xml, err);
}

enum hb_code
record_transcript_append_profile(struct hb_bytes xml, const struct record_profile *profile, struct hb_arena *a,
    struct hb_bytes *ret_xml, struct hb_err *err)
{
	struct xml_doc *doc;
	struct record_transcript *t;
	enum hb_code c = check_profile(a, profile, err);
	if (c == HB_OK)
		c = read_transcript(xml, a, &doc, &t, err);
	if (c == HB_OK && profile->ordinal != (int)t->n_profiles + 1)
		c = hb_fail(err, HB_E_CONFLICT, "hocBa.daCo", "lí lịch tiếp theo phải mang số %zu", t->n_profiles + 1);
	if (c != HB_OK)
		return c;
	HB_SCOPED_BUF out;
	hb_buf_init(&out, RECORD_TRANSCRIPT_MAX_BYTES);
	struct xml_writer x;
	xml_writer_init(&x, &out);
	put_profile(&x, profile);
	return append(xml, &x, a, doc, ret_xml, err);
}
