/* transcript/compose.h - one pupil's document in memory: XML, PDF and roll, from the class file and what came before.
 * Pure: no database, no clock but the one given. */
#ifndef TRANSCRIPT_COMPOSE_H
#define TRANSCRIPT_COMPOSE_H
#include "form/form.h"
#include "transcript/policy.h"
#include "transcript/transcript.h"

struct compose_spec {
	const struct transcript_school *school;
	const struct record_class      *cls;
	const char                     *class_file;      /* its fingerprint */
	const char                     *pupil;
	const char                     *record_code;
	struct hb_bytes                 base;            /* XML of the issued years before, or empty */
	int                             revision;
	const char                     *replaces;        /* fingerprint, or NULL */
	const char                     *document;        /* "YEAR" "TRANSFER" "COMPETITION" */
	const char                     *extract_on;      /* date, or NULL */
	const struct record_signer     *officers;        /* stand in the roll where the class file has no such role */
	size_t                          officers_n;
	struct hb_bytes                 secret;
	const char                     *portal;
	hb_time                         now;
};
struct composed {
	struct record_year  year;
	const char         *year_key;
	struct hb_bytes     xml;
	struct form_pdf     pdf;
	struct policy       policy;
	hb_time             effective_at;
	bool                late;
};
enum hb_code transcript_compose(const struct compose_spec *spec, struct hb_arena *a, struct composed *ret, struct hb_err *err);
#endif
