/* State events: the only way a state changes. */
#include <stdio.h>

#include "city/city.h"
#include "city/city_sql.h"

static const char *const object_names[CITY_OBJECT__MAX] = {
	[CITY_RECORD] = "record", [CITY_CODE] = "code", [CITY_CERTIFICATE] = "certificate", [CITY_CORRECTION] = "correction",
};

static enum hb_code
last_event(struct db_tx *tx, const char *subject, int64_t *ret_ordinal, enum city_state *ret_state, struct hb_err *err)
{
	struct db_rows r;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	enum hb_code rc = db_rows(tx, &city_event_last, DB_ARGS(DB_ID(subject)), &a, &r, err);
	if (rc != HB_OK)
		return rc;
	*ret_ordinal = r.n == 0 ? 0 : db_int(&r, 0, CITY_EVENT_LAST_ORDINAL);
	*ret_state = r.n == 0 ? CITY_NONE : city_state_parse(db_text(&r, 0, CITY_EVENT_LAST_STATE));
	return *ret_state == CITY_STATE__MAX ? hb_bug(err, "an unknown state of %s", subject) : HB_OK;
}

enum hb_code
city_state_of(struct db_tx *tx, const char *subject, enum city_state *ret_state, struct hb_err *err)
{
	int64_t ordinal;
	return last_event(tx, subject, &ordinal, ret_state, err);
}

static enum hb_code
audit_event(struct db_tx *tx, const struct city_event *e, struct hb_err *err)
{
	char action[64], object[96];
	snprintf(action, sizeof action, "city.%s.%s", object_names[e->object], city_state_word(e->to));
	snprintf(object, sizeof object, "%s/%s", object_names[e->object], e->subject);
	const struct audit_entry entry = { .actor = e->actor, .action = action, .object = object };
	return audit_write(tx, &entry, err);
}

/* A certificate's approval is weighed against signing times, which are real; all else is a matter of deadlines. */
static hb_time
event_time(enum city_object o)
{
	return o == CITY_CERTIFICATE ? hb_now() : hb_business_now();
}

enum hb_code
city_event_add(struct db_tx *tx, const struct city_event *e, struct hb_err *err)
{
	int64_t ordinal;
	enum city_state from;
	enum hb_code rc = last_event(tx, e->subject, &ordinal, &from, err);
	if (rc == HB_OK)
		rc = city_move_check(e->object, from, e->to, err);
	if (rc == HB_OK)
		rc = db_run(tx, &city_event_put, DB_ARGS(DB_ID(e->subject), DB_INT(ordinal + 1), DB_TEXT(city_state_word(e->to)),
		    DB_TIME(event_time(e->object)), DB_TEXT(e->actor), DB_TEXT(e->reason)), NULL, err);
	return rc == HB_OK ? audit_event(tx, e, err) : rc;
}
