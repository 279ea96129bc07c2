#include "school/extract.h"

#include "sign/verify.h"

enum hb_code
extract_judge(struct hb_bytes file, const struct pki_trust *trust, struct hb_arena *a, const char **ret_verdict,
    struct hb_err *err)
{
	struct verify_options o = { .trust = trust };
	struct verify_report  report;
	const char           *why = "không có chữ ký số";
	enum hb_code          code = verify_file(file, &o, a, &report, err);
	if (code != HB_OK)
		return code;
	if (report.n_signatures > 0 && report.verdict != VERIFY_INVALID) {
		*ret_verdict = verify_verdict_word(report.verdict);
		return HB_OK;
	}
	for (size_t i = report.n_findings; i > 0 && report.n_signatures > 0; i--)
		if (report.findings[i - 1].level == VERIFY_FAIL)
			why = report.findings[i - 1].text;
	hb_fail(err, HB_E_RULE, "trich.chuKy", "bản trích không nhận được: %s", why);
	return hb_clause(err, "D15.2b");
}
