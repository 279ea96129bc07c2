/* sign/policy.h - the questions of a verification, and what each answer means: one table, data.
 *
 * Gatherers (verify_*.c) answer questions from facts; only this table says how grave an answer is, by which clause,
 * for which kind of document.  An answer that was never given is ANSWER_UNKNOWN: never good.
 * Private to lib/sign, public to its tests. */
#ifndef SIGN_POLICY_H
#define SIGN_POLICY_H
#include "sign/verify.h"

enum answer { ANSWER_UNKNOWN = 0, ANSWER_YES, ANSWER_NO, ANSWER_NOT_ASKED };
#define ANSWER(x) ((x) ? ANSWER_YES : ANSWER_NO)

enum question {
	/* about one signature, in the order in which the first failure names it */
	Q_FORM, Q_REFERENCES, Q_INTEGRITY, Q_KEY_INFO, Q_CERTIFICATE, Q_VALUE, Q_ALGORITHMS, Q_PROFILE, Q_POSITION, Q_SCOPE,
	Q_COUNTERSIGNS, Q_SUBJECT_NAME, Q_BOUND, Q_TIME, Q_TIME_PROTECTED, Q_TIMES_EQUAL, Q_STAMP, Q_STAMP_FITS, Q_STAMP_TRUSTED,
	Q_STAMP_ORDER, Q_CHAIN, Q_IN_FORCE, Q_REVOKED, Q_CA_CLASS, Q_KIND, Q_PERSON, Q_STILL_GOOD,
	/* about the whole file */
	Q_READABLE, Q_STRUCTURE, Q_SIGNED, Q_ROLL, Q_COMPLETE, Q_ORDER, Q_PDF_CHANGES, Q_PDF_ROLES, Q_PDF_STAMP, Q_PDF_SEAL,
	Q__MAX
};
enum policy_scope { POLICY_SIGNATURE, POLICY_FILE };
enum policy_column { POLICY_OWN_XML, POLICY_OWN_PDF, POLICY_FOREIGN, POLICY_COLUMNS };
enum policy_weight { IGNORE = 0, INFO, WARN, FAIL };

struct policy_row {
	enum question     question;
	enum policy_scope scope;
	const char *key, *clause;
	const char *ask;                     /* the question, Vietnamese */
	const char *no;                      /* its failing answer */
	const char *unknown;                 /* what is said when nobody can tell; NULL: same as no */
	enum policy_weight weight[POLICY_COLUMNS];
	const char *sub_no, *sub_unknown;    /* ETSI sub-indications, or NULL */
};
extern const struct policy_row policy_rows[Q__MAX];      /* policy_rows[q].question == q */

/* The answers about one signature, or about the file, with what is specific to each. */
struct answers {
	enum answer a[Q__MAX];
	const char *detail[Q__MAX];          /* Vietnamese, or NULL */
	const char *sub[Q__MAX];             /* overrides the row's sub-indication, or NULL */
};
void answer(struct answers *s, enum question q, enum answer a, const char *detail);

struct policy_outcome { enum verify_verdict verdict; const char *sub; };
/* Weigh the answers of one scope; each answer that is not good becomes a finding about `signature` (may be NULL). */
enum hb_code policy_weigh(const struct answers *s, enum policy_scope scope, enum policy_column column,
    const char *signature, struct hb_arena *a, struct verify_report *report, struct policy_outcome *ret,
    struct hb_err *err);
/* The graver of two: INVALID over INDETERMINATE over VALID. */
enum verify_verdict policy_worse(enum verify_verdict x, enum verify_verdict y);
#endif
