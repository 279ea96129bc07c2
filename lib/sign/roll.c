#include "sign/roll.h"

#include <string.h>

enum { BEFORE_MAX = RECORD_SIGNERS_MAX + 2, LATER_SLOTS = 2 };

/* What is being built; every text comes from the arena, and a full arena is noticed at the end. */
struct builder { struct roll roll; struct hb_arena *a; size_t cap; struct slot nowhere; };

static struct slot *
add(struct builder *b, enum record_role role, size_t group, const char *id, const char *path)
{
	if (b->roll.n == b->cap || id == NULL || path == NULL) {
		b->a->full = true;
		return &b->nowhere;
	}
	struct slot *s = &b->roll.slots[b->roll.n++];
	*s = (struct slot){ .role = role, .group = group, .id = id, .path = path, .label = record_role_code(role) };
	s->before = HB_NEWN(b->a, const char *, BEFORE_MAX);
	s->regions = HB_NEWN(b->a, const char *, RECORD_REGIONS_MAX);
	return s;
}

static void
set_regions(struct builder *b, struct slot *s, char regions[][RECORD_SLOT_LEN], size_t n)
{
	for (size_t i = 0; i < n && s->regions != NULL; i++)
		s->regions[s->n_regions++] = hb_strdup(b->a, regions[i]);
}

/* signatures.md §2.4: the homeroom teacher confirms the teachers, the head the homeroom teacher, the seal both. */
static void
set_before(struct builder *b, size_t first)
{
	for (size_t i = first; i < b->roll.n; i++) {
		struct slot *s = &b->roll.slots[i];
		for (size_t k = first; k < b->roll.n && s->before != NULL; k++) {
			const struct slot *e = &b->roll.slots[k];
			bool confirms = (s->role == RECORD_GVCN && e->role == RECORD_GVBM)
			    || (s->role == RECORD_CBQL && e->role == RECORD_GVCN)
			    || (s->role == RECORD_DON_VI && (e->role == RECORD_GVCN || e->role == RECORD_CBQL));
			if (confirms)
				s->before[s->n_before++] = e->id;
		}
	}
}

static void
set_signer(struct builder *b, struct slot *s, const struct record_signer *signer, const struct record_school *school)
{
	s->signer = signer;
	s->owner = signer->role == RECORD_DON_VI ? school->tax_code : signer->personal_id;
	if (signer->role == RECORD_GVBM)
		s->label = hb_printf(b->a, "GVBM %s", signer->subject);
}

static void
lacks(struct builder *b, const char *where, const char *what)
{
	if (b->roll.missing == NULL)
		b->roll.missing = hb_printf(b->a, "%s thiếu %s", where, what);
}

static size_t
count(const struct record_signer *signers, size_t n, enum record_role role, const char *subject)
{
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		k += signers[i].role == role && (subject == NULL || (signers[i].subject != NULL && strcmp(signers[i].subject, subject) == 0));
	return k;
}

static void
need(struct builder *b, const struct record_signer *signers, size_t n, enum record_role role, const char *where)
{
	if (count(signers, n, role, NULL) != 1)
		lacks(b, where, record_role_code(role));
}

static enum hb_code
start(struct builder *b, size_t cap, struct hb_err *err)
{
	b->cap = cap;
	b->roll.slots = HB_NEWN(b->a, struct slot, cap + 1);
	return b->roll.slots == NULL ? hb_full(err) : HB_OK;
}

static enum hb_code
finish(struct builder *b, struct roll *ret, struct hb_err *err)
{
	if (b->a->full)
		return hb_full(err);
	*ret = b->roll;
	return HB_OK;
}

/* ---- class book ---------------------------------------------------------------------------------------- */

static const char *
class_path(const struct record_signer *s, struct hb_arena *a)
{
	if (s->role == RECORD_GVBM)
		return hb_printf(a, "/SO_THEO_DOI/CHU_KY/DANH_SACH_GVBM/GVBM[@Mon='%s'][@So='%d']", s->subject, s->ordinal);
	return hb_printf(a, "/SO_THEO_DOI/CHU_KY/%s", record_role_code(s->role));
}

