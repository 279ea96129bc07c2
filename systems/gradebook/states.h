/* gradebook/states.h - the life of a class file: one table, drawn in README.md, tested as a whole.
 *
 * The current state is the newest event; nothing else changes it.  A term file (HK1 HK2 GK1 CK1 GK2) is finished when
 * the homeroom teacher has signed; a year or summer file when the seal is on it. */
#ifndef GRADEBOOK_STATES_H
#define GRADEBOOK_STATES_H
#include "http/person.h"

enum gradebook_state {
	GRADEBOOK_NONE, GRADEBOOK_FROZEN, GRADEBOOK_REVIEWED, GRADEBOOK_TEACHERS, GRADEBOOK_HOMEROOM, GRADEBOOK_HEAD,
	GRADEBOOK_SEALED, GRADEBOOK_RETURNED, GRADEBOOK_REPLACED, GRADEBOOK_STATE__MAX
};
enum gradebook_event {
	GRADEBOOK_E_FREEZE, GRADEBOOK_E_REVIEW, GRADEBOOK_E_RETURN, GRADEBOOK_E_SIGN_TEACHER, GRADEBOOK_E_SIGN_HOMEROOM,
	GRADEBOOK_E_SIGN_HEAD, GRADEBOOK_E_SEAL, GRADEBOOK_E_REPLACE, GRADEBOOK_EVENT__MAX
};
/* What guards look at: before the event. */
struct gradebook_facts {
	bool year_file;          /* CN, HE: head and seal follow; otherwise the homeroom teacher ends it */
	int  teachers_left;      /* subject teachers' signatures still wanting */
};
struct gradebook_move {
	enum gradebook_state from;
	enum gradebook_event event;
	enum gradebook_state to;
	auth_roles           who;        /* ROLE_SYSTEM: a message */
	bool               (*guard)(const struct gradebook_facts *f);
	const char          *clause;
};
const struct gradebook_move *gradebook_moves(size_t *ret_n);
/* HB_E_CONFLICT "so.buocKhongCo" (no such move), "so.chuaDenLuot" (a guard says not yet); HB_E_DENIED "so.saiVaiTro". */
enum hb_code gradebook_step(enum gradebook_state from, enum gradebook_event event, auth_roles who,
    const struct gradebook_facts *f, enum gradebook_state *ret_to, struct hb_err *err);
/* Finished: no event leads on. */
bool gradebook_is_final(enum gradebook_state s, const struct gradebook_facts *f);
const char *gradebook_state_code(enum gradebook_state s);             /* "FROZEN" */
enum gradebook_state gradebook_state_parse(const char *code);         /* GRADEBOOK_NONE when unknown */
const char *gradebook_state_name(enum gradebook_state s);             /* Vietnamese */
#endif
