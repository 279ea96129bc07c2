/* From the bytes of a class report to what is stored of it. */
#include "sector/report.h"

#include <string.h>

void
sector_counts(const struct record_counts *c, struct sector_count out[SECTOR_COUNTS])
{
	const struct sector_count all[SECTOR_COUNTS] = {
		{ "pupils", c->pupils }, { "signers", c->signers }, { "subjects", c->subjects }, { "rows", c->rows },
		{ "tx", c->tx }, { "gk", c->gk }, { "ck", c->ck }, { "cd", c->cd }, { "tests", c->tests },
		{ "averages", c->averages }, { "levels", c->levels }, { "comments", c->comments },
		{ "score_sum", c->score_sum }, { "absences", c->absences },
	};
	memcpy(out, all, sizeof all);
}

static const char *
text(const char *code)
{
	return code == NULL ? "" : code;
}

struct sector_pupil_result
sector_pupil_result(const struct record_class *cls, const struct record_review *review)
{
	struct sector_pupil_result none = { "", "", "", "", "" };
	if (review == NULL)
		return none;
	bool summer = cls->period == RECORD_HE;
	enum record_level academic = review->academic_year, conduct = review->conduct_year;
	if (cls->period == RECORD_HK1 || cls->period == RECORD_HK2) {
		int t = cls->period == RECORD_HK1 ? 0 : 1;
		academic = review->academic_term[t];
		conduct = review->conduct_term[t];
	} else if (summer) {
		academic = review->academic_after_retake != RECORD_LEVEL_NONE ? review->academic_after_retake : academic;
		conduct = review->conduct_after_summer != RECORD_LEVEL_NONE ? review->conduct_after_summer : conduct;
	}
	enum record_promotion promotion = summer && review->promotion_after_summer != RECORD_PROMOTION_NONE
	    ? review->promotion_after_summer : review->promotion;
	return (struct sector_pupil_result){ record_level_code(academic), record_level_code(conduct),
		text(record_education_code(review->education)), text(record_promotion_code(promotion)),
		text(record_award_code(review->award)) };
}

static enum hb_code
list_faults(const struct record_class *cls, struct hb_arena *a, struct exchange_answer *ans, size_t *ret_n,
    struct hb_err *err)
{
	struct record_faults faults;
	enum hb_code code = record_class_check(cls, a, &faults, err);
	if (code != HB_OK)
		return code;
	for (size_t i = 0; i < faults.n; i++)
		exchange_error(ans, faults.v[i].path, faults.v[i].key, faults.v[i].text);
	*ret_n = faults.n;
	return HB_OK;
}

enum hb_code
sector_read_report(struct hb_bytes payload, struct hb_arena *a, struct sector_report **ret_report,
    struct exchange_answer *ans, struct hb_err *err)
{
	struct sector_report *r = HB_NEW(a, struct sector_report);
	size_t n_faults;
	enum hb_code code;
	if (r == NULL)
		return hb_full(err);
	if ((code = record_class_from_json(payload, a, &r->cls, err)) != HB_OK
	    || (code = list_faults(r->cls, a, ans, &n_faults, err)) != HB_OK)
		return code;
	if (n_faults > 0)
		return HB_OK;
	if ((code = hb_rfc3339_parse(r->cls->prepared_at, &r->prepared_at, err)) != HB_OK
	    || (code = record_class_to_xml(r->cls, a, &r->xml, err)) != HB_OK)
		return code;
	r->xml_sha256 = hb_sha256(r->xml);
	*ret_report = r;
	return HB_OK;
}
