/* base/err.h - one way to fail, for every module.
 *
 * A failure is filled once, where it is detected; the first one wins.  The stable key names it for
 * programs and for the catalogue of texts (lib/base/messages.vi.txt), msg/detail/hint are Vietnamese
 * for the person, log is for the operator and never leaves the server.
 * hb_fail() returns its code, so the usual form is `return hb_fail(err, HB_E_RULE, "diem.ngoaiThang", ...)`.
 * err may be NULL when nobody wants the text.  Errors own no memory.  Thread rule: one struct, one thread. */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whose fault, may it be retried, which HTTP status: three questions, nine answers. */
enum hb_code {
	HB_OK = 0,
	HB_E_INPUT,      /* malformed                                  -> 400 */
	HB_E_AUTH,       /* not logged in                              -> 401 */
	HB_E_RULE,       /* well formed, but a circular forbids it     -> 422 */
	HB_E_DENIED,     /* this role may not do this                  -> 403 */
	HB_E_NOTFOUND,   /*                                            -> 404 */
	HB_E_CONFLICT,   /* state moved under us: locked, stale        -> 409 */
	HB_E_TOOBIG,     /* a declared limit was reached               -> 413 */
	HB_E_LIMIT,      /* too many attempts; later                   -> 429 */
	HB_E_UPSTREAM,   /* another system did not answer; retryable   -> 502 */
	HB_E_INTERNAL,   /* our bug or our disk                        -> 500 */
	HB_CODE__MAX
};

struct hb_err {
	enum hb_code code;
	const char  *key;          /* static string, e.g. "diem.ngoaiThang" */
	const char  *clause;       /* static string, e.g. "TT22/2021 Đ6", or NULL */
	char         msg[320];     /* what and where, Vietnamese */
	char         hint[200];    /* what to do, Vietnamese; may be empty */
	char         log[320];
	const char  *file;
	int          line;
};
#define HB_ERR_INIT ((struct hb_err){0})
#define HB_MUST_CHECK __attribute__((warn_unused_result))

enum hb_code hb_fail_(struct hb_err *err, const char *file, int line, enum hb_code code,
    const char *key, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
#define hb_fail(err, code, key, ...) hb_fail_((err), __FILE__, __LINE__, (code), (key), __VA_ARGS__)
/* Our own bug or broken machine: the person sees a general text, fmt goes to err->log. */
enum hb_code hb_bug_(struct hb_err *err, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
#define hb_bug(err, ...) hb_bug_((err), __FILE__, __LINE__, __VA_ARGS__)
/* Add what to do, or the clause, to a failure just recorded; nothing when err->code is HB_OK.  Return err->code, and
 * HB_E_INTERNAL for NULL: the code is lost, the failure is not. */
enum hb_code hb_hint(struct hb_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
enum hb_code hb_clause(struct hb_err *err, const char *clause);
int hb_http_status(enum hb_code code);
/* Text of a key in the catalogue, or NULL: lets a page or a test show a key without a failure. */
const char *hb_message(const char *key);
/* The catalogue's own copy of a key that came as text, or NULL: a static string for hb_err.key. */
const char *hb_message_key(const char *key);
#endif
