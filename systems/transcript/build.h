/* transcript/build.h - one document on its way from class file to draft; shared by the yearly run and extracts. */
#ifndef TRANSCRIPT_BUILD_H
#define TRANSCRIPT_BUILD_H
#include "transcript/compose.h"
#include "transcript/sources.h"

struct building {
	/* given */
	struct transcript             *t;
	const struct transcript_actor *by;
	struct hb_arena               *a;
	struct transcript_school      *school;
	struct transcript_source      *source;
	const char                    *document;      /* "YEAR" "TRANSFER" "COMPETITION" */
	const char                    *on;            /* extract up to this date, or NULL */
	const char                    *pupil;
	struct record_signer           officers[2];
	size_t                         officers_n;
	/* found */
	const char                    *year_key, *code, *base, *last, *last_fingerprint;
	struct hb_bytes                base_xml;
	int                            last_revision;
	enum doc_state                 last_state;
	bool                           last_is_of_source;
	/* made */
	struct hb_bytes                secret;
	struct composed                made;
	struct hb_id                   id;
	bool                           unchanged;     /* a document of this source, or a signed one, stands already */
};
enum hb_code transcript_build_document(struct building *b, struct hb_err *err);
#endif
