#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pdf/stamp.h"
#include "transcript/sitting.h"
#include "transcript/transcript_sql.h"

/* One more than a batch takes, so that the room knows of a next one. */
#define TURNS_MAX (SIGNING_BATCH_MAX + 1)

struct place { bool wanted, done; size_t page; struct pdf_rect rect; };
struct entry {                        /* one line of a document's roll */
	const char      *slot, *subject, *name;
	struct hb_id     person;
	enum record_role role;
	bool             signed_xml;
	struct place     pdf;
};
struct turn {                         /* one person's line in one document, and what it needs */
	struct transcript_document doc;
	const char                *previous_key;        /* of the year before, whose seal is countersigned; or NULL */
	struct entry              *roll;
	size_t                     roll_n, mine;        /* roll[mine] */
};
struct listing {
	struct transcript        *t;
	const struct auth_person *who;
	const char               *only_class, *only_document;
	struct hb_arena          *a;
	struct transcript_school  school;
	struct turn              *turns;
	size_t                    n;
};

/* ---- reading ---- */

static enum record_role
role_of(const char *code)
{
	for (int r = RECORD_GVBM; r < RECORD_DON_VI; r++)
		if (strcmp(code, record_role_code((enum record_role)r)) == 0)
			return (enum record_role)r;
	return RECORD_DON_VI;
}

static double
points(const struct db_rows *rows, size_t i, unsigned col)
{
	return (double)db_int(rows, i, col) / 1000;
}

static struct entry
entry_of(const struct db_rows *rows, size_t i)
{
	struct entry e = {
		.slot = db_text(rows, i, TRANSCRIPT_SIGNERS_OF_SLOT),
		.subject = db_text(rows, i, TRANSCRIPT_SIGNERS_OF_SUBJECT),
		.name = db_text(rows, i, TRANSCRIPT_SIGNERS_OF_NAME),
		.role = role_of(db_text(rows, i, TRANSCRIPT_SIGNERS_OF_ROLE)),
		.signed_xml = !db_is_null(rows, i, TRANSCRIPT_SIGNERS_OF_XML_AT),
		.pdf = { .wanted = db_int(rows, i, TRANSCRIPT_SIGNERS_OF_IN_PDF) != 0,
			.done = !db_is_null(rows, i, TRANSCRIPT_SIGNERS_OF_PDF_AT),
			.page = (size_t)db_int(rows, i, TRANSCRIPT_SIGNERS_OF_PAGE),
			.rect = { points(rows, i, TRANSCRIPT_SIGNERS_OF_X0), points(rows, i, TRANSCRIPT_SIGNERS_OF_Y0),
				points(rows, i, TRANSCRIPT_SIGNERS_OF_X1), points(rows, i, TRANSCRIPT_SIGNERS_OF_Y1) } },
	};
	if (!db_is_null(rows, i, TRANSCRIPT_SIGNERS_OF_PERSON_ID))
		e.person = db_id(rows, i, TRANSCRIPT_SIGNERS_OF_PERSON_ID);
	return e;
}

/* The seal belongs to the office: any clerk in service sets it.  Every other line is one person's own. */
static bool
is_mine(const struct listing *l, const struct entry *e)
{
	if (e->role == RECORD_DON_VI)
		return (l->who->roles & ROLE_BIT(ROLE_CLERK)) != 0;
	return strcmp(e->person.s, l->who->person.s) == 0;
}

/* Everyone of an earlier role has signed the XML, and the PDF where they sign it. */
static bool
is_my_turn(const struct turn *t)
{
	const struct entry *me = &t->roll[t->mine];
	for (size_t i = 0; i < t->roll_n; i++) {
		const struct entry *e = &t->roll[i];
		if (e->role < me->role && (!e->signed_xml || (e->pdf.wanted && !e->pdf.done)))
			return false;
	}
	return !me->signed_xml || (me->pdf.wanted && !me->pdf.done);
}

