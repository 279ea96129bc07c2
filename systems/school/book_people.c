/* The head of a class book: the school, the pupils, the roll of those who must sign. */
#include "book_int.h"

#include "data/data.h"
#include "school/school_sql.h"

#include <string.h>

static const char *
id_copy(struct building *b, const struct db_rows *rows, size_t row, unsigned col)
{
	return hb_strdup(b->a, db_id(rows, row, col).s);
}

static struct record_parent *
parent(struct building *b, size_t i, unsigned name, unsigned job)
{
	const char           *n = book_text(db_text(&b->pupils, i, name));
	struct record_parent *p = n == NULL ? NULL : HB_NEW(b->a, struct record_parent);
	if (p != NULL)
		*p = (struct record_parent){ n, book_text(db_text(&b->pupils, i, job)) };
	return p;
}

#define FIELD(name) book_text(db_text(&b->pupils, i, SCHOOL_FILES_OF_CLASS_##name))

static void
person(struct building *b, size_t i, struct record_person *p)
{
	const char *ethnic = FIELD(ETHNIC), *nation = FIELD(NATIONALITY);
	*p = (struct record_person){
		.student_code = FIELD(CODE),
		.personal_id = FIELD(PERSONAL_ID),
		.name = FIELD(FULL_NAME),
		.birth_date = FIELD(BIRTH_DATE),
		.sex = strcmp(db_text(&b->pupils, i, SCHOOL_FILES_OF_CLASS_SEX), "F") == 0 ? RECORD_FEMALE : RECORD_MALE,
		.ethnicity = ethnic == NULL ? NULL : data_look_up(&data_ethnic_groups, "code", ethnic, "name"),
		.nationality = nation == NULL ? NULL : data_look_up(&data_nationalities, "code", nation, "name"),
		.birth_place = FIELD(BIRTH_PLACE),
		.home_place = FIELD(HOME_TOWN),
		.residence = FIELD(RESIDENCE),
		.policy = FIELD(POLICY),
		.father = parent(b, i, SCHOOL_FILES_OF_CLASS_FATHER, SCHOOL_FILES_OF_CLASS_FATHER_JOB),
		.mother = parent(b, i, SCHOOL_FILES_OF_CLASS_MOTHER, SCHOOL_FILES_OF_CLASS_MOTHER_JOB),
		.guardian = parent(b, i, SCHOOL_FILES_OF_CLASS_GUARDIAN, SCHOOL_FILES_OF_CLASS_GUARDIAN_JOB),
		.register_number = FIELD(REGISTER_NO),
		.joined_on = FIELD(FROM_DATE),
	};
}

static enum record_standing
standing(const char *status)
{
	const char *s = data_look_up(&data_pupil_statuses, "code", status, "standing");
	if (s != NULL && strcmp(s, "left") == 0)
		return RECORD_LEFT;
	return s != NULL && strcmp(s, "joined") == 0 ? RECORD_JOINED : RECORD_STUDYING;
}

enum hb_code
book_people(struct building *b, struct hb_err *err)
{
	struct record_class *c = b->out;
	c->school = (struct record_school){
		.code = db_text(&b->info, 0, SCHOOL_SCHOOL_GET_CODE),
		.name = db_text(&b->info, 0, SCHOOL_SCHOOL_GET_NAME),
		.commune = db_text(&b->info, 0, SCHOOL_SCHOOL_GET_COMMUNE),
		.province = db_text(&b->info, 0, SCHOOL_SCHOOL_GET_PROVINCE),
		.province_code = book_text(db_text(&b->info, 0, SCHOOL_SCHOOL_GET_SO_CODE)),
		.tax_code = book_text(db_text(&b->info, 0, SCHOOL_SCHOOL_GET_TAX_CODE)),
	};
	c->pupils = HB_NEWN(b->a, struct record_pupil, b->pupils.n + 1);
	b->present = HB_NEWN(b->a, bool, b->pupils.n + 1);
	if (c->pupils == NULL || b->present == NULL)
		return hb_full(err);
	c->n_pupils = b->pupils.n;
	for (size_t i = 0; i < b->pupils.n; i++) {
		struct record_pupil *p = &c->pupils[i];
		p->id = id_copy(b, &b->pupils, i, SCHOOL_FILES_OF_CLASS_ID);
		if (p->id == NULL)
			return hb_full(err);
		person(b, i, &p->person);
		p->standing = standing(db_text(&b->pupils, i, SCHOOL_FILES_OF_CLASS_STATUS));
		const char *to = FIELD(TO_DATE);
		if (p->standing == RECORD_JOINED)
			p->standing_on = FIELD(FROM_DATE);
		else if (p->standing == RECORD_LEFT)
			p->standing_on = to;
		p->standing_note = FIELD(NOTE);
		b->present[i] = p->standing != RECORD_LEFT;
	}
	return HB_OK;
}

/* ---- the roll (D6, D12.3-12.7) ---- */

#define DUTY(name) db_text(&b->duties, i, SCHOOL_DUTY_LIST_##name)

/* The last day of the period: who is on duty then signs; a successor signs for the whole term (D12.4). */
static const char *
closing_day(const struct building *b)
{
	bool first = b->period == RECORD_HK1 || b->period == RECORD_GK1 || b->period == RECORD_CK1;
	return db_text(&b->school_year, 0, first ? SCHOOL_YEAR_GET_TERM2 : SCHOOL_YEAR_GET_ENDS);
}

