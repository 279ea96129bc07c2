/* Opening a PKCS#11 module, finding keys, signing. */
#include "sign/p11_int.h"
#include "base/text.h"

#include <dlfcn.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MAX = 64, OBJECTS_MAX = 64, ATTRIBUTE_MAX = 65536 };

enum hb_code
p11_fail(CK_RV rv, const char *doing, struct hb_err *err)
{
	switch (rv) {
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE: return hb_fail(err, HB_E_DENIED, "token.saiPin", "mã PIN của thiết bị ký không đúng");
	case CKR_PIN_LOCKED: return hb_fail(err, HB_E_DENIED, "token.khoaPin", "thiết bị ký đã bị khóa vì nhập sai mã PIN nhiều lần");
	case CKR_PIN_EXPIRED: return hb_fail(err, HB_E_DENIED, "token.khoaPin", "mã PIN của thiết bị ký đã hết hạn, cần đổi mã");
	case CKR_DEVICE_REMOVED:
	case CKR_TOKEN_NOT_PRESENT:
	case CKR_DEVICE_ERROR:
	case CKR_SESSION_HANDLE_INVALID:
	case CKR_SESSION_CLOSED:
	case CKR_OBJECT_HANDLE_INVALID:
	case CKR_KEY_HANDLE_INVALID:
	case CKR_USER_NOT_LOGGED_IN:
		hb_fail(err, HB_E_UPSTREAM, "token.thaoRoi", "thiết bị ký đã bị tháo ra khi đang %s (0x%lx)", doing, rv);
		return hb_hint(err, "Cắm lại thiết bị rồi ký tiếp; những chữ ký đã xong được giữ nguyên.");
	default: return hb_fail(err, HB_E_INTERNAL, "token.loi", "thiết bị ký báo lỗi 0x%lx khi %s", rv, doing);
	}
}

enum hb_code
p11_open(const char *module_path, struct p11_module **ret_module, struct hb_err *err)
{
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	struct p11_module *m = calloc(1, sizeof *m);
	CK_C_GetFunctionList get;
	CK_RV rv;

	if (m == NULL)
		return hb_full(err);
	m->library = dlopen(module_path, RTLD_NOW | RTLD_LOCAL);
	get = m->library != NULL ? (CK_C_GetFunctionList)dlsym(m->library, "C_GetFunctionList") : NULL;
	if (get == NULL || get(&m->f) != CKR_OK) {
		if (m->library != NULL)
			dlclose(m->library);
		free(m);
		return hb_fail(err, HB_E_NOTFOUND, "token.khongThay", "không mở được trình điều khiển thiết bị ký %s", module_path);
	}
	rv = m->f->C_Initialize(&args);
	if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
		dlclose(m->library);
		free(m);
		return p11_fail(rv, "khởi động trình điều khiển", err);
	}
	*ret_module = m;
	return HB_OK;
}

void
p11_close(struct p11_module *m)
{
	if (m == NULL)
		return;
	m->f->C_Finalize(NULL);
	dlclose(m->library);
	free(m);
}

char *
p11_text(struct hb_arena *a, const CK_UTF8CHAR *p, size_t n)
{
	while (n > 0 && p[n - 1] == ' ')
		n--;
	return hb_utf8_valid(HB_BYTES(p, n)) ? hb_strndup(a, (const char *)p, n) : hb_strdup(a, "?");
}

enum hb_code
p11_tokens(struct p11_module *m, struct hb_arena *a, struct p11_token **ret_tokens, size_t *ret_n, struct hb_err *err)
{
	struct p11_token *list = HB_NEWN(a, struct p11_token, SLOTS_MAX);
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG n_slots = SLOTS_MAX;
	CK_RV rv = m->f->C_GetSlotList(CK_TRUE, slots, &n_slots);
	size_t n = 0;

	if (list == NULL)
		return hb_full(err);
	if (rv != CKR_OK)
		return p11_fail(rv, "tìm thiết bị", err);
	for (CK_ULONG i = 0; i < n_slots; i++) {
		CK_TOKEN_INFO info;

		if (m->f->C_GetTokenInfo(slots[i], &info) != CKR_OK || (info.flags & CKF_TOKEN_INITIALIZED) == 0)
			continue;
		list[n].slot = slots[i];
		list[n].label = p11_text(a, info.label, sizeof info.label);
		list[n].serial = p11_text(a, info.serialNumber, sizeof info.serialNumber);
		list[n].manufacturer = p11_text(a, info.manufacturerID, sizeof info.manufacturerID);
		if (list[n].label == NULL || list[n].serial == NULL || list[n].manufacturer == NULL)
			return hb_full(err);
		n++;
	}
	*ret_tokens = list;
	*ret_n = n;
	return HB_OK;
}

