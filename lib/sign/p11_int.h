/* sign/p11_int.h - the module and session behind p11.h; shared by its files only. */
#ifndef SIGN_P11_INT_H
#define SIGN_P11_INT_H
#include "sign/p11.h"

#include <p11-kit/pkcs11.h>

struct p11_module {
	void                *library;
	CK_FUNCTION_LIST_PTR f;
};
struct p11_session {
	CK_FUNCTION_LIST_PTR f;
	CK_SESSION_HANDLE    handle;
	bool                 logged_in;
	char                 pin[P11_PIN_MAX + 1];    /* locked; empty without login */
};

/* The failure of a return value; doing: what was tried, Vietnamese. */
enum hb_code p11_fail(CK_RV rv, const char *doing, struct hb_err *err);
/* Handles of the objects that match; at most max. */
enum hb_code p11_find(struct p11_session *s, CK_ATTRIBUTE *match, CK_ULONG n, CK_OBJECT_HANDLE *ret, CK_ULONG max,
    CK_ULONG *ret_n, struct hb_err *err);
/* One attribute's bytes; empty when the object has none. */
enum hb_code p11_attribute(struct p11_session *s, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, struct hb_arena *a,
    struct hb_bytes *ret, struct hb_err *err);
/* The fixed-width, blank-padded text of PKCS#11. */
char *p11_text(struct hb_arena *a, const CK_UTF8CHAR *p, size_t n);
#endif
