/* The tables of the PKI: whose certificate, which kind of issuer, which algorithms.  Data, with its source. */
#include "sign/pki_int.h"
#include "base/text.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <strings.h>

/* Subject attributes that tell a person from a unit.  Source: profiles of the public CAs under the national root
 * (QCVN on certificates; the subjects seen in e-invoices: UID=MST:…, UID=CCCD:…) and TT 15/2025/TT-BKHCN on naming.
 * A person inside an organisation carries both ids: the certificate is still a person's, so persons come first. */
static const struct {
	int           nid;
	const char   *prefix;
	enum pki_kind kind;
} kinds[] = {
	{ NID_userId,       "CCCD:",    PKI_KIND_PERSONAL },   /* citizen id card */
	{ NID_serialNumber, "CCCD:",    PKI_KIND_PERSONAL },
	{ NID_userId,       "CMND:",    PKI_KIND_PERSONAL },   /* the older identity card */
	{ NID_serialNumber, "CMND:",    PKI_KIND_PERSONAL },
	{ NID_userId,       "HC:",      PKI_KIND_PERSONAL },   /* passport */
	{ NID_userId,       "MST:",     PKI_KIND_UNIT },       /* tax code */
	{ NID_serialNumber, "MST:",     PKI_KIND_UNIT },
	{ NID_userId,       "MQHNS:",   PKI_KIND_UNIT },       /* code of a unit in relation with the state budget */
	{ NID_userId,       "QDTL:",    PKI_KIND_UNIT },       /* founding decision, for units without a tax code */
};

/* What a CA's own subject says, without marks and in lower case.  Only CAs of a chain that reached an anchor are
 * looked at, so the name was vouched for.  The nearest CA to the signer decides.
 * Source: D7.2 a-d; the list of licensed public CAs published by NEAC (neac.gov.vn). */
static const struct {
	const char       *words;
	enum pki_ca_class ca_class;
} ca_names[] = {
	{ "chuyen dung chinh phu", PKI_CA_GOVERNMENT },
	{ "co yeu",                PKI_CA_GOVERNMENT },        /* Ban Cơ yếu Chính phủ, VGCA */
	{ "vgca",                  PKI_CA_GOVERNMENT },
	{ "chuyen dung cong vu",   PKI_CA_GOVERNMENT },        /* the name since Luật 20/2023 */
	{ "cong cong",             PKI_CA_PUBLIC },
	{ "vnpt",                  PKI_CA_PUBLIC },
	{ "smartca",               PKI_CA_PUBLIC },
	{ "viettel",               PKI_CA_PUBLIC },
	{ "mysign",                PKI_CA_PUBLIC },
	{ "bkav",                  PKI_CA_PUBLIC },
	{ "fpt",                   PKI_CA_PUBLIC },
	{ "misa",                  PKI_CA_PUBLIC },
	{ "nacencomm",             PKI_CA_PUBLIC },
	{ "ca2",                   PKI_CA_PUBLIC },
	{ "smartsign",             PKI_CA_PUBLIC },
	{ "vina-ca",               PKI_CA_PUBLIC },
	{ "newtel-ca",             PKI_CA_PUBLIC },
	{ "safe-ca",               PKI_CA_PUBLIC },
	{ "efy",                   PKI_CA_PUBLIC },
	{ "trustca",               PKI_CA_PUBLIC },
	{ "lcs-ca",                PKI_CA_PUBLIC },
	{ "fastca",                PKI_CA_PUBLIC },
	{ "easyca",                PKI_CA_PUBLIC },
	{ "cmc-ca",                PKI_CA_PUBLIC },
	{ "hilo",                  PKI_CA_PUBLIC },
	{ "intrust",               PKI_CA_PUBLIC },
	{ "winca",                 PKI_CA_PUBLIC },
	{ "chuyen dung",           PKI_CA_SPECIALISED },       /* Điều 40 NĐ 130/2018 */
	{ "vietnam national root", PKI_CA_NATIONAL },
	{ "chung thuc dien tu quoc gia", PKI_CA_NATIONAL },    /* NEAC */
};

#define COUNT(x) (sizeof(x) / sizeof(x)[0])

/* The rest of an attribute's value after `prefix`; NULL when it does not begin so. */
static const char *
after_prefix(const X509_NAME_ENTRY *entry, const char *prefix, struct hb_arena *a)
{
	unsigned char *utf8 = NULL;
	const char *rest = NULL;
	int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
	size_t skip = strlen(prefix);

	if (n < 0)
		return NULL;
	if ((size_t)n > skip && strncasecmp((char *)utf8, prefix, skip) == 0 &&
	    hb_utf8_valid(HB_BYTES(utf8, (size_t)n)))
		rest = hb_strndup(a, (char *)utf8 + skip, (size_t)n - skip);
	OPENSSL_free(utf8);
	return rest;
}

