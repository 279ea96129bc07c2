/* ministry/system.h - the Ministry as `hocba ministry …` runs it (run/system.h).
 *
 * settings of config.json:
 *   {"unit": "UUID of the office", "trust": ["../pki/root.pem"],
 *    "officers": [{"login","name","password","role","secret"?,"keep_password"?}],      founded by init only
 *    "decision": {"number","date"}, "cities": [{"member","name"}]}         founded by init too; later by the routes */
#ifndef MINISTRY_SYSTEM_H
#define MINISTRY_SYSTEM_H
#include "run/system.h"

extern const struct hb_system ministry_system;
#endif
