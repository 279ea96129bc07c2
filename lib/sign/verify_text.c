/* For people: four plain answers, then the table of D10.2, then every finding. */
#include "base/text.h"
#include "sign/verify.h"

#include <string.h>

enum { LABEL_WIDTH = 24 };

static void
put_day(struct hb_buf *out, hb_time t)
{
	char date[HB_DATE_LEN], vi[HB_DATE_LEN];
	hb_vn_date(t, date);
	hb_date_vi(date, vi);
	hb_puts(out, vi);
}

/* dd/mm/yyyy hh:mm:ss in Vietnam */
static void
put_instant(struct hb_buf *out, hb_time t)
{
	const int64_t seconds_a_day = 86400, vietnam = 7 * 3600;
	int64_t s = ((t + vietnam) % seconds_a_day + seconds_a_day) % seconds_a_day;
	put_day(out, t);
	hb_putf(out, " %02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

/* A label padded by characters, not bytes. */
static void
put_label(struct hb_buf *out, const char *label)
{
	hb_putf(out, "    %s", label);
	for (size_t n = hb_utf8_count(label); n < LABEL_WIDTH; n++)
		hb_putc(out, ' ');
}

static bool
has_finding(const struct verify_report *r, const char *key, const char *signature)
{
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct verify_finding *f = &r->findings[i];
		bool about = signature == NULL || (f->signature != NULL && strcmp(f->signature, signature) == 0);
		if (strcmp(f->key, key) == 0 && f->level != VERIFY_INFO && about)
			return true;
	}
	return false;
}

static bool
any_finding(const struct verify_report *r, const char *const *keys, const char *signature)
{
	for (; *keys != NULL; keys++)
		if (has_finding(r, *keys, signature))
			return true;
	return false;
}

/* ---- four answers ---------------------------------------------------------------------------------------- */

static const char *const intact_keys[] = { "chuKy.toanVen", "chuKy.giaTri", "chuKy.thamChieu", "chuKy.cauTruc", "chuKy.viTri",
	"chuKy.phamVi", "pdf.suaSauKy", "tep.khongDoc", "tep.cauTruc", "tep.khongChuKy", "tep.thieuChuKy", NULL };
static const char *const signer_keys[] = { "chungThu.nguonGoc", "chuKy.thieuChungThu", "chuKy.khoaNgoai", "chungThu.loai",
	"nguoiKy.saiNguoi", "chuKy.tenChuThe", "chuKy.ganChungThu", "tep.khongDoc", "tep.khongChuKy", NULL };
static const char *const valid_keys[] = { "chungThu.hieuLuc", "chungThu.thuHoi", "chungThu.nguonGoc", "chuKy.thuatToan",
	"thoiDiem.thieu", "thoiDiem.khongBaoVe", "thoiDiem.khacNhau", "thoiDiem.sauDau", "tep.thuTuKy", "tep.khongDoc",
	"tep.khongChuKy", NULL };

static void
put_answer(struct hb_buf *out, const struct verify_report *r, int n, const char *ask, const char *const *keys, const char *yes,
    const char *no)
{
	bool good = r->n_signatures > 0 && !any_finding(r, keys, NULL);
	hb_putf(out, "  %d. %s %s\n", n, ask, good ? yes : no);
}

static const char *
status_now(const struct verify_report *r)
{
	bool unknown = r->n_signatures == 0;
	for (size_t i = 0; i < r->n_signatures; i++) {
		if (r->signatures[i].status_now == VERIFY_STATUS_REVOKED)
			return "Có chứng thư số nay đã bị thu hồi.";
		unknown |= r->signatures[i].status_now == VERIFY_STATUS_UNKNOWN;
	}
	for (size_t i = 0; i < r->n_signatures; i++)
		if (r->signatures[i].status_now == VERIFY_STATUS_EXPIRED)
			return "Có chứng thư số nay đã hết hạn.";
	return unknown ? "Chưa rõ." : "Có.";
}

static void
put_answers(const struct verify_report *r, struct hb_buf *out)
{
	put_answer(out, r, 1, "Nội dung còn nguyên vẹn, đủ chữ ký?", intact_keys, "Có.", "Không, hoặc chưa xác định được.");
	put_answer(out, r, 2, "Biết chắc ai đã ký?", signer_keys, "Có.", "Không, hoặc chưa xác định được.");
	put_answer(out, r, 3, "Chứng thư số có hiệu lực khi ký?", valid_keys, "Có.", "Không, hoặc chưa xác định được.");
	hb_putf(out, "  4. Chứng thư số hôm nay còn hiệu lực? %s\n", status_now(r));
	if (r->kind == VERIFY_TRANSCRIPT || r->kind == VERIFY_PDF)
		hb_puts(out, "     Bản này có bị thay thế hay thu hồi không: hỏi sổ đăng ký của Sở bằng mã tra cứu.\n");
}

/* ---- D10.2 ----------------------------------------------------------------------------------------------- */

static const char *
status_text(enum verify_status s)
{
	static const char *const words[] = { "chưa rõ", "còn hiệu lực", "đã bị thu hồi", "đã hết hạn" };
	return words[s];
}

static void
put_signature(const struct verify_report *r, const struct verify_signature *s, struct hb_buf *out)
{
	static const char *const verdicts[] = { "CHƯA XÁC ĐỊNH", "HỢP LỆ", "KHÔNG HỢP LỆ" };
	static const char *const intact[] = { "chuKy.toanVen", "chuKy.giaTri", "chuKy.thamChieu", "pdf.suaSauKy", NULL };
	hb_putf(out, "\n  Chữ ký %s%s%s: %s\n", s->id[0] == '\0' ? "(không mã)" : s->id, s->role[0] == '\0' ? "" : ", ", s->role,
	    verdicts[s->verdict]);
	put_label(out, "Tên chữ ký số");
	hb_putf(out, "%s; cấp bởi %s\n", s->signer[0] == '\0' ? "(không rõ)" : s->signer, s->issuer[0] == '\0' ? "(không rõ)" : s->issuer);
	put_label(out, "Thời gian ký số");
	if (s->has_time)
		put_instant(out, s->signing_time);
	hb_puts(out, !s->has_time ? "không có" : s->time_protected ? "" : " (không được chữ ký bảo vệ)");
	if (s->has_proof) {
		hb_puts(out, "; dấu thời gian ");
		put_instant(out, s->proof_time);
	}
	hb_putc(out, '\n');
	put_label(out, "Trạng thái chữ ký số");
	hb_putf(out, "khi ký: %s; hôm nay: %s\n", status_text(s->status_at_signing), status_text(s->status_now));
	put_label(out, "Tính toàn vẹn");
	hb_puts(out, any_finding(r, intact, s->id) ? "không bảo đảm\n" : "nguyên vẹn; phủ");
	for (size_t i = 0; !any_finding(r, intact, s->id) && i < s->n_covers; i++)
		hb_putf(out, " %s", s->covers[i][0] == '\0' ? "toàn tệp" : s->covers[i]);
	if (!any_finding(r, intact, s->id))
		hb_putc(out, '\n');
	put_label(out, "Chứng thư số");
	if (s->certificate == NULL) {
		hb_puts(out, "không có\n");
		return;
	}
	hb_putf(out, "số %s, hiệu lực từ ", s->certificate->serial);
	put_day(out, s->certificate->not_before);
	hb_puts(out, " đến ");
	put_day(out, s->certificate->not_after);
	hb_putc(out, '\n');
}

void
verify_text(const struct verify_report *r, const char *file, struct hb_buf *out)
{
	static const char *const verdicts[] = { "CHƯA XÁC ĐỊNH ĐƯỢC", "HỢP LỆ", "KHÔNG HỢP LỆ" };
	static const char *const kinds[] = { "tệp lạ", "học bạ số (XML)", "sổ theo dõi và đánh giá (XML)", "tệp PDF", "XML do phần mềm khác ký" };
	static const char *const levels[] = { "LỖI", "LƯU Ý", "THÔNG TIN" };
	hb_putf(out, "%s: %s — %s\n", file, verdicts[r->verdict], kinds[r->kind]);
	put_answers(r, out);
	for (size_t i = 0; i < r->n_signatures; i++)
		put_signature(r, &r->signatures[i], out);
	if (r->kind == VERIFY_TRANSCRIPT || r->kind == VERIFY_GRADEBOOK) {
		hb_putc(out, '\n');
		put_label(out, "Cấu trúc file XML");
		hb_puts(out, has_finding(r, "tep.cauTruc", NULL) ? "không đúng quy định\n" : "đúng quy định\n");
	}
	if (r->n_findings > 0)
		hb_puts(out, "\n  Kết quả chi tiết:\n");
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct verify_finding *f = &r->findings[i];
		hb_putf(out, "    [%s] %s%s%s (%s)\n", levels[f->level], f->signature == NULL ? "" : f->signature,
		    f->signature == NULL ? "" : ": ", f->text, f->clause);
	}
	if (r->verdict == VERIFY_INVALID)
		hb_puts(out, "  Chỉ cần một nội dung không hợp lệ, tệp không có giá trị (D10.2).\n");
	hb_putc(out, '\n');
}
