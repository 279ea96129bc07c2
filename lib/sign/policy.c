#include "sign/policy.h"

#include <string.h>

/* Weights: our XML, our PDF, foreign.  A NO at FAIL is INVALID; "cannot tell" at FAIL is INDETERMINATE. */
#define ROW(q, scope, key, clause, ask, no, unknown, own, pdf, foreign, sub_no, sub_unknown) \
	[q] = { q, scope, key, clause, ask, no, unknown, { own, pdf, foreign }, sub_no, sub_unknown }
#define SIG(...) ROW(__VA_ARGS__)
#define S POLICY_SIGNATURE
#define F POLICY_FILE

const struct policy_row policy_rows[Q__MAX] = {
	SIG(Q_FORM, S, "chuKy.cauTruc", "D9.2", "Chữ ký có đúng cấu trúc?", "chữ ký sai cấu trúc", NULL,
	    FAIL, FAIL, FAIL, "FORMAT_FAILURE", "FORMAT_FAILURE"),
	SIG(Q_REFERENCES, S, "chuKy.thamChieu", "D9.2", "Mỗi tham chiếu có chỉ đúng một vùng dữ liệu?",
	    "tham chiếu không chỉ đúng một vùng dữ liệu", "không tìm được dữ liệu mà chữ ký tham chiếu",
	    FAIL, IGNORE, FAIL, "FORMAT_FAILURE", "SIGNED_DATA_NOT_FOUND"),
	SIG(Q_INTEGRITY, S, "chuKy.toanVen", "D10.2a", "Dữ liệu có còn nguyên như lúc ký?", "dữ liệu đã thay đổi sau khi ký",
	    "không kiểm tra được tính toàn vẹn của dữ liệu", FAIL, FAIL, FAIL, "HASH_FAILURE", "SIGNED_DATA_NOT_FOUND"),
	SIG(Q_KEY_INFO, S, "chuKy.khoaNgoai", "D9.2", "Khoá có chỉ đến từ chứng thư số?",
	    "chữ ký kèm khoá ngoài chứng thư số (KeyValue) hoặc KeyInfo sai mẫu", NULL, FAIL, IGNORE, WARN, "FORMAT_FAILURE",
	    "FORMAT_FAILURE"),
	SIG(Q_CERTIFICATE, S, "chuKy.thieuChungThu", "D9.2", "Chữ ký có kèm chứng thư số?", "chữ ký không kèm chứng thư số đọc được",
	    NULL, FAIL, FAIL, FAIL, "NO_SIGNING_CERTIFICATE_FOUND", "NO_SIGNING_CERTIFICATE_FOUND"),
	SIG(Q_VALUE, S, "chuKy.giaTri", "D7.1", "Chữ ký có khớp khoá công khai của chứng thư số?",
	    "chữ ký không khớp khoá công khai của chứng thư số", "không kiểm tra được giá trị chữ ký", FAIL, FAIL, FAIL,
	    "SIG_CRYPTO_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE"),
	SIG(Q_ALGORITHMS, S, "chuKy.thuatToan", "D7.1", "Thuật toán có còn an toàn?", "thuật toán không được chấp nhận",
	    "thuật toán cũ hoặc lạ, không còn được coi là an toàn", FAIL, FAIL, FAIL, "CRYPTO_CONSTRAINTS_FAILURE",
	    "CRYPTO_CONSTRAINTS_FAILURE"),
	SIG(Q_PROFILE, S, "chuKy.khuonDang", "D9.2", "Chữ ký có đúng khuôn dạng đã quy định cho học bạ số?",
	    "chữ ký không đúng khuôn dạng quy định (C14N riêng, SHA-256)", NULL, FAIL, IGNORE, IGNORE, "FORMAT_FAILURE",
	    "FORMAT_FAILURE"),
	SIG(Q_POSITION, S, "chuKy.viTri", "D10.2a", "Chữ ký và vùng được ký có ở đúng chỗ của vai trò?",
	    "chữ ký hoặc vùng được ký không ở đúng chỗ", NULL, FAIL, IGNORE, IGNORE, "FORMAT_FAILURE", "FORMAT_FAILURE"),
	SIG(Q_SCOPE, S, "chuKy.phamVi", "D9.2", "Chữ ký có phủ đủ phần mà vai trò phải ký?", "chữ ký không phủ đủ phần phải ký", NULL,
	    FAIL, IGNORE, IGNORE, "FORMAT_FAILURE", "SIG_CONSTRAINTS_FAILURE"),
	SIG(Q_COUNTERSIGNS, S, "chuKy.noiTiep", "D12", "Chữ ký có xác nhận các chữ ký phải có trước nó?",
	    "chữ ký không xác nhận chữ ký phải có trước", NULL, FAIL, IGNORE, IGNORE, "FORMAT_FAILURE", "SIG_CONSTRAINTS_FAILURE"),
	SIG(Q_SUBJECT_NAME, S, "chuKy.tenChuThe", "D9.2", "X509SubjectName có đúng là tên trong chứng thư số?",
	    "X509SubjectName không có hoặc không khớp chứng thư số", NULL, FAIL, IGNORE, WARN, "FORMAT_FAILURE", "FORMAT_FAILURE"),
	SIG(Q_BOUND, S, "chuKy.ganChungThu", "D9.2", "Chứng thư số có được chữ ký bảo vệ khỏi bị tráo?",
	    "chứng thư số không khớp thuộc tính được ký", "thuộc tính được ký không nêu chứng thư số", FAIL, FAIL, IGNORE,
	    "SIG_CONSTRAINTS_FAILURE", "SIG_CONSTRAINTS_FAILURE"),
	SIG(Q_TIME, S, "thoiDiem.thieu", "D9.2", "Có thời điểm ký?", "không có thời điểm ký (SigningTime)", NULL, FAIL, FAIL, WARN,
	    "SIG_CONSTRAINTS_FAILURE", "SIG_CONSTRAINTS_FAILURE"),
	SIG(Q_TIME_PROTECTED, S, "thoiDiem.khongBaoVe", "D9.2", "Thời điểm ký có nằm trong phần được ký?",
	    "thời điểm ký không được bảo vệ", NULL, FAIL, FAIL, WARN, "SIG_CONSTRAINTS_FAILURE", "SIG_CONSTRAINTS_FAILURE"),
	SIG(Q_TIMES_EQUAL, S, "thoiDiem.khacNhau", "D9.2", "Hai nơi ghi thời điểm ký có giống nhau?",
	    "hai nơi ghi thời điểm ký khác nhau", NULL, FAIL, IGNORE, WARN, "SIG_CONSTRAINTS_FAILURE", "SIG_CONSTRAINTS_FAILURE"),
	SIG(Q_STAMP, S, "dauThoiGian.thieu", "D7.1", "Có dấu thời gian?", "chữ ký không có dấu thời gian", NULL, WARN, INFO, IGNORE,
	    NULL, NULL),
	SIG(Q_STAMP_FITS, S, "dauThoiGian.sai", "D7.1", "Dấu thời gian có đúng của chữ ký này?",
	    "dấu thời gian hỏng hoặc không phải của chữ ký này", "không kiểm tra được dấu thời gian", FAIL, FAIL, WARN,
	    "SIG_CONSTRAINTS_FAILURE", NULL),
	SIG(Q_STAMP_TRUSTED, S, "dauThoiGian.chuaTin", "D7.2", "Dấu thời gian có do tổ chức tin cậy cấp?",
	    "dấu thời gian không tin được", "chưa đủ căn cứ để tin dấu thời gian", WARN, WARN, WARN, NULL, NULL),
	SIG(Q_STAMP_ORDER, S, "thoiDiem.sauDau", "D7.1", "Thời điểm ký có trước dấu thời gian?",
	    "thời điểm ký ghi sau dấu thời gian của chính nó", NULL, FAIL, FAIL, WARN, "TIMESTAMP_ORDER_FAILURE",
	    "TIMESTAMP_ORDER_FAILURE"),
	SIG(Q_CHAIN, S, "chungThu.nguonGoc", "D7.2", "Chứng thư số có do tổ chức được tin cậy cấp?",
	    "chứng thư số không do tổ chức tin cậy cấp", "chưa rõ tổ chức cấp chứng thư số", FAIL, FAIL, FAIL,
	    "CERTIFICATE_CHAIN_GENERAL_FAILURE", "NO_CERTIFICATE_CHAIN_FOUND"),
	SIG(Q_IN_FORCE, S, "chungThu.hieuLuc", "D7.1", "Chứng thư số có còn hiệu lực lúc ký?", "chứng thư số không có hiệu lực lúc ký",
	    "chưa chứng minh được chữ ký có từ khi chứng thư số còn hiệu lực", FAIL, FAIL, FAIL, "EXPIRED", "OUT_OF_BOUNDS_NO_POE"),
	SIG(Q_REVOKED, S, "chungThu.thuHoi", "D7.1", "Chứng thư số có chưa bị thu hồi lúc ký?", "chứng thư số đã bị thu hồi khi ký",
	    "chưa biết chứng thư số có bị thu hồi hay không", FAIL, FAIL, FAIL, "REVOKED", "TRY_LATER"),
	SIG(Q_CA_CLASS, S, "chungThu.loaiToChuc", "D7.2", "Tổ chức cấp có thuộc bốn loại được công nhận?",
	    "tổ chức cấp chứng thư số không thuộc bốn loại được công nhận", "chưa rõ tổ chức cấp thuộc loại nào", INFO, INFO, INFO,
	    NULL, NULL),
	SIG(Q_KIND, S, "chungThu.loai", "D6", "Loại chứng thư số (cá nhân, đơn vị) có đúng chỗ ký?",
	    "dùng sai loại chứng thư số ở chỗ ký này", "không rõ chứng thư số là của cá nhân hay đơn vị", FAIL, FAIL, IGNORE,
	    "CHAIN_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE"),
	SIG(Q_PERSON, S, "nguoiKy.saiNguoi", "D6", "Người ký có đúng người được phân công?", "người ký không phải người được phân công",
	    "danh sách không nêu số định danh của người ký", FAIL, IGNORE, IGNORE, "SIG_CONSTRAINTS_FAILURE", NULL),
	SIG(Q_STILL_GOOD, S, "chungThu.hienNay", "D17.3b", "Chứng thư số hôm nay còn hiệu lực?",
	    "chứng thư số nay không còn hiệu lực", NULL, INFO, INFO, INFO, NULL, NULL),

	ROW(Q_READABLE, F, "tep.khongDoc", "D10.2a", "Tệp có đọc được?", "tệp không đọc được", NULL, FAIL, FAIL, FAIL, NULL, NULL),
	ROW(Q_STRUCTURE, F, "tep.cauTruc", "D10.2a", "Cấu trúc tệp có đúng quy định?", "cấu trúc tệp không đúng quy định", NULL,
	    FAIL, FAIL, IGNORE, NULL, NULL),
	ROW(Q_SIGNED, F, "tep.khongChuKy", "D10.2", "Tệp có chữ ký?", "tệp không có chữ ký nào", NULL, FAIL, FAIL, FAIL, NULL, NULL),
	ROW(Q_ROLL, F, "tep.danhSachKy", "D12", "Danh sách người phải ký có đủ?", "danh sách người phải ký không đủ vai trò", NULL,
	    FAIL, IGNORE, IGNORE, NULL, NULL),
	ROW(Q_COMPLETE, F, "tep.thieuChuKy", "D12", "Có đủ chữ ký theo quy định?", "thiếu chữ ký", NULL, FAIL, FAIL, IGNORE, NULL, NULL),
	ROW(Q_ORDER, F, "tep.thuTuKy", "D12", "Các chữ ký có theo đúng thứ tự thời gian?", "thứ tự thời gian ký không đúng",
	    NULL, FAIL, FAIL, IGNORE, NULL, NULL),
	ROW(Q_PDF_CHANGES, F, "pdf.suaSauKy", "D10.2b", "Tệp PDF có bị thêm bớt sau khi ký?", "tệp PDF bị thay đổi sau khi ký", NULL,
	    FAIL, FAIL, FAIL, NULL, NULL),
	ROW(Q_PDF_ROLES, F, "pdf.khongPhaiHocBa", "D9.1", "Tệp PDF có các chữ ký của học bạ?",
	    "tệp PDF không có chữ ký nào của giáo viên chủ nhiệm, lãnh đạo hay đơn vị theo mẫu học bạ", NULL, IGNORE, WARN, WARN, NULL, NULL),
	ROW(Q_PDF_STAMP, F, "pdf.dauThoiGian", "D10.2b", "Dấu thời gian của tài liệu có đúng?", "dấu thời gian của tài liệu không đúng",
	    "chưa đủ căn cứ để tin dấu thời gian của tài liệu", FAIL, WARN, WARN, NULL, NULL),
	ROW(Q_PDF_SEAL, F, "pdf.viTriDau", "D9.1", "Chữ ký đơn vị có trùm 1/3 bên trái hình chữ ký của thủ trưởng?",
	    "chữ ký đơn vị không trùm 1/3 bên trái hình chữ ký của thủ trưởng", NULL, IGNORE, WARN, IGNORE, NULL, NULL),
};
#undef SIG
#undef S
#undef F

