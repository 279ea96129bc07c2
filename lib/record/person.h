/* record/person.h - what a class book and a transcript say about who the pupil is (lí lịch).
 *
 * Texts and dates as in parts.h.  personal_id may be NULL: the pupil has none yet (D2.6 then holds the record back
 * from issue, not from the class book). */
#ifndef RECORD_PERSON_H
#define RECORD_PERSON_H
#include "record/parts.h"

struct record_parent { const char *name, *job; };

struct record_person {
	const char *student_code;            /* mã học sinh of the sector database */
	const char *personal_id;             /* 12 digits, or NULL */
	const char *name;
	const char *birth_date;              /* YYYY-MM-DD, YYYY-MM or YYYY: the known precision */
	enum record_sex sex;
	const char *ethnicity;               /* name: "Kinh" */
	const char *nationality;             /* name: "Việt Nam" */
	const char *birth_place, *home_place, *residence;      /* nơi sinh, quê quán, nơi ở hiện nay */
	const char *policy;                  /* đối tượng chính sách, or NULL */
	struct record_parent *father, *mother, *guardian;      /* NULL when not stated */
	const char *register_number;         /* số đăng bộ */
	const char *joined_on;               /* date of entering this school */
	const char *photo;                   /* base64 JPEG 3×4, or NULL */
};

/* "20/05/2014", "05/2014" or "2014". */
#define RECORD_BIRTH_LEN 11
void record_birth_vi(const char *birth_date, char out[RECORD_BIRTH_LEN]);
#endif