static enum hb_code
read_roll(struct db_tx *tx, struct listing *l, struct turn *t, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = db_rows(tx, &transcript_signers_of, DB_ARGS(DB_ID(l->school.id), DB_ID(t->doc.id)), l->a, &rows, err);
	if (rc != HB_OK)
		return rc;
	t->roll = HB_NEWN(l->a, struct entry, rows.n + 1);
	if (t->roll == NULL)
		return hb_full(err);
	for (size_t i = 0; i < rows.n; i++)
		t->roll[t->roll_n++] = entry_of(&rows, i);
	return HB_OK;
}

static enum hb_code
read_document(struct db_tx *tx, struct listing *l, const char *id, struct hb_err *err)
{
	struct turn                t = { 0 };
	struct transcript_document base;
	enum hb_code               rc = transcript_document_get(tx, l->school.id, id, l->a, &t.doc, err);
	if (rc == HB_OK && l->only_class != NULL && strcmp(l->only_class, t.doc.class_id) != 0)
		return HB_OK;
	if (rc == HB_OK)
		rc = read_roll(tx, l, &t, err);
	if (rc == HB_OK && t.doc.base != NULL && strcmp(t.doc.kind, "YEAR") == 0) {
		rc = transcript_document_get(tx, l->school.id, t.doc.base, l->a, &base, err);
		t.previous_key = rc == HB_OK ? base.year_key : NULL;
	}
	for (t.mine = 0; rc == HB_OK && t.mine < t.roll_n; t.mine++)
		if (is_mine(l, &t.roll[t.mine]) && is_my_turn(&t) && l->n < TURNS_MAX)
			l->turns[l->n++] = t;
	return rc;
}

static enum hb_code
read_waiting(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct listing *l = ctx;
	struct db_rows  own, seal = { 0 };
	const char     *school = l->who->school.s;
	l->n = 0;
	enum hb_code rc = transcript_school_get(tx, school, NULL, l->a, &l->school, err);
	if (rc == HB_OK)
		rc = db_rows(tx, &transcript_waiting_for, DB_ARGS(DB_ID(school), DB_ID(l->who->person.s)), l->a, &own, err);
	if (rc == HB_OK && (l->who->roles & ROLE_BIT(ROLE_CLERK)) != 0)
		rc = db_rows(tx, &transcript_waiting_for_seal, DB_ARGS(DB_ID(school)), l->a, &seal, err);
	size_t before = own.n;
	for (size_t i = 0; rc == HB_OK && i < before + seal.n; i++) {
		struct hb_id id = i < before ? db_id(&own, i, TRANSCRIPT_WAITING_FOR_ID)
					     : db_id(&seal, i - before, TRANSCRIPT_WAITING_FOR_SEAL_ID);
		bool seen = l->only_document != NULL && strcmp(l->only_document, id.s) != 0;
		for (size_t k = 0; !seen && i >= before && k < before; k++)
			seen = strcmp(db_id(&own, k, TRANSCRIPT_WAITING_FOR_ID).s, id.s) == 0;
		if (!seen)
			rc = read_document(tx, l, id.s, err);
	}
	return rc;
}

/* ---- one slot of the XML ---- */

static const char *
slot_path(const struct turn *t, struct hb_arena *a)
{
	const struct entry *me = &t->roll[t->mine];
	static const char *const fixed[] = { [RECORD_GVCN] = "DANH_SACH_THONG_TIN_KY/GVCN",
		[RECORD_CBQL] = "PHAT_HANH_HOC_BA/CBQL", [RECORD_DON_VI] = "PHAT_HANH_HOC_BA/KY_PHAT_HANH" };
	if (me->role != RECORD_GVBM)
		return hb_printf(a, "/HOC_BA/NAM_HOC[@Nam='%s']/%s", t->doc.year_key, fixed[me->role]);
	return hb_printf(a, "/HOC_BA/NAM_HOC[@Nam='%s']/DANH_SACH_THONG_TIN_KY/DANH_SACH_GVBM/GVBM[@Mon='%s'][@So='%s']",
	    t->doc.year_key, me->subject, strrchr(me->slot, '-') + 1);
}

/* Homeroom answers for the teachers; head and seal for homeroom and each other, and for last year's seal, so that a
 * year taken out of the middle shows (signatures.md 2.4b). */
