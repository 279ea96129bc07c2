#include "record/contracts.h"

#include "record/shapes.h"
#include "record/slots.h"

static const char slot_types[] =
    "  <!-- chỗ kí: rỗng, hoặc đúng một ds:Signature (XMLDSig, XAdES); nội dung chữ kí do bộ kiểm tra chữ kí xét -->\n"
    "  <xs:complexType name=\"CHO_KY\"><xs:sequence>\n"
    "    <xs:any namespace=\"http://www.w3.org/2000/09/xmldsig#\" processContents=\"lax\" minOccurs=\"0\"/>\n"
    "  </xs:sequence></xs:complexType>\n"
    "  <xs:complexType name=\"CHO_KY_GVBM\"><xs:complexContent><xs:extension base=\"CHO_KY\">\n"
    "    <xs:attribute name=\"Mon\" type=\"kieu_MA\" use=\"required\"/><xs:attribute name=\"So\" type=\"xs:positiveInteger\" use=\"required\"/>\n"
    "  </xs:extension></xs:complexContent></xs:complexType>\n"
    "  <xs:complexType name=\"DANH_SACH_GVBM\"><xs:sequence>\n"
    "    <xs:element name=\"GVBM\" type=\"CHO_KY_GVBM\" minOccurs=\"0\" maxOccurs=\"120\"/>\n"
    "  </xs:sequence></xs:complexType>\n";

static void
put_start(struct hb_buf *out, const char *ns, const char *about)
{
	hb_putf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- %s -->\n"
	    "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"%s\" targetNamespace=\"%s\" "
	    "elementFormDefault=\"qualified\">\n", about, ns, ns);
	shape_xsd_values(out);
	hb_puts(out, slot_types);
}

void
record_class_xsd(struct hb_buf *out)
{
	const struct shape *tops[8];
	size_t n = 0;
	put_start(out, RECORD_CLASS_NS, "Sổ theo dõi và đánh giá học sinh theo lớp, phiên bản 1 (luồng 1 và 2)");
	for (size_t i = 0; i < record_shape_class.n; i++)
		if (record_shape_class.fields[i].kind == SHAPE_GROUP)
			tops[n++] = record_shape_class.fields[i].of;
	shape_xsd_types(out, tops, n);
	hb_puts(out,
	    "  <xs:complexType name=\"CHU_KY\"><xs:sequence>\n"
	    "    <xs:element name=\"DANH_SACH_GVBM\" type=\"DANH_SACH_GVBM\"/>\n"
	    "    <xs:element name=\"GVCN\" type=\"CHO_KY\"/>\n"
	    "    <xs:element name=\"CBQL\" type=\"CHO_KY\" minOccurs=\"0\"/>\n"
	    "    <xs:element name=\"DON_VI\" type=\"CHO_KY\" minOccurs=\"0\"/>\n"
	    "  </xs:sequence></xs:complexType>\n"
	    "  <xs:element name=\"SO_THEO_DOI\"><xs:complexType><xs:sequence>\n"
	    "    <xs:element name=\"THONG_TIN_CHUNG\" type=\"THONG_TIN_CHUNG\"/>\n"
	    "    <xs:element name=\"DU_LIEU\" type=\"DU_LIEU\"/>\n"
	    "    <xs:element name=\"CHU_KY\" type=\"CHU_KY\"/>\n"
	    "  </xs:sequence><xs:attribute name=\"PhienBan\" type=\"xs:string\" fixed=\"1\" use=\"required\"/></xs:complexType></xs:element>\n"
	    "</xs:schema>\n");
}

void
record_transcript_xsd(struct hb_buf *out)
{
	static const struct shape *const tops[] = { &record_shape_profile, &record_shape_year_data };
	put_start(out, RECORD_TRANSCRIPT_NS, "Học bạ số của một học sinh, phiên bản 1 (luồng 4)");
	shape_xsd_types(out, tops, 2);
	hb_puts(out,
	    "  <xs:complexType name=\"XAC_NHAN_LY_LICH\"><xs:sequence>\n"
	    "    <xs:element name=\"CBQL\" type=\"CHO_KY\"/><xs:element name=\"KY_PHAT_HANH\" type=\"CHO_KY\"/>\n"
	    "  </xs:sequence><xs:attribute name=\"So\" type=\"xs:positiveInteger\" use=\"required\"/></xs:complexType>\n"
	    "  <xs:complexType name=\"NAM_HOC\"><xs:sequence>\n"
	    "    <xs:element name=\"DU_LIEU_HOC_BA\" type=\"DU_LIEU_HOC_BA\"/>\n"
	    "    <xs:element name=\"DANH_SACH_THONG_TIN_KY\"><xs:complexType><xs:sequence>\n"
	    "      <xs:element name=\"DANH_SACH_GVBM\" type=\"DANH_SACH_GVBM\"/>\n"
	    "      <xs:element name=\"GVCN\" type=\"CHO_KY\" minOccurs=\"0\"/>\n"
	    "    </xs:sequence></xs:complexType></xs:element>\n"
	    "    <xs:element name=\"PHAT_HANH_HOC_BA\"><xs:complexType><xs:sequence>\n"
	    "      <xs:element name=\"CBQL\" type=\"CHO_KY\" minOccurs=\"0\"/>\n"
	    "      <xs:element name=\"KY_PHAT_HANH\" type=\"CHO_KY\" minOccurs=\"0\"/>\n"
	    "    </xs:sequence></xs:complexType></xs:element>\n"
	    "  </xs:sequence><xs:attribute name=\"Nam\" type=\"xs:string\" use=\"required\"/></xs:complexType>\n"
	    "  <xs:element name=\"HOC_BA\"><xs:complexType><xs:choice minOccurs=\"1\" maxOccurs=\"unbounded\">\n"
	    "    <xs:element name=\"LY_LICH\" type=\"LY_LICH\"/>\n"
	    "    <xs:element name=\"XAC_NHAN_LY_LICH\" type=\"XAC_NHAN_LY_LICH\"/>\n"
	    "    <xs:element name=\"NAM_HOC\" type=\"NAM_HOC\"/>\n"
	    "  </xs:choice><xs:attribute name=\"PhienBan\" type=\"xs:string\" fixed=\"1\" use=\"required\"/></xs:complexType></xs:element>\n"
	    "</xs:schema>\n");
}

void
record_class_json_schema(struct hb_buf *out)
{
	shape_json_schema(out, "urn:hocba:class-report:1", "Báo cáo lớp của nhà trường về CSDL ngành, phiên bản 1 (luồng 0)",
	    &record_shape_class);
	hb_putc(out, '\n');
}
