/* transcript/policy.h - who signs what, by Sở, level and year: data/signing_policy.tsv. */
#ifndef TRANSCRIPT_POLICY_H
#define TRANSCRIPT_POLICY_H
#include "record/transcript.h"

enum policy_teachers { POLICY_TEACHERS_NONE, POLICY_TEACHERS_BY_SCHOOL, POLICY_TEACHERS_ALWAYS };
struct policy {
	enum policy_teachers teachers;
	bool in_xml[RECORD_DON_VI + 1], in_pdf[RECORD_DON_VI + 1];     /* by enum record_role; GVBM: see teachers */
};
/* document: "YEAR" "TRANSFER" "COMPETITION".  HB_E_RULE "hocBa.khongCoQuyDinh" when no row is in force. */
enum hb_code transcript_policy_for(const char *so_code, const char *level, const char *document, const char *year,
    struct policy *ret_policy, struct hb_err *err);
/* Leaves in the year's roll only who must sign under the policy. */
void transcript_policy_filter(const struct policy *p, bool school_asks_teachers, struct record_year *year);
#endif
