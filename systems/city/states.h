/* city/states.h - the lives of what the Sở keeps, as one table each; nothing else changes a state.
 *
 *   record       DEPOSITED → LOCKED → AT_MINISTRY          REPLACED, RECALLED: before the lock (D14.4)
 *                     ↘ REPLACED, RECALLED   ↘ CORRECTED    CORRECTED: after it, by an approved request (D14.6)
 *   code         RESERVED → USED, or CANCELLED while nothing is deposited (D18.2(3))
 *   certificate  REQUESTED → APPROVED → WITHDRAWN, or REJECTED (D21.8)
 *   correction   REQUESTED → APPROVED → DONE, or REJECTED (D14.6)
 *
 * Pure: no database. */
#ifndef CITY_STATES_H
#define CITY_STATES_H
#include "base/err.h"

enum city_object { CITY_RECORD, CITY_CODE, CITY_CERTIFICATE, CITY_CORRECTION, CITY_OBJECT__MAX };
enum city_state {
	CITY_NONE,                       /* before the first event */
	CITY_DEPOSITED, CITY_LOCKED, CITY_AT_MINISTRY, CITY_REPLACED, CITY_RECALLED, CITY_CORRECTED,
	CITY_RESERVED, CITY_USED, CITY_CANCELLED,
	CITY_REQUESTED, CITY_APPROVED, CITY_REJECTED, CITY_WITHDRAWN, CITY_DONE,
	CITY_STATE__MAX
};
struct city_move { enum city_object object; enum city_state from, to; const char *clause; };
extern const struct city_move city_moves[];
extern const size_t city_moves_n;

const char *city_state_word(enum city_state s);                  /* as stored: "DEPOSITED"; "" for none */
enum city_state city_state_parse(const char *word);              /* CITY_STATE__MAX when unknown */
const char *city_state_vi(enum city_state s);                    /* for people */
/* HB_E_CONFLICT trangThai.khongDuoc when no row of the table leads from one to the other. */
enum hb_code city_move_check(enum city_object o, enum city_state from, enum city_state to, struct hb_err *err);
#endif
