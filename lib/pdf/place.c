/* pdf/place.c - the hole of a signature: what surrounds it, what is in it, filling it. */
#include "pdf/prepare.h"
#include <openssl/evp.h>
#include <string.h>

enum hb_code
pades_newest(struct hb_bytes pdf, const char *field, struct hb_arena *a, struct pdf_place *ret_place,
    struct hb_err *err)
{
	struct pdf          *opened = NULL;
	struct pdf_sigfield *fields = NULL;
	size_t               n = 0;
	enum hb_code         rc = pdf_open(pdf, a, &opened, err);
	if (rc == HB_OK)
		rc = pdf_sigfields(opened, a, &fields, &n, err);
	if (rc != HB_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		const char *why;
		if (strcmp(fields[i].name, field) != 0 || fields[i].value == NULL)
			continue;
		if (!pdf_place(opened, &fields[i], ret_place, &why))
			return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "chữ ký %s: %s", field, why);
		if (ret_place->covers_end != pdf.n)
			return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "chữ ký %s đã có lần cập nhật khác đứng sau", field);
		return HB_OK;
	}
	return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "PDF không có chữ ký tên %s", field);
}

struct hb_sha256
pades_digest(struct hb_bytes pdf, const struct pdf_place *place)
{
	struct hb_sha256 out = { 0 };
	EVP_MD_CTX      *md = EVP_MD_CTX_new();
	if (md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1) {
		EVP_DigestUpdate(md, pdf.p, place->hole_at);
		EVP_DigestUpdate(md, pdf.p + place->hole_end, place->covers_end - place->hole_end);
		EVP_DigestFinal_ex(md, out.b, NULL);
	}
	EVP_MD_CTX_free(md);
	return out;
}

enum hb_code
pades_fill(struct hb_bytes pdf, const struct pdf_place *place, struct hb_bytes der, struct hb_arena *a,
    struct hb_bytes *ret_pdf, struct hb_err *err)
{
	static const char digits[] = "0123456789abcdef";
	size_t            room = (place->hole_end - place->hole_at - 2) / 2;
	if (der.n > room)
		return hb_fail(err, HB_E_TOOBIG, "pdf.choKy", "chữ ký dài %zu byte, chỗ dành sẵn %zu byte", der.n, room);
	uint8_t *out = hb_memdup(a, pdf.p, pdf.n);
	if (out == NULL)
		return hb_full(err);
	uint8_t *hole = out + place->hole_at + 1;
	memset(hole, '0', 2 * room);
	for (size_t i = 0; i < der.n; i++) {
		hole[2 * i] = (uint8_t)digits[der.p[i] >> 4];
		hole[2 * i + 1] = (uint8_t)digits[der.p[i] & 15];
	}
	*ret_pdf = HB_BYTES(out, pdf.n);
	return HB_OK;
}

/* Length of the DER value at the start; 0 when it is none or longer than the bytes. */
static size_t
der_extent(struct hb_bytes b)
{
	if (b.n < 2 || b.p[0] != 0x30)
		return 0;
	size_t bytes = b.p[1] < 0x80 ? 0 : (size_t)(b.p[1] & 0x7F), length = b.p[1];
	if (bytes > 4 || b.p[1] == 0x80 || b.n < 2 + bytes)
		return 0;
	for (size_t i = 0; i < bytes; i++)
		length = (i == 0 ? 0 : length << 8) | b.p[2 + i];
	return length > b.n - 2 - bytes ? 0 : 2 + bytes + length;
}

enum hb_code
pades_contents(struct hb_bytes pdf, const struct pdf_place *place, struct hb_arena *a, struct hb_bytes *ret_der,
    struct hb_err *err)
{
	char *hex = hb_strndup(a, (const char *)pdf.p + place->hole_at + 1, place->hole_end - place->hole_at - 2);
	struct hb_bytes all = { 0 };
	if (hex == NULL)
		return hb_full(err);
	enum hb_code rc = hb_unhex(hex, a, &all, err);
	if (rc != HB_OK)
		return rc;
	size_t n = der_extent(all);
	for (size_t i = n; n > 0 && i < all.n; i++)
		if (all.p[i] != 0)
			n = 0;
	if (n == 0)
		return hb_fail(err, HB_E_INPUT, "pdf.chuKy", "nội dung chữ ký trong PDF không đúng dạng");
	*ret_der = HB_BYTES(all.p, n);
	return HB_OK;
}
