/* record/contracts.h - the schemas of contracts/, read off the same tables as the readers and writers.
 *
 * contracts/gradebook/so-theo-doi-1.xsd, contracts/transcript/hoc-ba-1.xsd and contracts/flow-0/class-report-1.schema.json
 * are these bytes; a test holds them equal, so that what others are given is what this program accepts. */
#ifndef RECORD_CONTRACTS_H
#define RECORD_CONTRACTS_H
#include "base/buf.h"

void record_class_xsd(struct hb_buf *out);
void record_transcript_xsd(struct hb_buf *out);
void record_class_json_schema(struct hb_buf *out);
#endif
