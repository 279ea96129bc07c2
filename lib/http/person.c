#include "http/person.h"

#include <string.h>

static const char *const role_names[ROLE__MAX] = {
	[ROLE_PARENT] = "parent", [ROLE_STUDENT] = "student", [ROLE_SUBJECT_TEACHER] = "subject_teacher",
	[ROLE_HOMEROOM] = "homeroom", [ROLE_RECORDS] = "records", [ROLE_CLERK] = "clerk", [ROLE_HEAD] = "head",
	[ROLE_ADMIN] = "admin", [ROLE_WEB_EDITOR] = "web_editor", [ROLE_COMMUNE_OFFICER] = "commune_officer",
	[ROLE_CITY_OFFICER] = "city_officer", [ROLE_CITY_HEAD] = "city_head", [ROLE_MINISTRY_OFFICER] = "ministry_officer",
	[ROLE_PUBLIC] = "public", [ROLE_SYSTEM] = "system",
};
static const char *const assurance_names[ASSURANCE__MAX] = {
	[ASSURANCE_NONE] = "none", [ASSURANCE_PASSWORD] = "password", [ASSURANCE_SECOND_FACTOR] = "second_factor",
	[ASSURANCE_CERTIFICATE] = "certificate",
};

const char *
auth_role_name(enum auth_role role)
{
	return (unsigned)role < ROLE__MAX ? role_names[role] : "?";
}

bool
auth_role_parse(const char *name, enum auth_role *ret_role)
{
	for (int r = 0; r < ROLE__MAX; r++)
		if (strcmp(name, role_names[r]) == 0) {
			*ret_role = (enum auth_role)r;
			return true;
		}
	return false;
}

const char *
auth_assurance_name(enum auth_assurance assurance)
{
	return (unsigned)assurance < ASSURANCE__MAX ? assurance_names[assurance] : "?";
}
