#include "check.h"
#include "pdf/pades.h"
#include "sign/xmlsig.h"
#include "xml/xml.h"

#include <stdlib.h>
#include <string.h>

enum { TIME_AWAY_MAX = 86400 };

const char *
check_role_vi(const char *role)
{
	static const struct { const char *code, *text; } roles[] = {
		{ "GVBM", "giáo viên bộ môn" }, { "GVCN", "giáo viên chủ nhiệm" }, { "CBQL", "thủ trưởng đơn vị" },
		{ "DON_VI", "đơn vị (con dấu)" },
	};

	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		if (strcmp(roles[i].code, role) == 0)
			return roles[i].text;
	return role;
}

static const char *
kind_vi(const struct xml_node *root)
{
	static const struct { const char *element, *text; } kinds[] = {
		{ "SO_THEO_DOI", "sổ theo dõi và đánh giá học sinh" }, { "HOC_BA", "học bạ số" },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].element, root->local) == 0)
			return kinds[i].text;
	return "tệp XML";
}

/* Text of the first element of that name inside a signed region. */
static const char *
first_text(const struct xml_node *region, const char *local, struct hb_arena *a)
{
	for (struct xml_node *n = xml_walk(region, NULL); n != NULL; n = xml_walk(region, n))
		if (xml_is(n, NULL, local))
			return xml_text(n, a);
	return NULL;
}

static void
take(const char **field, const char *text)
{
	if ((*field)[0] == '\0' && text != NULL)
		*field = text;
}

/* What one region tells: the class, the year, the subject, the pupil of a school record. */
static void
describe_region(const struct xml_node *n, struct hb_arena *a, struct checked *c)
{
	take(&c->class_name, first_text(n, "TEN_LOP", a));
	take(&c->year, first_text(n, "NAM", a));
	if (strcmp(n->local, "BANG_DIEM") == 0 || strcmp(n->local, "DIEM_TONG_KET") == 0)
		take(&c->subject, xml_attr(n, "Mon"));
	if (strcmp(n->local, "LY_LICH") == 0)
		take(&c->pupil, first_text(n, "HO_TEN", a));
}

static enum hb_code
check_time(hb_time claimed, struct hb_err *err)
{
	if (llabs((long long)(claimed - hb_now())) > TIME_AWAY_MAX)
		return hb_fail(err, HB_E_RULE, "goi.thoiDiemLa", "thời điểm ký ghi trong tài liệu cách đồng hồ của máy này hơn một ngày");
	return HB_OK;
}

static enum hb_code
check_xml(const struct packet_document *d, const struct pki_cert *mine, struct hb_arena *a, struct checked *c,
    struct hb_err *err)
{
	struct xmlsig_tbs tbs;
	struct xml_doc *doc;
	enum hb_code code = xmlsig_tbs(d->document, d->signature, a, &tbs, err);

	if (code != HB_OK)
		return code;
	if (tbs.certificate.n != mine->der.n || memcmp(tbs.certificate.p, mine->der.p, mine->der.n) != 0)
		return hb_fail(err, HB_E_RULE, "goi.chungThuKhac", "chữ ký đã chuẩn bị ghi chứng thư số của người khác");
	code = check_time(tbs.signing_time, err);
	if (code == HB_OK)
		code = xml_read(d->document, 0, a, &doc, err);
	if (code != HB_OK)
		return code;
	c->digest = tbs.digest;
	c->kind = kind_vi(doc->root);
	c->role = tbs.role;
	for (size_t i = 0; i < tbs.n_regions; i++) {
		const struct xml_node *n = xml_by_id(doc, tbs.regions[i].id, NULL);

		if (n != NULL)
			describe_region(n, a, c);
	}
	return HB_OK;
}

static enum hb_code
check_pdf(const struct packet_document *d, const struct pki_cert *mine, struct hb_arena *a, struct checked *c,
    struct hb_err *err)
{
	struct hb_bytes attributes;
	enum hb_code code = pades_attributes(d->document, d->signature, mine->der, a, &attributes, err);

	if (code != HB_OK)
		return code;
	if (d->attributes.n != 0 && (d->attributes.n != attributes.n || memcmp(d->attributes.p, attributes.p, attributes.n) != 0))
		return hb_fail(err, HB_E_RULE, "goi.thuocTinhKhac", "thuộc tính ký gửi kèm không phải của tệp PDF này");
	c->digest = hb_sha256(attributes);
	c->kind = "tệp PDF";
	c->role = d->signature;
	return HB_OK;
}

enum hb_code
check_document(const struct packet_document *d, const struct pki_cert *mine, struct hb_arena *a, struct checked *ret,
    struct hb_err *err)
{
	struct checked c = { .kind = "", .class_name = "", .subject = "", .year = "", .pupil = "", .role = "" };
	enum hb_code code = d->is_pdf ? check_pdf(d, mine, a, &c, err) : check_xml(d, mine, a, &c, err);

	if (code == HB_OK)
		*ret = c;
	return code;
}