static bool
countersigns(const struct turn *t, const struct entry *e)
{
	const struct entry *me = &t->roll[t->mine];
	if (e->role >= me->role)
		return false;
	bool homeroom_signs = false;
	for (size_t i = 0; i < t->roll_n; i++)
		homeroom_signs |= t->roll[i].role == RECORD_GVCN;
	return e->role != RECORD_GVBM || me->role == RECORD_GVCN || (me->role == RECORD_CBQL && !homeroom_signs);
}

static bool
fill_countersigned(const struct turn *t, struct hb_arena *a, struct xmlsig_spec *x)
{
	const char **ids = HB_NEWN(a, const char *, t->roll_n + 1);
	if (ids == NULL)
		return false;
	for (size_t i = 0; i < t->roll_n; i++)
		if (countersigns(t, &t->roll[i]))
			ids[x->n_countersigned++] = t->roll[i].slot;
	if (t->previous_key != NULL && t->roll[t->mine].role >= RECORD_CBQL)
		ids[x->n_countersigned++] = hb_printf(a, "s-%s-dv", t->previous_key);
	x->countersigned = ids;
	return true;
}

static bool
fill_regions(const struct turn *t, struct hb_arena *a, struct xmlsig_spec *x)
{
	const struct entry  *me = &t->roll[t->mine];
	struct record_year   year = { .year = t->doc.year, .profile = t->doc.profile,
		  .extract_on = strcmp(t->doc.kind, "EXTRACT") == 0 ? t->doc.year : NULL };
	struct record_signer signer = { .role = me->role, .subject = me->subject };
	char                 names[RECORD_REGIONS_MAX][RECORD_SLOT_LEN];
	const char         **regions = HB_NEWN(a, const char *, RECORD_REGIONS_MAX);
	x->n_regions = record_year_regions(&year, &signer, names);
	for (size_t i = 0; regions != NULL && i < x->n_regions; i++)
		regions[i] = hb_strdup(a, names[i]);
	x->regions = regions;
	return regions != NULL;
}

/* ---- looks ---- */

struct image { const struct listing *l; const char *person; struct hb_arena *a; struct hb_bytes png; };

static enum hb_code
read_image(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct image  *i = ctx;
	struct db_rows rows;
	enum hb_code   rc = db_rows(tx, &transcript_image_get, DB_ARGS(DB_ID(i->l->school.id), DB_ID(i->person)), i->a, &rows, err);
	if (rc == HB_OK && rows.n == 1)
		i->png = db_bytes(&rows, 0, TRANSCRIPT_IMAGE_GET_PNG);
	return rc;
}

static enum hb_code
draw_look(const struct listing *l, const struct entry *me, struct hb_bytes *ret_look, struct hb_err *err)
{
	double       width = me->pdf.rect.x1 - me->pdf.rect.x0, height = me->pdf.rect.y1 - me->pdf.rect.y0;
	struct image image = { .l = l, .person = me->person.s, .a = l->a };
	if (me->role == RECORD_DON_VI)
		return stamp_seal(l->school.superior, l->school.name, width, height, l->a, ret_look, err);
	enum hb_code rc = me->person.s[0] == '\0' ? HB_OK : db_read(l->t->db, read_image, &image, err);
	if (rc != HB_OK)
		return rc;
	if (image.png.n > 0)
		return stamp_png(image.png, width, height, l->a, ret_look, err);
	return stamp_hand(me->name, width, height, l->a, ret_look, err);
}

/* One drawing serves a whole class when the place has the same size. */
static enum hb_code
look_of(const struct listing *l, const struct signing_slot *done, size_t n, const struct entry *me,
    struct hb_bytes *ret_look, struct hb_err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct pades_field *f = &done[i].pdf;
		if (done[i].format == SIGNING_PDF && f->look.n > 0 && strcmp(f->signer, me->name) == 0 &&
		    strcmp(f->name, record_role_code(me->role)) == 0 &&
		    f->rect.x1 - f->rect.x0 == me->pdf.rect.x1 - me->pdf.rect.x0 &&
		    f->rect.y1 - f->rect.y0 == me->pdf.rect.y1 - me->pdf.rect.y0) {
			*ret_look = f->look;
			return HB_OK;
		}
	}
	return draw_look(l, me, ret_look, err);
}

/* ---- putting slots together ---- */