static bool
in_force(const struct building *b, size_t i, const char *day)
{
	return !db_is_null(&b->duties, i, SCHOOL_DUTY_LIST_CONFIRMED_AT) && strcmp(DUTY(FROM_DATE), day) <= 0 &&
	    (DUTY(TO_DATE)[0] == '\0' || strcmp(DUTY(TO_DATE), day) >= 0);
}

static bool
of_this_class(const struct building *b, size_t i)
{
	return !db_is_null(&b->duties, i, SCHOOL_DUTY_LIST_CLASS_ID) &&
	    strcmp(db_id(&b->duties, i, SCHOOL_DUTY_LIST_CLASS_ID).s, b->cls.id) == 0;
}

static struct record_signer *
add_signer(struct building *b, size_t i, enum record_role role)
{
	struct record_class  *c = b->out;
	struct record_signer *s = &c->signers[c->n_signers++];
	*s = (struct record_signer){
		.role = role,
		.person_id = id_copy(b, &b->duties, i, SCHOOL_DUTY_LIST_STAFF_ID),
		.personal_id = role == RECORD_DON_VI ? NULL : book_text(DUTY(PERSONAL_ID)),
		.name = role == RECORD_DON_VI ? c->school.name : DUTY(FULL_NAME),
		.position = data_look_up(&data_positions, "code", DUTY(POSITION), "name"),
		.decision_number = book_text(DUTY(DECISION_NO)),
		.decision_date = book_text(DUTY(DECISION_DATE)),
		.duty_from = book_text(DUTY(FROM_DATE)),
		.duty_to = book_text(DUTY(TO_DATE)),
	};
	return s;
}

static int
find_duty(const struct building *b, const char *role, bool own_class, const char *day)
{
	for (size_t i = 0; i < b->duties.n; i++)
		if (strcmp(DUTY(ROLE), role) == 0 && (!own_class || of_this_class(b, i)) && in_force(b, i, day))
			return (int)i;
	return -1;
}

/* Nobody teaches the subject on the last day: the head signs in place of the last one who did, with the reason (D12.6). */
static void
stand_in(struct building *b, const char *subject, const char *day)
{
	int last = -1, head = find_duty(b, "HEAD", false, day);
	for (size_t i = 0; i < b->duties.n; i++)
		if (strcmp(DUTY(ROLE), "SUBJECT") == 0 && of_this_class(b, i) && strcmp(DUTY(SUBJECT), subject) == 0 &&
		    db_int(&b->duties, i, SCHOOL_DUTY_LIST_MUST_SIGN) != 0 &&
		    !db_is_null(&b->duties, i, SCHOOL_DUTY_LIST_CONFIRMED_AT) && strcmp(DUTY(FROM_DATE), day) <= 0)
			last = (int)i;
	if (last < 0 || head < 0)
		return;
	struct record_signer *s = add_signer(b, (size_t)head, RECORD_GVBM);
	s->subject = subject;
	s->ordinal = 1;
	size_t i = (size_t)last;
	s->stands_in_for = DUTY(FULL_NAME);
	s->stand_in_reason = hb_printf(b->a, "Giáo viên thôi dạy lớp từ %s, chưa có người thay", DUTY(TO_DATE));
}

static void
subject_signers(struct building *b, const char *subject, const char *day)
{
	int ordinal = 0;
	for (size_t i = 0; i < b->duties.n && b->out->n_signers < RECORD_SIGNERS_MAX - 4; i++) {
		if (strcmp(DUTY(ROLE), "SUBJECT") != 0 || !of_this_class(b, i) || strcmp(DUTY(SUBJECT), subject) != 0 ||
		    db_int(&b->duties, i, SCHOOL_DUTY_LIST_MUST_SIGN) == 0 || !in_force(b, i, day))
			continue;
		struct record_signer *s = add_signer(b, i, RECORD_GVBM);
		s->subject = subject;
		s->ordinal = ++ordinal;
		s->strand = book_text(DUTY(STRAND));
	}
	if (ordinal == 0 && !b->primary)
		stand_in(b, subject, day);
}

/* After the summer only the teachers of those who were tested again. */
static bool
has_retake(const struct record_subject *s)
{
	for (size_t r = 0; r < s->n_rows; r++)
		if (s->rows[r].retake.kind != RECORD_MARK_NONE)
			return true;
	return false;
}

enum hb_code
book_roll(struct building *b, struct hb_err *err)
{
	struct record_class *c = b->out;
	const char          *day = closing_day(b);
	c->signers = HB_NEWN(b->a, struct record_signer, RECORD_SIGNERS_MAX);
	if (c->signers == NULL)
		return hb_full(err);
	for (size_t s = 0; s < c->n_subjects; s++)
		if (!b->summer || has_retake(&c->subjects[s]))
			subject_signers(b, c->subjects[s].code, day);
	int homeroom = find_duty(b, "HOMEROOM", true, day), head = find_duty(b, "HEAD", false, day);
	int clerk = find_duty(b, "CLERK", false, day);
	if (homeroom >= 0)
		add_signer(b, (size_t)homeroom, RECORD_GVCN);
	if (b->year && head >= 0)
		add_signer(b, (size_t)head, RECORD_CBQL);
	if (b->year && clerk >= 0)
		add_signer(b, (size_t)clerk, RECORD_DON_VI);
	return HB_OK;
}