static enum hb_code
find_slot(struct p11_module *m, const char *label, CK_SLOT_ID *ret_slot, struct hb_err *err)
{
	struct p11_token *tokens;
	HB_SCOPED_ARENA a;
	enum hb_code code;
	size_t n;

	hb_arena_init(&a, (size_t)1 << 20);
	code = p11_tokens(m, &a, &tokens, &n, err);
	if (code != HB_OK)
		return code;
	if (label == NULL && n == 1) {
		*ret_slot = tokens[0].slot;
		return HB_OK;
	}
	if (label == NULL && n > 1)
		return hb_fail(err, HB_E_INPUT, "token.nhieu", "có %zu thiết bị ký; xin chọn một bằng --token", n);
	for (size_t i = 0; label != NULL && i < n; i++)
		if (strcmp(tokens[i].label, label) == 0) {
			*ret_slot = tokens[i].slot;
			return HB_OK;
		}
	return hb_fail(err, HB_E_NOTFOUND, "token.khongThay", "không thấy thiết bị ký %s", label != NULL ? label : "nào được cắm");
}

/* A token locks itself after a few wrong PINs, and only its maker unlocks it: say so while there is time. */
static enum hb_code
wrong_pin(struct p11_module *m, CK_SLOT_ID slot, CK_RV rv, struct hb_err *err)
{
	enum hb_code code = p11_fail(rv, "đăng nhập", err);
	CK_TOKEN_INFO info;

	if (rv != CKR_PIN_INCORRECT || m->f->C_GetTokenInfo(slot, &info) != CKR_OK)
		return code;
	if ((info.flags & CKF_USER_PIN_LOCKED) != 0)
		return hb_hint(err, "Thiết bị nay đã khóa; liên hệ nơi cấp để mở.");
	if ((info.flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return hb_hint(err, "Chỉ còn một lần thử; sai nữa thì thiết bị tự khóa.");
	if ((info.flags & CKF_USER_PIN_COUNT_LOW) != 0)
		return hb_hint(err, "Đã có lần nhập sai trước đó; sai nhiều lần thì thiết bị tự khóa.");
	return code;
}

enum hb_code
p11_login(struct p11_module *m, const char *label, const char *pin, struct p11_session **ret_session, struct hb_err *err)
{
	struct p11_session *s;
	CK_SLOT_ID slot = 0;
	enum hb_code code = find_slot(m, label, &slot, err);
	CK_RV rv;

	if (code != HB_OK)
		return code;
	if (pin != NULL && strlen(pin) > P11_PIN_MAX)
		return p11_fail(CKR_PIN_LEN_RANGE, "đăng nhập", err);
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return hb_full(err);
	s->f = m->f;
	rv = m->f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s->handle);
	if (rv != CKR_OK) {
		free(s);
		return p11_fail(rv, "mở thiết bị", err);
	}
	if (pin != NULL) {
		rv = m->f->C_Login(s->handle, CKU_USER, (CK_UTF8CHAR_PTR)pin, strlen(pin));
		if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN) {
			p11_logout(s);
			return wrong_pin(m, slot, rv, err);
		}
		sodium_mlock(s->pin, sizeof s->pin);
		memcpy(s->pin, pin, strlen(pin) + 1);
		s->logged_in = true;
	}
	*ret_session = s;
	return HB_OK;
}

void
p11_logout(struct p11_session *s)
{
	if (s == NULL)
		return;
	if (s->logged_in)
		s->f->C_Logout(s->handle);
	s->f->C_CloseSession(s->handle);
	if (s->logged_in)
		sodium_munlock(s->pin, sizeof s->pin);
	free(s);
}

enum hb_code
p11_find(struct p11_session *s, CK_ATTRIBUTE *match, CK_ULONG n, CK_OBJECT_HANDLE *ret, CK_ULONG max, CK_ULONG *ret_n,
    struct hb_err *err)
{
	CK_RV rv = s->f->C_FindObjectsInit(s->handle, match, n);

	if (rv != CKR_OK)
		return p11_fail(rv, "tìm khóa", err);
	rv = s->f->C_FindObjects(s->handle, ret, max, ret_n);
	s->f->C_FindObjectsFinal(s->handle);
	return rv == CKR_OK ? HB_OK : p11_fail(rv, "tìm khóa", err);
}

enum hb_code
p11_attribute(struct p11_session *s, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, struct hb_arena *a,
    struct hb_bytes *ret, struct hb_err *err)
{
	CK_ATTRIBUTE at = { type, NULL, 0 };
	CK_RV rv = s->f->C_GetAttributeValue(s->handle, object, &at, 1);
	uint8_t *bytes;

	if (rv == CKR_ATTRIBUTE_TYPE_INVALID || (rv == CKR_OK && (at.ulValueLen == 0 || at.ulValueLen == (CK_ULONG)-1))) {
		*ret = HB_BYTES("", 0);
		return HB_OK;
	}
	if (rv == CKR_OK && at.ulValueLen > ATTRIBUTE_MAX)
		rv = CKR_GENERAL_ERROR;
	if (rv != CKR_OK)
		return p11_fail(rv, "đọc thông tin khóa", err);
	at.pValue = bytes = hb_alloc(a, at.ulValueLen);
	if (bytes == NULL)
		return hb_full(err);
	rv = s->f->C_GetAttributeValue(s->handle, object, &at, 1);
	if (rv != CKR_OK)
		return p11_fail(rv, "đọc thông tin khóa", err);
	*ret = HB_BYTES(bytes, at.ulValueLen);
	return HB_OK;
}

