/* transcript/sitting.h - whose turn it is: slots of a person over all open documents (slots.c). */
#ifndef TRANSCRIPT_SITTING_H
#define TRANSCRIPT_SITTING_H
#include "transcript/transcript.h"

/* The hook `slots` of signing_host.  filter: {"class":id} or {"document":id} or both; NULL: all that wait for him. */
enum hb_code transcript_slots(void *context, const struct auth_person *who, const json_t *filter, struct hb_arena *a,
    struct signing_slot **ret_slots, size_t *ret_n, struct hb_err *err);
#endif
