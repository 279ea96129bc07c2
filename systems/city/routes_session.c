/* Log-in of the Sở's officers; other systems of the Sở ask here who a session is. */
#include "auth/hooks.h"
#include "city/city.h"
#include "city/city_api.h"
#include "json/read.h"

static enum hb_code
reply_person(struct api_req *r, const struct auth_person *who, struct hb_err *err)
{
	struct jw w = api_json(r);
	auth_person_write(&w, NULL, who);
	return api_json_end(r, &w, err);
}

enum hb_code
city_session_open(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	struct auth_entry entry;
	const struct auth_attempt try = { c->unit.s, json_opt_str(r->body, "login"), json_opt_str(r->body, "password"),
		json_opt_str(r->body, "code"), json_opt_str(r->body, "new_password"), r->peer, r->request_id };
	enum hb_code rc = auth_enter(c->auth, &try, r->a, &entry, err);
	if (rc != HB_OK)
		return rc;
	api_session_cookie(r, entry.token);
	return reply_person(r, entry.who, err);
}

enum hb_code
city_session_get(struct api_req *r, struct hb_err *err)
{
	return reply_person(r, r->who, err);
}

enum hb_code
city_session_close(struct api_req *r, struct hb_err *err)
{
	struct city *c = r->system;
	enum hb_code rc = auth_leave(c->auth, r->who, err);
	if (rc == HB_OK)
		api_session_cookie(r, NULL);
	return rc;
}