enum pki_kind
pki_policy_kind(const X509_NAME *subject, struct hb_arena *a, const char **ret_owner_id)
{
	*ret_owner_id = "";
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (int at = -1; (at = X509_NAME_get_index_by_NID((X509_NAME *)subject, kinds[i].nid, at)) >= 0;) {
			const char *id = after_prefix(X509_NAME_get_entry(subject, at), kinds[i].prefix, a);

			if (id == NULL)
				continue;
			*ret_owner_id = id;
			return kinds[i].kind;
		}
	return PKI_KIND_OTHER;
}

enum pki_ca_class
pki_policy_ca_class(struct pki_cert *const *cas, size_t n, struct hb_arena *a)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = hb_fold(a, cas[i]->subject);

		for (size_t k = 0; text != NULL && k < COUNT(ca_names); k++)
			if (strstr(text, ca_names[k].words) != NULL)
				return ca_names[k].ca_class;
	}
	return PKI_CA_UNKNOWN;
}

/* TT 15/2025/TT-BKHCN: RSA of 2048 bits or more, ECDSA of 256 bits or more. */
bool
pki_policy_key_allowed(const X509 *x509)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);
	char curve[32];
	size_t n;

	if (key == NULL)
		return false;
	if (EVP_PKEY_is_a(key, "RSA"))
		return EVP_PKEY_get_bits(key) >= 2048;
	return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, curve, sizeof curve, &n) == 1 &&
	    (strcmp(curve, "prime256v1") == 0 || strcmp(curve, "secp384r1") == 0);
}

bool
pki_policy_signature_allowed(int signature_nid)
{
	switch (signature_nid) {
	case NID_sha256WithRSAEncryption:
	case NID_sha384WithRSAEncryption:
	case NID_sha512WithRSAEncryption:
	case NID_ecdsa_with_SHA256:
	case NID_ecdsa_with_SHA384:
	case NID_ecdsa_with_SHA512:
		return true;
	default:
		return false;
	}
}

const char *
pki_kind_vi(enum pki_kind k)
{
	switch (k) {
	case PKI_KIND_PERSONAL: return "chứng thư số cá nhân";
	case PKI_KIND_UNIT: return "chứng thư số của cơ quan, đơn vị";
	default: return "chứng thư số chưa rõ của cá nhân hay đơn vị";
	}
}

const char *
pki_ca_class_vi(enum pki_ca_class c)
{
	switch (c) {
	case PKI_CA_NATIONAL: return "tổ chức cung cấp dịch vụ chứng thực chữ ký số quốc gia (Điều 7 khoản 2 điểm a)";
	case PKI_CA_GOVERNMENT:
		return "tổ chức cung cấp dịch vụ chứng thực chữ ký số chuyên dùng Chính phủ (Điều 7 khoản 2 điểm b)";
	case PKI_CA_PUBLIC: return "tổ chức cung cấp dịch vụ chứng thực chữ ký số công cộng (Điều 7 khoản 2 điểm c)";
	case PKI_CA_SPECIALISED:
		return "tổ chức cung cấp dịch vụ chứng thực chữ ký số chuyên dùng của cơ quan, tổ chức (Điều 7 khoản 2 điểm d)";
	default: return "tổ chức chứng thực chưa rõ loại";
	}
}

const char *
pki_status_vi(enum pki_status s)
{
	switch (s) {
	case PKI_OK: return "chứng thư số hợp lệ";
	case PKI_NO_CHAIN: return "không nối được chứng thư số tới tổ chức chứng thực được tin cậy";
	case PKI_EXPIRED: return "chứng thư số đã hết hạn";
	case PKI_NOT_YET_VALID: return "chứng thư số chưa có hiệu lực";
	case PKI_BAD_SIGNATURE: return "chứng thư số không do tổ chức ghi trên đó ký";
	case PKI_BAD_ALGORITHM: return "chứng thư số dùng khóa hoặc thuật toán yếu hơn mức cho phép";
	case PKI_BAD_CA: return "chứng thư số được ký bởi bên không có quyền cấp chứng thư";
	case PKI_BAD_USAGE: return "chứng thư số không được cấp cho mục đích này";
	case PKI_BAD_EXTENSION: return "chứng thư số có phần mở rộng không được chấp nhận";
	case PKI_REVOKED: return "chứng thư số đã bị thu hồi";
	default: return "chưa xác định được tình trạng chứng thư số";
	}
}
