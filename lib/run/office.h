/* run/office.h - what the systems of an office of the state (a Sở, the ministry) share: unit, first officers, anchors.
 *
 *     "settings": {"unit": UUID, "decision": {"number", "date"}, "trust": [PEM…],
 *                  "officers": [{"login", "name", "password", "role", "secret", "keep_password"}], LIST: [{…}]}
 *
 * office_found() makes the officers' accounts and hands every object of the settings' LIST (schools of a Sở, Sở of the
 * ministry) to the system, all in one transaction; keep_password counts under the profile demo only.
 * Failures: HB_E_INPUT caiDat.sai names the setting. */
#ifndef RUN_OFFICE_H
#define RUN_OFFICE_H
#include "run/system.h"
#include "sign/pki.h"

typedef enum hb_code office_member(struct db_tx *tx, const json_t *o, struct hb_err *err);
enum hb_code office_unit(const struct runtime *rt, struct hb_id *ret_unit, struct hb_err *err);
enum hb_code office_found(struct runtime *rt, const char *list, office_member *member, struct hb_err *err);
/* Anchors of every file of settings.trust. */
enum hb_code office_trust(struct runtime *rt, struct pki_trust *trust, struct hb_err *err);
#endif
