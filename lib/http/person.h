/* http/person.h - who is asking: what a session says, and nothing more.
 *
 * Roles and assurance come from the account system (lib/auth); what a person may sign comes from the frozen
 * document's roll, never from here (architecture §4).  Values are borrowed from the request's arena. */
#ifndef HTTP_PERSON_H
#define HTTP_PERSON_H
#include "base/clock.h"
#include "base/id.h"

/* Roles of D4.2c (architecture §9).  The order is fixed: numbers stand in stored grants. */
enum auth_role {
	ROLE_PARENT, ROLE_STUDENT, ROLE_SUBJECT_TEACHER, ROLE_HOMEROOM, ROLE_RECORDS, ROLE_CLERK, ROLE_HEAD, ROLE_ADMIN,
	ROLE_WEB_EDITOR, ROLE_COMMUNE_OFFICER, ROLE_CITY_OFFICER, ROLE_CITY_HEAD, ROLE_MINISTRY_OFFICER,
	ROLE_PUBLIC,                /* anyone, without a session */
	ROLE_SYSTEM,                /* another system: the handler checks the envelope's signature */
	ROLE__MAX
};
typedef uint32_t auth_roles;    /* bit set */
#define ROLE_BIT(r) ((auth_roles)1 << (r))

enum auth_assurance { ASSURANCE_NONE, ASSURANCE_PASSWORD, ASSURANCE_SECOND_FACTOR, ASSURANCE_CERTIFICATE, ASSURANCE__MAX };

struct auth_person {
	struct hb_id        account;     /* of the acting account: what audit rows name */
	struct hb_id        person;      /* the staff member, parent or pupil behind it */
	struct hb_id        school;      /* or unit; s[0] == 0 for people of the Sở and the ministry */
	const char         *name;        /* for display */
	auth_roles          roles;       /* in force now */
	enum auth_assurance assurance;
	hb_time             expires;
	const char         *session;     /* hex of the stored token hash: lets log-out name its own session */
};

const char *auth_role_name(enum auth_role role);              /* as in openapi.yaml: "subject_teacher" */
bool        auth_role_parse(const char *name, enum auth_role *ret_role);
const char *auth_assurance_name(enum auth_assurance assurance);
#endif
