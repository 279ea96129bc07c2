/* school/system.h - the row of cmd/hocba for this system. */
#ifndef SCHOOL_SYSTEM_H
#define SCHOOL_SYSTEM_H
#include "run/system.h"

extern const struct hb_system school_system;
#endif
