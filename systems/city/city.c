/* The city put together: handlers of the exchange, and what they share. */
#include "city/city.h"

#include <stdio.h>

#include "city/messages_in.h"
#include "json/read.h"

void
city_wire(struct city *c)
{
	static const struct exchange_handler *const handlers[] = { &city_codes_reserve, &city_codes_cancel, &city_codes_check,
		&city_unit_certificate, &city_unit_certificate_withdraw, &city_deposit, &city_recall, &city_close_year,
		&city_correction_request };
	for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++)
		exchange_on(c->exchange, handlers[i], c);
	exchange_on_receipt(c->exchange, CITY_FLOW_MINISTRY, "uuid-request", city_on_uuids, c);
	exchange_on_receipt(c->exchange, CITY_FLOW_MINISTRY, "record", city_on_record, c);
}

enum hb_code
city_payload(const struct exchange_msg *m, struct hb_arena *a, json_t **ret_payload, struct hb_err *err)
{
	int64_t v;
	enum hb_code rc = json_read(m->payload, EXCHANGE_PAYLOAD_MAX, a, ret_payload, err);
	if (rc == HB_OK)
		rc = json_get_int(*ret_payload, "v", &v, err);
	if (rc == HB_OK && v != CITY_MESSAGE_VERSION)
		rc = hb_fail(err, HB_E_INPUT, "thu.phienBan", "không nhận phiên bản %lld của thư %s", (long long)v, m->kind);
	return rc;
}

enum hb_code
city_payload_school(struct db_tx *tx, const struct exchange_msg *m, const json_t *payload, const char **ret_school,
    struct hb_err *err)
{
	enum hb_code rc = json_get_str(payload, "school", ret_school, err);
	return rc == HB_OK ? city_speaks_for(tx, m->from, *ret_school, err) : rc;
}

void
city_actor(const struct exchange_msg *m, char out[CITY_ACTOR_LEN])
{
	snprintf(out, CITY_ACTOR_LEN, "system:%.60s", m->from);
}

void
city_item_failed(json_t *failed, const char *ref, const struct hb_err *why)
{
	json_array_append_new(failed, json_pack("{s:s, s:s, s:s}", "ref", ref, "key", why->key != NULL ? why->key : "heThong.loi",
	    "text", why->msg));
}

bool
city_item_refusal(enum hb_code rc)
{
	return rc == HB_E_INPUT || rc == HB_E_RULE || rc == HB_E_DENIED || rc == HB_E_NOTFOUND;
}
