/* city/system.h - the city as `hocba city …` runs it (run/system.h).
 *
 * settings of config.json:
 *   {"province": "79", "unit": "UUID of the Sở's office", "ministry": "ministry", "trust": ["../pki/root.pem"],
 *    "cas": ["../pki/government.pem"],
 *    "officers": [{"login","name","password","role","secret"?,"keep_password"?}],      founded by init only
 *    "decision": {"number","date"}, "schools": [{"code","name","member"}]}         founded by init too; later by the routes */
#ifndef CITY_SYSTEM_H
#define CITY_SYSTEM_H
#include "run/system.h"

extern const struct hb_system city_system;
#endif
