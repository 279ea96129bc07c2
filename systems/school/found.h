/* school/found.h - schools made by `hocba school init` from config.json:
 *
 *     "settings": {"sector": "sector", "schools": [{"id": UUID or absent, "code", "name", "levels": "THCS THPT", "kind": "1", "commune",
 *       "province", "so_code": "79", "tax_code", "address", "phone",
 *       "years": [{"year", "starts", "term2", "ends"}],
 *       "founders": [{"code": "GV001", "name", "position": "HT", "personal_id", "login", "password", "role": "head",
 *                     "decision_no", "decision_date", "from", "secret"}]}]}
 *
 * A founder becomes a member of staff and gets the first account of the role; password and secret as in auth.h
 * (kept only under the profile demo).  All of a school in one transaction; a code that exists is refused. */
#ifndef SCHOOL_FOUND_H
#define SCHOOL_FOUND_H
#include "run/system.h"

enum hb_code school_found_all(struct runtime *rt, struct hb_err *err);
#endif