enum hb_code
roll_of_class(struct hb_bytes bytes, struct hb_arena *a, struct roll *ret, struct hb_err *err)
{
	struct builder b = { .a = a };
	struct record_class *cls;
	enum hb_code c = record_class_from_xml(bytes, a, &cls, err);
	if (c == HB_OK)
		c = start(&b, cls->n_signers, err);
	if (c != HB_OK)
		return c;
	for (size_t i = 0; i < cls->n_signers; i++) {
		char id[RECORD_SLOT_LEN], regions[RECORD_REGIONS_MAX][RECORD_SLOT_LEN];
		const struct record_signer *s = &cls->signers[i];
		record_class_slot(s, id);
		struct slot *slot = add(&b, s->role, 0, hb_strdup(a, id), class_path(s, a));
		set_regions(&b, slot, regions, record_class_regions(s, regions));
		set_signer(&b, slot, s, &cls->school);
	}
	set_before(&b, 0);
	b.roll.n_groups = 1;
	for (size_t i = 0; i < cls->n_subjects; i++)
		if (record_subject_needs_teacher(cls, &cls->subjects[i])
		    && count(cls->signers, cls->n_signers, RECORD_GVBM, cls->subjects[i].code) == 0)
			lacks(&b, "sổ theo dõi", hb_printf(a, "giáo viên môn %s", cls->subjects[i].code));
	need(&b, cls->signers, cls->n_signers, RECORD_GVCN, "sổ theo dõi");
	if (cls->period == RECORD_CN || cls->period == RECORD_HE) {
		need(&b, cls->signers, cls->n_signers, RECORD_CBQL, "sổ theo dõi cả năm");
		need(&b, cls->signers, cls->n_signers, RECORD_DON_VI, "sổ theo dõi cả năm");
	}
	return finish(&b, ret, err);
}

/* ---- school record -------------------------------------------------------------------------------------- */

static const char *
year_path(const char *key, const struct record_signer *s, struct hb_arena *a)
{
	static const char *const places[] = { [RECORD_GVCN] = "DANH_SACH_THONG_TIN_KY/GVCN",
		[RECORD_CBQL] = "PHAT_HANH_HOC_BA/CBQL", [RECORD_DON_VI] = "PHAT_HANH_HOC_BA/KY_PHAT_HANH" };
	if (s->role == RECORD_GVBM)
		return hb_printf(a, "/HOC_BA/NAM_HOC[@Nam='%s']/DANH_SACH_THONG_TIN_KY/DANH_SACH_GVBM/GVBM[@Mon='%s'][@So='%d']", key,
		    s->subject, s->ordinal);
	return hb_printf(a, "/HOC_BA/NAM_HOC[@Nam='%s']/%s", key, places[s->role]);
}

/* Each year's head and seal confirm the seal of the year before: the chain that makes a missing year visible. */
static void
chain_seals(struct builder *b, size_t first, const char *last_seal)
{
	for (size_t i = first; last_seal != NULL && i < b->roll.n; i++) {
		struct slot *s = &b->roll.slots[i];
		if ((s->role == RECORD_CBQL || s->role == RECORD_DON_VI) && s->before != NULL)
			s->before[s->n_before++] = last_seal;
	}
}

static void
add_year(struct builder *b, const struct record_year *y, const char *last_seal)
{
	char key[RECORD_KEY_LEN], id[RECORD_SLOT_LEN], regions[RECORD_REGIONS_MAX][RECORD_SLOT_LEN];
	size_t first = b->roll.n;
	record_year_key(y, key);
	for (size_t i = 0; i < y->n_signers; i++) {
		const struct record_signer *s = &y->signers[i];
		record_year_slot(y, s, id);
		struct slot *slot = add(b, s->role, b->roll.n_groups, hb_strdup(b->a, id), year_path(key, s, b->a));
		set_regions(b, slot, regions, record_year_regions(y, s, regions));
		set_signer(b, slot, s, &y->school);
	}
	set_before(b, first);
	chain_seals(b, first, last_seal);
	const char *where = hb_printf(b->a, "năm học %s", key);
	for (size_t i = 0; i < y->n_results && y->level != RECORD_TH; i++)
		if (y->results[i].status == RECORD_NORMAL && count(y->signers, y->n_signers, RECORD_GVBM, y->results[i].code) == 0)
			lacks(b, where, hb_printf(b->a, "giáo viên môn %s", y->results[i].code));
	need(b, y->signers, y->n_signers, RECORD_GVCN, where);
	need(b, y->signers, y->n_signers, RECORD_CBQL, where);
	need(b, y->signers, y->n_signers, RECORD_DON_VI, where);
	b->roll.n_groups++;
}