static struct signing_slot
common_slot(const struct listing *l, const struct turn *t)
{
	const struct entry *me = &t->roll[t->mine];
	char                name[TRANSCRIPT_NAME_LEN];
	bool                extract = strcmp(t->doc.kind, "EXTRACT") == 0;
	transcript_name(l->school.id, t->doc.id, name);
	struct signing_slot s = { .document = hb_strdup(l->a, name), .kind = "transcript", .role = record_role_code(me->role),
		.wants = me->role == RECORD_DON_VI ? PKI_KIND_UNIT : PKI_KIND_PERSONAL, .is_last = me->role == RECORD_DON_VI };
	s.title = hb_printf(l->a, "%s lớp %s, năm học %s: %s%s%s", extract ? "Trích học bạ" : "Học bạ", t->doc.class_name,
	    t->doc.year, t->doc.pupil_name, me->role == RECORD_GVBM ? ", môn " : "", me->role == RECORD_GVBM ? me->subject : "");
	return s;
}

static enum hb_code
add_xml(const struct listing *l, const struct turn *t, struct signing_slot *s, struct hb_err *err)
{
	*s = common_slot(l, t);
	s->format = SIGNING_XML;
	s->xml = (struct xmlsig_spec){ .slot = slot_path(t, l->a), .id = t->roll[t->mine].slot };
	if (!fill_regions(t, l->a, &s->xml) || !fill_countersigned(t, l->a, &s->xml) || l->a->full)
		return hb_full(err);
	return HB_OK;
}

static enum hb_code
add_pdf(const struct listing *l, const struct turn *t, const struct signing_slot *done, size_t n, struct signing_slot *s,
    struct hb_err *err)
{
	static const char *const reasons[] = { [RECORD_GVCN] = "Giáo viên chủ nhiệm kí học bạ",
		[RECORD_CBQL] = "Hiệu trưởng kí học bạ", [RECORD_DON_VI] = "Nhà trường phát hành học bạ" };
	const struct entry *me = &t->roll[t->mine];
	*s = common_slot(l, t);
	s->format = SIGNING_PDF;
	s->pdf = (struct pades_field){ .name = record_role_code(me->role), .page = me->pdf.page, .rect = me->pdf.rect,
		.signer = me->name, .reason = reasons[me->role], .location = l->school.name };
	enum hb_code rc = look_of(l, done, n, me, &s->pdf.look, err);
	return rc == HB_OK && l->a->full ? hb_full(err) : rc;
}

static enum hb_code
fill_slots(const struct listing *l, struct signing_slot *slots, size_t *ret_n, struct hb_err *err)
{
	size_t       n = 0;
	enum hb_code rc = HB_OK;
	for (size_t i = 0; rc == HB_OK && i < l->n; i++) {
		const struct turn  *t = &l->turns[i];
		const struct entry *me = &t->roll[t->mine];
		if (!me->signed_xml)
			rc = add_xml(l, t, &slots[n++], err);
		if (rc == HB_OK && me->pdf.wanted && !me->pdf.done) {
			rc = add_pdf(l, t, slots, n, &slots[n], err);
			n++;
		}
	}
	*ret_n = n;
	return rc;
}

enum hb_code
transcript_slots(void *context, const struct auth_person *who, const json_t *filter, struct hb_arena *a,
    struct signing_slot **ret_slots, size_t *ret_n, struct hb_err *err)
{
	struct listing l = { .t = context, .who = who, .a = a,
		.only_class = json_string_value(json_object_get(filter, "class")),
		.only_document = json_string_value(json_object_get(filter, "document")) };
	l.turns = HB_NEWN(a, struct turn, TURNS_MAX);
	struct signing_slot *slots = HB_NEWN(a, struct signing_slot, 2 * TURNS_MAX);
	if (l.turns == NULL || slots == NULL)
		return hb_full(err);
	enum hb_code rc = db_read(l.t->db, read_waiting, &l, err);
	size_t       n = 0;
	if (rc == HB_OK)
		rc = fill_slots(&l, slots, &n, err);
	if (rc != HB_OK)
		return rc;
	*ret_slots = slots;
	*ret_n = n;
	return HB_OK;
}
