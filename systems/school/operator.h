/* school/operator.h - what whoever runs the machine may ask of a school system that is running: imports, nothing else.
 *
 * The proof is a MAC under DATA/school/auth.key: who can read that file, mode 0600, could open the database itself
 * (the operator brings in first data, seed002 Đ10.4).  It covers every field and the file's digest, and is good for
 * OPERATOR_WINDOW_S; an import repeated within that time changes nothing.  `hocba import` is the one who asks. */
#ifndef SCHOOL_OPERATOR_H
#define SCHOOL_OPERATOR_H
#include "auth/auth.h"
#include "school/school.h"

enum { OPERATOR_WINDOW_S = 300, OPERATOR_MAC_LEN = 32 };

struct operator_job {
	const char    *made;                 /* RFC 3339 */
	const char    *kind;                 /* "roster" or "marks" */
	const char    *school_code, *year, *file_name;
	struct hb_bytes file;
	bool           dry_run, accept_warnings;
};
enum hb_code operator_mac(const struct operator_job *job, const uint8_t key[AUTH_KEY_LEN], struct hb_arena *a,
    uint8_t ret_mac[OPERATOR_MAC_LEN], struct hb_err *err);
/* The import itself, as "operator"; the answer of the import (JSON) goes to out.  HB_E_NOTFOUND truong.khongCo. */
enum hb_code operator_import(struct school *s, const struct operator_job *job, struct hb_arena *a, struct hb_buf *out,
    struct hb_err *err);
#endif
