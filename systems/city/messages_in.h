/* city/messages_in.h - what the handlers of flows 3 and 4 share: the payload read, the sender allowed, items that fail.
 * Private to systems/city. */
#ifndef CITY_MESSAGES_IN_H
#define CITY_MESSAGES_IN_H
#include "city/city.h"

enum { CITY_MESSAGE_VERSION = 1, CITY_ACTOR_LEN = 80 };
/* A JSON payload of our version; lives in a. */
enum hb_code city_payload(const struct exchange_msg *m, struct hb_arena *a, json_t **ret_payload, struct hb_err *err);
/* Reads "school" and checks that the sender speaks for it. */
enum hb_code city_payload_school(struct db_tx *tx, const struct exchange_msg *m, const json_t *payload, const char **ret_school,
    struct hb_err *err);
void city_actor(const struct exchange_msg *m, char out[CITY_ACTOR_LEN]);      /* "system:transcript" */
/* {"ref","key","text"} onto a list of items that failed. */
void city_item_failed(json_t *failed, const char *ref, const struct hb_err *why);
/* Failures that belong to one item; anything else stops the message. */
bool city_item_refusal(enum hb_code rc);

extern const struct exchange_handler city_codes_reserve, city_codes_cancel, city_codes_check, city_unit_certificate,
    city_unit_certificate_withdraw, city_deposit, city_recall, city_close_year, city_correction_request;
enum hb_code city_on_uuids(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err);
enum hb_code city_on_record(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err);
#endif
