/* sign/roll.h - who has to sign a class book or a school record, where, and over what (D12, D14).
 *
 * Read from the document itself by lib/record: the roll stands inside the signed regions.  One slot for every required
 * signature, in document order; groups are the class book, each school year, each later profile.
 * Ownership: arena. */
#ifndef SIGN_ROLL_H
#define SIGN_ROLL_H
#include "record/class.h"
#include "record/transcript.h"
#include "xml/xml.h"

struct slot {
	enum record_role role;
	size_t           group;
	const char      *id;                 /* Id its Signature must have */
	const char      *path;               /* xml_path of the slot element */
	const char      *label;              /* "GVBM TOAN", "văn thư" … for people */
	const struct record_signer *signer;  /* or NULL: the document names nobody (later profiles) */
	const char      *owner;              /* personal id, or tax code of the unit; NULL when unknown */
	const char     **regions;  size_t n_regions;        /* Ids without '#' that it must cover */
	const char     **before;   size_t n_before;         /* Ids of signatures it must countersign */
};
struct roll {
	struct slot *slots; size_t n;
	size_t       n_groups;
	const char  *missing;                /* Vietnamese: a role the roll itself lacks; NULL when complete */
};
/* Fails as lib/record's readers do, with their texts, when the structure is not right. */
enum hb_code roll_of_class(struct hb_bytes bytes, struct hb_arena *a, struct roll *ret, struct hb_err *err);
enum hb_code roll_of_transcript(struct hb_bytes bytes, struct hb_arena *a, struct roll *ret, struct hb_err *err);
/* Does this element stand where the region of this Id stands by the schema? */
bool roll_region_place(const struct xml_node *n, const char *id);
#endif
