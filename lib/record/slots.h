/* record/slots.h - the places of signatures: one element for every signer of the roll, empty until it is signed.
 * Private to lib/record.  Slots are never inside a signed region (signatures.md §2.3), so that they are found again
 * only by their place and their signer: reading checks that slots and roll are the same. */
#ifndef RECORD_SLOTS_H
#define RECORD_SLOTS_H
#include "record/shape.h"

#define RECORD_DSIG_NS "http://www.w3.org/2000/09/xmldsig#"

struct slots_roll { const struct record_signer *v; size_t n; };

/* Every subject teacher has subject and number, nobody else has, and no two share a place: a document that breaks
 * this could be written but not read again. */
enum hb_code slots_check_roll(struct shape_walk *w, struct slots_roll roll);
/* <DANH_SACH_GVBM> with a GVBM for every subject teacher of the roll. */
void slots_put_teachers(struct xml_writer *x, struct slots_roll roll);
/* <name/> when the roll has that role. */
void slots_put_role(struct xml_writer *x, struct slots_roll roll, enum record_role role, const char *name);
/* The same, read back: *cursor is where they must stand and moves on. */
enum hb_code slots_check_teachers(struct shape_walk *w, struct slots_roll roll, const struct xml_node **cursor);
enum hb_code slots_check_role(struct shape_walk *w, struct slots_roll roll, enum record_role role, const char *name,
    const struct xml_node **cursor);
/* A slot holds one signature or nothing and carries no attribute but those of its place. */
enum hb_code slots_check_content(struct shape_walk *w, const struct xml_node *slot, size_t attributes);
#endif