/* The private key of a certificate: they share CKA_ID. */
static enum hb_code
attach_key(struct p11_session *s, CK_OBJECT_HANDLE cert, struct hb_arena *a, struct p11_key *key, struct hb_err *err)
{
	CK_OBJECT_CLASS cls = CKO_PRIVATE_KEY;
	CK_OBJECT_HANDLE found[2];
	CK_ULONG n = 0;
	struct hb_bytes id, each;
	enum hb_code code = p11_attribute(s, cert, CKA_ID, a, &id, err);
	CK_ATTRIBUTE match[] = { { CKA_CLASS, &cls, sizeof cls }, { CKA_ID, (void *)id.p, id.n } };

	if (code == HB_OK)
		code = p11_find(s, match, 2, found, 2, &n, err);
	if (code != HB_OK || n == 0)
		return code;
	key->handle = found[0];
	code = p11_attribute(s, found[0], CKA_ALWAYS_AUTHENTICATE, a, &each, err);
	key->each_time = code == HB_OK && each.n == 1 && each.p[0] != CK_FALSE;
	return code;
}

static enum hb_code
read_key(struct p11_session *s, CK_OBJECT_HANDLE cert, struct hb_arena *a, struct p11_key *key, struct hb_err *err)
{
	struct hb_bytes der, label;
	enum hb_code code = p11_attribute(s, cert, CKA_VALUE, a, &der, err);

	if (code == HB_OK)
		code = p11_attribute(s, cert, CKA_LABEL, a, &label, err);
	if (code == HB_OK)
		code = pki_cert_parse(der, a, &key->cert, err);
	if (code != HB_OK)
		return code;
	key->label = p11_text(a, label.p, label.n);
	return s->logged_in ? attach_key(s, cert, a, key, err) : HB_OK;
}

enum hb_code
p11_keys(struct p11_session *s, struct hb_arena *a, struct p11_key **ret_keys, size_t *ret_n, struct hb_err *err)
{
	CK_OBJECT_CLASS cls = CKO_CERTIFICATE;
	CK_ATTRIBUTE match = { CKA_CLASS, &cls, sizeof cls };
	CK_OBJECT_HANDLE certs[OBJECTS_MAX];
	struct p11_key *list = HB_NEWN(a, struct p11_key, OBJECTS_MAX);
	CK_ULONG n_certs = 0;
	enum hb_code code;
	size_t n = 0;

	if (list == NULL)
		return hb_full(err);
	code = p11_find(s, &match, 1, certs, OBJECTS_MAX, &n_certs, err);
	for (CK_ULONG i = 0; code == HB_OK && i < n_certs; i++) {
		list[n] = (struct p11_key){ .handle = 0 };
		code = read_key(s, certs[i], a, &list[n], err);
		if (code == HB_OK && (list[n].handle != 0 || !s->logged_in))
			n++;
		else if (code == HB_E_INPUT)     /* a certificate we cannot read is not one to sign with */
			code = HB_OK;
	}
	if (code != HB_OK)
		return code;
	*ret_keys = list;
	*ret_n = n;
	return HB_OK;
}

/* DigestInfo of SHA-256 (RFC 8017 §9.2): the token pads it, whatever hashes it knows. */
static const uint8_t digest_info[19] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
	0x01, 0x05, 0x00, 0x04, 0x20 };

static CK_RV
sign_once(struct p11_session *s, const struct p11_key *key, uint8_t *tbs, size_t n_tbs, uint8_t *out, CK_ULONG *n_out)
{
	CK_MECHANISM how = { key->cert->key == PKI_KEY_EC ? CKM_ECDSA : CKM_RSA_PKCS, NULL, 0 };
	CK_RV rv = s->f->C_SignInit(s->handle, &how, key->handle);

	if (rv == CKR_OK && key->each_time)
		rv = s->f->C_Login(s->handle, CKU_CONTEXT_SPECIFIC, (CK_UTF8CHAR_PTR)s->pin, strlen(s->pin));
	return rv == CKR_OK ? s->f->C_Sign(s->handle, tbs, n_tbs, out, n_out) : rv;
}

enum hb_code
p11_sign(struct p11_session *s, const struct p11_key *key, const struct hb_sha256 *digest, struct hb_arena *a,
    struct hb_bytes *ret_value, struct hb_err *err)
{
	uint8_t tbs[sizeof digest_info + HB_SHA256_LEN], *out = hb_alloc(a, P11_SIGNATURE_MAX);
	size_t head = key->cert->key == PKI_KEY_EC ? 0 : sizeof digest_info;
	CK_ULONG n = P11_SIGNATURE_MAX;
	CK_RV rv;

	if (out == NULL)
		return hb_full(err);
	memcpy(tbs, digest_info, head);
	memcpy(tbs + head, digest->b, HB_SHA256_LEN);
	rv = sign_once(s, key, tbs, head + HB_SHA256_LEN, out, &n);
	if (rv != CKR_OK)
		return p11_fail(rv, "ký", err);
	*ret_value = HB_BYTES(out, n);
	return HB_OK;
}