void
answer(struct answers *s, enum question q, enum answer a, const char *detail)
{
	s->a[q] = a;
	s->detail[q] = detail;
}

enum verify_verdict
policy_worse(enum verify_verdict x, enum verify_verdict y)
{
	if (x == VERIFY_INVALID || y == VERIFY_INVALID)
		return VERIFY_INVALID;
	return x == VERIFY_VALID ? y : x;
}

/* Room for one more finding; the list doubles. */
static struct verify_finding *
new_finding(struct verify_report *r, struct hb_arena *a)
{
	size_t n = r->n_findings;
	if (n == 0 || (n >= 16 && (n & (n - 1)) == 0)) {
		struct verify_finding *more = HB_NEWN(a, struct verify_finding, n == 0 ? 16 : n * 2);
		if (more == NULL)
			return NULL;
		if (n > 0)
			memcpy(more, r->findings, n * sizeof *more);
		r->findings = more;
	}
	return &r->findings[r->n_findings++];
}

static enum hb_code
note(const struct answers *s, const struct policy_row *row, enum policy_weight weight, const char *signature,
    struct hb_arena *a, struct verify_report *report, struct hb_err *err)
{
	bool unknown = s->a[row->question] == ANSWER_UNKNOWN;
	const char *text = unknown && row->unknown != NULL ? row->unknown : row->no, *detail = s->detail[row->question];
	struct verify_finding *f = new_finding(report, a);
	if (detail != NULL)
		text = hb_printf(a, "%s: %s", text, detail);
	if (f == NULL || text == NULL)
		return hb_full(err);
	enum verify_level level = weight == FAIL ? (unknown ? VERIFY_WARN : VERIFY_FAIL) : weight == WARN ? VERIFY_WARN : VERIFY_INFO;
	*f = (struct verify_finding){ row->key, row->clause, level, signature, text };
	return HB_OK;
}

