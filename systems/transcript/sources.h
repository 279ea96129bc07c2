/* transcript/sources.h - stored class files, and the verifier's door that every file passes. */
#ifndef TRANSCRIPT_SOURCES_H
#define TRANSCRIPT_SOURCES_H
#include "sign/verify.h"
#include "transcript/transcript.h"

extern const struct exchange_handler transcript_sealed_class;

struct transcript_source {
	const char          *id, *period, *fingerprint;
	struct hb_bytes      xml;
	struct record_class *cls;
};
/* HB_E_NOTFOUND "hocBa.khongCoSo". */
enum hb_code transcript_source_get(struct db_tx *tx, const char *school, const char *id, struct hb_arena *a,
    struct transcript_source *ret_source, struct hb_err *err);
/* Finished and VALID, or HB_E_RULE "hocBa.kiemTraHong" with the first complaint. */
enum hb_code transcript_must_be_valid(struct hb_bytes bytes, const struct pki_trust *trust, struct hb_arena *a,
    struct verify_report *ret_report, struct hb_err *err);
#endif
