/* sector/states.h - the life of one report: one table, drawn in README.md, tested as a whole. */
#ifndef SECTOR_STATES_H
#define SECTOR_STATES_H
#include "base/err.h"

enum sector_state { SECTOR_NONE, SECTOR_REPORTED, SECTOR_FROZEN, SECTOR_TAKEN, SECTOR_RETURNED, SECTOR_REPLACED, SECTOR_STATE__MAX };
enum sector_event { SECTOR_E_REPORT, SECTOR_E_FREEZE, SECTOR_E_TAKE, SECTOR_E_RETURN, SECTOR_E_REPLACE, SECTOR_EVENT__MAX };
struct sector_move { enum sector_state from; enum sector_event event; enum sector_state to; const char *clause; };

const struct sector_move *sector_moves(size_t *ret_n);
/* HB_E_CONFLICT "baoCao.buocKhongCo" when the table has no such move. */
enum hb_code sector_step(enum sector_state from, enum sector_event event, enum sector_state *ret_to, struct hb_err *err);
const char *sector_state_code(enum sector_state s);             /* "FROZEN" */
enum sector_state sector_state_parse(const char *code);         /* SECTOR_NONE when unknown */
const char *sector_state_name(enum sector_state s);             /* Vietnamese */
#endif
