/* A PKCS#11 module for tests: SoftHSM2, whose token is pulled out after as many signatures as the file named by
 * HOCBA_TEST_PULL_AFTER says; each signature is counted in the file HOCBA_TEST_COUNT. */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>

static CK_FUNCTION_LIST_PTR real;
static CK_FUNCTION_LIST ours;
static long made;

static CK_RV
counted_sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG n, CK_BYTE_PTR out, CK_ULONG_PTR n_out)
{
	const char *limit = getenv("HOCBA_TEST_PULL_AFTER"), *count = getenv("HOCBA_TEST_COUNT");
	CK_RV rv;
	FILE *f;

	if (limit != NULL && made >= strtol(limit, NULL, 10))
		return CKR_DEVICE_REMOVED;
	rv = real->C_Sign(session, data, n, out, n_out);
	made++;
	if (count != NULL && (f = fopen(count, "a")) != NULL) {
		fputs("1\n", f);
		fclose(f);
	}
	return rv;
}

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR ret)
{
	void *library = dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get = library != NULL ? (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList") : NULL;

	if (get == NULL || get(&real) != CKR_OK)
		return CKR_GENERAL_ERROR;
	ours = *real;
	ours.C_Sign = counted_sign;
	*ret = &ours;
	return CKR_OK;
}
