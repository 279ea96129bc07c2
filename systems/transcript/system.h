/* transcript/system.h - the transcript system as the program runs it (run/system.h). */
#ifndef TRANSCRIPT_SYSTEM_H
#define TRANSCRIPT_SYSTEM_H
#include "run/system.h"

extern const struct hb_system transcript_system;
#endif