enum hb_code
policy_weigh(const struct answers *s, enum policy_scope scope, enum policy_column column, const char *signature,
    struct hb_arena *a, struct verify_report *report, struct policy_outcome *ret, struct hb_err *err)
{
	struct policy_outcome o = { VERIFY_VALID, NULL };
	const char *sub_unknown = NULL;
	for (size_t i = 0; i < Q__MAX; i++) {
		const struct policy_row *row = &policy_rows[i];
		enum answer given = s->a[i];
		enum policy_weight weight = row->weight[column];
		if (row->scope != scope || weight == IGNORE || given == ANSWER_YES || given == ANSWER_NOT_ASKED)
			continue;
		enum hb_code c = note(s, row, weight, signature, a, report, err);
		if (c != HB_OK)
			return c;
		if (weight != FAIL)
			continue;
		o.verdict = policy_worse(o.verdict, given == ANSWER_NO ? VERIFY_INVALID : VERIFY_INDETERMINATE);
		const char **sub = given == ANSWER_NO ? &o.sub : &sub_unknown;
		if (*sub == NULL)
			*sub = s->sub[i] != NULL ? s->sub[i] : given == ANSWER_NO ? row->sub_no : row->sub_unknown;
	}
	if (o.verdict == VERIFY_INDETERMINATE)
		o.sub = sub_unknown;
	*ret = o;
	return HB_OK;
}