/* A change of civil status is confirmed by head and seal outside any year (D14.7). */
static void
add_profile(struct builder *b, int ordinal)
{
	const char *region = hb_printf(b->a, "ll-%d", ordinal);
	const char *head_id = hb_printf(b->a, "s-ll-%d-cbql", ordinal);
	struct slot *head = add(b, RECORD_CBQL, b->roll.n_groups, head_id,
	    hb_printf(b->a, "/HOC_BA/XAC_NHAN_LY_LICH[@So='%d']/CBQL", ordinal));
	struct slot *seal = add(b, RECORD_DON_VI, b->roll.n_groups, hb_printf(b->a, "s-ll-%d-dv", ordinal),
	    hb_printf(b->a, "/HOC_BA/XAC_NHAN_LY_LICH[@So='%d']/KY_PHAT_HANH", ordinal));
	b->roll.n_groups++;
	if (b->a->full)
		return;
	head->regions[head->n_regions++] = seal->regions[seal->n_regions++] = region;
	seal->before[seal->n_before++] = head_id;
}

enum hb_code
roll_of_transcript(struct hb_bytes bytes, struct hb_arena *a, struct roll *ret, struct hb_err *err)
{
	struct builder b = { .a = a };
	struct record_transcript *t;
	enum hb_code c = record_transcript_from_xml(bytes, a, &t, err);
	size_t cap = 0;
	for (size_t i = 0; c == HB_OK && i < t->n_years; i++)
		cap += t->years[i].n_signers;
	if (c == HB_OK)
		c = start(&b, cap + t->n_profiles * LATER_SLOTS, err);
	if (c != HB_OK)
		return c;
	const char *last_seal = NULL;
	for (size_t i = 0; i < t->n_years; i++) {
		add_year(&b, &t->years[i], last_seal);
		for (size_t k = 0; k < b.roll.n; k++)
			if (b.roll.slots[k].role == RECORD_DON_VI)
				last_seal = b.roll.slots[k].id;
	}
	for (size_t i = 0; i < t->n_profiles; i++)
		if (t->profiles[i].ordinal > 1)
			add_profile(&b, t->profiles[i].ordinal);
	if (t->n_years == 0)
		lacks(&b, "học bạ", "năm học");
	return finish(&b, ret, err);
}

/* ---- places of regions ---------------------------------------------------------------------------------- */

/* Does the chain of local names above n, from the root, read like this? */
static bool
stands_at(const struct xml_node *n, const char *path)
{
	const char *end = path + strlen(path);
	while (end > path) {
		const char *slash = end;
		while (slash > path && slash[-1] != '/')
			slash--;
		size_t len = (size_t)(end - slash);
		if (n == NULL || n->type != XML_ELEMENT || strlen(n->local) != len || strncmp(n->local, slash, len) != 0)
			return false;
		n = n->parent;
		end = slash > path ? slash - 1 : path;
	}
	return n != NULL && n->type == XML_DOCUMENT;
}

bool
roll_region_place(const struct xml_node *n, const char *id)
{
	static const struct { const char *prefix, *path; } places[] = {
		{ "ttc", "SO_THEO_DOI/THONG_TIN_CHUNG" }, { "dl", "SO_THEO_DOI/DU_LIEU" },
		{ "bd-", "SO_THEO_DOI/DU_LIEU/BANG_DIEM" }, { "dg", "SO_THEO_DOI/DU_LIEU/DANH_GIA_CHUNG" },
		{ "ll-", "HOC_BA/LY_LICH" }, { "data-", "HOC_BA/NAM_HOC/DU_LIEU_HOC_BA" },
		{ "tt-", "HOC_BA/NAM_HOC/DU_LIEU_HOC_BA/THONG_TIN_HOC_BA" },
		{ "dtk-", "HOC_BA/NAM_HOC/DU_LIEU_HOC_BA/DIEM_TONG_KET" },
		{ "dg-", "HOC_BA/NAM_HOC/DU_LIEU_HOC_BA/DANH_GIA" },
	};
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		size_t k = strlen(places[i].prefix);
		bool whole = places[i].prefix[k - 1] != '-';
		if (whole ? strcmp(id, places[i].prefix) == 0 : strncmp(id, places[i].prefix, k) == 0)
			return stands_at(n, places[i].path);
	}
	return false;
}
